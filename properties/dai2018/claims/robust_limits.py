"""The costs of robust PCA as α → 0: the candidate of App. E.1, the optimal variances (69), and Corollary 5."""

from functools import reduce
from itertools import combinations
from operator import or_

import numpy as np

from properties.dai2018.proofs.robust_pca import prove_floored_variance_is_optimal, prove_variance_costs_reduce
from reference.arithmetic import concatenate, log, maximum, nonzero, number, squared_norm
from reference.dai2018.candidate import candidate_cost, candidate_cost_bounds
from reference.dai2018.robust import (
    autoencoder_cost,
    count_nonzero,
    floored,
    log_coefficient,
    penalised_autoencoder_cost,
    reduced_autoencoder_cost,
    robust_pca,
    variance_cost,
)
from verify import (
    Index,
    Matrix,
    NonNegative,
    Positive,
    PositiveVector,
    Scalar,
    Vector,
    assume,
    claim,
    corner,
    equal,
    leq,
    less,
)

# --- the candidate solution -----------------------------------------------------------------------------------------


def pole_and_logarithm(cost, alpha):
    """Return A and N log 2 of a cost of the form A/α + N log α + D + Eα, from its values at α, α/2, α/4 and α/8."""
    values = [cost(alpha / 2**k) for k in range(4)]
    pole = alpha * (-values[0] + 4 * values[1] - 5 * values[2] + 2 * values[3]) / 3
    return pole, -2 * values[0] + 7 * values[1] - 7 * values[2] + 2 * values[3]


@claim(
    "dai2018/eq-66",
    r"X=UV+S\text{ uniquely optimises (10)}\;\Rightarrow\;"
    r"\mathcal L(\theta,\phi)=\sum_i(d-\kappa-\|s^{(i)}\|_0)\log\alpha+O(1)\text{ at the candidate of App. E.1}",
    label="eqs. (61)-(66)",
    kind="limit",
    expected="refuted",
    corner="inliers coincide",
    rests_on=("dai2018/eq-58.odd", "dai2018/eq-60", "dai2018/eq-62", "dai2018/eq-63"),
)
def test_candidate_cost_has_the_order_of_the_solution(
    u: Vector["d", {"d": (1, 3)}],
    gaps: PositiveVector["n", {"n": (2, 3)}],
    together: Index["2"],
    row: Index["d"],
    column: Index["n"],
    outlier: Scalar,
    t: Positive,
):
    """False where inlier columns coincide and their outliers differ: (1, 0, 1), (1, 0, 1) and (1, 1, 1) in ℝ³.

    Equal columns of L = Ψπ have equal π^{(i)}, so that the decoder has one and the same Λ^{(h)} for them; ρ of (54) is
    0, and (60) divides by it. Here L = uπᵀ, with u = Ψ and π all 1, or distinct; S has one entry. Where π are all 1,
    and with the support of any one sample for Λ, the cost at the candidate is exactly A/α + N log α + D + Eα. Stated is
    what (66) then says for at least one of these supports: A = 0, and N is Σ_i (d − 1 − ‖s^{(i)}‖₀). A and N are read
    off the cost. A = 0 takes a support that contains those of all samples, and the N of (66) then equal ones. Where π
    are distinct, stated are the bounds of ``eq-66.corrected``.

    A mean of such supports, if h is another at other z, averages A and N. π^{(i)} that differ by the O(α) that (47)
    leaves do not help: z deviates from them by √α. (52) demands the right support too.
    """
    d, n, alpha = len(u), len(gaps), (t / (1 + t)) ** 2
    codes = 1 + (0 * gaps if together else np.cumsum(gaps))
    S = outlier * ((np.arange(d) == row)[:, None] * (np.arange(n) == column))
    best, supports = robust_pca(u[:, None] * codes + S, n), nonzero(S)
    corner(equal(int(together), 1))
    assume(equal(0 if best.low_rank is None else best.ranks[0], 1) & equal(best.supports[0], supports))
    Psi, order = u[:, None], log_coefficient(u[:, None], S)
    if not together:
        lowest, highest = candidate_order(Psi, codes[None, :], S, alpha)
        cost = candidate_cost(Psi, codes[None, :], supports, S, alpha)
        leq(lowest, cost)
        leq(cost, highest)
        return
    agreements = []
    for i in range(n):
        support = supports[:, i : i + 1]
        pole, logarithm = pole_and_logarithm(
            lambda level, support=support: candidate_cost(Psi, codes[None, :1], support, S.mT[:, :, None], level).sum(),
            alpha,
        )
        agreements.append(equal(pole, 0) & equal(logarithm, order * log(number(2, u))))
    reduce(or_, agreements)


def candidate_order(Psi, codes, S, alpha):
    """Return what (66) says for distinct codes and α < 1, with constants for its O(1): bounds from below and above."""
    (d, kappa), m = Psi.shape, codes.shape[-1]
    order = (m * (d - kappa) - count_nonzero(S)) * log(alpha)
    reach, means = kappa / half_least_distance_squared(codes), squared_norm(codes)
    slack = m * d * reach / 2
    fit = squared_norm(S) * (1 + reach) + 2 * m * squared_norm(Psi) + m * kappa
    return order + means - slack, order + means + slack + fit


def half_least_distance_squared(codes):
    """Return ρ² of (54), the least of ‖π^{(i)} − π^{(k)}‖²/4 for i ≠ k, and 1 for a single code."""
    pairs = combinations(range(codes.shape[-1]), 2)
    squares = [((codes[:, i] - codes[:, k]) ** 2).sum() / 4 for i, k in pairs]
    return -reduce(maximum, [-square for square in squares]) if squares else 1 + 0 * codes.sum()


@claim(
    "dai2018/eq-66.corrected",
    r"\pi^{(i)}\ne\pi^{(k)}\text{ wherever }\operatorname{supp}[s^{(i)}]\ne\operatorname{supp}[s^{(k)}]"
    r"\;\Rightarrow\;\mathcal L(\theta,\phi)=\sum_i(d-\kappa-\|s^{(i)}\|_0)\log\alpha+O(1)"
    r"\text{ at the candidate of App. E.1}",
    label="eqs. (61)-(66)",
    kind="limit",
    corrects="dai2018/eq-66",
    rests_on=("dai2018/eq-58.odd", "dai2018/eq-60.corrected", "dai2018/eq-62.corrected", "dai2018/eq-63.corrected"),
)
def test_candidate_cost_of_separated_inliers(
    Psi: Matrix["d k", {"d": (1, 3), "k": (1, 3)}],
    codes: Matrix["k m", {"m": (1, 3)}],
    gaps: PositiveVector["m"],
    S: Matrix["d m"],
    factors: PositiveVector["m"],
    t: Positive,
):
    """Bounds from both sides for all α = t²/(1 + t)² < 1, by constants of the instance, so that O(1) holds.

    X has two samples at each of m different codes π, with outliers s and factor · s of one support, on which nothing
    else depends: neither uniqueness nor optimality of the decomposition, nor the rank of Ψ. ρ is half the least
    distance of two codes. With p = P(‖√α ε‖ > ρ) ≤ κα/ρ², the quadratic term is at least 0 and at most ‖s‖² + ‖Ψ‖²
    where the support is right (62), and ‖s‖² p/α + ‖Ψ‖² elsewhere (59); the log-determinant is (d − ‖s‖₀) log α up to
    p·d·|log α|, and α|log α| ≤ 1/e < 1/2. Codes on a line of ℝ^κ have cells whose integrals are closed forms; for any
    others the cost is known up to what lies beyond ρ.
    """
    distinct = concatenate([np.cumsum(gaps)[None], codes[1:]], axis=0)
    aligned = concatenate([distinct[:1], codes[1:, :1] + 0 * codes[1:]], axis=0)
    alpha = (t / (1 + t)) ** 2
    for residuals in (S, factors * S):
        for place in (distinct, aligned):
            square, supports = half_least_distance_squared(place), nonzero(residuals)
            lowest, highest = candidate_order(Psi, place, residuals, alpha)
            low, high = candidate_cost_bounds(Psi, place, supports, residuals, alpha, square)
            leq(lowest, low)
            leq(high, highest)
        exact = candidate_cost(Psi, aligned, supports, residuals, alpha)
        leq(low, exact)
        leq(exact, high)


# --- the variances --------------------------------------------------------------------------------------------------


@claim(
    "dai2018/eq-69",
    r"\gamma^*=\xi_\alpha(c)=[c-\alpha]_++\alpha\text{ is the only minimum of }\tfrac c\gamma+\log\gamma\text{ over }"
    r"\gamma\ge\alpha,\text{ of value }\log\xi_\alpha(c)+O(1)",
    label="eqs. (68)-(70)",
    kind="optimality",
    expected="proved",
    proof=prove_floored_variance_is_optimal,
)
def test_floored_square_is_the_optimal_variance(c: NonNegative, alpha: Positive, t: NonNegative, u: Positive):
    """Over γ ≥ α, as §3 defines the sets: over γ > α, as (68) is printed, the infimum is the same, but not attained
    for c ≤ α. The O(1) of (70) is c/γ* ∈ [0, 1]. Competitors: any γ, one between α and γ*, and those close to γ*.
    """
    best = floored(c, alpha)
    value = variance_cost(c, best)
    for gamma in (alpha + t, alpha + (best - alpha) * u / (1 + u), best * (1 + t / 2**10), best + t):
        equal(gamma, best) | less(value, variance_cost(c, gamma))
    leq(log(best), value)
    leq(value, log(best) + 1)


@claim(
    "dai2018/corollary-5",
    r"\Sigma_x^{(i)}\text{ free:}\ \min_{\text{diagonal }\Sigma_x\succeq\alpha I}"
    r"\sum_i(r^{(i)})^\top(\Sigma_x^{(i)})^{-1}r^{(i)}+\log|\Sigma_x^{(i)}|="
    r"\sum_{ij}\log\xi_\alpha\big((r^{(i)}_j)^2\big)+O(1),\quad "
    r"nd-\frac1{\log\alpha}\sum_{ij}\log\xi_\alpha\big((r^{(i)}_j)^2\big)\to\sum_i\|r^{(i)}\|_0,\quad "
    r"r^{(i)}=x^{(i)}-W\mu_z^{(i)}",
    label="Corollary 5, eqs. (86), (87)",
    kind="limit",
    expected="proved",
    proof=prove_variance_costs_reduce,
    rests_on="dai2018/eq-69",
)
def test_autoencoder_cost_counts_the_residuals(
    W: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    M: Matrix["k n", {"n": (1, 3)}],
    R: Matrix["d n"],
    T: Matrix["d n"],
    level: Positive,
    t: Positive,
    beta: Positive,
):
    """With Σ_x^{(i)} free for each sample ("If we optimize over Σ_x^{(i)} in the feasible region", App. F), not as a
    function of the code, which Σ_x^{(i)} ≜ Σ_x(μ_z^{(i)}; θ) below (85) makes it: ``corollary-5.function-of-z``. W and
    μ_z are given: what becomes of minimisers is ``corollary-5.minimisers``.

    The minimum is at γ_ij = ξ_α(r_ij²), and exceeds Σ log ξ_α by 0 to nd. Σ_x is diagonal, as §3 has it: a full one has
    (d − 1) log α for each r^{(i)} ≠ 0, however many entries that has.

    The limit is that of the exact Σ log ξ_α = (nd − ‖R‖₀) log α + Σ_{r≠0} log r², for all α < 1 up to the least r² > 0:
    divided by log α, the second sum vanishes. And (W/β, βM) changes (85) by its penalty β²‖M‖² alone.
    """
    X = W @ M + R
    d, n = X.shape
    gamma = floored(R**2, level)
    best = autoencoder_cost(X, W, M, gamma)
    leq(best, autoencoder_cost(X, W, M, level + T**2))
    leq(best, autoencoder_cost(X, W, M, level + (gamma - level) * t / (1 + t)))
    leq(best, autoencoder_cost(X, W, M, gamma + T**2 / 2**10))
    bound = reduced_autoencoder_cost(X, W, M, level)
    leq(bound, best)
    leq(best, bound + n * d)
    squares = R**2 + (1 - nonzero(R))  # 1 for r = 0
    alpha = t / (1 + t) * reduce(lambda a, b: -maximum(-a, -b), list(squares.reshape(-1)), 1 + 0 * t)
    exact = (n * d - count_nonzero(R)) * log(alpha) + log(squares).sum()
    equal(reduced_autoencoder_cost(X, W, M, alpha), exact)
    penalised = penalised_autoencoder_cost(X, W / beta, beta * M, gamma)
    equal(penalised, best + beta**2 * squared_norm(M))
