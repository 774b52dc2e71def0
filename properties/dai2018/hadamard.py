"""Hadamard's inequality for the decoder covariance: eq. (8)."""

from properties.dai2018.variational_proofs import prove_hadamard_penalty
from reference.arithmetic import column_squared_norms, determinant, identity, rectangular_diagonal
from reference.dai2018 import decoder_log_determinant, separable_log_determinant
from verify import Dimension, Matrix, NonNegative, Orthogonal, Positive, Vector, claim, equal, iff, leq


@claim(
    "dai2018/eq-8",
    r"\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda\ge\log|\lambda I+WW^\top|",
    label="eq. (8)",
    kind="inequality",
    expected="proved",
    proof=prove_hadamard_penalty,
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
    U: Orthogonal["d"], s: Vector["min(d,k)"], k: Dimension["k"], lam: Positive
):
    """One direction of the equality case, in the logarithms of the print: W = U diag(s), zero beyond column d."""
    W = U @ rectangular_diagonal(s, len(U), k)
    equal(decoder_log_determinant(W, lam), separable_log_determinant(W, lam))


@claim(
    "dai2018/eq-8.equality",
    r"\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda=\log|\lambda I+WW^\top|"
    r"\;\iff\;W^\top W\text{ is diagonal}",
    label="eq. (8), equality",
    kind="equivalence",
)
def test_separable_penalty_is_tight_at_orthogonal_columns(
    W: Matrix["d k"], lam: Positive, U: Orthogonal["d"], s: Vector["min(d,k)"], t: NonNegative
):
    """log is injective, so that equality in (8) is λ^κ |λI + WWᵀ| = λ^d Π_j(λ + ‖w_j‖²): both sides exponentiated, and
    times λ^κ. This is rational, and decided exactly.

    Stated at W itself, at U diag(s), whose columns are orthogonal, and at diag(s) + tW/1024, where they are nearly so.
    """
    d, k = W.shape
    for matrix in (W, U @ rectangular_diagonal(s, d, k), rectangular_diagonal(s, d, k) + t / 2**10 * W):
        gram, square = matrix.mT @ matrix, matrix @ matrix.mT
        separable = determinant(rectangular_diagonal(lam + column_squared_norms(matrix), k, k))
        tight = equal(lam**k * determinant(lam * identity(d, d, square) + square), lam**d * separable)
        iff(tight, equal(gram * (1 - identity(k, k, gram)), 0))
