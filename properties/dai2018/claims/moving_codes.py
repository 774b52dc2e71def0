"""Corollary 5 itself, of minimisers: what α → 0 leaves of them where the codes μ_z and W may move with α."""

import numpy as np

from reference.arithmetic import exactly, log, maximum, nonzero, squared_norm
from reference.dai2018.rank_one import closest_of_rank_one
from reference.dai2018.robust import autoencoder_cost, count_nonzero, floored, mean_squares_by_code
from verify import Index, Matrix, NonNegative, Positive, Scalar, Vector, assume, claim, equal, leq


def one_entry(R, i, j):
    """Return the indicator of an entry."""
    return (np.arange(R.shape[0]) == i)[:, None] * (np.arange(R.shape[1]) == j)


def cross(w, mu, i, j):
    """Return wμᵀ in row i and in column j, but for the entry where they meet, and 0 elsewhere."""
    row, column = np.arange(len(w)) == i, np.arange(len(mu)) == j
    return (row[:, None] ^ column) * (w[:, None] * mu)


def order_along_the_cross(w, mu, R, i, j):
    """Return the coefficient of log α in Σ log ξ_α(r²) at X = cross + R, for W = (w, w_i/√α) and μ = (√α μ, μ_j).

    In row i and column j the residual is R, but for r_ij = R_ij − w_iμ_j/√α; it is R_kl − √α w_kμ_l elsewhere. So
    log ξ_α(r²) is log α + O(1) where R is 0, and O(1) where it is not; at ij it is −log α + O(1) unless w_iμ_j = 0.
    """
    zeros, diverges = 1 - nonzero(R), nonzero(w[i] * mu[j])
    return (zeros * (1 - one_entry(R, i, j))).sum() + (1 - diverges) * zeros[i, j] - diverges


@claim(
    "dai2018/corollary-5.minimisers",
    r"X=UV+S\text{ uniquely optimises (10)},\ \operatorname{rank}[U]\le\kappa=1\;\Rightarrow\;"
    r"\lim_{\alpha\to0}\Big(nd-\frac1{\log\alpha}"
    r"\inf_{W,\mu_z,\text{diagonal }\Sigma_x\succeq\alpha I}\mathcal L\Big)="
    r"\min_{W,\mu_z}\sum_i\|x^{(i)}-W\mu_z^{(i)}\|_0",
    label="Corollary 5, eq. (15)",
    kind="limit",
    expected="refuted",
    rests_on="dai2018/corollary-5",
)
def test_minimisers_count_outliers(
    w: Vector["d", {"d": (1, 5)}],
    mu: Vector["n", {"n": (1, 4)}],
    i: Index["d"],
    j: Index["n"],
    x: Scalar,
    a: Index["d"],
    b: Index["n"],
    outlier: Scalar,
):
    """False where W and μ_z grow as α → 0: the 5 × 4 matrix X of 1 in its first row and column and 0 elsewhere is three
    outliers from rank 1, but W = (1/√α, 1, 1, 1, 1), μ_z = (1, √α, √α, √α) leave 1 − 1/√α once and √α twelve times, at
    a cost of 18 log α, below (20 − 3) log α.

    "Minimizers of the VAE cost are minimizers of [(15)] in the limit α → 0", codes and Σ_x free: then the least cost is
    (nd − N) log α + o(log α), for N the least of (15). Made finite: no W(α), μ_z(α) have a larger coefficient of log α.
    Here they follow α^{±1/2}, at data that they come near to, with an outlier, and the coefficient is an integer
    (order_along_the_cross). Codes that coincide, and would have to share Σ_x (function-of-z), move apart by less than
    α, at no cost of this order. In the example the minimiser of (15) costs 17 log α + O(1), and minimises no VAE cost.

    Premises are Theorem 4's, whose conditions the corollary takes over: (10) is uniquely solved, by L of rank at most
    κ = 1; at less than 2n, so that no rank of 2 need be looked at. In the example L is the first column of X.
    """
    R = x * one_entry(cross(w, mu, i, j), i, j) + outlier * one_entry(cross(w, mu, i, j), a, b)
    X = cross(w, mu, i, j) + R
    d, n = X.shape
    fewest, L = closest_of_rank_one(X)
    none, one = int((exactly(X) != 0).sum()), n + fewest  # the values of (10) with rank 0 and with rank 1
    unique = none < one or (one < none and L is not None)
    assume(equal(int(unique and min(none, one) < 2 * n), 1))
    leq(order_along_the_cross(w, mu, R, i, j), n * d - fewest)


@claim(
    "dai2018/corollary-5.minimisers.corrected",
    r"\alpha\le\tau:\ \min_{\text{diagonal }\Sigma_x\succeq\alpha I}\mathcal L\ge(nd-m)\log\alpha+m\log\tau,\ "
    r"m=\#\{ij:(r^{(i)}_j)^2>\tau\};\quad"
    r"\inf_{\mu}\min_{\text{diagonal }\Sigma_x\succeq\alpha I}\mathcal L"
    r"\le(nd-\textstyle\sum_i\|r^{(i)}\|_0)\log\alpha+O(1)"
    r"\text{ over codes }\mu\text{ within }\sqrt\alpha\text{ of }\mu_z",
    label="Corollary 5, eq. (15)",
    kind="limit",
    corrects="dai2018/corollary-5.minimisers",
    rests_on="dai2018/eq-69",
)
def test_bounded_minimisers_count_outliers(
    W: Matrix["d k", {"d": (1, 3), "k": (1, 2)}],
    M: Matrix["k n", {"n": (1, 3)}],
    R: Matrix["d n"],
    root: Positive,
    more: NonNegative,
):
    """So Corollary 5 is true if the Wμ_z stay bounded: minimisers with ‖Wμ_z‖ ≤ B come to those of (15) as α → 0.

    For such Wμ_z, a compact set of matrices of rank ≤ κ, there is a τ > 0 with m ≥ N everywhere, N the least of (15),
    as ‖X − L‖₀ ≥ N at all limits L: then the cost is at least (nd − N) log α + N log τ, and it exceeds this by a
    multiple of |log α| near any L of more outliers. Σ_x is a function of the code: the first inequality is judged at
    drawn codes and at equal ones. The second is judged from equal codes, which are the worst: moved apart, sample by
    sample, they leave residuals within √α of r.
    """
    d, n = R.shape
    alpha = root**2
    tau = alpha + more
    equal_codes = M[:, :1] + 0 * M
    for codes in (M, equal_codes):
        X = W @ codes + R
        gamma = floored(mean_squares_by_code(R, codes), alpha)
        m = count_nonzero(maximum(R**2 - tau, 0 * R))
        leq((n * d - m) * log(alpha) + m * log(tau), autoencoder_cost(X, W, codes, gamma))
    step = root / (1 + squared_norm(W)) / n * np.arange(n)
    moved = equal_codes + (np.arange(len(M)) == 0)[:, None] * step
    left = X - W @ moved
    bound = (nonzero(R) * log(2 * R**2 + 2 * alpha) + (1 - nonzero(R)) * log(alpha)).sum() + n * d
    leq(autoencoder_cost(X, W, moved, floored(left**2, alpha)), bound)
