"""Figures as vector graphics: the same numbers give the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def new_figure(width: float = 8.0, height: float = 4.0) -> Figure:
    """Return an empty figure of so many inches, which belongs to no window."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # half a second to import

    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Write it as SVG, without the date; raises OSError."""
    from matplotlib import rc_context  # noqa: PLC0415

    with rc_context({"svg.hashsalt": "vae-verify", "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
