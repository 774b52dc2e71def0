"""The costs of robust PCA as α → 0: the candidate of App. E.1, the optimal variances (69), and Corollary 5."""

from functools import reduce
from operator import or_

import numpy as np

from properties.dai2018.proofs.robust_pca import prove_floored_variance_is_optimal, prove_variance_costs_reduce
from reference.arithmetic import log, maximum, nonzero, number, sqrt, squared_norm, zeros
from reference.dai2018.robust import (
    autoencoder_cost,
    candidate_cost,
    combined_ranks,
    count_nonzero,
    floored,
    log_coefficient,
    penalised_autoencoder_cost,
    reduced_autoencoder_cost,
    robust_pca,
    variance_cost,
)
from reference.dai2018.tails import rank_one_cost
from reference.gaussian import density, upper_tail
from reference.gaussian.integrals import euler_gamma
from verify import (
    Dimension,
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
)
def test_candidate_cost_has_the_order_of_the_solution(
    u: Vector["d", {"d": (1, 3)}],
    n: Dimension["n", {"n": (2, 3)}],
    row: Index["d"],
    column: Index["n"],
    outlier: Scalar,
    alpha: Positive,
):
    """False where inlier columns coincide and their outliers differ: (1, 0, 1), (1, 0, 1) and (1, 1, 1) in ℝ³.

    Equal columns of L = Ψπ have equal π^{(i)}, so that the decoder has one and the same Λ^{(h)} for them; ρ of (54) is
    0, and (60) divides by it. Here the n columns of L are all u = Ψ, at the centre 1, and S has one entry. With the
    support of any one sample for Λ, the cost at the candidate is exactly A/α + N log α + D + Eα. Stated is what (66)
    then says for at least one of these supports: A = 0, and N is Σ_i (d − 1 − ‖s^{(i)}‖₀). A and N are read off the
    cost. A = 0 takes a support that contains those of all samples, and the N of (66) then equal ones.

    A mean of such supports, if h is another at other z, averages A and N. π^{(i)} that differ by the O(α) that (47)
    leaves do not help: z deviates from them by √α. (52) demands the right support too.
    """
    S = u[:, None] * zeros((1, n), u) + outlier * ((np.arange(len(u)) == row)[:, None] * (np.arange(n) == column))
    X = u[:, None] + S
    best = robust_pca(X, n)
    supports, centre, residuals = nonzero(S), 1 + zeros((1,), u), S.mT[:, :, None]
    assume(equal(0 if best.low_rank is None else best.ranks[0], 1) & equal(best.supports[0], supports))
    order = log_coefficient(u[:, None], S)
    agreements = []
    for i in range(n):
        support = supports[:, i : i + 1]
        pole, logarithm = pole_and_logarithm(
            lambda level, support=support: candidate_cost(u, centre, support, residuals, level).sum(), alpha
        )
        agreements.append(equal(pole, 0) & equal(logarithm, order * log(number(2, u))))
    reduce(or_, agreements)


def one_centre_cost(psi, centre, s, support, alpha):
    """Return ‖s‖² + Σ_j αψ_j²/Λ_jj + (d − ‖s‖₀ − 1) log α + α + π², ‖s‖₀ the size of the support."""
    inside = (support * psi**2).sum()
    outside = (psi**2).sum() - inside
    order = len(psi) - support.sum() - 1
    return (s**2).sum() + alpha * inside + outside + order * log(alpha) + alpha + centre**2


def two_centre_cost(psi, centres, S, supports, alpha):
    """Return the cost at two centres: with e = (π₂ − π₁)/2√α, P(ε > e) = p, E[ε; ε > e] = φ, E[ε²; ε > e] = p + eφ.

    Beyond the border Λ is that of the other centre. There ε has the sign of the way to it, and ±φ counts twice in the
    cross term −2√α Σ_j ψ_j s_j ε/Λ_jj: once more beyond the border, once less within.
    """
    edge = (centres[1] - centres[0]) / (2 * sqrt(alpha))
    p, phi = upper_tail(edge), density(edge)
    total = 0 * alpha
    for own, other, sign in ((0, 1, 1), (1, 0, -1)):
        s, right, wrong = S[:, own], supports[:, own], supports[:, other]
        # 1/Λ_jj is 1 on the support and 1/α off it
        near, far = right + (1 - right) / alpha, wrong + (1 - wrong) / alpha
        second = p + edge * phi
        total = total + (s**2 * ((1 - p) * near + p * far)).sum()
        total = total + 2 * sqrt(alpha) * sign * phi * (psi * s * (near - far)).sum()
        total = total + alpha * (psi**2 * ((1 - second) * near + second * far)).sum()
        total = total + log(alpha) * ((1 - p) * (1 - right).sum() + p * (1 - wrong).sum() - 1) + alpha
    return total + (centres**2).sum()


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
    argument has κα/ρ² for p and κ for what is 1 here. Said exactly too: for one centre, where p = 0, and for two.
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
        for i in range(m):
            alone = candidate_cost(psi, centres[i : i + 1], supports[:, i : i + 1], residuals[:, i : i + 1], alpha)
            equal(alone, one_centre_cost(psi, centres[i], residuals[:, i], supports[:, i], alpha))
        if m > 1:
            pair = candidate_cost(psi, centres[:2], supports[:, :2], residuals[:, :2], alpha)
            equal(pair, two_centre_cost(psi, centres[:2], residuals[:, :2], supports[:, :2], alpha))


@claim(
    "dai2018/theorem-4.cost",
    r"\kappa=1,\ W,\pi^{(i)}\text{ fixed, any }\Sigma_z^{(i)}\ge\alpha,\ \Sigma_x(\cdot)\succeq\alpha I:\ "
    r"\mathcal L\ge\sum_i(d-\operatorname{rank}[WW^\top+\operatorname{diag}(1_{\Delta^{(i)}})])\log\alpha+O(1),\quad"
    r"\text{attained for }n=1",
    label="Theorem 4, eqs. (71), (80)",
    kind="limit",
)
def test_optimal_variances_have_the_order_of_the_supports(
    w: Vector["d", {"d": (1, 3)}], mean: Scalar, s: Vector["d"], t: Positive, more: NonNegative
):
    """The costs behind ``theorem-4``: each sample costs at least (d − rank[WWᵀ + diag(1_Δ)]) log α less a constant.

    Stated for one sample x = wπ + s with Σ_x optimal at each z, as in (71): the sum of these is at most the cost of n
    samples, which share Σ_x(z). From below, for any σ² ≥ α, by E log max(α, r²) ≥ log max(α, m², v) − C for
    r ~ N(m, v), C = γ + log 2 (see ``theorem-4.exact.corrected``): m = s_j on the support, and off it v = w_j²σ², whose
    σ² cancels − log σ² once. From above at σ² = α, or at 1 where w vanishes off the support, with the variances 1 on
    it and α off it. α = t²/(1 + t)² < 1.
    """
    d, root, support = len(w), t / (1 + t), nonzero(s)
    alpha = root**2
    largest = reduce(maximum, list((1 - support) * w**2))
    moves = nonzero(largest)  # 1 if w does not vanish off the support
    order = (d - combined_ranks(w[:, None], s[:, None])) * log(alpha)
    equal(d - support.sum() - moves, d - combined_ranks(w[:, None], s[:, None]))
    least = (
        log(s**2 + 1 - support).sum() + log(largest + 1 - moves) + 1 - moves - d * (euler_gamma(t) + log(number(2, t)))
    )
    leq(order + least + mean**2, rank_one_cost(w * mean + s, w, mean, root + more, root))
    sigma = moves * root + 1 - moves
    most = (s**2 + support * (w * sigma) ** 2 + (1 - support) * w**2).sum() + 1 + mean**2
    leq(rank_one_cost(w * mean + s, w, mean, sigma, root), order + most)


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
