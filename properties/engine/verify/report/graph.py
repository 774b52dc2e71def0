"""The drawn graph: nothing overlaps, lines join what they relate, layers go one way, and links lead to claims."""

import re
from itertools import combinations, pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from verify.claims.entry import Relation
from verify.registry.selection import select
from verify.report.graph.arrangement import Edge, arranged, edges_of
from verify.report.graph.drawing import STYLE, drawn
from verify.report.graph.layers import chains, components, ordered, ranks, without_circles
from verify.report.graph.legend import legend
from verify.report.graph.places import spread

SVG = "{http://www.w3.org/2000/svg}"
RESTS_ON, CORRECTS, IMPLIES, SHARPENS = Relation.RESTS_ON, Relation.CORRECTS, Relation.IMPLIES, Relation.SHARPENS


def entry(id, **relations):
    named = {Relation[key.upper()]: tuple(value.split()) for key, value in relations.items()}
    return SimpleNamespace(id=id, paper=id.partition("/")[0], label="Lemma", relations=named)


CHAIN = [
    entry("p/lemma"), entry("p/wrong", rests_on="p/lemma"), entry("p/right", corrects="p/wrong", rests_on="p/lemma"),
    entry("p/theorem", rests_on="p/right q/other", sharpens="p/lemma", implies="p/corollary"), entry("p/corollary"),
    entry("p/alone"),
]  # fmt: skip
CIRCLE = [entry("p/a", rests_on="p/b", implies="p/b"), entry("p/b", rests_on="p/c"), entry("p/c", implies="p/a")]


@pytest.fixture(scope="session")
def papers():
    claims = select([], slow=True)
    return {paper: [c for c in claims if c.paper == paper] for paper in sorted({c.paper for c in claims})}


@pytest.fixture(scope="session")
def layouts(papers):
    """Of each paper, entries, the edges between them, and where all is drawn; boxes are of several sizes."""
    return {paper: laid_out(entries) for paper, entries in {"chain": CHAIN, "circle": CIRCLE, **papers}.items()}


@pytest.fixture(params=["dai2018", "dai2020", "koehler2022", "wang2022", "results", "chain", "circle"])
def layout(request, layouts):
    return layouts[request.param]


def laid_out(entries):
    shown = edges_of(entries)
    nodes = list(dict.fromkeys([*(e.id for e in entries), *(edge.named for edge in shown)]))
    return entries, shown, arranged(nodes, shown, {node: (40.0 + len(node), 20.0 + len(node) % 3) for node in nodes})


def test_no_two_boxes_overlap(layout):
    boxes = layout[2].plan.boxes
    assert all(b.x >= 0 and b.y >= 0 for b in boxes.values())
    assert max(b.x + b.width for b in boxes.values()) <= layout[2].plan.width + 1e-6
    assert max(b.y + b.height for b in boxes.values()) <= layout[2].plan.height + 1e-6
    for a, b in combinations(boxes.values(), 2):
        beside = a.x + a.width + 10 < b.x or b.x + b.width + 10 < a.x
        assert beside or a.y + a.height + 10 < b.y or b.y + b.height + 10 < a.y


def test_no_strip_is_empty(layout):
    plan = layout[2].plan
    taken = [(box.y, box.y + box.height) for box in plan.boxes.values()]
    taken += [(y, y) for route in plan.routes.values() for (_, y), (_, b) in pairwise(route) if y == b]
    bottom = 0.0
    for above, below in sorted(taken):
        assert above - bottom <= 22 + 1e-6
        bottom = max(bottom, below)


def test_every_line_joins_its_claims_and_passes_no_box(layout):
    _, shown, found = layout
    boxes = found.plan.boxes
    assert len(found.plan.routes) == len(shown)
    for number, edge in enumerate(shown):
        route = found.plan.routes[number]
        start = found.starts[number]
        end = ({edge.entry, edge.named} - {start}).pop()
        (x, y), (a, b) = route[0], route[-1]
        if x == a:
            assert (y, b) == (boxes[start].y + boxes[start].height, boxes[end].y)
        else:
            assert (x, a) == (boxes[start].x + boxes[start].width, boxes[end].x)
            assert boxes[start].y < y < boxes[start].y + boxes[start].height
            assert boxes[end].y < b < boxes[end].y + boxes[end].height
        for (x, y), (a, b) in pairwise(route):
            passed = [box for box in boxes.values() if y == b and box.y < y < box.y + box.height]
            assert not [box for box in passed if box.x < a and x < box.x + box.width]


def test_layers_go_one_way_and_corrections_stand_below(layout):
    """From the left to the right: what rests on, sharpens or follows is later, unless that would be a circle."""
    _, shown, found = layout
    boxes = found.plan.boxes
    for edge in shown:
        if edge.relation is CORRECTS:
            assert boxes[edge.entry].x == boxes[edge.named].x
            assert boxes[edge.entry].y > boxes[edge.named].y
    backwards = [e for e in shown if e.relation is not CORRECTS and boxes[e.arc[0]].x > boxes[e.arc[1]].x]
    expected = {"p/a implies p/b", "wang2022/corollary-1 rests on wang2022/proposition-2"}
    assert {f"{e.entry} {e.relation} {e.named}" for e in backwards} <= expected
    assert bool(backwards) is any(f"{e.entry} {e.relation} {e.named}" in expected for e in shown)


def test_what_comes_before_what():
    arcs = {Edge("p/x", relation, "p/y").arc for relation in (RESTS_ON, SHARPENS, CORRECTS)}
    assert arcs == {("p/y", "p/x")}
    assert Edge("p/x", IMPLIES, "p/y").arc == ("p/x", "p/y")


def test_circles_are_opened_where_they_were_closed_last():
    assert without_circles("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")]) == [
        ("a", "b"), ("b", "c"), ("a", "c"), ("a", "b"),
    ]  # fmt: skip


def test_ranks_are_longest_paths_and_sources_stand_next_to_what_needs_them():
    assert ranks("abcde", [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c"), ("c", "e")]) == {
        "a": 0, "b": 1, "c": 2, "d": 1, "e": 3,
    }  # fmt: skip
    assert components("abcde", [("d", "b"), ("e", "d")]) == [["b", "d", "e"], ["a"], ["c"]]


def test_what_can_be_drawn_without_crossings_is():
    """Two trees whose leaves come in turns, and an arc that passes a layer."""
    arcs = [("r", "1"), ("s", "2"), ("r", "3"), ("s", "4"), ("1", "5"), ("r", "5"), ("4", "6"), ("2", "6")]
    rank = ranks("rs123456", arcs)
    passed = chains(arcs, rank)
    layers = ordered(rank, passed)
    place = {vertex: k for layer in layers for k, vertex in enumerate(layer)}
    links = [link for chain in passed for link in pairwise(chain)]
    level = {vertex: k for k, layer in enumerate(layers) for vertex in layer}
    for (a, b), (c, d) in combinations(links, 2):
        assert level[a] != level[c] or (place[a] - place[c]) * (place[b] - place[d]) >= 0
    assert sorted(len(layer) for layer in layers) == [2, 2, 5]


def test_numbers_are_spread_as_little_as_the_gaps_need():
    assert spread([0, 10, 20], [5, 5], [1, 1, 1]) == [0, 10, 20]
    assert spread([4, 4, 20], [6, 5], [1, 1, 1]) == [1, 7, 20]
    assert spread([0, 0], [4], [3, 1]) == [-1, 3]
    assert spread([9, 0, 0], [3, 3], [1, 1, 1]) == [0, 3, 6]


# --- as vector graphics ---------------------------------------------------------------------------------------------


def picture(entries, verdicts):
    return ElementTree.fromstring(drawn(entries, verdicts))


def classes(element, tag):
    return {kind for found in element.iter(SVG + tag) for kind in found.get("class", "").split()}


@pytest.mark.parametrize("paper", ["dai2018", "dai2020", "koehler2022", "wang2022", "results"])
def test_every_claim_of_a_paper_is_a_link_with_its_verdict(paper, papers):
    verdicts = {claim.id: str(claim.expected) for claims in papers.values() for claim in claims}
    root = picture(papers[paper], verdicts)
    links = {link.get("href"): link for link in root.iter(SVG + "a")}
    named = {edge.named for edge in edges_of(papers[paper])}
    assert links.keys() == {f"#{id}" for id in named | {claim.id for claim in papers[paper]}}
    for address, link in links.items():
        id = address[1:]
        assert link.get("class").split()[1:] == [verdicts[id], *(["foreign"] if not id.startswith(f"{paper}/") else [])]
        title, mark, *lines = [found.text for found in link if found.text]
        assert title.startswith(f"{''.join(lines)}, ")
        assert title.endswith(f", {verdicts[id]}")
        assert mark == {"proved": "✓", "holds": "✓", "refuted": "✗", "contradicted": "≠"}.get(verdicts[id], "∼")
        assert "".join(lines) == id.removeprefix(f"{paper}/")
    assert float(root.get("width")) == 1180
    lines = {}
    for group in root.findall(f"{SVG}g[@aria-hidden]"):
        kind = group.get("class")
        lines[kind] = lines.get(kind, 0) + (len(group) if kind.startswith("edge") else 0)
    for relation in {edge.relation for edge in edges_of(papers[paper])}:
        number = sum(edge.relation is relation for edge in edges_of(papers[paper]))
        assert lines[f"edge {relation.replace(' ', '-')}"] == number


def test_a_line_has_its_mark_at_the_claim_that_is_named():
    """That is where the line starts, for all but what follows from a claim: there it ends."""
    root = picture(CHAIN, {})
    marks = {
        "rests-on": "marker-start",
        "sharpens": "marker-start",
        "corrects": "marker-start",
        "implies": "marker-end",
    }
    found = [group for group in root.iter(SVG + "g") if group.get("class", "").startswith("edge")]
    defined = {f"url(#{marker.get('id')})": marker for marker in root.iter(SVG + "marker")}
    for group in found:
        kind = group.get("class").split()[1]
        assert {name for name in ("marker-start", "marker-end") if group.get(name)} == {marks[kind]}
        assert classes(defined[group.get(marks[kind])], "path") == {"end", kind}
    assert {group.get("class").split()[1] for group in found} == marks.keys()
    assert len({marker[0].get("d") for marker in defined.values()}) == len(defined) == 4


def test_what_is_not_on_the_page_is_no_link_and_what_was_not_judged_has_no_mark():
    root = picture(CHAIN, {"p/lemma": "not judged", "p/wrong": "at a corner", "p/right": "undecided"})
    assert {link.get("href") for link in root.iter(SVG + "a")} == {"#p/lemma", "#p/wrong", "#p/right"}
    words = [text.text for text in root.iter(SVG + "text")]
    assert {"refuted at a corner", "not judged", "?", "other", "Nothing is declared of the last one."} <= {*words}
    assert "wrong, Lemma, refuted at a corner" in {title.text for title in root.iter(SVG + "title")}
    assert "✓" not in words


def test_a_legend_that_is_too_wide_goes_on_below():
    def boxes(width):
        root = ElementTree.Element("svg")
        end = legend(root, {}, ["proved", "at a corner", "contradicted", "odd"], width)
        return end, [(float(box.get("x")), float(box.get("y"))) for box in root.iter("rect")]

    assert boxes(1e4)[0] == 20
    assert {y for _, y in boxes(1e4)[1]} == {2}
    end, places = boxes(180)
    assert end == 60
    assert places == [(1, 2), (1, 22), (1, 42), (122, 42)]


def test_labels_are_escaped_and_ids_of_one_drawing_are_its_own():
    odd = [SimpleNamespace(id="p/x", paper="p", label='<script>"&', relations={}), entry("q/y", rests_on="p/x")]
    text = drawn(odd, {"p/x": '"<b>'})
    assert "<script>" not in text
    assert "<b>" not in text
    assert '<script>"&' in picture(odd, {"p/x": "holds"}).find(f".//{SVG}a/{SVG}title").text
    ids = [e.get("id") for entries in (CHAIN, odd) for e in picture(entries, {}).iter() if e.get("id")]
    assert len(ids) == len(set(ids)) > 4
    root = picture(CHAIN, {})
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} <= {e.get("id") for e in root.iter()}


def test_a_drawing_is_the_same_each_time_and_the_style_knows_its_classes(papers):
    assert drawn(papers["wang2022"], {}) == drawn(papers["wang2022"], {})
    for kind in ("edge", "end", "mark", "remark", "foreign", "rests-on", "implies", "sharpens", "corrects"):
        assert f".{kind}" in STYLE
    dashes = {line.partition("{")[2] for line in STYLE.splitlines() if line.startswith(".graph .edge.")}
    assert len(dashes) == 3  # and what is rested on has a line without gaps


# --- on the page ----------------------------------------------------------------------------------------------------


def test_the_page_has_the_graphs_and_the_claims_say_them_in_words(every):
    """Only what is on the page is a link: of wang2022 there are the claims of Theorem 2 and no others."""
    graphs = {graph.split('"')[0]: graph for graph in every.html.split('aria-labelledby="graph:')[1:]}
    assert graphs.keys() == {"koehler2022:title", "wang2022:title", "dai2018:title"}
    links = re.findall(r'<a class="node [^"]*" href="#([^"]*)"', every.html)
    assert {*links} <= {*every.page.values("id")}
    assert {"wang2022/theorem-2", "wang2022/theorem-2.corrected", "dai2018/eq-1"} <= {*links}
    assert "wang2022/proposition-1" not in links
    words = every.page.at("wang2022/theorem-2.corrected")["text"]
    for said in (
        "Corrects theorem-2",
        "Rests on proposition-1",
        "Used by corollary-2.corrected, section-4.3.same-c",
    ):
        assert said in re.sub(r"\s+", " ", words)
    assert 'class="graph"' not in every.html.partition('id="page:claims"')[0]


def test_claims_of_which_nothing_is_declared_have_no_graph(own):
    assert '<details class="drawing"' not in own.html
