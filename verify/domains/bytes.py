"""Raw entries: tables that assign small dyadic rationals to bytes, the simplest to the smallest byte."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from flint import fmpq

LARGEST = 2.0**20
"""Raw entries that stand for all numbers stay within this, and positive ones above its inverse: beyond, floats mostly
show their own rounding."""


def _table(weights: Mapping[fmpq, int]) -> np.ndarray:
    weighted = [value for value, weight in weights.items() for _ in range(weight)]
    free = 256 - len(weights)
    return np.array([*weights, *(weighted[k * len(weighted) // free] for k in range(free))], dtype=object)


_SIMPLE = [fmpq(p, q) for p, q in ((1, 1), (1, 2), (2, 1), (3, 2), (1, 4), (3, 1), (4, 1), (3, 4), (5, 4), (7, 8))]
_FINE = [fmpq(p, q) for p in (5, 7, 9, 11, 13, 15) for q in (2, 8, 16)]
_EXTREME = [fmpq(2) ** e for e in (10, -10, 20, -20)]
_POSITIVE = {x: w for xs, w in ((_SIMPLE[:3], 24), (_SIMPLE[3:], 12), (_FINE, 4), (_EXTREME, 3)) for x in xs}
_SIGNED = {s * x: w // 2 for x, w in _POSITIVE.items() if x not in _EXTREME for s in (1, -1)}

POSITIVE = _table(_POSITIVE)
NONNEGATIVE = _table({fmpq(0): 48, **{x: w * 3 // 4 for x, w in _POSITIVE.items()}})
SIGNED = _table({fmpq(0): 64, **_SIGNED})
