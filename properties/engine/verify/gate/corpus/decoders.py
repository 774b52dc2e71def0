"""Losses of a Gaussian decoder whose variance is learned, or declared."""

import math

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F
from torch import nn

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


def _softclip(t, low=-6.0):
    return low + F.softplus(t - low)


@right(b="n", adapter=lambda fn, *tensors: sum(fn(*tensors, torch.tensor(0.3, dtype=torch.float64))), long=True)
def learned_sigma_soft_clipped(recon_x, x, mu, logvar, log_sigma):
    """Learned decoder sd with its full normaliser d*log."""
    ls = _softclip(log_sigma)
    rec = (0.5 * torch.pow((x - recon_x) / ls.exp(), 2) + ls + 0.5 * math.log(2 * math.pi)).sum()
    return rec, -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


LS = 0.3  # log sigma_x of the declared decoder


def _mean_of(out):
    return (out["loss"] if isinstance(out, dict) else out).mean()


def _fifth(value):
    """Adapter with a fixed number as fifth argument: the learned parameter of the decoder's noise."""
    return lambda fn, r, x, mu, lv: _mean_of(fn(r, x, mu, lv, torch.as_tensor(value, dtype=r.dtype)))


@wrong(
    "decoder-variance-differs",
    a="exp(-0.3)",
    b="1",
    declared={"decoder_variance": 1.8221188003905089},
    adapter=_fifth(LS),
)
def learned_sigma_not_squared(recon_x, x, mu, logvar, log_sigma_x):
    """The squared error is divided by sigma where sigma^2 is due; the normaliser d log sigma is right."""
    rec = 0.5 * (x - recon_x).square() / log_sigma_x.exp() + log_sigma_x + 0.5 * math.log(2 * math.pi)
    return rec.sum(1).mean() + kls(mu, logvar).sum(1).mean()


@wrong(
    "decoder-variance-differs",
    a="exp(-0.2)",
    b="1",
    declared={"decoder_variance": 1.4918246976412703},
    adapter=_fifth(0.4),
)
def learned_logvar_halved_in_exponent_only(recon_x, x, mu, logvar, gamma_x):
    """Exp."""
    std = torch.exp(0.5 * gamma_x)
    nll = 0.5 * ((x - recon_x) ** 2 / std + gamma_x)
    return nll.sum(-1) + kls(mu, logvar).sum(-1)


@wrong(
    "reconstruction-averaged-over-features",
    a="exp(-2*0.3)/d",
    b="1",
    declared={"decoder_variance": 1.8221188003905089},
    adapter=_fifth(LS),
)
def learned_sigma_pixel_mean(recon_x, x, mu, logvar, log_sigma_x):
    """The Gaussian NLL with learned sigma is averaged over pixels, the KL is summed over latents."""
    nll = 0.5 * ((x - recon_x) / log_sigma_x.exp()) ** 2 + log_sigma_x + 0.5 * math.log(2 * math.pi)
    return nll.mean() + kls(mu, logvar).sum(1).mean()


@wrong("decoder-variance-differs", a="100", b="1", declared={"decoder_variance": 0.1})
def decoder_variance_as_scale(recon_x, x, mu, logvar, x_var=0.1):
    """The decoder's variance 0.1 is handed to Normal as its scale."""
    nll = -D.Normal(recon_x, torch.full_like(recon_x, x_var)).log_prob(x).sum(1)
    return (nll + kls(mu, logvar).sum(1)).mean()


@right(a="1/0.6", b="1", declared={"decoder_variance": 0.6}, adapter=_fifth(0.6))
def gaussian_nll_loss_full(recon_x, x, mu, logvar, var_x):
    """GaussianNLLLoss(full=True) with a learned scalar variance, summed over pixels."""
    nll = nn.GaussianNLLLoss(full=True, reduction="sum")(recon_x, x, var_x.expand_as(x)) / x.shape[0]
    return nll + kls(mu, logvar).sum(1).mean()


@right(a="1/0.49", b="1", declared={"decoder_variance": 0.49}, adapter=_fifth(0.7))
def learned_sigma(recon_x, x, mu, logvar, sigma_x):
    """D log sigma + |e|^2/(2 sigma^2), 2 pi left out."""
    return x.shape[1] * sigma_x.log() + 0.5 * squares(recon_x / sigma_x, x / sigma_x) + kls(mu, logvar).sum(1)


@right(a="2*exp(-0.4)", b="2", declared={"decoder_variance": 1.4918246976412703}, adapter=_fifth(0.4))
def learned_logvar_doubled(recon_x, x, mu, logvar, logvar_x):
    """Twice the negative ELBO, learned log-variance with its normaliser d log variance."""
    twice_nll = (x - recon_x).pow(2) * torch.exp(-logvar_x) + logvar_x
    return twice_nll.sum(1).mean() + (mu**2 + logvar.exp() - logvar - 1).sum(1).mean()


@right(a="10", b="1", declared={"decoder_variance": 0.1})
def decoder_variance_tenth(recon_x, x, mu, logvar, s2=0.1):
    """1/(2 s2) with s2 = 0.1; the normaliser is a constant and left out."""
    return (squares(recon_x, x) / (2 * s2) + kls(mu, logvar).sum(1)).mean()


@right(a="4", b="1", declared={"decoder_variance": 0.25})
def decoder_variance_quarter_normalised(recon_x, x, mu, logvar, x_std=0.5):
    """Density of N(xhat, 1/4) with its normaliser."""
    log_px = D.Independent(D.Normal(recon_x, torch.full_like(recon_x, x_std)), 1).log_prob(x)
    kl = kls(mu, logvar).sum(-1)
    return {"loss": -(log_px - kl).mean(), "log_px": log_px}


@right(a="2", b="4", declared={"beta": 4.0, "decoder_variance": 0.5})
def beta_4_variance_half(recon_x, x, mu, logvar, beta=4.0):
    """Unit-weight squared error is a decoder of variance 1/2, declared as such; beta = 4."""
    return (((x - recon_x) ** 2).sum(1) + beta * kls(mu, logvar).sum(1)).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
