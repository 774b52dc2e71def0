"""A small graph to the pixel, and each step to it by itself: layers, crossings, places, rows."""

import random
from itertools import combinations, pairwise
from types import SimpleNamespace

import pytest

from verify.claims.entry import Relation
from verify.report.graph.drawing import _lines, drawn
from verify.report.graph.layers import _crossings, _exchanged, chains, ordered
from verify.report.graph.legend import mark_of, named, words_of
from verify.report.graph.places import Box, Plan, _closed, _ports, packed, planned, spread


def entry(id, **relations):
    """Return what stands for a claim that declares relations."""
    named = {Relation[key.upper()]: tuple(value.split()) for key, value in relations.items()}
    return SimpleNamespace(id=id, paper=id.partition("/")[0], label="Lemma", relations=named)


ENTRIES = [
    entry("p/a"), entry("p/b", rests_on="p/a"), entry("p/c", rests_on="p/a p/b", sharpens="q/d"), entry("p/wrong"),
    entry("p/right", corrects="p/wrong", implies="p/c"), entry("p/a-long-name.with-parts"),
]  # fmt: skip
VERDICTS = {"p/a": "holds", "p/b": "at a corner", "p/c": "not judged", "p/wrong": "refuted"}
MARKER = (
    'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" '
    'orient="auto-start-reverse"'
)
NAMED = 'role="group" aria-labelledby="graph:p:title" aria-describedby="graph:p:words"'
WORDS = (
    "7 claims as boxes, 6 relations as lines: 1 times corrects, 1 times sharpens, 1 times implies, 3 times rests on. "
    "The claims say them in words."
)
DRAWN = """
<svg xmlns="http://www.w3.org/2000/svg" class="graph" NAMED viewBox="0 0 1180 281" width="1180" height="281">
<title id="graph:p:title">The claims of p, and what they are to each other</title>
<desc id="graph:p:words">WORDS</desc>
<defs>
<marker id="graph:p:corrects" MARKER>
<path class="end corrects" d="M7.5 0V10" />
</marker>
<marker id="graph:p:sharpens" MARKER>
<path class="end sharpens" d="M0 5L4.5 1L9 5L4.5 9Z" />
</marker>
<marker id="graph:p:implies" MARKER>
<path class="end implies" d="M1 1L8 5L1 9" />
</marker>
<marker id="graph:p:rests-on" MARKER>
<path class="end rests-on" d="M0 1L9 5L0 9Z" />
</marker>
</defs>
<g class="key" aria-hidden="true">
<path class="edge corrects" d="M1 10h40" marker-end="url(#graph:p:corrects)" />
<text x="49" y="14">corrects</text>
<path class="edge sharpens" d="M120 10h40" marker-end="url(#graph:p:sharpens)" />
<text x="168" y="14">sharpens</text>
<path class="edge implies" d="M239 10h40" marker-end="url(#graph:p:implies)" />
<text x="287" y="14">implies</text>
<path class="edge rests-on" d="M351 10h40" marker-end="url(#graph:p:rests-on)" />
<text x="399" y="14">rests on</text>
<g class="node holds">
<rect x="471" y="2" width="17" height="16" />
<text class="mark" x="475" y="14">✓</text>
</g>
<text x="494" y="14">holds</text>
<g class="node refuted">
<rect x="545" y="2" width="17" height="16" />
<text class="mark" x="549" y="14">✗</text>
</g>
<text x="568" y="14">refuted</text>
<g class="node at-a-corner">
<rect x="632" y="2" width="17" height="16" />
<text class="mark" x="636" y="14">✗</text>
</g>
<text x="655" y="14">refuted at a corner</text>
<g class="node not-judged">
<rect x="799" y="2" width="17" height="16" />
<text class="mark" x="803" y="14" />
</g>
<text x="822" y="14">not judged</text>
</g>
<g class="edge rests-on" marker-start="url(#graph:p:rests-on)" aria-hidden="true">
<path d="M33 184C53 184 53 172 73 172" />
<path d="M33 191C53 191 53 195 73 195H131C151 195 151 149 171 149" />
<path d="M131 172C151 172 151 145 171 145" />
</g>
<g class="edge implies" marker-end="url(#graph:p:implies)" aria-hidden="true">
<path d="M131 91C151 91 151 137 171 137" />
</g>
<g class="edge sharpens" marker-start="url(#graph:p:sharpens)" aria-hidden="true">
<path d="M131 132C151 132 151 141 171 141" />
</g>
<g class="edge corrects" marker-start="url(#graph:p:corrects)" aria-hidden="true">
<path d="M97 64V80" />
</g>
<a class="node holds" href="#p/a">
<title>a, Lemma, holds</title>
<rect x="1" y="176" width="32" height="22" />
<text class="mark" x="7" y="191">✓</text>
<text x="20" y="191">a</text>
</a>
<a class="node at-a-corner" href="#p/b">
<title>b, Lemma, refuted at a corner</title>
<rect x="73" y="161" width="58" height="22" />
<text class="mark" x="79" y="176">✗</text>
<text x="92" y="176">b</text>
</a>
<a class="node not-judged" href="#p/c">
<title>c, Lemma, not judged</title>
<rect x="171" y="132" width="32" height="22" />
<text class="mark" x="177" y="147" />
<text x="190" y="146">c</text>
</a>
<a class="node refuted" href="#p/wrong">
<title>wrong, Lemma, refuted</title>
<rect x="73" y="42" width="58" height="22" />
<text class="mark" x="79" y="57">✗</text>
<text x="92" y="56">wrong</text>
</a>
<g class="node elsewhere">
<title>right, Lemma</title>
<rect x="73" y="80" width="58" height="22" />
<text class="mark" x="79" y="95" />
<text x="92" y="94">right</text>
</g>
<g class="node elsewhere">
<title>a-long-name.with-parts, Lemma</title>
<rect x="1" y="220" width="138" height="35" />
<text class="mark" x="7" y="242" />
<text x="20" y="235">a-long-name.with-</text>
<text x="20" y="248">parts</text>
</g>
<g class="node elsewhere foreign">
<title>q/d</title>
<rect x="73" y="114" width="58" height="35" />
<text class="mark" x="79" y="136" />
<text x="92" y="128">q/</text>
<text x="92" y="142">d</text>
</g>
<text class="remark" x="1" y="273">Nothing is declared of the last one.</text>
</svg>
"""


def test_a_small_graph_is_drawn_to_the_pixel():
    """Whoever wants it to look otherwise looks at it, and writes down what it is then."""
    expected = DRAWN.replace("MARKER", MARKER).replace("NAMED", NAMED).replace("WORDS", WORDS)
    assert drawn(ENTRIES, VERDICTS).splitlines() == expected.strip().splitlines()


@pytest.mark.parametrize(
    ("id", "papers", "lines"),
    [
        ("p/lemma-1", "p", ["lemma-1"]), ("p/lemma-1", "q", ["p/", "lemma-1"]), ("p/lemma-1", "pq", ["p/", "lemma-1"]),
        ("p/a-name-of-eighteen", "p", ["a-name-of-eighteen"]),
        ("p/section-4.corrected-bound", "p", ["section-4.", "corrected-bound"]),
        ("p/a-name-of-nineteens", "p", ["a-name-of-", "nineteens"]), ("p/", "p", ["p/"]), ("p", "p", ["p"]),
        ("p/" + "x" * 30, "p", ["x" * 30]), ("p/--a", "p", ["--a"]),
    ],
)  # fmt: skip
def test_an_id_is_broken_after_its_signs(id, papers, lines):
    assert _lines(id, dict.fromkeys(papers)) == lines


def test_what_is_said_of_a_claim_has_its_mark_and_its_words():
    marks = {"proved": "✓", "holds": "✓", "simulated": "∼", "measured": "∼", "refuted": "✗", "at a corner": "✗",
             "by a reading": "✗", "contradicted": "≠", "undecided": "?", "error": "!",
             "not judged": "", "": ""}  # fmt: skip
    assert {verdict: mark_of(verdict) for verdict in marks} == marks
    assert [words_of(verdict) for verdict in ("at a corner", "by a reading", "refuted", "holds")] == [
        "refuted at a corner", "refuted by a reading", "refuted", "holds",
    ]  # fmt: skip
    assert named("at a corner") == "at-a-corner"


# --- layers ---------------------------------------------------------------------------------------------------------


def crossings(layers, arcs):
    """Count the pairs of arcs that cross, pair by pair."""
    place = {vertex: k for layer in layers for k, vertex in enumerate(layer)}
    level = {vertex: k for k, layer in enumerate(layers) for vertex in layer}
    return sum(
        level[a] == level[c] and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for (a, b), (c, d) in combinations(arcs, 2)
    )


def graph(seed):
    """Return three layers of four, and some arcs from each to the next."""
    draw = random.Random(seed)
    layers = [[f"{name}{k}" for k in range(4)] for name in "abc"]
    arcs = [(v, w) for one, other in pairwise(layers) for v in one for w in other
            if draw.random() < 0.4]  # fmt: skip
    return layers, arcs


@pytest.mark.parametrize(("seed", "least"), [(1, 4), (3, 2), (5, 4), (6, 2), (7, 9), (10, 1), (11, 1), (13, 1)])
def test_crossings_are_counted_and_become_as_few_as_there_can_be(seed, least):
    """Which are the least of all orders of all layers, one after the other."""
    layers, arcs = graph(seed)
    right, left = ({v: [] for layer in layers for v in layer} for _ in range(2))
    for one, other in arcs:
        right[one].append(other)
        left[other].append(one)
    assert _crossings(layers, right) == crossings(layers, arcs)
    better = _exchanged([[*layer] for layer in layers], left, right)
    assert [sorted(layer) for layer in better] == layers
    assert crossings(better, arcs) <= crossings(layers, arcs)
    for layer in range(3):  # no exchange of two neighbours would leave fewer
        for k in range(3):
            other = [[*found] for found in better]
            other[layer][k], other[layer][k + 1] = other[layer][k + 1], other[layer][k]
            assert crossings(other, arcs) >= crossings(better, arcs)
    rank = {v: k for k, layer in enumerate(layers) for v in layer}
    assert crossings(ordered(rank, chains(arcs, rank)), arcs) == least


def test_an_arc_passes_each_layer_between_its_ends():
    assert chains([("a", "b"), ("a", "c")], {"a": 0, "b": 1, "c": 3}) == [["a", "b"], ["a", (1, 1), (1, 2), "c"]]
    assert ordered({"a": 0, "b": 1, "c": 3}, chains([("a", "b"), ("a", "c")], {"a": 0, "b": 1, "c": 3})) == [
        ["a"], ["b", (1, 1)], [(1, 2)], ["c"],
    ]  # fmt: skip


# --- places ---------------------------------------------------------------------------------------------------------


def test_heavy_numbers_move_less_and_pools_go_on_to_merge():
    assert spread([0, 0], [4], [1, 3]) == [-3, 1]
    assert spread([5, 3, 1], [0, 0], [1, 1, 1]) == [3, 3, 3]
    assert spread([1, 3, 2], [0, 0], [1, 1, 3]) == [1, 2.25, 2.25]
    assert spread([2, 2], [0], [1, 1]) == [2, 2]
    assert spread([7], [], [4]) == [7]


def test_a_box_and_a_plan_are_moved_as_a_whole():
    plan = Plan({"a": Box(1, 2, 10, 20)}, {3: [(1, 2), (5, 6)]}, 30, 40).moved(100, 200)
    assert plan == Plan({"a": Box(101, 202, 10, 20)}, {3: [(101, 202), (105, 206)]}, 30, 40)
    assert plan.boxes["a"].middle == 212


def test_what_is_alone_stands_at_the_corner_and_a_stack_has_gaps():
    plan = planned({"a": ["a", "b"]}, {}, {"a": (30, 20), "b": (50, 10)})
    assert plan.boxes == {"a": Box(0, 0, 50, 20), "b": Box(0, 36, 50, 10)}
    assert (plan.width, plan.height, plan.routes) == (50, 46, {})


def test_a_link_leads_from_the_side_of_a_box_to_the_side_of_another():
    plan = planned({"a": ["a"], "b": ["b"]}, {7: ("a", "b")}, {"a": (30, 20), "b": (50, 20)})
    assert plan.boxes == {"a": Box(0, 0, 30, 20), "b": Box(70, 0, 50, 20)}
    assert plan.routes == {7: [(30, 10), (70, 10)]}
    assert (plan.width, plan.height) == (120, 20)


def test_strips_in_which_nothing_stands_are_closed():
    assert _closed({"a": 30.0, "b": 100.0}, {"a": 20, "b": 10}) == {"a": 10.0, "b": 37.0}
    assert _closed({"a": 10.0, "b": 36.0}, {"a": 20, "b": 8}) == {"a": 10.0, "b": 36.0}
    assert _closed({"a": 10.0, "b": 12.0, "c": 90.0}, {"a": 20, "b": 4, "c": 2}) == {"a": 10.0, "b": 12.0, "c": 33.0}


def test_strips_are_closed_from_the_top_of_each_down():
    assert _closed({"a": 12.0, "b": 6.0}, {"a": 20, "b": 6}) == {"a": 10.0, "b": 4.0}


def test_ends_at_one_side_stand_in_the_order_of_where_they_lead_as_far_apart_as_there_is_room():
    boxes = {"a": Box(0, 0, 10, 20), "b": Box(50, 100, 10, 40), "c": Box(50, 0, 10, 40), "d": Box(50, 50, 10, 40)}
    links = [("a", "b"), ("a", "c"), ("a", "d")]
    step = 14 / 3  # of 7, for which there is no room in 20 less 6
    found = _ports(links, [[*link] for link in links], {}, boxes)
    assert found == [pytest.approx(ends) for ends in ([10 + step, 120], [10 - step, 20], [10, 70])]
    assert _ports(links[:2], [[*link] for link in links[:2]], {}, boxes) == [[13.5, 120], [6.5, 20]]
    passing = [["a", (0, 1), "b"], ["a", "c"]]
    assert _ports(links[:2], passing, {(0, 1): -5.0}, boxes) == [[6.5, 120], [13.5, 20]]


def test_plans_stand_side_by_side_as_far_as_there_is_room_each_of_about_one_height():
    def plan(name, width, height):
        return Plan({name: Box(0, 0, width, height)}, {}, width, height)

    def places(*plans, width=100):
        found = packed([plan(name, *size) for name, size in zip("abc", plans, strict=False)], width, 10)
        return {name: (box.x, box.y) for name, box in found.boxes.items()}, found.width, found.height

    assert places((40, 20), (50, 20)) == ({"a": (0, 0), "b": (50, 0)}, 100, 20)
    assert places((40, 20), (51, 20)) == ({"a": (0, 0), "b": (0, 30)}, 51, 50)
    assert places((40, 20), (50, 10)) == ({"a": (0, 0), "b": (50, 0)}, 100, 20)
    assert places((40, 20), (50, 9)) == ({"a": (0, 0), "b": (0, 30)}, 50, 39)
    assert places((400, 20), (5, 20)) == ({"a": (0, 0), "b": (0, 30)}, 400, 50)
    assert places((40, 20), (20, 30), (10, 15)) == ({"a": (0, 0), "b": (50, 0), "c": (80, 0)}, 90, 30)
