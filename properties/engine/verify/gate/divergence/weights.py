"""Weights that differ among latents, samples and features, told as a pattern; and priors of their own."""

import numpy as np
import pytest

from properties.engine.helpers.divergences import error, examined, explained, kl, part_of, text, with_error
from verify.gate.divergence.part import parts
from verify.gate.divergence.patterns import pattern
from verify.gate.divergence.weights import apart, features


def latents(weights):
    """Return a divergence with weights of the latents, a function of their number."""
    return lambda mu, h: (kl(mu, h) * weights(mu.shape[1])).sum(1).mean()


def first(size):
    return np.arange(size) == 0


AMONG_LATENTS = {
    "only the first": first,
    "all but the first": lambda size: ~first(size),
    "only the last": lambda size: first(size)[::-1],
    "1, 2, 3, …": lambda size: np.arange(size) + 1,
    "0, 1, 2, …": np.arange,
    "…, 3, 2, 1": lambda size: np.arange(size)[::-1] + 1,
    "1, 1/2, 1/3, …": lambda size: 1 / (np.arange(size) + 1),
    "1, r, r², … with r = 0.5": lambda size: 0.5 ** np.arange(size),
    "only the first 2": lambda size: np.arange(size) < 2,
}


@pytest.mark.parametrize("name", AMONG_LATENTS)
def test_weights_of_latents_are_told_as_a_pattern(name):
    found = apart(part_of(lambda mu, h: 3 * latents(AMONG_LATENTS[name])(mu, h)))
    assert (found.weighting.among, found.weighting.pattern) == ("latents", name)
    assert found.code == "weights-differ-among-latents"
    assert text(found.weighting.unit) == "3"
    assert found.prior is None


@pytest.mark.parametrize(
    ("of_heads", "name", "unit"),
    [
        (lambda mu, h: kl(mu, h)[0].sum(), "only the first", "1"),
        (lambda mu, h: kl(mu, h)[-1].sum() / len(mu), "only the last", "1/n"),
        (lambda mu, h: (kl(mu, h).sum(1) * np.arange(len(mu))).sum(), "0, 1, 2, …", "1"),
    ],
)
def test_weights_of_samples_are_told_as_a_pattern(of_heads, name, unit):
    found = apart(part_of(of_heads))
    assert (found.weighting.among, found.weighting.pattern) == ("samples", name)
    assert text(found.weighting.unit) == unit


def test_weights_along_both_axes_are_of_elements():
    found = apart(part_of(lambda mu, h: kl(mu, h)[0, 0]))
    assert (found.weighting.among, found.weighting.pattern) == ("elements", "only the first")


def test_weights_without_a_name_are_listed():
    found = apart(part_of(latents(lambda size: (np.arange(size) * 7 % 5) + 2.0)))
    assert found.weighting.pattern.startswith("different: ")


@pytest.mark.parametrize(
    "of_heads",
    [
        lambda mu, h: kl(mu, h).sum(1).mean(),  # they do not differ
        lambda mu, h: kl(mu, np.maximum(h, -2.0)).sum(1).mean(),  # a clamp beyond what is moved
        lambda mu, h: latents(first)(mu, h) + 1e-9 * (mu.sum() ** 2),
        lambda mu, h: (kl(mu, h)[:, 0] + mu[:, -1] ** 2).mean(),  # other weights of the mean than of the variance
    ],
)
def test_what_is_no_weighting_is_none(of_heads):
    assert apart(part_of(of_heads)) is None


def prior_of(size):
    """Return means and log-variances of a prior for each latent."""
    return 1 + np.arange(size) / 2, np.arange(size) / 4 - 0.5


def to_prior(mu, h):
    mean, logvar = prior_of(mu.shape[1])
    return 0.5 * (logvar - h + (np.exp(h) + (mu - mean) ** 2) / np.exp(logvar) - 1).sum(1).mean()


def from_prior(mu, h):
    mean, logvar = prior_of(mu.shape[1])
    return 0.5 * (h - logvar + (np.exp(logvar) + (mu - mean) ** 2) / np.exp(h) - 1).sum(1).mean()


@pytest.mark.parametrize(("of_heads", "code"), [(to_prior, ""), (from_prior, "reverse-kl")])
def test_a_prior_of_its_own_for_each_latent_is_told(of_heads, code):
    found = apart(part_of(lambda mu, h: 2 * of_heads(mu, h)))
    assert found.code == code
    assert found.weighting is None
    assert text(found.prior.weight) == "2"
    mean, logvar = prior_of(3)
    assert np.allclose(found.prior.mean, mean, rtol=1e-9)
    assert np.allclose(found.prior.variance, np.exp(logvar), rtol=1e-9)


def masked(weights, of=lambda distance: distance**2 / 2):
    """Return a loss whose squared errors have weights, a function of their array's shape."""
    return lambda recon, x, mu, h: (weights(*x.shape) * of(abs(x - recon))).sum(1).mean() + kl(mu, h).sum(1).mean()


MASKS = {
    ("features", "0 on the last half"): lambda n, d: np.arange(d) < d // 2,
    ("features", "0 on the first half"): lambda n, d: np.arange(d) >= d // 2,
    ("features", "1, 2, 3, …"): lambda n, d: np.arange(d) + 1,
    ("features", "the same"): lambda n, d: 1,
    ("samples", "all but the last"): lambda n, d: np.arange(n)[:, None] < max(n - 1, 1),
}


@pytest.mark.parametrize(("among", "name"), MASKS)
def test_weights_of_a_reconstruction_error_are_told(among, name):
    loss, samples = examined(masked(MASKS[among, name]))
    found = features(parts(loss, samples), samples)
    assert (found.likelihood.name, found.weighting.among, found.weighting.pattern) == ("Gaussian", among, name)


def test_the_mean_over_what_counts_has_a_constant_total():
    weights = lambda n, d: 2 * (np.arange(d) < d // 2) / (d // 2)  # noqa: E731
    loss, samples = examined(masked(weights))
    found = features(parts(loss, samples), samples)
    assert text(found.weighting.total) == "2"


def test_masked_absolute_errors_are_told():
    loss, samples = examined(masked(MASKS["features", "0 on the last half"], abs))
    assert features(parts(loss, samples), samples).likelihood.name == "Laplace"


def test_a_mask_is_explained_beside_a_plain_divergence():
    reading, found = explained(masked(MASKS["features", "0 on the last half"]))
    assert reading.reconstruction is None
    assert reading.divergence is not None
    assert found.features.weighting.pattern == "0 on the last half"
    assert found.far is None


@pytest.mark.parametrize(
    "loss",
    [
        lambda recon, x, mu, h: -(recon * np.sin(x)).sum(1).mean() + kl(mu, h).sum(1).mean(),  # weights of the data
        lambda recon, x, mu, h: 0.5 * ((recon - x[0]) ** 2).sum(1).mean() + kl(mu, h).sum(1).mean(),
        lambda recon, x, mu, h: error(recon, x) ** 1.5 + kl(mu, h).sum(1).mean(),
    ],
)
def test_what_is_no_weighted_error_is_none(loss):
    loss, samples = examined(loss)
    assert features(parts(loss, samples), samples) is None


def test_a_vector_of_one_weight_tells_no_pattern():
    name, units = pattern([np.array([0.0, 2.0]), np.array([5.0]), np.array([0.0, 0.0, 2.0])], [1e-12] * 3)
    assert name == "only the last"
    assert units[0] == units[2] == 2
    assert np.isnan(units[1])


def test_no_pattern_is_read_within_more_than_the_errors():
    name, _ = pattern([np.array([1.0, 2.0, 3.0 + 1e-6])], [1e-12])
    assert name.startswith("different")


def test_a_first_latent_is_explained():
    _, found = explained(with_error(latents(first)))
    assert found.apart.weighting.pattern == "only the first"
