"""Functions of one number, entry by entry, in every arithmetic."""

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from reference.arithmetic import lanes
from reference.arithmetic.complexes import Complex, rational_root
from reference.arithmetic.deferred import sympy
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.exact import Balls, Irrational, Rationals, Rigorous, defined
from reference.arithmetic.kinds import Unsupported, is_symbolic, namespace, symbols
from reference.arithmetic.lanes import Lanes
from reference.arithmetic.terms import term
from reference.arithmetic.terms.array import Terms
from reference.arithmetic.traced import traceable
from reference.shapes import Array


def absolute(x: Array) -> Array:
    """Return |x| entry by entry: of complex numbers the modulus, which is real."""
    return abs(x)


def _analytic(name: str, of_symbol: Callable[[Any], Any] | None = None) -> Callable[[Array], Array]:
    def function(x: Array) -> Array:
        if isinstance(x, Rigorous):
            return getattr(np, name)(x)
        if is_symbolic(x):
            return symbols(np.frompyfunc(of_symbol or getattr(sympy, name), 1, 1)(x))
        return getattr(namespace(x), name)(x)

    function.__name__ = name
    function.__doc__ = f"Return {name} of each entry, NaN where it has none; raises Irrational for exact rationals."
    return function


def _symbolic_log(x: Any) -> Any:
    if sympy.sympify(x).is_extended_nonpositive:  # a positive number has one, any other a complex one, or none
        raise OutsideDomain(f"log: {x} is not positive")
    return sympy.log(x)


def _symbolic_root(x: Any) -> Any:
    if sympy.sympify(x).is_extended_negative:
        raise OutsideDomain(f"sqrt: {x} is negative")
    return sympy.sqrt(x)


log = traceable(_analytic("log", _symbolic_log))
exp = traceable(_analytic("exp"))
tanh = traceable(_analytic("tanh"))


@traceable
def erfc(x: Array) -> Array:
    """Return the complementary error function of each entry; raises Irrational for exact rationals.

    Of balls it keeps its relative accuracy however small it is: a Gaussian tail does not underflow. Of complex numbers
    there is none here.
    """
    if isinstance(x, Complex):
        raise Unsupported("erfc: it is that of real numbers: write real(x) or absolute(x)")
    if isinstance(x, Balls):
        # it decreases; at exact arguments python-flint's keeps its relative accuracy where that of a wide ball is lost
        return x.map(lambda ball: ball.lower().erfc().union(ball.upper().erfc()))
    if isinstance(x, Rationals):
        raise Irrational("erfc")
    if isinstance(x, Terms):
        return x.map(term.erfc)
    if isinstance(x, Lanes):
        return lanes.erfc(x)
    if is_symbolic(x):
        return symbols(np.frompyfunc(sympy.erfc, 1, 1)(x))
    return lanes.float_erfc(x) if isinstance(x, (np.ndarray, np.floating)) else namespace(x).special.erfc(x)


@traceable
def sqrt(x: Array) -> Array:
    """Return the square root of each entry, NaN of a negative one; a rational that is no square raises Irrational.

    Of complex numbers it is the principal one, whose real part is not negative.
    """
    if isinstance(x, Rationals):
        return x.map(rational_root)
    if isinstance(x, Balls):
        # an enclosure that dips below zero is that of a non-negative number: an input below zero stays NaN
        return x.map(_ball_root)
    if isinstance(x, Lanes):
        return lanes.sqrt(x)
    if isinstance(x, (Complex, Terms)):
        return np.sqrt(x)
    if is_symbolic(x):
        return symbols(np.frompyfunc(_symbolic_root, 1, 1)(x))
    return namespace(x).sqrt(x)


def _ball_root(x: arb) -> arb:
    return defined("sqrt", x, x.sqrt() if x >= 0 or x < 0 else x.nonnegative_part().sqrt())
