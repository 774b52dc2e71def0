"""Dai et al. (2018), App. E.1 to E.3: the candidate solution of Theorem 4, and its cost.

z = π^{(i)} + √α ε for the i-th sample, the decoder mean is Ψz, and the decoder variances at z are Λ^{(h(z))}, h(z) the
index of the nearest code. Data, variances and costs are as in :mod:`reference.dai2018.robust`.
"""

import numpy as np

from reference.arithmetic import as_matrix, concatenate, log, nonzero, sqrt, squared_norm, zeros
from reference.dai2018.tails import quantisation_probabilities
from reference.gaussian.densities import norm_tail, upper_moments
from reference.shapes import Array


def candidate_variances(supports: Array["d m"], alpha: Array[""]) -> Array["d m"]:
    """Return the diagonals of Λ^{(i)} in eq. (49), α off the supports and 1 on them: (d, m) as the supports are."""
    alpha = as_matrix(alpha)
    return alpha + (1 - alpha) * supports


def candidate_fit(
    Psi: Array["d kappa"], supports: Array["d n"], residuals: Array["d n"], alpha: Array[""]
) -> Array["n"]:
    """Return E‖Λ^{−½}(r − √αΨε)‖² = Σ_j (r_j² + α‖ψ_j‖²)/Λ_jj of line 2 of (62), for each column r of residuals."""
    squares = residuals**2 + as_matrix(alpha) * (Psi**2).sum(-1)[..., None]
    return (squares / candidate_variances(supports, alpha)).sum(-2)


def candidate_cost(
    Psi: Array["d kappa"], centres: Array["kappa m"], supports: Array["d m"], residuals: Array["d m"], alpha: Array[""]
) -> Array[""]:
    """Return the cost of eq. (45) at the candidate solution, eqs. (46) to (50), for codes on a line: see eq. (66).

    The m ``centres`` are the distinct values of the π^{(i)}. They ascend in the first coordinate and agree in the
    others, as (ΨQ, Qᵀπ) do for an orthogonal Q if π lie on any line. A sample at the i-th has x = Ψπ + s with s =
    ``residuals[..., :, i]``, whose support is ``supports[:, i]``. The cells of h are slabs; with z ~ N(π, αI), 1, ε_1
    and ε_1² are integrated over them in closed form, in units of √α. ``residuals`` is (..., d, m): a sum over the m
    samples for each of the batch.
    """
    probability, first, second = _cell_moments(centres[0], alpha)
    variances, kappa = candidate_variances(supports, alpha), Psi.shape[-1]
    along, across = Psi[:, :1], (Psi[:, 1:] ** 2).sum(-1)
    fit = (residuals**2).mT @ (1 / variances) * probability
    fit = fit - 2 * sqrt(alpha) * ((along * residuals).mT @ (1 / variances)) * first
    fit = fit + alpha * (along[:, 0] ** 2 @ (1 / variances)) * second
    fit = fit + alpha * (across @ (1 / variances)) * probability
    spread = probability @ log(variances).sum(0)
    return fit.sum(-1).sum(-1) + (spread + kappa * (alpha - log(alpha)) + (centres**2).sum(0)).sum(-1)


def _cell_moments(centres: Array["m"], alpha: Array[""]) -> list[Array]:
    """Return E[ε^p 1{π_i + √α ε is nearest to π_k}] for p = 0, 1, 2: arrays (i, k)."""
    m = centres.shape[-1]
    edges = (centres[1:] + centres[:-1]) / 2
    none = zeros((m, 1), centres)
    inner = upper_moments((edges[None, :] - centres[:, None]) / sqrt(alpha)) if m > 1 else [none[:, :0]] * 3
    tails = [concatenate([none + whole, part, none]) for whole, part in zip((1, 0, 1), inner, strict=True)]
    return [tail[:, :-1] - tail[:, 1:] for tail in tails]


def candidate_cost_bounds(
    Psi: Array["d kappa"],
    codes: Array["kappa n"],
    supports: Array["d n"],
    residuals: Array["d n"],
    alpha: Array[""],
    square: Array[""],
) -> tuple[Array[""], Array[""]]:
    """Return bounds of the cost (45) at the candidate solution for any codes, ``square`` being ρ² of eq. (54).

    They hold for any Σ_x(z) with entries from α to 1 that is Λ^{(i)} within ρ of π^{(i)}. In this ball the mean over ε
    is exact; outside, r²/Λ + log Λ is at least log α and at most r²/α, as in eq. (57).
    """
    (d, kappa), n = Psi.shape, codes.shape[-1]
    mass, moment = (norm_tail(kappa + more, square / alpha) for more in (0, 2))  # E[1], E[ε_k²] beyond the ball
    variances, spread = candidate_variances(supports, alpha), alpha * (Psi**2).sum(-1)[:, None]
    within = (residuals**2 * (1 - mass) + spread * (1 - moment)) / variances + log(variances) * (1 - mass)
    rest = n * kappa * (alpha - log(alpha)) + squared_norm(codes)
    beyond = ((residuals**2 * mass + spread * moment) / alpha).sum(-1).sum(-1)
    within = within.sum(-1).sum(-1) + rest
    return within + n * d * mass * log(alpha), within + beyond


def separated_cost(
    U: Array["d kappa"], V: Array["kappa n"], S: Array["d n"], alpha: Array[""], spread: Array[""]
) -> Array[""]:
    """Return the cost (45) of the candidate solution with a spare latent, in which the codes are 1 apart.

    X = UV + S; the codes are (v^{(i)}, i), i = 0, …, n − 1, Σ_z = diag(αI_κ, spread²), the decoder mean [U 0]z, and the
    decoder variance at z is Λ^{(i)} of eq. (49) for the i that is nearest to the last coordinate.
    """
    n = S.shape[-1]
    places = zeros((n,), alpha) + np.arange(n)
    probabilities, variances = quantisation_probabilities(places, spread), candidate_variances(nonzero(S), alpha)
    squares = S**2 + alpha * (U**2).sum(-1)[:, None]
    fit = (probabilities * (squares.mT @ (1 / variances))).sum(-1).sum(-1)
    logarithms = (probabilities @ log(variances).sum(0)).sum(-1)
    latents = n * (U.shape[-1] * (alpha - log(alpha)) + spread**2 - log(spread**2))
    return fit + logarithms + latents + squared_norm(V) + (places**2).sum(-1)
