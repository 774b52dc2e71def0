"""The graph of claims as vector graphics, whose every claim is a link to its place on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from verify.claims.entry import Entry, Relation
from verify.report.graph.arrangement import WIDTH, Arrangement, Edge, arranged, edges_of
from verify.report.graph.legend import legend, mark_of, markers, named, words_of
from verify.report.graph.places import Box, Route, Size

STYLE = (Path(__file__).parent / "graph.css").read_text(encoding="utf-8")
"""What the page has to contain beside the drawing: its colours, and how its lines are dashed."""

_LETTER, _LINE = 6.63, 13.0  # of 11 px in a monospaced font
_PADDING, _MARK = 6.0, 13.0
_LONGEST = 18
"""Letters of a line, if there is a place to break it."""

_MARGIN, _NOTE = 22.0, 24.0


def drawn(entries: Sequence[Entry], verdicts: Mapping[str, str]) -> str:
    """Return the graph of the entries of a paper, and of what they name elsewhere, as an SVG element.

    The claims that have a verdict, which may be that they were not judged, are on the page: their boxes are links.
    """
    labels = {entry.id: entry.label for entry in entries}
    shown = edges_of(entries)
    nodes = list(dict.fromkeys([*labels, *(edge.named for edge in shown)]))
    papers = dict.fromkeys(entry.paper for entry in entries)
    lines = {node: _lines(node, papers) for node in nodes}
    arrangement = arranged(nodes, shown, {node: _size(lines[node]) for node in nodes})
    name = f"graph:{','.join(papers)}"
    root = _root(name, ", ".join(papers), len(nodes), shown)
    ends = markers(root, [relation for relation in Relation if any(e.relation is relation for e in shown)], name)
    top = legend(root, ends, {verdicts[node] for node in nodes if node in verdicts}, WIDTH) + _MARGIN
    arrangement = arrangement.moved(1, top)
    _draw_edges(root, shown, arrangement, ends)
    for node in nodes:
        words = ", ".join(filter(None, ["".join(lines[node]), labels.get(node), words_of(verdicts.get(node, ""))]))
        _draw_node(root, node, lines[node], arrangement.plan.boxes[node], verdicts.get(node), words, node in labels)
    bottom = top + arrangement.plan.height
    if arrangement.alone:
        note = SubElement(root, "text", {"class": "remark", "x": "1", "y": _number(bottom + _NOTE - 6)})
        last = "one" if arrangement.alone == 1 else str(arrangement.alone)
        note.text = f"Nothing is declared of the last {last}."
        bottom += _NOTE
    width, height = _number(max(arrangement.plan.width + 2, WIDTH)), _number(bottom + 2)
    root.attrib.update({"viewBox": f"0 0 {width} {height}", "width": width, "height": height})
    indent(root, space="")
    return tostring(root, encoding="unicode")


def _root(name: str, papers: str, nodes: int, shown: Sequence[Edge]) -> Element:
    attributes = {"xmlns": "http://www.w3.org/2000/svg", "class": "graph", "role": "group"}
    root = Element("svg", attributes | {"aria-labelledby": f"{name}:title", "aria-describedby": f"{name}:words"})
    SubElement(root, "title", {"id": f"{name}:title"}).text = f"The claims of {papers}, and what they are to each other"
    counts = {relation: sum(edge.relation is relation for edge in shown) for relation in Relation}
    words = ", ".join(f"{number} times {relation}" for relation, number in counts.items() if number)
    text = f"{nodes} claims as boxes, {len(shown)} relations as lines: {words or 'none'}. The claims say them in words."
    SubElement(root, "desc", {"id": f"{name}:words"}).text = text
    return root


def _lines(id: str, papers: Mapping[str, None]) -> list[str]:
    """Return an id in lines, without its paper if that is the only one, broken after '/', '.' and '-'."""
    paper, _, label = id.partition("/")
    lines = [""]
    for piece in re.findall(r"[^/.-]+[/.-]?|[/.-]", label if label and [*papers] == [paper] else id):
        if lines[-1] and (len(lines[-1]) + len(piece) > _LONGEST or lines[-1].endswith("/")):
            lines.append("")
        lines[-1] += piece
    return lines


def _size(lines: Sequence[str]) -> Size:
    return max(map(len, lines)) * _LETTER + _MARK + 2 * _PADDING, len(lines) * _LINE + 9


def _draw_edges(
    root: Element, shown: Sequence[Edge], arrangement: Arrangement, ends: Mapping[Relation, str]
) -> None:  # fmt: skip
    """Draw the lines, from what declares a relation to what it names."""
    places: dict[tuple[Relation, str], Element] = {}
    for number, edge in enumerate(shown):
        marker = "marker-start" if arrangement.starts[number] == edge.named else "marker-end"
        attributes = {"class": f"edge {named(edge.relation)}", marker: ends[edge.relation], "aria-hidden": "true"}
        if (edge.relation, marker) not in places:
            places[edge.relation, marker] = SubElement(root, "g", attributes)
        SubElement(places[edge.relation, marker], "path", {"d": _path(arrangement.plan.routes[number])})


def _draw_node(
    root: Element, id: str, lines: Sequence[str], box: Box, verdict: str | None, words: str, own: bool
) -> None:  # fmt: skip
    """Draw a claim: a box with its mark, and a link to its place if that is on the page."""
    kind = {"class": f"node {named(verdict or 'elsewhere')}{'' if own else ' foreign'}"}
    link = {"href": f"#{id}"} if verdict is not None else {}
    group = SubElement(root, "a" if link else "g", kind | link)
    SubElement(group, "title").text = words
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    SubElement(group, "rect", {key: _number(value) for key, value in place.items()})
    mark = {"class": "mark", "x": _number(box.x + _PADDING), "y": _number(box.middle + 4)}
    SubElement(group, "text", mark).text = mark_of(verdict or "")
    first = box.middle - _LINE * len(lines) / 2 + _LINE - 3
    for k, line in enumerate(lines):
        at = {"x": _number(box.x + _PADDING + _MARK), "y": _number(first + k * _LINE)}
        SubElement(group, "text", at).text = line


def _path(route: Route) -> str:
    """Return the curve along a route: bent between columns, straight where it passes one, or down a stack."""
    (x, y), *rest = route
    parts = [f"M{_number(x)} {_number(y)}"]
    for k, (a, b) in enumerate(rest):
        middle = _number((x + a) / 2)
        bent = f"C{middle} {_number(y)} {middle} {_number(b)} {_number(a)} {_number(b)}"
        parts.append(f"V{_number(b)}" if a == x else f"H{_number(a)}" if k % 2 else bent)
        x, y = a, b
    return "".join(parts)


def _number(value: float) -> str:
    return f"{value:.0f}"
