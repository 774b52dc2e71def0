"""Functions of symmetric and Hermitian matrices of balls: rigorous at ties, at zeros, and whatever the function is."""

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from flint import acb, acb_mat, arb

from reference.arithmetic.exact import Balls
from reference.arithmetic.spectra import Conjugate, approximate_eigenvectors, approximate_unitary, norm_bound, skewness
from reference.arithmetic.undefined import undefined

Rows = list[list[Any]]
Function = Callable[[Any], Any]


def function_of(name: str, matrix: Rows, function: Function, slope: Function | None = None) -> Rows:
    """Enclose f(M) for every symmetric, or Hermitian, matrix M within the balls; NaN where f has no value.

    M = U(D + R)Uᴴ with U exactly unitary, D diagonal and ‖R‖ ≤ r in Frobenius's norm (:func:`_diagonalised`). By Weyl's
    theorem each eigenvalue aᵢ of D + R is within r of an entry of D. Intervals of this radius about the entries that
    overlap are united; G is diagonal, with entries gⱼ that are the middles of what f is on the interval of dⱼ. Let u
    be the eigenvectors of D + R, and e those of D. From (D + R − dⱼ)eⱼ = Reⱼ follows (aᵢ − dⱼ)⟨uᵢ, eⱼ⟩ = ⟨uᵢ, Reⱼ⟩, so

        ‖f(D + R) − G‖² = Σ |f(aᵢ) − gⱼ|² |⟨uᵢ, eⱼ⟩|² ≤ Σ ρⱼ² + Λ² r²,

    where ρⱼ bounds |f − gⱼ| on the interval of dⱼ, and Λ the quotients |f(aᵢ) − gⱼ| / |aᵢ − dⱼ| for aᵢ on another one
    (of Lipschitz functions: Bhatia, Matrix Analysis, X.2). Ties cost no accuracy, f needs no derivative, and a root is
    known to √r at 0.

    Entries [i, j] and [j, i] that only overlap may be those of a matrix H + K, whose skew part has ‖K‖ ≤ s. Powers with
    exponents in [−1, 1] and the logarithm are integrals over t ≥ 0 of (t + H + K)⁻¹. If H ⪰ λ > 0 these are at most
    1/(t + λ), so f changes by at most s |f′(λ)| as K does: with the ``slope`` |f′| the enclosure holds for H + K too.
    """
    n, real = len(matrix), not any(isinstance(entry, acb) for row in matrix for entry in row)
    found = _diagonalised(matrix, real)
    if found is None:
        return _unknown(n, real)
    u, diagonal, r = found
    groups = _united(diagonal, r)
    intervals = [(diagonal[group[-1]] - r).union(diagonal[group[0]] + r) for group in groups for _ in group]
    zero = Balls.of(np.array([arb(0)] * n, dtype=object))
    values = (function(Balls.of(np.array(intervals, dtype=object))) + zero).array.tolist()
    complex_valued = any(isinstance(value, acb) for value in values)
    real = real and not complex_valued
    if not all(value.is_finite() for value in values):
        undefined(f"{name}: the function has no value somewhere on the spectrum, or is not known to have one")
        return _unknown(n, real)
    united = [reduce(_union, (acb(values[i]) for i in group)) for group in groups for _ in group]
    error = _error(diagonal, groups, intervals, united, r)
    skew = skewness(matrix).abs_upper()
    symmetric = skew == 0  # one that is not known is not
    lowest = intervals[-1].lower()
    if not symmetric and slope is not None and lowest > 0:
        error = (error + skew * slope(lowest)).abs_upper()
    result = (u * _diagonal([value.mid() for value in united]) * u.conjugate().transpose()).tolist()
    within = (-error).union(error)
    rows = [[entry.real + within if real else entry + acb(within, within) for entry in row] for row in result]
    return stated(rows) if symmetric and not complex_valued else rows


def _union(x: acb, y: acb) -> acb:
    return acb(x.real.union(y.real), x.imag.union(y.imag))


def stated(rows: Rows) -> Rows:
    """Return a matrix that is known to be Hermitian so that it is to the letter."""
    for i, row in enumerate(rows):
        for j in range(i):
            row[j] = rows[j][i] if isinstance(row[j], arb) else Conjugate.make(rows[j][i])
        if isinstance(row[i], acb):
            row[i] = acb(row[i].real)
    return rows


def _unknown(n: int, real: bool) -> Rows:
    return [[arb.nan() if real else acb(arb.nan(), arb.nan())] * n for _ in range(n)]


def _diagonal(entries: list[Any]) -> Any:
    n = len(entries)
    return acb_mat([[entries[i] if i == j else 0 for j in range(n)] for i in range(n)])


def _diagonalised(matrix: Rows, real: bool) -> tuple[Any, list[Any], Any] | None:
    """Return U, D with its largest entry first, and r; None where nothing is known."""
    n = len(matrix)
    rows = [[acb(entry) for entry in row] for row in matrix]
    m = acb_mat([[(rows[i][j] + rows[j][i].conjugate()) / 2 for j in range(n)] for i in range(n)])
    if not all(entry.is_finite() for entry in m.entries()):
        return None
    u = unitary_near(acb_mat(approximate_eigenvectors(m.real)) if real else approximate_unitary(m))
    if u is None:
        return None
    middle, blur = middle_and_blur(m)
    heights = [entry[i].real.mid() for i, entry in enumerate((u.conjugate().transpose() * middle * u).tolist())]
    order = sorted(range(n), key=lambda i: heights[i], reverse=True)
    u, diagonal = acb_mat([[row[i] for i in order] for row in u.tolist()]), [heights[i] for i in order]
    rest = u.conjugate().transpose() * middle * u - _diagonal(diagonal)
    return u, diagonal, (norm_bound(rest) + blur).upper()


def middle_and_blur(m: Any) -> tuple[Any, Any]:
    """Return an exact matrix, and from above its distance to any matrix within the balls, which no rotation changes."""
    middle = acb_mat([[entry.mid() for entry in row] for row in m.tolist()])
    return middle, norm_bound(m - middle)


def unitary_near(q: Any) -> Any:
    """Enclose a unitary matrix that is near to Q, or None where ‖QᴴQ − I‖ ≤ e < 1 is not seen; of a real Q, a real one.

    It is the unitary factor U of the polar decomposition: the singular values of Q are within e of 1, so ‖Q − U‖ ≤ e.
    """
    defect = norm_bound(q.conjugate().transpose() * q - _diagonal([1] * q.nrows()))
    if not defect < 1:
        return None
    within = (-defect).union(defect)
    complex_ball = acb(within) if all(entry.imag == 0 for entry in q.entries()) else acb(within, within)
    return acb_mat([[entry + complex_ball for entry in row] for row in q.tolist()])


def _united(diagonal: list[Any], r: Any) -> list[list[int]]:
    """Return which entries, in descending order, have intervals [d − r, d + r] that overlap one after the other."""
    groups = [[0]] if diagonal else []
    for i, (d, after) in enumerate(pairwise(diagonal)):
        if d - after > 2 * r:
            groups.append([i + 1])
        else:
            groups[-1].append(i + 1)
    return groups


def _error(diagonal: list[Any], groups: list[list[int]], intervals: list[Any], values: list[Any], r: Any) -> Any:
    """Bound the root of Σ ρⱼ² + Λ² r² from above."""
    total = slope = arb(0)
    for here in groups:
        middle = values[here[0]].mid()
        total += len(here) * (values[here[0]] - middle).abs_upper() ** 2
        for there in groups:
            if there is not here:
                distances = [(intervals[there[0]] - diagonal[j]).abs_lower() for j in here]
                slope = slope.max((values[there[0]] - middle).abs_upper() / min(distances))
    return (total + (slope * r) ** 2).sqrt().abs_upper()
