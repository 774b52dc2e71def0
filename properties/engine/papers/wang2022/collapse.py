"""Claims on which modes collapse are held to the loss: closed forms of another threshold refute each of them."""

import pytest
from hypothesis import Phase, settings

from properties.engine.helpers.slow import thinned
from properties.wang2022.claims import collapse, minimality
from reference.wang2022 import Weights, optima
from verify.claims.attack import attack
from verify.claims.counterexample import Refutation
from verify.registry.loading import load_papers
from verify.registry.selection import select
from verify.running.runner import search_settings

load_papers()
FIXED = ["section-4.2.complete.corrected", "section-4.2.partial.corrected", "section-4.2.prior", "section-4.2.beta-eta"]
BOTH = ["section-4.3.same-conditions", "section-4.4.beta-vs-eta.corrected", "section-4.4.small-beta"]
OF_LEARNED = ["learned_decoder_singular_values", "learned_encoder_singular_values", "optimal_sigma"]
FACTORS = [3, 1 / 2, 9 / 8]
"""By which the threshold of ζ is wrong: tripled, halved, and by little."""


def attacked(name):
    """Attack a claim with the examples of a run; raises Refutation where one refutes."""
    (claim,) = select([f"wang2022/{name}"])
    drawn = settings(search_settings(100), phases=[Phase.generate])
    attack(claim, lambda *_: None, drawn, seed=0)()


def plant(monkeypatch, module, formula, factor):
    """Replace a closed form by what is right for another β, whose threshold √b of ζ is so many times that of w."""
    right = getattr(module, formula)

    def planted(*arguments):
        *others, w = arguments
        return right(*others, Weights(w.beta * factor**2, w.eta_dec, w.eta_enc))

    monkeypatch.setattr(module, formula, planted)


@pytest.mark.long
@pytest.mark.parametrize("name", FIXED + BOTH)
def test_the_claims_hold_with_the_right_threshold(name):
    attacked(name)


@pytest.mark.parametrize("factor", thinned(FACTORS, mark="long"))
@pytest.mark.parametrize("name", FIXED + BOTH)
def test_another_threshold_in_all_closed_forms_is_refuted(name, factor, monkeypatch):
    """They agree with one another: only the loss tells."""
    for formula in ("decoder_singular_values", "encoder_singular_values", *OF_LEARNED):
        plant(monkeypatch, minimality, formula, factor)
    plant(monkeypatch, collapse, "fixed_variance_minimum", factor)
    with pytest.raises(Refutation):
        attacked(name)


@pytest.mark.parametrize("factor", thinned(FACTORS, mark="long"))
@pytest.mark.parametrize("name", FIXED + BOTH)
def test_another_threshold_for_fixed_variance_is_refuted(name, factor, monkeypatch):
    plant(monkeypatch, optima, "shrunk", factor)
    with pytest.raises(Refutation):
        attacked(name)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("name", BOTH)
def test_another_threshold_for_learned_variance_is_refuted(name, factor, monkeypatch):
    for formula in OF_LEARNED:
        plant(monkeypatch, minimality, formula, factor)
    with pytest.raises(Refutation):
        attacked(name)
