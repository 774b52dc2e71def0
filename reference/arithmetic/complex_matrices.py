"""Functions of matrices of complex numbers; :mod:`reference.arithmetic.matrices` says what each is."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import acb, acb_mat, arb, arb_mat, fmpq, fmpq_mat, fmpz_mat

from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, integers
from reference.arithmetic.exact import Rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.parts import imag, real
from reference.arithmetic.spectra import Conjugate
from reference.arithmetic.undefined import undefined

Rows = list[list[Any]]


def embedding(x: Any) -> Any:
    """Return the real matrix [A −B; B A] of twice the size of each matrix A + iB.

    It is symmetric if and only if that is Hermitian, and has each of its eigenvalues and singular values twice.
    """
    a, b = real(x), imag(x)
    return np.concatenate([np.concatenate([a, -b], axis=-1), np.concatenate([b, a], axis=-1)], axis=-2)


def exact_solution(a: Rows, b: Rows) -> Rows:
    """Solve a x = b in Gaussian rationals, by the real system of twice the size; raises ZeroDivisionError."""
    n, columns = len(a), len(b[0])
    p, q, d = integers(np.array(a, dtype=object))
    r, s, e = integers(np.array(b, dtype=object))
    rows = [(p[i : i + n], q[i : i + n]) for i in range(0, n * n, n)]
    wide: Any = fmpz_mat([u + [-x for x in v] for u, v in rows] + [v + u for u, v in rows])
    solution = (wide.solve(fmpz_mat(2 * n, columns, r + s)) * fmpq(d, e)).tolist()
    return [[GaussianRational.of(*parts) for parts in zip(solution[i], solution[n + i], strict=True)] for i in range(n)]


def exact_determinant(m: Rows) -> GaussianRational:
    """Return the determinant of a matrix of Gaussian rationals, by elimination."""
    rows, result = [list(map(ComplexRationals.lifted, row)) for row in m], GaussianRational(1, 0)
    for k in range(len(rows)):
        place = next((i for i in range(k, len(rows)) if rows[i][k] != 0), None)
        if place is None:
            return GaussianRational(0, 0)
        if place != k:
            rows[k], rows[place], result = rows[place], rows[k], -result
        pivot = rows[k]
        result = result * pivot[k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot[k]
            rows[i] = [x - factor * y for x, y in zip(rows[i], pivot, strict=True)]
    return result


def exact_rank(x: ComplexRationals) -> int:
    """Return the rank of one matrix of Gaussian rationals."""
    doubled: Rationals = embedding(x)
    return int(fmpq_mat(doubled.tolist()).rank()) // 2


def ball_solution(a: Rows, b: Rows) -> Rows:
    """Enclose the solution of a x = b; NaN where the matrix cannot be told from a singular one."""
    try:
        return acb_mat(a).solve(acb_mat(b)).tolist()
    except ZeroDivisionError:
        undefined("solve: the matrix is singular, or cannot be told from one that is")
        return [[acb(arb.nan(), arb.nan()) for _ in row] for row in b]


def ball_determinant(m: Rows) -> acb:
    """Enclose the determinant of a matrix."""
    return acb_mat(m).det()


def is_definite(m: Rows) -> bool:
    """Say whether a symmetric, or Hermitian, matrix of balls is seen to be positive definite.

    The pivots of Gauss's elimination are real, and positive if and only if it is.
    """
    rows = [list(row) for row in m]
    for k, pivots in enumerate(rows):
        pivot = pivots[k].real
        if not pivot > 0:
            return False
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot
            for j in range(k + 1, len(rows)):
                rows[i][j] -= factor * pivots[j]
    return True


def ball_log_determinant(m: Rows) -> arb:
    """Enclose the logarithm of the determinant of a symmetric, or Hermitian, matrix; NaN if it may not be definite."""
    if not is_definite(m):
        undefined("log_determinant: the matrix is not positive definite, or cannot be told from one that is not")
        return arb.nan()
    if all(isinstance(entry, arb) for row in m for entry in row):
        return arb_mat(m).det().log()
    return acb_mat(m).det().real.log()


def hermitian_balls(half: ComplexBalls) -> ComplexBalls:
    """Return (x + xᴴ)/2 with a real diagonal and, above it, the conjugates of the entries below, to the letter."""
    entries: Any = np.array(half.array, dtype=object)
    below, above = np.tril_indices(entries.shape[-1], -1)
    entries[..., above, below] = np.frompyfunc(Conjugate.make, 1, 1)(entries[..., below, above])
    every = np.arange(entries.shape[-1])
    entries[..., every, every] = np.frompyfunc(lambda x: acb(x.real), 1, 1)(entries[..., every, every])
    return ComplexBalls.of(entries)
