"""Heights: how simple numbers are to read. A counterexample is made small by them."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from reference.arithmetic.gaussian_rational import GaussianRational


def height(numerator: Any, denominator: Any) -> Any:
    """Return 2 (|p| + q), and 1 more for a negative number p/q in lowest terms; of arrays, entry by entry."""
    return 2 * (abs(numerator) + denominator) + (numerator < 0)


def height_of(x: fmpq | GaussianRational) -> int:
    """Return the height of an exact number: of a complex one those of its parts, and 1 more if it is not real."""
    if isinstance(x, GaussianRational):
        return height_of(x.real) + height_of(x.imag) + bool(x.b)
    return int(height(int(x.p), int(x.q)))
