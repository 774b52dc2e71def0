"""One small loss for each thing that can be wrong and that no loss of the other kinds has."""

import pytest
import torch

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong = cases.wrong


def _with(divergence):
    """Return a loss with the plain squared error and another KL, of elements or of samples."""

    def loss(recon, x, mu, logvar):
        other = divergence(mu, logvar)
        return 0.5 * squares(recon, x).mean() + (other.sum(1).mean() if other.ndim == 2 else other.mean())

    return loss


_KLS = {
    "mean-absolute": lambda mu, h: 0.5 * (mu.abs() + h.exp() - 1 - h),
    "mean-not-squared": lambda mu, h: 0.5 * (mu + h.exp() - 1 - h),
    "std-for-variance": lambda mu, h: 0.5 * (mu**2 + (h / 2).exp() - 1 - h),
    "precision-for-variance": lambda mu, h: 0.5 * (mu**2 + (-h / 2).exp() - 1 - h),
    "root-of-variance": lambda mu, variance: 0.5 * (mu**2 + variance.sqrt() - 1 - variance.log()),
    "softplus-for-exp": lambda mu, h: kls(mu, ((h / 2).exp().exp() - 1).log()),
    "log-of-log-variance": lambda mu, logvar: 0.5 * (mu**2 + logvar.exp() - 1 - logvar.log()),
    "log-variance-squared": lambda mu, h: 0.5 * (mu**2 + h.exp() - 1 - h**2),
    "log-variance-absolute": lambda mu, h: 0.5 * (mu**2 + h.exp() - 1 - h.abs()),
    "product-for-difference": lambda mu, h: 0.5 * (mu**2 + h.exp() * h - 1),
    "heads-swapped": lambda mu, h: kls(h, mu),
    "heads-swapped of log σ": lambda mu, h: kls(h, 2 * mu),
    "determinant-for-trace": lambda mu, h: 0.5 * ((mu**2).sum(1) + h.sum(1).exp() - h.sum(1)),
    "batch-mean-before-log": lambda mu, h: 0.5 * (mu**2 + h.exp() - 1 - h.exp().mean(0).log()),
    "sum-before-log": lambda mu, h: 0.5 * ((mu**2 + h.exp() - 1).sum(1) - h.exp().sum(1).log()),
    "batch-mean-before-exp": lambda mu, h: 0.5 * (mu**2 + h.mean(0).exp() - 1 - h),
    "kl-has-kink": lambda mu, h: torch.where((m := kls(mu, h).sum(1)) < 2, m / 2, m - 1),
    "term-clamped": lambda mu, h: 0.5 * (mu**2 + h.clamp(max=1).exp() - 1 - h),
    "mean-held": lambda mu, h: kls(mu.clamp(-1, 1), h),
    "weights-differ-among-elements": lambda mu, h: kls(mu, h) * (1 + torch.arange(mu.numel()).reshape(mu.shape)),
}
for code, divergence in _KLS.items():
    made = _with(divergence)
    made.__name__ = code
    wrong(code.partition(" ")[0])(made)


@wrong("negated", a="-1", b="-1")
def evidence_lower_bound(recon, x, mu, logvar):
    return -(0.5 * squares(recon, x) + kls(mu, logvar).sum(1)).mean()


@wrong("reconstruction-sign", a="-1", b="1")
def error_subtracted(recon, x, mu, logvar):
    return (kls(mu, logvar).sum(1) - 0.5 * squares(recon, x)).mean()


@wrong("reconstruction-missing", b="1")
def divergence_alone(recon, x, mu, logvar):
    return kls(mu, logvar).sum(1).mean()


@wrong("reconstruction-weighted-by-latents", a="1/k", b="1")
def error_over_latents(recon, x, mu, logvar):
    return (0.5 * squares(recon, x) / mu.shape[1] + kls(mu, logvar).sum(1)).mean()


@wrong("no-gradient", a="1", b="1")
def number(recon, x, mu, logvar):
    return torch.tensor((0.5 * squares(recon, x) + kls(mu, logvar).sum(1)).mean().item(), dtype=x.dtype)


@wrong("weights-differ-among-features")
def features_weighted(recon, x, mu, logvar):
    weights = torch.arange(1, x.shape[1] + 1, dtype=x.dtype)
    return (0.5 * ((x - recon) ** 2 * weights).sum(1) + kls(mu, logvar).sum(1)).mean()


def _counting():
    calls = []

    def counting(recon, x, mu, logvar):
        calls.append(len(calls))
        return (0.5 * squares(recon, x) + len(calls) * kls(mu, logvar).sum(1)).mean()

    return counting


wrong("keeps-state")(_counting())


def _declared(code, **declared):
    def right(recon, x, mu, logvar):
        return (0.5 * squares(recon, x) + kls(mu, logvar).sum(1)).mean()

    right.__name__ = code
    wrong(code, a="1", b="1", declared=declared)(right)


_declared("prior-variance-differs", prior_variance=2)
_declared("likelihood-differs", likelihood="laplace")
_declared("reduction-differs", reduction="sum")
_declared("posterior-variance-differs", posterior_variance=1)
_declared("head-differs", head="standard deviation")
_declared("decoder-variance-differs", decoder_variance="1/2")
_declared("beta-differs", beta=4)


@pytest.mark.long
@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
