"""Points are projected on premises, and their numbers become simple without leaving these."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.frames import framed
from reference.arithmetic import identity
from verify import Matrix, Scalar, Vector, assume, equal, leq
from verify.hunt.premises.projection import _met, _simple, projected

LARGEST_DENOMINATOR = 120


def on_the_sphere(x: Vector["d"], y: Scalar):
    assume(equal((x * x).sum(-1), 1))
    leq(x, y)


def orthogonal(X: Matrix["d d"]):
    assume(equal(X @ X.mT, identity(X.shape[0], X.shape[0], X)))
    leq(X, 1)


def a_hyperbola(x: Scalar, y: Scalar):
    assume(equal(x * y, 1))
    leq(x, y)


def a_root(x: Scalar):
    assume(equal(x * x, 2))
    leq(x, 1)


def nothing(x: Scalar, y: Scalar):
    assume(equal(x * x + y * y, -1))
    leq(x, y)


def simple(frame, count, seed=0, fixed=None):
    generator = np.random.default_rng(seed)
    points = generator.standard_normal((frame.size, count))
    return projected(frame, points, np.arange(frame.size) if fixed is None else fixed, generator)


def exactly(point):
    return [fmpq(*Fraction(x).limit_denominator(LARGEST_DENOMINATOR).as_integer_ratio()) for x in point]


@pytest.mark.parametrize(
    ("body", "sizes", "fixed", "most"),
    [(on_the_sphere, {"d": 2}, 2, 0.5), (on_the_sphere, {"d": 3}, 3, 0.2), (orthogonal, {"d": 2}, 4, 0.5)],
)
def test_points_have_simple_numbers_and_meet_the_premises_exactly(body, sizes, fixed, most):
    frame, count = framed(body, **sizes), 100
    points = simple(frame, count, fixed=np.arange(fixed))
    assert points.shape[1] >= most * count / 8
    exact = [exactly(point) for point in points.T]
    assert not any(miss for point in exact for miss in frame.misses_exactly(point))
    dense = {tuple(map(str, point[:fixed])) for point in exact if all(x not in (0, 1, -1) for x in point[:fixed])}
    assert len(dense) >= 4  # of other triples than 1, 0


def test_points_move_little_and_only_where_the_premises_say_so():
    frame = framed(on_the_sphere, d=2)
    starts = np.random.default_rng(0).standard_normal((3, 40))
    points = projected(frame, starts, np.array([], dtype=int), np.random.default_rng(0))
    assert points.shape == starts.shape
    np.testing.assert_allclose((points[:2] ** 2).sum(0), 1, rtol=1e-9)
    np.testing.assert_allclose(points[:2], starts[:2] / np.sqrt((starts[:2] ** 2).sum(0)), atol=0.2)
    np.testing.assert_array_equal(points[2], starts[2])


def test_what_is_not_fixed_may_be_any_number():
    points = simple(framed(a_hyperbola), 40, fixed=np.array([0]))
    assert points.shape[1] > 20
    assert {Fraction(x).limit_denominator(1000).denominator for x in points[0]} <= {1, 2, 3, 4, 5, 7, 13}
    np.testing.assert_allclose(points[0] * points[1], 1, rtol=1e-9)


@pytest.mark.parametrize("body", [a_root, nothing])
def test_where_there_is_no_such_point_none_is_left(body):
    assert simple(framed(body), 60).shape[1] == 0


def test_a_determined_number_is_the_fraction_that_it_is_and_a_free_one_simple():
    values = np.array([12 / 13, 5 / 119, -7 / 3 + 1e-13, 0.0, np.pi, 0.123456])
    found = _simple(values, np.array([1, 1, 1, 1, 7, 5]))
    np.testing.assert_allclose(found[:4], [12 / 13, 5 / 119, -7 / 3, 0], rtol=1e-15)
    np.testing.assert_array_equal(found[4:], [22 / 7, 1 / 5])


def test_free_numbers_have_small_denominators_and_half_of_the_points_one_for_all():
    counts = []

    class Told:
        def choice(self, options, size):
            counts.append((options.tolist(), size))
            return np.full(size, 7 if len(counts) == 1 else 13)

        def permutation(self, numbers):
            return numbers[::-1]

    frame = framed(free_numbers)
    points = projected(frame, np.array([[0.30031831] * 3, [0.40314159] * 3]), np.array([0, 1]), Told())
    assert counts == [([1, 1, 2, 3, 3, 4, 5, 5, 7, 13], 3)] * 3
    np.testing.assert_allclose(points, [[4 / 13, 2 / 7, 4 / 13], [5 / 13, 3 / 7, 5 / 13]], rtol=1e-12)


def free_numbers(x: Scalar, y: Scalar):
    assume(equal(0 * x, 0 * y))
    leq(x, y)


def test_the_premises_are_met_where_each_of_them_is():
    misses = np.array([[0.0, 1, 0, 1], [0, 0, 1, 1]]), np.ones((2, 4))
    frame = SimpleNamespace(misses=lambda points: misses)
    assert _met(frame, np.zeros((3, 4))).tolist() == [True, False, False, False]
    assert _met(frame, np.zeros((3, 0))).tolist() == []
