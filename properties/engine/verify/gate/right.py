"""Right losses of unusual kinds: numbers in single precision, priors that are formulas, heads that must be positive."""

import math

import pytest
import torch
from torch import nn
from torch.distributions import Laplace, Normal, kl_divergence

from properties.engine.helpers.behaviour import codes, error, gated, kl
from properties.engine.helpers.slow import but


def to_prior(mu, logvar, deviation):
    return kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, deviation)).sum(1).mean()


def of_deviation(deviation):
    return lambda r, x, m, h: error(r, x) + to_prior(m, h, deviation(*x.shape, m.shape[1]))


def without_constant(r, x, m, h):
    """To a prior of variance k, its logarithm left out."""
    return error(r, x) + 0.5 * ((m**2 + h.exp()) / m.shape[1] - 1 - h).sum(1).mean()


SINGLE = {
    "a weight": (lambda r, x, m, h: error(r, x) + torch.tensor(0.1) * kl(m, h), {"beta": 0.1}),
    "a knob": (lambda r, x, m, h, beta=0.3: error(r, x) + torch.tensor(beta) * kl(m, h), {}),
    "a formula": (lambda r, x, m, h: error(r, x) + torch.tensor(1 / x.shape[1]) * kl(m, h), {"beta": "1/d"}),
    "a scale": (lambda r, x, m, h: torch.tensor(1 / 3) * (error(r, x) + kl(m, h)), {"reduction": "1/3"}),
    "a decoder": (
        lambda r, x, m, h: -Normal(0.0, 0.1).log_prob(x - r).sum(1).mean() + kl(m, h), {"decoder_variance": 0.01},
    ),
    "a prior": (of_deviation(lambda n, d, k: 0.1), {"prior_variance": "1/100"}),
    "a prior of a formula": (of_deviation(lambda n, d, k: k**0.5), {"prior_variance": "k"}),
    "the same, undeclared": (of_deviation(lambda n, d, k: k**0.5), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", but(SINGLE, "a weight", "a scale", "a prior", "the same, undeclared", mark="long"))
def test_a_number_in_single_precision_is_what_it_was(name):
    loss, declared = SINGLE[name]
    report = gated(loss, **declared)
    assert report.accepted, f"{report}"
    assert "0000" not in f"{report.effective_beta['formula']} {report.prior_variance}"  # nor has it all its digits


def test_a_number_that_is_another_is_no_rounded_one():
    assert codes(gated(lambda r, x, m, h: error(r, x) + 0.1000001 * kl(m, h), beta=0.1)) == {"beta-differs"}
    assert codes(gated(SINGLE["a prior of a formula"][0], prior_variance="d")) == {"prior-variance-differs"}


def test_a_prior_of_a_formula_is_told_by_its_constant_or_a_declaration():
    assert gated(without_constant, prior_variance="k").accepted
    assert "kl-shape" in codes(gated(without_constant))  # or a mean in the wrong place


@pytest.mark.parametrize("constant", [lambda n, d: 17.0, lambda n, d: d * math.log(2)])
def test_a_declared_prior_may_have_any_constant_beside_it(constant):
    loss = lambda r, x, m, h: error(r, x) + to_prior(m, h, 2.0) + constant(*x.shape)  # noqa: E731
    report = gated(loss, prior_variance=4)
    assert report.accepted, f"{report}"
    assert report.prior_variance == "4"


def test_a_prior_is_told_beside_the_constant_of_a_laplace_decoder():
    report = gated(lambda r, x, m, h: -Laplace(r, 1.0).log_prob(x).sum(1).mean() + to_prior(m, h, 2.0))
    assert report.accepted, f"{report}"
    assert report.prior_variance == "4"


def test_a_head_that_has_to_be_positive_may_raise_where_it_is_not():
    report = gated(lambda r, x, m, s: error(r, x) + kl_divergence(Normal(m, s), Normal(0.0, 1.0)).sum(1).mean())
    assert report.accepted, f"{report}"
    assert any("the second head is the standard deviation" in each for each in report.assumed)


class Model(nn.Module):
    def __init__(self, noise=0.0, step=None):
        super().__init__()
        self.heads, self.decoder, self.noise = nn.Linear(6, 6), nn.Linear(3, 6), noise
        if step is not None:
            self.global_step = step

    def encode(self, x):
        return self.heads(x).chunk(2, 1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x + self.noise * torch.randn_like(x))
        recon = self.decode(mu + (logvar / 2).exp() * torch.randn_like(mu))
        return error(recon, x) + min(1.0, getattr(self, "global_step", 100) / 100) * kl(mu, logvar)


@pytest.mark.long
def test_a_model_may_add_noise_to_its_data_and_begin_with_no_kl():
    for model in (Model(noise=0.1), Model(step=0)):
        report = gated(model, shapes=[(2, 6, 3)])
        assert report.accepted, f"{report}"
