"""Functions of matrices, on the last two axes; leading axes are a batch."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq_mat

from reference.arithmetic import complex_matrices, expressions
from reference.arithmetic.batches import over_batch
from reference.arithmetic.complexes import Complex, ComplexBalls, ComplexRationals
from reference.arithmetic.constants import concatenate, identity, zeros
from reference.arithmetic.deferred import sympy
from reference.arithmetic.domain import (
    OutsideDomain,
    require_matrix,
    require_square,
    require_symmetric,
    require_vector,
    shape_of,
)
from reference.arithmetic.elementary import log
from reference.arithmetic.exact import Balls, Irrational, Rationals, Rigorous
from reference.arithmetic.kinds import Inexact, Unsupported, alike, exactly, is_symbolic, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.lanes import matrices as lane_matrices
from reference.arithmetic.literals import is_complex_array
from reference.arithmetic.order import maximum, nonzero
from reference.arithmetic.parts import conj, squared_modulus
from reference.arithmetic.spectra import hermitian_eigenvalues, symmetric_eigenvalues
from reference.arithmetic.terms import elimination, quadratic
from reference.arithmetic.terms.array import Terms
from reference.arithmetic.traced import traceable
from reference.arithmetic.undefined import undefined
from reference.shapes import Array

_OF_ITS_PARTS = (
    "take singular_values(x), or eigenvalues(symmetric_part(x)) if its symmetric part is what is meant, "
    "of a complex one the hermitian_part"
)
_OF_A_VECTOR = "of a vector write (x**2).sum(-1), of a complex one squared_norm(x[None])"


def adjoint(x: Array) -> Array:
    """Return the conjugate transpose of each matrix: of exact arrays, balls and lanes the same as ``x.H``."""
    require_matrix("adjoint", x, "of a vector write conj(x)")
    return conj(x).mT


def trace(x: Array) -> Array:
    """Return the trace of each square matrix."""
    require_square("trace", x)
    return diagonal(x).sum(-1)


def diagonal(x: Array) -> Array:
    """Return the main diagonal of each matrix, square or not, as a vector."""
    require_matrix("diagonal", x, "rectangular_diagonal(x, d, d) makes a matrix of a vector")
    if isinstance(x, Complex):
        return np.diagonal(x, 0, -2, -1)
    size = min(x.shape[-2:])
    return (x[..., :size, :size] * identity(size, size, x)).sum(-1)


def rectangular_diagonal(x: Array, rows: int, columns: int) -> Array:
    """Return the rows-by-columns matrix that carries the first entries of the vector x on its main diagonal.

    The vector has at least as many entries as the diagonal.
    """
    require_vector("rectangular_diagonal", x)
    size = min(rows, columns)
    if x.shape[-1] < size:
        raise OutsideDomain(f"rectangular_diagonal: {x.shape[-1]} entries do not fill a diagonal of {size}")
    square = x[..., :size, None] * identity(size, size, x)
    below = concatenate([square, zeros((*square.shape[:-2], rows - size, size), x)], axis=-2) if rows > size else square
    return concatenate([below, zeros((*below.shape[:-1], columns - size), x)]) if columns > size else below


def squared_norm(x: Array) -> Array:
    """Return the squared Frobenius norm Σ|x|² of each matrix; of a vector, which may be a batch, write (x**2).sum(-1).

    Of a complex vector write squared_norm(x[None]).
    """
    require_matrix("squared_norm", x, _OF_A_VECTOR)
    return squared_modulus(x).sum(-1).sum(-1)


def column_squared_norms(x: Array) -> Array:
    """Return the squared Euclidean norm of each column, as a vector."""
    require_matrix("column_squared_norms", x, _OF_A_VECTOR)
    return squared_modulus(x).sum(-2)


def nonzero_columns(x: Array) -> Array:
    """Return how many columns of each matrix are not 0; of balls, an enclosure of the number."""
    require_matrix("nonzero_columns", x, "of a vector write nonzero(x).sum(-1)")
    return nonzero(column_squared_norms(x)).sum(-1)


@traceable
def solve(a: Array, b: Array) -> Array:
    """Return the matrix x with a x = b, for square invertible a.

    A singular a has no value: NaN in balls and lanes, and an error of the arithmetic (ZeroDivisionError, …) elsewhere.
    """
    require_square("solve", a)
    require_matrix("solve", b, "of a vector write solve(a, b[..., None])[..., 0]")
    a, b = alike(a, b)
    if a.shape[-1] != b.shape[-2]:
        raise OutsideDomain(f"solve: a matrix of {a.shape[-1]} rows does not fit a right side of {b.shape[-2]}")
    shape = b.shape[-2:]
    if isinstance(a, Balls):
        return over_batch(_ball_solve, shape, a, b)
    if isinstance(a, (Lanes, ComplexLanes)):
        return lane_matrices.solve(a, b)
    if isinstance(a, Complex):
        exact = isinstance(a, ComplexRationals)
        return over_batch(complex_matrices.exact_solution if exact else complex_matrices.ball_solution, shape, a, b)
    if isinstance(a, Rationals):
        return over_batch(lambda p, q: fmpq_mat(p).solve(fmpq_mat(q)).tolist(), shape, a, b)
    if isinstance(a, Terms):
        return over_batch(elimination.solution, shape, a, b)
    if is_symbolic(a):
        return over_batch(lambda p, q: sympy.Matrix(p).LUsolve(sympy.Matrix(q)).tolist(), shape, a, b)
    return namespace(a).linalg.solve(a, b)


def _ball_solve(a: list[list[arb]], b: list[list[arb]]) -> list[list[arb]]:
    try:
        return arb_mat(a).solve(arb_mat(b)).tolist()
    except ZeroDivisionError:  # not invertible at this precision: the value is unknown, not wrong
        undefined("solve: the matrix is singular, or cannot be told from one that is")
        return [[arb.nan() for _ in row] for row in b]


def inverse(x: Array) -> Array:
    """Return the inverse of each square matrix; of a singular one as :func:`solve`."""
    require_square("inverse", x)
    return solve(x, identity(x.shape[-1], x.shape[-1], x))


@traceable
def determinant(x: Array) -> Array:
    """Return the determinant of each square matrix."""
    require_square("determinant", x)
    if isinstance(x, Balls):
        return over_batch(lambda m: arb_mat(m).det(), (), x)
    if isinstance(x, Rationals):
        return over_batch(lambda m: fmpq_mat(m).det(), (), x)
    if isinstance(x, Terms):
        return over_batch(elimination.determinant, (), x)
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_matrices.determinant(x)
    if isinstance(x, Complex):
        exact = isinstance(x, ComplexRationals)
        return over_batch(complex_matrices.exact_determinant if exact else complex_matrices.ball_determinant, (), x)
    if is_symbolic(x):
        return over_batch(expressions.determinant, (), x)
    return namespace(x).linalg.det(x)


@traceable
def log_determinant(x: Array) -> Array:
    """Return the logarithm of the determinant of each symmetric, or Hermitian, positive definite matrix.

    Raises OutsideDomain if a matrix is certainly not symmetric or Hermitian. One that is not definite has no value: it
    is NaN, although its determinant may be positive. Of any matrix of positive determinant write log(determinant(x)).
    """
    require_symmetric("log_determinant", x, "of any matrix of positive determinant write log(determinant(x))")
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_matrices.log_determinant(x)
    if isinstance(x, (Balls, ComplexBalls)):
        return over_batch(complex_matrices.ball_log_determinant, (), x, kind=Balls)
    if isinstance(x, Terms):
        return log(over_batch(elimination.definite_determinant, (), x))
    if isinstance(x, (Rationals, ComplexRationals)) or is_symbolic(x):
        return log(determinant(x))
    xp = namespace(x)
    values = xp.linalg.slogdet(x)[1]
    if not x.shape[-1]:
        return values
    spectrum = xp.linalg.eigvalsh(x.detach() if hasattr(x, "detach") else x)
    indefinite = spectrum[..., 0] < -(xp.finfo(x.dtype).eps ** 0.5) * xp.abs(spectrum[..., -1])
    return values + xp.where(indefinite, xp.nan, 0.0)


@traceable
def symmetric_part(x: Array) -> Array:
    """Return (x + xᵀ)/2 of each square matrix: x itself if that is symmetric, which this states.

    A matrix such as QᵀSQ is symmetric mathematically, but its entries are computed one by one; here those above the
    diagonal are those below it, to the letter. Of complex matrices there is the :func:`hermitian_part`.
    """
    require_square("symmetric_part", x)
    if isinstance(x, Complex) or is_complex_array(x):
        raise Unsupported("symmetric_part: of a complex matrix write hermitian_part(x), or (x + x.mT) / 2")
    half = (x + x.mT) / 2
    if not isinstance(half, Rigorous):
        return half
    entries: Any = np.array(half.array, dtype=object)
    above, below = np.triu_indices(entries.shape[-1], 1)
    entries[..., below, above] = entries[..., above, below]
    return half.of(entries)


@traceable
def hermitian_part(x: Array) -> Array:
    """Return (x + xᴴ)/2 of each square matrix: x itself if that is Hermitian, which this states.

    Of real matrices it is the :func:`symmetric_part`. As there, the entries above the diagonal are the conjugates of
    those below it to the letter, and those on it are real.
    """
    require_square("hermitian_part", x)
    if not isinstance(x, Complex):
        return (x + adjoint(x)) / 2 if is_symbolic(x) or is_complex_array(x) else symmetric_part(x)
    half = (x + x.H) / 2
    return complex_matrices.hermitian_balls(half) if isinstance(half, ComplexBalls) else half


@traceable
def eigenvalues(x: Array) -> Array:
    """Return the eigenvalues of each symmetric, or Hermitian, matrix, largest first.

    Raises OutsideDomain if a matrix is certainly not symmetric or Hermitian (exact rationals decide that); of lanes it
    has no value (NaN). Balls whose entries [i, j] and [j, i] overlap may hold matrices that are not symmetric: the
    enclosures hold for those too, see :func:`~reference.arithmetic.spectra.symmetric_eigenvalues`, and are wider for
    it. They are as tight as the balls for a :func:`symmetric_part`, or a :func:`hermitian_part`.
    """
    if isinstance(x, ComplexBalls):
        require_square("eigenvalues", x)
        return over_batch(lambda m: hermitian_eigenvalues(m, _OF_ITS_PARTS), x.shape[-1:], x, kind=Balls)
    if isinstance(x, Balls):
        require_square("eigenvalues", x)
        return over_batch(lambda m: symmetric_eigenvalues(m, _OF_ITS_PARTS), x.shape[-1:], x)
    require_symmetric("eigenvalues", x, _OF_ITS_PARTS)
    if isinstance(x, (Rationals, ComplexRationals)):
        raise Irrational("eigenvalues")
    if isinstance(x, Terms):
        return over_batch(quadratic.eigenvalues, x.shape[-1:], x)
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_matrices.eigenvalues(x)
    if is_symbolic(x):
        raise Unsupported("eigenvalues: symbolic eigenvalues have no order")
    return namespace(x).flip(namespace(x).linalg.eigvalsh(x), axis=-1)


@traceable
def singular_values(x: Array) -> Array:
    """Return the singular values of each matrix, largest first."""
    require_matrix("singular_values", x, "that of a vector is the root of squared_norm(x[None])")
    if isinstance(x, (Rationals, ComplexRationals)):
        raise Irrational("singular_values")
    if isinstance(x, Terms):
        return over_batch(quadratic.singular_values, (min(x.shape[-2:]),), x)
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_matrices.singular_values(x)
    if is_symbolic(x):
        raise Unsupported("singular_values: symbolic singular values have no order")
    if isinstance(x, (Balls, ComplexBalls)):
        # the eigenvalues are the singular values, their negatives and zeros: no square root is lost
        return maximum(eigenvalues(dilation(x))[..., : min(x.shape[-2:])], 0)
    return namespace(x).linalg.svdvals(x)


def dilation(x: Balls | ComplexBalls) -> Any:
    """Return the Hermitian matrix [0 x; xᴴ 0] of each matrix."""
    rows, columns = x.shape[-2:]
    above = concatenate([zeros((*x.shape[:-2], rows, rows), x), x])
    below = concatenate([x.H, zeros((*x.shape[:-2], columns, columns), x)])
    return hermitian_part(concatenate([above, below], axis=-2))


@traceable
def rank(x: Array) -> Any:
    """Return the rank of one exact matrix; balls must be exact, because no enclosure decides a rank.

    Of lanes it is the numerical one. Raises Unsupported in the other arithmetics.
    """
    if len(shape_of(x)) != 2:
        raise OutsideDomain(f"rank: one matrix is needed, not an array of shape {shape_of(x)}")
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_matrices.rank(x)
    x = exactly(x)
    if isinstance(x, Terms):
        return elimination.rank(x.bare())
    if isinstance(x, ComplexRationals):
        return complex_matrices.exact_rank(x)
    if not isinstance(x, Rationals):
        kind = Inexact if isinstance(x, (Balls, ComplexBalls)) else Unsupported
        raise kind("rank: only exact matrices have a decided rank")
    return fmpq_mat(x.tolist()).rank()


def product(factors: Sequence[Array]) -> Array:
    """Return the matrix product of the factors, at least one, in their order."""
    if not len(factors):
        raise OutsideDomain("product: there is no factor")
    return reduce(lambda a, b: a @ b, factors)
