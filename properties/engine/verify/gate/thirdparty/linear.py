"""The models of pythae and the ELBOs of Pyro, as linear VAEs, are what the papers have: every claim holds of them."""

import pytest

from properties.engine.helpers.others import pyro_adapter, pythae_adapter
from verify.gate.models import check
from verify.gate.models.claims import OF_LOSS, OPTIMAL_DEVIATION
from verify.gate.models.decorator import checks_of
from verify.gate.models.objective import Refused

VALUE = "koehler2022/eq-4"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Judge each claim at fewer instances: there are no secrets in these objectives."""
    monkeypatch.setattr(check, "EXAMPLES", 10)
    monkeypatch.setattr(check, "SIMPLIFYING", 0)


def refused(adapter, eps=None, ids=OF_LOSS):
    """Return the claims that do not hold of an objective."""
    checks, found = checks_of(adapter, eps), []
    for id in ids:
        try:
            checks[id]()
        except Refused:
            found.append(id)
    return found


SOME = [
    VALUE, OPTIMAL_DEVIATION, "koehler2022/lemma-3.optimal-d", "koehler2022/lemma-6.loss", "wang2022/theorem-1",
    "wang2022/theorem-2.corrected", "wang2022/section-4.2.complete.corrected",
]  # fmt: skip


def test_every_claim_but_one_holds_of_the_vae_of_pythae():
    """½‖x − x̂‖² + KL, the mean over the batch: the decoder's variance is 1, and fixed."""
    assert refused(pythae_adapter("VAE"), 1.0) == [OPTIMAL_DEVIATION]


@pytest.mark.parametrize(("options", "beta"), [({}, 1), ({"beta": 4.0}, 4), ({"beta": 0.25}, 0.25)])
def test_the_beta_vae_of_pythae_has_the_decoder_variance_beta(options, beta):
    """With no β said, it is that of the VAE."""
    adapter = pythae_adapter("BetaVAE", **options)
    assert refused(adapter, beta**0.5, SOME) == [OPTIMAL_DEVIATION]
    assert VALUE in refused(adapter, 2 * beta**0.5, [VALUE])


def test_every_claim_holds_of_the_mean_field_elbo_of_pyro(monkeypatch):
    """Summed over the batch, with all constants."""
    assert refused(pyro_adapter("TraceMeanField_ELBO", monkeypatch)) == []


def test_the_sampled_divergence_of_pyro_is_the_closed_one_where_samples_have_its_moments(monkeypatch):
    assert refused(pyro_adapter("Trace_ELBO", monkeypatch), ids=SOME) == []


def test_a_variance_for_a_scale_in_pyro_is_found(monkeypatch):
    right = pyro_adapter("TraceMeanField_ELBO", monkeypatch)

    def variance_for_scale(X, noise, At, Bt, D, eps):
        return right(X, noise, At, Bt, D**2, eps)

    assert set(refused(variance_for_scale, ids=SOME)) >= {VALUE, "koehler2022/lemma-3.optimal-d", "wang2022/theorem-1"}
    assert refused(variance_for_scale, ids=["koehler2022/lemma-6.loss"]) == []
