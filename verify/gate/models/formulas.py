"""The papers' losses as a user computes them: what stands in for the formulas of ``reference/`` in a claim.

Each is the same function of the same arguments. An objective of linear VAEs has the losses of both papers in it: for
each of their arguments there are weights at which L (4) is what they say, but for terms without the weights in them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from reference import koehler2022, wang2022
from reference.arithmetic import concatenate, identity, solve, sqrt, squared_norm, zeros
from reference.arithmetic.exact import Balls, balls, rationals
from reference.shapes import Array
from reference.wang2022 import Weights
from verify.gate.models.objective import Objective, Unreachable

_NEGLIGIBLE = arb(2) ** -60
"""What is less than this part of E[yᵀy] is lost in the rounding of the weights."""


def formulas_of(objective: Objective, paper: str) -> dict[str, Callable[..., Any]]:
    """Return what an objective has of the formulas of a paper, by the names that its claims have for them."""
    views = _Views(objective)
    if paper == "wang2022":
        return {"vae_loss": views.supervised_loss, "factorization_loss": views.factorization_loss}
    return {
        "loss": objective.loss,
        "fit": objective.loss,  # of which there are differences in Ã and in B̃ alone
        "vae_loss": views.general_loss,
        "simplified_loss": objective.simplified_loss,
    }


class _Views:
    """Other losses in terms of L."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective

    def general_loss(self, reconstruction: Array, encoder_norm: Array, D: Array, eps: Array, d: int) -> Balls:
        """Return L (3), of linear maps that have this reconstruction error and this E‖g(x)‖²; raises Unreachable.

        They have one dimension: A = s, Ã = a, B̃ = b with D₁a² = (s − abs)² = R/2. Where the error vanishes, so does
        the code of a linear VAE.
        """
        one = balls(rationals(1))
        error, norm, r = one * reconstruction, one * encoder_norm, D.shape[-1]
        a = b = s = 0 * one
        if not error.bare().is_zero():
            a, code = sqrt(error / (2 * D[0])), sqrt(norm)
            s = a * code + sqrt(error / 2)
            b = code / s
        elif not norm.bare().is_zero():
            raise Unreachable
        A, At, Bt = s * identity(d, 1, one), a * _corner(d, r, one), b * _corner(r, d, one)
        return self.objective.loss(A, At, Bt, D, eps)

    def supervised_loss(self, U: Array, W: Array, sigma: Array, A: Array, C: Array, y2: Array, w: Weights) -> Balls:
        """Return L_VAE (5) of wang2022; raises Unreachable where A is singular."""
        value: Balls = self._rise(U, W, sigma, A, C, y2, w) + wang2022.vae_loss(0 * U, 0 * W, sigma, A, C, y2, w)
        return value

    def factorization_loss(self, U: Array, V: Array, Z: Array, sigma: Array, w: Weights) -> Balls:
        """Return L(U, V) (6) of wang2022: 2η_dec² L_VAE of whitened data, but for what does not depend on U and V."""
        rise = self._rise(U, V, sigma, identity(V.shape[0], V.shape[0], V), Z, squared_norm(Z), w)
        value: Balls = rise * (2 * w.eta_dec**2) + wang2022.factorization_loss(0 * U, 0 * V, Z, sigma, w)
        return value

    def _rise(self, U: Array, W: Array, sigma: Array, A: Array, C: Array, y2: Array, w: Weights) -> Balls:
        """Return L_VAE(U, W) − L_VAE(0, 0).

        L_VAE is β L of data (x, y), an encoder that sees x, a decoder that writes y, and ε² = βη_dec², but for what
        does not depend on U and W; latents are measured in units of η_enc.
        """
        scale, data = w.eta_enc, _data(A, C, y2)
        At, Bt = concatenate([0 * W, U * scale], axis=0), concatenate([W.mT / scale, 0 * U.mT], axis=1)
        D, eps = (sigma / scale) ** 2, sqrt(w.b)
        value: Balls = (
            self.objective.loss(data, At, Bt, D, eps) - koehler2022.loss(data, 0 * At, 0 * Bt, D, eps)
        ) * w.beta
        return value


def _corner(rows: int, columns: int, like: Array) -> Array:
    return identity(rows, 1, like) @ identity(1, columns, like)


def _data(A: Array, C: Array, y2: Array) -> Array:
    """Return the matrix (d0 + d2, d0 + 1) that makes of N(0, I) data (x, y) with these moments."""
    root = _cholesky(A)
    explained = solve(root, C.mT).mT
    left = (y2 - squared_norm(explained)).bare()
    if left.contains(0) and left.abs_upper() > y2.bare() * _NEGLIGIBLE:
        raise Unreachable
    residual = zeros((), A) if left.contains(0) else sqrt(Balls.of(left))
    outside = residual * identity(C.shape[0], 1, A)
    x = concatenate([root, zeros((A.shape[0], 1), A)], axis=1)
    return concatenate([x, concatenate([explained, outside], axis=1)], axis=0)


def _cholesky(A: Array) -> Array:
    """Return the lower triangular root (d, d) of a positive definite matrix in balls; raises Unreachable for others."""
    entries = A.bare()
    size = len(entries)
    root = [[arb(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = entries[i][j] - sum((root[i][k] * root[j][k] for k in range(j)), arb(0))
            if i == j and not rest > 0:
                raise Unreachable
            root[i][j] = rest.sqrt() if i == j else rest / root[j][j]
    return Balls.of(np.array(root, dtype=object))
