"""Intervals of fractions that hold a number: operations, roots, series with proved remainders, and eigenvalues."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, isqrt


class NoValue(ArithmeticError):
    """A number has no value, or none that is known."""


class Interval:
    """All numbers from ``low`` to ``high``; a single one is ``exact``. Bounds are rounded outwards to so many bits."""

    def __init__(self, low: Fraction, high: Fraction, bits: int) -> None:
        self.exact, self.bits = low == high, bits
        self.low, self.high = (low, high) if self.exact else (_rounded(low, bits, floor), _rounded(high, bits, ceil))

    def of(self, low: Fraction | int, high: Fraction | int | None = None) -> Interval:
        """Return another interval, or number, of the same precision."""
        return Interval(Fraction(low), Fraction(low if high is None else high), self.bits)

    def __add__(self, other: Interval) -> Interval:
        return self.of(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return self.of(self.low - other.high, self.high - other.low)

    def __neg__(self) -> Interval:
        return self.of(-self.high, -self.low)

    def __mul__(self, other: Interval) -> Interval:
        if self is other:
            size = abs(self)
            return self.of(size.low**2, size.high**2)
        ends = [x * y for x in (self.low, self.high) for y in (other.low, other.high)]
        return self.of(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise NoValue("a division by 0, or by what may be 0")
        return self * self.of(1 / other.high, 1 / other.low)

    def __abs__(self) -> Interval:
        return self.of(max(self.low, -self.high, Fraction(0)), max(-self.low, self.high))

    def less(self, other: Interval) -> bool | None:
        """Say whether every number of this is less than every one of the other; None if some are."""
        return True if self.high < other.low else False if self.low >= other.high else None

    def sqrt(self) -> Interval:
        """Return the root; of an interval about 0 that of the numbers ≥ 0, as the number is one if it has a root."""
        if self.high < 0:
            raise NoValue("the root of a negative number")
        return self._increasing(lambda x, bits: _root(max(x, Fraction(0)), bits))

    def exp(self) -> Interval:
        """Return the exponential."""
        return self._increasing(_exp)

    def log(self) -> Interval:
        """Return the logarithm."""
        if self.low <= 0:
            raise NoValue("the logarithm of a number that is, or may be, ≤ 0")
        return self._increasing(_log)

    def erfc(self) -> Interval:
        """Return the complementary error function, which increases with −x."""
        return (-self)._increasing(lambda x, bits: _erfc(-x, bits))

    def _increasing(self, value: Callable[[Fraction, int], Interval]) -> Interval:
        ends = [value(x, self.bits) for x in dict.fromkeys((self.low, self.high))]
        return self.of(ends[0].low, ends[-1].high)


def _rounded(x: Fraction, bits: int, whole: Callable[[Fraction], int]) -> Fraction:
    """Return a fraction of so many bits, or one more, that is at most, or at least, another one."""
    n, d = x.numerator.bit_length(), x.denominator.bit_length()
    return x if max(n, d) <= bits else whole(x * Fraction(2) ** (d - n + bits)) * Fraction(2) ** (n - d - bits)


def _root(x: Fraction, bits: int) -> Interval:
    """Return √(nd)/d for x = n/d, which is exact where the root is a fraction."""
    n, d = x.as_integer_ratio()
    square = n * d << 2 * bits
    whole = isqrt(square)
    return Interval(Fraction(whole, d << bits), Fraction(whole + (whole**2 < square), d << bits), bits)


def _exp(x: Fraction, bits: int) -> Interval:
    """Return (e^t)^(2^m) for t = x/2^m, |t| ≤ ½; of 0 it is exactly 1."""
    halvings = max(0, x.numerator.bit_length() - x.denominator.bit_length() + 2)
    if halvings > 20:
        raise NoValue("the exponential of a number too large")
    power = _series(Fraction(1), x / 2**halvings, bits + 32, odd=False, factorial=True)
    for _ in range(halvings):
        power = power * power
    return power


def _log(x: Fraction, bits: int) -> Interval:
    """Return e log 2 + log m for x = 2^e m, ⅔ ≤ m ≤ 4/3; and log m = 2 artanh((m − 1)/(m + 1))."""
    e = x.numerator.bit_length() - x.denominator.bit_length()
    m = x / Fraction(2) ** e
    e, m = (e + 1, m / 2) if 3 * m > 4 else (e - 1, 2 * m) if 3 * m < 2 else (e, m)
    z = (m - 1) / (m + 1)
    half = _series(z, z * z, bits)
    half = half + half.of(e) * _series(Fraction(1, 3), Fraction(1, 9), bits)
    return half + half


def pi(bits: int) -> Interval:
    """Return π = 16 arctan ⅕ − 4 arctan 1/239."""
    fifth, last = (_series(Fraction(1, d), -Fraction(1, d * d), bits) for d in (5, 239))
    return fifth.of(16) * fifth - fifth.of(4) * last


def _erfc(x: Fraction, bits: int) -> Interval:
    """Return 1 − 2/√π Σ (−1)^k x^(2k+1)/(k! (2k+1)), of terms up to e^(x²); it is about e^(−x²)."""
    if x * x > 1600:
        raise NoValue("erfc of a number too large")
    fine = bits + 3 * ceil(x * x)
    half = _series(x, -x * x, fine, factorial=True) / pi(fine).sqrt()
    return half.of(1) - half - half


def _series(x: Fraction, step: Fraction, bits: int, odd: bool = True, factorial: bool = False) -> Interval:
    """Return Σ x stepᵏ, each term divided by 2k + 1 if ``odd``, and by k! if ``factorial``; of x = 0 it is 0."""
    if x <= 0:
        return -_series(-x, step, bits, odd, factorial) if x else Interval(x, x, bits)
    unit = bits + 32 + max(0, x.denominator.bit_length() - x.numerator.bit_length())
    low, high = series_in_units(x, step, unit, odd, factorial)
    return Interval(Fraction(low, 1 << unit), Fraction(high, 1 << unit), bits)


def series_in_units(x: Fraction, step: Fraction, unit: int, odd: bool, factorial: bool) -> tuple[int, int]:
    """Return two integers between which the sum lies, counted in units of 2^-``unit``, where x > 0 is many of them.

    What follows a term of at most one unit is at most as large as that: |step| is at most ½, or is divided by k; and
    from stepᵏ < k! ≤ ((k + 1)/2)ᵏ it follows that |step| ≤ (k + 1)/2, too.
    """
    power = total = term = _over((x.numerator << unit,) * 2, x.denominator)
    factor, k = _over((abs(step).numerator << unit,) * 2, step.denominator), 0
    while term[1] > 1:
        k += 1
        power = power[0] * factor[0] >> unit, -(-power[1] * factor[1] >> unit)
        if factorial:
            power = _over(power, k)
        term = _over(power, 2 * k + 1 if odd else 1)
        less = step < 0 and k % 2
        total = (total[0] - term[1], total[1] - term[0]) if less else (total[0] + term[0], total[1] + term[1])
    return total[0] - term[1], total[1] + term[1]


def _over(ends: tuple[int, int], d: int) -> tuple[int, int]:
    """Return two integers between which a number lies that is between two others, divided by d > 0."""
    return ends[0] // d, -(-ends[1] // d)


def rank_if_semidefinite(rows: list[list[Interval]]) -> int | None:
    """Return the rank of a symmetric matrix without negative eigenvalues, −1 of any other; None if that is open.

    Any pivot that is > 0 will do; where none is certainly so, a minor of two rows may be negative.
    """
    rank = 0
    while any(not x.exact or x.low for row in rows for x in row):
        if any(row[i].high < 0 for i, row in enumerate(rows)):
            return -1
        k = next((i for i, row in enumerate(rows) if row[i].low > 0), None)
        if k is None:
            minors = [row[i] * rows[j][j] - row[j] * row[j] for i, row in enumerate(rows) for j in range(i)]
            return -1 if any(x.high < 0 for x in minors) else None
        top = rows[k]
        rows = [[x - row[k] / top[k] * y for x, y in zip(row, top, strict=True)] for row in rows if row is not top]
        rows = [row[:k] + row[k + 1 :] for row in rows]
        rank += 1
    return rank


def smallest_eigenvalue(entries: list[Interval], size: int) -> Interval:
    """Return that of a symmetric matrix M, row by row: M − c is semidefinite up to it, and for no other c.

    Raises ValueError if the matrix is certainly not symmetric.
    """
    rows = [entries[k : k + size] for k in range(0, len(entries), size)]
    if any(x.less(rows[j][i]) for i, row in enumerate(rows) for j, x in enumerate(row)):
        raise ValueError("a matrix that is stated to be ⪰ 0 is not symmetric")
    rows = [[(x + rows[j][i]) * x.of(Fraction(1, 2)) for j, x in enumerate(row)] for i, row in enumerate(rows)]
    most = max(abs(x).high for x in entries) * size + 1
    ends: list[tuple[Fraction, Fraction]] = []
    for taken in (-1, 0):  # where it is open, M − c is taken to be none at first, and then to be one
        low, high = -most, most
        for _ in range(2048 if all(x.exact for x in entries) else 2 * entries[0].bits):
            c = entries[0].of((low + high) / 2)
            shifted = [[x - c if i == j else x for j, x in enumerate(row)] for i, row in enumerate(rows)]
            rank = rank_if_semidefinite(shifted)
            if rank is not None and 0 <= rank < size:
                return c
            low, high = (low, c.low) if (taken if rank is None else rank) < 0 else (c.low, high)
            if (high - low) * 2**72 < min(abs(low), abs(high)):
                break
        ends.append((low, high))
    return c.of(ends[0][0], ends[1][1])
