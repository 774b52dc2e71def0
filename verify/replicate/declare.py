"""Declaring an experiment: it is registered with a study that trains its reduced version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vae_verify import CLAIM
from verify.judging.statements import ClaimError
from verify.registry.declare import Ids
from verify.registry.studies import Evidence, enrol
from verify.replicate.experiment import WORDS, Computation, Conclusion, Experiment, Replication, Setting


def experiment(
    id: str, statement: str, *, label: str = "", settings: Sequence[Setting], steps: int, reduced: int,
    sample: Sequence[Setting] = (), groups: int = 1, stated: Sequence[Conclusion], choices: Sequence[str] = (),
    corrects: str | None = None, sharpens: Ids = (), implies: Ids = (), rests_on: Ids = (), needs: tuple[str, ...] = (),
    draw: Callable[[Replication, Path], None] | None = None,
) -> Callable[[Callable[[Sequence[Setting], int, str], Computation]], Callable[[], None]]:  # fmt: skip
    """Register an experiment; the decorated function returns what computes settings from a seed on a device.

    ``run --slow`` and pytest judge a reduced version of one seed: so many steps, of the ``sample`` of the settings or
    of all. If all conclusions are met the claim is ``measured``; one that is not stands alone: ``contradicted``.
    The function imports torch, not its module: all commands import that; ``needs`` names the extras of
    :mod:`vae_verify.extras` that it needs beside ``train``. Raises ClaimError as ``claim`` does, and where
    the reduced version would judge nothing.
    """
    if twice := _twice([conclusion.text for conclusion in stated]) or _twice([setting.name for setting in settings]):
        raise ClaimError(f"{id}: {twice!r} is there twice: its numbers, or what is said of it, would be those of both")
    if not settings or min(steps, reduced) < 1:
        raise ClaimError(f"{id}: nothing is trained: it has {len(settings)} settings, {steps} and {reduced} steps")
    met = [conclusion.expected for conclusion in stated]
    if not all(met) and len(met) > 1:
        raise ClaimError(f"{id}: a conclusion that is not met has an experiment of its own: split them")
    if not any(conclusion.early for conclusion in stated):
        raise ClaimError(f"{id}: the reduced version judges nothing: state what it can judge")

    def decorate(body: Callable[[Sequence[Setting], int, str], Computation]) -> Callable[[], None]:
        def study(seed: int) -> Evidence:
            return judged_early(vars(test)[CLAIM], seed)

        test = enrol(
            Experiment, id, statement, body, study=study, label=label, kind="experiment", corrects=corrects,
            sharpens=sharpens, implies=implies, rests_on=rests_on, needs=("train", *needs),
            expected="measured" if all(met) else "contradicted", settings=settings, training=body, steps=steps,
            reduced=reduced, sample=sample or settings, groups=groups, stated=stated, choices=choices, draw=draw,
        )  # fmt: skip
        return test

    return decorate


def _twice(texts: Sequence[str]) -> str | None:
    return next((text for text in texts if texts.count(text) > 1), None)


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
