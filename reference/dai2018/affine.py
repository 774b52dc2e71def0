"""Dai, Wang, Aston, Hua, Wipf, *Hidden talents of the variational autoencoder* (2018).

Notation: data X (d × n) with columns x^{(i)}, decoder mean Wz + b with W (d × κ) of columns w_j and b (d), decoder
variance λ = ``lam`` > 0. Costs are twice the negative evidence lower bound, in nats, summed over the n data points,
without the constants that App. B drops. Leading axes are a batch.
"""

from reference.arithmetic import (
    as_matrix,
    as_vector,
    column_squared_norms,
    identity,
    inverse,
    log,
    log_determinant,
    maximum,
    pi,
    solve,
    trace,
)
from reference.shapes import Array


def separable_log_determinant(W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return Σ_j log(λ + ‖w_j‖²) + (d − κ) log λ, the left side of eq. (8), for W (..., d, κ) and λ (...)."""
    d, kappa = W.shape[-2:]
    return log(as_vector(lam) + column_squared_norms(W)).sum(-1) + (d - kappa) * log(lam)


def decoder_covariance(W: Array["d kappa"], lam: Array[""]) -> Array["d d"]:
    """Return M = λI + WWᵀ (..., d, d), the covariance of x in the affine model."""
    d = W.shape[-2]
    return as_matrix(lam) * identity(d, d, W) + W @ W.mT


def decoder_log_determinant(W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return log|λI + WWᵀ|, the right side of eq. (8), for W (..., d, κ) and λ (...)."""
    return log_determinant(decoder_covariance(W, lam))


def mahalanobis(X: Array["d n"], W: Array["d kappa"], b: Array["d"], lam: Array[""]) -> Array[""]:
    """Return Σ_i Ω^{(i)}(W, b, λI) = Σ_i (x^{(i)} − b)ᵀ(λI + WWᵀ)⁻¹(x^{(i)} − b) of eq. (6), a scalar."""
    Y = X - b[..., None]
    return (Y * solve(decoder_covariance(W, lam), Y)).sum(-1).sum(-1)


def cost(X: Array["d n"], W: Array["d kappa"], b: Array["d"], lam: Array[""]) -> Array[""]:
    """Return the cost 𝓛(W, b, λ) of eq. (5), the minimum over all encoder moments."""
    return mahalanobis(X, W, b, lam) + X.shape[-1] * decoder_log_determinant(W, lam)


def separable_cost(X: Array["d n"], W: Array["d kappa"], b: Array["d"], lam: Array[""]) -> Array[""]:
    """Return the cost 𝓛_sep(W, b, λ) of eq. (7), the minimum over the encoder moments with diagonal covariances."""
    return mahalanobis(X, W, b, lam) + X.shape[-1] * separable_log_determinant(W, lam)


# --- eqs. (1) to (3), (22), (24), (25) and (27): the cost of any encoder moments ------------------------------------


def log_density(
    x: Array["m k"], mean: Array["m k"] | Array["1 k"] | Array["k"], covariance: Array["k k"]
) -> Array["m"]:
    """Return log N(x; mean, covariance), constants included, for points x (..., m, k): an array (..., m).

    A single mean, (..., 1, k) or (k), is that of all points; the covariance is any positive definite one.
    """
    k, Y = x.shape[-1], x - mean
    square = (Y * solve(covariance, Y.mT).mT).sum(-1)
    return -(k * log(2 * pi(x)) + as_vector(log_determinant(covariance)) + square) / 2


def encoder_precision(W: Array["d kappa"], lam: Array[""]) -> Array["kappa kappa"]:
    """Return WᵀW/λ + I of eq. (24) (..., κ, κ), the inverse of the posterior covariance."""
    kappa = W.shape[-1]
    return W.mT @ W / as_matrix(lam) + identity(kappa, kappa, W)


def divergence(mean: Array["kappa"], covariance: Array["kappa kappa"]) -> Array[""]:
    """Return tr Σ + ‖μ‖² − log|Σ| of eqs. (3), (19): 2 KL[N(μ, Σ) ‖ N(0, I)] + κ, for μ (..., κ), Σ (..., κ, κ)."""
    return trace(covariance) + (mean**2).sum(-1) - log_determinant(covariance)


def encoder_cost(
    X: Array["d n"],
    W: Array["d kappa"],
    b: Array["d"],
    lam: Array[""],
    means: Array["kappa n"],
    covariances: Array["n kappa kappa"] | Array["kappa kappa"],
) -> Array[""]:
    """Return the cost of eq. (22), a scalar, for the encoder means (κ, n) and covariances (n, κ, κ).

    Covariances (κ, κ) are shared by all data points.
    """
    d = W.shape[-2]
    square = column_squared_norms(X - W @ means - b[..., None]) + trace(covariances @ (W.mT @ W)[..., None, :, :])
    lam = as_vector(lam)
    return (square / lam + d * log(lam) + divergence(means.mT, covariances)).sum(-1)


def optimal_encoder_means(X: Array["d n"], W: Array["d kappa"], b: Array["d"], lam: Array[""]) -> Array["kappa n"]:
    """Return Wᵀ(λI + WWᵀ)⁻¹(X − b1ᵀ) of eq. (25), the posterior means (..., κ, n)."""
    return W.mT @ solve(decoder_covariance(W, lam), X - b[..., None])


def optimal_encoder_covariance(W: Array["d kappa"], lam: Array[""]) -> Array["kappa kappa"]:
    """Return (WᵀW/λ + I)⁻¹ of eq. (24), the posterior covariance (..., κ, κ) of every data point."""
    return inverse(encoder_precision(W, lam))


def optimal_encoder_variances(W: Array["d kappa"], lam: Array[""]) -> Array["kappa"]:
    """Return the diagonal of (diag(WᵀW)/λ + I)⁻¹ of eq. (27), as a vector (..., κ)."""
    return 1 / (column_squared_norms(W) / as_vector(lam) + 1)


def mean_gradient(
    X: Array["d n"], W: Array["d kappa"], b: Array["d"], lam: Array[""], means: Array["kappa n"]
) -> Array["kappa n"]:
    """Return the gradient (κ, n) of eq. (22) with respect to the encoder means, on which the covariances do not act."""
    return 2 * (means - W.mT @ (X - W @ means - b[..., None]) / as_matrix(lam))


def covariance_gradient(W: Array["d kappa"], lam: Array[""], covariance: Array["kappa kappa"]) -> Array["kappa kappa"]:
    """Return the gradient WᵀW/λ + I − Σ⁻¹ of eq. (22) with respect to one encoder covariance Σ (κ, κ)."""
    return encoder_precision(W, lam) - inverse(covariance)


# --- variational forms of the logarithm: eqs. (23), (35) and (43) ---------------------------------------------------


def log_determinant_bound(M: Array["m m"], gamma: Array["m m"]) -> Array[""]:
    """Return tr[MΓ⁻¹] + log|Γ|, the objective of eq. (23) with M = AAᵀ, for M and Γ (..., m, m)."""
    return trace(solve(gamma, M)) + log_determinant(gamma)


def concave_conjugate(omega: Array[""], lam: Array[""]) -> Array[""]:
    """Return h*(ω) = inf over u ≥ 0 of ωu − log(u + λ), the conjugate of eqs. (35), (36), entry by entry for ω > 0.

    The function is convex in u, and least at u = max(0, 1/ω − λ).
    """
    u = maximum(1 / omega - lam, 0)
    return omega * u - log(u + lam)


def separable_posterior_log_determinant(W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return Σ_j log(1 + ‖w_j‖²/λ) of eqs. (30) and (43), for W (..., d, κ) and λ (...)."""
    return log(1 + column_squared_norms(W) / as_vector(lam)).sum(-1)
