"""A loss that asks for the type of its tensors is looked at in single precision, too."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import error, kl
from verify.gate.behaviour.precision import compare_precision
from verify.gate.evaluation import Loss
from verify.gate.instances import Ranges
from verify.gate.interface import adapt
from verify.gate.reading import sample
from verify.gate.report import Report
from verify.gate.shapes import SHAPES


def looked_at(loss, kind="none", shapes=SHAPES[:3]):
    """Return what is undecided, and how often the loss was called."""
    made = [sample(Loss(loss, True), shape, Ranges(wide=True)) for shape in shapes]
    interface, report = adapt(loss, made[0].instances[0]), Report("loss")
    subject = SimpleNamespace(
        interface=interface,
        samples=made,
        report=report,
        loss=SimpleNamespace(epsilon=2.0**-52, noise=SimpleNamespace(kind=kind)),
    )
    compare_precision(subject)
    return report.undecided, report.evaluations


def of(factor):
    """A loss whose KL has a weight that depends on the data."""
    return lambda recon, x, mu, logvar: error(recon, x) + factor(x) * kl(mu, logvar)


def test_one_that_is_another_in_single_precision_is_told_with_both_values():
    (told,), calls = looked_at(of(lambda x: 0.5 if x.dtype == torch.float32 else 1.0))
    assert told.startswith("in single precision it is another loss than in double: ")
    assert told.endswith(f", at {SHAPES[0]}")
    assert calls == 3
    (told,), calls = looked_at(of(lambda x: 0.5 if x.dtype == torch.float32 and len(x) == 8 else 1.0))
    assert told.endswith(f", at {SHAPES[1]}")
    assert calls == 6


def test_of_three_values_the_worst_is_told():
    turns = iter([1.0, 1.01, 3.0])
    (told,), _ = looked_at(of(lambda x: next(turns) if x.dtype == torch.float32 else 1.0))
    single, double = (float(each) for each in told.split(": ")[1].split(",")[0].split(" for "))
    made = sample(Loss(of(lambda x: 1.0), True), SHAPES[0], Ranges(wide=True))
    assert double == pytest.approx(made.values[2], rel=1e-5)
    assert single > double


@pytest.mark.parametrize(
    "loss",
    [
        of(lambda x: 1.0), of(lambda x: torch.tensor(0.1)), of(lambda x: 1 + 1e-8 * (x.dtype == torch.float32)),
        of(lambda x: x.new_tensor(np.nan) if x.dtype == torch.float32 else 1.0),
        of(lambda x: {torch.float64: 1.0}[x.dtype]),
        lambda recon, x, mu, logvar: error(recon.float(), x.float()) + kl(mu, logvar),
    ],
)  # fmt: skip
def test_what_rounding_does_is_no_difference_and_what_has_no_value_is_not_judged(loss):
    assert looked_at(loss)[0] == []


def test_of_a_loss_that_draws_or_insists_on_single_precision_nothing_is_told():
    other = of(lambda x: 0.5 if x.dtype == torch.float32 else 1.0)
    assert looked_at(other, kind="exact") == ([], 0)

    def single(recon, x, mu, logvar):
        if x.dtype != torch.float32:
            raise TypeError("expected Float but found Double")
        return error(recon, x) + kl(mu, logvar)

    interface = adapt(single, sample(Loss(other, True), SHAPES[0], Ranges()).instances[0])
    report = Report("loss")
    subject = SimpleNamespace(
        interface=interface, report=report, loss=SimpleNamespace(noise=SimpleNamespace(kind="none"))
    )
    compare_precision(subject)
    assert report.evaluations == 0


class Asks(nn.Module):
    """A module that asks for the type of its own weight."""

    def __init__(self, single):
        super().__init__()
        self.weight, self.single = nn.Parameter(torch.ones(())), single

    def forward(self, recon, x, mu, logvar):
        factor = self.single if self.weight.dtype == torch.float32 else 1.0
        return error(recon, x) + factor * self.weight * kl(mu, logvar)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads, self.decode = nn.Linear(6, 6), nn.Linear(3, 6)

    def encode(self, x):
        return self.heads(x).chunk(2, 1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        recon = self.decode(mu + (logvar / 2).exp() * torch.randn_like(mu))
        return error(recon, x) + (0.5 if x.dtype == torch.float32 else 1.0) * kl(mu, logvar)


def test_a_module_and_a_model_are_looked_at_in_single_precision_as_a_whole():
    first = sample(Loss(of(lambda x: 1.0), True), SHAPES[0], Ranges(wide=True))
    for module, differs in ((Asks(0.5), True), (Asks(1.0), False), (Model(), True)):
        interface, report = adapt(module, first.instances[0]), Report("loss")
        loss = SimpleNamespace(epsilon=2.0**-52, noise=SimpleNamespace(kind="none"))
        compare_precision(SimpleNamespace(interface=interface, samples=[first], report=report, loss=loss))
        assert bool(report.undecided) is differs
        assert report.evaluations == 3
        assert interface.call(*map(torch.from_numpy, first.instances[0])).dtype == torch.float64  # and is double still
        assert {each.dtype for each in module.parameters()} == {torch.float32}
