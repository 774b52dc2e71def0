"""From a candidate of floating arithmetic to a theorem: exact judgement of what looks false, and what it found."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.claims.claim import Claim, Judge
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance
from verify.hunt.course import thinned
from verify.hunt.kinds import KINDS, TRIVIAL, kind, kinds
from verify.hunt.strata import Stratum, roundings, score
from verify.judging.judge import Judgement, Outcome
from verify.judging.margins import NOISE
from verify.judging.screen import Scores
from verify.judging.vacuous import Implied
from verify.workers.limits import GivenUp, time_limit
from verify.writing.refutations import AT, error_text

_MOST_TRIED = 4
"""Candidates of one batch that are judged; the others are of its kind."""

_ONE_BY_ONE = 16
"""Points of one batch that are judged where floats say nothing at all."""

_MOST_UNDEFINED = 16
"""Points of one task that are judged because floats overflow, or have no value, there."""

_MOST_SAMPLED = 2
"""Points of one task that are judged where floats say that the claim holds, until anything is decided exactly."""

_LOOKED_AT = 64
"""Points of one batch whose kind is found out; but all, as long as only trivial ones were met."""

_MOST_TIES = 16
"""Points with the same margin whose kind is found out, for one that is not trivial."""

_EVERY = 16
"""Of so many batches one, and of so many exact judgements, once others were met."""

_MOST_ALARMS = 12
"""After so many, and one for each thousand points, only candidates further from rounding than any false alarm was."""

DECIDED = (Outcome.CERTAIN, Outcome.INDISTINGUISHABLE, Outcome.REFUTED)
"""What an instance is judged to be, if it counts."""


class Found(BaseException):
    """A certified counterexample; no ``except Exception`` of a body can catch this."""

    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__("a counterexample")
        self.counterexample = counterexample


@dataclass
class Nearest:
    """The smallest margin that was met where the claim holds, and where."""

    margin: float
    sizes: dict[str, int]
    inputs: dict[str, Any]
    kind: str

    @property
    def order(self) -> tuple[float, bool]:
        """What makes one nearer than another: of the same margin one that is not trivial."""
        return self.margin, self.kind in TRIVIAL


@dataclass
class Findings:
    """What a stretch of the search has to say; plain data, so that it travels between processes."""

    strategy: str
    instances: int = 0
    """Those that were judged: exactly, with an answer, or by floats that have a value and no objection."""
    decided: int = 0
    """Those of them that were judged exactly."""
    looked: int = 0
    """Points looked at, whether the premises are true there or not."""
    alarms: int = 0
    """Candidates at which exact judgement finds the claim true: rounding alone spoke against it."""
    undecided: int = 0
    unknown: int = 0
    """Exact instances that even the judge's ceiling leaves open; and those of them of which no proof may know more."""
    kinds: dict[str, int] = field(default_factory=dict)
    """How many instances were of each of the kinds of :mod:`verify.hunt.kinds`, among those that were looked at so."""
    sizes: dict[int, int] = field(default_factory=dict)
    """How many of all instances have each largest dimension."""
    batched: bool = True
    premised: bool = False
    """Whether a counterexample has to satisfy equations: these are solved."""
    patterns: list[tuple[int, ...]] = field(default_factory=list)
    best: dict[tuple[int, ...], float] = field(default_factory=dict)
    """For each pattern the smallest objective met: where to look further."""
    nearest: Nearest | None = None
    course: list[tuple[int, float]] = field(default_factory=list)
    """After how many instances which margin was the least so far."""
    errors: list[str] = field(default_factory=list)
    certificate: dict[str, Any] | None = None

    met: bool = False
    """Whether an instance meets the premises of ``implies``, or none is needed: else nothing was judged."""
    implied: Implied = field(default_factory=Implied)
    """Where ``implies`` was called, and met a premise."""
    confirmed: bool = False
    """Whether an instance that is not trivial was decided exactly: floats take much for equal."""

    @property
    def nontrivial(self) -> bool:
        """Whether an instance was met that is not trivial."""
        return any(count for name, count in self.kinds.items() if name not in TRIVIAL)


class Examiner:
    """Looks at batches of points of one claim; raises Found at the first certified counterexample."""

    def __init__(
        self,
        claim: Claim,
        findings: Findings,
        seconds: float,
        patience: float,
        directory: Path | None,
        left: float = float("inf"),
    ) -> None:
        self.claim, self.findings, self.directory = claim, findings, directory
        self.judged = Judge(claim)
        self.patience = patience
        self.worked, self.ends = time.thread_time() + seconds, time.monotonic() + left
        self.loudest = 0.0  # the most negative margin that was a false alarm
        self.undefined = self.sampled = self.batches = 0

    @property
    def late(self) -> bool:
        """Whether enough was worked, however long that took on a busy machine, or the time is over."""
        return time.thread_time() > self.worked or time.monotonic() > self.ends

    def score(self, stratum: Stratum, raw: Floats) -> Scores | None:
        """Return what floats say of the points, or None if the body takes one instance at a time."""
        try:
            with time_limit(self.patience):
                return score(self.claim, stratum, raw)
        except BaseException:  # one that a body raises may be of any kind
            return None

    def look(self, stratum: Stratum, raw: Floats, scores: Scores | None = None) -> None:
        """Count a batch, remember its nearest miss, and judge its candidates."""
        scores = scores or self.score(stratum, raw)
        if scores is None:
            self._look_one_by_one(stratum, raw)
            return
        self.findings.looked += raw.shape[1]
        self.findings.met |= bool(scores.met.any())
        self.findings.implied |= scores.implied
        held = np.flatnonzero(scores.holds)
        self.findings.instances += len(held)
        held = self._count(stratum, raw, held)
        self._remember(stratum, raw, scores)
        chosen = np.flatnonzero(scores.candidate)
        chosen = chosen[np.argsort(scores.margin[chosen], kind="stable")][:_MOST_TRIED]
        for k in chosen:
            most = _MOST_ALARMS + self.findings.looked // 1000  # where all margins are the same, none is ever further
            if self.findings.alarms > most and scores.margin[k] >= 4 * self.loudest:
                break
            if self._judge_rounded(stratum, raw[:, k], "candidate"):
                self.findings.alarms += 1
                self.loudest = min(self.loudest, float(scores.margin[k]))
        undefined = np.flatnonzero(scores.undefined)
        for k in undefined[:: max(1, len(undefined) // 2)][:2]:  # does exact arithmetic have a value there?
            if self.undefined < _MOST_UNDEFINED:
                self.undefined += 1
                self.judge(stratum.instance(raw[:, k]))
        for k in held[:: max(1, len(held) // _MOST_SAMPLED)]:  # is there anything that exact arithmetic decides?
            if not self.findings.confirmed and self.sampled < _MOST_SAMPLED:
                self.sampled += 1
                self.findings.instances -= 1  # it counts if it is decided
                self._add_size(stratum.sizes, -1)
                self._add_kinds(stratum, raw, np.array([k]), -1)
                self._judge_rounded(stratum, raw[:, k], "holds")

    def _judge_rounded(self, stratum: Stratum, point: Floats, said: str) -> bool:
        """Judge a point, rounded, where floats say the same of it still; return whether it was decided."""
        rounded = np.stack(list(roundings(point)), axis=1)
        scores = self.score(stratum, rounded)
        likely: Any = np.flatnonzero(getattr(scores, said)) if scores is not None else []
        return any(self.judge(stratum.instance(rounded[:, k])) in DECIDED for k in [*likely[:2], *likely[2:][-1:]])

    def _look_one_by_one(self, stratum: Stratum, raw: Floats) -> None:
        self.findings.batched = False
        for point in raw.T[:: max(1, raw.shape[1] // _ONE_BY_ONE)]:  # one of each kind: neighbours share their recipe
            if self.late:
                return
            self.findings.looked += 1
            self.judge(stratum.instance(point))

    def judge(self, instance: Instance | None) -> Outcome | None:
        """Judge and count one exact instance; raises Found if it refutes, and notes where the claim has no value."""
        with contextlib.suppress(GivenUp):
            return None if instance is None else self.judge_or_give_up(instance).outcome
        return None

    def judge_or_give_up(self, instance: Instance) -> Judgement:
        """Judge one exact instance; raises Found if it refutes, and GivenUp, noted, where the claim has no value."""
        try:
            with time_limit(self.patience):
                judgement = self.judged(instance)
        except BaseException as error:  # sys.exit and pytest.skip are no judgement either
            self.findings.errors.append(f"{self._reason(error)}{AT}{instance!r}")
            raise GivenUp from error
        self.findings.decided += judgement.outcome in DECIDED
        self.findings.instances += judgement.outcome in DECIDED
        if judgement.outcome in (*DECIDED, Outcome.DISCARDED):
            self.findings.implied |= judgement.implied
        if judgement.outcome in DECIDED:
            self.findings.met |= not judgement.vacuous
            self._add_size(instance.sizes, 1)
            if not self.findings.confirmed or self.findings.decided % _EVERY == 0:
                name = kind(instance)
                self._add_kind(name, 1)
                self.findings.confirmed |= name not in TRIVIAL
        self.findings.undecided += judgement.outcome is Outcome.UNDECIDED
        self.findings.unknown += self.claim.is_left_open(judgement)
        if judgement.outcome is Outcome.REFUTED:
            found = Counterexample(self.claim, instance, judgement)
            self.certify(found)
            raise Found(found)
        return judgement

    def _count(self, stratum: Stratum, raw: Floats, held: Floats) -> Floats:
        """Count the points that hold, by their size, and some of them by their kind; return those that say most."""
        self._add_size(stratum.sizes, len(held))
        self.batches += 1
        if self.findings.confirmed and self.batches % _EVERY:
            return held
        chosen = held[:: max(1, len(held) // _LOOKED_AT)]
        telling = self._add_kinds(stratum, raw, chosen)
        if not self.findings.nontrivial and max(stratum.sizes.values(), default=0) > 1:
            telling = self._add_kinds(stratum, raw, np.setdiff1d(held, chosen))
        return telling if len(telling) else chosen

    def _add_kinds(self, stratum: Stratum, raw: Floats, chosen: Floats, sign: int = 1) -> Floats:
        """Count points by their kind, and return those that are not trivial."""
        if not len(chosen):
            return chosen
        numbers = kinds(stratum.signature, stratum.sizes, stratum.arguments(raw[:, chosen]), len(chosen))
        for number, count in zip(*np.unique(numbers, return_counts=True), strict=True):
            self._add_kind(KINDS[int(number)], sign * int(count))
        return chosen[numbers >= len(TRIVIAL)]

    def _add_kind(self, name: str, count: int) -> None:
        self.findings.kinds[name] = self.findings.kinds.get(name, 0) + count

    def _add_size(self, sizes: Mapping[str, int], count: int) -> None:
        largest = max(sizes.values(), default=0)
        self.findings.sizes[largest] = self.findings.sizes.get(largest, 0) + count

    def _reason(self, error: BaseException) -> str:
        if isinstance(error, GivenUp):
            return f"the claim does not return within {self.patience:g} s"
        return error_text(error, self.claim)

    def certify(self, found: Counterexample) -> None:
        """Write a counterexample down at once."""
        self.findings.certificate = certificate(found)
        if self.directory is not None:
            with contextlib.suppress(OSError):  # a disk may be full: the findings have it
                shelf.keep(found, self.directory)

    def _remember(self, stratum: Stratum, raw: Floats, scores: Scores) -> None:
        sizes = tuple(stratum.sizes.values())
        objective = scores.objective
        if len(objective):
            self.findings.best[sizes] = min(self.findings.best.get(sizes, np.inf), float(objective.min()))
        holds = scores.holds & (scores.margin != NOISE)  # 0 ≤ 0 is no miss
        held = np.where(holds, np.where(scores.margin > NOISE, scores.margin, 0), np.inf)
        known = self.findings.nearest
        least = float(held.min()) if len(held) else np.inf
        if not np.isfinite(least) or (known is not None and known.order <= (least, False)):
            return
        ties = np.flatnonzero(held == least)[:_MOST_TIES]
        numbers = kinds(stratum.signature, stratum.sizes, stratum.arguments(raw[:, ties]), len(ties))
        k = int(np.argmax(numbers))  # the later kinds are those that say more
        nearest = Nearest(least, dict(stratum.sizes), {}, KINDS[int(numbers[k])])
        if known is None or nearest.order < known.order:
            instance = stratum.instance(raw[:, ties[k]])
            if instance is not None:
                self.findings.nearest = replace(nearest, inputs=instance.encode())
                self.findings.course = thinned([*self.findings.course, (self.findings.instances, least)])
