"""Thousands of instances at once: numbers that are rows of floats, in the same arrays as the exact ones.

A :class:`Lane` is one number of many instances, a float64 for each. :class:`Lanes` is an array of them, so whatever is
written for exact numbers runs unchanged, once for all instances; an array of shape ``(d, r)`` stays one, however many
instances there are. Nothing here is rigorous: it finds candidates, which exact arithmetic judges.

A lane may be of complex numbers, in complex128; an array that may hold such is one of :class:`ComplexLanes`.

Beside its value, a number carries its *magnitude*: the size that it would have if nothing had cancelled. Rounding
errors are about 2⁻⁵³ of it, and a gap divided by it has no scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from reference.arithmetic.complexes import Complex, ComplexRationals
from reference.arithmetic.exact import Balls, Rationals, Rigorous
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes.lane import DERIVATIVES, NEGLIGIBLE, UNDERFLOW, Exact, Floats, Lane, data_of, nearest

__all__ = [
    "NEGLIGIBLE", "UNDERFLOW", "ComplexLanes", "Exact", "Floats", "Lane", "Lanes", "constants", "descending", "erfc",
    "float_erfc", "floats", "greater", "nearest", "permutation", "root", "sort_descending", "sqrt", "stack", "unstack",
    "where",
]  # fmt: skip


def floats(values: Rationals | ComplexRationals) -> Floats:
    """Return the floats nearest to exact numbers, in the same shape; beyond the largest they are infinite."""
    if isinstance(values, ComplexRationals):
        return floats(values.real) + 1j * floats(values.imag)
    return np.asarray(np.frompyfunc(nearest, 1, 1)(values.array), dtype=float)


class Lanes(Rigorous):
    """An array of lanes; comparisons and branches are refused, because they differ from instance to instance."""

    __slots__ = ()
    _ZERO = Exact.of(0)
    _KIND = "many instances"
    _OPERANDS = (int, fmpq, fmpz, Lane)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = Balls._refuse_comparison

    def _analytic(self, ufunc: Any) -> Any:
        return sqrt(self) if ufunc is np.sqrt else self.map(lambda lane: lane.apply(ufunc, DERIVATIVES[ufunc]))


class ComplexLanes(Complex, over=Lanes):
    """An array of lanes that may be complex."""

    __slots__ = ()
    _ZERO = Exact.of(0)
    _KIND = Lanes._KIND
    _OPERANDS = (*Lanes._OPERANDS, GaussianRational)
    __eq__ = __ne__ = Balls._refuse_comparison

    @staticmethod
    def _joined(real: Any, imag: Any) -> Lane:
        (x, x_size), (y, y_size) = data_of(real), data_of(imag)
        data = np.empty((2, *np.broadcast_shapes(x.shape, y.shape)), dtype=complex)
        data[0].real, data[0].imag, data[1] = x, y, np.sqrt(x_size * x_size + y_size * y_size)
        return Lane(data)

    def certainly_real(self) -> Lanes:
        """Return the real parts, NaN where an imaginary part is more than rounding."""
        return Lanes.of(np.frompyfunc(_certainly_real, 1, 1)(self.array))

    def squared_modulus(self) -> Lanes:
        return Lanes.of(np.frompyfunc(_squared_modulus, 1, 1)(self.array))

    def __abs__(self) -> Any:
        return Lanes.of(abs(self.array))

    def _analytic(self, ufunc: Any) -> Any:
        return sqrt(self) if ufunc is np.sqrt else self.map(lambda lane: lane.apply(ufunc, DERIVATIVES[ufunc]))


def _squared_modulus(x: Lane) -> Lane:
    values, sizes = x.values, x.magnitudes
    return Lane.of(values.real * values.real + values.imag * values.imag, sizes * sizes)


def _certainly_real(x: Lane) -> Lane:
    values, sizes = x.data
    if not np.iscomplexobj(values):
        return x
    return Lane.of(np.where(abs(values.imag) <= NEGLIGIBLE * sizes.real, values.real, np.nan), sizes.real)


def constants(values: Any) -> Any:
    """Return plain integers, floats or complex numbers, nested or in an array, as numbers that all instances share."""
    kind = ComplexLanes if np.iscomplexobj(values) else Lanes
    return kind.of(np.frompyfunc(lambda v: (Lane if isinstance(v, (float, complex)) else Exact).of(v), 1, 1)(values))


def unstack(values: Floats, magnitudes: Floats | None = None) -> Any:
    """Turn float arrays whose first axis counts the instances into lanes."""
    data = np.stack([values, abs(values) if magnitudes is None else magnitudes])
    lanes = np.empty(data.shape[2:], dtype=object)
    for place in np.ndindex(lanes.shape):
        lanes[place] = Lane(np.ascontiguousarray(data[(slice(None), slice(None), *place)]))
    return (ComplexLanes if np.iscomplexobj(data) else Lanes).of(lanes if lanes.ndim else lanes.item())


def stack(x: Lanes | ComplexLanes) -> Floats:
    """Turn lanes of shape (d, …) into floats of shape (2, n, d, …): values, and magnitudes.

    Of complex lanes the magnitudes are complex too, and their imaginary parts 0.
    """
    lanes = np.asarray(x.array, dtype=object)
    rows = [data_of(lane) for lane in lanes.flat]
    count = max((row.shape[1] for row in rows), default=1)
    columns = [np.broadcast_to(row, (2, count)) for row in rows]
    stacked = np.stack(columns, axis=-1) if columns else np.empty((2, count, 0))
    return stacked.reshape(2, count, *lanes.shape)


# --- what branches, and what acts on whole vectors: reference.arithmetic says what each of these is ------------------


def greater(a: Any, b: Any) -> Lanes:
    """Return 1 where a > b, NaN where one of them is NaN, and 0 elsewhere."""
    return Lanes.of(np.frompyfunc(lambda p, q: Exact.of(np.heaviside(data_of(p)[0] - data_of(q)[0], 0)), 2, 1)(a, b))


def where(condition: Lanes, a: Any, b: Any) -> Lanes:
    """Return a where the condition of :func:`greater` is 1, b where it is 0, and NaN where it is."""

    def choose(c: Lane, p: Any, q: Any) -> Lane:
        exact = all(type(x) in (int, Exact) for x in (p, q))
        return (Exact if exact else Lane)(np.where(c.values > 0, data_of(p), data_of(q) + 0 * c.values))

    return Lanes.of(np.frompyfunc(choose, 3, 1)(condition.array, a, b))


def sqrt(x: Any) -> Any:
    """Return roots; what may be a rounding error is taken for zero, whose root may be as large as that error's is."""
    return x.map(lambda lane: _root(lane, 2, np.sqrt))


def root(x: Any, degree: int) -> Any:
    """Return the real roots of numbers that are not negative, NaN of others; near zero as :func:`sqrt`."""
    return x.map(lambda lane: _root(lane, degree, lambda value: np.power(value, 1 / degree)))


def _root(lane: Lane, degree: int, function: Callable[[Floats], Floats]) -> Lane:
    value, size = lane.values, lane.magnitudes
    noise = 2.0**-50 * size
    root = function(np.where(abs(value) < noise, 0, value))
    slope = np.maximum(abs(root), np.where(size > 0, function(noise), 1)) ** (1 - degree) / degree
    return Lane(np.stack([root, abs(root) + np.where(size > 0, slope * size, 0)]))


def float_erfc(x: Floats) -> Floats:
    """Return the complementary error function of floats."""
    return np.vectorize(math.erfc, otypes=[float])(x)[()]


def erfc(x: Lanes) -> Lanes:
    """Return the complementary error function."""
    slope = 2 / np.sqrt(np.pi)
    return x.map(lambda lane: lane.apply(float_erfc, lambda t, _: slope * np.exp(-t * t)))


def sort_descending(x: Lanes) -> Any:
    """Sort along the last axis, largest first; NaN where an entry is."""
    values, magnitudes = stack(x)
    values = np.where(np.isnan(values).any(-1, keepdims=True), np.nan, values)
    order = np.argsort(-values, axis=-1, kind="stable")
    return unstack(np.take_along_axis(values, order, -1), np.take_along_axis(magnitudes, order, -1))


def descending(x: Lanes) -> Any:
    """Return vectors whose entries descend; NaN where they do not."""
    values, magnitudes = stack(x)
    rises = np.diff(values) > NEGLIGIBLE * (magnitudes[..., 1:] + magnitudes[..., :-1])
    return unstack(np.where(rises.any(-1, keepdims=True), np.nan, values), magnitudes)


def permutation(x: Lanes) -> Any:
    """Return the permutation matrices that sort vectors in ascending order."""
    values, _ = stack(x)
    order = np.argsort(values, axis=-1, kind="stable")
    return unstack(1.0 * (order[..., None] == np.arange(order.shape[-1])))
