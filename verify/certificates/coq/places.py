"""The places of a program in Coq: a definition of each, a proof that it makes sense, and a proof of what it is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.certificates.coq.text import decimal, literal
from verify.certificates.independent.intervals import Interval, NoValue, pi

_LONGEST = 10_000
"""So many bits the numbers in a file have at most."""


class NoFile(ValueError):
    """A certificate has no Coq file; the message is one line that says why."""


class Undecided(ArithmeticError):
    """So many digits do not tell."""


@dataclass(frozen=True)
class _Operation:
    """How an operation is written and computed, when it makes sense, and the steps that prove a value that is exact.

    Coq's functions are total: where one makes no sense its value is anything.
    """

    text: str
    value: Callable[..., Interval]
    sense: str = ""
    steps: str = "lra."


_OPERATIONS = {
    "+": _Operation("{} + {}", operator.add),
    "-": _Operation("{} - {}", operator.sub),
    "*": _Operation("{} * {}", operator.mul),
    "/": _Operation("{} / {}", operator.truediv, sense="{} <> 0", steps="unfold Rdiv. lra."),
    "neg": _Operation("- {}", operator.neg),
    "abs": _Operation("Rabs {}", abs, steps="unfold Rabs. destruct Rcase_abs; lra."),
    "sqrt": _Operation("sqrt {}", Interval.sqrt, sense="0 <= {}", steps="apply sqrt_lem_1; lra."),
    "exp": _Operation("exp {}", Interval.exp, steps="apply exp_0."),
    "log": _Operation("ln {}", Interval.log, sense="0 < {}", steps="apply ln_1."),
    "pi": _Operation("PI", lambda: pi(_bits(160))),
}


@dataclass(frozen=True)
class Place:
    """How a place is written, its value, and the fact that proves it; an input or a constant has none."""

    text: str
    value: Interval
    fact: str = ""
    is_input: bool = False

    @property
    def exact(self) -> bool:
        """Whether the value is one fraction."""
        return self.value.exact


class Places:
    """The inputs and operations of a program, to so many digits; what they need in Coq is in ``lines``."""

    def __init__(self, program: Mapping[str, Any], digits: int) -> None:
        self.digits = digits
        self.lines: list[str] = []
        self.facts: list[str] = []
        self.inputs = self.quadratics = 0
        self.all_exact = True
        self._operations = program["operations"]
        self._first = len(program["values"])
        self._places: dict[int, Place] = {}

    def __getitem__(self, number: int) -> Place:
        return self._places[number]

    def add_input(self, name: str, value: Fraction) -> None:
        """Define the next input."""
        self.lines.append(f"Definition {name} : R := {literal(value, bare=True)}.")
        self._places[self.inputs] = Place(name, self._interval(value, value), is_input=True)
        self.inputs += 1

    def add_fact(self, name: str, what: str, steps: str) -> None:
        """Add a fact with its proof."""
        self.lines.append(f"Fact {name} : {what}.\nProof. {steps} Qed.")
        self.facts.append(name)

    def define(self, numbers: Iterable[int]) -> None:
        """Define these places, after all that they are made of; raises NoFile, or Undecided."""
        needed: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number in self._places or number in needed:
                continue
            needed.add(number)
            operation, *operands = self._operations[number - self._first]
            waiting.extend(operands if operation != "constant" else [])
        for number in sorted(needed):
            self._places[number] = self._defined(f"t{number}", *self._operations[number - self._first])

    def _interval(self, low: Fraction, high: Fraction) -> Interval:
        return Interval(low, high, _bits(self.digits))

    def _defined(self, name: str, kind: str, *operands: Any) -> Place:
        if kind == "constant":
            number = Fraction(operands[0])
            return Place(literal(number), self._interval(number, number))
        if kind not in _OPERATIONS:
            raise NoFile(f"it needs {kind}")
        operation, places = _OPERATIONS[kind], [self._places[x] for x in operands]
        if operation.sense:
            self._make_sense(name, operation.sense, places[-1])
        value = self._value(operation, places)
        self.lines.append(f"Definition {name} : R := {operation.text.format(*(place.text for place in places))}.")
        self.add_fact(f"{name}_is", _what_is(name, value), f"unfold {name}. {self._steps(operation, places, value)}")
        return Place(name, value, f"{name}_is")

    def _make_sense(self, name: str, sense: str, place: Place) -> None:
        low, high = place.value.low, place.value.high
        if not (low > 0 or (high < 0 and "<>" in sense) or (low == 0 and "<=" in sense)):
            raise (NoFile("it needs a value that is not there") if place.exact else Undecided)
        self.add_fact(f"{name}_defined", sense.format(place.text), by_values([place]))

    def _value(self, operation: _Operation, places: Sequence[Place]) -> Interval:
        """Return the value from what is proved of the operands; one that is not exact to decimals."""
        try:
            value = operation.value(*(self._interval(place.value.low, place.value.high) for place in places))
        except NoValue as error:
            raise NoFile(f"it needs {error}") from None
        value = value if value.exact else self._interval(*_outwards(value, self.digits))
        if any(n.bit_length() > _LONGEST for x in (value.low, value.high) for n in x.as_integer_ratio()):
            raise NoFile("it needs numbers that are too long")
        return value

    def _steps(self, operation: _Operation, places: Sequence[Place], value: Interval) -> str:
        """Return the steps that prove the value of an operation from those of its operands."""
        steps = by_substitution(places)
        if value.exact:
            return steps + operation.steps
        self.all_exact = False
        open_ = [place for place in places if not place.exact]
        if open_:
            facts, names = _once(place.fact for place in open_), _once(place.text for place in open_)
            steps += f"generalize {facts}. generalize {names}. intros. "
        return f"{steps}interval with (i_prec {_bits(self.digits)})."


def by_values(places: Sequence[Place]) -> str:
    """Return the steps that prove what follows from these values by linear arithmetic."""
    facts = _once(place.fact for place in places)
    return _unfold(places) + (f"generalize {facts}. " if facts else "") + "lra."


def by_substitution(places: Sequence[Place]) -> str:
    """Return the steps that put exact values in the stead of these places."""
    exact = _once((place.fact for place in places if place.exact), ", ")
    return _unfold(places) + (f"rewrite {exact}. " if exact else "")


def _unfold(places: Iterable[Place]) -> str:
    inputs = _once((place.text for place in places if place.is_input), ", ")
    return f"unfold {inputs}. " if inputs else ""


def _once(names: Iterable[str], between: str = " ") -> str:
    return between.join(dict.fromkeys(name for name in names if name))


def _what_is(name: str, value: Interval) -> str:
    if value.exact:
        return f"{name} = {literal(value.low, bare=True)}"
    return f"{decimal(value.low)} <= {name} <= {decimal(value.high)}"


def _bits(digits: int) -> int:
    """Return the precision with which values are computed, here and in Coq: far more than their digits need."""
    return 8 * digits + 64


def _outwards(value: Interval, digits: int) -> tuple[Fraction, Fraction]:
    """Return decimals of about so many digits around an interval: not its own bounds, so that others can prove them."""
    size = max(abs(value.low), abs(value.high))
    exponent = (size.numerator.bit_length() - size.denominator.bit_length()) * 3 // 10 - digits
    unit = Fraction(10) ** exponent
    return (value.low // unit - 1) * unit, (value.high // unit + 2) * unit
