"""What a loss is asked: its value, and in which order; and the batches that contradict what is expected of it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.fit import DOUBLE, SINGLE, Sample
from verify.gate.instances import Ranges, draws
from verify.gate.order import compare_order
from verify.gate.reading import sample
from verify.gate.report import Report
from verify.gate.shapes import SHAPES, Shape
from verify.gate.witness import _contradicts, witness

SHAPE = Shape(4, 6, 3)
DRAWN = draws(SHAPE, Ranges(wide=True), 6)
FEW = SHAPES[:3]


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

    def call(recon, x, mu, head):
        squares = ((x - recon) ** 2).sum(1)
        return squares.sum() + weight * squares[0]

    report, loss = Report("loss"), Loss(call, torch=False)
    compare_order(loss, samples_of(loss, shapes), report)
    return report


def test_an_order_that_matters_is_undecided():
    report = ordered(1.0)
    (told,) = report.undecided
    assert told.startswith("the value depends on the order of the samples: ")
    where = "n = 4, d = 6, k = 3 (has the adapter something for each row?)"
    assert told.endswith(f" when the batch is turned round, at {where}")
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


def test_sixty_ways_to_choose_three_batches_are_tried_at_each_shape(monkeypatch):
    tried = []
    monkeypatch.setattr("verify.gate.witness._contradicts", lambda *given: bool(tried.append(given)))
    assert witnessed(4.0) is None
    assert len(tried) == 2 * 60
    assert all(len(values) == 3 for _, values, _ in tried)
    assert {relative for _, _, relative in tried} == {(16 + 4 * 9) * DOUBLE, (16 + 4) * DOUBLE}


def test_three_batches_of_three_shapes_are_turned_round():
    turned = []
    loss = SimpleNamespace(epsilon=DOUBLE, value=lambda instance: float(bool(turned.append(instance))))
    samples = [Sample(draws(shape, Ranges(), 5), np.zeros(5)) for shape in SHAPES[:6]]
    compare_order(loss, samples, Report("loss"))
    several = [each for each in samples if each.shape.n > 1][:3]
    assert len(turned) == 9
    assert [each.shape for each in turned[::3]] == [each.shape for each in several]
    for at, each in enumerate(turned):
        original = several[at // 3].instances[at % 3]
        assert all((new == old[::-1]).all() for new, old in zip(each, original, strict=True))
