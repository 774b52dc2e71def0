"""A claim under attack: what is judged of it is counted, and what refutes it written down."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from verify.certificates import shelf
from verify.claims.claim import Claim, Judge
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance
from verify.files import somewhere
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.judging.vacuous import Implied
from verify.running.result import Result
from verify.workers import interruption
from verify.workers.supervision import note
from verify.writing.refutations import AT


class Exhausted(BaseException):
    """There is no memory left; Hypothesis does not look for a simpler instance of that."""


class Watch:
    """A claim under attack: it counts judgements, writes counterexamples down, and says what is being judged."""

    def __init__(self, claim: Claim, result: Result) -> None:
        self._claim, self.result, self._judged = claim, result, Judge(claim)
        self.at: Instance | None = None
        """The instance that is being judged, or whose judgement failed."""
        self.undecided: list[Instance] = []
        self.presumed: list[Instance] = []
        """Those that are undecided, unless the claim is proved."""
        self.trouble = ""
        """What ended the attack, if it was no counterexample."""
        self.met = False
        """Whether an example meets a premise of ``implies``, or none was needed."""
        self.implied = Implied()
        """Where ``implies`` was called, and met a premise."""

    def judge(self, instance: Instance) -> Judgement:
        """Judge an instance; whoever supervises this process knows which."""
        interruption.check()
        self.at = instance
        note(f"{AT}{instance!r}")
        try:
            judgement = self._judged(instance)
        except MemoryError as error:
            raise Exhausted from error
        self.at = None
        note("")
        return judgement

    def observe(self, instance: Instance, judgement: Judgement) -> None:
        """Count a judgement; write a counterexample down."""
        result = self.result
        if judgement.outcome is Outcome.REFUTED:
            self.keep(Counterexample(self._claim, instance, judgement))
            return
        result.examples += 1
        self.met |= not judgement.vacuous
        self.implied |= judgement.implied
        result.certain += judgement.outcome is Outcome.CERTAIN
        if self._claim.is_left_open(judgement):
            self.undecided.append(instance)
        elif judgement.outcome in (Outcome.INDISTINGUISHABLE, Outcome.UNDECIDED):
            result.indistinguishable += 1
            result.bits = min(judgement.bits, result.bits or judgement.bits)
            if judgement.outcome is Outcome.UNDECIDED:
                self.presumed.append(instance)

    def discard(self, judgement: Judgement) -> None:
        """Note which premise is not met."""
        self.implied |= judgement.implied

    def keep(self, found: Counterexample) -> Path:
        """Write a counterexample down; raises ClaimError if there is nowhere to."""
        try:
            path = somewhere(partial(shelf.keep, found), shelf.DIRECTORY)
        except OSError as error:
            what = f"{found.claim.id} is false{AT}{found.instance!r}"
            raise ClaimError(f"{what}, but that cannot be written: {error}") from error
        self.result.certificate = str(path)
        return path
