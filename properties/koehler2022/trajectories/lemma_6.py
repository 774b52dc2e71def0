"""Lemma 6 along whole trajectories of the flow, with the error of the integration."""

from functools import cache
from typing import Any

import numpy as np

from properties.koehler2022.trajectories.starts import FRACTIONS, haar, starts
from verify.registry.studies import Evidence, simulated

SHAPES = [(1, 1, 1), (2, 1, 3), (2, 4, 2), (3, 2, 2), (3, 3, 5), (4, 2, 4)]
"""(d, k, r)"""

TRAJECTORIES = 60
"""Of each shape."""


def rotated(U, start) -> tuple[Any, Any, Any, Any]:
    """Return the parameters (UA, UÃ, B̃Uᵀ, ε)."""
    A, At, Bt, eps = start
    return U @ A, U @ At, Bt @ U.mT, eps


def distance(U, one, other):
    """Return the distances (n, c + 1) of the states of ``other`` from the rotated ones of ``one``."""
    squares = ((U[:, None] @ one.At - other.At) ** 2).sum((-1, -2)) + (one.eps - other.eps) ** 2
    squares = squares + ((one.Bt @ U[:, None].mT - other.Bt) ** 2).sum((-1, -2))
    return np.sqrt(squares if one.D is None else squares + ((one.D - other.D) ** 2).sum(-1))


@cache
def pairs(seed, trained):
    """Return (U, trajectories, those from the rotated starts with the rotated data), shape by shape, of L or of L₁."""
    from reference.koehler2022.flow import flow  # noqa: PLC0415  # numba is slow to import

    found = []
    for d, k, r in SHAPES:
        rng = np.random.default_rng([seed, 5, d, k, r])
        start, U = starts(rng, d, k, r, TRAJECTORIES, 0).parameters(), haar(rng, TRAJECTORIES, d)
        D = rng.uniform(0.1, 2, (TRAJECTORIES, r)) if trained else None
        times = 0.9 * FRACTIONS * flow(*start, D, rtol=1e-6, estimate=False).time[:, -1:]
        found.append((U, *(flow(*x, D, checkpoints=times) for x in (start, rotated(U, start)))))
    return found


def equivariance(runs):
    """Return the evidence that the distance of the true flows is 0: whether what is computed exceeds both errors."""
    evidence, farthest, share = Evidence(0, 0, 0), 0.0, 0.0
    for U, one, other in runs:
        apart, error = distance(U, one, other), one.error + other.error
        error = error + 1e-13 * (1 + np.sqrt((one.At**2).sum((-1, -2)) + (one.Bt**2).sum((-1, -2))))
        known = np.isfinite(apart) & np.isfinite(error)
        apart, error = apart[known], error[known]
        evidence += Evidence(apart.size, 0, int((apart > error).sum()))
        farthest, share = apart.max(initial=farthest), (apart / error).max(initial=share)
    words = f"states are at most {farthest:.1e} apart, and at most {share:.2f} times their errors"
    return evidence + Evidence(0, 0, 0, words)


@simulated(
    "koehler2022/lemma-6.trajectories",
    r"\Theta'=-\nabla L_A(\Theta),\ \Theta_U'=-\nabla L_{UA}(\Theta_U),\ "
    r"\Theta_U(0)=(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)(0)\;\Rightarrow\;"
    r"\Theta_U(t)=(U\tilde A,\tilde BU^T,\tilde D,\tilde\varepsilon)(t)\text{, and so for }L_1",
    label="Lemma 6 (trajectories)",
    needs=("flow",),
)
def test_trajectories_rotate(seed):
    """From starts and from their images under random orthogonal matrices of both determinants, at equal times and at
    the end. An equality along computed trajectories is never certain: what counts against it is a distance beyond both
    errors and the rounding of the images (1e-13 of the size).
    """
    return equivariance(pairs(seed, False) + pairs(seed, True))
