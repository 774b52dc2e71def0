"""What an experiment is: its settings with the printed numbers, what trains them, and what the paper concludes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from verify.studies import Evidence, Study, enrol

if TYPE_CHECKING:
    import numpy as np

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
    """What the paper concludes from the whole table, beside its numbers."""

    text: str
    met: Callable[[Sequence[Row]], bool]
    expected: bool | None = True
    """Whether the full experiment is expected to meet it; None if that depends on the seeds."""

    early: bool = True
    """Whether it is judged in the reduced version too."""

    def surprises(self, rows: Sequence[Row]) -> bool:
        """Whether what was measured is not what was expected."""
        return self.expected is not None and bool(self.met(rows)) is not self.expected


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
    groups: int = 1, stated: Sequence[Stated], choices: Sequence[str] = (),
    draw: Callable[[Outcome, Path], None] | None = None,
) -> Callable[[Callable[[Sequence[Setting], int, str], Computation]], Callable[[], None]]:  # fmt: skip
    """Register an experiment; the decorated function returns what computes settings from a seed on a device.

    ``reduced`` is the number of steps of the version that ``run --slow`` and pytest judge, with one seed. That function
    imports torch, not its module: all commands import that. Raises ClaimError as ``claim`` does.
    """

    def decorate(body: Callable[[Sequence[Setting], int, str], Computation]) -> Callable[[], None]:
        def study(seed: int) -> Evidence:
            from verify.replicate.coordinator import replicate  # noqa: PLC0415  # imports torch

            entry: Experiment = test.claim  # type: ignore[attr-defined]
            rows = replicate(entry, [seed], reduced).rows
            judged = [claim for claim in stated if claim.early and claim.expected is not None]
            against = [claim.text for claim in judged if claim.surprises(rows)]
            summary = f"{reduced:,} steps, seed {seed}" + "".join(f"; not as expected: {text}" for text in against)
            n, false = len(rows) * len(judged), len(rows) * len(against)
            return Evidence(n, n - false, false, summary)

        test = enrol(
            Experiment, id, statement, body, study, label=label, kind="experiment", expected="measured",
            settings=settings, training=body, steps=steps, groups=groups, stated=stated, choices=choices, draw=draw,
        )  # fmt: skip
        return test

    return decorate
