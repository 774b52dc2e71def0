"""Models that hold their own loss: what is put in place of what they encode and decode, and what stays untouched."""

import numpy as np
import pytest
import torch
from torch import nn

from properties.engine.helpers.modules import (
    MODELS,
    PILOT,
    Adding,
    Complete,
    D,
    Heads,
    K,
    Method,
    Plain,
    Tuple,
    WithNormals,
    kl,
    loss_of,
    rec,
    sample,
)
from verify.gate.errors import Unusable
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.shapes import Shape


def value(interface, instance):
    found = interface.call(*interface.inputs(instance))
    return float(found.detach() if hasattr(found, "detach") else found)


def expected(instance, weight=1.0):
    recon, x, mu, head = map(torch.from_numpy, instance)
    return float(rec(recon, x) + weight * kl(mu, head))


@pytest.mark.parametrize("kind", MODELS)
def test_a_model_is_a_function_of_its_reconstruction_and_heads(kind):
    interface = adapt(kind(), PILOT)
    assert interface.assumed[0].startswith(MODELS[kind])
    assert interface.sizes == (D, K)
    assert interface.certain
    for n in (2, 5):
        instance = draws(Shape(n, D, K), Ranges(), 2)[1]
        for _ in range(2):
            assert value(interface, instance) == pytest.approx(expected(instance), rel=1e-12)
    if interface.torch:
        inputs = interface.inputs(instance)
        interface.call(*inputs).backward()
        assert inputs.mu.grad.numpy() == pytest.approx(instance.mu / 5)
        assert inputs.recon.grad.numpy() == pytest.approx((instance.recon - instance.x) / 5)


def state(model):
    return {name: (tensor.clone(), tensor.dtype) for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize("kind", [each for each in MODELS if each is not Plain])
def test_the_model_itself_is_not_touched(kind):
    model = kind()
    before, kept = state(model), {name: value for name, value in vars(model).items() if name[:1] != "_"}
    names = set(vars(model))
    interface = adapt(model, PILOT)
    value(interface.in_mode("eval"), draws(Shape(5, D, K), Ranges(), 1)[0])
    after = state(model)
    assert all((after[each][0] == before[each][0]).all() and after[each][1] is before[each][1] for each in before)
    assert {name: value for name, value in vars(model).items() if name[:1] != "_"} == kept
    assert set(vars(model)) == names
    assert model.training
    assert getattr(model, "losses", []) == []
    for layer in model.modules():
        assert "forward" not in vars(layer)


def test_what_a_model_adds_twice_or_leaves_out_is_said():
    said = adapt(Complete(), PILOT).assumed
    assert "model.losses is left out, as the loss is complete without it" in said
    assert not any("left out" in line for line in adapt(Adding(), PILOT).assumed)

    used = Adding()
    used.losses.append(torch.tensor(5.0))
    instance = draws(Shape(5, D, K), Ranges(), 1)[0]
    assert value(adapt(used, PILOT), instance) == pytest.approx(expected(instance))

    class Twice(Adding):
        def forward(self, x):
            found = Adding.forward(self, x)
            self.losses.append(self.losses[-1])
            return found

    assert value(adapt(Twice(), PILOT), instance) == pytest.approx(expected(instance, 2.0))


def test_numbers_that_a_model_keeps_are_knobs():
    interface = adapt(Method(), PILOT)
    assert interface.knobs == {"num_iter": 0.0, "beta": 1.0, "M_N": 1.0}
    instance = draws(Shape(5, D, K), Ranges(), 1)[0]
    assert value(interface.with_knobs(beta=3), instance) == pytest.approx(expected(instance, 3.0))
    assert value(interface.with_knobs(M_N=0.5), instance) == pytest.approx(expected(instance, 0.5))
    assert value(interface.with_knobs(num_iter=4), instance) == pytest.approx(5 * expected(instance))
    assert "M_N = 1, as it has no default" in interface.assumed
    assert "beta = 1, which the object keeps" in interface.assumed


class Moody(Tuple):
    def forward(self, x):
        mu, lv = self.encode(x)
        return rec(self.decode(sample(mu, lv)), x) + (1.0 if self.training else 3.0) * kl(mu, lv)


def test_a_model_is_in_train_mode_unless_another_is_asked_for():
    interface = adapt(Moody().eval(), PILOT)
    instance = draws(Shape(5, D, K), Ranges(), 1)[0]
    assert interface.modes == ("train", "eval")
    assert value(interface, instance) == value(interface.in_mode("train"), instance)
    assert value(interface, instance) == pytest.approx(expected(instance))
    assert value(interface.in_mode("eval"), instance) == pytest.approx(expected(instance, 3.0))


def test_a_head_may_be_the_scale_of_a_distribution():
    interface = adapt(WithNormals(), PILOT)
    instance = draws(Shape(5, D, K), Ranges(positive=True), 1)[0]
    as_logvar = instance._replace(head=2 * np.log(instance.head))
    assert value(interface, instance) == pytest.approx(expected(as_logvar), rel=1e-12)
    assert interface.sampler(Shape(3, D, K)).head.name == "standard deviation"


class Hidden(Heads):
    def __init__(self):
        super().__init__()
        self.one, self.other = self.fc_mu, self.fc_logvar
        del self.fc_mu, self.fc_logvar

    def forward(self, x):
        h = self.encoder(x)
        mu, lv = self.one(h), self.other(h)
        return loss_of(self.decoder(sample(mu, lv)), x, mu, lv)


class Sampling(Tuple):
    def encode(self, x):
        h = self.body(x)
        return sample(self.first(h), self.second(h)), self.second(h)


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 1, 3)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class OnlyError(Tuple):
    def forward(self, x):
        return rec(self.decode(sample(*self.encode(x))), x)


class Locked(Tuple):
    def __init__(self):
        super().__init__()
        self.rows = (each for each in ())


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Hidden, r"Hidden\(x\) uses no encode and decode whose results are"),
        (Sampling, r"Sampling\(x\) uses no encode and decode whose results are"),
        (Images, r"Images raises RuntimeError: Expected 3D .*\(models.py:\d+\); if it takes images"),
        (OnlyError, r"OnlyError returns what does not depend on the heads"),
        (Locked, r"Locked cannot be copied: TypeError: .*generator"),
    ],
)
def test_a_model_that_is_not_understood_needs_an_adapter(model, said):
    with pytest.raises(Unusable, match=said) as raised:
        adapt(model(), PILOT)
    assert "give an adapter: lambda recon, x, mu, logvar" in str(raised.value)
    assert "\n" not in str(raised.value)
