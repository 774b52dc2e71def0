"""Thousands of instances at once: numbers that are rows of floats, in the same arrays as the exact ones.

A :class:`Lane` is one number of many instances, a float64 for each. :class:`Lanes` is an array of them, so whatever is
written for exact numbers runs unchanged, once for all instances; an array of shape ``(d, r)`` stays one, however many
instances there are. Nothing here is rigorous: it finds candidates, which exact arithmetic judges.

Beside its value, a number carries its *magnitude*: the size that it would have if nothing had cancelled. Rounding
errors are about 2⁻⁵³ of it, and a gap divided by it has no scale.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from reference.arithmetic.deferred import scipy
from reference.arithmetic.exact import Balls, Rationals, Rigorous

Floats = Any
"""A float64 NumPy array."""

UNDERFLOW = 2.0**-960
"""No magnitude of a function's value is less: what vanishes, or loses digits, near 2⁻¹⁰²² is negligible beside it."""

NEGLIGIBLE = 2.0**-40
"""What is less than this part of its magnitude may be due to rounding: an asymmetry, a rank, a sign."""

_NEGATE = np.array([[-1.0], [1.0]])


def nearest(x: Any) -> float:
    """Return the float nearest to an integer or fraction; beyond the largest it is infinite."""
    try:
        return int(x.p) / int(x.q) if isinstance(x, fmpq) else float(x)
    except OverflowError:
        return float("inf") if x > 0 else -float("inf")


def floats(values: Rationals) -> Floats:
    """Return the floats nearest to exact rationals, in the same shape; beyond the largest they are infinite."""
    return np.asarray(np.frompyfunc(nearest, 1, 1)(values.array), dtype=float)


def _data(x: Any) -> Floats:
    """Return the data of a lane, or of an integer, fraction or float that all instances share."""
    if isinstance(x, Lane):
        return x.data
    value = nearest(x)
    return np.array([[value], [abs(value)]])


def _divide(x: Floats, y: Floats) -> Floats:
    values = x[0] / y[0]
    data = np.empty((2, *values.shape))
    data[0], data[1] = values, x[1] * y[1] / y[0] ** 2
    return data


def _operation(operate: Callable[[Floats, Floats], Floats]) -> Callable[[Lane, Any], Any]:
    def method(self: Lane, other: Any) -> Any:
        if isinstance(other, Lane):
            return Lane(operate(self.data, other.data))
        # an array of lanes does it entry by entry
        return NotImplemented if isinstance(other, (np.ndarray, Rigorous)) else Lane(operate(self.data, _data(other)))

    return method


class Lane:
    """One number of n instances: ``data`` has shape (2, n), or (2, 1) for a constant; values above magnitudes."""

    __slots__ = ("data",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data: Floats) -> None:
        self.data = data

    @classmethod
    def of(cls, values: Any, magnitudes: Any = None) -> Lane:
        """Make a lane of values that are exact, or of such magnitudes."""
        values = np.atleast_1d(np.asarray(values, dtype=float))
        return cls(np.stack([values, abs(values) if magnitudes is None else np.broadcast_to(magnitudes, values.shape)]))

    @property
    def values(self) -> Floats:
        """The numbers, shape (n,)."""
        return self.data[0]

    @property
    def magnitudes(self) -> Floats:
        """Their sizes without cancellation, shape (n,)."""
        return self.data[1]

    def apply(self, function: Callable[[Floats], Floats], derivative: Callable[[Floats, Floats], Floats]) -> Lane:
        """Apply a function, whose ``derivative`` is given (argument, value): it carries the magnitude over."""
        x, size = self.data
        y = function(x)
        data = np.empty((2, *y.shape))
        data[0], data[1] = y, abs(y) + abs(derivative(x, y)) * size + UNDERFLOW
        return Lane(data)

    __add__ = __radd__ = _operation(operator.add)
    __sub__ = _operation(lambda x, y: x + _NEGATE * y)
    __rsub__ = _operation(lambda x, y: y + _NEGATE * x)
    __mul__ = __rmul__ = _operation(operator.mul)
    __truediv__ = _operation(_divide)
    __rtruediv__ = _operation(lambda x, y: _divide(y, x))

    def __neg__(self) -> Lane:
        return type(self)(_NEGATE * self.data)

    def __abs__(self) -> Lane:
        return type(self)(abs(self.data))

    def _refuse(self, *_: Any) -> Any:
        raise TypeError("a number of many instances is neither true nor false, nor one float")

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = __float__ = __int__ = __index__ = _refuse


def _exactly(name: str) -> Callable[[Exact, Any], Any]:
    rounded = getattr(Lane, name)

    def method(self: Exact, other: Any) -> Any:
        result = rounded(self, other)
        exact = type(other) in (int, Exact) and not (abs(result.values) >= 2**53).any()
        return Exact.of(result.values) if exact else result

    return method


class Exact(Lane):
    """Integers: constants, indicators, and what is made of these. Nothing cancels in 1 − 1: a mask has no magnitude."""

    __slots__ = ()
    __add__, __sub__, __mul__ = _exactly("__add__"), _exactly("__sub__"), _exactly("__mul__")
    __radd__, __rsub__, __rmul__ = _exactly("__radd__"), _exactly("__rsub__"), _exactly("__rmul__")


_DERIVATIVES: dict[Any, Callable[[Floats, Floats], Floats]] = {
    np.exp: lambda _, y: y,
    np.expm1: lambda _, y: y + 1,
    np.log: lambda x, _: 1 / x,
    np.log1p: lambda x, _: 1 / (1 + x),
    np.tanh: lambda _, y: 1 - y * y,
    np.sinh: lambda x, _: np.cosh(x),
    np.cosh: lambda x, _: np.sinh(x),
    np.sin: lambda x, _: np.cos(x),
    np.cos: lambda x, _: np.sin(x),
    np.tan: lambda _, y: 1 + y * y,
}


class Lanes(Rigorous):
    """An array of lanes; comparisons and branches are refused, because they differ from instance to instance."""

    __slots__ = ()
    _ZERO = Exact.of(0)
    _KIND = "many instances"
    _OPERANDS = (int, fmpq, fmpz, Lane)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = Balls._refuse_comparison

    def _analytic(self, ufunc: Any) -> Any:
        return sqrt(self) if ufunc is np.sqrt else self.map(lambda lane: lane.apply(ufunc, _DERIVATIVES[ufunc]))


def constants(values: Any) -> Lanes:
    """Return plain integers or floats, in nested lists or an array, as numbers that all instances share."""
    return Lanes.of(np.frompyfunc(lambda v: (Lane if isinstance(v, float) else Exact).of(v), 1, 1)(values))


def unstack(values: Floats, magnitudes: Floats | None = None) -> Lanes:
    """Turn float arrays whose first axis counts the instances into lanes."""
    data = np.stack([values, abs(values) if magnitudes is None else magnitudes])
    lanes = np.empty(data.shape[2:], dtype=object)
    for place in np.ndindex(lanes.shape):
        lanes[place] = Lane(np.ascontiguousarray(data[(slice(None), slice(None), *place)]))
    return Lanes.of(lanes if lanes.ndim else lanes.item())


def stack(x: Lanes) -> Floats:
    """Turn lanes of shape (d, …) into floats of shape (2, n, d, …): values, and magnitudes."""
    lanes = np.asarray(x.array, dtype=object)
    rows = [_data(lane) for lane in lanes.flat]
    count = max((row.shape[1] for row in rows), default=1)
    columns = [np.broadcast_to(row, (2, count)) for row in rows]
    stacked = np.stack(columns, axis=-1) if columns else np.empty((2, count, 0))
    return stacked.reshape(2, count, *lanes.shape)


# --- what branches, and what acts on whole vectors: reference.arithmetic says what each of these is ------------------


def greater(a: Any, b: Any) -> Lanes:
    """Return 1 where a > b, NaN where one of them is NaN, and 0 elsewhere."""
    return Lanes.of(np.frompyfunc(lambda p, q: Exact.of(np.heaviside(_data(p)[0] - _data(q)[0], 0)), 2, 1)(a, b))


def where(condition: Lanes, a: Any, b: Any) -> Lanes:
    """Return a where the condition of :func:`greater` is 1, b where it is 0, and NaN where it is."""

    def choose(c: Lane, p: Any, q: Any) -> Lane:
        exact = all(type(x) in (int, Exact) for x in (p, q))
        return (Exact if exact else Lane)(np.where(c.values > 0, _data(p), _data(q) + 0 * c.values))

    return Lanes.of(np.frompyfunc(choose, 3, 1)(condition.array, a, b))


def sqrt(x: Lanes) -> Lanes:
    """Return roots; what may be a rounding error is taken for zero, whose root may be as large as that error's is."""

    def root(lane: Lane) -> Lane:
        value, size = lane.data
        smallest = 2.0**-25 * np.sqrt(size)
        root = np.sqrt(np.where(abs(value) < smallest**2, 0, value))
        slope = np.divide(0.5, np.maximum(root, smallest), out=np.zeros_like(root), where=size > 0)
        return Lane(np.stack([root, root + slope * size]))

    return x.map(root)


def erfc(x: Lanes) -> Lanes:
    """Return the complementary error function."""
    slope = 2 / np.sqrt(np.pi)
    return x.map(lambda lane: lane.apply(scipy.special.erfc, lambda t, _: slope * np.exp(-t * t)))


def sort_descending(x: Lanes) -> Lanes:
    """Sort along the last axis, largest first; NaN where an entry is."""
    values, magnitudes = stack(x)
    values = np.where(np.isnan(values).any(-1, keepdims=True), np.nan, values)
    order = np.argsort(-values, axis=-1, kind="stable")
    return unstack(np.take_along_axis(values, order, -1), np.take_along_axis(magnitudes, order, -1))


def descending(x: Lanes) -> Lanes:
    """Return vectors whose entries descend; NaN where they do not."""
    values, magnitudes = stack(x)
    rises = np.diff(values) > NEGLIGIBLE * (magnitudes[..., 1:] + magnitudes[..., :-1])
    return unstack(np.where(rises.any(-1, keepdims=True), np.nan, values), magnitudes)


def permutation(x: Lanes) -> Lanes:
    """Return the permutation matrices that sort vectors in ascending order."""
    values, _ = stack(x)
    order = np.argsort(values, axis=-1, kind="stable")
    return unstack(1.0 * (order[..., None] == np.arange(order.shape[-1])))
