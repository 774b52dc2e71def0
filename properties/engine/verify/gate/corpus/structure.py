"""Losses that couple samples or latent variables, or weigh them differently."""

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F

from properties.engine.helpers.losses import FEW, Cases, kls, noise, squares

cases = Cases()
undecided = cases.undecided
wrong, right = cases.wrong, cases.right


W_IW, S_IW = 0.00025, 3


W_IW, S_IW = 0.00025, 3


def _spread(r, S=S_IW):  # S reconstructions per sample for adapters
    return r[:, None] + 0.5 * noise(r.shape[0], S, r.shape[1], seed=7)


@wrong(
    "reconstruction-averaged-over-features",
    adapter=lambda fn, r, x, mu, lv: fn(_spread(r), x, mu, lv),
    shapes=tuple(FEW[:5]),
)
def inverted_importance_weights(recons, x, mu, logvar):
    """Importance weights are the softmax of PLUS the loss of each sample."""
    rec = ((recons - x[:, None]) ** 2).mean(-1)
    log_weight = rec + W_IW * kls(mu, logvar).sum(1, keepdim=True)
    return (F.softmax(log_weight, dim=-1) * log_weight).sum(-1).mean()


def _mmd_of_quadratics(z, prior, scale=2.0):  # inverse multiquadratic kernel, biased estimate
    def kern(a, b):
        c = scale * a.shape[1]
        return (c / (c + ((a[:, None] - b[None]) ** 2).sum(-1))).mean()

    return kern(z, z) + kern(prior, prior) - 2 * kern(z, prior)


@wrong("kl-missing", adapter=lambda fn, r, x, mu, lv: fn(r, x, mu + (0.5 * lv).exp() * noise(*mu.shape, seed=3)))
def mmd_without_kl(recon_x, x, z, lam=1000.0):
    """InfoVAE with alpha = 0 declared: the per-sample KL is left out, only lambda * MMD(q(z), p(z)) remains."""
    return F.mse_loss(recon_x, x, reduction="sum") + lam * _mmd_of_quadratics(z, torch.randn_like(z))


@wrong("reconstruction-couples-samples", shapes=None, adapter=lambda fn, r, x, mu, lv: fn(r.unsqueeze(1), x, mu, lv))
def pairwise_broadcast(recon_x, x, mu, logvar):
    """(n, 1, d) against (n, d) broadcasts to all n^2 pairs."""
    return 0.5 * (recon_x - x).pow(2).sum(-1).mean() + kls(mu, logvar).sum(-1).mean()


@wrong("batch-mean-before-square", shapes=None, long=True)
def batch_mean_of_mu(recon_x, x, mu, logvar):
    """Mu averaged over the batch before squaring."""
    m = mu.mean(0)
    kl = 0.5 * (m**2 + logvar.exp().mean(0) - logvar.mean(0) - 1)
    return 0.5 * squares(recon_x, x).mean() + kl.sum()


@wrong("kl-of-aggregate", shapes=None)
def kl_of_aggregate(recon_x, x, mu, logvar):
    """KL of the moment-matched aggregate of the batch, not of each posterior."""
    mean = mu.mean(0)
    total = logvar.exp().mean(0) + mu.var(0, unbiased=False)
    kl = D.kl_divergence(D.Normal(mean, total.sqrt()), D.Normal(torch.zeros_like(mean), torch.ones_like(mean))).sum()
    rec = 0.5 * squares(recon_x, x).mean()
    return rec + kl, rec, kl


@wrong("weights-differ-among-latents", shapes=None)
def first_latent_only(recon_x, x, mu, logvar):
    """Only the first latent's KL is counted."""
    return (0.5 * squares(recon_x, x) + kls(mu, logvar)[:, 0]).mean()


def _cov(z):  # biased covariance over the batch
    zc = z - z.mean(0, keepdim=True)
    return zc.T @ zc / z.shape[0]


def _off(c):
    return c - torch.diag(torch.diagonal(c))


@undecided(slow=True)
def covariance_penalty_for_kl(recon_x, x, mu, logvar, lambda_od=10.0, lambda_d=5.0):
    """The covariance penalties of DIP-VAE are there, the KL they come on top of is not."""
    c = _cov(mu)
    dip = lambda_od * _off(c).square().sum() + lambda_d * (torch.diagonal(c) - 1).square().sum()
    return {"loss": 0.5 * squares(recon_x, x).mean() + dip, "dip": dip}


@wrong("batch-size-in-beta", a="1", b="n")
def keepdim_makes_a_matrix(recon_x, x, mu, logvar):
    """One of the three parts of the KL has keepdim=True."""
    k = mu.shape[1]
    kl = 0.5 * (mu.pow(2).sum(1) + logvar.exp().sum(1, keepdim=True) - logvar.sum(1) - k)
    return 0.5 * squares(recon_x, x).sum() / len(x) + kl.sum() / len(x)


@wrong("weights-differ-among-samples", shapes=None)
def latents_of_half_the_batch(recon_x, x, mu, logvar):
    """Stereo/paired data: the KL takes mu[::2], the first view of each pair, only."""
    first = slice(None, None, 2)
    return 0.5 * squares(recon_x, x).mean() + kls(mu[first], logvar[first]).sum(1).mean()


@right(a="1", b="1", long=True)
def broadcast_but_mean(recon_x, x, mu, logvar):
    """(n,) + (n, 1) broadcasts to (n, n), whose mean is mean error + mean KL all the same."""
    rec = 0.5 * squares(recon_x, x)
    kl = kls(mu, logvar).sum(1, keepdim=True)
    return (rec + kl).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
