"""The search where the premises are met: slices through points for which there is a solution, and descent there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

import numpy as np
from flint import fmpq

from reference.arithmetic.lanes import Floats
from verify.hunt.downhill import adam
from verify.hunt.examiner import Examiner
from verify.hunt.premises.coupling import Couplings, affine, couplings
from verify.hunt.premises.frame import Exact, Frame
from verify.hunt.premises.projection import LARGEST_DENOMINATOR, projected
from verify.hunt.premises.slices import Slice, slice_through
from verify.hunt.premises.solving import solved
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import Stratum, random_stratum, rounded
from verify.judging.equalities import Places, premised_equalities
from verify.judging.margins import NOISE

_STRATA = 2
"""Of one task."""

_CHOICES = 4
"""Sets of unknowns that are solved for, one after the other."""

_MOST_EVALUATED = 4096
"""Points that are evaluated to find such as have a solution, at most; and so many of these are tried."""
_MOST_TRIED = 1024

_SLICES = 8
"""Of those that have a solution, so many are looked at."""

_MOST_PROJECTED = 24
"""Unknowns that are rounded one after the other, at most."""

_ZERO = 2.0**-30
_SAMPLES = 128
_DESCENTS, _STARTS, _STEPS = 3, 8, 60


def solve(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator) -> None:
    """Look at points that meet the premises, if some of these are equalities."""
    for turn in range(_STRATA):
        stratum = random_stratum(examiner.claim.signature, sizes, generator, plain=turn == 0)
        places = _equalities(examiner, stratum, generator)
        if not places or examiner.late:
            return
        examiner.findings.premised = True
        frame = Frame(examiner.claim, stratum, places)
        with contextlib.suppress(Exception):  # whatever a body raises here: it is judged elsewhere
            found = couplings(frame, generator)
            if found is not None and found.matter.any():
                _search(examiner, frame, found, generator)


def _equalities(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> Places:
    try:
        return premised_equalities(examiner.claim.body, stratum.arguments(natural(stratum, 1, generator)))
    except Exception:  # whatever a body raises that takes one instance at a time
        return ()


def _search(examiner: Examiner, frame: Frame, found: Couplings, generator: np.random.Generator) -> None:
    for _ in range(_CHOICES):
        chosen = affine(found, frame, generator)
        points = _solvable(frame, found, chosen, generator)
        if found.meet.diagonal().any():
            points = chain(points, _projected(frame, found, chosen, generator))
        starts: list[tuple[float, Slice, Floats]] = []
        for point in points:
            slice = slice_through(frame, found, chosen, point)
            starts += [] if slice is None else _sampled(examiner, slice, generator)
            if examiner.late:
                return
        for _, slice, raw in sorted(starts, key=lambda start: start[0])[:_DESCENTS]:
            _descend(examiner, slice, raw)


def _sampled(examiner: Examiner, slice: Slice, generator: np.random.Generator) -> Iterator[tuple[float, Slice, Floats]]:
    """Look at samples of a slice; yield where to descend from, if anywhere, and the smallest objective there."""
    if not slice.size:
        examiner.look(slice, np.zeros((0, 1)))
        return
    half = _SAMPLES // 2
    raw = np.concatenate([natural(slice, half, generator), structured(slice, half, generator)], axis=1)
    raw[:, ::2] = abs(raw[:, ::2])
    scores = examiner.score(slice, raw)
    examiner.look(slice, raw, scores)
    if scores is not None:
        beyond = np.where(scores.margin > NOISE, scores.objective, np.inf)  # where it is 0, so is the gradient
        order = np.argsort(beyond, kind="stable")[:_STARTS]
        if np.isfinite(beyond[order[0]]):
            yield float(beyond[order[0]]), slice, raw[:, order]


def _descend(examiner: Examiner, slice: Slice, starts: Floats) -> None:
    for points, met in adam(examiner.claim, slice, starts, _STEPS):
        examiner.look(slice, points, met)
        if examiner.late:
            return


def _solvable(frame: Frame, found: Couplings, chosen: Floats, generator: np.random.Generator) -> Iterator[Exact]:
    """Yield points through which there is a slice: of every rank that the system for the chosen unknowns has."""
    unknown = chosen[found.matter[chosen]]
    count = min(_MOST_TRIED, _MOST_EVALUATED // (len(unknown) + 1))
    few, many = natural(frame.stratum, count // 4, generator), structured(frame.stratum, count - count // 4, generator)
    raw = np.concatenate([rounded(few, 2), many], axis=1)[:, generator.permutation(count)]
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


def _projected(frame: Frame, found: Couplings, chosen: Floats, generator: np.random.Generator) -> Iterator[Exact]:
    """Yield points of simple numbers that nearly meet the premises, such as have to be solved for the chosen ones."""
    if frame.size > _MOST_PROJECTED or not all(part.domain.continuous for part in frame.linear.parts):
        return
    count = min(_MOST_TRIED, 8 + 4 * _MOST_EVALUATED // frame.size**2)
    points = frame.coordinates(natural(frame.stratum, count, generator))
    for point in projected(frame, points, np.setdiff1d(np.flatnonzero(found.matter), chosen), generator).T:
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
