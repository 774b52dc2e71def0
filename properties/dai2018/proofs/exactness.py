"""What the minima of dai2018's cost (11) are near, for one sample and one latent dimension."""

from properties.dai2018.proofs.logarithms import prove_expected_logarithm
from reference.arithmetic.deferred import sympy
from reference.dai2018.affine import divergence
from reference.dai2018.tails import clipped_reciprocal
from verify.proving import excess, is_nonnegative, once, prove_least_excess, scalar, show, vanishes, vector


@once
def prove_minima_span_the_sample() -> None:
    """The steps (a) to (e) of theorem-4.exact.corrected are its proof; here is what these leave open.

    E log u² has the constants of ``prove_expected_logarithm``.
    (b) max(m_k², (w_kμ)²) ≥ x_k²/4, as m_k + w_kμ = x_k. So m_j → 0 and w_jμ → x_j for every x_j > 0, by a pair.
    (c) The largest e^{−μ²}μ² is 1/e, so that σ²/(αμ²) ≤ K/e; and with σ² ≥ α, e^{μ²}/μ⁴ ≤ K bounds μ. So τ_j² =
    (w_jμ)² σ²/(αμ²) is bounded, and at least w_j² = (w_jμ)²/μ², which is bounded from below.
    (d) c(1, τ) − c(0, τ) = ∫_0^1 2A(δ, τ) dδ is positive and continuous in τ: on the bounded τ_j it has a positive
    lower bound, which is all that is used; that it is at least 7/(8(1 + τ²)) is judged, not proved.
    (e) |A| ≤ (σ/μ) E|ε| → 0 at minima, |δ| ≤ 1 by (d), and A > 0 is bounded from below for δ away from 0: so δ → 0.
    Then q = στ/μ = O(√α), and A/A_δ = δ + O(δ³), uniform in the compact set of τ_j. A coordinate with x_j = 0 costs at
    least log α, and no more only at w_j = 0.

    Shown are the algebra of (a) to (c), c_δ = 2A by the pieces of c, uc'(u) ≤ 2, by which c(0, τ) grows in log τ, and
    what the slope by w_j and x_j are.
    """
    GAP = sympy.Symbol("g", positive=True)
    SIGMA, MU, W, ROOT = sympy.symbols("sigma mu w r", positive=True)
    prove_expected_logarithm()
    prove_least_excess()
    x, y, m, n = sympy.symbols("x y m n", positive=True)
    latent = divergence(vector(MU), vector([SIGMA**2]))
    show(vanishes(latent - (2 + MU**2 + excess(SIGMA**2) - 1)))
    show(vanishes(latent + sympy.log(SIGMA**2) - (SIGMA**2 + MU**2)))
    # (a): two coordinates at w = x, μ = 1, σ = √α, where u = −xε
    cost = 2 * sympy.log(ROOT**2) + x**2 + y**2 + latent.subs(MU, 1).subs(SIGMA, ROOT)
    show(vanishes(cost - (sympy.log(ROOT**2) + x**2 + y**2 + ROOT**2 + 1)))
    # (b): log m_j² − ½ and log m_k² − ½ or log (w_kσ)² − C, each with 1
    C = sympy.EulerGamma + sympy.log(2)
    half = sympy.Rational(1, 2)
    mean, spread = sympy.log(m**2) + half, sympy.log((W * SIGMA) ** 2) + 1 - C
    moved = mean + spread + latent
    least = sympy.log(m**2) + sympy.log((W * MU) ** 2) + 5 * half - C
    show(vanishes(moved - least - excess(MU**2) - SIGMA**2))
    stays = mean + mean.subs(m, n) + latent
    show(vanishes(stays - (sympy.log(m**2) + sympy.log(n**2) + 2 + MU**2 + excess(SIGMA**2))))
    show(5 * half - C < 2)
    show(vanishes(m**2 + n**2 - (m + n) ** 2 / 2 - (m - n) ** 2 / 2))  # max ≥ (m² + n²)/2 ≥ (m + n)²/4
    # (c): both of the second kind
    wide = spread + spread.subs(W, x) + latent
    show(vanishes(wide - (sympy.log((W * x) ** 2) + sympy.log(SIGMA**2) + SIGMA**2 + MU**2 + 2 - 2 * C)))
    show(vanishes(sympy.log(MU**2 * sympy.exp(-(MU**2))) + 1 + excess(MU**2)))
    # (d): the pieces of c on both sides of 1
    for at, piece in ((1 / (1 + GAP), x**2), (1 + GAP, 1 + sympy.log(x**2))):
        slope = sympy.diff(piece, x).subs(x, at)
        show(vanishes(slope - 2 * scalar(clipped_reciprocal(vector(at)))))
        show(is_nonnegative(2 - at * slope))
    # (e): δ and τ by w; Stein's E εψ(δ + τε) = τA_δ
    delta, tau, q = (x - W * MU) / ROOT, W * SIGMA / ROOT, sympy.Symbol("q", positive=True)
    A, rise = sympy.symbols("A rise", real=True)
    slope = 2 * A * sympy.diff(delta, W) + 2 * tau * rise * sympy.diff(tau, W)
    show(vanishes(slope - 2 / ROOT * (-MU * A + SIGMA * tau * rise)))
    show(vanishes(slope.subs(A, SIGMA * tau * rise / MU)))
    residual = ROOT * q
    show(vanishes(residual.subs(q, SIGMA * tau / MU) - W * SIGMA**2 / MU))
