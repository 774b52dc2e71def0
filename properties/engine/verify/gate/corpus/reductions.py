"""Losses whose terms are reduced in different ways: over the features, the latent variables, the batch."""

import math
from types import SimpleNamespace

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F
from torch import nn

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong = cases.wrong


TRAIN_IMAGES = 162770


@wrong(
    "batch-size-in-beta",
    "reconstruction-averaged-over-features",
    a="2/d",
    b="n/162770",
    says=("effective β = n*d/325540",),
    adapter=lambda fn, r, x, mu, lv: fn(r, x, mu, lv, M_N=x.shape[0] / TRAIN_IMAGES)["loss"],
)
def batch_over_dataset(*args, **kwargs):
    """The KL."""
    recons, inputs, mu, log_var = args
    rec = F.mse_loss(recons, inputs)
    kld = kls(mu, log_var).sum(1).mean(0)
    return {"loss": rec + kwargs["M_N"] * kld, "Reconstruction_Loss": rec, "KLD": kld}


@wrong("kl-averaged-over-latents", a="1", b="1/k")
def kl_mean_of_everything(recon_x, x, mu, logvar):
    """Squared error summed over features; torch.mean over all of the KL, latents included."""
    n = x.size(0)
    rec = F.mse_loss(recon_x, x, reduction="sum") / (2 * n)
    kld = -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())
    return rec + kld


@wrong("batch-size-in-beta", "reconstruction-averaged-over-features", a="2/d", b="n")
def mse_mean_kl_total(recon_x, x, mu, logvar):
    """F.mse_loss with its default mean over everything, KL summed over batch and latents."""
    mse = F.mse_loss(recon_x, x)
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return mse + kld, mse, kld


@wrong("batch-size-in-beta", "kl-averaged-over-latents", a="2*n", b="1/k")
def sse_total_kl_mean(recon_x, x, mu, logvar):
    """Squared error summed over the whole batch, KL averaged over everything."""
    sse = nn.MSELoss(reduction="sum")(recon_x, x)
    return sse - 0.5 * (1 + logvar - mu**2 - logvar.exp()).mean()


@wrong("batch-size-in-beta", a="1", b="1/n")
def batch_mean_twice(recon_x, x, mu, logvar):
    """The KL is a batch mean already and is divided by the batch size once more."""
    rec = (0.5 * squares(recon_x, x)).mean()
    kl = kls(mu, logvar).sum(-1).mean() / x.shape[0]
    return SimpleNamespace(loss=rec + kl, rec=rec, kl=kl)


@wrong("batch-size-in-beta", "kl-averaged-over-latents", a="1", b="n/k")
def kl_axes_crossed(recon_x, x, mu, logvar):
    """KL summed over the batch axis and averaged over the latent axis."""
    kl = kls(mu, logvar).sum(dim=0).mean()
    return torch.mean(0.5 * torch.sum((recon_x - x) ** 2, dim=1)) + kl


@wrong("batch-size-in-beta", "reconstruction-averaged-over-features", a="2*n/d", b="1", long=True)
def rec_axes_crossed(recon_x, x, mu, logvar):
    """The squared error is summed over axis 0 and averaged over features."""
    rec = ((recon_x - x) ** 2).sum(0).mean()
    return rec, kls(mu, logvar).sum(1).mean(0)


@wrong("kl-divided-by-features", a="1", b="1/d")
def kl_over_d(recon_x, x, mu, logvar):
    """KL is divided by the number of pixels although the reconstruction is a sum over pixels."""
    pixels = x[0].numel()
    return 0.5 * squares(recon_x, x) + kls(mu, logvar).sum(1) / pixels


@wrong("kl-averaged-over-latents", "kl-divided-by-features", a="1", b="1/(d*k)")
def kl_mean_over_d(recon_x, x, mu, logvar):
    """KL averaged over latents and then divided by the input size as well."""
    kl = kls(mu, logvar).mean(dim=-1) / x.shape[-1]
    rec = 0.5 * (x - recon_x).square().sum(dim=-1)
    return {"loss": (rec + kl).mean(), "kl": kl.mean()}


@wrong("beta-depends-on-shape", a="n/(n - 1)", b="1")
def bessel_on_reconstruction(recon_x, x, mu, logvar):
    """The reconstruction is divided by n - 1 (as in an unbiased variance), the KL by n."""
    n = x.shape[0]
    return 0.5 * ((x - recon_x) ** 2).sum() / (n - 1) + kls(mu, logvar).sum() / n


@wrong("reconstruction-averaged-over-features", a="1/sqrt(d)", b="1")
def sqrt_d(recon_x, x, mu, logvar):
    """Only the reconstruction is divided by sqrt(d)."""
    rec = 0.5 * ((x - recon_x) ** 2).sum(1) / x.shape[1] ** 0.5
    return rec + kls(mu, logvar).sum(1)


@wrong("kl-averaged-over-latents", "kl-multiplied-by-features", a="2/d", b="d/k**2")
def ratio_inverted(recon_x, x, mu, logvar):
    """Both terms are means; the KL is multiplied by d/k where k/d would make up for it."""
    ratio = x.shape[1] / mu.shape[1]
    return F.mse_loss(recon_x, x) + ratio * kls(mu, logvar).mean()


@wrong("kl-divided-by-features", "kl-multiplied-by-latents", a="1", b="k/d")
def normalised_beta_on_sums(x_hat, x, z_mean, z_logvar, *, beta=1.0):
    """Beta * k/d, meant for means, is applied to sums."""
    beta_norm = beta * z_mean.shape[1] / x.shape[1]
    rec = 0.5 * (x_hat - x).pow(2).sum(1).mean()
    kl = kls(z_mean, z_logvar).sum(1).mean()
    return rec + beta_norm * kl, rec, kl


@wrong("beta-depends-on-shape", a="1", b="1/(d + k)")
def kl_over_d_plus_k(recon_x, x, mu, logvar):
    """KL divided by the sum of input and latent dimension."""
    joint = torch.cat([x, mu], dim=1).shape[1]
    return (0.5 * squares(recon_x, x) + kls(mu, logvar).sum(1) / joint).mean()


@wrong("reconstruction-multiplied-by-features", a="2*d", b="1")
def original_dim_twice(recon_x, x, mu, logvar):
    """A squared error that is a sum over features already is multiplied by original_dim."""
    original_dim = x.shape[-1]
    reconstruction_loss = torch.sum((x - recon_x) ** 2, dim=-1) * original_dim
    kl_loss = -0.5 * torch.sum(1 + logvar - mu**2 - torch.exp(logvar), dim=-1)
    return torch.mean(reconstruction_loss + kl_loss)


@wrong("batch-size-in-beta", a="n", b="n*n", long=True)
def kl_total_added_to_rows(recon_x, x, mu, logvar):
    """The KL lacks dim=, is one number for the batch, and is added to each row's error before the sum."""
    rows = 0.5 * torch.sum((x - recon_x) ** 2, 1)
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return torch.sum(rows + kl)


@wrong(
    "beta-differs",
    a="1/3",
    b="1",
    shapes=None,
    adapter=lambda fn, r, x, mu, lv: fn(r.reshape(len(r), 3, -1), x.reshape(len(x), 3, -1), mu, lv),
)
def channel_mean(recon_x, x, mu, logvar):
    """Error averaged over the three colour channels, summed over pixels."""
    per_pixel = (0.5 * (recon_x - x) ** 2).mean(dim=1)
    return per_pixel.sum(1).mean() + kls(mu, logvar).sum(1).mean()


@wrong(
    "kl-half-missing",
    a="0.5",
    b="1",
    shapes=None,
    adapter=lambda fn, r, x, mu, lv: fn(r.reshape(len(r), -1, 4), x.reshape(len(x), -1, 4), mu, lv).mean(),
)
def keras_last_axis_mean(recon_x, x, mu, logvar):
    """Mean over the last axis (4 features), sum over time steps; no 1/2."""
    return (recon_x - x).square().mean(-1).sum(-1) + kls(mu, logvar).sum(-1)


@wrong("reconstruction-averaged-over-features", a="1/(d*log(2))", b="1/log(2)", long=True)
def bits_per_dim_on_one_term(recon_x, x, mu, logvar):
    """The likelihood is in bits per dimension, the KL in bits."""
    nll = -D.Normal(recon_x, torch.ones_like(recon_x)).log_prob(x).sum(1)
    bpd = nll / (x.shape[1] * math.log(2.0))
    kl = kls(mu, logvar).sum(1) / math.log(2.0)
    return {"loss": (bpd + kl).mean(), "bpd": bpd.mean()}


@wrong("batch-size-in-beta", "reconstruction-averaged-over-features", a="2/d", b="n/(128*784)")
def kl_over_128_784(recon_x, x, mu, logvar):
    """KL divided by 128 * 784: the batch size and image size of another script."""
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / (128 * 784)
    return kld + torch.mean((recon_x - x) ** 2)


@wrong("reconstruction-averaged-over-features", a="2*784/d", b="1")
def times_784(recon_x, x, mu, logvar):
    """Mean over features times 784 on data of any size."""
    xent = 784 * ((x - recon_x) ** 2).mean(-1)
    return xent - 0.5 * (1 + logvar - mu.square() - logvar.exp()).sum(-1)


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
