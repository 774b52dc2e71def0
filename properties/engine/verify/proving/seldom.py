"""What proofs meet seldom: functions of more arguments, signs that are unknown, modules of no source."""

import ast
import sys
import types
from pathlib import Path

import pytest
import sympy

from verify.proving import assertions, is_nonnegative, is_positive, symmetric, vanishes
from verify.proving.assertions import _imported, _is_of_a_library
from verify.proving.field import Field
from verify.proving.polynomials import Polynomials, Undefined

X, Y = sympy.symbols("x y", real=True)
N = sympy.Symbol("n", nonnegative=True)
Z = sympy.Symbol("z")
G = sympy.Function("G")


@pytest.mark.parametrize("difference", [G(X) - G(X, Y), G(X, Y) - G(X), G(X, X) - G(X), G(X, Y) - G(Y, X)])
def test_functions_of_other_arguments_are_others(difference):
    assert not vanishes(difference)
    assert vanishes(difference - difference)


def test_of_what_may_be_positive_it_is_not_known_that_it_is_not():
    field = Field()
    assert (field._unit(Z, 1).is_positive, field._unit(X, 2).is_positive) == (None, True)
    assert (field._root_of_factor(N).is_positive, field._root_of_factor(N).is_zero) == (None, None)
    assert field._root_of_factor(1 + N).is_positive is True


def test_what_is_compiled_has_no_assertions_and_a_library_may_be_missing(monkeypatch):
    for name, file in (("compiled_of_mine", "/mine/it.so"), ("built_of_mine", None), ("plain_of_mine", "/mine/it.py")):
        module = types.ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)
    (node,) = ast.parse("import compiled_of_mine, built_of_mine, plain_of_mine, none_of_mine").body
    assert _imported(node) == [Path("/mine/it.py")]
    monkeypatch.setattr(assertions, "_LIBRARIES", ("no_such_library_here", "built_of_mine"))
    assert not _is_of_a_library(Path("/mine/it.py"))


def test_what_is_0_in_another_form_is_not_negative():
    x = sympy.Symbol("x", real=True)
    disguised = (x + 1) ** 2 - x**2 - 2 * x - 1
    assert is_nonnegative(disguised)
    assert is_nonnegative(-disguised)
    assert not is_positive(disguised)


def test_a_symmetric_matrix_has_its_symbols_once():
    S = symmetric("S", 2)
    assert [[str(entry) for entry in row] for row in S.tolist()] == [["S_0_0", "S_0_1"], ["S_0_1", "S_1_1"]]


def test_factors_that_are_not_real_stay_where_they_are():
    z = sympy.Symbol("z", complex=True)
    for e in (1 / z, z / (z + 1) ** 2, z**2 / (z - 1), (z + 2) ** 3):
        seen, rest = Field()._split(e)
        assert sympy.cancel(sympy.prod([factor**n for factor, n in seen]) * rest - e) == 0


def test_what_cancels_a_division_by_0_has_no_value_either():
    r, x = sympy.symbols("r x")
    ring = Polynomials([r, x], {r: x})
    nothing = r**2 - x
    with pytest.raises(Undefined):
        ring.fraction(sympy.Mul(nothing, sympy.Pow(nothing, -1, evaluate=False), evaluate=False))
