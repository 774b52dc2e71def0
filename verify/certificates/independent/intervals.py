"""Intervals of fractions that hold a number: the four operations, roots, and series with proved remainders."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Self


class NoValue(ArithmeticError):
    """A number has no value, or none that is known."""


@dataclass(frozen=True)
class Interval:
    """All numbers from ``low`` to ``high``; a single one is exact. Bounds are rounded outwards to so many bits."""

    low: Fraction
    high: Fraction
    bits: int

    @property
    def exact(self) -> bool:
        """Whether it is a single number."""
        return self.low == self.high

    def of(self, low: Fraction | int, high: Fraction | int | None = None, finer: int = 0) -> Self:
        """Return another interval, or number, of the same precision, or a finer one."""
        low, high, bits = Fraction(low), Fraction(low if high is None else high), self.bits + finer
        if low == high:
            return type(self)(low, high, bits)
        return type(self)(_rounded(low, bits, False), _rounded(high, bits, True), bits)

    def __add__(self, other: Interval) -> Self:
        return self.of(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Self:
        return self.of(self.low - other.high, self.high - other.low)

    def __neg__(self) -> Self:
        return self.of(-self.high, -self.low)

    def __mul__(self, other: Interval) -> Self:
        if self is other:
            size = abs(self)
            return self.of(size.low**2, size.high**2)
        ends = [x * y for x in (self.low, self.high) for y in (other.low, other.high)]
        return self.of(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Self:
        if other.low <= 0 <= other.high:
            raise NoValue("a division by 0, or by what may be 0")
        return (
            self * self.of(1 / other.high, 1 / other.low)
            if not (self.exact and other.exact)
            else self.of(self.low / other.low)
        )

    def __abs__(self) -> Self:
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else self.of(0, max(-self.low, self.high))

    def less(self, other: Interval) -> bool | None:
        """Say whether every number of this is less than every one of the other; None if some are."""
        return True if self.high < other.low else False if self.low >= other.high else None

    def at_most(self, other: Interval) -> bool | None:
        """Say the same of ≤."""
        return True if self.high <= other.low else False if self.low > other.high else None

    def equals(self, other: Interval) -> bool | None:
        """Say whether both are the same number; None if they may be."""
        if self.exact and other.exact:
            return self.low == other.low
        return None if self.low <= other.high and other.low <= self.high else False

    def sqrt(self) -> Self:
        """Return the root; of an interval about 0 that of the numbers ≥ 0, as the number is one if it has a root."""
        if self.high < 0:
            raise NoValue("the root of a negative number")
        return self.of(_root(max(self.low, Fraction(0)), self.bits)[0], _root(self.high, self.bits)[1])

    def exp(self) -> Self:
        """Return the exponential."""
        return self.of(self.of(self.low)._exp().low, self.of(self.high)._exp().high)

    def _exp(self) -> Self:
        """Return (e^t)^(2^m) for t = |x|/2^m ≤ ½, or one over it: what follows a term is at most as large as that."""
        x = self.low
        if x == 0:
            return self.of(1)
        halvings = max(0, x.numerator.bit_length() - x.denominator.bit_length() + 2)
        if halvings > 20:
            raise NoValue("the exponential of a number too large")
        fine, k = self.of(0, finer=halvings + 32), 0
        one = 1 << fine.bits
        t, total, term = _ends(abs(x) / 2**halvings, one), (one, one), (one, one)
        while k < 2 or term[1] > 1:
            k += 1
            term = term[0] * t[0] // one // k, term[1] * t[1] // one // k + 1
            total = total[0] + term[0], total[1] + term[1]
        power = fine.of(Fraction(total[0], one), Fraction(total[1] + term[1], one))
        for _ in range(halvings):
            power = power * power
        return self.of(1) / power if x < 0 else power

    def log(self) -> Self:
        """Return the logarithm."""
        if self.low <= 0:
            raise NoValue("the logarithm of a number that is, or may be, ≤ 0")
        return self.of(self.of(self.low)._log().low, self.of(self.high)._log().high)

    def _log(self) -> Self:
        """Return e log 2 + log m for 2^e m, ½ < m ≤ 2; and log m = 2 artanh((m − 1)/(m + 1))."""
        x = self.low
        if x == 1:
            return self.of(0)
        e = x.numerator.bit_length() - x.denominator.bit_length()
        m = x / Fraction(2) ** e
        half = self.of(e) * self._series(Fraction(1, 3), 1) + self._series((m - 1) / (m + 1), 1)
        return half + half

    def pi(self) -> Self:
        """Return π = 16 arctan ⅕ − 4 arctan 1/239, whatever the interval."""
        return self.of(16) * self._series(Fraction(1, 5), -1) - self.of(4) * self._series(Fraction(1, 239), -1)

    def _series(self, z: Fraction, sign: int) -> Self:
        """Return Σ (±1)^k z^(2k+1)/(2k+1), |z| ≤ ⅓: what follows a term is at most as large as that."""
        if z == 0:
            return self.of(0)
        one = 1 << self.bits + 32 + max(0, z.denominator.bit_length() - z.numerator.bit_length())
        power = total = term = _ends(abs(z), one)
        step, k, signs = _ends(z * z, one), 1, 1
        while term[1] > 1:
            k, signs = k + 2, signs * sign
            power = power[0] * step[0] // one, power[1] * step[1] // one + 1
            term = power[0] // k, power[1] // k + 1
            total = (total[0] + term[0], total[1] + term[1]) if signs > 0 else (total[0] - term[1], total[1] - term[0])
        value = self.of(Fraction(total[0] - term[1], one), Fraction(total[1] + term[1], one))
        return -value if z < 0 else value

    def erfc(self) -> Self:
        """Return the complementary error function, which decreases."""
        return self.of(self.of(self.high)._erfc().low, self.of(self.low)._erfc().high)

    def _erfc(self) -> Self:
        """Return 1 − 2/√π Σ (−1)^k x^(2k+1)/(k! (2k+1)): from k = 2x² on each term is at most half the one before."""
        x = self.low
        if x == 0:
            return self.of(1)
        square = int(x * x) + 1
        if square > 1600:
            raise NoValue("erfc of a number too large")
        one, k = 1 << (self.bits + 64 + 3 * square + x.denominator.bit_length()), 0
        power = total = term = _ends(abs(x), one)
        step = _ends(x * x, one)
        while k <= 2 * square + 2 or term[1] > 1:
            k += 1
            power = power[0] * step[0] // one // k, power[1] * step[1] // one // k + 1
            term = power[0] // (2 * k + 1), power[1] // (2 * k + 1) + 1
            total = (total[0] - term[1], total[1] - term[0]) if k % 2 else (total[0] + term[0], total[1] + term[1])
        fine = self.of(0, finer=64 + 3 * square)
        half = fine.of(Fraction(total[0] - term[1], one), Fraction(total[1] + term[1], one)) / fine.pi().sqrt()
        return self.of(1) + (half + half if x < 0 else -half - half)


def _ends(x: Fraction, one: int) -> tuple[int, int]:
    """Return two integers between which x · one lies, for x ≥ 0."""
    below = x.numerator * one // x.denominator
    return below, below + 1


def _rounded(x: Fraction, bits: int, up: bool) -> Fraction:
    """Return a fraction with so many bits that is at most, or at least, another one."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= bits:
        return x
    shift = bits - x.numerator.bit_length() + x.denominator.bit_length()
    scaled = x * Fraction(2) ** shift
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return whole / Fraction(2) ** shift


def _root(x: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """Return two fractions, which are one if the root is, between which it lies."""
    n, d = isqrt(x.numerator), isqrt(x.denominator)
    if n * n == x.numerator and d * d == x.denominator:
        return Fraction(n, d), Fraction(n, d)
    shift = bits + max(0, x.denominator.bit_length() - x.numerator.bit_length())
    whole = isqrt((x.numerator << 2 * shift) // x.denominator)
    return Fraction(whole, 1 << shift), Fraction(whole + 1, 1 << shift)
