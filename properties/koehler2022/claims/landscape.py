"""The asymptotic global minima of the linear VAE: Theorem 3, the remark after Theorem 1, and the poster's rank."""

from properties.koehler2022.proofs.landscape import (
    prove_bound_while_columns_are_long,
    prove_logarithmic_rate,
    prove_necessity,
    prove_optimal_variances,
)
from reference.arithmetic import (
    column_squared_norms,
    identity,
    inverse,
    leading_identity,
    log,
    nonzero_columns,
    rank,
    sort_descending,
    squared_norm,
)
from reference.arithmetic.exact import rationals
from reference.koehler2022 import loss, optimal_encoder_variance
from verify import (
    Dimension,
    Index,
    Matrix,
    Orthogonal,
    Permutation,
    Positive,
    PositiveDefinite,
    PositiveVector,
    claim,
    equal,
    implies,
    leq,
    less,
)


def perfect_autoencoder(C, S, Y, X, U, P, m, n):
    """Return (A, Ã, B̃) with A = ÃB̃A, and at most n ≥ m columns of Ã not 0: every such triple, up to squares of numbers.

    Let W be the first m columns of U, of which A = WC is made, and Z = B̃W. As ÃZ = W, some m of the columns of Ã that
    are not 0 meet rows of Z that form an invertible matrix, and W can be chosen so that it is positive definite: so Z
    is the first m columns of S, and P permutes the latents. Then Ã is any Y but for what ÃZ = W says of the first m
    columns, and B̃ any X on the complement of W. Nothing is said of B̃ on what else Ã spans.
    """
    (d, r), one = Y.shape, identity(len(S), len(S), S)
    first, W = leading_identity(r, r, m, S), U @ leading_identity(d, r, m, U)
    Z, rest = S @ first, Y @ leading_identity(r, r, n, Y)
    At = rest + (W - rest @ Z) @ inverse(first @ S @ first + one - first) @ first
    return W @ C, At @ P, P.mT @ (Z @ W.mT + X @ (identity(d, d, U) - W @ W.mT))


def larger_span(k, c, d, r):
    """Return the (A, Ã, B̃) of the example in §3: identity blocks of k = r* in A (d × c) and of k + 1 in Ã and B̃."""
    one = rationals(1)
    return leading_identity(d, c, k, one), leading_identity(d, r, k + 1, one), leading_identity(r, d, k + 1, one)


@claim(
    "koehler2022/theorem-3.sufficient-1",
    r"A=\tilde A\tilde BA,\ \#\{i:\tilde A_i=0\}>r-d,\ \varepsilon_t\to0\;\Rightarrow\;"
    r"\exists D_t\succ0:\ (D_t)_{ii}\to0\ \forall i:\tilde A_i\ne0",
    label="Theorem 3 (sufficiency, 1)",
    kind="limit",
    expected="proved",
    proof=prove_optimal_variances,
    rests_on="koehler2022/lemma-3.optimal-d",
)
def test_optimal_variances_of_used_latents_vanish(
    C: Matrix["r q", {"r": (1, 3), "q": (1, 2)}],
    S: PositiveDefinite["r"],
    Y: Matrix["d r", {"d": (1, 3)}],
    X: Matrix["r d"],
    U: Orthogonal["d"],
    P: Permutation["r"],
    m: Index["min(d,r+1)"],
    n: Index["min(d,r+1)"],
    eps: Positive,
):
    """The instance satisfies the hypotheses (stated), and D_t is that of Lemma 3: 0 < (D_t)_ii and
    (D_t)_ii‖Ã_i‖² ≤ ε_t² give (D_t)_ii ≤ ε_t²/‖Ã_i‖² → 0 for every sequence ε_t → 0.
    """
    A, At, Bt = perfect_autoencoder(C, S, Y, X, U, P, m, max(m, n))
    equal(A, At @ Bt @ A)
    less(nonzero_columns(At), len(U))  # r − #{i : Ã_i = 0} < d
    D = optimal_encoder_variance(At, eps)
    less(0, D)
    leq(D * column_squared_norms(At), eps**2)


@claim(
    "koehler2022/theorem-3.sufficient-2",
    r"A=\tilde A\tilde BA,\ \#\{i:\tilde A_i=0\}>r-d,\ \varepsilon_t\to0\;\Rightarrow\;"
    r"L(\tilde A,\tilde B,D_t,\varepsilon_t)\to-\infty",
    label="Theorem 3 (sufficiency, 2)",
    kind="limit",
    expected="proved",
    proof=prove_logarithmic_rate,
    rests_on=("koehler2022/lemma-3.l1", "koehler2022/theorem-3.sufficient-1"),
)
def test_loss_falls_at_a_logarithmic_rate(
    C: Matrix["r q", {"r": (1, 3), "q": (1, 2)}],
    S: PositiveDefinite["r"],
    Y: Matrix["d r", {"d": (1, 3)}],
    X: Matrix["r d"],
    U: Orthogonal["d"],
    P: Permutation["r"],
    m: Index["min(d,r+1)"],
    n: Index["min(d,r+1)"],
    eps: Positive,
    s: Positive,
):
    """With the D_t of sufficient-1 and ε' = tε, 0 < t < 1: L(ε') ≤ L(ε) − c log(1/t), c = d − r + #{zero columns} ≥ 1,
    so that L → −∞ along every ε_t → 0. Stated with d − max(m, n), which is ≥ 1 and no more than this number.
    """
    A, At, Bt = perfect_autoencoder(C, S, Y, X, U, P, m, used := max(m, n))
    smaller = s / (1 + s) * eps
    before = loss(A, At, Bt, optimal_encoder_variance(At, eps), eps)
    after = loss(A, At, Bt, optimal_encoder_variance(At, smaller), smaller)
    leq(after, before - (len(U) - used) * (log(eps) - log(smaller)))


def error_bound(A, At, Bt, D, eps):
    """Return 2ε²(L − d log ε − r/2), which bounds the reconstruction error (Lemma 1)."""
    return 2 * eps**2 * (loss(A, At, Bt, D, eps) - len(A) * log(eps) - D.shape[-1] / 2)


@claim(
    "koehler2022/theorem-3.necessary-1",
    r"L(\tilde A_t,\tilde B_t,D_t,\varepsilon_t)\to-\infty\;\Rightarrow\;"
    r"\varepsilon_t\to0,\ \|A-\tilde A_t\tilde B_tA\|_F^2\to0",
    label="Theorem 3 (necessity, 1)",
    kind="limit",
    expected="proved",
    proof=prove_necessity,
    rests_on=("koehler2022/lemma-1.epsilon", "koehler2022/lemma-1.reconstruction"),
)
def test_loss_bounds_the_deviation_and_the_linear_error(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive
):
    """The finite forms d log ε + r/2 ≤ L and ‖A − ÃB̃A‖² ≤ 2ε²(L − d log ε − r/2). The first gives ε → 0; then the
    second is at most 2dε² log(1/ε) as soon as L ≤ r/2.
    """
    leq(len(A) * log(eps) + D.shape[-1] / 2, loss(A, At, Bt, D, eps))
    leq(squared_norm(A - At @ Bt @ A), error_bound(A, At, Bt, D, eps))


@claim(
    "koehler2022/theorem-3.necessary-2",
    r"L(\tilde A_t,\tilde B_t,D_t,\varepsilon_t)\to-\infty\;\Rightarrow\;\max_i(D_t)_{ii}\|(\tilde A_t)_i\|^2\to0",
    label="Theorem 3 (necessity, 2)",
    kind="limit",
    expected="proved",
    proof=prove_necessity,
    rests_on="koehler2022/lemma-1.reconstruction",
)
def test_loss_bounds_the_noise_of_every_column(
    A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], D: PositiveVector["r"], eps: Positive
):
    """The finite form D_ii‖Ã_i‖² ≤ 2ε²(L − d log ε − r/2) for each i, which vanishes as in necessary-1."""
    leq(D * column_squared_norms(At), error_bound(A, At, Bt, D, eps))


@claim(
    "koehler2022/theorem-3.necessary-3",
    r"L(\tilde A_t,\tilde B_t,D_t,\varepsilon_t)\to-\infty\;\Rightarrow\;"
    r"\forall\delta>0:\ \liminf_t\#\{i:\|(\tilde A_t)_i\|^2<\delta\}>r-d",
    label="Theorem 3 (necessity, 3)",
    kind="limit",
    expected="proved",
    proof=prove_bound_while_columns_are_long,
    rests_on="koehler2022/lemma-3.l1",
)
def test_loss_is_bounded_below_while_few_columns_are_small(
    A: Matrix["d k", {"d": (1, 3)}],
    At: Matrix["d d+e", {"e": (0, 2)}],
    Bt: Matrix["d+e d"],
    D: PositiveVector["d+e"],
    eps: Positive,
    delta: Positive,
):
    """At most r − d columns are below δ if and only if the d-th largest ‖Ã_i‖² is ≥ δ, and then
    L ≥ r/2 + (d/2) log δ: a sequence with L → −∞ leaves this. The second statement, for the d-th largest square itself
    (and the ε² that L₁ adds to it), needs no premise. For r < d there is nothing to show.
    """
    d, r = At.shape
    value, square = loss(A, At, Bt, D, eps), sort_descending(column_squared_norms(At))[d - 1]
    implies(leq(delta, square), leq((r + d * log(delta)) / 2, value))
    leq((r + d * log(square + eps**2)) / 2, value)


@claim(
    "koehler2022/section-3.larger-span",
    r"A=\begin{bmatrix}I_{r^*}&0\\0&0\end{bmatrix},\ \tilde A=\begin{bmatrix}I_{r^*+1}&0\\0&0\end{bmatrix},\ "
    r"\tilde B=\begin{bmatrix}I_{r^*+1}&0\\0&0\end{bmatrix}:\ A=\tilde A\tilde BA,\ \#\{i:\tilde A_i=0\}>r-d,\ "
    r"\operatorname{span}\tilde A\supsetneq\operatorname{span}A",
    label="§3, after Theorem 1",
)
def test_a_minimum_may_span_more_than_the_data(
    k: Dimension["k", {"k": (1, 4)}],
    spare: Index["3"],
    d: Dimension["k+1+e", {"e": (0, 2)}],
    r: Dimension["k+1+z", {"z": (0, 2)}],
):
    """The example depends on dimensions alone: k = r* + 1, d and r at least r* + 2, and r* + ``spare`` columns of A, or
    one. r* may be 0.
    """
    A, At, Bt = larger_span(k - 1, max(k - 1 + spare, 1), d, r)
    equal(A, At @ Bt @ A)
    less(r - d, r - nonzero_columns(At))
    equal(At @ At.mT @ A, A)  # span(A) ⊆ span(Ã), whose projection is ÃÃᵀ
    less(rank(A), rank(At))


@claim(
    "koehler2022/poster.rank",
    r"(\tilde A_t,\tilde B_t)\to(\tilde A,\tilde B),\ L\to-\infty\;\Rightarrow\;"
    r"\operatorname{rank}\tilde A\ge\operatorname{rank}A,\text{ and both occur}",
    label="poster",
    kind="limit",
    rests_on=(
        "koehler2022/theorem-3.necessary-1",
        "koehler2022/theorem-3.sufficient-2",
        "koehler2022/section-3.larger-span",
    ),
)
def test_limit_decoders_have_at_least_the_rank_of_the_data(
    C: Matrix["r q", {"r": (1, 3), "q": (1, 2)}],
    S: PositiveDefinite["r"],
    Y: Matrix["d r", {"d": (1, 3)}],
    X: Matrix["r d"],
    U: Orthogonal["d"],
    P: Permutation["r"],
    m: Index["min(d,r+1)"],
    n: Index["min(d,r+1)"],
):
    """By necessary-1 and continuity the limit satisfies A = ÃB̃A. Both occur at instances of Theorem 3's hypotheses:
    the rank is equal if the m columns that span A are all that Ã has, and higher at the example of §3. Fewer than d
    columns of Ã are not 0.
    """
    A, At, Bt = perfect_autoencoder(C, S, Y, X, U, P, m, max(m, n))
    equal(A, At @ Bt @ A)
    leq(rank(A), rank(At))
    A, At, Bt = perfect_autoencoder(S, S, Y, X, U, P, m, m)
    equal(A, At @ Bt @ A)
    less(nonzero_columns(At), len(At))
    equal(rank(A), rank(At))
    A, At, Bt = larger_span(m + 1, m + 1, m + 3, m + 3)
    equal(A, At @ Bt @ A)
    less(nonzero_columns(At), len(At))
    less(rank(A), rank(At))
