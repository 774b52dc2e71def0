"""Wrong statements that are close to the theorems about all minima are refuted, and wrong formulas unproved."""

import inspect

import pytest

from properties.results.proofs import linear_minima as results
from properties.wang2022.proofs import landscape, learned_minimum
from reference.wang2022 import optima
from verify.proving import ProofFailed


def learned_minimum_of_one_more(zeta, d1, residual, w):
    """Return the minimum of L_VAE for a latent dimension more."""
    return optima.learned_minimum(zeta, d1 + 1, residual, w)


def fixed_variance_minimum_of_all(zeta, sigma, w):
    """Return the minimum of L(U, V) of as many latent dimensions as there are modes."""
    last = [sigma[-1]] * (len(zeta) - len(sigma))
    return optima.fixed_variance_minimum(zeta, learned_minimum.vector(*sigma, *last), w)


@pytest.mark.parametrize(
    ("module", "formula", "mutant", "proof"),
    [
        (learned_minimum, "learned_minimum", learned_minimum_of_one_more, "prove_minima"),
        (results, "learned_minimum", learned_minimum_of_one_more, "prove_cost_of_the_prior_variance"),
        (landscape, "fixed_variance_minimum", fixed_variance_minimum_of_all, "prove_ways_down"),
        (results, "fixed_variance_minimum", fixed_variance_minimum_of_all, "prove_cost_of_the_prior_variance"),
    ],
)
def test_a_mode_past_the_last_latent_dimension_is_not_learned(module, formula, mutant, proof, monkeypatch):
    monkeypatch.setattr(module, formula, mutant)
    with pytest.raises(ProofFailed):
        inspect.unwrap(getattr(module, proof))()
