"""Losses with free bits, capacities and clamps."""

import pytest
import torch
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


@wrong("floor-on-batch-mean", a="1", says=("below it no sample gets any gradient of the KL",))
def free_bits_after_batch_mean(recon_x, x, mu, logvar, free_bits=1.0):
    """Max(1, KL) is taken of the batch mean instead of per sample (or per dimension)."""
    kl = kls(mu, logvar).sum(-1).mean()
    return 0.5 * squares(recon_x, x).mean() + torch.max(torch.ones_like(kl) * free_bits, kl)


@right(a="1", slow=True)
def free_bits_elementwise(recon_x, x, mu, logvar, free_bits=0.5):
    """The floor is applied to every sample and latent before the batch mean."""
    kl = torch.clamp(kls(mu, logvar), min=free_bits).sum(dim=1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("kl-has-ceiling", a="1")
def free_bits_with_min(recon_x, x, mu, logvar, lam=0.5):
    """Min(lambda, KL) instead of max(lambda, KL)."""
    kl_latent = kls(mu, logvar).mean(dim=0)
    kl = torch.min(kl_latent, torch.full_like(kl_latent, lam)).sum()
    return {"loss": 0.5 * squares(recon_x, x).mean() + kl, "kl": kl}


@wrong("floor-on-batch-mean", "kl-averaged-over-latents", a="1", slow=True)
def free_bits_latent_mean_before_floor(recon_x, x, mu, logvar, free_bits=0.5):
    """The KL is averaged over latents and batch and then floored, not summed over latents afterwards."""
    kl = F.relu(kls(mu, logvar).mean() - free_bits) + free_bits
    return 0.5 * squares(recon_x, x).mean() + kl


@wrong("kl-missing", a="1", b="0")
def relu_of_negative_kl(recon_x, x, mu, logvar):
    """Relu of 1/2 sum(1 + logvar - mu^2 - exp(logvar)), which is minus the KL and never positive."""
    kl = F.relu(0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp(), dim=1))
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("capacity-squared", declared={"beta": 10.0})
def capacity_squared(recon_x, x, mu, logvar, gamma=10.0, C=2.0):
    """(KL - C)^2 instead of |KL - C|."""
    kl = kls(mu, logvar).sum(1).mean()
    return 0.5 * squares(recon_x, x).mean() + gamma * (kl - C).pow(2)


@wrong("mean-held", a="1", slow=True)
def mu_clamped_in_kl(recon_x, x, mu, logvar):
    """Mu is clamped to [-1, 1] inside the KL only."""
    rec, kl = 0.5 * squares(recon_x, x), kls(torch.clamp(mu, -1.0, 1.0), logvar).sum(1)
    return (rec + kl).mean(), rec.mean(), kl.mean()


@right(a="1")
def free_bits_per_latent(recon_x, x, mu, logvar, free_bits=0.5):
    """As documented ."""
    kl_latent = kls(mu, logvar).mean(dim=0)
    return 0.5 * squares(recon_x, x).mean() + torch.maximum(kl_latent, torch.full_like(kl_latent, free_bits)).sum()


@right(a="1", declared={"beta": 10.0})
def capacity(recon_x, x, mu, logvar, gamma=10.0, capacity=2.0):
    """As documented ."""
    kl = torch.mean(torch.sum(kls(mu, logvar), dim=1))
    return {"loss": 0.5 * squares(recon_x, x).mean() + gamma * (kl - capacity).abs(), "kl": kl}


@right(a="1", b="4", declared={"beta": 4.0}, long=True)
def capacity_is_only_a_constant(recon_x, x, mu, logvar, beta=4.0, C=2.0):
    """A beta-VAE with beta = 4: beta (KL - C) differs from beta KL by the constant -8 only."""
    kl = kls(mu, logvar).sum(1).mean()
    loss = 0.5 * squares(recon_x, x).mean() + beta * (kl - C)
    return loss, kl


@right(a="1", b="1")
def logvar_clamped_wide(recon_x, x, mu, logvar):
    """Logvar is clamped to [-30, 20], far outside of what matters (at most to be named)."""
    lv = torch.clamp(logvar, -30.0, 20.0)
    return 0.5 * (squares(recon_x, x) + (mu**2 + lv.exp() - 1.0 - lv).sum(1))


@right(a="1", b="1")
def relu_of_kl(recon_x, x, mu, logvar):
    """The KL of every latent is never negative, the clamp never binds."""
    return (0.5 * squares(recon_x, x) + kls(mu, logvar).clamp(min=0.0).sum(1)).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
