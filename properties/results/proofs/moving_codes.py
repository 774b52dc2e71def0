"""The order in log α of the least cost (11) of dai2018, for κ = 1."""

from itertools import pairwise, permutations

from properties.dai2018.proofs.logarithms import prove_expected_logarithm
from reference.arithmetic.deferred import sympy
from reference.dai2018.affine import divergence
from reference.dai2018.robust import floored
from verify.proving import is_nonnegative, show, vanishes, vector


def prove_order_of_the_least_cost() -> None:
    """For κ = 1 and any X, inf 𝓛 = N log α + o(log 1/α), N = nd − min (n rank L + ‖X − L‖₀) over rank[L] ≤ 1.

    Above. L = 0 by results/coinciding-inliers. For L = uvᵀ, move codes v_i that coincide apart by α^{½−ε}, with Σ_z = α
    and Σ_x(z) = α^{1−2ε} off the support of the sample whose code is nearest, 1 on it: residuals off the support are
    O(α^{½−ε}), a sample is taken for another with a probability less than any power of α, and the cost is at most
    (N − 2εnd) log α + O(1), for every ε.

    Below. By (71), 𝓛 ≥ Σ_ij log max(α, m_ij², w_j²σ_i²) + Σ_i(σ_i² + μ_i² − log σ_i²) − C, with the residuals m_ij =
    x_ij − w_jμ_i at the means (``prove_expected_logarithm``). Take a sequence α → 0 of points whose cost is at most
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
    HALF = sympy.Rational(1, 2)
    prove_expected_logarithm()
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


def prove_limit_of_minima() -> None:
    """Where X = L + S is the only solution of (10), rank[L] ≤ 1, and 𝓛 = (N + o(1)) log α: equality in T ≤ N.

    Any subsequence has one along which exponents and products converge, as in prove_order_of_the_least_cost; what
    follows is the same for all of them. Let 0 ≤ y_1 < … < y_m ≤ ½ be the values of all levels and t's, y_0 = 0 and
    y_{m+1} = ½. The point is the mean of the vertices at which y_1, …, y_k are 0 and the others ½, with the weights
    2(y_{k+1} − y_k). So at each vertex of positive weight T's bound is N, every L made there is a solution of (10), so
    the only one, and no choice in making it leads to another, or to one that agrees with X more often.

    A row of S without zeros is impossible: that row in L would be as good. So is e_j ∈ span[U]: row j in S would be as
    good. Let rank[L] = 1, L = uvᵀ; u has two entries or more that are not 0. At each vertex the rows of level 0 are
    those where u ≠ 0. So these have level 0 itself: the first vertex of positive weight has no other rows of level 0
    than those of level 0 from the start. Other rows are small or of a level ≥ ½, as the last vertex has none of those
    between; and none is of a level ≥ ½: e ≤ 0 there, though L agrees with X at a zero of the row. A column with t = 0
    at a vertex could agree in another row of level 0: so t_i = ½ for all. In a column with c = 0 at a vertex and no
    matched entry, L may be chosen to agree once more: so columns with l^{(i)} ≠ 0 have c = 0 and matched entries, and
    the others c ≥ ½. The graph of matched entries is connected, as another component could be scaled by itself; so
    w_j/w_k → u_j/u_k and w_jμ_i → l_ij where u_j, u_k, v_i ≠ 0. In small rows, p_j > 0, w_j/w_k → 0 and w_jμ_i → 0, and
    where c ≥ ½, w_jμ_i → 0 too. That is Ŵμ̂ → L and span[Ŵ] → span[U].

    Let L = 0. At a vertex with rows of level 0, the L made there has rank 1, or agrees with X in n more entries than T
    counts: so there are none, and all rows are small, by the zero of each row in X: w_j → 0 and w_jμ_i → 0. In both
    cases each e_ij is its bound: 1 where x_ij = l_ij, and there ρ_ij ≥ ½. Shown is the mean of the vertices.
    """
    HALF = sympy.Rational(1, 2)
    prove_order_of_the_least_cost()
    values = sympy.symbols("y_1:4", nonnegative=True)
    ends = (sympy.Integer(0), *values, HALF)
    weights = [2 * (after - before) for before, after in pairwise(ends)]
    show(vanishes(sum(weights) - 1))
    for place, value in enumerate(values, 1):
        show(vanishes(sum(HALF * weight for k, weight in enumerate(weights) if k < place) - value))
