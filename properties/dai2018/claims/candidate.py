"""Slips in App. E's account of its candidate solution: eqs. (62) and (63), and what uniqueness requires (E.4).

The candidate is that of E.1: z = π^{(i)} + √α ε, the decoder Ψz, and variances α off the support of s^{(i)} and 1 on
it.
"""

from functools import reduce

import numpy as np

from properties.dai2018.proofs.candidate import prove_ball_lies_in_the_cell, prove_candidate_fit
from reference.arithmetic import absolute, greater, identity, log, maximum, nonzero, rank, where
from reference.dai2018.candidate import candidate_fit
from reference.dai2018.robust import log_coefficient, robust_pca
from reference.dai2018.tails import half_least_distance, quantisation_probabilities
from reference.gaussian import norm_tail
from verify import (
    Index,
    Matrix,
    Positive,
    PositiveVector,
    Scalar,
    Vector,
    assume,
    claim,
    corner,
    equal,
    implies,
    leq,
    less,
)

# --- eq. (62) -------------------------------------------------------------------------------------------------------


def residuals_within(Psi, deviations, S, alpha):
    """Return X − ΨΠ of (47), for X = UV + S and span[Ψ] = span[U]: at most α off the support of S, and beyond α on it.

    UV − ΨΠ is Ψ times the deviations, shrunk to entries of at most α; outliers are S, moved away from 0 by 2α.
    """
    close = Psi @ deviations * alpha / (1 + (absolute(Psi) @ absolute(deviations)).sum())
    return close + nonzero(S) * (S + where(greater(S, 0), 2 * alpha + 0 * S, -2 * alpha + 0 * S))


@claim(
    "dai2018/eq-62",
    r"\operatorname{supp}_\alpha[x^{(i)}-\Psi\pi^{(i)}]=\operatorname{supp}[s^{(i)}]\;\Rightarrow\;"
    r"(x^{(i)}-\Psi\pi^{(i)})^\top(\Lambda^{(i)})^{-1}(x^{(i)}-\Psi\pi^{(i)})\le\eta,\quad"
    r"\eta=\max_i\|x^{(i)}-\Psi\pi^{(i)}\|_2^2",
    label="eqs. (47), (62)",
    kind="inequality",
    expected="refuted",
    reading="(47) as it is printed, which allows residuals of up to α off the support",
)
def test_weighted_error_is_at_most_the_largest_error(
    Psi: Matrix["d k"], deviations: Matrix["k n", {"n": (1, 2)}], S: Matrix["d n"], t: Positive
):
    """False where a residual r off the support is not 0: (47) allows |r| ≤ α, and 1/Λ_jj = 1/α makes r²/α of r².

    It is the third inequality of (62), without the trace on both sides. The text beside it has "zero-valued elements"
    in the residuals off the support, and with these (62) is true: ``eq-62.corrected`` states both.

    The claim does not ask for what Theorem 4 presupposes, one solution of (10) and d ≥ 2, with which (62) is as false:
    X = Ψ = (1, 1)ᵀ and π = 1 − α/2 leave the residuals (α/2, α/2), so that the left side is α/2, and η is α²/2.
    """
    alpha = t / (1 + t)
    R = residuals_within(Psi, deviations, S, alpha)
    errors = (R**2).sum(0)
    leq(candidate_fit(0 * Psi, nonzero(S), R, alpha), reduce(maximum, list(errors)))


@claim(
    "dai2018/eq-62.corrected",
    r"\operatorname{supp}_\alpha[x^{(i)}-\Psi\pi^{(i)}]=\operatorname{supp}[s^{(i)}],\ 0<\alpha<1\;\Rightarrow\;"
    r"\mathbb E\big\|(\Lambda^{(i)})^{-1/2}(x^{(i)}-\Psi\pi^{(i)}-\sqrt\alpha\Psi\epsilon)\big\|_2^2\le"
    r"\|x^{(i)}-\Psi\pi^{(i)}\|_2^2+\operatorname{tr}[\Psi^\top\Psi]+(d-\|s^{(i)}\|_0)\,\alpha(1-\alpha);\quad"
    r"\le\|x^{(i)}-\Psi\pi^{(i)}\|_2^2+\operatorname{tr}[\Psi^\top\Psi]"
    r"\text{ if }x^{(i)}-\Psi\pi^{(i)}\text{ is 0 off }\operatorname{supp}[s^{(i)}]",
    label="eqs. (47), (62)",
    kind="inequality",
    corrects="dai2018/eq-62",
    expected="proved",
    proof=prove_candidate_fit,
)
def test_weighted_error_exceeds_the_error_by_a_multiple_of_the_level(
    Psi: Matrix["d k"], deviations: Matrix["k n", {"n": (1, 2)}], S: Matrix["d n"], t: Positive
):
    """So (62) is O(1), as (65) needs. The multiple of α(1 − α) is the best: for Ψ → 0 and all |r_j| = α off the support
    there is equality, which is stated. The first line of (62) is less, as it integrates over a part of the ε.
    """
    alpha = t / (1 + t)
    R, supports, trace = residuals_within(Psi, deviations, S, alpha), nonzero(S), (Psi**2).sum()
    slack = (1 - supports).sum(0) * alpha * (1 - alpha)
    leq(candidate_fit(Psi, supports, R, alpha), (R**2).sum(0) + trace + slack)
    exact = R * supports
    leq(candidate_fit(Psi, supports, exact, alpha), (exact**2).sum(0) + trace)
    extreme = exact + alpha * (1 - supports)
    equal(candidate_fit(0 * Psi, supports, extreme, alpha), (extreme**2).sum(0) + slack)


# --- eq. (63) -------------------------------------------------------------------------------------------------------


def right_support_probabilities(centres, S, root):
    """Return P(ε ∈ 𝒮^{(i)}) of (52) for each of the ascending centres: h hits one that has the same support."""
    supports = nonzero(S)
    differ = ((supports[:, :, None] - supports[:, None, :]) ** 2).sum(0)
    return (quantisation_probabilities(centres, root) * (1 - nonzero(differ))).sum(-1)


def independent_terms(centres, S, root):
    """Return log|Λ^{(i)}| + κα − κ log α + ‖π^{(i)}‖² for κ = 1, the terms of (63), with α = root²."""
    return (len(S) - nonzero(S).sum(0) - 1) * log(root**2) + root**2 + centres**2


@claim(
    "dai2018/eq-63",
    r"\int_{\epsilon\in\mathcal S^{(i)}}\Big[\log|\hat\Sigma_x^{(i)}|+\operatorname{tr}[\hat\Sigma_z^{(i)}]"
    r"-\log|\hat\Sigma_z^{(i)}|+\|\hat\mu_z^{(i)}\|_2^2\Big]p(\epsilon)d\epsilon="
    r"\Big[\log|\Lambda^{(i)}|+\kappa\alpha-\kappa\log\alpha+\|\pi^{(i)}\|_2^2\Big]"
    r"\int_{\|\sqrt\alpha\epsilon\|_2<\rho}p(\epsilon)d\epsilon",
    label="eq. (63)",
    expected="refuted",
)
def test_right_support_is_found_in_the_ball_alone(
    start: Scalar, gaps: PositiveVector["m", {"m": (2, 3)}], S: Matrix["d m"], t: Positive
):
    """False: 𝒮^{(i)} contains the ball ‖√αε‖ < ρ, but is larger, for two centres a half line, and all of ℝ^κ if the
    supports are equal. κ = 1, where the cells of h are intervals; α = t²/(1 + t)².

    So it is where (10) has one solution, as Theorem 4 presupposes, which the claim does not ask for: X = [1 2; 1 2] has
    S = 0, so that 𝒮^{(i)} = ℝ, and the terms, which differ by 3, are not both 0.
    """
    root, centres = t / (1 + t), start + np.cumsum(gaps)
    terms, rho = independent_terms(centres, S, root), half_least_distance(centres)
    within = 1 - norm_tail(1, (rho / root) ** 2)
    equal(terms * right_support_probabilities(centres, S, root), terms * within)


@claim(
    "dai2018/eq-63.corrected",
    r"0<\alpha<1,\ \rho>0:\ "
    r"\int_{\epsilon\in\mathcal S^{(i)}}\Big[\log|\hat\Sigma_x^{(i)}|+\dots\Big]p(\epsilon)d\epsilon="
    r"\Big[\log|\Lambda^{(i)}|+\kappa\alpha-\kappa\log\alpha+\|\pi^{(i)}\|_2^2\Big]P(\epsilon\in\mathcal S^{(i)}),\quad"
    r"\|\sqrt\alpha\epsilon\|_2<\rho\Rightarrow\epsilon\in\mathcal S^{(i)}:\ "
    r"1-\frac{\kappa\alpha}{\rho^2}\le P(\|\sqrt\alpha\epsilon\|_2<\rho)\le P(\epsilon\in\mathcal S^{(i)})\le1",
    label="eq. (63)",
    corrects="dai2018/eq-63",
    expected="proved",
    proof=prove_ball_lies_in_the_cell,
    rests_on="dai2018/eq-60.corrected",
)
def test_right_support_is_found_in_a_cell_that_contains_the_ball(
    start: Scalar,
    gaps: PositiveVector["m", {"m": (2, 3)}],
    S: Matrix["d m"],
    t: Positive,
    centre: Vector["k"],
    other: Vector["k"],
    step: Vector["k"],
):
    """So what (65) makes of it is right: α log α tends to 0. The terms do not depend on ε, and leave the integral.

    Judged for κ = 1 as numbers, and for every κ at a point: z, closer to a centre than half the distance to another, is
    closer to it than to the other.
    """
    root, centres = t / (1 + t), start + np.cumsum(gaps)
    rho = half_least_distance(centres)
    within, right = 1 - norm_tail(1, (rho / root) ** 2), right_support_probabilities(centres, S, root)
    leq(1 - (root / rho) ** 2, within)
    leq(within, right)
    leq(right, 1)
    for z in (step, step / 8):
        near = less(4 * (z**2).sum(), ((other - centre) ** 2).sum())
        implies(near, less((z**2).sum(), ((centre + z - other) ** 2).sum()))


# --- App. E.4 -------------------------------------------------------------------------------------------------------


def solution(X):
    """Return rank[L] and the numbers ‖s^{(i)}‖₀ of the unique solution of (10), a premise."""
    best = robust_pca(X, X.shape[-1])
    assume(equal(int(best.low_rank is not None), 1))
    return int(best.ranks[0]), best.supports[0].sum(0), best.low_rank


@claim(
    "dai2018/appendix-e.4",
    r"X=UV+S\text{ uniquely optimises (10)},\ \kappa=\operatorname{rank}[U]\;\Rightarrow\;"
    r"\kappa+\|s^{(i)}\|_0<d\ \forall i",
    label="App. E.4, below (67)",
    kind="inequality",
    expected="refuted",
    corner="rank[U] = 0",
)
def test_unique_solutions_leave_a_degree_of_freedom(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    u: Vector["p", {"p": (1, 3)}],
    v: Vector["q", {"q": (1, 3)}],
    i: Index["p"],
    j: Index["q"],
    outlier: Scalar,
    planted: Index["2"],
):
    """False at rank[U] = 0, where a column of outliers may be full: L = 0 is the only solution for X = [1 0 0; 1 0 0],
    and κ + ‖s^{(1)}‖₀ = 2 = d. For κ ≥ 1 the print is right: ``appendix-e.4.corrected`` has the argument. X is any
    matrix, or of rank 1 with an outlier.
    """
    X = with_outlier(u, v, i, j, outlier) if planted else X
    kappa, sizes, _ = solution(X)
    corner(equal(kappa, 0))
    less(kappa + sizes, len(X))


def with_outlier(u, v, i, j, outlier):
    """Return uvᵀ with an entry changed."""
    p, q = len(u), len(v)
    return u[:, None] * v + outlier * identity(p, p, u)[:, i][:, None] * identity(q, q, u)[j]


@claim(
    "dai2018/appendix-e.4.corrected",
    r"X=UV+S\text{ uniquely optimises (10)},\ \kappa=\operatorname{rank}[U]\;\Rightarrow\;"
    r"\kappa+\|s^{(i)}\|_0<d\ \forall i\text{ if }\kappa\ge1,\quad\|s^{(i)}\|_0\le d\text{ if }\kappa=0;\quad"
    r"\sum_i(d-\kappa-\|s^{(i)}\|_0)\ge1",
    label="App. E.4, below (67)",
    kind="inequality",
    corrects="dai2018/appendix-e.4",
)
def test_unique_solutions_leave_degrees_of_freedom_to_some_sample(
    X: Matrix["d n", {"d": (1, 3), "n": (1, 3)}],
    u: Vector["p", {"p": (1, 3)}],
    v: Vector["q", {"q": (1, 3)}],
    i: Index["p"],
    j: Index["q"],
    outlier: Scalar,
    planted: Index["2"],
):
    """So the conclusion stands that (66) is unbounded below: for κ = 0 as ‖X‖₀ is less than n · rank[X] ≤ nd.

    For κ ≥ 1, let V = span[U] and I be the places where s^{(i)} is 0. No v ≠ 0 in V vanishes on I: l^{(i)} moved along
    v until an outlier vanishes is better. So |I| ≥ κ. If |I| = κ < d, V is the graph of a matrix A from ℝ^I to the
    outliers. With A_jk ≠ 0 there is an l in V that is x^{(i)} at j and on I without k, and is as good; with A = 0, V
    has e_k for k in I, and the k-th row of L may go to S, which is as good. For |I| = κ = d, S = X is as good.
    """
    X = with_outlier(u, v, i, j, outlier) if planted else X
    kappa, sizes, L = solution(X)
    equal(kappa, rank(L))
    leq(kappa + sizes + int(kappa > 0), len(X))
    leq(1, log_coefficient(L, X - L) + 0 * sizes.sum())
