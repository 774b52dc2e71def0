"""Figures of experiments, in the style of the other pictures: the same numbers give the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verify.pictures import Picture
from verify.pictures.style import GREY, INK, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["GREY", "INK", "new_figure", "save", "styled"]


def new_figure(width: float = 8.0, height: float = 4.0) -> Figure:
    """Return an empty figure of so many inches, which belongs to no window."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # half a second to import

    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path, title: str = "") -> None:
    """Write it as SVG; raises OSError."""
    path.write_text(Picture(figure, title or path.parent.name, "", {}).svg, encoding="utf-8")
