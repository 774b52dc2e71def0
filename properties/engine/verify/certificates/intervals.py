"""Intervals of the second checker where it is tight: coarse units, few bits, ends that touch, the largest arguments."""

import math
import random
from fractions import Fraction
from math import ceil, floor

import pytest
from flint import arb, ctx, fmpq

from verify.certificates.independent.intervals import (
    Interval,
    NoValue,
    pi,
    rank_if_semidefinite,
    series_in_units,
    smallest_eigenvalue,
)
from verify.certificates.independent.programs import _evaluated, require_violation

BITS = (8, 16, 64)


def number(x, bits=64):
    return Interval(Fraction(x), Fraction(x), bits)


def matrix(rows, bits=64):
    return [[number(x, bits) for x in row] for row in rows]


# --- series -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "step", "unit", "odd", "factorial", "bounds"), [
    # powers of ½ in eighths: 8 + 4 + 2 + 1, and as much again as the last
    (1, Fraction(1, 2), 3, False, False, (14, 16)), (1, Fraction(1, 2), 10, False, False, (2046, 2048)),
    (1, Fraction(-1, 2), 2, False, False, (2, 4)), (1, Fraction(-1, 2), 3, False, False, (4, 6)),
    (2, Fraction(1, 4), 2, False, False, (9, 12)), (3, Fraction(0), 5, True, True, (96, 96)),
    (Fraction(1, 3), Fraction(1, 2), 4, False, False, (7, 13)),
    # e in eighths, 8 + 8 + 4 + 4/3 + 1/3, and 1/e
    (1, Fraction(1), 3, False, True, (20, 24)), (1, Fraction(-1), 3, False, True, (1, 5)),
    # artanh ½ and arctan ½ in units of 1/16: 8 + 2/3
    (Fraction(1, 2), Fraction(1, 4), 4, True, False, (7, 10)),
    (Fraction(1, 2), Fraction(-1, 4), 4, True, False, (6, 9)),
])  # fmt: skip
def test_a_series_ends_at_a_term_of_one_unit_and_leaves_as_much_for_what_follows(x, step, unit, odd, factorial, bounds):
    assert series_in_units(Fraction(x), step, unit, odd, factorial) == bounds


def summed(x, step, odd, factorial):
    """The sum to some hundred digits."""
    total, power = Fraction(0), Fraction(x)
    for k in range(60):
        total += power / (2 * k + 1 if odd else 1)
        power = power * step / (k + 1 if factorial else 1)
    return total


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("factorial", [False, True])
def test_a_series_in_coarse_units_holds_its_sum(odd, factorial):
    steps = [Fraction(1, 2), Fraction(-1, 2), Fraction(1, 9), Fraction(-1, 25), Fraction(3, 7), Fraction(-3, 7)]
    steps += [Fraction(5), Fraction(-5), Fraction(7, 2), Fraction(-9, 4)] if factorial else []
    for step in steps:
        for x in (Fraction(1), Fraction(2, 3)):
            exact = summed(x, step, odd, factorial)
            for unit in range(6, 12):
                low, high = series_in_units(x, step, unit, odd, factorial)
                assert low <= exact * 2**unit <= high, (x, step, unit)


# --- functions --------------------------------------------------------------------------------------------------------

ARGUMENTS = [Fraction(p, q) for p in (1, 2, 3, 4, 5, 9, 255, 1000) for q in (1, 2, 3, 7, 1 << 20)]
FUNCTIONS = {
    "sqrt": (arb.sqrt, ARGUMENTS), "log": (arb.log, ARGUMENTS),
    "exp": (arb.exp, [x for x in ARGUMENTS if x < 20] + [-x for x in ARGUMENTS if x < 20]),
    "erfc": (arb.erfc, [x for x in ARGUMENTS if x < 6] + [-x for x in ARGUMENTS if x < 6]),
}  # fmt: skip


def is_between(found, x):
    with ctx.workprec(4000):
        low, high = (arb(fmpq(end.numerator, end.denominator)) for end in (found.low, found.high))
        return bool(low <= x <= high)


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_few_bits_an_enclosure_holds_the_value_and_is_four_units_wide(name, bits):
    function, arguments = FUNCTIONS[name]
    for x in arguments:
        found = getattr(number(x, bits), name)()
        with ctx.workprec(500):
            exact = function(arb(fmpq(x.numerator, x.denominator)))
        assert is_between(found, exact), (name, x, bits)
        assert (found.high - found.low) * 2**bits <= 4 * min(abs(found.low), abs(found.high)), (name, x, bits)


def test_pi_is_enclosed_by_few_bits():
    for bits in BITS:
        with ctx.workprec(500):
            assert is_between(pi(bits), arb.pi())
        assert pi(bits).high - pi(bits).low <= Fraction(8, 2**bits)


@pytest.mark.parametrize(("name", "known", "unknown"), [
    ("erfc", 40, -40 - Fraction(1, 10**9)), ("erfc", -5, 40 + Fraction(1, 10**9)),
    ("exp", 2**19 - 1, 2**19), ("exp", 1 - 2**19, -(2**19)),
])  # fmt: skip
def test_of_what_is_too_large_no_value_is_known_and_of_nothing_else(name, known, unknown):
    found = getattr(number(known, 8), name)()
    with ctx.workprec(3000):
        assert is_between(found, getattr(arb(known), name)())
    assert (found.high - found.low) * 2**8 <= 4 * found.low
    with pytest.raises(NoValue):
        getattr(number(unknown, 8), name)()


def test_what_is_exact_stays_so():
    assert [getattr(number(x), name)().exact for name, x in (
        ("sqrt", 0), ("sqrt", Fraction(9, 4)), ("exp", 0), ("log", 1), ("erfc", 0), ("sqrt", 2), ("exp", 1), ("log", 2),
    )] == [True] * 5 + [False] * 3  # fmt: skip


def test_the_ends_of_an_interval_give_the_ends_of_a_function():
    wide = Interval(Fraction(1, 4), Fraction(4), 64)
    assert (wide.sqrt().low, wide.sqrt().high) == (Fraction(1, 2), 2)
    for name in ("exp", "log"):
        assert getattr(wide, name)().low == getattr(number(wide.low), name)().low
        assert getattr(wide, name)().high == getattr(number(wide.high), name)().high
    assert wide.erfc().low == number(wide.high).erfc().low
    assert wide.erfc().high == number(wide.low).erfc().high


# --- operations -------------------------------------------------------------------------------------------------------


def test_bounds_are_rounded_outwards_to_so_many_bits_and_exact_numbers_are_not():
    rng = random.Random(2)
    for _ in range(300):
        low, high = sorted(Fraction(rng.getrandbits(40) - 2**39, rng.getrandbits(40) + 1) for _ in range(2))
        found = Interval(low, high, 8)
        assert number(low, 8).low == low
        for end, rounded, whole in ((low, found.low, floor), (high, found.high, ceil)):
            assert rounded <= end if whole is floor else rounded >= end
            assert abs(rounded - end) * 2**7 <= abs(end)
            n = abs(rounded.numerator)
            assert (n // (n & -n)).bit_length() <= 9


def test_an_order_is_decided_where_ends_touch_only_if_it_is_strict():
    one, low, high = number(1), Interval(Fraction(0), Fraction(1), 64), Interval(Fraction(1), Fraction(2), 64)
    assert [low.less(one), one.less(low), high.less(one), one.less(high)] == [None, False, False, None]
    assert [low.less(high), high.less(low), number(0).less(high), one.less(number(2))] == [None, False, True, True]


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 1), (-1, 0), (-1, 1)])
def test_nothing_is_divided_by_what_may_be_zero(low, high):
    with pytest.raises(NoValue):
        number(1) / Interval(Fraction(low), Fraction(high), 64)
    if low <= 0:
        with pytest.raises(NoValue):
            Interval(Fraction(low), Fraction(high), 64).log()


def test_a_product_of_an_interval_with_itself_is_a_square_and_with_another_is_not():
    about, same = (Interval(Fraction(-2), Fraction(3), 64) for _ in range(2))
    assert ((about * about).low, (about * about).high) == (0, 9)
    assert ((about * same).low, (about * same).high) == (-6, 9)
    assert [(x.low, x.high) for x in (abs(about), abs(-number(2)), abs(Interval(Fraction(-3), Fraction(-2), 64)))] == [
        (0, 3), (2, 2), (2, 3)]  # fmt: skip


# --- matrices ---------------------------------------------------------------------------------------------------------

OPEN = Interval(Fraction(-1), Fraction(1), 64)
BELOW = Interval(Fraction(-2), Fraction(-1), 64)


@pytest.mark.parametrize(("rows", "rank"), [
    ([[0]], 0), ([[2]], 1), ([[-1]], -1), ([[0, 0], [0, 3]], 1), ([[1, 2], [2, 4]], 1), ([[1, 2], [2, 3]], -1),
    ([[0, 1], [1, 0]], -1), ([[0, 1], [1, 5]], -1), ([[2, 1, 1], [1, 2, 1], [1, 1, 2]], 3),
    ([[0, 0, 0], [0, 1, 1], [0, 1, 1]], 1), ([[0, 0, 0], [0, 1, 2], [0, 2, 3]], -1), ([[1, 0], [0, -1]], -1),
    ([[1, 0, 0], [0, 0, 0], [0, 0, 4]], 2), ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 1),
])  # fmt: skip
def test_the_rank_of_an_exact_matrix_is_decided(rows, rank):
    assert rank_if_semidefinite(matrix(rows)) == rank


@pytest.mark.parametrize(("rows", "rank"), [
    ([[OPEN]], None), ([[BELOW]], -1), ([[Interval(Fraction(0), Fraction(1), 64)]], None),
    ([[number(1), OPEN], [OPEN, number(1)]], None), ([[number(3), OPEN], [OPEN, number(1)]], 2),
    ([[OPEN, number(3)], [number(3), OPEN]], -1), ([[OPEN, number(1)], [number(1), OPEN]], None),
    ([[number(0), number(1)], [number(1), OPEN]], -1), ([[OPEN, number(0)], [number(0), BELOW]], -1),
    ([[Interval(Fraction(-1), Fraction(0), 64)]], None),
])  # fmt: skip
def test_the_rank_of_an_open_matrix_is_told_where_it_is_certain(rows, rank):
    assert rank_if_semidefinite(rows) == rank


@pytest.mark.parametrize(("rows", "smallest"), [
    ([[2, 0], [0, 3]], 2), ([[0, 1], [1, 0]], -1), ([[5, 4], [4, 5]], 1), ([[Fraction(1, 3)]], Fraction(1, 3)),
    ([[2, -1, 0], [-1, 2, 0], [0, 0, 7]], 1), ([[-4, 0], [0, 9]], -4), ([[1, 2], [2, 4]], 0),
    ([[-10] * 3] * 3, -30), ([[10, 1, 1], [1, 10, 1], [1, 1, 10]], 9), ([[0, 0], [0, 0]], 0),
])  # fmt: skip
def test_the_smallest_eigenvalue_is_enclosed_to_seventy_bits(rows, smallest):
    found = smallest_eigenvalue([x for row in matrix(rows, 128) for x in row], len(rows))
    assert found.low <= smallest <= found.high
    assert (found.high - found.low) * 2**70 <= abs(smallest)


def test_the_smallest_eigenvalue_of_an_open_matrix_is_between_those_of_its_ends():
    loose = [Interval(Fraction(1), Fraction(2), 64), number(0), number(0), number(5)]
    found = smallest_eigenvalue(loose, 2)
    assert found.low <= 1
    assert found.high >= 2
    assert found.high - found.low < Fraction(11, 10)
    alone = smallest_eigenvalue([Interval(Fraction(1), Fraction(2), 64)], 1)
    assert (alone.low <= 1, alone.high >= 2, alone.high - alone.low < Fraction(11, 10)) == (True,) * 3


def test_a_matrix_is_not_symmetric_if_that_is_certain_alone():
    touching = [number(1), OPEN, number(1), number(1)]
    assert smallest_eigenvalue(touching, 2).low <= 0
    for other in (number(2), number(-2)):
        with pytest.raises(ValueError, match="not symmetric"):
            smallest_eigenvalue([number(1), OPEN, other, number(1)], 2)


def test_what_has_no_value_does_no_harm_where_nothing_needs_it_and_pi_needs_no_operand():
    one, two = Fraction(1), Fraction(2)
    side = {"lower": "1", "upper": "2"}
    violation = {"relation": "<", "value": False, "entry": [], "left": side, "right": side}
    stated = [{"relation": "<", "shape": [], "left": [1], "right": [0]}]
    program = {"guards": [], "premises": [], "stated": stated}
    for operations, how in (
        ([], "in exact fractions"), ([["constant", "-1"], ["neg", 2]], "in exact fractions"),
        ([["constant", "-1"], ["log", 2]], "in intervals of 128 bits"), ([["pi"]], "in intervals of 128 bits"),
    ):  # fmt: skip
        assert require_violation(program | {"operations": operations}, [one, two], violation) == how
    (_, around) = _evaluated([["pi"]], [Interval(one, one, 64)])
    assert around.low < Fraction(math.pi) + Fraction(1, 2**52)
    assert Fraction(math.pi) - Fraction(1, 2**52) < around.high
    assert around.high - around.low < Fraction(1, 2**50)
