"""Losses of other likelihoods than the Gaussian, and errors that are none."""

import math
from types import SimpleNamespace

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F
from torch import nn

from properties.engine.helpers.losses import Cases, kls

cases = Cases()
wrong, right, undecided = cases.wrong, cases.right, cases.undecided


@wrong(
    "arguments-swapped",
    "kl-averaged-over-latents",
    "reconstruction-averaged-over-features",
    beta="d/k",
    says=("input and target are swapped",),
    adapter=lambda fn, r, x, mu, lv: fn(r, torch.sigmoid(x), mu, lv),
)
def bce_arguments_swapped(recon_x, x, mu, logvar):
    """Binary_cross_entropy_with_logits(target, prediction): data and logits change places."""
    return F.binary_cross_entropy_with_logits(x, recon_x) + kls(mu, logvar).mean()


@wrong("variance-as-standard-deviation")
def sigma_set_to_mse(recon_x, x, mu, logvar):
    """The optimal decoder sigma is taken to be the MSE (the paper's formula) instead of its square root."""
    log_sigma = ((x - recon_x) ** 2).mean().log()  # should be half of this
    rec = (0.5 * ((x - recon_x) / log_sigma.exp()) ** 2 + log_sigma + 0.5 * math.log(2 * math.pi)).sum()
    return rec + kls(mu, logvar).sum()


@right(adapter=lambda fn, r, x, mu, lv: fn(torch.sigmoid(r), (x > 0).to(x.dtype), mu, lv))
def bernoulli_sum_sum(recon_x, x, mu, logvar):
    """Bernoulli likelihood and KL both summed over batch."""
    bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld


def _logits_binary(fn, r, x, mu, lv):  # recon_x are logits, data in {0, 1}
    return fn(r, (x > 0).to(x.dtype), mu, lv)


@wrong("reconstruction-averaged-over-features", adapter=_logits_binary, long=True)
def bce_logits_pixel_mean(logits, x, mu, logvar):
    """Binary_cross_entropy_with_logits is averaged over pixels and batch, the KL is summed over latents."""
    nll = F.binary_cross_entropy_with_logits(logits, x)
    kld = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=1)
    return nll + kld.mean()


def _probs01(fn, r, x, mu, lv):  # recon_x are probabilities, data in (0, 1)
    return fn(torch.sigmoid(r), torch.sigmoid(x), mu, lv)


@wrong("batch-size-in-beta", "reconstruction-averaged-over-features", adapter=lambda *a: _probs01(*a)[0])
def bce_probs_mean_kl_batch_sum(recon_x, x, mu, logvar):
    """Binary_cross_entropy with the default mean, KL summed over batch and latents."""
    bce = F.binary_cross_entropy(recon_x, x)
    kld = -0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())
    return bce + kld, bce, kld


@wrong("sigmoid-twice", adapter=_logits_binary)
def sigmoid_in_loss_and_in_criterion(logits, x, mu, logvar):
    """The output passes a sigmoid and then BCE *with logits*: two sigmoids."""
    recon = torch.sigmoid(logits)
    rec = F.binary_cross_entropy_with_logits(recon, x, reduction="sum") / x.shape[0]
    return rec + kls(mu, logvar).sum(1).mean()


def _tokens(x):  # (n, d) -> (n, d/2) class indices of 2 classes
    return x.reshape(x.shape[0], -1, 2).argmax(-1)


def _token_logits(fn, r, x, mu, lv):
    return fn(r.reshape(r.shape[0], -1, 2), _tokens(x), mu, lv)


@undecided(slow=True, shapes=None, adapter=_token_logits)
def token_cross_entropy_mean(logits, tokens, mu, logvar):
    """F.cross_entropy averages over all tokens, the KL is per sentence."""
    ce = F.cross_entropy(logits.flatten(0, 1), tokens.flatten())
    return ce + kls(mu, logvar).sum(1).mean()


def _logits01(fn, r, x, mu, lv):  # recon_x are logits, data in (0, 1)
    return fn(r, torch.sigmoid(x), mu, lv)


@wrong("reconstruction-averaged-over-features", adapter=lambda *a: _logits01(*a)["loss"])
def mse_of_sigmoid_pixel_mean(raw, x, mu, logvar):
    """Mean squared error of the sigmoid outputs (mean over pixels) + KL summed over latents."""
    mse = (torch.sigmoid(raw) - x).pow(2).mean()
    return {"loss": mse + kls(mu, logvar).sum(-1).mean(), "mse": mse}


@wrong("reconstruction-averaged-over-features")
def l1_mean(recon_x, x, mu, logvar):
    """Nn.L1Loss() with the default mean, KL summed over latents."""
    return nn.L1Loss()(recon_x, x) + (-0.5) * (1 + logvar - mu**2 - logvar.exp()).sum(1).mean(0)


@wrong("reconstruction-averaged-over-features", beta="d")
def huber_mean(recon_x, x, mu, logvar):
    """Smooth_l1_loss averaged over pixels, KL summed over latents."""
    rec = F.smooth_l1_loss(recon_x, x)
    return SimpleNamespace(loss=rec + kls(mu, logvar).sum(1).mean(), rec=rec)


@wrong("beta-differs")
def profiled_without_half(recon_x, x, mu, logvar):
    """D log MSE instead of d/2 log MSE."""
    d = x.shape[1]
    return d * torch.log(F.mse_loss(recon_x, x)) + kls(mu, logvar).sum(1).mean()


@wrong("reconstruction-averaged-over-features")
def profiled_not_times_d(recon_x, x, mu, logvar):
    """1/2 log MSE, without the number of features."""
    rec = F.mse_loss(recon_x, x).sqrt().log()
    kl = kls(mu, logvar).sum(1).mean()
    return rec + kl, rec, kl


@undecided()
def norm_not_squared(recon_x, x, mu, logvar):
    """The Euclidean norm, not its square."""
    return torch.norm(recon_x - x, dim=1) + kls(mu, logvar).sum(1)


@right(adapter=lambda *a: _probs01(*a)["loss"])
def bce_mean_times_pixels(recon_x, x, mu, logvar):
    """Mean BCE times the number of pixels is the sum (continuous x in [0, 1], probabilities)."""
    rec = x.shape[1] * F.binary_cross_entropy(recon_x, x)
    kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1)
    return {"loss": rec + kl.mean(), "reconstruction_loss": rec, "kl_loss": kl.mean()}


@right(
    adapter=lambda fn, r, x, mu, lv: fn(
        D.Independent(D.Bernoulli(logits=r), 1), (x > 0).to(x.dtype), D.Normal(mu, (0.5 * lv).exp())
    ).mean()
)
def bernoulli_distribution(px, x, qz):
    """Px is Independent, qz is not and gets its .sum(-1)."""
    prior = D.Normal(torch.zeros_like(qz.loc), torch.ones_like(qz.scale))
    return -(px.log_prob(x) - D.kl_divergence(qz, prior).sum(-1))


@undecided(long=True)
def huber_summed(recon_x, x, mu, logvar):
    """Not a defect."""
    rec = F.smooth_l1_loss(recon_x, x, reduction="sum").div(len(x))
    return rec + kls(mu, logvar).sum().div(len(x))


@right(adapter=_logits01)
def gaussian_of_sigmoid(raw, x, mu, logvar):
    """Gaussian decoder with mean sigmoid(recon_x), summed with its 1/2; KL weight 1."""
    return 0.5 * F.mse_loss(torch.sigmoid(raw), x, reduction="sum") / x.shape[0] + kls(mu, logvar).sum(1).mean()


@right()
def profiled_variance(recon_x, x, mu, logvar):
    """The decoder's variance is replaced by its optimum on the batch (MSE), giving d/2 log MSE; beta 1."""
    return 0.5 * x.shape[1] * torch.log(F.mse_loss(recon_x, x)) + kls(mu, logvar).sum(1).mean()


@right(long=True)
def profiled_log_of_sum(recon_x, x, mu, logvar):
    """Log of sum and log of mean differ by a constant; both terms summed over the batch (n d/2 log SSE)."""
    rec = 0.5 * x.numel() * torch.log(F.mse_loss(recon_x, x, reduction="sum"))
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return rec + kld, rec, kld


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
