"""Conjugates and parts of complex numbers, entry by entry; real numbers are their own conjugates."""

from typing import Any

import numpy as np

from reference.arithmetic.complexes import Complex
from reference.arithmetic.deferred import sympy
from reference.arithmetic.exact import Rigorous
from reference.arithmetic.kinds import is_symbolic, symbols
from reference.arithmetic.literals import is_complex_array
from reference.arithmetic.rigorous import Overriding
from reference.shapes import Array


def real(x: Array) -> Array:
    """Return the real part of each entry."""
    return _of_symbols("re", x) if is_symbolic(x) else _number(x).real


def imag(x: Array) -> Array:
    """Return the imaginary part of each entry, which of real numbers is 0."""
    if is_symbolic(x):
        return _of_symbols("im", x)
    if isinstance(x, (Rigorous, Overriding)) or is_complex_array(x):
        return x.imag
    return 0 * x if hasattr(x, "dtype") else _number(x).imag


def conj(x: Array) -> Array:
    """Return the conjugate of each entry."""
    return _of_symbols("conjugate", x) if is_symbolic(x) else _number(x).conj()


def squared_modulus(x: Array) -> Array:
    """Return |x|² entry by entry, which is real."""
    if isinstance(x, Rigorous):
        return x.squared_modulus() if isinstance(x, Complex) else x * x
    if is_complex_array(x):
        return x.real * x.real + x.imag * x.imag
    return x * conj(x) if is_symbolic(x) and _may_be_complex(x) else x * x


def _may_be_complex(x: Array) -> bool:
    """Say whether an expression has the imaginary unit, or a symbol that is said to be complex and not to be real."""
    expressions = [sympy.sympify(entry) for entry in np.ravel(x)]
    symbols = {symbol for entry in expressions for symbol in entry.free_symbols}
    said = any(symbol.is_complex and not symbol.is_extended_real for symbol in symbols)
    return said or any(entry.has(sympy.I) for entry in expressions)


def _of_symbols(name: str, x: Array) -> Array:
    return symbols(np.frompyfunc(getattr(sympy, name), 1, 1)(x))


def _number(x: Any) -> Any:
    """Return an array as it is, and a plain number as one that has parts."""
    return x if isinstance(x, (Rigorous, Overriding)) or hasattr(x, "dtype") else np.asarray(x)[()]
