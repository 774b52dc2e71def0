"""Simple fractions: which one between two numbers has the smallest denominator."""

from __future__ import annotations

from flint import fmpq


def simplest_between(low: fmpq, high: fmpq) -> fmpq:
    """Return the simplest fraction strictly between two numbers, low < high, by the Stern–Brocot tree."""
    if low >= high:
        raise ValueError(f"nothing is between {low} and {high}")
    if low < 0 < high:
        return fmpq(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = fmpq(low.floor())
    if whole + 1 < high:
        return whole + 1
    if low == whole:  # the reciprocal of low - whole is beyond all numbers
        return whole + 1 / fmpq((1 / (high - whole)).floor() + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))
