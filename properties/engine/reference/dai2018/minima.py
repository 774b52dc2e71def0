"""The formulas of dai2018_minima: by hand, by other derivations, by automatic derivatives and against descent."""

from itertools import combinations, product
from random import Random

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch
from flint import fmpq

from properties.dai2018.claims.columns import spreading
from reference import dai2018
from reference.arithmetic import OutsideDomain, column_squared_norms, identity, nonzero_columns, rank, zeros
from reference.arithmetic.exact import Balls, balls, rationals
from reference.dai2018 import minima

SIZES = [(1, 1), (1, 3), (3, 1), (2, 2), (3, 2), (2, 4)]
"""Of d and κ."""
QUARTER_TURN = rationals([[3, -4], [4, 3]]) / 5
"""An orthogonal matrix without symmetry."""
COSTS = {
    "full": (minima.covariance_cost, minima.gradient, minima.curvature),
    "separable": (minima.separable_covariance_cost, minima.separable_gradient, minima.separable_curvature),
}


def exact(seed, *shape):
    draw = Random(seed)
    return rationals(np.array([fmpq(draw.randint(-6, 6), 4) for _ in range(int(np.prod(shape)))]).reshape(shape))


def floats(x):
    return np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float)


def tensors(x):
    return torch.tensor(floats(x))


def problem(d, kappa):
    """Return S, W, λ and a direction."""
    root = exact(d, d, d + 1)
    return root @ root.mT, exact(kappa + 10, d, kappa), rationals(3) / 2, exact(kappa + 20, d, kappa)


def same(a, b):
    return bool((a == b).all())


# --- costs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("d", "kappa"), SIZES)
def test_costs_are_those_of_the_data_divided_by_their_number(d, kappa):
    """Exactly, but for the logarithms: these are taken of the rational determinants."""
    X, b, W, lam = exact(1, d, 5), exact(2, d), exact(3, d, kappa), rationals(3) / 4
    S = minima.sample_covariance(X, b)
    assert same(S, sum((X[:, [i]] - b[:, None]) @ (X[:, [i]] - b[:, None]).mT for i in range(5)) / 5)
    assert same(5 * minima.data_fit(S, W, lam), dai2018.mahalanobis(X, W, b, lam))
    X, b, W, lam, S = map(floats, (X, b, W, lam, S))
    np.testing.assert_allclose(5 * minima.covariance_cost(S, W, lam), dai2018.cost(X, W, b, lam))
    np.testing.assert_allclose(5 * minima.separable_covariance_cost(S, W, lam), dai2018.separable_cost(X, W, b, lam))
    M = dai2018.decoder_covariance(W, lam)
    np.testing.assert_allclose(M, lam * np.eye(d) + np.einsum("ik,jk->ij", W, W))
    density = scipy.stats.multivariate_normal(b, M).logpdf(X.T).sum()
    np.testing.assert_allclose(dai2018.cost(X, W, b, lam), -2 * density - 5 * d * np.log(2 * np.pi))
    np.testing.assert_allclose(np.log(minima.decoder_determinant(W, lam)), dai2018.decoder_log_determinant(W, lam))
    np.testing.assert_allclose(np.log(minima.separable_determinant(W, lam)), dai2018.separable_log_determinant(W, lam))


def test_costs_by_hand():
    S, W, lam = rationals([[2, 1], [1, 3]]), rationals([[1, 1], [0, 1]]), rationals(2)  # M = [4 1; 1 3]
    assert minima.data_fit(S, W, lam) == fmpq(2 * 3 - 2 + 3 * 4, 11)
    assert minima.decoder_determinant(W, lam) == 11
    assert minima.separable_determinant(W, lam) == 3 * 4
    assert minima.separable_determinant(W[:, :1], lam) == 3 * 2
    assert minima.separable_determinant(W[:1], lam) == fmpq(3 * 3, 2)


# --- derivatives ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize(("d", "kappa"), SIZES)
def test_derivatives_are_automatic_ones(name, d, kappa):
    cost, gradient, curvature = COSTS[name]
    S, W, lam, direction = map(tensors, problem(d, kappa))
    W.requires_grad_()
    (first,) = torch.autograd.grad(cost(S, W, lam), W, create_graph=True)
    (second,) = torch.autograd.grad((first * direction).sum(), W)
    torch.testing.assert_close(gradient(S, W, lam), first)
    torch.testing.assert_close(curvature(S, W, lam, direction), (second * direction).sum())


@pytest.mark.parametrize(("d", "kappa"), SIZES)
def test_slope_in_the_variance_is_the_automatic_one(d, kappa):
    S, W, lam, _ = map(tensors, problem(d, kappa))
    lam.requires_grad_()
    (slope,) = torch.autograd.grad(minima.covariance_cost(S, W, lam), lam)
    torch.testing.assert_close(minima.variance_slope(S, W, lam), slope)


@pytest.mark.parametrize("name", COSTS)
def test_a_batch_is_a_loop(name):
    S, W, lam, direction = (
        np.stack([floats(problem(3, 2)[i]) * s for s in (1, 2, 3)]) if i != 2 else np.array([1.0, 2.0, 0.5])
        for i in range(4)
    )
    cost, gradient, curvature = COSTS[name]
    for formula, extra in ((cost, ()), (minima.variance_slope, ()), (gradient, ()), (curvature, (direction,))):
        together = formula(S, W, lam, *extra)
        for i in range(3):
            np.testing.assert_allclose(together[i], formula(S[i], W[i], lam[i], *(x[i] for x in extra)))


@pytest.mark.parametrize("name", COSTS)
def test_balls_enclose_the_exact_derivatives(name):
    S, W, lam, direction = problem(3, 2)
    for formula, extra in zip(COSTS[name][1:], ((), (direction,)), strict=True):
        wanted, enclosed = formula(S, W, lam, *extra), formula(*map(balls, (S, W, lam, *extra)))
        assert isinstance(enclosed, Balls)
        for q, ball in zip(wanted.reshape(-1).tolist(), enclosed.reshape(-1).bare(), strict=True):
            assert ball.contains(q)
            assert ball.rad() < 1e-10


# --- minima ---------------------------------------------------------------------------------------------------------


def test_minimiser_by_hand():
    ell, lam = rationals([5, 2, fmpq(1, 2)]), rationals(1)
    U = identity(3, 3, ell)[:, [1, 0, 2]]
    assert same(minima.covariance(U, ell), rationals([[2, 0, 0], [0, 5, 0], [0, 0, fmpq(1, 2)]]))
    assert same(minima.covariance(QUARTER_TURN, ell[:2]), rationals([[77, 36], [36, 98]]) / 25)
    assert same(minima.kept_variances(ell, lam, 4), rationals([4, 1, 0]))
    assert same(minima.kept_variances(ell, lam, 1), rationals([4]))
    assert same(minima.minimiser(U, ell, lam, 4), rationals([[0, 1, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]]))
    assert same(minima.minimiser(U, ell, lam, 1), rationals([[0], [2], [0]]))
    assert same(minima.stationary_point(U, ell, lam, (1,), 2), rationals([[1, 0], [0, 0], [0, 0]]))
    assert same(minima.stationary_point(U, ell, lam, (1, 0), 2), rationals([[1, 0], [0, 2], [0, 0]]))
    values = [5.0, 2.0, 0.5]
    for kappa, m in ((1, [5, 1, 1]), (2, [5, 2, 1]), (4, [5, 2, 1])):
        by_hand = sum(value / scale + np.log(scale) for value, scale in zip(values, m, strict=True))
        np.testing.assert_allclose(minima.minimum(np.array(values), np.float64(1), kappa), by_hand)
    by_hand = 5 / 2 + 2 / 2 + 1 / 4 + 3 * np.log(2) - (5 / 2 - 1 - np.log(5 / 2))
    np.testing.assert_allclose(minima.minimum(np.array(values), np.float64(2), 2), by_hand)


def test_minimum_is_the_value_at_the_minimiser_and_the_least_of_all_stationary_points():
    ell, lam = np.array([4.5, 3.0, 1.5, 0.75]), np.float64(1)
    U = scipy.stats.ortho_group.rvs(4, random_state=1)
    S = minima.covariance(U, ell)
    np.testing.assert_allclose(np.linalg.eigvalsh(S)[::-1], ell)
    for kappa in (1, 2, 3, 5):
        W = minima.minimiser(U, ell, lam, kappa)
        assert W.shape == (4, kappa)
        for cost in (minima.covariance_cost, minima.separable_covariance_cost):
            np.testing.assert_allclose(cost(S, W, lam), minima.minimum(ell, lam, kappa))
        sets = [c for size in range(min(kappa, 3) + 1) for c in combinations(range(3), size)]
        values = []
        for chosen in sets:
            point = minima.stationary_point(U, ell, lam, chosen, kappa)
            np.testing.assert_allclose(minima.gradient(S, point, lam), 0, atol=1e-12)
            values.append(minima.covariance_cost(S, point, lam))
        assert sets[int(np.argmin(values))] == tuple(range(min(kappa, 3)))
        np.testing.assert_allclose(min(values), minima.minimum(ell, lam, kappa))


@pytest.mark.parametrize("name", COSTS)
def test_numerical_descent_ends_at_the_minimum(name):
    ell, lam, kappa, cost = np.array([3.0, 1.5, 0.5]), np.float64(0.75), 2, COSTS[name][0]
    U = scipy.stats.ortho_group.rvs(3, random_state=2)
    S = minima.covariance(U, ell)
    start = np.random.default_rng(3).normal(size=3 * kappa)
    end = scipy.optimize.minimize(lambda w: cost(S, w.reshape(3, kappa), lam), start, tol=1e-10)
    np.testing.assert_allclose(end.fun, minima.minimum(ell, lam, kappa))
    W, best = end.x.reshape(3, kappa), minima.minimiser(U, ell, lam, kappa)
    np.testing.assert_allclose(W @ W.T, best @ best.T, atol=1e-4)


def test_profile_over_the_variance_by_hand():
    ell = rationals([5, 2, 1])
    for kappa, best in ((1, fmpq(3, 2)), (2, 1), (3, 1), (4, 1)):
        assert minima.optimal_variance(ell, kappa) == best
    for lam, kappa, excess in ((3, 1, 3), (3, 3, 3), (6, 2, 10), (1, 1, -1), (1, 3, 0), (fmpq(1, 2), 2, fmpq(-1, 2))):
        assert minima.discarded_excess(ell, rationals(lam), kappa) == excess
    ell = np.array([[5.0, 2, 1], [4, 4, 3]])
    assert minima.optimal_variance(ell, 1).tolist() == [1.5, 3.5]
    assert minima.discarded_excess(ell, np.array([3.0, 1]), 1).tolist() == [3, -5]


@pytest.mark.parametrize("kappa", [1, 2, 3, 4])
def test_profile_over_the_variance_has_this_slope_and_is_least_at_the_optimal_variance(kappa):
    ell, step = np.array([4.5, 3.0, 0.75]), 1e-6
    best = minima.optimal_variance(ell, kappa)
    for lam in (0.25, 0.5, 1.0, 2.0, 3.5, 6.0):
        rise = minima.minimum(ell, np.float64(lam + step), kappa) - minima.minimum(ell, np.float64(lam - step), kappa)
        slope = minima.discarded_excess(ell, np.float64(lam), kappa) / lam**2
        np.testing.assert_allclose(rise / (2 * step), slope, atol=1e-8)
        assert minima.minimum(ell, best, kappa) <= minima.minimum(ell, np.float64(lam), kappa) + 1e-12


@pytest.mark.parametrize("name", ["minimum", "discarded_excess", "optimal_variance"])
def test_numbers_in_another_order_are_refused_by_whom_they_were_given(name):
    given = () if name == "optimal_variance" else (rationals(1),)
    with pytest.raises(OutsideDomain, match=f"^{name}: the numbers must descend"):
        getattr(minima, name)(rationals([3, 1, 2]), *given, 1)


# --- counts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("r", "kappa"), [(0, 2), (1, 1), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3)])
def test_arrangements_are_all_matrices_with_these_columns(r, kappa):
    """By brute force: of all κ-tuples of these columns and zero, those that use each column once."""
    columns = rationals([[1, 2, 3], [4, 5, 6]])[:, :r]
    found = {str(matrix.tolist()) for matrix in minima.arrangements(columns, kappa)}
    wanted = set()
    for places in product(range(r + 1), repeat=kappa):
        if sorted(p for p in places if p < r) == list(range(r)):
            padded = [[*row, fmpq(0)] for row in columns.tolist()]
            wanted.add(str([[row[p] for p in places] for row in padded]))
    assert found == wanted
    assert len(minima.arrangements(columns, kappa)) == len(wanted)


def test_nonzero_columns_by_hand():
    W = rationals([[0, 1, 0, -1], [0, 1, 2, 1]])
    for matrix in (W, balls(W)):
        assert nonzero_columns(matrix).bare() == 3
    assert nonzero_columns(zeros((2, 3), W)).bare() == 0


@pytest.mark.parametrize("kappa", [1, 2, 4])
def test_spreading_makes_any_number_of_columns(kappa):
    for r in range(kappa + 1):
        W = exact(5, 3, kappa) * (np.arange(kappa) < r)
        for used in range(r, kappa + 1) if r else ():
            H = spreading(kappa, r, used, W)
            assert same(H @ H.mT, identity(kappa, kappa, W))
            assert [bool(norm > 0) for norm in column_squared_norms(W @ H)] == [j < used for j in range(kappa)]
            assert rank(W @ H) == rank(W)
