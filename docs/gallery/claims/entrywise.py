"""Matrices entry by entry."""

import numpy as np

from reference.arithmetic import absolute, identity, rank, sqrt
from verify import (
    ComplexMatrix,
    Nonnegative,
    PositiveSemidefinite,
    assume,
    claim,
    equal,
    leq,
    positive_semidefinite,
)


@claim(
    "gallery/entrywise-modulus",
    r"A \succeq 0 \Rightarrow (|a_{ij}|)_{ij} \succeq 0",
    label="Absolute values",
    expected="refuted",
)
def test_entrywise_modulus(A: PositiveSemidefinite["d"]):
    """Four rows are needed.

    True: for up to three rows; and of (|a_ij|²) for all (Schur 1911).

    Source: R. A. Horn and C. R. Johnson, Matrix Analysis, 1985, chapter 7.
    """
    positive_semidefinite(absolute(A))


@claim(
    "gallery/entrywise-root",
    r"A = BB^\top, \; B \ge 0 \Rightarrow (\sqrt{a_{ij}})_{ij} \succeq 0",
    label="Roots of entries",
    expected="refuted",
)
def test_entrywise_root(B: Nonnegative["d k"]):
    """Entrywise powers below n − 2 that are no integers fail at some n × n matrix; three rows are needed.

    True: (a_ij^p) ⪰ 0 for integers p ≥ 1 and for all real p ≥ n − 2.

    Source: C. H. FitzGerald and R. A. Horn, On fractional Hadamard powers of positive definite matrices, J. Math. Anal.
    Appl. 61, 1977.
    """
    positive_semidefinite(sqrt(B @ B.mT))


@claim(
    "gallery/nonnegative-power",
    r"M = P^2 \ge 0, \; P \succeq 0 \Rightarrow M^{3/2} = P^3 \ge 0",
    label="Powers with entries ≥ 0",
    expected="refuted",
)
def test_nonnegative_power(P: PositiveSemidefinite["d"]):
    """Matrix powers below n − 2 that are no integers fail; four rows are needed.

    True: M^p has entries ≥ 0 for integers p and for all real p ≥ n − 2.

    Source: https://mathoverflow.net/questions/234473.
    """
    M = P @ P
    assume(leq(0, M))
    leq(0, M @ P)


@claim(
    "gallery/horn",
    r"D \succeq 0, \; D \ge 0 \Rightarrow \sum h_{ij}d_{ij} \ge 0, \; H \text{ Horn's form}",
    label="Horn's form",
    expected="refuted",
)
def test_horn(D: PositiveSemidefinite["d", {"d": (5, 5)}]):
    """xᵀHx ≥ 0 for all x ≥ 0, but H is not the sum of a psd matrix and one of entries ≥ 0: five rows are needed.

    True: for D = BBᵀ with B ≥ 0, and every D of up to four rows is such a one (Maxfield and Minc 1962).

    Source: M. Hall and M. Newman, Copositive and completely positive quadratic forms, Proc. Cambridge Philos. Soc. 59,
    1963.
    """
    assume(leq(0, D))
    H = np.array([[-1 if (i - j) % 5 in (1, 4) else 1 for j in range(5)] for i in range(5)])
    leq(0, (H * D).sum(-1).sum(-1))


@claim("gallery/gram-rank", r"\operatorname{rank} A^\top A = \operatorname{rank} A", label="Ranks", expected="refuted")
def test_gram_rank(A: ComplexMatrix["m n"]):
    """Said of real matrices and used of complex ones: (1, i) is orthogonal to itself.

    True: rank A*A = rank A.

    Source: a slip of many programs.
    """
    equal(rank(A.mT @ A), rank(A))


@claim(
    "gallery/complex-orthogonal", r"A^\top A = I \Rightarrow A^*A = I", label="Orthogonal matrices", expected="refuted"
)
def test_complex_orthogonal(A: ComplexMatrix["d d"]):
    """The complex orthogonal group is not compact: cosh² − sinh² = 1.

    True: of real matrices.

    Source: a slip of many programs, by `.T` for `.H`.
    """
    d = A.shape[-1]
    assume(equal(A.mT @ A, identity(d, d, A)))
    equal(A.H @ A, identity(d, d, A))
