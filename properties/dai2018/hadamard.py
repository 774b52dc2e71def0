"""Hadamard's inequality for the decoder covariance: eq. (8)."""

from reference.arithmetic import identity, rectangular_diagonal
from reference.dai2018 import decoder_log_determinant, separable_log_determinant
from verify import Matrix, NonNegative, Orthogonal, Positive, Vector, claim, equal, iff, leq


@claim(
    "dai2018/eq-8",
    r"\sum_j\log(\lambda+\|w_{\cdot j}\|_2^2)+(d-\kappa)\log\lambda\ge\log|\lambda I+WW^\top|",
    label="eq. (8)",
    kind="inequality",
)
def test_separable_penalty_bounds_the_log_determinant(W: Matrix["d k"], lam: Positive):
    """For matrices of every shape, κ > d and zero columns included, and every λ > 0."""
    leq(decoder_log_determinant(W, lam), separable_log_determinant(W, lam))


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
    """Stated at W itself and at diag(s) + tW/1024, whose columns are orthogonal or nearly so; and equality alone at
    U diag(s), whose columns are exactly orthogonal (and zero beyond the d-th).
    """
    d, k = W.shape
    orthogonal = U @ rectangular_diagonal(s, d, k)
    equal(decoder_log_determinant(orthogonal, lam), separable_log_determinant(orthogonal, lam))
    for matrix in (W, rectangular_diagonal(s, d, k) + t / 2**10 * W):
        gram = matrix.mT @ matrix
        tight = equal(decoder_log_determinant(matrix, lam), separable_log_determinant(matrix, lam))
        iff(tight, equal(gram * (1 - identity(k, k, gram)), 0))
