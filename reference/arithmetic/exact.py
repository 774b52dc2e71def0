"""Exact rationals and balls in arrays that cannot lie.

NumPy computes with arrays of objects, so rational numbers (``fmpq``) and balls (``arb``, a midpoint and a radius that
enclose the true value) need no array code of their own. What they need is a guard: a comparison of overlapping balls is
False in both directions, and a float literal such as ``0.1`` is not the number meant. :class:`Rigorous` wraps an object
array and offers field operations, shapes and sums, and nothing that could branch on an enclosure or round.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from flint import acb, arb, fmpq, fmpz

from reference.arithmetic.admitted import ANALYTIC, KEYWORDS, SHAPES, UFUNCS
from reference.arithmetic.refusals import COMPLEX, NO_COMPARISON, TOO_MANY, called_there, lack, refusal
from reference.arithmetic.undefined import undefined


class Irrational(ArithmeticError):
    """A rational computation met a function whose value need not be rational."""


def constant(x: Any) -> Any:
    """Return the number that a literal means: int, Fraction, or a float that is a multiple of 1/1024.

    Raises TypeError for any other float, which is not exactly the number meant, and for complex numbers.
    """
    if type(x) is int:
        return x
    if isinstance(x, Fraction):
        return fmpq(x.numerator, x.denominator)
    if isinstance(x, (float, np.floating, Decimal)):
        if isinstance(x, Decimal) or not (1024 * x).is_integer():
            raise TypeError(
                f"the {type(x).__name__} {x} is not exactly the number meant: write a Fraction, or divide integers"
            )
        return fmpq(int(1024 * x), 1024)
    if isinstance(x, (bool, np.bool_, np.integer)):
        return int(x)
    if isinstance(x, (complex, np.complexfloating, acb)):
        raise TypeError(COMPLEX)
    if isinstance(x, np.ndarray):
        return np.array([constant(v) for v in x.ravel()], dtype=object).reshape(x.shape)
    return x


def _forward(operate: Callable[[Any, Any], Any]) -> Callable[[Rigorous, Any], Any]:
    def method(self: Rigorous, other: Any) -> Any:
        return self.of(operate(self.array, other.array if type(other) is type(self) else self.admit(other)))

    return method


def _reflected(operate: Callable[[Any, Any], Any]) -> Callable[[Rigorous, Any], Any]:
    def method(self: Rigorous, other: Any) -> Any:
        return self.of(operate(self.admit(other), self.array))

    return method


class Rigorous:
    """An array of exact numbers; ``array`` holds them in a NumPy object array, or bare if there are no axes."""

    __slots__ = ("array",)
    array: Any
    _ZERO: Any
    _KIND = "exact numbers"
    _OPERANDS: tuple[type, ...] = (int, fmpq, fmpz)

    @classmethod
    def of(cls, array: Any) -> Self:
        """Wrap an object array, or a single number, of this arithmetic."""
        self = object.__new__(cls)
        self.array = array
        return self

    @classmethod
    def admit(cls, other: Any) -> Any:
        """Return plain numbers as operands beside these; raises TypeError for those of another arithmetic."""
        if isinstance(other, Rigorous):
            raise TypeError(f"{cls.__name__} and {type(other).__name__} do not mix: stay in one arithmetic")
        return _number(other, cls)

    @classmethod
    def operand(cls, other: Any) -> Any:
        """Return the bare entries of an array, of this arithmetic or one that it encloses, or plain numbers."""
        return other.array if isinstance(other, Rigorous) else cls.admit(other)

    __add__, __radd__ = _forward(operator.add), _reflected(operator.add)
    __sub__, __rsub__ = _forward(operator.sub), _reflected(operator.sub)
    __mul__, __rmul__ = _forward(operator.mul), _reflected(operator.mul)
    __truediv__, __rtruediv__ = _forward(operator.truediv), _reflected(operator.truediv)

    def __matmul__(self, other: Any) -> Self:
        product = self.array @ (other.array if type(other) is type(self) else self.admit(other))
        # NumPy's empty sums are Python integers, which a division would round
        return self.of(product if self.shape[-1] else product + self._ZERO)

    def __rmatmul__(self, other: Any) -> Self:
        return self.of(self.admit(other)) @ self

    def __neg__(self) -> Self:
        return self.of(-self.array)

    def __abs__(self) -> Self:
        return self.of(abs(self.array))

    def __pow__(self, exponent: Any) -> Any:
        # python-flint's square of a ball around zero is NaN; a product is not
        if not isinstance(exponent, int) or exponent < 1:
            raise TypeError("powers of exact numbers are integers from 1 on: divide, or use sqrt, for others")
        return self if exponent == 1 else self * self ** (exponent - 1)

    def __getitem__(self, key: Any) -> Self:
        return self.of(np.asarray(self.array, dtype=object)[key])

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Self]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({np.array2string(np.asarray(self.array, dtype=object), separator=', ')})"

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return np.shape(self.array)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def mT(self) -> Self:
        """The transpose of the last two axes."""
        return self.of(self.array.swapaxes(-1, -2))

    T = mT

    def sum(self, axis: int | None = None) -> Self:
        """Add up along one axis, or over all."""
        return self.of(self.array.sum(axis, initial=self._ZERO))

    def reshape(self, *shape: Any) -> Self:
        """Return the same entries with other axes."""
        return self.of(np.asarray(self.array, dtype=object).reshape(*shape))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):  # a protocol that somebody asks for
                raise AttributeError(name)
            raise AttributeError(lack(name, self._KIND))

    def _refuse_conversion(self, *_: Any, **__: Any) -> Any:
        raise TypeError(refusal(called_there("a conversion to floats"), self._KIND))

    __array__ = __float__ = __int__ = __complex__ = _refuse_conversion
    __round__ = __trunc__ = __floor__ = __ceil__ = _refuse_conversion

    def bare(self) -> Any:
        """Return the numbers, which nothing guards, in nested lists, or the number if there are no axes."""
        return np.asarray(self.array, dtype=object).tolist()

    def item(self) -> Any:
        """Return the single number; of enclosures one that is guarded as they are."""
        return np.asarray(self.array, dtype=object).item()

    def tolist(self) -> Any:
        """Return the numbers in nested lists; of enclosures those that are guarded as they are."""
        return self.bare()

    def map(self, function: Callable[[Any], Any]) -> Self:
        """Apply a function of bare numbers entry by entry."""
        return self.of(np.frompyfunc(function, 1, 1)(self.array))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc not in UFUNCS or method != "__call__" or kwargs:
            module = "numpy" if hasattr(np, ufunc.__name__) else "scipy.special"
            raise self._refuse(f"{module}.{ufunc.__name__}")
        if ufunc in ANALYTIC:
            return self._analytic(ufunc)
        return self.of(ufunc(*(_bare(x, type(self)) for x in inputs)) + self._ZERO)  # as in __matmul__

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in SHAPES:
            raise self._refuse(f"{function.__module__}.{function.__name__}")
        if len(args) > SHAPES[function] or not kwargs.keys() <= KEYWORDS:
            raise TypeError(TOO_MANY.format(f"{function.__module__}.{function.__name__}", self._KIND))
        # None means all axes, a text the subscripts of einsum
        plain = (x if x is None or isinstance(x, str) else _bare(x, type(self)) for x in args)
        return self.of(function(*plain, **kwargs) + self._ZERO)  # as in __matmul__

    def _analytic(self, ufunc: Any) -> Any:
        raise NotImplementedError

    def _refuse(self, what: str) -> TypeError:
        return TypeError(refusal(what, self._KIND))


def _bare(x: Any, kind: type[Rigorous]) -> Any:
    if isinstance(x, Rigorous):
        if type(x) is kind:
            return np.asarray(x.array, dtype=object)
        raise TypeError(f"{kind.__name__} and {type(x).__name__} do not mix: stay in one arithmetic")
    return type(x)(_bare(item, kind) for item in x) if isinstance(x, (list, tuple)) else _number(x, kind)


def _number(x: Any, kind: type[Rigorous]) -> Any:
    value = constant(np.array(x, dtype=object) if isinstance(x, (list, tuple)) else x)
    if type(value) is int:
        return value
    for entry in value.flat if isinstance(value, np.ndarray) else (value,):
        if not isinstance(entry, kind._OPERANDS):
            sympys = type(entry).__module__.startswith("sympy.")
            what = f"SymPy's {entry}" if sympys else f"an object of the type {type(entry).__name__}"
            mend = "take pi, sqrt, exp, … from reference.arithmetic"
            raise TypeError(f"{what} is no number here: write ints or Fractions, {mend}, of a condition where(c, 1, 0)")
    return value


def _compare(relate: Callable[[Any, Any], Any]) -> Callable[[Rationals, Any], Any]:
    def method(self: Rationals, other: Any) -> Any:
        return np.asarray(relate(self.array, _bare(other, Rationals)), dtype=bool)

    return method


class Rationals(Rigorous):
    """Exact fractions: every comparison is decided, and gives a NumPy array of truth values."""

    __slots__ = ()
    _ZERO = fmpq(0)
    __lt__, __le__ = _compare(operator.lt), _compare(operator.le)
    __gt__, __ge__ = _compare(operator.gt), _compare(operator.ge)
    __eq__, __ne__ = _compare(operator.eq), _compare(operator.ne)

    def __bool__(self) -> bool:
        return bool(self.item())

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
