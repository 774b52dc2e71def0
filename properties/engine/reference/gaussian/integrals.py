"""Enclosed Gaussian integrals: closed forms, breakpoints known to a ball only, tails, and floats alike."""

import itertools
import math

import flint
import numpy as np
import pytest
import scipy.special
from flint import arb

from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.lanes import stack, unstack
from reference.gaussian import integrals
from reference.gaussian.integrals import entrywise, euler_gamma, gaussian_mean

Q = lambda x: math.erfc(x / math.sqrt(2)) / 2  # noqa: E731
PHI = lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)  # noqa: E731

CASES = {  # pieces, breakpoints, growth, value
    "second moment": ([lambda x, log: x * x], [], 1, 1.0),
    "fourth moment on the right": ([lambda x, log: 0 * x, lambda x, log: x * x * x * x], [0], 30, 1.5),
    "|x|": ([lambda x, log: -x, lambda x, log: x], [0], 1, math.sqrt(2 / math.pi)),
    "three steps": (
        [lambda x, log: 5 + 0 * x, lambda x, log: 7 + 0 * x, lambda x, log: 11 + 0 * x],
        [-1, 2],
        11,
        5 * Q(1) + 7 * (1 - Q(1) - Q(2)) + 11 * Q(2),
    ),
    "a narrow peak": (
        [lambda x, log: 1 / (1 + 100 * x * x)],
        [],
        1,
        math.sqrt(math.pi / 2) / 10 * math.exp(1 / 200) * math.erfc(1 / math.sqrt(200)),
    ),
    "a step beyond the tails": ([lambda x, log: 5 + 0 * x, lambda x, log: 7 + 0 * x], [10**6], 7, 5.0),
    "a step before the tails": ([lambda x, log: 5 + 0 * x, lambda x, log: 7 + 0 * x], [-(10**6)], 7, 7.0),
    "a logarithm": (
        [lambda x, log: 2 * log(-x), lambda x, log: 0 * x, lambda x, log: 2 * log(x)],
        [-(2**-40), 2**-40],
        60,
        scipy.special.digamma(0.5) + math.log(2),
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("bits", [64, 200])
def test_closed_forms(name, bits):
    pieces, cuts, growth, value = CASES[name]
    assert gaussian_mean(pieces, [float(c) for c in cuts], float(growth)) == pytest.approx(value, abs=1e-10)
    with flint.ctx.workprec(bits):
        enclosed = gaussian_mean(pieces, [arb(c) for c in cuts], arb(growth))
        assert abs(float(enclosed.mid()) - value) < max(
            1e-10, 2 ** (4 - bits // 2) * growth
        )  # of the case "a logarithm": the piece cut out weighs 2e-11
        assert enclosed.rad() < arb(2) ** (4 - bits // 2) * growth


def test_an_enclosure_holds_for_every_value_of_a_breakpoint():
    steps = [lambda x, log: 1 + 0 * x, lambda x, log: 3 + 0 * x]
    wide = gaussian_mean(steps, [arb(0.5, 0.25)], arb(3))
    for cut in (0.25, 0.4, 0.75):
        assert wide.contains(gaussian_mean(steps, [arb(cut)], arb(3)))
    assert wide.rad() < 0.4  # of two pieces 2 apart, over a width of 1/2 and a density of 0.35


def test_breakpoints_that_overlap_give_nothing():
    pieces = [lambda x, log: 0 * x, lambda x, log: 1 + 0 * x, lambda x, log: 2 + 0 * x]
    assert gaussian_mean(pieces, [arb(0, 1), arb(0.5, 1)], arb(2)).is_nan()
    assert gaussian_mean(pieces, [arb(0, 1), arb(0.5)], arb(2)).is_nan()
    assert gaussian_mean(pieces, [arb.nan(), arb(1)], arb(2)).is_nan()
    tied = gaussian_mean(pieces, [arb(0), arb(0)], arb(2))
    assert tied.contains(1)
    assert tied.rad() < 1e-7


def test_the_tails_are_enclosed(monkeypatch):
    monkeypatch.setattr(integrals.math, "ceil", lambda x: 2)
    square = gaussian_mean([lambda x, log: 3 * (1 + x * x)], [], arb(3))
    missing = 3 * 2 * (2 * Q(2) + 2 * PHI(2))
    assert square.contains(6)
    assert float(square.mid()) == pytest.approx(6 - missing)
    assert float(square.rad()) == pytest.approx(missing)


@pytest.mark.parametrize("bits", [30, 64, 200, 333])
def test_what_lies_beyond_is_cut_where_the_density_is_as_small_as_the_accuracy(bits):
    """Half of the bits of the precision: the first integer at which e^{−x²/2} is no more than that."""
    far = next(x for x in itertools.count() if x * x / 2 >= bits // 2 * math.log(2))
    with flint.ctx.workprec(bits):
        nothing = gaussian_mean([lambda x, log: 0 * x], [], arb(3))
    assert nothing.mid() == 0
    assert float(nothing.rad()) == pytest.approx(3 * 2 * (2 * Q(far) + far * PHI(far)), rel=1e-6)


def test_breakpoints_of_floats_ascend_and_may_be_equal():
    steps = [lambda x, log, y=y: y + 0 * x for y in (1, 10, 100, 1000)]
    assert gaussian_mean(steps[:3], [0.0, 0.0], 100.0) == pytest.approx(50.5)
    nowhere = [steps[0], lambda x, log: log(-1 - x * x), steps[0]]  # between them nothing is evaluated
    assert gaussian_mean(nowhere, [0.5, 0.5], 1.0) == pytest.approx(1)
    for cuts in ([0.0, 2.0, 1.0], [1.0, 0.0, 2.0], [1.0, 0.0, -1.0]):
        assert math.isnan(gaussian_mean(steps, cuts, 1000.0))


@pytest.mark.parametrize("number", [float, arb])
def test_there_is_a_breakpoint_between_any_two_pieces_and_no_other(number):
    one = lambda x, log: 1 + 0 * x  # noqa: E731
    for pieces, cuts in (([one], [0]), ([one, one], []), ([one, one], [0, 1])):
        with pytest.raises(ValueError, match="zip"):
            gaussian_mean(pieces, [number(cut) for cut in cuts], number(1))


def test_a_logarithm_is_not_continued_across_its_cut():
    """log(1 + x/16) has its branch point within reach of the quadrature's ellipses: the value is that of floats."""
    piece = [lambda x, log: log(1 + x / 16)]
    with flint.ctx.workprec(128):
        assert abs(float(gaussian_mean(piece, [], arb(9)).mid()) - _by_sum(lambda x: math.log(1 + x / 16))) < 1e-12


def _by_sum(function):
    """Return E f(ε) by the trapezoidal rule, which converges faster than any power for analytic f."""
    points = np.arange(-10, 10, 1 / 64)
    return sum(function(x) * PHI(x) for x in points) / 64


def test_functions_are_applied_entry_by_entry():
    total = lambda x, y: x + 2 * y  # noqa: E731
    x, y = rationals([[1, 2], [3, 4]]), rationals([10, 20])
    wanted = [[21, 42], [23, 44]]
    assert entrywise(total, balls(x), balls(y)).map(lambda b: float(b.mid())).bare() == wanted
    assert isinstance(entrywise(total, balls(x), 1), Balls)
    assert entrywise(total, np.array([[1.0, 2], [3, 4]]), np.array([10.0, 20])).tolist() == wanted
    assert entrywise(total, balls(rationals(1)), balls(rationals(2))).shape == ()
    for some in ((x, y), (x, 1), (1.0, y)):
        with pytest.raises(Irrational, match=r"^integral\b"):
            entrywise(total, *some)


def test_of_no_entries_there_are_no_numbers_and_all_of_floats_are_floats():
    none = entrywise(lambda x: x, np.zeros((0, 2)))
    assert (none.shape, none.dtype) == ((0, 2), float)
    assert entrywise(lambda x: 1 if x < 1 else x, np.array([0.5, 1.5])).tolist() == [1, 1.5]


def test_euler_gamma():
    assert euler_gamma(np.array(1.0)) == pytest.approx(-scipy.special.digamma(1))
    assert abs(float(euler_gamma(balls(rationals(1))).bare().mid()) + scipy.special.digamma(1)) < 1e-15
    with pytest.raises(Irrational, match=r"^euler_gamma\b"):
        euler_gamma(rationals(1))
    values, magnitudes = stack(euler_gamma(unstack(np.ones(2))) + unstack(np.zeros(2)))
    assert values.tolist() == [np.euler_gamma] * 2
    assert (magnitudes == np.euler_gamma).all()
