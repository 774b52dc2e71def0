"""SymPy proof that the collapsed solution (7) is a strict local minimum of the soft-threshold energy for all data."""

import numpy as np

from properties.dai2020.proofs.soft_threshold import (
    prove_decoded_moments,
    prove_mean_grows_with_what_passes,
    prove_tail_bound,
    prove_tail_ratio,
)
from reference import dai2020 as vae
from reference.arithmetic.deferred import sympy
from reference.gaussian import density, upper_moments
from reference.shapes import Array
from verify.proving import integers, is_positive, once, scalar, show, symbols, vanishes, vector


def tail_and_square(x: Array) -> tuple[Array, Array]:
    """Return T(x) = P(ε > x) and G(x) = E(ε − x)₊²."""
    tail, edge, square = upper_moments(x)
    return tail, square - 2 * x * edge + x**2 * tail


@once
def prove_tail_ratio_grows() -> None:
    """G(A) ≥ e^y T(A)²/(y + 1), y = A²/2, for A > 0, where T = 1 − Φ and G = E(ε − A)₊²; and the factor of T² grows.

    With the positive root r of r² + Ar = 1, G − r²T = (A/r)(T − rφ) > 0 by Birnbaum's inequality (shown in
    :func:`prove_tail_ratio`, for all A > 0), and T ≤ ½e^{−A²/2}. So G ≥ 2r²e^yT², where r² ≥ 1/(A² + 2).
    """
    A = sympy.Symbol("A", positive=True)
    prove_tail_bound()
    prove_tail_ratio()
    tail, G = (scalar(x) for x in tail_and_square(vector(A)))
    edge, root = scalar(density(vector(A))), (sympy.sqrt(A**2 + 4) - A) / 2
    show(vanishes(G - root**2 * tail - A / root * (tail - root * edge)))
    show(vanishes((A**2 + 2) * root**2 - root**4 - 1))  # so r² ≥ 1/(A² + 2)
    y = sympy.Symbol("y", positive=True)
    show(is_positive(sympy.diff(sympy.exp(y) / (y + 1), y)))


def prove_collapsed_minimum() -> None:
    """𝓛 less its value at (7) is nd(γ̄/γ − 1 − log γ̄/γ) + n‖b − x̄‖²/γ + Σ(σ² − log σ² − 1) + the sum over i of
    ‖μ_i‖² + Σ_j{E π_ij² − 2(x_ij − b_j)E π_ij}/γ (shown). The first three are ≥ 0, and 0 at γ = γ̄, b = x̄, σ = 1 alone.

    For each i, W_jz_i ~ N(m_j, s_j²) with |m_j| ≤ w_jM, w_j = ‖W_j‖, M = ‖μ_i‖, and s_j ≥ w_j min σ. Where w_j > 0 and
    A = (α − |m_j|)/s_j ≥ A₀, |E π_ij| ≤ |m_j|P(|W_jz_i| > α) ≤ 2|m_j|T, as d(E π)/dm is that probability and grows with
    |m|, and E π_ij² ≥ s_j²G, T and G as in :func:`prove_tail_ratio_grows`. There e^y/(y + 1) at A₀ = √(2 log NL) is
    NL/(L + log L + 1) ≥ N/2 = 75nd, L = log N, as log L ≤ L − 1. With τ_j = w_jT, τ² = Σ_j τ_j² and Cauchy's inequality
    the sum over j is at least the quadratic form M² − 4ρMτ/γ + 75ndσ²τ²/γ, where ρ² = Σ_j(x_ij − b_j)² ≤ 4ndγ̄, since
    ‖x_i − x̄‖² ≤ ndγ̄ (shown). It is positive definite in (M, τ), as 16 · 4ndγ̄/γ² < 4 · 75ndσ²/γ for σ² ≥ ½ and
    γ ≥ γ̄/2. So it is positive if W ≠ 0, and if W = 0 what is left is Σ‖μ_i‖².
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    prove_decoded_moments()
    prove_mean_grows_with_what_passes()
    prove_tail_ratio_grows()
    X, b, mu = symbols("x", 2, 2), symbols("b", 2), symbols("mu", 2, 2)
    first, second = symbols("p", 2, 2), symbols("q", 2, 2, positive=True)
    variance = symbols("v", 2, 2, positive=True)
    best, centre = scalar(vae.collapsed_variance(X)), vae.sample_mean(X)
    squares = ((X - centre[:, None]) ** 2).sum()
    show(vanishes(4 * best - squares))
    error = vae.reconstruction_error(X, b, first, second)
    value = vae.energy_of_reconstruction(error, GAMMA, mu, variance, 2)
    none = integers(np.zeros((2, 2), dtype=int))
    collapsed = vae.energy_of_reconstruction(squares, best, none, none + 1, 2)
    excess = vae.excess_of_moments(X, b, GAMMA, mu, variance, first, second)
    show(vanishes(scalar(value) - scalar(collapsed) - scalar(excess), positive=(best,)))
    braces = (mu**2).sum(0) + (second - 2 * (X - b[:, None]) * first).sum(0) / GAMMA
    ratio = best / GAMMA
    others = 4 * (ratio - 1 - sympy.log(ratio)) + 2 * ((b - centre) ** 2).sum() / GAMMA
    others += sum(v - sympy.log(v) - 1 for v in variance.flat)
    show(vanishes(scalar(excess) - others - braces.sum(), positive=(best,)))
    n, d, level, p, q = sympy.symbols("n d g p q", positive=True)
    gamma, spread = level / 2 + p, sympy.Rational(1, 2) + q
    show(is_positive(4 * 75 * n * d * spread / gamma - 16 * 4 * n * d * level / gamma**2))
    reach, count = scalar(vae.collapse_reach(X)), sympy.Integer(150 * 2 * 2)
    show(vanishes(sympy.exp(reach**2 / 2) - count * sympy.log(count)))


def prove_reach_is_needed() -> None:
    """At the point of the claim 𝓛 less its value at (7) is 1 − log 2 + δ² and, over the d coordinates of each data
    point, {E π² − 2rE π}/γ̄, r = x_ij − x̄_j. For the first, of mean m = wδ and deviation √2w, E π ≥ 2mT(A), as its slope
    in m is P(|u| > α), least at m = 0, and E π² ≤ 4w²G(A) + 2mE π, as its slope is 2E π (shown). As m = r/2 the two
    make at most 4w²G(A) − 2rmT(A). For the others E π = 0, and E π² = 2w²G(√2A). With w = rδT/(2H), δ² = H/T and
    γ̄ = r²/(n − 1) (shown) the sum is at most 1 − log 2 + δ² − d(n − 1)T/2. It lies in the neighbourhood as α = √2wA.
    """
    A = sympy.Symbol("A", positive=True)
    prove_mean_grows_with_what_passes()
    mean = sympy.Symbol("m", real=True)
    scale, alpha = sympy.symbols("s alpha", positive=True)
    moments = vae.soft_threshold_moments(np.array(mean), np.array(scale), alpha)
    show(vanishes(sympy.diff(scalar(moments.second), mean) - 2 * scalar(moments.first)))
    centred = scalar(moments.second).subs(mean, 0)
    show(vanishes(centred - 2 * scale**2 * scalar(tail_and_square(vector(alpha / scale))[1])))
    n, d, r, T, H = sympy.symbols("n d r T H", positive=True)  # n stands for n − 1
    delta = sympy.sqrt(H / T)
    w, level = r * delta * T / (2 * H), r**2 / n
    show(vanishes(w * delta - r / 2))
    show(vanishes(w * (delta + (A - delta / sympy.sqrt(2)) * sympy.sqrt(2)) - sympy.sqrt(2) * w * A))
    show(vanishes(d / level * (2 * w**2 * H - 2 * r * w * delta * T) + d * n * T / 2))
    for count in (2, 3):
        X = integers(np.zeros((1, count), dtype=int)) + vector(r, *[0] * (count - 1))
        residual = scalar(X[0, 0] - vae.sample_mean(X)[0])
        show(vanishes(vae.collapsed_variance(X) - residual**2 / (count - 1)))
