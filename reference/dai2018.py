"""Dai, Wang, Aston, Hua, Wipf, *Hidden talents of the variational autoencoder* (2018).

Notation: data X (d × n) with columns x^{(i)}, decoder mean Wz + b with W (d × κ) of columns w_j and b (d), decoder
variance λ = ``lam`` > 0. Costs are twice the negative evidence lower bound, in nats, summed over the n data points,
without the constants that App. B drops. Leading axes are a batch.
"""

from reference.arithmetic import as_matrix, as_vector, column_squared_norms, identity, log, log_determinant, solve
from reference.numbers import Array


def separable_log_determinant(W: Array, lam: Array) -> Array:
    """Return Σ_j log(λ + ‖w_j‖²) + (d − κ) log λ, the left side of eq. (8), for W (..., d, κ) and λ (...)."""
    d, kappa = W.shape[-2:]
    return log(as_vector(lam) + column_squared_norms(W)).sum(-1) + (d - kappa) * log(lam)


def decoder_log_determinant(W: Array, lam: Array) -> Array:
    """Return log|λI + WWᵀ|, the right side of eq. (8), for W (..., d, κ) and λ (...)."""
    d = W.shape[-2]
    return log_determinant(as_matrix(lam) * identity(d, d, W) + W @ W.mT)


def mahalanobis(X: Array, W: Array, b: Array, lam: Array) -> Array:
    """Return Σ_i Ω^{(i)}(W, b, λI) = Σ_i (x^{(i)} − b)ᵀ(λI + WWᵀ)⁻¹(x^{(i)} − b) of eq. (6), a scalar."""
    d, Y = W.shape[-2], X - b[..., None]
    return (Y * solve(as_matrix(lam) * identity(d, d, W) + W @ W.mT, Y)).sum(-1).sum(-1)


def cost(X: Array, W: Array, b: Array, lam: Array) -> Array:
    """Return the cost 𝓛(W, b, λ) of eq. (5), the minimum over all encoder moments."""
    return mahalanobis(X, W, b, lam) + X.shape[-1] * decoder_log_determinant(W, lam)


def separable_cost(X: Array, W: Array, b: Array, lam: Array) -> Array:
    """Return the cost 𝓛_sep(W, b, λ) of eq. (7), the minimum over the encoder moments with diagonal covariances."""
    return mahalanobis(X, W, b, lam) + X.shape[-1] * separable_log_determinant(W, lam)
