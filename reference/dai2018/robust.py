"""Dai, Wang, Aston, Hua, Wipf (2018), §3 and Apps. E and F: robust PCA, and the costs with a free decoder variance.

Notation: data X (d × n) with columns x^{(i)}, decomposed as X = L + S; decoder mean Wz with W (d × κ), encoder means
M (κ × n) with columns μ_z^{(i)}, decoder variances Γ (d × n) with entries γ_ij ≥ α > 0. Costs are twice the negative
evidence lower bound, in nats, without its constants: as in eqs. (45) and (85). Leading axes are a batch, where nothing
is searched for or decided in exact fractions.
"""

from fractions import Fraction
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq_mat

from reference.arithmetic import (
    Inexact,
    Unsupported,
    as_matrix,
    determinant,
    exactly,
    inverse,
    log,
    maximum,
    nonzero,
    rank,
    rectangular_diagonal,
    squared_norm,
)
from reference.arithmetic.exact import Rationals, rationals
from reference.shapes import Array

# --- robust PCA -----------------------------------------------------------------------------------------------------


def count_nonzero(x: Array["..."]) -> Array[""]:
    """Return ‖x‖₀, the number of entries that are not 0."""
    return nonzero(x).reshape(-1).sum(-1)


def robust_pca_objective(L: Array["d n"], S: Array["d n"], weight: int) -> Array[""]:
    """Return weight · rank[L] + ‖S‖₀, for exact L and S: weight n is the objective of eq. (10), d that of eq. (67)."""
    return weight * rank(L) + count_nonzero(S)


def combined_ranks(L: Array["d m"], S: Array["d n"]) -> int:
    """Return Σ_i rank[LLᵀ + diag(s^{(i)})²], the left side of eq. (18), for exact L (d × m) and S (d × n)."""
    d, n = S.shape
    return sum(rank(L @ L.mT + rectangular_diagonal(S[:, i] * S[:, i], d, d)) for i in range(n))


def log_coefficient(W: Array["d kappa"], residuals: Array["d n"]) -> Array[""]:
    """Return Σ_i (d − rank[W] − |Δ_i|), the coefficient of log α in eqs. (66) and (80), for exact W (d × κ).

    Δ_i is the support of the i-th column of ``residuals`` (d × n).
    """
    return (residuals.shape[-2] - rank(W) - nonzero(residuals).sum(-2)).sum(-1)


class Decompositions(NamedTuple):
    """The solutions (L, S) of a robust PCA problem, in classes of equal rank[L] and equal supp(S)."""

    value: int
    """The minimum."""
    ranks: Array["classes"]
    """rank[L] in each class: integers, of shape (classes,)."""
    supports: Array["classes d n"]
    """The indicator of supp(S) in each class: integers, of shape (classes, d, n)."""
    low_rank: Array["d n"] | None
    """L, if the solution is unique."""


def robust_pca(X: Array["d n"], weight: int) -> Decompositions:
    """Return all solutions of: minimise weight · rank[L] + ‖S‖₀ subject to X = L + S, for weight ≥ 1 and exact X.

    For each rank r in turn, it looks for the fewest entries that must be changed to reach rank ≤ r, over all supports:
    2^{dn} of them at r = 1. The two sides may be 3 and 3, or 2 and up to 4, or 1 and any; Unsupported beyond.
    """
    X = exactly(X)
    if not isinstance(X, Rationals):
        raise Inexact("robust_pca: only exact matrices have a decided rank")
    d, n = X.shape
    if min(d, n) > 1 and d * n > 9:
        raise Unsupported(f"robust_pca: {d} × {n} has too many supports")
    found = [(weight * r, r, *_fewest_changes(X, r)) for r in range(min(d, n) + 1)]
    value = min(cost + int(supports[0].sum()) for cost, _, supports, _ in found)
    best = [(r, supports, L) for cost, r, supports, L in found if cost + int(supports[0].sum()) == value]
    ranks = np.concatenate([np.full(len(supports), r) for r, supports, _ in best])
    low_rank = best[0][2] if len(ranks) == 1 else None
    return Decompositions(value, ranks, np.concatenate([supports for _, supports, _ in best]), low_rank)


def _fewest_changes(X: Rationals, r: int) -> tuple[Array, Rationals | None]:
    """Return the smallest supports whose change can make rank[X] ≤ r, and the new matrix if it is the only one."""
    d, n = X.shape
    if r == 0:
        return np.array(X != 0, dtype=int)[None], 0 * X
    if r >= rank(X):
        return np.zeros((1, d, n), dtype=int), X
    if r == 1:
        return _fewest_changes_to_rank_one(X)
    # 3 × 3 of rank 3: the determinant is affine in each entry, and its slope is the cofactor, not 0 in three places
    cofactors = inverse(X).mT * determinant(X)
    return np.array([_mask((d, n), [e]) for e in np.ndindex(d, n) if cofactors[e] != 0]), None


def _fewest_changes_to_rank_one(X: Rationals) -> tuple[Array, Rationals | None]:
    shape = X.shape
    values = [[Fraction(int(q.p), int(q.q)) for q in row] for row in X.tolist()]
    for size in range(shape[0] * shape[1]):
        masks, completions = [], []
        for changed in combinations(product(*map(range, shape)), size):
            exists, completion = _rank_one_completion(values, set(changed))
            if exists:
                masks.append(_mask(shape, changed))
                completions.append(completion)
        if masks:
            only = completions[0] if len(masks) == 1 else None
            return np.array(masks), None if only is None else rationals(only)
    raise AssertionError("a single entry that is not changed has rank 1")


def _mask(shape: tuple[int, ...], entries: object) -> Array:
    mask = np.zeros(shape, dtype=int)
    for entry in entries:  # type: ignore[attr-defined]
        mask[entry] = 1
    return mask


def _rank_one_completion(
    X: list[list[Fraction]], unknown: set[tuple[int, ...]]
) -> tuple[bool, list[list[Fraction]] | None]:
    """Say whether unknown entries can make u_i v_j of X, and return this if it is unique.

    A row or column with a known entry that is not 0 is alive, u_i ≠ 0; in the others u_i may as well be 0. Along known
    entries of alive rows and columns one factor gives the next, and they must agree around every cycle.
    """
    rows, columns = range(len(X)), range(len(X[0]))
    known = [(i, j) for i in rows for j in columns if (i, j) not in unknown]
    alive_rows, alive_columns = {i for i, j in known if X[i][j]}, {j for i, j in known if X[i][j]}
    links = [(i, j) for i, j in known if i in alive_rows and j in alive_columns]
    if not all(X[i][j] for i, j in links):
        return False, None
    u: dict[int, Fraction] = {}
    v: dict[int, Fraction] = {}
    components = 0
    for start in alive_rows:
        if start in u:
            continue
        u[start], components = Fraction(1), components + 1
        for _ in range(len(X) + len(X[0])):  # no path is longer
            for i, j in links:
                if i in u:
                    v.setdefault(j, X[i][j] / u[i])
                elif j in v:
                    u[i] = X[i][j] / v[j]
    if any(u[i] * v[j] != X[i][j] for i, j in links):
        return False, None
    held_rows = {i for i, j in known if j in alive_columns}  # a dead one of these meets a 0 that forces u_i = 0
    held_columns = {j for i, j in known if i in alive_rows}
    if components != 1 or len(held_rows) < len(X) or len(held_columns) < len(X[0]):
        return True, None
    return True, [[u.get(i, Fraction(0)) * v.get(j, Fraction(0)) for j in columns] for i in rows]


def rank_factors(A: Array["m n"]) -> tuple[Array["m r"], Array["r n"]]:
    """Return F (m × r) and G (r × n) of full rank r with A = FG, for an exact A ≠ 0 (m × n): by row reduction."""
    if not isinstance(A, Rationals):
        raise Inexact("rank_factors: only exact matrices have a decided rank")
    reduced, r = fmpq_mat(A.tolist()).rref()
    return factors_of_reduced(A, rationals(reduced.tolist()[:r]))


def factors_of_reduced(A: Array["m n"], reduced: Array["r n"]) -> tuple[Array["m r"], Array["r n"]]:
    """Return F (m × r), the columns of A at the pivots, and G (r × n), the rows that row reduction leaves: A = FG."""
    return A[:, _pivots(reduced.tolist())], reduced


def independent_rows(A: Array["m n"]) -> list[int]:
    """Return the indices of the first rows of an exact A (m × n) that span all of them: pivots of its transpose."""
    A = exactly(A)
    if not isinstance(A, Rationals):
        raise Inexact("independent_rows: only exact matrices have a decided rank")
    reduced, r = fmpq_mat(A.mT.tolist()).rref()
    return _pivots(reduced.tolist()[:r])


def _pivots(rows: list[list[Any]]) -> list[int]:
    """Return the index of the first entry of each row that is not 0."""
    return [next(j for j, entry in enumerate(row) if entry != 0) for row in rows]


def pseudo_inverse_of_factors(F: Array["m r"], G: Array["r n"]) -> Array["n m"]:
    """Return (FG)⁺ = Gᵀ(GGᵀ)⁻¹(FᵀF)⁻¹Fᵀ, for F of full column rank and G of full row rank."""
    return G.mT @ inverse(G @ G.mT) @ inverse(F.mT @ F) @ F.mT


def pseudo_inverse(A: Array["m n"]) -> Array["n m"]:
    """Return the Moore-Penrose inverse A⁺ of an exact matrix, as in eq. (13)."""
    return pseudo_inverse_of_factors(*rank_factors(A)) if rank(A) else A.mT


# --- costs ----------------------------------------------------------------------------------------------------------


def floored(c: Array[""], alpha: Array[""]) -> Array[""]:
    """Return ξ_α(c) = [c − α]₊ + α of eq. (69), entry by entry."""
    return maximum(c - alpha, 0 * c) + alpha


def variance_cost(c: Array[""], gamma: Array[""]) -> Array[""]:
    """Return c/γ + log γ of eq. (68), entry by entry, for γ > 0."""
    return c / gamma + log(gamma)


def autoencoder_cost(X: Array["d n"], W: Array["d kappa"], M: Array["kappa n"], gamma: Array["d n"]) -> Array[""]:
    """Return the cost of eq. (86): Σ_ij (X − WM)²_ij/γ_ij + log γ_ij, with Σ_z = 0 and Σ_x^{(i)} = diag(γ_·i)."""
    return variance_cost((X - W @ M) ** 2, gamma).sum(-1).sum(-1)


def penalised_autoencoder_cost(
    X: Array["d n"], W: Array["d kappa"], M: Array["kappa n"], gamma: Array["d n"]
) -> Array[""]:
    """Return the cost of eq. (85): that of eq. (86), and Σ_i ‖μ_z^{(i)}‖²."""
    return autoencoder_cost(X, W, M, gamma) + squared_norm(M)


def reduced_autoencoder_cost(X: Array["d n"], W: Array["d kappa"], M: Array["kappa n"], alpha: Array[""]) -> Array[""]:
    """Return the cost of eq. (87): Σ_ij log ξ_α((X − WM)²_ij)."""
    return log(floored((X - W @ M) ** 2, as_matrix(alpha))).sum(-1).sum(-1)


def mean_squares_by_code(R: Array["d n"], M: Array["kappa n"]) -> Array["d n"]:
    """Return the mean of r_j² over the samples whose code is that of sample i: (d × n), for R (d × n) and M (κ × n).

    With Σ_x a function of z the samples of one code share Σ_x, and eq. (86) is their mean squares' cost (68), summed.
    """
    same = 1 - nonzero(((M[..., :, None] - M[..., None, :]) ** 2).sum(-3))
    return R**2 @ same / same.sum(-1)[..., None, :]
