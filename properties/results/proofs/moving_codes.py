"""The order in log α of the least cost (11) of dai2018, for κ = 1."""

from itertools import permutations

import sympy

from reference.dai2018.affine import divergence
from reference.dai2018.robust import floored
from verify.proving import is_nonnegative, show, vanishes, vector

HALF = sympy.Rational(1, 2)


def prove_order_of_the_least_cost() -> None:
    """For κ = 1 and any X, inf 𝓛 = N log α + o(log 1/α), N = nd − min (n rank L + ‖X − L‖₀) over rank[L] ≤ 1.

    Above. L = 0 by results/coinciding-inliers. For L = uvᵀ, move codes v_i that coincide apart by α^{½−ε}, with Σ_z = α
    and Σ_x(z) = α^{1−2ε} off the support of the sample whose code is nearest, 1 on it: residuals off the support are
    O(α^{½−ε}), a sample is taken for another with a probability less than any power of α, and the cost is at most
    (N − 2εnd) log α + O(1), for every ε.

    Below. By (71), 𝓛 ≥ Σ_ij log max(α, m_ij², w_j²σ_i²) + Σ_i(σ_i² + μ_i² − log σ_i²) − C, with the residuals m_ij =
    x_ij − w_jμ_i at the means (theorem-4.exact.corrected has C). Take a sequence α → 0 of points whose cost is at most
    log 1/α; as the first sum is at least nd log α, μ_i² and σ_i² are O(log 1/α). On a subsequence all exponents
    converge, in [−∞, ∞]: up to factors α^{o(1)} and signs w_j is α^{p_j}, μ_i is α^{q_i} with q_i ≥ 0, σ_i is α^{t_i}
    with 0 ≤ t_i ≤ ½, and m_ij is α^{ρ_ij}; and all products w_jμ_i converge too. Then lim 𝓛/log α ≤ T,

        T = Σ_ij e_ij − 2Σ_i t_i,  e_ij = min(1, 2ρ_ij, 2(p_j + t_i)),

    and T ≤ N is to be shown. Call (i, j) matched if w_jμ_i → x_ij ≠ 0; then p_j = −q_i ≤ 0. Rows with p_j > 0 or w_j =
    0 (small rows) have none: there e_ij ≤ 1 where x_ij = 0, and e_ij ≤ 0 elsewhere. The others have a level a = −p_j ≥
    0, columns the level c = q_i, and matched entries have a = c. For a row of level a and a column of level c and t:

        matched: e ≤ 2(t − a).  x = 0, or a > c: e ≤ 2(min(c, t) − a).  Else: e ≤ 2 min(0, t − a).

    (For x = 0, ρ = c − a; for a > c too; else ρ = 0.) A level above ½ may be replaced by ½: no bound gets less, as t ≤
    ½. In a given order of all levels and t's, with its ties, the bounds of these three kinds are linear, and so is the
    sum that bounds T: over the simplex of this order in [0, ½] its maximum is at a vertex, where all are 0 or ½. There,
    rows of level ½ have e ≤ 0. In a column with t = 0 all rows that are not small have e ≤ 0. In a column with t = ½,
    which costs 2t = 1, rows of level 0 have e ≤ 1 where they are matched, or c = ½ and x = 0, and e ≤ 0 elsewhere.

    So there is an L of rank ≤ 1 for which n(d − rank L) − ‖X − L‖₀ ≥ T. If no row has level 0, L = 0 agrees with X at
    the zeros of small rows, and that is enough. Else L is 0 but for rows of level 0. In columns with t = ½ and c = 0 it
    agrees with X at all matched entries of these rows: w_jμ_i → x_ij along the edges of a bipartite graph, so that in
    each of its components x_ij = u_jv_i with u_j, v_i ≠ 0, and u_jv_i is of rank 1. In those with t = ½ and c = ½ it is
    0. In a column with t = 0, a multiple of u that agrees with X in one row of level 0. So L agrees with X in one entry
    more than T counts for a column with t = 0, and in as many as T counts for the others before their cost 1.

    Shown are what the cost is made of, and the bounds of e: that they are linear in all orders of a, c, t, and their
    values at the vertices.
    """
    alpha, gap, sigma = sympy.symbols("alpha gap sigma", positive=True)
    mu = sympy.Symbol("mu", real=True)
    show(vanishes(divergence(vector(mu), vector([sigma**2])) - (sigma**2 + mu**2 - 2 * sympy.log(sigma))))
    for square, level, larger in ((alpha + gap, alpha, alpha + gap), (alpha, alpha + gap, alpha + gap)):
        show(vanishes(floored(square, level) - larger))
    gaps = sympy.symbols("g_0:4", nonnegative=True)
    total = sum(gaps)
    for order in permutations("act"):
        # 0 ≤ first ≤ second ≤ third ≤ ½, for which the gaps are scaled to add up to ½
        place = {name: HALF * sum(gaps[: i + 1]) / total for i, name in enumerate(order)}
        a, c, t = (place[name] for name in "act")
        smaller = c if order.index("c") < order.index("t") else t
        show(is_nonnegative(1 - 2 * (smaller - a)))  # min(1, ·) does not matter
        for other in (c, t):
            show(is_nonnegative(other - smaller))
        for bound in (2 * (t - a), 2 * (smaller - a)):
            show(vanishes(sum(sympy.diff(bound * total, gap, 2) for gap in gaps)))
    # at the vertices
    for a, c, t in ((x, y, z) for x in (0, HALF) for y in (0, HALF) for z in (0, HALF)):
        matched, vanishing, left = 2 * (t - a), 2 * (min(c, t) - a), 2 * min(0, t - a)
        show(left <= 0)
        if a == HALF or t == 0:
            show(max(matched, vanishing) <= 0)
        else:
            show(max(matched, vanishing) <= 1)
            show(c == HALF or vanishing <= 0)
