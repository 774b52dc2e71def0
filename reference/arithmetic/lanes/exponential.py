"""The exponential of matrices of many instances, in floats: by Padé's approximant of degree 13, scaled and squared."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.arithmetic.lanes import Floats, unstack
from reference.arithmetic.lanes.matrices import Many, split

_NUMERATOR = [
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
    670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
]  # fmt: skip
_NORM = 5.37
"""Up to this norm the approximant is as exact as a float (Higham, Functions of Matrices, 10.3)."""


def exponential(x: Many) -> Any:
    """Return exponentials; the magnitude is the size of e^A, and of its derivative: e to the norm, times the size.

    The derivative in the direction E is at most ‖E‖ e^μ, where μ is the largest eigenvalue of (A + Aᴴ)/2.
    """
    values, magnitudes = split(x)
    result = pade(values)
    finite = np.where(np.isnan(result), 0, values)
    growth = np.exp(np.linalg.eigvalsh((finite + finite.conj().swapaxes(-1, -2)) / 2)[..., -1])
    size = 4 * growth * (1 + np.sqrt((magnitudes**2).sum((-1, -2))))  # each squaring rounds
    return unstack(result, np.broadcast_to(size[..., None, None], result.shape))


def pade(values: Floats) -> Floats:
    """Return the exponentials of matrices, shape (…, d, d); NaN where an entry is not finite."""
    known = np.isfinite(values).all((-1, -2), keepdims=True)
    values = np.where(known, values, 0)
    norms = abs(values).sum(-2).max(-1)
    halvings = np.ceil(np.log2(np.maximum(norms / _NORM, 1))).astype(int)
    scaled = values / np.exp2(halvings)[..., None, None]
    power, square = np.broadcast_to(np.eye(values.shape[-1]), values.shape), scaled @ scaled
    even = odd = 0 * power
    for k in range(0, len(_NUMERATOR), 2):
        even, odd = even + _NUMERATOR[k] * power, odd + _NUMERATOR[k + 1] * power
        power = power @ square
    odd = scaled @ odd
    result = np.linalg.solve(even - odd, even + odd)
    for k in range(int(halvings.max(initial=0))):
        again = halvings > k
        result[again] = result[again] @ result[again]
    return np.where(known, result, np.nan)
