"""What refutes a claim: an instance at which it is certainly false."""

from __future__ import annotations

from dataclasses import dataclass

from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.judging.judge import Judgement
from verify.judging.statements import Truth


@dataclass(frozen=True)
class Counterexample:
    """A claim, an instance, and the judgement that the claim is certainly false there; raises ValueError if it is not.

    What a search finds is one as far as it knows; what :func:`verify.certificates.checker.check` returns is one.
    """

    claim: Claim
    instance: Instance
    judgement: Judgement

    def __post_init__(self) -> None:
        _ = self.violation

    @property
    def violation(self) -> Truth:
        """What is certainly false."""
        return self.judgement.violation


class Refutation(AssertionError):
    """A certainly false statement at an exact instance."""

    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__(f"{counterexample.claim.id} is refuted")
        self.counterexample = counterexample
