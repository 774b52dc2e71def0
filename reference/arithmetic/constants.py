"""Arrays of constants in the arithmetic of others, and what joins and shapes them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, fmpq

from reference.arithmetic import lanes
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.deferred import sympy
from reference.arithmetic.domain import OutsideDomain, shape_of
from reference.arithmetic.exact import Balls, Irrational, Rationals, Rigorous
from reference.arithmetic.kinds import innermost, integers, is_symbolic, namespace, symbols
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.literals import constant, is_complex
from reference.arithmetic.rigorous import Overriding
from reference.arithmetic.terms.array import Terms
from reference.arithmetic.terms.term import circle
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
    like = innermost(like)
    if isinstance(like, (Balls, ComplexBalls)):
        return Balls.of(arb.pi())
    if isinstance(like, (Rationals, ComplexRationals)):
        raise Irrational("pi")
    if isinstance(like, Terms):
        return Terms.of(circle())
    if isinstance(like, (Lanes, ComplexLanes)):
        return lanes.constants(np.pi)
    if is_symbolic(like):
        return symbols(sympy.pi)
    return number(1, like) * np.pi


def concatenate(arrays: Sequence[Array], axis: int = -1) -> Array:
    """Join arrays of one arithmetic along an existing axis, broadcasting nothing."""
    if not len(arrays):
        raise OutsideDomain("concatenate: there is nothing to join")
    if isinstance(arrays[0], Rigorous) or any(isinstance(x, Overriding) for x in arrays):
        return np.concatenate(list(arrays), axis=axis)
    joined = namespace(arrays[0]).concat(list(arrays), axis=axis)
    return symbols(joined) if is_symbolic(joined) else joined


def stack(entries: Sequence[Any]) -> Array:
    """Return the vector of several numbers, or the matrix of the numbers in nested lists: ``stack([[a, b], [c, d]])``.

    The axes of an entry are a batch, which broadcasts; so of vectors it makes the matrix of these columns. Literals
    may stand beside arrays of one arithmetic; of literals alone the result is NumPy's.
    """
    shape, flat = _grid(entries)
    arrays = [x for x in flat if hasattr(x, "shape") or is_symbolic(x)]
    if not arrays:
        return np.array(flat).reshape(shape)
    like = next((x for x in arrays if isinstance(x, (Rigorous, Overriding))), arrays[0])
    items = [x if hasattr(x, "shape") or is_symbolic(x) else number(x, like) for x in flat]
    batch = np.broadcast_shapes(*(shape_of(x) for x in items))
    guarded = [isinstance(x, (Rigorous, Overriding)) or is_symbolic(x) for x in items]
    wide = [(np if g else namespace(x)).broadcast_to(x, batch) for x, g in zip(items, guarded, strict=True)]
    joined = (np if any(guarded) else namespace(like)).stack(wide, axis=-1)
    return (symbols(joined) if is_symbolic(joined) else joined).reshape((*batch, *shape))


def _grid(entries: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Return the lengths of nested lists, and what is in them."""
    if not isinstance(entries, (list, tuple)):
        return (), [entries]
    parts = [_grid(entry) for entry in entries]
    if not parts:
        raise OutsideDomain("stack: there is nothing to stack")
    if len({shape for shape, _ in parts}) != 1:
        raise OutsideDomain("stack: the rows have different lengths")
    return (len(parts), *parts[0][0]), [x for _, flat in parts for x in flat]


def as_vector(x: Array) -> Array:
    """Give a scalar, or a batch of scalars, the axis that lets it broadcast against vectors."""
    return x[..., None] if hasattr(x, "shape") else x


def as_matrix(x: Array) -> Array:
    """Give a scalar, or a batch of scalars, the two axes that let it broadcast against matrices."""
    return x[..., None, None] if hasattr(x, "shape") else x
