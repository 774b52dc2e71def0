"""Koehler, Mehta, Risteski, Zhou, *Variational autoencoders in the presence of low-dimensional data* (ICLR 2022).

Notation: ground truth A (d × k), decoder Ã = ``At`` (d × r) with columns Ã_i, encoder B̃ = ``Bt`` (r × d), encoder
variances D = the diagonal of D̃ as a vector (r), decoder standard deviation ε = ``eps`` (a scalar or a batch).
Losses are in nats per data point, without the additive constant of eq. (3). Leading axes are a batch.
"""

from collections.abc import Callable, Sequence

from reference.arithmetic import (
    as_matrix,
    as_vector,
    column_squared_norms,
    concatenate,
    identity,
    leading_identity,
    log,
    sqrt,
    squared_norm,
    zeros,
)
from reference.shapes import Array

# --- the loss and its optima ----------------------------------------------------------------------------------------


def vae_loss(
    reconstruction: Array[""], encoder_norm: Array[""], D: Array["r"], eps: Array[""], d: int | Array[""]
) -> Array[""]:
    """Return the loss L(f, g, D, ε) of eq. (3), for data in R^d.

    ``reconstruction`` is E‖x − f(g(x) + D^{1/2}z')‖² and ``encoder_norm`` is E‖g(x)‖², both scalars.
    """
    return reconstruction / (2 * eps**2) + encoder_norm / 2 + d * log(eps) + (D - log(D)).sum(-1) / 2


def linear_reconstruction(A: Array["d k"], At: Array["d r"], Bt: Array["r d"], D: Array["r"]) -> Array[""]:
    """Return E‖x − Ã(B̃x + D^{1/2}z')‖² = ‖A − ÃB̃A‖_F² + Σ_i D_i‖Ã_i‖² for x = Az (App. A)."""
    return squared_norm(_residual(A, At, Bt)) + (D * column_squared_norms(At)).sum(-1)


def _residual(A: Array, At: Array, Bt: Array) -> Array:
    return A - At @ Bt @ A


def loss(A: Array["d k"], At: Array["d r"], Bt: Array["r d"], D: Array["r"], eps: Array[""]) -> Array[""]:
    """Return the loss L of the linear VAE, eq. (4)."""
    return vae_loss(linear_reconstruction(A, At, Bt, D), squared_norm(Bt @ A), D, eps, A.shape[-2])


def optimal_decoder_deviation(reconstruction: Array[""], d: int) -> Array[""]:
    """Return the ε that minimises L for fixed f, g, D (Lemma 2); ``reconstruction`` as in :func:`vae_loss`."""
    return sqrt(reconstruction / d)


def optimal_encoder_variance(At: Array["d r"], eps: Array[""]) -> Array["r"]:
    """Return the vector (r) D_i = ε²/(‖Ã_i‖² + ε²) that minimises L for fixed Ã, B̃, ε (Lemma 3)."""
    return as_vector(eps) ** 2 / (column_squared_norms(At) + as_vector(eps) ** 2)


def simplified_loss(A: Array["d k"], At: Array["d r"], Bt: Array["r d"], eps: Array[""]) -> Array[""]:
    """Return L₁ = min_D L of the linear VAE, as eq. (5) prints it."""
    d, r = At.shape[-2:]
    fit = squared_norm(_residual(A, At, Bt)) / (2 * eps**2) + squared_norm(Bt @ A) / 2
    return fit + (d - r) * log(eps) + (1 + log(column_squared_norms(At) + as_vector(eps) ** 2)).sum(-1) / 2


# --- gradients ------------------------------------------------------------------------------------------------------


def _fit_gradient(A: Array, At: Array, Bt: Array, eps: Array) -> tuple[Array, Array, Array]:
    """Return the gradient in Ã, B̃, ε of ‖A − ÃB̃A‖_F²/(2ε²) + ‖B̃A‖_F²/2, which L and L₁ share."""
    residual, code, variance = _residual(A, At, Bt), Bt @ A, as_matrix(eps) ** 2
    return (
        -residual @ code.mT / variance,
        (code - At.mT @ residual / variance) @ A.mT,
        -squared_norm(residual) / eps**3,
    )


def loss_gradient(
    A: Array["d k"], At: Array["d r"], Bt: Array["r d"], D: Array["r"], eps: Array[""]
) -> tuple[Array["d r"], Array["r d"], Array["r"], Array[""]]:
    """Return the gradient of L, eq. (4), in Ã (d × r), B̃ (r × d), D (r) and ε."""
    in_decoder, in_encoder, in_eps = _fit_gradient(A, At, Bt, eps)
    norms = column_squared_norms(At)
    return (
        in_decoder + At * D[..., None, :] / as_matrix(eps) ** 2,
        in_encoder,
        (norms / as_vector(eps) ** 2 + 1 - 1 / D) / 2,
        in_eps - (D * norms).sum(-1) / eps**3 + A.shape[-2] / eps,
    )


def simplified_loss_gradient(
    A: Array["d k"], At: Array["d r"], Bt: Array["r d"], eps: Array[""]
) -> tuple[Array["d r"], Array["r d"], Array[""]]:
    """Return the gradient of L₁, eq. (5), in Ã (d × r), B̃ (r × d) and ε."""
    in_decoder, in_encoder, in_eps = _fit_gradient(A, At, Bt, eps)
    d, r = At.shape[-2:]
    weights = 1 / (column_squared_norms(At) + as_vector(eps) ** 2)
    return in_decoder + At * weights[..., None, :], in_encoder, in_eps + (d - r) / eps + eps * weights.sum(-1)


def descent_step(
    parameters: Sequence[Array["..."]], gradient: Sequence[Array["..."]], step: Array[""]
) -> tuple[Array["..."], ...]:
    """Return the parameters after one step of gradient descent with a single step size (Lemma 6)."""
    return tuple(p - step * g for p, g in zip(parameters, gradient, strict=True))


# --- the nonlinear decoder of App. B.3 ------------------------------------------------------------------------------


def nonlinear_decoder(
    A1: Array["d r"], A2: Array["d r"], sigma: Callable[[Array["..."]], Array["..."]], z: Array["r"]
) -> Array["d"]:
    """Return f(z) = Ã₁z + σ(Ã₂z), vectors (..., d), for latent vectors z (..., r) and matrices (..., d, r)."""
    column = z[..., None]
    return (A1 @ column + sigma(A2 @ column))[..., 0]


def sigmoid_data(z: Array["k"], sigma: Callable[[Array["..."]], Array["..."]], d: int) -> Array["d"]:
    """Return the data x = (z_1, …, z_k, σ(z_1 + … + z_k), 0, …, 0), vectors (..., d), for z (..., k), d > k."""
    total = z[..., None].sum(-2)
    return concatenate([z, sigma(total), zeros((*z.shape[:-1], d - z.shape[-1] - 1), z)])


def _leading_ones(size: int, length: int, like: Array) -> Array:
    return identity(size, length, like).sum(0)


def ground_truth_parameters(
    k: int, d: int, r: int, like: Array["..."]
) -> tuple[Array["d r"], Array["d r"], Array["r d"]]:
    """Return Ã₁ = [I_k 0; 0 0], Ã₂ with row k+1 = (1, …, 1, 0, …, 0), and B̃ = [I_k 0; 0 0], with k = r*, d > k."""
    row = identity(d, d, like)[:, k, None] * _leading_ones(k, r, like)
    return leading_identity(d, r, k, like), row, leading_identity(r, d, k, like)


def wide_parameters(
    k: int, s: int, d: int, r: int, like: Array["..."]
) -> tuple[Array["d r"], Array["d r"], Array["r d"]]:
    """Return Ã₁ = [I_{k+s} 0; 0 0], Ã₂ = 0, B̃ = [I_{k+1} 0; 0 0] of eq. (9), with k = r*, r ≥ k + s."""
    return leading_identity(d, r, k + s, like), zeros((d, r), like), leading_identity(r, d, k + 1, like)


def wide_encoder_variance(k: int, s: int, r: int, eps: Array[""]) -> Array["r"]:
    """Return the vector (r) D_i = ε²/(1 + ε²) for i ≤ k + s, and 1 for the rest (proof of Theorem 6)."""
    wide, variance = _leading_ones(k + s, r, eps), as_vector(eps) ** 2
    return 1 - wide + wide * variance / (1 + variance)
