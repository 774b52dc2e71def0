"""What is wrong in a degenerate case alone is refuted: full rank, equal samples, and data without noise are drawn."""

from math import factorial

from properties.dai2018.claims import local_minima, multiplicity, quantiser
from properties.engine.helpers.claims import body_of, refuted
from reference.arithmetic import nonzero


def test_a_count_that_is_wrong_at_full_rank_is_refuted(monkeypatch):
    monkeypatch.setattr(multiplicity, "factorial", lambda n: factorial(n) + (n == 0))
    assert refuted(body_of(multiplicity.test_number_of_column_permutations_is_a_falling_factorial))


def test_a_cost_that_is_wrong_where_samples_coincide_is_refuted(monkeypatch):
    right = quantiser.quantiser_cost

    def planted(X, a, root, log_lam_x):
        centres = a @ X
        return right(X, a, root, log_lam_x) - (1 - nonzero(centres[1:] - centres[:-1])).sum()

    monkeypatch.setattr(quantiser, "quantiser_cost", planted)
    assert refuted(body_of(quantiser.test_cost_of_a_decoder_of_training_points_is_unbounded_below))


def test_a_slope_that_vanishes_where_no_variance_is_the_best_is_refuted(monkeypatch):
    """It is planted for data of rank κ or less, which leave no excess over λ = 0."""
    right, best = local_minima.discarded_excess, local_minima.optimal_variance
    monkeypatch.setattr(
        local_minima, "discarded_excess", lambda ell, lam, kappa: right(ell, lam, kappa) * nonzero(best(ell, kappa))
    )
    assert refuted(body_of(local_minima.test_profile_over_the_variance_falls_towards_its_least_value))
