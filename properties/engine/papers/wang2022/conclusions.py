"""What is stated of the rows of wang2022's figures, and how they are drawn."""

import pytest

from properties.wang2022.experiments import conclusions as experiments
from properties.wang2022.experiments.conclusions import (
    BETAS,
    LATENTS,
    NEAR,
    THRESHOLDS,
)
from properties.wang2022.experiments.figures import draw_digits, draw_regression
from properties.wang2022.experiments.prediction import (
    predicted_sigma,
)
from verify.replicate import Replication, Row


def models(betas, thresholds=THRESHOLDS, varies=True):
    return [experiments.setting(f"β = {beta:g}", beta, thresholds, NEAR, varies=varies) for beta in betas]


def rows(excess=lambda beta: 0.0, collapsed=lambda beta: 0):
    """Return rows as predicted, but for a difference in the second seed."""
    found = []
    for model in models(BETAS):
        beta = model.values["beta"]
        loss, count = model.paper["loss"], model.paper["collapsed"]
        seeds = {"loss": [loss, loss], "excess, %": [0, excess(beta)], "collapsed": [count, count + collapsed(beta)]}
        found.append(Row(model, seeds))
    return found


def test_what_is_stated_is_refuted_by_one_model_that_differs():
    assert experiments.never_below(rows())
    assert experiments.collapse_as_predicted(rows())
    assert experiments.complete_past_the_last(rows())
    assert experiments.incomplete_before(rows())
    assert not experiments.never_below(rows(lambda beta: -1e-9 * (beta == 3.15)))
    assert experiments.never_below(rows(lambda beta: -0.1), 0.2)
    assert not experiments.never_below(rows(lambda beta: -0.3), 0.2)
    for sign in (1, -1):
        assert not experiments.follows(rows(lambda beta, sign=sign: 0.6 * sign * (beta == 0.35)), 0.5)
        assert experiments.follows(rows(lambda beta, sign=sign: 0.4 * sign), 0.5)
        assert not experiments.collapse_as_predicted(rows(collapsed=lambda beta, sign=sign: sign * (beta == 7.35)))
    assert experiments.collapse_as_predicted(rows(collapsed=lambda beta: beta in (5.25, 12.95)))  # up to 7.5 % before
    assert not experiments.complete_past_the_last(rows(collapsed=lambda beta: -(beta == 15.75)))
    assert experiments.complete_past_the_last(rows(collapsed=lambda beta: -(beta == 15.05)))
    assert not experiments.incomplete_before(rows(collapsed=lambda beta: beta == 12.25))
    assert experiments.incomplete_before(rows(collapsed=lambda beta: beta == 12.95))


@pytest.mark.parametrize("draw", [pytest.param(draw_regression, marks=pytest.mark.long), draw_digits])
@pytest.mark.long
def test_a_figure_has_its_labels_and_is_the_same_for_the_same_numbers(draw, tmp_path):
    shown = rows()[::6]
    sigma = {row.setting.name: predicted_sigma(THRESHOLDS, LATENTS, row.setting.values["beta"]) for row in shown}
    outcome = Replication(shown, {(seed, name): {"sigma": values} for seed in (0, 1) for name, values in sigma.items()})
    for name in ("once", "again"):
        draw(outcome, tmp_path / name)
    text = (tmp_path / "once").read_text(encoding="utf-8")
    assert text == (tmp_path / "again").read_text(encoding="utf-8")
    for label in ("loss, nats per data point", "eq. (20), corrected", "trained, Σ(x)", "ζᵢ²", "σ₅"):
        assert label in text
    assert ("Spectrum of the digits" in text) is (draw is draw_digits)
