"""The posterior that is sampled is the one of the KL, or that is a finding; of objectives of a model and of modules."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Normal
from torch.nn.functional import softplus

from properties.engine.helpers.behaviour import codes, error, gated, kl, told
from properties.engine.helpers.slow import but
from verify.gate.shapes import SHAPES


def objective(deviation):
    def loss(model, x):
        mu, logvar = model.encode(x)
        z = mu + deviation(logvar) * torch.randn_like(mu)
        return error(model.decode(z), x) + kl(mu, logvar)

    return loss


RIGHT = {
    "exp(logvar/2)": lambda logvar: (logvar / 2).exp(),
    "of either sign": lambda logvar: -(logvar / 2).exp(),
    "with a small number": lambda logvar: (logvar / 2).exp() + 1e-6,
}

WRONG = {
    "half of it": (lambda logvar: logvar / 2, "σ = 1/2*logvar"),
    "the variance": (lambda logvar: logvar.exp(), "σ = exp(logvar)"),
    "half the deviation": (lambda logvar: (logvar / 2).exp() / 2, "σ = 1/2*exp(logvar/2)"),
    "softplus": (softplus, "σ = softplus(logvar)"),
    "a constant": (lambda logvar: logvar * 0 + 0.5, "σ = 0.5, whatever the second head is"),
}


@pytest.mark.parametrize("name", but(RIGHT, "exp(logvar/2)", "of either sign", mark="long"))
def test_right(name):
    report = gated(objective(RIGHT[name]))
    assert report.accepted, f"{report}"
    assert "sampler" in report.examined


@pytest.mark.parametrize("name", but(WRONG, "the variance", "half the deviation", mark="long"))
def test_wrong(name):
    deviation, text = WRONG[name]
    report = gated(objective(deviation))
    assert codes(report) == {"sampler-and-kl-disagree"}, f"{report}"
    assert text in told(report)
    assert "the log-variance" in told(report)


def drawn_by(noise):
    """An objective with the deviation of its KL, and a noise that is not mu + σ·ε of a standard normal ε for each."""

    def loss(model, x):
        mu, logvar = model.encode(x)
        return error(model.decode(noise(mu, (logvar / 2).exp())), x) + kl(mu, logvar)

    return loss


NOISES = {
    "uniform": (lambda mu, s: mu + s * torch.rand_like(mu), "on the average z is mu + 0.5·σ"),
    "uniform about 0": (
        lambda mu, s: mu + s * (2 * torch.rand_like(mu) - 1),
        "the variance of z is that of the KL and -0.6",
    ),
    "of the mean too": (lambda mu, s: s * (mu + torch.randn_like(mu)), "on the average z is mu + 0."),
    "one for all": (lambda mu, s: mu + s * torch.randn(len(mu), 1), "their correlation is 0.9"),
    "of two values": (lambda mu, s: mu + s * (2 * torch.randint_like(mu, 2) - 1), "here it is 3-2"),
    "squashed then": (lambda mu, s: (mu + s * torch.randn_like(mu)).tanh(), "a function of mu + σ·noise"),
    "of numpy": (
        lambda mu, s: mu + s**2 * torch.from_numpy(np.random.standard_normal(mu.shape)),
        "the variance of z is that of the KL and +",
    ),
}


@pytest.mark.parametrize("name", but(NOISES, "uniform", "of the mean too", mark="long"))
def test_noise_that_is_another_is_seen_in_what_is_drawn(name):
    noise, text = NOISES[name]
    report = gated(drawn_by(noise), shapes=SHAPES[:2])
    assert report.outcome == "undecided", f"{report}"
    assert [text in each for each in report.undecided] == [True]
    assert "sampler" in report.examined


def test_heads_that_are_exchanged_in_the_sampler_are_seen_where_its_moments_are_right_by_chance():
    def loss(model, x):
        mu, logvar = model.encode(x)
        return error(model.decode(logvar + (mu / 2).exp() * torch.randn_like(logvar)), x) + kl(mu, logvar)

    (why,) = gated(loss, shapes=SHAPES[:1]).undecided
    assert why.startswith("without noise the decoder is given ")
    assert why.endswith(": it is to be mu")


MOVED = {
    "rows": lambda mu, s: mu.flip(0) + s * torch.randn_like(mu),
    "latents": lambda mu, s: mu.flip(1) + s * torch.randn_like(mu),
    "held": lambda mu, s: mu.clamp(-2, 2) + s * torch.randn_like(mu),
}


@pytest.mark.parametrize("name", but(MOVED, "rows", mark="long"))
def test_a_mean_that_is_another_in_the_sampler_alone_is_seen(name):
    (why,) = gated(drawn_by(MOVED[name]), shapes=SHAPES[:1]).undecided
    assert why.startswith("without noise the decoder is given "), why


ALSO_RIGHT = {
    "numpy": lambda mu, s: mu + s * torch.from_numpy(np.random.standard_normal(mu.shape)),
    "one for the batch": lambda mu, s: mu + s * torch.randn(1, mu.shape[1]),
    "of two numbers": lambda mu, s: mu + s * (torch.randn_like(mu) + torch.randn_like(mu)) / 2**0.5,
    "dropped out then": lambda mu, s: nn.functional.dropout(mu + s * torch.randn_like(mu)),
    "Box and Muller": lambda mu, s: (
        mu + s * (-2 * torch.rand_like(mu).log()).sqrt() * (6.283185 * torch.rand_like(mu)).cos()
    ),
}


@pytest.mark.parametrize("name", but(ALSO_RIGHT, "numpy", "Box and Muller", mark="long"))
def test_noise_that_is_normal_whatever_draws_it(name):
    report = gated(drawn_by(ALSO_RIGHT[name]), shapes=SHAPES[:2])
    assert report.accepted, f"{report}"
    assert "sampler" in report.examined


PULLED = {
    "sample": (lambda mu, s: Normal(mu, s).sample(), "no gradient in mu and the second head"),
    "normal": (torch.normal, "no gradient in mu and the second head"),
    "the mean detached": (lambda mu, s: mu.detach() + s * torch.randn_like(mu), "no gradient in mu"),
    "the deviation detached": (lambda mu, s: mu + s.detach() * torch.randn_like(mu), "no gradient in the second head"),
}


def test_a_deviation_that_is_held_where_that_of_the_kl_is_not():
    for clamp, text in (
        (
            lambda h: h.clamp(min=-2.5),
            "where the second head is -3, z is sampled with σ = 0.2865; that of the KL is 0.2231",
        ),
        (lambda h: h.clamp(max=2.5), "where the second head is 3, z is sampled with σ = 3.49; that of the KL is 4.482"),
    ):
        report = gated(objective(lambda h, clamp=clamp: (clamp(h) / 2).exp()), shapes=SHAPES[:2])
        assert codes(report) == {"sampler-and-kl-disagree"}
        assert text in told(report)
    assert gated(objective(lambda h: (h.clamp(-4, 4) / 2).exp()), shapes=SHAPES[:2]).accepted


@pytest.mark.parametrize("name", but(PULLED, "normal", "the deviation detached", mark="long"))
def test_what_is_sampled_has_a_gradient_in_both_heads(name):
    noise, text = PULLED[name]
    report = gated(drawn_by(noise), shapes=SHAPES[:2])
    assert codes(report) == {"gradient-differs"}, f"{report}"
    assert [finding.detail.endswith(text) for finding in report.findings] == [True]
    assert "rsample" in report.findings[0].repair
    assert gated(drawn_by(noise), surrogate=True, shapes=SHAPES[:2]).accepted


def test_an_objective_without_a_sample_is_not_judged():
    report = gated(objective(lambda logvar: logvar * 0))
    assert report.outcome == "undecided"
    assert "no sample" in told(report)


class Numbers(nn.Module):
    """A module with a generator of its own, which each copy has from where it stands."""

    def __init__(self):
        super().__init__()
        self.heads, self.decode, self.numbers = nn.Linear(6, 6), nn.Linear(3, 6), np.random.default_rng(0)

    def encode(self, x):
        return self.heads(x).chunk(2, 1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.from_numpy(self.numbers.standard_normal(mu.shape))
        return error(self.decode(mu + (logvar / 2).exp() * noise), x) + kl(mu, logvar)


def test_noise_that_is_always_the_same_is_none_unless_the_object_has_it_anew():
    def seeded(mu, s):
        torch.manual_seed(0)
        return mu + s * torch.randn_like(mu)

    for noise in (seeded, lambda mu, s: mu + s * torch.arange(1.0, 1 + mu.shape[1])):
        report = gated(drawn_by(noise), shapes=SHAPES[:2])
        assert report.undecided == ["what the decoder is given is the same at every call: no new noise is drawn"]
        assert report.findings == []


@pytest.mark.long
def test_a_generator_of_a_module_goes_on_from_call_to_call():
    assert gated(Numbers(), shapes=[(4, 6, 3), (8, 6, 3)]).accepted


class Model(nn.Module):
    def __init__(self, samples=True):
        super().__init__()
        self.heads, self.decoder, self.samples = nn.Linear(6, 6), nn.Linear(3, 6), samples

    def encode(self, x):
        return self.heads(x).chunk(2, 1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.randn_like(mu) if self.training and self.samples else torch.zeros_like(mu)
        return error(self.decode(mu + (logvar / 2).exp() * noise), x) + kl(mu, logvar)


@pytest.mark.long
def test_a_module_that_samples_in_train_mode():
    report = gated(Model())
    assert report.accepted, f"{report}"
    assert {"sampler", "train and eval mode", "repeated calls"} <= set(report.examined)


def test_a_module_that_never_samples():
    assert codes(gated(Model(samples=False))) == {"nothing-sampled"}
