"""Where the functions of vectors and matrices are defined: outside they refuse, in one line that says what to write.

Shapes, symmetry and order are refused at once, in every arithmetic; of many instances (lanes) those that are outside
have no value. What depends on a number alone (the root of −1, the inverse of 0) is NaN, and does no harm in a branch
that is not taken.
"""

from typing import Any

import numpy as np
from flint import acb

from reference.arithmetic import lanes
from reference.arithmetic.complexes import Complex, real_if_certain
from reference.arithmetic.exact import Rigorous
from reference.arithmetic.kinds import bare, is_expression, is_symbolic, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.parts import conj
from reference.shapes import Array


class OutsideDomain(ValueError):
    """An argument lies outside the domain of a function, by its shape, symmetry or order."""


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the lengths of the axes; of a bare number, none."""
    return tuple(getattr(x, "shape", ()))


def require_vector(function: str, x: Array) -> None:
    """Refuse what has no last axis."""
    if not shape_of(x):
        raise OutsideDomain(f"{function}: a vector is needed, not a number")


def require_matrix(function: str, x: Array, mend: str = "") -> None:
    """Refuse what has no two last axes; ``mend`` says what to write of a vector."""
    shape = shape_of(x)
    if len(shape) < 2:
        raise OutsideDomain(f"{function}: a matrix is needed, not an array of shape {shape}{mend and f': {mend}'}")


def require_square(function: str, x: Array) -> None:
    """Refuse what is no square matrix, or batch of such."""
    require_matrix(function, x)
    shape = shape_of(x)
    if shape[-2] != shape[-1]:
        raise OutsideDomain(f"{function}: a square matrix is needed, not one of shape {shape}")


def require_symmetric(function: str, x: Array, mend: str) -> None:
    """Refuse a matrix that is certainly not symmetric, or Hermitian where it is complex.

    Of lanes nothing is refused, they differ from each other.
    """
    require_square(function, x)
    if isinstance(x, (Lanes, ComplexLanes)) or not x.shape[-1]:
        return
    if isinstance(x, Complex):
        size = shape_of(x)[-1]
        gaps = np.reshape(bare(x - x.H), (-1, size, size))
        for k, i, j in np.ndindex(gaps.shape):
            if j <= i and _is_not_zero(gaps[k, i, j]):
                raise asymmetric(function, j, i, mend, "Hermitian")
        return
    if isinstance(x, Rigorous) or is_symbolic(x):
        size = shape_of(x)[-1]
        for rows in np.reshape(bare(x), (-1, size, size)).tolist():
            for i, row in enumerate(rows):
                for j in range(i):
                    if row[j] is not rows[j][i] and _differ(row[j], rows[j][i]):
                        raise asymmetric(function, j, i, mend)
        return
    xp = namespace(x)
    largest = xp.max(xp.max(xp.abs(x), axis=-1, keepdims=True), axis=-2, keepdims=True)
    if xp.any(
        xp.abs(x - conj(x).mT) > xp.finfo(x.dtype).eps ** 0.5 * largest
    ):  # computed ones are symmetric but for rounding
        raise asymmetric(function, None, None, mend)


def _differ(p: Any, q: Any) -> bool:
    if is_expression(p):
        return bool(p.is_Rational and q.is_Rational and p != q)
    return bool(p != q)


def _is_not_zero(x: Any) -> bool:
    return not x.contains(0) if isinstance(x, acb) else bool(x != 0)


def asymmetric(function: str, i: int | None, j: int | None, mend: str, kind: str = "symmetric") -> OutsideDomain:
    """Return the error that a matrix is not symmetric, at [i, j] if that is known."""
    where = "" if i is None else f" at [{i}, {j}] and [{j}, {i}]"
    return OutsideDomain(f"{function}: the matrix is not {kind}{where}: {mend}")


def descending(function: str, x: Array) -> Array:
    """Return the vector x, whose entries must descend; of lanes NaN where they do not."""
    require_vector(function, x)
    x = real_if_certain(function, x)
    if isinstance(x, Lanes):
        return lanes.descending(x)
    steps = x[..., 1:] - x[..., :-1]
    if isinstance(x, Rigorous) or is_symbolic(x):
        rises = any(_is_positive(step) for step in np.ravel(bare(steps)))
    else:
        xp = namespace(x)
        rises = bool(xp.any(steps > xp.finfo(x.dtype).eps ** 0.5 * (xp.abs(x[..., 1:]) + xp.abs(x[..., :-1]))))
    if rises:
        raise OutsideDomain(
            f"{function}: the numbers must descend, largest first: use sort_descending, or another order"
        )
    return x


def _is_positive(x: Any) -> bool:
    return x.is_positive is True if is_expression(x) else bool(x > 0)


def require_broadcast(function: str, *arrays: Array) -> None:
    """Refuse arrays whose common shape is that of none of them: a row against a column is a slip, not a table."""
    shapes = [shape_of(x) for x in arrays]
    if len(set(shapes) - {()}) <= 1:
        return
    try:
        common = np.broadcast_shapes(*shapes)
    except ValueError:
        common = None
    if common not in shapes:
        raise OutsideDomain(f"{function}: shapes {', '.join(map(str, shapes))} do not fit")
