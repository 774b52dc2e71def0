"""Symbolic proofs for App. E and G of dai2018: the reference formulas, run on SymPy symbols."""

from typing import Any

import numpy as np
import sympy

from reference.dai2018.tails import (
    clipped_reciprocal,
    cross_term,
    half_least_distance,
    is_outside,
    misquantisation,
    quantisation_probabilities,
    slope_pieces,
    stein_weighted,
)
from reference.gaussian import density, norm_tail, upper_tail

CUT, WIDTH, DELTA, TAU = sympy.symbols("c v delta tau", positive=True)
ALPHA, RHO, SQUARE = sympy.symbols("alpha rho s", positive=True)


def _item(x: Any) -> sympy.Expr:
    return sympy.sympify(np.asarray(x, dtype=object).item())


def _symbol_array(*values: Any) -> np.ndarray:
    return np.array(values, dtype=object)


def prove_odd_integral() -> None:
    """Integrate the cross term of eq. (58) outside the ball, for κ = 1, and for κ = 2 in polar coordinates.

    κ = 1 gives every κ: the integrand is a sum of multiples of the coordinates of ε, and with the others fixed the
    region of one is |ε_k| > c, or the whole line, which the half lines from c → 0 are. d = 2 is no loss, as Ψ enters
    through ΨᵀΨπ alone.
    """
    _check_the_region()
    e, r, angle = sympy.symbols("e r angle", real=True)
    a, b, p, q = sympy.symbols("a b p q", real=True)
    line = cross_term(_symbol_array(e), _symbol_array(p), _symbol_array([a], [b])) * _item(density(e))
    outside = sympy.integrate(line, (e, CUT, sympy.oo)) + sympy.integrate(line, (e, -sympy.oo, -CUT))
    assert sympy.simplify(outside) == 0
    assert sympy.simplify(sympy.integrate(line, (e, CUT, sympy.oo)) / p / (a**2 + b**2) - _item(density(CUT))) == 0
    x, y = r * sympy.cos(angle), r * sympy.sin(angle)
    plane = cross_term(_symbol_array(x, y), _symbol_array(p, q), _symbol_array([a, b], [b, 2 * a + b]))
    joint = sympy.simplify(_item(density(x)) * _item(density(y)))
    assert not joint.has(angle)
    assert sympy.simplify(sympy.integrate(sympy.expand(plane * r), (angle, 0, 2 * sympy.pi))) == 0


def _check_the_region() -> None:
    """Check that ``is_outside`` is 1 if ‖√α ε‖ > ρ, else 0: on both sides of c = ρ/√α, and on the border itself."""
    unit = (sympy.Rational(3, 5), -sympy.Rational(4, 5))
    for scale, radius, value in ((1 + WIDTH, 1, 1), (1, 1, 0), (1, 1 + WIDTH, 0), (0, 1, 0)):
        for direction in ((1,), (-1,), unit):
            point = _symbol_array(*(scale * RHO / sympy.sqrt(ALPHA) * x for x in direction))
            indicator = _item(is_outside(point, ALPHA, RHO * radius))
            assert (
                indicator.replace(
                    lambda part: part.is_Relational, lambda part: part.func(*map(sympy.expand, part.args))
                )
                == value
            )


def prove_markov_bound() -> None:
    """Derive P(‖√α ε‖ > ρ) ≤ κα/ρ² from 1{‖√α ε‖ > ρ} ≤ ‖√α ε‖²/ρ² and E ε_k² = 1, for every κ.

    For κ = 1, …, 6 also ``norm_tail`` is shown to be the tail of a law on the half line whose mean is κ.
    """
    _check_the_region()
    e = sympy.Symbol("e", real=True)
    assert sympy.integrate(_item(density(e)), (e, -sympy.oo, sympy.oo)) == 1
    assert sympy.integrate(e**2 * _item(density(e)), (e, -sympy.oo, sympy.oo)) == 1
    beyond = ALPHA * (RHO / sympy.sqrt(ALPHA) * (1 + WIDTH)) ** 2 / RHO**2  # ‖√α ε‖²/ρ² where the indicator is 1
    assert sympy.expand(sympy.simplify(beyond) - 1).is_positive
    for kappa in range(1, 7):
        tail = _item(norm_tail(kappa, SQUARE))
        assert sympy.limit(tail, SQUARE, 0) == 1
        weight = sympy.sqrt(2) ** kappa * sympy.gamma(sympy.Rational(kappa, 2))  # of χ² with κ degrees of freedom
        law = SQUARE ** sympy.Rational(kappa - 2, 2) * sympy.exp(-SQUARE / 2) / weight
        assert sympy.simplify(sympy.diff(tail, SQUARE) + law) == 0  # it decreases
        assert sympy.simplify(sympy.integrate(SQUARE * law, (SQUARE, 0, sympy.oo)) - kappa) == 0


def prove_misquantisation_bounds() -> None:
    """Derive P(h ≠ i) ≤ 2P(ε > v) ≤ e^{−v²/2} < 1/v², v = ρ/√λ_z > 0, ρ half the least distance of two centres.

    P(h ≠ i) is the tail beyond one border of the cell or the sum of the tails beyond two, at half the gaps, so that
    four centres show all cases; a tail decreases in the gap.
    """
    gaps = sympy.symbols("g:3", positive=True)
    centres = _symbol_array(*(sympy.Add(*gaps[:i]) for i in range(4)))
    root = sympy.Symbol("root", positive=True)
    wrong = misquantisation(centres, root)
    whole = quantisation_probabilities(centres, root)
    for i in range(4):
        sides = [_item(upper_tail(g / (2 * root))) for g in gaps[max(i - 1, 0) : i + 1]]
        assert sympy.simplify(wrong[i] - sum(sides)) == 0
        assert sympy.simplify(sum(whole[i]) - whole[i, i] - sum(sides)) == 0
    # ρ is half the least gap, wherever that is: no border is nearer
    extra = sympy.symbols("p:2", positive=True)
    for where_least in range(3):
        gaps = [2 * RHO + p for p in extra]
        gaps.insert(where_least, 2 * RHO)
        assert sympy.simplify(_item(half_least_distance(_symbol_array(*np.cumsum([0, *gaps])))) - RHO) == 0
    assert _item(half_least_distance(_symbol_array(DELTA, DELTA + 2 * RHO))) == RHO
    tail = _item(upper_tail(WIDTH))
    assert sympy.simplify(sympy.diff(tail, WIDTH) + _item(density(WIDTH))) == 0  # it decreases
    # e^{−v²/2} − 2P(ε > v) is 0 at 0 and at ∞, and e^{v²/2} times its slope, √(2/π) − v, changes its sign once
    gap = sympy.exp(-(WIDTH**2) / 2) - 2 * tail
    assert gap.subs(WIDTH, 0) == 0
    assert sympy.limit(gap, WIDTH, sympy.oo) == 0
    slope = sympy.simplify(sympy.diff(gap, WIDTH) * sympy.exp(WIDTH**2 / 2))
    assert sympy.simplify(slope - (sympy.sqrt(2 / sympy.pi) - WIDTH)) == 0
    # v² e^{−v²/2} is stationary at v² = 2 alone, where it is 2/e < 1; it is 0 at 0 and at ∞
    product = WIDTH**2 * sympy.exp(-(WIDTH**2) / 2)
    assert sympy.solve(sympy.diff(product, WIDTH), WIDTH) == [sympy.sqrt(2)]
    assert product.subs(WIDTH, sympy.sqrt(2)) < 1
    assert sympy.limit(product, WIDTH, sympy.oo) == 0


def _check_the_slopes() -> None:
    """Check that the reference integrates ψ(xR) φ(ε), and for ∂F/∂δ what Stein's identity makes of its derivative.

    By parts ∫ (∂p/∂δ) φ = ∫ (∂p/∂ε) φ/τ = ∫ p ε φ/τ on each piece p, and what is left at the cuts cancels, as ψ is
    continuous.
    """
    x, r = sympy.symbols("x r", positive=True)
    e = sympy.Symbol("e", real=True)
    pieces, cuts = slope_pieces(x, DELTA, TAU)
    left, inner, right = (piece(e, sympy.log) for piece in pieces)
    residual = DELTA + TAU * e
    for cut, edge in zip(cuts, (-1, 1), strict=True):  # of ψ, where |xR| = 1
        assert sympy.simplify((x * residual).subs(e, cut) - edge) == 0
    for u, values in ((1 / (1 + WIDTH), (inner, inner)), (1 + WIDTH, (right, left))):
        for sign, value in zip((1, -1), values, strict=True):
            at = sympy.solve(x * residual - sign * u, e)[0]
            assert sympy.simplify(value.subs(e, at) - _item(clipped_reciprocal(_symbol_array(sign * u)))) == 0
    assert sympy.simplify(left.subs(e, cuts[0]) - inner.subs(e, cuts[0])) == 0
    assert sympy.simplify(right.subs(e, cuts[1]) - inner.subs(e, cuts[1])) == 0
    for piece, value in zip(pieces, (left, inner, right), strict=True):
        assert sympy.simplify(sympy.diff(value, DELTA) - sympy.diff(value, e) / TAU) == 0
        by_parts = sympy.diff(value * _item(density(e)), e) / TAU
        weighted = stein_weighted(piece, TAU)(e, sympy.log)
        assert sympy.simplify(sympy.diff(value, DELTA) - weighted - by_parts / _item(density(e))) == 0
    # with r = δ + τε the integrand on the half line is ψ(xr) k(r), as ψ is odd
    assert sympy.simplify(inner.subs(e, (r - DELTA) / TAU) - x * r) == 0
    assert sympy.simplify(right.subs(e, (r - DELTA) / TAU) - 1 / (x * r)) == 0


def prove_slopes_are_ordered() -> None:
    """Derive F_1 ∂F_2 < F_2 ∂F_1 for 0 < x_1 < x_2 and δ, τ > 0, F_j = E ψ(x_j R), R = δ + τε, ∂ = ∂/∂δ.

    F(x) = ∫_0^∞ ψ(xr) k(r) dr with k(r) = [φ((r − δ)/τ) − φ((r + δ)/τ)]/τ, ψ being odd. By the basic composition
    formula F_2 ∂F_1 − F_1 ∂F_2 = ∫∫_{r<s} |ψ(x_2 r) ψ(x_2 s); ψ(x_1 r) ψ(x_1 s)| |k(r) k(s); k'(r) k'(s)| dr ds with
    k' = ∂k/∂δ. The second determinant is positive for r < s, as k'/k increases in r. The first is never negative, as
    log ψ(e^v) is concave, and positive where x_2 r < 1 < x_1 s.
    """
    _check_the_slopes()
    # the identity of the integrands: both sides are sums over pairs of nodes (here three), antisymmetric in f, g, k, l
    f, g, k, l = (sympy.symbols(f"{name}:3") for name in "fgkl")  # ψ(x_2 ·), ψ(x_1 ·), k, k' at the nodes
    dot = lambda x, y: sum(a * b for a, b in zip(x, y, strict=True))  # noqa: E731
    det = lambda x, y, i, j: x[i] * y[j] - x[j] * y[i]  # noqa: E731
    pairs = sum(det(f, g, i, j) * det(k, l, i, j) for i in range(3) for j in range(i + 1, 3))
    assert sympy.expand(dot(f, k) * dot(g, l) - dot(g, k) * dot(f, l) - pairs) == 0
    # the elasticity of ψ falls from 1 to −1: log ψ(e^v) is concave
    inner, outer = WIDTH / (1 + WIDTH), 1 + WIDTH
    for u, branch, elasticity in ((inner, CUT, 1), (outer, 1 / CUT, -1)):
        assert sympy.simplify(clipped_reciprocal(_symbol_array(u))[0] - branch.subs(CUT, u)) == 0
        assert sympy.simplify(CUT * sympy.diff(sympy.log(branch), CUT)) == elasticity
    # ∂ log k/∂δ = (r/τ²) coth(rδ/τ²) − δ/τ², whose slope in r is (sinh 2p − 2p)/(2τ² sinh² p) with p = rδ/τ²
    r = sympy.Symbol("r", positive=True)
    p = r * DELTA / TAU**2
    kernel = _item(density((r - DELTA) / TAU)) - _item(density((r + DELTA) / TAU))
    folded = 2 * sympy.exp(-(r**2 + DELTA**2) / (2 * TAU**2)) * sympy.sinh(p) / sympy.sqrt(2 * sympy.pi)
    assert sympy.simplify((kernel - folded).rewrite(sympy.exp).expand(power_exp=True)) == 0
    slope = sympy.diff(sympy.diff(sympy.log(folded), DELTA), r)
    wanted = (sympy.sinh(2 * p) - 2 * p) / (2 * TAU**2 * sympy.sinh(p) ** 2)
    assert sympy.simplify((slope - wanted).rewrite(sympy.exp)) == 0
    excess = sympy.sinh(2 * CUT) - 2 * CUT
    assert excess.subs(CUT, 0) == 0
    assert sympy.simplify((sympy.diff(excess, CUT) - 4 * sympy.sinh(CUT) ** 2).rewrite(sympy.exp)) == 0
