"""Dai, Wang, Wipf, *The usual suspects? Reassessing blame for VAE posterior collapse* (2020), Section 4 and App. B.

Notation: data X (d × n) with columns x^{(i)}, decoder mean π_α(Wz) + b with W (d × κ) and b (d), decoder variance γ,
encoder means μ_z^{(i)} in the columns of ``mu`` (κ × n) and encoder variances (σ_z^{(i)})² in those of ``variance``.
The energy (6) is twice the negative evidence lower bound, in nats, summed over the n data points, without constants.
α = 0 is the affine decoder. Leading axes are a batch.
"""

from collections.abc import Sequence
from typing import NamedTuple

from reference.arithmetic import (
    absolute,
    as_matrix,
    as_vector,
    column_squared_norms,
    concatenate,
    greater,
    identity,
    log,
    maximum,
    number,
    sqrt,
    squared_norm,
    trace,
    where,
    zeros,
)
from reference.arithmetic.domain import descending
from reference.dai2018.affine import optimal_encoder_means, optimal_encoder_variances
from reference.dai2018.minima import minimiser, minimum, sample_covariance, separable_covariance_cost
from reference.gaussian.densities import upper_moments
from reference.shapes import Array

# --- the soft threshold ---------------------------------------------------------------------------------------------


def soft_threshold(u: Array[""], alpha: Array[""]) -> Array[""]:
    """Return π_α(u) = sign(u)(|u| − α)₊ of eq. (5), entry by entry; α broadcasts against u."""
    return maximum(u - alpha, 0) - maximum(-u - alpha, 0)


class ThresholdMoments(NamedTuple):
    """Expectations of π_α(u), u ~ N(mean, deviation²), each of the shape of u."""

    first: Array["..."]
    """E π_α(u)."""
    second: Array["..."]
    """E π_α(u)²."""
    magnitude: Array["..."]
    """E |π_α(u)|."""
    passed: Array["..."]
    """P(|u| > α) = E π_α'(u)."""
    signed: Array["..."]
    """P(u > α) − P(u < −α) = E sign(u) π_α'(u)."""


def soft_threshold_moments(mean: Array[""], deviation: Array[""], alpha: Array[""]) -> ThresholdMoments:
    """Return the expectations of π_α(u) for u = mean + deviation ε, ε ~ N(0, 1), entry by entry.

    By the tails of Lemma 3 at (α ∓ mean)/deviation. A deviation of 0 stands for u = mean.
    """
    above, below = (_moments_above(m, deviation, alpha) for m in (mean, -mean))
    return ThresholdMoments(
        above[1] - below[1], above[2] + below[2], above[1] + below[1], above[0] + below[0], above[0] - below[0]
    )


def _moments_above(mean: Array, deviation: Array, alpha: Array) -> tuple[Array, Array, Array]:
    """Return E[(u − α)^k 1{u > α}] for k = 0, 1, 2; a deviation counts by its size, as ε and −ε are alike."""
    deviation = absolute(deviation)
    spread = greater(deviation, 0)
    scale = where(spread, deviation, 1 + 0 * deviation)  # no division by zero in the branch that is not taken
    start = (alpha - mean) / scale
    tail, edge, square = upper_moments(start)
    over = maximum(mean - alpha, 0)
    inside = where(greater(over, 0), 1 + 0 * over, 0 * over)
    return (
        where(spread, tail, inside),
        where(spread, scale * (edge - start * tail), over),
        where(spread, scale**2 * (square - 2 * start * edge + start**2 * tail), over**2),
    )


# --- the energy -----------------------------------------------------------------------------------------------------


def energy_of_reconstruction(
    reconstruction: Array[""], gamma: Array[""], mu: Array["kappa n"], variance: Array["kappa n"], d: int
) -> Array[""]:
    """Return the energy (6) from its expected squared error Σ_i E‖x^{(i)} − π_α(Wz) − b‖², for data in R^d."""
    encoder = (variance - log(variance) + mu**2).sum(-1).sum(-1)
    return reconstruction / gamma + mu.shape[-1] * d * log(gamma) + encoder


def decoded_moments(
    W: Array["d kappa"], mu: Array["kappa n"], variance: Array["kappa n"], alpha: Array[""]
) -> ThresholdMoments:
    """Return the expectations, (d × n) each, of π_α(Wz^{(i)}) under the encoder, whose Wz^{(i)} is Gaussian."""
    return soft_threshold_moments(W @ mu, sqrt((W * W) @ variance), as_matrix(alpha))


def reconstruction_error(X: Array["d n"], b: Array["d"], first: Array["d n"], second: Array["d n"]) -> Array[""]:
    """Return Σ_i E‖x^{(i)} − y^{(i)} − b‖² from the moments E y and E y² (d × n) of the entries of y^{(i)}."""
    residual = X - as_vector(b)
    return (residual**2 - 2 * residual * first + second).sum(-1).sum(-1)


def energy(
    X: Array["d n"],
    W: Array["d kappa"],
    b: Array["d"],
    gamma: Array[""],
    mu: Array["kappa n"],
    variance: Array["kappa n"],
    alpha: Array[""],
) -> Array[""]:
    """Return the energy 𝓛(θ, φ) of eq. (6)."""
    moments = decoded_moments(W, mu, variance, alpha)
    error = reconstruction_error(X, b, moments.first, moments.second)
    return energy_of_reconstruction(error, gamma, mu, variance, X.shape[-2])


def row_slopes(
    X: Array["d n"],
    W: Array["d kappa"],
    b: Array["d"],
    gamma: Array[""],
    mu: Array["kappa n"],
    variance: Array["kappa n"],
    alpha: Array[""],
) -> Array["d"]:
    """Return (d) the derivative of the energy (6) in t at t = 1 as row j of W becomes tW_j.

    It is Σ_k W_jk ∂𝓛/∂W_jk, for κ = 1 W_j times eq. (14), by u π_α'(u) = π_α(u) + α sign(u) 1{|u| > α}, u = W_j z.
    """
    moments, alpha = decoded_moments(W, mu, variance, alpha), as_matrix(alpha)
    squares = moments.second + alpha * moments.magnitude
    odd = moments.first + alpha * moments.signed
    return 2 * (squares - (X - as_vector(b)) * odd).sum(-1) / as_vector(gamma)


# --- the collapsed solution -----------------------------------------------------------------------------------------


def sample_mean(X: Array["d n"]) -> Array["d"]:
    """Return x̄ (d)."""
    return X.sum(-1) / X.shape[-1]


def covariance(X: Array["d n"]) -> Array["d d"]:
    """Return S = Σ_i (x^{(i)} − x̄)(x^{(i)} − x̄)ᵀ/n (d × d)."""
    return sample_covariance(X, sample_mean(X))


def collapsed_variance(X: Array["d n"]) -> Array[""]:
    """Return γ̄ = Σ_i ‖x^{(i)} − x̄‖²/(nd), which Section 4 defines before eq. (7)."""
    return trace(covariance(X)) / X.shape[-2]


def collapse_reach(X: Array["d n"]) -> Array[""]:
    """Return A₀ = √(2 log(N log N)), N = 150nd: if |W_j z| is at most α within A₀ deviations of its mean, for every j
    and data point, the energy (6) is more than at (7), as far as γ ≥ γ̄/2, σ² ≥ ½ and ‖b − x̄‖² ≤ ndγ̄.
    """
    d, n = X.shape[-2:]
    count = number(150 * n * d, X) + 0 * X[..., 0, 0]
    return sqrt(2 * log(count * log(count)))


def excess_of_moments(
    X: Array["d n"],
    b: Array["d"],
    gamma: Array[""],
    mu: Array["kappa n"],
    variance: Array["kappa n"],
    first: Array["d n"],
    second: Array["d n"],
) -> Array[""]:
    """Return the energy (6) less its value at the collapsed solution (7), from the moments of :func:`energy`.

    Sorted into terms that are each 0 at (7), so that nothing cancels there.
    """
    (d, n), best = X.shape[-2:], collapsed_variance(X)
    scales = n * d * (best / gamma - 1 - log(best / gamma)) + (variance - log(variance) - 1 + mu**2).sum(-1).sum(-1)
    offset = n * ((b - sample_mean(X)) ** 2).sum(-1)
    return scales + (offset + (second - 2 * (X - as_vector(b)) * first).sum(-1).sum(-1)) / gamma


def excess(
    X: Array["d n"],
    W: Array["d kappa"],
    b: Array["d"],
    gamma: Array[""],
    mu: Array["kappa n"],
    variance: Array["kappa n"],
    alpha: Array[""],
) -> Array[""]:
    """Return the energy (6) less its value at the collapsed solution (7)."""
    moments = decoded_moments(W, mu, variance, alpha)
    return excess_of_moments(X, b, gamma, mu, variance, moments.first, moments.second)


def block_diagonal(blocks: Sequence[Array["..."]]) -> Array["rows rows"]:
    """Return the square matrix that carries the given square matrices on its diagonal. No leading axes."""
    sizes = [block.shape[-1] for block in blocks]
    rows = [
        concatenate([zeros((size, sum(sizes[:k])), block), block, zeros((size, sum(sizes[k + 1 :])), block)], axis=-1)
        for k, (size, block) in enumerate(zip(sizes, blocks, strict=True))
    ]
    return concatenate(rows, axis=-2)


def collapsed_hessian(X: Array["d n"], kappa: int) -> Array["rows rows"]:
    """Return the Hessian of the energy (6) with α = 0 at W = 0 and the collapsed solution (7), γ̄ > 0.

    The order of the parameters is (w_k, the k-th entries of all μ_z^{(i)}) for k = 1, …, κ, then b, all σ_z and γ. No
    leading axes.
    """
    (d, n), gamma = X.shape[-2:], collapsed_variance(X)
    across = -2 * (X - as_vector(sample_mean(X))) / gamma
    latent = concatenate(
        [
            concatenate([2 * n * identity(d, d, X) / gamma, across]),
            concatenate([across.mT, 2 * identity(n, n, X)]),
        ],
        axis=-2,
    )
    scale = n * d * identity(1, 1, X) / gamma**2
    rest = [2 * n * identity(d, d, X) / gamma, 4 * identity(kappa * n, kappa * n, X), scale]
    return block_diagonal([latent] * kappa + rest)


# --- the affine decoder ---------------------------------------------------------------------------------------------


def affine_reconstruction(
    X: Array["d n"], W: Array["d kappa"], b: Array["d"], mu: Array["kappa n"], variance: Array["kappa n"]
) -> Array[""]:
    """Return Σ_i E‖x^{(i)} − Wz − b‖², the squared error of eq. (6) with α = 0."""
    return squared_norm(X - W @ mu - as_vector(b)) + (variance * as_vector(column_squared_norms(W))).sum(-1).sum(-1)


def affine_energy(
    X: Array["d n"],
    W: Array["d kappa"],
    b: Array["d"],
    gamma: Array[""],
    mu: Array["kappa n"],
    variance: Array["kappa n"],
) -> Array[""]:
    """Return the energy (6) with α = 0."""
    return energy_of_reconstruction(affine_reconstruction(X, W, b, mu, variance), gamma, mu, variance, X.shape[-2])


def optimal_encoder(
    X: Array["d n"], W: Array["d kappa"], b: Array["d"], gamma: Array[""]
) -> tuple[Array["kappa n"], Array["kappa n"]]:
    """Return the (mu, variance) that minimise :func:`affine_energy`: those of eqs. (25) and (27) of dai2018."""
    means = optimal_encoder_means(X, W, b, gamma)
    return means, as_vector(optimal_encoder_variances(W, gamma)) + 0 * means


def affine_cost(S: Array["d d"], W: Array["d kappa"], gamma: Array[""]) -> Array[""]:
    """Return the cost (4) of the affine decoder, least over b and the encoder, of data with the covariance S.

    It is the energy (6) per data point, with the constant κ that dai2018 drops. Encoder covariances are diagonal.
    """
    return separable_covariance_cost(S, W, gamma) + W.shape[-1]


def principal_decoder(U: Array["d d"], spectrum: Array["d"], gamma: Array[""], kappa: int) -> Array["d kappa"]:
    """Return W (d × κ) with the columns √(ℓ_j − γ)₊ u_j of the first min(d, κ) eigenpairs of S, then zeros (Section 4).

    U holds the eigenvectors, ``spectrum`` (d) the eigenvalues ℓ_1 ≥ … ≥ ℓ_d of S.
    """
    return minimiser(U, spectrum, gamma, kappa)


def learned_minimum(spectrum: Array["d"], kappa: int) -> Array[""]:
    """Return min over W and γ of :func:`affine_cost`, for a covariance with the eigenvalues ℓ_1 ≥ … ≥ ℓ_d (Section 4).

    For κ < d the best γ is the mean of ℓ_{κ+1}, …, ℓ_d, which has to be positive; for κ ≥ d every γ ≤ ℓ_d is best.
    """
    spectrum, d = descending("learned_minimum", spectrum), spectrum.shape[-1]
    kept = log(spectrum[..., :kappa]).sum(-1) + d + kappa
    return kept + (d - kappa) * log(spectrum[..., kappa:].sum(-1) / (d - kappa)) if kappa < d else kept


def fixed_minimum(spectrum: Array["d"], gamma: Array[""], kappa: int) -> Array[""]:
    """Return min over W of :func:`affine_cost` for fixed γ and a covariance with these eigenvalues (Section 4)."""
    return minimum(spectrum, gamma, kappa) + kappa
