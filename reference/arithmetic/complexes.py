"""Complex numbers beside the real ones: arrays of Gaussian rationals, and of balls in the complex plane.

An array of complex numbers is one of real numbers in all that does not depend on an order, and an array of real numbers
that meets it is promoted. Its parts, and its modulus, are arrays of the real arithmetic.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from flint import acb, arb, fmpq, fmpz
from flint.utils.flint_exceptions import DomainError

from reference.arithmetic.exact import Balls, Irrational, Rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.literals import is_complex, is_complex_array
from reference.arithmetic.refusals import COMPLEX
from reference.arithmetic.rigorous import Rigorous, bare_operand
from reference.arithmetic.undefined import undefined


class Complex(Rigorous):
    """An array of complex numbers; it has no order, and no truth value."""

    __slots__ = ()
    REAL: type[Rigorous]

    def __init_subclass__(cls, over: type[Rigorous] | None = None) -> None:
        if over is not None:
            cls.REAL, over.COMPLEX = over, cls

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
        return self.REAL.of(np.frompyfunc(self._real, 1, 1)(self.array))

    @property
    def imag(self) -> Any:
        """The imaginary parts, in the arithmetic of real numbers."""
        return self.REAL.of(np.frompyfunc(self._imag, 1, 1)(self.array))

    def conj(self) -> Self:
        """Return the conjugates."""
        return self.map(self._conjugate)

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

    def __abs__(self) -> Any:
        square = self.real * self.real + self.imag * self.imag
        return square.map(rational_root)

    def _analytic(self, ufunc: Any) -> Any:
        raise Irrational(ufunc.__name__)


class ComplexBalls(Complex, over=Balls):
    """Rigorous enclosures in the complex plane: rectangles, whose sides are the enclosures of the parts."""

    __slots__ = ()
    _ZERO = acb(0)
    _KIND = Balls._KIND
    _OPERANDS = (int, fmpq, fmpz, arb, acb, GaussianRational)
    __eq__ = __ne__ = Balls._refuse_comparison

    def item(self) -> Self:
        return self.of(super().item())

    def tolist(self) -> Any:
        return [x.tolist() for x in self] if self.ndim else self

    @classmethod
    def lifted(cls, number: Any) -> acb:
        return acb(number.real, number.imag) if type(number) is GaussianRational else acb(number)

    @staticmethod
    def _joined(real: Any, imag: Any) -> acb:
        return acb(real, imag)

    @staticmethod
    def _conjugate(x: Any) -> acb:
        return acb(x).conjugate()

    def __abs__(self) -> Any:
        return self.REAL.of(abs(self.array))

    def _analytic(self, ufunc: Any) -> Any:
        return self.map(lambda x: _defined(ufunc.__name__, acb(x), getattr(acb(x), ufunc.__name__)()))


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
    return ComplexBalls.joined(values.real.map(arb).array, values.imag.map(arb).array)


def real_if_certain(what: str, x: Any) -> Any:
    """Return an array of complex numbers as the real one that it certainly is; any other array or number as it is.

    Raises TypeError, which names what needs real numbers, where an imaginary part is not certainly 0.
    """
    if isinstance(x, Rigorous):
        if not isinstance(x, Complex):
            return x
        reals = x.certainly_real()
    elif is_complex(x) or is_complex_array(x):
        reals = None if np.any(np.asarray(x.imag != 0)) else x.real
    else:
        return x
    if reals is None:
        raise TypeError(f"{what}: the imaginary part is not certainly 0, and {COMPLEX}")
    return reals
