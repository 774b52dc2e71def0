"""Arrays in every arithmetic, functions beside those of NumPy, and what it means that balls enclose a value."""

from fractions import Fraction
from itertools import permutations
from math import prod

import numpy as np
import scipy.linalg
import sympy
import torch
from flint import arb

from reference import arithmetic as a
from reference.arithmetic.exact import Balls, Rationals, balls, rationals
from reference.arithmetic.kinds import symbols as expressions

RNG = np.random.default_rng(0)
SQUARE = rationals(RNG.integers(-5, 6, (2, 3, 3))) / 4
POSITIVE = SQUARE @ SQUARE.mT + rationals(np.eye(3, dtype=int).tolist())
WIDE, TALL = rationals(RNG.integers(-5, 6, (2, 2, 3))) / 4, rationals(RNG.integers(-5, 6, (2, 3, 2))) / 4


def floats(x):
    return np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float)


def symbols(x):
    return expressions(x.map(lambda q: sympy.Rational(int(q.p), int(q.q))).tolist())


LIFTS = {
    "numpy": floats,
    "torch": lambda x: torch.tensor(floats(x)),
    "balls": balls,
    "symbols": symbols,
    "exact": lambda x: x,
}


def as_floats(x):
    bare = x.map(lambda ball: float(ball.mid())).bare() if isinstance(x, Balls) else x
    if isinstance(x, Rationals):
        return floats(x)
    return np.array(bare.tolist() if hasattr(bare, "tolist") else bare, dtype=float)


def entries(x):
    return np.ravel(getattr(x, "array", x)).tolist()


def encloses(x, values, radius):
    """Whether finite balls, at most this wide, hold the exact values."""
    return all(
        ball.lower() <= arb(value).upper() and arb(value).lower() <= ball.upper() and ball.rad() < radius
        for ball, value in zip(
            entries(x), entries(values if hasattr(values, "tolist") else np.array(values, dtype=object)), strict=True
        )
    )


def around(middle, radius):
    return Balls.of(np.array([arb(m, r) for m, r in zip(middle, radius, strict=True)], dtype=object))


def permanent(m):
    """The sum over permutations, of floats."""
    n = len(m)
    return sum(prod(m[i, s[i]] for i in range(n)) for s in permutations(range(n)))


ONE_ARGUMENT = {  # ours, NumPy's, arguments, and whether exact rationals have a value
    "log": (a.log, np.log, POSITIVE * POSITIVE + POSITIVE * POSITIVE, False),
    "exp": (a.exp, np.exp, SQUARE, False),
    "tanh": (a.tanh, np.tanh, SQUARE, False),
    "sqrt": (a.sqrt, np.sqrt, SQUARE * SQUARE, True),
    "absolute": (a.absolute, np.abs, SQUARE, True),
    "relu": (lambda x: a.maximum(x, 0), lambda x: np.maximum(x, 0), SQUARE, True),
    "maximum": (lambda x: a.maximum(x, -x / 2), lambda x: np.maximum(x, -x / 2), SQUARE, True),
    "minimum": (lambda x: a.minimum(x, -x / 2), lambda x: np.minimum(x, -x / 2), SQUARE, True),
    "maximum of a row": (lambda x: a.maximum(x, axis=-1), lambda x: np.max(x, axis=-1), SQUARE, True),
    "minimum of a column": (lambda x: a.minimum(x, axis=-2), lambda x: np.min(x, axis=-2), WIDE, True),
    "maximum of a matrix": (lambda x: a.maximum(x, axis=(1, -1)), lambda x: np.max(x, axis=(1, 2)), WIDE, True),
    "permanent": (a.permanent, lambda x: np.stack([permanent(m) for m in x]), SQUARE, True),
    "kron": (lambda x: a.kron(x, x.mT), lambda x: np.stack([np.kron(m, m.T) for m in x]), WIDE, True),
    "commutator": (lambda x: a.commutator(x, x.mT), lambda x: x @ x.mT - x.mT @ x, SQUARE, True),
    "partial_trace": (
        lambda x: a.partial_trace(a.kron(x, x @ x), (3, 3), 1),
        lambda x: x * np.trace(x @ x, axis1=1, axis2=2)[:, None, None], SQUARE, True,
    ),
    "stack": (
        lambda x: a.stack([[x[:, 0, 0], 2, x[:, 0, 1]], [0, x[:, 1, 1], x[:, 0, 2]]]),
        lambda x: np.stack([[[m[0, 0], 2, m[0, 1]], [0, m[1, 1], m[0, 2]]] for m in x]), WIDE, True,
    ),
    "where": (lambda x: a.where(a.greater(x, -1), x, 2), lambda x: np.where(x > -1, x, 2), SQUARE, True),
    "where, otherwise": (lambda x: a.where(a.greater(x, -1), 2, x), lambda x: np.where(x > -1, 2, x), SQUARE, True),
    "sort_descending": (a.sort_descending, lambda x: -np.sort(-x, axis=-1), SQUARE, True),
    "trace": (a.trace, lambda x: np.trace(x, axis1=-2, axis2=-1), SQUARE, True),
    "diagonal, wide": (a.diagonal, lambda x: np.diagonal(x, axis1=-2, axis2=-1), WIDE, True),
    "diagonal, tall": (a.diagonal, lambda x: np.diagonal(x, axis1=-2, axis2=-1), TALL, True),
    "squared_norm": (a.squared_norm, lambda x: np.linalg.norm(x, axis=(-2, -1)) ** 2, WIDE, True),
    "column_squared_norms": (a.column_squared_norms, lambda x: np.linalg.norm(x, axis=-2) ** 2, WIDE, True),
    "solve": (lambda x: a.solve(x, x.mT @ x), lambda x: np.linalg.solve(x, x.mT @ x), POSITIVE, True),
    "inverse": (a.inverse, np.linalg.inv, POSITIVE, True),
    "determinant": (a.determinant, np.linalg.det, SQUARE, True),
    "log_determinant": (a.log_determinant, lambda x: np.linalg.slogdet(x)[1], POSITIVE, False),
    "eigenvalues": (a.eigenvalues, lambda x: np.linalg.eigvalsh(x)[..., ::-1], SQUARE + SQUARE.mT, False),
    "singular_values, wide": (a.singular_values, lambda x: np.linalg.svd(x)[1], WIDE, False),
    "singular_values, tall": (a.singular_values, lambda x: np.linalg.svd(x)[1], TALL, False),
    "product": (lambda x: a.product([x, x.mT, x]), lambda x: x @ x.mT @ x, WIDE, True),
    "concatenate": (lambda x: a.concatenate([x, -x], axis=-2), lambda x: np.concatenate([x, -x], axis=-2), WIDE, True),
    "square": (lambda x: x**2 + x**3, lambda x: x * x + x * x * x, SQUARE, True),
    "vectors": (lambda x: a.as_vector(x[:, 0, 0]) * x[:, 0], lambda x: x[:, 0, :1] * x[:, 0], WIDE, True),
    "matrices": (lambda x: a.as_matrix(x[:, 0, 0]) * x, lambda x: x[:, :1, :1] * x, WIDE, True),
    "rectangular, tall": (
        lambda x: a.rectangular_diagonal(x[:, 0], 4, 2),
        lambda x: np.stack([np.vstack([np.diag(m[0, :2]), np.zeros((2, 2))]) for m in x]), WIDE, True,
    ),
    "rectangular, wide": (
        lambda x: a.rectangular_diagonal(x[:, 0], 2, 4),
        lambda x: np.stack([np.hstack([np.diag(m[0, :2]), np.zeros((2, 2))]) for m in x]), WIDE, True,
    ),
}  # fmt: skip


def by_spectrum(function):
    """Return a function of symmetric matrices, by NumPy's eigenvectors."""

    def value(x):
        values, vectors = np.linalg.eigh(x)
        return (vectors * function(values)[..., None, :]) @ vectors.mT

    return value


def by_singular_values(function):
    return lambda x: function(np.linalg.svd(x)[1])


OF_MATRICES = {
    "sqrtm": (a.sqrtm, by_spectrum(np.sqrt), POSITIVE, False),
    "powm": (lambda x: a.powm(x, Fraction(-2, 3)), by_spectrum(lambda t: t ** (-2 / 3)), POSITIVE, False),
    "powm, larger": (lambda x: a.powm(x, Fraction(5, 4)), by_spectrum(lambda t: t**1.25), POSITIVE, False),
    "powm, integer": (lambda x: a.powm(x, 5), lambda x: np.linalg.matrix_power(x, 5), SQUARE, True),
    "powm, inverse": (lambda x: a.powm(x, -3), lambda x: np.linalg.matrix_power(x, -3), POSITIVE, True),
    "powm, nothing": (lambda x: a.powm(x, 0), lambda x: 0 * x + np.eye(3), SQUARE, True),
    "expm": (a.expm, lambda x: np.stack([scipy.linalg.expm(m) for m in x]), SQUARE / 2, False),
    "logm": (a.logm, by_spectrum(np.log), POSITIVE, False),
    "absm, wide": (a.absm, lambda x: np.stack([scipy.linalg.polar(m)[1] for m in x]), WIDE, False),
    "absm, tall": (a.absm, lambda x: np.stack([scipy.linalg.polar(m)[1] for m in x]), TALL, False),
    "spectral": (lambda x: a.spectral(x, a.tanh), by_spectrum(np.tanh), SQUARE + SQUARE.mT, False),
    "projector": (lambda x: a.projector(x, 1), by_spectrum(lambda t: 1.0 * (t > 1)), SQUARE + SQUARE.mT, False),
    "geometric_mean": (
        lambda x: a.geometric_mean(x, x * x),
        lambda x: np.stack([m @ scipy.linalg.sqrtm(np.linalg.solve(m, m * m)) for m in x]), POSITIVE, False,
    ),
    "general_eigenvalues": (
        lambda x: a.general_eigenvalues(x, a.imag), lambda x: np.sort(np.linalg.eigvals(x).imag)[..., ::-1], SQUARE,
        False,
    ),
    "spectral_radius": (a.spectral_radius, lambda x: abs(np.linalg.eigvals(x)).max(-1), SQUARE, False),
    "condition_number": (a.condition_number, np.linalg.cond, POSITIVE, False),
    "norm, fro": (lambda x: a.norm(x, "fro"), lambda x: np.linalg.norm(x, axis=(-2, -1)), WIDE, False),
    "norm, nuclear": (lambda x: a.norm(x, "nuclear"), by_singular_values(lambda s: s.sum(-1)), WIDE, False),
    "norm, spectral": (lambda x: a.norm(x, "spectral"), by_singular_values(lambda s: s[..., 0]), WIDE, False),
    "norm, two": (lambda x: a.norm(x, 2), by_singular_values(lambda s: s[..., 0]), TALL, False),
    "norm, one": (lambda x: a.norm(x, 1), lambda x: np.linalg.norm(x, 1, axis=(-2, -1)), WIDE, True),
    "norm, inf": (lambda x: a.norm(x, np.inf), lambda x: np.linalg.norm(x, np.inf, axis=(-2, -1)), WIDE, True),
    "norm, schatten": (
        lambda x: a.norm(x, "schatten-3/2"), by_singular_values(lambda s: (s**1.5).sum(-1) ** (2 / 3)), POSITIVE, False
    ),
    "norm, ky-fan": (lambda x: a.norm(x, "ky-fan-2"), by_singular_values(lambda s: s[..., :2].sum(-1)), SQUARE, False),
}  # fmt: skip
"""The same of functions of matrices."""

ONE_ARGUMENT |= OF_MATRICES
