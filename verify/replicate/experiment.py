"""What an experiment is: its settings with the printed numbers, what trains them, and what the paper concludes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, stdev
from types import NoneType
from typing import Any, Protocol

import numpy as np

from verify.judging.statements import ClaimError
from verify.registry.studies import Study
from verify.replicate.checkpoints import State


@dataclass(frozen=True)
class Setting:
    """One row of a table: what is trained, and what the paper prints for it."""

    name: str
    """Such as ``r* = 3, d = 12``."""

    values: Mapping[str, Any]
    """What the training needs to know: dimensions, weights."""

    paper: Mapping[str, float] = field(default_factory=dict)
    """The printed numbers, under the names that the training measures them by."""


@dataclass(frozen=True)
class Row:
    """One row of a table, measured: a number for each seed."""

    setting: Setting
    seeds: Mapping[str, Sequence[float]]

    @property
    def measured(self) -> dict[str, float]:
        """The means over the seeds."""
        return {name: fmean(values) for name, values in self.seeds.items()}

    @property
    def spread(self) -> dict[str, float]:
        """The standard deviations over the seeds; 0 for one seed."""
        return {name: stdev(values) if len(values) > 1 else 0.0 for name, values in self.seeds.items()}


@dataclass(frozen=True)
class Conclusion:
    """What the paper concludes from the whole table, beside its numbers. It can fail: what depends on the seed is no
    conclusion, unless it says of how many seeds it is one.
    """

    text: str
    met: Callable[[Sequence[Row]], bool | None]
    """Whether rows meet it; None where they say nothing of it, as no rows do: see ``every`` and ``some``."""

    expected: bool = True
    """Whether the full experiment meets it."""

    early: bool = True
    """Whether it is judged in the reduced version too."""

    seen: str = ""
    """What full replications gave, and from which seeds."""

    def __post_init__(self) -> None:
        if not isinstance(self.expected, bool):
            raise ClaimError(f"{self.text!r}: whether it is met is True or False, not {self.expected!r}")

    def judge(self, rows: Sequence[Row]) -> bool | None:
        """Return whether it is met, as Python's own bool, or None."""
        met = self.met(rows)
        if not isinstance(met, (bool, np.bool_, NoneType)):  # NaN is true for Python
            raise ClaimError(f"{self.text!r}: what says whether it is met gives {met!r}, not True, False or None")
        return None if met is None else bool(met)

    def surprises(self, rows: Sequence[Row]) -> bool:
        """Whether what was measured is not what was expected."""
        return self.judge(rows) is not self.expected


def every(answers: Iterable[bool]) -> bool | None:
    """Return whether all are true, or None if there are none: nothing is met by default."""
    found = list(answers)
    return all(found) if found else None


def some(answers: Iterable[bool]) -> bool | None:
    """Return whether any is true, or None if there are none."""
    found = list(answers)
    return any(found) if found else None


WORDS = {True: "met", False: "not met", None: "nothing to judge"}
"""What is said of a conclusion."""


@dataclass
class Replication:
    """What all seeds gave: the rows, and what the trainings show besides, by seed and setting."""

    rows: list[Row]
    exhibits: dict[tuple[int, str], dict[str, np.ndarray[Any, Any]]]
    files: Sequence[Path] = ()
    """Where its trainings are written down, which nobody needs any more."""


class Computation(Protocol):
    """What an experiment computes for some settings from one seed, in steps between which it can be interrupted."""

    def advance(self, state: State | None, until: int, steps: int) -> State:
        """Go on from a state, or start, until ``state["done"]`` is ``until``, of all the steps."""

    def conclude(self, state: State) -> tuple[list[dict[str, float]], list[State]]:
        """Return what is measured and shown at the end, for each setting."""


@dataclass(eq=False, kw_only=True)
class Experiment(Study):
    """A study of kind experiment: a table or figure of a paper."""

    settings: Sequence[Setting]
    training: Callable[[Sequence[Setting], int, str], Computation]
    steps: int
    """Of training, in full."""

    reduced: int
    """Of the version that ``run --slow`` and pytest judge, with one seed."""

    sample: Sequence[Setting]
    """The settings of that version."""

    groups: int = 1
    """Into how many batches the settings of a seed are divided; each is trained as a whole, by one worker."""

    stated: Sequence[Conclusion]
    choices: Sequence[str] = ()
    """What the paper's text leaves open, what was taken, and what depends on it."""

    draw: Callable[[Replication, Path], None] | None = None
    """What draws the figure into a file."""
