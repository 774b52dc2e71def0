"""Initial values of trajectories for data of rank below d, generic and adverse, and what of Ã lies off the data."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

SHAPES = list(product(range(1, 5), repeat=3))
"""(d, k, r)"""

GENERIC, ADVERSARIES = 120, 40
"""Trajectories of each shape."""

FRACTIONS = np.array([1 / 64, 1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 7 / 8, 0.97])
"""Of the time of the end: where the bounds are judged."""


@dataclass
class Starts:
    """n instances A, Ã, B̃, ε. W is the span of the first q (n) columns of U (n, d, d), and the rows of A have the span
    of the first q columns of ``right`` (n, k, k). Every other U is a permutation, so that A has zero rows.
    """

    A: Any
    At: Any
    Bt: Any
    eps: Any
    U: Any
    right: Any
    q: Any

    def parameters(self) -> tuple[Any, Any, Any, Any]:
        return self.A, self.At, self.Bt, self.eps

    def off(self, x, basis):
        """Return the projections of x (n, c, ·, ·) off the span of the first q columns of the basis (n, m, m)."""
        rest = np.arange(basis.shape[-1]) >= self.q[:, None]
        return (basis * rest[:, None, :])[:, None] @ basis.mT[:, None] @ x

    def columns_off(self, At):
        """Return ‖P_{W⊥}Ã‖_F (n, c) for decoders (n, c, d, r)."""
        return norms(self.off(At, self.U))

    def rows_off(self, At):
        """Return the norms (n, c, d) of the rows of Ã for which A has a zero row, and 0 for the others."""
        aligned = (abs(self.U).max(1) == 1).all(-1)
        zero = (abs(self.U) * (np.arange(self.U.shape[-1]) >= self.q[:, None])[:, None, :]).sum(-1) * aligned[:, None]
        return np.sqrt((At**2).sum(-1)) * zero[:, None, :]

    def small_singular_values(self, At):
        """Return (Σ_{k > dim W} σ_k(Ã)²)^{1/2} (n, c)."""
        values = np.linalg.svd(np.nan_to_num(At), compute_uv=False)
        return np.sqrt((values**2 * (np.arange(values.shape[-1]) >= self.q[:, None])[:, None]).sum(-1))


def norms(x):
    return np.sqrt((x**2).sum((-1, -2)))


def haar(rng, n, d):
    """Return orthogonal matrices (n, d, d), evenly distributed: Q of a QR whose R has a positive diagonal."""
    Q, R = np.linalg.qr(rng.normal(size=(n, d, d)))
    return Q * np.sign(np.diagonal(R, axis1=-2, axis2=-1))[:, None, :]


def log_uniform(rng, low, high, shape):
    return np.exp(rng.uniform(np.log(low), np.log(high), shape))


def data(rng, n, d, k, q, scale):
    """Return A (n, d, k) of ranks q, with singular values of scale/5 to scale, U, and the right singular vectors."""
    U, right, m = haar(rng, n, d), haar(rng, n, k), min(d, k)
    U[::2] = np.eye(d)[rng.permutation(d)].T
    values = rng.uniform(0.2, 1, (n, m)) * (np.arange(m) < q[:, None])
    return scale * ((U[:, :, :m] * values[:, None, :]) @ right[:, :, :m].mT), U, right


def starts(rng, d, k, r, generic, adverse) -> Starts:
    """Return generic starts, and then adversaries, whose decay is slowest.

    Those have A = 0, and one column, or columns of the same norm, so that K is attained by all; or B̃ = 0.
    """
    n, hard = generic + adverse, np.arange(generic + adverse) >= generic
    q = rng.integers(0, min(d - 1, k) + 1, n)
    q[hard & (rng.random(n) < 0.7)] = 0
    scales = [log_uniform(rng, low, 2, (n, 1, 1)) for low in (0.3, 0.1, 0.1)]
    A, U, right = data(rng, n, d, k, q, scales[0])
    At, Bt = scales[1] * rng.normal(size=(n, d, r)), scales[2] * rng.normal(size=(n, r, d))
    At[hard] = even(At, scales[1])[hard]
    Bt[hard & (rng.random(n) < 0.5)] = 0
    return Starts(A, At, Bt, log_uniform(rng, 0.05, 2, n), U, right, q)


def generic(rng, n, d, k, r, q, scale=1.0):
    """Return n starts for data of rank q: entries of Ã and B̃ of the size of the scale, and ε = 1."""
    ranks = np.full(n, q)
    A, U, right = data(rng, n, d, k, ranks, log_uniform(rng, 0.5, 2, (n, 1, 1)))
    At, Bt = scale * rng.normal(size=(n, d, r)), scale * rng.normal(size=(n, r, d))
    return Starts(A, At, Bt, np.ones(n), U, right, ranks)


def even(At, norm):
    """Return Ã with columns of this norm."""
    return At / np.sqrt((At**2).sum(-2, keepdims=True)) * norm


def followed(start: Starts, D=None, fractions=FRACTIONS, **options):
    """Return the trajectories of the flow of L₁, or with D of L, at t = 0, and at the fractions of their lifetimes."""
    from reference.koehler2022.flow import flow  # noqa: PLC0415  # numba is slow to import

    ends = flow(*start.parameters(), D, **options, rtol=1e-6, estimate=False).time[:, -1]
    times = np.pad(ends[:, None] * fractions, ((0, 0), (1, 0)))
    return flow(*start.parameters(), D, **options, checkpoints=times)


@cache
def sample(seed, d, k, r):
    """Return the starts of one shape, and their trajectories under the flow of L₁."""
    start = starts(np.random.default_rng([seed, d, k, r]), d, k, r, GENERIC, ADVERSARIES)
    return start, followed(start)


def everywhere(seed):
    """Yield starts and trajectories of every shape, ten thousand in all."""
    for shape in SHAPES:
        yield sample(seed, *shape)
