"""Exact values in mathematical notation, on one line or as a column of rows."""

from __future__ import annotations

from typing import Any


def matrix_text(value: Any) -> str:
    """Write a number as ``1/2``, a vector as ``(1, 1/2)`` and a matrix as ``[1 0; 0 1]``."""
    if value.ndim == 0:
        return str(value.item())
    if value.ndim == 1:
        return "(" + ", ".join(map(str, value.tolist())) + ")"
    return "[" + "; ".join(" ".join(map(str, row)) for row in value.tolist()) + "]"


def enclosure_text(x: Any) -> str:
    """Write a ball as midpoint and radius with as many digits as a reader wants, an exact number as it is."""
    text = str(x.str(12)) if hasattr(x, "str") and hasattr(x, "rad") else str(x)
    return text.replace("+/-", "±")
