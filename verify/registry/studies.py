"""Studies: claims whose evidence is a computation of many trajectories, or of training, and not exact instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_verify import CLAIM
from vae_verify.extras import require
from verify.claims.entry import Entry, Kind, Verdict
from verify.judging.statements import ClaimError
from verify.registry.declare import Ids, decorations, register


@dataclass(frozen=True)
class Evidence:
    """What a study saw: how many ``examples``, of which some ``certain`` and some ``violations`` whatever the errors.

    The others are true or false by less than the error of the computation. ``summary`` has the measured figures.
    """

    examples: int
    certain: int
    violations: int
    summary: str = ""

    def __post_init__(self) -> None:
        for name in ("examples", "certain", "violations"):
            count = getattr(self, name)
            if not isinstance(count, (int, np.integer, np.bool_)) or count < 0:
                raise ClaimError(f"the {name} of evidence are counted: {count!r} is no number of them")
            object.__setattr__(self, name, int(count))  # NumPy's is none in JSON
        if self.certain + self.violations > self.examples:
            found = f"{self.certain} certain and {self.violations} violations"
            raise ClaimError(f"evidence counts each example once: {found} are more than {self.examples} examples")

    def __add__(self, other: Evidence) -> Evidence:
        """Return both, with the words of both."""
        words = "; ".join(dict.fromkeys(text for text in (self.summary, other.summary) if text))
        counts = (self.examples + other.examples, self.certain + other.certain, self.violations + other.violations)
        return Evidence(*counts, words)


@dataclass(eq=False, kw_only=True)
class Study(Entry):
    """What no instance can decide: a claim of kind flow or experiment, with what computes its evidence from a seed."""

    limited = False

    study: Callable[[int], Evidence]

    needs: tuple[str, ...] = ()
    """The extras that bring what it computes with."""

    def evidence(self, seed: int) -> Evidence:
        """Return what the study finds from a seed; raises Lacking if what it needs is not installed."""
        require(self.id, *self.needs)
        evidence = self.study(seed)
        if not isinstance(evidence, Evidence):
            raise ClaimError(f"a study returns Evidence, and no {type(evidence).__name__}")
        return evidence

    def verdict(self, evidence: Evidence) -> Verdict:
        """Return what evidence says of the claim: one example against it contradicts it, however many are for it.

        Nothing is refuted by it: the estimate of an error is no certificate, and a training is one of many.
        """
        if evidence.violations:
            return Verdict.CONTRADICTED
        if not evidence.examples:
            return Verdict.UNDECIDED
        return Verdict.MEASURED if self.kind is Kind.EXPERIMENT else Verdict.SIMULATED


def simulated(
    id: str, statement: str, *, label: str = "", expected: str = "simulated", corrects: str | None = None,
    sharpens: Ids = (), implies: Ids = (), rests_on: Ids = (), needs: tuple[str, ...] = (),
) -> Callable[[Callable[[int], Evidence]], Callable[[], None]]:  # fmt: skip
    """Register the decorated function as a slow claim, judged along trajectories with their errors; return its test.

    Its verdict is ``simulated`` or ``contradicted``, or ``undecided`` if nothing could be judged: see ``Study``.
    ``needs`` names the extras of :mod:`vae_verify.extras` that bring what it imports.
    Raises ClaimError as ``claim`` does.
    """

    def decorate(body: Callable[[int], Evidence]) -> Callable[[], None]:
        return enrol(
            Study, id, statement, body, study=body, label=label, kind="flow", expected=expected, corrects=corrects,
            sharpens=sharpens, implies=implies, rests_on=rests_on, needs=needs,
        )  # fmt: skip

    return decorate


def enrol(
    make: Callable[..., Study], id: str, statement: str, body: Callable[..., object], *,
    study: Callable[[int], Evidence], **further: Any,
) -> Callable[[], None]:  # fmt: skip
    """Register the study that ``make`` makes, which ``body`` declares, and return its test, of seed 0."""

    if further["expected"] in (Verdict.PROVED, Verdict.HOLDS, Verdict.REFUTED):
        raise ClaimError(f"{id}: {further['expected']} is what a claim on instances ends in: expect another")

    def test() -> None:
        evidence = found.evidence(0)
        verdict = found.verdict(evidence)
        if verdict is not found.expected:
            raise AssertionError(f"{id} is {verdict}, not {found.expected}: {said(evidence)}")

    vars(test).update(decorations(body))
    found = register(make, id, statement, body, study=study, slow=True, **further)
    setattr(test, CLAIM, found)
    test.__name__, test.__doc__, test.__module__ = body.__name__, body.__doc__, body.__module__
    return test


def require_all(entries: Iterable[Entry]) -> None:
    """Raise Lacking, in a line that names all extras, if what the studies among some entries need is not installed."""
    studies = [entry for entry in entries if isinstance(entry, Study) and entry.needs]
    if studies:
        others = f" and {len(studies) - 1} more" if len(studies) > 1 else ""
        require(f"{studies[0].id}{others}", *dict.fromkeys(extra for study in studies for extra in study.needs))


def said(evidence: Evidence) -> str:
    """Return the words of the evidence, after how much of it is against the claim, or that nothing is certain."""
    if not evidence.examples:
        return f"nothing could be judged: {evidence.summary}"
    if not evidence.certain and not evidence.violations:
        none = f"none of {evidence.examples} is certain, each is so or not by less than the error"
        return f"{none}: {evidence.summary}" if evidence.summary else none
    if evidence.violations:
        found = f"against it are {evidence.violations} of {evidence.examples}"
        return f"{found}: {evidence.summary}"
    return evidence.summary
