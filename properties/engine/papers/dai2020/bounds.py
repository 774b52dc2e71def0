"""Wrong statements about the bounds of App. C: the domains of its claims refute each of them."""

import pytest

from properties.dai2020.claims import quadratic_bounds
from properties.engine.helpers.claims import body_of, refuted
from reference.arithmetic import nonzero
from verify import less


def rises(f, u, v, u0, v0):
    less(0, f.gradient(u0, v0)[1])


def is_above_its_value_at_zero(f, u, v, u0, v0):
    less(f.value(u0, 0 * v0), f.value(u0, v0))


@pytest.mark.parametrize("wrong", [rises, is_above_its_value_at_zero])
def test_functions_that_do_not_rise_and_points_at_zero_are_among_those_of_eq_20(wrong, monkeypatch):
    monkeypatch.setattr(quadratic_bounds, "attack_bound", wrong)
    assert refuted(body_of(quadratic_bounds.test_monotone_functions_stay_below_the_refined_bound))


def test_a_reduced_cost_that_is_wrong_without_a_quadratic_term_is_refuted(monkeypatch):
    """By 1 for every c_j = 0 of eq. (33)."""
    right = quadratic_bounds.reduced_cost
    monkeypatch.setattr(
        quadratic_bounds, "reduced_cost", lambda w, y, c, *rest: right(w, y, c, *rest) + (1 - nonzero(c)).sum()
    )
    assert refuted(body_of(quadratic_bounds.test_least_scaled_cost))
