"""Where a claim with a constant stops being refuted: between a constant that survived, and one with a certificate.

Nothing here knows whether larger constants say more or less, so both sides are tried. A counterexample at one constant
is one at many others, which costs no hunt to find out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import fmpq

from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.claims.variants import at
from verify.domains import Constant
from verify.explore.fractions import simplest_between
from verify.explore.hunting import Answer, Hunter, judged

HUNTS = 8
"""How many hunts a constant is thought to take."""

_FINEST = fmpq(1, 1000)
"""How close both ends come, beside their sizes."""

_MOST_SLIDES, _MOST_PROBES = 16, 24


@dataclass
class Bracket:
    """Two constants, of which one survived and the other was refuted."""

    survived: fmpq
    refuted: fmpq

    @property
    def narrow(self) -> bool:
        """Whether both are as close as is sensible."""
        size = max(abs(self.survived), abs(self.refuted))
        return bool(abs(self.survived - self.refuted) <= size * _FINEST)

    def near(self) -> fmpq:
        """Return a simple fraction between, a quarter of the way from what was refuted at most."""
        return _within(self.refuted, self.refuted + (self.survived - self.refuted) / 4)


@dataclass
class Sharpening:
    """What was found of one constant."""

    name: str
    answers: dict[fmpq, Answer] = field(default_factory=dict)
    """Of each value that was hunted for, or at which the counterexample to another is one."""
    brackets: list[Bracket] = field(default_factory=list)

    @property
    def hunted(self) -> dict[fmpq, Answer]:
        """The answers of hunts, in the order of their values."""
        found = {value: answer for value, answer in self.answers.items() if answer.claim is answer.hunt.claim}
        return dict(sorted(found.items()))


class Bisection:
    """The search for where one constant of a claim stops being refuted."""

    def __init__(self, hunter: Hunter, claim: Claim, name: str, base: Answer) -> None:
        self.hunter, self.claim = hunter, claim
        self.found = Sharpening(name, {_value(claim, name): base})
        self.start = _value(claim, name)

    def run(self) -> None:
        """Find a bracket on each side where there is one, and narrow them; keep the certificates of their ends."""
        try:
            self._open()
            for bracket in self.found.brackets:
                self._narrow(bracket)
        finally:
            self.found.brackets = [bracket for bracket in self.found.brackets if self._keep(bracket)]

    def _open(self) -> None:
        """Look for a value of the other verdict, further and further away."""
        verdict = self.found.answers[self.start].verdict
        if verdict is Verdict.SURVIVED:
            for candidates in (_above(self.start), _below(self.start)):
                last = self.start
                for value in candidates[: 1 if self.found.brackets else None]:  # seldom is a claim false on both sides
                    if self._hunted(value) is Verdict.REFUTED:
                        self.found.brackets.append(Bracket(last, value))
                        break
                    last = value if self.found.answers[value].verdict is Verdict.SURVIVED else last
        if verdict is Verdict.REFUTED:
            for pair in zip(_below(self.start), _above(self.start), strict=True):
                survived = [value for value in pair if self._hunted(value) is Verdict.SURVIVED]
                self.found.brackets += [Bracket(value, self.start) for value in survived]
                if survived:
                    return

    def _hunted(self, value: fmpq) -> Verdict:
        if value not in self.found.answers:
            self.found.answers[value] = self.hunter.hunt(at(self.claim, self.found.name, value), kept=False)
        return self.found.answers[value].verdict

    def _narrow(self, bracket: Bracket) -> None:
        self._slide(bracket)
        for _ in range(_MOST_PROBES):
            if bracket.narrow or self.hunter.late:
                return
            value = bracket.near()
            match self._hunted(value):
                case Verdict.SURVIVED:
                    bracket.survived = value
                case Verdict.REFUTED:
                    bracket.refuted = value
                    self._slide(bracket)
                case _:
                    return

    def _slide(self, bracket: Bracket) -> None:
        """Take the counterexample at the refuted end as far to the other end as it is one."""
        answer, last = self.found.answers[bracket.refuted], bracket.survived
        if answer.found is None:
            return
        inputs = answer.found.instance.encode()
        for _ in range(_MOST_SLIDES):
            middle = (last + bracket.refuted) / 2
            value = _within((middle + last) / 2, (middle + bracket.refuted) / 2)
            claim = at(self.claim, self.found.name, value)
            found = judged(claim, inputs | {self.found.name: str(value)}, answer)
            if found is None:
                last = value
            else:
                self.found.answers[value] = Answer(claim, answer.hunt, found)
                bracket.refuted = value
            if Bracket(last, bracket.refuted).narrow:
                return

    def _keep(self, bracket: Bracket) -> bool:
        """Write the certificate of the refuted end down; say whether the checker accepts it."""
        answer = self.found.answers[bracket.refuted]
        return answer.found is not None and self.hunter.keep(answer, answer.found)


def _value(claim: Claim, name: str) -> fmpq:
    domain = claim.signature.domains[name]
    if not isinstance(domain, Constant):
        raise TypeError(f"{name} is no constant of {claim.id}")
    return domain.value


def _within(one: fmpq, other: fmpq) -> fmpq:
    return simplest_between(min(one, other), max(one, other))


def _above(value: fmpq) -> list[fmpq]:
    """Return larger constants."""
    return [value + (abs(value) or 1) * step for step in (1, 7, 63)]


def _below(value: fmpq) -> list[fmpq]:
    """Return smaller constants: by half, and to zero and beyond."""
    return [value - (abs(value) or 1) * step for step in (fmpq(1, 2), 1, 2)]
