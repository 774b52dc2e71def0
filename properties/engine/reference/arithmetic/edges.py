"""Where a domain begins and ends, and what stands there: no rows, zero pivots, whole numbers, tolerances."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
import sympy
import torch
from flint import acb, arb, fmpq, fmpz

from properties.engine.helpers.arithmetics import LIFTS, entries
from reference import arithmetic as a
from reference.arithmetic.complex_matrices import is_definite
from reference.arithmetic.complexes import ComplexRationals, complex_balls
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.arithmetic.functions.powers import root
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes import unstack

NONE = rationals(np.zeros((0, 0), dtype=int))
X = rationals([[1, 2], [3, 4]])
ALL = LIFTS | {"lanes": lambda x: unstack(LIFTS["numpy"](x)[None]), "complex": lambda x: 1j * x,
               "complex balls": lambda x: complex_balls(1j * x)}  # fmt: skip


# --- shapes ---------------------------------------------------------------------------------------------------------


def test_determinants_of_no_rows_are_1_where_floats_or_symbols_are_asked():
    none = np.zeros((0, 0))
    for value in (a.determinant(none), a.permanent(none), a.determinant(none.astype(object)).item()):
        assert value == 1
    assert a.log_determinant(none) == a.log_determinant(torch.tensor(none)) == a.trace(none) == 0


def test_a_factor_is_counted_from_either_end_and_has_rows():
    kron = a.kron(a.kron(X, 2 * X), rationals([[5]]))
    for first, last in ((0, -3), (1, -2), (2, -1)):
        assert (a.partial_trace(kron, (2, 2, 1), first) == a.partial_trace(kron, (2, 2, 1), last)).all()
    for which in (3, -4, (0, 3), (0, -4), (0, 0), (0, -3)):
        with pytest.raises(a.OutsideDomain, match=r"^partial_trace: .* does not say which of 3 factors"):
            a.partial_trace(kron, (2, 2, 1), which)
    for matrix, sizes in ((NONE, (0,)), (kron, (4, 1, 2)), (kron, (-2, -2)), (kron, (2,))):
        with pytest.raises(a.OutsideDomain, match=r"^partial_trace: \d rows are no product of spaces"):
            a.partial_trace(matrix, sizes, 0)


@pytest.mark.parametrize("kind", ALL)
def test_matrices_that_do_not_fit_have_no_product(kind):
    wide = ALL[kind](rationals([[1, 2, 3, 4]] * 3))
    assert (wide @ wide.mT).shape == (3, 3)
    for other in (wide, wide[:1], wide.mT[:3]):
        with pytest.raises((ValueError, RuntimeError)):
            wide @ other


@pytest.mark.parametrize("kind", ["exact", "balls", "complex", "complex balls"])
@pytest.mark.parametrize("size", [1, 6, 9, 12])
def test_a_product_of_no_rows_or_no_columns_has_its_shape(kind, size):
    x = ALL[kind](rationals(np.eye(size, dtype=int)))
    for p, q in ((0, size), (size, 0), (0, 0), (1, size)):
        found = x[:p] @ x[:, :q]
        assert (type(found), found.shape) == (type(x), (p, q))
    assert (x[:, :0] @ x[:0]).shape == (size, size)


@pytest.mark.parametrize("kind", ALL)
def test_powers_are_from_1_on_where_numbers_are_exact(kind):
    x = ALL[kind](X)
    if kind in ("numpy", "torch", "symbols"):
        return
    assert type(x**1) is type(x**2) is type(x)
    for exponent in (0, -1, 0.5, Fraction(1, 2), "2"):
        with pytest.raises(TypeError, match=r"^powers of exact numbers are integers from 1 on"):
            x**exponent


# --- complex matrices -----------------------------------------------------------------------------------------------


def test_a_complex_system_may_have_fewer_right_sides_than_rows_or_more():
    m = X + 1j * rationals([[0, 1], [-2, 3]]) / 3
    for right in (X[:, :1] / 5, a.concatenate([X, 1j * X[:, ::-1] / 7, X], axis=1)):
        for p, q in ((m, right), (m, right + 0j), (X, 1j * right)):
            solution = a.solve(p, q)
            assert isinstance(solution, ComplexRationals)
            assert solution.shape == right.shape
            assert (p @ solution == q).all()


@pytest.mark.parametrize("kind", ["exact", "balls", "complex", "complex balls"])
def test_a_singular_system_has_no_value_in_the_shape_of_its_right_side(kind):
    singular, right = ALL[kind](rationals([[1, 2], [2, 4]])), ALL[kind](rationals([[1, 2, 3], [4, 5, 6]]))
    for some in (right, right[:, :1]):
        if "balls" in kind:
            found = a.solve(singular, some)
            assert found.shape == some.shape
            assert not any(entry.is_finite() for entry in entries(found))
        else:
            with pytest.raises(ZeroDivisionError):
                a.solve(singular, some)


def test_a_complex_determinant_passes_zeros_by_and_knows_the_sign_of_an_exchange():
    i, zero = 1j, 0
    for rows, value in (
        ([[zero, i], [1, zero]], (0, -1)),
        ([[zero, zero, i], [zero, 2, 5], [1, i, 1]], (0, -2)),
        ([[zero, i, zero], [zero, zero, 3], [2, 7, i]], (0, 6)),
        ([[i, 2, 1], [2, -4 * i, 3], [1, 1, 1]], (8, 1)),
        ([[i, 2], [1, -2 * i]], (0, 0)),
        ([[zero, 1], [zero, i]], (0, 0)),
    ):
        matrix = a.stack([[a.number(x, 1j * X) + 0j for x in row] for row in rows])
        found = a.determinant(matrix).bare()
        assert (found, type(found)) == (GaussianRational(*value), GaussianRational)
        assert a.determinant(complex_balls(matrix)).bare().contains(complex(*value))
        assert a.rank(matrix) == (len(rows) if any(value) else len(rows) - 1)


def test_the_shapes_of_complex_matrices_without_a_product_are_named():
    for p, q in (((3, 4), (3, 4)), ((1, 3), (2, 2)), ((3, 3), (4, 3))):
        with pytest.raises(ValueError, match=rf"^matrices of shapes {re.escape(f'{p} and {q}')} have no product$"):
            _ = 1j * rationals(np.ones(p, dtype=int)) @ (1j * rationals(np.ones(q, dtype=int)))


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("unit", [0, 1j])
def test_a_definite_matrix_is_seen_by_its_pivots(size, unit):
    """Of integers, whose eigenvalues are far enough from 0; and what is semidefinite only is not definite."""
    generator = np.random.default_rng([size, int(abs(unit))])
    met = set()
    for shift in (0, 1, 2, 3, 5, 8) * 8:
        root = generator.integers(-2, 3, (size, size)) + unit * generator.integers(-2, 3, (size, size))
        matrix = (root + root.conj().T) / 2 + shift * np.eye(size)
        least = np.linalg.eigvalsh(matrix)[0]
        if abs(least) > 1e-9:
            kind = (lambda x: acb(complex(x))) if unit else (lambda x: arb(float(x)))
            assert is_definite([[kind(x) for x in row] for row in matrix]) == (least > 0)
            met.add(bool(least > 0))
    assert met == {True, False}
    rows = [[acb(1) if unit else arb(1)] * size for _ in range(size)]
    assert is_definite(rows) == (size == 1)
    assert is_definite([])
    assert not is_definite([[arb(0.25, 0.5)]])


def test_gaussian_rationals_meet_integers_and_fractions_on_either_side():
    z = GaussianRational(3, -1, 2)
    for other in (2, fmpz(2), fmpq(2)):
        assert z + other == other + z == GaussianRational(7, -1, 2)
        assert (z - other, other - z) == (GaussianRational(-1, -1, 2), GaussianRational(1, 1, 2))
        assert (z * other, other * z, z / other) == (GaussianRational(3, -1), GaussianRational(3, -1), z * fmpq(1, 2))
        assert other / z == GaussianRational(6, 2, 5)
        assert z != other
    for foreign in (1.5, "1", None):
        for operate in (lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / y):
            for sides in ((z, foreign), (foreign, z)):
                with pytest.raises(TypeError):
                    operate(*sides)
        assert z != foreign


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("convert", [int, math.floor, math.ceil, math.trunc, round, float, complex])
@pytest.mark.parametrize("kind", ["exact", "balls", "lanes", "complex", "complex balls"])
def test_an_exact_number_becomes_no_other_one(convert, kind):
    with pytest.raises(TypeError, match=rf"^(math\.)?{convert.__name__} may branch on, or round, "):
        convert(ALL[kind](X)[0, 0])


def test_tails_of_single_floats_are_those_of_arrays():
    for kind in (np.float64, np.float32, np.asarray):
        assert a.erfc(kind(0.5)) == math.erfc(0.5)


@pytest.mark.parametrize("degree", [3, 4, 5, 7])
def test_every_power_has_its_root_and_its_neighbours_have_none(degree):
    for base in (*range(1, 34), 2**40, 2**40 - 1, 10**30 + 7):
        assert root(rationals([base**degree]), degree).tolist() == [base]
        for near in (base**degree + 1, base**degree - 1):
            if near not in (0, 1):
                with pytest.raises(Irrational, match=r"^power$"):
                    root(rationals([near]), degree)
                with pytest.raises(Irrational, match=r"^power$"):
                    root(rationals([fmpq(1, near)]), degree)
    assert root(rationals([0]), degree).tolist() == [0]


def test_a_power_of_a_matrix_is_the_product_of_so_many():
    powers = [a.identity(2, 2, X)]
    for k in range(13):
        assert (a.powm(X, k) == powers[-1]).all()
        assert (a.powm(X, -k) @ powers[-1] == powers[0]).all()
        powers.append(powers[-1] @ X)


@pytest.mark.parametrize("lift", [np.asarray, torch.tensor])
@pytest.mark.parametrize("scale", [1, 2.0**40, 2.0**-40])
def test_floats_are_definite_but_for_half_of_their_digits(lift, scale):
    """Beside the largest eigenvalue of the matrix itself: what is negative by less is 0 but for rounding."""
    beside = 2.0**60 * np.eye(2)
    for error, definite in ((1e-9, True), (1e-7, False)):
        for matrix in (np.diag([1, -error]), np.array([[0.5, 0.5 + error], [0.5 + error, 0.5]])):
            found = np.asarray(a.log_determinant(lift(scale * np.stack([matrix, beside]))))
            assert np.isfinite(found).tolist() == [definite, True]


# --- norms ----------------------------------------------------------------------------------------------------------

NO_NORM = {
    "ky-fan-3/2": "norm: Ky Fan's is that of a number of singular values, not of 3/2",
    "ky-fan-0": "norm: Ky Fan's is that of a number of singular values, not of 0",
    "schatten-99/100": "norm: Schatten's is a norm for p ≥ 1, not 99/100",
    "schatten-1/0": "norm: 'schatten-1/0' needs a number, as \"schatten-3\"",
    "schatten-": "norm: 'schatten-' needs a number, as \"schatten-3\"",
    "ky-fan-two": "norm: 'ky-fan-two' needs a number, as \"ky-fan-3\"",
    2.5: 'norm: 2.5 is no kind of norm here: write "schatten-2.5" for that of the singular values',
    0: 'norm: 0 is no kind of norm here: write "schatten-0" for that of the singular values',
    "2": "norm: '2' is no kind of norm here: there are 1, 2, inf, \"fro\"",
    None: "norm: say which: there are 1, 2, inf, \"fro\"",
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_NORM)
def test_what_is_no_norm_says_what_is_one(kind):
    with pytest.raises(a.OutsideDomain) as refused:
        a.norm(balls(X), kind)
    assert str(refused.value).startswith(NO_NORM[kind])


def test_what_does_not_fit_is_refused_whichever_is_the_larger():
    two, three = (rationals(np.eye(n, dtype=int)) for n in (2, 3))
    for kind, lift in ALL.items():
        for x, y in ((lift(two), lift(three)), (lift(three), lift(two))):
            for name, function in (
                ("solve", a.solve), ("commutator", a.commutator), ("solve", lambda x, y: a.solve(x, y[:, :1])),
                ("where", lambda x, y: a.where(np.array([True] * len(x)), x, y)),
            ):  # fmt: skip
                with pytest.raises(a.OutsideDomain, match=rf"^{name}: "):
                    print("fits:", kind, name, function(x, y))


def test_a_sum_of_no_expressions_is_one():
    none = LIFTS["symbols"](rationals(np.zeros((2, 0), dtype=int)))
    for zero in (
        none.sum(),
        np.sum(none),
        a.trace(none[:0]),
        a.squared_norm(none),
        none.sum(1)[0],
        (none @ none.T)[0, 0],
    ):
        assert isinstance(zero / 3, sympy.Expr)


def test_what_is_not_symmetric_is_so_at_the_first_entry_above_the_diagonal():
    for kind, lift in ALL.items():
        if kind not in ("lanes", "numpy", "torch"):
            word = "Hermitian" if "complex" in kind else "symmetric"
            x = rationals([[0, 2, 1], [2, 0, 3], [4, 5, 0]])
            with pytest.raises(a.OutsideDomain, match=rf"^log_determinant: the matrix is not {word} at \[0, "):
                a.log_determinant(lift(x))
            x = lift(rationals([[0, 2, 1], [2, 0, 3], [1, 5, 0]]))
            x = x / 1j if word == "Hermitian" else x
            with pytest.raises(a.OutsideDomain, match=rf"the matrix is not {word} at \[1, 2\] and \[2, 1\]: "):
                a.log_determinant(x)


@pytest.mark.parametrize("kind", ["complex", "complex balls"])
def test_complex_numbers_have_no_error_function_with_axes_or_without(kind):
    for x in (ALL[kind](X), ALL[kind](X)[0, 0]):
        with pytest.raises(
            a.Unsupported, match=r"^erfc: it is that of real numbers: write real\(x\) or absolute\(x\)$"
        ):
            a.erfc(x)
