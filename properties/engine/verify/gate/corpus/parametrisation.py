"""Losses that take the second head for something else, and losses whose second head is no log-variance."""

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, Stub, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


@wrong("missing-log", adapter=lambda fn, r, x, mu, lv: fn(Stub(r, mu, 2 * (0.5 * lv).exp()), x)["loss"], long=True)
def half_head_as_std(model, x):
    """Z = mu + 1/2 * head * eps (head used as it is), while the KL treats the same head as log-variance."""
    mean, head = model.encode(x)
    recon = model.decode(mean + 0.5 * head * torch.randn_like(head))
    rec = 0.5 * squares(recon, x)
    kl = 0.5 * (head.exp() + mean**2 - 1 - head).sum(1)
    return {"loss": (rec + kl).mean(), "rec": rec.mean(), "kl": kl.mean()}


@wrong("kl-shape")
def variance_squared(recon_x, x, mu, logvar):
    """The variance is squared in the KL, its logarithm is not doubled."""
    sigma = logvar.exp()
    kl = 0.5 * (mu**2 + sigma**2 - logvar - 1).sum(1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@right()
def normal_takes_std(recon_x, x, mu, logvar):
    """Torch.distributions.Normal is given the variance as its scale."""
    q = D.Normal(mu, logvar.exp())
    return (0.5 * squares(recon_x, x) + D.kl_divergence(q, D.Normal(0.0, 1.0)).sum(1)).mean()


@right(a="1", b="1")
def log_sigma_head(recon_x, x, mu, log_sigma):
    """The head is log sigma."""
    kl = -0.5 * torch.sum(1 + 2 * log_sigma - mu**2 - torch.exp(2 * log_sigma), dim=1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@right(a="n", b="n")
def stddev_head(recon_x, x, z_mean, z_stddev):
    """Only sigma^2 enters; its sign does not matter since the noise is symmetric."""
    latent = 0.5 * torch.sum(torch.square(z_mean) + torch.square(z_stddev) - torch.log(torch.square(z_stddev)) - 1)
    return torch.sum(0.5 * (recon_x - x) ** 2) + latent


@right(a="1", b="1", adapter=lambda fn, r, x, mu, lv: fn(r, x, mu, (0.5 * lv).exp()))
def sigma_positive(recon_x, x, mu, sigma):
    """-log sigma = -1/2 log sigma^2."""
    kl = -sigma.log() + 0.5 * (sigma**2 + mu**2) - 0.5
    return 0.5 * squares(recon_x, x).mean() + kl.sum(-1).mean()


@right(a="1", b="1", long=True)
def softplus_head(recon_x, x, mu, rho):
    """Sigma = softplus(rho), KL by torch.distributions."""
    q = D.Normal(mu, F.softplus(rho))
    return 0.5 * squares(recon_x, x) + D.kl_divergence(q, D.Normal(torch.zeros_like(mu), torch.ones_like(mu))).sum(-1)


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
