"""Columns of a graph by hand: how a layer is swept, how near to its neighbours a claim stands, and its stack."""

from collections import defaultdict
from types import SimpleNamespace

import pytest

from verify.claims.entry import Relation
from verify.report.graph import arrangement, layers, places
from verify.report.graph.arrangement import Edge, arranged, edges_of
from verify.report.graph.places import Box

CORRECTS, RESTS_ON, IMPLIES, SHARPENS = Relation.CORRECTS, Relation.RESTS_ON, Relation.IMPLIES, Relation.SHARPENS
SIZE = (30.0, 20.0)


def test_a_layer_is_sorted_by_the_mean_place_of_neighbours_and_what_has_none_keeps_its_own():
    before = [["a", "b", "c"], ["u", "v", "w"], ["x", "y"]]
    left = defaultdict(list, {"u": ["c"], "w": ["a", "b"], "x": ["w"], "y": ["u", "u"]})
    assert layers._swept(before, left, 0) == [["a", "b", "c"], ["w", "v", "u"], ["x", "y"]]
    right = defaultdict(list, {"u": ["y"], "v": ["x"], "a": ["v"], "c": ["v", "u"], "b": ["u"]})
    assert layers._swept(before, right, 1) == [["a", "c", "b"], ["v", "u", "w"], ["x", "y"]]
    assert before == [["a", "b", "c"], ["u", "v", "w"], ["x", "y"]]
    assert layers._SWEEPS == 24


def test_a_node_stands_at_the_mean_of_its_neighbours_if_there_is_room():
    heights = dict.fromkeys("abc", 10.0)
    assert places._middles([["a"], ["b", "c"]], [["a", "b"], ["a", "c"]], heights) == {"a": 0, "b": -11, "c": 11}
    assert places._middles([["a"], ["b", "c"]], [["a", "b"]], heights) == {"a": -5.5, "b": -5.5, "c": 16.5}
    assert places._middles([["b", "c"], ["a"]], [["b", "a"]], heights) == {"a": -11, "b": -11, "c": 11}
    heights["b"] = 30.0
    assert places._middles([["a"], ["b", "c"]], [["a", "b"], ["a", "c"]], heights) == {"a": 0, "b": -16, "c": 16}


def test_where_an_arc_passes_counts_four_times_so_that_it_is_straight():
    found = places._middles(
        [["a"], [(0, 1), "c"], ["b"]], [["a", (0, 1), "b"]], {"a": 10.0, (0, 1): 0.0, "c": 10.0, "b": 10.0}
    )
    assert found["c"] == pytest.approx(11.9)  # of 8.5, when −4.25 was wanted beside it, and both are 17 apart
    assert found["a"] == pytest.approx(found[0, 1], abs=1e-6) == pytest.approx(found["b"], abs=1e-6)
    assert (places._PASSES, places._STRAIGHT, places._PORT, places._GAP) == (40, 4, 7.0, 40.0)


def test_lines_down_a_stack_stand_side_by_side_and_what_has_no_line_is_counted():
    shown = [Edge("b", CORRECTS, "a"), Edge("c", CORRECTS, "a"), Edge("c", RESTS_ON, "b")]
    found = arranged("abcd", shown, dict.fromkeys("abcd", SIZE))
    assert found.plan.boxes == {
        "a": Box(0, 0, 30, 20), "b": Box(0, 36, 30, 20), "c": Box(0, 72, 30, 20), "d": Box(0, 114, 30, 20),
    }  # fmt: skip
    assert found.plan.routes == {0: [(24, 20), (24, 36)], 1: [(32, 20), (32, 72)], 2: [(24, 56), (24, 72)]}
    assert (found.starts, found.alone) == ({0: "a", 1: "a", 2: "b"}, 1)
    moved = found.moved(1, 2)
    assert (moved.plan.boxes["b"], moved.starts, moved.alone) == (Box(1, 38, 30, 20), found.starts, 1)
    assert arranged("ab", [], dict.fromkeys("ab", SIZE)).alone == 2


def test_the_components_with_most_claims_come_first_and_those_beyond_the_width_below():
    shown = [Edge("d", CORRECTS, "c"), Edge("e", CORRECTS, "d"), Edge("b", RESTS_ON, "a")]
    found = arranged("abcde", shown, dict.fromkeys("abcde", SIZE))
    assert [(box.x, box.y) for box in map(found.plan.boxes.get, "cdeab")] == [
        (0, 0), (0, 36), (0, 72), (0, 114), (70, 114),
    ]  # fmt: skip
    assert arrangement.WIDTH == 1180
    wide = arranged("ab", [], dict.fromkeys("ab", (1158.0, 20.0)))
    assert [(box.x, box.y) for box in wide.plan.boxes.values()] == [(0, 0), (0, 42)]


def test_what_says_first_what_comes_before_what_is_drawn_first():
    entries = [SimpleNamespace(id="a", relations={
        CORRECTS: ("b",), SHARPENS: ("c", "d"), IMPLIES: ("e",), RESTS_ON: ("f",),
    })]  # fmt: skip
    assert edges_of(entries) == [
        Edge("a", RESTS_ON, "f"), Edge("a", IMPLIES, "e"), Edge("a", SHARPENS, "c"), Edge("a", SHARPENS, "d"),
        Edge("a", CORRECTS, "b"),
    ]  # fmt: skip
    assert Edge.__dataclass_params__.frozen
    assert arrangement.Arrangement.__dataclass_params__.frozen


def test_a_line_that_would_close_a_circle_leads_backwards():
    shown = [Edge("b", RESTS_ON, "a"), Edge("b", IMPLIES, "a"), Edge("c", CORRECTS, "a"), Edge("b", SHARPENS, "c")]
    found = arranged("abc", shown, dict.fromkeys("abc", SIZE))
    assert found.starts == {0: "a", 1: "a", 2: "a", 3: "c"}
    assert [found.plan.boxes[node].x for node in "acb"] == [0, 0, 70]
    assert {number: (route[0][0], route[-1][0]) for number, route in found.plan.routes.items()} == {
        0: (30, 70), 1: (30, 70), 2: (40, 40), 3: (30, 70),
    }  # fmt: skip
