"""Which arithmetic an array is of: what the functions of :mod:`reference.arithmetic` ask before they compute."""

import sys
from fractions import Fraction
from typing import Any

import array_api_compat
import numpy as np
from flint import arb, fmpq

from reference.arithmetic import lanes
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.deferred import sympy
from reference.arithmetic.exact import Balls, Rationals, Rigorous
from reference.arithmetic.expressions import Expressions
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.literals import constant
from reference.arithmetic.refusals import public_caller, undifferentiated
from reference.arithmetic.rigorous import Overriding
from reference.arithmetic.terms.array import Terms
from reference.arithmetic.terms.term import NoForm, term
from reference.arithmetic.unfinished import Unfinished
from reference.shapes import Array


class Unsupported(TypeError):
    """The function makes no sense in the arithmetic of its argument."""


class Inexact(Unfinished, Unsupported):
    """Balls are too wide for what is asked of them; at a higher precision they may not be."""


def namespace(x: Array) -> Any:
    """Return the array API of NumPy float64 or torch."""
    if isinstance(x, Overriding):
        raise undifferentiated(public_caller())
    if isinstance(x, Terms):
        raise NoForm(public_caller().rpartition(".")[2])
    if type(x) in (int, float, Fraction, fmpq):
        raise Unsupported(f"the number {x} is of no arithmetic: write number({x}, A) for that of A")
    return array_api_compat.array_namespace(x)


def is_symbolic(x: Array) -> bool:
    """Say whether the entries are SymPy expressions."""
    if isinstance(x, np.ndarray):
        return bool(x.dtype == object)
    return is_expression(x)


def is_expression(x: Any) -> bool:
    """Say whether a number is a SymPy expression, of which there are none before SymPy is imported."""
    return "sympy" in sys.modules and isinstance(x, sympy.Basic)


def innermost(x: Array) -> Array:
    """Return the array that a traced one wraps, or that which this wraps, or an array as it is."""
    while isinstance(x, Overriding):
        x = x.value
    return x


def bare(x: Array) -> Any:
    """Return the numbers themselves, in an object array or bare."""
    return x.array if isinstance(x, Rigorous) else constant(x)


def alike(a: Array, b: Array) -> tuple[Array, Array]:
    """Return a and b in one arithmetic: plain numbers in that of the other one; raises TypeError if they do not mix."""
    kind: Any = next((type(x) for x in (a, b) if isinstance(x, Rigorous)), None)
    if kind is None:
        return a, b
    kind = next((beside for x in (a, b) if (beside := kind.beside(x)) is not kind), kind)
    first, second = (x if type(x) is kind else kind.of(kind.admit(x)) for x in (a, b))
    return first, second


def symbols(values: Any) -> Array:
    """Return SymPy expressions as an array."""
    return np.array(values, dtype=object).view(Expressions)


_balls_of, _fractions_of = np.frompyfunc(arb, 1, 1), np.frompyfunc(fmpq, 1, 1)


def integers(values: Any, like: Array) -> Array:
    """Return plain integers, in nested lists or an integer array, in the arithmetic of ``like``.

    Beside exact numbers, balls and lanes that are complex they are real.
    """
    like = innermost(like)
    values = np.asarray(values)
    if isinstance(like, (Balls, ComplexBalls)):
        return Balls.of(_balls_of(values.astype(object)))
    if isinstance(like, Terms):
        return Terms.of(np.frompyfunc(lambda v: term(int(v)), 1, 1)(values))
    if isinstance(like, (Rationals, ComplexRationals)):
        return Rationals.of(_fractions_of(values.astype(object)))
    if isinstance(like, (Lanes, ComplexLanes)):
        return lanes.constants(values)
    if is_symbolic(like):
        return symbols(np.frompyfunc(lambda v: sympy.Integer(int(v)), 1, 1)(values))
    xp = namespace(like)
    plain = xp.asarray(values.tolist(), dtype=like.dtype, device=array_api_compat.device(like))
    return xp.reshape(plain, values.shape)  # lists of no rows say nothing of columns


def exactly(x: Array) -> Array:
    """Return balls of radius 0 as the rationals that they are, and any other array as it is."""
    if isinstance(x, Balls) and all(ball.is_exact() for ball in np.ravel(x.array)):
        return Rationals.of(x.map(lambda ball: ball.fmpq()).array)
    if isinstance(x, ComplexBalls):
        parts = exactly(x.real), exactly(x.imag)
        return ComplexRationals.joined(*(part.array for part in parts)) if _are_exact(parts) else x
    return x


def _are_exact(arrays: Any) -> bool:
    return all(isinstance(x, Rationals) for x in arrays)
