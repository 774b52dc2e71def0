"""Norms by their names, beside what they are of a matrix whose singular values are known."""

from fractions import Fraction
from math import inf

import numpy as np
import pytest
import sympy
from flint import arb, ctx, fmpq

from properties.engine.helpers.arithmetics import around, encloses
from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.functions.powers import power, root
from reference.arithmetic.lanes import Lane, Lanes, floats, stack, unstack

TURN = rationals([[1, -2, 2], [2, -1, -2], [2, 2, 1]]) / 3
MATRIX = TURN @ a.rectangular_diagonal(rationals([4, 2, 1]), 3, 2)  # singular values 4, 2
PHASE = rationals([3]) / 5 + 1j * rationals([4]) / 5
NORMS = {
    "fro": lambda: arb(20).sqrt(), "spectral": lambda: arb(4), 2: lambda: arb(4), "nuclear": lambda: arb(6),
    "schatten-1": lambda: arb(6), "schatten-2": lambda: arb(20).sqrt(), "schatten-3": lambda: arb(72).root(3),
    "schatten-3/2": lambda: (8 + arb(8).sqrt()).root(3) ** 2, "ky-fan-1": lambda: arb(4), "ky-fan-2": lambda: arb(6),
    "ky-fan-3": lambda: arb(6), 1: lambda: arb(20) / 3, inf: lambda: arb(4), "inf": lambda: arb(4),
}  # fmt: skip


@pytest.mark.parametrize("kind", NORMS)
def test_a_norm_is_that_of_its_name(kind):
    for bits in (64, 200):
        with ctx.workprec(bits):
            tiny = 2.0 ** (12 - bits)
            assert encloses(a.norm(balls(MATRIX), kind), NORMS[kind](), tiny)
            assert encloses(a.norm(complex_balls(MATRIX * PHASE), kind), NORMS[kind](), tiny)
            assert encloses(a.norm(balls(-2 * MATRIX), kind), 2 * NORMS[kind](), tiny)


def test_fractions_have_those_that_are_rational():
    assert (a.norm(MATRIX, 1), a.norm(MATRIX, inf)) == (fmpq(20, 3), 4)
    assert a.norm(rationals([[3, 0], [0, 4]]), "fro") == 5
    for kind in ("fro", "spectral", "schatten-3"):
        with pytest.raises(Irrational):
            a.norm(MATRIX, kind)


def test_a_number_with_two_meanings_is_refused_with_both_names():
    for kind, mend in (
        (3, 'write "schatten-3"'),
        (Fraction(3, 2), 'write "schatten-3/2"'),
        ("max", "there are 1, 2"),
        (None, "say which"),
    ):
        with pytest.raises(a.OutsideDomain, match=mend):
            a.norm(MATRIX, kind)


def test_roots_of_numbers_are_known_about_zero_and_powers_are_of_the_right_sign():
    for degree in (3, 4, 5):
        ball = root(around([0], [2.0 ** (-10 * degree)]), degree)[0].bare()
        assert ball.contains(0)
        assert ball.contains(arb(2) ** -10)
        assert ball.rad() < arb(2) ** -9
        assert root(rationals([fmpq(2**degree, 3**degree)]), degree)[0].bare() == fmpq(2, 3)
        for value in (2, fmpq(1, 3), -1):
            with pytest.raises(Irrational):
                root(rationals([value]), degree)
        assert root(balls(rationals([-1])), degree)[0].bare().is_nan()
    assert power(rationals([4]), Fraction(-3, 2))[0].bare() == fmpq(1, 8)
    assert power(rationals([4]), Fraction(0))[0].bare() == 1


def test_a_root_of_what_rounding_leaves_is_zero_and_known_as_badly():
    rounded = Lanes.of(Lane.of([2.0**-53, -(2.0**-53), 8.0, 0], [1, 1, 8, 0]))
    lane = root(rounded, 3).item()
    assert lane.values[:2].tolist() == [0, 0]
    assert lane.values[2] == pytest.approx(2)
    assert lane.magnitudes[2] == pytest.approx(2 + 8 / 12)  # the derivative of a cube root at 8, times 8
    assert (lane.magnitudes[:2] * 2.0**-50 > 2.0**-19).all()
    assert (lane.magnitudes[:2] * 2.0**-50 < 2.0**-17).all()
    assert lane.magnitudes[3] == 0


def test_a_power_of_zero_is_known_if_its_exponent_is_not_negative():
    x = rationals([0, 4, 1])
    for lift in (lambda x: x, balls, floats, lambda x: unstack(floats(x)[None])):
        for p, expected in ((0, [1, 1, 1]), (1, [0, 4, 1]), (3, [0, 64, 1]), (Fraction(3, 2), [0, 8, 1])):
            found = power(lift(x), Fraction(p))
            value = stack(found)[0][0] if isinstance(found, Lanes) else found
            assert encloses(value, expected, 1e-12) if isinstance(value, Balls) else value.tolist() == expected


def test_a_root_of_a_symbol_is_its_power():
    x = sympy.Symbol("x", positive=True)
    assert root(np.array([x], dtype=object), 3).tolist() == [x ** sympy.Rational(1, 3)]
