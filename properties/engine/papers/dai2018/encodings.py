"""Wrong statements that narrower claims of dai2018 would let pass are refuted on the domains that the claims have."""

import numpy as np
import pytest

from properties.dai2018.claims import exactness, orders, robust_limits, robust_pca
from properties.results.claims import coinciding_inliers, moving_codes
from properties.results.claims.moving_codes import order_of_powers
from reference.arithmetic import log
from reference.arithmetic.exact import rationals
from reference.dai2018.rank_one import closest_of_rank_one
from reference.dai2018.robust import combined_ranks
from reference.dai2018.robust import robust_pca as solve
from verify.judging.judge import Outcome
from verify.registry.selection import select

DRAWS = 300


def is_refuted(id, draws=DRAWS):
    """Say whether one of so many drawn instances refutes the claim as it stands now."""
    (claim,) = select([id if "/" in id else f"dai2018/{id}"], slow=True)
    generator, size = np.random.default_rng(0), claim.signature.block_size
    judged = (claim.judge(claim.signature.draw(generator.bytes(size))) for _ in range(draws))
    return any(judgement.outcome is Outcome.REFUTED for judgement in judged)


@pytest.mark.parametrize(
    ("wrong", "change"),
    [
        ("d · rank[L] in place of n · rank[L]", lambda X, weight, *rest: (X, len(X), *rest)),
        ("twice log 1/α", lambda X, weight, choice, gap, *rest: (X, weight, choice, 2 * gap, *rest)),
    ],
)
def test_theorem_4_is_about_costs(monkeypatch, wrong, change):
    """Its combinatorics alone were true by definition of (10), whatever the costs are."""
    right = orders.state_lowest_cost
    monkeypatch.setattr(orders, "state_lowest_cost", lambda *arguments: right(*change(*arguments)))
    assert is_refuted("theorem-4"), wrong


@pytest.mark.long
def test_theorem_4_knows_that_rank_deficient_rows_are_free(monkeypatch):
    """rank[WWᵀ + diag(1_Δ)] is not |Δ| + rank[W]: below κ rows off the support, a Σ_z of order 1 costs nothing."""
    right = orders.free_rows
    monkeypatch.setattr(orders, "free_rows", lambda W, s: right(W, 0 * s))
    monkeypatch.setattr(orders, "combined_ranks", lambda W, S: len(right(W, 0 * S[:, 0])) + combined_ranks(0 * W, S))
    assert is_refuted("theorem-4.cost")


@pytest.mark.long
def test_one_latent_is_not_all(monkeypatch):
    """For κ = 1 the order could be that of one row, and 1 could stand for κ in (66)."""
    right = orders.free_rows
    monkeypatch.setattr(orders, "free_rows", lambda W, s: right(W, s)[:1])
    ranks = lambda W, S: len(right(W, S[:, 0])[:1]) + combined_ranks(0 * W, S)  # noqa: E731
    monkeypatch.setattr(orders, "combined_ranks", ranks)
    assert is_refuted("theorem-4.cost")
    wider = robust_limits.candidate_order
    monkeypatch.setattr(robust_limits, "candidate_order", lambda Psi, *rest: wider(Psi[:, :1], *rest))
    assert is_refuted("eq-66.corrected")


def test_a_gap_that_small_scales_close_is_no_gap(monkeypatch):
    """F(x_1)∂F(x_2) is less by a thousandth of x_2/x_1 − 1 if all is from 1/2 to 2, and not where ψ hardly bends."""
    right = exactness.slope_products

    def products(x, delta, tau):
        less, more = right(x, delta, tau)
        return less * (1 + (x[1] - x[0]) / x[1] / 1024), more

    monkeypatch.setattr(exactness, "slope_products", products)
    assert is_refuted("theorem-4.exact.never")


@pytest.mark.long
def test_a_deviation_is_not_at_most_two(monkeypatch):
    """(μ² + 4)/α bounds the curvature where σ ≤ 2 alone."""
    right = exactness.curvature_bound
    monkeypatch.setattr(exactness, "curvature_bound", lambda mu, sigma, root: right(mu, 2 + 0 * sigma, root))
    assert is_refuted("theorem-4.exact.stationarity", 1000)


def test_the_weights_of_rank_are_compared_by_how_much(monkeypatch):
    """That the larger weight has the lower rank would be true if its solutions were those of a larger one still."""
    monkeypatch.setattr(robust_pca, "robust_pca", lambda X, weight: solve(X, weight + 2 * (weight == X.shape[-1])))
    assert is_refuted("eq-10-vs-67.corrected")


@pytest.mark.long
@pytest.mark.parametrize(
    ("wrong", "name", "change"),
    [
        ("−t for −2t", "order_of_powers", lambda order, *powers: order(*powers) + powers[-1].sum()),
        ("d · rank[L] for n · rank[L], (67) for (10)", "least_value", lambda value, X, weight: value(X, len(X))),
    ],
)
def test_moving_codes_pay_for_their_own_variances(monkeypatch, wrong, name, change):
    right = getattr(moving_codes, name)
    monkeypatch.setattr(moving_codes, name, lambda *arguments: change(right, *arguments))
    assert is_refuted("results/moving-codes", 100), wrong


@pytest.mark.parametrize(
    ("wrong", "change"),
    [
        ("an order that is greater by one", lambda n, level: -level),
        ("no log log 1/α", lambda n, level: -n * log(level)),
    ],
)
def test_a_constant_does_not_hide_what_inliers_that_coincide_cost(monkeypatch, wrong, change):
    right = coinciding_inliers.separated_bound
    bound = lambda U, V, S, tau, level: right(U, V, S, tau, level) + change(S.shape[1], level)  # noqa: E731
    monkeypatch.setattr(coinciding_inliers, "separated_bound", bound)
    assert is_refuted("results/coinciding-inliers", 100), wrong


@pytest.mark.long
@pytest.mark.parametrize(
    "id",
    [
        "theorem-4",
        "theorem-4.cost",
        "eq-66.corrected",
        "theorem-4.exact.never",
        "results/moving-codes",
        "results/coinciding-inliers",
    ],
)
def test_what_is_stated_is_not_refuted(id):
    assert not is_refuted(id, 40)


def test_without_the_variance_of_the_encoder_moving_codes_have_a_lower_order():
    """At the cross of Corollary 5, 18 of 20 entries are fitted by W = (1/√α, 1, 1, 1, 1), and robust PCA fits 17."""
    X, ones = rationals([[1, 1, 1, 1], *([1, 0, 0, 0],) * 4]), rationals([1] * 5)
    p, q = rationals([-1, 0, 0, 0, 0]) / 2, rationals([0, 1, 1, 1]) / 2
    narrow = rationals([1, 1, 1, 1])  # σ = α is less than Σ_z ⪰ αI allows
    assert order_of_powers(X, ones, ones[:4], p, q, narrow).item() + 2 * 4 == 18
    assert order_of_powers(X, ones, ones[:4], p, q, narrow / 2).item() == 11
    assert closest_of_rank_one(X)[0] == 3
