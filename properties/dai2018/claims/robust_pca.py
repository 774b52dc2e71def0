"""Robust PCA, which minima of the VAE cost solve: eqs. (10), (13), (18), (67), and what log α decides of Theorem 4.

(10) is solved exactly, over all supports, so that the matrices are small: at most 3 × 3.
"""

from properties.dai2018.proofs.robust_pca import prove_pseudo_inverse_projects, prove_two_weights
from reference.arithmetic import concatenate, identity, rank
from reference.dai2018.robust import (
    combined_ranks,
    pseudo_inverse,
    robust_pca,
    robust_pca_objective,
)
from verify import Index, Matrix, Permutation, Vector, claim, equal, leq


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
    r"\text{equal on the left}\iff L,S\text{ solve (67)},\ "
    r"\text{equal on the right}\iff L',S'\text{ solve (10)}",
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
