"""The costs of robust PCA as α → 0: the candidate of App. E.1, the optimal variances (69), and Corollary 5."""

from functools import reduce

import numpy as np

from properties.dai2018.robust_proofs import prove_floored_variance_is_optimal, prove_variance_costs_reduce
from reference.arithmetic import log, maximum, nonzero, rank, squared_norm, zeros
from reference.dai2018_robust import (
    autoencoder_cost,
    candidate_cost,
    count_nonzero,
    floored,
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
    equal,
    implies,
    leq,
    less,
)

# --- the candidate solution -----------------------------------------------------------------------------------------


@claim(
    "dai2018/eq-66",
    r"X=UV+S\text{ uniquely optimises (10)}\;\Rightarrow\;"
    r"\mathcal L(\theta,\phi)=\sum_i(d-\kappa-\|s^{(i)}\|_0)\log\alpha+O(1)\text{ at the candidate of App. E.1}",
    label="eqs. (61)-(66)",
    kind="limit",
    expected="refuted",
)
def test_candidate_cost_has_the_order_of_the_solution(
    B: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    C: Matrix["k n", {"n": (2, 3)}],
    row: Index["d"],
    column: Index["n"],
    outlier: Scalar,
):
    """False where inlier columns coincide and their outliers differ: (1, 1, 1), (1, 1, 1) and (1, 1, 0) in ℝ³.

    X = BC, with an outlier added to one entry, and κ = rank[L] ≥ 1: there is a latent space. Equal columns of L = Ψπ
    have equal π^{(i)}, so that the decoder has one and the same Λ^{(h)} for them. The cost of r such columns is
    A/α + N log α + O(1) with A = Σ_i Σ_j{(s_j^{(i)})² : s_j^{(h)} = 0} and N = r(d − κ − ‖s^{(h)}‖₀), whichever of them
    h is, or a mean of such if h is another at other z. A = 0 takes supp s^{(i)} ⊆ supp s^{(h)} for all of them, and the
    N of (66) then equality. Stated is that consequence, equal supports, which (52) demands of the right support too. ρ
    of (54) is 0, and (60) divides by it. π^{(i)} that differ by the O(α) that (47) leaves do not help: z deviates from
    them by √α.
    """
    X = B @ C
    d, n = X.shape
    X = X + outlier * ((np.arange(d) == row)[:, None] * (np.arange(n) == column)).astype(int)
    best = robust_pca(X, n)
    assume(equal(0 if best.low_rank is None else 1, 1))
    L, supports = best.low_rank, best.supports[0]
    assume(less(0, rank(L)))
    for i in range(n):
        for k in range(i):
            implies(equal(L[:, i], L[:, k]), equal(supports[:, i], supports[:, k]))


@claim(
    "dai2018/eq-66.corrected",
    r"\kappa=1,\ \pi^{(i)}\ne\pi^{(k)}\text{ wherever }\operatorname{supp}[s^{(i)}]\ne\operatorname{supp}[s^{(k)}]"
    r"\;\Rightarrow\;\mathcal L(\theta,\phi)=\sum_i(d-\kappa-\|s^{(i)}\|_0)\log\alpha+O(1)"
    r"\text{ at the candidate of App. E.1}",
    label="eqs. (61)-(66)",
    kind="limit",
    corrects="dai2018/eq-66",
)
def test_candidate_cost_of_separated_inliers(
    psi: Vector["d", {"d": (1, 3)}],
    start: Scalar,
    gaps: PositiveVector["m", {"m": (1, 3)}],
    S: Matrix["d m"],
    factors: PositiveVector["m"],
    t: Positive,
):
    """Bounds from both sides for all α = t²/(1 + t)² < 1, by constants of the instance, so that O(1) holds.

    X has two samples at each of m different centres π, with outliers s and factor · s of one support, on which nothing
    else depends: neither uniqueness nor optimality of the decomposition. ρ is half the least distance of two centres.
    With p = P(|√α ε| > ρ) ≤ α/ρ², the quadratic term is at least 0 and at most ‖s‖² + ‖ψ‖² where the support is right
    (62), and ‖s‖² p/α + ‖ψ‖² elsewhere (59); the log-determinant is (d − ‖s‖₀) log α up to p·d·|log α|, and
    α|log α| ≤ 1/e < 1/2. For κ = 1 the cells of h are intervals, and the cost has a closed form. For larger κ the same
    argument has κα/ρ² for p and κ for what is 1 here.
    """
    d, m = S.shape
    alpha = (t / (1 + t)) ** 2
    centres, supports = start + np.cumsum(gaps), nonzero(S)
    reach = reduce(maximum, list(4 / gaps[1:] ** 2), zeros((), psi))  # 1/ρ²
    for residuals in (S, factors * S):
        cost = candidate_cost(psi, centres, supports, residuals, alpha)
        order = (m * (d - 1) - count_nonzero(S)) * log(alpha)
        slack, means = m * d * reach / 2, (centres**2).sum()
        leq(order + means - slack, cost)
        fit = squared_norm(residuals) * (1 + reach) + 2 * m * (psi**2).sum()
        leq(cost, order + means + slack + fit + m)


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
    r"\min_{\Sigma_x\succeq\alpha I}\sum_i(r^{(i)})^\top(\Sigma_x^{(i)})^{-1}r^{(i)}+\log|\Sigma_x^{(i)}|="
    r"\sum_{ij}\log\xi_\alpha\big((r^{(i)}_j)^2\big)+O(1),\quad"
    r"nd-\frac1{\log\alpha}\sum_{ij}\log\xi_\alpha\big((r^{(i)}_j)^2\big)\to\sum_i\|r^{(i)}\|_0,\quad"
    r"r^{(i)}=x^{(i)}-W\mu_z^{(i)}",
    label="Corollary 5, eqs. (15), (87)",
    kind="limit",
    expected="proved",
    proof=prove_variance_costs_reduce,
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
    """The minimum over diagonal Σ_x is at γ_ij = ξ_α(r_ij²), and exceeds Σ log ξ_α by 0 to nd.

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
