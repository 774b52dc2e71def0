"""A search for initial values from which ‖P_{W⊥}Ã‖² decays as slowly as it can: slower than Theorem 5 says?"""

from dataclasses import replace
from itertools import product

import numpy as np

from properties.koehler2022.trajectories.bounds import decay
from properties.koehler2022.trajectories.starts import starts

SHAPES = list(product((1, 2, 4), (2,), (1, 2, 4)))
"""(d, k, r)"""

POPULATION, ROUNDS = 256, 6
MOMENTS = np.array([0, 1 / 32, 1 / 8, 1 / 4, 1 / 2, 1])
"""Times at which the decay is looked at, as multiples of K at t = 0."""


def times(start):
    K = (start.At**2).sum(-2).max(-1) + start.eps**2
    return K[:, None] * MOMENTS


def constants(start):
    """Return the largest c of each start for which ‖P_{W⊥}Ã(t)‖² ≤ e^{−ct/K}‖P_{W⊥}Ã(0)‖² at all the times reached."""
    from reference.koehler2022.flow import flow  # noqa: PLC0415  # numba is slow to import

    moments = times(start)
    found = flow(*start.parameters(), checkpoints=moments, until=moments.max(), estimate=False)
    squares = start.columns_off(found.At)[:, :-1] ** 2
    with np.errstate(all="ignore"):
        rates = np.log(squares[:, :1] / squares[:, 1:]) * found.K[:, 1:-1] / found.time[:, 1:-1]
    return np.where(np.isnan(rates), np.inf, rates).min(-1)


def moved(start, rng, scale):
    """Return starts near the given ones: each entry, each parameter as a whole, or a parameter set to 0."""

    def move(x):
        one_each = (len(x), *(1,) * (x.ndim - 1))
        whole = np.where(rng.random(one_each) < 0.3, np.exp(rng.normal(size=one_each)), 1)
        return x * (1 + scale * rng.normal(size=x.shape)) * whole

    n = len(start.eps)
    kept_A, kept_Bt = rng.random((2, n, 1, 1)) < 0.9
    A = start.A * np.exp(scale * rng.normal(size=(n, 1, 1))) * kept_A
    return replace(start, A=A, At=move(start.At), Bt=move(start.Bt) * kept_Bt, eps=abs(move(start.eps)))


def slowest(seed, d, k, r):
    """Return starts that random local search has made as slow as it can."""
    rng = np.random.default_rng([seed, 1, d, k, r])
    start = starts(rng, d, k, r, POPULATION, 0)
    best = constants(start)
    for i in range(ROUNDS):
        rival = moved(start, rng, 2.0 ** -(i % 4))
        found = constants(rival)
        better = found < best
        parts = {name: getattr(start, name).copy() for name in ("A", "At", "Bt", "eps")}
        for name, x in parts.items():
            x[better] = getattr(rival, name)[better]
        start, best = replace(start, **parts), np.minimum(best, found)
    return start


def searched(seed):
    """Yield the decay of ‖P_{W⊥}Ã‖_F² from what the search ends with, shape by shape."""
    from reference.koehler2022.flow import flow  # noqa: PLC0415

    for shape in SHAPES:
        start = slowest(seed, *shape)
        moments = times(start)
        found = flow(*start.parameters(), checkpoints=moments, until=moments.max())
        yield decay(found, start.columns_off(found.At)[:, :-1])
