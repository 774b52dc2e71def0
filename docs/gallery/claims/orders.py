"""The order of Löwner: what numbers do and matrices do not."""

from reference.arithmetic import absm, concatenate, determinant, trace
from verify import (
    Matrix,
    Ordered,
    PositiveDefinite,
    PositiveSemidefinite,
    Symmetric,
    assume,
    claim,
    leq,
    positive_semidefinite,
)


@claim("gallery/square", r"0 \preceq A \preceq B \Rightarrow A^2 \preceq B^2", label="Squares", expected="refuted")
def test_square(pair: Ordered[PositiveSemidefinite["d"]]):
    """The derivative of the square at A is AX + XA, which need not be positive semidefinite for X ⪰ 0.

    True: A^p ⪯ B^p for 0 ≤ p ≤ 1 (Löwner 1934, Heinz 1951), and tr A^p ≤ tr B^p for all p ≥ 0.

    Source: R. Bhatia, Matrix Analysis, 1997, Example V.1.2; asked again and again.
    """
    A, B = pair
    positive_semidefinite(B @ B - A @ A)


@claim("gallery/product", r"A, B \succ 0 \Rightarrow AB + BA \succeq 0", label="Products", expected="refuted")
def test_product(A: PositiveDefinite["d"], B: PositiveDefinite["d"]):
    """The eigenvalues of AB are positive, those of its symmetric part need not be.

    True: a symmetric X with AX + XA ⪰ 0 for an A ≻ 0 is ⪰ 0 itself (Lyapunov): the other way round.

    Source: asked again and again.
    """
    positive_semidefinite(A @ B + B @ A)


@claim("gallery/three", r"A, B, C \succeq 0 \Rightarrow \operatorname{tr} ABC \ge 0", label="Three", expected="refuted")
def test_three(A: PositiveSemidefinite["d"], B: PositiveSemidefinite["d"], C: PositiveSemidefinite["d"]):
    """Of three rank-one projections it is a product of three cosines, of which one may be negative.

    True: of two; and of a word that is a product of two palindromes, such as ABA · BAB, which are psd both.

    Source: a slip of many proofs.
    """
    leq(0, trace(A @ B @ C))


@claim("gallery/modulus", r"|A + B| \preceq |A| + |B|, \; |A| = (A^\top A)^{1/2}", label="Moduli", expected="refuted")
def test_modulus(A: Matrix["d d"], B: Matrix["d d"]):
    """The triangle inequality holds for no modulus in the order of Löwner: two matrices of rank 1 tell.

    True: |A + B| ⪯ U|A|Uᵀ + V|B|Vᵀ for some orthogonal U and V (Thompson 1976).

    Source: R. C. Thompson, Convex and concave functions of singular values of matrix sums, Pacific J. Math. 66, 1976.
    """
    positive_semidefinite(absm(A) + absm(B) - absm(A + B))


@claim(
    "gallery/minors",
    r"\det S_{1..k,1..k} \ge 0 \; \forall k \Rightarrow S \succeq 0",
    label="Leading minors",
    expected="refuted",
)
def test_minors(S: Symmetric["d"]):
    """Sylvester's criterion has > 0; at 0 the leading minors see nothing of what follows.

    True: S ⪰ 0 if and only if all principal minors are ≥ 0.

    Source: K. N. Swamy, On Sylvester's criterion for positive-semidefinite matrices, IEEE Trans. Automatic Control 18,
    1973.
    """
    for k in range(1, S.shape[-1] + 1):
        assume(leq(0, determinant(S[..., :k, :k])))
    positive_semidefinite(S)


@claim(
    "gallery/transpose",
    r"\begin{bmatrix}A&X\\X^\top&B\end{bmatrix}\succeq0\Rightarrow\begin{bmatrix}A&X^\top\\X&B\end{bmatrix}\succeq0",
    label="The partial transpose",
    expected="refuted",
)
def test_transpose(S: PositiveSemidefinite["n+n", {"n": (1, 2)}]):
    """Transposing the blocks is positive and not completely positive: what falls is an entangled state.

    True: for blocks of 1 × 1; the norm of X is at most (‖A‖‖B‖)^{1/2} in both.

    Source: A. Peres, Separability criterion for density matrices, Phys. Rev. Lett. 77, 1996.
    """
    n = S.shape[-1] // 2
    A, X, B = S[..., :n, :n], S[..., :n, n:], S[..., n:, n:]
    positive_semidefinite(concatenate([concatenate([A, X.mT]), concatenate([X, B])], axis=-2))
