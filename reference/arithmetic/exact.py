"""Exact rationals and balls in arrays that cannot lie.

A comparison of overlapping balls (``arb``, a midpoint and a radius that enclose the true value) is False in both
directions, and a float literal such as ``0.1`` is not the number meant: what is refused, and why, says
:mod:`reference.arithmetic.rigorous`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat, fmpz

from reference.arithmetic.literals import constant
from reference.arithmetic.refusals import NO_COMPARISON
from reference.arithmetic.rigorous import Rigorous as Rigorous  # noqa: PLC0414 — for whoever takes it from here
from reference.arithmetic.rigorous import bare_operand
from reference.arithmetic.undefined import undefined
from reference.arithmetic.unfinished import Unfinished


class Irrational(Unfinished, ArithmeticError):
    """A rational computation met a function whose value need not be rational."""


def _compare(relate: Callable[[Any, Any], Any]) -> Callable[[Rationals, Any], Any]:
    def method(self: Rationals, other: Any) -> Any:
        kind = self.beside(other)
        if kind is not Rationals:
            return relate(kind.of(self.array), other)
        return np.asarray(relate(self.array, bare_operand(other, Rationals)), dtype=bool)

    return method


_LARGE = 6
"""From so many sums on a product of exact matrices is FLINT's; the result is the same, as there is but one."""

LARGER = 9
"""From so many sums on that of enclosures is, whose radii differ a little from those of entry by entry."""


def multiplied(kind: Callable[[Any], Any], a: Any, b: Any) -> Any:
    return np.array((kind(a.tolist()) * kind(b.tolist())).tolist(), dtype=object)


def fits(a: Rigorous, b: Any, least: int) -> bool:
    """Say whether two arrays of one arithmetic are single matrices that have a product, of so many sums or more."""
    fitting = type(b) is type(a) and a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0] >= least
    return fitting and bool(a.shape[0] and b.shape[1])  # lists of no rows say nothing of columns


class Rationals(Rigorous):
    """Exact fractions: every comparison is decided, and gives a NumPy array of truth values."""

    __slots__ = ()
    _ZERO = fmpq(0)
    __lt__, __le__ = _compare(operator.lt), _compare(operator.le)
    __gt__, __ge__ = _compare(operator.gt), _compare(operator.ge)
    __eq__, __ne__ = _compare(operator.eq), _compare(operator.ne)

    def __bool__(self) -> bool:
        return bool(self.item())

    def __matmul__(self, other: Any) -> Any:
        if fits(self, other, _LARGE):
            return self.of(multiplied(fmpq_mat, self.array, other.array))
        return super().__matmul__(other)

    def _analytic(self, ufunc: Any) -> Any:
        raise Irrational(ufunc.__name__)


class Balls(Rigorous):
    """Rigorous enclosures: comparisons and branches are refused, because those of overlapping balls would lie."""

    __slots__ = ()
    _ZERO = arb(0)
    _KIND = "enclosures"
    _OPERANDS = (int, fmpq, fmpz, arb)

    def _refuse_comparison(self, *_: Any) -> Any:
        raise TypeError(NO_COMPARISON.format(self._KIND))

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _refuse_comparison

    def __matmul__(self, other: Any) -> Any:
        if fits(self, other, LARGER):
            return self.of(multiplied(arb_mat, self.array, other.array))
        return super().__matmul__(other)

    def item(self) -> Self:
        return self.of(super().item())

    def tolist(self) -> Any:
        return [x.tolist() for x in self] if self.ndim else self

    def _analytic(self, ufunc: Any) -> Any:
        return self.map(lambda ball: defined(ufunc.__name__, ball, getattr(ball, ufunc.__name__)()))


def defined(function: str, x: arb, value: arb) -> arb:
    """Return the value of a function of a ball; where it is NaN and x is not, note which function and where."""
    if value.is_nan() and not x.is_nan():
        place = f"{'at' if x.is_exact() else 'somewhere in'} {x.str(5)}"
        undefined(f"{function} has no value {place}")
    return value


def rationals(values: Any) -> Rationals:
    """Turn nested lists, or an array, of integers, fractions or ``fmpq`` into an array of exact rationals."""
    return Rationals.of(np.frompyfunc(lambda v: fmpq(constant(v)), 1, 1)(np.array(values, dtype=object)))


_enclose = np.frompyfunc(arb, 1, 1)


def balls(values: Rationals) -> Balls:
    """Enclose exact rationals at the working precision of python-flint (``flint.ctx.prec``, in bits)."""
    return Balls.of(_enclose(values.array))
