"""Formulas of n, d, k that are found: the true one, at shapes that were not looked at, or none."""

import math
from itertools import pairwise

import numpy as np
import pytest

from properties.engine.helpers.losses import ELSEWHERE, FEW, value
from verify.gate import formulas
from verify.gate.formulas import formula
from verify.gate.numbers import number
from verify.gate.series import Series
from verify.gate.shapes import SHAPES, Shape, _with_fixed_sizes

ROUNDING = 2.0**-48
CONSTANTS = ("1/(128*784)", "1/162770", "log(2*pi)", "1/log(2)", "1/3", "-1/2", "0.1", "exp(-0.6)", "60000", "2*pi")


def found(true, shapes=SHAPES, relative=ROUNDING):
    """Return the formula of values that are off by as much as they may be."""
    values = np.array([value(true, shape) for shape in shapes])
    errors = abs(values) * relative
    signs = np.random.default_rng(0).choice([-1, 1], len(values))
    return formula([Shape(*shape) for shape in shapes], values + signs * errors / 2, errors)


def is_true(result, true):
    for shape in ELSEWHERE:
        wanted = value(true, shape)
        assert math.isclose(value(str(result), shape), wanted, rel_tol=1e-11), f"{result} for {true}"
        assert math.isclose(result(Shape(*shape)), wanted, rel_tol=1e-11)


PRODUCTS = ("1", "n", "k/d", "n*d/k", "1/(n*d*k)", "sqrt(d)", "1/sqrt(n)", "d**1.5/k", "d**2/k**2", "n**2*sqrt(k)")


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_product_is_found(product, constant):
    true = f"({constant})*{product}"
    is_true(found(true), true)


SUMS = [
    "d*log(2*pi)/2 - k/2", "1 - 1/n", "n*(d + k)", "d**2 - d", "0.1 + 0.9*k/8", "n*d/2*log(2*pi) - n*k/2 + 3",
    "1/(d + k)", "n/(n + 1)", "k/(d + k)", "1/(n*(n + 1))", "exp(0.3)*d + log(2*pi)", "1 + 1e-6*d", "d - 1e-6*k",
]  # fmt: skip


@pytest.mark.parametrize("true", SUMS)
def test_a_sum_is_found_and_one_over_a_sum(true):
    is_true(found(true), true)


@pytest.mark.parametrize("true", ["1 + d", "1/(k + d)"])
@pytest.mark.parametrize("at", [0, 3, 4])
def test_a_formula_has_all_the_values_within_their_errors(true, at):
    shapes = SHAPES[:5]
    values = np.array([value(true, shape) for shape in shapes])
    off = values * (1 + 1e-9 * (np.arange(5) == at))
    assert str(formula(shapes, values, abs(values) * ROUNDING)) == true
    assert formula(shapes, off, abs(values) * ROUNDING) is None


@pytest.mark.parametrize(
    "true", ["max(d, k)", "log(d)", "2**k", "d % 2 + 1", "d // 2 + 1", "n % 4 + d", "1 + (n == 4)"]
)
def test_what_is_no_formula_of_these_kinds_is_none(true):
    names = {"max": max, "log": math.log}
    values = [float(eval(true, names | dict(zip("ndk", shape, strict=True)))) for shape in SHAPES]
    assert formula(SHAPES, values, [1e-14 * abs(each) for each in values]) is None


def test_no_two_products_agree_on_all_shapes_nor_on_those_of_fixed_sizes():
    """Their logarithms are linear in those of the sizes that move, which are independent."""
    for family in [SHAPES, *_with_fixed_sizes()]:
        logs = np.log(np.array(family, float))
        moving = logs[:, (logs != logs[0]).any(0)]
        design = np.column_stack([np.ones(len(family)), moving])
        assert np.linalg.matrix_rank(design, tol=1e-6) == 1 + moving.shape[1], family
        assert len(family) >= 1 + moving.shape[1]


@pytest.mark.parametrize(
    ("one", "other"), [("k/d", "1"), ("1/n", "1"), ("d/k", "k/d"), ("n*k", "n*d"), ("d - k", "d/k")]
)
def test_formulas_that_agree_at_some_shapes_are_told_apart(one, other):
    """At n = 1, and where d = k, they are the same."""
    assert str(found(other)) == other
    assert str(found(one)) != other
    is_true(found(one), one)


def test_a_term_that_is_not_there_is_not_found():
    for true in ("d", "1/k", "d - k/2"):
        assert len(found(true).terms) == (2 if "-" in true else 1)
    noisy = formula(SHAPES, [1 + 1e-9 * (-1) ** i for i in range(len(SHAPES))], [2e-9] * len(SHAPES))
    assert str(noisy) == "1"


EXACT = [1e-15] * len(SHAPES)


@pytest.mark.parametrize("off", [pytest.param(1e-9, marks=pytest.mark.long), 1e-3, math.nan])
def test_values_apart_by_more_than_their_errors_have_no_formula(off):
    assert formula(SHAPES, [1.0] * len(SHAPES), EXACT) is not None
    assert formula(SHAPES, [1.0 + off, *[1.0] * (len(SHAPES) - 1)], EXACT) is None


def test_factors_that_may_be_zero_are_none():
    basis, errors = np.array([[1.0, shape.d] for shape in SHAPES]), np.full(len(SHAPES), 1e-12)
    assert [factor.value for factor in formulas._factors(basis, basis @ [0.5, 2.0], errors)] == [0.5, 2.0]
    assert formulas._factors(basis, basis @ [0.5, 1e-13], errors) is None
    assert formulas._factors(basis, basis @ [1e-12, 2.0], errors) is None


def test_zero_is_zero_within_its_errors_only():
    assert str(formula(SHAPES, [0.0] * 14, [0.0] * 14)) == "0"
    assert str(formula(SHAPES, [1e-12] * 14, [1e-11] * 14)) == "0"
    assert str(formula(SHAPES, [1e-10] * 14, [1e-11] * 14)) != "0"


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_of_few_shapes_no_sum_is_made_up(count):
    """A sum of two has as many free numbers as these have values."""
    result = formula(SHAPES[:count], [value("d + k", shape) for shape in SHAPES[:count]], [1e-13] * count)
    assert result is None or len(result.terms) == 1


def test_a_formula_knows_its_exponents_and_its_constant():
    assert found("n/k").exponents == (1, 0, -1)
    assert found("n/k").constant is None
    assert found("1/510").constant.value == 1 / 510
    assert found("1 - 1/n").exponents is None
    assert found("1/(d + k)").exponents is None
    nothing = formula(SHAPES, [0.0] * 14, [0.0] * 14)
    assert (nothing.constant.value, nothing.exponents, nothing.terms) == (0, (0, 0, 0), ())


def test_the_simplest_products_come_first():
    costs = [(sum(map(abs, powers)), sum(power < 0 for power in powers)) for powers in formulas._POWERS]
    assert all(one <= other for one, other in pairwise(costs))
    assert len(set(formulas._POWERS)) == len(formulas._POWERS)


@pytest.mark.parametrize(("true", "enough"), [("d + k", 5), ("d + k + n", 6), ("1/(d + k)", 5), ("1/(d + k + n)", 6)])
def test_a_sum_needs_three_shapes_more_than_it_has_terms(true, enough):
    is_true(found(true, SHAPES[:enough]), true)
    fewer = found(true, SHAPES[: enough - 1])
    assert fewer is None or len(fewer.terms) < true.count("+") + 1


@pytest.mark.parametrize("text", ["d - n", "d - 1", "k - 2*n", "n*d - k/2", "1/(d - n/2)", "1 - 1/n"])
def test_what_is_subtracted_comes_last(text):
    assert str(found(text)) == text


@pytest.mark.parametrize("power", ["n**4", "1/d**4", "n**4/k**3", "sqrt(n)*k"])
def test_powers_of_up_to_4_are_found_and_none_beyond(power):
    assert str(found(power)) == power
    assert found(f"({power})*n**5*d**5") is None


@pytest.mark.parametrize("fixed_size", range(3))
def test_a_size_that_is_fixed_is_in_no_formula(fixed_size):
    """Whatever its power is would not be seen: 784 is a number there."""
    families = (
        [(64, 6, 3), (64, 12, 1), (64, 5, 4), (64, 18, 6)], [(2, 784, 3), (1, 784, 1), (3, 784, 4), (5, 784, 6)],
        [(2, 6, 20), (1, 12, 20), (3, 5, 20), (5, 18, 20)],
    )  # fmt: skip
    moving = [letter for at, letter in enumerate("ndk") if at != fixed_size]
    for true in (f"2*{moving[0]}", f"{moving[0]}/{moving[1]}", "7", f"3/{moving[1]}"):
        assert str(found(true, families[fixed_size])) == true


@pytest.mark.parametrize(("size", "there"), [(7.9, False), (8.1, True), (-7.9, False), (-8.1, True)])
def test_a_factor_is_there_beyond_eight_times_what_it_may_be_off(size, there):
    """Of four values known to 1, a mean is known to 1."""
    found_factors = formulas._factors(np.ones((4, 1)), np.full(4, size), np.ones(4))
    assert (found_factors is not None) is there


@pytest.mark.parametrize(("off", "written"), [(7.9, True), (8.1, False)])
def test_what_is_written_is_within_eight_errors_of_the_values(off, written):
    values = 1000 + np.array([off, -off, off, -off])
    assert (formulas._factors(np.ones((4, 1)), values, np.ones(4)) is not None) is written


@pytest.mark.parametrize("true", ["1000000*d + 1000000*k", "d/1000000 + k/1000000", "1000000*n + d"])
def test_sums_of_any_size_are_found(true):
    is_true(found(true), true)


@pytest.mark.parametrize(("off", "looked"), [(63.9, True), (64.1, False)])
def test_factors_that_do_not_make_up_the_values_are_not_written(off, looked, monkeypatch):
    asked = []
    monkeypatch.setattr(formulas, "number", lambda value, error: asked.append(value) or number(value, error))
    values = 1000 + np.array([off, -off, off, -off])
    assert formulas._factors(np.ones((4, 1)), values, np.ones(4)) is None
    assert bool(asked) is looked


@pytest.mark.parametrize("true", ["1/10", "1/d", "3/(10*k)", "d/k"])
def test_a_formula_in_single_precision_is_the_same(true):
    values = [float(np.float32(value(true, shape))) for shape in FEW]
    assert str(formula(FEW, values, [2.0**-46 * each for each in values])) == true
    assert str(formula(FEW, [each**2 for each in values], [2.0**-46 * each**2 for each in values])).count("0000") == 0
    other = [each * (1 + 1e-9) for each in values]
    assert str(formula(FEW, other, [2.0**-46 * each for each in values])) != true


def test_numbers_that_barely_touch_are_written_as_the_one_that_all_allow():
    errors = np.array([2.0**-40, 2.0**-42])
    found = formulas._common(1 / 3 + errors * [1, -1], errors)
    assert (str(found), found.value) == ("1/3", 1 / 3)
    assert formulas._common(1 / 3 + errors * [1, -1.5], errors) is None


def test_a_ratio_to_what_is_expected_is_known_to_single_precision_if_all_values_have_that():
    one, other = SHAPES[:2]
    short = Series({one: 0.5, other: 0.25}, {one: 1e-17, other: 2e-17}).over(lambda s: s.n)
    assert short.values == {one: 0.125, other: 0.03125}
    assert short.errors == pytest.approx({one: 2.0**-22 / 4, other: 2.0**-23 / 8}, rel=1e-6)
    long = Series({one: 0.5, other: 0.123456789}, {one: 1e-17, other: 1e-17}).over(lambda s: 2.0)
    assert long.errors == {one: 5e-18, other: 5e-18}


def test_a_product_is_known_where_both_are_and_as_well_as_both():
    one, other, third = SHAPES[:3]
    a = Series({one: 2.0, other: -3.0}, {one: 0.1, other: 0.2})
    b = Series({third: 1.0, one: -5.0, other: 7.0}, {third: 0.0, one: 0.01, other: 0.02})
    found = a * b
    assert found.values == {one: -10.0, other: -21.0}
    assert found.errors == pytest.approx({one: 0.1 * 5 + 2 * 0.01, other: 0.2 * 7 + 3 * 0.02})
