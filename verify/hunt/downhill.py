"""Going downhill: from points at which a claim holds to one at which floats say that it does not.

Gradients are differences, taken at all starts and along all coordinates in one evaluation. They are defined where those
of an automatic differentiation are not (eigenvalues that tie, kinks), need no second implementation, and cost less than
a tape of a few hundred small operations would.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import partial

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.claims.claim import Claim
from verify.hunt.strata import Stratum, score
from verify.judging.screen import Scores

_STEP = 2.0**-20
_SMALL = np.array([0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 4, -4, 0.25, 1.5])
_PLATEAU = 100
"""A descent ends that gains nothing in so many steps."""

_MOST_STEPS = 20
"""Of a descent over small numbers."""

_MOST_POINTS = 1024
"""So many points are evaluated for one gradient, at most: a descent that the clock cuts short has not begun to end."""

_FEWEST_STARTS = 8

_MOST_NEIGHBOURS = 8192
"""So many points are evaluated for one step over small numbers."""

_QUIET = partial(warnings.catch_warnings, action="ignore")
"""Without the warnings of CMA-ES; those of a body, and of whoever has the next batch, are none of its business."""

Descent = Iterator[tuple[Floats, Scores]]
"""Batches of points met on the way, of shape (entries, points), with their scores."""


def adam(claim: Claim, stratum: Stratum, starts: Floats, steps: int) -> Descent:
    """Descend from all starts at once, by Adam; yields all that was evaluated in each step."""
    starts = starts[:, : max(_FEWEST_STARTS, _MOST_POINTS // (stratum.size + 1))]
    position = stratum.coordinates(starts)
    mean, square = np.zeros_like(position), np.zeros_like(position)
    best = 1e9
    for step in range(1, steps + 1):
        value, gradient, points, scores = _gradient(claim, stratum, position)
        yield points, scores
        if step % _PLATEAU == 0:
            if not value.min() < best - 0.01 * abs(best):
                return
            best = value.min()
        size = np.sqrt((gradient**2).sum(0))
        gradient = gradient / np.where(size > 0, size, 1)  # the objective has no scale of its own
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        rate = 0.3 * 0.01 ** (step / steps)
        position = position - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-12)


def _gradient(claim: Claim, stratum: Stratum, position: Floats) -> tuple[Floats, Floats, Floats, Scores]:
    """Return the objective and its gradient at all positions, and the points that were evaluated with their scores."""
    entries, starts = position.shape
    widths = _STEP * np.maximum(1, abs(position))
    directions = np.eye(entries, entries + 1, 1)[..., None]
    moved = position[:, None, :] + directions * widths[:, None, :]
    raw = stratum.raw(moved.reshape(entries, -1))
    scores = score(claim, stratum, raw)
    values = scores.objective.reshape(entries + 1, starts)
    with np.errstate(invalid="ignore"):
        gradient = (values[1:] - values[0]) / widths
    return values[0], np.where(np.isfinite(gradient), gradient, 0), raw, scores


def lattice(claim: Claim, stratum: Stratum, starts: Floats) -> Descent:
    """Descend over small numbers, one entry at a time: only exact numbers satisfy a premise that is an equality."""
    choices = stratum.size * len(_SMALL)
    starts = starts[:, : max(2, _MOST_NEIGHBOURS // choices)]
    here = stratum.clamp(_SMALL[abs(starts[..., None] - _SMALL).argmin(-1)])
    lowest = np.full(here.shape[1], np.inf)
    for _ in range(_MOST_STEPS):
        moved = np.repeat(here[:, :, None], choices, axis=2)
        for k in range(stratum.size):
            moved[k, :, k * len(_SMALL) : (k + 1) * len(_SMALL)] = _SMALL
        raw = stratum.clamp(moved.reshape(stratum.size, -1))
        scores = score(claim, stratum, raw)
        yield raw, scores
        values = scores.pull.reshape(-1, choices)
        best = values.argmin(-1)
        reached = values[np.arange(len(best)), best]
        better = reached < lowest - 1e-9
        if not better.any():
            return
        here = raw.reshape(stratum.size, -1, choices)[:, np.arange(len(best)), best][:, better]
        lowest = reached[better]


def evolution(
    claim: Claim, stratum: Stratum, start: Floats, generator: np.random.Generator, evaluations: int
) -> Descent:
    """Evolve a population from one start, by CMA-ES; yields each generation."""
    with _QUIET():
        import cma  # noqa: PLC0415  # a second to import, which a conjecture that falls at once does not need

        options = {"verbose": -9, "verb_log": 0, "maxfevals": evaluations, "seed": int(generator.integers(1, 2**31))}
        strategy = cma.CMAEvolutionStrategy(stratum.coordinates(start), 0.5, options)
    while True:
        with _QUIET():
            if strategy.stop():
                return
            asked = strategy.ask()
        raw = stratum.raw(np.array(asked).T)
        scores = score(claim, stratum, raw)
        yield raw, scores
        with _QUIET():
            strategy.tell(asked, np.minimum(scores.objective, 1e6).tolist())
