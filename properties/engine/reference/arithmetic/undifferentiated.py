"""What has no derivative, or no rule for it, is not differentiated, and says why; what is traced does not leak."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from properties.engine.helpers.arithmetics import LIFTS, floats
from reference import arithmetic as a
from reference.arithmetic.exact import Rationals, rationals
from reference.arithmetic.kinds import symbols
from reference.arithmetic.lanes import unstack

X = rationals([[3, 1], [2, 5]]) / 2
LIFTED = LIFTS | {"lanes": lambda x: unstack(np.stack([2 * floats(x), floats(x)]))}

TIES = "it has no derivative where two of them tie: differentiate each case, and choose between the gradients"
REFUSED = {  # what the line says
    "maximum": (lambda x: a.maximum(x, 0).sum(), f"maximum is not differentiated: {TIES}"),
    "minimum": (lambda x: a.minimum(x, axis=(0, 1)), f"minimum is not differentiated: {TIES}"),
    "where": (lambda x: a.where(a.greater(X, 1), x, 0).sum(), f"where is not differentiated: {TIES}"),
    "greater": (lambda x: a.where(a.greater(x, 1), X, 0).sum(), f"greater is not differentiated: {TIES}"),
    "absolute": (lambda x: a.absolute(x).sum(), "absolute is not differentiated: it has no derivative at 0"),
    "abs": (lambda x: abs(x).sum(), "absolute is not differentiated"),
    "numpy's": (lambda x: np.absolute(x).sum(), "absolute is not differentiated"),
    "nonzero": (lambda x: a.nonzero(x).sum(), f"nonzero is not differentiated: {TIES}"),
    "sort_descending": (lambda x: a.sort_descending(x[0])[0], f"sort_descending is not differentiated: {TIES}"),
    "eigenvalues": (lambda x: a.eigenvalues(x @ x.mT)[0], "eigenvalues is not differentiated: .* trace(A @ A)"),
    "singular_values": (
        lambda x: a.singular_values(x).sum(),
        r"singular_values is not differentiated: .* squared_norm\(A\), determinant\(A\)",
    ),
    "rank": (a.rank, "rank is not differentiated: it jumps"),
    "sqrtm": (lambda x: a.trace(a.sqrtm(x @ x.mT)), "^gradient: sqrtm is not differentiated: it has no rule here"),
    "numerical_radius": (a.numerical_radius, "numerical_radius is not differentiated: it has no rule here"),
    "a norm": (lambda x: a.norm(x, "nuclear"), "singular_values is not differentiated"),
    "if": (
        lambda x: x[0, 0] if x[0, 0] > 1 else x[0, 1],
        f"a comparison, a branch or a conversion is not differentiated: {TIES}",
    ),
    "a truth value": (lambda x: x[0, 0] or 1, f"a comparison, a branch or a conversion is not differentiated: {TIES}"),
    "float": (lambda x: float(x[0, 0]), f"a comparison, a branch or a conversion is not differentiated: {TIES}"),
    "einsum": (lambda x: np.einsum("ii", x), "einsum is not differentiated: write it in @"),
    "det": (np.linalg.det, r"det is not differentiated: write determinant\(A\)"),
    "max": (lambda x: x.max(), r"max is not differentiated: write maximum\(v, axis=-1\)"),
    "a power": (lambda x: (x**-1).sum(), "integers from 1 on"),
    "complex numbers": (lambda x: (1j * x).sum(), "complex numbers have none here"),
    "a literal": (lambda x: (x * 0.1).sum(), "not exactly the number meant"),
}


@pytest.mark.parametrize("lift", ["exact", "balls", "lanes"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_differentiated_says_why(name, lift):
    formula, words = REFUSED[name]
    if lift != "exact" and name == "where":
        return  # which mixes two arithmetics here
    with pytest.raises((TypeError, AttributeError), match=words.replace("trace(A @ A)", r"trace\(A @ A\)")) as refused:
        a.gradient(formula, LIFTED[lift](X))
    assert len(str(refused.value).splitlines()) == 1


def test_complex_arguments_are_refused():
    with pytest.raises(a.Unsupported, match="let real and imaginary parts be the arguments"):
        a.gradient(a.trace, 1j * X)
    with pytest.raises(a.Unsupported):
        a.gradient(lambda x: x.sum(), np.array([1j]))


def test_what_is_traced_meets_arrays_on_either_side_and_does_not_leak():
    kept = []
    total = a.gradient(lambda x: kept.append(x) or (X @ x + X * x - x / X + X / x + (X - x)).sum(), X)
    expected = a.gradient(lambda x: (x * (X + X.mT @ (1 + 0 * X) - 1 / X - 1)).sum() + (X / x).sum(), X)
    assert isinstance(total, Rationals)
    assert (total == expected).all()
    for misuse in (lambda: kept[0] == X, lambda: np.array(kept[0]), lambda: bool(kept[0])):
        with pytest.raises(TypeError):
            misuse()
    assert not hasattr(kept[0], "dtype")


def test_whatever_is_a_number_may_be_what_does_not_depend_on_the_argument():
    x, y = symbols([sympy.Symbol("x"), 2]), sympy.Symbol("y")
    for constant in (y, y + 1, sympy.Integer(3), 3, 2.5, 1j, Fraction(1, 2), np.float64(3), X[0, 0], np.array(3)):
        assert a.gradient(lambda _, constant=constant: constant, x).tolist() == [0, 0]
    for other, what in ((None, "a NoneType"), ("3", "a str"), ([3], "a list"), ({}, "a dict")):
        with pytest.raises(a.OutsideDomain, match=f"^gradient: the function must return one number, not {what}$"):
            a.gradient(lambda _, other=other: other, x)
