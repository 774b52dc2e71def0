"""Wang and Ziyin (2022), Posterior collapse of a linear latent variable model: losses, gradients, Hessians.

Notation of the paper: x ∈ R^d0, y ∈ R^d2, encoder z = Wᵀx + ε with ε ~ N(0, Σ), decoder N(Uz, η_dec² I), prior
N(0, η_enc² I); U is d2 x d1, V and W are d0 x d1, Z is d2 x d0, ``sigma`` holds the d1 standard deviations of
Σ = diag(σ_i²). Every argument may carry leading batch axes. A closed form that the paper prints wrongly stands here
corrected, and its docstring says so. The minima are in :mod:`reference.wang2022.optima`.
"""

from dataclasses import dataclass
from typing import Any

from reference.arithmetic import (
    as_matrix,
    as_vector,
    column_squared_norms,
    identity,
    log,
    product,
    rectangular_diagonal,
    squared_norm,
    trace,
)
from reference.shapes import Array

Modes: Any = Array["d1"] | Array[""]
"""One number per mode; a scalar is that of a single one."""


@dataclass(frozen=True)
class Weights:
    """The positive hyperparameters β, η_dec and η_enc, scalars (...), that weigh the terms of the loss."""

    beta: Array[""]
    eta_dec: Array[""]
    eta_enc: Array[""]

    @property
    def b(self) -> Array[""]:
        """βη_dec², the threshold that ζ_i² must exceed for mode i to be learned."""
        return self.beta * self.eta_dec**2

    @property
    def c(self) -> Array[""]:
        """βη_dec²/η_enc², the weight of the mean's regularisation in eq. (6)."""
        return self.b / self.eta_enc**2


# --- losses ---------------------------------------------------------------------------------------------------------


def _decoded_noise(U: Array, sigma: Array) -> Array:
    """Tr(UΣUᵀ), the noise that the decoder passes on: U d2 x d1, sigma (d1), result a scalar."""
    return (sigma**2 * column_squared_norms(U)).sum(-1)


def factorization_loss(
    U: Array["d2 d1"], V: Array["d0 d1"], Z: Array["d2 d0"], sigma: Array["d1"], w: Weights
) -> Array[""]:
    """L(U, V) = ‖UVᵀ − Z‖² + Tr(UΣUᵀ) + c‖V‖², eq. (6): 2η_dec² times eq. (5) less its constants, for V = A^{1/2}W."""
    return squared_norm(U @ V.mT - Z) + _decoded_noise(U, sigma) + w.c * squared_norm(V)


def variance_divergence(sigma: Modes, w: Weights) -> Modes:
    """σ_i²/η_enc² − 1 − log(σ_i²/η_enc²), one per mode: 2 KL(N(0, σ_i²) ‖ N(0, η_enc²)), in nats."""
    ratio = sigma**2 / as_vector(w.eta_enc**2)
    return ratio - 1 - log(ratio)


def variance_penalty(sigma: Array["d1"], w: Weights) -> Array[""]:
    """ℓ_var of eq. (5), the part of β·KL that holds the variances: sigma (d1), result a scalar in nats."""
    return w.beta * variance_divergence(sigma, w).sum(-1) / 2


def vae_loss(
    U: Array["d2 d1"],
    W: Array["d0 d1"],
    sigma: Array["d1"],
    A: Array["d0 d0"],
    C: Array["d2 d0"],
    y2: Array[""],
    w: Weights,
) -> Array[""]:
    """L_VAE(U, W, Σ), eq. (5), of the moments A = E[xxᵀ] (d0 x d0), C = E[yxᵀ] (d2 x d0) and y2 = E[yᵀy] (scalar).

    In nats, less the constant (d2/2) log(2πη_dec²) of eq. (3).
    """
    fit = trace(product([U, W.mT, A, W, U.mT])) - 2 * trace(product([U, W.mT, C.mT])) + y2
    mean = w.c * trace(product([W.mT, A, W]))
    return (fit + _decoded_noise(U, sigma) + mean) / (2 * w.eta_dec**2) + variance_penalty(sigma, w)


def biased_vae_loss(
    U: Array["d2 d1"],
    W: Array["d0 d1"],
    b_e: Array["d1"],
    b_d: Array["d2"],
    sigma: Array["d1"],
    X: Array["d0 n"],
    Y: Array["d2 n"],
    w: Weights,
) -> Array[""]:
    """L_VAE with biases b_e (d1) and b_d (d2), eqs. (21), (22), in nats, less the constant (d2/2) log(2πη_dec²).

    The data are the n equally likely columns of X (d0 x n) and Y (d2 x n); the expectation over ε is in closed form.
    """
    means = W.mT @ X + b_e[..., None]
    errors = U @ means + b_d[..., None] - Y
    average = (squared_norm(errors) + w.c * squared_norm(means)) / X.shape[-1]
    return (average + _decoded_noise(U, sigma)) / (2 * w.eta_dec**2) + variance_penalty(sigma, w)


# --- gradients and Hessians of L(U, V) ------------------------------------------------------------------------------


def gram_plus_variance(V: Array["d0 d1"], sigma: Array["d1"]) -> Array["d1 d1"]:
    """VᵀV + Σ, the d1 x d1 matrix of the quadratic form that L(U, V) is in each row of U."""
    d1 = V.shape[-1]
    return V.mT @ V + rectangular_diagonal(sigma**2, d1, d1)


def gram_plus_weight(U: Array["d2 d1"], w: Weights) -> Array["d1 d1"]:
    """UᵀU + cI, the d1 x d1 matrix of the quadratic form that L(U, V) is in each row of V, eq. (37)."""
    d1 = U.shape[-1]
    return U.mT @ U + as_matrix(w.c) * identity(d1, d1, U)


def gradient_u(U: Array["d2 d1"], V: Array["d0 d1"], Z: Array["d2 d0"], sigma: Array["d1"]) -> Array["d2 d1"]:
    """∂L(U, V)/∂U = 2(UVᵀV − ZV + UΣ), eq. (59), d2 x d1."""
    return 2 * (U @ gram_plus_variance(V, sigma) - Z @ V)


def gradient_v(U: Array["d2 d1"], V: Array["d0 d1"], Z: Array["d2 d0"], w: Weights) -> Array["d0 d1"]:
    """∂L(U, V)/∂V = 2(VUᵀU − ZᵀU + cV), eq. (60), d0 x d1; eq. (36) prints + ZᵀU."""
    return 2 * (V @ gram_plus_weight(U, w) - Z.mT @ U)


def _outer(a: Array, b: Array) -> Array:
    """The array of a[r, p] b[s, q] at [r, s, p, q]; flattened to a matrix, the Kronecker product of a and b."""
    return a[..., :, None, :, None] * b[..., None, :, None, :]


def hessian_uu(U: Array["d2 d1"], V: Array["d0 d1"], sigma: Array["d1"]) -> Array["d2 d1 d2 d1"]:
    """∂²L/∂U_rs∂U_pq at [r, s, p, q], eq. (61), d2 x d1 x d2 x d1; U gives d2 alone."""
    d2 = U.shape[-2]
    return 2 * _outer(identity(d2, d2, U), gram_plus_variance(V, sigma))


def hessian_vu(U: Array["d2 d1"], V: Array["d0 d1"], Z: Array["d2 d0"]) -> Array["d0 d1 d2 d1"]:
    """∂²L/∂V_rs∂U_pq at [r, s, p, q], eq. (62), d0 x d1 x d2 x d1."""
    d1 = U.shape[-1]
    crossed = U.mT[..., None, :, :, None] * V[..., :, None, None, :]  # U_ps V_rq
    return 2 * (crossed + _outer((U @ V.mT - Z).mT, identity(d1, d1, U)))


def hessian_uv(U: Array["d2 d1"], V: Array["d0 d1"], Z: Array["d2 d0"]) -> Array["d2 d1 d0 d1"]:
    """∂²L/∂U_rs∂V_pq at [r, s, p, q], eq. (63), d2 x d1 x d0 x d1: the first term of L is that of V, U and Zᵀ."""
    return hessian_vu(V, U, Z.mT)


def hessian_vv(U: Array["d2 d1"], V: Array["d0 d1"], w: Weights) -> Array["d0 d1 d0 d1"]:
    """∂²L/∂V_rs∂V_pq at [r, s, p, q], eq. (64), d0 x d1 x d0 x d1; V gives d0 alone."""
    d0 = V.shape[-2]
    return 2 * _outer(identity(d0, d0, V), gram_plus_weight(U, w))


def hessian_at_origin(A: Array["d0 d0"], C: Array["d2 d0"], sigma: Array["d1"], w: Weights) -> Array["rows rows"]:
    """The Hessian of L_VAE(U, W, Σ), eq. (5), in (U, W) at U = W = 0, as a symmetric matrix of (d2 + d0) d1 rows.

    Moments and sigma as in :func:`vae_loss`. The rows are those of U and W stacked, entry by entry: U_rs is row
    r d1 + s, W_ps is row (d2 + p) d1 + s. Theorem 3 takes σ_i = η_enc; its eqs. (65)-(68) are in V, and 2η_dec² larger.
    """
    (d2, d0), d1 = C.shape[-2:], sigma.shape[-1]
    stacked = identity(d2 + d0, d2 + d0, A)
    to_u, to_w = stacked[:, :d2], stacked[:, d2:]
    upper = to_u @ C @ to_w.mT
    coupling = as_matrix(w.c) * (to_w @ A @ to_w.mT) - upper - upper.mT
    variances = rectangular_diagonal(sigma**2, d1, d1)
    blocks = _outer(to_u @ to_u.mT, variances) + _outer(coupling, identity(d1, d1, A))
    rows = (d2 + d0) * d1
    return blocks.reshape((*blocks.shape[:-4], rows, rows)) / as_matrix(w.eta_dec**2)
