"""Estimates cover what they claim to, and tell one weight from another."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.evaluation import Loss
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import SQUARE
from verify.gate.instances import Ranges, draws
from verify.gate.noise import estimate as module
from verify.gate.noise.estimate import BATCHES, FIRST, PILOT, Estimate, cancels, estimate, intervals, mirrored
from verify.gate.noise.expectation import rounding
from verify.gate.noise.kinds import Noise
from verify.gate.shapes import Shape

SHAPE = Shape(4, 6, 3)
TERMS = (SQUARE, *LOG_VARIANCE.terms)
INSTANCES = draws(SHAPE, Ranges(wide=True), 8)
UNLIMITED = 1e9


class Simulated:
    """A loss of known weights, and errors that instances have in common, and that each has for itself."""

    epsilon = 2.0**-52

    def __init__(self, weights, seed, extra=lambda i: 0.0):
        self.truth = np.array(
            [sum(w * t(i) for w, t in zip(weights, TERMS, strict=True)) + extra(i) for i in INSTANCES]
        )
        self.random = np.random.default_rng(seed)

    def together(self, loss, instances, seed):
        common = self.random.standard_exponential(len(instances) + 1) - 1
        return self.truth + 3 * common[0] + common[1:]


def simulated(weights, seed, **options):
    loss = Simulated(weights, seed, options.pop("extra", lambda i: 0.0))
    return estimate(
        loss, loss, TERMS, INSTANCES, **({"seconds": UNLIMITED, "calls": 8 * (PILOT + BATCHES * FIRST * 2)} | options)
    )


@pytest.mark.parametrize("distribution", ["standard_normal", "standard_exponential", "standard_cauchy", "random"])
def test_intervals_cover_however_heavy_the_tails(distribution):
    """At a chance of error of 1 in 10; of 400 sets, 40 wrong ones are expected at most, and 65 by a chance of 1e-4."""
    random = np.random.default_rng(0)
    means = getattr(random, distribution)((400, BATCHES, FIRST, 2))
    means = np.median(means, axis=2) if "cauchy" in distribution else means.mean(2)
    mean = {"standard_exponential": 1, "random": 0.5}.get(distribution, 0)
    wrong = 0
    for each in means:
        middle, half = intervals(each, 0.1)
        wrong += bool((abs(middle - mean) > half).any())
    assert wrong <= 65


def test_intervals_are_as_narrow_as_the_normal_ones_but_for_a_factor_of_2():
    middle, half = intervals(np.random.default_rng(0).standard_normal((BATCHES, 1)), 0.01)
    assert abs(middle[0]) < half[0]
    assert 2.576 / math.sqrt(BATCHES) < half[0] < 2 * 2.576 / math.sqrt(BATCHES)
    assert np.isinf(intervals(np.zeros((BATCHES, 1)), 1e-60)[1]).all()


def test_the_more_intervals_the_wider_and_the_surer_the_wider():
    means = np.tile(np.random.default_rng(0).standard_normal((BATCHES, 1)), 4)
    widths = [
        intervals(means[:, :columns], alpha)[1][0] for columns, alpha in ((1, 0.1), (4, 0.1), (4, 0.01), (4, 1e-9))
    ]
    assert widths == sorted(set(widths))
    assert intervals(means[:, :1], 0.025)[1][0] == intervals(means, 0.1)[1][0]


@pytest.mark.long
def test_all_weights_at_all_looks_are_covered_and_what_fits_is_no_misfit():
    """At a chance of 1 in 5 for each of 60 runs, more than 25 go wrong by a chance of 1e-4."""
    weights, wrong = (1, 0.5, 2, -1), 0
    for seed in range(60):
        looks = []
        last = simulated(weights, seed, alpha=0.2, until=lambda e, looks=looks: looks.append(e))
        assert last.misfit or len(looks) == 2
        wrong += last.misfit or any((abs(each.weights - [*weights, 0]) > each.half_widths).any() for each in looks)
    assert wrong <= 25


def test_at_the_chance_of_a_gate_nothing_is_wrong_and_other_weights_are_excluded():
    found = simulated((1, 1, 1, 1), 0, until=lambda e: False, calls=80_000)
    assert not found.misfit
    assert (abs(found.weights - [1, 1, 1, 1, 0]) < found.half_widths).all()
    assert not found.excludes((1, 1, 1, 1))
    assert not found.excludes((2, 2, 2, 2))
    for other in ((1, 1 / 3, 1 / 3, 1 / 3), (1, -1, 1, 1), (-1, -1, -1, -1), (1, 1, 0, 1), (1, 1, 2, 1)):
        assert found.excludes(other)
    assert found.evaluations == 8 * (PILOT + BATCHES * FIRST * 8)


def test_terms_that_do_not_make_up_the_loss_are_a_misfit():
    found = simulated((1, 1, 1, 1), 0, extra=lambda i: 3 * float((i.mu**4).sum()))
    assert found.misfit
    assert found.excludes(tuple(found.weights[:-1]))


def test_the_pilot_is_no_part_of_the_means():
    """What the weights that are looked at owe to its draws alone would make the intervals too narrow."""
    at = Simulated((1, 2, 3, 4), 0)
    calls = iter(range(10**6))
    loss = SimpleNamespace(
        epsilon=at.epsilon,
        together=lambda loss, instances, seed: at.truth + (at.random.standard_normal(8) if next(calls) < PILOT else 0),
    )
    found = estimate(loss, loss, TERMS, INSTANCES, until=lambda e: True, seconds=UNLIMITED)
    assert not found.misfit
    assert found.weights[:4] == pytest.approx([1, 2, 3, 4], abs=1e-9)
    assert found.evaluations == next(calls) * 8


def test_it_ends_where_it_was_asked_to():
    first = 8 * (PILOT + BATCHES * FIRST)
    assert simulated((1, 1, 1, 1), 0, until=lambda e: True).evaluations == first
    for few in ({"calls": first - 1}, {"seconds": -1}):
        found = simulated((1, 1, 1, 1), 0, **few)
        assert found.evaluations == 0
        assert np.isinf(found.half_widths).all()
        assert not found.misfit
        assert not found.excludes((1, -1, 0, 5))
        assert found.ratio(1, 0) == (-math.inf, math.inf)


def test_a_value_that_is_not_finite_ends_it():
    found = simulated((1, 1, 1, 1), 0, extra=lambda i: math.inf)
    assert np.isinf(found.half_widths).all()


class Recorded:
    """A loss whose values are these, but for the pilot's, and the seeds that it was given."""

    epsilon = 2.0**-20

    def __init__(self, values):
        self.values, self.seeds = np.array(values), []

    def together(self, loss, instances, seed):
        self.seeds.append(seed)
        return self.values + (len(self.seeds) <= PILOT) * (-1) ** len(self.seeds)


def test_each_call_has_a_seed_of_its_own_and_the_next_estimate_has_the_same():
    losses = [Recorded(np.arange(8.0)) for _ in range(3)]
    for loss, seed in zip(losses, ({}, {"seed": 0}, {"seed": 1}), strict=True):
        estimate(loss, loss, TERMS, INSTANCES, until=lambda e: True, seconds=UNLIMITED, **seed)
    first, again, other = (loss.seeds for loss in losses)
    assert len(set(first)) == len(first) == PILOT + BATCHES * FIRST
    assert 0 <= min(first) < 2**24 < 2**32 - 2**24 < max(first) < 2**32
    assert first == again
    assert not {*first} & {*other}


@pytest.mark.parametrize("left", [0.0, 1e-2, 1.0])
def test_weights_are_of_means_without_the_pilot_and_off_by_rounding_too(left, monkeypatch):
    """With contrasts that are the values, and intervals of no width."""
    loss, asked, looks = Recorded([1, -2, 3, 4, 5, 0, 0, left]), [], []

    def contrasts(design, covariance):
        asked.append((design, covariance))
        return np.eye(8)

    def widths(means, alpha):
        looks.append((means.shape, alpha))
        return means.mean(0), np.zeros(8)

    monkeypatch.setattr(module, "_contrasts", contrasts)
    monkeypatch.setattr(module, "intervals", widths)
    found = estimate(loss, loss, TERMS, INSTANCES, 0.5, until=lambda e: len(looks) == 3, seconds=UNLIMITED)
    assert found.weights.tolist() == [1, -2, 3, 4, 5]
    off = [2 * rounding(np.array([v - 1, v + 1]), i, loss.epsilon) for v, i in zip(loss.values, INSTANCES, strict=True)]
    assert found.half_widths.tolist() == off[:5]
    assert found.misfit is (left > off[7])
    assert found.evaluations == 8 * len(loss.seeds)
    design, covariance = asked[0]
    assert design.tolist() == [[*(float(term(i)) for term in TERMS), 1.0] for i in INSTANCES]
    assert covariance == pytest.approx(np.full((8, 8), PILOT / (PILOT - 1)) + np.diag(np.square(off)))
    assert looks == [((BATCHES, 8), 0.5 / 2**look) for look in (1, 2, 3)][: len(looks)]
    assert len(looks) == (1 if found.misfit else 3)


def test_ratios_and_directions_by_hand():
    found = Estimate(np.array([2.0, -1.0, 0.01, 5.0]), np.array([0.5, 0.25, 0.02, 9.0]), False, 1)
    assert found.ratio(1, 0) == (-1.25 / 1.5, -0.75 / 2.5)
    assert found.ratio(0, 2) == (-math.inf, math.inf)
    assert found.resolution == 0.25
    assert not found.excludes((2, -1, 0))
    assert not found.excludes((5, -1.5, 0))
    assert found.excludes((5, -1, 0))  # 0.3 to 0.5, against 0.75 to 1.25
    assert found.excludes((-2, 1, 0))
    assert found.excludes((2, -1, 1))
    assert found.excludes((2, 0, 0))
    assert Estimate(found.weights, found.half_widths, True, 1).excludes((2, -1, 0))


def test_a_common_ratio_is_what_no_weight_excludes():
    """Of weights 1 ± 1/2 under 2 ± 1/4 and 3 ± 1: between 2 and 2.25, over 1/2 to 3/2."""
    found = Estimate(np.array([1.0, 2.0, 3.0, 7.0]), np.array([0.5, 0.25, 1.0, 0.0]), False, 1)
    assert found.common_ratio() == (2 / 1.5, 2.25 / 0.5)
    for beta in np.arange(0.01, 6, 0.05):
        assert found.excludes((1, beta, beta)) != (2 / 1.5 <= beta <= 2.25 / 0.5)
    assert replace(found, weights=np.array([1.0, 2.0, 3.5, 7.0])).common_ratio() is None
    assert replace(found, weights=np.array([0.5, 2.0, 3.0, 7.0])).common_ratio() == (-math.inf, math.inf)


def uniform_normal(mu):
    """Return normal numbers that no design replaces."""
    return torch.erfinv(torch.rand_like(mu) * 2 - 1) * 2**0.5


def sampled(average):
    def loss(r, x, mu, lv):
        e = uniform_normal(mu)
        z = mu + (lv / 2).exp() * e
        return (((r - x) ** 2).sum(1) / 2 + average(z**2 / 2 - lv / 2 - e**2 / 2, 1)).mean()

    return loss


@pytest.mark.long  # the corpus has one, which thousands of calls tell from a sum
def test_a_divergence_that_is_averaged_over_latents_is_told_from_one_that_is_summed():
    for average, expected, others in ((torch.sum, 1, (1 / 3, -1)), (torch.mean, 1 / 3, (1, -1 / 3))):
        loss = Loss(sampled(average), True)
        loss.noise = Noise.found(loss, INSTANCES[:1])
        assert loss.noise.kind == "statistical"
        before = loss.evaluations
        found = estimate(loss, loss.noise, TERMS, INSTANCES, until=lambda e: True, seconds=UNLIMITED)
        assert loss.evaluations - before == found.evaluations == 8 * (PILOT + BATCHES * FIRST)
        low, high = found.ratio(1, 0)
        assert low < expected < high
        assert high - low < 0.35
        assert not found.excludes((1, *[expected] * 3))
        assert all(found.excludes((1, *[other] * 3)) for other in others)


def test_no_weight_is_positive_that_is_0_at_most():
    for weight, half, excluded in ((-1.0, 1.0, True), (-1.0, 1.5, False), (1.0, 1.0, False), (-3.0, 1.0, True)):
        found = Estimate(np.array([weight, 7.0]), np.array([half, 1.0]), False, 1)
        assert bool(found.excludes((1,))) is excluded


def test_each_instance_has_its_mirror_image_beside_it():
    each, image = mirrored(INSTANCES[:1])
    assert each is INSTANCES[0]
    np.testing.assert_array_equal(image.mu, -each.mu)
    assert (image.recon is each.recon, image.x is each.x, image.head is each.head) == (True, True, True)


def test_what_is_free_of_noise_cancels():
    one, other = INSTANCES[:2]
    moved, heads = one._replace(recon=other.recon), one._replace(mu=other.mu, head=other.head)
    generator = np.random.default_rng(4)

    def arrays(r, x, mu, lv):
        return ((r - x) ** 2).sum() + (mu * generator.random(mu.shape)).sum()

    for call, tensors in ((sampled(torch.sum), True), (arrays, False)):
        loss = Loss(call, tensors)
        loss.noise = Noise.found(loss, INSTANCES[:1])
        assert cancels(loss, loss.noise, one, moved)
        assert not cancels(loss, loss.noise, one, heads)
    seldom = SimpleNamespace(epsilon=2.0**-30)
    bound = 4 * rounding(np.ones(2), one, seldom.epsilon)
    for size, free in ((1.5 * bound, False), (0.5 * bound, True)):  # at one seed of 32
        drawn = SimpleNamespace(together=lambda _, pair, seed, size=size: np.array([1, 1 - size * (seed == 7)]))
        assert cancels(seldom, drawn, one, moved) is free
    weight = Loss(lambda r, x, mu, lv: torch.rand(()) * ((r - x) ** 2).sum() + mu.sum(), True)
    assert not cancels(weight, Noise(), one, moved)
    assert cancels(weight, Noise(), one, heads)


def test_a_mirror_image_has_the_mean_of_the_other_sign():
    found = mirrored(INSTANCES[:2])
    assert [
        (i.mu == s * INSTANCES[at].mu).all()
        for i, (at, s) in zip(found, ((0, 1), (0, -1), (1, 1), (1, -1)), strict=True)
    ]
    assert all((i.head == INSTANCES[at // 2].head).all() for at, i in enumerate(found))
