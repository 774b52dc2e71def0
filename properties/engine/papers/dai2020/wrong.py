"""Wrong statements like those of dai2020, and wrong formulas: the domains of its claims refute each of them."""

from fractions import Fraction

import pytest
from flint import arb

from properties.dai2020.claims import collapse_stationarity, trivial_solution
from properties.dai2020.claims.autoencoder import affine_errors, parabola_errors
from properties.engine.helpers.claims import refuted
from properties.results.claims import collapsed_minimum
from properties.results.claims import trivial_solution as results
from reference.arithmetic.exact import Irrational, Rationals
from reference.dai2020.collapse import least_affine_cost, spread, trivial_cost
from vae_verify import CLAIM
from verify import Index, Matrix, Orthogonal, Positive, PositiveVector, Scalar, Vector, assume, leq, less

# --- eq. (8) --------------------------------------------------------------------------------------------------------


def error_at_the_mean(
    x: Vector["n"], w: Scalar, q: Scalar, c: Vector["1"], means: Matrix["n 1"], deviations: PositiveVector["n"]
):
    _, _, at_means, expected = parabola_errors(x, w, q, c, means, deviations[:, None])
    leq(at_means.sum(), expected.sum())


def strictly_better(
    U: Orthogonal["d"], B: Matrix["d k"], r: Index["d+1"], c: Vector["d"], codes: Matrix["n k"], off: Matrix["n d"],
    a: PositiveVector["n"], b: PositiveVector["k"],
):  # fmt: skip
    least, *_, expected = affine_errors(U, B, r, c, codes, off, codes, a[:, None] * b)
    less(least.sum(), expected.sum())


def collapsed_at_its_variance(X: Matrix["n d"], t: Positive):
    """Proposition 2 for affine decoders at γ̄, the best γ of the trivial solution."""
    assume(less(0, spread(X).sum()))
    gamma, centre = spread(X).sum() / (len(X) * X.shape[-1]), X.sum(0) / len(X)
    column = t * (X - centre)[:1].mT
    leq(trivial_cost(X, 1, gamma), least_affine_cost(X, column, centre, gamma))


@pytest.mark.parametrize("wrong", [error_at_the_mean, strictly_better, collapsed_at_its_variance])
def test_wrong_statements_are_refuted(wrong):
    assert refuted(wrong)


# --- App. B.2 -------------------------------------------------------------------------------------------------------


def oscillation(W):
    """Return W_j⁴ sin W_j⁻³, at most W_j⁴ in size, and W_j times its derivative, which has no limit at 0."""
    if isinstance(W, Rationals):
        raise Irrational("sin")
    powers = [W[:, 0].map(lambda w, f=f: f(w**-3) if w != 0 else w) for f in (arb.sin, arb.cos)]
    return W[:, 0] ** 4 * powers[0], 4 * W[:, 0] ** 4 * powers[0] - 3 * W[:, 0] * powers[1]


def test_an_energy_of_fourth_order_need_not_have_second_derivatives(monkeypatch):
    """W⁴ sin W⁻³ is of fourth order, and its derivative is not of third."""
    energy, slopes = collapse_stationarity.energy, collapse_stationarity.row_slopes
    monkeypatch.setattr(collapse_stationarity, "energy", lambda *args: energy(*args) + oscillation(args[1])[0].sum())
    monkeypatch.setattr(collapse_stationarity, "row_slopes", lambda *args: slopes(*args) + oscillation(args[1])[1])
    assert refuted(getattr(collapse_stationarity.test_second_derivatives_in_the_decoder_vanish, CLAIM).body)


def test_slopes_are_those_of_the_energy(monkeypatch):
    """Slopes that are half of what they should be keep the bound, and are not the energy's."""
    slopes = collapse_stationarity.row_slopes
    monkeypatch.setattr(collapse_stationarity, "row_slopes", lambda *args: slopes(*args) / 2)
    assert refuted(getattr(collapse_stationarity.test_second_derivatives_in_the_decoder_vanish, CLAIM).body)


# --- Proposition 2 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(99, 100)])
def test_no_smaller_threshold_does_for_every_decoder(monkeypatch, share):
    threshold = trivial_solution.any_decoder_threshold
    monkeypatch.setattr(trivial_solution, "any_decoder_threshold", lambda X: share * threshold(X))
    assert refuted(getattr(trivial_solution.test_trivial_solution_beats_any_decoder_that_is_not_constant, CLAIM).body)


# --- theorems of our own --------------------------------------------------------------------------------------------


def test_the_collapsed_solution_of_affine_decoders_is_no_minimum(monkeypatch):
    """Without its threshold the decoder is affine, and (7) a saddle, as near as one likes."""
    excess = collapsed_minimum.excess
    monkeypatch.setattr(collapsed_minimum, "excess", lambda *args: excess(*args[:-1], 0 * args[-1]))
    claim = collapsed_minimum.test_collapsed_solution_is_a_strict_local_minimum_for_all_data
    assert refuted(getattr(claim, CLAIM).body)


def test_no_smaller_variance_does_for_data_that_are_strictly_sub_gaussian(monkeypatch):
    """Those of −x, 0, x, at 99/100 of their largest variance."""
    for name, place in (("costs", 4), ("trivial_cost", 2), ("least_affine_cost", 3)):
        formula = getattr(results, name)

        def smaller(*args, formula=formula, place=place):
            return formula(*args[:place], Fraction(99, 100) * args[place], *args[place + 1 :])

        monkeypatch.setattr(results, name, smaller)
    assert refuted(getattr(results.test_collapse_is_best_if_the_data_are_sub_gaussian, CLAIM).body)


def test_no_smaller_share_of_the_diameter_is_explained_by_a_nat(monkeypatch):
    threshold = results.any_decoder_threshold
    monkeypatch.setattr(results, "any_decoder_threshold", lambda X: threshold(X) * 9 / 10)
    claim = results.test_collapse_is_best_by_the_variance_that_encoders_explain_per_nat
    assert refuted(getattr(claim, CLAIM).body)


def test_no_larger_variance_of_the_decoder_makes_up_for_its_errors(monkeypatch):
    """3γV in the premise, instead of 2γV."""
    gain = results.moment_gain
    monkeypatch.setattr(results, "moment_gain", lambda m, v, total, gamma: gain(m, v, total * 3 / 2, gamma))
    assert refuted(getattr(results.test_collapse_is_better_by_two_moments_of_the_errors, CLAIM).body)


@pytest.mark.parametrize("share", [4, 1000])
def test_no_quarter_of_the_reach_makes_the_collapsed_solution_least(monkeypatch, share):
    reach = collapsed_minimum.collapse_reach
    monkeypatch.setattr(collapsed_minimum, "collapse_reach", lambda X: reach(X) / share)
    claim = collapsed_minimum.test_collapsed_solution_is_a_strict_local_minimum_for_all_data
    assert refuted(getattr(claim, CLAIM).body)
