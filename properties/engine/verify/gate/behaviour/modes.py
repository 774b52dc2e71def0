"""A module in train and in eval mode: what is drawn may differ, the weights may not."""

import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import codes, error, gated, kl, told


class Loss(nn.Module):
    def __init__(self, train, evaluated):
        super().__init__()
        self.train_mode, self.eval_mode = train, evaluated

    def forward(self, recon, x, mu, logvar):
        return (self.train_mode if self.training else self.eval_mode)(recon, x, mu, logvar)


def elbo(recon, x, mu, logvar):
    return error(recon, x) + kl(mu, logvar)


def half(recon, x, mu, logvar):
    return error(recon, x) + 0.25 * kl(mu, logvar)


def unlike(recon, x, mu, logvar):
    return elbo(recon, x, mu, logvar) + mu.pow(2).sum(1).mean()


def drawn(recon, x, mu, logvar):
    z = mu + (logvar / 2).exp() * torch.randn_like(mu)
    return error(recon, x) + (0.5 * (z**2 - 1 - logvar)).sum(1).mean()


@pytest.mark.long
def test_the_same_in_both():
    report = gated(Loss(elbo, elbo))
    assert report.accepted
    assert "train and eval mode" in report.examined


@pytest.mark.parametrize(("other", "text"), [(half, "in eval mode effective β = 1/4"), (unlike, "3 of μ², 1 of σ²")])
def test_other_weights_are_a_finding(other, text):
    report = gated(Loss(elbo, other))
    assert codes(report) == {"modes-differ"}, f"{report}"
    assert text in told(report)


@pytest.mark.slow
def test_what_is_drawn_may_differ():
    report = gated(Loss(drawn, elbo))
    assert report.accepted, f"{report}"
    assert "the weights are the same" in told(report)


def test_the_bound_itself_for_evaluation_is_none():
    report = gated(Loss(half, elbo), beta=0.25)
    assert report.accepted, f"{report}"
    assert "plain evidence lower bound" in told(report)


def test_a_constant_is_none():
    def constant(recon, x, mu, logvar):
        return elbo(recon, x, mu, logvar) + 3

    assert gated(Loss(elbo, constant)).accepted


def test_what_does_not_run_is_told():
    def fails(recon, x, mu, logvar):
        raise RuntimeError("no loss in eval mode")

    report = gated(Loss(elbo, fails))
    assert report.accepted
    assert "in eval mode the loss is no number" in told(report)
