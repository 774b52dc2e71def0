"""The gradient of a loss beside its value, of surrogates whose weights are known; and beside differences."""

import numpy as np
import pytest
import torch

from verify.gate.evaluation import Loss
from verify.gate.findings import Code
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.gradients import compare_differences, compare_gradient, read_gradient
from verify.gate.instances import Ranges
from verify.gate.reading import read, sample
from verify.gate.report import Report
from verify.gate.shapes import SHAPES

FEW = SHAPES[:3]


def elbo(recon, x, mu, logvar):
    return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)).mean()


def arrays(recon, x, mu, logvar):
    return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)).mean()


def samples_of(loss):
    return [sample(loss, shape, Ranges(wide=True)) for shape in FEW]


def compared(call, tensors=True, differences=False):
    loss, report = Loss(call, tensors), Report("loss")
    samples = samples_of(loss)
    if differences:
        compare_differences(loss, samples, report)
    else:
        compare_gradient(loss, samples, read(loss, samples), report)
    return report


def surrogate(error=1.0, mean=1.0, variance=1.0, log_variance=1.0):
    """Return the bound, whose gradient has other weights."""

    def call(recon, x, mu, logvar):
        parts = ((x - recon) ** 2, mu**2, logvar.exp(), -logvar)
        halves = [0.5 * part.sum(1).mean() for part in parts]
        weights = (error, mean, variance, log_variance)
        return sum(w * half + (1 - w) * half.detach() for w, half in zip(weights, halves, strict=True))

    return call


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ((1, 2, 2, 2), "the gradient has the weights mean 2, variance 2, log_variance 2: effective β = 2"),
        ((2, 1, 1, 1), "the gradient has the weights reconstruction 2: effective β = 1/2"),
        ((1, 1, 0, 0), "the gradient has the weights variance 0, log_variance 0"),
        ((1, 2, 1, 1), "the gradient has the weights mean 2"),
        ((1, 1, 1, 2), "the gradient has the weights log_variance 2"),
        ((0, 1, 1, 1), "the gradient has the weights reconstruction 0"),
    ],
)  # fmt: skip
def test_a_gradient_of_other_weights_is_told(weights, told):
    report = compared(surrogate(*weights))
    assert [(finding.kind, finding.detail) for finding in report.findings] == [(Code.GRADIENT, told)]
    names = ("reconstruction", "mean", "variance", "log_variance")
    assert report.gradient == dict(zip(names, map(str, weights), strict=True))
    assert report.examined == ["gradient"]


def test_that_of_the_value_is_examined():
    assert compared(elbo).examined == ["gradient"]
    assert compared(elbo).findings == []
    assert compared(elbo).gradient is None
    assert compared(arrays, tensors=False).examined == ["no gradient: arrays have none"]


def test_that_of_probabilities_is_taken_where_they_are_some():
    def bernoulli(recon, x, mu, logvar):
        entropy = torch.nn.functional.binary_cross_entropy(recon, x, reduction="none").sum(1)
        return (entropy + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)).mean()

    loss, report = Loss(bernoulli, torch=True), Report("loss")
    samples = [sample(loss, shape, Ranges()) for shape in FEW]
    compare_gradient(loss, samples, read(loss, samples), report)
    assert (report.examined, report.findings) == (["gradient"], [])


def test_none_is_told_and_so_is_one_of_other_terms():
    nothing = compared(lambda *parts: elbo(*(part.detach() for part in parts)))
    assert [(finding.kind, finding.detail) for finding in nothing.findings] == [(Code.NO_GRADIENT, "")]

    def other(recon, x, mu, logvar):
        odd = (mu**4).sum()
        return elbo(recon, x, mu, logvar) + odd - odd.detach()

    told = compared(other)
    assert [(each.kind, each.detail) for each in told.findings] == [
        (Code.GRADIENT, "it is made of other terms than the value")
    ]
    assert told.examined == []


@pytest.mark.parametrize(("scale", "same"), [(1.0, True), (1.005, True), (1.05, False), (0.0, False), (-1.0, False)])
def test_of_unknown_terms_a_gradient_is_compared_with_differences(scale, same):
    def odd(recon, x, mu, logvar):
        found = (mu**3).sum() + ((x - recon) ** 4).sum() + (logvar**3).sum()
        return scale * found + (1 - scale) * found.detach()

    report = compared(odd, differences=True)
    assert [finding.kind for finding in report.findings] == ([] if same else [Code.GRADIENT])
    assert report.examined == (["gradient, beside differences of the value"] if same else [])
    if not same:
        assert report.findings[0].detail.startswith("along a line the value changes by ")
        assert report.findings[0].detail.endswith(f", at {FEW[0]}")


def test_a_kink_is_no_difference_and_none_at_all_is():
    def kinked(recon, x, mu, logvar):
        return 1e3 * (mu - mu.detach()).abs().sum() + (x - recon).sum()

    assert compared(kinked, differences=True).findings == []
    nothing = compared(lambda *parts: elbo(*(part.detach() for part in parts)), differences=True)
    assert [(each.kind, each.detail) for each in nothing.findings] == [(Code.NO_GRADIENT, f"at {FEW[0]}")]


def test_a_surrogate_is_read_by_its_gradient():
    loss = Loss(surrogate(3, 2, 2, 2), torch=True)
    reading = read_gradient(loss, samples_of(loss))
    assert reading.reconstruction.likelihood is GAUSSIAN
    assert reading.divergence.head is LOG_VARIANCE
    weights = (*reading.reconstruction.weights, reading.divergence.mean, reading.divergence.log_variance)
    assert [str(each.formula) for each in weights] == ["3", "2", "2"]
    assert (reading.separable, reading.offset) == (True, None)
    assert str(reading.reconstruction.constant.formula) == "3"
    nothing = Loss(lambda *parts: elbo(*(part.detach() for part in parts)), torch=True)
    assert read_gradient(nothing, samples_of(nothing)).reconstruction is None
    assert not read_gradient(nothing, samples_of(nothing)).separable


def test_five_instances_of_a_shape_tell_a_gradient_and_two_shapes_differences():
    loss = Loss(elbo, torch=True)
    samples = samples_of(loss)
    before = loss.evaluations
    compare_gradient(loss, samples, read(loss, samples), Report("loss"))
    assert loss.evaluations - before == 3 * 5
    before = loss.evaluations
    compare_differences(loss, samples, Report("loss"))
    assert loss.evaluations - before == 2 * (5 + 5 * 3 * 2 * 3)  # three directions, two steps, three values
