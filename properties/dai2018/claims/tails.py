"""Gaussian tails and smoothed logarithms in the proof of Theorem 4: eqs. (58), (60) and (77)."""

from properties.dai2018.proofs.tails import prove_markov_bound, prove_odd_integral
from reference.arithmetic import absolute, exp, log, maximum, number, sqrt
from reference.dai2018.tails import cross_term, expected_log_excess, is_outside
from reference.gaussian import norm_tail
from reference.gaussian.integrals import euler_gamma
from verify import Dimension, Matrix, NonNegative, Positive, Scalar, Vector, claim, equal, iff, leq, less


@claim(
    "dai2018/eq-58.odd",
    r"\int_{\|\sqrt\alpha\epsilon\|_2>\rho}(\pi^{(i)})^\top\Psi^\top\Psi\epsilon\cdot p(\epsilon)d\epsilon=0",
    label="eq. (58)",
    expected="proved",
    proof=prove_odd_integral,
)
def test_cross_term_outside_a_ball_is_odd(
    pi: Vector["k"], Psi: Matrix["d k"], eps: Vector["k"], alpha: Positive, rho: NonNegative
):
    """Stated pointwise: ε and −ε lie in the region together, and the cross terms cancel. The density, which is even, is
    in the proof, of the integral itself.
    """
    outside, beyond = is_outside(eps, alpha, rho), less(rho**2, alpha * (eps**2).sum())
    iff(beyond, equal(outside, 1))
    iff(~beyond, equal(outside, 0))
    equal(is_outside(-eps, alpha, rho), outside)
    equal(cross_term(-eps, pi, Psi) + cross_term(eps, pi, Psi), 0)


@claim(
    "dai2018/eq-60",
    r"\int_{\|\sqrt\alpha\epsilon\|_2>\rho}p(\epsilon)d\epsilon=P(\|\sqrt\alpha\epsilon\|_2>\rho)\le\frac\alpha{\rho^2}",
    label="eq. (60)",
    kind="inequality",
    expected="refuted",
)
def test_norm_tail_is_at_most_chebyshev_without_the_dimension(kappa: Dimension["k"], alpha: Positive, rho: Positive):
    """False for κ ≥ 3: E‖√αε‖² = κα, and "the vector version of Chebyshev's inequality" has this numerator."""
    leq(norm_tail(kappa, rho**2 / alpha), alpha / rho**2)


@claim(
    "dai2018/eq-60.corrected",
    r"\rho>0\;\Rightarrow\;P(\|\sqrt\alpha\epsilon\|_2>\rho)\le\frac{\kappa\alpha}{\rho^2}",
    label="eq. (60)",
    kind="inequality",
    expected="proved",
    corrects="dai2018/eq-60",
    proof=prove_markov_bound,
)
def test_norm_tail_is_at_most_chebyshev(
    kappa: Dimension["k", {"k": (1, 6)}], alpha: Positive, rho: Positive, s: Positive
):
    """Markov's inequality for ‖√αε‖², whose mean is κα. Eq. (59) needs no more than a multiple of α.

    No smaller multiple of κα/ρ² would do for every κ: it is approached as κ → ∞ at ρ²/α just below κ. So κ³ is judged
    as well, for ρ²/α from κ³/2 to κ³.
    """
    many = kappa**3
    for dimension, t in ((kappa, rho**2 / alpha), (many, many * (1 + 2 * s) / (2 + 2 * s))):
        leq(norm_tail(dimension, t), dimension / t)


@claim(
    "dai2018/eq-60.sharpened",
    r"\rho^2\ge\kappa\alpha\;\Rightarrow\;P(\|\sqrt\alpha\epsilon\|_2>\rho)\le"
    r"\Big(\frac{e\rho^2}{\kappa\alpha}\Big)^{\kappa/2}e^{-\rho^2/(2\alpha)}",
    label="eq. (60)",
    kind="inequality",
    sharpens="dai2018/eq-60.corrected",
)
def test_norm_tail_is_exponentially_small(kappa: Dimension["k", {"k": (1, 6)}], extra: NonNegative):
    """Chernoff's bound, a function of t = ρ²/α = κ + extra. Its exponential rate is exact: the bound divided by
    3t e^{κ/2} is a lower bound. It is below that of eq-60.corrected from t = 7κ on, and above it for t near κ.
    """
    t = kappa + extra
    tail = norm_tail(kappa, t)
    leq(tail, exp((kappa * (1 + log(t / kappa)) - t) / 2))
    leq(exp((kappa * log(t / kappa) - t) / 2) / (3 * t), tail)


def smoothed_log(c, a, root):
    """Return E log ξ_α([c + aᵀε]²) for α = root²: aᵀε is Gaussian with the variance aᵀa."""
    return log(root**2) + expected_log_excess(c / root, sqrt((a * a).sum()) / root)


@claim(
    "dai2018/eq-77",
    r"\mathbb E_{p(\epsilon)}[\log\xi_\alpha([\mathcal O(\alpha)+a^\top\epsilon]^2)]=\log\xi_\alpha[a^\top a]+"
    r"\mathcal O(1)\ge\log\alpha+\mathcal O(1)",
    label="eq. (77)",
    kind="limit",
)
def test_smoothed_logarithm_is_within_constants_of_the_logarithm(
    a: Vector["k"], C: NonNegative, t: Scalar, root: Positive
):
    """The explicit form, for every α = root², every a (0 included) and every |c| ≤ Cα, ξ_α(c) = max(c, α):
    −(γ + log 2) ≤ E log ξ_α([c + aᵀε]²) − log ξ_α(aᵀa) ≤ 2 log(1 + C√α) + E log max(1, ε²), γ Euler's constant; and
    E log ξ_α ≥ log α.

    Neither constant can be smaller: −(γ + log 2) = E log ε² is approached as α/aᵀa → 0, stated at α/aᵀa = 2⁻²⁰, and
    the upper one is attained for c = 0 and aᵀa = α.
    """
    c = C * root**2 * t / (1 + absolute(t))
    value, one = smoothed_log(c, a, root), number(1, root)
    excess = value - log(maximum((a * a).sum(), root**2))
    lowest = -(euler_gamma(root) + log(number(2, root)))
    highest = expected_log_excess(0 * one, one)
    leq(lowest, excess)
    leq(excess, 2 * log(1 + C * root) + highest)
    leq(log(root**2), value)
    far = 2**10 * one  # the standard deviation, where √α = 1
    leq(expected_log_excess(0 * one, far) - log(far**2), lowest + 2 / far)
