"""A program, evaluated in intervals: operations in order, then guards, premises and statements."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import Any

from verify.certificates.independent.found import Found, NotJudged, Open, Refused, require_agreement
from verify.certificates.independent.intervals import Interval, NoValue

PRECISIONS = (128, 256, 512, 1024)


def violation(program: Mapping[str, Any], inputs: list[Fraction], stated: Mapping[str, Any]) -> tuple[Found, int]:
    """Return the violation that is stated, and the precision that shows it; raises Refused, or NotJudged."""
    why = ""
    for bits in PRECISIONS:
        try:
            return _violation(program, inputs, stated, bits), bits
        except Open as error:
            why = str(error)
    raise NotJudged(f"{why} is not decided in intervals of {PRECISIONS[-1]} bits")


def _violation(program: Mapping[str, Any], inputs: list[Fraction], stated: Mapping[str, Any], bits: int) -> Found:
    values = _evaluated(program["operations"], [Interval(x, x, bits) for x in inputs])
    for relation, left, right in program["guards"]:
        if not _decided(_related(relation, _known(values[left]), _known(values[right])), "a branch of a formula"):
            raise NotJudged("a formula takes another branch than in the program")
    for tree in program["premises"]:
        if not _decided(_judged(tree, values).value, "a premise"):
            raise Refused("a premise is false")
    judged = [_judged(tree, values, stated) for tree in program["stated"]]
    if false := [found for found in judged if found.value is False]:
        return _agreeing(stated, false)
    if all(found.value for found in judged):
        raise Refused("what the claim states is true")
    raise Open("what is stated")


def _agreeing(stated: Mapping[str, Any], false: list[Found]) -> Found:
    """Return the first that is as stated: at another precision another one may be the first that is certainly false."""
    errors: list[Exception] = []
    for found in false:
        try:
            require_agreement(stated, found)
        except (Refused, Open) as error:
            errors.append(error)
        else:
            return found
    raise next((error for error in errors if isinstance(error, Open)), errors[0])


def _decided(answer: bool | None, what: str) -> bool:
    if answer is None:
        raise Open(what)
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
        raise Open("a value")
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


def _judged(tree: Mapping[str, Any], values: list[Interval | None], stated: Any = None) -> Found:
    """Judge a tree. Of all entries that show what a comparison is take the one that is stated, or else the first."""
    relation, said = tree["relation"], stated if isinstance(stated, dict) else {}
    if "operands" in tree:
        told = said.get("operands")
        several = (
            told if isinstance(told, list) and len(told) == len(tree["operands"]) else [None] * len(tree["operands"])
        )
        operands = tuple(_judged(operand, values, one) for operand, one in zip(tree["operands"], several, strict=True))
        return Found(relation, _connected(relation, [one.value for one in operands]), operands=operands)
    sides = [(_known(values[p]), _known(values[q])) for p, q in zip(tree["left"], tree["right"], strict=True)]
    if relation == "⪰":
        size = tree["shape"][0]
        return _semidefinite([[x for x, _ in sides[k : k + size]] for k in range(0, len(sides), size)])
    answers = [_related(relation, *pair) for pair in sides]
    value = False if False in answers else None if None in answers else True
    shown = [k for k, answer in enumerate(answers) if answer is value or said.get("value", value) is None]
    k = next((k for k in shown if _entry(k, tree["shape"]) == said.get("entry")), answers.index(value))
    return Found(relation, value, _entry(k, tree["shape"]), sides[k])


def _entry(k: int, shape: list[int]) -> list[int]:
    return [k // prod(shape[axis + 1 :]) % size for axis, size in enumerate(shape)]


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
