"""Wide balls become what holds all that their numbers become, at both ends and between; and no wider than it must."""

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb

from properties.engine.helpers.arithmetics import around
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls
from reference.arithmetic.exact import Balls
from reference.arithmetic.functions.powers import power

BALLS = [(1, 0.5), (0.5, 0.25), (2, 1.5), (-1, 0.5), (0.25, 0.5), (-3, 2.875)]
"""Middles and radii; one holds 0 inside."""

FUNCTIONS = {  # ours, that of a float, and from where on it has values
    "exp": (a.exp, math.exp, -math.inf), "log": (a.log, math.log, 0.1), "tanh": (a.tanh, math.tanh, -math.inf),
    "erfc": (a.erfc, math.erfc, -math.inf), "sqrt": (a.sqrt, math.sqrt, 0), "absolute": (a.absolute, abs, -math.inf),
    "a cubic root": (lambda x: power(x, Fraction(1, 3)), math.cbrt, 0),
    "two thirds": (lambda x: power(x, Fraction(2, 3)), lambda t: math.cbrt(t) ** 2, 0),
    "minus a half": (lambda x: power(x, Fraction(-1, 2)), lambda t: t**-0.5, 0.1),
    "an inverse": (lambda x: power(x, Fraction(-1)), lambda t: 1 / t, 0.1),
    "the larger": (lambda x: a.maximum(x, 0 * x + 1), lambda t: max(t, 1), -math.inf),
    "the smaller": (lambda x: a.minimum(x, 0 * x + 1), lambda t: min(t, 1), -math.inf),
    "a branch": (lambda x: a.where(a.greater(x, 1), 5, -7), lambda t: 5 if t > 1 else -7, -math.inf),
    "whether it is not 0": (a.nonzero, lambda t: float(t != 0), -math.inf),
}  # fmt: skip
TIGHT = {"erfc", "sqrt", "a cubic root", "the larger", "the smaller", "a branch"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_hold_what_they_are_at_both_ends_and_between(name):
    function, plain, least = FUNCTIONS[name]
    for middle, radius in BALLS:
        if middle - radius >= least:
            found = function(around([middle], [radius]))[0].bare()
            points = [middle + share * radius for share in (-1, -0.5, -0.125, 0, 0.25, 0.5, 1)]
            values = [plain(point) for point in points + [0.0] * (abs(middle) < radius)]
            slack = 1e-8 * (max(map(abs, values)) + 1)  # radii have 30 bits
            for value in values:
                assert found.lower() <= value + slack, (middle, radius, value)
                assert found.upper() >= value - slack, (middle, radius, value)
            if name in TIGHT:
                assert float(found.rad()) <= (max(values) - min(values)) * 0.5 + slack, (middle, radius)


def test_roots_of_what_may_be_negative_are_those_of_its_part_that_is_not():
    for function, plain in ((a.sqrt, math.sqrt), (lambda x: power(x, Fraction(1, 3)), math.cbrt)):
        found = function(around([0.25], [0.5]))[0].bare()
        assert (float(found.lower()), float(found.upper())) == pytest.approx((0, plain(0.75)), abs=1e-8)


def test_order_statistics_of_balls_that_hold_others():
    """The k-th largest number lies between the k-th largest of the lower ends and the k-th largest of the upper."""
    for middles, radii, ends in (
        ([5, 4.5], [5, 0.5], [(4, 10), (0, 5)]),
        ([4.5, 5], [0.5, 5], [(4, 10), (0, 5)]),
        ([0, 0, 0], [3, 1, 2], [(-1, 3), (-2, 2), (-3, 1)]),
        ([1, 9, 2], [0, 8, 4], [(1, 17), (1, 6), (-2, 1)]),
    ):
        for found, (low, high) in zip(a.sort_descending(around(middles, radii)).bare(), ends, strict=True):
            assert (float(found.lower()), float(found.upper())) == pytest.approx((low, high), abs=1e-6)
        largest, least = (f(around(middles, radii), axis=0).bare() for f in (a.maximum, a.minimum))
        assert float(largest.lower()) == pytest.approx(ends[0][0], abs=1e-6)
        assert float(least.upper()) == pytest.approx(ends[-1][1], abs=1e-6)


def test_an_imaginary_part_that_may_be_0_is_not_certainly_0():
    for radius, real in ((0, True), (2.0**-60, False)):
        x = ComplexBalls.of(np.array([acb(2), acb(arb(1), arb(0, radius))], dtype=object))
        for function in (lambda x: a.greater(x, 0), lambda x: a.maximum(x, axis=0), a.sort_descending):
            if real:
                function(x)
            else:
                with pytest.raises(TypeError, match="the imaginary part is not certainly 0"):
                    function(x)


def test_the_numerical_radius_of_what_is_near_0_is_that_of_all_within():
    for kind, entry in ((Balls, lambda r: arb(0, r)), (ComplexBalls, lambda r: acb(arb(0, r), arb(0, r)))):
        x = kind.of(np.array([[entry(0.5), entry(0)], [entry(0), entry(0.5)]], dtype=object))
        found = a.numerical_radius(x).bare()
        assert found.contains(0)
        assert found.upper() >= 0.5 * (math.sqrt(2) if kind is ComplexBalls else 1)
