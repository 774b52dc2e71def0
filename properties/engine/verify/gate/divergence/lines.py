"""What is read off a function along a line: growth, edges, kinks and ranges, of functions that are given."""

from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.divergence import floors, held
from verify.gate.divergence.clamps import Clamp, _simple, edge_of
from verify.gate.divergence.far import (
    Growth,
    _common,
    _growth,
    _log_variance,
    _numbers,
    _second,
    _series,
    _slopes,
    _variance,
)
from verify.gate.fit import DOUBLE, SINGLE
from verify.gate.shapes import SHAPES, Shape

SHAPE = Shape(4, 6, 3)


class Along:
    """A part of a loss at one shape, as a function of both heads, all elements alike."""

    def __init__(self, of, positive=False, epsilon=DOUBLE, shape=SHAPE):
        self.of, self.positive, self.epsilon, self.shape = of, positive, epsilon, shape

    def __call__(self, mu, head):
        return float(self.of(mu, head))

    def bound(self, *values):
        return 1e-13 * (1 + sum(map(abs, values)))


# --- growth ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "growth"),
    [
        (1, 1, Growth.LINEAR), (2, 1, Growth.LINEAR), (0, 0, Growth.BOUNDED), (1, -1, Growth.AFFINE),
        (-1, 2, Growth.AFFINE), (-1, -1, Growth.FALLS), (1, 0, Growth.OTHER), (0, 1, Growth.OTHER),
        (0, -1, Growth.OTHER), (-1, 0, Growth.OTHER), (2.0**-31, 2.0**-31, Growth.BOUNDED),
        (2.0**-29, 2.0**-29, Growth.LINEAR), (2.0**-31, 1, Growth.OTHER), (1, 2.0**-31, Growth.OTHER),
        (-(2.0**-29), -(2.0**-29), Growth.FALLS),
    ],
)  # fmt: skip
def test_growth_is_told_by_the_slopes_on_either_side(left, right, growth):
    """The loss at −8, −2, 2 and 8, which grows to the left and to the right."""
    assert _slopes([3 + 6 * left, 3, 5, 5 + 6 * right], 2, 8) is growth


@pytest.mark.parametrize("t", [1.0, 2.0])
def test_a_second_difference_is_twice_the_coefficient_of_a_square(t):
    assert _second(lambda s: 5 * s**2 - 3 * s + 7, t) == pytest.approx(10)
    assert _second(lambda s: s**3, t) == pytest.approx(12 * t)  # (27 − 16 + 1)·t


@pytest.mark.parametrize(
    ("line", "growth", "weight"),
    [
        (lambda t: 3 * t**2 + t, Growth.QUADRATIC, 3 / 2), (lambda t: abs(t) ** 1.5, Growth.OTHER, None),
        (lambda t: t**4, Growth.OTHER, None), (abs, Growth.LINEAR, 0), (lambda t: 1.0, Growth.BOUNDED, 0),
        (lambda t: -(t**2), Growth.QUADRATIC, -1 / 2), (lambda t: np.nan, Growth.OTHER, 0),
        (lambda t: np.inf if t < 0 else t**2, Growth.OTHER, 0),
        (lambda t: t**2 * (1 + 1e-3 * (t > 2**25)), Growth.OTHER, None),
    ],
)  # fmt: skip
def test_a_square_has_its_weight_in_units_of_the_spread(line, growth, weight):
    found, size, error = _growth(Along(None), line, 2.0)
    assert found is growth
    if weight is not None:
        assert size == pytest.approx(weight)
        assert error == pytest.approx(2e-13 * abs(weight))


def test_the_weight_of_the_variance_is_that_of_half_its_sum():
    def of(mu, h):
        return 7 + 3 * 5 * np.exp(h) / 2 + mu

    assert _variance(Along(of))[0] == pytest.approx(5)
    assert _variance(Along(lambda mu, h: 7.0))[0] == 0
    assert _variance(Along(lambda mu, h: np.exp(2 * h))) is None
    assert _variance(Along(lambda mu, h: np.nan)) is None
    assert _variance(Along(lambda mu, h: of(mu, h) if h < 60 else np.inf)) is None
    assert _variance(Along(lambda mu, h: of(mu, h) * (1 + 1e-6 * (h > 50)))) is None


def test_the_weight_of_its_logarithm_is_that_of_half_its_sum():
    def of(mu, h):
        return 7 - 3 * 5 * h / 2 + 100 * mu * h

    assert _log_variance(Along(of))[0] == pytest.approx(5)
    assert _log_variance(Along(lambda mu, h: 7.0))[0] == 0
    assert _log_variance(Along(lambda mu, h: h**2)) is None
    assert _log_variance(Along(lambda mu, h: np.nan)) is None
    error = _log_variance(Along(of))[1]
    assert error == pytest.approx(1e-13 * (1 + sum(abs(7 - 7.5 * h) for h in (-64, -96, -128))))


def test_growth_at_several_shapes_is_common_or_none():
    one, other = SHAPES[:2]
    square, line = (Growth.QUADRATIC, 2.0, 0.25), (Growth.LINEAR, 0.0, 0.0)
    assert _common({one: square, other: square}) is Growth.QUADRATIC
    assert _common({one: square, other: line}) is Growth.OTHER
    found = _series({one: square, other: (Growth.QUADRATIC, 3.0, 0.5)})
    assert (found.values, found.errors) == ({one: 2.0, other: 3.0}, {one: 0.25, other: 0.5})
    assert _series({one: line}) is None
    assert _series({one: square, other: line}) is None
    numbers = _numbers({one: (1.0, 0.5), other: (2.0, 0.25)})
    assert (numbers.values, numbers.errors) == ({one: 1.0, other: 2.0}, {one: 0.5, other: 0.25})
    assert _numbers({one: (1.0, 0.5), other: None}) is None
    assert _numbers({}) is None


# --- edges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("far", [-40.0, 40.0, 1000.0])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.999])
def test_an_edge_is_where_what_holds_near_ceases_to_hold(far, share):
    edge = share * far
    assert edge_of(lambda t: abs(t) <= abs(edge), 0.0, far) == pytest.approx(edge, rel=1e-12)
    assert edge_of(lambda t: True, 0.0, far) is None
    assert edge_of(lambda t: False, 0.0, far) is None


@pytest.mark.parametrize(
    ("edge", "simple"),
    [
        (2.9999999999, 3.0), (3.0000000001, 3.0), (-0.12500000001, -0.125), (1.2345678, 1.2345678),
        (1.23456789, 1.2345679), (1.234567891234, 1.2345679), (0.0, 0.0), (12345.678, 12345.678), (1.9, 1.9),
    ],
)  # fmt: skip
def test_an_edge_is_a_number_of_few_digits(edge, simple):
    assert _simple(edge) == simple


def test_a_number_of_more_digits_is_left_as_it_is():
    assert _simple(1.23456784999) == 1.23456784999
    assert _simple(123456789.4) == 123456790.0
    assert _simple(1.000000049) == 1.000000049


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-3.0, 20.0, "second head in [-3, 20]"), (None, 0.5, "second head in [−∞, 1/2]"),
        (0.0, None, "second head in [0, ∞]"), (None, None, "second head in [−∞, ∞]"),
        (-0.3, 0.0, "second head in [-3/10, 0]"),
    ],
)  # fmt: skip
def test_a_range_is_written(low, high, text):
    assert f"{Clamp('second head', low, high)}" == text


# --- ranges ---------------------------------------------------------------------------------------------------------


def hold(low, high):
    return lambda t: float(np.clip(t, low, high)) + 5


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (-3.0, 2.0, (-3.0, 2.0)), (-3.0, np.inf, (-3.0, None)), (-np.inf, 2.0, (None, 2.0)), (0.2, 2.0, (0.2, 2.0)),
        (-3.0, -0.5, (-3.0, -0.5)), (-np.inf, np.inf, (None, None)), (-0.1, 0.1, (-0.1, 0.1)),
        (-25.0, 29.0, (-25.0, 29.0)), (0.4, 2.0, (None, 2.0)), (-3.0, -0.8, (-3.0, None)),
    ],
)  # fmt: skip
def test_a_range_is_where_a_function_changes(low, high, found):
    assert held._range(hold(low, high), 40.0) == (
        None if found[0] is None else pytest.approx(found[0], abs=1e-9),
        None if found[1] is None else pytest.approx(found[1], abs=1e-9),
    )


def test_what_changes_nowhere_or_beyond_has_no_range():
    assert held._range(lambda t: 5.0, 40.0) == (None, None)
    assert held._range(hold(-31.0, 31.0), 40.0) == (None, None)


def test_ends_are_rounded_and_none_is_minus_0():
    assert held._short(None) is None
    assert held._short(1.23456789) == 1.234568
    assert held._short(1.23456789, 3) == 1.235
    assert str(held._short(-1e-9)) == "0.0"


# --- kinks ----------------------------------------------------------------------------------------------------------


def kl(mu, head):
    return 3 * (mu**2 + np.exp(head) - head - 1) / 2


@pytest.mark.parametrize(
    ("of", "prior", "found"),
    [
        (lambda mu, h: 2 * kl(mu, h) / 3 + 7, 0.0, (7.0, 2.0)), (lambda mu, h: 7.0, 0.0, (7.0, 0.0)),
        (lambda mu, h: kl(mu, h) ** 2, 0.0, None), (lambda mu, h: np.nan, 0.0, None),
    ],
)  # fmt: skip
def test_a_line_in_the_divergence_has_a_value_at_0_and_a_slope(of, prior, found):
    assert floors._line(Along(of), prior, (1.0, 2.0, 4.0)) == (found if found is None else pytest.approx(found))


def test_a_slope_within_rounding_is_0():
    assert floors._line(Along(lambda mu, h: 1e6 + 1e-8 * mu), 0.0, (1.0, 2.0, 4.0))[1] == 0


@pytest.mark.parametrize("at", [0.01, 1.0, 500.0, 4000.0])
def test_a_kink_is_where_two_lines_meet(at):
    assert floors._kink(Along(lambda mu, h: max(at, mu**2 / 2)), 0.0) == pytest.approx(at)
    assert floors._kink(Along(lambda mu, h: min(at, mu**2 / 2)), 0.0) == pytest.approx(at)


@pytest.mark.parametrize(
    "of",
    [
        lambda mu: mu**2, lambda mu: max(5000.0, mu**2 / 2), lambda mu: max(1e-5, mu**2 / 2), lambda mu: mu**4,
        lambda mu: mu**2 / 2 * (1 + 0.003 * (mu > 50)), lambda mu: 1.0,
    ],
)  # fmt: skip
def test_without_two_lines_there_is_none(of):
    assert floors._kink(Along(lambda mu, h: of(mu)), 0.0) is None


def test_in_single_precision_a_kink_is_looked_for_further_from_0():
    def of(mu, h):
        return max(0.5, mu**2 / 2) if mu > 0.02 or mu == 0 else 3.0

    assert floors._kink(Along(of, epsilon=SINGLE), 0.0) == pytest.approx(0.5)
    assert floors._kink(Along(of), 0.0) is None


@pytest.mark.parametrize(
    ("of", "square"),
    [
        (lambda kl: kl**2, True), (lambda kl: (kl - 2) ** 2 + 3 * kl, True), (lambda kl: kl, False),
        (lambda kl: kl**3, False), (lambda kl: kl**2 + 0.01 * kl**3, False), (lambda kl: 0.0, False), (np.exp, False),
        (lambda kl: (kl - 2) ** 2 * (kl > 2), False),
    ],
)  # fmt: skip
def test_a_square_of_the_divergence_is_told_by_its_differences(of, square):
    assert floors._quadratic(Along(lambda mu, h: of(mu**2 / 2)), 0.0) is square


def test_the_variance_is_1_where_heads_say_so():
    assert floors._priors(SimpleNamespace(positive=True)) == (1.0,)
    first, second = floors._priors(SimpleNamespace(positive=False))
    assert first == 0
    assert np.log(1 + np.exp(second)) == pytest.approx(1)


def test_statistics_are_means_and_sums_of_elements():
    elements = np.array([[1.0, 2.0], [3.0, 8.0]])
    found = [statistic.of(elements).tolist() for statistic in floors.STATISTICS]
    assert found == [[[1, 2], [3, 8]], [[3], [11]], [[2, 5]], [[7]]]
    assert [statistic.couples_samples for statistic in floors.STATISTICS] == [False, False, True, True]
    assert floors.STATISTICS[0].total(elements) == 7
    wheres = ["per latent and sample", "per sample", "per latent, on the batch mean", "on the batch mean"]
    assert [statistic.where for statistic in floors.STATISTICS] == wheres
    texts = ["KL_ij", "Σ_j KL_ij", "mean_i KL_ij", "mean_i Σ_j KL_ij"]
    assert [statistic.text for statistic in floors.STATISTICS] == texts


def test_an_edge_is_halved_sixty_times_and_an_end_of_a_range_fifty_six_times():
    calls = []
    edge_of(lambda t: (calls.append(t), abs(t) < 3)[1], 0.0, 40.0)
    assert len(calls) == 2 + 60
    calls.clear()
    held._end(lambda t: (calls.append(t), hold(-3.0, 2.0)(t))[1], 40.0)
    assert calls[:3] == [40.0, 30.0, 0.3]
    assert len(calls) == 1 + 1 + 1 + 1 + 56
