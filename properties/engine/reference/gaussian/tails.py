"""Gaussian tails: against SciPy in floats and torch, by differentiation in SymPy, and without underflow in balls."""

import numpy as np
import pytest
import scipy.stats
import sympy
import torch
from flint import ctx

from reference.arithmetic import erfc
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.gaussian import density, norm_tail, upper_moments, upper_tail

POINTS = rationals([-9, 0, 1, 3, 27, 80]) / 3


def floats(x):
    return np.array(
        x.map(lambda ball: float(ball.mid()) if isinstance(x, Balls) else int(ball.p) / int(ball.q)).bare(),
        dtype=float,
    )


@pytest.mark.parametrize("lift", [floats, balls, lambda x: torch.tensor(floats(x))], ids=["numpy", "balls", "torch"])
def test_tails_and_moments_are_those_of_scipy(lift):
    x = floats(POINTS)
    wanted = scipy.stats.norm.sf(x), scipy.stats.norm.pdf(x), scipy.stats.norm.sf(x) + x * scipy.stats.norm.pdf(x)
    for moment, value in zip(upper_moments(lift(POINTS)), wanted, strict=True):
        found = floats(moment) if isinstance(moment, Balls) else np.asarray(moment)
        np.testing.assert_allclose(found, value, rtol=1e-12)


def test_the_tail_of_the_norm_is_that_of_chi_square():
    t = rationals([1, 4, 18, 300]) / 4
    for n in range(1, 8):
        np.testing.assert_allclose(norm_tail(n, floats(t)), scipy.stats.chi2.sf(floats(t), n), rtol=1e-12)
        np.testing.assert_allclose(floats(norm_tail(n, balls(t))), scipy.stats.chi2.sf(floats(t), n), rtol=1e-12)


def test_of_no_length_the_tail_is_all_and_of_a_negative_one_there_is_none():
    for n in range(1, 6):
        with np.errstate(invalid="ignore"):
            found = norm_tail(n, np.array([0.0, -1.0]))
        np.testing.assert_array_equal(found, [1, np.nan])


def test_moments_have_the_derivatives_of_their_integrals():
    x = sympy.Symbol("x", real=True)
    phi = sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)
    assert sympy.simplify(density(np.array([x], dtype=object))[0] - phi) == 0
    for power, moment in enumerate(upper_moments(np.array([x], dtype=object))):
        assert sympy.simplify(sympy.diff(moment[0], x) + x**power * phi) == 0
        assert sympy.limit(moment[0], x, sympy.oo) == 0


def test_a_tail_keeps_its_relative_accuracy_where_floats_underflow():
    far = balls(rationals(2**20)) / balls(rationals(3))  # a ball with a radius
    tail = upper_tail(far)
    assert (tail / tail).bare().rad() < 1e-3
    assert abs(float(tail.bare().log().mid()) / scipy.stats.norm.logsf(2**20 / 3) - 1) < 1e-12


def test_erfc_encloses_the_values_over_a_wide_ball():
    wide = Balls.of(balls(rationals(-1)).bare().union(balls(rationals(2)).bare()))
    for point in (-1, 0, 2):
        assert erfc(wide).bare().contains(erfc(balls(rationals(point))).bare())


def test_a_tail_is_no_rational_number():
    with pytest.raises(Irrational, match="erfc"):
        erfc(POINTS)


def test_at_few_bits_a_tail_is_not_wrong():
    for function in (
        upper_tail,
        density,
        lambda x: upper_moments(x)[2],
        *(lambda x, n=n: norm_tail(n, x * x) for n in (4, 5)),
    ):
        with ctx.workprec(200):
            truth = function(balls(POINTS)).bare()
        for bits in (3, 4, 6, 10):
            with ctx.workprec(bits):
                found = function(balls(POINTS)).bare()
            assert all(ball.overlaps(true) for ball, true in zip(found, truth, strict=True) if ball.is_finite())
