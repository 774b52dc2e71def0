"""Raw entries: tables that assign small dyadic rationals to bytes, the simplest to the smallest byte."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from flint import fmpq

LARGEST = 2.0**20
"""Raw entries that stand for all numbers stay within this, and positive ones above its inverse: beyond, floats mostly
show their own rounding."""


def weighted_table(weights: Mapping[fmpq, int]) -> np.ndarray:
    """Return a table that has each number once, in this order, and then as often as its weight says."""
    weighted = [value for value, weight in weights.items() for _ in range(weight)]
    free = 256 - len(weights)
    return np.array([*weights, *(weighted[k * len(weighted) // free] for k in range(free))], dtype=object)


_SIMPLE = [fmpq(p, q) for p, q in ((1, 1), (1, 2), (2, 1), (3, 2), (1, 4), (3, 1), (4, 1), (3, 4), (5, 4), (7, 8))]
_FINE = [fmpq(p, q) for p in (5, 7, 9, 11, 13, 15) for q in (2, 8, 16)]
_EXTREME = [fmpq(2) ** e for e in (10, -10, 20, -20)]
_POSITIVE = {x: w for xs, w in ((_SIMPLE[:3], 24), (_SIMPLE[3:], 12), (_FINE, 4), (_EXTREME, 3)) for x in xs}
_SIGNED = {s * x: w // 2 for x, w in _POSITIVE.items() if x not in _EXTREME for s in (1, -1)}

_LATE = [fmpq(x) for x in (7, 8, 9, 10, 12, 16, 24, 30, 32, 64, 100, 128, 1000, 1024)]
_NATURAL = {fmpq(x): 24 for x in (1, 2, 3)} | {fmpq(x): 10 for x in (4, 5, 6)} | dict.fromkeys(_LATE, 2)

POSITIVE = weighted_table(_POSITIVE)
NONNEGATIVE = weighted_table({fmpq(0): 48, **{x: w * 3 // 4 for x, w in _POSITIVE.items()}})
SIGNED = weighted_table({fmpq(0): 64, **_SIGNED})
INTEGER = weighted_table({fmpq(0): 32, **{s * x: w for x, w in _NATURAL.items() for s in (1, -1)}})
CONTINUOUS = (SIGNED, NONNEGATIVE, POSITIVE)
"""The tables that stand for all numbers of a sign: a hunt takes others too."""


def table_between(low: fmpq, high: fmpq, integers: bool) -> np.ndarray:
    """Return a table of numbers from low to high: simple ones, both ends often, some close to these, and a grid."""
    width = high - low
    simple = [fmpq(x) for x in INTEGER[:41]] if integers else [fmpq(0), *SIGNED[1:33]]
    grid = [low + width * fmpq(k, q) for q in (2, 3, 4, 5, 7, 16) for k in range(1, q)]
    close = [low + width / 1024, high - width / 1024]
    if integers:
        grid, close = [fmpq(x.floor()) for x in grid], [low + 1, high - 1]
    inside = [x for x in simple if low <= x <= high]
    within = [x for x in (*close, *grid) if low <= x <= high]
    return weighted_table(dict.fromkeys([*inside, low, high, *within], 3) | {low: 24, high: 24})
