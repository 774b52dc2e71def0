"""Eigenvalues, singular values and traces."""

from reference.arithmetic import absolute, eigenvalues, expm, imag, numerical_radius, singular_values, trace
from verify import (
    Commuting,
    ComplexMatrix,
    Hermitian,
    Matrix,
    PositiveSemidefinite,
    Symmetric,
    claim,
    equal,
    leq,
)


@claim("gallery/weyl", r"\lambda_i(A + B) \le \lambda_i(A) + \lambda_i(B)", label="Weyl's order", expected="refuted")
def test_weyl(A: Symmetric["d"], B: Symmetric["d"]):
    """Only the first i eigenvalues together are subadditive, for each i.

    True: λ_{i+j−1}(A + B) ≤ λ_i(A) + λ_j(B) (Weyl 1912); Σ_{i≤k} λ_i(A + B) ≤ Σ_{i≤k} λ_i(A) + λ_i(B) (Fan 1949).

    Source: a reading of Weyl's inequalities index by index.
    """
    leq(eigenvalues(A + B), eigenvalues(A) + eigenvalues(B))


@claim(
    "gallery/hermitian-part",
    r"\sigma_i\bigl(\tfrac12(A + A^*)\bigr) \le \sigma_i(A)",
    label="The Hermitian part",
    expected="refuted",
)
def test_hermitian_part(A: ComplexMatrix["d d"]):
    """A nilpotent matrix of rank 1 has a Hermitian part of rank 2.

    True: λ_i of the Hermitian part is at most σ_i(A) (Fan and Hoffman 1955), and its σ are weakly majorised by σ(A).

    Source: R. Bhatia, Matrix Analysis, 1997, section III.5.
    """
    leq(singular_values((A + A.H) / 2), singular_values(A))


@claim("gallery/real-trace", r"\operatorname{Im}\operatorname{tr} ABC = 0", label="Real traces", expected="refuted")
def test_real_trace(A: Hermitian["d"], B: Hermitian["d"], C: Hermitian["d"]):
    """The trace of ABC is the conjugate of that of CBA, which is another word: Pauli's matrices have 2i.

    True: tr AB is real for Hermitian A and B.

    Source: a slip of many proofs.
    """
    equal(imag(trace(A @ B @ C)), 0)


@claim(
    "gallery/three-exponentials",
    r"\operatorname{tr} e^{A+B+C} \le |\operatorname{tr} e^Ae^Be^C|",
    label="Golden and Thompson for three",
    expected="refuted",
)
def test_three_exponentials(A: Symmetric["d"], B: Symmetric["d"], C: Symmetric["d"]):
    """Of three positive definite matrices the product may have a trace that is nearly 0.

    True: for two (Golden 1965, Thompson 1965); for three with an integral on the right (Lieb 1973).

    Source: E. H. Lieb, Convex trace functions and the Wigner–Yanase–Dyson conjecture, Adv. Math. 11, 1973.
    """
    leq(trace(expm(A + B + C)), absolute(trace(expm(A) @ expm(B) @ expm(C))))


@claim(
    "gallery/words",
    r"A, B \succeq 0 \Rightarrow \operatorname{tr} A^4BAB^4 \le \operatorname{tr} A^5B^5",
    label="Words in two matrices",
    expected="refuted",
)
def test_words(A: PositiveSemidefinite["d"], B: PositiveSemidefinite["d"]):
    """Both sides agree wherever A and B commute, and the violations lie close to there.

    True: tr (AB)^k ≤ tr A^kB^k (Lieb and Thirring 1976).

    Source: L. Plevnik, On a matrix trace inequality due to Ando, Hiai and Okubo, Indian J. Pure Appl. Math. 47, 2016.
    """
    A4, B4 = A @ A @ A @ A, B @ B @ B @ B
    leq(trace(A4 @ B @ A @ B4), trace(A4 @ A @ B4 @ B))


@claim(
    "gallery/positive-word",
    r"A, B \succeq 0 \Rightarrow \operatorname{tr} ABA^2B^2 \ge 0",
    label="Positive words",
    expected="refuted",
)
def test_positive_word(A: PositiveSemidefinite["d"], B: PositiveSemidefinite["d"]):
    """A shortest word of two letters that is no product of two palindromes; 3 × 3 matrices are needed.

    True: words that are products of two palindromes have positive traces, as have all words of 2 × 2 matrices.

    Source: C. R. Johnson and C. J. Hillar, Eigenvalues of words in two positive definite matrices, SIAM J. Matrix Anal.
    Appl. 23, 2002.
    """
    leq(0, trace(A @ B @ A @ A @ B @ B))


@claim(
    "gallery/numerical-radius",
    r"AB = BA \Rightarrow w(AB) \le w(A)\,w(B)",
    label="The numerical radius of commuting matrices",
    expected="refuted",
)
def test_numerical_radius(pair: Commuting["d"]):
    """The numerical radius is not submultiplicative; for commuting 3 × 3 matrices that was found by experiment.

    True: for commuting 2 × 2 matrices; w(A^k) ≤ w(A)^k (Berger 1965), and w(AB) ≤ 2w(A)w(B) if A and B commute.

    Source: J. Holbrook and J.-P. Schoch, Theory vs. experiment: multiplicative inequalities for the numerical radius of
    commuting matrices, Oper. Matrices 4, 2010.
    """
    A, B = pair
    leq(numerical_radius(A @ B), numerical_radius(A) * numerical_radius(B))


@claim(
    "gallery/singular-gap",
    r"\sigma_1(A) - \sigma_n(B) \le \sigma_1(A + B)",
    label="A lower bound in two books",
    expected="refuted",
)
def test_singular_gap(A: Matrix["d d"], B: Matrix["d d"]):
    """A minimum of tr UBV was taken over the smallest singular values of B, where it is attained at the largest.

    True: σ_i(A) − σ_1(B) ≤ σ_i(A + B).

    Source: S. Loyka, On singular value inequalities for the sum of two matrices, arXiv:1507.06630, 2015.
    """
    leq(singular_values(A)[..., 0] - singular_values(B)[..., -1], singular_values(A + B)[..., 0])
