"""The state of a hunt: what its tasks have found, taken together."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.hunt.course import Point, thinned
from verify.hunt.examiner import Findings
from verify.hunt.improvement import size_of
from verify.hunt.miss import Miss, examined
from verify.writing.refutations import AT


@dataclass
class Hunt:
    """A hunt for one claim: what its tasks have found, taken together."""

    claim: Claim
    seed: int
    budget: float
    saved: Counterexample | None = None
    """A counterexample that is known already: the hunt starts from it."""
    total: Findings = field(default_factory=lambda: Findings(""))
    strategies: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    interrupted: bool = False
    found_after: float | None = None
    """Seconds until there was a counterexample; the others made it small."""
    course: list[Point] = field(default_factory=list)
    """How near the hunt had come, and when; its last point is the counterexample, if there is one."""

    def add(self, findings: Findings) -> None:
        """Take in what the next task found."""
        total = self.total
        self._follow(findings)
        for name in ("looked", "instances", "decided", "alarms", "undecided", "unknown"):
            setattr(total, name, getattr(total, name) + getattr(findings, name))
        for name in ("kinds", "sizes"):
            counts = getattr(total, name)
            counts.update({key: counts.get(key, 0) + count for key, count in getattr(findings, name).items()})
        total.batched &= findings.batched
        total.premised |= findings.premised
        total.met |= findings.met
        total.implied |= findings.implied.named
        total.confirmed |= findings.confirmed
        total.patterns = list(dict.fromkeys([*total.patterns, *findings.patterns]))
        for error in findings.errors:
            if not any(error.partition(AT)[0] == known.partition(AT)[0] for known in total.errors):
                total.errors.append(error)
        for pattern, value in findings.best.items():
            total.best[pattern] = min(value, total.best.get(pattern, np.inf))
        nearest = findings.nearest
        if nearest is not None and (total.nearest is None or nearest.order < total.nearest.order):
            total.nearest = nearest
        if findings.instances and findings.strategy not in self.strategies:
            self.strategies.append(findings.strategy)
        if total.certificate is None:
            total.certificate = findings.certificate
            total.strategy = "" if findings.certificate is None else findings.strategy
        elif findings.certificate is not None and size_of(findings) < size_of(total):
            total.certificate = findings.certificate

    def _follow(self, findings: Findings) -> None:
        """Go on with the course, until there is a counterexample: what comes after it makes that smaller."""
        if self.total.certificate is not None:
            return
        before, now = self.total.instances, time.monotonic() - self.started
        for instances, margin in findings.course:
            if not self.course or margin < (self.course[-1].margin or 0):
                self.course.append(Point(before + instances, now, margin))
        if findings.certificate is not None:
            self.course.append(Point(before + findings.instances, now, None))
        self.course = thinned(self.course)

    @cached_property
    def miss(self) -> Miss | None:
        """The nearest miss of a hunt that is over and refutes nothing, judged exactly."""
        nearest = self.total.nearest
        return None if nearest is None or self.total.certificate is not None else examined(self.claim, nearest)

    @property
    def over(self) -> bool:
        """Whether there is an answer: a counterexample, or a claim that has a value nowhere."""
        return self.total.certificate is not None or bool(self.total.errors and not self.total.instances)
