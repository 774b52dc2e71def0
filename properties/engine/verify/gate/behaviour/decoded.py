"""Of several calls of a decoder each on which the loss depends is given a sample; what the others are given is free."""

import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import error, kl
from verify.gate.behaviour import Subject
from verify.gate.behaviour.sampling import compare_sampler
from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.fit import Sample
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.reading import DivergencePart, Reading
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import SHAPES

ONE = Series({SHAPES[0]: 1.0}, {SHAPES[0]: 0.0})
INSTANCES = draws(SHAPES[0], Ranges(), 3)


def looked_at(loss):
    interface, report = adapt(loss, INSTANCES[0]), Report("loss")
    reading = Reading(None, DivergencePart(LOG_VARIANCE, ONE, ONE, ONE), True)
    made = Loss(interface.call, interface.torch)
    compare_sampler(Subject(interface, made, Ranges(), [Sample(INSTANCES, None)], reading, expectations(), report))
    return report


def of(*given):
    """An objective, the mean of the errors of what is decoded; what has the weight 0 is decoded for a picture."""

    def loss(model, x):
        mu, logvar = model.encode(x)
        errors = [weight * error(model.decode(z(model, mu, logvar)), x) for weight, z in given]
        return sum(errors) + kl(mu, logvar)

    return loss


def sample(model, mu, logvar):
    return mu + (logvar / 2).exp() * torch.randn_like(mu)


def variance(model, mu, logvar):
    return mu + logvar.exp() * torch.randn_like(mu)


def mean(model, mu, logvar):
    return mu


def own(model, mu, logvar):
    return model.reparameterize(mu, logvar)


def prior(model, mu, logvar):
    return torch.randn_like(mu)


MU = "the decoder is given mu, and no sample"
DECODED = {
    "a sample": (of((1, sample)), "", 2),
    "two samples": (of((0.5, sample), (0.5, sample)), "", 3),
    "a picture first": (of((0, mean), (1, sample)), "", 3),
    "a picture last": (of((1, sample), (0, variance)), "", 3),
    "a picture, and a sample of the gate's": (of((0, mean), (1, own)), "", 2),
    "the mean too": (of((0.5, sample), (0.5, mean)), f"{MU}, in one of the calls that the loss is of", 3),
    "the mean first": (of((0.5, mean), (0.5, sample)), f"{MU}, in one of the calls that the loss is of", 3),
    "the mean alone": (of((0, sample), (1, mean)), f"{MU}: right only of a loss for evaluation", 3),
    "another second": (of((0.5, sample), (0.5, variance)), "sampler-and-kl-disagree", 3),
    "another eighth": (of(*[(0.1, sample)] * 7, (0.3, variance)), "sampler-and-kl-disagree", 9),
    "of the prior": (of((0.5, sample), (0.5, prior)), "on the average z is mu", 3),
}


@pytest.mark.parametrize("name", DECODED)
def test_each_call_that_counts_is_looked_at(name):
    loss, told, calls = DECODED[name]
    report = looked_at(loss)
    found = [*(finding.code for finding in report.findings), *report.undecided]
    assert [each[: len(told)] for each in found] == ([told] if told else []), report
    assert report.evaluations == calls
    assert len(report.examined) == len(set(report.examined)) <= 1


class Model(nn.Module):
    """Shows the mean before it is trained on a sample, or on the mean itself."""

    def __init__(self, trained):
        super().__init__()
        self.fc_mu, self.fc_logvar, self.decoder, self.trained = (
            nn.Linear(6, 3),
            nn.Linear(6, 3),
            nn.Linear(3, 6),
            trained,
        )

    def encode(self, x):
        return self.fc_mu(x), self.fc_logvar(x)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        sampled = mu + (logvar / 2).exp() * torch.randn_like(mu)
        shown, recon = (
            self.decode(sampled if self.trained == "mean" else mu),
            self.decode(mu if self.trained == "mean" else sampled),
        )
        return error(recon, x) + kl(mu, logvar) + 0 * shown.detach().sum()


@pytest.mark.parametrize(("trained", "codes"), [("sample", []), ("mean", ["nothing-sampled"])])
def test_what_a_model_shows_is_not_what_it_is_trained_on(trained, codes):
    report = looked_at(Model(trained))
    assert [finding.code for finding in report.findings] == codes
    assert report.undecided == []
