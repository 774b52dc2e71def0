"""SymPy proofs for App. E and G of dai2018: the reference formulas, run on symbols."""

import numpy as np

from reference.arithmetic.deferred import sympy
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
from verify.proving import is_positive, scalar, show, symbols, vanishes, vector


def prove_odd_integral() -> None:
    """Integrate the cross term of eq. (58) outside the ball, for κ = 1, and for κ = 2 in polar coordinates.

    κ = 1 gives every κ: the integrand is a sum of multiples of the coordinates of ε, and with the others fixed the
    region of one is |ε_k| > c, or the whole line, which the half lines from c → 0 are. d = 2 is no loss, as Ψ enters
    through ΨᵀΨπ alone.
    """
    CUT = sympy.Symbol("c", positive=True)
    _check_the_region()
    e, r, angle = sympy.symbols("e r angle", real=True)
    a, b, p, q = sympy.symbols("a b p q", real=True)
    line = cross_term(vector(e), vector(p), vector([a], [b])) * scalar(density(e))
    outside = sympy.integrate(line, (e, CUT, sympy.oo)) + sympy.integrate(line, (e, -sympy.oo, -CUT))
    show(vanishes(outside))
    show(vanishes(sympy.integrate(line, (e, CUT, sympy.oo)) / p / (a**2 + b**2) - scalar(density(CUT))))
    x, y = r * sympy.cos(angle), r * sympy.sin(angle)
    plane = cross_term(vector(x, y), vector(p, q), vector([a, b], [b, 2 * a + b]))
    joint = sympy.simplify(scalar(density(x)) * scalar(density(y)))
    show(not joint.has(angle))
    show(vanishes(sympy.integrate(sympy.expand(plane * r), (angle, 0, 2 * sympy.pi))))


def _check_the_region() -> None:
    """Check that ``is_outside`` is 1 if ‖√α ε‖ > ρ, else 0: on both sides of c = ρ/√α, and on the border itself."""
    WIDTH = sympy.Symbol("v", positive=True)
    ALPHA, RHO = sympy.symbols("alpha rho", positive=True)
    unit = (sympy.Rational(3, 5), -sympy.Rational(4, 5))
    for scale, radius, value in ((1 + WIDTH, 1, 1), (1, 1, 0), (1, 1 + WIDTH, 0), (0, 1, 0)):
        for direction in ((1,), (-1,), unit):
            point = vector(*(scale * RHO / sympy.sqrt(ALPHA) * x for x in direction))
            show(vanishes(is_outside(point, ALPHA, RHO * radius) - value))


def prove_markov_bound() -> None:
    """Derive P(‖√α ε‖ > ρ) ≤ κα/ρ² from 1{‖√α ε‖ > ρ} ≤ ‖√α ε‖²/ρ² and E ε_k² = 1, for every κ.

    For κ = 1, …, 6 also ``norm_tail`` is shown to be the tail of a law on the half line whose mean is κ.
    """
    WIDTH = sympy.Symbol("v", positive=True)
    ALPHA, RHO, SQUARE = sympy.symbols("alpha rho s", positive=True)
    _check_the_region()
    e = sympy.Symbol("e", real=True)
    show(sympy.integrate(scalar(density(e)), (e, -sympy.oo, sympy.oo)) == 1)
    show(sympy.integrate(e**2 * scalar(density(e)), (e, -sympy.oo, sympy.oo)) == 1)
    beyond = ALPHA * (RHO / sympy.sqrt(ALPHA) * (1 + WIDTH)) ** 2 / RHO**2  # ‖√α ε‖²/ρ² where the indicator is 1
    show(is_positive(beyond - 1))
    for kappa in range(1, 7):
        tail = scalar(norm_tail(kappa, SQUARE))
        show(sympy.limit(tail, SQUARE, 0) == 1)
        weight = sympy.sqrt(2) ** kappa * sympy.gamma(sympy.Rational(kappa, 2))  # of χ² with κ degrees of freedom
        law = SQUARE ** sympy.Rational(kappa - 2, 2) * sympy.exp(-SQUARE / 2) / weight
        show(vanishes(sympy.diff(tail, SQUARE) + law))  # it decreases
        show(vanishes(sympy.integrate(SQUARE * law, (SQUARE, 0, sympy.oo)) - kappa))


def prove_misquantisation_bounds() -> None:
    """Derive P(h ≠ i) ≤ 2P(ε > v) ≤ e^{−v²/2} < 1/v², v = ρ/√λ_z > 0, ρ half the least distance of two centres.

    P(h ≠ i) is the tail beyond one border of the cell or the sum of the tails beyond two, at half the gaps, so that
    four centres show all cases; a tail decreases in the gap.
    """
    WIDTH, DELTA = sympy.symbols("v delta", positive=True)
    RHO = sympy.Symbol("rho", positive=True)
    gaps = symbols("g", 3, positive=True)
    centres = vector(*(sympy.Add(*gaps[:i]) for i in range(4)))
    root = sympy.Symbol("root", positive=True)
    wrong = misquantisation(centres, root)
    whole = quantisation_probabilities(centres, root)
    for i in range(4):
        sides = [scalar(upper_tail(g / (2 * root))) for g in gaps[max(i - 1, 0) : i + 1]]
        show(vanishes(wrong[i] - sum(sides)))
        show(vanishes(sum(whole[i]) - whole[i, i] - sum(sides)))
    # ρ is half the least gap, wherever that is: no border is nearer
    extra = symbols("p", 2, positive=True)
    for where_least in range(3):
        gaps = [2 * RHO + p for p in extra]
        gaps.insert(where_least, 2 * RHO)
        show(vanishes(scalar(half_least_distance(vector(*np.cumsum([0, *gaps])))) - RHO))
    show(scalar(half_least_distance(vector(DELTA, DELTA + 2 * RHO))) == RHO)
    tail = scalar(upper_tail(WIDTH))
    show(vanishes(sympy.diff(tail, WIDTH) + scalar(density(WIDTH))))  # it decreases
    # e^{−v²/2} − 2P(ε > v) is 0 at 0 and at ∞, and e^{v²/2} times its slope, √(2/π) − v, changes its sign once
    gap = sympy.exp(-(WIDTH**2) / 2) - 2 * tail
    show(gap.subs(WIDTH, 0) == 0)
    show(sympy.limit(gap, WIDTH, sympy.oo) == 0)
    slope = sympy.diff(gap, WIDTH) * sympy.exp(WIDTH**2 / 2)
    show(vanishes(slope - (sympy.sqrt(2 / sympy.pi) - WIDTH)))
    # v² e^{−v²/2} is stationary at v² = 2 alone, where it is 2/e < 1; it is 0 at 0 and at ∞
    product = WIDTH**2 * sympy.exp(-(WIDTH**2) / 2)
    show(sympy.solve(sympy.diff(product, WIDTH), WIDTH) == [sympy.sqrt(2)])
    show(product.subs(WIDTH, sympy.sqrt(2)) < 1)
    show(sympy.limit(product, WIDTH, sympy.oo) == 0)


def _check_the_slopes() -> None:
    """Check that the reference integrates ψ(xR) φ(ε), and for ∂F/∂δ what Stein's identity makes of its derivative.

    By parts ∫ (∂p/∂δ) φ = ∫ (∂p/∂ε) φ/τ = ∫ p ε φ/τ on each piece p, and what is left at the cuts cancels, as ψ is
    continuous.
    """
    WIDTH, DELTA, TAU = sympy.symbols("v delta tau", positive=True)
    x, r = sympy.symbols("x r", positive=True)
    e = sympy.Symbol("e", real=True)
    pieces, cuts = slope_pieces(x, DELTA, TAU)
    left, inner, right = (piece(e, sympy.log) for piece in pieces)
    residual = DELTA + TAU * e
    for cut, edge in zip(cuts, (-1, 1), strict=True):  # of ψ, where |xR| = 1
        show(vanishes((x * residual).subs(e, cut) - edge))
    for u, values in ((1 / (1 + WIDTH), (inner, inner)), (1 + WIDTH, (right, left))):
        for sign, value in zip((1, -1), values, strict=True):
            at = sympy.solve(x * residual - sign * u, e)[0]
            show(vanishes(value.subs(e, at) - scalar(clipped_reciprocal(vector(sign * u)))))
    show(vanishes(left.subs(e, cuts[0]) - inner.subs(e, cuts[0])))
    show(vanishes(right.subs(e, cuts[1]) - inner.subs(e, cuts[1])))
    for piece, value in zip(pieces, (left, inner, right), strict=True):
        show(vanishes(sympy.diff(value, DELTA) - sympy.diff(value, e) / TAU))
        by_parts = sympy.diff(value * scalar(density(e)), e) / TAU
        weighted = stein_weighted(piece, TAU)(e, sympy.log)
        show(vanishes(sympy.diff(value, DELTA) - weighted - by_parts / scalar(density(e))))
    # with r = δ + τε the integrand on the half line is ψ(xr) k(r), as ψ is odd
    show(vanishes(inner.subs(e, (r - DELTA) / TAU) - x * r))
    show(vanishes(right.subs(e, (r - DELTA) / TAU) - 1 / (x * r)))


def prove_slopes_are_ordered() -> None:
    """Derive F_1 ∂F_2 < F_2 ∂F_1 for 0 < x_1 < x_2 and δ, τ > 0, F_j = E ψ(x_j R), R = δ + τε, ∂ = ∂/∂δ.

    F(x) = ∫_0^∞ ψ(xr) k(r) dr with k(r) = [φ((r − δ)/τ) − φ((r + δ)/τ)]/τ, ψ being odd. By the basic composition
    formula F_2 ∂F_1 − F_1 ∂F_2 = ∫∫_{r<s} |ψ(x_2 r) ψ(x_2 s); ψ(x_1 r) ψ(x_1 s)| |k(r) k(s); k'(r) k'(s)| dr ds with
    k' = ∂k/∂δ. The second determinant is positive for r < s, as k'/k increases in r. The first is never negative, as
    log ψ(e^v) is concave, and positive where x_2 r < 1 < x_1 s.
    """
    CUT, WIDTH, DELTA, TAU = sympy.symbols("c v delta tau", positive=True)
    _check_the_slopes()
    # the identity of the integrands: both sides are sums over pairs of nodes (here three), antisymmetric in f, g, k, l
    f, g, k, l = (symbols(name, 3) for name in "fgkl")  # ψ(x_2 ·), ψ(x_1 ·), k, k' at the nodes
    dot = lambda x, y: sum(a * b for a, b in zip(x, y, strict=True))  # noqa: E731
    det = lambda x, y, i, j: x[i] * y[j] - x[j] * y[i]  # noqa: E731
    pairs = sum(det(f, g, i, j) * det(k, l, i, j) for i in range(3) for j in range(i + 1, 3))
    show(vanishes(dot(f, k) * dot(g, l) - dot(g, k) * dot(f, l) - pairs))
    # the elasticity of ψ falls from 1 to −1: log ψ(e^v) is concave
    inner, outer = WIDTH / (1 + WIDTH), 1 + WIDTH
    for u, branch, elasticity in ((inner, CUT, 1), (outer, 1 / CUT, -1)):
        show(vanishes(scalar(clipped_reciprocal(vector(u))) - branch.subs(CUT, u)))
        show(vanishes(CUT * sympy.diff(sympy.log(branch), CUT) - elasticity))
    # ∂ log k/∂δ = (r/τ²) coth(rδ/τ²) − δ/τ², whose slope in r is (sinh 2p − 2p)/(2τ² sinh² p) with p = rδ/τ²
    r = sympy.Symbol("r", positive=True)
    p = r * DELTA / TAU**2
    kernel = scalar(density((r - DELTA) / TAU)) - scalar(density((r + DELTA) / TAU))
    folded = 2 * sympy.exp(-(r**2 + DELTA**2) / (2 * TAU**2)) * sympy.sinh(p) / sympy.sqrt(2 * sympy.pi)
    show(vanishes(kernel - folded))
    slope = sympy.diff(sympy.diff(sympy.log(folded), DELTA), r)
    wanted = (sympy.sinh(2 * p) - 2 * p) / (2 * TAU**2 * sympy.sinh(p) ** 2)
    show(vanishes(slope - wanted))
    excess = sympy.sinh(2 * CUT) - 2 * CUT
    show(excess.subs(CUT, 0) == 0)
    show(vanishes(sympy.diff(excess, CUT) - 4 * sympy.sinh(CUT) ** 2))
