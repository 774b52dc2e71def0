"""Proofs on the minima of dai2018's cost (11) for one sample and one latent dimension."""

from properties.dai2018.proofs.exactness import prove_minima_span_the_sample
from properties.results.proofs.second_moments import prove_second_moments
from reference.arithmetic.deferred import sympy
from reference.dai2018.one_sample import bend, clipped_square_means, limit_divergence
from reference.dai2018.tails import clipped_reciprocal
from reference.gaussian import density, upper_moments
from verify.proving import is_positive, scalar, show, symbols, vanishes, vector


def prove_limits_of_minima() -> None:
    """By theorem-4.exact.corrected of dai2018, as α → 0 every τ_j = |w_j|σ/√α stays bounded, δ_j = (x_j − w_jμ)/√α and
    σ tend to 0, and w_j = 0 where x_j = 0; with x, μ > 0, w_j > 0 elsewhere. Five steps.

    1. Along a subsequence σ/(μ√α) has a limit s' and τ_j → s'x_j. By results/second-moments μ² + σ² ≥ 1, with equality
    unless σ² = α: so s' ≤ 1 where σ² = α, and where σ² > α, μ → 1 and s' ≥ 1. In both cases the cost less (d − 1) log α
    tends to P(s') of ``limit_profile``. Any P(t) is attained in the limit by w = min(1, t)x, μ = 1/min(1, t), σ² =
    α max(1, t²): so s' minimises P.
    2. dP/d log s = 2Σ_j E min(1, s²x_j²ε²) − 2/min(1, s²), as the cost of a residual u has the slope 2ψ(u), and
    uψ(u) = min(1, u²). The first term increases from 0 to 2‖x‖₀ > 2, the other from −∞ to −2: there is one zero s, the
    only minimum, and s' = s. That gives the limits of σ²/α, of w, and of μ; for s < 1, μ² + σ² > 1, and σ² = α exactly.
    3. The slope by w_j vanishes: A = q∂A/∂δ at δ = δ_j, for A = E ψ(δ + τε) and q = στ_j/μ. A is analytic in δ and odd,
    and τ_j stays in a compact set of (0, ∞): A = a_1δ + a_3δ³/6 + O(δ⁵), and δ = q + a_3q³/(3a_1) + O(q⁵).
    4. Its coefficient is β(τ)/τ². So √αδ_j = w_j(σ²/μ)(1 + yβ(τ_j) + O(α²)) for y = σ²/μ², which is αs²(1 + o(1)).
    5. x_j = w_jμ + √αδ_j gives w_j, and the ratio of w_j/x_j and w_k/x_k is 1 + y²(β(τ_k) − β(τ_j)) + O(y³).
    """
    prove_minima_span_the_sample()
    prove_second_moments()
    _show_slopes()
    _show_closed_forms()
    _show_expansion()


def prove_bend_decreases() -> None:
    """3(β + 1) is the mean of ε² under the weight h_τ(ε)φ(ε), h_τ = min(1, τ²ε²).

    For τ' > τ the ratio h_τ'/h_τ is τ'²/τ² for |ε| < 1/τ', 1/(τ²ε²) for 1/τ' < |ε| < 1/τ, and 1 beyond: continuous, it
    never increases in |ε|, and falls in between. So ε² and the ratio g are ordered oppositely, and by Chebyshev's
    E[fg]E[1] − E[f]E[g] = ½∫∫(f − f')(g − g'), for f = ε², the mean of ε² under h_τ' is less: β decreases strictly. As
    τ → 0 the weight is that of ε² φ and the mean Eε⁴ = 3, and as τ → ∞ it is that of φ, and the mean 1.
    """
    E = sympy.Symbol("e", real=True)
    e, tau, more = sympy.symbols("e tau m", positive=True)
    ratios = (1 + more) ** 2, 1 / (tau * e) ** 2, sympy.Integer(1)
    cuts = 1 / (tau * (1 + more)), 1 / tau
    for cut, below, above in zip(cuts, ratios[:-1], ratios[1:], strict=True):
        show(vanishes((below - above).subs(e, cut)))
    show(is_positive(-sympy.diff(ratios[1], e)))
    f, g, h = (symbols(name, 3) for name in "fgh")  # at three nodes, for integrals; the weights are h
    pairs = sum(h[i] * h[k] * (f[i] - f[k]) * (g[i] - g[k]) for i in range(3) for k in range(i))
    show(vanishes((f * g * h).sum() * h.sum() - (f * h).sum() * (g * h).sum() - pairs))
    for power, moment in ((4, 3), (2, 1)):
        law = E**power * scalar(density(E))
        show(sympy.integrate(law, (E, -sympy.oo, sympy.oo)) == moment)


def _show_slopes() -> None:
    """Steps 1 and 2, with u on both sides of 1, and s on both sides of 1."""
    GAP = sympy.Symbol("g", positive=True)
    u = sympy.Symbol("u", positive=True)
    for at, cost, least in ((1 / (1 + GAP), u**2, u**2), (1 + GAP, 1 + sympy.log(u**2), sympy.Integer(1))):
        slope = sympy.diff(cost, u).subs(u, at)
        psi = scalar(clipped_reciprocal(vector(at)))
        show(vanishes(slope - 2 * psi))
        show(vanishes(at * psi - sympy.sympify(least).subs(u, at)))
    s = sympy.Symbol("s", positive=True)
    for at, value, slope in (
        (1 / (1 + GAP), 1 / s**2, -2 / s**2),
        (1 + GAP, 1 - sympy.log(s**2), sympy.Integer(-2)),
    ):
        show(vanishes(scalar(limit_divergence(vector(at))) - value.subs(s, at)))
        show(vanishes(s * sympy.diff(value, s) - slope))


def _show_closed_forms() -> None:
    """E min(1, τ²ε²) and E ε² min(1, τ²ε²) have the slopes 2τE[ε²; |ε| < 1/τ] > 0 and 2τE[ε⁴; |ε| < 1/τ], and vanish
    at τ = 0, where the mean over |ε| < 1/τ does and the tail too. So E[ε^{2k}; ε > c] is checked: its slope in c, and 0
    at ∞.
    """
    TAU = sympy.Symbol("tau", positive=True)
    cut = sympy.Symbol("c", positive=True)
    tail, edge, square = (scalar(moment) for moment in upper_moments(vector(cut)))
    fourth = 3 * square + cut**3 * edge
    for power, moment in ((0, tail), (2, square), (4, fourth)):
        show(vanishes(sympy.diff(moment, cut) + cut**power * scalar(density(cut))))
        show(sympy.limit(moment, cut, sympy.oo) == 0)
    for power, moment, value in zip((1, 3), (square, fourth), clipped_square_means(vector(TAU)), strict=True):
        show(vanishes(sympy.diff(scalar(value), TAU) - 2 * TAU * (power - 2 * moment.subs(cut, 1 / TAU))))
        show(sympy.limit(scalar(value), TAU, 0, "+") == 0)


def _show_expansion() -> None:
    """Steps 3 to 5. ∂^k/∂δ^k of the density of δ + τε at δ = 0 gives a_1 = E[εψ]/τ and a_3 = E[(ε³ − 3ε)ψ]/τ³."""
    TAU = sympy.Symbol("tau", positive=True)
    E, Q = sympy.symbols("e q", real=True)
    delta, first, third = sympy.symbols("delta a_1 a_3", real=True)
    law = scalar(density((TAU * E - delta) / TAU))
    for order, hermite in ((1, E), (3, E**3 - 3 * E)):
        weight = sympy.diff(law, delta, order).subs(delta, 0) / scalar(density(E))
        show(vanishes(weight - hermite / TAU**order))
    residual = Q + third * Q**3 / (3 * first)
    mean = first * delta + third * delta**3 / 6
    rest = sympy.expand((mean - Q * sympy.diff(mean, delta)).subs(delta, residual))
    show(all(vanishes(rest.coeff(Q, power)) for power in range(5)))
    # εψ(τε) = min(1, τ²ε²)/τ, so that a_1 = E min/τ² and a_3 = (E ε² min − 3E min)/τ⁴
    clipped, weighted = (scalar(value) for value in clipped_square_means(vector(TAU)))
    a_1, a_3 = clipped / TAU**2, (weighted - 3 * clipped) / TAU**4
    show(vanishes(a_3 / (3 * a_1) - scalar(bend(vector(TAU))) / TAU**2))
    # x_j = w_jμ(1 + y + y²β_j)
    y = sympy.Symbol("y", positive=True)
    b_j, b_k = sympy.symbols("b_j b_k", real=True)
    ratio = (1 + y + y**2 * b_k) / (1 + y + y**2 * b_j)
    show(vanishes(sympy.limit((ratio - 1) / y**2, y, 0) - (b_k - b_j)))
    w, mu, sigma, root = sympy.symbols("w mu sigma r", positive=True)
    q, tau = sigma * (w * sigma / root) / mu, w * sigma / root
    x = w * mu + root * (q + q**3 * b_j / tau**2)
    show(vanishes(x - (w * mu * (1 + y + y**2 * b_j)).subs(y, sigma**2 / mu**2)))
    show(is_positive(y))
