"""Which spans and supports have the lowest cost as α → 0: Theorem 4 at given W and π^{(i)}, by eqs. (66), (71), (80).

The cost at given W and π^{(i)} is the least over Σ_z ⪰ αI and diagonal Σ_x(z) ⪰ αI. Granting each sample a Σ_x(z) of
its own makes it a sum over samples, which is a lower bound, and a number: ``free_variance_cost``, eq. (71).
"""

import numpy as np

from reference.arithmetic import (
    concatenate,
    determinant,
    exactly,
    identity,
    inverse,
    log,
    nonzero,
    number,
    rank,
    rectangular_diagonal,
    squared_norm,
)
from reference.arithmetic.kinds import integers
from reference.dai2018.candidate import candidate_fit
from reference.dai2018.robust import (
    combined_ranks,
    count_nonzero,
    independent_rows,
    pseudo_inverse,
    rank_factors,
    robust_pca,
)
from reference.dai2018.tails import free_variance_cost
from reference.gaussian.integrals import euler_gamma
from verify import (
    Index,
    Matrix,
    NonNegative,
    Orthogonal,
    Permutation,
    Positive,
    PositiveVector,
    Scalar,
    Spectrum,
    Vector,
    assume,
    claim,
    equal,
    leq,
)


def stated_in(values, like):
    """Return exact numbers in the arithmetic of ``like``."""
    parts = [[[int(getattr(v, part)) for v in row] for row in values.tolist()] for part in ("p", "q")]
    numerators, denominators = (np.array(rows, dtype=object).reshape(values.shape) for rows in parts)
    return integers(numerators, like) / integers(denominators, like)


def free_rows(W, s):
    """Return the indices of rows of exact W that span all those where s is 0."""
    return independent_rows(W * (1 - nonzero(s))[:, None])


def row_space(W, rows):
    """Return the projector P (κ × κ) on the span of independent rows W_J, and det W_JW_Jᵀ."""
    one = identity(W.shape[-1], W.shape[-1], W)
    if not rows:
        return 0 * one, one[0, 0]
    basis = W[rows]
    gram = basis @ basis.mT
    return basis.mT @ inverse(gram) @ basis, determinant(gram)


def least_rest(W, mean, s, rows):
    """Return a lower bound of the cost of x = Wμ + s less (d − rank[WWᵀ + diag(1_Δ)]) log α, for α < 1 and any Σ_z.

    log det W_JW_Jᵀ + κ − q + Σ_Δ log s_j² + ‖μ‖² − d(γ + log 2), with q free rows J.
    """
    outliers = log(s**2 + 1 - nonzero(s)).sum() - len(s) * (euler_gamma(s) + log(number(2, s)))
    return log(row_space(W, rows)[1]) + W.shape[-1] - len(rows) + outliers + (mean**2).sum()


@claim(
    "dai2018/theorem-4.cost",
    r"W,\pi^{(i)}\text{ fixed, any }\Sigma_z^{(i)}\succeq\alpha I,\ \text{diagonal }\Sigma_x(\cdot)\succeq\alpha I:\ "
    r"\mathcal L\ge\sum_i(d-\operatorname{rank}[WW^\top+\operatorname{diag}(1_{\Delta^{(i)}})])\log\alpha+O(1),\quad"
    r"\text{attained for }n=1",
    label="Theorem 4, eqs. (71), (80)",
    kind="limit",
    rests_on=("dai2018/eq-69", "dai2018/eq-77"),
)
def test_optimal_variances_have_the_order_of_the_supports(
    W: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    mean: Vector["k"],
    s: Vector["d"],
    t: Positive,
    Q: Orthogonal["k"],
    more: Spectrum["k"],
):
    """The costs behind ``theorem-4``: each sample costs at least (d − rank[WWᵀ + diag(1_Δ)]) log α less a constant.

    Stated for one sample x = Wπ + s with Σ_x optimal at each z, among diagonal ones, as in (71): the sum of these is at
    most the cost of n samples, which share Σ_x(z). α = t²/(1 + t)² < 1, and Σ_z has any eigenvalues ≥ α.

    From below: E log max(α, r²) ≥ log max(α, m², v) − C for r ~ N(m, v), C = γ + log 2, as in
    ``theorem-4.exact.corrected``. On the support m = s_j. Off it v_j = w_jΣ_zw_jᵀ; for a basis J of the rows there, of
    q elements, Σ_J log v_j ≥ log|W_JΣ_zW_Jᵀ| by Hadamard, which is log|W_JW_Jᵀ| and the log-determinant of Σ_z on their
    span. By Fischer −log|Σ_z| cancels this, and leaves that on the complement, where tr − log|·| is at least κ − q.
    From above: Σ_z is α on the span of these rows and 1 on its complement, with the variances 1 on the support and α
    off it.
    """
    (d, kappa), root, support = W.shape, t / (1 + t), nonzero(s)
    alpha, x = root**2, (W @ mean[:, None])[:, 0] + s
    rows = free_rows(W, s)
    (P, _), q, order = row_space(W, rows), len(rows), d - combined_ranks(W, s[:, None])
    equal(d - support.sum() - q, order)
    spread = Q @ rectangular_diagonal(root + more, kappa, kappa)
    leq(order * log(alpha) + least_rest(W, mean, s, rows), free_variance_cost(x, W, mean, spread, root))
    best = root * P + identity(kappa, kappa, W) - P
    moved = ((W @ best) ** 2).sum(-1)
    most = (s**2 + support * moved).sum() + (1 - support) @ (W**2).sum(-1) + q * alpha + kappa - q + (mean**2).sum()
    leq(free_variance_cost(x, W, mean, best, root), order * log(alpha) + most)


# --- Theorem 4 ------------------------------------------------------------------------------------------------------


def one_entry(d, n, row, column, like):
    """Return the d-by-n matrix whose only entry that is not 0 is a 1."""
    return identity(d, d, like)[:, row][:, None] * identity(n, n, like)[column][None, :]


def competitors(X, L, W, M, a, b, shift):
    """Return pairs of W (d × κ) and codes (κ × n): drawn ones; the solution; and what is close to it or fits X well.

    They fit X less one entry, X itself, the cross that fits a row and a column of X, L with one entry, one row or one
    column changed, L, and L with another column in U.
    """
    d, n = X.shape
    entry = one_entry(d, n, a, b, X)
    eye, extra = identity(n, n, X), shift * one_entry(d, 1, a, 0, X)
    return [
        (W, M),
        (X - X * entry, eye),
        (X, eye),
        (X[:, b : b + 1] @ pseudo_inverse(X[a : a + 1, b : b + 1]), X[a : a + 1]),
        (L + shift * entry, eye),
        (L - identity(d, d, X)[:, a][:, None] * L, eye),
        (L - L * identity(n, n, X)[b], eye),
        (L, eye),
        rank_factors(L) if rank(L) else (0 * L[:, :1], 0 * L[:1]),
        (concatenate([L, extra]), concatenate([eye, 0 * eye[:1]], axis=-2)),
    ]


def is_solution(decoder, residuals, L, S):
    """Say of exact matrices whether (12) holds: span[W] = span[L], and the supports of the residuals are those of S."""
    spans = rank(decoder) == rank(L) == rank(concatenate([decoder, L]))
    return bool(spans and (nonzero(residuals) == nonzero(S)).all())


def candidate_rest(U, V, S, tau, alpha, kappa):
    """Return the cost of the candidate of (12), if h is right at every z, less (n(d − τ) − ‖S‖₀) log α.

    Returned too is what that is at most for α < 1. U is (d × τ), or a column of 0 for τ = 0; κ − τ spare latents have
    Σ_z = 1.
    """
    n = S.shape[-1]
    spare, means = n * (kappa - tau), squared_norm(V)
    cost = candidate_fit(U, nonzero(S), S, alpha).sum() + n * tau * alpha + spare + means
    return cost, squared_norm(S) + n * squared_norm(U) + n * tau + spare + means


def state_lowest_cost(X, weight, choice, gap, scale, root):
    """State of the solution L, S for this weight, n in (10), and of a competitor, with α = root²: it costs at least as
    much less a constant, and ``gap`` · log(1/α) more if (12) is false of it. Return whether the solution is unique.
    """
    level, best = log(root**2), robust_pca(X, weight)
    if best.low_rank is None:
        return False
    L = best.low_rank
    S, (decoder, means) = X - L, choice(X, L)
    residuals, (U, V) = X - decoder @ means, rank_factors(L) if rank(L) else (0 * L[:, :1], 0 * L[:1])
    different = gap * int(not is_solution(decoder, residuals, L, S))
    order = (len(X) - rank(L)) * X.shape[-1] - count_nonzero(S)
    free = [free_rows(decoder, residuals[:, i]) for i in range(X.shape[-1])]
    U, V, S, decoder, means, residuals = (stated_in(x, root) for x in (U, V, S, decoder, means, residuals))
    kappa, alpha = decoder.shape[-1], root**2
    candidate, most = candidate_rest(U, V, S, int(rank(L)), alpha, kappa)
    total, least = 0 * root, 0 * root
    for i in range(X.shape[-1]):
        mean, s = means[:, i], residuals[:, i]
        P, _ = row_space(decoder, free[i])
        spread = root * scale * P + identity(kappa, kappa, P) - P
        total = total + free_variance_cost((decoder @ mean[:, None])[:, 0] + s, decoder, mean, spread, root)
        least = least + least_rest(decoder, mean, s, free[i])
    leq(candidate + (int(order.item()) - different) * level - most + least, total)
    return True


def planted(B, C, row, column, outlier, u, v, P, first, second, dense):
    """Return BC with an outlier, or the dense 3 × 3 matrix uvᵀ with one or two in different rows and columns."""
    if not dense:
        return B @ C + outlier * one_entry(len(B), C.shape[-1], row, column, B)
    outliers = first * P[:, :1] @ identity(1, 3, P) + second * P[:, 1:2] @ identity(3, 3, P)[1:2]
    return u[:, None] @ v[None, :] + outliers


@claim(
    "dai2018/theorem-4",
    r"X=UV+S\text{ uniquely optimises (10)},\ W,\pi^{(i)}\text{ fixed}\;\Rightarrow\;"
    r"\inf_{\Sigma_z\succeq\alpha I,\text{ diagonal }\Sigma_x(\cdot)\succeq\alpha I}\mathcal L(W,\pi,\cdot)\ge"
    r"\mathcal L_{(12)}+\log\tfrac1\alpha-O(1)"
    r"\text{ unless }\operatorname{span}[W]=\operatorname{span}[U],\ "
    r"\operatorname{supp}[x^{(i)}-W\pi^{(i)}]=\operatorname{supp}[s^{(i)}]\ \forall i,\quad"
    r"\text{and then}\ge\mathcal L_{(12)}-O(1);\quad"
    r"\mathcal L_{(12)}=\sum_i(d-\operatorname{rank}[U]-\|s^{(i)}\|_0)\log\alpha",
    label="Theorem 4, eqs. (66), (80)",
    kind="limit",
    rests_on=("dai2018/theorem-4.cost", "dai2018/eq-66.corrected"),
)
def test_unique_robust_pca_has_the_lowest_cost(
    B: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    C: Matrix["k n", {"n": (1, 3)}],
    row: Index["d"],
    column: Index["n"],
    outlier: Scalar,
    u: PositiveVector["p", {"p": (3, 3)}],
    v: PositiveVector["p"],
    P: Permutation["p"],
    first: Positive,
    second: Scalar,
    kind: Index["3"],
    W: Matrix["3 k"],
    M: Matrix["k 3"],
    a: Index["3"],
    b: Index["3"],
    shift: Scalar,
    which: Index["10"],
    more: NonNegative,
    t: Positive,
):
    """The span and supports of (12) have the lowest cost as α → 0, by log 1/α: of all W and π^{(i)}, that do not move.

    𝓛_(12) + O(1) is the cost of the candidate solution, with h right at every z, for rank[U] ≤ κ, as in (66) and App.
    E.6. The candidate has it, up to O(1), by ``eq-66.corrected``, unless inliers coincide. The cost of the others is
    bounded from below by (71), which is evaluated at Σ_z of the best order, for α < 2⁻⁶⁴: the constants, those of
    ``theorem-4.cost``, are mostly less than log 1/α. Σ_z is what that claim draws.

    Competitors are drawn, or near the solution, or fit X. X is BC with an outlier; or, for rank[L] > 0 and S ≠ 0 at
    once, a dense 3 × 3 matrix with one or two. Nothing is stated of an X whose solution is not unique.
    """
    B, C, outlier, u, v, P, first, second, W, M, shift = map(
        exactly, (B, C, outlier, u, v, P, first, second, W, M, shift)
    )
    X = planted(B, C, row, column, outlier, u, v, P, first, second, kind == 2)
    d, n = X.shape
    chosen = lambda X, L: competitors(X, L, W[:d], M[:, :n], a % d, b % n, shift)[which]  # noqa: E731
    root = t / (1 + t) / 2**32
    assume(equal(int(state_lowest_cost(X, n, chosen, 1, 1 + more, root)), 1))
