"""The closest matrices of rank one by another way, and the cost that grows along them for Corollary 5 of dai2018."""

from fractions import Fraction

import numpy as np
import pytest

from properties.dai2018.claims.moving_codes import cross, order_along_the_cross
from reference.arithmetic.exact import balls, rationals
from reference.dai2018 import robust
from reference.dai2018.rank_one import closest_of_rank_one

CROSS = [[1, 1, 1, 1], *([1, 0, 0, 0],) * 4]
"""Of the certificate: 5 × 4."""


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (3, 2), (2, 4), (3, 3)])
def test_the_closest_of_rank_one_is_that_of_an_exhaustive_search(shape):
    rng = np.random.default_rng(0)
    for _ in range(60):
        X = rationals(rng.integers(-1, 2, shape) * rng.choice([1, 1, 2], shape))
        supports, only = robust._fewest_changes(X, 1)
        fewest, L = closest_of_rank_one(X)
        assert fewest == int(supports[0].sum())
        assert (L is None) == (only is None)
        assert L is None or bool((only == L).all())


def test_the_closest_of_rank_one_in_larger_matrices():
    X = rationals(CROSS)
    fewest, L = closest_of_rank_one(X)
    assert fewest == 3
    assert bool((rationals([[row[0], 0, 0, 0] for row in CROSS]) == L).all())
    assert closest_of_rank_one(X.mT)[0] == 3
    assert closest_of_rank_one(rationals([[2, 4, 6, 0], [1, 2, 3, 0], [-1, -2, 7, 1], [5, 10, 15, 0]]))[0] == 2
    assert closest_of_rank_one(balls(X))[0] == 3
    nothing, zero = closest_of_rank_one(rationals(np.zeros((2, 3), dtype=int)))
    assert (nothing, bool((zero == 0).all())) == (0, True)
    assert closest_of_rank_one(rationals([[1, 0], [0, 1]])) == (1, None)


def test_the_order_is_that_of_the_cost_as_alpha_vanishes():
    """Σ log ξ_α(r²) for α = 2⁻²⁰⁰ and 2⁻⁴⁰⁰, in floats: the difference of the costs, over that of the logarithms."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        d, n = rng.integers(1, 6), rng.integers(1, 5)
        w, mu, i, j = rng.integers(-1, 3, d), rng.integers(-1, 3, n), rng.integers(d), rng.integers(n)
        R = rng.integers(-1, 2, (d, n)) * (rng.random((d, n)) < 0.3)
        X = cross(w, mu, i, j) + R
        costs = []
        for root in (2.0**-100, 2.0**-200):
            W, M = w.astype(float), root * mu
            W[i], M[j] = W[i] / root, mu[j]
            # rounding may not blur what is exactly 0 in exact arithmetic
            residual = R - np.outer(W, M) + cross(w, mu, i, j)
            costs.append(np.log(np.maximum(residual**2, root**2)).sum())
            assert residual.shape == X.shape
        order = (costs[1] - costs[0]) / (-200 * np.log(2))
        found = order_along_the_cross(*map(rationals, (w, mu, R)), i, j)
        assert order == pytest.approx(float(Fraction(str(found.item()))), abs=0.1)


def test_the_certificate_is_of_a_unique_solution_of_rank_one(registry):
    X = rationals(CROSS)
    best = closest_of_rank_one(X)
    assert int(np.array(X != 0).sum()) > X.shape[1] + best[0] < 2 * X.shape[1]
    assert registry["dai2018/corollary-5.minimisers"].certificate_file.is_file()
