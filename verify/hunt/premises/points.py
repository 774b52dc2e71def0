"""Points of simple numbers through which there is a slice: for the other unknowns there is a solution."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from flint import fmpq

from reference.arithmetic.lanes import Floats
from verify.hunt.premises.coupling import Couplings
from verify.hunt.premises.frame import Exact, Frame
from verify.hunt.premises.projection import LARGEST_DENOMINATOR, projected
from verify.hunt.premises.solving import solved
from verify.hunt.sampling import natural, spread, structured
from verify.hunt.strata import Stratum, rounded

_MOST_EVALUATED = 8192
"""Points that are evaluated to find such as have a solution, at most; and so many of these are tried."""
_MOST_TRIED = 2048

_SLICES = 8
"""Of those that have a solution, so many are looked at."""

_MOST_PROJECTED = 24
"""Unknowns that are rounded one after the other, at most."""

_MOST_SIMPLE = 32
"""Of the points that are left, so many are looked at: those with the fewest zeros, where premises are trivial."""

_ZERO = 2.0**-30
_DENSITIES = (0.1, 0.2, 0.4)


def solvable(frame: Frame, found: Couplings, chosen: Floats, generator: np.random.Generator) -> Iterator[Exact]:
    """Yield points through which there is a slice: of every rank that the system for the chosen unknowns has."""
    unknown = chosen[found.matter[chosen]]
    count = min(_MOST_TRIED, _MOST_EVALUATED // (len(unknown) + 1))
    few = count // 8
    raw = np.concatenate(
        [
            rounded(natural(frame.stratum, few, generator), 2),
            rounded(spread(frame.stratum, few, generator), 2),
            sparse(frame.stratum, few, generator),
            structured(frame.stratum, count - 3 * few, generator),
        ],
        axis=1,
    )[:, generator.permutation(count)]
    points = frame.coordinates(raw)
    there = solved(*_systems(frame, found, unknown, points))
    points[unknown] = there.shortest.T
    outside = (there.rank == len(unknown)) & (frame.depth(points) < 0)
    those = np.flatnonzero(there.has & ~outside)
    if generator.random() < 0.5:  # the fullest first: zeros are where premises are trivial
        those = those[np.argsort(-(abs(points[:, those]) > _ZERO).sum(0), kind="stable")]
    for k in _various(those, there.rank, np.delete(points, chosen, axis=0)):
        point = frame.exactly(raw[:, k])
        if point is not None:
            yield point


def sparse(stratum: Stratum, count: int, generator: np.random.Generator) -> Floats:
    """Return points of few entries 1, and perhaps −1: matrix units, nilpotent matrices, incidences."""
    shape = (stratum.size, count)
    some = generator.random(shape) < generator.choice(_DENSITIES, count)
    signs = np.where(generator.random(count) < 0.5, 1, generator.choice([-1, 1], shape))
    return stratum.clamp(some * signs * 1.0)


def simple(frame: Frame, found: Couplings, chosen: Floats, generator: np.random.Generator) -> Iterator[Exact]:
    """Yield points of simple numbers that nearly meet the premises, such as have to be solved for the chosen ones."""
    if frame.size > _MOST_PROJECTED or not all(part.domain.continuous for part in frame.linear.parts):
        return
    count = min(_MOST_TRIED, 8 + 2 * _MOST_EVALUATED // frame.size**2)
    points = frame.coordinates(natural(frame.stratum, count, generator))
    fixed = np.setdiff1d(np.flatnonzero(found.matter), chosen)
    points = projected(frame, points, fixed, generator)
    points[chosen] = found.point[chosen, None]
    different = np.unique(points, axis=1)
    fullest = np.argsort(-(different != 0).sum(0), kind="stable")[:_MOST_SIMPLE]
    for point in different[:, fullest].T:
        yield [fmpq(*Fraction(value).limit_denominator(LARGEST_DENOMINATOR).as_integer_ratio()) for value in point]


def _various(those: Floats, rank: Floats, given: Floats) -> list[int]:
    """Choose some of those points: of each rank in turn, and of each rank such as differ."""
    kinds: dict[int, dict[bytes, int]] = {}
    for k in those:
        kinds.setdefault(int(rank[k]), {}).setdefault(given[:, k].tobytes(), int(k))
    queues = [list(kind.values()) for kind in kinds.values()]
    turns = [queue[turn] for turn in range(_SLICES) for queue in queues if turn < len(queue)]
    return turns[:_SLICES]


def _systems(frame: Frame, found: Couplings, unknown: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Return, for each point, the linear system for the unknowns that makes the premises true."""
    start = points.copy()
    start[unknown] = found.point[unknown, None]
    moved = np.repeat(start[:, None, :], len(unknown) + 1, axis=1)
    moved[unknown, 1 + np.arange(len(unknown))] += found.steps[unknown, None]
    values, _ = frame.misses(moved.reshape(len(points), -1))
    values = values.reshape(len(values), len(unknown) + 1, -1).transpose(2, 0, 1)
    with np.errstate(all="ignore"):
        matrices = (values[..., 1:] - values[..., :1]) / found.steps[unknown]
        rights = matrices @ found.point[unknown] - values[..., 0]
    return matrices, rights
