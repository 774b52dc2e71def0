"""Models that hold their own loss: what is put in place of what they encode and decode, and what stays untouched."""

from collections import OrderedDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence

from verify.gate.errors import Unusable
from verify.gate.forms.divergences import HEADS
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]
D, K = 10, 2


def rec(r, x):
    return ((r - x) ** 2).sum(1).mean() / 2


def kl(mu, lv):
    return (mu**2 + lv.exp() - lv - 1).sum(1).mean() / 2


def sample(mu, lv):
    return mu + (lv / 2).exp() * torch.randn_like(mu)


def loss_of(r, x, mu, lv):
    return rec(r, x) + kl(mu, lv)


class Layers(nn.Module):
    def __init__(self, hidden=7):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(D, hidden), nn.Tanh(), nn.Dropout(0.5), nn.BatchNorm1d(hidden))
        self.first, self.second = nn.Linear(hidden, K), nn.Linear(hidden, K)
        self.out = nn.Linear(K, D)


class Tuple(Layers):
    def encode(self, x):
        h = self.body(x)
        return self.first(h), self.second(h)

    def decode(self, z):
        return self.out(z)

    def forward(self, x):
        mu, lv = self.encode(x)
        return loss_of(self.decode(sample(mu, lv)), x, mu, lv)


class Keyed(Tuple):
    def encode(self, x):
        h = self.body(x)
        return {"logvar": self.second(h), "mu": self.first(h), "hidden": h}

    def decode(self, z):
        return z, self.out(z)

    def forward(self, batch):
        x = batch["data"]
        found = self.encode(x)
        recon = self.decode(sample(found["mu"], found["logvar"]))[1]
        return OrderedDict(recon_loss=rec(recon, x), loss=loss_of(recon, x, found["mu"], found["logvar"]))


@dataclass
class Encoded:
    log_covariance: Any
    embedding: Any


class Encoder(Layers):
    def forward(self, x):
        h = self.body(x)
        return Encoded(embedding=self.first(h), log_covariance=self.second(h))


class Decoder(Layers):
    def forward(self, z):
        return SimpleNamespace(reconstruction=self.out(z))


class Submodules(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, inputs, **_):
        x = inputs["data"]
        found = self.encoder(x)
        z = sample(found.embedding, found.log_covariance)
        recon = self.decoder(z).reconstruction
        return SimpleNamespace(loss=loss_of(recon, x, found.embedding, found.log_covariance), z=z)


class Halves(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(D, 2 * K), nn.Linear(K, D)

    def forward(self, x):
        mu, lv = self.encoder(x).chunk(2, -1)
        return loss_of(self.decoder(Normal(mu, (lv / 2).exp()).rsample()), x, mu, lv)


class Heads(nn.Module):
    """Its hidden layer is as wide as two heads."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(D, 2 * K), nn.Linear(K, D)
        self.fc_logvar, self.fc_mu = nn.Linear(2 * K, K), nn.Linear(2 * K, K)

    def forward(self, x):
        h = self.encoder(x)
        mu, lv = self.fc_mu(h), self.fc_logvar(h)
        return loss_of(self.decoder(sample(mu, lv)), x, mu, lv)


class Method(Tuple):
    """A loss of what the model returns, and of a weight that it does not know."""

    def __init__(self):
        super().__init__()
        self.num_iter, self.beta = 0, 1.0

    def forward(self, x, **_):
        mu, lv = self.encode(x)
        return [self.decode(sample(mu, lv)), x, mu, lv]

    def loss_function(self, *args, **kwargs):
        self.num_iter += 1
        recon, x, mu, lv = args
        return {"loss": self.num_iter * (rec(recon, x) + self.beta * kwargs["M_N"] * kl(mu, lv)), "KLD": -kl(mu, lv)}


class ByName(Tuple):
    """A loss that takes the data too, which the model does not return."""

    def forward(self, x):
        mu, lv = self.encode(x)
        return self.decode(sample(mu, lv)), mu, lv

    def loss_function(self, x, x_hat, log_var, mu):
        return loss_of(x_hat, x, mu, log_var)


class OfData(Tuple):
    def forward(self, x):
        raise RuntimeError("not for this")

    def loss(self, x):
        return Tuple.forward(self, x)


class Adding(Tuple):
    """It keeps what it adds, for ever."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def forward(self, x):
        mu, lv = self.encode(x)
        self.losses.append(kl(mu, lv))
        return rec(self.decode(sample(mu, lv)), x)


class Complete(Adding):
    def forward(self, x):
        return Adding.forward(self, x) + self.losses[-1]


class WithNormals(Tuple):
    def encode(self, x):
        h = self.body(x)
        return Normal(self.first(h), (self.second(h) / 2).exp())

    def forward(self, x):
        q = self.encode(x)
        return rec(self.decode(q.rsample()), x) + kl_divergence(q, Normal(0.0, 1.0)).sum(1).mean()


class Plain:
    """No module: arrays, and no torch."""

    def __init__(self):
        self.encoding, self.decoding = np.ones((D, K)), np.ones((K, D))

    def encode(self, x):
        return [x @ self.encoding, x @ self.encoding]

    def decode(self, z):
        return z @ self.decoding

    def loss(self, x):
        mu, lv = self.encode(x)
        recon = self.decode(mu + np.exp(lv / 2) * np.random.standard_normal(mu.shape))
        return ((x - recon) ** 2).sum(1).mean() / 2 + (mu**2 + np.exp(lv) - lv - 1).sum(1).mean() / 2


MODELS = {
    Tuple: "the loss is model(x), with mu and logvar in place of what model.encode returns, "
    "recon of what model.decode returns",
    Keyed: "the loss is model({'data': x}), with mu and logvar in place of what model.encode returns, ",
    Submodules: "the loss is model({'data': x}), with mu and logvar in place of what model.encoder returns, ",
    Halves: "the loss is model(x), with mu and logvar in place of what model.encoder returns, ",
    Heads: "the loss is model(x), with mu and logvar in place of what model.fc_logvar and model.fc_mu returns, ",
    Method: "the loss is model.loss_function(*model(x), M_N=M_N), with mu and logvar in place of what model.encode ",
    ByName: "the loss is model.loss_function(x, x_hat, log_var, mu) after model(x), with mu and logvar in place of ",
    OfData: "the loss is model.loss(x), with mu and logvar in place of what model.encode returns, ",
    Adding: "the loss is model(x) + sum(model.losses), with mu and logvar in place of what model.encode returns, ",
    Complete: "the loss is model(x), with mu and logvar in place of what model.encode returns, ",
    Plain: "the loss is model.loss(x), with mu and logvar in place of what model.encode returns, ",
}


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


DEVIATIONS = {
    "log-variance": lambda h: (h / 2).exp(),
    "log standard deviation": lambda h: h.exp(),
    "standard deviation": lambda h: h,
    "variance": lambda h: h.sqrt(),
    "softplus to the standard deviation": nn.functional.softplus,
    "softplus to the variance": lambda h: nn.functional.softplus(h).sqrt(),
    "log precision": lambda h: (-h / 2).exp(),
    "precision": lambda h: h.rsqrt(),
}
NOISES = {
    "randn_like": lambda mu, sigma: mu + sigma * torch.randn_like(sigma),
    "randn": lambda mu, sigma: mu + torch.randn(mu.shape, dtype=mu.dtype) * sigma,
    "subtracted": lambda mu, sigma: mu - sigma * torch.randn_like(sigma),
    "normal_": lambda mu, sigma: mu + torch.empty_like(mu).normal_() * sigma,
    "normal_ with a mean": lambda mu, sigma: torch.empty_like(mu).normal_(2.0, 3.0).sub(2).div(3) * sigma + mu,
    "normal": lambda mu, sigma: torch.normal(mu.detach(), sigma.detach()),
    "normal of numbers": lambda mu, sigma: torch.normal(0.0, 1.0, mu.shape, dtype=mu.dtype) * sigma + mu,
    "rsample": lambda mu, sigma: Normal(mu, sigma).rsample(),
    "sample": lambda mu, sigma: Normal(mu, sigma).sample(),
}


def objective_with(deviation, noise):
    def objective(model, x):
        mu, head = model.encode(x)
        return loss_of(model.decode(noise(mu, deviation(head))), x, mu, head)

    return objective


def test_every_head_has_its_deviation_here():
    assert list(DEVIATIONS) == [head.name for head in HEADS]


@pytest.mark.parametrize("name", DEVIATIONS)
def test_the_sampler_tells_what_the_head_is(name):
    found = adapt(objective_with(DEVIATIONS[name], NOISES["randn_like"]), PILOT).sampler(Shape(4, 6, 3))
    assert found.head.name == name


@pytest.mark.parametrize("name", NOISES)
def test_the_sampler_is_read_off_any_noise(name):
    found = adapt(objective_with(DEVIATIONS["log-variance"], NOISES[name]), PILOT).sampler(Shape(4, 6, 3))
    assert (found.head.name, found.text) == ("log-variance", "σ = exp(logvar/2)")


def test_a_sampler_of_another_deviation_is_described():
    def text(deviation):
        found = adapt(objective_with(deviation, NOISES["randn_like"]), PILOT).sampler(Shape(4, 6, 3))
        assert found.head is None
        return found.text

    assert text(lambda h: h / 2) == "σ = 1/2*logvar"
    assert text(lambda h: 3 * h.exp()) == "σ = 3*exp(logvar)"
    assert text(lambda h: h * 0) == "σ = 0: nothing is drawn"
    assert text(lambda h: 1 + h**2) == "σ is another function of the second head than those known"


def test_a_sampler_that_is_not_seen_is_none():
    def unsampled(model, x):
        recon, mu, head = model(x)
        return loss_of(recon, x, mu, head)

    def stubbed(model, x):
        mu, head = model.encode(x)
        return loss_of(model.decode(model.reparameterize(mu, head)), x, mu, head)

    for objective in (unsampled, stubbed, loss_of):
        interface = adapt(objective, PILOT)
        assert interface.sampler(Shape(4, 6, 3)) is None
        assert interface.sampled(PILOT) is None
    assert "model(x) returns (recon, mu, logvar)" in adapt(unsampled, PILOT).assumed
    assert any(line.startswith("model.reparameterize(mu, logvar) draws ") for line in adapt(stubbed, PILOT).assumed)


def test_what_the_decoder_is_given_is_seen_and_depends_on_the_seed():
    interface = adapt(objective_with(DEVIATIONS["log-variance"], NOISES["randn_like"]), PILOT)
    first, again, other = (interface.sampled(PILOT, seed) for seed in (1, 1, 2))
    torch.manual_seed(1)
    noise = torch.randn(4, 3, dtype=torch.float64).numpy()
    assert first == pytest.approx(PILOT.mu + np.exp(PILOT.head / 2) * noise)
    assert (first == again).all()
    assert (first != other).all()
