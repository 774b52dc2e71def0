"""How often a loss is called, of each kind: what a gate costs is known, and changes on purpose only."""

import numpy as np
import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import error, gated, kl
from properties.engine.helpers.slow import thinned
from verify.gate.shapes import SHAPES


def arrays(recon, x, mu, logvar):
    return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)).mean()


class Module(nn.Module):
    def forward(self, recon, x, mu, logvar):
        return error(recon, x) + kl(mu, logvar) * (1 if self.training else 2)


class Kept:
    calls = 0

    def __call__(self, recon, x, mu, logvar):
        self.calls += 1
        return error(recon, x) + kl(mu, logvar)


def masked(recon, x, mu, logvar, mask):
    return (0.5 * (recon - x) ** 2 * mask).sum(1).mean() + kl(mu, logvar)


def drawing(recon, x, mu, logvar):
    z = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
    return error(recon, x) + 0.5 * (z**2 - 1 - logvar).sum(1).mean()


LOSSES = {
    "arrays": (arrays, 158),
    "tensors": (lambda recon, x, mu, logvar: error(recon, x) + kl(mu, logvar), 179),
    "a knob": (lambda recon, x, mu, logvar, beta=4.0: error(recon, x) + beta * kl(mu, logvar), 275),
    "a schedule": (lambda recon, x, mu, logvar, epoch=0: error(recon, x) + min(1, epoch / 30) * kl(mu, logvar), 247),
    "modes": (Module(), 366),
    "an object": (Kept(), 291),
    "a mask": (masked, 275),
    "noise": (drawing, 898),
}


@pytest.mark.parametrize("name", thinned(LOSSES, 2, mark="long"))
def test_a_loss_is_called_so_often(name):
    loss, calls = LOSSES[name]
    report = gated(loss, shapes=[(2, 3, 2)] if name == "noise" else SHAPES[:3])
    assert report.evaluations == calls, report


def plain(recon, x):
    return 0.5 * ((x - recon) ** 2).sum(1).mean()


def kls(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - logvar - 1)


EXPLAINED = {
    "a floor": (lambda r, x, mu, h: plain(r, x) + np.maximum(0.5, kls(mu, h)).sum(1).mean(), "accepted", 279),
    "weights": (
        lambda r, x, mu, h: plain(r, x) + (kls(mu, h) * np.arange(1, mu.shape[1] + 1)).sum(1).mean(), "defect", 514,
    ),
    "a mask": (lambda r, x, mu, h: plain(r[:, 1:], x[:, 1:]) + kls(mu, h).sum(1).mean(), "accepted", 299),
    "what is coupled": (lambda r, x, mu, h: plain(r, x) + np.cosh(kls(mu, h).sum()), "undecided", 396),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_explains_a_loss_calls_it_so_often(name):
    loss, outcome, calls = EXPLAINED[name]
    report = gated(loss, shapes=[(3, 4, 3), (2, 5, 2)])
    assert (report.outcome, report.evaluations) == (outcome, calls), report
