"""Arrays of constants in the arithmetic of others, and what joins and shapes them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, fmpq

from reference.arithmetic import lanes
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.deferred import sympy
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.exact import Balls, Irrational, Rationals, Rigorous
from reference.arithmetic.kinds import integers, is_symbolic, namespace, symbols
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.literals import constant, is_complex
from reference.shapes import Array


def number(value: Any, like: Array) -> Array:
    """Return an integer, Fraction, dyadic float or complex number as a scalar in the arithmetic of ``like``."""
    if is_complex(value):
        return _complex_number(constant(value), like)
    exact = fmpq(Rationals.admit(value))
    return integers(int(exact.p), like) / integers(int(exact.q), like)


def _complex_number(value: Any, like: Array) -> Array:
    imag = number(value.imag, like)
    unit = sympy.I if is_symbolic(like) else 1j
    return number(value.real, like) + (symbols(imag * unit) if is_symbolic(like) else imag * unit)


def zeros(shape: Sequence[int], like: Array) -> Array:
    """Return an array of zeros in the arithmetic of ``like``."""
    return integers(np.zeros(tuple(shape), dtype=int), like)


def identity(rows: int, columns: int, like: Array) -> Array:
    """Return the rows-by-columns matrix with ones on its diagonal and zeros elsewhere."""
    return integers(np.eye(rows, columns, dtype=int), like)


def leading_identity(rows: int, columns: int, size: int, like: Array) -> Array:
    """Return the rows-by-columns matrix [I 0; 0 0] whose identity block has ``size`` rows."""
    if not 0 <= size <= min(rows, columns):
        raise OutsideDomain(f"leading_identity: a block of {size} rows is not part of {rows} × {columns}")
    return integers(np.eye(rows, columns, dtype=int) * (np.arange(rows) < size)[:, None], like)


def pi(like: Array) -> Array:
    """Return π in the arithmetic of ``like``."""
    if isinstance(like, (Balls, ComplexBalls)):
        return Balls.of(arb.pi())
    if isinstance(like, (Rationals, ComplexRationals)):
        raise Irrational("pi")
    if isinstance(like, (Lanes, ComplexLanes)):
        return lanes.constants(np.pi)
    if is_symbolic(like):
        return symbols(sympy.pi)
    return number(1, like) * np.pi


def concatenate(arrays: Sequence[Array], axis: int = -1) -> Array:
    """Join arrays of one arithmetic along an existing axis, broadcasting nothing."""
    if not len(arrays):
        raise OutsideDomain("concatenate: there is nothing to join")
    if isinstance(arrays[0], Rigorous):
        return np.concatenate(list(arrays), axis=axis)
    return namespace(arrays[0]).concat(list(arrays), axis=axis)


def as_vector(x: Array) -> Array:
    """Give a scalar, or a batch of scalars, the axis that lets it broadcast against vectors."""
    return x[..., None] if hasattr(x, "shape") else x


def as_matrix(x: Array) -> Array:
    """Give a scalar, or a batch of scalars, the two axes that let it broadcast against matrices."""
    return x[..., None, None] if hasattr(x, "shape") else x
