"""What is concluded of β-VAEs trained at many β: do they follow the linear theory?

The figures print no numbers. What stands in the place of the paper's is its theory's prediction.
"""

from __future__ import annotations

from collections.abc import Sequence

from properties.wang2022.experiments.prediction import predicted_collapsed, predicted_loss
from verify.replicate import Conclusion, Row, Setting, every

LATENTS = 5
"""d1."""

THRESHOLDS = tuple(0.7 * k for k in (20, 13, 8, 5, 2))
"""ζ_i² of the synthetic data, d0 = d2 = 5; the largest is 14, as in Figure 1."""

BETAS = tuple(round(0.35 + 0.7 * k, 2) for k in range(24))
"""From near 0 past the last threshold; every threshold lies halfway between two."""

DIGITS = (0.6988567022640987, 0.6391665653682632, 0.5535528759080699, 0.3947035724999888, 0.27138469802408033)
"""The largest eigenvalues ζ_i² of the covariance of the digits, pixels from 0 to 1."""

DIGITS_VARIANCE = 4.693276317822724
"""The sum of all 64."""

DIGITS_BETAS = (0.2, 0.33, 0.47, 0.595, 0.668, 0.8)
"""Before, between and past these thresholds."""

NEAR, RELU_NEAR, DIGITS_NEAR = 0.08, 0.15, 0.04
"""Within this share of a threshold, nothing is said of the mode's collapse; no β of the digits is so near."""


def setting(name: str, beta: float, thresholds: Sequence[float], near: float, *, varies: bool) -> Setting:
    """Return one model, whose Σ may vary with x, and the predictions for it."""
    predicted = {
        "loss": predicted_loss(thresholds, LATENTS, beta),
        "collapsed": predicted_collapsed(thresholds, LATENTS, beta),
    }
    return Setting(
        name, {"beta": beta, "thresholds": thresholds, "d1": LATENTS, "near": near, "varies": varies}, predicted
    )


# --- what is stated of the rows -------------------------------------------------------------------------------------


def follows(rows: Sequence[Row], percent: float) -> bool | None:
    """Whether every loss exceeds the prediction by less than that share of the range over β, 0 to E[yᵀy]/2."""
    return every(abs(excess) < percent for row in rows for excess in row.seeds["excess, %"])


def never_below(rows: Sequence[Row], percent: float = 0.0) -> bool | None:
    """Whether no loss is below the prediction, by more than that share of the range."""
    return every(excess >= -percent for row in rows for excess in row.seeds["excess, %"])


def side(row: Row, threshold: float) -> int:
    """Return 1 where β is past the threshold, −1 where it is before, and 0 where it is near."""
    excess, near = row.setting.values["beta"] / threshold - 1, row.setting.values["near"]
    return (excess > near) - (excess < -near)


def collapse_as_predicted(rows: Sequence[Row]) -> bool | None:
    """Whether as many modes are collapsed as thresholds are passed, for β near none of them."""
    return every(
        count == row.setting.paper["collapsed"]
        for row in rows
        if all(side(row, threshold) for threshold in row.setting.values["thresholds"][:LATENTS])
        for count in row.seeds["collapsed"]
    )


def complete_past_the_last(rows: Sequence[Row]) -> bool | None:
    """Whether all modes are collapsed for β past ζ_1², and not near it."""
    return every(
        count == LATENTS
        for row in rows
        if side(row, row.setting.values["thresholds"][0]) > 0
        for count in row.seeds["collapsed"]
    )


def incomplete_before(rows: Sequence[Row]) -> bool | None:
    """Whether some mode is not collapsed for β before ζ_1², and not near it."""
    return every(
        count < LATENTS
        for row in rows
        if side(row, row.setting.values["thresholds"][0]) < 0
        for count in row.seeds["collapsed"]
    )


def within(percent: float, seen: str) -> Conclusion:
    """Return the claim that trained losses follow the prediction."""
    text = f"every trained loss is within {percent:g} % of the range of eq. (20)"
    return Conclusion(text, lambda rows: follows(rows, percent), seen=seen)


def never(text: str, percent: float, seen: str) -> Conclusion:
    """Return the claim that no trained loss is below the prediction."""
    return Conclusion(text, lambda rows: never_below(rows, percent), seen=seen)


def as_predicted(text: str, seen: str) -> Conclusion:
    """Return the claim that modes collapse at their thresholds."""
    return Conclusion(text, collapse_as_predicted, seen=seen)


def complete(seen: str) -> Conclusion:
    """Return the claim that collapse is complete where it is predicted to be."""
    text = "all modes are collapsed where β is past ζ_1², and not near it"
    return Conclusion(text, complete_past_the_last, seen=seen)


DATA = [
    "A and M: the thresholds ζ_i² are 0.7 · (20, 13, 8, 5, 2) for all seeds, the largest as in Figure 1; the singular"
    " vectors and the axes of A are drawn for each seed, the eigenvalues of A^{1/2} are 0.5 to 1.5",
    "β = 0 is left out: the infimum of eq. (20) is not attained there, σ_i → 0; the first is 0.35",
]
TRAINING = [
    "where training starts: normal weights of variance 1/inputs (2/inputs before ReLUs), zero biases, σ_i = η_enc, or"
    " near it where a network gives it",
    "one draw of ε for every data point and step; Adam at a constant rate of 0.001 (§5); the last parameters count",
    "a mode is collapsed if σ_i, averaged over the data, exceeds 0.99 η_enc; by the theory that is β > 0.98 ζ_i²",
]
