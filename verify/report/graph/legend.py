"""What the lines and boxes of a graph mean, above it; and the marks at the ends of its lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from xml.etree.ElementTree import Element, SubElement

from verify.claims.entry import Relation

_SHAPES = {
    Relation.RESTS_ON: "M0 1L9 5L0 9Z",
    Relation.IMPLIES: "M1 1L8 5L1 9",
    Relation.SHARPENS: "M0 5L4.5 1L9 5L4.5 9Z",
    Relation.CORRECTS: "M7.5 0V10",
}
"""What each relation has at the claim that it names; they are told apart without colours."""

_MARKS = {
    "✓": ("proved", "holds"),
    "∼": ("simulated", "measured"),
    "✗": ("refuted", "at a corner", "by a reading"),
    "≠": ("contradicted",),
    "?": ("undecided",),
    "!": ("error",),
}
_ORDER = [verdict for verdicts in _MARKS.values() for verdict in verdicts]

_LETTER, _ROW, _SAMPLE = 6.63, 20.0, 40.0


def named(words: str) -> str:
    """Return words as a class of the style."""
    return words.replace(" ", "-")


def mark_of(verdict: str) -> str:
    """Return the mark of what is said of a claim; there is none of what is not judged."""
    return next((mark for mark, verdicts in _MARKS.items() if verdict in verdicts), "")


def words_of(verdict: str) -> str:
    """Return what is said of a claim, in words that stand alone."""
    return f"refuted {verdict}" if verdict in _MARKS["✗"][1:] else verdict


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
    place = SubElement(root, "g", {"class": "key", "aria-hidden": "true"})
    x, y = 1.0, _ROW / 2
    for relation, end in ends.items():
        d = f"M{x:.0f} {y:.0f}h{_SAMPLE:.0f}"
        SubElement(place, "path", {"class": f"edge {named(relation)}", "d": d, "marker-end": end})
        x = _words(place, relation, x + _SAMPLE + 8, y)
    for verdict in sorted(verdicts, key=[*_ORDER, *sorted(verdicts)].index):
        if x + 20 + len(words_of(verdict)) * _LETTER > width:
            x, y = 1.0, y + _ROW
        box = SubElement(place, "g", {"class": f"node {named(verdict)}"})
        SubElement(box, "rect", {"x": f"{x:.0f}", "y": f"{y - 8:.0f}", "width": "17", "height": "16"})
        SubElement(box, "text", {"class": "mark", "x": f"{x + 4:.0f}", "y": f"{y + 4:.0f}"}).text = mark_of(verdict)
        x = _words(place, words_of(verdict), x + 23, y)
    return y + _ROW / 2


def _words(place: Element, words: str, x: float, y: float) -> float:
    SubElement(place, "text", {"x": f"{x:.0f}", "y": f"{y + 4:.0f}"}).text = words
    return x + len(words) * _LETTER + 18
