"""One number of many instances: its values, in float64 or complex128, and their magnitudes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.rigorous import Rigorous

Floats = Any
"""A float64 NumPy array, or a complex128 one."""

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


def data_of(x: Any) -> Floats:
    """Return the data of a lane, or of an integer, fraction or float that all instances share."""
    if isinstance(x, Lane):
        return x.data
    value = complex(x) if isinstance(x, GaussianRational) else nearest(x)
    return np.array([[value], [abs(value)]])


def _divide(x: Floats, y: Floats) -> Floats:
    values = x[0] / y[0]
    data = np.empty((2, *values.shape), dtype=values.dtype)
    data[0], data[1] = values, x[1] * y[1] / (abs(y[0]) if y.dtype.kind == "c" else y[0]) ** 2
    return data


def _operation(operate: Callable[[Floats, Floats], Floats]) -> Callable[[Lane, Any], Any]:
    def method(self: Lane, other: Any) -> Any:
        if isinstance(other, Lane):
            return Lane(operate(self.data, other.data))
        # an array of lanes does it entry by entry
        return NotImplemented if isinstance(other, (np.ndarray, Rigorous)) else Lane(operate(self.data, data_of(other)))

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
        values = np.atleast_1d(np.asarray(values))
        if values.dtype.char not in "dD":  # float64, complex128
            values = values.astype(float)
        return cls(np.stack([values, abs(values) if magnitudes is None else np.broadcast_to(magnitudes, values.shape)]))

    @property
    def values(self) -> Floats:
        """The numbers, shape (n,)."""
        return self.data[0]

    @property
    def magnitudes(self) -> Floats:
        """Their sizes without cancellation, shape (n,)."""
        return self.data[1].real

    @property
    def real(self) -> Lane:
        """The real parts, which are known as well as the numbers are."""
        return type(self)(np.ascontiguousarray(self.data.real))

    @property
    def imag(self) -> Lane:
        """The imaginary parts, which are known as well as the numbers are."""
        return type(self)(np.stack([self.data[0].imag, self.data[1].real]))

    def conjugate(self) -> Lane:
        """Return the conjugates."""
        return type(self)(self.data.conj())

    def apply(self, function: Callable[[Floats], Floats], derivative: Callable[[Floats, Floats], Floats]) -> Lane:
        """Apply a function, whose ``derivative`` is given (argument, value): it carries the magnitude over."""
        x, size = self.data
        y = function(x)
        data = np.empty((2, *y.shape), dtype=y.dtype)
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


DERIVATIVES: dict[Any, Callable[[Floats, Floats], Floats]] = {
    np.exp: lambda _, y: y,
    np.expm1: lambda _, y: y + 1,
    np.log: lambda x, _: 1 / x,
    np.log1p: lambda x, _: 1 / (1 + x),
    np.tanh: lambda _, y: 1 - y * y,
    np.sinh: lambda x, _: np.cosh(x),
    np.cosh: lambda x, _: np.sinh(x),
    np.sin: lambda x, _: np.cos(x),
    np.cos: lambda x, _: -np.sin(x),
    np.tan: lambda _, y: 1 + y * y,
}
"""Derivatives of functions, of argument and value: they carry the magnitude over, and a cotangent back."""
