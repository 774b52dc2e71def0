"""Claims: statements about every instance of a signature, which their bodies make of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

from reference.arithmetic.exact import Irrational
from verify.claims.entry import Entry, Verdict
from verify.claims.meanings import changed, meanings
from verify.claims.premises import stated_at
from verify.claims.signatures import Instance, Signature
from verify.judging.chance import undrawn
from verify.judging.changed import away_from_corner, is_changed
from verify.judging.judge import (
    AGREEMENT,
    CEILING,
    CONTRADICTION,
    FIRST_PRECISION,
    Judgement,
    Outcome,
    judge_exactly,
    judge_in_balls,
)
from verify.judging.places import Place
from verify.judging.statements import ClaimError
from verify.proving.showing import derive


@dataclass(eq=False, kw_only=True)
class Claim(Entry):
    """What is stated of every instance: by a typed body, which is judged, and perhaps by a proof."""

    signature: Signature
    proof: Callable[[], None] | None = None
    surroundings: Mapping[str, Any] = field(default_factory=dict)
    """What the names of its body meant where it was stated: of numbers, texts, functions and classes."""

    explicit: list[Any] = field(default_factory=list)
    """What ``@example`` puts before what is generated, in Hypothesis's form and order: the last first."""

    def __post_init__(self) -> None:
        if not self.surroundings:
            self.surroundings = meanings(self.body)

    def require_unchanged(self) -> None:
        """Raise ClaimError if a name of the body means something else by now: then it states something else."""
        for name, meant, means in changed(self.body, self.surroundings):
            raise ClaimError(
                f"{name} was {meant!r} where the claim is stated, and is {means!r} where it is judged: state it in a "
                f"function of its own that has {name} as an argument"
            )

    @cached_property
    def stated_at(self) -> frozenset[Place]:
        """Where something is stated in its body: an example has to come there, or nothing was judged of it."""
        return frozenset() if is_changed(self.body) else stated_at(self.body)

    @property
    def certificate_file(self) -> Path:
        """Where the certificate of a refuted claim is kept: beside the file that states it."""
        return self.source_file.parent / "certificates" / f"{self.id.partition('/')[2] or self.id}.json"

    @property
    def examples(self) -> list[Instance]:
        """The explicit examples, as they are written from the top down."""
        return [item.kwargs["instance"] for item in reversed(self.explicit)]

    @property
    def away(self) -> Claim:
        """The claim where it does not lie at its corner: there it should hold."""
        return replace(self, body=away_from_corner(self.body), expected=Verdict.HOLDS, corner=None)

    def is_left_open(self, judgement: Judgement) -> bool:
        """Whether an instance is no evidence. Where sides agree that ought to differ, a proof may know that they do."""
        known = self.proof is not None and judgement.bits >= AGREEMENT
        return judgement.outcome is Outcome.UNDECIDED and not known

    def prove(self) -> None:
        """Derive the claim symbolically; raises AssertionError where that fails, ClaimError where it cannot be told."""
        if self.proof is None:
            raise ClaimError(f"{self.id} has no proof")
        derive(self.proof)

    def judge(self, instance: Instance) -> Judgement:
        """Judge the claim at one instance; raises ClaimError if it is not well posed there. A note says where."""
        return Judge(self)(instance)


class Judge:
    """Judges a claim at one instance after another, and remembers what the last one says of the next.

    That is whether the body may be rational, and whether balls leave it open to the last bit, as they do an equality:
    then they begin there. What is refuted is refuted at the first precision that does.
    Whether the body draws random numbers is asked at its first instances, and then at one in so many: it takes as long
    as a judgement. There balls are asked for the same, too, as what fractions decide.
    """

    _FIRST_ASKED, _ASKED = 4, 8

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._rational = True
        self._first = FIRST_PRECISION
        self._count = 0

    def __call__(self, instance: Instance) -> Judgement:
        """Judge one instance; raises ClaimError if the claim is not well posed there. A note says where."""
        self._count += 1
        asked = self._count <= self._FIRST_ASKED or self._count % self._ASKED == 0
        asked &= current_thread() is main_thread()  # beside others it would be asked what they draw
        try:
            judge = partial(self._judge, instance)
            judgement = undrawn(judge) if asked else judge()
            if asked and judgement.outcome is Outcome.CERTAIN and not judgement.precision:
                self._require_the_same_in_balls(instance)
            return judgement
        except Exception as error:
            error.add_note(f"{self.claim.id} at {instance!r}")
            raise

    def _require_the_same_in_balls(self, instance: Instance) -> None:
        """Raise ClaimError if balls refute what is certain in fractions, as of a body that asks which these are."""
        try:
            judgement = judge_in_balls(self.claim.body, instance.realise, ceiling=FIRST_PRECISION)
        except Exception:  # whatever a body raises that is written for fractions
            return
        if judgement.outcome is Outcome.REFUTED:
            raise ClaimError(CONTRADICTION)

    def _judge(self, instance: Instance) -> Judgement:
        self.claim.require_unchanged()
        if self._rational:
            try:
                return judge_exactly(self.claim.body, instance.realise)
            except ZeroDivisionError:
                pass  # it may stand in a branch that is not taken: balls carry it as NaN
            except Irrational as function:
                self._rational = str(function) == "sqrt"  # a root may be rational at the next instance, a log not
        judgement = judge_in_balls(self.claim.body, instance.realise, self._first)
        if judgement.outcome is Outcome.REFUTED and self._first > FIRST_PRECISION:
            judgement = judge_in_balls(self.claim.body, instance.realise)
        open_to_the_end = judgement.outcome in (Outcome.INDISTINGUISHABLE, Outcome.UNDECIDED)
        self._first = CEILING if open_to_the_end else FIRST_PRECISION
        return judgement
