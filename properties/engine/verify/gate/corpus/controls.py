"""Losses that are right, in a convention that not every reader expects."""

import math
from types import SimpleNamespace

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, Stub, kls, noise, squares

cases = Cases()
right = cases.right


@right(a="2/d", b="1/d", long=True)
def means_with_ratio(recon_x, x, mu, logvar):
    """Mean over pixels and mean over latents."""
    ratio = mu.shape[1] / x[0].numel()
    return F.mse_loss(recon_x, x) + ratio * kls(mu, logvar).mean()


def _residual(fn, r, x, mu, lv):
    prior = {"mu": noise(*mu.shape, seed=2), "logvar": torch.zeros_like(lv)}
    return fn(r, x, prior, {"mu": mu, "logvar": lv})


@right(a="1", b="1", adapter=_residual)
def residual_prior(recon_x, x, prior_outs, encoder_outs):
    """The encoder mean is a residual on the prior mean, q = N(mu_p + mu, .), so mu_p cancels in the KL."""
    lp, lq = prior_outs["logvar"], encoder_outs["logvar"]
    kl = 0.5 * (lp - lq + lq.exp() / lp.exp() + encoder_outs["mu"] ** 2 / lp.exp() - 1)
    return 0.5 * squares(recon_x, x).mean() + kl.sum(-1).mean()


@right(a="2*n/d", b="n/d")
def per_pixel_both(recon_x, x, mu, logvar, beta=1.0):
    """Both terms divided by the number of pixels and summed over the batch ."""
    pixels = x[0].numel()
    kl = -0.5 * torch.sum(1 + logvar - mu**2 - torch.exp(logvar), dim=1) / pixels
    return (torch.sum((recon_x - x) ** 2, dim=1) / pixels + beta * kl).sum()


@right(a="2", b="2", long=True)
def no_halves_at_all(recon_x, x, mu, logvar):
    """Neither term has its 1/2, so the loss is twice the negative ELBO."""
    return torch.sum((x - recon_x) ** 2, 1) - torch.sum(1 + logvar - mu**2 - logvar.exp(), 1)


@right(a="2/d", b="1/d")
def numel(recon_x, x, mu, logvar):
    """Mean over all pixels, KL divided by the same number n d; 1/2 missing in the squared error."""
    rec = F.mse_loss(recon_x, x)
    kld = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum() / x.numel()
    return {"loss": rec + kld, "mse": rec, "kld": kld}


@right(a="1/k", b="1/k")
def both_over_k(recon_x, x, mu, logvar):
    """KL averaged over k and the summed error divided by k too."""
    return kls(mu, logvar).mean() + 0.5 * squares(recon_x, x).mean() / mu.shape[1]


@right(a="1", m="0.25", v="0.25", l="1")
def prior_variance_4(recon_x, x, mu, logvar, prior_std=2.0):
    """KL to N(0, 4 I), all constants kept."""
    kl = math.log(prior_std) - 0.5 * logvar + (logvar.exp() + mu**2) / (2 * prior_std**2) - 0.5
    return SimpleNamespace(loss=(0.5 * squares(recon_x, x) + kl.sum(1)).mean(), kl_local=kl)


@right(a="1", m="4", v="4", l="1", adapter=lambda fn, r, x, mu, lv: fn(Stub(r, mu, lv), x))
def prior_quarter_distributions(model, x):
    """Torch takes the standard deviation, the prior is N(0, 1/4)."""
    mu, logvar = model.encode(x)
    q = D.Normal(mu, logvar.mul(0.5).exp())
    p = D.Normal(torch.zeros_like(mu), 0.5 * torch.ones_like(mu))
    return (-D.Normal(model.decode(q.rsample()), 1.0).log_prob(x).sum(1) + D.kl_divergence(q, p).sum(1)).mean()


@right(a="2", m="2/3", v="2/3", l="2")
def prior_variance_constants_dropped(recon_x, x, mu, logvar):
    """Twice (squared error/2 + KL to N(0, 3 I)) without its constants."""
    return torch.mean(squares(recon_x, x) + ((mu.square() + logvar.exp()) / 3 - logvar).sum(1))


@right(a="1", b="1", long=True)
def cross_entropy_minus_entropy(recon_x, x, mu, logvar):
    """Cross-entropy to the prior with its log(2 pi), entropy without; a constant is left over."""
    nll = 0.5 * (squares(recon_x, x) + x.shape[1] * math.log(2 * math.pi))
    cross = 0.5 * (mu**2 + logvar.exp() + math.log(2 * math.pi)).sum(1)
    entropy = 0.5 * (logvar + 1).sum(1)
    return nll + cross - entropy


@right(a="1", b="4", declared={"beta": 4.0})
def beta_vae_4(recon_x, x, mu, logvar, beta=4.0):
    """Beta-VAE with the declared beta = 4."""
    rec, kl = 0.5 * squares(recon_x, x).mean(), kls(mu, logvar).sum(1).mean()
    return {"loss": rec + beta * kl, "rec": rec, "kl": kl}


@right(a="1/(d*log(2))", b="1/(d*log(2))")
def bits_per_dim(recon_x, x, mu, logvar):
    """The whole negative ELBO in bits per dimension."""
    nelbo = 0.5 * squares(recon_x, x) + x.shape[1] / 2 * math.log(2 * math.pi) + kls(mu, logvar).sum(1)
    return SimpleNamespace(loss=(nelbo / (x.shape[1] * math.log(2.0))).mean(), nelbo=nelbo)


def _prior_heads(mu):  # a learned prior, the same for every row
    k = mu.shape[1]
    return tuple((w * noise(1, k, seed=s)).to(mu.dtype).expand_as(mu) for w, s in ((0.7, 11), (0.4, 12)))


@right(shapes=None, adapter=lambda fn, r, x, mu, lv: fn(r, x, mu, lv, *_prior_heads(mu)), long=True)
def learned_prior(recon_x, x, mu_q, lv_q, mu_p, lv_p):
    """KL."""
    kl = 0.5 * (lv_p - lv_q + (lv_q.exp() + (mu_q - mu_p).pow(2)) / lv_p.exp() - 1).sum(-1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@right(a="1", m="1", v="0", l="0", declared={"posterior_variance": 0.25})
def fixed_posterior_quarter(recon_x, x, mu, logvar, q_std=0.5):
    """Correct for the declared posterior variance 1/4: KL(N(mu, I/4) || N(0, I)) with its constant."""
    q = D.Normal(mu, torch.full_like(mu, q_std))
    p = D.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return 0.5 * squares(recon_x, x) + D.kl_divergence(q, p).sum(1)


EPOCHS = 50


@right(a="1", b="1")
def linear_warmup(recon_x, x, mu, logvar, epoch=EPOCHS, warmup=10):
    """Warm-up over 10 of 50 epochs, weight 1 at the end (default argument)."""
    w = min(1.0, epoch / warmup)
    return (0.5 * squares(recon_x, x) + w * kls(mu, logvar).sum(1)).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
