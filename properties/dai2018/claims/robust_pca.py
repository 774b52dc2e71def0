"""Robust PCA, which minima of the VAE cost solve: eqs. (10), (13), (18), (67), and what log α decides of Theorem 4.

(10) is solved exactly, over all supports, so that the matrices are small: at most 3 × 3.
"""

from properties.dai2018.proofs.robust_pca import prove_pseudo_inverse_projects, prove_two_weights
from reference.arithmetic import concatenate, identity, nonzero, rank
from reference.dai2018.robust import (
    combined_ranks,
    log_coefficient,
    pseudo_inverse,
    robust_pca,
    robust_pca_objective,
)
from verify import Index, Matrix, Permutation, Positive, PositiveVector, Scalar, Vector, assume, claim, equal, iff, leq


def one_entry(d, n, row, column, like):
    """Return the d-by-n matrix whose only entry that is not 0 is a 1."""
    return identity(d, d, like)[:, row][:, None] * identity(n, n, like)[column][None, :]


@claim(
    "dai2018/eq-10-vs-67",
    r"\operatorname*{argmin}_{X=L+S}\,n\cdot\operatorname{rank}[L]+\|S\|_0="
    r"\operatorname*{argmin}_{X=L+S}\,d\cdot\operatorname{rank}[L]+\|S\|_0",
    label="eqs. (10), (67)",
    kind="equivalence",
    expected="refuted",
)
def test_both_weights_have_the_same_solutions(X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}]):
    """False for n ≠ d, even where (10) has a unique solution, such as L = 0 for X = [1 0].

    Stated as it reads: every solution of (10) attains the minimum of (67), and every one of (67) that of (10).
    """
    d, n = X.shape
    ten, sixty_seven = robust_pca(X, n), robust_pca(X, d)
    equal(d * ten.ranks + ten.supports.sum((1, 2)), sixty_seven.value)
    equal(n * sixty_seven.ranks + sixty_seven.supports.sum((1, 2)), ten.value)


@claim(
    "dai2018/eq-10-vs-67.corrected",
    r"L,S\text{ solve (10)},\ L',S'\text{ solve (67)}\;\Rightarrow\;"
    r"d(\operatorname{rank}[L']-\operatorname{rank}[L])\le\|S\|_0-\|S'\|_0"
    r"\le n(\operatorname{rank}[L']-\operatorname{rank}[L]),\quad"
    r"\text{equal on the left}\Leftrightarrow L,S\text{ solve (67)},\ "
    r"\text{equal on the right}\Leftrightarrow L',S'\text{ solve (10)}",
    label="eqs. (10), (67)",
    kind="equivalence",
    corrects="dai2018/eq-10-vs-67",
    expected="proved",
    proof=prove_two_weights,
)
def test_larger_weight_prefers_lower_rank(X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}]):
    """What App. E needs is (67) with n for d, which is (10). As printed it has the same solutions if n = d; otherwise
    the problem of the larger weight has solutions of lower rank and larger support, each against each: of the bounds
    follows (n − d)(rank[L'] − rank[L]) ≥ 0. The two have solutions in common if and only if ranks agree, and then all
    those of the rank that agrees. Equality on the right is judged for each solution, and so is that on the left.
    """
    d, n = X.shape
    ten, sixty_seven = robust_pca(X, n), robust_pca(X, d)
    sizes, other_sizes = ten.supports.sum((1, 2)), sixty_seven.supports.sum((1, 2))
    ranks = sixty_seven.ranks[None, :] - ten.ranks[:, None]
    fewer = sizes[:, None] - other_sizes[None, :]
    leq(d * ranks, fewer)
    leq(fewer, n * ranks)
    solves_other = d * ten.ranks + sizes == sixty_seven.value
    other_solves = n * sixty_seven.ranks + other_sizes == ten.value
    equal((fewer == d * ranks).astype(int), solves_other.astype(int)[:, None])
    equal((fewer == n * ranks).astype(int), other_solves.astype(int)[None, :])


@claim(
    "dai2018/eq-13",
    r"x^{(i)}=Wv^{(i)}+s^{(i)},\ \operatorname{supp}[s^{(i)}]\subseteq\{j:e_j\text{ is a column of }E^{(i)}\}"
    r"\;\Rightarrow\;"
    r"x^{(i)}=\begin{bmatrix}W&E^{(i)}\end{bmatrix}\begin{bmatrix}W&E^{(i)}\end{bmatrix}^\dagger x^{(i)}",
    label="eq. (13)",
    expected="proved",
    proof=prove_pseudo_inverse_projects,
)
def test_inliers_and_outliers_are_recovered(
    W: Matrix["d k"], v: Vector["k"], t: Vector["d"], P: Permutation["d"], m: Index["d+1"]
):
    """E has m distinct columns of the identity, from none to all d of them, and s = Et; W may have any rank."""
    E = P[:, :m]
    x = W @ v + E @ t[:m]
    basis = concatenate([W, E])
    equal(basis @ (pseudo_inverse(basis) @ x), x)


@claim(
    "dai2018/eq-18",
    r"\sum_i\operatorname{rank}[LL^\top+\operatorname{diag}(s^{(i)})^2]\le"
    r"\sum_i\operatorname{rank}[LL^\top]+\sum_i\operatorname{rank}[\operatorname{diag}(s^{(i)})^2]"
    r"=n\cdot\operatorname{rank}[L]+\|S\|_0",
    label="eq. (18)",
    kind="inequality",
)
def test_rank_of_the_sum_is_at_most_the_sum_of_ranks(L: Matrix["d n"], S: Matrix["d n"]):
    """For any L and S, whatever X is. The left side is also at most nd, where the right one may exceed it."""
    d, n = L.shape
    leq(combined_ranks(L, S), n * rank(L @ L.mT) + combined_ranks(0 * L, S))
    equal(n * rank(L @ L.mT) + combined_ranks(0 * L, S), robust_pca_objective(L, S, n))
    leq(combined_ranks(L, S), n * d)


def compare_orders(X, W, M, a, b, shift):
    """State Theorem 4's coefficients of log α at an X with a unique solution of (10), and return whether X is one.

    Competitors: any (W, M), those that fit X less one entry, X itself, the cross that fits a row and a column of X, L
    with one entry, one row or one column changed, and U with another column.
    """
    d, n = X.shape
    best = robust_pca(X, n)
    if best.low_rank is None:
        return False
    L = best.low_rank
    S, entry = X - L, one_entry(d, n, a, b, X)
    lowest = log_coefficient(L, S)
    equal(n * d - robust_pca_objective(L, S, n), lowest)
    equal(n * d - best.value, lowest)
    eye, extra = identity(n, n, X), shift * one_entry(d, 1, a, 0, X)
    competitors = [
        (W, M),
        (X - X * entry, eye),
        (X, eye),
        (X[:, b : b + 1] @ pseudo_inverse(X[a : a + 1, b : b + 1]), X[a : a + 1]),
        (L + shift * entry, eye),
        (L - identity(d, d, X)[:, a][:, None] * L, eye),
        (L - L * identity(n, n, X)[b], eye),
        (L, eye),
        (concatenate([L, extra]), concatenate([eye, 0 * eye[:1]], axis=-2)),
    ]
    for decoder, means in competitors:
        residual = X - decoder @ means
        same = equal(rank(decoder), rank(L)) & equal(rank(concatenate([decoder, L])), rank(L))
        same = same & equal(nonzero(residual), nonzero(S))
        for coefficient in (log_coefficient(decoder, residual), n * d - combined_ranks(decoder, residual)):
            leq(coefficient, lowest)
            iff(equal(coefficient, lowest), same)
    return True


@claim(
    "dai2018/theorem-4",
    r"\sum_i(d-\operatorname{rank}[W]-|\Delta^{(i)}|)\log\alpha\ge\sum_i(d-\operatorname{rank}[U]-\|s^{(i)}\|_0)\log\alpha"
    r"\ (0<\alpha<1),\quad\text{with equality only if }"
    r"\operatorname{span}[W]=\operatorname{span}[U],\ \Delta^{(i)}=\operatorname{supp}[s^{(i)}]\ \forall i,\quad"
    r"\Delta^{(i)}=\operatorname{supp}[x^{(i)}-W\pi^{(i)}]",
    label="Theorem 4, eqs. (66), (80)",
    kind="limit",
)
def test_unique_robust_pca_has_the_lowest_order_of_log_alpha(
    B: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    C: Matrix["k n", {"n": (1, 3)}],
    row: Index["d"],
    column: Index["n"],
    outlier: Scalar,
    W: Matrix["d k"],
    M: Matrix["k n"],
    a: Index["d"],
    b: Index["n"],
    u: PositiveVector["p", {"p": (3, 3)}],
    v: PositiveVector["p"],
    P: Permutation["p"],
    first: Positive,
    second: Scalar,
    e: Index["p"],
    f: Index["p"],
    shift: Scalar,
):
    """Only the combinatorics of (10), which decide the coefficient of log α in (66) and (80), not the costs.

    At X with a unique solution L, S of (10), Σ_i (d − rank[W] − |Δ_i|) is largest at L and S over all W and π_i, and
    only there; "rank[Ŵ] = τ" replaces κ as in App. E.6. Stated also for rank[WWᵀ + diag(1_{Δ_i})] in place of
    rank[W] + |Δ_i|, without the directions that a Σ_z of order 1 may take at no cost in (83), where B is not of full
    column rank: the best is the same, and as unique.

    Costs of these orders are the subject of ``theorem-4.cost`` and ``eq-66.corrected``. "As log α → −∞ the lowest cost
    has the largest coefficient" is false at fixed W and π_i where inliers coincide: ``eq-66`` has such, whose cost has
    a term in 1/α or another coefficient.

    X is BC with an outlier; and, for rank[L] > 0 and S ≠ 0 at once, a dense 3 × 3 matrix uvᵀ with one or two outliers
    in different rows and columns. Nothing is stated of one of these whose solution is not unique.
    """
    d, n = len(B), C.shape[-1]
    unique = compare_orders(B @ C + outlier * one_entry(d, n, row, column, B), W, M, a, b, shift)
    inliers = u[:, None] @ v[None, :]
    outliers = first * P[:, :1] @ identity(1, 3, P) + second * P[:, 1:2] @ identity(3, 3, P)[1:2]
    unique |= compare_orders(inliers + outliers, inliers + first * P, identity(3, 3, P), e, f, shift)
    assume(equal(int(unique), 1))
