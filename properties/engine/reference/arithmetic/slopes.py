"""Whatever may be done to a traced array has the derivative that quotients of differences have, in either order."""

import operator
from fractions import Fraction
from itertools import product

import numpy as np
from flint import arb, ctx

from reference import arithmetic as a
from reference.arithmetic.admitted import FIELD
from reference.arithmetic.exact import Rationals, balls, rationals
from reference.arithmetic.lanes.lane import DERIVATIVES
from reference.arithmetic.traced import MOVING, RULES

X = rationals([[3, 1], [2, 5]]) / 2
CUBE = rationals(np.arange(1, 25).reshape(2, 3, 4)) / 5
OTHERS = [
    2, -1, Fraction(-2, 3), np.array([2, -3]), np.array([[5], [7]]), rationals([[1, 2], [3, 5]]) / 7, rationals(4) / 3,
    rationals([[[1, -2]], [[3, 4]], [[5, 6]]]) / 3, rationals([[4, 9]]), rationals([[3], [-8]]),
]  # fmt: skip
FACTORS = [
    np.array([2, -3]), rationals([1, 5]) / 3, rationals([[1, 2], [3, 5]]), np.arange(12).reshape(3, 2, 2) - 3,
    rationals(np.arange(8).reshape(2, 1, 2, 2)) / 3,
]  # fmt: skip


def total(x):
    """Return a number that depends on each entry, and on its place."""
    weights = np.arange(2, 2 + max(np.size(np.zeros(x.shape)), 1)) if x.shape else np.array([3])
    return (x.reshape(-1) * weights).sum() if x.shape else 3 * x


def by_quotients(f, x, step):
    """Return the slopes of a number by the entries of x."""
    slopes = []
    for place in np.ndindex(x.shape):
        unit = np.zeros(x.shape, dtype=int)
        unit[place] = 1
        slopes.append(((f(x + step * unit) - f(x - step * unit)) / (2 * step)).bare())
    return np.array(slopes, dtype=object).reshape(x.shape)


def judge(f, x, what):
    """Judge a gradient, which has the shape and the kind of x."""
    with ctx.workprec(300):
        slope, wanted = a.gradient(f, x), by_quotients(f, x, Fraction(1, 2**60))
        assert (type(slope), slope.shape) == (type(x), x.shape), what
        for entry, value in zip(np.ravel(np.asarray(slope.array, dtype=object)), wanted.flat, strict=True):
            assert abs(arb(entry) - arb(value)) < arb(2) ** -80, (what, entry, value)


OPERATORS = {operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.divide}


def beside(function, other, order, part=lambda x: x):
    """Return a number that is made of an operator, the traced array and another operand."""

    def f(x):
        pair = part(x), other(x) if callable(other) else other
        return total(function(*pair[::order]))

    return f


def test_an_operator_has_its_slope_in_either_order():
    for operate, ufunc in OPERATORS.items():
        for other in [*OTHERS, lambda x: x.mT, lambda x: x[0], lambda x: x[1, 0], lambda x: x[:, :1]]:
            for function, order in product((operate, ufunc), (1, -1)):
                judge(beside(function, other, order), X, (operate.__name__, order, str(other)))
    for other in [*FACTORS, lambda x: x, lambda x: x[0], lambda x: x.mT]:
        for function, order, part in product((operator.matmul, np.matmul), (1, -1), (lambda x: x, lambda x: x[1])):
            judge(beside(function, other, order, part), X, ("matmul", order, str(other)))


RATIONAL = {
    "determinant": a.determinant, "solve": lambda x: a.solve(x, x.mT + 1), "a row": lambda x: a.solve(x, X[:, :1]),
    "right": lambda x: a.solve(X, x), "symmetric_part": a.symmetric_part, "hermitian_part": a.hermitian_part,
    "batches": lambda x: a.solve(x[None] + rationals([[[0]], [[7]]]), x),
    "determinants": lambda x: a.determinant(x[None] * rationals([[[1]], [[2]], [[-3]]])),
    "none": lambda x: a.determinant(x[:0, :0]) * x[0, 0], "one": lambda x: a.determinant(x[:1, 1:]),
    "three": lambda x: a.determinant(a.kron(x, x)[:3, :3]), "stack": lambda x: a.stack([[x[0, 0], 1], [2, x[1]]][0]),
    "concatenate": lambda x: a.concatenate([x, X, x.mT]), "rows": lambda x: a.concatenate([X, x], axis=0),
    "sums": lambda x: x.sum(0) + x.sum(1) + x.sum(-1) - x.sum(-2) + x.sum(),
    "numpys": lambda x: np.sum(x, 0) + np.sum(x, axis=-1) * np.sum(x), "negative": lambda x: -x,
    "positive": np.positive, "negated": np.negative, "squares": np.square, "cubes": lambda x: x**3 - x**1,
    "trace": a.trace, "diagonal": lambda x: a.diagonal(a.kron(x, x)[:3]), "adjoint": a.adjoint,
    "norms": lambda x: a.column_squared_norms(x) * a.squared_norm(x),
    "conjugates": lambda x: np.conjugate(x) + a.real(x) + a.imag(x) + np.real(x) - np.imag(x) + x.conjugate().mT,
    "repeated": lambda x: x[[0, 1, 1, 0, 0]][:, [1, 1, 0]], "new axes": lambda x: x[:, None, ::-1, None],
    "a mask": lambda x: x[np.array([[True, False], [True, True]])], "as": lambda x: a.as_matrix(x[0]) * a.as_vector(x),
}  # fmt: skip
IRRATIONAL = {
    "exp": a.exp, "log": a.log, "tanh": a.tanh, "erfc": a.erfc, "sqrt": a.sqrt,
    "log_determinant": lambda x: a.log_determinant(a.symmetric_part(x) * np.array([[[1]], [[2]]])),
    **{ufunc.__name__: ufunc for ufunc in DERIVATIVES}, "log1p": np.log1p,
}  # fmt: skip


def test_a_function_has_its_slope():
    for name, function in RATIONAL.items():
        judge(lambda x, function=function: total(function(x)), X, name)
    with ctx.workprec(300):
        for name, function in IRRATIONAL.items():
            judge(lambda x, function=function: total(function(x)), balls(X), name)
    assert RULES.keys() <= (RATIONAL | IRRATIONAL).keys()
    assert {*OPERATORS.values(), np.matmul, np.negative, np.square} >= FIELD


MOVES = {
    np.concatenate: lambda x: np.concatenate([x, 2 * x, CUBE], 0), np.stack: lambda x: np.stack([x, CUBE, x], 1),
    np.hstack: lambda x: np.hstack([x, x]), np.vstack: lambda x: np.vstack([CUBE, x]),
    np.block: lambda x: np.block([[x, x], [CUBE, x]]), np.diag: lambda x: np.diag(x[0, :, 0], 1),
    np.diagonal: lambda x: np.diagonal(x, 1, 2, 0), np.transpose: lambda x: np.transpose(x, (2, 0, 1)),
    np.swapaxes: lambda x: np.swapaxes(x, 0, 2), np.moveaxis: lambda x: np.moveaxis(x, 0, 2),
    np.reshape: lambda x: np.reshape(x, (4, 6)), np.ravel: np.ravel, np.squeeze: lambda x: np.squeeze(x[:, :1], 1),
    np.expand_dims: lambda x: np.expand_dims(x, 1), np.broadcast_to: lambda x: np.broadcast_to(x, (2, 2, 3, 4)),
    np.tile: lambda x: np.tile(x, (2, 1, 3)), np.repeat: lambda x: np.repeat(x, 2, axis=1),
    np.roll: lambda x: np.roll(x, 1, 2), np.flip: lambda x: np.flip(x, 1), np.matrix_transpose: np.matrix_transpose,
}  # fmt: skip


def test_what_moves_entries_moves_their_slopes():
    """It is linear, so the slope is what it makes of a unit."""
    assert MOVES.keys() == MOVING
    zero = 0 * CUBE
    for function, move in MOVES.items():
        slope = a.gradient(lambda x, move=move: total(move(x)), CUBE)
        wanted = [total(move(zero + np.eye(24, dtype=int)[k].reshape(2, 3, 4))) for k in range(24)]
        constant = total(move(zero))
        assert [value.item() for value in slope.reshape(-1)] == [(value - constant).item() for value in wanted], (
            function
        )


def test_second_derivatives_are_the_slopes_of_the_first():
    for f in (
        lambda x: a.determinant(x) * x[0, 1] ** 2, lambda x: total(x @ x.mT) * x.sum(), lambda x: total(1 / x),
        lambda x: total(a.solve(x, X)), lambda x: total(x[[0, 0, 1]]) + 0 * x[0, 0],
    ):  # fmt: skip
        found = a.hessian(f, X)
        assert (type(found), found.shape) == (Rationals, (2, 2, 2, 2))
        for i, j in np.ndindex(2, 2):
            wanted = by_quotients(lambda x, i=i, j=j, f=f: a.gradient(f, x)[i, j], X, Fraction(1, 2**60))
            for p, q in np.ndindex(2, 2):
                assert abs(arb(found[i, j, p, q].item()) - arb(wanted[p, q])) < 2.0**-40
