"""What a loss is asked: its value, gradient and order; and the batches that contradict what is expected of it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.fit import DOUBLE, SINGLE, Sample
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.gradients import compare_differences, compare_gradient, read_gradient
from verify.gate.instances import Ranges, draws
from verify.gate.order import compare_order
from verify.gate.reading import read, sample
from verify.gate.report import Report
from verify.gate.shapes import SHAPES, Shape
from verify.gate.witness import _contradicts, witness

SHAPE = Shape(4, 6, 3)
DRAWN = draws(SHAPE, Ranges(wide=True), 6)
FEW = SHAPES[:3]


def elbo(recon, x, mu, logvar, kl=1.0, error=1.0):
    return (error * 0.5 * ((x - recon) ** 2).sum(1) + kl * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)).mean()


def arrays(recon, x, mu, logvar, kl=1.0):
    return (0.5 * ((x - recon) ** 2).sum(1) + kl * 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)).mean()


def samples_of(loss, shapes=FEW):
    return [sample(loss, shape, Ranges(wide=True)) for shape in shapes]


# --- a call ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "epsilon"),
    [("float64", DOUBLE), ("float32", SINGLE), ("float16", 2.0**-10), ("bfloat16", 2.0**-7)],
)
def test_a_number_says_in_which_precision_it_is(dtype, epsilon):
    loss = Loss(lambda *parts: torch.ones((), dtype=getattr(torch, dtype)), torch=True)
    assert (loss.value(DRAWN[0]), loss.epsilon) == (1.0, epsilon)
    coarse = Loss(lambda *parts: torch.ones((), dtype=torch.float32), torch=True)
    coarse.epsilon = 0.5
    coarse.value(DRAWN[0])
    assert coarse.epsilon == 0.5


def test_a_call_is_counted_and_harms_no_instance():
    def spoils(recon, x, mu, head):
        recon += 1
        return float(recon.sum())

    for tensors in (True, False):
        loss, before = Loss(spoils, tensors), DRAWN[0].recon.copy()
        assert loss.values(DRAWN[:2]).tolist() == [float((each.recon + 1).sum()) for each in DRAWN[:2]]
        assert loss.evaluations == 2
        assert (DRAWN[0].recon == before).all()


def test_what_a_call_warns_of_is_not_told():
    with np.errstate(all="raise"):
        assert np.isnan(Loss(lambda recon, x, mu, head: np.log(-abs(mu)).sum(), torch=False).value(DRAWN[0]))


def test_a_gradient_is_that_in_the_reconstruction_and_the_heads():
    loss = Loss(lambda recon, x, mu, head: (3 * recon + 5 * x).sum() + (mu**2).sum(), torch=True)
    recon, mu, head = loss.gradient(DRAWN[0])
    assert (recon == 3).all()
    assert (mu == 2 * DRAWN[0].mu).all()
    assert (head == 0).all()
    assert [part.shape for part in (recon, mu, head)] == [(4, 6), (4, 3), (4, 3)]
    assert loss.evaluations == 1


@pytest.mark.parametrize(
    "call", [lambda *parts: 1.0, lambda *parts: torch.ones(()), lambda r, *parts: r.detach().sum()]
)
def test_where_there_is_no_gradient_there_is_none(call):
    assert Loss(call, torch=True).gradient(DRAWN[0]) is None
    assert Loss(call, torch=False).gradient(DRAWN[0]) is None


# --- the order of a batch -------------------------------------------------------------------------------------------


def ordered(weight, shapes=FEW):
    """Return the report on a loss that weighs the first sample more."""
    report = Report("loss")
    loss = Loss(
        lambda recon, x, mu, head: ((x - recon) ** 2).sum() + weight * float((x[0] - recon[0]) @ (x[0] - recon[0])),
        torch=False,
    )
    compare_order(loss, samples_of(loss, shapes), report)
    return report


def test_an_order_that_matters_is_undecided():
    report = ordered(1.0)
    (told,) = report.undecided
    assert told.startswith("the value depends on the order of the samples: ")
    assert told.endswith(
        " when the batch is turned round, at n = 4, d = 6, k = 3 (has the adapter something for each row?)"
    )
    assert report.examined == []


def test_one_that_does_not_is_examined_where_there_are_several_samples():
    assert ordered(0.0).examined == ["order of the batch"]
    assert ordered(0.0).undecided == []
    assert ordered(1.0, [Shape(1, 6, 3)]) == Report("loss")
    assert ordered(1.0, [Shape(1, 6, 3), SHAPE]).undecided != []
    assert ordered(1e-9).undecided == []  # within single precision


@pytest.mark.parametrize(("share", "matters"), [(0.9, False), (1.1, True), (-1.1, True)])
@pytest.mark.parametrize(("epsilon", "size"), [(DOUBLE, 10.0), (DOUBLE, 0.1), (2.0**-7, 10.0)])
def test_the_order_matters_beyond_rounding(share, matters, epsilon, size):
    off = share * 64 * max(epsilon, SINGLE) * sum(SHAPE) * max(size, 1)
    instances = draws(SHAPE, Ranges(), 2)
    loss = SimpleNamespace(epsilon=epsilon, value=lambda instance: size + off)
    report = Report("loss")
    compare_order(loss, [Sample(instances, np.array([size, size]))], report)
    assert bool(report.undecided) is matters


# --- a witness ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "values", "contradicted"),
    [
        ((0, 1, 2), (5, 7, 9), False), ((0, 1, 2), (5, 7, 9.1), True), ((0, 1, 2), (9, 7, 5), True),
        ((0, 1, 2), (5, 5, 5), False), ((0, 1, 3), (1, 2, 4), False), ((0, 1, 3), (1, 2, 3), True),
        ((0, 1, 2), (5, 7, 9 + 1e-7), False), ((0, 1, 2), (5, 7, 9 + 1e-5), True), ((0, 1, 2), (5, 7, 9 - 1e-5), True),
        ((0, 0, 1), (5, 6, 7), True), ((3, 4, 5), (0, -1, -2), True), ((1, 0, 2), (2, 1, 3), False),
    ],
)  # fmt: skip
def test_three_values_contradict_what_no_scale_and_offset_make_of_them(expected, values, contradicted):
    assert _contradicts(np.array(expected, float), np.array(values, float), 1e-12) is contradicted


def test_rounding_contradicts_nothing():
    expected, values = np.array([0.0, 1, 2]), np.array([5.0, 7, 9 + 1e-3])
    assert _contradicts(expected, values, 1e-9)
    assert not _contradicts(expected, values, 1e-3 / (4 * 2 * 9))
    assert _contradicts(expected, values, 1e-3 / (4.1 * 2 * 9.001))
    falls = np.array([9.0, 9 - 1e-3, 9 - 2e-3])
    assert _contradicts(expected, falls, 1e-3 / (4.1 * 2 * 9))
    assert not _contradicts(expected, falls, 1e-3 / (3.9 * 2 * 9))


def witnessed(kl, **declared):
    loss = Loss(lambda *parts: arrays(*parts, kl=kl), torch=False)
    return witness(samples_of(loss, [SHAPE, Shape(1, 3, 1)]), expectations(**declared), DOUBLE)


def test_a_witness_has_the_batches_and_what_the_expected_loss_is_made_of():
    found = witnessed(4.0)
    assert [found[size] for size in "ndk"] == [1, 3, 1]  # the smallest
    assert (found["beta"], found["decoder_variance"]) == (1, [1.0, 0.5])
    assert len(found["batches"]) == len(found["R"]) == len(found["KL"]) == len(found["values"]) == 3
    for batch, error, kl, value in zip(found["batches"], found["R"], found["KL"], found["values"], strict=True):
        recon, x, mu, logvar = (np.array(batch[name]) for name in ("recon", "x", "mu", "logvar"))
        assert error == pytest.approx(0.5 * ((x - recon) ** 2).sum(1).mean())
        assert kl == pytest.approx(0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1).mean())
        assert value == pytest.approx(error + 4 * kl)
    assert found["statement"] == (
        "no scale > 0 and offset make scale·(R/decoder_variance + beta·KL) + offset the values"
    )


def test_what_is_expected_is_contradicted_by_none():
    assert witnessed(1.0) is None
    assert witnessed(0.5) is None  # of a decoder of variance ½
    assert witnessed(4.0, beta=4) is None
    assert witnessed(4.0, decoder_variance=4) is None
    assert witnessed(1.0, decoder_variance=4)["decoder_variance"] == [4.0]
    assert witnessed(0.5, decoder_variance=1)["decoder_variance"] == [1.0]
    assert witnessed(4.0, beta=2)["beta"] == 2


def test_where_a_value_is_no_number_there_is_no_witness():
    broken = [Sample(DRAWN, np.full(len(DRAWN), np.nan))]
    assert witness(broken, expectations(), DOUBLE) is None
    loss = Loss(lambda *parts: arrays(*parts, kl=4.0), torch=False)
    assert witness([*broken, *samples_of(loss, [Shape(9, 6, 4)])], expectations(), DOUBLE)["n"] == 9


# --- gradients ------------------------------------------------------------------------------------------------------


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
        return sum(
            w * h + (1 - w) * h.detach() for w, h in zip((error, mean, variance, log_variance), halves, strict=True)
        )

    return call


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ((1, 2, 2, 2), "the gradient has the weights mean 2, variance 2, log_variance 2: effective β = 2"),
        ((2, 1, 1, 1), "the gradient has the weights reconstruction 2: effective β = 1/2"),
        ((1, 1, 0, 0), "the gradient has the weights variance 0, log_variance 0"),
        ((1, 2, 1, 1), "the gradient has the weights mean 2"), ((1, 1, 1, 2), "the gradient has the weights log_variance 2"),
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
    kinked = compared(
        lambda recon, x, mu, logvar: 1e3 * (mu - mu.detach()).abs().sum() + (x - recon).sum(), differences=True
    )
    assert kinked.findings == []
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
