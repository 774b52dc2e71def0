"""Losses whose gradient is that of another."""

from types import SimpleNamespace

import pytest
import torch

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


@wrong("gradient-differs", a="1", b="1", long=True)
def kl_detached(recon_x, x, mu, logvar):
    """Loss = rec + kl.detach()."""
    kl = kls(mu, logvar).sum(1).mean().detach()
    rec = 0.5 * squares(recon_x, x).mean()
    return {"loss": rec + kl, "rec": rec.detach(), "kl": kl}


@wrong("gradient-differs", a="2", b="1")
def mu_detached(recon_x, x, mu, logvar):
    """Mu is detached inside the KL."""
    z_mean = mu.detach()
    return squares(recon_x, x).mean() + 0.5 * (z_mean**2 + logvar.exp() - logvar - 1).sum(1).mean()


@wrong("gradient-differs", a="1", b="1")
def gradient_scaled(recon_x, x, mu, logvar):
    """Kl.detach() + 0.1 * (kl - kl.detach())."""
    kl = kls(mu, logvar).sum(1)
    kl = kl.detach() + 0.1 * (kl - kl.detach())
    return (0.5 * squares(recon_x, x) + kl).mean()


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, t):
        return t.view_as(t)

    @staticmethod
    def backward(ctx, g):
        return -g


@wrong("gradient-differs", a="1", b="1")
def gradient_reversed(recon_x, x, mu, logvar):
    """The KL passes a gradient reversal layer."""
    kl = _Reverse.apply(kls(mu, logvar)).sum(-1).mean()
    rec = 0.5 * (x - recon_x).square().sum(-1).mean()
    return SimpleNamespace(loss=rec + kl, rec=rec, kl=kl)


@wrong("gradient-differs", a="1", b="1")
def kl_as_python_number(recon_x, x, mu, logvar):
    """The KL is turned into a number with .item() before it is added."""
    kl = kls(mu, logvar).sum(1).mean().item()
    return 0.5 * squares(recon_x, x).mean() + kl


@wrong("gradient-differs", a="1", b="1")
def reconstruction_under_no_grad(recon_x, x, mu, logvar):
    """The reconstruction is computed in a no_grad block left over from the logging code."""
    with torch.no_grad():
        rec = 0.5 * squares(recon_x, x).mean()
    kl = kls(mu, logvar).sum(1).mean()
    return {"loss": rec + kl, "rec": rec, "kl": kl}


@wrong("gradient-differs", a="1", b="1")
def reported_kl_trained_penalty(recon_x, x, mu, logvar):
    """Penalty + (KL - penalty).detach(): the value is the KL's, the gradient that of 0.1 |mu|^2."""
    penalty = 0.1 * mu.pow(2).sum(1)
    kl = penalty + (kls(mu, logvar).sum(1) - penalty).detach()
    return SimpleNamespace(loss=(0.5 * squares(recon_x, x) + kl).mean(), kl=kl)


@right(a="n", b="n")
def detached_for_the_log(recon_x, x, mu, logvar):
    """Only what is reported is detached; the loss has value and gradient of n times the negative ELBO."""
    rec, kl = 0.5 * squares(recon_x, x).sum(), kls(mu, logvar).sum()
    return {"rec": rec.item() / len(x), "kl": kl.detach() / len(x), "loss": rec + kl}


@right(declared={"surrogate": True})
def declared_surrogate(recon_x, x, mu, logvar):
    """Correct as a declared surrogate."""
    kl = kls(mu, logvar).sum(1).mean()
    return 0.5 * squares(recon_x, x).mean() + (kl - kl.detach())


@wrong("gradient-differs", a="1", b="1")
def curved_surrogate(recon_x, x, mu, logvar):
    """A term of value 0, whose gradient is that of no term of the value."""
    extra = torch.tanh(mu).sum(1).mean()
    return 0.5 * squares(recon_x, x).mean() + kls(mu, logvar).sum(1).mean() + 0.01 * (extra - extra.detach())


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
