"""Gaussian rationals: the numbers a + bi of rational a and b, which the four operations do not leave."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Any

from flint import fmpq, fmpz


class GaussianRational:
    """The number (a + bi)/d of integers without a common factor, d > 0. Real numbers are promoted beside it."""

    __slots__ = ("a", "b", "d")

    def __init__(self, a: int, b: int, d: int = 1) -> None:
        common = 1 if d == 1 else gcd(a, b, d)
        self.a, self.b, self.d = (a, b, d) if common == 1 else (a // common, b // common, d // common)

    @classmethod
    def of(cls, real: Any, imag: Any = 0) -> GaussianRational:
        """Return a + bi of integers or fractions a and b."""
        x, y = fmpq(real), fmpq(imag)
        p, q, r, s = int(x.p), int(x.q), int(y.p), int(y.q)
        return cls(p * s, r * q, q * s)

    @property
    def real(self) -> fmpq:
        """The real part."""
        return fmpq(self.a, self.d)

    @property
    def imag(self) -> fmpq:
        """The imaginary part."""
        return fmpq(self.b, self.d)

    def conjugate(self) -> GaussianRational:
        """Return a − bi."""
        return _reduced(self.a, -self.b, self.d)

    def __complex__(self) -> complex:
        return complex(self.a / self.d, self.b / self.d)

    def __add__(self, other: Any) -> Any:
        y = other if type(other) is GaussianRational else _promoted(other)
        if y is None:
            return NotImplemented
        if self.d == y.d:
            return GaussianRational(self.a + y.a, self.b + y.b, self.d)
        return GaussianRational(self.a * y.d + y.a * self.d, self.b * y.d + y.b * self.d, self.d * y.d)

    def __sub__(self, other: Any) -> Any:
        y = other if type(other) is GaussianRational else _promoted(other)
        if y is None:
            return NotImplemented
        return GaussianRational(self.a * y.d - y.a * self.d, self.b * y.d - y.b * self.d, self.d * y.d)

    def __mul__(self, other: Any) -> Any:
        y = other if type(other) is GaussianRational else _promoted(other)
        if y is None:
            return NotImplemented
        return GaussianRational(self.a * y.a - self.b * y.b, self.a * y.b + self.b * y.a, self.d * y.d)

    def __truediv__(self, other: Any) -> Any:
        y = other if type(other) is GaussianRational else _promoted(other)
        if y is None:
            return NotImplemented
        square = y.a * y.a + y.b * y.b
        if not square:
            raise ZeroDivisionError("division of a Gaussian rational by zero")
        a, b = self.a * y.a + self.b * y.b, self.b * y.a - self.a * y.b
        return GaussianRational(a * y.d, b * y.d, self.d * square)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Any:
        return _reflected(other, lambda x: x - self)

    def __rtruediv__(self, other: Any) -> Any:
        return _reflected(other, lambda x: x / self)

    def __neg__(self) -> GaussianRational:
        return _reduced(-self.a, -self.b, self.d)

    def __eq__(self, other: object) -> Any:
        y = other if type(other) is GaussianRational else _promoted(other)
        return NotImplemented if y is None else (self.a, self.b, self.d) == (y.a, y.b, y.d)

    def __hash__(self) -> int:
        return hash((self.a, self.b, self.d)) if self.b else hash(self.real)

    def __repr__(self) -> str:
        return gaussian_text(self.real, self.imag)


def _reduced(a: int, b: int, d: int) -> GaussianRational:
    """Return a number whose integers have no common factor already."""
    x = object.__new__(GaussianRational)
    x.a, x.b, x.d = a, b, d
    return x


def _promoted(x: Any) -> GaussianRational | None:
    if isinstance(x, (int, fmpz)):
        return GaussianRational(int(x), 0)
    return GaussianRational(int(x.p), 0, int(x.q)) if isinstance(x, fmpq) else None


def _reflected(other: Any, operate: Callable[[GaussianRational], GaussianRational]) -> Any:
    x = _promoted(other)
    return NotImplemented if x is None else operate(x)


def gaussian_text(real: fmpq, imag: fmpq) -> str:
    """Write a number as ``1/2 + 3i/4``, ``-i`` or ``2``."""
    if imag == 0:
        return str(real)
    size = abs(imag)
    part = ("" if size.p == 1 else str(size.p)) + "i" + ("" if size.q == 1 else f"/{size.q}")
    if real == 0:
        return f"-{part}" if imag < 0 else part
    return f"{real} {'-' if imag < 0 else '+'} {part}"
