"""Who has no value says so by its name, and why: in the error of fractions, and in what is noted of balls."""

import re
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb

from properties.engine.helpers.arithmetics import around
from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.kinds import symbols
from reference.arithmetic.undefined import reasons, undefined

# --- fractions ------------------------------------------------------------------------------------------------------

REAL = rationals([[2, 1], [1, 3]])  # of irrational eigenvalues
TWOS = rationals([[2, 2], [2, 2]])  # of the eigenvalues 4 and 0, whose roots are rational
IRRATIONAL = {  # what is called, and which function in it is irrational
    "tanh": (a.tanh, "tanh"),
    "powm": (lambda x: a.powm(x, Fraction(1, 2)), "powm"),
    "logm, of rational eigenvalues": (lambda x: a.logm(2 * a.identity(2, 2, x)), "log"),
    "geometric_mean, indefinite": (lambda x: a.geometric_mean(-x, x), "geometric_mean"),
    "geometric_mean, the other indefinite": (lambda x: a.geometric_mean(x, -x), "geometric_mean"),
    "geometric_mean, singular": (lambda x: a.geometric_mean(a.identity(2, 2, x), TWOS), "geometric_mean"),
    "geometric_mean, the other singular": (lambda x: a.geometric_mean(TWOS, a.identity(2, 2, x)), "geometric_mean"),
    "log_determinant": (a.log_determinant, "log"),
    "condition_number": (a.condition_number, "singular_values"),
    "norm": (lambda x: a.norm(x, "fro"), "sqrt"),
}


@pytest.mark.parametrize("called", IRRATIONAL)
def test_what_is_irrational_of_fractions_is_named(called):
    function, name = IRRATIONAL[called]
    with pytest.raises(Irrational, match=f"^{name}$"):
        function(REAL)


def test_symbols_that_have_no_logarithm_or_root_say_so():
    below, above = sympy.Symbol("b", negative=True), sympy.Symbol("p", positive=True)
    real = sympy.Symbol("x", real=True)
    for x in (0, -1, below, below - above, -sympy.oo):
        with pytest.raises(a.OutsideDomain, match=f"^log: {re.escape(str(x))} is not positive$"):
            a.log(symbols([above, x]))
    for x in (-1, below, below - above, -sympy.oo):
        with pytest.raises(a.OutsideDomain, match=f"^sqrt: {re.escape(str(x))} is negative$"):
            a.sqrt(symbols([above, x]))
    numbers = symbols([above, real, 2, sympy.I])
    assert a.log(numbers).tolist() == [sympy.log(x) for x in numbers]
    assert a.sqrt(numbers).tolist() == [sympy.sqrt(x) for x in numbers]
    assert a.sqrt(symbols([0])).tolist() == [0]


# --- balls ----------------------------------------------------------------------------------------------------------

NEGATIVE, ZERO = balls(rationals([-1])), balls(rationals([0]))
NOT_DEFINITE, SINGULAR = balls(rationals([[-1, 0], [0, -1]])), balls(rationals([[1, 1], [1, 1]]))
COMPLEX = complex_balls(0j * rationals([[1, 0], [0, 1]]))
UNKNOWN = Balls.of(np.array([arb.nan()], dtype=object))
SPECTRUM = "the function has no value somewhere on the spectrum, or is not known to have one"
NOT_INVERTED = "solve: the matrix is singular, or cannot be told from one that is"
INDEFINITE = "not positive definite, or cannot be told from one that is not"
NOTED = {
    "log": (lambda: a.log(NEGATIVE), ["log has no value at -1.0000"]),
    "log at 0": (lambda: a.log(ZERO), ["log has no value at 0"]),
    "log about 0": (lambda: a.log(around([0], [1])), ["log has no value somewhere in [+/- 1.01]"]),
    "log of complex ones": (lambda: a.log(COMPLEX[0]), ["log has no value at 0"]),
    "sqrt": (lambda: a.sqrt(NEGATIVE), ["sqrt has no value at -1.0000"]),
    "log1p": (lambda: np.log1p(NEGATIVE - 1), ["log1p has no value at -2.0000"]),
    "tan": (lambda: np.tan(around([0], [4])), ["tan has no value somewhere in [+/- 4.01]"]),
    "inverse": (lambda: a.inverse(SINGULAR), [NOT_INVERTED]),
    "inverse of complex ones": (lambda: a.inverse(COMPLEX), [NOT_INVERTED]),
    "powm, an integer": (lambda: a.powm(SINGULAR, -1), [NOT_INVERTED]),
    "log_determinant": (lambda: a.log_determinant(NOT_DEFINITE), [f"log_determinant: the matrix is {INDEFINITE}"]),
    "log_determinant of complex ones": (
        lambda: a.log_determinant(COMPLEX), [f"log_determinant: the matrix is {INDEFINITE}"]
    ),
    "sqrtm": (lambda: a.sqrtm(NOT_DEFINITE), ["sqrt has no value at -1.0000", f"sqrtm: {SPECTRUM}"]),
    "powm": (
        lambda: a.powm(NOT_DEFINITE, Fraction(1, 3)), ["power has no value at -1.0000", f"powm: {SPECTRUM}"]
    ),
    "logm": (lambda: a.logm(NOT_DEFINITE), ["log has no value at -1.0000", f"logm: {SPECTRUM}"]),
    "spectral": (
        lambda: a.spectral(NOT_DEFINITE, a.log), ["log has no value at -1.0000", f"spectral: {SPECTRUM}"]
    ),
    "geometric_mean": (
        lambda: a.geometric_mean(NOT_DEFINITE, NOT_DEFINITE),
        [f"geometric_mean: a matrix is {INDEFINITE}", NOT_INVERTED],
    ),
    "geometric_mean of a singular one": (
        lambda: a.geometric_mean(SINGULAR, -NOT_DEFINITE), [f"geometric_mean: a matrix is {INDEFINITE}", NOT_INVERTED]
    ),
    "sqrtm of what has one in part": (
        lambda: a.sqrtm(balls(rationals([[4, 0], [0, -1]]))), ["sqrt has no value at -1.0000", f"sqrtm: {SPECTRUM}"]
    ),
    "what is unknown already": (lambda: (a.log(UNKNOWN), a.sqrt(UNKNOWN), np.tan(UNKNOWN)), []),
    "what has a value": (lambda: (a.log(-NEGATIVE), a.sqrt(ZERO), a.inverse(-NOT_DEFINITE)), []),
}  # fmt: skip


def test_the_mean_of_a_definite_matrix_and_a_semidefinite_one_is_the_limit_of_those_of_definite_ones():
    found = a.geometric_mean(balls(rationals([[2, 0], [0, 2]])), SINGULAR)  # √2 J^½, and J² = 2J: so it is J
    assert all(abs(entry - 1).upper() < 1e-6 for entry in found.array.flat)
    assert all(entry.contains(1) for entry in found.array.flat)


@pytest.mark.parametrize("name", NOTED)
def test_why_a_ball_has_no_value_is_noted(name):
    function, words = NOTED[name]
    with reasons() as noted:
        function()
    assert noted == words


def test_what_is_noted_is_noted_once_in_its_order_and_inside_alone():
    undefined("before")
    with reasons() as outer:
        undefined("f: one")
        with reasons() as inner:
            undefined("f: two")
            undefined("f: one")
            undefined("f: two")
        undefined("f: three")
        undefined("f: one")
    undefined("after")
    assert (outer, inner) == (["f: one", "f: three"], ["f: two", "f: one"])
    with pytest.raises(ValueError, match="mishap"), reasons() as broken:
        raise ValueError("mishap")
    undefined("after")
    assert broken == []
