"""Slices: what meets the premises exactly, all of it, and in the domains alone."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.frames import framed
from properties.engine.helpers.slow import thinned
from reference.arithmetic import absolute, determinant, exp, trace
from verify import (
    Correlation,
    Density,
    DoublyStochastic,
    Hermitian,
    Interval,
    Matrix,
    NonNegative,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    Scalar,
    Simplex,
    Stochastic,
    Symmetric,
    Vector,
    assume,
    equal,
    leq,
)
from verify.hunt.premises.coupling import couplings
from verify.hunt.premises.points import simple
from verify.hunt.premises.slices import slice_through
from verify.hunt.sampling import structured
from verify.hunt.strata import score
from verify.judging.equalities import differences

LARGEST_DENOMINATOR = 120
LARGEST = 2.0**20


def commuting(A: Matrix["d d"], B: Matrix["d d"], x: Vector["d"]):
    assume(equal(A @ B, B @ A))
    leq(x, A)


def definite(A: PositiveDefinite["d"], B: PositiveSemidefinite["d"], S: Symmetric["d"]):
    assume(equal(A @ B, B @ A))
    assume(equal(trace(A @ S), 1))
    leq(A, B)


def probable(P: Stochastic["d d"], Q: DoublyStochastic["d"], p: Simplex["d"]):
    assume(equal(trace(P), trace(Q)))
    assume(equal((p[..., None, :] @ Q)[..., 0, 0], p[..., 0]))
    leq(P, Q)


def normed(R: Density["d"], C: Correlation["d"]):
    assume(equal(trace(R @ C), 1))
    leq(R, C)


def complex_ones(H: Hermitian["d"], A: Matrix["d d"]):
    assume(equal(H @ A, A @ H))
    leq(A, 1)


def sliced(body, seed, unknown, **sizes):
    """Return a slice of the claim through a structured point, solved for the coordinates of these arguments."""
    frame, generator = framed(body, **sizes), np.random.default_rng(seed)
    found = couplings(frame, generator)
    parts = {part.name: np.arange(frame.size)[part.place] for part in frame.linear.parts}
    chosen = np.concatenate([parts[name] for name in unknown])
    raw = structured(frame.stratum, 8, generator)
    points = [point for point in map(frame.exactly, raw.T) if point is not None]
    return next(filter(None, (slice_through(frame, found, chosen, point) for point in points)), None)


CASES = [
    (commuting, "B", {"d": 3}), (commuting, "Ax", {"d": 3}), (definite, "B", {"d": 2}), (definite, "S", {"d": 2}),
    (probable, "PQ", {"d": 2}), (normed, "R", {"d": 3}), (complex_ones, "H", {"d": 2}), (complex_ones, "A", {"d": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "unknown", "sizes"), thinned(CASES, 2, mark="long"))
def test_every_instance_meets_the_premises_exactly_and_is_of_the_domains(body, unknown, sizes):
    generator, instances = np.random.default_rng(0), 0
    for slice in filter(None, (sliced(body, seed, unknown, **sizes) for seed in range(6))):
        raw = generator.integers(-3, 4, (slice.size, 40)) * 2.0 ** generator.integers(-3, 4, 40)
        depth = slice.frame.depth(slice.points(raw))
        for k in range(raw.shape[1]):
            instance = slice.instance(raw[:, k])
            if abs(depth[k]) > 2**-30 and abs(slice.points(raw[:, k : k + 1])).max() < 2**20:
                assert (instance is not None) == (depth[k] > 0)
            if instance is not None:
                instances += 1
                assert not any(differences(body, instance.values, slice.frame.places))
                assert instance.signature is slice.frame.claim.signature
                domains = instance.signature.domains
                assert all(domains[name].admits(value, sizes) for name, value in instance.values.items())
    assert instances >= 5


def test_a_slice_has_every_solution():
    """Of all that commutes with a matrix of three different eigenvalues: three dimensions; with the identity, nine."""
    frame = framed(commuting, d=3)
    found = couplings(frame, np.random.default_rng(0))
    chosen = np.arange(9, 21)  # B and x
    for diagonal, solutions in (((1, 2, 3), 3), ((1, 1, 2), 5), ((1, 1, 1), 9)):
        point = [fmpq(int(x)) for x in [*np.ravel(np.diag(diagonal)), *range(12)]]
        slice = slice_through(frame, found, chosen, point)
        assert slice.size == solutions + 3
        assert [part.name for part in slice.parts] == ["", "x"]
        assert np.linalg.matrix_rank(slice.basis.astype(float)) == solutions + 3


@pytest.mark.parametrize("bend", [Fraction(1, 2**300), Fraction(1, 3)])
def test_what_is_nearly_linear_is_not_taken_for_linear(bend):
    def body(x: Scalar, y: Scalar, z: Scalar):
        assume(equal(x + y + bend * x * y, 1))
        leq(x, z)

    frame = framed(body)
    found = couplings(frame, np.random.default_rng(0))
    assert found.meet[0, 1] == (bend > 2**-60)  # floats do not see the other one
    assert slice_through(frame, found, np.array([0, 1, 2]), [fmpq(2), fmpq(3), fmpq(5)]) is None
    assert slice_through(frame, found, np.array([0, 2]), [fmpq(2), fmpq(3), fmpq(5)]) is not None


def test_a_premise_that_is_not_rational_or_has_no_solution_has_no_slice():
    def irrational(x: Scalar, y: Scalar):
        assume(equal(x * exp(y), 1))
        leq(x, y)

    def impossible(x: Scalar, y: Scalar):
        assume(equal(x, 1))
        assume(equal(2 * x, 3))
        leq(x, y)

    for body in (irrational, impossible):
        frame = framed(body)
        found = couplings(frame, np.random.default_rng(0))
        assert slice_through(frame, found, np.array([0]), [fmpq(1), fmpq(1)]) is None


def test_a_modulus_is_met_where_its_sign_is_the_right_one():
    def body(x: Vector["d"]):
        assume(equal(absolute(x).sum(-1), 1))
        leq(x, 2)

    slice = sliced(body, 0, "x", d=2)
    assert slice is not None
    inside = slice.exactly(np.array([0.25]))
    assert sum(inside) == 1
    met = score(slice.frame.claim, slice, np.array([[0.25, 8.0]])).admitted
    assert met.tolist() == [True, False]  # at 8, one of them is negative


def test_points_outside_the_domains_count_for_nothing_and_descent_leads_inside():
    def body(x: Positive, y: Positive):
        assume(equal(x + y, 1))
        leq(x, 2)

    slice = sliced(body, 0, "xy")
    points = slice.points(np.arange(-4.0, 5.0)[None])
    scores = score(slice.frame.claim, slice, np.arange(-4.0, 5.0)[None])
    inside = (points > 0).all(0)
    assert not inside.all()
    np.testing.assert_array_equal(scores.admitted, inside)
    np.testing.assert_array_equal(scores.holds, inside)
    assert not (scores.candidate & ~inside).any()
    lack = -slice.frame.depth(points)[~inside]
    assert (lack > 0).any()
    assert (scores.objective[~inside] > 0).all()
    assert (scores.objective[~inside] >= lack).all()


def test_where_positive_weights_stay_inside_only_these_are_sampled():
    def body(A: PositiveSemidefinite["d"], B: PositiveSemidefinite["d"]):
        assume(equal(A @ B, B @ A))
        leq(A, B)

    frame = framed(body, d=2)
    found = couplings(frame, np.random.default_rng(0))
    diagonal = [fmpq(x) for x in (1, 0, 0, 2)]
    slice = slice_through(frame, found, np.arange(4, 8), [*diagonal, *diagonal])
    assert slice.parts[0].low == 0  # multiples of two projections
    assert {tuple(column) for column in slice.basis[4:].T} >= {(1, 0, 0, 0), (0, 0, 0, 1)}
    assert sliced(commuting, 0, "B", d=2).parts[0].low < 0


def test_weights_of_zero_are_inside_where_the_domains_have_zero():
    def body(x: NonNegative, y: NonNegative):
        assume(equal(x, y))
        leq(x, 2)

    def beside(x: NonNegative, y: NonNegative, z: Interval[0, "3/2"]):
        assume(equal(x, y))
        leq(x, z)

    for one, chosen in ((body, [0, 1]), (beside, [0, 1, 2])):  # what no premise depends on is 1 meanwhile
        frame = framed(one)
        found = couplings(frame, np.random.default_rng(0))
        part = slice_through(frame, found, np.array(chosen), [fmpq(0)] * frame.size).parts[0]
        assert (part.low, part.high) == (0, LARGEST)


def test_simple_points_are_left_for_the_chosen_unknown_the_fullest_first():
    def body(x: Scalar, y: Scalar, z: Scalar):
        assume(equal(x * x + y * y, 2 * z))
        leq(x, z)

    frame, generator = framed(body), np.random.default_rng(0)
    found = couplings(frame, generator)
    points = list(simple(frame, found, np.array([2]), generator))
    assert 1 < len(points) <= 32
    assert len(set(map(tuple, points))) == len(points)
    assert {point[2] for point in points} == {fmpq(*Fraction(found.point[2]).as_integer_ratio())}
    assert all(x.q <= LARGEST_DENOMINATOR for point in points for x in point[:2])
    filled = [sum(x != 0 for x in point) for point in points]
    assert filled == sorted(filled, reverse=True)
    for point in points:
        slice = slice_through(frame, found, np.array([2]), point)
        assert (slice.size, slice.exactly(np.zeros(0))[2]) == (0, (point[0] ** 2 + point[1] ** 2) / 2)


def test_no_point_is_simple_among_too_many_unknowns():
    frame, generator = framed(commuting, d=4), np.random.default_rng(0)
    found = couplings(frame, generator)
    assert list(simple(frame, found, np.array([frame.size - 1]), generator)) == []


def test_a_determinant_is_solved_for_a_row():
    def body(A: Matrix["d d"]):
        assume(equal(determinant(A), 1))
        leq(A, 9)

    frame = framed(body, d=3)
    found = couplings(frame, np.random.default_rng(0))
    point = [fmpq(x) for x in (0, 0, 0, 1, 2, 3, 4, 5, 7)]
    slice = slice_through(frame, found, np.arange(3), point)
    assert slice.size == 2
    for seed in range(5):
        raw = np.random.default_rng(seed).integers(-9, 10, 2).astype(float)
        assert determinant(slice.instance(raw).values["A"]).item() == 1
    assert slice_through(frame, found, np.arange(3), [fmpq(0)] * 9) is None
