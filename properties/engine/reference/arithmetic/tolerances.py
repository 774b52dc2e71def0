"""What is symmetric, and what descends: to the letter where numbers are exact, and but for rounding in floats."""

import re
from itertools import combinations

import numpy as np
import pytest
import sympy
import torch

from properties.engine.helpers.arithmetics import around
from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.domain import OutsideDomain, descending, require_broadcast, require_matrix, require_square
from reference.arithmetic.domain import require_symmetric as symmetric
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.kinds import symbols
from reference.arithmetic.lanes import stack, unstack

FLOATS = [np.asarray, torch.tensor]
SKEW = np.array([[0.0, 1], [-1, 0]])


def refused(message):
    return pytest.raises(OutsideDomain, match="^" + re.escape(message) + "$")


# --- symmetry -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lift", FLOATS)
@pytest.mark.parametrize("scale", [1.0, 2.0**-40, 2.0**40])
@pytest.mark.parametrize("batch", [(), (3,), (2, 1)])
def test_floats_are_symmetric_but_for_half_of_their_digits(lift, scale, batch):
    """2⁻²⁶ of the largest entry of the matrix itself, wherever that stands, and not of another one."""
    for matrix in (np.diag([1.0, 0]), np.diag([0.0, 1]), np.array([[0.0, 1], [1, 0]])):
        for error, within in ((0, True), (7e-9, True), (8e-9, False)):  # a gap is two errors
            many = np.broadcast_to(scale * matrix, (*batch, 2, 2)).copy()
            many[..., :, :] += scale * error * SKEW
            if within:
                symmetric("f", lift(many), "mend")
            else:
                with refused("f: the matrix is not symmetric: mend"):
                    symmetric("f", lift(many), "mend")
    beside = np.stack([2.0**30 * scale * np.eye(2), scale * (np.eye(2) + 1e-6 * SKEW)])
    with refused("f: the matrix is not symmetric: mend"):
        symmetric("f", lift(beside), "mend")
    symmetric("f", lift(np.zeros((*batch, 2, 2))), "mend")
    symmetric("f", lift(np.zeros((*batch, 0, 0))), "mend")


def test_complex_floats_are_hermitian_and_not_symmetric():
    turned = np.array([[1, 1j], [-1j, 1]])
    symmetric("f", turned, "mend")
    for odd in (turned * 1j, np.array([[1, 1j], [1j, 1]]), np.array([[1j, 0], [0, 1]])):
        with refused("f: the matrix is not symmetric: mend"):
            symmetric("f", odd, "mend")


@pytest.mark.parametrize("batch", [(), (3,), (2, 1), (3, 2)])
def test_exact_numbers_are_symmetric_to_the_letter(batch):
    good, bad = (
        rationals(np.broadcast_to(m, (*batch, 3, 3)).copy()) for m in (np.eye(3, dtype=int), np.tri(3, dtype=int))
    )
    turned = good + 1j * (bad - bad.mT)
    for x in (good, balls(good), turned, complex_balls(turned)):
        symmetric("f", x, "mend")
    for x in (bad, balls(bad)):
        with refused("f: the matrix is not symmetric at [0, 1] and [1, 0]: mend"):
            symmetric("f", x, "mend")
    for x in (turned + bad, good + 1j * bad, complex_balls(good + 1j * bad)):
        with pytest.raises(OutsideDomain, match=r"not Hermitian at \[0, [01]\] and \[[01], 0\]: mend$"):
            symmetric("f", x, "mend")
    wide = around([1, 2, 3, 1], [0, 1, 1, 0]).reshape(2, 2)  # they overlap
    symmetric("f", wide, "mend")


def test_every_pair_of_entries_is_compared():
    lifts = {
        "exact": rationals,
        "balls": lambda m: balls(rationals(m)),
        "symbols": lambda m: symbols(m.tolist()),
        "complex": lambda m: rationals(m) + 0j,
        "complex balls": lambda m: complex_balls(rationals(m) + 0j),
    }
    for name, lift in lifts.items():
        for i, j in combinations(range(4), 2):
            one = np.eye(4, dtype=int)
            one[j, i] = 1
            for m, at in ((one, (i, j)), (one.T, (i, j))):
                kind = "Hermitian" if "complex" in name else "symmetric"
                place = f"[{at[0]}, {at[1]}] and [{at[1]}, {at[0]}]"
                with refused(f"f: the matrix is not {kind} at {place}: mend"):
                    symmetric("f", lift(m), "mend")


def test_symbols_are_certainly_not_symmetric_where_numbers_differ():
    x, third = sympy.Symbol("x"), sympy.Rational(1, 3)
    symmetric("f", symbols([[1, sympy.Rational(1, 3)], [third, 1]]), "mend")
    symmetric("f", symbols([[1, x * (x + 1)], [x**2 + x, 1]]), "mend")
    symmetric("f", symbols([[1, x], [third, 1]]), "mend")
    symmetric("f", symbols([[1, third], [x, 1]]), "mend")
    with refused("f: the matrix is not symmetric at [0, 1] and [1, 0]: mend"):
        symmetric("f", symbols([[1, third], [2 * third, 1]]), "mend")


# --- order ----------------------------------------------------------------------------------------------------------

DESCENDS = [
    [3, 2, 1],
    [2, 2, 2],
    [1, 0, 0],
    [-1, -2],
    [5],
    [1e6, 1e6 * (1 + 2.9e-8)],
    [1, 1 + 2.9e-8],
    [-1 - 2.9e-8, -1],
]
RISES = [[3, 1, 2], [1, 1 + 3e-8], [-1, -1 + 3e-8], [1e6, 1, 1 + 1e-3], [0, 0.5], [-1, -0.5], [1, 2, 0], [2, 1, 1.25]]


@pytest.mark.parametrize("lift", FLOATS)
def test_floats_descend_but_for_half_of_their_digits(lift):
    for numbers in DESCENDS:
        x = lift(np.array(numbers, dtype=float))
        assert descending("f", x) is x
    for numbers in RISES:
        for many in (np.array(numbers), np.stack([np.sort(numbers)[::-1], numbers])):
            with refused("f: the numbers must descend, largest first: use sort_descending, or another order"):
                descending("f", lift(many.astype(float)))


def test_instances_descend_but_for_what_their_magnitudes_hide():
    """2⁻⁴⁰ of those of both neighbours, and of no other entry."""
    for numbers, sizes, within in (
        ([1, 2], [1, 1], False), ([2, 1], [1, 1], True), ([1, 1 + 2.0**-39], [1, 1], True), ([5], [1], True),
        ([1, 1 + 2.0**-38], [1, 1], False), ([2, 1, 1 + 2.0**-30], [1, 1, 2.0**20], True),
        ([2, 1, 1 + 2.0**-30], [1, 2.0**20, 1], True), ([2, 1, 1 + 2.0**-30], [2.0**20, 1, 1], False),
        ([1 + 2.0**-30, 1 + 2.0**-29, 1, 0], [1, 1, 2.0**20, 1], False), ([4, 3, 2, 1], [1] * 4, True),
    ):  # fmt: skip
        many = unstack(np.array([numbers, numbers[::-1], sorted(numbers)[::-1]]), np.array([sizes] * 3, dtype=float))
        found = stack(descending("f", many))[0]
        assert np.isfinite(found[0]).all() == within
        assert np.isfinite(found[2]).all()
        assert within or np.isnan(found[0]).all()


def test_exact_numbers_descend_to_the_letter():
    small = rationals([1]) / 2**70
    for lift in (lambda x: x, balls):
        for numbers in ([3, 2, 1], [2, 2, 2], [1, 0, 0], [-1, -2], [5]):
            descending("f", lift(rationals(numbers)))
        for numbers in ([3, 1, 2], [0, 1], [1, 2, 0]):
            with pytest.raises(OutsideDomain, match="must descend"):
                descending("f", lift(rationals(numbers) / 4))
    with pytest.raises(OutsideDomain, match="must descend"):
        descending("f", a.concatenate([1 - small, rationals([1])]))
    descending("f", around([1, "1.25"], ["0.25", "0.25"]))  # they may
    x, y = sympy.symbols("x y")
    for known in ([x, y], [2 * x + 1, x], [3, 2], [2, 2]):
        descending("f", symbols(known))
    for rising in ([2, 3], [x, x + 1]):
        with pytest.raises(OutsideDomain, match="must descend"):
            descending("f", symbols(rising))


# --- shapes ---------------------------------------------------------------------------------------------------------


def test_a_shape_that_does_not_fit_is_named():
    with refused("f: a vector is needed, not a number"):
        descending("f", np.float64(1))
    with refused("f: a matrix is needed, not an array of shape (3,)"):
        require_matrix("f", np.ones(3))
    with refused("f: a matrix is needed, not an array of shape (): mend"):
        require_matrix("f", 1.0, "mend")
    require_matrix("f", np.ones((2, 3)), "mend")
    for shape in ((2, 3), (4, 2, 3), (3, 3, 2), (2, 3, 3, 2)):
        with refused(f"f: a square matrix is needed, not one of shape {shape}"):
            require_square("f", np.ones(shape))
    for shape in ((2, 2), (4, 2, 2), (0, 0), (2, 1, 3, 3)):
        require_square("f", np.ones(shape))


def test_a_row_against_a_column_is_a_slip_and_no_table():
    def of(*shapes):
        require_broadcast("f", *map(np.ones, shapes))

    for shapes in (((2, 3), (2, 3)), ((2, 3), ()), ((), ()), ((2, 3), (3,)), ((2, 1), (2, 3), ()), ((1,), (3,))):
        of(*shapes)
    for shapes in (
        ((1, 3), (2, 1)),
        ((3, 1), (3,)),
        ((2,), (3,)),
        ((2, 3), (3, 2), ()),
        ((3,), (2,), (3,)),
        ((2,), (3,), (2,)),
    ):
        with refused(f"f: shapes {', '.join(map(str, shapes))} do not fit"):
            of(*shapes)
