"""What a loss draws is told from what it draws not, and from a state that it keeps."""

import os
import random
from itertools import count

import numpy as np
import pytest
import torch
from torch.nn.functional import dropout, gumbel_softmax

from properties.engine.helpers.slow import but
from verify.gate.evaluation import Loss
from verify.gate.instances import Ranges, draws
from verify.gate.noise.kinds import Noise
from verify.gate.shapes import Shape

INSTANCES = draws(Shape(4, 6, 3), Ranges(wide=True), 3)
NORMALS = np.random.default_rng(3)
TORCH = torch.Generator()


def found(call, tensors=True):
    """Return a loss with the noise that is found in it."""
    loss = Loss(call, tensors)
    loss.noise = Noise.found(loss, INSTANCES)
    return loss


def fixed(shape, generator=None):
    return torch.randn(shape, generator=(generator or torch.Generator()).manual_seed(5), dtype=torch.double)


def seeding(r, x, mu, lv):
    torch.manual_seed(1)
    return (r * torch.randn_like(r)).sum()


NONE = {
    "no draw": (lambda r, x, mu, lv: (r - x).square().sum(), True),
    "a draw that does not matter": (lambda r, x, mu, lv: r.sum() + 0 * torch.randn(()), True),
    "a generator with a seed": (lambda r, x, mu, lv: (mu * fixed(mu.shape)).sum(), True),
    "the same, of NumPy": (lambda r, x, mu, lv: (mu * np.random.default_rng(0).normal(size=mu.shape)).sum(), False),
    "a seed of its own": (seeding, True),
    "not a number": (lambda r, x, mu, lv: r.sum() * float("nan"), True),
}


@pytest.mark.parametrize("name", NONE)
def test_nothing_is_drawn_that_matters(name):
    loss = found(*NONE[name])
    assert loss.noise.kind == "none"
    before = loss.evaluations
    assert loss.value(INSTANCES[0]) == pytest.approx(float(NONE[name][0](*loss._arguments(INSTANCES[0]))), nan_ok=True)
    assert loss.evaluations == before + 1


def mmd(r, x, mu, lv):
    def kernel(a, b):
        return (1 / (1 + (a[:, None] - b).square().sum(-1))).mean()

    z, prior = mu + (lv / 2).exp() * torch.randn_like(mu), torch.randn_like(mu)
    return kernel(z, z) + kernel(prior, prior) - 2 * kernel(z, prior)


STATISTICAL = {
    "dropout": (lambda r, x, mu, lv: (dropout(r, 0.5) - x).square().sum(), True),
    "dropout and a normal sample": (lambda r, x, mu, lv: dropout(r).sum() + torch.randn_like(mu).square().sum(), True),
    "a permutation of normals": (lambda r, x, mu, lv: (mu * torch.randn_like(mu)[torch.randperm(4)]).sum(), True),
    "a random weight": (lambda r, x, mu, lv: torch.rand(()) * mu.square().sum(), True),
    "one of two branches": (lambda r, x, mu, lv: mu.sum() + (random.random() < 0.5), True),
    "an integer": (lambda r, x, mu, lv: mu.sum() * torch.randint(1, 9, ()), True),
    "Gumbel": (lambda r, x, mu, lv: (gumbel_softmax(mu) * mu).sum(), True),
    "log-normal": (lambda r, x, mu, lv: (mu * torch.empty_like(mu).log_normal_()).sum(), True),
    "MMD": (mmd, True),
    "NumPy, uniform": (lambda r, x, mu, lv: (mu * np.random.uniform(size=mu.shape)).sum(), False),
    "a fresh generator, uniform": (lambda r, x, mu, lv: (mu * np.random.default_rng().random(mu.shape)).sum(), False),
    "a generator of the module": (lambda r, x, mu, lv: (mu + NORMALS.normal(size=mu.shape) ** 2).sum(), False),
    "a generator of torch": (lambda r, x, mu, lv: (mu * torch.rand(mu.shape, generator=TORCH)).sum(), True),
    "as many as one draws": (lambda r, x, mu, lv: torch.randn(1 + int(torch.randint(9, ()))).square().sum(), True),
    "too many": (lambda r, x, mu, lv: mu.sum() + torch.randn(300).square().sum(), True),
}  # fmt: skip


ALIKE = ("dropout and a normal sample", "one of two branches", "an integer", "Gumbel", "log-normal", "MMD")


@pytest.mark.parametrize("name", but(STATISTICAL, *ALIKE, mark="long"))
def test_noise_of_another_kind_has_a_seed_at_each_call(name, monkeypatch):
    monkeypatch.setitem(globals(), "NORMALS", np.random.default_rng(3))  # none that is frozen
    loss = found(*STATISTICAL[name])
    assert loss.noise.kind == "statistical"
    assert "estimated" in loss.noise.describe()
    values = [loss.value(INSTANCES[0]) for _ in range(3)]
    assert values[0] == values[1] == values[2]
    other = [loss.noise.together(loss, INSTANCES[:1], seed)[0] for seed in range(8)]
    assert len(set(other)) > 1


def test_normal_numbers_of_a_seeded_generator_are_left_beside_those_that_are_noise():
    loss = found(lambda r, x, mu, lv: ((mu + torch.randn_like(mu)).square() * fixed(mu.shape)).sum())
    assert loss.noise.kind == "exact"
    mu = INSTANCES[0].mu
    assert loss.value(INSTANCES[0]) == pytest.approx(((mu**2 + 1) * fixed(mu.shape).numpy()).sum(), rel=1e-13)


def test_a_generator_of_torch_is_no_obstacle():
    loss = found(lambda r, x, mu, lv: (mu + torch.randn(mu.shape, generator=TORCH)).square().sum())
    assert loss.noise.kind == "exact"
    assert loss.value(INSTANCES[0]) == pytest.approx((INSTANCES[0].mu ** 2 + 1).sum(), rel=1e-14)


class Kept:
    """What a loss may keep from call to call."""

    def __init__(self):
        self.calls, self.norm = count(1), torch.nn.BatchNorm1d(3, momentum=0.5).double()

    def counted(self, r, x, mu, lv):
        return r.square().sum() * next(self.calls)

    def running(self, r, x, mu, lv):
        self.norm.train()(mu)
        return (r.sum() + self.norm.eval()(mu)).sum()

    def noisy(self, r, x, mu, lv):
        return self.counted(r, x, mu, lv) + torch.randn_like(mu).sum()


@pytest.mark.parametrize("name", ["counted", "running", "noisy"])
def test_a_state_is_no_noise(name):
    noise = found(getattr(Kept(), name)).noise
    assert noise.kind == "state"
    assert "call to call" in noise.describe()


def test_noise_of_the_system_is_not_called_a_seeded_one():
    assert found(lambda r, x, mu, lv: r.sum() + os.urandom(1)[0]).noise.kind == "state"


def test_what_the_first_call_prepares_is_no_state():
    cache = {}
    noise = found(lambda r, x, mu, lv: r.sum() * cache.setdefault("weight", 2 + len(cache)) + 0 * len(cache)).noise
    assert noise.kind == "none"
    prepared = []
    assert found(lambda r, x, mu, lv: r.sum() + (1 if prepared else prepared.append(1) or 0)).noise.kind == "none"


def test_a_gradient_there_is_none_of():
    loss = found(lambda r, x, mu, lv: (mu.detach() + torch.randn_like(mu)).square().sum())
    assert loss.noise.kind == "exact"
    assert loss.gradient(INSTANCES[0]) is None
    assert Loss(lambda r, x, mu, lv: r.sum(), False).gradient(INSTANCES[0]) is None


def test_a_loss_computes_in_single_precision_where_every_value_is_of_that():
    """A value that single precision holds says nothing: of what is cut off at 0 half are."""
    for call, single in ((lambda z: max(z, 0.0), False), (lambda z: float(np.float32(z)), True), (lambda z: z, False)):
        loss = Loss(lambda r, x, mu, lv, call=call: call(np.random.standard_normal()), False)
        before = loss.epsilon
        Noise.found(loss, INSTANCES[:1])
        assert (loss.epsilon > before) == single
