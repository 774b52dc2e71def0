"""The model gate holds what is right, in whatever convention and floats, and refuses what is wrong by its claims."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from properties.engine.helpers import linear_vaes
from properties.engine.helpers.slow import but
from verify.errors import UsageError
from verify.gate.models import check
from verify.gate.models.claims import OF_LOSS, OF_SIMPLIFIED_LOSS, restated
from verify.gate.models.decorator import checks_of
from verify.gate.models.objective import Refused
from verify.judging.statements import ClaimError
from verify.registry.selection import select

K, W = "koehler2022/", "wang2022/"


@pytest.fixture(autouse=True)
def unsimplified(monkeypatch):
    """Tell a counterexample as it was found: what is made of it is another test's."""
    monkeypatch.setattr(check, "SIMPLIFYING", 0)


@pytest.fixture
def few(monkeypatch):
    """Judge what holds at half as many instances: it holds at all of them."""
    monkeypatch.setattr(check, "EXAMPLES", 10)


def refused(adapter, ids, eps=None):
    """Return those of the claims that do not hold of the objective."""
    checks, found = checks_of(adapter, eps), set()
    for id in ids:
        try:
            checks[id]()
        except Refused:
            found.add(id)
    return found


def single(A, At, Bt, D, eps):
    """Return the closed form in single precision, as a float of Python."""
    A, At, Bt, D, eps = (np.asarray(x, dtype=np.float32) for x in (A, At, Bt, D, eps))
    error, code, variances = linear_vaes.terms(A, At, Bt, D)
    return float(error / (2 * eps**2) + np.float32(len(A)) * np.log(eps) + (code + variances.sum()) / np.float32(2))


def per_feature(X, noise, At, Bt, D, eps):
    """Return the sum over a batch, divided by the number of features, with a constant of these."""
    return linear_vaes.of_a_batch(X, noise, At, Bt, D, eps) * len(X) / X.shape[1] + 10 * X.shape[1]


CONVENTIONS = [linear_vaes.of_a_batch, single, per_feature]


@pytest.mark.parametrize(("id", "names"), [*OF_LOSS.items(), *OF_SIMPLIFIED_LOSS.items()])
def test_a_claim_has_the_formulas_that_become_the_objectives(id, names):
    (claim,) = select([id])
    made = restated(claim, dict.fromkeys(names, len))
    assert {made.body.__globals__[name] for name in names} == {len}


@pytest.mark.long
@pytest.mark.usefixtures("few")
def test_every_claim_holds_of_a_right_objective():
    assert refused(linear_vaes.closed_form, OF_LOSS) == set()


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("right", but(CONVENTIONS, linear_vaes.of_a_batch, mark="long"), ids=lambda f: f.__name__)
def test_claims_hold_of_a_right_objective_in_whatever_convention(right):
    """The constant and the scale are taken off before a claim sees the objective, for each claim alike."""
    assert refused(right, [*OF_LOSS][CONVENTIONS.index(right) :: 5]) == set()


@pytest.mark.slow
@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("right", CONVENTIONS, ids=lambda f: f.__name__)
def test_every_claim_holds_of_a_right_objective_in_whatever_convention(right):
    assert refused(right, OF_LOSS) == set()


@pytest.mark.usefixtures("few")
@pytest.mark.long
def test_every_claim_holds_of_a_right_simplified_objective():
    assert refused(linear_vaes.simplified, OF_SIMPLIFIED_LOSS) == set()
    fixed = partial(linear_vaes.simplified, eps=0.25)
    assert refused(fixed, OF_SIMPLIFIED_LOSS, 0.25) == set()
    assert refused(fixed, [K + "lemma-3.l1"], 0.5) == {K + "lemma-3.l1"}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.long)])
def test_a_fixed_decoder_variance_is_declared_and_has_no_optimal_one(step):
    some = {*[*OF_LOSS][::step], K + "lemma-2.corrected"}
    assert refused(linear_vaes.of_fixed_variance, some, 0.5**0.5) == {K + "lemma-2.corrected"}
    for wrong in (None, 1.0, 0.5, 2.0):
        assert refused(linear_vaes.of_fixed_variance, [K + "eq-4"], wrong) == {K + "eq-4"}


@pytest.mark.long
def test_a_beta_vae_of_variance_1_has_the_deviation_root_beta():
    def of_four(A, At, Bt, D):
        return linear_vaes.beta_four(A, At, Bt, D, 1.0)

    some = [K + "eq-4", K + "lemma-3.optimal-d", W + "section-4.2.complete.corrected", W + "theorem-2.corrected"]
    assert refused(of_four, some, 2.0) == set()
    assert refused(of_four, some) == set(some)


DEFECTS = {
    linear_vaes.kl_averaged: (
        [K + "eq-4", K + "section-b1.kl-bound", K + "lemma-3.optimal-d", W + "corollary-2.corrected"],
        [K + "lemma-2.corrected", K + "lemma-6.loss", W + "proposition-1"],
    ),
    linear_vaes.error_without_half: (
        [
            K + "eq-4", K + "lemma-1.epsilon", K + "lemma-2.corrected", K + "lemma-4.loss",
            K + "theorem-3.sufficient-2",
            K + "theorem-3.necessary-3", W + "theorem-1",
        ],
        [K + "lemma-6.loss", W + "proposition-1"],
    ),
    linear_vaes.beta_four: (
        [
            K + "eq-4", K + "lemma-3.optimal-d", W + "section-4.2.complete.corrected",
            W + "section-4.2.partial.corrected", W + "theorem-2.corrected", W + "theorem-3",
        ],
        [K + "lemma-2.corrected", K + "lemma-6.loss", W + "proposition-1"],
    ),
    linear_vaes.variance_for_deviation: (
        [
            K + "eq-4", K + "lemma-3.optimal-d", K + "lemma-3.l1", W + "proposition-2.corrected",
            W + "corollary-1.corrected",
        ],
        [K + "lemma-2.corrected", K + "lemma-6.loss"],
    ),
    linear_vaes.without_noise: (
        [K + "eq-4", K + "lemma-3.optimal-d", K + "lemma-6.gradient-a", W + "eq-61"],
        [K + "lemma-6.loss"],
    ),
    linear_vaes.deviation_for_variance: (
        [K + "eq-4", K + "lemma-2.corrected", W + "eq-5", W + "eq-62", W + "eq-64", W + "eq-76.corrected"],
        [K + "lemma-6.loss", W + "proposition-1"],
    ),
    linear_vaes.without_normalisation: (
        [
            K + "eq-4", K + "lemma-1.reconstruction", K + "lemma-2.corrected", K + "theorem-3.necessary-1",
            K + "theorem-3.necessary-2",
        ],
        [K + "lemma-3.optimal-d", K + "lemma-4.loss", K + "lemma-6.loss"],
    ),
    linear_vaes.sign_of_logarithm: (
        [
            K + "eq-4", K + "lemma-3.optimal-d", W + "theorem-2.unused-sigma.corrected",
            W + "theorem-2.unused-zeta",
        ],
        [K + "lemma-2.corrected", K + "lemma-6.loss"],
    ),
    linear_vaes.without_mean: (
        [K + "eq-4", K + "lemma-6.gradient-b", W + "eq-36.corrected", W + "eq-38"],
        [K + "lemma-2.corrected", K + "lemma-3.optimal-d", K + "lemma-6.loss"],
    ),
    linear_vaes.first_feature_twice: ([K + "eq-4", K + "lemma-6.loss"], []),
    linear_vaes.decay_of_encoder: (
        [K + "eq-4", W + "proposition-1"],
        [K + "lemma-2.corrected", K + "lemma-3.optimal-d"],
    ),
}  # fmt: skip
"""Of each defect, claims that it violates, and claims that hold of it all the same."""


SELDOM = {
    linear_vaes.beta_four, linear_vaes.sign_of_logarithm, linear_vaes.variance_for_deviation,
    linear_vaes.deviation_for_variance,
}  # fmt: skip
"""Of whose claims some are violated at few instances."""


@pytest.mark.parametrize("defect", but(DEFECTS, *SELDOM, mark="long"), ids=lambda f: f.__name__)
def test_a_defect_is_refused_by_what_it_violates(defect):
    violated, _ = DEFECTS[defect]
    assert refused(defect, violated) == set(violated)


ONE = linear_vaes.without_noise


@pytest.mark.parametrize("defect", but(DEFECTS, *DEFECTS.keys() - {ONE}, mark="long"), ids=lambda f: f.__name__)
def test_a_defect_is_refused_by_nothing_else(defect):
    _, kept = DEFECTS[defect]
    assert refused(defect, kept) == set()


def test_every_claim_is_violated_by_one_of_the_defects():
    assert {id for violated, _ in DEFECTS.values() for id in violated} == set(OF_LOSS)


@pytest.mark.long
def test_every_claim_on_the_simplified_loss_is_violated_by_a_defect():
    def d_for_d_minus_r(A, At, Bt, eps):
        return linear_vaes.simplified(A, At, Bt, eps) + len(Bt) * np.log(eps)

    def first_feature_twice(A, At, Bt, eps):
        D = eps**2 / ((At**2).sum(0) + eps**2)
        return linear_vaes.first_feature_twice(A, At, Bt, D, eps)

    def without_logarithms(A, At, Bt, eps):
        return ((A - At @ Bt @ A) ** 2).sum() / (2 * eps**2) + ((Bt @ A) ** 2).sum() / 2

    violated = {
        d_for_d_minus_r: {K + "lemma-3.l1"},
        first_feature_twice: {K + "lemma-6.l1", K + "lemma-6.descent"},
        without_logarithms: {K + "section-3.recovery.no-spare-latent"},
    }
    for defect, ids in violated.items():
        assert refused(defect, ids) == ids
    assert set().union(*violated.values()) <= set(OF_SIMPLIFIED_LOSS)


def test_what_is_to_be_maximised_is_said_to_be():
    def bound(A, At, Bt, D, eps):
        return -linear_vaes.closed_form(A, At, Bt, D, eps)

    with pytest.raises(Refused, match="is it to be maximised"):
        checks_of(bound)[K + "lemma-6.loss"]()


def test_a_claim_that_does_not_have_the_objective_in_it_is_not_held(monkeypatch):
    """Neither where its formula has another name, nor where it is never called."""
    (claim,) = select([K + "eq-4"])
    with pytest.raises(
        ClaimError, match=r"koehler2022/eq-4: properties\.koehler2022\.claims\.losses has no simple_loss"
    ):
        restated(claim, {"simple_loss": None})
    monkeypatch.setattr(check, "restated", lambda claim, formulas: replace(claim))
    with pytest.raises(UsageError, match="koehler2022/eq-4: of 200 instances 0 could be judged"):
        checks_of(linear_vaes.closed_form)[K + "eq-4"]()


@pytest.mark.long
def test_the_papers_claims_stay_as_they_are():
    (claim,) = select([K + "eq-4"])
    before = dict(claim.body.__globals__)
    checks_of(linear_vaes.closed_form)[K + "eq-4"]()
    with pytest.raises(Refused):
        checks_of(linear_vaes.beta_four)[K + "eq-4"]()
    assert claim.body.__globals__ == before


def test_every_claim_is_judged_of_the_loss_or_is_known_not_to_be():
    """What names a loss and is not refuted is among the claims, or of biases, nonlinear maps, β or a bound."""
    left_out = {K + "eq-3", W + "proposition-4", W + "section-4.2.beta-eta", W + "eq-49.corrected"}
    losses = {"loss", "vae_loss", "simplified_loss", "fit", "factorization_loss", "biased_vae_loss"}
    helpers = {"error_bound", "slope_along", "attack_minimum"}
    naming = {
        claim.id
        for claim in select([K + "*", W + "*"])
        if claim.expected != "refuted" and names_of(claim.body.__code__) & (losses | helpers)
    }
    assert naming == {*OF_LOSS, *OF_SIMPLIFIED_LOSS} | left_out


def names_of(code):
    """Return the global names in a function, and in those inside it."""
    inner = [constant for constant in code.co_consts if hasattr(constant, "co_names")]
    return set(code.co_names).union(*map(names_of, inner))
