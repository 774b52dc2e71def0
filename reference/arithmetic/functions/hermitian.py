"""Functions of symmetric and Hermitian matrices, by their eigenvalues, in every arithmetic that has these."""

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from flint import acb, fmpq

from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.constants import as_matrix, identity, zeros
from reference.arithmetic.domain import require_matrix, require_square, require_symmetric
from reference.arithmetic.elementary import absolute, log, sqrt
from reference.arithmetic.exact import Balls, Irrational, Rationals, Rigorous, balls
from reference.arithmetic.functions import enclosed, rational
from reference.arithmetic.functions.powers import exponent, power
from reference.arithmetic.kinds import Unsupported, bare, exactly, is_symbolic, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.lanes import functions as lane_functions
from reference.arithmetic.matrices import adjoint, dilation, inverse
from reference.arithmetic.order import greater, where
from reference.arithmetic.spectra import is_hermitian_to_the_letter
from reference.shapes import Array

Function = Callable[[Array], Array]

A_PART = "write symmetric_part(x), of a complex matrix hermitian_part(x), if that is what is meant"


def spectral(x: Array, function: Function) -> Array:
    """Return f(S) of each symmetric, or Hermitian, matrix: f of its eigenvalues, with its eigenvectors.

    ``function`` takes the eigenvalues as a vector, largest first, and is written with the functions of
    :mod:`reference.arithmetic`: ``spectral(S, lambda t: maximum(t, 0))``. Of balls the enclosure holds at ties too,
    whatever f is, for every symmetric matrix within (:func:`reference.arithmetic.functions.enclosed.function_of`); of
    fractions it is exact where all eigenvalues are rational, and raises Irrational elsewhere. Raises OutsideDomain if a
    matrix is certainly not symmetric or Hermitian.
    """
    return _function_of("spectral", x, function)


def _function_of(name: str, x: Array, function: Function, slope: Function | None = None) -> Array:
    require_symmetric(name, x, A_PART)
    refuse_symbols(name, x)
    if not x.shape[-1]:
        return x
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_functions.function_of(x, function)
    if isinstance(x, (Balls, ComplexBalls)):
        return _enclosed(name, x, function, slope)
    if isinstance(x, (Rationals, ComplexRationals)):
        return over_exact(lambda m: rational.function_of(name, m, function), x)
    xp = namespace(x)
    values, vectors = (xp.flip(part, axis=-1) for part in xp.linalg.eigh(x))
    left = vectors * (function(values) + 0 * values)[..., None, :]  # a function may have one value
    return left @ xp.astype(adjoint(vectors), left.dtype)


def refuse_symbols(name: str, x: Array) -> None:
    """Raise Unsupported of symbols, whose eigenvalues have no order."""
    if is_symbolic(x):
        raise Unsupported(f"{name}: symbols have no eigenvalues here: build the matrix from its eigenvalues")


def _enclosed(name: str, x: Balls | ComplexBalls, function: Function, slope: Function | None) -> Balls | ComplexBalls:
    results = np.array([enclosed.function_of(name, rows, function, slope) for rows in _matrices(x)], dtype=object)
    kind = ComplexBalls if any(isinstance(entry, acb) for entry in results.flat) else Balls
    return kind.of(results.reshape(x.shape))


def _matrices(x: Balls | ComplexBalls) -> list[list[list[Any]]]:
    matrices: list[list[list[Any]]] = np.reshape(bare(x), (prod(x.shape[:-2]), *x.shape[-2:])).tolist()
    return matrices


def over_exact(function: Callable[..., Any], *arrays: Any) -> Any:
    """Apply a function of single exact matrices over the leading axes, of which there may be none."""
    batch = np.broadcast_shapes(*(x.shape[:-2] for x in arrays))
    if not batch:
        return function(*arrays)
    if 0 in batch:
        return zeros((*batch, *2 * arrays[0].shape[-1:]), arrays[0])
    wide = [np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in arrays]
    results = np.stack([function(*(w[i] for w in wide)) for i in np.ndindex(batch)])
    return results.reshape((*batch, *results.shape[-2:]))


def powm(x: Array, p: Any) -> Array:
    """Return the power xᵖ of each square matrix, for an integer or Fraction p.

    An integer power is one of any square matrix, and a negative one that of its inverse. Any other is that of a
    symmetric, or Hermitian, positive semidefinite matrix, positive definite for p < 0; one that is not has no value
    (NaN). At an eigenvalue 0 the enclosure has the precision that the root has.
    """
    rational_p = exponent("powm", p)
    if rational_p.denominator != 1:
        return _root_power("powm", x, rational_p)
    require_square("powm", x)
    k = rational_p.numerator
    if k == 0:
        return 0 * x + identity(x.shape[-1], x.shape[-1], x)
    return _repeated(x if k > 0 else inverse(x), abs(k))


def _repeated(x: Array, k: int) -> Array:
    half = x if k < 2 else _repeated(x, k // 2)
    square = half if k < 2 else half @ half
    return square @ x if k > 2 and k % 2 else square


def sqrtm(x: Array) -> Array:
    """Return the positive semidefinite root of each symmetric, or Hermitian, positive semidefinite matrix.

    One that is not semidefinite has no value (NaN). Of fractions it is exact where all eigenvalues are squares, and
    raises Irrational elsewhere.
    """
    return _root_power("sqrtm", x, Fraction(1, 2))


def _root_power(name: str, x: Array, p: Fraction) -> Array:
    require_symmetric(name, x, A_PART)
    if isinstance(x, (Balls, ComplexBalls)) and abs(p) > 1 and not all(map(is_hermitian_to_the_letter, _matrices(x))):
        whole = int(p)
        return powm(x, whole) @ _root_power(name, x, p - whole)  # holds for those that are not symmetric too

    def slope(t: Any) -> Any:
        return abs(fmpq(p.numerator, p.denominator)) * power(Balls.of(t), p - 1).bare()

    return _function_of(name, x, lambda t: power(_without_rounding(t), p), slope)


def _without_rounding(t: Array) -> Array:
    """Return eigenvalues of semidefinite matrices; those of floats that are negative but for rounding are 0."""
    if isinstance(t, Lanes):
        return lane_functions.without_rounding(t)
    if isinstance(t, Rigorous):
        return t
    xp = namespace(t)
    noise = xp.finfo(t.dtype).eps ** 0.75 * xp.max(xp.abs(t), axis=-1, keepdims=True)
    return xp.where((t < 0) & (t > -noise), 0 * t, t)


def logm(x: Array) -> Array:
    """Return the logarithm of each symmetric, or Hermitian, positive definite matrix; of another one it is NaN."""
    return _function_of("logm", x, log, lambda t: 1 / t)


def absm(x: Array) -> Array:
    """Return the modulus (xᴴx)^½ of each matrix, square or not: |t| of the eigenvalues of a Hermitian one.

    It keeps its precision at singular values 0. Of fractions it is exact where all singular values are rational.
    """
    require_matrix("absm", x, "of numbers write absolute(x)")
    refuse_symbols("absm", x)
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_functions.modulus(x)
    if isinstance(x, (Rationals, ComplexRationals)):
        return over_exact(lambda m: rational.function_of("absm", m.H @ m, sqrt), x)
    if isinstance(x, (Balls, ComplexBalls)):
        # |[0 x; xᴴ 0]| is [|xᴴ| 0; 0 |x|]: no square root is lost
        return _function_of("absm", dilation(x), absolute)[..., x.shape[-2] :, x.shape[-2] :]
    _, values, vectors = namespace(x).linalg.svd(x, full_matrices=False)
    return adjoint(vectors) @ (values[..., None] * vectors)


def projector(x: Array, above: Any = 0) -> Array:
    """Return the orthogonal projector onto the eigenvectors of each Hermitian matrix whose eigenvalues are > ``above``.

    That of a positive semidefinite matrix is onto its range. Of fractions, and balls that are exact, a tie with
    ``above`` is decided where no eigenvalue is less, or all are rational; otherwise an enclosure holds both answers.
    """
    require_symmetric("projector", x, A_PART)
    refuse_symbols("projector", x)
    shifted = x - as_matrix(above) * identity(x.shape[-1], x.shape[-1], x)
    exact = exactly(shifted)
    if isinstance(exact, (Rationals, ComplexRationals)):
        try:
            found = over_exact(rational.positive_projector, exact)
        except Irrational as error:
            if exact is shifted:
                raise
            error.settle()
        else:
            return found if exact is shifted else balls(found) if isinstance(x, Balls) else _in_balls(found)
    return _function_of("projector", shifted, lambda t: where(greater(t, 0 * t), 1 + 0 * t, 0 * t))


def _in_balls(found: Any) -> ComplexBalls:
    return complex_balls(found) if isinstance(found, ComplexRationals) else ComplexBalls.of(bare(balls(found)))
