"""Linear systems: which of many have a solution, in floats, and all solutions of one, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat

from reference.arithmetic.lanes import Floats, nearest

_RELATIVE = 2.0**-30


@dataclass(frozen=True)
class Solutions:
    """All solutions of a linear system: a short one, and a reduced basis of integer vectors that may be added."""

    point: list[fmpq]
    basis: list[list[int]]


def solutions(matrix: Sequence[Sequence[fmpq]], right: Sequence[fmpq]) -> Solutions | None:
    """Solve exactly; None if there is no solution."""
    unknowns = len(matrix[0])
    reduced, rank = fmpq_mat([[*row, value] for row, value in zip(matrix, right, strict=True)]).rref()
    rows = reduced.tolist()[:rank]
    pivots = [next(k for k, entry in enumerate(row) if entry != 0) for row in rows]
    if unknowns in pivots:
        return None
    point = [fmpq(0)] * unknowns
    for row, pivot in zip(rows, pivots, strict=True):
        point[pivot] = row[unknowns]
    basis = []
    for free in sorted(set(range(unknowns)) - set(pivots)):
        vector = [fmpq(int(k == free)) for k in range(unknowns)]
        for row, pivot in zip(rows, pivots, strict=True):
            vector[pivot] = -row[free]
        scale = lcm(*(int(entry.q) for entry in vector))
        basis.append([int((entry * scale).p) for entry in vector])
    if basis:
        reduced_basis = [[int(entry) for entry in row] for row in fmpz_mat(basis).lll().tolist()]
        basis = [row if sum(row) >= 0 else [-entry for entry in row] for row in reduced_basis]
    return Solutions(_shortened(point, basis), basis)


def _shortened(point: list[fmpq], basis: list[list[int]]) -> list[fmpq]:
    """Subtract the multiples of the basis that leave the least, rounded."""
    if not basis:
        return point
    columns = np.array(basis, dtype=float).T
    weights = np.rint(np.linalg.lstsq(columns, np.array([nearest(x) for x in point]), rcond=None)[0])
    if not np.isfinite(weights).all():
        return point
    for weight, vector in zip(weights.tolist(), basis, strict=True):
        point = [x - int(weight) * entry for x, entry in zip(point, vector, strict=True)]
    return point


@dataclass(frozen=True)
class Solved:
    """Of many linear systems, in floats: which have a solution, of what rank the matrix is, and the shortest one."""

    has: Floats
    rank: Floats
    shortest: Floats
    """Of shape (n, unknowns)."""


def solved(matrices: Floats, rights: Floats) -> Solved:
    """Solve systems of shapes (n, equations, unknowns) and (n, equations), up to rounding."""
    finite = np.isfinite(matrices).all((1, 2)) & np.isfinite(rights).all(1)
    matrices, rights = np.where(finite[:, None, None], matrices, 0), np.where(finite[:, None], rights, 0)
    left, sizes, right = np.linalg.svd(matrices, full_matrices=False)
    largest = sizes.max(1, initial=0)
    large = sizes > _RELATIVE * largest[:, None]
    part = np.einsum("nei,ne->ni", left, rights) * large
    rest = rights - np.einsum("nei,ni->ne", left, part)
    has = finite & (abs(rest).max(1) <= _RELATIVE * (abs(rights).max(1) + largest))
    return Solved(has, large.sum(1), np.einsum("niu,ni->nu", right, part / np.where(large, sizes, 1)))
