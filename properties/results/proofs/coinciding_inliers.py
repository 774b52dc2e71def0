"""Proofs on (66) of dai2018 where inliers coincide: what a spare latent does, and what that costs."""

from properties.dai2018.proofs.logarithms import prove_expected_logarithm
from properties.dai2018.proofs.tails import prove_misquantisation_bounds
from reference.arithmetic.deferred import sympy
from reference.gaussian import kl_divergence
from verify.proving import excess, prove_least_excess, scalar, show, vanishes, vector


def prove_spare_latent_separates() -> None:
    """Bound the cost of a candidate with the codes 0, …, n − 1 in a latent of variance 1/(8ℓ), ℓ = log 1/α ≥ log 32.

    The variance is at least α, as (11) demands: 8ℓe^{−ℓ} falls for ℓ > 1, and is 0.87 at log 32.

    A sample is taken for another with probability p ≤ 2P(ε > ½√(8ℓ)) ≤ e^{−ℓ} = α, by eq-96.sharpened. With 1/Λ ≤ 1/α,
    its fit is at most ‖s‖² + ‖U‖² and p/α ≤ 1 times as much again. Its log-determinant is at most (1 − p)(d − ‖s‖₀)
    log α ≤ (d − ‖s‖₀) log α + dαℓ, as log Λ ≤ 0, and ℓe^{−ℓ} ≤ 1/e. The latents cost τα − τ log α ≤ τ − τ log α,
    1/(8ℓ) + log 8ℓ ≤ log ℓ + 1/8 + log 8 < log ℓ + 3, and ‖v‖² + i², whose sum is at most ‖V‖² + n³. Together that is
    the bound for κ = τ + 1, with C of n(d + τ + 4) = n(d + κ + 3); each further latent adds 1 for each sample to both.
    """
    LEVEL = sympy.Symbol("l", positive=True)
    prove_misquantisation_bounds()
    prove_least_excess()
    ratio, least = 8 * LEVEL * sympy.exp(-LEVEL), sympy.log(32)  # of α to the variance
    show(vanishes(sympy.diff(ratio, LEVEL) - 8 * sympy.exp(-LEVEL) * (1 - LEVEL)))
    show(least > 1)
    show(ratio.subs(LEVEL, least) < 1)
    border = sympy.sqrt(8 * LEVEL) / 2
    show(vanishes(border**2 / 2 - LEVEL))
    # ℓ − log ℓ − 1 ≥ 0: ℓe^{−ℓ} ≤ 1/e
    show(vanishes(sympy.log(LEVEL * sympy.exp(-LEVEL)) + 1 + excess(LEVEL)))
    show(sympy.Rational(1, 8) + sympy.log(8) < 3)


def prove_separation_costs() -> None:
    """X = [0 1], with q_1 = N(a, S), q_2 = N(b, T), ℓ = log 1/α ≥ 28, y = wz.

    Above, by the candidate: the one sample is taken for the other with a probability of at most ½e^{−log ℓ}, at a cost
    of at most ℓ, and the other with ½e^{−ℓ}, at 1/α.

    From below. S − log S ≥ 1 and log γ + r²/γ ≥ log α for every sample. If w² ≥ e^{−ℓ/4}: log γ + r²/γ ≥ log r², and
    E log r² ≥ log w²S − C with C = γ + log 2 (``prove_expected_logarithm``), so that 𝓛 ≥ 2 log w² − 2C ≥ −ℓ/2 − 2C.
    Let w² be less. If wb > 1/2, b² > e^{ℓ/4}/4 and 𝓛 ≥ −2ℓ + 2 + b². Let wb ≤ 1/2.

    At z the best γ costs (q_1 + q_2) log max(α, m) or more, m = py² + (1 − p)(1 − y)² and p = q_1/(q_1 + q_2), which is
    at least (1 − p)/16 where y ≤ 3/4. q_1(y > 3/4) ≤ (16/9) w²(S + a²), and q_2(y > 3/4) ≤ 16w²T, by Chebyshev: log α
    there costs at most (S + a² + T)/2, as 16ℓe^{−ℓ/4} ≤ 1/2. Elsewhere, by Jensen, ∫q_2 log(1 − p) ≥ −log 2, and
    ∫q_1 log(1 − p) ≥ −K − log 2 with K = KL(q_1‖q_2), and max(α, ·) makes it at least log α. So, with log 16 twice,

        𝓛 ≥ −min(ℓ, K + log 32) − log 32 + D,  D = (S + a²)/2 − log S + T/2 + b² − log T.

    S/2 − log S ≥ 1 − log 2, and so for T. If K + log 32 ≤ ℓ/2, 𝓛 ≥ −ℓ/2 − log 32. Let it be more: then S + (a − b)² ≥
    T(ℓ − 2 log 32 + 1 + log S/T). If log S/T < −ℓ/4, D ≥ ℓ/4 + T/2 − 2 log T ≥ ℓ/4 + 2 − 2 log 4. Else S + (a − b)² ≥
    Tℓ/2. With R = S + a² + b², S + (a − b)² ≤ 2R and S ≤ R, so that −log T ≥ log ℓ − log 4R, −log S ≥ −log R, and
    D ≥ log ℓ − log 4 + R/2 − 2 log R ≥ log ℓ − log 4 + 2 − 2 log 4. In this case 𝓛 ≥ −ℓ + log ℓ + 2 − 11 log 2 ≥ −ℓ +
    log ℓ − 6; in the others ℓ ≥ 28 is more than enough. Shown are the algebra, and the numbers at ℓ = 28, from where on
    the differences increase.
    """
    LEVEL, S, T = sympy.symbols("l S T", positive=True)
    prove_misquantisation_bounds()
    prove_least_excess()
    prove_expected_logarithm()
    a, b = sympy.symbols("a b", real=True)
    divergence = scalar(kl_divergence(vector(a - b), vector(S), T))
    show(vanishes(2 * divergence - ((S + (a - b) ** 2) / T - 1 - sympy.log(S / T))))
    show(vanishes(S / 2 - sympy.log(S) - (1 - sympy.log(2)) - excess(S / 2)))
    show(vanishes(T / 2 - 2 * sympy.log(T) - (2 - 2 * sympy.log(4)) - 2 * excess(T / 4)))
    show(vanishes(2 * (S + a**2 + b**2) - (S + (a - b) ** 2) - (S + (a + b) ** 2)))
    show(2 - 11 * sympy.log(2) > -6)
    wanted = -LEVEL + sympy.log(LEVEL) - 6
    constant = sympy.EulerGamma + sympy.log(2)
    cases = (
        -LEVEL / 2 - 2 * constant,
        -2 * LEVEL + 2 + sympy.exp(LEVEL / 4) / 4,
        -LEVEL / 2 - sympy.log(32),
        -LEVEL - sympy.log(32) + LEVEL / 4 + 2 - 2 * sympy.log(4),
    )
    start = sympy.Integer(28)
    for case in cases:
        show((case - wanted).subs(LEVEL, start) > 0)
        show(sympy.diff(case - wanted, LEVEL).subs(LEVEL, start) > 0)
    # slopes stay positive: they are constants − 1/ℓ, or have e^{ℓ/4}/16 besides
    for case in cases:
        second = sympy.diff(case - wanted, LEVEL, 2)
        show(vanishes(second - LEVEL**-2) or vanishes(second - LEVEL**-2 - sympy.exp(LEVEL / 4) / 64))
    # 16ℓe^{−ℓ/4} falls for ℓ > 4; 3ℓ/4 − 2 log 32 + 1 ≥ ℓ/2
    loss = 16 * LEVEL * sympy.exp(-LEVEL / 4)
    show(loss.subs(LEVEL, start) < sympy.Rational(1, 2))
    show(vanishes(sympy.diff(loss, LEVEL) - 16 * sympy.exp(-LEVEL / 4) * (1 - LEVEL / 4)))
    show(start / 4 - 2 * sympy.log(32) + 1 > 0)
    # above: ½ + 1 + ½ of the fit and the logarithms, ½ of the codes, log 64, and variances of at most 1/8 each
    show(sympy.Rational(5, 2) + sympy.log(64) + sympy.Rational(1, 4) < 7)
