"""Slips: which functions of the heads a loss is the sum of, with their weights and what they are called."""

import numpy as np
import pytest

from properties.engine.helpers.divergences import error, explained, kl, part_of, with_error
from properties.engine.helpers.slow import thinned
from verify.gate.divergence.slips import prior_mean, slips
from verify.gate.divergence.sums import total


def of(mean, second):
    """Return ½(Σ of the mean's term + the second head's − 1), as a mean over samples."""
    return lambda mu, h: 0.5 * ((mean(mu) + second(h)).sum(1) - mu.shape[1]).mean()


def square(mu):
    return mu**2


def variance(h):
    return np.exp(h) - h


def aggregate(mu, h):
    mean, spread = mu.mean(0), np.exp(h).mean(0) + mu.var(0)
    return 0.5 * (mean**2 + spread - np.log(spread) - 1).sum()


SLIPS = {
    "std-for-variance": (of(square, lambda h: np.exp(h / 2) - h), {"Σμ²": 0.5, "Σ e^{h/2}": 0.5, "Σh": -0.5}),
    "variance-squared": (of(square, lambda h: np.exp(2 * h) - 3 * h), {"Σμ²": 0.5, "Σ e^{2h}": 0.5, "Σh": -1.5}),
    "mean-not-squared": (of(lambda mu: mu, variance), {"Σμ": 0.5, "Σ e^h": 0.5, "Σh": -0.5}),
    "mean-absolute": (of(abs, variance), {"Σ|μ|": 0.5, "Σ e^h": 0.5, "Σh": -0.5}),
    "prior-mean": (of(lambda mu: (mu - 1.5) ** 2, variance), {"Σμ²": 0.5, "Σμ": -1.5, "Σ e^h": 0.5, "Σh": -0.5}),
    "missing-log": (
        of(square, lambda h: np.exp(2 * np.exp(h / 2)) - 2 * np.exp(h / 2)),
        {"Σμ²": 0.5, "Σ e^{2·e^{h/2}}": 0.5, "Σ e^{h/2}": -1.0},
    ),
    "reverse-kl": (
        lambda mu, h: 0.5 * ((1 + mu**2) * np.exp(-h) + h - 1).sum(1).mean(),
        {"Σμ²·e^{−h}": 0.5, "Σ e^{−h}": 0.5, "Σh": 0.5},
    ),
    "precision-for-variance": (of(square, lambda h: np.exp(-h) - h), {"Σμ²": 0.5, "Σ e^{−h}": 0.5, "Σh": -0.5}),
    "log-variance-squared": (of(square, lambda h: np.exp(h) - h + h**2), None),
    "heads-swapped": (lambda mu, h: kl(h, mu).sum(1).mean(), {"Σh²": 0.5, "Σ e^μ": 0.5, "Σμ": -0.5}),
    "sum-before-square": (
        lambda mu, h: (0.5 * mu.sum(1) ** 2 + kl(0, h).sum(1)).mean(),
        {"(Σ_j μ_j)²": 0.5, "Σ e^h": 0.5, "Σh": -0.5},
    ),
    "batch-mean-before-square": (
        lambda mu, h: 0.5 * (mu.mean(0) ** 2).sum() + kl(0, h).sum(1).mean(),
        {"Σ_j (mean_i μ_ij)²": 0.5, "Σ e^h": 0.5, "Σh": -0.5},
    ),
    "determinant-for-trace": (
        lambda mu, h: 0.5 * ((mu**2).sum(1) + np.exp(h.sum(1)) - h.sum(1)).mean(),
        {"Σμ²": 0.5, "e^{Σ_j h_j}": 0.5, "Σh": -0.5},
    ),
    "kl-of-aggregate": (
        aggregate,
        {"Σμ²": 0.5, "Σ e^h": 0.5, "Σ_j log(mean_i e^{h_ij} + var_i μ_ij)": -0.5},
    ),
}
COUPLES_SAMPLES = {"batch-mean-before-square", "kl-of-aggregate"}
COUPLES_LATENTS = {"sum-before-square", "determinant-for-trace"}


@pytest.mark.parametrize("code", thinned(SLIPS, 2, mark="long"))
def test_a_slip_is_named_with_its_terms_and_weights(code):
    of_heads, weights = SLIPS[code]
    found = total(part_of(of_heads))
    assert [slip.code for slip in slips(found)] == [code]
    assert found.couples_samples == (code in COUPLES_SAMPLES)
    assert found.couples_latents == (code in COUPLES_LATENTS)
    if weights is not None:
        assert {e.text: w.formula.constant.value for e, w in zip(found.entries, found.weights, strict=True)} == weights


def test_the_mean_of_the_prior_is_told():
    assert prior_mean(total(part_of(SLIPS["prior-mean"][0]))).formula.constant.value == 1.5


def test_weights_are_formulas():
    of_heads = SLIPS["std-for-variance"][0]
    found = total(part_of(lambda mu, h: mu.shape[0] * of_heads(mu, h) / mu.shape[1]))
    assert str(found.of("Σ e^{h/2}").formula) == "n/(2*k)"


@pytest.mark.parametrize(
    "of_heads",
    [
        lambda mu, h: SLIPS["std-for-variance"][0](mu, h) + 1e-9 * np.sin(h).sum(),
        lambda mu, h: 0.5 * (mu**2 + np.exp(0.7 * h) - h).sum(1).mean(),
        lambda mu, h: np.maximum(0.5, kl(mu, h)).sum(1).mean(),
    ],
)
def test_what_is_no_such_sum_is_none(of_heads):
    assert total(part_of(of_heads)) is None


def test_terms_in_other_proportions_are_no_reverse_divergence():
    found = total(part_of(lambda mu, h: 0.5 * ((1 + 2 * mu**2) * np.exp(-h) + h).sum(1).mean()))
    assert "reverse-kl" not in [slip.code for slip in slips(found)]


def test_a_mean_that_does_not_enter_is_missing():
    _, found = explained(lambda recon, x, mu, h: error(recon, x) + (0.5 * (np.exp(h) - h + h**2)).sum(1).mean())
    assert [slip.code for slip in found.slips] == ["mean-missing", "log-variance-squared"]


def test_a_slip_of_a_loss_is_explained():
    reading, found = explained(with_error(SLIPS["std-for-variance"][0]))
    assert reading.divergence is None
    assert found.found
    assert found.far is None
    assert found.sum.texts == {"Σμ²", "Σ e^{h/2}", "Σh"}
