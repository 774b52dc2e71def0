"""Hunts for the variants of a claim: they share a budget, and each says what it found."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from reference.arithmetic import OutsideDomain
from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.claims.variants import at_most
from verify.files import somewhere
from verify.hunt.report import certified, verdict
from verify.hunt.search import Hunt, search
from verify.judging.judge import NOT_FINITE, Outcome
from verify.registry.sources import at_home
from verify.workers.limits import GivenUp, time_limit
from verify.workers.processes import Workers

_LEAST = 1.0
"""Seconds of one hunt, however many share the budget."""

_PATIENCE = 5.0
"""Seconds to judge one instance again."""


@dataclass
class Answer:
    """What a hunt has to say of one claim, or variant; ``path`` is that of the certificate if there is one."""

    claim: Claim
    hunt: Hunt
    found: Counterexample | None = None
    path: Path | None = None
    below: dict[str, int] = field(default_factory=dict)
    """Up to which size of a dimension a hunt found nothing."""

    @property
    def verdict(self) -> Verdict:
        """Refuted, survived, undecided or error."""
        return verdict(self.hunt)

    @property
    def lacks_value(self) -> bool:
        """Whether it is in error because a function, or a quotient, has no value at an instance."""
        first = self.hunt.total.errors[:1] if self.verdict is Verdict.ERROR else []
        return any(words in error for error in first for words in (NOT_FINITE, f"raises {OutsideDomain.__name__}"))

    @property
    def sizes(self) -> Mapping[str, int]:
        """The dimensions of the counterexample."""
        return {} if self.found is None else self.found.instance.sizes

    def is_least(self, name: str) -> bool:
        """Say whether a smaller size of a dimension is not allowed, or survived."""
        low, _ = self.claim.signature.bounds[name]
        return self.sizes[name] == low or self.below.get(name) == self.sizes[name] - 1


class Hunter:
    """Hunts, one after the other, for as long as a budget lasts that all of them share."""

    def __init__(
        self, workers: Workers, jobs: int, directory: Path, seed: int, budget: float, shared: bool,
        progress: Callable[[Hunt], None],
    ) -> None:  # fmt: skip
        self.workers, self.jobs, self.directory, self.seed = workers, jobs, directory, seed
        self.shared = directory if shared else None
        self.progress = progress
        self.started = time.monotonic()
        self.deadline = self.started + budget
        self.lost: OSError | None = None
        """Why a counterexample could be written nowhere."""
        self.pending = 1
        """How many hunts are still to come, at most."""

    @property
    def seconds(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self.started

    @property
    def late(self) -> bool:
        """Whether the budget is spent."""
        return time.monotonic() > self.deadline

    @property
    def share(self) -> float:
        """The seconds of the next hunt."""
        return max(_LEAST, (self.deadline - time.monotonic()) / max(1, self.pending))

    def hunt(self, claim: Claim, kept: bool = True) -> Answer:
        """Hunt for a claim; what refutes it is written down if it is to be kept."""
        seconds = self.share
        self.pending -= 1
        state = Hunt(claim, self.seed, seconds)
        at_home(claim)
        state.saved = self._known(claim)
        search(state, self.workers, self.jobs, self.shared if kept else None, self.progress)
        answer = Answer(claim, state, certified(state))
        if kept and answer.found is not None:
            self.keep(answer, answer.found)
        return answer

    def _known(self, claim: Claim) -> Counterexample | None:
        """Return the counterexample that an earlier hunt wrote down."""
        with contextlib.suppress(Unproven, GivenUp), time_limit(_PATIENCE):
            return shelf.load(shelf.path_of(claim, self.directory), claim)
        return None

    def keep(self, answer: Answer, found: Counterexample) -> bool:
        """Write a counterexample down, and take the simplest that is written down; say whether the checker accepts.

        One that can be written nowhere is told all the same.
        """
        try:
            path = somewhere(partial(shelf.keep, found), self.directory)
        except OSError as error:
            self.lost, answer.found = error, found
            return True
        with contextlib.suppress(Unproven):
            answer.found, answer.path = shelf.load(path, answer.claim), path
        return answer.path is not None

    def lower(self, answer: Answer) -> None:
        """Look for a counterexample of fewer dimensions, in each of them, until none is found."""
        for name, (low, _) in answer.claim.signature.bounds.items():
            while (size := answer.sizes[name]) > low:
                self.pending += 1
                below = self.hunt(at_most(answer.claim, name, size - 1), kept=False)
                if below.verdict is Verdict.SURVIVED:
                    answer.below[name] = size - 1
                if below.found is not None and (found := judged(answer.claim, below.found.instance.encode(), below)):
                    self.keep(answer, found)
                if answer.sizes[name] == size:
                    break


def judged(claim: Claim, inputs: Mapping[str, Any], at: Answer) -> Counterexample | None:
    """Return the counterexample to a claim that the inputs are, of the dimensions at which another claim fell."""
    try:
        with time_limit(_PATIENCE):
            instance = claim.signature.decode(inputs, at.sizes)
            judgement = claim.judge(instance)
    except (GivenUp, Exception):  # a domain without the instance, or a body without a value there
        return None
    return Counterexample(claim, instance, judgement) if judgement.outcome is Outcome.REFUTED else None
