"""The order of an exploration: the claim itself, its premises, the domains of its arguments, its constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.claims.premises import premises
from verify.claims.variants import on, spelled, wider, without
from verify.domains import Constant, Domain
from verify.errors import UsageError
from verify.explore.bisection import HUNTS, Bisection, Sharpening
from verify.explore.hunting import Answer, Hunter
from verify.judging.statements import ClaimError


class Need(StrEnum):
    """What is known of a premise: *needed* has a certificate, the others have none."""

    NEEDED = "needed"
    UNSEEN = "not seen to be needed"
    VALUE = "no value otherwise"
    ERROR = "error"


_NEEDS = {Verdict.REFUTED: Need.NEEDED, Verdict.SURVIVED: Need.UNSEEN, Verdict.UNDECIDED: Need.UNSEEN}


@dataclass
class Line:
    """One premise, and what was found of the claim without it, or with less of it."""

    premise: str
    answer: Answer

    @property
    def need(self) -> Need:
        """Whether the premise is needed."""
        return Need.VALUE if self.answer.lacks_value else _NEEDS.get(self.answer.verdict, Need.ERROR)


@dataclass
class Exploration:
    """What is known of a claim so far."""

    claim: Claim
    base: Answer | None = None
    lines: list[Line] = field(default_factory=list)
    constants: list[Sharpening] = field(default_factory=list)
    finished: bool = False


def explore(known: Exploration, hunter: Hunter) -> None:
    """Fill in what is known of a claim; an interruption leaves what was found so far.

    Of a claim that does not survive as it stands, no premise can be said to matter: only constants are looked at.
    Raises UsageError if the file of the claim is not the one that was loaded.
    """
    claim = known.claim
    try:
        texts = [premise.text for premise in premises(claim.body)]
    except ClaimError as error:
        raise UsageError(str(error)) from error
    domains = claim.signature.domains
    widened = {name: domain for name, domain in domains.items() if domain.weaker}
    constants = [name for name, domain in domains.items() if isinstance(domain, Constant)]
    hunter.pending = 1 + len(texts) + sum(map(_count, widened.values())) + HUNTS * len(constants)
    known.base = hunter.hunt(claim)
    if known.base.verdict is Verdict.REFUTED:
        hunter.lower(known.base)
    if known.base.verdict is Verdict.SURVIVED:
        for number, text in enumerate(texts, 1):
            _asked(known, hunter, f"premise {text}", without(claim, number))
        for name in widened:
            _widen(known, hunter, name)
    hunter.pending = HUNTS * len(constants)
    for name in constants:
        bisection = Bisection(hunter, claim, name, known.base)
        known.constants.append(bisection.found)
        bisection.run()
    known.finished = True


def _count(domain: Domain) -> int:
    return len(list(wider(domain)))


def _asked(known: Exploration, hunter: Hunter, premise: str, variant: Claim) -> Need:
    answer = hunter.hunt(variant)
    line = Line(premise, answer)
    known.lines.append(line)
    if line.need is Need.NEEDED:
        hunter.lower(answer)
    return line.need


def _widen(known: Exploration, hunter: Hunter, name: str) -> None:
    """Widen the domain of an argument step by step, each way until it is seen that a step is too much."""
    first = known.claim.signature.domains[name]
    seen, waiting = {spelled(first)}, list(_steps(first))
    count = _count(first)
    while waiting:
        before, domain = waiting.pop(0)
        if spelled(domain) in seen:
            continue
        seen.add(spelled(domain))
        count -= 1
        premise = f"{name}: {before.words} → {domain.words}"
        if _asked(known, hunter, premise, on(known.claim, name, domain)) is not Need.NEEDED:
            waiting += _steps(domain)
    hunter.pending -= count


def _steps(domain: Domain) -> Iterator[tuple[Domain, Domain]]:
    return ((domain, wider) for wider in domain.weaker)
