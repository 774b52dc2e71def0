"""What the lines and boxes of a graph mean, above it; and the marks at the ends of its lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from xml.etree.ElementTree import Element, SubElement

from verify.claims.entry import Relation
from verify.registry.relations import FALSE, TRUE

_SHAPES = {
    Relation.RESTS_ON: "M0 1L9 5L0 9Z",
    Relation.IMPLIES: "M1 1L8 5L1 9",
    Relation.SHARPENS: "M0 5L4.5 1L9 5L4.5 9Z",
    Relation.CORRECTS: "M7.5 0V10",
}
"""What each relation has at the claim that it names; they are told apart without colours."""

_LETTER, _ROW, _SAMPLE = 6.63, 20.0, 40.0


def named(words: str) -> str:
    """Return words as a class of the style."""
    return words.replace(" ", "-")


def mark_of(verdict: str) -> str:
    """Return the mark of a verdict: of what is true, of what is false, and of what is open."""
    return "✓" if verdict in TRUE else "✗" if verdict in FALSE else "?"


def markers(root: Element, relations: Sequence[Relation], prefix: str) -> dict[Relation, str]:
    """Define the ends of lines, and return the references to them."""
    place = SubElement(root, "defs")
    size = {"viewBox": "0 0 10 10", "refX": "9", "refY": "5", "markerWidth": "9", "markerHeight": "9"}
    rest = {"markerUnits": "userSpaceOnUse", "orient": "auto-start-reverse"}
    for relation in relations:
        marker = SubElement(place, "marker", {"id": f"{prefix}:{named(relation)}", **size, **rest})
        SubElement(marker, "path", {"class": f"end {named(relation)}", "d": _SHAPES[relation]})
    return {relation: f"url(#{prefix}:{named(relation)})" for relation in relations}


def legend(root: Element, ends: dict[Relation, str], verdicts: Collection[str], width: float) -> float:
    """Draw a line of each relation and a box of each verdict, with their words, and return where that ends."""
    place = SubElement(root, "g", {"class": "legend", "aria-hidden": "true"})
    x, y = 1.0, _ROW / 2
    for relation, end in ends.items():
        d = f"M{x:.1f} {y}h{_SAMPLE}"
        SubElement(place, "path", {"class": f"edge {named(relation)}", "d": d, "marker-end": end})
        x = _words(place, relation, x + _SAMPLE + 8, y)
    for verdict in sorted(verdicts, key=_rank):
        if x + 20 + len(verdict) * _LETTER > width:
            x, y = 1.0, y + _ROW
        box = SubElement(place, "g", {"class": f"node {named(verdict)}"})
        SubElement(
            box, "rect", {"class": "box", "rx": "3", "x": f"{x:.1f}", "y": f"{y - 8}", "width": "17", "height": "16"}
        )
        SubElement(box, "text", {"class": "mark", "x": f"{x + 4:.1f}", "y": f"{y + 4}"}).text = mark_of(verdict)
        x = _words(place, verdict, x + 23, y)
    return y + _ROW / 2


def _rank(verdict: str) -> tuple[int, str]:
    known = [*map(str, (*TRUE, *FALSE))]
    return (known.index(verdict) if verdict in known else len(known)), verdict


def _words(place: Element, words: str, x: float, y: float) -> float:
    SubElement(place, "text", {"x": f"{x:.1f}", "y": f"{y + 4}"}).text = words
    return x + len(words) * _LETTER + 18
