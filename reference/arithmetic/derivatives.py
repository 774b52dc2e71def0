"""Gradients and Hessians of formulas, in the arithmetic at hand: fractions, enclosures, many instances, symbols.

The formula runs once, on arrays that remember of what they were made (:mod:`reference.arithmetic.traced`); then one
sweep back gives the derivatives by all entries, which costs a few times what the formula does, whatever their number.
Nothing is a difference quotient.
"""

from collections.abc import Callable
from itertools import count
from numbers import Number
from typing import Any

import numpy as np

from reference.arithmetic.beyond import beyond, is_beyond
from reference.arithmetic.constants import as_matrix, concatenate, identity, number, pi, zeros
from reference.arithmetic.domain import OutsideDomain, shape_of
from reference.arithmetic.elementary import exp, log, sqrt
from reference.arithmetic.exact import Irrational, Rationals
from reference.arithmetic.kinds import innermost, integers, is_expression
from reference.arithmetic.lanes.lane import DERIVATIVES
from reference.arithmetic.matrices import determinant, hermitian_part, inverse, log_determinant, solve, symmetric_part
from reference.arithmetic.rigorous import Rigorous
from reference.arithmetic.traced import RULES, VALUES, Traced, flat
from reference.shapes import Array

_levels = count()


def gradient(f: Callable[..., Array], *arguments: Array) -> Any:
    """Return the derivatives of a number f(x) by the entries of the array x, in its shape; of several arrays, a tuple.

    The entries are independent of each other: of a function of symmetric matrices it is that of the formula as it
    stands, so that of ``log_determinant`` it is the inverse; by the entries x[i, j], i ≤ j, of a symmetric matrix with
    the gradient G the derivatives are G + Gᵀ − G ∘ I. A formula is written in operators and functions of
    :mod:`reference.arithmetic`; one that branches, orders or has eigenvalues is refused, as it has no derivative where
    two of them tie.
    """
    level = next(_levels)
    sources = [_source("gradient", x, level) for x in arguments]
    value = f(*sources)
    if shape_of(value) or not _is_number(value):
        what = f"an array of shape {shape_of(value)}" if shape_of(value) else f"a {type(value).__name__}"
        raise OutsideDomain(f"gradient: the function must return one number, not {what}")
    slopes = _swept(value, sources)
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def hessian(f: Callable[[Array], Array], x: Array) -> Array:
    """Return the second derivatives of a number f(x): of a vector x a matrix, of a matrix x an array of four axes.

    The entry [i, j] is that by x[i] and x[j], which are independent of each other as they are in :func:`gradient`. It
    costs as many sweeps as x has entries.
    """
    source = _source("hessian", x, next(_levels))
    slopes = flat(gradient(f, source))
    rows = [flat(_swept(slopes[k], [source])[0])[None] for k in range(shape_of(slopes)[0])]
    return concatenate(rows, axis=0).reshape(source.shape * 2)


def _is_number(x: Any) -> bool:
    return isinstance(x, (Traced, Rigorous, Number)) or hasattr(x, "dtype") or is_expression(x)


def _source(name: str, x: Any, level: int) -> Traced:
    if not hasattr(x, "shape") and not is_expression(x):
        raise OutsideDomain(f"{name}: an array is needed to differentiate by, not the number {x}: write number({x}, …)")
    return Traced(x, level)


def _swept(value: Any, sources: list[Traced]) -> list[Any]:
    """Return the derivatives of a number by each source, going back from what was made last."""
    found: dict[int, Any] = {}
    if isinstance(value, Traced) and value.level == sources[0].level:
        found[value.number] = number(1, value.value)
        for node in _made_of(value):
            for parent, pull in node.parents:
                share = pull(found[node.number])
                found[parent.number] = found[parent.number] + share if parent.number in found else share
    slopes = [found[x.number] if x.number in found else zeros(x.shape, x.value) for x in sources]
    if any(is_beyond(innermost(slope)) for slope in slopes):
        raise Irrational("gradient")
    return slopes


def _made_of(value: Traced) -> list[Traced]:
    """Return an array and all that it was made of, the last made first."""
    met, waiting = {value.number: value}, [value]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent.number not in met:
                met[parent.number] = parent
                waiting.append(parent)
    return [met[k] for k in sorted(met, reverse=True)]


def _cofactors(x: Array) -> Array:
    """Return the determinants without row i and column j, with their signs: singular matrices have them too."""
    size = x.shape[-1]
    if size < 2:
        return identity(size, size, x) + zeros(x.shape, x)
    others = np.array([[j for j in range(size) if j != i] for i in range(size)])
    minors = x[..., others[:, None, :, None], others[None, :, None, :]]
    return determinant(minors) * integers(1 - 2 * (np.add.outer(np.arange(size), np.arange(size)) % 2), x)


def _log(x: Array) -> Array:
    """Return the logarithm, or what stands for those of fractions."""
    return beyond(x.shape) if isinstance(x, Rationals) and (x > 0).all() else log(x)


def _log_determinant(x: Array) -> Array:
    """Return the logarithm of the determinant, or what stands for those of fractions."""
    try:
        return log_determinant(x)
    except Irrational as error:
        if isinstance(x, Rationals) and all((determinant(x[..., :k, :k]) > 0).all() for k in range(1, x.shape[-1] + 1)):
            error.settle()
            return beyond(x.shape[:-2])
        raise


VALUES |= {"log": _log, "log_determinant": _log_determinant}
RULES |= {
    "exp": (lambda g, y, x: g * DERIVATIVES[np.exp](x, y),),
    "log": (lambda g, y, x: g * DERIVATIVES[np.log](x, y),),
    "tanh": (lambda g, y, x: g * DERIVATIVES[np.tanh](x, y),),
    "sqrt": (lambda g, y, x: g / (2 * y),),
    "erfc": (lambda g, y, x: -2 * g * exp(-x * x) / sqrt(pi(x)),),
    "solve": (lambda g, y, a, b: -solve(a.mT, g) @ y.mT, lambda g, y, a, b: solve(a.mT, g)),
    "determinant": (lambda g, y, x: as_matrix(g) * _cofactors(x),),
    "log_determinant": (lambda g, y, x: as_matrix(g) * inverse(x).mT,),
    "symmetric_part": (lambda g, y, x: symmetric_part(g),),
    "hermitian_part": (lambda g, y, x: hermitian_part(g),),
}
