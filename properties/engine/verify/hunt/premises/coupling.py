"""Which unknowns meet in the premises, and how linear ones are told from those that are nearly so."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.frames import framed
from reference.arithmetic import absolute, determinant, trace
from verify import Integer, Interval, Matrix, Positive, PositiveDefinite, Scalar, Symmetric, Vector, assume, equal, leq
from verify.hunt.premises.coupling import affine, couplings

MOST_UNKNOWNS = 96


def looked(body, **sizes):
    frame = framed(body, **sizes)
    return frame, couplings(frame, np.random.default_rng(0))


def test_a_product_a_square_and_what_does_not_matter():
    def body(x: Scalar, y: Scalar, z: Scalar, w: Positive):
        assume(equal(x * y + z * z + y, 1))
        leq(w, x)

    frame, found = looked(body)
    expected = np.zeros((4, 4), dtype=bool)
    expected[0, 1] = expected[1, 0] = expected[2, 2] = True
    np.testing.assert_array_equal(found.meet, expected)
    assert found.matter.tolist() == [True, True, True, False]
    sets = {tuple(affine(found, frame, np.random.default_rng(seed))) for seed in range(20)}
    assert sets == {(0, 3), (1, 3)}


def test_of_commuting_matrices_either_is_free_and_parts_of_both():
    def body(A: Matrix["d d"], B: Matrix["d d"]):
        assume(equal(A @ B, B @ A))
        leq(A, B)

    frame, found = looked(body, d=2)
    assert found.meet[:4, 4:].any()
    assert not found.meet[:4, :4].any()
    assert not found.meet[4:, 4:].any()
    sets = {tuple(affine(found, frame, np.random.default_rng(seed))) for seed in range(40)}
    assert {(0, 1, 2, 3), (4, 5, 6, 7)} <= sets
    assert len(sets) > 2
    for chosen in sets:
        assert not found.meet[np.ix_(chosen, chosen)].any()
        assert all(found.meet[k, list(chosen)].any() for k in set(range(8)) - set(chosen))  # no more would go


def test_a_determinant_is_affine_in_a_row_or_a_column():
    def body(A: Matrix["d d"]):
        assume(equal(determinant(A), 1))
        leq(A, 2)

    frame, found = looked(body, d=3)
    sets = {tuple(affine(found, frame, np.random.default_rng(seed))) for seed in range(60)}
    assert {(0, 1, 2), (0, 3, 6)} <= sets
    assert all(len(chosen) == 3 for chosen in sets)


def test_the_entries_of_a_definite_matrix_are_its_unknowns():
    """Of what it is made in raw entries its trace is a quadratic function."""

    def body(A: PositiveDefinite["d"], S: Symmetric["d"]):
        assume(equal(trace(A) + trace(S), 1))
        leq(A, 2)

    _, found = looked(body, d=2)
    assert not found.meet.any()
    assert found.matter.tolist() == [True, False, False, True] * 2


def test_a_modulus_is_linear_on_one_side_of_zero():
    def body(x: Vector["d"], y: Scalar):
        assume(equal((absolute(x)).sum(-1), y))
        leq(x, 2)

    _, found = looked(body, d=3)
    assert not found.meet.any()


def test_integers_are_not_solved_for():
    def body(x: Integer[0, 9], y: Interval[0, 1], z: Scalar):
        assume(equal(x + y, z))
        leq(z, 2)

    frame, found = looked(body)
    assert found.meet.tolist() == [[True, False, False], [False, False, False], [False, False, False]]
    assert affine(found, frame, np.random.default_rng(0)).tolist() == [1, 2]


class Tabled(Scalar):  # type: ignore[misc]  # Any to mypy
    """Numbers of a table alone."""

    continuous = False


def test_numbers_of_a_table_are_not_solved_for():
    def body(n: Tabled, x: Scalar):
        assume(equal(n + x, 2))
        leq(x, n)

    frame, found = looked(body)
    assert found.meet.tolist() == [[True, False], [False, False]]
    assert affine(found, frame, np.random.default_rng(0)).tolist() == [1]


def test_what_has_no_value_and_what_is_too_large_is_left():
    def undefined(x: Scalar):
        assume(equal(1 / (x - x), 1))
        leq(x, 2)

    def large(A: Matrix["d d", {"d": (1, 10)}]):
        assume(equal(trace(A), 1))
        leq(A, 2)

    assert looked(undefined)[1] is None
    assert MOST_UNKNOWNS < 100
    assert looked(large, d=10)[1] is None
    assert looked(large, d=9)[1] is not None


@pytest.mark.parametrize("power", [2, 20])
def test_a_slight_bend_is_one(power):
    def body(x: Scalar, y: Scalar):
        assume(equal(x + Fraction(1, 2**power) * x * y, 1))
        leq(x, 2)

    assert looked(body)[1].meet[0, 1]


def test_where_the_point_itself_has_no_value_there_is_nothing_to_look_at():
    part = SimpleNamespace(place=slice(0, 2), size=2, bounded=False, domain=SimpleNamespace(continuous=True))
    for place, known in ((0, False), (1, True), (4, True)):

        def misses(points, place=place):
            values = np.ones((2, points.shape[1]))  # of two premises one has no value
            values[0, place] = np.nan
            return values, np.ones_like(values)

        frame = SimpleNamespace(size=2, linear=SimpleNamespace(parts=[part]), misses=misses)
        assert (couplings(frame, np.random.default_rng(0)) is not None) == known
