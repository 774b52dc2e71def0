"""A scale of the decoder, whatever it is, stands with the normaliser that is its own, or is a finding."""

import math

import pytest
import torch
from torch.distributions import Laplace, Normal

from properties.engine.helpers.behaviour import codes, gated, kl, told
from properties.engine.helpers.slow import but
from verify.gate import examination
from verify.gate.errors import Unusable
from verify.gate.interface.extras import is_scale


def squares(recon, x):
    return ((recon - x) ** 2).sum(1).mean()


RIGHT = {
    "log σ": (
        lambda recon, x, mu, logvar, log_sigma: (
            -Normal(recon, log_sigma.exp()).log_prob(x).sum(1).mean() + kl(mu, logvar)
        ),
        "log_sigma as log σ,",
    ),
    "log σ²": (
        lambda recon, x, mu, logvar, logvar_x: (
            0.5 * ((recon - x) ** 2 / logvar_x.exp() + logvar_x).sum(1).mean() + kl(mu, logvar)
        ),
        "logvar_x as log σ²,",
    ),
    "σ": (
        lambda recon, x, mu, logvar, sigma: (
            squares(recon, x) / (2 * sigma**2) + x.shape[1] * sigma.log() + kl(mu, logvar)
        ),
        "sigma as σ,",
    ),
    "σ²": (
        lambda recon, x, mu, logvar, var_x: (
            0.5 * ((recon - x) ** 2 / var_x + var_x.log()).sum(1).mean() + kl(mu, logvar)
        ),
        "var_x as σ²,",
    ),
    "twice all": (
        lambda recon, x, mu, logvar, logvar_x: (
            ((recon - x) ** 2 / logvar_x.exp() + logvar_x).sum(1).mean() + 2 * kl(mu, logvar)
        ),
        "logvar_x as log σ²,",
    ),
    "the error without its ½": (
        lambda recon, x, mu, logvar, sigma: squares(recon, x) / sigma**2 + x.shape[1] * sigma.log() + kl(mu, logvar),
        "sigma as σ,",
    ),
    "held from below": (
        lambda recon, x, mu, logvar, log_sigma: (
            -Normal(recon, (torch.nn.functional.softplus(log_sigma + 6) - 6).exp()).log_prob(x).sum(1).mean()
            + kl(mu, logvar)
        ),
        "log_sigma as a function of it,",
    ),
    "Laplace": (
        lambda recon, x, mu, logvar, log_scale: (
            -Laplace(recon, log_scale.exp()).log_prob(x).sum(1).mean() + kl(mu, logvar)
        ),
        "log_scale as log its scale,",
    ),
    "a number for each feature": (
        lambda recon, x, mu, logvar, log_sigma: (
            (squares(recon / log_sigma.exp(), x / log_sigma.exp()) / 2) + log_sigma.sum() + kl(mu, logvar)
            if log_sigma.dim() == 1
            else torch.stack([log_sigma.sum()] * 9)
        ),
        "log_sigma as log σ,",
    ),
}

WRONG = {
    "missing": (
        lambda recon, x, mu, logvar, log_sigma: squares(recon, x) / (2 * torch.exp(2 * log_sigma)) + kl(mu, logvar),
        "normaliser-missing",
        "log_sigma",
    ),
    "halved": (
        lambda recon, x, mu, logvar, logvar_x: (
            0.5 * ((recon - x) ** 2 / logvar_x.exp() + logvar_x / 2).sum(1).mean() + kl(mu, logvar)
        ),
        "normaliser-wrong",
        "(1/2)·d·log σ",
    ),
    "its sign": (
        lambda recon, x, mu, logvar, var_x: (
            0.5 * ((recon - x) ** 2 / var_x - var_x.log()).sum(1).mean() + kl(mu, logvar)
        ),
        "normaliser-wrong",
        "falls without end",
    ),
    "not times d": (
        lambda recon, x, mu, logvar, log_sigma: (
            squares(recon, x) * torch.exp(-2 * log_sigma) / 2 + log_sigma + kl(mu, logvar)
        ),
        "normaliser-wrong",
        "not multiplied by d",
    ),
    "not squared": (
        lambda recon, x, mu, logvar, log_sigma: (
            (0.5 * (recon - x) ** 2 / log_sigma.exp() + log_sigma).sum(1).mean() + kl(mu, logvar)
        ),
        "scale-not-squared",
        "log_sigma",
    ),
    "of a square": (
        lambda recon, x, mu, logvar, sigma: (
            (0.5 * ((recon - x) / sigma) ** 2 + sigma**2).sum(1).mean() + kl(mu, logvar)
        ),
        "normaliser-wrong",
        "no multiple",
    ),
    "twice the likelihood": (
        lambda recon, x, mu, logvar, log_sigma: (
            ((recon - x) ** 2 / torch.exp(2 * log_sigma) + 2 * log_sigma).sum(1).mean() + kl(mu, logvar)
        ),
        "beta-differs",
        "effective β = 1/2",
    ),
    "a mean over the features": (
        lambda recon, x, mu, logvar, log_sigma: -Normal(recon, log_sigma.exp()).log_prob(x).mean() + kl(mu, logvar),
        "reconstruction-averaged-over-features",
        "its normaliser present",
    ),
}


@pytest.mark.parametrize(
    "name",
    but(RIGHT, "log σ²", "σ", "σ²", "twice all", "the error without its ½", "a number for each feature", mark="long"),
)
def test_right(name):
    loss, text = RIGHT[name]
    report = gated(loss)
    assert report.accepted, f"{report}"
    assert f"the decoder learns its width, {text} its normaliser present" in told(report)


@pytest.mark.parametrize("name", but(WRONG, "not times d", mark="long"))
def test_wrong(name):
    loss, code, text = WRONG[name]
    report = gated(loss)
    assert codes(report) == {code}, f"{report}"
    assert text in told(report)


def test_a_number_that_is_not_learned_needs_no_normaliser():
    report = gated(lambda recon, x, mu, logvar, sigma: squares(recon, x) / (2 * sigma**2) + kl(mu, logvar))
    assert report.outcome == "undecided"
    assert "right if that is a number, and not learned" in told(report)


@pytest.mark.long
def test_what_weighs_all_is_no_scale_of_the_decoder():
    report = gated(lambda recon, x, mu, logvar, scale: scale * (squares(recon, x) / 2 + kl(mu, logvar)))
    assert report.outcome == "undecided"


def test_the_scale_of_a_prior_is_not_that_of_the_decoder(monkeypatch):
    monkeypatch.setattr(examination, "fixed", list)  # a hundred shapes of large tensors, at which it is called in vain
    with pytest.raises(Unusable, match="prior_logvar"):
        gated(lambda recon, x, mu, logvar, prior_logvar: math.nan)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("log_sigma", True),
        ("logvar_x", True),
        ("log_var_x", True),
        ("dec_logvar", True),
        ("log_scale", True),
        ("obs_std", True),
        ("gamma", True),
        ("gamma_x", True),
        ("prior_std", False),
        ("z_sigma", False),
        ("mask", False),
        ("variant", False),
    ],
)
def test_names(name, is_one):
    assert is_scale(name) is is_one
