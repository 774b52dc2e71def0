"""Exact values in mathematical notation, on one line or as a column of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flint import arb


def matrix_text(value: Any) -> str:
    """Write a number as ``1/2``, a vector as ``(1, 1/2)`` and a matrix as ``[1 0; 0 1]``."""
    if value.ndim == 0:
        return str(value.item())
    if value.ndim == 1:
        return "(" + ", ".join(map(str, value.tolist())) + ")"
    return "[" + "; ".join(" ".join(map(str, row)) for row in value.tolist()) + "]"


def sides_text(sides: Iterable[Any]) -> list[str]:
    """Write the sides of a comparison with as many digits as it takes to tell them apart, if any do."""
    sides = list(sides)
    for digits in (12, 24, 48, 96, 192, 320):
        texts = [enclosure_text(side, digits) for side in sides]
        if len(set(texts)) == len(texts):
            return texts
    return [enclosure_text(side, 12) for side in sides]


def enclosure_text(x: Any, digits: int) -> str:
    """Write an exact number as it is if that is short, and a ball as its midpoint and radius."""
    if isinstance(x, arb):
        if not (x.is_exact() and len(str(x.fmpq())) <= 12):
            return str(x.str(digits)).replace("+/-", "±")
        x = x.fmpq()
    return str(x)


def on_one_line(text: str) -> str:
    """Spell out what would move the cursor, or cannot be written: parts of a text may be a stranger's."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
