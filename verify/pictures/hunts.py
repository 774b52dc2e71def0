"""The course of a hunt: the least margin that was met so far, against the instances that were judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from verify.notation import on_one_line
from verify.pictures.picture import Picture
from verify.pictures.style import COLOURS, logarithmic, new_picture, power, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ZERO = 1e-16
"""Where a margin of 0 is drawn: below this floats tell nothing apart."""

_FALSE = 1e-18
"""Where a counterexample is drawn."""

_MOST = len(COLOURS)
"""Hunts that are drawn."""

_LONGEST, _POINTS, _WIDEST = 200, 1000, 1e300
"""Characters of a name, points of a course, and the margin, beyond which no hunt writes them."""


def picture(report: Mapping[str, Any]) -> Picture:
    """Return the course of what ``hunt --json`` wrote, of several claims those with most to see.

    Raises ValueError if there is none.
    """
    hunts = report.get("claims") if isinstance(report.get("claims"), list) else [report]
    data = [_data(hunt) for hunt in hunts or [] if isinstance(hunt, Mapping)]
    shown = sorted((hunt for hunt in data if hunt is not None), key=lambda hunt: -len(hunt["points"]))[:_MOST]
    if not shown:
        raise ValueError("has no course of a hunt: write it with vae-verify hunt TARGET --json FILE")
    return _picture(shown)


def _data(hunt: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is drawn of a hunt, or None if there is nothing, or it is not as a hunt writes it."""
    try:
        points = [[_count(p["instances"]), _margin(p["margin"])] for p in hunt["course"]]
        told = {key: on_one_line(str(hunt[key])[:_LONGEST]) for key in ("target", "verdict")}
        instances = _count(hunt["instances"])
    except (KeyError, TypeError, ValueError):
        return None
    whole = 0 < len(points) <= _POINTS and all(margin is not None for _, margin in points[:-1])
    return {**told, "instances": instances, "points": points} if whole else None


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError("no integer from 0 on")
    return value


def _margin(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= _WIDEST:
        raise ValueError("no margin")
    return float(value)


@styled
def _picture(hunts: Sequence[Mapping[str, Any]]) -> Picture:
    figure, (axes,) = new_picture(300 + 20 * (len(hunts) > 1))
    logarithmic(axes, "x", "y")
    for hunt, colour in zip(hunts, COLOURS, strict=False):
        _draw(axes, hunt, colour)
    if len(hunts) > 1:
        figure.legend(loc="outside upper left", ncols=3, handlelength=1)
    axes.set(xlabel="instances", ylabel="least margin so far", ylim=(_FALSE / 10, 3))
    marks = {1.0: "1", 1e-4: power(1e-4), 1e-8: power(1e-8), 1e-12: power(1e-12), _ZERO: "0", _FALSE: "false"}
    axes.set_yticks([*marks], [*marks.values()])
    return Picture(figure, _title(hunts), " ".join(map(_told, hunts)) + _MEANING, {"hunts": list(hunts)})


def _draw(axes: Axes, hunt: Mapping[str, Any], colour: str) -> None:
    """Draw the steps from one least margin to the next, to the counterexample or to the end."""
    x, y = ([*column] for column in zip(*hunt["points"], strict=True))
    if y[-1] is None:
        y[-1] = _FALSE
        axes.plot(x[-1], _FALSE, "*", color=colour, ms=13, clip_on=False)
    else:
        x, y = [*x, hunt["instances"]], [*y, y[-1]]
    heights = [max(_ZERO, height) if height != _FALSE else height for height in y]
    axes.step([max(1, n) for n in x], heights, where="post", color=colour, label=hunt["target"].replace("$", r"\$"))


def _title(hunts: Sequence[Mapping[str, Any]]) -> str:
    return f"The course of the hunt for {', '.join(hunt['target'] for hunt in hunts)}"


_MEANING = " A margin is the gap between both sides in relation to their sizes, in floats; what is false was certified."


def _told(hunt: Mapping[str, Any]) -> str:
    """Say of one hunt what there is to see."""
    instances, margin = hunt["points"][-1]
    if margin is None and hunt["verdict"] != "refuted":
        return (
            f"{hunt['target']} is not refuted: what came out false after {instances:,} (the star) has no certificate."
        )
    if margin is None:
        return f"{hunt['target']} is refuted after {instances:,} instances (the star)."
    after = f"after {instances:,} of {hunt['instances']:,} instances"
    ends = {"survived": "survives", "error": "is in error"}.get(hunt["verdict"], f"is {hunt['verdict']}")
    if margin == 0:
        return f"{hunt['target']} {ends}: {after} its sides are equal, and nothing beyond was found on the way."
    return f"{hunt['target']} {ends}: on the way the hunt came no nearer than {margin:.2g}, {after}."
