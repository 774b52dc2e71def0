"""What the SymPy proofs are written with: a proof runs formulas on symbols, and *shows* each step of its argument.

    A, D = symbols("A", 2, 3), symbols("D", 3, positive=True)
    show(vanishes(loss(A, D) - loss(A, D / 2) - sum(map(excess, D))))
    show(is_positive(1 + D[0] ** 2))

Arrays of symbols are made by ``symbols``; single ones are SymPy's own, ``sympy.symbols("x y", positive=True)``. What
vanishes is decided in a field of fractions (:mod:`verify.proving.field`), without ``simplify`` or ``force=True``, and
errs on one side: it is 0, and what is positive is > 0, at all values that the symbols' assumptions allow.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.arithmetic.kinds import symbols as expressions
from reference.shapes import Array
from verify.proving.field import Field
from verify.proving.showing import ProofFailed, once, show

__all__ = [
    "ProofFailed",
    "excess",
    "integers",
    "is_nonnegative",
    "is_positive",
    "once",
    "prove_least_excess",
    "reduced",
    "scalar",
    "show",
    "symbols",
    "symmetric",
    "vanishes",
    "vector",
]


def symbols(name: str, *shape: int, **assumptions: bool) -> Array:
    """Return an array of real symbols, called by the name and their indices; more may be assumed, as positive=True.

    Raises ValueError for a name that ends like an index: those of A_1 would be entries of A.
    """
    if shape and re.search(r"_[0-9]+$", name):
        raise ValueError(f"{name!r} ends like an index, so that its symbols may be those of another array: rename it")
    made = [
        sympy.Symbol("_".join([name, *map(str, index)]), **{"real": True, **assumptions}) for index in np.ndindex(shape)
    ]
    return vector(*made).reshape(shape)


def symmetric(name: str, size: int) -> Array:
    """Return a symmetric matrix of real symbols."""
    upper = np.triu(symbols(name, size, size))
    return expressions(upper + np.triu(upper, 1).T)


def vector(*entries: Any) -> Array:
    """Return the vector of these expressions."""
    return expressions(entries)


def integers(rows: Any) -> Array:
    """Return an array of SymPy's integers, from nested lists or an array."""
    return expressions(np.frompyfunc(sympy.Integer, 1, 1)(np.array(rows, dtype=object)))


def scalar(expression: Any) -> Any:
    """Return the only entry of an array; raises ValueError if it has more."""
    return sympy.sympify(np.asarray(expression, dtype=object).item(), strict=True)


def vanishes(expression: Any, positive: Any = ()) -> bool:
    """Say whether an expression, or every entry of an array, is 0 wherever it is defined.

    Decided for fractions of symbols, exponentials of such, roots and logarithms of what is positive by its assumptions.
    Beyond, False may mean that it cannot be told: other functions are used by no property of theirs, and log xy is
    log x + log y for x > 0 only. What a proof knows to be positive, but assumptions do not show, is given as
    ``positive``.

    Raises ValueError for an empty array, and where ``positive`` has what is seen not to be; Undefined for a division by
    0; TypeError for floats, and for NumPy's integers, which may have wrapped around.
    """
    known = [scalar(entry) for entry in np.ravel(np.asarray(positive, dtype=object))]
    return all(Field(known).is_zero(entry) for entry in _entries(expression))


def reduced(expression: Any) -> Array:
    """Return rational functions in lowest terms, entry by entry: the same values, in shorter expressions."""
    entries = np.asarray(expression, dtype=object)
    return expressions(np.frompyfunc(Field().reduced, 1, 1)(entries))


def is_positive(expression: Any) -> bool:
    """Say whether every entry is > 0, as the signs of the irreducible factors show; raises as ``vanishes``."""
    return all(Field().sign(entry) == 1 for entry in _entries(expression))


def is_nonnegative(expression: Any) -> bool:
    """Say whether every entry is ≥ 0, as the signs of the irreducible factors show; raises as ``vanishes``."""
    return all(Field().sign(entry) is not None for entry in _entries(expression))


def _entries(expression: Any) -> list[Any]:
    whole = isinstance(expression, np.ndarray)  # whose entries tell by their types whether they may have wrapped around
    entries = list(expression.flat if whole else np.ravel(np.asarray(expression, dtype=object)))
    if not entries:
        raise ValueError("an array without entries shows nothing")
    return entries


# --- the inequality at which many proofs end --------------------------------------------------------------------------


def excess(u: Any) -> Any:
    """Return u − log u − 1, which is ≥ 0 for u > 0, and 0 at u = 1 alone: :func:`prove_least_excess`."""
    return u - sympy.log(u) - 1


@once
def prove_least_excess() -> None:
    """u − log u − 1 is 0 at u = 1, where its derivative vanishes, and its second derivative is positive for u > 0."""
    u = sympy.Symbol("u", positive=True)
    show(vanishes(excess(sympy.Integer(1))))
    show(vanishes(sympy.diff(excess(u), u).subs(u, 1)))
    show(is_positive(sympy.diff(excess(u), u, 2)))
