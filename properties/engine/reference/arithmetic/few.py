"""At few bits an enclosure is wide, or knows nothing, and holds all the same: there what rounds inwards shows."""

from fractions import Fraction

import numpy as np
import pytest
from flint import ctx

from reference import arithmetic as a
from reference.arithmetic.exact import balls, rationals

SYMMETRIC, TRIANGULAR = rationals([[2, 1, 0], [1, 2, 0], [0, 0, 3]]), rationals([[1, 2, 0], [0, 1, 1], [0, 0, 4]])
ANY = rationals([[1, 2, 0], [0, 3, 1], [1, 0, 0]])
FUNCTIONS = {  # of balls that are not exact, with ties, with an eigenvalue 0, and of what is defective
    "numerical_radius": (lambda x: a.numerical_radius(x / 3), ANY),
    "general_eigenvalues": (lambda x: a.general_eigenvalues(x / 3, a.real), TRIANGULAR),
    "spectral_radius": (lambda x: a.spectral_radius(x / 3), TRIANGULAR),
    "sqrtm": (lambda x: a.sqrtm(x / 3), SYMMETRIC),
    "sqrtm at 0": (lambda x: a.sqrtm(x / 3), rationals([[1, 1, 0], [1, 1, 0], [0, 0, 0]])),
    "spectral": (lambda x: a.spectral(x / 3, a.exp), SYMMETRIC),
    "powm": (lambda x: a.powm(x / 3, Fraction(-3, 2)), SYMMETRIC),
    "absm": (lambda x: a.absm(x / 3), ANY),
    "expm": (lambda x: a.expm(x / 3), ANY),
    "geometric_mean": (lambda x: a.geometric_mean(x / 3, x.mT @ x), SYMMETRIC),
    "eigenvalues": (lambda x: a.eigenvalues(a.symmetric_part(x / 3)), ANY),
    "singular_values": (lambda x: a.singular_values(x / 3), ANY),
    "log_determinant": (lambda x: a.log_determinant(x / 3), SYMMETRIC),
    "a root of a number": (lambda x: a.norm(x / 3, "schatten-3"), ANY),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_known_to_few_bits_is_not_wrong(name):
    function, exact = FUNCTIONS[name]
    with ctx.workprec(200):
        truth = np.ravel(function(balls(exact)).array)
    finite = 0
    for bits in (2, 3, 4, 5, 6, 8, 11):
        with ctx.workprec(bits):
            found = np.ravel(function(balls(exact)).array)
        with ctx.workprec(300):
            for ball, true in zip(found, truth, strict=True):
                assert not ball.is_finite() or (ball - true).contains(0)
                finite += ball.is_finite()
    assert finite >= len(truth)
