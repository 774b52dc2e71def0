"""The search where the premises are met: slices through points that have a solution, and descent there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import chain

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.hunt.downhill import adam
from verify.hunt.examiner import Examiner
from verify.hunt.premises.coupling import Couplings, affine, couplings
from verify.hunt.premises.frame import Frame
from verify.hunt.premises.points import simple, solvable, sparse
from verify.hunt.premises.slices import Slice, slice_through
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import Stratum, random_stratum
from verify.judging.equalities import Places, premised_equalities
from verify.judging.margins import NOISE
from verify.workers.limits import GivenUp, time_limit

_PLAIN = 0.8
"""The share of tasks without a style, which leaves some raw entries without a meaning."""

_CHOICES = 6
"""Sets of unknowns that are solved for, one after the other."""

_SAMPLES = 48
_DESCENTS, _STARTS, _STEPS = 3, 8, 60


def solve(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator) -> None:
    """Look at points that meet the premises, if some of these are equalities."""
    stratum = random_stratum(examiner.claim.signature, sizes, generator, plain=generator.random() < _PLAIN)
    places = _equalities(examiner, stratum, generator)
    if not places:
        return
    examiner.findings.premised = True
    frame = Frame(examiner.claim, stratum, places, examiner.patience)
    with contextlib.suppress(Exception, GivenUp):  # whatever a body does here: it is judged elsewhere
        found = couplings(frame, generator)
        if found is not None and found.matter.any():
            _search(examiner, frame, found, generator)


def _equalities(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> Places:
    with contextlib.suppress(Exception, GivenUp), time_limit(examiner.patience):
        return premised_equalities(examiner.claim.body, stratum.arguments(natural(stratum, 1, generator)))
    return ()


def _search(examiner: Examiner, frame: Frame, found: Couplings, generator: np.random.Generator) -> None:
    for choice in range(_CHOICES):
        chosen = affine(found, frame, generator)
        points = solvable(frame, found, chosen, generator)
        if choice == 0 and found.meet.diagonal().any():  # takes as long as all others
            points = chain(points, simple(frame, found, chosen, generator))
        starts: list[_Start] = []
        for point in points:
            slice = slice_through(frame, found, chosen, point)
            starts += [] if slice is None else _sampled(examiner, slice, generator)
            if examiner.late:
                return
        for start in sorted(starts, key=lambda start: start.objective)[:_DESCENTS]:
            _descend(examiner, start)


@dataclass(frozen=True)
class _Start:
    """Where to descend from: the closest points of a slice, and the smallest objective there."""

    objective: float
    slice: Slice
    raw: Floats


def _sampled(examiner: Examiner, slice: Slice, generator: np.random.Generator) -> list[_Start]:
    """Look at samples of a slice, and say where to descend from, if anywhere."""
    if not slice.size:
        examiner.look(slice, np.zeros((0, 1)))
        return []
    raw = np.concatenate([sample(slice, _SAMPLES, generator) for sample in (natural, sparse, structured)], axis=1)
    raw[:, ::2] = abs(raw[:, ::2])
    scores = examiner.score(slice, raw)
    examiner.look(slice, raw, scores)
    if scores is None:
        return []
    beyond = np.where(scores.margin > NOISE, scores.objective, np.inf)  # where it is 0, so is the gradient
    order = np.argsort(beyond, kind="stable")[:_STARTS]
    return [_Start(float(beyond[order[0]]), slice, raw[:, order])] if np.isfinite(beyond[order[0]]) else []


def _descend(examiner: Examiner, start: _Start) -> None:
    for points, met in adam(examiner.claim, start.slice, start.raw, _STEPS):
        examiner.look(start.slice, points, met)
        if examiner.late:
            return
