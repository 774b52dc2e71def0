"""The formulas of Proposition 2: independent derivations and values by hand, in every arithmetic."""

import math

import numpy as np
import pytest
import sympy
import torch
from flint import fmpq

from properties.dai2020.proofs import trivial_solution as proofs
from properties.results.proofs import collapsed_minimum
from properties.results.proofs import trivial_solution as results
from reference import dai2018, dai2020
from reference.arithmetic.exact import balls, rationals
from reference.dai2020 import collapse, network

RNG = np.random.default_rng(0)


def test_the_trivial_cost_is_that_of_a_constant_decoder():
    """With the encoder at the prior, and in exact fractions; γ = 1 leaves the spread and the κ = 2 of the encoder."""
    X, gamma = RNG.normal(size=(4, 3)), np.asarray(0.7)
    errors = ((X - X.mean(0)) ** 2).sum(-1)
    np.testing.assert_allclose(collapse.spread(X), errors)
    wanted = network.energy(errors, np.zeros((4, 2)), np.ones((4, 2)), gamma, 3)
    assert math.isclose(collapse.trivial_cost(X, 2, gamma), wanted)
    assert collapse.trivial_cost(balls(rationals([[1], [3]])), 2, balls(rationals(1))).bare() == 1 + 2


def test_threshold_of_any_decoder_by_hand():
    """A quarter of the squared diameter: that of (0, 0), (3, 4), (1, 1) is 25; a single point has none."""
    X = [[0, 0], [3, 4], [1, 1]]
    assert collapse.any_decoder_threshold(np.array(X, dtype=float)) == 25 / 4
    assert collapse.any_decoder_threshold(torch.tensor(X, dtype=torch.float64)) == 25 / 4
    assert collapse.any_decoder_threshold(rationals(X)).item() * 4 == 25
    assert collapse.any_decoder_threshold(np.ones((1, 2))) == 0


def test_threshold_of_moments_by_hand():
    """max(3, 2(√e − 3/2) · 6/2); ψ is the remainder of the exponential series, and ½ at 0."""
    found = collapse.moment_threshold(np.array([1.0, 3.0]), np.array([4.0, 8.0]), np.asarray(2.0))
    assert math.isclose(found, max(3, 6 * (math.sqrt(math.e) - 1.5)))
    found = collapse.moment_threshold(np.array([0.1, 0.3]), np.array([4.0, 8.0]), np.asarray(2.0))
    assert math.isclose(found, 6 * (math.sqrt(math.e) - 1.5))
    series = sum(0.25**k / math.factorial(k + 2) for k in range(12))
    assert math.isclose(collapse.bennett_ratio(np.asarray(0.25)), series)


def test_gain_of_moments_by_hand():
    """γ = 1: 5 − (ψ(½)·4 + ψ(1)·8)/4, with ψ(1) = e − 2."""
    found = collapse.moment_gain(np.array([1.0, 2.0]), np.array([4.0, 8.0]), np.asarray(5.0), np.asarray(1.0))
    assert math.isclose(found, 5 - (16 * (math.sqrt(math.e) - 1.5) + 8 * (math.e - 2)) / 4)
    found = collapse.moment_gain(np.array([2.0, 4.0]), np.array([4.0, 8.0]), np.asarray(5.0), np.asarray(2.0))
    assert math.isclose(found, 5 - (16 * (math.sqrt(math.e) - 1.5) + 8 * (math.e - 2)) / 8)


def test_the_excess_of_a_decoder_with_two_values_is_that_of_its_cost():
    """Against (4) with the divergence of two laws on two values, each point by itself; least at the posterior."""
    X, y, gamma, p, odds = RNG.normal(size=(3, 2)), RNG.normal(size=2), np.asarray(0.6), 0.3, RNG.uniform(0.2, 3, 3)
    ratios = collapse.likelihood_ratios(X, y, gamma)
    chosen, centre, total = odds / (1 + odds), X.mean(0), 0.0
    for x, q, ratio in zip(X, chosen, ratios, strict=True):
        at_y, at_centre = ((x - point) @ (x - point) for point in (y, centre))
        assert math.isclose(ratio, math.exp((at_centre - at_y) / (2 * gamma)))
        divergence = q * math.log(q / p) + (1 - q) * math.log((1 - q) / (1 - p))
        total += (q * at_y + (1 - q) * at_centre - at_centre) / gamma + 2 * divergence
    excess = lambda o: collapse.two_valued_excess(ratios, np.asarray(p), o)  # noqa: E731
    assert math.isclose(excess(odds), total / 3)
    best = collapse.posterior_odds(ratios, np.asarray(p))
    assert math.isclose(excess(best), -2 * np.log(1 - p + p * ratios).mean())
    assert excess(best) < min(excess(best * 1.01), excess(best / 1.01))


def test_explained_variance_by_hand():
    """x = 0 and 4, z = 1 with probabilities ¼ and ¾: E[x|z] is 1 and 3 with probability ½ each, of variance 1."""
    X, encoder = rationals([[0], [4]]), rationals([["3/4", "1/4"], ["1/4", "3/4"]])
    best = collapse.best_values(X, encoder)
    assert best.tolist() == [[1], [3]]
    assert collapse.explained_variance(X, encoder).item() == 1
    uneven = rationals([["1/2", "1/2"], ["1/4", "3/4"]])  # of totals 3/4 and 5/4, and means 2/3 and 6/5 about 1
    assert collapse.explained_variance(rationals([[0], [2]]), uneven).item() == fmpq(1, 15)
    three, of_two = rationals([[0], [2], [4]]), rationals([[3, 1], [2, 2], [1, 3]]) / 4
    assert collapse.best_values(three, of_two).tolist() == [[fmpq(4, 3)], [fmpq(8, 3)]]
    assert collapse.explained_variance(three, of_two).item() == fmpq(4, 9)
    assert collapse.expected_error(X, encoder, best).item() == 4 - 1
    assert collapse.expected_error(X, encoder, 0 * best).item() == 8
    floats, prior = np.array([[0.75, 0.25], [0.25, 0.75]]), np.array([0.5, 0.5])
    wanted = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert math.isclose(collapse.mean_divergence(floats, prior), wanted)


def test_optimal_affine_moments_are_stationary():
    """Autograd finds no slope of eq. (4) at them, and the value there is the least cost."""
    X, W, b = (torch.randn(*s, dtype=torch.float64) for s in ((4, 3), (3, 2), (3,)))
    gamma = torch.tensor(0.6, dtype=torch.float64)
    means, variances = dai2018.optimal_encoder_means(X.mT, W, b, gamma).mT, dai2018.optimal_encoder_variances(W, gamma)
    deviations = variances.sqrt().expand(4, 2).clone()
    for parameter in (means, deviations):
        parameter.requires_grad_()
    errors = network.quadratic_error(X, W, 0 * W, b, means, deviations)
    cost = network.energy(errors, means, deviations, gamma, 3)
    cost.backward()
    assert max(float(p.grad.norm()) for p in (means, deviations)) < 1e-12
    assert torch.isclose(cost, collapse.least_affine_cost(X, W, b, gamma))


@pytest.mark.parametrize(("name", "module", "proof"), [
    ("collapse_threshold", proofs, proofs.prove_trivial_solution),
    ("trivial_cost", proofs, proofs.prove_trivial_solution),
    ("spread", proofs, proofs.prove_trivial_solution_beats_any_decoder),
    ("likelihood_ratios", results, results.prove_any_decoder),
    ("two_valued_excess", results, results.prove_any_decoder),
    ("posterior_odds", results, results.prove_any_decoder),
    ("expected_error", results, results.prove_variance_per_nat),
    ("explained_variance", results, results.prove_variance_per_nat),
    ("bennett_ratio", results, results.prove_moments),
    ("moment_gain", results, results.prove_moments),
    ("moment_threshold", results, results.prove_moments),
    ("least_affine_cost", results, results.prove_affine_decoders),
])  # fmt: skip
@pytest.mark.long
def test_proofs_fail_for_other_formulas(monkeypatch, name, module, proof):
    """A formula that is half as much again no longer passes its proof."""
    formula = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *arguments: formula(*arguments) * sympy.Rational(3, 2))
    with pytest.raises(AssertionError):
        proof()


@pytest.mark.parametrize("name", ["excess_of_moments", "collapse_reach", "collapsed_variance"])
@pytest.mark.long
def test_the_proof_of_the_collapsed_minimum_fails_for_other_formulas(monkeypatch, name):
    formula = getattr(dai2020, name)
    monkeypatch.setattr(dai2020, name, lambda *arguments: formula(*arguments) * sympy.Rational(3, 2))
    with pytest.raises(AssertionError):
        collapsed_minimum.prove_collapsed_minimum()


def test_a_threshold_of_affine_decoders_is_that_of_sums_over_data_and_columns():
    rng = np.random.default_rng(3)
    X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=3)
    squares = [column @ column for column in W.T]
    total = sum((column @ (x - b)) ** 2 for x in X for column in W.T) + 4 / 2 * sum(square**2 for square in squares)
    np.testing.assert_allclose(collapse.collapse_threshold(X, W, b), total / (4 * sum(squares)), rtol=1e-12)
