"""SymPy proofs that the trivial solution costs less than others: the reference formulas run on symbols."""

import numpy as np

from properties.dai2020.proofs.trivial_solution import (
    prove_costs_differ,
    prove_trivial_solution_beats_any_decoder,
)
from reference.arithmetic.deferred import sympy
from reference.dai2020.collapse import (
    bennett_ratio,
    best_values,
    expected_error,
    explained_variance,
    least_affine_cost,
    likelihood_ratios,
    moment_gain,
    moment_threshold,
    posterior_odds,
    spread,
    trivial_cost,
    two_valued_excess,
)
from reference.dai2020.network import quadratic_error, quadratic_moments
from verify.proving import is_nonnegative, is_positive, once, scalar, show, symbols, vanishes, vector


def prove_any_decoder() -> None:
    """(⇐) is the proof of Proposition 2, with the right side for Hoeffding's lemma: mean_i r_i(y) ≤ 1 for every y, so
    that the costs differ by at least −2 log E_p[mean_i r_i] ≥ 0.

    (⇒) If mean_i r_i(y) = 1 + m > 1, the decoder that is y with probability p, and else x̄, costs −2 mean log(1 + pa_i)
    more, a_i = r_i − 1 ≥ −1, with the posterior. For p ≤ ½ that is at most −2(pm − p² mean a_i²), as log(1 + u) ≥ u −
    u² for u ≥ −½, and negative for p < m/mean a_i². For κ ≥ 1 the prior has no atoms, and such decoders exist.

    The data −x, 0, x: ⅓(1 + 2 cosh s) ≤ e^{s²/3} for s = ⟨x, t⟩ ≤ ‖x‖‖t‖, as the coefficient of s^{2k} is
    2/(3(2k)!) ≤ 1/(3ᵏk!), with equality at k = 1 and by (2k + 1)(2k + 2) ≥ 3(k + 1) from k to k + 1. So γ ≥ ⅔‖x‖² will
    do, and no smaller one, by the terms of second order.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    prove_trivial_solution_beats_any_decoder()
    u = sympy.Symbol("u", nonnegative=True)
    below = sympy.log(1 + u) - u + u**2  # at −u for the left side; 0 at 0
    for sign, size in ((1, u), (-1, u / (2 + 2 * u))):  # u/(2 + 2u) < ½
        slope = sympy.diff(below, u).subs(u, sign * size)
        show(is_nonnegative(sign * slope))
    show(vanishes(below.subs(u, 0)))
    X, y, p = symbols("x", 2, 2), symbols("y", 2), sympy.Symbol("p", positive=True)
    for x, own, ratio in zip(X, spread(X), likelihood_ratios(X, y, GAMMA), strict=True):
        show(vanishes(sympy.log(ratio) + (((x - y) ** 2).sum() - own) / (2 * GAMMA)))
    ratio, odds = sympy.symbols("r o", positive=True)
    value = scalar(two_valued_excess(vector(ratio), p, vector(odds)))
    best = scalar(posterior_odds(vector(ratio), p))
    known = (1 - p, 1 - p + p * ratio)
    show(vanishes(value.subs(odds, best) + 2 * sympy.log(1 - p + p * ratio), positive=known))
    show(vanishes(sympy.diff(value, odds) * (1 + odds) ** 2 / 2 - sympy.log(odds / best), positive=known))
    k = 1 + sympy.Symbol("k", nonnegative=True)
    show(is_positive((2 * k + 1) * (2 * k + 2) - 3 * (k + 1)))
    show(sympy.Rational(2, 3) / sympy.factorial(2) == sympy.Rational(1, 3))


def prove_variance_per_nat() -> None:
    """E_q‖x_i − μ_x‖² − ‖x_i − x̄‖² has the mean E‖μ_x − E[x|z]‖² − tr Cov E[x|z] over i: shown for two data points and
    two values of z, and one coordinate, of which it is a sum; it is Pythagoras' theorem. The rest is the cost (4). Both
    sides are linear in 1/γ.
    """
    prove_costs_differ()
    X, Y, encoder = symbols("x", 2, 1), symbols("y", 2, 1), symbols("q", 2, 2, positive=True)
    encoder = encoder / encoder.sum(-1)[:, None]
    misses = ((Y - best_values(X, encoder)) ** 2)[:, 0]
    gap = expected_error(X, encoder, Y) - spread(X).sum() / 2 + explained_variance(X, encoder)
    show(vanishes(gap - (encoder.sum(0) * misses).sum() / 2))


@once
def prove_bennett() -> None:
    """log E e^{m − X} ≤ ψ(m) Var X for X ≥ 0 with the mean m > 0: Bennett's inequality.

    log t ≤ t − 1 and E(m − X) = 0 make the left side at most E[e^Y − 1 − Y], Y = m − X ≤ m, and e^Y − 1 − Y is
    Y² ∫₀¹ (1 − s)e^{sY} ds ≤ Y²ψ(m), as the integral increases with Y. Strictly where X is not constant.
    """
    t, s = sympy.symbols("t s", positive=True)
    integral = sympy.integrate((1 - s) * sympy.exp(s * t), (s, 0, 1))
    show(vanishes(integral - scalar(bennett_ratio(vector(t)))))
    show(is_positive((1 - s / (1 + s)) * s / (1 + s) * sympy.exp(s * t / (1 + s))))  # its slope in t, at s/(1 + s) < 1


def prove_moments() -> None:
    """With X = h_i/(2γ) in Bennett's inequality, E_q h_i/γ + 2 KL ≥ −2 log E_p e^{−h_i/(2γ)} (Jensen, assumed) is at
    least 2(m − ψ(m) Var_p X), m = E_p X. The mean of that over i, less mean ‖x_i − x̄‖²/γ, is ‖E_p μ_x − x̄‖²/γ more than
    the gain over γ (shown for quadratic decoders with d = κ = 1, whatever Var_p h_i; that the mean of E_p h_i is
    V + ‖E_p μ_x − x̄‖² + mean ‖x_i − x̄‖² is Steiner's theorem). So the costs differ by at least that, which is ≥ 0 if
    the gain is. Strictly: if no h_i varies the gain is V > 0; otherwise Bennett's inequality is strict.

    For γ ≥ γ' the arguments of ψ are at most ½, and with ψ(½) for each the gain grows with γ and is 0 at the second
    term of γ'.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    ONE = sympy.Integer(1)
    prove_costs_differ()
    prove_bennett()
    data, variances = symbols("x", 2), symbols("S", 2, positive=True)
    w, q, c = sympy.symbols("w q c", real=True)
    decoder, normal = (vector(w)[None], vector(q)[None], vector(c)), (vector(0 * ONE), vector(ONE))
    errors = vector(*(scalar(quadratic_error(vector(x), *decoder, *normal)) for x in data))
    centre, total = (scalar(moment) for moment in quadratic_moments(*decoder, *normal))
    means = errors / (2 * GAMMA)
    least = (2 * (means - bennett_ratio(means) * variances / (2 * GAMMA) ** 2)).sum() / 2
    rest = spread(data[:, None]).sum() / 2 + (centre - data.sum() / 2) ** 2
    show(vanishes(GAMMA * least - rest - scalar(moment_gain(errors, variances, total, np.array(GAMMA)))))
    mean, variance, total = sympy.symbols("M S V", positive=True)
    at_half = scalar(moment_gain(vector(GAMMA), vector(variance), total, np.array(GAMMA)))
    threshold = scalar(moment_threshold(vector(mean), vector(variance), total))
    show(threshold.func is sympy.Max and mean in threshold.args)
    (other,) = set(threshold.args) - {mean}
    show(vanishes(at_half.subs(GAMMA, other)))
    half = scalar(bennett_ratio(vector(ONE / 2)))
    show(half > 0)
    show(vanishes(sympy.diff(at_half, GAMMA) - half * variance / (2 * GAMMA**2)))


def prove_affine_decoders() -> None:
    """With δ = x̄ − b, the eigenpairs (s_k, v_k) of WWᵀ and a_k = v_kᵀSv_k + ⟨v_k, δ⟩², γΔ(γ) is
    ‖δ‖² + Σ_j γ log(1 + ‖w_j‖²/γ) − Σ_k a_ks_k/(γ + s_k): shown for one column and d = 2; for more the first sum is
    over the columns, and the second over eigenpairs. If q may be any distribution s_k stands for ‖w_j‖² in the first.
    The terms increase with γ, the logarithms strictly.

    By Hadamard's inequality, assumed, the first sum is at least Σ_k γ log(1 + s_k/γ) > Σ_k γs_k/(γ + s_k), and
    Σ_k ⟨v_k, δ⟩²s_k/(γ + s_k) ≤ ‖δ‖², strictly for δ ≠ 0. So Δ > 0 if γ ≥ ℓ_1 ≥ v_kᵀSv_k. For W = εu_1e_1ᵀ and b = x̄,
    Δ is 0 at ε = 0, and its slope in s = ε² is (γ + s − ℓ_1)/(γ + s)², negative below s = ℓ_1 − γ.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    X, W, b = symbols("x", 2, 2), symbols("w", 2, 1), symbols("b", 2)
    size, centre = (W**2).sum(), X.sum(0) / 2
    shifted = ((X - b) @ W)[:, 0]
    log_term = sympy.log(1 + size / GAMMA)
    gap = GAMMA * (least_affine_cost(X, W, b, GAMMA) - trivial_cost(X, 1, GAMMA))
    closed = ((centre - b) ** 2).sum() + GAMMA * log_term - (shifted**2).sum() / 2 / (GAMMA + size)
    show(vanishes(gap - closed, positive=(GAMMA + size,)))
    s, a = sympy.symbols("s a", positive=True)
    grows = GAMMA * sympy.log(1 + s / GAMMA)
    show(is_positive(-sympy.diff(grows, GAMMA, 2)))  # its slope falls, to 0
    show(sympy.limit(sympy.diff(grows, GAMMA), GAMMA, sympy.oo) == 0)
    show(is_positive(sympy.diff(-a * s / (GAMMA + s), GAMMA)))
    above = grows - GAMMA * s / (GAMMA + s)
    show(vanishes(above.subs(s, 0)))
    show(is_positive(sympy.diff(above, s)))
    delta = sympy.log(1 + s / GAMMA) - a * s / (GAMMA * (GAMMA + s))
    show(vanishes(delta.subs(s, 0)))
    show(vanishes(sympy.diff(delta, s) - (GAMMA + s - a) / (GAMMA + s) ** 2))
