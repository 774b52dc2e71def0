"""The course of a hunt: the least margin so far, bounded in length, up to the counterexample."""

from itertools import pairwise
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of
from verify import Scalar, leq
from verify.hunt import state
from verify.hunt.course import Point, thinned
from verify.hunt.examiner import Findings
from verify.hunt.report import json_of
from verify.hunt.state import Hunt
from verify.judging.vacuous import Implied

MOST = 64


def numbers_are_small(x: Scalar):
    leq(x, 1)


@pytest.fixture
def hunt():
    return Hunt(claim_of(numbers_are_small), 0, 1.0)


def test_it_begins_with_nothing(hunt):
    assert (hunt.course, hunt.seconds, hunt.found_after, hunt.interrupted, hunt.over) == ([], 0, None, False, False)
    assert (hunt.total, hunt.strategies, hunt.saved, hunt.miss) == (Findings(""), [], None, None)
    assert {name: value for name, value in vars(Findings("x")).items() if value} == {
        "strategy": "x", "batched": True, "implied": Implied()
    }  # fmt: skip


def test_it_counts_the_instances_of_all_tasks_and_keeps_what_is_nearer(hunt):
    hunt.add(Findings("bulk", instances=100, course=[(10, 0.5), (60, 0.25)]))
    hunt.add(Findings("bulk", instances=100, course=[(5, 0.375), (50, 0.25), (70, 0.125)]))
    assert [(point.instances, point.margin) for point in hunt.course] == [(10, 0.5), (60, 0.25), (170, 0.125)]
    assert all(0 <= a.seconds <= b.seconds for a, b in pairwise(hunt.course))


def test_its_seconds_are_those_since_the_hunt_began(hunt, monkeypatch):
    monkeypatch.setattr(state, "time", SimpleNamespace(monotonic=lambda: hunt.started + 3.5))
    hunt.add(Findings("bulk", instances=100, course=[(10, 0.5)]))
    monkeypatch.setattr(state, "time", SimpleNamespace(monotonic=lambda: hunt.started + 4.5))
    hunt.add(Findings("bulk", instances=2, certificate={"dimensions": {}, "inputs": {}}))
    assert hunt.course == [Point(10, 3.5, 0.5), Point(102, 4.5, None)]


def test_it_ends_at_the_counterexample(hunt):
    hunt.add(Findings("bulk", instances=100, course=[(10, 0.5)]))
    hunt.add(Findings("descent", instances=30, course=[(20, 0.25)], certificate={"dimensions": {}, "inputs": {}}))
    hunt.add(Findings("simplify", instances=7, course=[(1, 0.125), (2, -1.0)]))
    hunt.add(Findings("simplify", instances=7, certificate={"dimensions": {}, "inputs": {}}))
    assert [(point.instances, point.margin) for point in hunt.course] == [(10, 0.5), (120, 0.25), (130, None)]


def test_nothing_is_nearer_than_equal_sides(hunt):
    hunt.add(Findings("bulk", instances=100, course=[(10, 0.0)]))
    hunt.add(Findings("bulk", instances=100, course=[(10, 0.5), (20, 0.0)]))
    assert [(point.instances, point.margin) for point in hunt.course] == [(10, 0.0)]


def test_it_has_a_bounded_number_of_points_among_them_the_first_and_the_last(hunt):
    for count in (1, 2, MOST, MOST + 1, MOST + 2, 1000):
        kept = thinned(range(count))
        assert len(kept) <= MOST
        assert len(kept) > MOST // 3 or kept == [*range(count)]
        assert (kept[0], kept[-1]) == (0, count - 1)
        assert kept == sorted(set(kept))
    for k in range(3 * MOST):
        hunt.add(Findings("bulk", instances=10, course=[(5, 0.99**k)]))
    assert len(hunt.course) <= MOST
    assert hunt.course[0].instances == 5
    assert hunt.course[-1].margin == 0.99 ** (3 * MOST - 1)


def test_of_sixty_four_points_all_are_kept_and_of_more_every_other_up_to_the_last():
    assert thinned(range(64)) == [*range(64)]
    assert thinned(range(65)) == [*range(0, 65, 2)]
    assert thinned(range(66)) == [0, *range(3, 66, 2)]
    assert thinned(range(129)) == [0, *range(4, 129, 4)]
    with pytest.raises(AttributeError):
        Point(1, 0.5, 0.25).margin = 0


def test_it_is_in_the_json(hunt):
    hunt.course = [Point(10, 0.12345, 0.5), Point(20, 1.0, None)]
    assert json_of(hunt, None)["course"] == [
        {"instances": 10, "seconds": 0.123, "margin": 0.5}, {"instances": 20, "seconds": 1.0, "margin": None},
    ]  # fmt: skip
