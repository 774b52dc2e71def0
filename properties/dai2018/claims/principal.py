"""The global minima of the affine costs (5) and (7): the principal subspace of §2, and Theorem 2.1.

The covariance S = YYᵀ/n of Y = X − b1ᵀ is made of its eigenvectors and eigenvalues ℓ_i. Those above λ are drawn as
λ + t_i², so that the minimisers are rational. That UΛ is a minimum of (5) and of (7) is what theorem-2.1 and
section-2.subspace.corrected state; claims that concern the minima alone rest on these.
"""

from itertools import combinations

from properties.dai2018.proofs.minima import prove_principal_subspace
from reference.arithmetic import (
    concatenate,
    determinant,
    identity,
    leading_identity,
    maximum,
    rectangular_diagonal,
    sqrt,
    zeros,
)
from reference.dai2018 import cost, separable_cost
from reference.dai2018.minima import (
    data_fit,
    decoder_determinant,
    minimiser,
    minimum,
    separable_curvature,
    separable_determinant,
    separable_gradient,
    stationary_point,
)
from verify import (
    Dimension,
    Index,
    Matrix,
    Orthogonal,
    Permutation,
    Positive,
    Spectrum,
    Vector,
    claim,
    equal,
    iff,
    implies,
    leq,
    less,
)


def eigenvalues_about(lam, t, s):
    """Return ℓ in descending order: λ + t_i² for the entries of t, then λ min(s_i, 1) past these."""
    return concatenate([lam + t**2, lam * (1 - maximum(1 - s[t.shape[-1] :], 0))])


def centred_data(U, ell, V):
    """Return Y (d × n) with YYᵀ/n = U diag(ℓ) Uᵀ, for V orthogonal (n × n) and the min(d, n) first entries of ℓ."""
    n = V.shape[-1]
    return U @ rectangular_diagonal(sqrt(n * ell), U.shape[-1], n) @ V.mT


def data_about(U, V, lam, base, s, signals):
    """Return ℓ and centred data Y with these covariance eigenvalues, ``signals`` of them above λ, 0 past the n-th."""
    d = U.shape[-1]
    ell = eigenvalues_about(lam, base + s[:signals], s)
    return concatenate([ell, zeros((d - s.shape[-1],), s)]), centred_data(U, ell, V)


def subset(which, signals, most):
    """Return the subset of range(signals), of at most ``most`` elements, whose number (from 0, cyclic) is ``which``."""
    subsets = [c for size in range(min(signals, most) + 1) for c in combinations(range(signals), size)]
    return subsets[which % len(subsets)]


def signs(size, flips, like):
    """Return a vector of ones, the first ``flips`` of them negative."""
    return 1 - 2 * leading_identity(size, size, flips, like).sum(0)


# --- the principal subspace -----------------------------------------------------------------------------------------


@claim(
    "dai2018/section-2.subspace",
    r"X-b\mathbf 1^\top=\sum_i\sigma_iu_iv_i^\top\;\Rightarrow\;"
    r"\operatorname{span}[W^*]=\operatorname{span}\{u_i:\sigma_i>\sqrt\lambda\}",
    label="§2",
    kind="optimality",
    expected="refuted",
)
def test_optimal_decoder_spans_the_singular_vectors_above_the_root_of_lambda(
    sigma: Spectrum["q", {"q": (1, 3)}], n: Dimension["q+m", {"m": (0, 3)}], kappa: Dimension["k"], lam: Positive
):
    """False from n = 2 on: the costs add up over n data points, so that the threshold is √(nλ). False too where κ is
    smaller than the number of such vectors.

    X − b1ᵀ is diagonal (q × n), so that u_i = e_i; other singular vectors turn W with them. Remove u_i from the span
    of the optimal W: by the print this is no longer optimal, and costs more, if and only if σ_i > √λ.
    """
    q = len(sigma)
    Y, one = rectangular_diagonal(sigma, q, n), identity(q, q, sigma)
    best = minimiser(one, sigma**2 / n, lam, kappa)
    least = cost(Y, best, 0 * sigma, lam)
    for i, singular_value in enumerate(sigma):
        without = best * (1 - one[:, [i]])
        iff(less(least, cost(Y, without, 0 * sigma, lam)), less(lam, singular_value**2))


@claim(
    "dai2018/section-2.subspace.corrected",
    r"X-b\mathbf 1^\top=\sum_i\sigma_iu_iv_i^\top\;\Rightarrow\;"
    r"\operatorname{span}[W^*]=\operatorname{span}\{u_i:\sigma_i>\sqrt{n\lambda},\ i\le\kappa\}"
    r"\text{ for some singular vectors }u_i,\ \sigma_1\ge\sigma_2\ge\dots",
    label="§2",
    kind="optimality",
    expected="proved",
    corrects="dai2018/section-2.subspace",
    proof=prove_principal_subspace,
)
def test_optimal_decoder_spans_the_singular_vectors_above_the_root_of_n_lambda(
    U: Orthogonal["d", {"d": (1, 3)}],
    V: Orthogonal["n", {"n": (1, 3)}],
    s: Spectrum["min(d,n)"],
    base: Positive,
    signals: Index["min(d,n)+1"],
    lam: Positive,
    b: Vector["d"],
    R: Orthogonal["k", {"k": (1, 3)}],
    Q: Orthogonal["d"],
    which: Index["8"],
    W2: Matrix["d k"],
):
    """W* = U_q Λ Rᵀ, Λ_ii² = σ_i²/n − λ, over the q largest σ_i > √(nλ), q ≤ κ: its span, its value, and what it beats.
    If more than κ exceed √(nλ) and σ_κ = σ_{κ+1}, the singular vectors of the tied may be turned among themselves
    first: any orthonormal basis of their space gives a minimum.

    No other span is optimal, as W*W*ᵀ is unique but for such ties: any other WWᵀ, such as that of W* turned in space,
    costs strictly more, and so do the columns Λ_ii u_i of other i, unless their σ_i are the same.
    """
    kappa, n = len(R), len(V)
    ell, Y = data_about(U, V, lam, base, s, signals)
    X, kept = Y + b[:, None], min(kappa, signals)
    W, span = minimiser(U, ell, lam, kappa) @ R.mT, U[:, :kept]
    equal(span @ span.mT @ W, W)
    if kept:  # the span is not smaller: W has rank ``kept``
        less(0, determinant(span.mT @ W @ W.mT @ span))
    for i in range(len(s)):
        less(n * lam, n * ell[i]) if i < signals else leq(n * ell[i], n * lam)
    least = cost(X, W, b, lam)
    equal(least, n * minimum(ell, lam, kappa))
    gap = ell[kappa - 1] - ell[kappa] if kappa < signals else 1
    for other in (W2, Q @ W, W + W2 / 1024):
        value, different = cost(X, other, b, lam), ~equal(other @ other.mT, W @ W.mT)
        leq(least, value)
        implies(less(0, gap) & different, less(least, value))
    for number in (which, 0):  # of these and of none
        chosen = subset(number, signals, kappa)
        other = stationary_point(U, ell, lam, chosen, kappa)
        value, fewer = cost(X, other, b, lam), ell[list(chosen)] - lam
        leq(least, value)
        implies(less(fewer.sum(), (ell[:kept] - lam).sum()), less(least, value))


# --- Theorem 2 ------------------------------------------------------------------------------------------------------


@claim(
    "dai2018/theorem-2.1",
    r"\mathcal L(W^*,b,\lambda)=\mathcal L(W^*R,b,\lambda)=\mathcal L_{sep}(W^{**},b,\lambda)"
    r"=\mathcal L(W^{**}P,b,\lambda)=\mathcal L_{sep}(W^{**}P,b,\lambda)",
    label="Theorem 2.1",
    kind="optimality",
    rests_on=(
        "dai2018/eq-30",
        "dai2018/eq-31.corrected",
        "dai2018/eq-43.corrected",
        "dai2018/appendix-c.factor-n.corrected",
    ),
)
def test_both_costs_have_the_same_minimum(
    U: Orthogonal["d", {"d": (1, 3)}],
    V: Orthogonal["n", {"n": (1, 3)}],
    s: Spectrum["min(d,n)"],
    base: Positive,
    signals: Index["min(d,n)+1"],
    lam: Positive,
    b: Vector["d"],
    R1: Orthogonal["k", {"k": (1, 3)}],
    R: Orthogonal["k"],
    P1: Permutation["k"],
    P: Permutation["k"],
    flips: Index["k+1"],
    W2: Matrix["d k"],
):
    """W* = UΛR₁ᵀ, of every rotation R₁, and W** = UΛP₁ up to signs, of every permutation P₁: the chain of eq. (9), and
    that they are minima: drawn matrices, drawn perturbations and rotated minima are no better.
    """
    kappa, n = len(R), len(V)
    ell, Y = data_about(U, V, lam, base, s, signals)
    X, best = Y + b[:, None], minimiser(U, ell, lam, kappa)
    W, separable = best @ R1.mT, best @ P1 * signs(kappa, flips, U)
    least = n * minimum(ell, lam, kappa)
    for matrix in (W, W @ R, separable @ P):
        equal(cost(X, matrix, b, lam), least)
    for matrix in (separable, separable @ P):
        equal(separable_cost(X, matrix, b, lam), least)
    for other in (W2, W + W2 / 1024):
        leq(least, cost(X, other, b, lam))
    for other in (W2, separable + W2 / 1024, separable @ R):
        leq(least, separable_cost(X, other, b, lam))


def state_separable_minima(S, matrices, best, lam, direction):
    """State that these matrices are minima of (7): they have the value of UΛ, which is that of (5), no gradient, and no
    negative curvature along this direction.

    By corollary-3 no other stationary point has that; theorem-2.1 compares the value with that of drawn matrices. Value
    and comparison are in the exponentials of the log determinants, which are rational.
    """
    equal(data_fit(S, matrices, lam), data_fit(S, best, lam))
    equal(separable_determinant(matrices, lam), decoder_determinant(best, lam))
    equal(separable_gradient(S, matrices, lam), 0)
    leq(0, separable_curvature(S, matrices, lam, direction))
