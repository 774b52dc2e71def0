"""Theorem 4 of Dai et al. (2018) for n = κ = 1 as α → 0: what decides the decoder wz and the variance of z.

x ≥ 0 is the sample (d), τ = |w|σ_z/√α the standard deviation of a residual in units of √α, and s the limit of τ_j/x_j.
"""

from reference.arithmetic import as_vector, log, maximum
from reference.dai2018.tails import expected_residual_cost
from reference.gaussian.densities import upper_moments
from reference.shapes import Array


def clipped_square_means(tau: Array[""]) -> tuple[Array[""], Array[""]]:
    """Return E min(1, τ²ε²) and E ε² min(1, τ²ε²) for ε ~ N(0, 1), entry by entry, for τ > 0."""
    cut = 1 / tau
    tail, edge, square = upper_moments(cut)
    fourth = 3 * square + cut**3 * edge  # E[ε⁴; ε > c]
    return 2 * tail + tau**2 * (1 - 2 * square), 2 * square + tau**2 * (3 - 2 * fourth)


def bend(tau: Array[""]) -> Array[""]:
    """Return β(τ) = E ε²min(1, τ²ε²)/(3E min(1, τ²ε²)) − 1, entry by entry: ŵ_j/x_j is as 1 − α²s⁴β(sx_j)."""
    mean, weighted = clipped_square_means(tau)
    return weighted / (3 * mean) - 1


def limit_divergence(s: Array[""]) -> Array[""]:
    """Return the limit of σ² − log σ² + μ² + log α at the best σ² ≥ α and μ with σ/(μ√α) → s > 0.

    It is 1/s² for s ≤ 1, where σ² = α, and 1 − log s² beyond.
    """
    square = maximum(s**2, 1 + 0 * s)
    return square / s**2 - log(square)


def limit_profile(x: Array["d"], s: Array[""]) -> Array[""]:
    """Return the limit of the least cost less (d − 1) log α over all w, μ and σ with τ_j/x_j → s > 0, for x > 0 (d).

    It is Σ_j E[min(1, u_j²) + log max(1, u_j²)] at u_j = sx_jε, and ``limit_divergence``.
    """
    tau = x * as_vector(s)
    return expected_residual_cost(0 * tau, tau).sum(-1) + limit_divergence(s)


def two_variances_cost(
    x: Array[""],
    w: Array[""],
    mu: Array[""],
    sigma: Array[""],
    cut: Array[""],
    below: Array[""],
    above: Array[""],
) -> Array[""]:
    """Return the cost (45) of one sample for d = κ = 1: decoder wz, z ~ N(μ, σ²), with Σ_x(z) of two values.

    It is ``below`` for z under the ``cut`` and ``above`` over it. All are scalars, entry by entry.
    """
    mean, edge = x - w * mu, (cut - mu) / sigma
    total = sigma**2 - log(sigma**2) + mu**2
    for sign, variance in ((1, above), (-1, below)):
        mass, first, second = upper_moments(sign * edge)
        square = mean**2 * mass - 2 * mean * w * sigma * sign * first + (w * sigma) ** 2 * second
        total = total + mass * log(variance) + square / variance
    return total
