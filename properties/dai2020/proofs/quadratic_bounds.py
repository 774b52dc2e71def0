"""SymPy proofs for App. C: the reference formulas run on symbols, branch by branch.

Vectors have length 1: every formula is a sum over the latent coordinates j of functions of the quantities with index j
and of the scalars w, L and γ.
"""

from typing import Any

from reference.arithmetic.deferred import sympy
from reference.dai2020.bounds import (
    bound_term,
    interpolation,
    misfit,
    optimal_moments,
    reduced_cost,
    reduced_slope,
    scaled_cost,
    upper_bound,
)
from verify.proving import is_nonnegative, is_positive, scalar, show, symbols, vanishes, vector


def _cases() -> list[tuple[Any, Any]]:
    """Return (ṽ, δ) below, at and above δ = Lṽ, where eqs. (22) and (26) change branch."""
    LIP, V0, EXTRA = sympy.symbols("L vt p", positive=True)
    SLOPE = sympy.Symbol("delta", nonnegative=True)
    return [(SLOPE / LIP + EXTRA, SLOPE), (V0, LIP * V0), (V0, LIP * V0 + EXTRA)]


def prove_refined_bound() -> None:
    """f^ub(u, v) is the quadratic bound (19) at (u, v'), where v'_j = max(v_j, ṽ_j − δ_j/L) ≥ v_j, and f does not
    decrease from v to v'. For f = (L/2)(‖u‖² + ‖v‖²), f^ub = f at all v ≥ 0.

    The two coordinates are on the two branches of eq. (22), and stand for any number on each. Of (19), Taylor's formula
    is assumed: f(p + h) − f(p) − h·∇f(p) = ∫₀¹ h·[∇f(p + th) − ∇f(p)] dt, and the integrand is at most Lt‖h‖².
    """
    LIP, EXTRA = sympy.symbols("L p", positive=True)
    V, W = sympy.symbols("v w", nonnegative=True)
    step, time, value = sympy.symbols("h t f", real=True)
    show(vanishes(sympy.integrate(LIP * time * step**2, (time, 0, 1)) - LIP / 2 * step**2))
    u, u0, in_u = (symbols(name, 2) for name in ("u", "ut", "du"))
    slopes = symbols("delta", 2, nonnegative=True)
    edges, right = symbols("e", 2), sympy.Symbol("q", nonnegative=True)
    v0 = edges + slopes / LIP
    raised = edges + vector(right, 0)
    v = raised - vector(0, EXTRA)  # at or above ṽ − δ/L, and below it, from where it is raised
    moves = [(u - u0, in_u), (raised - v0, slopes)]
    quadratic = value + sum((move * slope + LIP / 2 * move**2).sum() for move, slope in moves)
    show(vanishes(upper_bound(value, in_u, slopes, u, v, u0, v0, LIP) - quadratic))
    at, v0 = vector(V, W), symbols("vt", 2, nonnegative=True)
    before, after = (LIP / 2 * ((x**2).sum() + (y**2).sum()) for x, y in ((u0, v0), (u, at)))
    show(vanishes(upper_bound(before, LIP * u0, LIP * v0, u, at, u0, v0, LIP) - after))


def prove_bound_minima() -> None:
    """g(v) − g(0) is 0 or (L/2)p² on the two branches if δ ≤ Lṽ, with v = ṽ − δ/L + p on the second, and otherwise
    v(δ − Lṽ) + (L/2)v²; g^appr(v) − g^appr(0) is v² times a coefficient ≥ 0.
    """
    LIP, EXTRA = sympy.symbols("L p", positive=True)
    SLOPE, V = sympy.symbols("delta v", nonnegative=True)
    zero = sympy.Integer(0)
    for v0, slope in _cases():
        least = bound_term(zero, v0, slope, LIP)
        show(vanishes(least - interpolation(zero, v0, slope, LIP)))
        show(is_nonnegative(interpolation(V, v0, slope, LIP) - least))
    more = sympy.Symbol("q", nonnegative=True)
    above, flat = (
        V + SLOPE / LIP + EXTRA,
        SLOPE / LIP + EXTRA,
    )  # ṽ, with v on the flat part of g, and with v = ṽ − δ/L + q
    show(vanishes(bound_term(V, above, SLOPE, LIP) - bound_term(zero, above, SLOPE, LIP)))
    show(is_nonnegative(bound_term(EXTRA + more, flat, SLOPE, LIP) - bound_term(zero, flat, SLOPE, LIP)))
    for v0, slope in _cases()[1:]:
        show(is_nonnegative(bound_term(V, v0, slope, LIP) - bound_term(zero, v0, slope, LIP)))


def prove_bound_at_the_evaluation_point() -> None:
    """Both vanish in every case of :func:`_cases`."""
    LIP = sympy.Symbol("L", positive=True)
    for v0, slope in _cases():
        show(vanishes(bound_term(v0, v0, slope, LIP)))
        show(vanishes(interpolation(v0, v0, slope, LIP)))


def prove_reduced_cost() -> None:
    """Eq. (32) is convex in m and in s², its derivatives vanish at the minimiser, and its value there is eq. (33) and
    1 − log γ − y/γ, which is free of w.
    """
    LIP, GAMMA = sympy.symbols("L gamma", positive=True)
    W = sympy.Symbol("w", nonnegative=True)
    m, u0, in_u = sympy.symbols("m ut du", real=True)
    s2, c = sympy.Symbol("s2", positive=True), sympy.Symbol("c", nonnegative=True)
    cost = scalar(scaled_cost(W, vector(m), vector(s2), vector(u0), vector(in_u), vector(c), LIP, GAMMA))
    best = dict(zip((m, s2), (scalar(x) for x in optimal_moments(W, u0, in_u, c, LIP, GAMMA)), strict=True))
    for variable in (m, s2):
        show(vanishes(sympy.diff(cost, variable).subs(best)))
        show(is_positive(sympy.diff(cost, variable, 2)))
    show(vanishes(sympy.diff(cost, m, s2)))
    y = misfit(u0, in_u, LIP)
    show(
        vanishes(cost.subs(best) - reduced_cost(W, vector(y), vector(c), LIP, GAMMA) - 1 + sympy.log(GAMMA) + y / GAMMA)
    )


def prove_reduced_slope() -> None:
    """Eq. (35) is the derivative of eq. (33) in w², and for γ = βy/c + c + p and x = w² ≤ 1 its numerator is a
    polynomial with positive coefficients in γ's parts, x and 1 − x. So every term of the sum over j is positive.
    """
    LIP, GAMMA = sympy.symbols("L gamma", positive=True)
    x, y, p, rest = sympy.symbols("x y p r", nonnegative=True)
    c = sympy.Symbol("c", positive=True)
    root = sympy.Symbol("w", positive=True)
    cost = scalar(reduced_cost(root, vector(y), vector(c), LIP, GAMMA))
    slope = scalar(reduced_slope(root, vector(y), vector(c), LIP, GAMMA))
    show(vanishes(sympy.diff(cost, root) / (2 * root) - slope))
    beta = LIP / 2
    numerator = sympy.expand(sympy.cancel(slope.subs(root, sympy.sqrt(x)) * (GAMMA + beta * x) ** 2 * (GAMMA + c * x)))
    # the only negative terms are −βyγ and −βycx; the latter is −βyc + βyc·r with r = 1 − x ≥ 0
    rewritten = numerator.subs(GAMMA, beta * y / c + c + p) + beta * y * c * x - beta * y * c + beta * y * c * rest
    show(vanishes(rewritten.subs(rest, 1 - x) - numerator.subs(GAMMA, beta * y / c + c + p)))
    show(is_positive(rewritten * c))
