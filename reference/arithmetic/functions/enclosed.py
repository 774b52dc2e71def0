"""Functions of symmetric and Hermitian matrices of balls: rigorous at ties, at zeros, and whatever the function is."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from flint import acb, acb_mat, arb

from reference.arithmetic.exact import Balls
from reference.arithmetic.spectra import Conjugate, approximate_eigenvectors, approximate_unitary, norm_bound
from reference.arithmetic.undefined import undefined

Rows = list[list[Any]]
Function = Callable[[Any], Any]


def function_of(name: str, matrix: Rows, function: Function) -> Rows:
    """Enclose f(M) for every symmetric, or Hermitian, matrix M within the balls; NaN where f has no value.

    M = U(D + R)Uᴴ with U exactly unitary, D diagonal and ‖R‖ ≤ r in Frobenius's norm (:func:`_diagonalised`). By Weyl's
    theorem each eigenvalue aᵢ of D + R is within r of an entry of D. Intervals of this radius about the entries that
    overlap are united; G is diagonal, with entries gⱼ that are the middles of what f is on the interval of dⱼ. Let u
    be the eigenvectors of D + R, and e those of D. From (D + R − dⱼ)eⱼ = Reⱼ follows (aᵢ − dⱼ)⟨uᵢ, eⱼ⟩ = ⟨uᵢ, Reⱼ⟩, so

        ‖f(D + R) − G‖² = Σ |f(aᵢ) − gⱼ|² |⟨uᵢ, eⱼ⟩|² ≤ Σ ρⱼ² + Λ² r²,

    where ρⱼ bounds |f − gⱼ| on the interval of dⱼ, and Λ the quotients |f(aᵢ) − gⱼ| / |aᵢ − dⱼ| for aᵢ on another one
    (of Lipschitz functions: Bhatia, Matrix Analysis, X.2). Ties cost no accuracy, f needs no derivative, and a root is
    known to √r at 0.
    """
    n, real = len(matrix), not any(isinstance(entry, acb) for row in matrix for entry in row)
    found = _diagonalised(matrix, real)
    if found is None:
        return _unknown(n, real)
    u, diagonal, r = found
    intervals = _united(diagonal, r)
    zero = Balls.of(np.array([arb(0)] * n, dtype=object))
    values = (function(Balls.of(np.array(intervals, dtype=object))) + zero).array.tolist()
    complex_valued = any(isinstance(value, acb) for value in values)
    real = real and not complex_valued
    if not all(value.is_finite() for value in values):
        undefined(f"{name}: the function has no value somewhere on the spectrum, or is not known to have one")
        return _unknown(n, real)
    error = _error(diagonal, intervals, [acb(value) for value in values], r)
    result = (u * _diagonal([acb(value).mid() for value in values]) * u.conjugate().transpose()).tolist()
    within = (-error).union(error)
    rows = [[entry.real + within if real else entry + acb(within, within) for entry in row] for row in result]
    return rows if complex_valued else stated(rows)


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
    """Return U, D and r, or None where nothing is known."""
    n = len(matrix)
    rows = [[acb(entry) for entry in row] for row in matrix]
    m = acb_mat([[(rows[i][j] + rows[j][i].conjugate()) / 2 for j in range(n)] for i in range(n)])
    if not all(entry.is_finite() for entry in m.entries()):
        return None
    u = unitary_near(acb_mat(approximate_eigenvectors(m.real)) if real else approximate_unitary(m))
    if u is None:
        return None
    middle, blur = middle_and_blur(m)
    rotated = u.conjugate().transpose() * middle * u
    diagonal = [rotated[i, i].real.mid() for i in range(n)]
    return u, diagonal, (norm_bound(rotated - _diagonal(diagonal)) + blur).upper()


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


def _united(diagonal: list[Any], r: Any) -> list[Any]:
    """Return the interval of each entry: [d − r, d + r], united with those that it overlaps, and so on."""
    order = sorted(range(len(diagonal)), key=lambda i: diagonal[i].mid())
    groups = [[order[0]]] if order else []
    for i, j in pairwise(order):
        if diagonal[j] - diagonal[i] > 2 * r:
            groups.append([j])
        else:
            groups[-1].append(j)
    intervals: list[Any] = [None] * len(diagonal)
    for group in groups:
        united = (diagonal[group[0]] - r).union(diagonal[group[-1]] + r)
        for i in group:
            intervals[i] = united
    return intervals


def _error(diagonal: list[Any], intervals: list[Any], values: list[Any], r: Any) -> Any:
    """Bound the root of Σ ρⱼ² + Λ² r² from above."""
    total = slope = arb(0)
    for d, here, value in zip(diagonal, intervals, values, strict=True):
        middle = value.mid()
        total += (value - middle).abs_upper() ** 2
        for there, other in zip(intervals, values, strict=True):
            if there is not here:
                slope = slope.max((other - middle).abs_upper() / (there - d).abs_lower())
    return (total + (slope * r) ** 2).sqrt().abs_upper()
