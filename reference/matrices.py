"""Functions of matrices, on the last two axes; leading axes are a batch."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq_mat

from reference import lanes
from reference.arrays import concatenate, identity, zeros
from reference.branches import maximum, nonzero
from reference.deferred import sympy
from reference.dispatch import Inexact, Unsupported, bare, exactly, is_symbolic, namespace
from reference.entrywise import log
from reference.lanes import Lanes
from reference.numbers import Array, Balls, Irrational, Rationals, Rigorous
from reference.spectra import symmetric_eigenvalues


def trace(x: Array) -> Array:
    """Return the trace of each matrix."""
    return diagonal(x).sum(-1)


def diagonal(x: Array) -> Array:
    """Return the main diagonal of each matrix as a vector."""
    size = min(x.shape[-2:])
    return (x[..., :size, :size] * identity(size, size, x)).sum(-1)


def rectangular_diagonal(x: Array, rows: int, columns: int) -> Array:
    """Return the rows-by-columns matrix that carries the first entries of the vector x on its main diagonal."""
    size = min(rows, columns)
    square = x[..., :size, None] * identity(size, size, x)
    below = concatenate([square, zeros((*square.shape[:-2], rows - size, size), x)], axis=-2) if rows > size else square
    return concatenate([below, zeros((*below.shape[:-1], columns - size), x)]) if columns > size else below


def squared_norm(x: Array) -> Array:
    """Return the squared Frobenius norm of each matrix."""
    return (x * x).sum(-1).sum(-1)


def column_squared_norms(x: Array) -> Array:
    """Return the squared Euclidean norm of each column, as a vector."""
    return (x * x).sum(-2)


def nonzero_columns(x: Array) -> Array:
    """Return how many columns of each matrix are not 0; of balls, an enclosure of the number."""
    return nonzero(column_squared_norms(x)).sum(-1)


def _over_batch(function: Callable[..., Any], *matrices: Array) -> Array:
    """Apply a function of single matrices over the leading axes of object arrays."""
    batch = np.broadcast_shapes(*(m.shape[:-2] for m in matrices))
    wide = [np.broadcast_to(bare(m), (*batch, *m.shape[-2:])) for m in matrices]
    results = [function(*(w[i].tolist() for w in wide)) for i in np.ndindex(batch)]
    stacked = np.array(results, dtype=object).reshape((*batch, *np.shape(results[0])))
    return type(matrices[0]).of(stacked) if isinstance(matrices[0], Rigorous) else stacked


def solve(a: Array, b: Array) -> Array:
    """Return the matrix x with a x = b, for square invertible a."""
    if isinstance(a, Balls):
        return _over_batch(_ball_solve, a, b)
    if isinstance(a, Lanes):
        return lanes.solve(a, b)
    if isinstance(a, Rationals):
        return _over_batch(lambda p, q: fmpq_mat(p).solve(fmpq_mat(q)).tolist(), a, b)
    if is_symbolic(a):
        return _over_batch(lambda p, q: sympy.Matrix(p).LUsolve(sympy.Matrix(q)).tolist(), a, b)
    return namespace(a).linalg.solve(a, b)


def _ball_solve(a: list[list[arb]], b: list[list[arb]]) -> list[list[arb]]:
    try:
        return arb_mat(a).solve(arb_mat(b)).tolist()
    except ZeroDivisionError:  # not invertible at this precision: the value is unknown, not wrong
        return [[arb.nan() for _ in row] for row in b]


def inverse(x: Array) -> Array:
    """Return the inverse of each square matrix."""
    return solve(x, identity(x.shape[-1], x.shape[-1], x))


def determinant(x: Array) -> Array:
    """Return the determinant of each square matrix."""
    if isinstance(x, Balls):
        return _over_batch(lambda m: arb_mat(m).det(), x)
    if isinstance(x, Rationals):
        return _over_batch(lambda m: fmpq_mat(m).det(), x)
    if isinstance(x, Lanes):
        return lanes.determinant(x)
    if is_symbolic(x):
        return _over_batch(lambda m: sympy.Matrix(m).det(), x)
    return namespace(x).linalg.det(x)


def log_determinant(x: Array) -> Array:
    """Return the logarithm of the determinant of each symmetric positive definite matrix."""
    if isinstance(x, Rigorous) or is_symbolic(x):
        return log(determinant(x))
    return namespace(x).linalg.slogdet(x)[1]


def eigenvalues(x: Array) -> Array:
    """Return the eigenvalues of each symmetric matrix, largest first; only its symmetric part is looked at."""
    if isinstance(x, Balls):
        return _over_batch(symmetric_eigenvalues, x)
    if isinstance(x, Rationals):
        raise Irrational("eigenvalues")
    if isinstance(x, Lanes):
        return lanes.eigenvalues(x)
    if is_symbolic(x):
        raise Unsupported("eigenvalues: symbolic eigenvalues have no order")
    return namespace(x).flip(namespace(x).linalg.eigvalsh(x), axis=-1)


def singular_values(x: Array) -> Array:
    """Return the singular values of each matrix, largest first."""
    if isinstance(x, Lanes):
        return lanes.singular_values(x)
    if isinstance(x, Rigorous) or is_symbolic(x):
        rows, columns = x.shape[-2:]
        # the eigenvalues of [0 x; xᵀ 0] are the singular values, their negatives and zeros: no square root is lost
        above = concatenate([zeros((*x.shape[:-2], rows, rows), x), x])
        below = concatenate([x.mT, zeros((*x.shape[:-2], columns, columns), x)])
        spectrum = eigenvalues(concatenate([above, below], axis=-2))
        return maximum(spectrum[..., : min(rows, columns)], 0)
    return namespace(x).linalg.svdvals(x)


def rank(x: Array) -> Any:
    """Return the rank of one exact matrix; balls must be exact, because no enclosure decides a rank.

    Of lanes it is the numerical one. Raises Unsupported in the other arithmetics.
    """
    if isinstance(x, Lanes):
        return lanes.rank(x)
    x = exactly(x)
    if not isinstance(x, Rationals):
        raise (Inexact if isinstance(x, Balls) else Unsupported)("rank: only exact matrices have a decided rank")
    return fmpq_mat(x.tolist()).rank()


def product(factors: Sequence[Array]) -> Array:
    """Return the matrix product of the factors, in their order."""
    return reduce(lambda a, b: a @ b, factors)
