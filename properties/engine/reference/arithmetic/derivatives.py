"""Gradients and Hessians are those that SymPy derives, in every arithmetic; what has none is refused."""

import numpy as np
import pytest
import sympy
import torch
from flint import arb, ctx, fmpq

from properties.engine.helpers.arithmetics import LIFTS, around, as_floats, encloses, floats, symbols
from properties.engine.helpers.slow import but, thinned
from reference import arithmetic as a
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.arithmetic.lanes import stack, unstack
from reference.arithmetic.unfinished import unfinished
from reference.koehler2022 import simplified_loss
from verify.proving import scalar
from verify.proving import symbols as unknown

X = rationals([[3, 1], [2, 5]]) / 2
SYMMETRIC = rationals([[3, 1], [1, 2]]) / 2
V = rationals([1, -2, 3]) / 4

FORMULAS = {  # of a matrix, or of a vector
    "sums and products": (lambda x: ((x + 1) * (2 - x) * x).sum() - (3 * x - x.mT).sum(-1)[0], X),
    "quotients": (lambda x: (x / (x.mT + 7) + 5 / (x + 9) - (x - 8) / 3).sum(), X),
    "powers": (lambda x: (x**3).sum() + x[0, 1] ** 2, X),
    "products of matrices": (lambda x: a.trace(x @ x.mT @ (x - 1) @ x), X),
    "matrices and vectors": (lambda x: x[0] @ x @ x[:, 1] + (x @ x[1])[0] * (x[1] @ x[0]) - (x @ x[0])[1], X),
    "a batch": (lambda x: ((x[:, None] + x[None]).mT * (x - 1))[1].sum(-1) @ x[0], X),
    "plain integers": (lambda x: (np.array([[1, 2], [3, 4]]) @ x * (np.array([5, 6]) - x)).sum(), X),
    "broadcasts": (lambda x: (x[:, :1] * x[1] + x[0, 0] * x).sum(), X),
    "indices that repeat": (lambda x: (x[[0, 0, 1]] * x[:, 1][[1, 1, 1], None]).sum() + x[..., ::-1][0, 0], X),
    "shapes": (lambda x: (np.transpose(x.reshape(4)[1:3][None]) @ np.flip(x)[None, 1]).sum(), X),
    "joins": (lambda x: a.squared_norm(a.concatenate([x, 2 * x @ x], axis=0)), X),
    "a matrix of numbers": (lambda x: a.determinant(a.stack([[x[0, 0], 2], [x[1, 0] ** 2, x[0, 1]]])), X),
    "diagonals": (lambda x: a.squared_norm(a.rectangular_diagonal(a.diagonal(x @ x), 2, 3) + 1), X),
    "norms of columns": (lambda x: a.column_squared_norms(x)[1] * a.squared_norm(x - 1), X),
    "Kronecker's product": (lambda x: a.permanent(a.partial_trace(a.kron(x, x @ x - 1), (2, 2), 1)), X),
    "commutators": (lambda x: a.squared_norm(a.commutator(x, x.mT)), X),
    "solutions": (lambda x: a.squared_norm(a.solve(x, x.mT + 1)), X),
    "inverses": (lambda x: a.trace(a.inverse(x + 1) @ x.mT), X),
    "a determinant": (lambda x: a.determinant(x) * x[0, 1], X),
    "a symmetric part": (lambda x: a.determinant(a.symmetric_part(x) @ x), X),
    "a Hermitian part": (lambda x: a.determinant(a.hermitian_part(x) + a.real(x) * a.conj(x)), X),
    "the logarithm of a determinant": (lambda x: a.log_determinant(x) * x[0, 1], SYMMETRIC),
    "another one": (lambda x: a.log(a.determinant(x)), X),
    "exponentials": (lambda x: (a.exp(x / 4) * a.tanh(x)).sum() + a.log(x[1, 1]) * a.erfc(x[0, 0] / 3), X),
    "a root": (lambda x: a.sqrt(a.squared_norm(x)) * a.pi(x), X),
    "a vector": (lambda v: (v * v).sum() * v[0] - v @ v * v[1:].sum(), V),
    "an outer product": (lambda v: a.determinant(v[:, None] * v + a.identity(3, 3, v)), V),
    "moved": (lambda v: (np.roll(v, 1) * v * np.diag(np.diag(v))).sum() + np.sum(np.stack([v, 2 * v])[1] * v), V),
    "none": (lambda v: 0 * v[0] + 3, V),
    "linear": (lambda v: 2 * v[0] - v[2], V),
}  # fmt: skip
LIFTED = LIFTS | {"lanes": lambda x: unstack(np.stack([2 * floats(x), floats(x)]))}
IRRATIONAL = ("exponentials", "a root", "the logarithm of a determinant")


def derived(formula, at):
    """Return the first and second derivatives as SymPy finds them, as floats."""
    x = unknown("x", *at.shape)
    value = scalar(formula(x))
    if at is SYMMETRIC:  # SymPy's symbols know nothing of symmetry
        value = sympy.log(sympy.Matrix(x.tolist()).det()) * x[0, 1]
    here = dict(zip(x.ravel(), symbols(at).ravel(), strict=True))
    first = [sympy.diff(value, s) for s in x.ravel()]
    half = {(i, j): sympy.diff(first[i], x.ravel()[j]) for i in range(x.size) for j in range(i + 1)}
    second = [half[max(i, j), min(i, j)] for i in range(x.size) for j in range(x.size)]
    numbers = lambda table: np.array([each.xreplace(here).evalf(25) for each in table], dtype=float)  # noqa: E731
    return numbers(first).reshape(at.shape), numbers(second).reshape(at.shape * 2)


def plain(x):
    return stack(x)[0][-1] if not isinstance(x, np.ndarray) and hasattr(x, "map") and _is_lanes(x) else as_floats(x)


def _is_lanes(x):
    return type(x).__name__ == "Lanes"


@pytest.mark.parametrize("name", thinned(FORMULAS, 6, mark="long"))
def test_derivatives_are_those_that_sympy_derives(name):
    formula, at = FORMULAS[name]
    first, second = derived(formula, at)
    assert name in ("none", "linear") or second.any()
    for lift, lifted in LIFTED.items():
        x = lifted(at)
        if lift == "torch" and name == "plain integers":
            continue  # torch's tensors meet no arrays of NumPy
        if lift == "exact" and name in IRRATIONAL:
            with pytest.raises(Irrational):
                a.gradient(formula, x)
            continue
        slope, curvature = a.gradient(formula, x), a.hessian(formula, x)
        assert slope.shape == at.shape
        assert curvature.shape == at.shape * 2
        np.testing.assert_allclose(plain(slope), first, rtol=1e-9, atol=1e-12, err_msg=lift)
        np.testing.assert_allclose(plain(curvature), second, rtol=1e-9, atol=1e-12, err_msg=lift)


@pytest.mark.parametrize("bits", but([30, 64, 200], 64, 200, mark="long"))
@pytest.mark.parametrize("name", thinned(FORMULAS, mark="long"))
def test_balls_enclose_derivatives(name, bits):
    formula, at = FORMULAS[name]
    with ctx.workprec(600):
        truth = [derivative(formula, balls(at)) for derivative in (a.gradient, a.hessian)]
    with ctx.workprec(bits):
        for derivative, expected in zip((a.gradient, a.hessian), truth, strict=True):
            assert encloses(derivative(formula, balls(at)), expected, arb(2) ** (20 - bits))


def test_a_derivative_by_a_wide_ball_encloses_those_at_all_points_in_it():
    x = around([1, 2], ["0.5", "0.25"])
    slope = a.gradient(lambda x: x[0] ** 2 * x[1] + a.log(x[0]), x).bare()
    for p, q in ((0.5, 1.75), (1.5, 2.25), (1, 2)):
        assert slope[0].contains(arb(2 * p * q + 1 / p).mid())
        assert slope[1].contains(p * p)


# --- several arguments, numbers, and derivatives of derivatives ------------------------------------------------------


def test_of_several_arguments_there_is_a_tuple_and_each_is_the_gradient_by_one():
    loss = lambda W, V: a.squared_norm(X - W @ V) + 3 * a.squared_norm(W)  # noqa: E731
    W, V = SYMMETRIC, X @ X
    slopes = a.gradient(loss, W, V)
    assert type(slopes) is tuple
    assert (slopes[0] == 2 * (W @ V - X) @ V.mT + 6 * W).all()
    assert (slopes[1] == 2 * W.mT @ (W @ V - X)).all()
    assert (slopes[1] == a.gradient(lambda U: loss(W, U), V)).all()
    unused = a.gradient(lambda W, V: W[0, 0], W, V)
    assert unused[0].tolist() == [[1, 0], [0, 0]]
    assert unused[1].tolist() == [[0, 0], [0, 0]]


def test_of_a_number_a_derivative_is_a_number():
    for lift, lifted in LIFTED.items():
        x = np.float64(2) if lift == "numpy" else lifted(rationals(2))
        assert plain(a.gradient(lambda x: x**3, x)) == 12
        assert plain(a.hessian(lambda x: x**3, x)) == 12
        assert plain(a.gradient(lambda x: a.hessian(lambda y: x * y**3, 5 * x), x)) == 120  # of 30 x²
        assert np.shape(plain(a.gradient(lambda x: x**3, x))) == ()


def test_the_levels_of_nested_derivatives_are_told_apart():
    x = rationals([3])
    # d/dx (x · d/dy (x + y)) = 1, and not 2
    assert a.gradient(lambda x: x[0] * a.gradient(lambda y: x[0] + y[0], x)[0], x) == 1
    assert a.gradient(lambda x: x[0] * a.gradient(lambda y: x[0] * y[0] ** 2, x)[0], x) == 6 * 9
    outer = a.gradient(lambda x: a.gradient(lambda y: x[0] ** 2, x)[0] + 5 * x[0], x)
    assert outer == 5
    third = a.gradient(lambda x: a.hessian(lambda y: y[0] ** 5, x)[0, 0], x)
    assert third == 60 * 9


def test_a_hessian_has_the_factors_of_taylors_formula():
    """f(x + h) = f(x) + ⟨G, h⟩ + ½⟨h, Hh⟩ exactly, of a quadratic form: a missing factor, or a half of H, shows."""
    form = rationals([[1, 2, 0], [0, 3, 5], [7, 0, 1]])
    f = lambda v: v @ form @ v + v[0] - 4  # noqa: E731
    h = rationals([2, -1, 3])
    slope, curvature = a.gradient(f, V), a.hessian(f, V)
    assert (curvature == form + form.mT).all()
    assert f(V + h) == f(V) + slope @ h + h @ curvature @ h / 2


def test_entries_are_independent_and_a_symmetric_argument_is_no_other():
    """The derivatives by the entries on and above the diagonal are G + Gᵀ − G ∘ I."""
    inverse, one = a.inverse(SYMMETRIC), a.identity(2, 2, SYMMETRIC)
    with ctx.workprec(100):
        slope = a.gradient(a.log_determinant, balls(SYMMETRIC))
        assert encloses(slope, inverse, 1e-20)
        by_entries = a.gradient(
            lambda v: a.log_determinant(a.stack([[v[0], v[1]], [v[1], v[2]]])), balls(rationals([3, 1, 2]) / 2)
        )
        parts = (2 * inverse - inverse * one).reshape(-1)
        assert encloses(by_entries, parts[[0, 1, 3]], 1e-20)


def test_a_determinant_has_a_gradient_where_it_is_zero():
    singular = rationals([[1, 2], [2, 4]])
    assert a.gradient(a.determinant, singular).tolist() == [[4, -2], [-2, 1]]
    assert not a.gradient(a.determinant, 0 * a.identity(3, 3, singular)).array.any()
    assert a.hessian(a.determinant, 0 * singular)[0, 0].tolist() == [[0, 0], [0, 1]]
    assert a.gradient(a.determinant, singular[:1, :1]).tolist() == [[1]]


def test_where_a_function_has_no_derivative_there_is_no_value():
    root = lambda x: a.sqrt(x[0])  # noqa: E731
    assert not a.gradient(root, balls(rationals([0])))[0].bare().is_finite()
    with pytest.raises(ZeroDivisionError):
        a.gradient(root, rationals([0]))
    with np.errstate(all="ignore"):
        assert np.isfinite(stack(a.gradient(root, unstack(np.array([[0.0], [4]]))))[0]).tolist() == [[False], [True]]
    assert a.gradient(root, rationals([4])).tolist() == [fmpq(1, 4)]


def test_of_a_logarithm_fractions_have_the_derivatives_and_not_the_value():
    for f in (
        a.log_determinant,
        lambda x: a.log_determinant(x / 9),
        lambda x: a.log(a.determinant(x)) + 3 - 2 * a.log(x[0, 0]) / 2 + a.log(x)[0, 0],
    ):
        assert (a.gradient(f, SYMMETRIC) == a.inverse(SYMMETRIC)).all()
    likelihood = lambda x: a.log_determinant(x) - a.trace(a.solve(SYMMETRIC, x))  # noqa: E731
    with unfinished() as heard:
        assert not a.gradient(likelihood, SYMMETRIC).array.any()
    assert not heard
    assert a.hessian(a.log, rationals(3)).item() == fmpq(-1, 9)


def test_a_logarithm_stands_on_either_side_of_what_does_not_depend_on_it():
    x = rationals([2, 3])
    for f, slope in (
        (lambda y: 3 - a.log(y[0]), -1), (lambda y: a.log(y[0]) - 3, 1), (lambda y: 3 + a.log(y[0]), 1),
        (lambda y: 4 * a.log(y[0]), 4), (lambda y: a.log(y[0]) * 4, 4), (lambda y: a.log(y[0]) / 4, fmpq(1, 4)),
        (lambda y: -a.log(y[0]), -1), (lambda y: a.log(y[0]) + 3, 1),
    ):  # fmt: skip
        assert a.gradient(f, x).tolist() == [slope * fmpq(1, 2), 0]


def test_of_several_arguments_each_has_a_derivative_that_may_depend_on_a_logarithm():
    x, y = rationals([[2, 3], [5, 7]]), rationals([11])
    with pytest.raises(Irrational, match=r"^gradient$"):
        a.gradient(lambda x, y: a.log(x[0, 0]) * y[0], x, y)
    slopes = a.gradient(lambda x, y: x[0, 1] * y[0] ** 2 + a.log(y[0]), x, y)
    assert [slope.tolist() for slope in slopes] == [[[0, 121], [0, 0]], [66 + fmpq(1, 11)]]


VALUED = {  # formulas whose derivatives depend on the logarithm, or that have none
    "a square": lambda x: a.log(x[0, 0]) ** 2,
    "a factor": lambda x: x[0, 1] * a.log(x[0, 0]),
    "a divisor": lambda x: 1 / a.log(x[0, 0]),
    "another function": lambda x: a.log(2 + a.log(x[0, 0])),
    "an entry of a matrix": lambda x: a.determinant(a.log(x)),
    "a negative number": lambda x: a.log(x[0, 0] - 7),
    "zero": lambda x: a.log(x[0, 1] - x[0, 1]),
    "a negative number beside a positive one": lambda x: a.log(a.concatenate([x[0], -x[0]])).sum(),
    "zero beside a positive one": lambda x: a.log(a.concatenate([x[0], 0 * x[0]])).sum(),
    "an indefinite matrix": lambda x: a.log_determinant(1 - x - x),
    "a negative definite one": lambda x: a.log_determinant(-x),
    "an indefinite one beside a definite one": lambda x: a.log_determinant(
        a.concatenate([x[None], -x[None]], axis=0)
    ).sum(-1),
    "a right side": lambda x: a.trace(a.solve(x, a.log(x))),
    "a singular one": lambda x: a.log_determinant(x[:1].mT @ x[:1]),
}


@pytest.mark.parametrize("derivative", [a.gradient, a.hessian])
@pytest.mark.parametrize("name", VALUED)
def test_where_the_value_matters_fractions_have_no_derivative(name, derivative):
    with pytest.raises(Irrational):
        derivative(VALUED[name], SYMMETRIC)


@pytest.mark.parametrize("lift", ["balls", "lanes", "numpy", "torch"])
def test_a_loss_of_a_paper_is_differentiated_as_it_stands(lift):
    eps = rationals(3) / 2
    arguments = [LIFTED[lift](x) for x in (X, SYMMETRIC, X.mT, eps)]
    if lift == "numpy":
        arguments[-1] = np.float64(arguments[-1])
    slopes = a.gradient(simplified_loss, *arguments)
    tensors = [torch.tensor(floats(x), requires_grad=True) for x in (X, SYMMETRIC, X.mT, eps)]
    truth = torch.autograd.grad(simplified_loss(*tensors), tensors)
    for slope, expected in zip(slopes, truth, strict=True):
        np.testing.assert_allclose(plain(slope), expected.numpy(), rtol=1e-9)
