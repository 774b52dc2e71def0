"""Numbers of scikit-learn, torch and pythae beside the formulas of the papers, within what rounding explains."""

import numpy as np
import pytest

from properties.engine.helpers.others import pyro_loss, pythae_loss
from properties.engine.helpers.rounding import far_off
from reference.arithmetic import eigenvalues, log, pi, squared_norm
from reference.dai2018 import covariance_cost, minimum, sample_covariance, separable_covariance_cost
from reference.dai2018.minima import optimal_variance
from reference.gaussian import kl_divergence

DATA = np.random.default_rng(0).integers(-8, 9, (20, 4)) / 4
N, D = DATA.shape
MANY = 40 * N * D
"""So many roundings go into a singular value decomposition of the data."""


def scatter(X):
    """Return the covariance of the data about their mean, with the divisor n."""
    return sample_covariance(X, X.sum(-1) / N)


@pytest.mark.long
@pytest.mark.parametrize("k", [1, 2, 3])
def test_pca_of_scikit_learn_is_the_optimal_affine_vae_of_data_with_the_divisor_n_minus_1(k):
    """Its noise variance is n/(n − 1) of the maximum likelihood estimate of Tipping and Bishop, whom it follows."""
    from sklearn.decomposition import PCA  # noqa: PLC0415

    pca = PCA(k).fit(DATA)
    ratio = (N - 1) / N
    lam, kept = pca.noise_variance_ * ratio, pca.explained_variance_ * ratio
    W = pca.components_.T * np.sqrt(kept - lam)
    assert not far_off(lam, lambda X: optimal_variance(eigenvalues(scatter(X)), k), DATA.T, roundings=MANY)
    assert far_off(pca.noise_variance_, lambda X: optimal_variance(eigenvalues(scatter(X)), k), DATA.T, roundings=MANY)
    for cost in (covariance_cost, separable_covariance_cost):

        def excess(X, W, lam, cost=cost):
            return cost(scatter(X), W, lam) - minimum(eigenvalues(scatter(X)), lam, k)

        assert not far_off(0, excess, DATA.T, W, lam, roundings=MANY)
        assert far_off(0, excess, DATA.T, 1.25 * W, lam, roundings=MANY)


@pytest.mark.long
@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_score_of_scikit_learn_is_the_cost_of_its_own_model(k):
    """Minus twice the mean log-likelihood, constants included; it is not the largest that a model of rank k has."""
    from sklearn.decomposition import PCA  # noqa: PLC0415

    pca = PCA(k).fit(DATA)
    lam = pca.noise_variance_
    W = pca.components_.T * np.sqrt(pca.explained_variance_ - lam)

    def cost(X, W, lam):
        return covariance_cost(scatter(X), W, lam) + D * log(2 * pi(lam))

    def least(X):
        ell = eigenvalues(scatter(X))
        return minimum(ell, optimal_variance(ell, k), k) + D * log(2 * pi(X))

    assert not far_off(-2 * pca.score(DATA), cost, DATA.T, W, lam, roundings=MANY)
    assert far_off(-2 * pca.score(DATA), least, DATA.T, roundings=MANY)


@pytest.mark.long
@pytest.mark.parametrize(("name", "bits"), [("float32", 24), ("float64", 53)])
def test_the_divergence_of_torch_is_the_closed_form(name, bits):
    """Of Normal, per latent, and of MultivariateNormal; at scales from 2⁻⁶ to 2⁶, of a prior that is not standard."""
    import torch  # noqa: PLC0415
    from torch.distributions import Independent, MultivariateNormal, Normal  # noqa: PLC0415
    from torch.distributions import kl_divergence as divergence  # noqa: PLC0415

    random = torch.Generator().manual_seed(0)
    dtype = getattr(torch, name)
    mean, scale, prior = (torch.randn(200, 3, generator=random, dtype=dtype) for _ in range(3))
    scale, prior = (2 * scale).exp2(), prior[:, 0].exp2()

    def closed(mean, scale, prior):
        return kl_divergence(mean, scale**2, prior**2)

    q = Independent(Normal(mean, scale), 1)
    p = Independent(Normal(torch.zeros_like(mean), prior[:, None].expand(-1, 3)), 1)
    found = divergence(q, p)
    assert not far_off(found, closed, mean, scale, prior, bits=bits)
    assert far_off(found * (1 + 2.0 ** (8 - bits)), closed, mean, scale, prior, bits=bits)
    full = [MultivariateNormal(x.base_dist.loc, torch.diag_embed(x.base_dist.scale**2)) for x in (q, p)]
    assert not far_off(divergence(*full), closed, mean, scale, prior, bits=bits, roundings=200)


@pytest.mark.parametrize(("kind", "options", "beta"), [
    ("VAE", {}, 1), ("BetaVAE", {}, 1), ("BetaVAE", {"beta": 4.0}, 4),
])  # fmt: skip
def test_a_loss_of_pythae_is_half_the_error_and_beta_divergences_averaged_over_the_batch(kind, options, beta):
    import torch  # noqa: PLC0415

    loss = pythae_loss(kind, **options)
    random = torch.Generator().manual_seed(0)
    recon_x, x = (torch.randn(5, 4, generator=random, dtype=torch.float64) for _ in range(2))
    mu, logvar = (torch.randn(5, 3, generator=random, dtype=torch.float64) for _ in range(2))

    def closed(recon_x, x, mu, variance, weight):
        return (squared_norm(x - recon_x) / 2 + weight * kl_divergence(mu, variance, 1).sum(-1)) / len(x)

    arguments = recon_x, x, mu, logvar.exp()
    assert not far_off(loss(recon_x, x, mu, logvar), closed, *arguments, float(beta))
    assert far_off(loss(recon_x, x, mu, logvar), closed, *arguments, beta * (1 + 2.0**-40))


def test_the_mean_field_elbo_of_pyro_is_summed_over_the_batch_with_all_constants():
    """The divergence of the other, Trace_ELBO, is that of the z that it draws: another in every call."""
    import torch  # noqa: PLC0415

    random = torch.Generator().manual_seed(0)
    recon_x, x = (torch.randn(5, 4, generator=random, dtype=torch.float64) for _ in range(2))
    mu, logvar = (torch.randn(5, 3, generator=random, dtype=torch.float64) for _ in range(2))

    def closed(recon_x, x, mu, variance, one):
        constant = log(2 * pi(one) * one) * recon_x.shape[0] * recon_x.shape[1] / 2
        return squared_norm(x - recon_x) / 2 + constant + kl_divergence(mu, variance, one).sum(-1)

    arguments, loss = (recon_x, x, mu, logvar.exp()), pyro_loss("TraceMeanField_ELBO")
    assert not far_off(loss(recon_x, x, mu, logvar), closed, *arguments, 1.0)
    assert far_off(loss(recon_x, x, mu, logvar), closed, *arguments, 1 + 2.0**-40)
    sampled = {float(pyro_loss("Trace_ELBO")(recon_x, x, mu, logvar)) for _ in range(3)}
    assert len(sampled) == 3
