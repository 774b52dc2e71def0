"""Free bits and capacities: the threshold, the statistic, the reduction and the kind, each told from its neighbours."""

from itertools import product

import numpy as np
import pytest

from properties.engine.helpers.divergences import error, explained, kl, part_of, softplus, text
from properties.engine.helpers.slow import thinned
from verify.gate.divergence.floors import floor

STATISTICS = {
    "per latent and sample": lambda e: e,
    "per sample": lambda e: e.sum(1, keepdims=True),
    "per latent, on the batch mean": lambda e: e.mean(0, keepdims=True),
    "on the batch mean": lambda e: e.sum(1).mean().reshape(1, 1),
}
COUPLED = {"per latent, on the batch mean", "on the batch mean"}
KINDS = {
    "floor": (lambda s, at: np.maximum(at, s), "0"),
    "ceiling": (lambda s, at: np.minimum(at, s), "3"),
    "capacity": (lambda s, at: abs(s - at), "-3"),
    "square": (lambda s, at: (s - at) ** 2, "0"),
    "kink": (lambda s, at: np.maximum(s - at, (s - at) / 4), "3/4"),
}


def summed(values):
    """Return the mean over samples, where there are several, of the sum over latents."""
    return values.sum(1).mean()


@pytest.mark.parametrize(("kind", "where"), thinned(product(KINDS, STATISTICS), 3, "long"))
def test_kind_statistic_and_threshold_are_found(kind, where):
    function, below = KINDS[kind]
    found = floor(part_of(lambda mu, h: 3 * summed(function(STATISTICS[where](kl(mu, h)), 1.25))))
    assert (found.kind, found.statistic.where) == (kind, where)
    assert (text(found.weight), text(found.below), text(found.threshold)) == ("3", below, "5/4")
    assert found.statistic.couples_samples == (where in COUPLED)
    assert found.head.name == "log-variance"


@pytest.mark.parametrize("at", [0.02, 0.3, 3, 60])
def test_a_threshold_is_found_wherever_it_lies(at):
    found = floor(part_of(lambda mu, h: summed(np.maximum(at, kl(mu, h)))))
    assert found.kind == "floor"
    assert all(abs(value - at) <= 1e-9 for value in found.threshold.values.values())


@pytest.mark.long
@pytest.mark.parametrize(
    ("of_heads", "weight", "threshold"),
    [
        (lambda mu, h: np.maximum(0.5, kl(mu, h)).sum(), "n", "1/2"),
        (lambda mu, h: np.maximum(0.5, kl(mu, h)).mean(), "1/k", "1/2"),
        (lambda mu, h: np.maximum(0.5, kl(mu, h) - 0.25).sum(1).mean(), "1", "3/4"),
    ],
)
def test_reductions_are_formulas(of_heads, weight, threshold):
    found = floor(part_of(of_heads))
    assert found.statistic.where == "per latent and sample"
    assert (text(found.weight), text(found.threshold)) == (weight, threshold)


def test_a_mean_over_latents_is_a_sum_with_a_threshold_of_k_times_as_much():
    found = floor(part_of(lambda mu, h: np.maximum(2.0, kl(mu, h).mean(1)).mean()))
    assert found.statistic.where == "per sample"
    assert (text(found.weight), text(found.threshold)) == ("1/k", "2*k")


@pytest.mark.long
def test_relu_of_the_divergence_less_a_threshold_is_a_floor_up_to_a_constant():
    found = floor(part_of(lambda mu, h: np.maximum(0, kl(mu, h) - 0.5).sum(1).mean()))
    assert (found.kind, text(found.threshold)) == ("floor", "1/2")


@pytest.mark.parametrize(
    ("logvar", "name", "positive"),
    [
        (lambda h: 2 * h, "log standard deviation", False),
        (lambda h: 2 * np.log(softplus(h)), "softplus to the standard deviation", False),
        (np.log, "variance", True),
        (lambda h: 2 * np.log(h), "standard deviation", True),
    ],
)
def test_a_floor_of_another_head_is_found(logvar, name, positive):
    found = floor(part_of(lambda mu, h: np.maximum(0.5, kl(mu, logvar(h))).sum(1).mean(), positive))
    assert (found.kind, found.head.name, text(found.threshold)) == ("floor", name, "1/2")


@pytest.mark.parametrize(
    "of_heads",
    [
        lambda mu, h: kl(mu, h).sum(1).mean(),
        lambda mu, h: np.maximum(0, kl(mu, h)).sum(1).mean(),  # never binds
        lambda mu, h: np.where(kl(mu, h) > 0.5, kl(mu, h), 0).sum(1).mean(),  # it jumps: no floor
        lambda mu, h: np.maximum(0.5, mu**2 / 2).sum(1).mean() + kl(0, h).sum(1).mean(),  # of one term only
        lambda mu, h: np.maximum(0.5, kl(mu, h)).sum(1).mean() + 1e-9 * kl(mu, h)[0, 0],
        lambda mu, h: np.maximum(0.5, kl(mu, h)[:, :1]).mean(),  # of the first latent only
    ],
)
def test_what_is_no_floor_of_the_divergence_is_none(of_heads):
    assert floor(part_of(of_heads)) is None


def test_a_floor_in_single_precision_is_found():
    def loss(*tensors):
        recon, x, mu, h = (tensor.astype(np.float32) for tensor in tensors)
        return error(recon, x) + np.maximum(np.float32(0.5), kl(mu, h)).sum(1).mean()

    _, found = explained(loss)
    assert (found.floor.kind, text(found.floor.weight), text(found.floor.threshold)) == ("floor", "1", "1/2")


@pytest.mark.parametrize(("kind", "at"), [("capacity", 300), ("floor", 400), ("ceiling", 500)])
def test_what_reads_as_plain_near_the_prior_is_one_side_of_it(kind, at):
    function = KINDS[kind][0]
    reading, found = explained(lambda recon, x, mu, h: error(recon, x) + function(kl(mu, h).sum(1).mean(), float(at)))
    assert reading.divergence is not None
    assert (found.floor.kind, text(found.floor.threshold)) == (kind, str(at))
    assert found.couples_samples
