"""The formulas of dai2018 for the affine decoder: by hand, by independent derivations, and in floats and balls."""

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch

from reference import dai2018, gaussian
from reference.arithmetic import identity
from reference.arithmetic.exact import balls, rationals

SHAPES = [(1, 1, 1), (2, 1, 3), (1, 3, 2), (3, 2, 2)]  # (d, κ, n): κ < d, d < κ
LAM = np.float64(0.5)


def draw(d, kappa, n, seed=0):
    """Draw X, W, b, means (κ × n) and covariances (n × κ × κ) that are not symmetric in any index."""
    rng = np.random.default_rng([seed, d, kappa, n])
    roots = rng.normal(size=(n, kappa, kappa)) + 2 * np.eye(kappa)
    shapes = ((d, n), (d, kappa), (d,), (kappa, n))
    return *(rng.normal(size=shape) for shape in shapes), roots @ roots.mT


def marginal(W):
    return LAM * np.eye(len(W)) + W @ W.T


@pytest.mark.parametrize(("d", "kappa", "n"), SHAPES)
def test_costs_are_log_likelihoods(d, kappa, n):
    """Eq. (5) is −2 Σ log N(x; b, λI + WWᵀ) less nd log 2π; eq. (7) differs by the products of eq. (8)."""
    X, W, b, *_ = draw(d, kappa, n)
    evidence = scipy.stats.multivariate_normal(b, marginal(W)).logpdf(X.T).sum()
    np.testing.assert_allclose(dai2018.cost(X, W, b, LAM), -2 * evidence - n * d * np.log(2 * np.pi), rtol=1e-12)
    np.testing.assert_allclose(dai2018.log_density(X.T, b, marginal(W)).sum(), evidence, rtol=1e-12)
    penalty = np.log(np.prod([LAM + w @ w for w in W.T]) * LAM ** (d - kappa))
    np.testing.assert_allclose(dai2018.separable_log_determinant(W, LAM), penalty, rtol=1e-12)
    np.testing.assert_allclose(dai2018.decoder_log_determinant(W, LAM), np.log(np.linalg.det(marginal(W))), rtol=1e-12)
    squares = sum((x - b) @ np.linalg.inv(marginal(W)) @ (x - b) for x in X.T)
    np.testing.assert_allclose(dai2018.mahalanobis(X, W, b, LAM), squares, rtol=1e-12)
    np.testing.assert_allclose(dai2018.separable_cost(X, W, b, LAM), squares + n * penalty, rtol=1e-12)
    latent = dai2018.separable_posterior_log_determinant(W, LAM)
    np.testing.assert_allclose(latent, sum(np.log1p(w @ w / LAM) for w in W.T), rtol=1e-12)


def test_log_density_broadcasts_means_and_covariances():
    *_, means, covariances = draw(1, 2, 3)
    points = np.random.default_rng(1).normal(size=(3, 4, 2))
    together = dai2018.log_density(points, means.T[:, None], covariances)
    for i in range(3):
        alone = scipy.stats.multivariate_normal(means[:, i], covariances[i]).logpdf(points[i])
        np.testing.assert_allclose(together[i], alone, rtol=1e-12)


@pytest.mark.parametrize("kappa", [1, 2, 3])
def test_divergence_is_that_of_torch(kappa):
    *_, means, covariances = draw(1, kappa, 1)
    normal = torch.distributions.MultivariateNormal
    q = normal(torch.tensor(means[:, 0]), torch.tensor(covariances[0]))
    p = normal(torch.zeros(kappa, dtype=torch.float64), torch.eye(kappa, dtype=torch.float64))
    expected = 2 * torch.distributions.kl_divergence(q, p).item() + kappa
    np.testing.assert_allclose(dai2018.divergence(means[:, 0], covariances[0]), expected, rtol=1e-12)


@pytest.mark.parametrize(("d", "kappa", "n"), SHAPES)
def test_encoder_cost_is_the_definition(d, kappa, n):
    """Eq. (22) is twice eq. (2) less n(d log 2π − κ), each expectation by cubature over z = μ + Sε, Σ = SSᵀ."""
    X, W, b, means, covariances = draw(d, kappa, n)
    total = 0
    for x, mean, covariance in zip(X.T, means.T, covariances, strict=True):
        root = np.linalg.cholesky(covariance)
        likelihood = gaussian.expectation(
            lambda e, x=x, m=mean, r=root: gaussian.log_density(x, (m + e @ r.T) @ W.T + b, np.full(d, LAM)), kappa, X
        )
        total += dai2018.divergence(mean, covariance) - 2 * likelihood
    value = dai2018.encoder_cost(X, W, b, LAM, means, covariances)
    np.testing.assert_allclose(value, total - n * d * np.log(2 * np.pi), rtol=1e-12)


def test_one_shared_covariance_is_a_copy_for_each_data_point():
    X, W, b, means, covariances = draw(2, 3, 4)
    copies = np.repeat(covariances[:1], 4, axis=0)
    shared = dai2018.encoder_cost(X, W, b, LAM, means, covariances[0])
    np.testing.assert_allclose(shared, dai2018.encoder_cost(X, W, b, LAM, means, copies), rtol=1e-14)


@pytest.mark.parametrize(("d", "kappa", "n"), SHAPES)
def test_gradients_are_those_of_autograd(d, kappa, n):
    X, W, b, means, covariances = map(torch.tensor, draw(d, kappa, n))
    leaves = [means.requires_grad_(), covariances.requires_grad_()]
    value = dai2018.encoder_cost(X, W, b, torch.tensor(LAM, dtype=torch.float64), *leaves)
    by_means, by_covariances = torch.autograd.grad(value, leaves)
    X, W, b, means, covariances = draw(d, kappa, n)
    np.testing.assert_allclose(dai2018.mean_gradient(X, W, b, LAM, means), by_means, rtol=1e-10, atol=1e-10)
    for closed, automatic in zip(covariances, by_covariances, strict=True):
        np.testing.assert_allclose(dai2018.covariance_gradient(W, LAM, closed), automatic, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("d", "kappa", "n"), SHAPES)
def test_optimal_moments_are_those_of_the_joint_gaussian(d, kappa, n):
    """Conditioning (z, x) on x: the mean Cov(z, x) Cov(x)⁻¹ (x − b), and the covariance that is left."""
    X, W, b, *_ = draw(d, kappa, n)
    gain = W.T @ np.linalg.inv(marginal(W))
    np.testing.assert_allclose(dai2018.optimal_encoder_means(X, W, b, LAM), gain @ (X.T - b).T, rtol=1e-10)
    covariance = np.eye(kappa) - gain @ W
    np.testing.assert_allclose(dai2018.optimal_encoder_covariance(W, LAM), covariance, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(dai2018.encoder_precision(W, LAM) @ covariance, np.eye(kappa), rtol=1e-10, atol=1e-10)
    variances = 1 / np.diagonal(dai2018.encoder_precision(W, LAM))
    np.testing.assert_allclose(dai2018.optimal_encoder_variances(W, LAM), variances, rtol=1e-12)


def test_values_worked_out_by_hand():
    X, W, b, lam = (rationals(x) for x in ([[3, 1]], [[1, 1]], [1], 2))  # λI + WWᵀ = 4, WᵀW/λ + I = I + [1/2]
    half = rationals(1) / 2
    assert dai2018.mahalanobis(X, W, b, lam).item() == 1
    assert dai2018.optimal_encoder_means(X, W, b, lam).tolist() == [[half.item(), 0], [half.item(), 0]]
    assert (4 * dai2018.optimal_encoder_covariance(W, lam)).tolist() == [[3, -1], [-1, 3]]
    assert (3 * dai2018.optimal_encoder_variances(W, lam)).tolist() == [2, 2]
    # at means (1, 0), residuals (1, −1): 2(1 − 1/2) and 2(0 − 1/2), 2(0 + 1/2) for both rows
    means = rationals([[1, 0], [0, 1]])
    assert dai2018.mean_gradient(X, W, b, lam, means).tolist() == [[1, 1], [-1, 3]]
    gradient = dai2018.covariance_gradient(W, lam, 2 * identity(2, 2, W))
    assert gradient.tolist() == [[1, half.item()], [half.item(), 1]]


def test_log_determinant_bound_by_hand():
    M, gamma = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[2.0, 0.0], [0.0, 5.0]])
    np.testing.assert_allclose(dai2018.log_determinant_bound(M, gamma), 2 / 2 + 3 / 5 + np.log(10), rtol=1e-14)
    np.testing.assert_allclose(dai2018.log_determinant_bound(gamma, M), (6 + 10) / 5 + np.log(5), rtol=1e-14)


@pytest.mark.parametrize(("omega", "lam"), [(0.25, 1.5), (2.0, 0.125), (0.5, 2.0), (3.0, 2.0)])
def test_concave_conjugate_is_the_infimum(omega, lam):
    """Against a search over u in [0, 100]; ωλ below, at and above 1. The closed forms are those of App. D."""
    value = dai2018.concave_conjugate(np.array([omega]), lam)[0]
    found = scipy.optimize.minimize_scalar(
        lambda u: omega * u - np.log(u + lam), bounds=(0, 100), method="bounded", options={"xatol": 1e-9}
    ).fun
    np.testing.assert_allclose(value, found, atol=1e-7)
    closed = 1 - omega * lam + np.log(omega) if omega * lam < 1 else -np.log(lam)
    np.testing.assert_allclose(value, closed, rtol=1e-14)


@pytest.mark.parametrize(("d", "kappa", "n"), SHAPES)
def test_balls_enclose_the_floats(d, kappa, n):
    exact = [rationals(np.round(4 * x).astype(int)) / 4 for x in draw(d, kappa, n)[:4]]
    X, W, b, means = map(balls, exact)
    floats = [np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float) for x in exact]
    lam, covariance = balls(rationals(1) / 2), balls(rationals(2 * np.eye(kappa, dtype=int)))
    pairs = (
        (dai2018.cost(X, W, b, lam), dai2018.cost(*floats[:3], LAM)),
        (dai2018.separable_cost(X, W, b, lam), dai2018.separable_cost(*floats[:3], LAM)),
        (
            dai2018.encoder_cost(X, W, b, lam, means, covariance),
            dai2018.encoder_cost(*floats[:3], LAM, floats[3], 2 * np.eye(kappa)),
        ),
    )
    for ball, value in pairs:
        assert abs(float(ball.bare().mid()) - value) < 1e-10
        assert ball.bare().rad() < 1e-10
