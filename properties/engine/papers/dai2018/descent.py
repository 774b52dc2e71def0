"""Descent on the affine costs of dai2018 never ends above their closed-form minimum, nor below it."""

import numpy as np
import pytest
import scipy.stats
import torch
from flint import fmpq

from properties.engine.helpers.descent import descend, exactly
from reference.arithmetic.precision import working_precision
from reference.dai2018.minima import (
    covariance_cost,
    minimiser,
    minimum,
    sample_covariance,
    separable_covariance_cost,
    stationary_point,
)
from verify.judging.comparisons import leq, less

pytestmark = pytest.mark.slow
LAM = 0.75
STARTS = range(10)
SIZES = [(1, 1), (1, 3), (3, 1), (3, 2), (2, 4), (4, 3)]
"""Of x and z."""
SPECTRA = {
    "distinct": [4, 2.5, 1.5, 0.5],
    "tied": [2, 2, 2, 0.5],
    "at λ": [3, 0.75, 0.75, 0],
    "none": [0.5, 0.25, 0, 0],
}
COSTS = {"full": covariance_cost, "separable": separable_covariance_cost}


@pytest.fixture(autouse=True)
def precise():
    with working_precision(256):
        yield


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize(("d", "kappa"), SIZES)
def test_every_descent_ends_at_the_minimum(d, kappa, name, spectrum):
    """§2 and Corollary 3: no start ends elsewhere. S is diagonal, so that its eigenvalues are exact."""
    ell, cost = np.array(SPECTRA[spectrum][:d], dtype=float), COSTS[name]
    generator, S, lam = np.random.default_rng(10 * d + kappa), torch.tensor(np.diag(ell)), torch.tensor(LAM)
    least = minimum(exactly(ell), exactly(np.array(LAM)), kappa)
    for _ in STARTS:
        (W,) = descend(lambda w, s=S: cost(s, w, lam), [generator.normal(size=(d, kappa))])
        end = cost(exactly(np.diag(ell)), exactly(W), exactly(np.array(LAM)))
        assert leq(least, end).value is not False
        assert less(end, least + fmpq(1, 10**5)).value


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("chosen", [(), (1,), (0, 2), (1, 2)])
def test_descent_leaves_every_other_stationary_point(name, chosen):
    """From a point close by, for data with drawn eigenvectors."""
    ell, kappa, cost = np.array([4, 2.5, 1.5, 0.5]), 2, COSTS[name]
    U = scipy.stats.ortho_group.rvs(4, random_state=7)
    S, lam = torch.tensor(sample_covariance(U * np.sqrt(4 * ell), np.zeros(4))), torch.tensor(LAM)
    start = stationary_point(U, ell, np.float64(LAM), chosen, kappa)
    near = start + np.random.default_rng(0).normal(size=start.shape) / 2**10
    (W,) = descend(lambda w: cost(S, w, lam), [near])
    assert cost(S.numpy(), start, np.float64(LAM)) > minimum(ell, np.float64(LAM), kappa) + 0.1
    np.testing.assert_allclose(cost(S.numpy(), W, np.float64(LAM)), minimum(ell, np.float64(LAM), kappa), rtol=1e-8)
    best = minimiser(U, ell, np.float64(LAM), kappa)
    np.testing.assert_allclose(W @ W.T, best @ best.T, atol=1e-4)
