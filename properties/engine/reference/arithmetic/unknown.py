"""What has no order, or is unknown, stays so; and a branch that is not taken does no harm."""

import warnings

import numpy as np
import pytest
import torch
from flint import arb

from properties.engine.helpers.arithmetics import LIFTS, encloses, floats
from reference import arithmetic as a
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.lanes import Lanes, stack, unstack
from reference.dai2018.minima import discarded_excess, minimum, optimal_variance
from reference.dai2018.tails import expected_log_excess
from reference.dai2020 import learned_minimum, soft_threshold_moments
from reference.gaussian import kl_divergence, norm_tail
from reference.gaussian.integrals import gaussian_mean

LIFTED = LIFTS | {"lanes": lambda x: unstack(np.stack([floats(x)] * 2))}
VECTOR = rationals([-1, 2, 3])


@pytest.mark.parametrize("lift", LIFTED)
def test_a_minimum_of_sorted_numbers_refuses_another_order(lift):
    up, down, lam = (LIFTED[lift](rationals(x)) for x in ([1, 2, 3], [3, 2, 1], 1))
    lam = np.float64(1) if lift == "numpy" else lam
    for function in (
        lambda ell: discarded_excess(ell, lam, 2),
        lambda ell: optimal_variance(ell, 1),
        lambda ell: minimum(ell, lam, 1),
        lambda ell: learned_minimum(ell, 1),
    ):
        if lift == "lanes":
            assert np.isnan(stack(function(up))[0]).all()
            assert np.isfinite(stack(function(down))[0]).all()
            continue
        with pytest.raises(a.OutsideDomain, match="descend"):
            function(up)
        try:
            function(down)
        except Irrational:
            assert lift == "exact"


def test_what_is_unknown_stays_unknown_when_it_is_sorted():
    x = Balls.of(np.array([[arb(3), arb.nan(), arb(1)], [arb(1), arb(2), arb(3)]], dtype=object))
    order = a.sort_descending(x)
    assert all(ball.is_nan() for ball in order[0].bare())
    assert encloses(order[1], [3, 2, 1], 1e-9)
    values = stack(a.sort_descending(unstack(np.array([[3.0, np.nan, 1], [1, 2, 3]]))))[0]
    assert np.isnan(values[0]).all()
    assert values[1].tolist() == [3, 2, 1]


def test_signs_that_cancel_are_still_outside():
    negative, one = balls(rationals([-1])), balls(rationals(-1))
    assert kl_divergence(0 * negative, negative, one).bare().is_nan()
    assert kl_divergence(0 * negative, -negative, -one).bare() == 0
    for n in (1, 2, 3, 4):
        assert norm_tail(n, one).bare().is_nan()
        assert not torch.isfinite(norm_tail(n, torch.tensor(-1.0)))
        assert norm_tail(n, 0 * one).bare().contains(1)
    assert np.isnan(gaussian_mean([lambda x, log: 1] * 3, [1.0, -1.0], 1.0))
    assert gaussian_mean([lambda x, log: 1] * 3, [-1.0, 1.0], 1.0) == pytest.approx(1)


def test_a_standard_deviation_counts_by_its_size():
    for lift in (balls, floats):
        mean, deviation, alpha = (lift(rationals([x])) for x in (1, 2, 1))
        moments = [soft_threshold_moments(mean, s, alpha).second[0] for s in (deviation, -deviation)]
        excesses = [expected_log_excess(mean, s)[0] for s in (deviation, -deviation)]
        for up, down in (moments, excesses):
            assert up.bare().overlaps(down.bare()) if lift is balls else up == pytest.approx(down)


@pytest.mark.parametrize("lift", ["balls", "lanes", "numpy", "torch"])
def test_a_branch_that_is_not_taken_does_no_harm_outside_its_domain(lift):
    x = LIFTED[lift](rationals([-1, 4]))
    for function in (a.log, a.sqrt, lambda x: 1 / (x - x) + x):
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            value = a.where(a.greater(x, 5), function(x), 0 * x + 7)
        plain = stack(value)[0][0] if isinstance(value, Lanes) else value
        assert [float(v.mid()) if isinstance(v, arb) else float(v) for v in getattr(plain, "bare", plain.tolist)()] == [
            7,
            7,
        ]


def test_a_mask_of_plain_truth_values_chooses_in_every_arithmetic():
    mask = np.array([True, False, True])
    for lift, lifted in LIFTED.items():
        chosen = a.where(torch.tensor(mask) if lift == "torch" else mask, lifted(VECTOR), 5 * lifted(VECTOR))
        plain = stack(chosen)[0][0] if isinstance(chosen, Lanes) else chosen
        assert [
            float(arb(v)) if lift in ("balls", "exact") else float(v) for v in getattr(plain, "bare", plain.tolist)()
        ] == [-1, 10, 3]
