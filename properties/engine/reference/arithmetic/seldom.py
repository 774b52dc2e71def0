"""What formulas seldom meet: orders of complex numbers, lists on the left, texts of trees, NumPy's names for a rule."""

import sys
from fractions import Fraction
from itertools import cycle
from types import SimpleNamespace

import numpy as np
import pytest
import sympy
from flint import acb, acb_mat, arb, ctx, fmpq

from properties.engine.helpers.arithmetics import floats
from reference import arithmetic as a
from reference.arithmetic import deferred
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.exact import Irrational, Rationals, Rigorous, balls, rationals
from reference.arithmetic.functions import radius
from reference.arithmetic.functions.powers import power, root
from reference.arithmetic.kinds import symbols
from reference.arithmetic.lanes import stack, unstack
from reference.arithmetic.refusals import _full_name
from reference.arithmetic.terms import elimination
from reference.arithmetic.terms.array import inputs
from reference.arithmetic.terms.decisions import TEXT, Guard, decisions, told
from reference.arithmetic.terms.term import NoForm, entered, term

X = rationals([[1, 2], [3, 4]])
I = 1j * X
KINDS = {
    "exact": X, "complex": I, "balls": balls(X), "complex balls": complex_balls(I), "lanes": unstack(floats(X)[None]),
    "complex lanes": unstack(1j * floats(X)[None]), "terms": inputs(X, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["complex", "complex balls", "complex lanes"])
def test_complex_numbers_have_neither_order_nor_truth(kind):
    x = KINDS[kind]
    for lie in (lambda: x < 2, lambda: x <= 1, lambda: x > X, lambda: x >= 1j, lambda: bool(x[0, 0])):
        with pytest.raises(TypeError, match=r"^complex numbers have no order: write real\(x\)"):
            lie()


def test_lists_of_enclosures_hold_what_is_guarded():
    for x, kind in ((balls(X), type(balls(X))), (complex_balls(I), type(complex_balls(I)))):
        found = x.tolist()
        assert [[type(entry) for entry in row] for row in found] == [[kind] * 2] * 2
        assert [[entry.array for entry in row] for row in found] == x.bare()
        assert x[0, 1].tolist().array == x[0, 1].item().array == x.bare()[0][1]
    assert I.tolist() == I.bare()
    assert X[0, 1].tolist() == 2


def values(x):
    """The numbers, those of trees and instances too, as they are written."""
    bare = np.ravel(np.asarray(x.bare(), dtype=object))
    return [getattr(entry, "value", getattr(entry, "values", entry)) for entry in bare]


def test_an_arithmetic_that_knows_no_function_says_so():
    class Own(Rigorous):
        __slots__ = ()
        _ZERO = fmpq(0)

    for function in (np.exp, np.sqrt):
        with pytest.raises(NotImplementedError):
            function(Own.of(X.array))
    for x, of_any in ((X, np.exp), (I, np.sin)):
        with pytest.raises(Irrational, match=f"^{of_any.__name__}$"):
            of_any(x)


NAMES = {  # which function the error names
    "gradient": lambda: a.gradient(lambda x: x[0, 1] * a.log(x[0, 0]), X), "log": lambda: a.log(X),
    "solve": lambda: a.gradient(lambda x: a.trace(a.solve(x, a.log(x))), X), "erfc": lambda: a.erfc(X),
    "pi": lambda: a.pi(X), "sqrt": lambda: a.sqrt(X), "eigenvalues": lambda: a.eigenvalues(X + X.mT),
    "singular_values": lambda: a.singular_values(I), "expm": lambda: a.expm(X),
    "numerical_radius": lambda: a.numerical_radius(I), "power": lambda: power(X, Fraction(1, 3)),
    "geometric_mean": lambda: a.geometric_mean(X + X.mT - 5, X + X.mT), "absm": lambda: a.absm(X),
    "spectral_radius": lambda: a.spectral_radius(X), "sqrtm": lambda: a.sqrtm(X + X.mT),
    "general_eigenvalues": lambda: a.general_eigenvalues(X, a.real), "powm": lambda: a.powm(X @ X.mT, Fraction(1, 2)),
    "projector": lambda: a.projector(X + X.mT), "logm": lambda: a.logm(X + X.mT), "exp": lambda: np.exp(I),
    "spectral": lambda: a.spectral(X + X.mT, a.sqrt),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_rational_has_the_name_of_its_function(name):
    with pytest.raises(Irrational) as refused:
        NAMES[name]()
    assert str(refused.value) == name


def test_the_error_function_of_symbols_is_sympys():
    t = sympy.Symbol("t")
    assert a.erfc(symbols([t, 2])).tolist() == [sympy.erfc(t), sympy.erfc(2)]
    assert np.asarray(a.erfc(t)).item() == sympy.erfc(t)


def test_a_deferred_module_has_its_attributes_and_no_protocols():
    assert deferred.sympy.Integer(2) == 2
    for protocol in ("__path__", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"^{protocol}$"):
            getattr(deferred.sympy, protocol)


def test_an_axis_may_be_counted_from_the_end_as_far_as_there_are_any():
    for axis, expected in ((-2, [3, 4]), (0, [3, 4]), (-1, [2, 4]), (1, [2, 4]), ((-2, -1), 4), ((1, 0), 4)):
        assert (a.maximum(X, axis=axis) == expected).all()
    for axis in (2, -3, (0, -3), (1, 2)):
        with pytest.raises(a.OutsideDomain, match=r"^maximum: an array of shape \(2, 2\) has no such axis"):
            a.maximum(X, axis=axis)


def test_whole_numbers_are_expressions_too():
    assert symbols([1, 2]).dtype == object
    assert a.identity(2, 2, symbols([1])).tolist() == [[1, 0], [0, 1]]


# --- the radius ------------------------------------------------------------------------------------------------------


def test_a_reduction_that_does_not_end_shows_nothing(monkeypatch):
    """It has as many steps as there are bits."""
    asked = []
    answers = cycle([False, True])
    monkeypatch.setattr(radius, "is_definite", lambda rows: asked.append(rows) or next(answers))
    with ctx.workprec(20):
        assert radius._is_above(acb_mat([[0, 1], [0, 0]]), arb(1)) is False
    assert len(asked) == 40


def test_a_reduction_ends_where_a_pivot_is_not_seen(monkeypatch):
    for sequence, answer in (([True], True), ([False, False], False), ([False, True, True], True),
                             ([False, True, False, False], False)):  # fmt: skip
        answers = iter(sequence)
        monkeypatch.setattr(radius, "is_definite", lambda rows, answers=answers: next(answers))
        assert radius._is_above(acb_mat([[0, acb(1, 1)], [0, 0]]), arb(3)) is answer
        assert not list(answers)


# --- trees -----------------------------------------------------------------------------------------------------------


def test_the_text_of_a_tree_is_noted_where_anybody_collects():
    x = entered(2, fmpq(5))
    with decisions() as guards:
        assert repr(x + 1) == "+(input(2), constant(1))"
        told(x)
    assert {guard.relation for guard in guards} == {TEXT}
    assert guards[-1] == Guard("text", x, x)
    assert all(guard.left is guard.right for guard in guards)
    with decisions() as guards:
        repr(x + 1)
    assert {guard.relation for guard in guards} == {TEXT}
    collected = list(guards)
    told(x)  # nobody collects
    assert len(guards) == len(collected)


def test_a_root_of_a_square_is_a_fraction_in_trees_too():
    values = [x.value for x in a.sqrt(inputs(rationals(["4/9", 0, 2, -1]), 0)).bare()]
    assert values[:2] == [fmpq(2, 3), 0]
    assert [type(value) for value in values] == [fmpq, fmpq, arb, arb]
    assert abs(values[2] ** 2 - 2) < 1e-9
    assert values[3].is_nan()


def test_what_has_no_module_or_name_is_called_as_it_is_written():
    frame = sys._getframe()
    for module, name, called in (
        ("m._hidden.n", "f", "m.n.f"), ("builtins", "f", "f"), (None, "f", "thing"), ("m", None, "thing"),
        (None, None, "thing"), (3, "f", "thing"), ("m", 3, "thing"),
    ):  # fmt: skip
        thing = SimpleNamespace(__module__=module, __name__=name)  # noqa: F841  # which is looked for in the frame
        assert _full_name("thing", frame) == called


def test_a_column_without_a_pivot_makes_a_determinant_0():
    x = inputs(rationals([[0, 1, 2], [0, 3, 4], [0, 5, 6]]), 0)
    found = elimination.determinant(x.bare())
    assert (found.operation, found.value) == ("constant", 0)
    assert a.determinant(inputs(rationals([[0, 1], [0, 2]]), 0)).item().value == 0
    assert a.determinant(inputs(rationals([[0, 1], [3, 2]]), 0)).item().value == -3


def test_a_tree_is_of_real_numbers():
    for complex_number in (1j, 1 + 2j):
        with pytest.raises(TypeError, match=r"^complex numbers have no order"):
            term(complex_number)
    with pytest.raises(NoForm, match=r"^sin$"):
        np.sin(KINDS["terms"])
    assert term(fmpq(1, 2)).value == term(0.5).value == fmpq(1, 2)


# --- derivatives -----------------------------------------------------------------------------------------------------


def test_functions_of_numpy_are_differentiated_by_their_rules():
    x = balls(rationals([2, 3]))
    for function, slope in ((np.exp, np.exp), (np.sin, np.cos), (np.log, lambda t: 1 / t), (np.sinh, np.cosh),
                            (np.square, lambda t: 2 * t), (np.negative, lambda t: 0 * t - 1),
                            (np.positive, lambda t: 0 * t + 1)):  # fmt: skip
        found = a.gradient(lambda y, function=function: function(y).sum(), x)
        for entry, expected in zip(found.array, slope(x).array, strict=True):
            assert entry.overlaps(expected)
            assert entry.rad() < 1e-12
    for unknown in (np.arctan, np.floor, np.sign):
        with pytest.raises(TypeError, match=f"^gradient: {unknown.__name__} is not differentiated"):
            a.gradient(lambda y, unknown=unknown: unknown(y).sum(), x)
    with pytest.raises(TypeError, match=r"^gradient: add is not differentiated"):
        a.gradient(np.add.reduce, x)
    with pytest.raises(TypeError, match=r"^gradient: exp is not differentiated"):
        a.gradient(lambda y: np.exp(y, dtype=float).sum(), x)


def test_parts_of_what_is_traced_are_itself_and_0():
    x = rationals([2, 3])
    assert (a.gradient(lambda y: np.real(y).sum() + 5 * np.imag(y).sum(), x) == 1).all()
    assert (a.gradient(lambda y: a.real(y).sum() + a.imag(y).sum() + a.conj(y).sum(), x) == 2).all()
    assert type(a.gradient(lambda y: np.real(y).sum(), x)) is Rationals


def test_a_symbol_alone_has_roots_and_derivatives():
    t = sympy.Symbol("t", positive=True)
    assert a.gradient(lambda x: x**3, t) == 3 * t**2
    assert root(t, 3) == t ** sympy.Rational(1, 3)


@pytest.mark.parametrize("bits", [53, 300])
def test_the_angle_of_the_largest_part_of_complex_matrices_is_known_to_all_digits(bits):
    x = rationals([[1, 2, 0], [0, 3, 1], [1, 0, 0]]) + 1j * rationals([[0, 1, 1], [2, 0, 0], [1, 1, 3]])
    with ctx.workprec(bits):
        assert a.numerical_radius(complex_balls(x)).bare().rel_accuracy_bits() > bits - 10


def test_of_many_matrices_that_with_an_unknown_entry_has_unknown_eigenvalues():
    known, unknown = [[1.0, 2], [3, 4]], [[1.0, np.nan], [3, 4]]
    radii = stack(a.spectral_radius(unstack(np.array([known, unknown, known]))))[0]
    assert radii[[0, 2]] == pytest.approx((5 + 33**0.5) / 2)
    assert np.isnan(radii[1])


def test_what_is_no_number_is_told_by_its_type_or_as_that_of_sympy():
    for x, name in ((object(), "an object of the type object"), (sympy.pi, "SymPy's pi")):
        for beside in (x, [x, 1]):
            with pytest.raises(TypeError, match=rf"^{name} is no number here: write ints or Fractions"):
                X + beside


def test_what_vanishes_below_the_floats_has_a_magnitude_all_the_same():
    """2⁻⁹⁶⁰: beside it what is near 2⁻¹⁰²², where digits are lost, is negligible, and it is so beside the rest."""
    for function, at in ((np.exp, -5000.0), (a.erfc, 200.0), (np.tanh, 0.0), (np.log, 1.0)):
        magnitude = function(unstack(np.array([at]), np.zeros(1))).item().magnitudes
        assert magnitude.tolist() == [2.0**-960]
