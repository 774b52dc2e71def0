"""SymPy proofs for App. C and D: the reference formulas run on symbols, branch by branch.

Vectors have length 1: every formula is a sum over the latent coordinates j of functions of the quantities with index j
and of the scalars w, L and γ.
"""

import numpy as np
import sympy

from reference.dai2020_bounds import (
    bound_term,
    interpolation,
    misfit,
    optimal_moments,
    reduced_cost,
    reduced_slope,
    scaled_cost,
)
from reference.dai2020_network import (
    collapse_threshold,
    energy,
    latent_slopes,
    least_affine_cost,
    network_errors,
    optimal_decoder_variance,
    quadratic_error,
    quadratic_moments,
)
from reference.gaussian import kl_divergence
from reference.numbers import Array

LIP, GAMMA, V0, EXTRA = sympy.symbols("L gamma vt p", positive=True)
SLOPE, V, W = sympy.symbols("delta v w", nonnegative=True)


def _value(expression: Array) -> sympy.Expr:
    return sympy.sympify(np.asarray(expression, dtype=object).item())


def _vanishes(expression: Array) -> bool:
    return sympy.simplify(sympy.expand_log(_value(expression), force=True)) == 0


def _is_nonnegative(expression: Array) -> bool:
    """Say whether an expression simplifies to one whose sign SymPy sees: all symbols are declared with theirs."""
    return bool(sympy.expand(sympy.simplify(_value(expression))).is_nonnegative)


def _cases() -> list[tuple[sympy.Expr, sympy.Expr]]:
    """Return (ṽ, δ) below, at and above δ = Lṽ, where eqs. (22) and (26) change branch."""
    return [(SLOPE / LIP + EXTRA, SLOPE), (V0, LIP * V0), (V0, LIP * V0 + EXTRA)]


def prove_bound_minima() -> None:
    """g(v) − g(0) is 0 or (L/2)p² on the two branches if δ ≤ Lṽ, with v = ṽ − δ/L + p on the second, and otherwise
    v(δ − Lṽ) + (L/2)v²; g^appr(v) − g^appr(0) is v² times a coefficient ≥ 0.
    """
    zero = sympy.Integer(0)
    for v0, slope in _cases():
        least = bound_term(zero, v0, slope, LIP)
        assert _vanishes(least - interpolation(zero, v0, slope, LIP))
        assert _is_nonnegative(interpolation(V, v0, slope, LIP) - least)
    more = sympy.Symbol("q", nonnegative=True)
    above, flat = (
        V + SLOPE / LIP + EXTRA,
        SLOPE / LIP + EXTRA,
    )  # ṽ, with v on the flat part of g, and with v = ṽ − δ/L + q
    assert _vanishes(bound_term(V, above, SLOPE, LIP) - bound_term(zero, above, SLOPE, LIP))
    assert _is_nonnegative(bound_term(EXTRA + more, flat, SLOPE, LIP) - bound_term(zero, flat, SLOPE, LIP))
    for v0, slope in _cases()[1:]:
        assert _is_nonnegative(bound_term(V, v0, slope, LIP) - bound_term(zero, v0, slope, LIP))


def prove_bound_at_the_evaluation_point() -> None:
    """Both vanish in every case of :func:`_cases`."""
    for v0, slope in _cases():
        assert _vanishes(bound_term(v0, v0, slope, LIP))
        assert _vanishes(interpolation(v0, v0, slope, LIP))


def _vector(*entries: sympy.Expr) -> Array:
    return np.array(entries, dtype=object)


def prove_reduced_cost() -> None:
    """Eq. (32) is convex in m and in s², its derivatives vanish at the minimiser, and its value there is eq. (33) and
    1 − log γ − y/γ, which is free of w.
    """
    m, u0, in_u = sympy.symbols("m ut du", real=True)
    s2, c = sympy.symbols("s2 c", positive=True)
    cost = _value(scaled_cost(W, _vector(m), _vector(s2), _vector(u0), _vector(in_u), _vector(c), LIP, GAMMA))
    best = dict(zip((m, s2), (_value(x) for x in optimal_moments(W, u0, in_u, c, LIP, GAMMA)), strict=True))
    for variable in (m, s2):
        assert _vanishes(sympy.diff(cost, variable).subs(best))
        assert sympy.simplify(sympy.diff(cost, variable, 2)).is_positive
    assert sympy.diff(cost, m, s2) == 0
    y = misfit(u0, in_u, LIP)
    assert _vanishes(
        cost.subs(best) - reduced_cost(W, _vector(y), _vector(c), LIP, GAMMA) - 1 + sympy.log(GAMMA) + y / GAMMA
    )


def prove_reduced_slope() -> None:
    """Eq. (35) is the derivative of eq. (33) in w², and for γ = βy/c + c + p and x = w² ≤ 1 its numerator is a
    polynomial with positive coefficients in γ's parts, x and 1 − x. So every term of the sum over j is positive.
    """
    x, y, p, rest = sympy.symbols("x y p r", nonnegative=True)
    c = sympy.Symbol("c", positive=True)
    root = sympy.Symbol("w", positive=True)
    cost = _value(reduced_cost(root, _vector(y), _vector(c), LIP, GAMMA))
    slope = _value(reduced_slope(root, _vector(y), _vector(c), LIP, GAMMA))
    assert _vanishes(sympy.diff(cost, root) / (2 * root) - slope)
    beta = LIP / 2
    numerator = sympy.expand(sympy.cancel(slope.subs(root, sympy.sqrt(x)) * (GAMMA + beta * x) ** 2 * (GAMMA + c * x)))
    # the only negative terms are −βyγ and −βycx; the latter is −βyc + βyc·r with r = 1 − x ≥ 0
    rewritten = numerator.subs(GAMMA, beta * y / c + c + p) + beta * y * c * x - beta * y * c + beta * y * c * rest
    assert _vanishes(rewritten.subs(rest, 1 - x) - numerator.subs(GAMMA, beta * y / c + c + p))
    assert sympy.expand(rewritten * c).is_positive


def prove_optimal_decoder_variance() -> None:
    """∂𝓛/∂γ = d(γ − γ*)/γ²: eq. (4) falls before γ* and rises after it; with γ* = 0 it rises everywhere.

    The errors enter through their mean alone, so that two data points stand for all; d is a symbol.
    """
    d = sympy.Symbol("d", positive=True)
    errors = _vector(*sympy.symbols("R1 R2", nonnegative=True))
    means = np.array([sympy.symbols("m1:3"), sympy.symbols("m3:5")], dtype=object)
    deviations = np.array([sympy.symbols("s1:3", positive=True), sympy.symbols("s3:5", positive=True)], dtype=object)
    slope = sympy.diff(_value(energy(errors, means, deviations, GAMMA, d)), GAMMA)
    assert _vanishes(slope - d * (GAMMA - _value(optimal_decoder_variance(errors, d))) / GAMMA**2)


def prove_latent_slopes() -> None:
    """The derivatives of reference.gaussian.kl_divergence."""
    mean, deviation = sympy.Symbol("m", real=True), sympy.Symbol("s", positive=True)
    kl = _value(kl_divergence(_vector(mean), _vector(deviation**2), sympy.Integer(1)))
    for variable, slope in zip((mean, deviation), latent_slopes(mean, deviation), strict=True):
        assert _vanishes(sympy.diff(kl, variable) - slope)


def prove_flat_at_zero_deviation() -> None:
    """∂/∂σ E h(μ + σε) = E ε h'(μ) = 0 at σ = 0, for h(z) = ‖x − μ_x(z)‖² of any differentiable decoder for which
    expectation and derivative may be exchanged; and the closed form of quadratic decoders has this derivative.

    σ_j enters E_q‖x − μ_x(z)‖² through z_j alone, so that one latent, with any h, stands for all.
    """
    mean, noise = sympy.symbols("m e", real=True)
    deviation, h = sympy.Symbol("s", real=True), sympy.Function("h")
    integrand = sympy.diff(h(mean + deviation * noise), deviation).subs(deviation, 0).doit()
    slope = sympy.diff(h(mean), mean)
    assert _vanishes(integrand - noise * slope)
    density = sympy.exp(-(noise**2) / 2) / sympy.sqrt(2 * sympy.pi)
    moments = [sympy.integrate(noise**k * density, (noise, -sympy.oo, sympy.oo)) for k in range(5)]
    assert moments[1] == 0
    x, c, w, q, z = sympy.symbols("x c w q z", real=True)
    error = quadratic_error(
        _vector(x), _vector(w)[None], _vector(q)[None], _vector(c), _vector(mean), _vector(deviation)
    )
    assert _vanishes(sympy.diff(_value(error), deviation).subs(deviation, 0))
    printed = sympy.Poly((x - w * z - q * z**2 - c).subs(z, mean + deviation * noise) ** 2, noise)
    assert _vanishes(_value(error) - sum(printed.coeff_monomial(noise**k) * moments[k] for k in range(5)))


def prove_trivial_solution() -> None:
    """With y_i = x_i − b, s = Σ_j w_j², u_j = w_j²/γ and γ = γ' + p, the least cost minus the trivial one is
    Σ_i y_i²s²/(nγ²(γ + s)) + (x̄ − b)²/γ + Σ_j [log(1 + u_j) − u_j + u_j²/2] + ps/γ², and no term of this is negative;
    the third is positive.

    The least cost over all encoders is dai2018's eq. (7). d = 1, and two data points and latents stand for any number:
    they enter through sums. For d > 1 the first term is that of the coordinates of y_i along the eigenvectors of WWᵀ,
    for each its eigenvalue s.
    """
    u = sympy.Symbol("u", positive=True)
    rest = sympy.log(1 + u) - u + u**2 / 2  # 0 at u = 0, and increasing
    assert rest.subs(u, 0) == 0
    assert sympy.simplify(sympy.diff(rest, u)).is_positive
    x, b = sympy.symbols("x1 x2", real=True), sympy.Symbol("b", real=True)
    columns, p = sympy.symbols("w1 w2", positive=True), sympy.Symbol("p", nonnegative=True)
    X, W, centre = _vector(*x)[:, None], _vector(*columns)[None], sum(x) / 2
    spread = _vector(*((xi - centre) ** 2 for xi in x))
    zero = np.zeros((2, 2), dtype=int).astype(object) * sympy.Integer(1)
    gap = least_affine_cost(X, W, _vector(b), GAMMA) - energy(spread, zero, zero + sympy.Integer(1), GAMMA, 1)
    total = sum(w**2 for w in columns)
    misses = sum((xi - b) ** 2 for xi in x) * total**2 / (2 * GAMMA**2 * (GAMMA + total))
    logs = sum(rest.subs(u, w**2 / GAMMA) for w in columns)
    surplus = (GAMMA - _value(collapse_threshold(X, W, _vector(b)))) * total / GAMMA**2
    assert _vanishes(gap - misses - (centre - b) ** 2 / GAMMA - logs - surplus)
    assert misses.is_nonnegative
    assert (p * total / GAMMA**2).is_nonnegative


def prove_trivial_solution_beats_any_decoder() -> None:
    """The cost at x_i is E_q h_i/γ + 2 KL[q‖p] + κ + d log γ, and E_q h/γ + 2 KL[q‖p] ≥ −2 log E_p e^{−h/(2γ)} for
    every q, by Jensen's inequality, which is assumed. The rest is scalar: with E = E_p h, S = E_p h² and
    γ = S/(4V) + p, −2 log E_p e^{−h/(2γ)} ≥ E/γ − S/(4γ²), and the mean of E is V + (E_p μ_x − x̄)² + mean (x_i − x̄)².

    d = κ = 1 and two data points stand for any number: the formulas are sums over them.
    """
    x, y = sympy.symbols("x y", positive=True)
    above = 1 - x + x**2 / 2 - sympy.exp(-x)  # it and its first two derivatives vanish at 0, and the third is positive
    assert all(sympy.diff(above, x, k).subs(x, 0) == 0 for k in range(3))
    assert sympy.diff(above, x, 3).is_positive
    excess = y - 1 - sympy.log(y)  # −log(1 − t) − t at y = 1 − t, least at y = 1
    assert excess.subs(y, 1) == sympy.diff(excess, y).subs(y, 1) == 0
    assert sympy.diff(excess, y, 2).is_positive
    mean, square, variance = sympy.symbols("E S V", positive=True)
    below = mean / GAMMA - square / (4 * GAMMA**2)
    h = sympy.Symbol("h", nonnegative=True)
    polynomial = sympy.Poly((1 - x + x**2 / 2).subs(x, h / (2 * GAMMA)), h)
    taken = sum(polynomial.coeff_monomial(h**k) * moment for k, moment in enumerate((1, mean, square)))
    assert _vanishes(2 * (1 - taken) - below)
    more = sympy.Symbol("p", nonnegative=True)
    surplus = (variance / GAMMA - square / (4 * GAMMA**2)).subs(GAMMA, square / (4 * variance) + more)
    assert _is_nonnegative(sympy.factor(surplus))
    data = sympy.symbols("x1 x2", real=True)
    w, q, c, m = sympy.symbols("w q c m", real=True)
    s, zero, one = sympy.Symbol("s", positive=True), sympy.Integer(0), sympy.Integer(1)
    decoder = (_vector(w)[None], _vector(q)[None], _vector(c))
    errors = [_value(quadratic_error(_vector(xi), *decoder, _vector(zero), _vector(one))) for xi in data]
    centre, total = quadratic_moments(*decoder, _vector(zero), _vector(one))
    average = sum(data) / 2
    spread = [(xi - average) ** 2 for xi in data]
    assert _vanishes(sum(errors) / 2 - total - (_value(centre) - average) ** 2 - sum(spread) / 2)
    assert _vanishes(
        energy(_vector(mean), _vector(m)[None], _vector(s)[None], GAMMA, 1)
        - (mean / GAMMA + 2 * kl_divergence(_vector(m), _vector(s**2), one) + 1 + sympy.log(GAMMA))
    )
    assert _vanishes(
        energy(_vector(*spread), _vector(zero, zero)[:, None], _vector(one, one)[:, None], GAMMA, 1)
        - (sum(spread) / (2 * GAMMA) + 1 + sympy.log(GAMMA))
    )


def prove_stationary_collapse() -> None:
    """The squared error is a function H of the first layer's pre-activations a + vz_j, where a depends on the other
    latents and v is column j. At v = 0 its derivative in v_i is z_j ∂H/∂a_i, with E z_j = 0 since z_j ~ N(0, 1) is
    independent of the rest, and that in z_j, through which μ_j and σ_j act, is v·∇H = 0. The KL term has slopes (0, 0)
    at (μ_j, σ_j) = (0, 1). Two units stand for any number; expectation and derivative are exchanged.

    The same derivatives of reference.dai2020_network vanish, for two latents and act(x) = px + qx².
    """
    a1, a2, v1, v2, z = sympy.symbols("a1 a2 v1 v2 z", real=True)
    error = sympy.Function("H")(a1 + v1 * z, a2 + v2 * z)
    collapsed = {v1: 0, v2: 0}
    for variable in (v1, v2):
        slope = sympy.diff(error, variable).subs(collapsed).doit()
        assert sympy.diff(slope / z, z).doit() == 0  # z times a function of the other latents
    assert sympy.diff(error, z).subs(collapsed).doit() == 0
    assert tuple(latent_slopes(sympy.Integer(0), sympy.Integer(1))) == (0, 0)
    p, q, x, o, c, v, w, m = sympy.symbols("p q x o c v w m", real=True)
    mean, deviation, s = sympy.symbols("mj sj s", real=True)
    loss = _value(
        network_errors(
            _vector(x)[None],
            _vector(v, w)[None],
            _vector(o)[None],
            _vector(c),
            lambda t: p * t + q * t**2,
            _vector(m, mean)[None],
            _vector(s, deviation)[None],
        )
    )
    for variable in (w, mean, deviation):
        assert sympy.expand(sympy.diff(loss, variable).subs({w: 0, mean: 0, deviation: 1})) == 0
