"""The matrix functions that the arithmetics do not share.

A formula uses operators, ``.mT`` and sums wherever these suffice, and this module for the rest. Six arithmetics are
told apart by the type of the array: NumPy float64 and torch (through their common array API), exact rationals and balls
(:mod:`reference.numbers`), floats of many instances (:mod:`reference.lanes`), and SymPy expressions in object arrays.
A function that makes no sense in an arithmetic raises :class:`Unsupported`, or
:class:`~reference.numbers.Irrational` where the value of a rational computation need not be rational.

Functions of matrices act on the last two axes, functions of vectors on the last one; leading axes are a batch.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import array_api_compat
import numpy as np
import scipy.special
import sympy
from flint import arb, arb_mat, fmpq, fmpq_mat
from flint.utils.flint_exceptions import DomainError

from reference import lanes
from reference.lanes import Lanes
from reference.numbers import Array, Balls, Irrational, Rationals, Rigorous, constant
from reference.spectra import symmetric_eigenvalues


class Unsupported(TypeError):
    """The function makes no sense in the arithmetic of its argument."""


class Inexact(Unsupported):
    """Balls are too wide for what is asked of them; at a higher precision they may not be."""


def _namespace(x: Array) -> Any:
    return array_api_compat.array_namespace(x)


def _is_symbolic(x: Array) -> bool:
    if isinstance(x, np.ndarray):
        return bool(x.dtype == object)
    return isinstance(x, sympy.Basic)


def _bare(x: Array) -> Any:
    """Return the numbers themselves, in an object array or bare."""
    return x.array if isinstance(x, Rigorous) else constant(x)


def _symbols(values: Any) -> Array:
    return np.array(values, dtype=object)


def _like(values: Any, x: Array) -> Array:
    """Return plain integers, in nested lists or an integer array, in the arithmetic of x."""
    values = np.asarray(values)
    if isinstance(x, Balls):
        return Balls.of(np.frompyfunc(lambda v: arb(int(v)), 1, 1)(values))
    if isinstance(x, Rationals):
        return Rationals.of(np.frompyfunc(lambda v: fmpq(int(v)), 1, 1)(values))
    if isinstance(x, Lanes):
        return lanes.constants(values)
    if _is_symbolic(x):
        return _symbols(np.frompyfunc(lambda v: sympy.Integer(int(v)), 1, 1)(values))
    namespace = _namespace(x)
    return namespace.asarray(values.tolist(), dtype=x.dtype, device=array_api_compat.device(x))


def number(value: Any, like: Array) -> Array:
    """Return an integer, Fraction or dyadic float as a scalar in the arithmetic of ``like``."""
    exact = fmpq(constant(value))
    return _like(int(exact.p), like) / _like(int(exact.q), like)


def zeros(shape: Sequence[int], like: Array) -> Array:
    """Return an array of zeros in the arithmetic of ``like``."""
    return _like(np.zeros(tuple(shape), dtype=int), like)


def identity(rows: int, columns: int, like: Array) -> Array:
    """Return the rows-by-columns matrix with ones on its diagonal and zeros elsewhere."""
    return _like(np.eye(rows, columns, dtype=int), like)


def leading_identity(rows: int, columns: int, size: int, like: Array) -> Array:
    """Return the rows-by-columns matrix [I 0; 0 0] whose identity block has ``size`` rows."""
    return _like(np.eye(rows, columns, dtype=int) * (np.arange(rows) < size)[:, None], like)


def pi(like: Array) -> Array:
    """Return π in the arithmetic of ``like``."""
    if isinstance(like, Balls):
        return Balls.of(arb.pi())
    if isinstance(like, Rationals):
        raise Irrational("pi")
    if isinstance(like, Lanes):
        return lanes.constants(np.pi)
    if _is_symbolic(like):
        return _symbols(sympy.pi)
    return number(1, like) * np.pi


def concatenate(arrays: Sequence[Array], axis: int = -1) -> Array:
    """Join arrays of one arithmetic along an existing axis, broadcasting nothing."""
    if isinstance(arrays[0], Rigorous):
        return np.concatenate(list(arrays), axis=axis)
    return _namespace(arrays[0]).concat(list(arrays), axis=axis)


def as_vector(x: Array) -> Array:
    """Give a scalar, or a batch of scalars, the axis that lets it broadcast against vectors."""
    return x[..., None] if hasattr(x, "shape") else x


def as_matrix(x: Array) -> Array:
    """Give a scalar, or a batch of scalars, the two axes that let it broadcast against matrices."""
    return x[..., None, None] if hasattr(x, "shape") else x


# --- functions of one number, entry by entry ------------------------------------------------------------------------


def _rational_root(value: fmpq) -> fmpq:
    try:
        return value.sqrt()
    except DomainError as error:  # not the square of a rational
        raise Irrational("sqrt") from error


def _analytic(name: str, of_symbol: Callable[[Any], Any]) -> Callable[[Array], Array]:
    def function(x: Array) -> Array:
        if isinstance(x, Rigorous):
            return getattr(np, name)(x)
        if _is_symbolic(x):
            return _symbols(np.frompyfunc(of_symbol, 1, 1)(x))
        return getattr(_namespace(x), name)(x)

    function.__name__ = name
    function.__doc__ = f"Return {name} of each entry; raises Irrational for exact rationals."
    return function


log = _analytic("log", sympy.log)
exp = _analytic("exp", sympy.exp)
tanh = _analytic("tanh", sympy.tanh)


def erfc(x: Array) -> Array:
    """Return the complementary error function of each entry; raises Irrational for exact rationals.

    Of balls it keeps its relative accuracy however small it is: a Gaussian tail does not underflow.
    """
    if isinstance(x, Balls):
        # it decreases; at exact arguments python-flint's keeps its relative accuracy where that of a wide ball is lost
        return x.map(lambda ball: ball.lower().erfc().union(ball.upper().erfc()))
    if isinstance(x, Rationals):
        raise Irrational("erfc")
    if isinstance(x, Lanes):
        return lanes.erfc(x)
    if _is_symbolic(x):
        return _symbols(np.frompyfunc(sympy.erfc, 1, 1)(x))
    return scipy.special.erfc(x) if isinstance(x, np.ndarray) else _namespace(x).special.erfc(x)


def sqrt(x: Array) -> Array:
    """Return the square root of each entry; a rational one must be the square of a rational, else Irrational."""
    if isinstance(x, Rationals):
        return x.map(_rational_root)
    if isinstance(x, Balls):
        # an enclosure that dips below zero is that of a non-negative number: an input below zero stays NaN
        return x.map(_ball_root)
    if isinstance(x, Lanes):
        return lanes.sqrt(x)
    if _is_symbolic(x):
        return _symbols(np.frompyfunc(sympy.sqrt, 1, 1)(x))
    return _namespace(x).sqrt(x)


def _ball_root(x: arb) -> arb:
    return x.sqrt() if x >= 0 or x < 0 else x.nonnegative_part().sqrt()


# --- branches -------------------------------------------------------------------------------------------------------


def _compare(a: arb, b: arb) -> Any:
    return True if a > b else False if a <= b else None


def greater(a: Array, b: Array) -> Array:
    """Return a > b entry by entry, for :func:`where`: of balls as True, False or None (undecided)."""
    if isinstance(a, Lanes) or isinstance(b, Lanes):
        return lanes.greater(_bare(a), _bare(b))
    if isinstance(a, Balls) or isinstance(b, Balls):
        return _symbols(np.frompyfunc(_compare, 2, 1)(_bare(a), _bare(b)))
    if any(_is_symbolic(x) for x in (a, b)):
        return _symbols(np.frompyfunc(sympy.Gt, 2, 1)(a, b))
    return a > b


def _select(condition: Any, a: Any, b: Any) -> Any:
    if condition is None:
        return arb(a).union(arb(b))
    return arb(a if condition else b)


def where(condition: Array, a: Array, b: Array) -> Array:
    """Return a where the condition of :func:`greater` holds, else b; an undecided branch encloses both values.

    Both values may be literals: ``where(greater(x, 0), 1, 0)`` is the indicator of x > 0.
    """
    if isinstance(condition, Lanes):
        return lanes.where(condition, _bare(a), _bare(b))
    if isinstance(condition, np.ndarray) and condition.dtype == object:
        if isinstance(condition.flat[0], sympy.Basic):
            return _symbols(np.frompyfunc(lambda c, p, q: sympy.Piecewise((p, c), (q, True)), 3, 1)(condition, a, b))
        return Balls.of(np.frompyfunc(_select, 3, 1)(condition, _bare(a), _bare(b)))
    if isinstance(a, Rationals) or isinstance(b, Rationals):
        return Rationals.of(np.frompyfunc(lambda c, p, q: fmpq(p if c else q), 3, 1)(condition, _bare(a), _bare(b)))
    return _namespace(condition).where(condition, a, b)


def nonzero(x: Array) -> Array:
    """Return 1 for each entry that is not 0, and 0 for the others; of balls, an enclosure of it."""
    return where(greater(x * x, 0 * x), 1 + 0 * x, 0 * x)


def maximum(a: Array, b: Array) -> Array:
    """Return the larger of a and b entry by entry; of balls, an enclosure of it."""
    if isinstance(a, Balls) or isinstance(b, Balls):
        return Balls.of(np.frompyfunc(lambda p, q: arb(p).max(arb(q)), 2, 1)(_bare(a), _bare(b)))
    if any(_is_symbolic(x) for x in (a, b)):
        return _symbols(np.frompyfunc(sympy.Max, 2, 1)(a, b))
    return where(greater(a, b), a, b)


def absolute(x: Array) -> Array:
    """Return |x| entry by entry."""
    if isinstance(x, Balls):
        return abs(x)
    return abs(x)


def sort_descending(x: Array) -> Array:
    """Sort along the last axis, largest first; of balls, enclosures of the order statistics."""
    if isinstance(x, Balls):
        rows: Any = np.reshape(x.array, (-1, x.shape[-1]))
        return Balls.of(np.array([_order_statistics(row) for row in rows], dtype=object).reshape(x.shape))
    if isinstance(x, Rationals):
        return Rationals.of(np.flip(np.sort(x.array, axis=-1), axis=-1))
    if isinstance(x, Lanes):
        return lanes.sort_descending(x)
    if _is_symbolic(x):
        raise Unsupported("sort_descending: symbols have no order")
    return _namespace(x).sort(x, axis=-1, descending=True)


def _order_statistics(row: Sequence[arb]) -> list[arb]:
    # the k-th largest number lies between the k-th largest lower and the k-th largest upper bound
    lower = sorted((ball.lower() for ball in row), reverse=True)
    upper = sorted((ball.upper() for ball in row), reverse=True)
    return [low.union(high) for low, high in zip(lower, upper, strict=True)]


# --- vectors and matrices -------------------------------------------------------------------------------------------


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
    wide = [np.broadcast_to(_bare(m), (*batch, *m.shape[-2:])) for m in matrices]
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
    if _is_symbolic(a):
        return _over_batch(lambda p, q: sympy.Matrix(p).LUsolve(sympy.Matrix(q)).tolist(), a, b)
    return _namespace(a).linalg.solve(a, b)


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
    if _is_symbolic(x):
        return _over_batch(lambda m: sympy.Matrix(m).det(), x)
    return _namespace(x).linalg.det(x)


def log_determinant(x: Array) -> Array:
    """Return the logarithm of the determinant of each symmetric positive definite matrix."""
    if isinstance(x, Rigorous) or _is_symbolic(x):
        return log(determinant(x))
    return _namespace(x).linalg.slogdet(x)[1]


def eigenvalues(x: Array) -> Array:
    """Return the eigenvalues of each symmetric matrix, largest first; only its symmetric part is looked at."""
    if isinstance(x, Balls):
        return _over_batch(symmetric_eigenvalues, x)
    if isinstance(x, Rationals):
        raise Irrational("eigenvalues")
    if isinstance(x, Lanes):
        return lanes.eigenvalues(x)
    if _is_symbolic(x):
        raise Unsupported("eigenvalues: symbolic eigenvalues have no order")
    return _namespace(x).flip(_namespace(x).linalg.eigvalsh(x), axis=-1)


def singular_values(x: Array) -> Array:
    """Return the singular values of each matrix, largest first."""
    if isinstance(x, Lanes):
        return lanes.singular_values(x)
    if isinstance(x, Rigorous) or _is_symbolic(x):
        rows, columns = x.shape[-2:]
        # the eigenvalues of [0 x; xᵀ 0] are the singular values, their negatives and zeros: no square root is lost
        above = concatenate([zeros((*x.shape[:-2], rows, rows), x), x])
        below = concatenate([x.mT, zeros((*x.shape[:-2], columns, columns), x)])
        spectrum = eigenvalues(concatenate([above, below], axis=-2))
        return maximum(spectrum[..., : min(rows, columns)], 0)
    return _namespace(x).linalg.svdvals(x)


def exactly(x: Array) -> Array:
    """Return balls of radius 0 as the rationals that they are, and any other array as it is."""
    if isinstance(x, Balls) and all(ball.is_exact() for ball in np.ravel(x.array)):
        return Rationals.of(x.map(lambda ball: ball.fmpq()).array)
    return x


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
