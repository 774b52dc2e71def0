"""The candidate solution of Theorem 4 of dai2018, and its cost: quadrature, literal values, every arithmetic alike."""

from itertools import pairwise, product

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import torch

from properties.engine.helpers.slow import thinned
from reference.arithmetic.exact import balls, rationals
from reference.dai2018 import candidate

NODES = [(-np.sqrt(3), 1 / 6), (0.0, 2 / 3), (np.sqrt(3), 1 / 6)]
"""Of a rule that is exact for the squares of coordinates along which the cells do not change."""


def floats(x):
    return np.array([float(v.p) / float(v.q) for v in np.ravel(x.array)]).reshape(x.shape)


def draw_candidate(m, kappa=1):
    rng = np.random.default_rng([5, m])
    supports, offset = rng.integers(0, 2, (3, m)), rng.integers(-3, 4, (kappa - 1, 1))
    centres = np.concatenate([np.cumsum(rng.integers(1, 5, m))[None], offset + np.zeros((kappa - 1, m), dtype=int)])
    parts = (rng.integers(-4, 5, (3, kappa)), centres, 4 * supports)
    residuals = rng.integers(-4, 5, (2, 3, m)) * supports
    return [*(rationals(part) / 4 for part in (*parts, residuals)), rationals(1) / 16]


@pytest.mark.parametrize(("m", "kappa"), thinned([*product((1, 2, 3), repeat=2)], step=2, mark="long"))
def test_candidate_cost_integrates_the_definition(m, kappa):
    """Eq. (45) by Gauss's rule between the borders, with Σ_x = Λ^{(h(z))} found by an argmin at each z."""
    Psi, centres, supports, residuals, alpha = map(floats, draw_candidate(m, kappa))
    edges = (centres[0, 1:] + centres[0, :-1]) / 2
    places, shares = np.polynomial.legendre.leggauss(60)

    def mean(i, s, across):
        breaks = [-9, *sorted(b for b in (edges - centres[0, i]) / np.sqrt(alpha) if abs(b) < 9), 9]
        for low, high in pairwise(breaks):
            noise = (low + high + (high - low) * places) / 2
            z = centres[:, i, None] + np.sqrt(alpha) * np.stack([noise, *(e + 0 * noise for e in across)])
            nearest = ((z[..., None] - centres[:, None]) ** 2).sum(0).argmin(-1)
            variance = np.where(supports[:, nearest] == 0, alpha, 1)
            error = (Psi @ centres[:, i] + s)[:, None] - Psi @ z
            cost = (error**2 / variance + np.log(variance)).sum(0) * scipy.stats.norm.pdf(noise)
            yield (high - low) / 2 * shares @ cost

    cost = candidate.candidate_cost(Psi, centres, supports, residuals, alpha)
    for batch, value in zip(residuals, cost, strict=True):
        total = m * kappa * (alpha - np.log(alpha)) + (centres**2).sum()
        for i, rest in product(range(m), product(NODES, repeat=kappa - 1)):
            weight = np.prod([w for _, w in rest])
            total += weight * sum(mean(i, batch[:, i], [e for e, _ in rest]))
        assert value == pytest.approx(total, rel=1e-7)


@pytest.mark.parametrize("kappa", [1, 2, 3])
def test_the_cost_lies_in_its_bounds_and_the_bounds_meet(kappa):
    Psi, centres, supports, residuals, alpha = map(floats, draw_candidate(3, kappa))
    square = (np.diff(centres[0]).min() / 2) ** 2
    for level, close in ((alpha, False), (np.array(1e-4), True)):
        exact = candidate.candidate_cost(Psi, centres, supports, residuals[0], level)
        low, high = candidate.candidate_cost_bounds(Psi, centres, supports, residuals[0], level, np.array(square))
        assert low < exact < high or (close and low == pytest.approx(high, rel=1e-9) == exact)


@pytest.mark.parametrize("kappa", [1, 2])
def test_the_bounds_are_the_mean_within_a_ball_and_the_extremes_beyond_it(kappa):
    """By quadrature over the length of ε, whose direction is a sign or an angle: ψᵀε has the square ‖ψ‖²‖ε‖²/κ."""
    Psi, centres, supports, residuals, _ = map(floats, draw_candidate(3, kappa))
    alpha, square = np.array(0.25), np.array(0.5)
    density = [lambda s: 2 * scipy.stats.norm.pdf(s), lambda s: s * np.exp(-s * s / 2)][kappa - 1]
    low = high = 3 * kappa * (alpha - np.log(alpha)) + (centres**2).sum()
    for (j, i), r in np.ndenumerate(residuals[0]):
        variance, spread = 1.0 if supports[j, i] else alpha, alpha * (Psi[j] ** 2).sum() / kappa
        edge = np.sqrt(square / alpha)
        error = lambda s, r=r, spread=spread: (r**2 + spread * s * s) * density(s)  # noqa: E731
        inside, outside = (scipy.integrate.quad(error, *ends)[0] for ends in ((0, edge), (edge, 12)))
        mass = scipy.integrate.quad(density, 0, edge)[0]
        low += inside / variance + np.log(variance) * mass + np.log(alpha) * (1 - mass)
        high += inside / variance + np.log(variance) * mass + outside / alpha
    found = candidate.candidate_cost_bounds(Psi, centres, supports, residuals[0], alpha, square)
    assert found == pytest.approx((low, high), rel=1e-9)


def test_candidate_cost_of_a_wrong_support_is_of_order_one_over_alpha():
    """Eq. (66) at X = [1 1 1; 1 1 1; 1 1 0]: the three inliers are one, and Λ is right for two samples or for one."""
    Psi, centre, none = np.ones((3, 1)), np.ones((1, 1)), np.zeros((3, 1))
    outlier = np.array([[0.0], [0.0], [-1.0]])
    for alpha in np.array([1e-4, 1e-6]):
        first = sum(candidate.candidate_cost(Psi, centre, none, s, alpha) for s in (none, none, outlier))
        last = sum(candidate.candidate_cost(Psi, centre, outlier**2, s, alpha) for s in (none, none, outlier))
        assert first == pytest.approx(1 / alpha + 6 * np.log(alpha) + 9 + 3, rel=1e-9, abs=1e-2)
        assert last == pytest.approx(3 * np.log(alpha) + 6 + 1 + 3, abs=1e-2)  # (66): 5 log α + O(1)


@pytest.mark.parametrize("m", [1, 3])
def test_every_arithmetic_agrees(m):
    exact = draw_candidate(m, 2)
    expected = candidate.candidate_cost(*map(floats, exact))
    tensors = [torch.tensor(floats(x)) for x in exact]
    np.testing.assert_allclose(candidate.candidate_cost(*tensors), expected, rtol=1e-12)
    enclosed = candidate.candidate_cost(*map(balls, exact))
    np.testing.assert_allclose([float(b.mid()) for b in enclosed.bare()], expected, rtol=1e-12)


def test_the_fit_is_the_mean_over_a_rule_that_is_exact():
    Psi, _, supports, residuals, alpha = map(floats, draw_candidate(2, 2))
    variance, value = np.where(supports == 0, alpha, 1), 0
    for rest in product(NODES, repeat=2):
        noise, weight = np.array([[e] for e, _ in rest]), np.prod([w for _, w in rest])
        value = value + weight * ((residuals[0] - np.sqrt(alpha) * Psi @ noise) ** 2 / variance).sum(0)
    np.testing.assert_allclose(candidate.candidate_fit(Psi, supports, residuals[0], alpha), value, rtol=1e-12)
    many = np.stack([Psi, 2 * Psi, 0 * Psi])
    alone = [candidate.candidate_fit(each, supports, residuals[0], alpha) for each in many]
    np.testing.assert_allclose(candidate.candidate_fit(many, supports, residuals[0], alpha), alone, rtol=1e-12)
