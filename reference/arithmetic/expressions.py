"""Arrays of SymPy's expressions in which a complex literal is the number meant: SymPy makes a float of ``1j``."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.literals import constant, is_complex

_NOTHING = "an array without entries shows nothing"


class Expressions(np.ndarray):
    """An object array of expressions. A single one that is taken out of it is SymPy's own."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = (x.view(np.ndarray) if isinstance(x, Expressions) else _meant(x) for x in inputs)
        result = getattr(ufunc, method)(*plain, **kwargs)
        if type(result) is int:  # a sum over nothing
            return sympy.Integer(result)
        if not isinstance(result, np.ndarray):
            return result
        if result.dtype == object and result.size and type(result.flat[0]) is int:  # and sums over nothing
            result = result + sympy.Integer(0)
        return result.view(Expressions) if result.dtype == object or not result.size else result

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        result = super().__array_function__(function, types, args, kwargs)
        if function in (np.array_equal, np.array_equiv) and result and not self.size:
            raise ValueError(_NOTHING)
        return result

    def all(self, *args: Any, **kwargs: Any) -> Any:
        """Say whether all entries are true, as ``(a == b).all()`` does: of no entries nothing is shown."""
        if not self.size:
            raise ValueError(_NOTHING)
        return super().all(*args, **kwargs)


def _meant(x: Any) -> Any:
    """Return a complex number, or an array of such, as exact expressions; anything else as it is."""
    if isinstance(x, np.ndarray) and x.dtype.kind == "c":
        return np.frompyfunc(_expression, 1, 1)(constant(x))
    return _expression(constant(x)) if is_complex(x) else x


def _expression(x: Any) -> Any:
    if not isinstance(x, GaussianRational):
        return x
    return (sympy.Integer(x.a) + sympy.I * x.b) / x.d


_EXPANDED = 3
"""Up to this size a determinant of expressions is written out; SymPy would look for simpler forms, which takes long."""


def determinant(m: list[list[Any]]) -> Any:
    """Return the determinant of a square matrix of expressions, given as its rows."""
    if not 0 < len(m) <= _EXPANDED:
        return sympy.Matrix(m).det()
    if len(m) == 1:
        return m[0][0]
    minors = (determinant([row[:j] + row[j + 1 :] for row in m[1:]]) for j in range(len(m)))
    terms = ((-1) ** j * entry * minor for j, (entry, minor) in enumerate(zip(m[0], minors, strict=True)))
    value = sympy.Add(*terms)
    return value if value.free_symbols else value.expand()
