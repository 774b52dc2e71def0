"""What plain numbers mean beside exact ones: those that are exactly the number meant, and no others."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from flint import acb, fmpq

from reference.arithmetic.gaussian_rational import GaussianRational

COMPLEX = (complex, np.complexfloating, GaussianRational, acb)
"""The types of complex numbers, whatever their imaginary part."""


_SPARE = 10
"""So many of its bits a float leaves over that is taken: 1e23 and 10**40 / 3 leave none, and were rounded."""


_WIDE, _MOST = 8, 1 << 53
"""An integer of NumPy's is taken that has so many bytes, of which any number may be what is left, and is no larger."""


def constant(x: Any) -> Any:
    """Return the number that a literal means: int, Fraction, or a float that is a multiple of 1/1024, and not large.

    A complex number is one whose parts are such floats. Raises TypeError for any other float, which need not be the
    number meant, and for an integer of NumPy's that may have wrapped around.
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
        if abs(float(x)) > 1 << min(32, int(np.finfo(x).nmant) - _SPARE):
            raise TypeError(f"the {type(x).__name__} {x} may have been rounded: write an integer, or a Fraction")
        return fmpq(int(1024 * x), 1024)
    if isinstance(x, np.integer) and (x.itemsize < _WIDE or abs(int(x)) > _MOST):
        raise TypeError(f"the {type(x).__name__} {x} may have wrapped around: take Python's integers")
    if isinstance(x, (bool, np.bool_, np.integer)):
        return int(x)
    if isinstance(x, (complex, np.complexfloating)):
        return GaussianRational.of(constant(x.real), constant(x.imag))
    if isinstance(x, np.ndarray):
        return np.array([constant(v) for v in x.ravel()], dtype=object).reshape(x.shape)
    return x


def is_complex(x: Any) -> bool:
    """Say whether a plain number, or one in a list or an array of such, is complex."""
    if type(x) is int:
        return False
    if isinstance(x, np.ndarray):
        return x.dtype.kind == "c" or (x.dtype == object and any(isinstance(entry, COMPLEX) for entry in x.flat))
    return any(map(is_complex, x)) if isinstance(x, (list, tuple)) else isinstance(x, COMPLEX)


def is_complex_array(x: Any) -> bool:
    """Say whether an array of NumPy or torch is of complex floats."""
    if isinstance(x, (np.ndarray, np.generic)):
        return x.dtype.kind == "c"
    return callable(getattr(type(x), "is_complex", None)) and bool(x.is_complex())  # torch's tensors
