"""What depends on an order: branches, the larger of two, sorting; undecided ones enclose all that is possible."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import arb, fmpq

from reference.arithmetic import lanes
from reference.arithmetic.complexes import real_if_certain
from reference.arithmetic.conditions import Condition, mask
from reference.arithmetic.deferred import sympy
from reference.arithmetic.domain import OutsideDomain, require_broadcast, require_vector, shape_of
from reference.arithmetic.exact import Balls, Rationals, Rigorous
from reference.arithmetic.kinds import Unsupported, is_expression, is_symbolic, namespace, symbols
from reference.arithmetic.lanes import Lanes
from reference.arithmetic.literals import is_complex
from reference.arithmetic.parts import imag, real, squared_modulus
from reference.arithmetic.terms.array import Terms
from reference.arithmetic.terms.term import term
from reference.arithmetic.traced import traceable
from reference.shapes import Array


def _compare(a: arb, b: arb) -> Any:
    return True if a > b else False if a <= b else None


@traceable
def greater(a: Array, b: Array) -> Array:
    """Return whether a > b entry by entry, as a :class:`Condition` for :func:`where`; of floats as plain booleans."""
    a, b = real_if_certain("greater", a), real_if_certain("greater", b)
    if isinstance(a, Lanes) or isinstance(b, Lanes):
        return Condition(lanes.greater(Lanes.operand(a), Lanes.operand(b)).array, Lanes)
    if isinstance(a, Balls) or isinstance(b, Balls):
        return Condition(np.frompyfunc(_compare, 2, 1)(Balls.operand(a), Balls.operand(b)), Balls)
    if isinstance(a, Terms) or isinstance(b, Terms):
        above = np.frompyfunc(lambda p, q: term(p) > term(q), 2, 1)
        return Condition(above(Terms.operand(a), Terms.operand(b)), Terms)
    if isinstance(a, Rationals) or isinstance(b, Rationals):
        return Condition(np.frompyfunc(operator.gt, 2, 1)(Rationals.operand(a), Rationals.operand(b)), Rationals)
    if any(is_symbolic(x) for x in (a, b)):
        return symbols(np.frompyfunc(sympy.Gt, 2, 1)(a, b))
    return a > b


def _select(condition: Any, a: Any, b: Any) -> Any:
    if condition is None:
        return arb(a).union(arb(b))
    return arb(a if condition else b)


@traceable
def where(condition: Array, a: Array, b: Array) -> Array:
    """Return a where the condition of :func:`greater` holds, else b; an undecided branch encloses both values.

    Both values may be literals: ``where(greater(x, 0), 1, 0)`` is the indicator of x > 0. One of the three arrays has
    the shape of the result. A condition may also be an array of booleans, which is decided.
    """
    require_broadcast("where", condition, a, b)
    if _is_relation(condition):
        return symbols(np.frompyfunc(lambda c, p, q: sympy.Piecewise((p, c), (q, True)), 3, 1)(condition, a, b))
    answers = condition.array if isinstance(condition, Condition) else mask(condition)
    if answers is None:
        raise OutsideDomain("where: the condition is not that of greater(a, b), but numbers")
    kinds = {type(a), type(b), getattr(condition, "arithmetic", None)}
    if (_has_parts(a) or _has_parts(b)) and any(_is_rigorous(kind) for kind in kinds):
        return where(condition, real(a), real(b)) + 1j * where(condition, imag(a), imag(b))
    if Lanes in kinds:
        shared = not isinstance(condition, Condition)  # a mask that all instances share
        chosen = lanes.constants(answers.astype(int)) if shared else Lanes.of(answers)
        return lanes.where(chosen, Lanes.operand(a), Lanes.operand(b))
    if Balls in kinds:
        return Balls.of(np.frompyfunc(_select, 3, 1)(answers, Balls.operand(a), Balls.operand(b)))
    if Terms in kinds:
        choose = np.frompyfunc(lambda c, p, q: term(p if c else q), 3, 1)
        return Terms.of(choose(answers, Terms.operand(a), Terms.operand(b)))
    if Rationals in kinds:
        choose = np.frompyfunc(lambda c, p, q: fmpq(p if c else q), 3, 1)
        return Rationals.of(choose(answers, Rationals.operand(a), Rationals.operand(b)))
    return namespace(condition).where(condition, a, b)


def _has_parts(x: Any) -> bool:
    return x.REAL is not None if isinstance(x, Rigorous) else is_complex(x)


def _is_rigorous(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Rigorous)


def _is_relation(condition: Any) -> bool:
    """Say whether a condition is made of SymPy's relations, which numbers are not."""
    if not is_symbolic(condition):
        return False
    return all(is_expression(c) and (c.is_Relational or c.is_Boolean) for c in np.ravel(condition))


@traceable
def nonzero(x: Array) -> Array:
    """Return 1 for each entry that is not 0, and 0 for the others; of balls, an enclosure of it."""
    square = squared_modulus(x)
    one, zero = (1, 0) if isinstance(square, Lanes) else (1 + 0 * square, 0 * square)
    return where(greater(square, 0 * square), one, zero)


@traceable
def maximum(a: Array, b: Array | None = None, *, axis: int | Sequence[int] | None = None) -> Array:
    """Return the larger of a and b entry by entry, or the largest entry of a along its axis, or axes.

    ``maximum(x, y)`` is of two arrays, ``maximum(x, axis=-1)`` of one. Of balls it is an enclosure of all that is
    possible.
    """
    return _extreme("maximum", _larger, a, b, axis)


@traceable
def minimum(a: Array, b: Array | None = None, *, axis: int | Sequence[int] | None = None) -> Array:
    """Return the smaller of a and b entry by entry, or the smallest entry of a along its axis, as :func:`maximum`."""
    return _extreme("minimum", _smaller, a, b, axis)


def _extreme(name: str, of_two: Callable[[Array, Array], Array], a: Array, b: Array | None, axis: Any) -> Array:
    if (b is None) == (axis is None):
        raise OutsideDomain(f"{name}: write {name}(x, y) of two arrays, or {name}(x, axis=-1) of one")
    a = real_if_certain(name, a)
    if b is not None:
        return of_two(a, real_if_certain(name, b))
    dimensions = len(shape_of(a))
    axes = [axis] if isinstance(axis, int) else list(axis)
    if not all(-dimensions <= k < dimensions for k in axes) or len({k % dimensions for k in axes}) != len(axes):
        raise OutsideDomain(f"{name}: an array of shape {shape_of(a)} has no such axis: {axis}")
    for k in sorted((k % dimensions for k in axes), reverse=True):  # from the last, so that indices stay
        a = _along(name, of_two, a, k)
    return a


def _along(name: str, of_two: Callable[[Array, Array], Array], x: Array, axis: int) -> Array:
    """Compare one half of an axis with the other, until one entry is left; in the middle they may overlap."""
    before, size = (slice(None),) * axis, x.shape[axis]
    if not size:
        raise OutsideDomain(f"{name}: there is no entry along an axis of length 0")
    while size > 1:
        half = (size + 1) // 2
        x, size = of_two(x[(*before, slice(None, half))], x[(*before, slice(size - half, None))]), half
    return x[(*before, 0)]


def _larger(a: Array, b: Array) -> Array:
    if isinstance(a, Balls) or isinstance(b, Balls):
        return Balls.of(np.frompyfunc(lambda p, q: arb(p).max(arb(q)), 2, 1)(Balls.operand(a), Balls.operand(b)))
    if any(is_symbolic(x) for x in (a, b)) and not any(isinstance(x, Rigorous) for x in (a, b)):
        return symbols(np.frompyfunc(sympy.Max, 2, 1)(a, b))
    return where(greater(a, b), a, b)


def _smaller(a: Array, b: Array) -> Array:
    return -_larger(-a, -b)


@traceable
def sort_descending(x: Array) -> Array:
    """Sort along the last axis, largest first; of balls, enclosures of the order statistics.

    If an entry is NaN, so are all that it is sorted among.
    """
    require_vector("sort_descending", x)
    x = real_if_certain("sort_descending", x)
    if isinstance(x, Balls):
        rows = [_order_statistics(x.array[i]) for i in np.ndindex(x.shape[:-1])]
        return Balls.of(np.array(rows, dtype=object).reshape(x.shape))
    if isinstance(x, Terms):
        return x.of(np.flip(np.sort(x.array, axis=-1), axis=-1))
    if isinstance(x, Rationals):
        return Rationals.of(np.flip(np.sort(x.array, axis=-1), axis=-1))
    if isinstance(x, Lanes):
        return lanes.sort_descending(x)
    if is_symbolic(x):
        raise Unsupported("sort_descending: symbols have no order")
    return namespace(x).sort(x, axis=-1, descending=True)


def _order_statistics(row: Sequence[arb]) -> list[arb]:
    if any(ball.is_nan() for ball in row):
        return [arb.nan()] * len(row)
    # the k-th largest number lies between the k-th largest lower and the k-th largest upper bound
    lower = sorted((ball.lower() for ball in row), reverse=True)
    upper = sorted((ball.upper() for ball in row), reverse=True)
    return [low.union(high) for low, high in zip(lower, upper, strict=True)]
