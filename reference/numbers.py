"""Arrays of exact rationals and of balls that refuse to lie.

NumPy computes with arrays of objects, so rational numbers (``fmpq``) and balls (``arb``, a midpoint and a radius that
enclose the true value) need no array type of their own. What they need is a guard: a comparison of overlapping balls is
False in both directions, and a float literal such as ``0.1`` is not the number meant. :class:`Balls` raises on the
first, and both classes raise on the second.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Self

import numpy as np
from flint import arb, fmpq

Array = Any
"""An array of any arithmetic: NumPy float64, torch, :class:`Rationals`, :class:`Balls`, or SymPy expressions."""

_FIELD = {np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive, np.matmul, np.square}
_SHAPES = {
    np.sum, np.prod, np.mean, np.trace, np.dot, np.inner, np.outer, np.vdot, np.einsum, np.tensordot, np.kron,
    np.cumsum, np.concatenate, np.stack, np.hstack, np.vstack, np.block, np.diag, np.diagonal, np.transpose,
    np.swapaxes, np.moveaxis, np.matrix_transpose, np.reshape, np.ravel, np.squeeze, np.expand_dims, np.broadcast_to,
    np.tile, np.repeat, np.roll, np.flip, np.copy, np.shape, np.ndim, np.size, np.array_repr, np.array_str,
    np.array2string, np.linalg.trace, np.linalg.matrix_transpose, np.linalg.diagonal, np.linalg.vecdot,
    np.linalg.matmul,
}  # fmt: skip
_ANALYTIC = {np.sqrt, np.exp, np.log, np.log1p, np.expm1, np.tanh, np.sinh, np.cosh, np.sin, np.cos, np.tan, np.arctan}


class Irrational(ArithmeticError):
    """A rational computation met a function whose value need not be rational."""


def constant(x: Any) -> Any:
    """Return the number that a literal means: int, Fraction, or a float that is a multiple of 1/1024."""
    if isinstance(x, Fraction):
        return fmpq(x.numerator, x.denominator)
    if isinstance(x, (float, np.floating)):
        if not (1024 * x).is_integer():
            raise TypeError(f"the float {x} is not exactly the number meant: write a Fraction, or divide integers")
        return fmpq(int(1024 * x), 1024)
    if isinstance(x, (bool, np.bool_, np.integer)):
        return int(x)
    if isinstance(x, np.ndarray) and x.dtype != object:
        return np.array([constant(v) for v in x.ravel()], dtype=object).reshape(x.shape)
    return x.view(np.ndarray) if isinstance(x, Rigorous) else x


class Rigorous(np.ndarray):
    """An object array that stays in its own arithmetic; a scalar of it is an array without axes."""

    __slots__ = ()

    @classmethod
    def of(cls, values: Any) -> Self:
        """View an object array, or a single number, as an array of this arithmetic."""
        if isinstance(values, np.ndarray):
            return values.view(cls)
        array = np.empty((), dtype=object)
        array[()] = values
        return array.view(cls)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc not in _FIELD:
            self._admit(ufunc)
        plain = [x.view(np.ndarray) if type(x) is type(self) else constant(x) for x in inputs]
        if ufunc is np.divide and isinstance(plain[-1], int):
            plain[-1] = fmpq(plain[-1])  # an entry that is a Python integer would turn into a float
        return self.of(getattr(ufunc, method)(*plain, **kwargs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in _SHAPES:
            self._admit(function)
        result = super().__array_function__(function, types, args, kwargs)
        numeric = isinstance(result, (arb, fmpq)) or (isinstance(result, np.ndarray) and result.dtype == object)
        return self.of(result) if numeric else result

    def _admit(self, function: Any) -> None:
        raise NotImplementedError

    def __getitem__(self, key: Any) -> Any:
        return self.of(super().__getitem__(key))

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __pow__(self, exponent: Any, mod: None = None) -> Any:
        # python-flint's square of a ball around zero is NaN; a product is not
        if not isinstance(exponent, int) or exponent < 1:
            raise TypeError("powers of exact numbers are integers from 1 on: divide, or use sqrt, for others")
        return self if exponent == 1 else self * self ** (exponent - 1)


class Rationals(Rigorous):
    """Exact fractions: every comparison is decided."""

    def _admit(self, function: Any) -> None:
        if function in _ANALYTIC:
            raise Irrational(function.__name__)

    def __bool__(self) -> bool:
        return bool(self.item())


class Balls(Rigorous):
    """Rigorous enclosures: comparisons and branches are refused, because those of overlapping balls would lie."""

    def _admit(self, function: Any) -> None:
        if function not in _ANALYTIC:
            raise TypeError(
                f"numpy.{function.__name__} may branch on enclosures: state it with leq, less or equal, "
                "or use maximum, absolute, where or sort_descending of reference.arithmetic"
            )

    def __bool__(self) -> bool:
        raise TypeError("an enclosure is neither true nor false: state it with leq, less or equal, or use where")

    def __float__(self) -> float:
        raise TypeError("an enclosure is not a float: keep the formula in the arithmetic of its inputs")

    def _refuse_order(self, *_: Any, **__: Any) -> Any:
        raise TypeError("the order of enclosures is undecided: use maximum or sort_descending of reference.arithmetic")

    sort = argsort = argmax = argmin = max = min = clip = nonzero = _refuse_order


def rationals(values: Any) -> Rationals:
    """Turn nested lists, or an array, of integers, fractions or ``fmpq`` into an array of exact rationals."""
    return Rationals.of(np.frompyfunc(lambda v: fmpq(constant(v)), 1, 1)(np.array(values, dtype=object)))


_enclose = np.frompyfunc(arb, 1, 1)


def balls(values: Rationals) -> Balls:
    """Enclose exact rationals at the working precision of python-flint (``flint.ctx.prec``, in bits)."""
    return Balls.of(_enclose(values.view(np.ndarray)))
