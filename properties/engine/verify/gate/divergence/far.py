"""What is told where nothing is found: growth far from the prior and with large residuals, and what couples."""

import numpy as np
import pytest

from properties.engine.helpers.divergences import error, examined, explained, kl, text
from verify.gate.divergence.couplings import couplings
from verify.gate.divergence.far import Growth, far
from verify.gate.divergence.part import parts


def bumps(value):
    """Return a bounded function that no dictionary has."""
    return np.exp(-(value**2) / 3)


def told(call):
    """Return how a loss grows, at few shapes."""
    return far(parts(*examined(call)))


def test_weights_far_away_are_those_of_a_divergence_whatever_stands_beside_it():
    found = told(
        lambda recon, x, mu, h: (
            2 / x.shape[1] * error(recon, x)
            + bumps(recon - x).sum()
            + (3 * kl(mu, h) + bumps(mu) + bumps(h)).sum(1).mean() / mu.shape[1]
        )
    )
    assert (found.mean, found.reconstruction) == (Growth.QUADRATIC, Growth.QUADRATIC)
    weights = (found.mean_weight, found.variance_weight, found.log_variance_weight, found.reconstruction_weight)
    assert [text(each) for each in weights] == ["3/k", "3/k", "3/k", "2/d"]


MEANS = {
    Growth.QUADRATIC: lambda mu: mu**2 + mu,
    Growth.LINEAR: abs,
    Growth.AFFINE: lambda mu: -mu,
    Growth.FALLS: lambda mu: -abs(mu),
    Growth.BOUNDED: bumps,
    Growth.OTHER: lambda mu: mu**4,
}


@pytest.mark.parametrize("growth", MEANS)
def test_growth_in_the_mean_is_told(growth):
    found = told(lambda recon, x, mu, h: error(recon, x) + (MEANS[growth](mu) + kl(0, h)).sum(1).mean())
    assert found.mean is growth
    assert (found.mean_weight is not None) == (growth is Growth.QUADRATIC)


@pytest.mark.parametrize("growth", MEANS)
def test_growth_in_the_residual_is_told(growth):
    found = told(lambda recon, x, mu, h: MEANS[growth](recon - x).sum(1).mean() + kl(mu, h).sum(1).mean())
    assert found.reconstruction is growth
    assert (found.reconstruction_weight is not None) == (growth is Growth.QUADRATIC)


def test_what_keeps_no_variance_from_zero_or_infinity_is_told():
    found = told(lambda recon, x, mu, h: error(recon, x) + (mu**2 + bumps(h)).sum(1).mean())
    assert found.variance_weight.zero
    assert found.log_variance_weight.zero
    found = told(lambda recon, x, mu, h: error(recon, x) + (mu**2 + np.exp(-h)).sum(1).mean())
    assert found.log_variance_weight is None


def loss_of(pair):
    return lambda recon, x, mu, h: error(recon, x) + kl(mu, h).sum(1).mean() + pair(recon, x, mu, h)


COUPLED = [
    (lambda recon, x, mu, h: 0, (False, False, False)),
    (lambda recon, x, mu, h: np.tanh(mu.mean(0)).sum(), (True, False, False)),
    (lambda recon, x, mu, h: np.tanh(h.sum(1)).mean(), (False, True, False)),
    (lambda recon, x, mu, h: np.tanh(h.sum()), (True, True, False)),
    (lambda recon, x, mu, h: (recon * x[0]).sum(), (False, False, True)),
]


@pytest.mark.parametrize(("pair", "expected"), COUPLED)
def test_what_couples_is_told(pair, expected):
    loss, samples = examined(loss_of(pair))
    found = couplings(parts(loss, samples), samples)
    assert (found.codes_of_samples, found.codes_of_latents, found.errors_of_samples) == expected


def test_a_loss_of_which_nothing_is_known_is_told_from_afar():
    reading, found = explained(loss_of(lambda recon, x, mu, h: np.tanh(mu.mean(0)).sum()))
    assert reading.divergence is None
    assert not found.found
    assert found.couples_samples
    assert not found.couples_latents
    assert text(found.far.mean_weight) == "1"


def test_a_loss_that_raises_far_away_is_told_from_nearby():
    def loss(recon, x, mu, h):
        if abs(mu).max() > 100 or abs(h).max() > 30 or abs(recon).max() > 100:
            raise ValueError
        return loss_of(lambda recon, x, mu, h: np.tanh(mu.mean(0)).sum())(recon, x, mu, h)

    _, found = explained(loss)
    assert (found.far.mean, found.far.reconstruction) == (Growth.OTHER, Growth.OTHER)
    assert found.far.variance_weight is None


def test_a_plain_loss_needs_no_explanation():
    reading, found = explained(loss_of(lambda recon, x, mu, h: 0))
    assert reading.divergence is not None
    assert not found.found
    assert (found.clamps, found.slips, found.features, found.far) == ((), (), None, None)
