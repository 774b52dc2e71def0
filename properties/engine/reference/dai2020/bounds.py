"""The formulas of dai2020's App. C: independent derivations and values by hand."""

import math

import numpy as np
import pytest
import scipy.optimize

from properties.dai2020.proofs import quadratic_bounds as bound_proofs
from reference.dai2020 import bounds as dai2020_bounds

RNG = np.random.default_rng(0)
GRID = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0]


@pytest.mark.parametrize("v", GRID)
@pytest.mark.parametrize(("v0", "slope", "lip"), [(1.5, 0.5, 2.0), (0.5, 3.0, 2.0), (1.0, 2.0, 2.0), (2.0, 0.0, 1.0)])
def test_bound_term_is_the_running_minimum_of_the_parabola(v, v0, slope, lip):
    """The flat part of g is where the parabola falls: g(v) is the minimum of the parabola over [v, ∞)."""
    right = v + np.linspace(0, 8, 8001)
    parabola = (right - v0) * slope + lip / 2 * (right - v0) ** 2
    g = dai2020_bounds.bound_term(*map(np.asarray, (v, v0, slope, lip)))
    assert math.isclose(g, parabola.min(), abs_tol=1e-5)


@pytest.mark.parametrize(("v0", "slope", "lip"), [(1.5, 0.5, 2.0), (0.5, 3.0, 2.0), (1.0, 2.0, 2.0), (2.0, 0.0, 1.0)])
def test_interpolation_is_the_even_quadratic_through_two_values(v0, slope, lip):
    """g^appr is the quadratic without a linear term that agrees with g at 0 and at ṽ."""
    arguments = [np.asarray(x) for x in (v0, slope, lip)]
    low, high = (dai2020_bounds.bound_term(np.asarray(v), *arguments) for v in (0.0, v0))
    for v in GRID:
        value = dai2020_bounds.interpolation(np.asarray(v), *arguments)
        assert math.isclose(value, low + (high - low) * v**2 / v0**2, abs_tol=1e-12)


def test_upper_bound_by_hand():
    """One coordinate with each branch: f = 5, a linear term in u, and g = −δ²/(2L) = −1/6 and 0."""
    u, u0, in_u = np.array([4.0, 1.0]), np.array([1.0, 1.0]), np.array([0.5, 7.0])
    v, v0, in_v = np.array([0.25, 2.0]), np.array([2.0, 2.0]), np.array([1.0, 1.0])
    bound = dai2020_bounds.upper_bound(np.asarray(5.0), in_u, in_v, u, v, u0, v0, np.asarray(3.0))
    assert bound == pytest.approx(5 + (3 * 0.5 + 1.5 * 9) - 1 / 6)


def test_scaled_cost_is_the_quadratic_model_of_the_energy():
    """Eq. (32) differs by a constant in (m, s) from [(u − ũ)·∇_u f + (L/2)‖u − ũ‖² + Σ c v²]/γ + ‖m‖² + ‖s‖² − log s²,
    with u = wm and v = ws: the terms of eq. (29).
    """
    w, lip, gamma = 0.75, 3.0, 0.5
    u0, in_u, c = np.array([0.5, -1.0]), np.array([2.0, 0.25]), np.array([0.5, 2.0])

    def model(m, s):
        u = w * m
        data = ((u - u0) * in_u + lip / 2 * (u - u0) ** 2 + c * (w * s) ** 2).sum()
        return data / gamma + (m**2 + s**2 - np.log(s**2)).sum()

    gaps = set()
    for _ in range(4):
        m, s = RNG.normal(size=2), RNG.uniform(0.2, 2, size=2)
        cost = dai2020_bounds.scaled_cost(w, m, s**2, u0, in_u, c, lip, gamma)
        gaps.add(round(float(cost - model(m, s)), 10))
    assert len(gaps) == 1


def test_optimal_moments_minimise_the_scaled_cost_and_reduce_it():
    """By a search over m and log s²; and eq. (33) is that minimum but for a constant in w."""
    lip, gamma, gaps = np.asarray(3.0), np.asarray(0.5), []
    u0, in_u, c = np.array([0.5, -1.0]), np.array([2.0, 0.25]), np.array([0.5, 2.0])
    for w in (np.asarray(0.75), np.asarray(0.25)):

        def cost(p, w=w):
            return dai2020_bounds.scaled_cost(w, p[:2], np.exp(p[2:]), u0, in_u, c, lip, gamma)

        found = scipy.optimize.minimize(cost, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
        means, variances = dai2020_bounds.optimal_moments(w, u0, in_u, c, lip, gamma)
        np.testing.assert_allclose(np.append(means, np.log(variances)), found, atol=1e-6)
        y = dai2020_bounds.misfit(u0, in_u, lip)
        gaps.append(cost(np.append(means, np.log(variances))) - dai2020_bounds.reduced_cost(w, y, c, lip, gamma))
    assert math.isclose(*gaps, abs_tol=1e-12)


def test_reduced_cost_by_hand():
    """L = 2, so β = 1: y = (½·2)(3 − 4/2)² = 1, and 1/(2 + ¼) + log(2 + 3/4) at w = ½, γ = 2, c = 3."""
    y = dai2020_bounds.misfit(np.array([3.0]), np.array([4.0]), 2.0)
    assert y.tolist() == [1.0]
    cost = dai2020_bounds.reduced_cost(0.5, y, np.array([3.0]), 2.0, np.asarray(2.0))
    assert math.isclose(cost, 1 / 2.25 + math.log(2.75))
    slope = dai2020_bounds.reduced_slope(0.5, y, np.array([3.0]), 2.0, np.asarray(2.0))
    assert math.isclose(slope, -1 / 2.25**2 + 3 / 2.75)


@pytest.mark.parametrize(("name", "proof"), [
    ("reduced_slope", bound_proofs.prove_reduced_slope),
    ("misfit", bound_proofs.prove_reduced_cost),
    ("interpolation", bound_proofs.prove_bound_minima),
    ("bound_term", bound_proofs.prove_bound_minima),
    ("upper_bound", bound_proofs.prove_refined_bound),
])  # fmt: skip
def test_proofs_fail_for_other_formulas(monkeypatch, name, proof):
    """A formula that is off by the product of its first and its last argument no longer passes its proof."""
    formula = getattr(bound_proofs, name)

    def other(*arguments):
        return formula(*arguments) - np.sum(arguments[0] * arguments[-1])

    monkeypatch.setattr(bound_proofs, name, other)
    with pytest.raises(AssertionError):
        proof()
