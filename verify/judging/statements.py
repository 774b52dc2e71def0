"""What a body states: comparisons with three answers, their connectives, and premises.

Each is a :class:`Truth`: certainly true, certainly false, or undecided. A truth that no connective and no premise uses
is part of what the claim states.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from verify.judging.changed import away, is_dropped
from verify.judging.margins import Degree, decided
from verify.judging.places import Line, Place, line_of, place_of


class _Heard(Exception):
    """What ends the evaluation of a body, even if the body catches it: its statement would be lost."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        stated = _stated.get()
        if stated is not None and stated.ended is None:
            stated.ended = self


class ClaimError(_Heard):
    """The claim is not well posed: mismatched shapes, values that are not finite, nothing stated."""


class Discarded(_Heard):
    """A premise is certainly false, or undecided; it is ``assumed`` on the last of these lines."""

    def __init__(self, premise: Truth, assumed: tuple[Line, ...] = ()) -> None:
        super().__init__()
        self.premise, self.assumed = premise, assumed


class NotFinite(_Heard, ArithmeticError):
    """A value is infinite or NaN, or its enclosure is at this precision; the message says which."""


class _Enough(_Heard):
    """The comparisons that were asked for are made: the rest of the body is not."""


@dataclass(eq=False)
class Truth:
    """A statement about one instance: True, False or None (undecided at this precision); about many, its degree.

    ``bits`` says to how many bits the sides of an undecided comparison agree. ``sides`` are those of the entry that
    decides: the false one, else the least certain. A connective has ``operands`` instead.
    """

    relation: str
    value: bool | Degree | None
    bits: int = 0
    sides: tuple[Any, ...] = ()
    entry: tuple[int, ...] = ()
    operands: tuple[Truth, ...] = ()
    premise: bool = False
    compared: tuple[Any, ...] = ()
    """The arrays on both sides of a comparison, of which one broadcasts to the shape of the other."""
    line: Line = ("", 0, ())
    """Of ``implies`` the line on which it is called."""
    heard: bool = False
    """Whether it is stated by a body, and not a constant of a module."""

    def __post_init__(self) -> None:
        stated = _stated.get()
        if stated is not None:
            stated.hear(self)
            for operand in self.operands:
                if operand in stated:
                    stated.remove(operand)
            stated.append(self)

    def __bool__(self) -> bool:
        raise ClaimError("a comparison has three answers: combine them with iff, implies, &, | and ~ instead of if")

    def __and__(self, other: Truth) -> Truth:
        return _connective("and", (self, other), _all(self.value, other.value))

    def __or__(self, other: Truth) -> Truth:
        return _connective("or", (self, other), _not(_all(_not(self.value), _not(other.value))))

    def __invert__(self) -> Truth:
        return _connective("not", (self,), _not(self.value))

    @property
    def if_equal(self) -> bool:
        """Whether this is true if the sides of every open comparison are equal: then ≤, = and ⪰ are, and < is not."""
        if self.value is not None:
            return self.value is True
        match self.relation, [operand.if_equal for operand in self.operands]:
            case "and", values:
                return all(values)
            case "or", values:
                return any(values)
            case "not", [p]:
                return not p
            case "iff", [p, q]:
                return p is q
            case "implies", [p, q]:
                return q or not p
        return self.relation != "<"


class Stated(list[Truth]):
    """What a body states, its premises, and what ends it.

    If no more is ``wanted`` than so many of its comparisons, the evaluation ends with the last of these, and with no
    premise.
    """

    def __init__(self, wanted: int | None = None) -> None:
        super().__init__()
        self.wanted = wanted
        self.comparisons: list[Truth] = []
        self.premises: list[Truth] = []
        self.assumed: list[tuple[Line, Truth]] = []
        """The premises of ``assume``, and the lines on which it is called."""
        self.ended: _Heard | None = None
        self.made: set[Place | None] = set()
        """Where in code of one's own something is stated."""
        self.own: set[int] = set()
        """The ids of all truths of this evaluation: a kept one of another has none of these, as it is still there."""

    def hear(self, truth: Truth) -> None:
        """Note a comparison, and from where anything is stated; raises ClaimError for what combines old truths."""
        if any(id(operand) not in self.own and operand.heard for operand in truth.operands):
            raise ClaimError("what is combined is stated of another instance: keep no comparison for the next one")
        self.own.add(id(truth))
        truth.heard = True
        self.made.add(place_of(sys._getframe(2)))
        if truth.compared:
            self.comparisons.append(truth)
            if len(self.comparisons) == self.wanted:
                raise _Enough


_stated: ContextVar[Stated | None] = ContextVar("stated", default=None)


Answer = bool | Degree | None


def _not(value: Answer) -> Answer:
    return None if value is None else ~value if isinstance(value, Degree) else not value


def _all(p: Answer, q: Answer) -> Answer:
    if isinstance(p, Degree) or isinstance(q, Degree):
        return _degree(p) & _degree(q)
    return False if p is False or q is False else None if p is None or q is None else True


def _degree(value: Answer) -> Degree:
    return value if isinstance(value, Degree) else decided(bool(value))


def _connective(relation: str, operands: tuple[Truth, ...], value: Answer) -> Truth:
    undecided = [operand.bits for operand in operands if operand.value is None]
    return Truth(relation, value, min(undecided, default=0), operands=operands)


def _require_truths(operands: Iterable[Truth]) -> None:
    for operand in operands:
        if not isinstance(operand, Truth):  # NumPy's answer to a < b, say
            raise ClaimError("a premise, as all that is combined, is stated: less(a, b) for a < b, and so on")


def iff(p: Truth, q: Truth) -> Truth:
    """State that p and q are both true or both false."""
    _require_truths((p, q))
    forward, backward = _all(p.value, _not(q.value)), _all(q.value, _not(p.value))
    return _connective("iff", (p, q), _all(_not(forward), _not(backward)))


def _withdraw(truth: Truth, met: bool = False) -> None:
    """Take back what was stated; as a premise that is ``met`` it is kept beside."""
    stated = _stated.get()
    if stated is None:
        return
    if truth in stated:
        stated.remove(truth)
    if met:
        stated.premises.append(truth)


def implies(p: Truth, q: Truth) -> Truth:
    """State that q is true if p is."""
    _require_truths((p, q))
    if is_dropped():
        _withdraw(p)
        return q
    truth = _connective("implies", (p, q), _not(_all(p.value, _not(q.value))))
    truth.line = line_of(sys._getframe(1), _listen.__code__)
    return truth


def assume(premise: Truth) -> None:
    """Restrict the claim to instances at which the premise is certainly true; the others are not judged."""
    _require_truths((premise,))
    if is_dropped():
        _withdraw(premise)
        return
    stated = _stated.get()
    if stated is not None:
        stated.assumed.append((line_of(sys._getframe(1), _listen.__code__), premise))
    if isinstance(premise.value, Degree):
        premise.premise = True  # true at some instances: it stays beside what is stated
        return
    if counted():
        return
    _withdraw(premise, met=True)
    if premise.value is not True:
        premise.premise = True
        raise Discarded(premise, tuple(line for line, _ in stated.assumed) if stated is not None else ())


def corner(truth: Truth) -> None:
    """Say where the claim's ``corner`` lies: it changes nothing but where the claim is judged away from it."""
    if away.get():
        assume(~truth)
        return
    _withdraw(truth)


def statements(body: Callable[..., Any], arguments: Mapping[str, Any]) -> Stated:
    """Evaluate the body and return what it states; raises ClaimError if it states nothing, or returns something."""
    stated = Stated()
    returned = _listen(stated, body, arguments)
    if stated.ended is not None:
        raise stated.ended
    if returned is not None:
        raise ClaimError("a claim states, with leq, less, equal, …, and returns nothing")
    if not stated:
        words = "leq, less, equal, positive_semidefinite, iff, implies; for an if, assume"
        raise ClaimError(f"the claim states nothing: use {words}")
    return stated


def counted() -> bool:
    """Say whether comparisons are asked for by their number, which no value may change."""
    return getattr(_stated.get(), "wanted", None) is not None


def comparisons(body: Callable[..., Any], arguments: Mapping[str, Any], wanted: int) -> list[Truth]:
    """Return the first comparisons that the body makes, in their order, whether its premises are true or not.

    Raises whatever the body raises before that.
    """
    stated = Stated(wanted)
    with contextlib.suppress(_Enough):
        _listen(stated, body, arguments)
    return stated.comparisons


def _listen(stated: Stated, body: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Evaluate the body, and return what it returns; a process that it forks ends where it would return."""
    here, process = None, os.getpid()
    with contextlib.suppress(OSError):  # it was removed
        here = os.getcwd()
    token = _stated.set(stated)
    try:
        return body(**arguments)
    finally:
        if os.getpid() != process:
            os._exit(0)
        _stated.reset(token)
        if here is not None:
            os.chdir(here)  # what is written lies where the user is, wherever a body has gone
