"""The limits of the cost of dai2018 for one sample, and its cost for two variances, by quadrature and search."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats

from reference.arithmetic.exact import balls, rationals
from reference.dai2018 import candidate, one_sample, tails


def mean(function, breaks=()):
    """Return E f(ε) by quadrature between breaks."""
    cuts = [-12, *sorted(b for b in breaks if abs(b) < 12), 12]
    integrand = lambda e: function(e) * scipy.stats.norm.pdf(e)  # noqa: E731
    return sum(scipy.integrate.quad(integrand, *pair)[0] for pair in pairwise(cuts))


@pytest.mark.parametrize("tau", [0.3, 1.0, 5.0])
def test_clipped_squares_and_the_bend(tau):
    breaks = (-1 / tau, 1 / tau)
    first = mean(lambda e: min(1, (tau * e) ** 2), breaks)
    second = mean(lambda e: e**2 * min(1, (tau * e) ** 2), breaks)
    np.testing.assert_allclose(one_sample.clipped_square_means(np.array(tau)), (first, second), rtol=1e-9)
    assert one_sample.bend(np.array(tau)) == pytest.approx(second / (3 * first) - 1)
    exact = rationals(int(10 * tau)) / 10
    assert float(one_sample.bend(balls(exact)).bare().mid()) == pytest.approx(second / (3 * first) - 1)


@pytest.mark.parametrize("x", [[1.0, 2.0], [0.3, 0.5]])
def test_the_profile_is_the_limit_of_the_cost(x):
    """At w = min(1, s)x, and σ²/α = max(1, s²), where s = 0.8 or 2; and no other (w, μ, σ) along x is better."""
    x, root = np.array(x), np.array(1e-4)
    for s in (0.8, 2.0):
        scale = min(1, s)
        cost = tails.rank_one_cost(x, scale * x, np.array(1 / scale), root * max(1, s), root)
        limit = one_sample.limit_profile(x, np.array(s)) + (len(x) - 1) * np.log(root**2)
        assert cost == pytest.approx(limit, abs=1e-6)
    best = scipy.optimize.minimize_scalar(
        lambda s: float(one_sample.limit_profile(x, np.array(s))), bounds=(0.05, 20), method="bounded"
    ).x
    assert min(1, best**2) * one_sample.clipped_square_means(best * x)[0].sum() == pytest.approx(1, abs=1e-4)


def test_a_decoder_of_two_variances():
    x, w, mu, sigma, cut, below, above = 0.5, -0.7, 0.3, 0.8, 0.1, 0.2, 1.5

    def at(e):
        z = mu + sigma * e
        variance = below if z < cut else above
        return np.log(variance) + (x - w * z) ** 2 / variance

    value = one_sample.two_variances_cost(*map(np.array, (x, w, mu, sigma, cut, below, above)))
    expected = mean(at, ((cut - mu) / sigma,)) + sigma**2 - np.log(sigma**2) + mu**2
    assert value == pytest.approx(expected)


def test_a_spare_latent_separates_codes():
    """By quadrature over the spare latent; the others are integrated exactly, as they do not move the cells."""
    U, V, alpha, spread = np.array([[1.0], [-2.0]]), np.array([[0.5, 0.5, -1.0]]), 0.1, 0.3
    S = np.array([[0, 1.5, 0], [0, 0, -2.0]])
    variances, total = np.where(S != 0, 1, alpha), (V**2).sum() + 0 + 1 + 4
    for i in range(3):

        def at(e, i=i):
            variance = variances[:, min(2, max(0, round(i + spread * e)))]
            return ((S[:, i] ** 2 + alpha * U[:, 0] ** 2) / variance + np.log(variance)).sum()

        total += mean(at, [(k + 0.5 - i) / spread for k in range(2)])
        total += alpha - np.log(alpha) + spread**2 - np.log(spread**2)
    value = candidate.separated_cost(U, V, S, np.array(alpha), np.array(spread))
    assert value == pytest.approx(total, rel=1e-6)
