"""At which heads the parts of a loss are looked at: how many, how far from the prior, and in which steps."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.divergence import far, floors, held, sums, weights
from verify.gate.divergence.part import Part
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.shapes import Shape

SHAPE = Shape(40, 50, 60)
FIRST = draws(SHAPE, Ranges(), 1)[0]


def part(positive=False, value=lambda instance: 0.0):
    return Part(SimpleNamespace(value=value, epsilon=2.0**-52), FIRST, positive)


def reach(arrays):
    return [float(abs(each).max()) for each in arrays]


def test_sums_are_looked_for_about_the_prior_and_farther_from_it():
    for positive in (False, True):
        drawn = sums._draws(part(positive), 20, 4)
        assert len(drawn) == sums.COUNT == 20
        means, heads = zip(*drawn, strict=True)
        assert set(reach(means)) == {0.5, 1.0, 2.0}
        assert all((128 * each == np.round(128 * each)).all() for each in means)
        if positive:
            assert {(float(each.min()), float(each.max())) for each in heads} == {(1 / 8, 2.0)}
        else:
            assert set(reach(heads)) == {0.5, 1.0, 2.0}
    assert (sums._draws(part(), 2, 4)[0][0] != sums._draws(part(), 2, 5)[0][0]).any()


def test_changed_heads_are_looked_for_off_0_and_no_farther_than_8():
    for wide, reaches in ((False, (1, 1, 1)), (True, (1, 2, 4))):
        for to, spreads in ((0.0, (1, 1, 1)), (32.0, (1, 4, 32)), (100.0, (1, 4, 100))):
            drawn = list(held._draws(part(), wide, to))
            assert len(drawn) == 10
            assert reach(mean for mean, _ in drawn) == [spreads[turn % 3] for turn in range(10)]
            assert reach(head for _, head in drawn) == [reaches[turn % 3] * 127.5 / 64 for turn in range(10)]
            assert min(abs(head).min() for _, head in drawn) == 0.5 / 64
    positive = list(held._draws(part(True), True, 0.0))
    for turn, (_, head) in enumerate(positive):
        assert np.log2(head).max() == pytest.approx((1, 2, 4)[turn % 3] * 127.5 / 128)


@pytest.mark.parametrize(("variance", "log_variance"), [(1, 1), (0, 1), (1, 0), (0, 0)])
def test_a_divergence_has_both_terms_of_its_head(variance, log_variance):
    small = draws(Shape(2, 3, 2), Ranges(), 1)[0]
    loss = SimpleNamespace(
        value=lambda i: float((i.mu**2 + variance * np.exp(i.head) - log_variance * i.head).sum() / 4), epsilon=2.0**-52
    )
    made = Part(loss, small, False)
    found = held._everywhere([made.sample(list(held._draws(made, False, 0.0)))], LOG_VARIANCE, (None, None), 2.0**-52)
    assert (found is not None) is (variance == log_variance == 1)
    if found is not None:
        assert [float(*each.values.values()) for each in (found.mean, found.variance, found.log_variance)] == (
            pytest.approx([1.0] * 3)
        )


def test_a_line_of_heads_goes_through_the_prior():
    line = held._line(part(), 2.0)
    assert [float(each.head[0, 0]) for each in line.instances] == pytest.approx(np.linspace(-2, 2, 24))
    assert all((each.head == each.head[0, 0]).all() and not each.mu.any() for each in line.instances)
    positive = held._line(part(True), 8.0)
    assert [float(each.head[0, 0]) for each in positive.instances] == pytest.approx(2 ** (np.linspace(-8, 8, 24) / 2))


def test_floors_are_looked_for_on_both_sides_of_a_threshold():
    threshold = 2.0
    for positive, prior in ((False, 0.0), (True, 1.0)):
        drawn = floors._straddling(part(positive), prior, threshold)
        assert len(drawn) == floors.COUNT == 24
        unit = np.sqrt(2 * threshold)
        for turn, (mean, head) in enumerate(drawn):
            largest = unit * (0.35, 0.7, 1, 1.4)[turn % 4] * 1.6 * 1.6
            assert largest / 2 < abs(mean).max() <= largest + 1 / 1024
            spread = min(largest, 0.5 if positive else 2) / 2
            assert spread / 2 < abs(head - prior).max() <= spread + 1 / 1024
            assert ((1024 * mean) == np.round(1024 * mean)).all()
            assert (1024 * (head - prior) == np.round(1024 * (head - prior))).all()


def test_directions_are_of_both_signs_and_no_sum_is_0():
    found = far._directions(FIRST.mu)
    assert (abs(found).min(), abs(found).max()) == (1.0, 2.0)
    assert {float(each) for each in np.sign(found).ravel()} == {-1.0, 1.0}
    assert far._spread(FIRST.mu) == pytest.approx((found**2).sum(1).mean() / 2)
    assert (far._directions(FIRST.mu) == found).all()


def test_lines_go_from_the_prior_and_from_the_data():
    seen = []

    def value(instance):
        seen.append(instance)
        return 0.0

    of_means, of_residuals = far._along_means(part(value=value)), far._along_residuals(part(value=value))
    of_means(3.0), of_residuals(3.0)
    assert (seen[0].mu == 3 * far._directions(FIRST.mu)).all()
    assert (seen[1].recon == FIRST.x + 3 * far._directions(FIRST.x)).all()
    assert seen[0].recon is FIRST.recon
    assert seen[1].mu is FIRST.mu


def test_a_positive_head_is_followed_in_no_logarithm():
    small = Instance(*(np.ones((2, size)) for size in (3, 3, 2, 2)))
    loss = SimpleNamespace(value=lambda i: float((i.mu**2).sum() / 2 + ((i.x - i.recon) ** 2).sum()), epsilon=2.0**-52)
    found = far.far([Part(loss, small, True)])
    assert (found.variance_weight, found.log_variance_weight) == (None, None)
    assert found.mean is found.reconstruction is far.Growth.QUADRATIC
    assert list(found.mean_weight.values.values()) == pytest.approx([2.0])
    assert list(found.reconstruction_weight.values.values()) == pytest.approx([4.0])
    assert next(iter(found.mean_weight.errors.values())) > 0


def test_elements_are_moved_one_by_one_from_0_and_1():
    shape = Shape(2, 3, 2)
    first = draws(shape, Ranges(), 1)[0]
    weighted = np.array([[1.0, 10.0], [100.0, 1000.0]])
    loss = SimpleNamespace(value=lambda i: float((weighted * (i.mu**2 + i.head)).sum()), epsilon=2.0**-52)
    moved = weights._moved(Part(loss, first, False))
    steps = [mean**2 + head for mean, head in weights._PROBES]
    assert moved == pytest.approx(np.array(steps)[:, None, None] * weighted)
    assert weights._PROBES == ((1, 0), (-1, 0), (0, 1), (0, -0.5), (1, 1), (2, -0.5), (-1, 0.5))


def test_the_smallest_set_that_makes_up_the_values_is_found():
    columns = np.array([[0.0, 1, 2, 3, 4, 5], [0.0, 1, 4, 9, 16, 25], [1.0, 1, 1, 1, 1, 1], [5.0, 1, 4, 2, 3, 0]])
    usable = np.arange(4)
    for values, size, found in (
        (2 * columns[1] + 7, 1, [(1,)]), (columns[0] - columns[3], 2, [(0, 3)]), (columns[3] * 0 + 7, 0, [()]),
        (columns[0] + columns[1], 1, []), (2 * columns[1] * (1 + 1e-7) + 7, 1, [(1,)]),
    ):  # fmt: skip
        assert list(sums._near(columns, values, usable, size)) == found
    off = 2 * columns[1] + 1e-3 * columns[3]
    assert list(sums._near(columns, off, usable, 1)) == []
    assert list(sums._near(columns, 2 * columns[1], np.array([0, 3]), 1)) == []


def test_growth_is_looked_at_at_eight_shapes():
    small, calls = draws(Shape(2, 3, 2), Ranges(), 1)[0], []
    loss = SimpleNamespace(value=lambda i: (calls.append(i), 0.0)[1], epsilon=2.0**-52)
    precision = 1 + 2 * 2
    far.far([Part(loss, small, False)] * 10)
    assert len(calls) == precision + 8 * (2 * (2 * 3 + 4) + 3 + 3)
    calls.clear()
    far.far([Part(loss, small, True)] * 3)
    assert len(calls) == 3 * 2 * (2 * 3 + 4)
