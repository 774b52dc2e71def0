"""Dai, Wang, Aston, Hua, Wipf, *Hidden talents of the variational autoencoder* (2018): the minima of the affine costs.

Notation as in :mod:`reference.dai2018.affine`. For fixed b the costs (5) and (7) depend on the data through the
covariance S = YYᵀ/n (d × d) of Y = X − b1ᵀ alone. Costs here are those per data point: (5)/n and (7)/n. S has the
orthonormal eigenvectors U (d × d, columns) and the eigenvalues ℓ = ``ell`` (d), largest first: the functions that give
a minimum refuse another order (OutsideDomain). Leading axes are a batch.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import permutations
from operator import mul

import numpy as np

from reference.arithmetic import (
    as_vector,
    column_squared_norms,
    concatenate,
    determinant,
    identity,
    log,
    maximum,
    rectangular_diagonal,
    solve,
    sqrt,
    trace,
    zeros,
)
from reference.arithmetic.domain import descending
from reference.dai2018.affine import decoder_covariance, decoder_log_determinant, separable_log_determinant
from reference.shapes import Array

# --- costs ----------------------------------------------------------------------------------------------------------


def sample_covariance(X: Array["d n"], b: Array["d"]) -> Array["d d"]:
    """Return S = (1/n) Σ_i (x^{(i)} − b)(x^{(i)} − b)ᵀ (..., d, d), which is Σ_ML of App. D for b the sample mean."""
    Y = X - b[..., None]
    return Y @ Y.mT / X.shape[-1]


def data_fit(S: Array["d d"], W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return tr[S(λI + WWᵀ)⁻¹], the first term of eqs. (34) and (42), a scalar."""
    return trace(solve(decoder_covariance(W, lam), S))


def covariance_cost(S: Array["d d"], W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return eq. (42) with WWᵀ for UΛ²Uᵀ: the cost (5) divided by n, for the covariance S of the data about b."""
    return data_fit(S, W, lam) + decoder_log_determinant(W, lam)


def separable_covariance_cost(S: Array["d d"], W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return eq. (34): the cost (7) divided by n, for the covariance S of the data about b."""
    return data_fit(S, W, lam) + separable_log_determinant(W, lam)


def decoder_determinant(W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return |λI + WWᵀ|, the exponential of the right side of eq. (8): rational."""
    return determinant(decoder_covariance(W, lam))


def separable_determinant(W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return λ^d Π_j (1 + ‖w_j‖²/λ), the exponential of the left side of eq. (8): rational."""
    d, kappa = W.shape[-2:]
    factors = 1 + column_squared_norms(W) / as_vector(lam)
    return reduce(mul, (factors[..., j] for j in range(kappa))) * lam**d


# --- derivatives ----------------------------------------------------------------------------------------------------


def gradient(S: Array["d d"], W: Array["d kappa"], lam: Array[""]) -> Array["d kappa"]:
    """Return the gradient 2M⁻¹(M − S)M⁻¹W of :func:`covariance_cost` in W (..., d, κ), with M = λI + WWᵀ.

    As M⁻¹W = W(λI + WᵀW)⁻¹, it is 0 if and only if SW = W(λI + WᵀW).
    """
    M = decoder_covariance(W, lam)
    return 2 * solve(M, (M - S) @ solve(M, W))


def separable_gradient(S: Array["d d"], W: Array["d kappa"], lam: Array[""]) -> Array["d kappa"]:
    """Return the gradient of :func:`separable_covariance_cost`: its columns are 2w_j/(λ + ‖w_j‖²) − 2M⁻¹SM⁻¹w_j."""
    M = decoder_covariance(W, lam)
    scale = as_vector(lam) + column_squared_norms(W)
    return 2 * W / scale[..., None, :] - 2 * solve(M, S @ solve(M, W))


def variance_slope(S: Array["d d"], W: Array["d kappa"], lam: Array[""]) -> Array[""]:
    """Return the derivative tr[M⁻¹(M − S)M⁻¹] of :func:`covariance_cost` in λ, a scalar."""
    M = decoder_covariance(W, lam)
    return trace(solve(M, solve(M, M - S).mT))


def data_fit_curvature(S: Array["d d"], W: Array["d kappa"], lam: Array[""], direction: Array["d kappa"]) -> Array[""]:
    """Return the second derivative of :func:`data_fit` at W along a direction Δ (..., d, κ), a scalar.

    M moves as M + tN₁ + t²N₂ with N₁ = ΔWᵀ + WΔᵀ and N₂ = ΔΔᵀ.
    """
    M, turn = decoder_covariance(W, lam), direction @ W.mT
    first, second = solve(M, turn + turn.mT), solve(M, direction @ direction.mT)
    return 2 * trace((first @ first - second) @ solve(M, S))


def curvature(S: Array["d d"], W: Array["d kappa"], lam: Array[""], direction: Array["d kappa"]) -> Array[""]:
    """Return the second derivative of :func:`covariance_cost` at W along a direction Δ (..., d, κ), a scalar."""
    M, turn = decoder_covariance(W, lam), direction @ W.mT
    first, second = solve(M, turn + turn.mT), solve(M, direction @ direction.mT)
    return data_fit_curvature(S, W, lam, direction) + trace(2 * second - first @ first)


def separable_curvature(S: Array["d d"], W: Array["d kappa"], lam: Array[""], direction: Array["d kappa"]) -> Array[""]:
    """Return the second derivative of :func:`separable_covariance_cost` at W along a direction Δ, a scalar."""
    scale, overlap = as_vector(lam) + column_squared_norms(W), (W * direction).sum(-2)
    penalty = 2 * column_squared_norms(direction) / scale - 4 * overlap**2 / scale**2
    return data_fit_curvature(S, W, lam, direction) + penalty.sum(-1)


# --- stationary points ----------------------------------------------------------------------------------------------


def covariance(U: Array["d d"], ell: Array["d"]) -> Array["d d"]:
    """Return S = U diag(ℓ) Uᵀ (..., d, d)."""
    return U * ell[..., None, :] @ U.mT


def stationary_point(
    U: Array["d d"], ell: Array["d"], lam: Array[""], chosen: Sequence[int], kappa: int
) -> Array["d kappa"]:
    """Return the W (..., d, κ) with the columns √(ℓ_i − λ) u_i for the at most κ chosen i, then zeros; ℓ_i ≥ λ.

    For orthogonal R these WR are all the stationary points of (5) (Tipping and Bishop 1999, App. A).
    """
    index = list(chosen)
    columns = U[..., index] * sqrt(ell[..., index] - as_vector(lam))[..., None, :]
    return concatenate([columns, zeros((*columns.shape[:-1], kappa - len(index)), U)])


def kept_variances(ell: Array["d"], lam: Array[""], kappa: int) -> Array["min(d,kappa)"]:
    """Return Λ² = max(ℓ_i − λ, 0) for the first min(d, κ) of the ℓ_i, in whatever order these come.

    They are the non-zero eigenvalues of WWᵀ at a minimum if these are the largest.
    """
    return maximum(ell[..., :kappa] - as_vector(lam), 0)


def minimiser(U: Array["d d"], ell: Array["d"], lam: Array[""], kappa: int) -> Array["d kappa"]:
    """Return the minimiser UΛ (..., d, κ) of (5), and of (7), over W: eq. (31), App. C, and eq. (42), App. D.

    Column i is √(ℓ_i − λ) u_i if ℓ_i > λ, else 0; so are the columns past the d-th. In another order of the eigenpairs
    it is a stationary point.
    """
    return U @ rectangular_diagonal(sqrt(kept_variances(ell, lam, kappa)), U.shape[-1], kappa)


def minimum(ell: Array["d"], lam: Array[""], kappa: int) -> Array[""]:
    """Return the minimum of (5)/n, and of (7)/n, over W: the sum of ℓ_i/m_i + log m_i, m the eigenvalues of M.

    m_i is max(ℓ_i, λ) for the κ largest ℓ_i, and λ for the others.
    """
    ell = descending("minimum", ell)
    rest = ell[..., kappa:]
    m = concatenate([maximum(ell[..., :kappa], as_vector(lam)), 0 * rest + as_vector(lam)])
    return (ell / m + log(m)).sum(-1)


def discarded_excess(ell: Array["d"], lam: Array[""], kappa: int) -> Array[""]:
    """Return Σ_i (λ − ℓ_i) over the i that UΛ discards (i > κ, or ℓ_i ≤ λ): λ² times the slope of :func:`minimum` in λ.

    It is continuous in λ, and does not decrease.
    """
    ell = descending("discarded_excess", ell)
    return (as_vector(lam) - ell).sum(-1) + kept_variances(ell, lam, kappa).sum(-1)


def optimal_variance(ell: Array["d"], kappa: int) -> Array[""]:
    """Return a λ at which :func:`minimum` is least: the mean of the d − κ least ℓ_i, or ℓ_d if κ ≥ d (footnote 3).

    For κ ≥ d any smaller λ is as good. If this is 0 there is no minimum.
    """
    ell = descending("optimal_variance", ell)
    rest = ell[..., kappa:] if kappa < ell.shape[-1] else ell[..., -1:]
    return rest.sum(-1) / rest.shape[-1]


def arrangements(columns: Array["d r"], kappa: int) -> Array["places d kappa"]:
    """Return the matrices (κ!/(κ − r)!, d, κ) with these r columns (d × r) in all places, and zeros elsewhere: UΛP."""
    one = identity(kappa, kappa, columns)
    places = np.array(list(permutations(range(kappa), columns.shape[-1])), dtype=int)
    if not places.shape[-1]:
        return zeros((*columns.shape[:-2], 1, columns.shape[-2], kappa), columns)
    return columns[..., None, :, :] @ one[places]
