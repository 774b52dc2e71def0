"""What an experiment is: its settings with the printed numbers, what trains them, and what the paper concludes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean, stdev
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from vae_verify import CLAIM
from verify.judging.statements import ClaimError
from verify.registry.studies import Evidence, Study, enrol

if TYPE_CHECKING:
    from verify.replicate.training import Computation


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
class Stated:
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
class Outcome:
    """What all seeds gave: the rows, and what the trainings show besides, by seed and setting."""

    rows: list[Row]
    exhibits: dict[tuple[int, str], dict[str, np.ndarray[Any, Any]]]
    files: Sequence[Path] = ()
    """Where its trainings are written down, which nobody needs any more."""


@dataclass(eq=False)
class Experiment(Study):
    """A claim of kind experiment: a table or figure of a paper."""

    settings: Sequence[Setting] = ()
    training: Callable[[Sequence[Setting], int, str], Computation] | None = None
    steps: int = 0
    """Of training, in full."""

    reduced: int = 0
    """Of the version that ``run --slow`` and pytest judge, with one seed."""

    sample: Sequence[Setting] = ()
    """The settings of that version."""

    groups: int = 1
    """Into how many batches the settings of a seed are divided; each is trained as a whole, by one worker."""

    stated: Sequence[Stated] = ()
    choices: Sequence[str] = ()
    """What the paper's text leaves open, what was taken, and what depends on it."""

    draw: Callable[[Outcome, Path], None] | None = None
    """What draws the figure into a file."""

    def computation(self, settings: Sequence[Setting], seed: int, device: str) -> Computation:
        """Return what computes the settings from a seed; raises TypeError if there is nothing that does."""
        if self.training is None:
            raise TypeError(f"{self.id} has nothing that trains it")
        return self.training(settings, seed, device)


def experiment(
    id: str, statement: str, *, label: str = "", settings: Sequence[Setting], steps: int, reduced: int,
    sample: Sequence[Setting] = (), groups: int = 1, stated: Sequence[Stated], choices: Sequence[str] = (),
    corrects: str | None = None, draw: Callable[[Outcome, Path], None] | None = None,
) -> Callable[[Callable[[Sequence[Setting], int, str], Computation]], Callable[[], None]]:  # fmt: skip
    """Register an experiment; the decorated function returns what computes settings from a seed on a device.

    ``run --slow`` and pytest judge a reduced version of one seed: so many steps, of the ``sample`` of the settings or
    of all. If all conclusions are met the claim is ``measured``; one that is not stands alone: ``contradicted``.
    The function imports torch, not its module: all commands import that. Raises ClaimError as ``claim`` does, and where
    the reduced version would judge nothing.
    """
    met = [conclusion.expected for conclusion in stated]
    if not all(met) and len(met) > 1:
        raise ClaimError(f"{id}: a conclusion that is not met has an experiment of its own: split them")
    if not any(conclusion.early for conclusion in stated):
        raise ClaimError(f"{id}: the reduced version judges nothing: state what it can judge")

    def decorate(body: Callable[[Sequence[Setting], int, str], Computation]) -> Callable[[], None]:
        def study(seed: int) -> Evidence:
            return judged_early(vars(test)[CLAIM], seed)

        test = enrol(
            Experiment, id, statement, body, study, label=label, kind="experiment", corrects=corrects,
            expected="measured" if all(met) else "contradicted", settings=settings, training=body, steps=steps,
            reduced=reduced, sample=sample or settings, groups=groups, stated=stated, choices=choices, draw=draw,
        )  # fmt: skip
        return test

    return decorate


def judged_early(entry: Experiment, seed: int) -> Evidence:
    """Train the reduced version, and return the evidence: an example is a conclusion that it judges."""
    from verify.replicate.coordinator import replicate  # noqa: PLC0415  # imports torch

    groups = min(entry.groups, len(entry.sample))
    rows = replicate(replace(entry, settings=entry.sample, groups=groups), [seed], entry.reduced).rows
    early = {conclusion.text: conclusion.judge(rows) for conclusion in entry.stated if conclusion.early}
    words = [f"{WORDS[met]}: {text}" for text, met in early.items()]
    words += [f"judged by vae-verify replicate {entry.id} alone: {c.text}" for c in entry.stated if not c.early]
    settings = "" if entry.sample == entry.settings else f" of {', '.join(row.setting.name for row in rows)}"
    met, against = (sum(answer is which for answer in early.values()) for which in (True, False))
    if None in early.values() and not against:  # a conclusion that nothing was judged of was not measured
        met = 0
    return Evidence(met + against, met, against, "; ".join([f"{entry.reduced:,} steps{settings}, seed {seed}", *words]))
