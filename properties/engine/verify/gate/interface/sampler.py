"""How a model samples: the standard deviation as a function of the second head, read off what is decoded."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Normal

from properties.engine.helpers.modules import PILOT, loss_of
from verify.gate.forms.divergences import HEADS
from verify.gate.interface import adapt
from verify.gate.shapes import Shape

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
