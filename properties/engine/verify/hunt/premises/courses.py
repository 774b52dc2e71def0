"""The course of a search where premises are met: which unknowns, which samples, and from where it descends."""

from types import SimpleNamespace

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.frames import framed
from verify import Interval, Matrix, Positive, PositiveVector, Scalar, Vector, assume, equal, leq
from verify.domains.bytes import LARGEST
from verify.hunt.examiner import Examiner, Findings
from verify.hunt.premises import strategy
from verify.hunt.premises.coupling import couplings
from verify.hunt.premises.slices import Slice, _drawn_inside, _meets, slice_through
from verify.hunt.premises.strategy import _descend, _sampled, _search, _Start, solve
from verify.judging.margins import NOISE
from verify.judging.screen import Scores


class Seen:
    """An examiner that notes what it is shown, and is late after so much of it."""

    def __init__(self, scores=None, most=10**6):
        self.scores, self.most, self.shown, self.claim = scores, most, [], "claim"

    @property
    def late(self):
        return len(self.shown) >= self.most

    def score(self, stratum, raw):
        return self.scores

    def look(self, stratum, raw, scores=None):
        self.shown.append(raw)


def told(margins, objectives=None):
    margins = np.array(margins, dtype=float)
    return SimpleNamespace(margin=margins, objective=margins if objectives is None else np.array(objectives, float))


@pytest.fixture
def samples(monkeypatch):
    """Let each kind of sample be columns of one number: −1 natural ones, −2 sparse and −3 structured ones."""
    counts = []
    for k, name in enumerate(("natural", "sparse", "structured"), start=1):

        def sample(stratum, count, generator, k=k):
            counts.append(count)
            return np.full((stratum.size, count), -float(k))

        monkeypatch.setattr(strategy, name, sample)
    return counts


def test_every_other_sample_of_a_slice_has_positive_weights_and_eight_are_descended_from(samples):
    slice, generator = SimpleNamespace(size=2), np.random.default_rng(0)
    margins = np.full(144, 0.5)
    margins[[5, 7, 100]] = 0.25, NOISE, 0.125  # where it is 0 but for noise the gradient is too
    seen = Seen(told(margins))
    (start,) = _sampled(seen, slice, generator)
    assert samples == [48, 48, 48]
    (raw,) = seen.shown
    np.testing.assert_array_equal(raw, [np.tile([1.0, -1], 24).tolist() + np.tile([2.0, -2], 24).tolist()
                                        + np.tile([3.0, -3], 24).tolist()] * 2)  # fmt: skip
    assert (start.objective, start.slice) == (0.125, slice)
    np.testing.assert_array_equal(start.raw, raw[:, [100, 5, 0, 1, 2, 3, 4, 6]])
    assert _sampled(Seen(told(np.full(144, NOISE))), slice, generator) == []
    margins[:] = NOISE
    margins[3] = 0.5  # one is enough
    (start,) = _sampled(Seen(told(margins)), slice, generator)
    np.testing.assert_array_equal(start.raw, raw[:, [3, 0, 1, 2, 4, 5, 6, 7]])
    assert _sampled(Seen(None), slice, generator) == []
    point = Seen(None)
    assert _sampled(point, SimpleNamespace(size=0), generator) == []
    assert [raw.shape for raw in point.shown] == [(0, 1)]


def test_a_descent_of_sixty_steps_is_looked_at_until_it_is_late(monkeypatch):
    asked = []

    def adam(claim, slice, raw, steps):
        asked.append((claim, slice, raw, steps))
        yield from ((np.full(1, step), None) for step in range(steps))

    monkeypatch.setattr(strategy, "adam", adam)
    for most, count in ((10**6, 60), (1, 1), (7, 7)):
        seen = Seen(most=most)
        _descend(seen, _Start(0.5, "slice", "raw"))
        assert len(seen.shown) == count
    assert asked == [("claim", "slice", "raw", 60)] * 3


def searched(monkeypatch, simple, late=10**6):
    """Return what is sampled, and what descended from, in a search whose points are numbers."""
    sampled, descended, seen = [], [], Seen(most=late)

    def sample(examiner, slice, generator):
        seen.shown.append(slice)
        sampled.append(slice)
        return [_Start(abs(slice - 15), slice, None)]

    monkeypatch.setattr(strategy, "affine", lambda *_: "chosen")
    monkeypatch.setattr(strategy, "solvable", lambda *_: iter(range(10, 20)))
    monkeypatch.setattr(strategy, "simple", lambda *_: iter(range(20, 22)))
    monkeypatch.setattr(strategy, "slice_through", lambda *given: None if given[-1] == 15 else given[-1])
    monkeypatch.setattr(strategy, "_sampled", sample)
    monkeypatch.setattr(strategy, "_descend", lambda _, start: descended.append(start.slice))
    meet = np.array([[simple, True], [True, False]])
    _search(seen, None, SimpleNamespace(meet=meet), None)
    return sampled, descended


def test_six_sets_of_unknowns_are_solved_for_and_the_first_time_simple_points_are_tried(monkeypatch):
    plain = [x for x in range(10, 20) if x != 15]
    assert searched(monkeypatch, False) == (plain * 6, [14, 16, 13] * 6)
    assert searched(monkeypatch, True) == ([*plain, 20, 21, *plain * 5], [14, 16, 13] * 6)
    assert (
        searched(monkeypatch, True, late=11) == ([*plain, 20, 21], []) or searched(monkeypatch, True, late=11)[1] == []
    )
    assert searched(monkeypatch, False, late=3) == (plain[:3], [])


def of_a_sum(x: Scalar, y: Positive):
    assume(equal(x, y))
    leq(x, 2)


def unequal(x: Scalar):
    leq(x, 2)


def test_four_of_five_tasks_have_plain_styles_and_only_what_matters_is_searched_for(monkeypatch):
    plains, begun = [], []
    monkeypatch.setattr(strategy, "random_stratum", lambda *_, plain: plains.append(plain))
    monkeypatch.setattr(strategy, "_search", lambda *given: begun.append(given[2]))
    matters, nothing = (SimpleNamespace(matter=np.array([False, some])) for some in (True, False))

    def raising(*_):
        raise LookupError

    def solved(number, places=(0,), found=lambda *_: matters):
        monkeypatch.setattr(strategy, "_equalities", lambda *_: places)
        monkeypatch.setattr(strategy, "couplings", found)
        examiner = Examiner(claim_of(unequal), Findings("premises"), 600.0, 60.0, None)
        solve(examiner, {}, SimpleNamespace(random=lambda: number))
        return examiner.findings.premised

    assert [solved(number, ()) for number in (0.0, 0.79, 0.8, 0.99)] == [False] * 4
    assert (plains, begun) == ([True, True, False, False], [])
    for found in (lambda *_: None, lambda *_: nothing, raising):
        assert solved(0.5, found=found)
        assert begun == []
    assert solved(0.5)
    assert begun == [matters]


@pytest.mark.long
def test_only_where_premises_are_equations_a_search_begins_and_mostly_in_plain_styles(monkeypatch):
    begun, plains = [], []
    monkeypatch.setattr(strategy, "_search", lambda examiner, frame, found, generator: begun.append(frame))
    whole = strategy.random_stratum

    def stratum(signature, sizes, generator, plain):
        plains.append(plain)
        return whole(signature, sizes, generator, plain=plain)

    monkeypatch.setattr(strategy, "random_stratum", stratum)
    for body, premised in ((of_a_sum, True), (unequal, False)):
        begun.clear()
        examiner = Examiner(claim_of(body), Findings("premises"), 600.0, 60.0, None)
        for seed in range(100):
            solve(examiner, {}, np.random.default_rng(seed))
        assert (examiner.findings.premised, len(begun)) == (premised, 100 if premised else 0)
    assert 0.7 < np.mean(plains) < 0.9


# --- slices -----------------------------------------------------------------------------------------------------------


def test_what_to_descend_on_outside_is_what_is_lacked_and_at_least_the_objective():
    found = _drawn_inside(np.array([0.5, 0.5, 0.5, np.nan, np.inf, -1, 7]), np.array([0, 1, -2, -2, -3, -0.25, -2]))
    np.testing.assert_array_equal(found, [0.5, 0.5, 2, 4, 5, 0.25, 7])
    inside = _drawn_inside(np.array([-1, np.nan, -0.25, -1]), np.array([0.5, 0.5, 0, -0.5]))
    np.testing.assert_array_equal(inside, [-1, np.nan, -0.25, 0.5])


def of_weights(v: PositiveVector["d"], w: Vector["d"], A: Matrix["d d"]):
    assume(equal(v.sum(-1), w.sum(-1)))
    leq(w, A)


def sliced(chosen, **sizes):
    frame = framed(of_weights, **sizes)
    found = couplings(frame, np.random.default_rng(0))
    return slice_through(frame, found, np.array(chosen), [fmpq(k + 1) for k in range(frame.size)])


def test_a_slice_has_a_vector_of_solutions_and_the_arguments_that_are_free_whole_or_in_part():
    """v = (1, 2), w = (3, 4), and A, of which no premise depends, is free where it is chosen."""
    whole = sliced([2, 3, 4, 5, 6, 7], d=2)
    expected = [("", (1,), slice(0, 1)), ("A", (2, 2), slice(1, 5))]
    assert [(part.name, part.shape, part.place) for part in whole.parts] == expected
    assert {type(x) for x in whole.basis.ravel()} == {int}  # of any size
    point = whole.exactly(np.array([0.5, 7, 8, 9, 10]))
    assert point[:2] == [1, 2]
    assert point[2] + point[3] == 3
    assert point[4:] == [7, 8, 9, 10]
    part = sliced([2, 5, 7], d=2)  # w₁ is determined, and two entries of A are free
    assert [(part.name, part.shape, part.place) for part in part.parts] == [("A", (2,), slice(0, 2))]
    assert part.exactly(np.array([7.0, 8])) == [1, 2, -1, 4, 5, 7, 7, 8]
    np.testing.assert_array_equal(part.points(np.array([[7.0], [8]]))[:, 0], [1, 2, -1, 4, 5, 7, 7, 8])
    assert part.instance(np.array([7.0, 8])).values["A"].array.tolist() == [[5, 7], [7, 8]]


def between(x: Interval[2, 3], y: Scalar, z: Positive):
    assume(equal(3 * x + y, 9 * z))
    leq(x, y)


def test_weights_are_positive_where_these_alone_stay_inside_and_of_any_sign_where_neither_do():
    frame = framed(between)
    found = couplings(frame, np.random.default_rng(0))
    for chosen, low in (([0, 1], -LARGEST), ([1, 2], 0)):
        (part,) = slice_through(frame, found, np.array(chosen), [fmpq(5, 2), fmpq(3, 2), fmpq(1)]).parts
        assert (part.size, part.low, part.high) == (1, low, LARGEST)


def test_what_is_said_of_points_outside_is_nothing():
    slice = sliced([0, 1], d=2)  # v₁ + v₂ = 7, of which both are positive
    raw = np.arange(-12.0, 13)[None]
    inside = (slice.points(raw)[:2] > 0).all(0)
    assert 0 < inside.sum() < 25
    flags = ("admitted", "candidate", "undefined")
    numbers = {"margin": 0.0, "objective": 0.0, "met": 1.0, "pull": 1.0} | dict.fromkeys(flags, True)
    scores = slice.within(raw, Scores(**{name: np.full(25, value) for name, value in numbers.items()}))
    for name in flags:
        np.testing.assert_array_equal(getattr(scores, name), inside)
    np.testing.assert_array_equal(scores.objective[inside], np.zeros(inside.sum()))
    np.testing.assert_array_equal(scores.pull[inside], np.ones(inside.sum()))
    lack = -slice.frame.depth(slice.points(raw))[~inside]
    np.testing.assert_array_equal(scores.objective[~inside], lack)
    np.testing.assert_array_equal(scores.pull[~inside], np.maximum(lack, 1))


def test_the_edge_of_a_domain_is_inside():
    frame = SimpleNamespace(depth=lambda points: np.array([-1.0, 0, 1]))
    fields = {"margin": 0.0, "objective": 0.5, "met": 1.0, "pull": 0.5, "admitted": True, "undefined": True}
    scores = Scores(**{name: np.full(3, value) for name, value in fields.items()}, candidate=np.full(3, True))
    told = Slice.within(SimpleNamespace(frame=frame, points=lambda raw: raw), np.zeros((1, 3)), scores)
    for name in ("admitted", "undefined", "candidate"):
        assert getattr(told, name).tolist() == [False, True, True], name
    assert (told.objective.tolist(), told.pull.tolist()) == ([1, 0.5, 0.5],) * 2


def of_an_interval(x: Interval[2, 10], y: Scalar, z: Scalar):
    assume(equal(3 * x + y, z))
    leq(x, y)


@pytest.mark.parametrize(("chosen", "solution"), [(0, (6, 7, 25)), (1, (4, 13, 25)), (2, (4, 7, 19))])
def test_steps_of_any_width_lead_to_the_same_solutions(chosen, solution):
    """A step of an unknown between bounds is a 64th of what is between them: here 1/8."""
    frame = framed(of_an_interval)
    found = couplings(frame, np.random.default_rng(0))
    assert found.steps.tolist() == [1 / 8, 1, 1]
    point = slice_through(frame, found, np.array([chosen]), [fmpq(4), fmpq(7), fmpq(25)])
    assert (point.size, tuple(point.exactly(np.zeros(0)))) == (0, solution)


def test_two_points_of_any_sign_and_two_of_positive_weights_are_looked_at_until_one_meets_the_premises():
    seen = []
    made = SimpleNamespace(
        basis=np.zeros((3, 50)), exactly=lambda raw: raw,
        frame=SimpleNamespace(misses_exactly=lambda raw: seen.append(raw) or [0, len(seen) < 5]),
    )  # fmt: skip
    assert not _meets(made)
    assert [bool((raw < 0).any()) for raw in seen] == [True, False, True, False]
    assert {*np.concatenate(seen)} == set(range(-4, 5))
    made.frame.misses_exactly = lambda raw: seen.append(raw) or [0, 0]
    seen.clear()
    assert _meets(made)
    assert len(seen) == 1
