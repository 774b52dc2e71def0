"""The formulas of dai2018_tails: by hand, by independent integration, by differences, and by brute force."""

import math
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats
import torch
from flint import ctx

from reference.arithmetic.exact import Balls, balls, rationals
from reference.dai2018 import tails

POINTS = [(0, 1), (1, 2), (-3, 2), (2, 1), (0, 3), (8, 1), (1, 0), (3, 0), (-2, 0)]  # δ and τ, in halves
CENTRES, ROOT = rationals([0, 2, 3, 7]) / 2, rationals(3) / 4


def floats(x):
    return np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float)


def as_floats(x):
    return np.array(x.map(lambda b: float(b.mid())).bare() if isinstance(x, Balls) else x, dtype=float)


def mean(function, kinks=()):
    """Return E f(ε) by integrating between ±12 and the kinks."""
    ends = sorted([-12, *(k for k in kinks if -12 < k < 12), *np.linspace(-3, 3, 5), 12])
    weighted = lambda x: function(x) * scipy.stats.norm.pdf(x)  # noqa: E731
    return sum(scipy.integrate.quad(weighted, a, b)[0] for a, b in pairwise(ends))


def kinks(delta, tau, x=1.0):
    return [(s / x - delta) / tau for s in (-1, 1)] if tau else []


@pytest.mark.parametrize("lift", [floats, balls])
def test_expectations_of_residuals(lift):
    for point in POINTS:
        delta, tau = rationals(point) / 2
        d, t = floats(delta), floats(tau)
        excess = mean(lambda e: math.log(max(1, (d + t * e) ** 2)), kinks(d, t))  # noqa: B023
        cost = mean(lambda e: min(u2 / g + math.log(g) for u2 in [(d + t * e) ** 2] for g in [max(1, u2)]), kinks(d, t))  # noqa: B023
        np.testing.assert_allclose(as_floats(tails.expected_log_excess(lift(delta), lift(tau))), excess, atol=1e-9)
        np.testing.assert_allclose(as_floats(tails.expected_residual_cost(lift(delta), lift(tau))), cost, atol=1e-9)


@pytest.mark.parametrize("lift", [floats, balls])
def test_slopes_and_their_derivatives(lift):
    x, delta, tau = rationals([1, 4, 6]) / 2, rationals(3) / 4, rationals(5) / 4
    slope = as_floats(tails.mean_slope(lift(x), lift(delta), lift(tau)))
    for value, y in zip(slope, floats(x), strict=True):
        by_sum = mean(lambda e: tails.clipped_reciprocal(np.array(y * (0.75 + 1.25 * e))), kinks(0.75, 1.25, y))  # noqa: B023
        assert value == pytest.approx(by_sum, abs=1e-9)
    step = rationals(1) / 1024
    up, down = (as_floats(tails.mean_slope(lift(x), lift(delta + s * step), lift(tau))) for s in (1, -1))
    np.testing.assert_allclose(
        as_floats(tails.mean_slope_derivative(lift(x), lift(delta), lift(tau))), (up - down) * 512, atol=1e-5
    )
    odd = as_floats(tails.mean_slope(lift(x), lift(-delta), lift(tau)))
    np.testing.assert_allclose(odd, -slope, rtol=1e-12)  # the slope is odd in δ, as the refutation uses


def test_clipped_reciprocal_is_half_the_derivative_of_the_cost():
    exact = tails.clipped_reciprocal(rationals([-4, -2, -1, 0, 1, 2, 4]) / 2)
    assert exact.tolist() == (rationals([-2, -4, -2, 0, 2, 4, 2]) / 4).tolist()
    u = np.array([-3.0, -1.5, -0.5, 0.0, 0.25, 0.9, 2.0])
    cost = lambda v: v**2 / np.maximum(1, v**2) + np.log(np.maximum(1, v**2))  # noqa: E731
    np.testing.assert_allclose(tails.clipped_reciprocal(u), (cost(u + 1e-5) - cost(u - 1e-5)) / 4e-5, atol=1e-8)


@pytest.mark.long
def test_rank_one_cost_is_the_least_over_variances():
    """Eq. (45) with a variance found by search at every z."""
    x, w, mu, sigma, root = np.array([1.0, -0.5]), np.array([0.5, 2.0]), 0.7, 0.6, 0.4
    total = sigma**2 - math.log(sigma**2) + mu**2
    for target, slope in zip(x, w, strict=True):

        def at(e, target=target, slope=slope):
            square = (target - slope * (mu + sigma * e)) ** 2
            grid = np.exp(np.linspace(math.log(root**2), 8, 4001))
            return (square / grid + np.log(grid)).min()

        points = np.arange(-8, 8, 1 / 32)
        total += sum(at(e) * scipy.stats.norm.pdf(e) for e in points) / 32
    value = tails.rank_one_cost(x, w, np.array(mu), np.array(sigma), np.array(root))
    assert value == pytest.approx(total, abs=1e-3)
    exact = [rationals(v) / 10 for v in ([10, -5], [5, 20], 7, 6, 4)]
    np.testing.assert_allclose(as_floats(tails.rank_one_cost(*map(balls, exact))), value, rtol=1e-10)


def test_the_cost_of_a_wider_decoder_is_that_of_its_columns():
    """κ = 1 is ``rank_one_cost``; Σ_z = SSᵀ and turned latents are the same; a latent of a zero column adds its KL."""
    x, w, mu, sigma, root = np.array([1.0, -0.5]), np.array([[0.5], [2.0]]), np.array([0.7]), np.array([[-0.6]]), 0.4
    root = np.array(root)
    one = tails.free_variance_cost(x, w, mu, sigma, root)
    assert one == pytest.approx(tails.rank_one_cost(x, w[:, 0], mu[0], np.array(0.6), root))
    wide, codes, spread = np.hstack([w, 0 * w]), np.array([0.7, 0.3]), np.array([[0.6, 0], [0.2, 0.5]])
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    value = tails.free_variance_cost(x, wide, codes, spread, root)
    assert value == pytest.approx(one + 0.3**2 + 0.2**2 + 0.5**2 - math.log(0.5**2))
    assert value == pytest.approx(tails.free_variance_cost(x, wide @ turn.T, turn @ codes, turn @ spread @ turn, root))


@pytest.mark.parametrize("t", [0.8, -1.7])
def test_slopes_are_the_derivatives_of_the_cost_at_parallel_decoders(t):
    """∂/∂w_j at w = tx is −(2/t√α)[(1 − √αδ)F_j − √ατ²∂F_j], where the refutation of Theorem 4 starts."""
    x, mu, sigma, root = np.array([1.0, 2.0]), np.array(0.6), np.array(0.5), np.array(0.3)
    delta, tau = (1 - t * mu) / root, abs(t) * sigma / root
    slope, derivative = tails.mean_slope(x, delta, tau), tails.mean_slope_derivative(x, delta, tau)
    closed = -2 / (t * root) * ((1 - root * delta) * slope - root * tau**2 * derivative)
    for j, step in enumerate(1e-5 * np.eye(2)):
        up, down = (tails.rank_one_cost(x, t * x + s * step, mu, sigma, root) for s in (1, -1))
        assert (up - down) / 2e-5 == pytest.approx(closed[j], abs=1e-6)


@pytest.mark.long
def test_the_best_decoder_is_not_parallel_to_the_sample():
    """A numerical minimum of the cost, from the best parallel decoder: lower, and bent. What Theorem 4 denies."""
    x, root = np.array([0.2, 1.0]), np.array(0.3)
    cost = lambda w, mu, extra: float(  # noqa: E731
        tails.rank_one_cost(x, np.asarray(w), np.array(mu), root + abs(np.array(extra)), root)
    )
    options = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 150}
    parallel = scipy.optimize.minimize(
        lambda p: cost(p[0] * x, *p[1:]), [1.0, 1.0, 0.0], method="Nelder-Mead", options=options
    )
    start = [*(parallel.x[0] * x), *parallel.x[1:]]
    free = scipy.optimize.minimize(lambda p: cost(p[:2], *p[2:]), start, method="Nelder-Mead", options=options)
    assert free.fun < parallel.fun - 1e-3
    assert abs(free.x[1] / free.x[0] - 5) > 0.3


def test_regions_and_cross_terms_by_hand():
    eps, two, four = rationals([3, -4]), rationals(2), rationals(4)
    assert tails.is_outside(eps, four, rationals(10)).item() == 0  # ‖2ε‖ = 10 is not > 10
    assert tails.is_outside(eps, four, rationals(10) - 1).item() == 1
    assert tails.is_outside(eps, two, rationals(8)).item() == 0  # √2·5 < 8 < 2·5
    Psi = rationals([[1, 2], [0, 1], [3, 0]])
    assert tails.cross_term(eps, rationals([1, 1]), Psi).item() == 3 * (3 - 8) + (-4) + 3 * 9


@pytest.mark.parametrize("lift", [floats, balls])
def test_quantisation_probabilities_by_brute_force(lift):
    centres, root = floats(CENTRES), floats(ROOT)
    z = np.arange(-8, 8, 1 / 4096) + 1 / 8192
    weights = scipy.stats.norm.pdf(z) / 4096
    nearest = np.abs((centres[:, None] + root * z)[..., None] - centres).argmin(-1)
    wanted = np.array([[weights[row == k].sum() for k in range(4)] for row in nearest])
    found = as_floats(tails.quantisation_probabilities(lift(CENTRES), lift(ROOT)))
    np.testing.assert_allclose(found, wanted, atol=2e-4)
    np.testing.assert_allclose(found.sum(-1), 1)
    wrong = as_floats(tails.misquantisation(lift(CENTRES), lift(ROOT)))
    np.testing.assert_allclose(wrong, 1 - found.diagonal(), atol=1e-14)


@pytest.mark.parametrize("lift", [floats, balls])
def test_nothing_is_beyond_the_outer_cells_wherever_their_centres_are(lift):
    """The first centre is 0 less one unit here, and below it nothing is missed."""
    wrong = as_floats(tails.misquantisation(lift(rationals([-1, 1])), lift(rationals(1) / 2)))
    np.testing.assert_allclose(wrong, [scipy.stats.norm.sf(2)] * 2, rtol=1e-12)


@pytest.mark.parametrize("lift", [floats, balls])
def test_the_cost_of_a_quantiser_by_brute_force(lift):
    """Eq. (88) summed over a fine grid of ε, with the decoder x^{(h(z))}."""
    X, a, root, log_lam = rationals([[0, 1, 3], [1, -1, 2]]), rationals([1, 1]) / 2, rationals(1) / 2, rationals(-1) / 4
    data, centres = floats(X)[:, [1, 0, 2]], np.array([0, 0.5, 2.5])  # ascending in aᵀx
    z = np.arange(-8, 8, 1 / 1024) + 1 / 2048
    total = 0.0
    for i in range(3):
        decoded = data[:, np.abs((centres[i] + 0.5 * z)[:, None] - centres).argmin(-1)]
        error = (((data[:, i, None] - decoded) ** 2).sum(0) * scipy.stats.norm.pdf(z)).sum() / 1024
        total += error / math.exp(-0.25) + 2 * -0.25 + 0.25 - math.log(0.25) + centres[i] ** 2
    arguments = [lift(v) for v in (X[:, [1, 0, 2]], a, root, log_lam)]
    assert as_floats(tails.quantiser_cost(*arguments)) == pytest.approx(total, abs=2e-2)


@pytest.mark.parametrize(
    "name", ["expected_log_excess", "expected_residual_cost", "mean_slope", "mean_slope_derivative"]
)
def test_the_growth_that_is_stated_bounds_the_integrand(name, monkeypatch):
    met = []
    monkeypatch.setattr(tails, "gaussian_mean", lambda *given: met.append(given) or 0.0)
    for delta, tau in ((0.0, 0.125), (0.5, 4.0), (-3.0, 0.25), (20.0, 30.0), (0.0, 50.0)):
        x = [2.0] if name.startswith("mean") else []
        getattr(tails, name)(*map(np.asarray, (*x, delta, tau)))
        pieces, cuts, growth = met.pop()
        for point in np.linspace(-12, 12, 481):
            piece = pieces[sum(point > cut for cut in cuts)]
            assert abs(piece(point, math.log)) <= growth * (1 + point**2) * (1 + 1e-12)


def test_distances_by_hand():
    assert tails.largest_quantisation_error(torch.tensor([[0.0, 3, 1], [0, 4, -1]])) == 29
    assert tails.largest_quantisation_error(rationals([[3], [4]])).item() == 0  # of one sample there is none
    assert tails.half_least_distance(np.array([[0, 1, 5, 6.5], [0, 4, 7, 7.5]])).tolist() == [0.5, 0.25]
    assert tails.half_least_distance(CENTRES).item() == rationals(1).item() / 4
    assert tails.largest_quantisation_error(rationals([[0, 3, 1], [0, 4, -1]])).item() == 29


def test_at_few_bits_an_expectation_is_not_wrong():
    x, delta, tau = rationals([3, 6, 1]) / 3, rationals([2, 15, 0]) / 6, rationals([7, 6, 28]) / 14
    for function in (
        tails.expected_log_excess,
        tails.expected_residual_cost,
        tails.mean_slope,
        tails.mean_slope_derivative,
    ):
        arguments = (delta, tau) if "mean" not in function.__name__ else (x, delta, tau)
        with ctx.workprec(120):
            truth = function(*map(balls, arguments)).bare()
        for bits in (3, 5, 8, 12):
            with ctx.workprec(bits):
                found = function(*map(balls, arguments)).bare()
            assert all(ball.overlaps(true) for ball, true in zip(found, truth, strict=True) if ball.is_finite())
            assert bits < 12 or all(ball.is_finite() and ball.rad() < 0.5 for ball in found)


@pytest.mark.parametrize("lift", [floats, balls])
def test_a_deviation_counts_by_its_size(lift):
    delta, tau = lift(rationals([1, 3, -2])), lift(rationals([2, 1, 4])) / 3
    for function in (tails.expected_log_excess, tails.expected_residual_cost):
        np.testing.assert_allclose(as_floats(function(delta, -tau)), as_floats(function(delta, tau)), rtol=1e-7)
        assert np.isfinite(as_floats(function(delta, tau))).all()
