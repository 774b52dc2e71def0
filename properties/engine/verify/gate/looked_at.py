"""Where a loss is looked at: shapes, ranges and instances, to the last of them; and what is known there."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate import examination
from verify.gate.errors import NoNumber, Unusable
from verify.gate.evaluation import Loss
from verify.gate.examination import _is_bernoulli, _is_even, _of_sizes, _own_parameters, _Trial, _where
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.forms.likelihoods import BERNOULLI, GAUSSIAN, LOGITS
from verify.gate.instances import Ranges, draws
from verify.gate.reading import Reading, ReconstructionPart, sample, separable
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import ENOUGH, SHAPES, Shape, _with_fixed_sizes, fixed, usable

# --- shapes ---------------------------------------------------------------------------------------------------------


def test_the_shapes_are_those_that_reports_have_always_had():
    columns = [sorted(column) for column in zip(*SHAPES, strict=True)]
    assert columns == [
        [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9], [2, 3, 5, 6, 6, 6, 7, 7, 8, 12, 12, 18, 18, 24],
        [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7],
    ]  # fmt: skip
    assert [n * d * k for n, d, k in SHAPES] == [72, 80, 3, 120, 63, 60, 216, 196, 72, 36, 126, 160, 216, 360]
    equal = [(n == d, n == k, d == k) for n, d, k in SHAPES if n > 1]
    assert [sum(each) for each in zip(*equal, strict=True)] == [1, 1, 1]  # and no two of them at once
    assert max(map(sum, equal)) == 1
    assert str(SHAPES[0]) == "n = 4, d = 6, k = 3"


def test_sizes_that_are_fixed_are_those_of_common_data_and_layers():
    images = [28 * 28, 8 * 8, 10 * 10, 32 * 32, 3 * 32 * 32, 64 * 64, 3 * 64 * 64]
    latents = [2, 20, 10, 16, 32, 64, 128, 256]
    batches = [64, 128, 100, 32, 16, 256]
    families = [[Shape(*sizes) for sizes in family] for family in _with_fixed_sizes()]
    moving = [
        *([(2, 6, k), (1, 12, k), (3, 5, k), (5, 18, k)] for k in latents),
        *([(2, d, 3), (1, d, 1), (3, d, 4), (5, d, 6)] for d in images),
        *([(n, 6, 3), (n, 12, 1), (n, 5, 4), (n, 18, 6)] for n in batches),
        *([(n, d, k) for n in (2, 1, 3, 5)] for d in images for k in latents),
        *([(n, d, k) for k in (3, 1, 4, 6)] for n in batches for d in images),
    ]
    assert families == moving
    assert fixed() == [family[0] for family in families]


@pytest.mark.parametrize(("count", "more"), [(5, False), (4, True)])
def test_fewer_than_five_shapes_are_too_few(count, more):
    chosen = set(SHAPES[:count]) | {Shape(2, 6, 20), Shape(1, 12, 20), Shape(2, 784, 3)}
    found = list(usable(chosen.__contains__))
    assert ENOUGH == 5
    assert found == [*SHAPES[:count], *([Shape(2, 6, 20), Shape(1, 12, 20)] if more else [])]


# --- instances ------------------------------------------------------------------------------------------------------


def test_numbers_fill_the_ranges_in_which_they_may_lie():
    shape = Shape(64, 64, 64)
    for wide, (low, high) in ((True, (-3, 3)), (False, (1 / 64, 63 / 64))):
        for drawn in draws(shape, Ranges(wide), 2):
            for part in drawn[:2]:
                assert (part.min(), part.max()) == (low, high)
    heads = [(1, 2), (0.25, 0.5), (2, 2), (1, 4), (0, 2), (1, 0), (0.25, 4), (0, 0), (3, 0.5), (1, 2)]
    drawn = draws(shape, Ranges(), 10)
    assert [(each.mu.max(), each.head.max()) for each in drawn] == heads
    assert [(-each.mu.min(), -each.head.min()) for each in drawn] == heads
    positive = draws(shape, Ranges(positive=True), 1)[0].head
    assert (positive.min(), positive.max()) == (1 / 8, 2)
    binary = draws(shape, Ranges(binary=True), 1)[0]
    assert set(binary.x.ravel()) == {0.0, 1.0}
    assert binary.recon.max() == 63 / 64
    assert Ranges() == Ranges(wide=False, positive=False, binary=False)


def test_a_sample_has_more_instances_than_there_are_weights():
    loss = Loss(lambda recon, x, mu, head: float(mu.sum()), torch=False)
    found = sample(loss, SHAPES[0], Ranges())
    assert len(found.instances) == len(found.values) == 14
    assert found.values.tolist() == [float(each.mu.sum()) for each in found.instances]


# --- where a loss works ---------------------------------------------------------------------------------------------


def arrays(recon, x, mu, logvar):
    return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)).mean()


def where(call, wanted=SHAPES[:3], known=SHAPES[0]):
    return _where(Loss(call, torch=False), wanted, known, lambda place: None)


def test_a_loss_is_looked_at_in_the_widest_ranges_in_which_it_is_known():
    assert where(arrays) == (Ranges(True, False, False), list(SHAPES[:3]), True)

    def deviation(recon, x, mu, sd):
        return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (mu**2 + sd**2 - 1 - 2 * np.log(sd)).sum(1)).mean()

    assert where(deviation) == (Ranges(True, True, False), list(SHAPES[:3]), True)

    def bernoulli(recon, x, mu, logvar):
        entropy = -x * np.log(recon) - (1 - x) * np.log1p(-recon)
        return (entropy.sum(1) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)).mean()

    assert where(bernoulli) == (Ranges(False, False, False), list(SHAPES[:3]), True)

    def clipped(recon, x, mu, logvar):
        return arrays(recon.clip(0, 1), x.clip(0, 1), mu, logvar)

    assert where(clipped) == (Ranges(False, False, False), list(SHAPES[:3]), False)

    def sign(recon, x, mu, logvar):
        if not set(np.unique(x)) <= {0.0, 1.0}:
            return np.nan
        return arrays(recon, x, mu, logvar)

    assert where(sign) == (Ranges(True, False, True), list(SHAPES[:3]), True)


def test_a_head_whose_sign_does_not_matter_is_a_deviation():
    def even(recon, x, mu, sd):
        return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (mu**2 + sd**2 - 1 - np.log(sd**2)).sum(1)).mean()

    assert where(even, SHAPES[1:3])[0].wide
    assert _is_even(Loss(lambda recon, x, mu, head: float((head**2).sum()), torch=False), Ranges(), SHAPES[0])
    assert not _is_even(Loss(lambda recon, x, mu, head: float((head**3).sum()), torch=False), Ranges(), SHAPES[0])


def test_a_loss_that_works_nowhere_says_why():
    def raises(recon, x, mu, head):
        raise ValueError("no such thing")

    for call, told in (
        (raises, "the loss raises ValueError: no such thing"),
        (lambda *parts: np.nan, "the loss is nan wherever it was evaluated"),
        (lambda *parts: np.inf, "the loss is inf wherever it was evaluated"),
    ):  # fmt: skip
        with pytest.raises(Unusable) as caught:
            where(call)
        assert str(caught.value).startswith(told)


def test_a_head_that_cannot_be_negative_is_not_taken_for_one_whose_sign_does_not_matter():
    def logarithm(recon, x, mu, head):
        if (head <= 0).any():
            raise ValueError
        return float((mu**2 + head - np.log(head)).sum())

    assert not _is_even(Loss(logarithm, torch=False), Ranges(positive=True), SHAPES[0])


def test_shapes_at_which_it_does_not_work_are_left_out():
    places = []

    def some(recon, x, mu, head):
        if len(x) == 8:
            raise ValueError
        return arrays(recon, x, mu, head) if len(x) != 1 else np.nan

    _, shapes, _ = _where(Loss(some, torch=False), SHAPES[:4], SHAPES[0], places.append)
    assert shapes == [SHAPES[0], SHAPES[3]]
    assert places[0] == f"at {SHAPES[0]}"

    def unusable(recon, x, mu, head):
        raise Unusable("not so")

    with pytest.raises(Unusable, match=r"^not so$"):
        where(unusable)


def test_why_is_told_even_if_nothing_was_called():
    assert _Trial(None, None).why() == "the loss is no number wherever it was evaluated"


# --- what is known --------------------------------------------------------------------------------------------------


def test_a_model_that_fixes_its_sizes_is_looked_at_in_several_batches():
    assert _of_sizes(None) == SHAPES
    assert _of_sizes((6, 3)) == [Shape(n, 6, 3) for n in (4, 8, 1, 2, 3, 5, 7, 6)]
    assert [shape.n for shape in _of_sizes((24, 25))] == [4, 8, 1, 2, 3, 5, 7, 24]


@pytest.mark.parametrize(
    ("likelihood", "is_one"), [(BERNOULLI, True), (LOGITS, True), (GAUSSIAN, False), (None, False)]
)
def test_probabilities_are_those_of_bernoulli(likelihood, is_one):
    series = Series({}, {})
    part = likelihood and ReconstructionPart(likelihood, (series,), series)
    assert _is_bernoulli(Reading(part, None, True)) is is_one


def test_parameters_of_its_own_are_told():
    def named(recurse):
        assert recurse is False
        return [("log_sigma", 1), ("tau", 2)]

    told = "the parameters log_sigma, tau are as they are: what they do to the loss is not examined"
    assert _own_parameters(SimpleNamespace(named_parameters=named)) == [told]
    assert _own_parameters(SimpleNamespace(named_parameters=lambda recurse: [])) == []
    assert _own_parameters(SimpleNamespace(named_parameters=3)) == []
    assert _own_parameters(arrays) == []
    assert _own_parameters(type("Module", (), {"named_parameters": named})) == []


def test_instances_that_are_apart_are_compared_one_after_another():
    loss = SimpleNamespace(value=lambda i: float(i.mu.sum() * i.recon.sum()), epsilon=2.0**-52)
    drawn = draws(SHAPES[0], Ranges(), 3)
    same = [drawn[0], drawn[0], drawn[1]]
    assert separable(loss, same[:2])
    assert not separable(loss, same)


def test_ranges_are_tried_from_the_widest():
    widths = [(each.positive, each.wide, each.binary) for each in examination._RANGES]
    order = [(True, False), (False, False), (True, True), (False, True)]
    assert widths == [(positive, *each) for positive in (False, True) for each in order]


# --- what is read ---------------------------------------------------------------------------------------------------


def drawing(recon, x, mu, logvar):
    z = mu + np.exp(logvar / 2) * np.random.standard_normal(mu.shape)
    return (0.5 * ((x - recon) ** 2).sum(1) + 0.5 * (z**2 - 1 - logvar).sum(1)).mean()


def read(call, shapes, **declared):
    report, places = Report("loss"), []
    loss = Loss(call, torch=False)
    samples, reading = examination._read(loss, expectations(**declared), Ranges(True), shapes, report, places.append)
    assert [each.shape for each in samples] == report.shapes
    assert places == ["while it is found out what it draws", *(f"at {shape}" for shape in report.shapes)]
    return report, reading


SMALL = [Shape(2, 2, k) for k in range(1, 11)]


def test_a_loss_that_draws_nothing_is_looked_at_everywhere():
    report, reading = read(arrays, SMALL)
    assert report.shapes == SMALL
    assert report.assumed == []
    assert reading.reconstruction.likelihood is GAUSSIAN
    assert report.examined == ["value", "order of the batch", "no gradient: arrays have none"]


def test_one_that_draws_is_looked_at_at_eight_shapes_or_five_if_it_draws_many_numbers(monkeypatch):
    report, reading = read(drawing, SMALL)
    assert report.shapes == SMALL[:8]
    told = "normal numbers a call; but for an odd part it is quadratic in them, so its mean is exact"
    assert report.assumed == [f"the loss draws 2 to 4 {told}"]
    assert str(reading.divergence.mean.formula) == "1"
    monkeypatch.setattr(examination, "sample", lambda loss, shape, ranges: SimpleNamespace(shape=shape))
    for name in ("read", "compare_order", "compare_gradient"):
        monkeypatch.setattr(examination, name, lambda *given: None)
    for k, count in ((48, 8), (49, 5)):
        assert len(read(drawing, [Shape(1, 1, k), *([Shape(2, 2, 1)] * 9)])[0].shapes) == count


def test_of_a_surrogate_the_gradient_alone_is_read():
    report, reading = read(arrays, SMALL[:2], surrogate=True)
    assert report.examined == ["gradient, not the value, as declared"]
    assert reading == Reading(None, None, False)


def test_a_loss_that_keeps_a_state_is_told():
    calls = []

    def counted(recon, x, mu, logvar):
        calls.append(1)
        return arrays(recon, x, mu, logvar) + len(calls)

    report, _ = read(counted, SMALL[:2])
    assert [finding.kind for finding in report.findings] == [Code.STATE]
    assert report.findings[0].detail.startswith("changes from call to call")


def test_what_is_no_loss_at_one_size_is_none_at_others_and_what_raises_may_be_one():
    for returned in (None, "none"):
        places = []
        with pytest.raises(NoNumber, match=r"^loss returns"):
            examination._adapted(lambda recon, x, mu, logvar, it=returned: it, SHAPES[:1], places.append)
        assert len(places) == 1

    def images(recon, x, mu, logvar):
        if x.shape[1] != 784:
            raise ValueError("view returns another size")
        return arrays(recon, x, mu, logvar)

    assert examination._adapted(images, SHAPES[:1], [].append)[1].d == 784
