"""The posterior that is sampled is the one of the KL, or that is a finding; of objectives of a model and of modules."""

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from properties.engine.helpers.behaviour import codes, error, gated, kl, told
from properties.engine.helpers.slow import but


def objective(deviation):
    def loss(model, x):
        mu, logvar = model.encode(x)
        z = mu + deviation(logvar) * torch.randn_like(mu)
        return error(model.decode(z), x) + kl(mu, logvar)

    return loss


RIGHT = {
    "exp(logvar/2)": lambda logvar: (logvar / 2).exp(),
    "of either sign": lambda logvar: -(logvar / 2).exp(),
    "with a small number": lambda logvar: (logvar / 2).exp() + 1e-6,
}

WRONG = {
    "half of it": (lambda logvar: logvar / 2, "σ = 1/2*logvar"),
    "the variance": (lambda logvar: logvar.exp(), "σ = exp(logvar)"),
    "half the deviation": (lambda logvar: (logvar / 2).exp() / 2, "σ = 1/2*exp(logvar/2)"),
    "softplus": (softplus, "σ = softplus(logvar)"),
    "a constant": (lambda logvar: logvar * 0 + 0.5, "σ = 0.5, whatever the second head is"),
}


@pytest.mark.parametrize("name", but(RIGHT, "exp(logvar/2)", "of either sign", mark="long"))
def test_right(name):
    report = gated(objective(RIGHT[name]))
    assert report.accepted, f"{report}"
    assert "sampler" in report.examined


@pytest.mark.parametrize("name", but(WRONG, "the variance", "half the deviation", mark="long"))
def test_wrong(name):
    deviation, text = WRONG[name]
    report = gated(objective(deviation))
    assert codes(report) == {"sampler-and-kl-disagree"}, f"{report}"
    assert text in told(report)
    assert "the log-variance" in told(report)


def test_an_objective_without_a_sample_is_not_judged():
    report = gated(objective(lambda logvar: logvar * 0))
    assert report.outcome == "undecided"
    assert "no sample" in told(report)


class Model(nn.Module):
    def __init__(self, samples=True):
        super().__init__()
        self.heads, self.decoder, self.samples = nn.Linear(6, 6), nn.Linear(3, 6), samples

    def encode(self, x):
        return self.heads(x).chunk(2, 1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.randn_like(mu) if self.training and self.samples else torch.zeros_like(mu)
        return error(self.decode(mu + (logvar / 2).exp() * noise), x) + kl(mu, logvar)


@pytest.mark.long
def test_a_module_that_samples_in_train_mode():
    report = gated(Model())
    assert report.accepted, f"{report}"
    assert {"sampler", "train and eval mode", "repeated calls"} <= set(report.examined)


def test_a_module_that_never_samples():
    assert codes(gated(Model(samples=False))) == {"nothing-sampled"}
