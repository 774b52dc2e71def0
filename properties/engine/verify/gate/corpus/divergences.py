"""Losses whose KL is another than that of the posterior to the prior."""

import math
from types import SimpleNamespace

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


@wrong("kl-sign", a="1", b="-1", says=("unbounded below in mu and logvar",), long=True)
def kl_subtracted(recon_x, x, mu, logvar):
    """The objective that is minimised is reconstruction error MINUS the divergence."""
    d = x[0].numel()
    err = d * 0.5 * ((x - recon_x) ** 2).mean(1)
    return err - kls(mu, logvar).sum(1)


GAMMA = 0.1


@wrong(
    "kl-averaged-over-latents",
    "kl-shape",
    "reconstruction-averaged-over-features",
    a="2/d",
    m="1/k",
    v="(1 + 2*0.1)/k",
    l="(1 + 2*0.1)/k",
    says=("the variance terms count 6/5 times the mean term",),
)
def variance_penalty_named_tc(recon_x, x, mu, logvar, beta=1.0, gamma=GAMMA):
    """Gamma * mean."""
    kld = -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())
    tc = (logvar.exp() - 1 - logvar).mean()
    return F.mse_loss(recon_x, x) + beta * kld + gamma * tc


@wrong(
    "kl-averaged-over-latents",
    "reconstruction-averaged-over-features",
    "variance-terms-missing",
    a="2/d",
    m="2/k",
    v="0",
    l="0",
    says=("nothing keeps a variance that is learned from 0",),
)
def mean_square_only(recon_x, x, mu, logvar, weight=1.0):
    """The 'KL' is the mean square of the code; it has no variance terms."""
    return F.mse_loss(recon_x, x) + weight * torch.mean(mu.pow(2))


@wrong("kl-sign", a="1", b="-1")
def elbo_sign(recon_x, x, mu, logvar):
    """+ 0.5 * sum(1 + logvar - ...): the leading minus is lost."""
    return ((recon_x - x).pow(2).sum(1) / 2 + 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), 1)).mean()


@wrong("log-variance-term-sign", a="1", m="1", v="1", l="-1")
def logvar_sign(recon_x, x, mu, logvar):
    """1 - logvar instead of 1 + logvar."""
    kl = -0.5 * torch.sum(1 - logvar - mu**2 - torch.exp(logvar), dim=1)
    return torch.mean(0.5 * squares(recon_x, x) + kl)


@wrong("variance-term-sign", a="n", m="n", v="-n", l="n")
def exp_sign(recon_x, x, mu, logvar):
    """+ logvar.exp() inside the -1/2 bracket."""
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) + logvar.exp())
    return {"loss": 0.5 * F.mse_loss(recon_x, x, reduction="sum") + kld, "kld": kld}


@wrong("mean-term-sign", a="1", m="-1", v="1", l="1")
def mu_sign(recon_x, x, mu, logvar):
    """+ mu^2 inside the -1/2 bracket."""
    kl = -0.5 * (1 + logvar + mu.pow(2) - logvar.exp()).sum(1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("mean-term-sign", "variance-term-sign", a="1", m="-2", v="-2", l="1")
def bracket_closed_early(recon_x, x, mu, logvar):
    """-0.5 * sum(1 + logvar) - mu^2 - exp(logvar): the parenthesis closes too early."""
    kl = -0.5 * torch.sum(1 + logvar, 1) - mu.pow(2).sum(1) - logvar.exp().sum(1)
    return 0.5 * squares(recon_x, x) + kl


@wrong("mean-term-missing", a="2", m="0", v="1", l="1")
def no_mu(recon_x, x, mu, logvar):
    """Mu^2 is missing from the KL."""
    return squares(recon_x, x).mean() - 0.5 * (1 + logvar - logvar.exp()).sum(1).mean()


@wrong("variance-term-missing", a="1", m="1", v="0", l="1")
def no_exp(recon_x, x, mu, logvar):
    """Exp(logvar) is missing."""
    kl = 0.5 * (mu**2 - logvar - 1).sum(1)
    return SimpleNamespace(loss=(0.5 * squares(recon_x, x) + kl).mean())


@wrong("log-variance-term-missing", a="1", m="1", v="1", l="0")
def no_logvar(recon_x, x, mu, logvar):
    """Logvar is missing."""
    return 0.5 * squares(recon_x, x).mean(), 0.5 * (mu.pow(2) + logvar.exp() - 1).sum(1).mean()


@wrong("kl-shape", a="1", m="1", v="1", l="2")
def log_of_variance_squared(recon_x, x, mu, logvar):
    """Log of the squared variance: logvar counted twice."""
    var = logvar.exp()
    kl = 0.5 * torch.sum(mu**2 + var - torch.log(var**2) - 1, dim=1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("variance-terms-missing", a="1", m="1", v="0", l="0")
def exp_forgotten(recon_x, x, mu, logvar):
    """Log-variance used as if it were the variance: + logvar - logvar cancel."""
    var = logvar  # should be logvar.exp()
    kl = 0.5 * torch.sum(mu.pow(2) + var - logvar - 1, dim=1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("prior-mean", slow=True)
def mu_minus_one(recon_x, x, mu, logvar):
    """(mu - 1)^2: prior mean 1 instead of 0."""
    kl = 0.5 * ((mu - 1) ** 2 + logvar.exp() - logvar - 1).sum(1)
    return {"loss": torch.mean(0.5 * squares(recon_x, x) + kl), "kl": kl}


@wrong("sum-before-square", shapes=None)
def sum_then_square(recon_x, x, mu, logvar):
    """Means summed over latents before squaring."""
    kl = 0.5 * (mu.sum(1).pow(2) + (logvar.exp() - logvar - 1).sum(1))
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("reverse-kl", long=True)
def reverse_kl(recon_x, x, mu, logvar):
    """Arguments of kl_divergence swapped: KL(p || q)."""
    q = D.Normal(mu, torch.exp(0.5 * logvar))
    p = D.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return 0.5 * squares(recon_x, x) + D.kl_divergence(p, q).sum(1)


S_P = 2.0  # prior standard deviation


@wrong("kl-shape", a="1", m="1/2.0", v="1/2.0**2", l="1")
def prior_std_on_mean_term(recon_x, x, mu, logvar, prior_std=S_P):
    """Mu^2 / s, exp(logvar) / s^2."""
    kl = math.log(prior_std) - 0.5 * logvar + 0.5 * logvar.exp() / prior_std**2 + 0.5 * mu**2 / prior_std - 0.5
    return (0.5 * squares(recon_x, x) + kl.sum(1)).mean()


@wrong("prior-variance-differs", a="1", m="1/16", v="1/16", l="1", declared={"prior_variance": 4})
def prior_variance_as_scale(recon_x, x, mu, logvar, prior_variance=4.0):
    """The prior's variance 4 is handed to Normal as its scale, so the prior is N(0, 16)."""
    p = D.Normal(torch.zeros_like(mu), torch.full_like(mu, prior_variance))
    return 0.5 * squares(recon_x, x) + D.kl_divergence(D.Normal(mu, (0.5 * logvar).exp()), p).sum(1)


@wrong("kl-averaged-over-latents", a="1", m="1/k", v="0", l="0", declared={"posterior_variance": 1.0})
def fixed_posterior_latent_mean(recon_x, x, mu, logvar):
    """1/2 mean(mu^2) over latents instead of the sum."""
    return (0.5 * squares(recon_x, x) + 0.5 * mu.pow(2).mean(1)).mean()


@wrong("beta-differs", a="1", m="100", v="0", l="0", declared={"posterior_variance": 0.01})
def fixed_posterior_over_its_variance(recon_x, x, mu, logvar, noise_std=0.1):
    """Mu^2 is divided by the posterior's variance instead of the prior's."""
    kl = 0.5 * ((mu / noise_std) ** 2).sum(1)
    return SimpleNamespace(loss=(0.5 * squares(recon_x, x) + kl).mean(), kl=kl)


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
