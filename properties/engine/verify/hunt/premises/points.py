"""Which points a slice is laid through, and where they come from: of every rank, and of numbers that are simple."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.domains import signature
from properties.engine.helpers.frames import framed
from verify import Interval, NonNegative, Positive, Scalar, Vector, assume, equal, leq
from verify.hunt.premises import points as module
from verify.hunt.premises.coupling import Couplings, _start, affine, couplings
from verify.hunt.premises.points import _systems, _various, simple, solvable, sparse
from verify.hunt.premises.projection import _met, _newton, _simple
from verify.hunt.strata import Stratum


def test_of_each_rank_some_are_chosen_in_turn_and_none_twice():
    rank = np.array([1, 2, 1, 1, 2, 3, 1, 1, 1, 1, 1, 1])
    given = np.arange(12.0)[None]
    assert _various(np.arange(12), rank, given) == [0, 1, 5, 2, 4, 3, 6, 7]
    assert _various(np.array([4, 3, 2]), rank, given) == [4, 3, 2]
    assert _various(np.array([0, 2, 3, 6]), rank, np.array([[1.0, 0, 1, 0, 0, 0, 2] + [0] * 5])) == [0, 3, 6]
    assert _various(np.arange(0), rank, given) == []
    assert _various(np.arange(12), np.ones(12, dtype=int), given) == [*range(8)]


def test_sparse_points_have_few_entries_one_or_minus_one():
    one = signature(x=Vector("d"), y=Positive())
    stratum = Stratum(one, {"d": 400}, {"x": "plain", "y": "plain"}, {})
    raw = sparse(stratum, 1000, np.random.default_rng(0))
    assert set(np.unique(raw[:-1])) == {0, 1, -1}
    assert set(np.unique(raw[-1])) == {1}
    shares = (raw[:-1] != 0).mean(0)
    for density in (0.1, 0.2, 0.4):  # a third each
        assert 0.28 < (abs(shares - density) < 0.05).mean() < 0.38
    signed = (raw[:-1] < 0).any(0)
    assert 0.42 < signed.mean() < 0.54
    assert abs((raw[:-1, signed] < 0).sum() / (raw[:-1, signed] != 0).sum() - 0.5) < 0.03


def bilinear(x: Scalar, y: Scalar, z: Scalar):
    assume(equal(x * y + 3 * y - z, 7))
    leq(x, z)


def test_the_system_for_some_unknowns_is_that_of_the_premise_at_each_point():
    """For y and z it is (x + 3) y − z = 7; for x alone, y x = 7 + z − 3y."""
    frame = framed(bilinear)
    found = couplings(frame, np.random.default_rng(0))
    points = np.array([[1.0, -2, 5], [4, 0, 2], [-1, 6, 3]])
    matrices, rights = _systems(frame, found, np.array([1, 2]), points)
    np.testing.assert_allclose(matrices, [[[4, -1]], [[1, -1]], [[8, -1]]], rtol=1e-12)
    np.testing.assert_allclose(rights, [[7]] * 3, rtol=1e-12)
    matrices, rights = _systems(frame, found, np.array([0]), points)
    np.testing.assert_allclose(matrices, [[[4]], [[0]], [[2]]], rtol=1e-12)
    np.testing.assert_allclose(rights, [[-6], [13], [4]], rtol=1e-12)


def of_two_vectors(x: Vector["d"], y: Vector["d"]):
    assume(equal((x * y).sum(-1), 1))
    leq(x, y)


def determined(x: Scalar, t: Positive):
    assume(equal(t, x))
    leq(x, t)


def at_the_edge(x: Scalar, t: NonNegative):
    assume(equal(t, x))
    leq(x, t)


@pytest.mark.long
def test_points_with_a_solution_are_yielded_and_no_others_a_few_of_each_rank():
    frame = framed(of_two_vectors, d=2)
    chosen, full = np.array([2, 3]), 0
    for seed in range(10):
        generator = np.random.default_rng(seed)
        points = list(solvable(frame, couplings(frame, generator), chosen, generator))
        assert 0 < len(points) <= 8
        assert all(point[0] != 0 or point[1] != 0 for point in points)  # else nothing solves 0 y = 1
        assert len({tuple(point[:2]) for point in points}) == len(points)
        full += all(point[0] != 0 and point[1] != 0 for point in points)
    assert 1 < full < 9  # half of the time those without zeros come first


@pytest.mark.long
def test_what_is_determined_outside_its_domain_is_left_out():
    """Where t has to be x, there is no point at which x is negative; where x has to be t, there is every one."""
    frame, generator = framed(determined), np.random.default_rng(0)
    found = couplings(frame, generator)
    points = [point for _ in range(5) for point in solvable(frame, found, np.array([1]), generator)]
    assert points
    assert all(point[0] > 0 for point in points)
    assert len(list(solvable(frame, found, np.array([0]), generator))) == 8
    frame = framed(at_the_edge)
    found = couplings(frame, generator)
    points = [point for _ in range(5) for point in solvable(frame, found, np.array([1]), generator)]
    assert min(point[0] for point in points) == 0  # where t is 0, it is in its domain still


class InOrder:
    """A generator that permutes nothing, and draws this number."""

    def __init__(self, number):
        self.number, self.other = number, np.random.default_rng(0)

    def permutation(self, count):
        return np.arange(count)

    def random(self, shape=None):
        return self.number if shape is None else self.other.random(shape)

    def __getattr__(self, name):
        return getattr(self.other, name)


def test_of_given_points_those_with_a_solution_inside_are_yielded_as_they_come_or_the_fullest_first(monkeypatch):
    """Where t has to be x, none is left at which x < 0; of x · y = 1 none at which x = 0."""
    beside, product = framed(at_the_edge), framed(of_two_vectors, d=2)
    small, edge, slight = 0.75 * 2.0**-30, 2.0**-30, 1.5 * 2.0**-30  # the first two are nearly 0
    vectors = np.array([[0.0, 1], [0, 0], [2, 3], [2, 3], [0, small], [0, slight], [0, edge]]).T
    vectors = np.concatenate([vectors, np.ones_like(vectors)])
    numbers = np.array([[-1.0, 0, 3, 2], [5, 5, 5, 5]])
    for frame, raw, chosen, drawn, expected in (
        (beside, numbers, [1], 0.7, [[0], [3], [2]]), (beside, numbers, [1], 0.5, [[0], [3], [2]]),
        (beside, numbers, [1], 0.3, [[3], [2], [0]]), (beside, numbers, [0], 0.7, [[-1]]),
        (product, vectors, [2, 3], 0.7, [[0, 1], [2, 3], [0, small], [0, slight], [0, edge]]),
        (product, vectors, [2, 3], 0.3, [[2, 3], [0, 1], [0, slight], [0, small], [0, edge]]),
    ):  # fmt: skip
        monkeypatch.setattr(module, "_MOST_TRIED", raw.shape[1])
        monkeypatch.setattr(module, "structured", lambda stratum, count, generator, raw=raw: raw.copy())
        found = couplings(frame, np.random.default_rng(0))
        points = solvable(frame, found, np.array(chosen), InOrder(drawn))
        assert [[int(x.p) / int(x.q) for x in point[: len(expected[0])]] for point in points] == expected


def test_so_many_points_are_tried_as_the_unknowns_allow(monkeypatch):
    counts = []

    def natural(stratum, count, generator):
        counts.append(count)
        return np.ones((stratum.size, count))

    for name in ("natural", "spread", "sparse", "structured"):
        monkeypatch.setattr(module, name, natural)
    frame, generator = framed(of_two_vectors, d=2), np.random.default_rng(0)
    found = couplings(frame, generator)
    for chosen, whole in (([2, 3], 2048), ([0], 2048)):
        counts.clear()
        list(solvable(frame, found, np.array(chosen), generator))
        assert counts == [whole // 8] * 3 + [whole - 3 * (whole // 8)]
    wide = framed(of_two_vectors, d=8)
    counts.clear()
    list(solvable(wide, couplings(wide, generator), np.arange(8, 16), generator))
    assert counts == [113, 113, 113, 910 - 339]  # 8192 // 9
    for frame, count in ((framed(of_two_vectors, d=2), 8 + 2 * 8192 // 16), (framed(of_two_vectors, d=1), 2048)):
        counts.clear()
        monkeypatch.setattr(module, "projected", lambda frame, points, fixed, generator: points[:, :0])
        assert list(simple(frame, couplings(frame, generator), np.array([0]), generator)) == []
        assert counts == [count]


class Tabled(Scalar):  # type: ignore[misc]  # Any to mypy
    """Numbers of a table alone."""

    continuous = False


def with_a_table(n: Tabled, x: Scalar):
    assume(equal(n + x * x, 2))
    leq(x, n)


def test_up_to_twenty_four_unknowns_are_projected_and_numbers_of_a_table_are_not(monkeypatch):
    asked = []

    def projected(frame, points, fixed, generator):
        asked.append((frame.size, fixed.tolist()))
        return points[:, :0]

    monkeypatch.setattr(module, "projected", projected)
    for body, sizes, expected in (
        (of_two_vectors, {"d": 12}, [(24, [*range(2, 24)])]), (of_two_vectors, {"d": 13}, []),
        (with_a_table, {}, []),
    ):  # fmt: skip
        asked.clear()
        frame, generator = framed(body, **sizes), np.random.default_rng(0)
        list(simple(frame, couplings(frame, generator), np.array([0, 1]), generator))
        assert asked == expected


def test_of_many_simple_points_the_thirty_two_with_the_fewest_zeros_are_yielded_once(monkeypatch):
    frame, generator = framed(bilinear), np.random.default_rng(0)
    found = couplings(frame, generator)
    made = np.array([[k % 3, 1 + k // 3, 0] for k in range(60)] + [[1, 1, 0]] * 3, dtype=float).T
    monkeypatch.setattr(module, "projected", lambda frame, points, fixed, generator: made.copy())
    points = list(simple(frame, found, np.array([2]), generator))
    assert len(points) == len(set(map(tuple, points))) == 32
    assert all(point[0] != 0 for point in points)
    assert {point[2] for point in points} == {int(found.point[2])}
    made = made[:, made[0] == 0]
    assert len(list(simple(frame, found, np.array([2]), generator))) == 20


# --- couplings --------------------------------------------------------------------------------------------------------


def bent(bend, size=2, parts=None):
    """Return a frame whose one premise has the value 1 + x + y, and more where both have moved."""

    def misses(points):
        moved = points - points[:, :1]
        values = 1 + points.sum(0, keepdims=True) + bend * (moved > 0).all(0)
        return values, np.ones_like(values)

    part = SimpleNamespace(place=slice(0, size), size=size, bounded=False, domain=SimpleNamespace(continuous=True))
    return SimpleNamespace(size=size, linear=SimpleNamespace(parts=parts or [part]), misses=misses)


def test_a_bend_is_told_from_rounding_at_forty_bits():
    for bits, meets in ((38, True), (39.5, True), (40, False), (40.5, False), (45, False)):
        found = couplings(bent(2.0**-bits), np.random.default_rng(0))
        assert found.meet[0, 1] == found.meet[1, 0] == meets, bits
        assert not found.meet.diagonal().any()
        assert found.matter.all()
    flat = bent(0)
    flat.misses = lambda points: (0 * points[:1] + 2.0**-41 * (points[:1] > 1), np.ones((1, points.shape[1])))
    assert not couplings(flat, np.random.default_rng(0)).matter.any()
    flat.misses = lambda points: (np.zeros((1, points.shape[1])),) * 2  # of 0 = 0 nothing matters, and nothing meets
    found = couplings(flat, np.random.default_rng(0))
    assert (found.matter.sum(), found.meet.sum()) == (0, 0)


def test_differences_begin_at_small_integers_or_within_the_middle_of_bounds():
    stratum = Stratum(signature(x=Vector("d"), y=Interval("d", 2, 10)), {"d": 3000}, {"x": "plain", "y": "plain"}, {})
    free, bounded = stratum.parts
    point, step = _start(free, np.random.default_rng(0))
    assert (set(point), step) == (set(range(1, 10)), 1)
    point, step = _start(bounded, np.random.default_rng(0))
    assert (set(point), step) == ({2 + k / 8 for k in range(16, 40)}, 1 / 8)


def test_as_many_unknowns_as_go_are_chosen_and_none_where_all_meet_themselves():
    frame = framed(bilinear)
    found = couplings(frame, np.random.default_rng(0))
    none = affine(replace(found, meet=np.eye(3, dtype=bool)), frame, np.random.default_rng(0))
    assert (none.dtype, none.size) == (np.dtype(int), 0)
    assert affine(replace(found, meet=np.zeros((3, 3), dtype=bool)), frame, np.random.default_rng(0)).tolist() == [
        0,
        1,
        2,
    ]
    with pytest.raises(AttributeError):
        found.meet = None
    assert isinstance(found, Couplings)


# --- projection -------------------------------------------------------------------------------------------------------


def square(x: Scalar, y: Scalar):
    assume(equal(x * x, y))
    leq(x, y)


def test_one_step_of_newton_is_the_least_that_solves_the_tangent_and_of_length_one_at_most():
    frame = framed(square)
    for start, moving, expected in (
        ((1.0, 0.5), (True, False), (0.75, 0.5)), ((1.0, 0.5), (False, True), (1, 1)),
        ((1.0, 0.5), (True, True), (0.8, 0.6)), ((1.0, 9.0), (False, True), (1, 8)),
        ((1.0, 0.5), (False, False), (1, 0.5)),
    ):  # fmt: skip
        points = _newton(frame, np.array(start)[:, None], np.array(moving), 1)
        np.testing.assert_allclose(points[:, 0], expected, atol=1e-6)
    assert _newton(frame, np.zeros((2, 0)), np.array([True, True]), 3).shape == (2, 0)


def test_a_premise_is_met_to_thirty_four_bits_of_its_terms():
    frame = framed(square)
    off = np.array([0, 0.7 * 2.0**-32, 0.8 * 2.0**-32])  # three times 2⁻³⁴, as there are two terms of 1
    met = _met(frame, np.stack([np.ones(3), 1 + off]))
    assert met.tolist() == [True, True, False]
    assert _met(frame, np.zeros((2, 0))).tolist() == []


def test_a_free_number_is_never_rounded_to_zero_nor_a_determined_one_to_another():
    values = np.array([1e-3, -1e-3, 0.2501234, -2.7312, 0.4 + 0.9 * 2.0**-32, 0.4 + 1.1 * 2.0**-32])
    found = _simple(values, np.array([1, 4, 4, 2, 7, 7]))
    np.testing.assert_allclose(found, [1, -1 / 4, 1 / 4, -5 / 2, 2 / 5, 3 / 7], rtol=1e-15)
    np.testing.assert_allclose(_simple(np.array([1 / 120, 1 / 121]), np.array([1, 1])), [1 / 120, 1], rtol=1e-15)


def test_a_frame_without_unknowns_has_no_couplings():
    for size in (0, 97):
        assert couplings(bent(0, size), np.random.default_rng(0)) is None
    assert couplings(bent(0, 96), np.random.default_rng(0)) is not None
