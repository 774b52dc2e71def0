"""Gaussian probabilities and expectations of Dai et al. (2018), App. E and G.

ε is standard Gaussian. In App. E, α is the least variance allowed, ξ_α(c) = max(c, α), and residuals are measured in
units of √α: u = δ + τε with δ and τ the mean and the standard deviation of the residual, each divided by √α. In
App. G, z = μ + √λ_z ε is quantised to the nearest of n centres on the line. Costs are at the scale of
:mod:`reference.dai2018.affine`. Leading axes are a batch.
"""

import math
from functools import reduce
from typing import Any

from flint import acb, arb

from reference.arithmetic import (
    absolute,
    as_matrix,
    as_vector,
    concatenate,
    determinant,
    exp,
    greater,
    identity,
    log,
    maximum,
    sort_descending,
    sqrt,
    squared_norm,
    where,
)
from reference.gaussian.densities import upper_tail
from reference.gaussian.integrals import Piece, entrywise, gaussian_mean
from reference.shapes import Array

# --- App. E: outside a ball, and residuals that are cut at α ---------------------------------------------------------


def cross_term(eps: Array["kappa"], pi: Array["kappa"], Psi: Array["d kappa"]) -> Array[""]:
    """Return πᵀΨᵀΨε, the integrand of the second line of eq. (58), for ε and π (κ) and Ψ (d × κ)."""
    return ((Psi @ pi[..., None]) * (Psi @ eps[..., None])).sum(-1).sum(-1)


def is_outside(eps: Array["kappa"], alpha: Array[""], rho: Array[""]) -> Array[""]:
    """Return 1 where ‖√α ε‖ > ρ, else 0: the region of integration in eqs. (58) and (60), for ε (κ)."""
    excess = alpha * (eps**2).sum(-1) - rho**2
    return where(greater(excess, 0), 1 + 0 * excess, 0 * excess)


def expected_log_excess(delta: Array[""], tau: Array[""]) -> Array[""]:
    """Return E log max(1, u²), u = δ + τε, entry by entry.

    The left side of eq. (77), E log ξ_α([c + aᵀε]²), is log α plus this at δ = c/√α and τ = ‖a‖/√α.
    """
    return entrywise(lambda mean, deviation: _residual_mean(mean, deviation, 0), delta, tau)


def expected_residual_cost(delta: Array[""], tau: Array[""]) -> Array[""]:
    """Return E[u²/γ + log γ], u = δ + τε, at the best γ = max(1, u²), entry by entry.

    A coordinate with residual r = √α u adds log α plus this to the cost (45), if Σ_x is optimal at every z: by
    eqs. (68) and (69) its entry is then max(α, r²).
    """
    return entrywise(lambda mean, deviation: _residual_mean(mean, deviation, 1), delta, tau)


def _residual_mean(mean: Any, deviation: Any, weight: int) -> Any:
    """Return E[weight·min(1, u²) + log max(1, u²)] for bare balls or floats."""
    of_balls, deviation = isinstance(mean, arb), abs(deviation)  # ε and −ε are alike
    if deviation == 0:
        square = mean * mean
        if of_balls:
            return weight * square.min(arb(1)) + square.max(arb(1)).log()
        return weight * min(square, 1) + math.log(max(square, 1))
    delta, tau = _complex(mean), _complex(deviation)
    pieces: list[Piece] = [
        lambda x, log: weight + 2 * log(-(delta + tau * x)),
        lambda x, log: weight * (delta + tau * x) * (delta + tau * x),
        lambda x, log: weight + 2 * log(delta + tau * x),
    ]
    spread = 1 + mean * mean + deviation * deviation  # 1 + u² ≤ (1 + δ² + τ²)(1 + ε²)
    growth = weight + 1 + (spread.log() if of_balls else math.log(spread))
    return gaussian_mean(pieces, [(-1 - mean) / deviation, (1 - mean) / deviation], growth)


def _complex(x: Any) -> Any:
    """Return a ball as the complex one that a piece has it meet at each point, converted once; floats as they are."""
    return acb(x) if isinstance(x, arb) else x


def rank_one_cost(x: Array["d"], w: Array["d"], mu: Array[""], sigma: Array[""], root: Array[""]) -> Array[""]:
    """Return the cost (45) of one sample x (d) under the decoder wz, minimised over all diagonal functions Σ_x(z) ⪰ αI.

    w has d entries, μ_z = μ and Σ_z = σ² are scalars, and α = root². This is eq. (71) with its O(1) written out.
    """
    residual, deviation, unit = x - w * as_vector(mu), absolute(w) * as_vector(sigma), as_vector(root)
    coordinates = expected_residual_cost(residual / unit, deviation / unit) + log(unit**2)
    return coordinates.sum(-1) + sigma**2 - log(sigma**2) + mu**2


def free_variance_cost(
    x: Array["d"], W: Array["d kappa"], mu: Array["kappa"], spread: Array["kappa kappa"], root: Array[""]
) -> Array[""]:
    """Return the cost (45) of one sample x (d) under the decoder Wz, minimised over all diagonal functions Σ_x(z) ⪰ αI.

    W is (d × κ), μ_z = μ (κ), Σ_z = SSᵀ for an invertible ``spread`` S (κ × κ), and α = root². This is eq. (71) with
    its O(1) written out: a sum of these over samples is a lower bound of their cost, as they share Σ_x(z).
    """
    residual, deviation = x - (W @ mu[..., None])[..., 0], sqrt(((W @ spread) ** 2).sum(-1))
    unit = as_vector(root)
    coordinates = expected_residual_cost(residual / unit, deviation / unit) + log(unit**2)
    return coordinates.sum(-1) + squared_norm(spread) - log(determinant(spread) ** 2) + (mu**2).sum(-1)


# --- App. E: one sample and a decoder Wz with W parallel to it ------------------------------------------------------


def clipped_reciprocal(u: Array[""]) -> Array[""]:
    """Return ψ(u) = u/max(1, u²), half the derivative of u²/γ + log γ at the best γ = max(1, u²) of eq. (69)."""
    inside = greater(1 - u**2, 0)
    return where(inside, u, 1 / where(inside, 1 + 0 * u, u))


def mean_slope(x: Array[""], delta: Array[""], tau: Array[""]) -> Array[""]:
    """Return F = E ψ(xR), R = δ + τε, entry by entry, for x, τ > 0."""
    return entrywise(
        lambda y, mean, deviation: gaussian_mean(*slope_pieces(y, mean, deviation), 1 + 0 * y), x, delta, tau
    )


def mean_slope_derivative(x: Array[""], delta: Array[""], tau: Array[""]) -> Array[""]:
    """Return ∂F/∂δ = E[ε ψ(xR)]/τ (Stein's identity), R = δ + τε, entry by entry, for x, τ > 0."""

    def derivative(y: Any, mean: Any, deviation: Any) -> Any:
        pieces, cuts = slope_pieces(y, mean, deviation)
        # |ψ| ≤ 1 and |ε| ≤ 1 + ε²
        return gaussian_mean([stein_weighted(piece, deviation) for piece in pieces], cuts, 1 / deviation)

    return entrywise(derivative, x, delta, tau)


def slope_pieces(x: Array[""], delta: Array[""], tau: Array[""]) -> tuple[list[Piece], list[Array[""]]]:
    """Return the three pieces of ε ↦ ψ(x(δ + τε)) and the two ε between them, for bare numbers x, τ > 0."""
    shift, scale = _complex(x * delta), _complex(x * tau)
    outside: Piece = lambda e, log: 1 / (shift + scale * e)  # noqa: E731
    inside: Piece = lambda e, log: shift + scale * e  # noqa: E731
    return [outside, inside, outside], [(-1 / x - delta) / tau, (1 / x - delta) / tau]


def stein_weighted(piece: Piece, tau: Array[""]) -> Piece:
    """Return the piece times ε/τ."""
    return lambda e, log: piece(e, log) * e / tau


# --- App. G: the nearest of n centres -------------------------------------------------------------------------------


def quantisation_probabilities(centres: Array["n"], root: Array[""]) -> Array["n n"]:
    """Return the matrix P(h(μ_i + √λ_z ε) = k), h of eq. (89), for ascending distinct centres μ (n) and √λ_z = root.

    The cell of a centre reaches to the midpoints between it and its neighbours. Probabilities of cells to the left are
    those of the mirror image, so that each is a difference of two small tails.
    """
    n, root, wrong = centres.shape[-1], as_vector(root), misquantisation(centres, root)
    none, borders, rows = 0 * wrong[..., :1], (centres[..., 1:] + centres[..., :-1]) / 2, []
    for i in range(n):
        own = centres[..., i : i + 1]
        right = upper_tail((borders[..., i:] - own) / root)  # beyond the border of k and k + 1
        left = upper_tail((own - borders[..., :i]) / root)
        above = right - concatenate([right[..., 1:], none])[..., : n - 1 - i]
        below = left - concatenate([none, left[..., :-1]])[..., :i]
        rows.append(concatenate([below, 1 - wrong[..., i : i + 1], above])[..., None, :])
    return concatenate(rows, axis=-2)


def misquantisation(centres: Array["n"], root: Array[""]) -> Array["n"]:
    """Return P(h(μ_i + √λ_z ε) ≠ i) of eq. (96) for each i: the tails beyond the borders of the cell."""
    unit = 2 * as_vector(root)
    none, borders = 0 * (centres[..., :1] + unit), upper_tail((centres[..., 1:] - centres[..., :-1]) / unit)
    return concatenate([none, borders]) + concatenate([borders, none])


def quantiser_cost(X: Array["d n"], a: Array["d"], root: Array[""], log_lam_x: Array[""]) -> Array[""]:
    """Return the cost (88), (91) of the decoder x^{(h(z))} for X (d × n), a (d) with ascending aᵀx^{(i)}.

    Σ_z = λ_z = root² and Σ_x = λ_x I, given by log λ_x. Samples of one aᵀx^{(i)} are to be equal.
    """
    d, n = X.shape[-2:]
    centres = (a[..., None, :] @ X)[..., 0, :]
    wrong = quantisation_probabilities(centres, root) * (1 - identity(n, n, X))
    errors = (wrong * _squared_distances(X) * as_matrix(exp(-log_lam_x))).sum(-1).sum(-1)
    return errors + n * (d * log_lam_x + root**2 - log(root**2)) + (centres**2).sum(-1)


def half_least_distance(centres: Array["n"]) -> Array[""]:
    """Return ρ = min_{i≠j} ½|μ_i − μ_j|, as in eq. (54), and as eq. (95) means it, for ascending centres (n ≥ 2)."""
    gaps = centres[..., 1:] - centres[..., :-1]
    return -reduce(maximum, [-gaps[..., i] for i in range(gaps.shape[-1])]) / 2


def largest_quantisation_error(X: Array["d n"]) -> Array[""]:
    """Return η = max_{i≠j} ‖x^{(i)} − x^{(j)}‖² of eq. (94), for X (d × n)."""
    squares = _squared_distances(X)
    return sort_descending(squares.reshape((*squares.shape[:-2], -1)))[..., 0]


def _squared_distances(X: Array["d n"]) -> Array["n n"]:
    return ((X[..., :, None] - X[..., None, :]) ** 2).sum(-3)
