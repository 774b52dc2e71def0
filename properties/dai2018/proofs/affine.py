"""SymPy proofs for dai2018: the reference formulas run on symbols, and each step is an identity that is shown.

The inequalities end at excess(u) = u − log u − 1 ≥ 0 for u > 0, with equality at u = 1 alone, by way of a simultaneous
diagonalisation: positive definite K and M are K = (TTᵀ)⁻¹ and M = T diag(u) Tᵀ for some invertible T and u > 0.
"""

from functools import cache

import numpy as np

from reference import gaussian
from reference.arithmetic import (
    column_squared_norms,
    determinant,
    identity,
    inverse,
    log,
    log_determinant,
    pi,
    rectangular_diagonal,
    trace,
)
from reference.arithmetic.deferred import sympy
from reference.dai2018 import (
    cost,
    covariance_gradient,
    decoder_covariance,
    divergence,
    encoder_cost,
    encoder_precision,
    log_density,
    mahalanobis,
    mean_gradient,
    optimal_encoder_covariance,
    optimal_encoder_means,
    optimal_encoder_variances,
    separable_cost,
)
from reference.shapes import Array
from verify.proving import (
    excess,
    integers,
    once,
    prove_least_excess,
    reduced,
    show,
    symbols,
    symmetric,
    vanishes,
)

SHAPES = ((1, 1), (2, 1), (1, 2), (2, 2))
"""The (d, κ) of the identities in W: rational, the same for every shape, with d > κ, d = κ and d < κ."""


def affine_symbols(d: int, kappa: int, n: int = 1) -> tuple[Array, Array, Array]:
    """Return symbols for X, W and b."""
    return symbols("x", d, n), symbols("w", d, kappa), symbols("b", d)


def diagonalised_pair(size: int) -> tuple[Array, Array, Array]:
    """Return T, diag(u) and the excesses of u, for invertible T and u > 0."""
    u = symbols("u", size, positive=True)
    return symbols("T", size, size), rectangular_diagonal(u, size, size), sum(map(excess, u))


# --- eq. (3) ----------------------------------------------------------------------------------------------------------


@once
def prove_divergence() -> None:
    """Twice the expectation of log q − log p, by exact cubature over z = μ + Sε, is eq. (3) less κ.

    S is any matrix with Σ = SSᵀ; the integrand is a polynomial of degree 2, a sum over pairs of coordinates.
    """
    for kappa in (1, 2):
        mean, S = symbols("m", kappa), symbols("s", kappa, kappa)
        covariance = S @ S.mT

        def log_ratio(noise: Array, mean: Array = mean, S: Array = S, covariance: Array = covariance) -> Array:
            codes = mean + noise @ S.mT
            return log_density(codes, mean, covariance) - gaussian.log_density(codes, 0, 1 + 0 * codes)

        value = 2 * gaussian.expectation(log_ratio, kappa, mean) - divergence(mean, covariance) + kappa
        show(vanishes(value))


# --- Lemma 1 --------------------------------------------------------------------------------------------------------


def _prove_covariance_optimal() -> None:
    """Show tr(ΣK) − log|Σ| = κ + log|K| + Σ_j excess(u_j) for positive definite K = (TTᵀ)⁻¹ and Σ = T diag(u) Tᵀ.

    The algebra, tr(T diag(u) T⁻¹) = Σ u and det(AB) = det A det B, is the same for every κ.
    """
    prove_least_excess()
    for kappa in (1, 2):
        T, diagonal, excesses = diagonalised_pair(kappa)
        K, covariance = inverse(T @ T.mT), T @ diagonal @ T.mT
        value = trace(covariance @ K) - log_determinant(covariance) - kappa - log_determinant(K)
        show(vanishes(value - excesses))


@cache
def _posterior(d: int, kappa: int) -> tuple[Array, ...]:
    """Return X, W and b of one data point, and its optimal encoder means and covariance."""
    LAM = sympy.Symbol("lambda", positive=True)
    X, W, b = affine_symbols(d, kappa)
    return X, W, b, reduced(optimal_encoder_means(X, W, b, LAM)), reduced(optimal_encoder_covariance(W, LAM))


@once
def prove_optimal_encoder() -> None:
    """Show 𝓛(μ, Σ) − 𝓛(μ*, Σ*) = (μ − μ*)ᵀK(μ − μ*) + tr(ΣK) − log|Σ| − κ − log|K| with K = WᵀW/λ + I, per data point.

    (22) is a sum over data points, so that n = 1 stands for all. The quadratic form is ‖W(μ − μ*)‖²/λ + ‖μ − μ*‖²: it
    is what the step μ − μ* adds beyond its product with the gradient, and the gradient at μ* is 0.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    _prove_covariance_optimal()
    for d, kappa in SHAPES:
        X, W, b, best, shared = _posterior(d, kappa)
        means, step = symbols("m", kappa, 1), symbols("h", kappa, 1)
        covariance, K = symmetric("s", kappa), encoder_precision(W, LAM)
        value = encoder_cost(X, W, b, LAM, means, covariance)
        change = encoder_cost(X, W, b, LAM, means + step, covariance) - value
        linear = (mean_gradient(X, W, b, LAM, means) * step).sum()
        show(vanishes(change - linear - (column_squared_norms(W @ step) / LAM + column_squared_norms(step)).sum()))
        show(vanishes(mean_gradient(X, W, b, LAM, best)))
        fit = (column_squared_norms(X - W @ means - b[:, None]) / LAM + column_squared_norms(means)).sum()
        show(vanishes(value - fit - d * log(LAM) - trace(covariance @ K) + log_determinant(covariance)))
        value = trace(shared @ K) - log_determinant(shared) - kappa - log_determinant(K)
        show(vanishes(value, positive=determinant(K)))  # as hᵀKh = ‖Wh‖²/λ + ‖h‖²


def prove_stationary_encoder() -> None:
    """Show that ∇_μ = 2K(μ − μ*) and ∇_Σ = K − Σ⁻¹ are the derivatives of (22), and vanish at μ* and Σ* = K⁻¹ alone.

    K = WᵀW/λ + I is invertible: hᵀKh = ‖Wh‖²/λ + ‖h‖². The derivative by an off-diagonal entry of Σ counts it twice.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    for d, kappa in SHAPES:
        X, W, b, best, shared = _posterior(d, kappa)
        means, covariance = symbols("m", kappa, 1), symmetric("s", kappa)
        K = encoder_precision(W, LAM)
        slopes, curve = mean_gradient(X, W, b, LAM, means), covariance_gradient(W, LAM, covariance)
        value = encoder_cost(X, W, b, LAM, means, covariance)
        for i in range(kappa):
            show(vanishes(sympy.diff(value, means[i, 0]) - slopes[i, 0]))
            for j in range(kappa):
                show(vanishes(sympy.diff(value, covariance[i, j]) - curve[i, j] * (1 if i == j else 2)))
        show(vanishes(slopes - 2 * K @ (means - best)))
        show(vanishes(shared @ K - identity(kappa, kappa, K)))
        h = symbols("h", kappa, 1)
        show(vanishes((h.T @ K @ h).sum() - (column_squared_norms(W @ h) / LAM + column_squared_norms(h)).sum()))


@once
def prove_collapsed_cost() -> None:
    """Evaluate (22) at its minimiser: eq. (5) plus κ for one data point, of which both are sums."""
    LAM = sympy.Symbol("lambda", positive=True)
    prove_optimal_encoder()
    for d, kappa in SHAPES:
        X, W, b, best, shared = _posterior(d, kappa)
        value = encoder_cost(X, W, b, LAM, best, shared) - cost(X, W, b, LAM)
        show(vanishes(value - kappa, positive=determinant(encoder_precision(W, LAM))))


@once
def prove_optimal_diagonal_encoder() -> None:
    """With variances r_j times those of (27), the cost exceeds theirs by Σ_j excess(r_j), whatever the means."""
    LAM = sympy.Symbol("lambda", positive=True)
    prove_least_excess()
    for d, kappa in SHAPES:
        X, W, b = affine_symbols(d, kappa)
        ratios, means = symbols("r", kappa, positive=True), symbols("m", kappa, 1)
        best = optimal_encoder_variances(W, LAM)
        other, least = (rectangular_diagonal(v, kappa, kappa) for v in (ratios * best, best))
        value = encoder_cost(X, W, b, LAM, means, other) - encoder_cost(X, W, b, LAM, means, least)
        show(vanishes(value - sum(map(excess, ratios))))


def prove_separable_cost() -> None:
    """Evaluate (22) at (25) and (27): eq. (7) plus κ for one data point.

    Means and variances enter (22) in separate terms, so that the minima over them are independent.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    prove_optimal_encoder()
    prove_optimal_diagonal_encoder()
    for d, kappa in SHAPES:
        X, W, b, means, _ = _posterior(d, kappa)
        best = rectangular_diagonal(optimal_encoder_variances(W, LAM), kappa, kappa)
        value = encoder_cost(X, W, b, LAM, means, best)
        show(vanishes(value - separable_cost(X, W, b, LAM) - kappa))


def prove_evidence_bound() -> None:
    """Show that 𝓛 is the sum of the divergences from p(z|x) and of −2 log p(x), and at p(z|x) that sum alone.

    p(x|z)p(z) = p(z|x)p(x) for p(z|x) = N(μ*, Σ*) and p(x) = N(b, λI + WWᵀ); then log q/p(z|x) is log q/p(z)
    − log p(x|z) + log p(x), whose first two terms have the expectations of eqs. (3) and (22). 𝓛 is least at p(z|x).
    """
    LAM = sympy.Symbol("lambda", positive=True)
    prove_collapsed_cost()
    prove_divergence()
    for d, kappa in SHAPES[:3]:
        X, W, b, best, shared = _posterior(d, kappa)
        z = symbols("z", kappa)
        evidence = log_density(X.mT, b, LAM * identity(d, d, W) + W @ W.mT).sum()
        joint = gaussian.log_density(X.mT, W @ z + b, LAM).sum() + gaussian.log_density(z, 0, 1 + 0 * z)
        posterior = log_density(z[None], best[:, 0], shared).sum()
        show(vanishes(2 * (joint - evidence - posterior), positive=determinant(encoder_precision(W, LAM))))
        show(vanishes(cost(X, W, b, LAM) + d * log(2 * pi(X)) + 2 * evidence))
    for kappa in (1, 2):  # one row of W: the expected square is a sum over rows
        X, W, b = affine_symbols(1, kappa)
        means, S = symbols("m", kappa, 1), symbols("s", kappa, kappa)
        codes, weights = means[:, 0] + gaussian.nodes(kappa, X)[0] @ S.mT, gaussian.nodes(kappa, X)[1]
        likelihood = gaussian.log_density(X.mT, codes @ W.mT + b, LAM)
        covariance = S @ S.mT
        value = divergence(means[:, 0], covariance) - 2 * (weights * likelihood).sum() - log(2 * pi(X))
        show(vanishes(value - encoder_cost(X, W, b, LAM, means, covariance)))


# --- the bias of §2 -------------------------------------------------------------------------------------------------


def _prove_mahalanobis_positive() -> None:
    """Show yᵀM⁻¹y = λ‖h‖² + ‖Wᵀh‖² for y = Mh, M = λI + WWᵀ: by M⁻¹ = M⁻¹MM⁻¹, in every dimension.

    Read at y = Mh, M is positive definite, hence invertible: every y is such, and yᵀM⁻¹y > 0 for y ≠ 0. Run with
    symbols for W at d, κ ≤ 2, and with numbers at d = κ = 3.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    for W in (*(symbols("w", *shape) for shape in SHAPES[1:]), integers([[2, 1, 0], [1, 1, -1], [0, 3, 1]])):
        d = len(W)
        h, M = symbols("h", d, 1), decoder_covariance(W, LAM)
        squares = LAM * column_squared_norms(h).sum() + column_squared_norms(W.T @ h).sum()
        show(vanishes((h * (M @ h)).sum() - squares))
        show(vanishes(mahalanobis(M @ h, W, 0 * h[:, 0], LAM) - squares))


def prove_optimal_bias() -> None:
    """Show that b costs n(b − x̄)ᵀM⁻¹(b − x̄) more than x̄ in (5) and (7), M = λI + WWᵀ, and that this is positive.

    The cross terms Σ_i (x^{(i)} − x̄) vanish, for every d and n. Run with symbols for X and W at d, n ≤ 2, κ = d; there
    W is triangular, as every WWᵀ is of this form. Run at d = κ = n = 3 with numbers for them, and any b and λ.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    _prove_mahalanobis_positive()
    for d, n in ((1, 2), (2, 1), (2, 2), (3, 3)):
        X, W, b = affine_symbols(d, d, n)
        W = np.array([[W[i, j] if j <= i else sympy.Integer(0) for j in range(d)] for i in range(d)], dtype=object)
        if d == 3:
            X, W = integers([[1, 0, 2], [-1, 2, 4], [0, 3, 1]]), integers([[2, 1, 0], [1, 1, -1], [0, 3, 1]])
        mean = X.sum(1) / n
        for loss in (cost, separable_cost):
            show(vanishes(loss(X, W, b, LAM) - loss(X, W, mean, LAM) - n * mahalanobis(b[:, None], W, mean, LAM)))
