"""A program, evaluated in intervals: operations in order, then guards, premises, and what a certificate states."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

from verify.certificates.independent.intervals import Interval, NoValue, pi, smallest_eigenvalue

_PRECISIONS = (128, 256, 512, 1024)
_DECIMAL = re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|Infinity)")
_DIGITS = 20
_OTHER = "its violation is another one"

_OPERATIONS: dict[str, Callable[..., Interval]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "neg": operator.neg, "abs": abs,
    "sqrt": Interval.sqrt, "exp": Interval.exp, "log": Interval.log, "erfc": Interval.erfc,
}  # fmt: skip
_ANSWERS: dict[str, Callable[..., bool]] = {
    "<": lambda below, _: below, "≤": lambda _, above: not above, "⪰": lambda below, _: not below,
    "=": lambda below, above: not below and not above, "≠": lambda below, above: below or above,
    "and": lambda p, q: p and q, "or": lambda p, q: p or q, "not": lambda p: not p,
    "implies": lambda p, q: q or not p, "iff": lambda p, q: p is q,
}  # fmt: skip
"""Of a comparison, whether its left side is below its right one, and above it; of a connective, its operands."""


class Refused(ValueError):
    """The certificate does not prove what it says."""


class NotJudged(ValueError):
    """This checker cannot tell."""


class _Open(ArithmeticError):
    """Something is not decided at this precision."""


@dataclass
class _Found:
    """What a comparison, at each of its entries, or a connective is: true, false or, as None, open."""

    relation: str
    answer: bool | None
    operands: Sequence[_Found] = ()
    entries: Sequence[tuple[list[int], bool | None, Interval, Interval]] = ()


def require(condition: bool, otherwise: str) -> None:
    """Raise Refused unless a condition holds."""
    if not condition:
        raise Refused(otherwise)


def require_violation(program: Mapping[str, Any], inputs: list[Fraction], violation: Mapping[str, Any]) -> str:
    """Say in what numbers that is false which is said to be; raises Refused if it is not, or NotJudged."""
    require(violation.get("value") is False, _OTHER)
    why = ""
    for bits in _PRECISIONS:
        values = _evaluated(program["operations"], [Interval(x, x, bits) for x in inputs])
        try:
            _require_violation(program, values, violation)
        except _Open as error:
            why = str(error)
        else:
            return "in exact fractions" if all(x and x.exact for x in values) else f"in intervals of {bits} bits"
    raise NotJudged(f"{why} is not decided in intervals of {_PRECISIONS[-1]} bits")


def _require_violation(program: Mapping[str, Any], values: list[Any], violation: Mapping[str, Any]) -> None:
    """Require that the branches are taken, the premises true, and that one statement is false as is said."""
    for relation, left, right in program["guards"]:
        branch = _judged({"relation": relation, "shape": [], "left": [left], "right": [right]}, values)
        if not _known(branch.answer, "a branch of a formula"):
            raise NotJudged("a formula takes another branch than in the program")
    for tree in program["premises"]:
        require(_known(_judged(tree, values).answer, "a premise"), "a premise is false")
    errors: list[Exception] = []
    for found in (_judged(tree, values) for tree in program["stated"]):
        try:
            if found.answer is not True:
                return _require_said(violation, found)
        except (Refused, _Open) as error:
            errors.append(error)
    raise min(errors, key=lambda error: isinstance(error, Refused), default=Refused("what the claim states is true"))


def _evaluated(operations: list[list[Any]], values: list[Any]) -> list[Interval | None]:
    """Return the values of all places, None where there is none: it does no harm where nothing needs it."""
    one = values[0].of(1)
    for operation, *places in operations:
        try:
            if operation in ("constant", "pi"):
                values.append(pi(one.bits) if operation == "pi" else one.of(Fraction(places[0])))
            else:
                operands = [values[k] for k in places]
                values.append(None if None in operands else _OPERATIONS[operation](*operands))
        except NoValue:
            values.append(None)
    return values


def _known(value: Any, what: str) -> Any:
    if value is None:
        raise _Open(what)
    return value


def combined(relation: str, answers: list[bool | None]) -> bool | None:
    """Say what a relation is, or None if what is open of these answers may still decide either way."""
    cases = product(*([True, False] if answer is None else [answer] for answer in answers))
    found: set[bool | None] = {_ANSWERS[relation](*case) for case in cases}
    return found.pop() if len(found) == 1 else None


def _judged(tree: Mapping[str, Any], values: list[Interval | None]) -> _Found:
    relation = tree["relation"]
    if "operands" in tree:
        operands = [_judged(operand, values) for operand in tree["operands"]]
        return _Found(relation, combined(relation, [one.answer for one in operands]), operands)
    left, right, shape = (
        *([_known(values[k], "a value") for k in tree[side]] for side in ("left", "right")),
        tree["shape"],
    )
    if relation == "⪰":
        left, right, shape = [smallest_eigenvalue(left, shape[0])], right[:1], []
    entries = [
        (list(index), combined(relation, [p.less(q), q.less(p)]), p, q)
        for index, p, q in zip(product(*map(range, shape)), left, right, strict=True)
    ]
    answers = [answer for _, answer, _, _ in entries]
    return _Found(relation, False if False in answers else None if None in answers else True, entries=entries)


def _require_said(said: Any, found: _Found) -> None:
    """Require that what is said of a tree is so; an operand that is said to be undecided may be decided."""
    keys = {"relation", "value"} | ({"operands"} if found.operands else {"entry", "left", "right"})
    require(isinstance(said, dict) and said.keys() == keys and said["relation"] == found.relation, _OTHER)
    if said["value"] is not None:
        require(said["value"] is _known(found.answer, "what is stated"), _OTHER)
    if found.operands:
        require(len(said["operands"]) == len(found.operands), _OTHER)
        for one, operand in zip(said["operands"], found.operands, strict=True):
            _require_said(one, operand)
        return
    there = [entry for entry in found.entries if repr(entry[0]) == repr(said["entry"])]
    require(len(there) == 1, "it states an entry that is not there")
    _, answer, left, right = there[0]
    if said["value"] is False:
        require(not _known(answer, "what is stated"), f"it is true at {said['entry']}")
    _require_within("left", said["left"], left)
    _require_within("right", said["right"], right)


def _require_within(side: str, bounds: Any, value: Interval) -> None:
    require(sorted(bounds) == ["lower", "upper"], "an enclosure has two bounds")
    require(all(len(text) <= 400 and _DECIMAL.fullmatch(text) for text in bounds.values()), "a bound is a decimal")
    low, high = Decimal(bounds["lower"]), Decimal(bounds["upper"])
    require(low <= high and low <= _decimal(value.high, ceil), f"the {side} side is less")
    require(high >= _decimal(value.low, floor), f"the {side} side is greater")


def _decimal(x: Fraction, whole: Callable[[Fraction], int]) -> Decimal:
    """Return a decimal of some twenty digits that is at most, or at least, a fraction."""
    shift = _DIGITS - Decimal(x.numerator).adjusted() + Decimal(x.denominator).adjusted()
    return Decimal(f"{whole(x * Fraction(10) ** shift)}E{-shift}")
