"""Wrong statements that are close to the theorems about all minima are refuted, and wrong formulas unproved."""

import inspect

import pytest
from hypothesis import Phase, settings

from properties.results.claims import learned_landscape, linear_landscape, linear_minima
from properties.results.proofs import linear_minima as results
from properties.wang2022.proofs import landscape, learned_minimum
from reference.arithmetic import concatenate, identity, rectangular_diagonal
from reference.wang2022 import optima
from verify.claims.attack import attack
from verify.claims.counterexample import Refutation
from verify.judging.comparisons import equal
from verify.proving import ProofFailed
from verify.registry.loading import load_papers
from verify.registry.selection import select
from verify.running.runner import search_settings

load_papers()


def refuted(id):
    """Demand that the examples of a run refute a claim, as it now stands."""
    (claim,) = select([id])
    with pytest.raises(Refutation):
        attack(claim, lambda *_: None, settings(search_settings(100), phases=[Phase.generate]), seed=0)()


# --- which rotations are minima ---------------------------------------------------------------------------------------


def commutes(P, modes, w):
    """State that P commutes with Σ*: false for permutations, with which Σ is permuted."""
    sigma = optima.optimal_sigma(modes, w)
    return equal(P * (sigma[:, None] - sigma), 0)


def keeps_modes_apart(P, modes, w):
    """State that Pᵀ diag(ζ) P is diagonal: false for collapsed modes, of which P may mix different ones."""
    return equal(((P.mT * modes) @ P) * (1 - identity(*P.shape, P)), 0)


@pytest.mark.parametrize("planted", [commutes, keeps_modes_apart])
def test_another_condition_for_a_minimum_is_refuted(planted, monkeypatch):
    monkeypatch.setattr(linear_minima, "is_diagonal", planted)
    refuted("results/minima.set")


def test_the_transposed_condition_for_a_fixed_variance_is_refuted(monkeypatch):
    """x_j P_ij(σ_j − σ_i) = 0 differs where a learned and a collapsed σ are equal, and a third one is not."""
    monkeypatch.setattr(linear_landscape, "commutes", lambda x, P, sigma: equal(x * P * (sigma[:, None] - sigma), 0))
    refuted("results/rotation.fixed-variance")


def test_that_the_minimum_uses_one_latent_dimension_is_refuted(monkeypatch):
    def least_of_one(zeta, sigma, w):
        first = linear_landscape.ascending(sigma)[:1]
        return optima.fixed_variance_minimum(linear_landscape.sort_descending(zeta), first, w)

    monkeypatch.setattr(linear_landscape, "least_loss", least_of_one)
    refuted("results/landscape")


def test_a_value_below_the_minimum_is_refuted(monkeypatch):
    """No drawn point is below it: that it is attained is what tells."""
    monkeypatch.setattr(
        linear_minima,
        "learned_minimum",
        lambda zeta, d1, residual, w: optima.learned_minimum(zeta, d1, residual, w) - w.b,
    )
    refuted("results/minima")


# --- what proofs run --------------------------------------------------------------------------------------------------


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


# --- the Hessian with the variance ------------------------------------------------------------------------------------

RIGHT = learned_landscape.hessian_with_variance


def with_border(factor):
    """Return the Hessian with ∂²/∂U∂σ so many times what it is."""

    def planted(U, V, Z, sigma, w):
        square = RIGHT(U, V, Z, sigma, w)
        size, last = square.shape[0], sigma.shape[0]
        variances = identity(size, size, U)[:, size - last :].sum(1)
        crossed = variances[:, None] + variances - 2 * variances[:, None] * variances
        return square * (1 + (factor - 1) * crossed)

    return planted


def without_the_logarithm(U, V, Z, sigma, w):
    """Return the Hessian without that of −2b Σ_j log σ_j."""
    square = RIGHT(U, V, Z, sigma, w)
    size, last = square.shape[0], sigma.shape[0]
    before = 0 * square[0, : size - last]
    return square - rectangular_diagonal(concatenate([before, 2 * w.b / sigma**2]), size, size)


@pytest.mark.parametrize("planted", [with_border(0), with_border(2), without_the_logarithm])
def test_another_hessian_with_the_variance_is_refuted(planted, monkeypatch):
    monkeypatch.setattr(learned_landscape, "hessian_with_variance", planted)
    refuted("results/landscape.mixed")
