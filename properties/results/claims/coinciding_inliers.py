"""Eq. (66) of dai2018 where inliers coincide: a spare latent tells them apart, at the price of log log 1/α."""

from properties.results.proofs.coinciding_inliers import prove_separation_costs, prove_spare_latent_separates
from reference.arithmetic import exp, log, number, sqrt, squared_norm
from reference.dai2018.candidate import separated_cost
from reference.dai2018.one_sample import two_variances_cost
from reference.dai2018.robust import count_nonzero
from verify import Index, Matrix, NonNegative, Positive, Scalar, claim, leq


def separated_bound(U, V, S, tau, level):
    """Return what the cost is at most for κ = τ + 1 and log 1/α = ``level``."""
    d, n = S.shape
    order = n * (d - tau) - count_nonzero(S)
    constant = 2 * squared_norm(S) + 2 * n * squared_norm(U) + squared_norm(V) + n**3 + n * (d + tau + 4)
    return -order * level + n * log(level) + constant


@claim(
    "results/coinciding-inliers",
    r"X=UV+S,\ U\in\mathbb R^{d\times\tau},\ \tau<\kappa,\ \alpha\le\tfrac1{32}:\quad"
    r"\min\mathcal L\le\sum_i(d-\tau-\|s^{(i)}\|_0)\log\alpha+n\log\log\tfrac1\alpha+C,\quad "
    r"C=2\|S\|_F^2+2n\|U\|_F^2+\|V\|_F^2+n^3+n(d+\kappa+3)",
    label="eq. (66) of dai2018",
    kind="limit",
    expected="proved",
    proof=prove_spare_latent_separates,
    sharpens="dai2018/eq-66.corrected",
    rests_on="dai2018/eq-96.sharpened",
)
def test_a_spare_latent_tells_inliers_apart(
    U: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    V: Matrix["k n", {"n": (1, 3)}],
    S: Matrix["d n"],
    none: Index["2"],
    far: Index["3"],
    more: NonNegative,
):
    """For κ = τ + 1, of the candidate whose last latent has the codes 0, …, n − 1 and the variance 1/(8 log 1/α) ≥ α:
    more latents cost 1 each, with Σ_z = 1. Nothing is assumed of the decomposition, and inliers may coincide. τ = 0
    too. A third of the log 1/α − log 32 are as drawn, the others 2¹⁰ and 2²⁰ times as large.
    """
    n, tau = S.shape[1], 0 if none else U.shape[1]
    U, V = (0 * U, 0 * V) if none else (U, V)
    level = log(number(32, more)) + more * 2 ** (10 * int(far))
    alpha, variance = exp(-level), 1 / (8 * level)
    leq(alpha, variance)
    cost = separated_cost(U, V, S, alpha, sqrt(variance))
    cost = cost - n * (U.shape[1] - tau) * (alpha + level)  # of latents that a decoder of rank 0 need not have
    leq(cost, separated_bound(U, V, S, tau, level))


@claim(
    "results/coinciding-inliers.needed",
    r"X=[0\ \ 1],\ \kappa=1,\ \alpha\le e^{-28},\ \ell=\log\tfrac1\alpha:\quad"
    r"\log\alpha+\log\ell-6\ \le\ \inf_{W,\mu_z,\Sigma_z,\Sigma_x(\cdot)\succeq\alpha}\mathcal L\ \le\ "
    r"\log\alpha+\log\ell+\log\log\ell+7",
    label="eq. (66) of dai2018",
    kind="limit",
    expected="proved",
    proof=prove_separation_costs,
)
def test_coinciding_inliers_cost_log_log(
    w: Scalar,
    a: Scalar,
    b: Scalar,
    sigma: Positive,
    rho: Positive,
    cut: Scalar,
    below: NonNegative,
    above: NonNegative,
    t: Positive,
):
    """So (66), whose Σ_i (d − ‖s^{(i)}‖₀) is 1 here, is off by log log 1/α, with the coefficient 1 and nothing less:
    (10) has the one solution L = 0, and both inliers are 0.

    Judged for log 1/α from 28 to 280. From below, of drawn W, codes and variances, and of the candidate of the upper
    bound: w = 0, codes −1/2 and 1/2, variances 1/(8 log ℓ) and 1/(8ℓ), Σ_x = α for z < 0 and 1 for z > 0.
    """
    level = 28 + 252 * t / (1 + t)
    alpha, least = exp(-level), -level + log(level) - 6
    one, half = number(1, level), number(1, level) / 2

    def cost(w, means, deviations, cut, variances):
        pairs = zip((0 * one, one), means, deviations, strict=True)
        return sum((two_variances_cost(x, w, mu, s, cut, *variances) for x, mu, s in pairs), 0 * one)

    leq(least, cost(w, (a, b), (sigma, rho), cut, (alpha + below, alpha + above)))
    deviations = 1 / sqrt(8 * log(level)), 1 / sqrt(8 * level)
    best = cost(0 * one, (-half, half), deviations, 0 * one, (alpha, one))
    leq(least, best)
    leq(best, -level + log(level) + log(log(level)) + 7)
