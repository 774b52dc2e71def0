"""Losses that take the wrong tensor, or keep one."""

import pytest
import torch

from properties.engine.helpers.losses import Cases, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


class _Trainer:
    """Keeps the posterior of the last training batch as attributes; validation reads those."""

    def train_loss(self, recon_x, x, mu, logvar):
        self.mu, self.logvar = mu, logvar
        return (0.5 * squares(recon_x, x)).mean() + kls(mu, logvar).sum(1).mean()

    def val_loss(self, recon_x, x, mu, logvar):
        return (0.5 * squares(recon_x, x)).mean() + kls(self.mu, self.logvar).sum(1).mean()


def _stale(fn, r, x, mu, lv):
    trainer = fn()
    trainer.train_loss(r, x, torch.full_like(mu, 0.5), torch.zeros_like(lv))
    return trainer.val_loss(r, x, mu, lv)


@wrong("kl-missing", a="1", b="0", says=("stale",), adapter=_stale)
class stale_latents_in_validation(_Trainer):
    """The validation step computes the KL from the z_mu, z_sigma of the last TRAINING batch."""

    pass


@wrong("mean-term-missing", slow=True)
def x_for_mu(recon_x, x, mu, logvar):
    """X stands where mu is due."""
    kl = -0.5 * ((1 + logvar - logvar.exp()).sum(1) - x.pow(2).sum(1))
    return (0.5 * squares(recon_x, x) + kl).mean()


def _warmed(fn, r, x, mu, lv):  # the state after one training step on another batch (KL = k/8)
    loss = fn()
    loss(r, x, torch.full_like(mu, 0.5), torch.zeros_like(lv))
    return loss(r, x, mu, lv)


@wrong("beta-differs", a="1", b="0.1", adapter=_warmed)
class running_average_of_kl:
    """The exponential moving average of the KL is added to the loss, its history detached."""

    def __init__(self, momentum=0.9):
        self.momentum, self.kl = momentum, None

    def __call__(self, recon_x, x, mu, logvar):
        kl = kls(mu, logvar).sum(1).mean()
        smooth = kl if self.kl is None else self.momentum * self.kl + (1 - self.momentum) * kl
        self.kl = smooth.detach()
        return 0.5 * squares(recon_x, x).mean() + smooth


@wrong("reconstruction-couples-samples", slow=True, shapes=None)
def target_in_other_order(recon_x, x, mu, logvar):
    """Reconstructions come back sorted in reverse ."""
    order = torch.arange(len(x) - 1, -1, -1)
    return 0.5 * (x[order] - recon_x).pow(2).sum(1).mean(), kls(mu, logvar).sum(1).mean()


@right(a="1", b="1", adapter=lambda fn, r, x, mu, lv: fn(start=5000)(r, x, mu, lv))
class counter_past_warmup:
    """The warm-up of 1000 steps is over, the weight is 1 and stays 1."""

    def __init__(self, start=0):
        self.step = start

    def __call__(self, recon_x, x, mu, logvar):
        self.step += 1
        return (0.5 * squares(recon_x, x) + min(1.0, self.step / 1000) * kls(mu, logvar).sum(1)).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
