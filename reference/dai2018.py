"""Dai, Wang, Aston, Hua, Wipf, *Hidden talents of the variational autoencoder* (2018).

Notation: decoder matrix W (d × κ) with columns w_j, decoder variance λ > 0.
"""

from reference.arithmetic import as_matrix, as_vector, column_squared_norms, identity, log, log_determinant
from reference.numbers import Array


def separable_log_determinant(W: Array, lam: Array) -> Array:
    """Return Σ_j log(λ + ‖w_j‖²) + (d − κ) log λ, the left side of eq. (8), for W (..., d, κ) and λ (...)."""
    d, kappa = W.shape[-2:]
    return log(as_vector(lam) + column_squared_norms(W)).sum(-1) + (d - kappa) * log(lam)


def decoder_log_determinant(W: Array, lam: Array) -> Array:
    """Return log|λI + WWᵀ|, the right side of eq. (8), for W (..., d, κ) and λ (...)."""
    d = W.shape[-2]
    return log_determinant(as_matrix(lam) * identity(d, d, W) + W @ W.mT)
