"""Hadamard's inequality for the decoder covariance, eq. (8), and the log determinants of App. C."""

from properties.dai2018.proofs.minima import prove_singular_values
from properties.dai2018.proofs.variational import prove_hadamard_penalty
from reference.arithmetic import column_squared_norms, identity, log, log_determinant, rectangular_diagonal
from reference.dai2018 import decoder_log_determinant, encoder_precision, separable_log_determinant
from reference.dai2018.minima import decoder_determinant, separable_determinant
from verify import (
    Dimension,
    Matrix,
    NonNegative,
    Orthogonal,
    Permutation,
    Positive,
    Spectrum,
    Vector,
    claim,
    equal,
    iff,
    leq,
)


@claim(
    "dai2018/eq-8",
    r"\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda\ge\log|\lambda I+WW^\top|",
    label="eq. (8)",
    kind="inequality",
    expected="proved",
    proof=prove_hadamard_penalty,
    rests_on="dai2018/eq-30",
)
def test_separable_penalty_bounds_the_log_determinant(W: Matrix["d k"], lam: Positive):
    """For matrices of every shape, κ > d and zero columns included, and every λ > 0."""
    leq(decoder_log_determinant(W, lam), separable_log_determinant(W, lam))


@claim(
    "dai2018/eq-8.orthogonal-columns",
    r"w_{\cdot i}\perp w_{\cdot j}\ (i\ne j)\;\Rightarrow\;"
    r"\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda=\log|\lambda I+WW^\top|",
    label="eq. (8), attained",
)
def test_separable_penalty_is_the_log_determinant_of_orthogonal_columns(
    U: Orthogonal["d"], s: Vector["min(d,k)"], P: Permutation["k"], lam: Positive, other: Matrix["d k"]
):
    """One direction of the equality case, in the logarithms of the print: W = U diag(s)P, zero but for d columns.

    At this and any other matrix they are those of the determinants in eq-8.equality.
    """
    W = U @ rectangular_diagonal(s, len(U), len(P)) @ P
    equal(decoder_log_determinant(W, lam), separable_log_determinant(W, lam))
    for matrix in (W, other):
        equal(log(decoder_determinant(matrix, lam)), decoder_log_determinant(matrix, lam))
        equal(log(separable_determinant(matrix, lam)), separable_log_determinant(matrix, lam))


@claim(
    "dai2018/eq-8.equality",
    r"\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda=\log|\lambda I+WW^\top|"
    r"\;\iff\;W^\top W\text{ is diagonal}",
    label="eq. (8), equality",
    kind="equivalence",
    implies="dai2018/eq-8.orthogonal-columns",
)
def test_separable_penalty_is_tight_at_orthogonal_columns(
    W: Matrix["d k"], lam: Positive, U: Orthogonal["d"], s: Vector["min(d,k)"], t: NonNegative
):
    """log is injective, so that equality in (8) is |λI + WWᵀ| = λ^d Π_j(1 + ‖w_j‖²/λ): both sides exponentiated.
    This is rational, and decided exactly.

    Stated at W itself, at U diag(s), whose columns are orthogonal, and at diag(s) + tW/1024, where they are nearly so.
    """
    d, k = W.shape
    for matrix in (W, U @ rectangular_diagonal(s, d, k), rectangular_diagonal(s, d, k) + t / 2**10 * W):
        gram = matrix.mT @ matrix
        tight = equal(decoder_determinant(matrix, lam), separable_determinant(matrix, lam))
        iff(tight, equal(gram * (1 - identity(k, k, gram)), 0))


# --- App. C ---------------------------------------------------------------------------------------------------------


@claim(
    "dai2018/appendix-c.factor-n",
    r"n\log|\lambda I+W^*R(W^*R)^\top|=\log|\tfrac1\lambda(W^*R)^\top W^*R+I|+d\log\lambda",
    label="App. C, before eq. (31)",
    expected="refuted",
)
def test_log_determinant_of_all_data_is_that_of_one(W: Matrix["d k"], lam: Positive, n: Dimension["n"]):
    """False unless n = 1 or both sides are 0: n is lost on the right. Every W is a W*R, of the data with
    S = WWᵀ + λI.
    """
    d = W.shape[0]
    equal(n * decoder_log_determinant(W, lam), log_determinant(encoder_precision(W, lam)) + d * log(lam))


@claim(
    "dai2018/appendix-c.factor-n.corrected",
    r"n\log|\lambda I+W^*R(W^*R)^\top|=n(\log|\tfrac1\lambda(W^*R)^\top W^*R+I|+d\log\lambda)",
    label="App. C, before eq. (31)",
    corrects="dai2018/appendix-c.factor-n",
)
def test_log_determinant_of_all_data_is_n_times_that_of_one(W: Matrix["d k"], lam: Positive, n: Dimension["n"]):
    """Sylvester's identity, for matrices of every shape."""
    d = W.shape[0]
    equal(n * decoder_log_determinant(W, lam), n * (log_determinant(encoder_precision(W, lam)) + d * log(lam)))


@claim(
    "dai2018/eq-31.singular-values",
    r"W^*=U\Lambda V^\top,\ \bar W=W^*V\;\Rightarrow\;\Lambda_{jj}=\|\bar w_{\cdot j}\|_2^2",
    label="App. C, before eq. (31)",
    expected="refuted",
    same_as="dai2018/eq-31",
)
def test_singular_values_are_squared_column_norms(
    U: Orthogonal["d", {"d": (1, 3)}], s: Spectrum["min(d,k)"], V: Orthogonal["k", {"k": (1, 3)}]
):
    """False unless Λ_jj is 0 or 1. Every W is a minimum, of the data with S = WWᵀ + λI."""
    W = U @ rectangular_diagonal(s, len(U), len(V)) @ V.mT
    equal(column_squared_norms(W @ V)[: len(s)], s)


@claim(
    "dai2018/eq-31.singular-values.corrected",
    r"W^*=U\Lambda V^\top,\ \bar W=W^*V\;\Rightarrow\;\Lambda_{jj}^2=\|\bar w_{\cdot j}\|_2^2",
    label="App. C, before eq. (31)",
    expected="proved",
    corrects="dai2018/eq-31.singular-values",
    proof=prove_singular_values,
)
def test_squared_singular_values_are_squared_column_norms(
    U: Orthogonal["d", {"d": (1, 3)}], s: Spectrum["min(d,k)"], V: Orthogonal["k", {"k": (1, 3)}]
):
    """The columns of W̄ past the d-th are 0."""
    W = U @ rectangular_diagonal(s, len(U), len(V)) @ V.mT
    norms = column_squared_norms(W @ V)
    equal(norms, rectangular_diagonal(s, len(U), len(V)).sum(0) ** 2)


@claim(
    "dai2018/eq-31",
    r"W^*=U\Lambda V^\top,\ R=V\;\Rightarrow\;\log|\tfrac1\lambda R^\top V\Lambda^2V^\top R+I|+d\log\lambda"
    r"=\sum_j\log(1+\tfrac1\lambda\Lambda_{jj})+d\log\lambda",
    label="eq. (31)",
    expected="refuted",
)
def test_log_determinant_is_a_sum_over_singular_values(
    s: Spectrum["min(d,k)"], d: Dimension["d"], k: Dimension["k"], lam: Positive
):
    """False unless every Λ_jj is 0 or 1: Λ_jj should be squared. R = V leaves W*R = UΛ, and U drops out: U = I."""
    W = rectangular_diagonal(s, d, k)
    left = log_determinant(encoder_precision(W, lam)) + d * log(lam)
    equal(left, log(1 + s / lam).sum() + d * log(lam))


@claim(
    "dai2018/eq-31.corrected",
    r"W^*=U\Lambda V^\top,\ R=V\;\Rightarrow\;\log|\tfrac1\lambda R^\top V\Lambda^2V^\top R+I|+d\log\lambda"
    r"=\sum_j\log(1+\tfrac1\lambda\Lambda_{jj}^2)+d\log\lambda"
    r"=\sum_j\log(\lambda+\|\bar w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda",
    label="eq. (31)",
    corrects="dai2018/eq-31",
    rests_on="dai2018/eq-31.singular-values.corrected",
)
def test_log_determinant_is_a_sum_over_squared_singular_values(
    U: Orthogonal["d"], s: Spectrum["min(d,k)"], V: Orthogonal["k"], lam: Positive
):
    """With W̄ = W*V and Λ_jj = 0 past the d-th; the second equality is printed so."""
    d = len(U)
    turned = U @ rectangular_diagonal(s, d, len(V)) @ V.mT @ V
    total = log(1 + s**2 / lam).sum() + d * log(lam)
    equal(log_determinant(encoder_precision(turned, lam)) + d * log(lam), total)
    equal(total, separable_log_determinant(turned, lam))
