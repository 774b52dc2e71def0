"""Eq. (87) with diagonal Σ_x a function of the code, as it is defined: samples of one code share their variances."""

from functools import reduce
from itertools import combinations
from operator import or_

from properties.dai2018.proofs.robust_pca import prove_shared_variances_reduce
from reference.arithmetic import concatenate, log, maximum, nonzero
from reference.dai2018.robust import autoencoder_cost, count_nonzero, floored, mean_squares_by_code
from verify import Index, Matrix, Positive, claim, corner, equal, iff, leq


@claim(
    "dai2018/corollary-5.function-of-z",
    r"\Sigma_x^{(i)}\triangleq\Sigma_x(\mu_z^{(i)};\theta):\ "
    r"nd-\frac1{\log\alpha}\min_{\text{diagonal }\Sigma_x\succeq\alpha I}"
    r"\sum_i(r^{(i)})^\top(\Sigma_x^{(i)})^{-1}r^{(i)}+\log|\Sigma_x^{(i)}|\to\sum_i\|r^{(i)}\|_0",
    label="eqs. (85)-(87) at given codes",
    kind="limit",
    expected="refuted",
    corner="two codes coincide",
)
def test_shared_variances_count_the_residuals(
    W: Matrix["d k", {"d": (1, 3), "k": (1, 2)}], M: Matrix["k n", {"n": (1, 3)}], R: Matrix["d n"]
):
    """(87) at given codes is false where equal codes have residuals of different support, such as 1 and 0 at the code
    0: X = [1 0], W = 0. Corollary 5 is about minimisers, whose codes may move apart: ``corollary-5.minimisers``.

    Below (85) Σ_x is a function of μ_z, so that samples of one code share it. For m of them the minimum in entry j is m
    times that of c/γ + log γ over γ ≥ α, with c the mean of their r_j²: by (69), for α ≤ c, m log c + m, of which log α
    has no part unless all of them vanish (``corollary-5.function-of-z.corrected``, proved). So the left side tends to
    nd less the number of the c that are 0. Stated is that it is ‖X − WM‖₀.
    """
    X = W @ M + R
    pairs = [equal(M[:, i], M[:, k]) for i, k in combinations(range(M.shape[1]), 2)]
    corner(reduce(or_, pairs, equal(0, 1)))
    equal(count_nonzero(mean_squares_by_code(X - W @ M, M)), count_nonzero(X - W @ M))


@claim(
    "dai2018/corollary-5.function-of-z.corrected",
    r"\Sigma_x^{(i)}=\Sigma_x(\mu_z^{(i)};\theta):\ "
    r"nd-\frac1{\log\alpha}\min_{\text{diagonal }\Sigma_x\succeq\alpha I}"
    r"\sum_i(r^{(i)})^\top(\Sigma_x^{(i)})^{-1}r^{(i)}+\log|\Sigma_x^{(i)}|\to\sum_i\|r^{(i)}\|_0"
    r"\text{ if and only if }"
    r"\mu_z^{(i)}=\mu_z^{(k)}\Rightarrow\operatorname{supp}[r^{(i)}]=\operatorname{supp}[r^{(k)}]",
    label="eqs. (85)-(87) at given codes",
    kind="limit",
    corrects="dai2018/corollary-5.function-of-z",
    expected="proved",
    proof=prove_shared_variances_reduce,
    rests_on="dai2018/eq-69",
)
def test_shared_variances_count_the_residuals_of_a_code(
    W: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    M: Matrix["k m", {"m": (1, 2)}],
    R: Matrix["d m+1"],
    copy: Index["m"],
    T: Matrix["d m"],
    t: Positive,
):
    """True where the codes are distinct, in particular. The last code is a copy of another; the last residual is drawn,
    and one of the same support. c is the mean of r² over the samples of a code.

    The minimum is at γ = ξ_α(c), and for all α up to the least c > 0 it is (nd − ‖c‖₀) log α + Σ_{c≠0} (log c + 1).
    Competitors: other variances that the samples of one code share.
    """
    m = M.shape[1]
    codes = concatenate([M, M[:, copy : copy + 1]])
    for last in (R[:, m:], 3 * R[:, copy : copy + 1]):
        X = W @ codes + concatenate([R[:, :m], last])
        d, n = X.shape
        residuals = X - W @ codes
        squares = mean_squares_by_code(residuals, codes)
        positive = squares + (1 - nonzero(squares))
        alpha = t / (1 + t) * reduce(lambda a, b: -maximum(-a, -b), list(positive.reshape(-1)), 1 + 0 * t)
        gamma = floored(squares, alpha)
        best, count = autoencoder_cost(X, W, codes, gamma), count_nonzero(squares)
        equal(best, (n * d - count) * log(alpha) + log(positive).sum() + count)
        shared = mean_squares_by_code(concatenate([T, T[:, copy : copy + 1]]), codes)
        leq(best, autoencoder_cost(X, W, codes, alpha + shared))
        leq(best, autoencoder_cost(X, W, codes, gamma + shared / 2**10))
        leq(best, autoencoder_cost(X, W, codes, alpha + (gamma - alpha) * t / (1 + t)))
        same = equal(0, 0)
        supports = nonzero(residuals)
        for i in range(n):
            for k in range(i):
                same = same & (~equal(codes[:, i], codes[:, k]) | equal(supports[:, i], supports[:, k]))
        iff(equal(count, count_nonzero(residuals)), same)
