"""Complex numbers beside the real ones: arrays of Gaussian rationals, and of balls in the complex plane.

An array of complex numbers is one of real numbers in all that does not depend on an order, and an array of real numbers
that meets it is promoted. Its parts, and its modulus, are arrays of the real arithmetic.
"""

from __future__ import annotations

from math import lcm
from typing import Any, Self

import numpy as np
from flint import acb, acb_mat, arb, fmpq, fmpz, fmpz_mat
from flint.utils.flint_exceptions import DomainError

from reference.arithmetic.exact import LARGER, Balls, Irrational, Rationals, fits, multiplied
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.literals import is_complex, is_complex_array
from reference.arithmetic.refusals import COMPLEX
from reference.arithmetic.rigorous import Rigorous, bare_operand
from reference.arithmetic.undefined import undefined


class Complex(Rigorous):
    """An array of complex numbers; it has no order, and no truth value."""

    __slots__ = ()
    REAL: type[Rigorous]
    _entrywise: Any
    """The real part, the imaginary part and the conjugate of each entry of an object array."""

    def __init_subclass__(cls, over: type[Rigorous] | None = None) -> None:
        if over is not None:
            cls.REAL, over.COMPLEX = over, cls
            cls._entrywise = tuple(np.frompyfunc(f, 1, 1) for f in (cls._real, cls._imag, cls._conjugate))

    @classmethod
    def joined(cls, real: Any, imag: Any) -> Self:
        """Return a + bi of bare real numbers, or object arrays of them."""
        return cls.of(np.frompyfunc(cls._joined, 2, 1)(real, imag))

    @staticmethod
    def _joined(real: Any, imag: Any) -> Any:
        raise NotImplementedError

    @property
    def real(self) -> Any:
        """The real parts, in the arithmetic of real numbers."""
        return self.REAL.of(self._entrywise[0](self.array))

    @property
    def imag(self) -> Any:
        """The imaginary parts, in the arithmetic of real numbers."""
        return self.REAL.of(self._entrywise[1](self.array))

    def conj(self) -> Self:
        """Return the conjugates."""
        return self.of(self._entrywise[2](self.array))

    conjugate = conj

    @staticmethod
    def _real(x: Any) -> Any:
        return x.real

    @staticmethod
    def _imag(x: Any) -> Any:
        return x.imag

    @staticmethod
    def _conjugate(x: Any) -> Any:
        return x.conjugate()

    def squared_modulus(self) -> Any:
        """Return |x|², in the arithmetic of real numbers."""
        a, b = self.real, self.imag
        return a * a + b * b

    def certainly_real(self) -> Any:
        """Return the real numbers that these certainly are, or None where an imaginary part is not certainly 0."""
        return self.real if all(part == 0 for part in np.ravel(self.imag.array)) else None

    def _refuse_order(self, *_: Any) -> Any:
        raise TypeError(COMPLEX)

    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _refuse_order


class ComplexRationals(Complex, over=Rationals):
    """Gaussian rationals: equality is decided, as that of fractions is."""

    __slots__ = ()
    _ZERO = GaussianRational(0, 0)
    _OPERANDS = (int, fmpq, fmpz, GaussianRational)

    @classmethod
    def lifted(cls, number: Any) -> GaussianRational:
        return number if type(number) is GaussianRational else GaussianRational.of(number)

    @staticmethod
    def _joined(real: Any, imag: Any) -> GaussianRational:
        return GaussianRational.of(real, imag)

    @staticmethod
    def _real(x: Any) -> fmpq:
        return x.real if type(x) is GaussianRational else fmpq(x)

    @staticmethod
    def _imag(x: Any) -> fmpq:
        return x.imag if type(x) is GaussianRational else fmpq(0)

    @staticmethod
    def _conjugate(x: Any) -> Any:
        return x.conjugate() if type(x) is GaussianRational else x

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: Any) -> Any:
        return np.asarray(self.array == bare_operand(other, ComplexRationals), dtype=bool)

    def __ne__(self, other: Any) -> Any:
        return ~(self == other)

    def __matmul__(self, other: Any) -> Any:
        if type(other) is ComplexRationals and self.ndim == other.ndim == 2 and self.shape[1] > 2:
            return self.of(_product(self.array, other.array))
        return super().__matmul__(other)

    def squared_modulus(self) -> Rationals:
        return Rationals.of(_squared_moduli(self.array))

    def __abs__(self) -> Any:
        return self.squared_modulus().map(rational_root)

    def _analytic(self, ufunc: Any) -> Any:
        raise Irrational(ufunc.__name__)


class ComplexBalls(Complex, over=Balls):
    """Rigorous enclosures in the complex plane: rectangles, whose sides are the enclosures of the parts."""

    __slots__ = ()
    _ZERO = acb(0)
    _KIND = Balls._KIND
    _OPERANDS = (int, fmpq, fmpz, arb, acb, GaussianRational)
    __eq__ = __ne__ = Balls._refuse_comparison

    def __matmul__(self, other: Any) -> Any:
        if fits(self, other, LARGER):
            return self.of(multiplied(acb_mat, self.array, other.array))
        return super().__matmul__(other)

    def item(self) -> Self:
        return self.of(super().item())

    def tolist(self) -> Any:
        return [x.tolist() for x in self] if self.ndim else self

    @classmethod
    def lifted(cls, number: Any) -> acb:
        return _enclosed(number)

    @staticmethod
    def _joined(real: Any, imag: Any) -> acb:
        return acb(real, imag)

    @staticmethod
    def _conjugate(x: Any) -> acb:
        return (x if type(x) is acb else acb(x)).conjugate()

    def __abs__(self) -> Any:
        return self.REAL.of(abs(self.array))

    def _analytic(self, ufunc: Any) -> Any:
        return self.map(lambda x: _defined(ufunc.__name__, acb(x), getattr(acb(x), ufunc.__name__)()))


def integers(entries: Any) -> tuple[list[int], list[int], int]:
    """Return the real and imaginary parts of Gaussian rationals as integers over one denominator."""
    numbers = [ComplexRationals.lifted(x) for x in np.ravel(entries)]
    d = lcm(*[x.d for x in numbers])
    return [x.a * (d // x.d) for x in numbers], [x.b * (d // x.d) for x in numbers], d


def _product(x: Any, y: Any) -> Any:
    """Return the product of two matrices: over one denominator the sums are of integers, and reduced once."""
    if x.shape[1] != y.shape[0]:
        raise ValueError(f"matrices of shapes {x.shape} and {y.shape} have no product")
    (a, b, d), (p, q, e) = integers(x), integers(y)
    A, B, P, Q = (fmpz_mat(m.shape[0], m.shape[1], part) for m, part in ((x, a), (x, b), (y, p), (y, q)))
    real, imag = (A * P - B * Q).entries(), (A * Q + B * P).entries()
    product = np.empty(x.shape[0] * y.shape[1], dtype=object)
    for k, (r, s) in enumerate(zip(real, imag, strict=True)):
        product[k] = GaussianRational(int(r), int(s), d * e)
    return product.reshape(x.shape[0], y.shape[1])


def _squared_modulus(x: Any) -> fmpq:
    return fmpq(x.a * x.a + x.b * x.b, x.d * x.d) if type(x) is GaussianRational else fmpq(x * x)


def _enclosed(x: Any) -> acb:
    return acb(x.a, x.b) / x.d if type(x) is GaussianRational else acb(x)


_squared_moduli, _enclose = np.frompyfunc(_squared_modulus, 1, 1), np.frompyfunc(_enclosed, 1, 1)


def rational_root(value: fmpq) -> fmpq:
    """Return the root of a fraction that is a square; raises Irrational for any other one."""
    try:
        return value.sqrt()
    except DomainError as error:
        raise Irrational("sqrt") from error


def _defined(function: str, x: acb, value: acb) -> acb:
    """Return the value of a function; where there is none at a finite number, note which function and where."""
    if not value.is_finite() and x.is_finite():
        undefined(f"{function} has no value {'at' if x.is_exact() else 'somewhere in'} {x.str(5)}")
    return value


def complex_balls(values: ComplexRationals) -> ComplexBalls:
    """Enclose Gaussian rationals at the working precision of python-flint."""
    return ComplexBalls.of(_enclose(values.array))


def real_if_certain(what: str, x: Any) -> Any:
    """Return an array of complex numbers as the real one that it certainly is; any other array or number as it is.

    Raises TypeError, which names what needs real numbers, where an imaginary part is not certainly 0.
    """
    if isinstance(x, Rigorous):
        if x.REAL is None:
            return x
        reals = x.certainly_real()  # type: ignore[attr-defined]
    elif is_complex(x) or is_complex_array(x):
        x = np.asarray(x) if isinstance(x, (list, tuple)) else x
        reals = None if np.any(np.asarray(x.imag != 0)) else x.real
    else:
        return x
    if reals is None:
        raise TypeError(f"{what}: the imaginary part is not certainly 0, and {COMPLEX}")
    return reals
