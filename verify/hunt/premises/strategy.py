"""The search where the premises are met: slices through points for which there is a solution, and descent there."""

from __future__ import annotations

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.hunt.downhill import adam
from verify.hunt.examiner import Examiner
from verify.hunt.premises.coupling import Couplings, affine, couplings
from verify.hunt.premises.frame import Frame
from verify.hunt.premises.slices import Slice, slice_through
from verify.hunt.premises.solving import solvable
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import Stratum, rounded
from verify.judging.equalities import Places, premised_equalities

_CHOICES = 4
"""Sets of unknowns that are solved for, one after the other."""

_POINTS = 128
"""Points whose other numbers are tried."""

_SLICES = 6
"""Of those that have a solution, so many are looked at."""

_SAMPLES = 192
_STARTS, _STEPS = 6, 40


def equalities(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> Places:
    """Return which comparisons are premises to be solved; none, if the body takes one instance at a time."""
    try:
        return premised_equalities(examiner.claim.body, stratum.arguments(natural(stratum, 1, generator)))
    except Exception:  # whatever a body raises
        return ()


def solve(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> None:
    """Look at points that meet the premises."""
    places = equalities(examiner, stratum, generator)
    if not places:
        return
    examiner.findings.premised = True
    frame = Frame(examiner.claim, stratum, places)
    found = couplings(frame, generator)
    if found is None:
        return
    for _ in range(_CHOICES):
        chosen = affine(found, frame, generator)
        for slice in _slices(frame, found, chosen, generator):
            _search(examiner, slice, generator)
            if examiner.late:
                return


def _slices(frame, found, chosen, generator):
    half = _POINTS // 2
    raw = np.concatenate(
        [structured(frame.stratum, 3 * half // 2, generator), rounded(natural(frame.stratum, half // 2, generator), 2)], axis=1
    )
    raw = raw[:, generator.permutation(raw.shape[1])]
    points = [frame.coordinates(raw[:, k]) for k in range(raw.shape[1])]
    points = [point for point in points if point is not None]
    if not points:
        return
    floats = np.array([[float(x.p) / float(x.q) for x in point] for point in points]).T
    unknown = chosen[found.matter[chosen]]
    matrices, rights = _systems(frame, found, unknown, floats)
    has, rank = solvable(matrices, rights)
    kinds = {}
    for k in np.flatnonzero(has):
        kinds.setdefault(int(rank[k]), []).append(int(k))
    queues = list(kinds.values())
    order = [queue[turn] for turn in range(_SLICES) for queue in queues if turn < len(queue)]
    for k in order[:_SLICES]:
        slice = slice_through(frame, found, chosen, points[k])
        if slice is not None:
            yield slice


def _systems(frame, found, unknown, points):
    n = points.shape[1]
    start = points.copy()
    start[unknown] = found.point[unknown, None]
    moved = [start]
    for k in unknown:
        other = start.copy()
        other[k] += found.steps[k]
        moved.append(other)
    values, _ = frame.misses(np.concatenate(moved, axis=1))
    values = values.reshape(len(values), len(moved), n).transpose(2, 0, 1)
    with np.errstate(all="ignore"):
        matrices = (values[..., 1:] - values[..., :1]) / found.steps[unknown]
        rights = np.einsum("neu,u->ne", matrices, found.point[unknown]) - values[..., 0]
    return matrices, rights


def _search(examiner: Examiner, slice: Slice, generator) -> None:
    if not slice.size:
        examiner.look(slice, np.zeros((0, 1)))
        return
    raw = np.concatenate([natural(slice, _SAMPLES // 2, generator), structured(slice, _SAMPLES // 2, generator)], axis=1)
    raw[:, ::2] = abs(raw[:, ::2])
    scores = examiner.score(slice, raw)
    examiner.look(slice, raw, scores)
    if scores is None:
        return
    order = np.argsort(scores.objective, kind="stable")[:_STARTS]
    if not np.isfinite(scores.objective[order[0]]):
        return
    for points, met in adam(examiner.claim, slice, raw[:, order], _STEPS):
        examiner.look(slice, points, met)
        if examiner.late:
            return
