"""SymPy proofs for §3 and Apps. E and F of dai2018, from the reference formulas."""

from itertools import combinations

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.arithmetic.exact import rationals
from reference.dai2018.robust import (
    autoencoder_cost,
    factors_of_reduced,
    floored,
    mean_squares_by_code,
    penalised_autoencoder_cost,
    pseudo_inverse,
    pseudo_inverse_of_factors,
    rank_factors,
    reduced_autoencoder_cost,
    robust_pca_objective,
    variance_cost,
)
from reference.shapes import Array
from verify.proving import integers, is_nonnegative, show, symbols, vanishes


def prove_pseudo_inverse_projects() -> None:
    """A = FG of full rank r gives AA⁺A = A, so that AA⁺x = x for every x = Ay = [W E](v, t); for A = 0, x = 0.

    AA⁺A = F (GGᵀ)(GGᵀ)⁻¹(FᵀF)⁻¹(FᵀF) G cancels in any dimension, and so do A⁺AA⁺ = A⁺, AA⁺ = F(FᵀF)⁻¹Fᵀ and A⁺A =
    Gᵀ(GGᵀ)⁻¹G, which are symmetric: A⁺ is the inverse of Moore and Penrose. r = 1 and 2 run the formula of the
    reference on G = [I *], and on F that a rotation has made triangular, without its rows of zeros; other places of the
    pivots permute columns of A, and with them those of G and rows of A⁺.

    Row reduction is multiplication by an invertible matrix N⁻¹: it leaves A = N[R; 0] = N_r R, N_r the first r columns
    of N, independent, and R reduced, with a unit vector at each of r pivots. So the columns of A at the pivots are N_r,
    and these and R are factors of full rank. ``factors_of_reduced`` is run on symbols for all places of the pivots in
    up to 3 × 3 matrices; it picks columns, which is no different in larger ones. ``rank_factors`` and pseudo_inverse
    themselves are run on numbers: of rank 2, and of rank 0.
    """
    _prove_row_reduction_factors()
    for rows, r, columns in ((2, 1, 3), (2, 2, 3)):
        F, free = np.triu(symbols("f", rows, r)), symbols("g", r, columns - r)
        G = np.concatenate([integers(np.eye(r, dtype=int)), free], axis=1)
        for difference in _penrose(F @ G, pseudo_inverse_of_factors(F, G)):
            show(vanishes(difference))
    singular = rationals([[1, 2, 0, 1], [2, 4, 0, 2], [0, 1, 0, 3]])
    F, G = rank_factors(singular)
    show(F.shape[1] == 2)
    show((F @ G - singular == 0).all())
    for A in (singular, 0 * singular):
        show(all((difference == 0).all() for difference in _penrose(A, pseudo_inverse(A))))


def _prove_row_reduction_factors() -> None:
    """Every place of r pivots among n ≤ 3 columns, for m = 3 rows: F = N_r, and FG = A."""
    for columns in (1, 2, 3):
        for r in range(1, columns + 1):
            for pivots in combinations(range(columns), r):
                first, R = symbols("n", 3, r), integers(np.zeros((r, columns), dtype=int))
                for row, pivot in enumerate(pivots):
                    R[row, pivot:] = symbols("g", r, columns)[row, pivot:]
                R[:, list(pivots)] = integers(np.eye(r, dtype=int))
                F, G = factors_of_reduced(first @ R, R)
                show(vanishes(F - first))
                show(vanishes(F @ G - first @ R))


def _penrose(A: Array, inverse: Array) -> list[Array]:
    """Return what the four conditions of Penrose say to be 0."""
    left, right = A @ inverse, inverse @ A
    return [left @ A - A, right @ inverse - inverse, left - left.T, right - right.T]


def prove_two_weights() -> None:
    """With ranks r, r' and supports s, s' of solutions for the weights n and d, s − s' lies between d(r' − r) and
    n(r' − r): what it exceeds the one by, and is exceeded by the other, is how far each is from solving the other.

    Both differences are values less a minimum, so ≥ 0, and 0 exactly at a solution. No more enters than that the values
    are weight · rank + support, which is shown of the reference at each rank of a 2 × 2 matrix L.
    """
    r, r_other, s, s_other, n, d = sympy.symbols("r r' s s' n d", integer=True)
    value = lambda rank, support, weight: weight * rank + support  # noqa: E731
    show(vanishes(s - s_other - d * (r_other - r) - (value(r, s, d) - value(r_other, s_other, d))))
    show(vanishes(n * (r_other - r) - (s - s_other) - (value(r_other, s_other, n) - value(r, s, n))))
    for L, rank in (([[0, 0], [0, 0]], 0), ([[1, 2], [2, 4]], 1), ([[1, 0], [0, 3]], 2)):
        S = rationals([[0, 1], [5, 0]])
        for weight in (2, 3):
            show(int(robust_pca_objective(rationals(L), S, weight).item()) == value(rank, 2, weight))


def prove_floored_variance_is_optimal() -> None:
    """The derivative of c/γ + log γ is (γ − c)/γ², so that over γ ≥ α the only minimum is at max(c, α) = ξ_α(c).

    There c/ξ is 1 for c ≥ α and c/α ∈ [0, 1) for 0 ≤ c < α: it is what the value exceeds log ξ by. The two cases are
    c = α + Δ and α = c + Δ; c = 0 is a case of the second.
    """
    C, ALPHA, GAMMA, GAP = sympy.symbols("c alpha gamma Delta", positive=True)
    slope = sympy.diff(variance_cost(C, GAMMA), GAMMA)
    show(vanishes(slope - (GAMMA - C) / GAMMA**2))
    excess = variance_cost(C, GAMMA) - sympy.log(GAMMA)
    above = floored(ALPHA + GAP, ALPHA)
    show(vanishes(above - (ALPHA + GAP)))
    show(vanishes(excess.subs(C, ALPHA + GAP).subs(GAMMA, above) - 1))
    for level in (C, sympy.Integer(0)):
        below = floored(level, level + GAP)
        show(vanishes(below - (level + GAP)))
        share = excess.subs(C, level).subs(GAMMA, below)
        show(is_nonnegative(share))
        show(vanishes(1 - share - GAP / (level + GAP)))
    show(floored(C, C) == C)


def prove_variance_costs_reduce() -> None:
    """The cost (86) is a sum of (68) over the entries, each minimised as eq. (69) says; the limit of (87) is a count.

    For r² ≥ α > 0 the entry log ξ_α(r²) is log r², whose ratio to log α tends to 0, and for r = 0 it is log α, whose
    ratio is 1. The (85) of (W/β, βM) exceeds that (86) by β²‖M‖². Entries are summed, so that 2 × 2 stands for all; in
    (87) with any residuals on the diagonal, 0 and √(α + Δ) off it.
    """
    C, ALPHA, GAP = sympy.symbols("c alpha Delta", positive=True)
    prove_floored_variance_is_optimal()
    X, W, M = symbols("x", 2, 2), symbols("w", 2, 1), symbols("m", 1, 2)
    gamma = symbols("g", 2, 2, positive=True)
    terms = sum(variance_cost(r**2, g) for r, g in zip((X - W @ M).ravel(), gamma.ravel(), strict=True))
    show(vanishes(autoencoder_cost(X, W, M, gamma) - terms))
    scaled = penalised_autoencoder_cost(X, W / GAP, GAP * M, gamma)
    show(vanishes(scaled - terms - GAP**2 * (M**2).sum()))
    p, q = sympy.symbols("p q", positive=True)
    residuals = np.array([[p, sympy.Integer(0)], [sympy.sqrt(ALPHA + GAP), -q]], dtype=object)
    reduced = reduced_autoencoder_cost(W @ M + residuals, W, M, ALPHA)
    terms = sum(sympy.log(floored(square, ALPHA)) for square in (p**2, sympy.Integer(0), ALPHA + GAP, q**2))
    show(vanishes(reduced - terms))
    show(floored(sympy.Integer(0), ALPHA) == ALPHA)
    show(sympy.limit(sympy.log(C) / sympy.log(ALPHA), ALPHA, 0, "+") == 0)


def prove_shared_variances_reduce() -> None:
    """Samples of one code share their variances γ_j: Σ_i r_ij²/γ_j + log γ_j = m(c_j/γ_j + log γ_j), c_j their mean.

    So eq. (69) applies to c_j ≥ 0, which is 0 only if all r_ij of the code are, as a sum of squares is: then, and only
    then, log α has the coefficient m. It is also the number of zeros among them if, and only if, all or none are 0.
    Codes are summed; 2 × 3 with two equal codes and another stand for all.
    """
    prove_floored_variance_is_optimal()
    W, M = symbols("w", 2, 1), integers([[1, 0, 1]])
    R = symbols("r", 2, 3)
    gamma = symbols("g", 2, 2, positive=True)[:, [0, 1, 0]]
    squares = mean_squares_by_code(R, M)
    value = autoencoder_cost(W @ M + R, W, M, gamma) - variance_cost(squares, gamma).sum()
    show(vanishes(value))
    for j in range(2):
        show(vanishes(squares[j, 0] - squares[j, 2]))
        show(vanishes(2 * squares[j, 0] - R[j, 0] ** 2 - R[j, 2] ** 2))
        show(vanishes(squares[j, 1] - R[j, 1] ** 2))
