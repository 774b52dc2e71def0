"""Rational powers of numbers that are not negative, entry by entry, in every arithmetic."""

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from reference.arithmetic import lanes
from reference.arithmetic.constants import number
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.elementary import sqrt
from reference.arithmetic.exact import Balls, Irrational, Rationals, defined
from reference.arithmetic.kinds import is_symbolic, namespace
from reference.arithmetic.lanes import Lanes
from reference.arithmetic.literals import constant
from reference.shapes import Array


def exponent(function: str, p: Any) -> Fraction:
    """Return a rational exponent; raises OutsideDomain for what is none."""
    value = constant(p)
    if not isinstance(value, (int, fmpq)):
        raise OutsideDomain(f"{function}: the exponent is an integer or a Fraction, not {p!r}: write Fraction(1, 3)")
    value = fmpq(value)
    return Fraction(int(value.p), int(value.q))


def power(x: Array, p: Fraction) -> Array:
    """Return x^p entry by entry; NaN, or an error of the arithmetic, of a negative number if p is no integer."""
    y = x if p.denominator == 1 else root(x, p.denominator)
    if p.numerator == 0:
        return 0 * y + 1
    positive = y ** abs(p.numerator)
    return positive if p.numerator > 0 else number(1, x) / positive


def root(x: Array, degree: int) -> Array:
    """Return the real root of each entry; that of a ball that straddles 0 is the root of its non-negative part."""
    if degree == 2:
        return sqrt(x)
    if isinstance(x, Rationals):
        return x.map(lambda value: _rational_root(value, degree))
    if isinstance(x, Balls):
        return x.map(lambda ball: _ball_root(ball, degree))
    if isinstance(x, Lanes):
        return lanes.root(x, degree)
    return x ** (number(1, x) / degree) if is_symbolic(x) else namespace(x).pow(x, number(1, x) / degree)


def _rational_root(value: fmpq, degree: int) -> fmpq:
    parts = [int(part) for part in (value.p, value.q)]
    roots = [_integer_root(part, degree) for part in parts]
    if any(r**degree != part for r, part in zip(roots, parts, strict=True)):
        raise Irrational("power")
    return fmpq(*roots)


def _integer_root(value: int, degree: int) -> int:
    """Return the integer part of a root; of a negative number, 0."""
    low, high = 0, 1 << (max(value, 0).bit_length() // degree + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle)
    return low


def _ball_root(x: arb, degree: int) -> arb:
    if x < 0 or x.is_nan():
        return defined("power", x, arb.nan())
    low, high = (end.root(degree) if end > 0 else arb(0) for end in (x.lower(), x.upper()))  # FLINT's of 0 is NaN
    return low.union(high)
