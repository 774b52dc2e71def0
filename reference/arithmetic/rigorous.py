"""Arrays of numbers that nothing rounds and nothing branches on: what the exact arithmetics have in common.

NumPy computes with arrays of objects, so exact numbers need no array code of their own. What they need is a guard:
:class:`Rigorous` wraps an object array and offers field operations, shapes and sums, and nothing that could branch on
an enclosure or round. An arithmetic of real numbers knows that of the complex ones which goes with it: whatever meets a
complex number is one of these.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from flint import fmpq, fmpz

from reference.arithmetic.admitted import ANALYTIC, KEYWORDS, PARTS, SHAPES, UFUNCS, UNARY
from reference.arithmetic.literals import constant, is_complex
from reference.arithmetic.refusals import COMPLEX, TOO_MANY, called_there, lack, refusal


def _forward(operate: Callable[[Any, Any], Any]) -> Callable[[Rigorous, Any], Any]:
    def method(self: Rigorous, other: Any) -> Any:
        if type(other) is type(self):
            return self.of(operate(self.array, other.array))
        if type(other) is int:
            return self.of(operate(self.array, other))
        if isinstance(other, Overriding):
            return NotImplemented
        kind = self.beside(other)
        return kind.of(operate(self.array, kind.admit(other)))

    return method


def _reflected(operate: Callable[[Any, Any], Any]) -> Callable[[Rigorous, Any], Any]:
    def method(self: Rigorous, other: Any) -> Any:
        if type(other) is int:
            return self.of(operate(other, self.array))
        kind = self.beside(other)
        return kind.of(operate(kind.admit(other), self.array))

    return method


class Overriding:
    """An array that wraps one of any arithmetic, ``value``, and takes over what this meets in an operator."""

    __slots__ = ()
    value: Any


class Rigorous:
    """An array of exact numbers; ``array`` holds them in a NumPy object array, or bare if there are no axes."""

    __slots__ = ("array",)
    array: Any
    _ZERO: Any
    _KIND = "exact numbers"
    _OPERANDS: tuple[type, ...] = (int, fmpq, fmpz)
    COMPLEX: type[Rigorous] | None = None
    """Of an arithmetic of real numbers, that of the complex ones, which promotes them."""
    REAL: type[Rigorous] | None = None
    """Of an arithmetic of complex numbers, that of the real ones."""

    @classmethod
    def of(cls, array: Any) -> Self:
        """Wrap an object array, or a single number, of this arithmetic."""
        self = object.__new__(cls)
        self.array = array
        return self

    @classmethod
    def beside(cls, other: Any) -> type[Rigorous]:
        """Return the arithmetic of what is made of these numbers and another operand: complex if that is."""
        if type(other) is cls or cls.COMPLEX is None:
            return cls
        return cls.COMPLEX if type(other) is cls.COMPLEX or is_complex(other) else cls

    @classmethod
    def admit(cls, other: Any) -> Any:
        """Return plain numbers as operands beside these; raises TypeError for those of another arithmetic."""
        if isinstance(other, Rigorous):
            return cls._one_of(other).array
        return _number(other, cls)

    @classmethod
    def _one_of(cls, other: Rigorous) -> Rigorous:
        """Return an array of complex numbers, or of real ones beside these; raises TypeError if it is neither."""
        if cls.REAL is None or type(other) not in (cls, cls.REAL):
            raise TypeError(f"{cls.__name__} and {type(other).__name__} do not mix: stay in one arithmetic")
        return other

    @classmethod
    def lifted(cls, number: Any) -> Any:
        """Return an admitted number as it stands in an array of this arithmetic."""
        return number

    @classmethod
    def operand(cls, other: Any) -> Any:
        """Return the bare entries of an array, of this arithmetic or one that it encloses, or plain numbers."""
        return other.array if isinstance(other, Rigorous) else cls.admit(other)

    __add__, __radd__ = _forward(operator.add), _reflected(operator.add)
    __sub__, __rsub__ = _forward(operator.sub), _reflected(operator.sub)
    __mul__, __rmul__ = _forward(operator.mul), _reflected(operator.mul)
    __truediv__, __rtruediv__ = _forward(operator.truediv), _reflected(operator.truediv)

    def __matmul__(self, other: Any) -> Any:
        if type(other) is type(self):
            product = self.array @ other.array
        elif isinstance(other, Overriding):
            return NotImplemented
        elif (kind := self.beside(other)) is not type(self):
            return kind.of(self.array) @ other
        else:
            product = self.array @ self.admit(other)
        # NumPy's empty sums are Python integers, which a division would round
        return self.of(product if self.shape[-1] else product + self._ZERO)

    def __rmatmul__(self, other: Any) -> Any:
        return (kind := self.beside(other)).of(kind.admit(other)) @ self

    def __neg__(self) -> Self:
        return self.of(-self.array)

    def __pos__(self) -> Self:
        return self

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
        return getattr(self.array, "shape", ())

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def mT(self) -> Self:
        """The transpose of the last two axes."""
        return self.of(np.asarray(self.array, dtype=object).swapaxes(-1, -2))

    T = mT

    @property
    def real(self) -> Any:
        """The real parts."""
        return self

    @property
    def imag(self) -> Any:
        """The imaginary parts."""
        return 0 * self

    def conj(self) -> Self:
        """Return the conjugates."""
        return self

    conjugate = conj

    @property
    def H(self) -> Self:
        """The conjugate transpose of the last two axes."""
        return self.mT.conj()

    def sum(self, axis: int | None = None) -> Self:
        """Add up along one axis, or over all."""
        return self.of(np.asarray(self.array, dtype=object).sum(axis, initial=self._ZERO))

    def reshape(self, *shape: Any) -> Self:
        """Return the same entries with other axes."""
        return self.of(np.asarray(self.array, dtype=object).reshape(*shape))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):  # a protocol that somebody asks for
                raise AttributeError(name)
            raise AttributeError(lack(name, self._KIND))

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(f"{self._KIND} are not written into: make a new array, with stack, concatenate or where")

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
        if any(isinstance(x, Overriding) for x in inputs):
            return NotImplemented
        kind = self._meeting(inputs)
        if kind is not type(self):
            return kind.of(self.array).__array_ufunc__(ufunc, method, *inputs, **kwargs)
        if ufunc not in UFUNCS or method != "__call__" or kwargs:
            module = "numpy" if hasattr(np, ufunc.__name__) else "scipy.special"
            raise self._refuse(f"{module}.{ufunc.__name__}")
        if ufunc in ANALYTIC:
            return self._analytic(ufunc)
        if ufunc in UNARY:
            return getattr(self, UNARY[ufunc])()
        return self.of(ufunc(*(bare_operand(x, type(self)) for x in inputs)) + self._ZERO)  # as in __matmul__

    @classmethod
    def _meeting(cls, operands: Any) -> type[Rigorous]:
        """Return the arithmetic of what is made of several operands, and lists of such."""
        for x in operands:
            if type(x) is not cls:
                kind = cls._meeting(x) if isinstance(x, (list, tuple)) else cls.beside(x)
                if kind is not cls:
                    return kind
        return cls

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(kind, Overriding) for kind in types):
            return NotImplemented
        kind = self._meeting(args)
        if kind is not type(self):
            return kind.of(self.array).__array_function__(function, types, args, kwargs)
        if function in PARTS:
            return getattr(args[0], function.__name__)
        if function not in SHAPES:
            raise self._refuse(f"{function.__module__}.{function.__name__}")
        if len(args) > SHAPES[function] or not kwargs.keys() <= KEYWORDS:
            raise TypeError(TOO_MANY.format(f"{function.__module__}.{function.__name__}", self._KIND))
        # None means all axes, a text the subscripts of einsum
        plain = (x if x is None or isinstance(x, str) else bare_operand(x, type(self)) for x in args)
        return self.of(function(*plain, **kwargs) + self._ZERO)  # as in __matmul__

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise TypeError(refusal(called_there(f"torch.{function.__name__}"), cls._KIND))

    def _analytic(self, ufunc: Any) -> Any:
        raise NotImplementedError

    def _refuse(self, what: str) -> TypeError:
        return TypeError(refusal(what, self._KIND))


def bare_operand(x: Any, kind: type[Rigorous]) -> Any:
    if isinstance(x, Rigorous):
        return np.asarray(x.array if type(x) is kind else kind._one_of(x).array, dtype=object)
    return type(x)(bare_operand(item, kind) for item in x) if isinstance(x, (list, tuple)) else _number(x, kind)


def _number(x: Any, kind: type[Rigorous]) -> Any:
    value = constant(np.array(x, dtype=object) if isinstance(x, (list, tuple)) else x)
    if type(value) is int:
        return value
    for entry in value.flat if isinstance(value, np.ndarray) else (value,):
        if not isinstance(entry, kind._OPERANDS):
            if is_complex(entry):
                raise TypeError(COMPLEX)
            sympys = type(entry).__module__.startswith("sympy.")
            what = f"SymPy's {entry}" if sympys else f"an object of the type {type(entry).__name__}"
            mend = "take pi, sqrt, exp, … from reference.arithmetic"
            raise TypeError(f"{what} is no number here: write ints or Fractions, {mend}, of a condition where(c, 1, 0)")
    return value if kind.REAL is None else np.frompyfunc(kind.lifted, 1, 1)(value)
