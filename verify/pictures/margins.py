"""The margin around a counterexample: where else the claim is false, judged exactly at each point of a grid.

A point is moved along two entries of the instance, the others stay. Signs are certified by the judge, in exact
fractions or balls, so that no colour is a float's opinion; how far the sides lie apart is read from their enclosures.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import groupby, product
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from reference.arithmetic.precision import working_precision
from verify.claims.claim import Judge
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance
from verify.judging.judge import CEILING, Judgement, Outcome
from verify.pictures.directions import Direction, admitted, directions
from verify.pictures.picture import Picture
from verify.pictures.style import BLUE, GREEN, GREY, INK, PALE, VERMILLION, new_picture, styled
from verify.workers.limits import GivenUp, time_limit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = (25, 17, 9)
"""Along each direction: the first number for which there is time."""

_SECONDS = 20.0
"""That all judgements may take, about."""

_PATIENCE = 1.0
"""Seconds for one of them."""

_MOST = 60.0
"""Seconds after which none is judged any more: at a stranger's instance each may take that second."""

_SHARES = (0.03, 0.1, 0.3)
"""Between these gaps, in relation to both sides together, a colour deepens."""

FALSE, TRUE, EQUAL, OUTSIDE, PREMISE, OPEN = "abcd", "ABCD", "=", ".", "-", "?"
"""What is written of a point: certainly false or true, the deeper the further; sides that agree as far as balls tell;
outside the domains; no premise; no answer."""

_ZOOMS = 24
"""A quarter each, until a counterexample is more than a point."""


def picture(found: Counterexample, seconds: float = _SECONDS) -> Picture:
    """Return the map around a counterexample; raises ValueError if it is none by itself, or nothing can be moved."""
    if found.claim.universal:
        told = "its certificate is one instance of that, and has no surroundings"
        raise ValueError(f"{found.claim.id} is refuted by {found.claim.universal}: {told}")
    survey = _Survey(found)
    axes = survey.axes()
    if not axes:
        raise ValueError(f"no entry of the instance can be moved within the domains of {found.claim.id}")
    half = survey.affordable(seconds, len(axes)) // 2
    shares = [fmpq(k, half) for k in range(-half, half + 1)]
    across, *up = [[(axis, width * share) for share in shares] for axis, width in axes]
    rows = ["".join(survey.letter([x, *y]) for x in across) for y in (zip(*up, strict=True) if up else [()])]
    data = {
        "claim": found.claim.id,
        "axes": [
            {"label": axis.label, "at": str(axis.at(found.instance)), "reach": str(width)} for axis, width in axes
        ],
        "rows": rows,
    }
    return _picture(data)


@styled
def _picture(data: dict[str, Any]) -> Picture:
    rows, said = data["rows"], [f"{axis['label']} = {axis['at']}" for axis in data["axes"]]
    judged = "".join(rows)
    false, true = (sum(letter in letters for letter in judged) for letters in (FALSE, TRUE))
    caption = (
        f"Around the counterexample to {data['claim']} (the ring, at {', '.join(said)}; all other entries stay as they"
        f" are): of {len(judged)} points, each judged without rounding, the claim is certainly false at {false}"
        f" and certainly true at {true}. The deeper the colour, the further apart the sides."
    )
    if equal := judged.count(EQUAL):
        caption += f" At {equal} the sides agree as far as balls tell."
    if rest := len(judged) - false - true - equal:
        caption += f" At the {rest} others there is nothing to judge, or no answer."
    figure, (axes,) = new_picture(400 if len(rows) > 1 else 130)
    _draw(axes, data)
    handles = [_square(colour, label) for label, colour in _kinds(judged)]
    figure.legend(handles=[*handles, _ring()], loc="outside upper left", ncols=2, handlelength=1)
    return Picture(figure, f"The margin around a counterexample to {data['claim']}", caption, data)


class _Survey:
    """Judges instances around one."""

    def __init__(self, found: Counterexample) -> None:
        self.origin = found.instance
        self.judge = Judge(found.claim)
        self.judged, self.spent = 0, 0.0

    def axes(self) -> list[tuple[Direction, fmpq]]:
        """Return two directions, or one, with how far to go: those along which the claim is true somewhere first."""
        told = []
        for direction in directions(self.origin):
            width = self.reach(direction)
            letters = [self.letter([(direction, width * fmpq(k, 4))]) for k in (-4, -3, -2, -1, 1, 2, 3, 4)]
            false, true = (sum(letter in letters_of for letter in letters) for letters_of in (FALSE, TRUE))
            told.append((min(false, true), false + true, direction, width))
        told.sort(key=lambda entry: entry[:2], reverse=True)  # of equals the first stays first
        return [(direction, width) for _, _, direction, width in told[:2]]

    def reach(self, direction: Direction) -> fmpq:
        """Return how far to go: as far as the entry is from 0, or 1, or less where the claim is true again sooner."""
        width = max(fmpq(1), abs(direction.at(self.origin)))
        for _ in range(_ZOOMS):
            if any(self.letter([(direction, width * step)]) in FALSE for step in (fmpq(-1, 4), fmpq(1, 4))):
                return width
            width /= 4
        return max(fmpq(1), abs(direction.at(self.origin)))

    def affordable(self, seconds: float, axes: int) -> int:
        """Return how many points a direction may have."""
        each = self.spent / max(1, self.judged)
        return next((points for points in POINTS if points**axes * each <= seconds), POINTS[-1])

    def letter(self, moves: list[tuple[Direction, fmpq]]) -> str:
        """Judge the instance that is moved so far, and say so in a letter."""
        instance = self.origin
        for direction, by in moves:
            instance = direction.moved(instance, by)
        if not admitted(instance, {direction.name for direction, _ in moves}):
            return OUTSIDE
        if self.spent > _MOST:
            return OPEN
        started = time.perf_counter()
        judgement = self._judgement(instance)
        self.judged, self.spent = self.judged + 1, self.spent + time.perf_counter() - started
        if judgement is None or judgement.outcome is Outcome.UNDECIDED:
            return OPEN
        if judgement.outcome is Outcome.DISCARDED:
            return PREMISE
        if judgement.outcome is Outcome.INDISTINGUISHABLE:
            return EQUAL
        return (FALSE if judgement.outcome is Outcome.REFUTED else TRUE)[_depth(judgement)]

    def _judgement(self, instance: Instance) -> Judgement | None:
        try:
            with time_limit(_PATIENCE):
                return self.judge(instance)
        except (GivenUp, Exception):  # the claim may have no value there
            return None


def _depth(judgement: Judgement) -> int:
    """Return how deep the colour is: by the gap between both sides, in relation to their sizes."""
    ground = judgement.ground
    if ground is None or len(ground.sides) != 2 or ground.relation == "⪰":
        return len(_SHARES)
    with working_precision(CEILING):
        left, right = map(arb, ground.sides)
        size = (abs(left) + abs(right)).mid()
        gap = float((abs(left - right).mid() / size).mid()) if size > 0 else 0.0
    return sum(gap > share for share in _SHARES)


# --- drawn --------------------------------------------------------------------------------------------------------


def _kinds(judged: str) -> Iterator[tuple[str, str]]:
    told = [
        (FALSE, "certainly false", VERMILLION), (TRUE, "certainly true", BLUE),
        (EQUAL, "sides agree, in balls", GREEN), (OUTSIDE, "outside the domain", "none"),
        (PREMISE, "a premise is not met", PALE), (OPEN, "no answer", GREY),
    ]  # fmt: skip
    return ((label, colour) for letters, label, colour in told if any(letter in judged for letter in letters))


def _square(colour: str, label: str) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415

    return Patch(facecolor=colour, edgecolor=INK if colour == "none" else "none", linewidth=0.8, label=label)


def _ring() -> Any:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    return Line2D([], [], marker="o", ls="none", mfc="none", mec=INK, ms=8, mew=1.5, label="the counterexample")


def _draw(axes: Axes, data: dict[str, Any]) -> None:
    rows = data["rows"]
    for letter, colour, alpha in _inks():
        _fill(axes, rows, letter, colour, alpha)
    middle, level = len(rows[0]) // 2, len(rows) // 2
    axes.plot([middle + 0.5], [level + 0.5], "o", mfc="none", mec=INK, ms=8, mew=1.5, clip_on=False)
    axes.set(xlim=(0, len(rows[0])), ylim=(0, len(rows)))
    for axis, entry, count in zip((axes.xaxis, axes.yaxis), data["axes"], (len(rows[0]), len(rows)), strict=False):
        at, reach = fmpq(*map(int, entry["at"].split("/"))), fmpq(*map(int, entry["reach"].split("/")))
        ends = [at + reach * share for share in (fmpq(-1), fmpq(-1, 2), fmpq(0), fmpq(1, 2), fmpq(1))]
        axis.set_ticks([0.5 + (count - 1) * k / 4 for k in range(5)], [_number(x) for x in ends])
        axis.set_label_text(f"{entry['label']} (ring: {entry['at']})".replace("-", "−"))
    if len(rows) == 1:
        axes.set_yticks([])


def _number(x: fmpq) -> str:
    return (str(x) if len(str(x)) <= 5 else f"{float(x):.3g}").replace("-", "−")


def _inks() -> Iterator[tuple[str, str, float]]:
    for letters, colour in ((FALSE, VERMILLION), (TRUE, BLUE)):
        yield from ((letter, colour, alpha) for letter, alpha in zip(letters, (0.4, 0.6, 0.8, 1.0), strict=True))
    yield EQUAL, GREEN, 1.0
    yield PREMISE, PALE, 1.0
    yield OPEN, GREY, 1.0


def _fill(axes: Axes, rows: list[str], wanted: str, colour: str, alpha: float) -> None:
    """Fill the squares of one letter, those beside each other in one piece."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    pieces = []
    for level, row in enumerate(rows):
        for letter, run in groupby(range(len(row)), key=row.__getitem__):
            if letter == wanted:
                first, *_, last = [*run] * 2
                corners = product((first, last + 1), (level, level + 1))
                left_low, left_high, right_low, right_high = corners
                pieces.append(Path([left_low, left_high, right_high, right_low, left_low], closed=True))
    if pieces:
        path = Path.make_compound_path(*pieces)
        axes.add_patch(PathPatch(path, facecolor=colour, alpha=alpha, linewidth=0, antialiased=False))
