"""Shares as strips: a row for each thing, a square for each case, the deeper the more often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from verify.pictures.style import BLUE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PALEST, _DEEPEST = 0.08, 0.62
"""How opaque a square is, so that text in the colour around can be read on it."""


def strips(axes: Axes, rows: Mapping[str, Mapping[str, float]], cases: Sequence[str]) -> None:
    """Draw the share, from 0 to 1, of each case in each row; a case that a row does not have is left out."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    for level, shares in enumerate(rows.values()):
        for place, case in enumerate(cases):
            if case in shares:
                share = shares[case]
                alpha = _PALEST + (_DEEPEST - _PALEST) * share if share else 0.0
                axes.add_patch(
                    Rectangle((place + 0.03, level + 0.06), 0.94, 0.88, fc=BLUE, alpha=alpha, lw=0, clip_on=False)
                )
                axes.text(place + 0.5, level + 0.5, percent(share), ha="center", va="center_baseline", fontsize=10.5)
    axes.set(xlim=(0, len(cases)), ylim=(len(rows), 0))
    axes.set_yticks([level + 0.5 for level in range(len(rows))], list(rows))
    axes.set_xticks([place + 0.5 for place in range(len(cases))], list(cases))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def percent(share: float) -> str:
    """Write a share in percent: what happens is never 0, and what need not happen never 100."""
    if share in (0, 1):
        return "0" if share == 0 else "100"
    return "<1" if share < 0.01 else f"{min(99, round(100 * share))}"
