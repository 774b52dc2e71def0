"""Losses that leave out what is masked, or fail to."""

from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


def _padded(fn, r, x, mu, lv):
    mask = torch.ones_like(x)
    mask[:, x.shape[1] // 2 :] = 0.0
    return fn(r, x, mu, lv, mask)


@wrong(
    "kl-averaged-over-latents", "reconstruction-averaged-over-features", a="2/d", b="1/k", adapter=_padded, long=True
)
def padding_counted(recon_x, x, mu, logvar, mask):
    """The mean runs over all positions, padded ones included, though a mask is at hand; KL is a mean over k."""
    return F.mse_loss(recon_x, x) + kls(mu, logvar).mean()


def _mask(x):  # second half of the features is padding
    m = torch.ones_like(x)
    m[:, max(x.shape[1] // 2, 1) :] = 0.0
    return m


def _mean_of(out):
    if isinstance(out, dict):
        out = out["loss"]
    elif isinstance(out, tuple):
        out = out[0]
    elif isinstance(out, SimpleNamespace):
        out = out.loss
    return out.mean()


def _with_mask(fn, r, x, mu, lv):
    return _mean_of(fn(r, x, mu, lv, _mask(x)))


@wrong("beta-depends-on-shape", adapter=_with_mask)
def mask_denominators_differ(recon_x, x, mu, logvar, mask):
    """The masked error is divided by the padded length, the KL by the number of valid positions."""
    rec = (0.5 * mask * (x - recon_x) ** 2).mean(1)
    return (rec + kls(mu, logvar).sum(1) / mask.sum(1)).mean()


def _rows(x):  # last row is padding (if there is more than one)
    m = torch.ones(x.shape[0], dtype=x.dtype)
    m[max(x.shape[0] - 1, 1) :] = 0.0
    return m


def _with_rows(fn, r, x, mu, lv):
    return _mean_of(fn(r, x, mu, lv, _rows(x)))


@wrong("beta-depends-on-shape", shapes=None, adapter=_with_rows)
def row_mask_on_reconstruction_only(recon_x, x, mu, logvar, valid):
    """Padded rows are masked in the reconstruction, not in the KL."""
    rec = (valid * 0.5 * squares(recon_x, x)).sum() / valid.sum()
    kl = kls(mu, logvar).sum(1).mean()
    return rec + kl, rec, kl


def _with_mask_keyword(fn, r, x, mu, lv):
    return _mean_of(fn(r, x, mu, lv, mask=_mask(x).bool()))


@right(adapter=_with_mask_keyword)
def masked_sum(recon_x, x, mu, logvar, mask=None):
    """Squared error summed over valid positions only."""
    err = 0.5 * (x - recon_x) ** 2
    if mask is not None:
        err = torch.where(mask, err, torch.zeros_like(err))
    return (err.sum(1) + kls(mu, logvar).sum(1)).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
