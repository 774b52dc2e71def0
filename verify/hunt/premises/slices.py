"""Slices: the points of a frame that solve a linear system, as a stratum in which the hunt searches as in any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.lanes import Floats, nearest
from verify.claims.signatures import Instance
from verify.domains import Vector
from verify.domains.bytes import LARGEST
from verify.hunt.premises.coupling import Couplings
from verify.hunt.premises.frame import Exact, Frame
from verify.hunt.premises.solving import solutions
from verify.hunt.strata import Part, Stratum
from verify.judging.screen import Scores

_UNDEFINED = 2.0
"""The objective outside the domains where the claim has no value: more than any margin is."""

_VECTOR = Vector("k")
_TRIALS = 4
"""Points of a slice at which its premises, and its domains, are looked at."""


@dataclass(frozen=True, kw_only=True)
class Slice(Stratum):
    """Points offset + basis · x, of which x are the raw entries: each meets the premises exactly."""

    frame: Frame
    offset: Exact
    basis: Any
    """Integers, of shape (coordinates, entries)."""

    free: Any
    """The coordinates that the last of the raw entries are."""

    @cached_property
    def parts(self) -> list[Part]:
        """A vector of solutions, and each argument that has coordinates on which no premise depends."""
        solved = self.basis.shape[1] - len(self.free)
        low = 0.0 if self._is_cone(solved) else -LARGEST
        parts, start = [Part("", _VECTOR, (solved,), slice(0, solved), low, LARGEST)] if solved else [], solved
        for part in self.frame.linear.parts:
            size = int(((self.free >= part.place.start) & (self.free < part.place.stop)).sum())
            place, start = slice(start, start + size), start + size
            if size == part.size:
                parts.append(replace(part, place=place))
            elif size:
                parts.append(Part(part.name, _VECTOR, (size,), place, part.low, part.high))
        return parts

    def _is_cone(self, solved: int) -> bool:
        """Say whether the domains contain what is made of weights ≥ 0, and not all that is made of others."""
        weights = np.random.default_rng(0).integers(-4, 5, (self.basis.shape[1], _TRIALS)).astype(float)
        weights[solved:] = 1
        above, all_signs = (self.frame.depth(self.points(raw)) >= 0 for raw in (abs(weights), weights))
        return bool(above.all() and not all_signs.all())

    @cached_property
    def _floats(self) -> tuple[Floats, Floats]:
        return np.array([nearest(x) for x in self.offset])[:, None], self.basis.astype(float)

    def points(self, raw: Floats) -> Floats:
        """Return the coordinates of points."""
        offset, basis = self._floats
        return offset + basis @ raw

    def exactly(self, raw: Floats) -> Exact:
        """Return the exact coordinates of one point."""
        x = [fmpq(*value.as_integer_ratio()) for value in raw.tolist()]
        rows = zip(self.offset, self.basis, strict=True)
        return [start + sum((a * int(b) for a, b in zip(x, row, strict=True) if b), fmpq(0)) for start, row in rows]

    def arguments(self, raw: Floats) -> dict[str, Any]:
        """Return what the body sees: every argument at all points at once."""
        return self.frame.linear.arguments(self.points(raw))

    def instance(self, point: Floats) -> Instance | None:
        """Return one point as an exact instance, or None if it is outside the domains."""
        return self.frame.instance(self.exactly(point))

    def within(self, raw: Floats, scores: Scores) -> Scores:
        """Return the scores of points without those of any outside the domains, from where descent leads inside."""
        depth = self.frame.depth(self.points(raw))
        inside = depth >= 0
        return replace(
            scores,
            admitted=scores.admitted & inside,
            candidate=scores.candidate & inside,
            undefined=scores.undefined & inside,
            objective=_drawn_inside(scores.objective, depth),
            pull=_drawn_inside(scores.pull, depth),
        )


def _drawn_inside(objective: Floats, depth: Floats) -> Floats:
    """Return what to descend on: of points outside the larger of the objective and of what they lack."""
    outside = np.where(np.isfinite(objective), np.maximum(objective, -depth), _UNDEFINED - depth)
    return np.where(depth >= 0, objective, outside)


def slice_through(frame: Frame, found: Couplings, chosen: np.ndarray, point: Exact) -> Slice | None:
    """Return the slice of all that differs from a point in the chosen unknowns and meets the premises exactly.

    None if there is none: no solution, or premises that are not affine after all, or not rational.
    """
    try:
        return _slice_through(frame, found, chosen, point)
    except Exception:  # whatever a body raises, Irrational for one
        return None


def _slice_through(frame: Frame, found: Couplings, chosen: np.ndarray, point: Exact) -> Slice | None:
    start = list(point)
    unknown = [int(k) for k in chosen if found.matter[k]]
    for k in unknown:
        start[k] = fmpq(*float(found.point[k]).as_integer_ratio())
    at_start, columns = frame.misses_exactly(start), []
    for k in unknown:
        step = fmpq(*float(found.steps[k]).as_integer_ratio())
        moved = [*start[:k], start[k] + step, *start[k + 1 :]]
        columns.append([(b - a) / step for a, b in zip(at_start, frame.misses_exactly(moved), strict=True)])
    right = [
        -a + sum((c[e] * start[k] for c, k in zip(columns, unknown, strict=True)), fmpq(0))
        for e, a in enumerate(at_start)
    ]
    solved = solutions([[column[e] for column in columns] for e in range(len(at_start))], right)
    if solved is None:
        return None
    offset = list(point)
    for k, x in zip(unknown, solved.point, strict=True):
        offset[k] = x
    free = chosen[~found.matter[chosen]]
    for k in free:
        offset[k] = fmpq(0)
    basis = np.zeros((frame.size, len(solved.basis) + len(free)), dtype=object)
    for entry, vector in enumerate(solved.basis):
        basis[unknown, entry] = vector
    basis[free, range(len(solved.basis), basis.shape[1])] = 1
    of = frame.stratum
    made = Slice(of.signature, of.sizes, {}, of.choices, frame=frame, offset=offset, basis=basis, free=free)
    return made if _meets(made) else None


def _meets(made: Slice) -> bool:
    """Say whether points of a slice meet the premises: with |x| in the place of x, one sign is enough."""
    generator = np.random.default_rng(0)
    entries = made.basis.shape[1]
    for trial in range(_TRIALS):
        raw = generator.integers(-4, 5, entries).astype(float)
        if all(miss == 0 for miss in made.frame.misses_exactly(made.exactly(abs(raw) if trial % 2 else raw))):
            return True
    return False
