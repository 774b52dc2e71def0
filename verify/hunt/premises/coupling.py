"""Which unknowns meet in a product, and in which of them, taken together, the premises are affine."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.hunt.premises.frame import Frame
from verify.hunt.strata import Part

MOST_UNKNOWNS = 96
"""With more, pairs are too many to look at."""

_ROUNDING = 2.0**-40


@dataclass(frozen=True)
class Couplings:
    """What second differences say around one point of small positive integers, where floats are exact."""

    point: Floats
    steps: Floats
    meet: np.ndarray
    """Whether unknowns i and j meet in a product; i and i, where the premises are not affine in i."""
    matter: np.ndarray
    """Which unknowns the premises depend on."""


@np.errstate(all="ignore")
def couplings(frame: Frame, generator: np.random.Generator) -> Couplings | None:
    """Look at second differences of the premises' sides; None where these have no values, or there are too many."""
    size = frame.size
    if not 0 < size <= MOST_UNKNOWNS:
        return None
    point, steps = np.empty(size), np.empty(size)
    for part in frame.linear.parts:
        point[part.place], steps[part.place] = _start(part, generator)
    pairs = [(i, i) for i in range(size)] + list(combinations(range(size), 2))
    unit = np.diag(steps)
    moved = [np.zeros((size, 1)), unit, *(unit[:, [i]] + unit[:, [j]] for i, j in pairs)]
    values, sizes = frame.misses(point[:, None] + np.concatenate(moved, axis=1))
    first, second = values[:, 1 : size + 1], values[:, size + 1 :]
    i, j = np.array(pairs).T
    bends = abs(second - first[:, i] - first[:, j] + values[:, :1]) > _ROUNDING * sizes[:, size + 1 :]
    bends |= ~np.isfinite(second)
    if not np.isfinite(values[:, 0]).all():
        return None
    meet = np.zeros((size, size), dtype=bool)
    meet[i, j] = bends.any(0)
    for part in frame.linear.parts:
        if not part.domain.continuous or getattr(part.domain, "integers", False):
            meet[part.place, part.place] |= np.eye(part.size, dtype=bool)
    matter = (abs(first - values[:, :1]) > _ROUNDING * sizes[:, 1 : size + 1]).any(0)
    meet |= meet.T
    return Couplings(point, steps, meet, matter | meet.any(0))


def _start(part: Part, generator: np.random.Generator) -> tuple[Floats, float]:
    """Return a point and a step that stays on the same side of zero, and between bounds."""
    if part.bounded:
        width = (part.high - part.low) / 64
        return part.low + width * generator.integers(16, 40, part.size), width
    return generator.integers(1, 10, part.size).astype(float), 1.0


def affine(found: Couplings, frame: Frame, generator: np.random.Generator) -> np.ndarray:
    """Choose unknowns, as many as go, no two of which meet: argument by argument, or in any order.

    Return their numbers; those that do not matter are among them.
    """
    order = np.arange(frame.size)
    if generator.random() < 0.5:
        parts = frame.linear.parts
        order = np.concatenate([order[parts[int(k)].place] for k in generator.permutation(len(parts))])
    else:
        order = generator.permutation(order)
    chosen: list[int] = []
    for k in order:
        if not found.meet[k, k] and not found.meet[k, chosen].any():
            chosen.append(int(k))
    return np.array(sorted(chosen), dtype=int)
