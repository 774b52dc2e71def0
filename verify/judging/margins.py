"""How far from false a statement is, at many instances at once: what a search descends on. Nothing here is rigorous.

A comparison of lanes has a *margin* at each instance: the gap between its sides divided by their magnitude, negative
where it is false. Connectives combine margins as they combine truth values: and is a minimum, not a change of sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reference.arithmetic.lanes import UNDERFLOW, ComplexLanes, Floats, Lanes, stack
from reference.arithmetic.lanes.matrices import eigenvalues

NOISE = 2.0**-46
"""Margins up to this may be due to rounding."""


_LEAK = 0.02


@dataclass(frozen=True)
class Degree:
    """The margin at each instance, and whether the statement is true there.

    Sides that agree but for rounding are taken for equal, so that ≤ and = are true, and < is false: sharp inequalities
    are attained at simple instances.
    """

    margin: Floats
    true: Floats
    pull: Floats
    """The margin with a little of what a minimum leaves out: among points where a premise holds, what is to be had."""

    def __invert__(self) -> Degree:
        return Degree(-self.margin, ~self.true, -self.pull)

    def __and__(self, other: Degree) -> Degree:
        return Degree(np.minimum(self.margin, other.margin), self.true & other.true, leaky(self.pull, other.pull))


def leaky(a: Floats, b: Floats) -> Floats:
    """Return the smaller of a and b, and a little of the larger one."""
    larger = np.maximum(a, b)
    return np.minimum(a, b) + _LEAK * np.where(np.isfinite(larger), np.clip(larger, -1, 1), 0)


def decided(value: bool) -> Degree:
    """Return the degree of what is the same at all instances."""
    margin = np.array([np.inf if value else -np.inf])
    return Degree(margin, np.array([value]), margin)


def degree_of_comparison(relation: str, a: Lanes, b: Lanes) -> Degree:
    """Return the degree of a ≤ b, a < b or a = b: that of the worst entry."""
    wide = np.broadcast_arrays(np.asarray(a.array), np.asarray(b.array))
    (left, left_size), (right, right_size) = (stack(Lanes.of(side)) for side in wide)
    with np.errstate(all="ignore"):
        margins = (right - left) / (left_size + right_size + UNDERFLOW)
        margins = np.where((left == 0) & (right == 0), NOISE, margins)  # a tie, but one that says little
    entries = margins.reshape(margins.shape[0], -1)
    margin = -abs(entries).max(-1) if relation == "=" else entries.min(-1)
    return Degree(margin, margin > NOISE if relation == "<" else margin >= -NOISE, margin)


def degree_of_semidefiniteness(matrix: Lanes | ComplexLanes) -> Degree:
    """Return the degree of a Hermitian matrix being positive semidefinite: its smallest eigenvalue, without scale.

    Undefined where it is not Hermitian.
    """
    smallest, size = stack(eigenvalues(matrix)[-1])
    margin = smallest / (size + UNDERFLOW)
    return Degree(margin, margin >= -NOISE, margin)
