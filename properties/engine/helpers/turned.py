"""Matrices of known eigenvalues, turned by exactly orthogonal or unitary ones, and what balls say of them."""

import numpy as np
from flint import acb, arb

from properties.engine.helpers.arithmetics import around as around_real
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.exact import balls, rationals

REAL = rationals([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]])
SKEW = REAL + 1j * rationals([[1, 2, 0], [2, -1, 1], [0, 1, 3]])
ONE = a.identity(3, 3, REAL)
TURNS = {"orthogonal": a.solve(ONE + REAL, ONE - REAL), "unitary": a.solve(ONE + SKEW, ONE - SKEW)}


def turned(turn, spectrum):
    return TURNS[turn] @ a.rectangular_diagonal(rationals(spectrum), 3, 3) @ TURNS[turn].H


def lifted(x):
    return balls(x) if isinstance(x, type(REAL)) else complex_balls(x)


def one(x):
    return a.identity(3, 3, x)


def like(x, matrix):
    return matrix if isinstance(x, (type(matrix), ComplexRationals)) else lifted(matrix)


def widest(found, truth):
    """Return the largest radius; every entry of the truth lies in its ball."""
    for ball, value in zip(np.ravel(found.array), np.ravel(lifted(truth).array), strict=True):
        assert acb(ball).overlaps(acb(value))
    return max(float(acb(ball).rad()) for ball in np.ravel(found.array))


def around(middle, radius):
    if np.iscomplexobj(middle):
        entries = [acb(arb(x.real, radius), arb(x.imag, radius)) for x in middle.ravel()]
        return ComplexBalls.of(np.array(entries, dtype=object).reshape(middle.shape))
    return around_real(middle.ravel(), [radius] * middle.size).reshape(middle.shape)
