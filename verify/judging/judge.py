"""The judge: at which precision a claim is decided at one instance, and how.

A body that stays rational is evaluated in exact fractions, any other in balls; while anything is undecided the
precision quadruples, and the body is evaluated again from the exact instance. What is undecided at the ceiling agrees
to so many bits and is *indistinguishable*, if it is true of equal sides; or it stays *undecided*, being false of equal
sides, as a < b is, or not even known that well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import flint

from reference.arithmetic import Inexact
from reference.arithmetic.exact import Balls, Rationals
from reference.arithmetic.precision import working_precision
from reference.arithmetic.undefined import reasons
from reference.arithmetic.unfinished import unfinished
from verify.judging.statements import ClaimError, Discarded, NotFinite, Stated, Truth, statements
from verify.judging.vacuous import Implied, implied, is_vacuous

FIRST_PRECISION = 64
CEILING = 1024
AGREEMENT = 128
"""Undecided sides that are not known to agree to this many bits are too wide to call indistinguishable."""

OPEN = "the sides are known too loosely, or agree and ought to differ"
"""What leaves an instance undecided."""

CONTRADICTION = "exact fractions and balls contradict each other: the body does not state the same in both"

NOT_FINITE = "is not finite (NaN or infinite)"
MEND = "keep such instances out, by a domain such as Positive or assume(less(0, x)), or branch with where"


class Outcome(StrEnum):
    """What the judge says of one instance."""

    CERTAIN = "certain"
    INDISTINGUISHABLE = "indistinguishable"
    UNDECIDED = "undecided"
    REFUTED = "refuted"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Judgement:
    """The outcome at one instance, the precision in bits at which it fell (0: exact fractions), and its ground."""

    outcome: Outcome
    precision: int
    bits: int = 0
    ground: Truth | None = field(default=None, compare=False)
    vacuous: bool = field(default=False, compare=False)
    """Whether all that is stated is true because premises of ``implies`` are false."""
    implied: Implied = field(default_factory=Implied, compare=False)
    """Where ``implies`` is called, and meets a premise, and ``assume``, which one passes."""
    false: tuple[Truth, ...] = field(default=(), compare=False, repr=False)
    """All that is stated and certainly false; the ground is the first of it."""

    @property
    def violation(self) -> Truth:
        """What is certainly false; raises ValueError if nothing is."""
        if self.outcome is not Outcome.REFUTED or self.ground is None:
            raise ValueError(f"nothing is certainly false: the instance is {self.outcome}")
        return self.ground


def _judged(body: Callable[..., Any], arguments: Mapping[str, Any], precision: int) -> Judgement:
    missed: Truth | None = None
    stated = Stated()
    lines = Implied()
    with unfinished() as asked:
        try:
            stated = statements(body, arguments)
        except Discarded as discarded:
            missed = discarded.premise
            lines = Implied(assumed=frozenset(discarded.assumed), passed=frozenset(discarded.assumed[:-1]))
    if asked:  # the body has caught it, and states less than it would
        raise asked[0]
    if missed is not None:
        outcome = Outcome.DISCARDED if missed.value is False else Outcome.UNDECIDED
        return Judgement(outcome, precision, ground=missed, implied=lines)
    false = tuple(truth for truth in stated if truth.value is False)
    if false:
        return Judgement(Outcome.REFUTED, precision, ground=false[0], false=false)
    vacuous = all(map(is_vacuous, stated))
    passed = frozenset(line for line, _ in stated.assumed)
    lines = replace(implied(stated), assumed=passed, passed=passed, made=frozenset(stated.made))
    open_ones = [truth for truth in stated if truth.value is None]
    if not open_ones:
        return Judgement(Outcome.CERTAIN, precision, ground=stated[0], vacuous=vacuous, implied=lines)
    bits = min(truth.bits for truth in open_ones)
    ground = min(open_ones, key=lambda truth: (truth.if_equal, truth.bits))
    told = ground.if_equal and bits >= AGREEMENT  # a < b is not supported by sides that agree
    outcome = Outcome.INDISTINGUISHABLE if told else Outcome.UNDECIDED
    return Judgement(outcome, precision, bits, ground, vacuous, lines)


def judge_exactly(body: Callable[..., Any], realise: Callable[[type], Mapping[str, Any]]) -> Judgement:
    """Judge in exact fractions; raises Irrational or ZeroDivisionError where the body is not rational."""
    return _judged(body, realise(Rationals), 0)


def judge_independently(
    body: Callable[..., Any], realise: Callable[[type], Mapping[str, Any]], first: int
) -> list[Judgement]:
    """Judge in exact fractions where the body is rational, and in balls: what certificates are made and checked by.

    The first judgement counts: fractions decide everything, a tie in a premise and a rank too. Raises whatever the body
    raises in balls if it is not rational, and ClaimError if one arithmetic refutes what is certain in the other.
    """
    found: list[Judgement] = []
    with suppress(Exception):  # whatever a body raises that is written for balls
        found.append(judge_exactly(body, realise))
    try:
        found.append(judge_in_balls(body, realise, first))
    except Exception:
        if not found:
            raise
    if {Outcome.REFUTED, Outcome.CERTAIN} <= {judgement.outcome for judgement in found}:
        raise ClaimError(CONTRADICTION)
    return found


def judge_in_balls(
    body: Callable[..., Any],
    realise: Callable[[type], Mapping[str, Any]],
    first: int = FIRST_PRECISION,
    ceiling: int = CEILING,
) -> Judgement:
    """Judge in balls of ``first`` bits, quadrupled up to ``ceiling`` while anything is undecided.

    ``realise`` turns the exact instance into the body's arguments, in the arithmetic and at the precision at hand.
    Raises ClaimError if a value is not finite at the ceiling, or the body changes the precision.
    """
    precision, place = first, ""
    while True:
        with working_precision(precision), reasons() as why:
            try:
                judgement = _judged(body, realise(Balls), precision)
            except NotFinite as error:
                judgement, place = None, str(error)
            except Inexact:
                if precision >= ceiling:
                    raise
                judgement = None
            if flint.ctx.prec != precision:
                raise ClaimError("the body changes the precision of balls, flint.ctx.prec: leave that to the judge")
        if judgement and judgement.outcome not in (Outcome.INDISTINGUISHABLE, Outcome.UNDECIDED):
            return judgement
        if precision >= ceiling:
            break
        precision = min(4 * precision, ceiling)
    if judgement is None:
        cause = "; ".join(why) or "a division by zero, or a number beyond all bounds"
        raise ClaimError(f"{place} {NOT_FINITE} at {ceiling} bits: {cause}: {MEND}")
    if judgement.ground is not None and judgement.ground.premise:
        return replace(judgement, outcome=Outcome.DISCARDED)
    return judgement
