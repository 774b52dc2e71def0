"""Claims that a minimiser is the only one are refuted of a loss that is constant."""

import pytest

from properties.dai2018.claims import affine
from properties.engine.helpers.claims import body_of, refuted
from properties.koehler2022.claims import losses
from properties.wang2022.claims import learned_variance


@pytest.mark.parametrize(
    ("module", "loss", "test"),
    [
        (affine, "encoder_cost", "test_inverse_column_norms_are_the_optimal_variances"),
        (losses, "loss", "test_optimal_encoder_variance"),
        (learned_variance, "mode_loss", "test_optimal_sigma_minimises_mode_loss"),
        (learned_variance, "mode_loss", "test_optimal_sigma_of_learned_mode"),
    ],
)
def test_a_constant_loss_has_no_only_minimiser(module, loss, test, monkeypatch):
    original = getattr(module, loss)
    monkeypatch.setattr(module, loss, lambda *arguments: 0 * original(*arguments))
    assert refuted(body_of(getattr(module, test)))
