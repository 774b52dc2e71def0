"""What Theorem 4 of dai2018 is true of where W and the codes move with α: the order of the least cost, for κ = 1."""

import numpy as np

from properties.results.proofs.moving_codes import prove_limit_of_minima, prove_order_of_the_least_cost
from reference.arithmetic import exactly, greater, maximum, nonzero, where
from reference.dai2018.rank_one import closest_of_rank_one
from verify import Index, Positive, Scalar, Vector, assume, claim, equal, implies, leq, less


def least(a, b):
    """Return the smaller of a and b entry by entry."""
    return -maximum(-a, -b)


def order_of_powers(X, omega, m, p, q, t):
    """Return the coefficient of log α in the least cost (71) at w_j = ω_jα^{p_j}, μ_i = m_iα^{q_i}, σ_i = α^{t_i}.

    E log max(α, r²) is log max(α, mean², variance) + O(1) for a Gaussian r: so min(1, 2ρ_ij, 2(p_j + t_i)) for each
    entry, ρ_ij the exponent of x_ij − w_jμ_i, and −2t_i for each sample. What is 0 has an exponent of at least 1 here.
    """
    product, exponent = omega[:, None] * m, p[:, None] + q
    moves = nonzero(product)
    left = nonzero(X - product * (1 - nonzero(exponent)))  # what α → 0 leaves of the residual, if it is bounded
    vanishing = where(greater(exponent, 0), exponent, 1 + 0 * exponent)
    residual = where(greater(0 * exponent, exponent), exponent, (1 - left) * vanishing)
    residual = moves * residual + (1 - moves) * (1 - nonzero(X))
    spread = nonzero(omega)[:, None] * (p[:, None] + t) + 1 - nonzero(omega)[:, None]
    return least(1 + 0 * residual, 2 * least(residual, spread)).sum() - 2 * t.sum()


def sign(x):
    """Return 1, 0 or −1 for each entry."""
    return where(greater(x, 0), 1 + 0 * x, 0 * x) - where(greater(0 * x, x), 1 + 0 * x, 0 * x)


def least_value(X, weight):
    """Return the least weight · rank[L] + ‖X − L‖₀ over rank[L] ≤ 1: weight n is (10), d is (67)."""
    return min(int((exactly(X) != 0).sum()), weight + closest_of_rank_one(X)[0])


def approached(omega, m, still, rise, fall, narrow, size, x, a, b, outlier):
    """Return X and exponents p_j of −h, 0 or h, q_i of 0 or h, t_i of 0, h or 1/2, for an h ≤ 1/2.

    Where ``still`` is 0 they are 0, 0 and 1/2, which is of the least order for X = ωmᵀ without zeros. X is what
    ω_jm_iα^{p_j + q_i} leaves as α → 0, or x where it diverges, but for an outlier at (a, b).
    """
    h = least(size, 1 + 0 * size) / 2
    rise, fall, narrow = (int(still > 0) * y for y in (rise, fall, narrow))
    p, q = h * sign(rise), h * (sign(fall) + sign(fall) ** 2) / 2
    kept = sign(narrow)
    t = (1 - kept**2) / 2 + h * (kept + kept**2) / 2
    product, exponent = omega[:, None] * m, p[:, None] + q
    diverges = where(greater(0 * exponent, exponent), 1 + 0 * exponent, 0 * exponent) * nonzero(product)
    X = product * (1 - nonzero(exponent)) + x * diverges
    return X + outlier * ((np.arange(len(omega)) == a)[:, None] * (np.arange(len(m)) == b)), p, q, t


@claim(
    "results/moving-codes",
    r"\kappa=1,\ X\in\mathbb R^{d\times n}:\quad\lim_{\alpha\to0}\frac1{\log\alpha}"
    r"\inf_{W,\mu_z,\Sigma_z\succeq\alpha I,\text{ diagonal }\Sigma_x(\cdot)\succeq\alpha I}\mathcal L="
    r"nd-\min_{\operatorname{rank}[L]\le1}\Big(n\cdot\operatorname{rank}[L]+\|X-L\|_0\Big)",
    label="Theorem 4 of dai2018",
    kind="limit",
    expected="proved",
    proof=prove_order_of_the_least_cost,
    rests_on=("results/coinciding-inliers", "dai2018/eq-69"),
)
def test_moving_decoders_have_no_lower_order(
    omega: Vector["d", {"d": (1, 4)}],
    m: Vector["n", {"n": (1, 3)}],
    still: Index["4"],
    rise: Vector["d"],
    fall: Vector["n"],
    narrow: Vector["n"],
    size: Positive,
    x: Scalar,
    a: Index["d"],
    b: Index["n"],
    outlier: Scalar,
):
    """Without Σ_z it is false: at the cross of ``dai2018/corollary-5.minimisers``, W = (1/√α, 1, 1, 1, 1) has a lower
    order. Here a large w_j makes Σ_z ⪰ αI felt. No solution need be unique.

    Judged as an inequality of coefficients, of decoders and codes that are powers of α (``approached``). The bound of
    the cost is (71), which grants each sample its own Σ_x(z).
    """
    X, *powers = approached(omega, m, still, rise, fall, narrow, size, x, a, b, outlier)
    d, n = X.shape
    leq(order_of_powers(X, omega, m, *powers), n * d - least_value(X, n))


@claim(
    "results/theorem-4",
    r"\kappa=1,\ X=UV+S\text{ uniquely optimises (10)},\ \operatorname{rank}[U]\le1,\ \alpha\to0\;\Rightarrow\;"
    r"\text{at every sequence of global minima of (11)}\quad\hat W\hat\mu_z^{(i)}\to Uv^{(i)},\quad"
    r"|x^{(i)}-\hat W\hat\mu_z^{(i)}|_j\le\alpha^{1/2-o(1)}\ \forall j\notin\operatorname{supp}[s^{(i)}],\quad"
    r"\operatorname{span}[\hat W]\to\operatorname{span}[U]\ (\hat W\to0\text{ if }U=0)",
    label="Theorem 4 of dai2018",
    kind="limit",
    expected="proved",
    proof=prove_limit_of_minima,
    sharpens="dai2018/theorem-4",
    rests_on="results/moving-codes",
)
def test_minima_tend_to_robust_principal_components(
    omega: Vector["d", {"d": (1, 4)}],
    m: Vector["n", {"n": (1, 3)}],
    still: Index["4"],
    rise: Vector["d"],
    fall: Vector["n"],
    narrow: Vector["n"],
    size: Positive,
    x: Scalar,
    a: Index["d"],
    b: Index["n"],
    outlier: Scalar,
):
    """What Theorem 4 says is so in the limit, for one latent dimension and any number of samples. Proved of all points
    whose cost is (N + o(1)) log α, N as in ``results/moving-codes``, as that of the minima is.

    Judged of decoders and codes that are powers of α, as there: if a w_jμ_i diverges, or tends to another than l_ij,
    their order is lower than that of the solution. (Few that are drawn have its order.)
    """
    X, *powers = approached(omega, m, still, rise, fall, narrow, size, x, a, b, outlier)
    d, n = X.shape
    fewest, L = closest_of_rank_one(X)
    none, one = int((exactly(X) != 0).sum()), n + fewest
    L = 0 * exactly(X) if none < one else L
    assume(equal(int(none != one and L is not None and min(none, one) < 2 * n), 1))
    product, exponent = omega[:, None] * m, powers[0][:, None] + powers[1]
    bounded, limit = leq(0, exponent * nonzero(product)), equal(product * (1 - nonzero(exponent)), L)
    implies(~(bounded & limit), less(order_of_powers(X, omega, m, *powers), n * d - min(none, one)))
