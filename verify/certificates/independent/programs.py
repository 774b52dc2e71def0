"""A program, evaluated in intervals: operations in order, then guards, premises and statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from verify.certificates.independent.intervals import Interval, NoValue

PRECISIONS = (128, 256, 512, 1024)


class Refused(ValueError):
    """The certificate does not prove what it says."""


class NotJudged(ValueError):
    """This checker cannot tell."""


class _Open(ArithmeticError):
    """Something is not decided at this precision."""


@dataclass
class Found:
    """What a comparison or a connective is: true, false or, as None, open."""

    relation: str
    value: bool | None
    entry: list[int] = field(default_factory=list)
    sides: tuple[Interval, ...] = ()
    operands: tuple[Found, ...] = ()

    def all_sides(self) -> Iterator[Interval]:
        """Yield the sides of all comparisons."""
        yield from self.sides
        for operand in self.operands:
            yield from operand.all_sides()


def violation(program: Mapping[str, Any], inputs: list[Fraction]) -> tuple[Found, int]:
    """Return what is false at the inputs, and the precision that tells; raises Refused, or NotJudged."""
    why = ""
    for bits in PRECISIONS:
        try:
            return _violation(program, inputs, bits), bits
        except _Open as error:
            why = str(error)
    raise NotJudged(f"{why} is not decided in intervals of {PRECISIONS[-1]} bits")


def _violation(program: Mapping[str, Any], inputs: list[Fraction], bits: int) -> Found:
    values = _evaluated(program["operations"], [Interval(x, x, bits) for x in inputs])
    for relation, left, right in program["guards"]:
        if not _decided(_related(relation, _known(values[left]), _known(values[right])), "a branch of a formula"):
            raise NotJudged("a formula takes another branch than in the program")
    for tree in program["premises"]:
        if not _decided(_judged(tree, values).value, "a premise"):
            raise Refused("a premise is false")
    stated = [_judged(tree, values) for tree in program["stated"]]
    for found in stated:
        if found.value is False:
            return found
    if all(found.value for found in stated):
        raise Refused("what the claim states is true")
    raise _Open("what is stated")


def _decided(answer: bool | None, what: str) -> bool:
    if answer is None:
        raise _Open(what)
    return answer


def _evaluated(operations: list[list[Any]], values: list[Any]) -> list[Interval | None]:
    """Return the values of all places, None where there is none: it does no harm where nothing needs it."""
    one = Interval(Fraction(1), Fraction(1), values[0].bits)
    for operation, *places in operations:
        try:
            operands = [one.of(Fraction(places[0]))] if operation == "constant" else [values[k] for k in places]
            values.append(None if None in operands else _value(operation, operands or [one]))
        except NoValue:
            values.append(None)
    return values


def _value(operation: str, operands: list[Interval]) -> Interval:
    match operation, operands:
        case "constant", [x]:
            return x
        case "+", [x, y]:
            return x + y
        case "-", [x, y]:
            return x - y
        case "*", [x, y]:
            return x * y
        case "/", [x, y]:
            return x / y
        case "neg", [x]:
            return -x
        case "abs", [x]:
            return abs(x)
        case (("sqrt" | "exp" | "log" | "erfc" | "pi"), [x]):
            return getattr(x, operation)()  # type: ignore[no-any-return]
    raise Refused(f"the program has an unknown operation, {operation}")


def _known(value: Interval | None) -> Interval:
    if value is None:
        raise _Open("a value")
    return value


def _related(relation: str, a: Interval, b: Interval) -> bool | None:
    match relation:
        case "<":
            return a.less(b)
        case "≤":
            return a.at_most(b)
        case "=":
            return a.equals(b)
        case "≠":
            return _not(a.equals(b))
    raise Refused(f"the program has an unknown relation, {relation}")


def _not(p: bool | None) -> bool | None:
    return None if p is None else not p


def _both(p: bool | None, q: bool | None) -> bool | None:
    return False if p is False or q is False else None if p is None or q is None else True


def _judged(tree: Mapping[str, Any], values: list[Interval | None]) -> Found:
    relation = tree["relation"]
    if "operands" in tree:
        operands = tuple(_judged(operand, values) for operand in tree["operands"])
        return Found(relation, _connected(relation, [one.value for one in operands]), operands=operands)
    sides = [(_known(values[p]), _known(values[q])) for p, q in zip(tree["left"], tree["right"], strict=True)]
    if relation == "⪰":
        size = tree["shape"][0]
        return _semidefinite([[x for x, _ in sides[k : k + size]] for k in range(0, len(sides), size)])
    answers = [_related(relation, *pair) for pair in sides]
    value = False if False in answers else None if None in answers else True
    k, entry = answers.index(value), []
    for axis, size in enumerate(tree["shape"]):
        entry.append(k // prod(tree["shape"][axis + 1 :]) % size)
    return Found(relation, value, entry, sides[k])


def _connected(relation: str, answers: list[bool | None]) -> bool | None:
    match relation, answers:
        case "and", [p, q]:
            return _both(p, q)
        case "or", [p, q]:
            return _not(_both(_not(p), _not(q)))
        case "not", [p]:
            return _not(p)
        case "implies", [p, q]:
            return _not(_both(p, _not(q)))
        case "iff", [p, q]:
            return _both(_not(_both(p, _not(q))), _not(_both(q, _not(p))))
    raise Refused(f"the program has an unknown connective, {relation}")


def _semidefinite(rows: list[list[Interval]]) -> Found:
    """Judge a symmetric matrix, and find its smallest eigenvalue: M − c is semidefinite up to c, and for no other."""
    if any(x.equals(rows[j][i]) is False for i, row in enumerate(rows) for j, x in enumerate(row)):
        raise Refused("a matrix that is stated to be ⪰ 0 is not symmetric")
    zero = rows[0][0].of(0)
    half = zero.of(Fraction(1, 2))
    rows = [[(x + rows[j][i]) * half for j, x in enumerate(row)] for i, row in enumerate(rows)]
    value, below = _definite(rows), _definite(_shifted(rows, zero.of(Fraction(1, 1 << 1100))))
    if value is True and below is False and all(x.exact for row in rows for x in row):
        return Found("⪰", True, [], (zero, zero))
    high = max(abs(x).high for row in rows for x in row) * len(rows) + 1
    low = -high
    for _ in range(zero.bits):
        middle = (low + high) / 2
        answer = _definite(_shifted(rows, zero.of(middle)))
        if answer is None or (high - low) * 2**72 < min(abs(low), abs(high)):
            break
        low, high = (middle, high) if answer else (low, middle)
    return Found("⪰", value, [], (zero.of(low, high), zero))


def _shifted(rows: list[list[Interval]], c: Interval) -> list[list[Interval]]:
    return [[x - c if i == j else x for j, x in enumerate(row)] for i, row in enumerate(rows)]


def _definite(rows: list[list[Interval]]) -> bool | None:
    """Say whether a symmetric matrix is positive semidefinite, by elimination with any pivot that is > 0."""
    if not rows or all(x.exact and x.low == 0 for row in rows for x in row):
        return True
    if any(row[i].high < 0 for i, row in enumerate(rows)):
        return False
    k = next((i for i, row in enumerate(rows) if row[i].low > 0), None)
    if k is None:
        zeros = [row for i, row in enumerate(rows) if row[i].exact and row[i].low == 0]
        return False if any(x.low > 0 or x.high < 0 for row in zeros for x in row) else None
    rest = [[x - row[k] / rows[k][k] * y for x, y in zip(row, rows[k], strict=True)] for row in rows]
    return _definite([row[:k] + row[k + 1 :] for i, row in enumerate(rest) if i != k])
