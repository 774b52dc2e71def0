"""A program, evaluated in intervals: operations in order, then guards, premises, and what a certificate states."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

from verify.certificates.independent.intervals import Interval, NoValue, pi, smallest_eigenvalue

_PRECISIONS = (128, 256, 512, 1024)
_DECIMAL = re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|Infinity)")
_OTHER = "its violation is another one"

_OPERATIONS: dict[str, Callable[..., Interval]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "neg": operator.neg, "abs": abs,
    "sqrt": Interval.sqrt, "exp": Interval.exp, "log": Interval.log, "erfc": Interval.erfc,
    "constant": lambda number: number, "pi": lambda one: pi(one.bits),
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


class _Found(NamedTuple):
    """What a comparison, at each of its entries, or a connective is: true, false or, as None, open."""

    relation: str
    answer: bool | None
    operands: list[_Found]
    entries: dict[str, tuple[bool | None, Interval, Interval]]


def require(condition: bool, otherwise: str) -> None:
    """Raise Refused unless a condition holds."""
    if not condition:
        raise Refused(otherwise)


def require_violation(program: Mapping[str, Any], inputs: list[Fraction], violation: Mapping[str, Any]) -> str:
    """Say in what numbers that is false which is said to be; raises Refused if it is not, or NotJudged."""
    require(violation.get("value") is False, _OTHER)
    for bits in _PRECISIONS:
        values = _evaluated(program["operations"], [Interval(x, x, bits) for x in inputs])
        try:
            _require_violation(program, values, violation)
        except _Open:
            continue
        return "in exact fractions" if all(x and x.exact for x in values) else f"in intervals of {bits} bits"
    raise NotJudged(f"it is not decided in intervals of {bits} bits")


def _require_violation(program: Mapping[str, Any], values: list[Any], violation: Mapping[str, Any]) -> None:
    """Require that the branches are taken, the premises true, and that one statement is false as is said."""
    for relation, left, right in program["guards"]:
        branch = _judged({"relation": relation, "shape": [], "left": [left], "right": [right]}, values)
        if not _known(branch.answer):
            raise NotJudged("a formula takes another branch than in the program")
    for tree in program["premises"]:
        require(_known(_judged(tree, values).answer), "a premise is false")
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
        operands = [one.of(Fraction(places[0]))] if operation == "constant" else [values[k] for k in places] or [one]
        try:
            values.append(None if None in operands else _OPERATIONS[operation](*operands))
        except NoValue:
            values.append(None)
    return values


def _known(value: Any) -> Any:
    if value is None:
        raise _Open
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
        return _Found(relation, combined(relation, [one.answer for one in operands]), operands, {})
    shape, left, right = tree["shape"], *([_known(values[k]) for k in tree[side]] for side in ("left", "right"))
    if relation == "⪰":
        left, right, shape = [smallest_eigenvalue(left, shape[0])], right[:1], []
    indices = (repr(list(index)) for index in product(*map(range, shape)))
    answers = [combined(relation, [p.less(q), q.less(p)]) for p, q in zip(left, right, strict=True)]
    answer = False if False in answers else None if None in answers else True
    return _Found(relation, answer, [], dict(zip(indices, zip(answers, left, right, strict=True), strict=True)))


def _require_said(said: Any, found: _Found) -> None:
    """Require that what is said of a tree is so; an operand that is said to be undecided may be decided."""
    keys = {"relation", "value"} | ({"operands"} if found.operands else {"entry", "left", "right"})
    require(isinstance(said, dict) and said.keys() == keys and said["relation"] == found.relation, _OTHER)
    if said["value"] is not None:
        require(said["value"] is _known(found.answer), _OTHER)
    if found.operands:
        require(len(said["operands"]) == len(found.operands), _OTHER)
        for one, operand in zip(said["operands"], found.operands, strict=True):
            _require_said(one, operand)
        return
    answer, left, right = found.entries[repr(said["entry"])]
    if said["value"] is False:
        require(not _known(answer), f"it is true at {said['entry']}")
    _require_within("left", said["left"], left)
    _require_within("right", said["right"], right)


def _require_within(side: str, bounds: Any, value: Interval) -> None:
    require(sorted(bounds) == ["lower", "upper"], "an enclosure has two bounds")
    require(all(len(text) <= 400 and _DECIMAL.fullmatch(text) for text in bounds.values()), "a bound is a decimal")
    low, high = Decimal(bounds["lower"]), Decimal(bounds["upper"])
    require(low <= high and low <= _decimal(value.high, ROUND_CEILING), f"the {side} side is less")
    require(high >= _decimal(value.low, ROUND_FLOOR), f"the {side} side is greater")


def _decimal(x: Fraction, rounding: str) -> Decimal:
    """Return a decimal of twenty digits that is at most, or at least, a fraction."""
    context = Context(prec=20, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
    return context.divide(Decimal(x.numerator), Decimal(x.denominator))
