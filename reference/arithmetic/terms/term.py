"""One number as a tree: an operation on others, down to inputs and constants, and the value that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpz

from reference.arithmetic.complexes import rational_root
from reference.arithmetic.exact import Irrational
from reference.arithmetic.literals import constant
from reference.arithmetic.refusals import COMPLEX
from reference.arithmetic.terms.decisions import holds, told


class NoForm(TypeError):
    """What is computed is no tree of the operations that there are; the text says what it is."""


def _of_two(operate: Callable[[Term, Term], Term]) -> Callable[[Any, Any], Any]:
    """Leave an array on the other side to its entries."""

    def method(self: Any, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else operate(self, term(other))

    return method


class Term:
    """An operation and its operands; of a constant the fraction, of an input its place.

    The value is a fraction where it is known to be one, and else a ball, NaN where there is no value. A ``total`` tree
    has a value at any inputs: nothing in it divides, or has a domain.
    """

    __slots__ = ("operands", "operation", "total", "value")
    total: bool
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, operation: str, operands: tuple[Any, ...], value: Any) -> None:
        self.operation, self.operands = operation, operands
        self.value = value.fmpq() if isinstance(value, arb) and value.is_exact() and value.is_finite() else value
        self.total = operation in _TOTAL and all(x.total for x in operands if isinstance(x, Term))

    @_of_two
    def __add__(self, other: Term) -> Term:
        return other if _is(self, 0) else self if _is(other, 0) else _made("+", self, other)

    @_of_two
    def __sub__(self, other: Term) -> Term:
        return -other if _is(self, 0) else self if _is(other, 0) else _made("-", self, other)

    @_of_two
    def __mul__(self, other: Term) -> Term:
        for p, q in ((self, other), (other, self)):
            if _is(p, 0) and q.total:
                return p
            if _is(p, 1) or _is(p, -1):
                return q if _is(p, 1) else -q
        return _made("*", self, other)

    @_of_two
    def __truediv__(self, other: Term) -> Term:
        return self if _is(other, 1) else _made("/", self, other)

    __radd__ = _of_two(lambda a, b: b + a)
    __rsub__ = _of_two(lambda a, b: b - a)
    __rmul__ = _of_two(lambda a, b: b * a)
    __rtruediv__ = _of_two(lambda a, b: b / a)

    def __neg__(self) -> Term:
        return self.operands[0] if self.operation == "neg" else _made("neg", self)

    def __pos__(self) -> Term:
        return self

    def __abs__(self) -> Term:
        return _made("abs", self)

    def __lt__(self, other: Any) -> bool:
        return holds("<", self, term(other))

    def __le__(self, other: Any) -> bool:
        return holds("≤", self, term(other))

    def __gt__(self, other: Any) -> bool:
        return holds("<", term(other), self)

    def __ge__(self, other: Any) -> bool:
        return holds("≤", term(other), self)

    def __eq__(self, other: Any) -> bool:
        return holds("=", self, term(other))

    def __ne__(self, other: Any) -> bool:
        return not holds("=", self, term(other))

    def __bool__(self) -> bool:
        return self != 0

    def __repr__(self) -> str:
        told(self)
        return f"{self.operation}({', '.join(map(str, self.operands))})"


_TOTAL = {"constant", "input", "+", "-", "*", "neg", "abs", "exp", "erfc", "pi"}


def term(x: Any) -> Term:
    """Return a number as a tree; raises TypeError for what is not real and exact."""
    if isinstance(x, Term):
        return x
    x = constant(x)
    if not isinstance(x, (int, fmpq, fmpz)):
        raise TypeError(COMPLEX)
    return Term("constant", (fmpq(x),), fmpq(x))


def entered(place: int, value: fmpq) -> Term:
    """Return the input at a place."""
    return Term("input", (place,), value)


def _is(x: Term, constant: int) -> bool:
    return x.operation == "constant" and bool(x.value == constant)


def _quotient(a: Any, b: Any) -> Any:
    return arb.nan() if isinstance(b, fmpq) and b == 0 else a / b


def _root(x: Any) -> Any:
    if isinstance(x, fmpq) and x >= 0:
        try:
            return rational_root(x)
        except Irrational as error:
            error.settle()
    return arb(x).sqrt() if not isinstance(x, arb) or x >= 0 or x < 0 else x.nonnegative_part().sqrt()


_VALUES: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "neg": lambda x: -x,
    "abs": abs,
    "sqrt": _root,
    "exp": lambda x: arb(x).exp(),
    "log": lambda x: arb(x).log(),
    "erfc": lambda x: arb(x).lower().erfc().union(arb(x).upper().erfc()),
}
"""How the value of an operation is computed: of fractions a fraction, if the operation has one."""


def _made(operation: str, *operands: Term) -> Term:
    values = [x.value for x in operands]
    if not all(isinstance(value, fmpq) for value in values):
        values = [arb(value) for value in values]
    value = _VALUES[operation](*values)
    if isinstance(value, fmpq) and all(x.operation == "constant" for x in operands):
        return term(value)
    return Term(operation, operands, value)


def sqrt(x: Term) -> Term:
    """Return the root."""
    return _made("sqrt", x)


def exp(x: Term) -> Term:
    """Return the exponential."""
    return _made("exp", x)


def log(x: Term) -> Term:
    """Return the logarithm."""
    return _made("log", x)


def erfc(x: Term) -> Term:
    """Return the complementary error function."""
    return _made("erfc", x)


def circle() -> Term:
    """Return π."""
    return Term("pi", (), arb.pi())
