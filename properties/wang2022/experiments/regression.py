"""Figures 4 and 1 of wang2022, and the same on handwritten digits: do trained models follow the linear theory?

The figures print no numbers. What stands in the place of the paper's is its theory's prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from properties.wang2022.experiments.figures import draw_digits, draw_regression
from properties.wang2022.experiments.prediction import predicted_collapsed, predicted_loss
from verify.replicate import Conclusion, Row, Setting, every, experiment

if TYPE_CHECKING:
    from verify.replicate.training import Training

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


@experiment(
    "wang2022/figure-4",
    r"\min L_{\mathrm{VAE}} \text{ of a trained linear model is eq. (20)}, \quad"
    r" \sigma_i \to \eta_{\mathrm{enc}} \text{ at } \beta = \zeta_i^2",
    label="Fig. 4",
    settings=[
        setting(f"β = {beta:g}, {'Σ(x)' if varies else 'Σ'}", beta, THRESHOLDS, NEAR, varies=varies)
        for varies in (False, True)
        for beta in BETAS
    ],
    steps=30_000,
    reduced=20_000,
    stated=[
        never("no trained loss is below eq. (20)", 0, "all 144 models of seeds 0 to 2"),
        within(0.5, "at most 0.26 % in the 144 models of seeds 0 to 2"),
        as_predicted(
            "as many modes are collapsed as thresholds ζ_i² are passed, where β is near none",
            "all such models of seeds 0 to 2",
        ),
        complete("all such models of seeds 0 to 2"),
    ],
    choices=[
        *DATA,
        "Σ(x) = Linear(x) has to be positive: log σ²(x) is affine in x. Models whose Σ is the same for all x, as in the"
        " theory, come beside; both follow eq. (20)",
        "batches: 100 fresh samples; no biases, whose optimum is 0 (Proposition 4)",
        *TRAINING,
        "steps: the largest excess over eq. (20) was 1.9 % of its range at 5,000, 0.35 % at 20,000, 0.26 % at"
        " 30,000, hence the criterion of 0.5 %; latents of nearly equal σ are slow to rotate into the modes",
        f"near a threshold is within {100 * NEAR:g} % of it: of 6 models at β = 12.95, 7.5 % before one, one still had"
        " the mode spread over two latents of σ > 0.99 after 30,000 steps",
    ],
    draw=draw_regression,
)
def test_linear_regression(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train linear models at 24 values of β on y = Mx, with Σ as in the theory and Σ(x) as in the experiment.

    The number in the place of the paper's is eq. (20), as corrected; the loss is in closed form at the trained
    parameters. The theory holds for Σ(x) too: by Jensen's inequality a variance that varies only costs.
    """
    from properties.wang2022.experiments.training.linear import LinearRegression  # noqa: PLC0415  # imports torch

    return LinearRegression(settings, seed, device)


@experiment(
    "wang2022/figure-1",
    r"L_{\mathrm{VAE}} \text{ of a trained ReLU model} \approx \text{eq. (20)}, \quad"
    r" \bar\sigma = \eta_{\mathrm{enc}} \iff \beta \ge \zeta_1^2",
    label="Fig. 1",
    settings=[setting(f"β = {beta:g}", beta, THRESHOLDS, RELU_NEAR, varies=True) for beta in BETAS],
    steps=30_000,
    reduced=30_000,
    stated=[
        never(
            "no trained loss is below eq. (20), by more than 0.1 % of its range", 0.1, "all 72 models of seeds 0 to 2"
        ),
        within(2, "at most 0.61 % in 71 of the 72 models of seeds 0 to 2, 1.7 % in one"),
        complete("all such models of seeds 0 to 2"),
        Conclusion(
            "not all are where β is before ζ_1², and not near it",
            incomplete_before,
            seen="all such models of seeds 0 to 2",
        ),
    ],
    choices=[
        *DATA,
        "networks: one hidden layer each, with biases, for the mean, the log-variance and the decoder",
        "batches: 100 fresh samples; losses are averages over 20,000 others, moved so that their mean and covariance"
        " are exact, as the loss of a linear or collapsed model then is",
        *TRAINING,
        "after 30,000 steps the excess over eq. (20) is at most 0.61 % of its range, but for one model 1.7 %"
        " (β = 1.75); at 20,000 one model is collapsed 22 % before ζ_1² still. The other modes do not collapse as in"
        " the linear model, nor does the paper say so: at β = 1.05, 2.45, 3.15 and 5.25 all three models lack the last"
        " one that they should have",
        f"near ζ_1² is within {100 * RELU_NEAR:g} % of it: at 12 % before one model of three is collapsed, at 7 % one",
    ],
    draw=draw_regression,
)
def test_relu_regression(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train networks of one hidden layer of 8 ReLUs on the data of Figure 4.

    The number in the place of the paper's is eq. (20), as corrected, of the linear model. Since the data are Gaussian
    and d1 = d0, no network can be better: eq. (20) is β·rate + distortion/2 at the best, by their rate-distortion
    function. The losses are averages over 20,000 fresh points.
    """
    from properties.wang2022.experiments.training.nonlinear import ReluRegression  # noqa: PLC0415  # imports torch

    return ReluRegression(settings, seed, device)


@experiment(
    "wang2022/digits",
    r"\#\{i : \sigma_i = \eta_{\mathrm{enc}}\} = \#\{i : \zeta_i^2 \le \beta\}"
    r" \text{ for a trained linear autoencoder of digits}",
    label="§5 on digits",
    # eq. (20) has of the modes beyond d1 only the sum
    settings=[
        setting(f"β = {beta:g}", beta, (*DIGITS, DIGITS_VARIANCE - sum(DIGITS)), DIGITS_NEAR, varies=False)
        for beta in DIGITS_BETAS
    ],
    steps=10_000,
    reduced=4_000,
    groups=2,
    stated=[
        never("no trained loss is below eq. (20)", 0, "all 18 models of seeds 0 to 2"),
        within(0.5, "all 18 models of seeds 0 to 2"),
        as_predicted("as many modes are collapsed as thresholds ζ_i² are passed", "all 18 models of seeds 0 to 2"),
        complete("all 3 such models of seeds 0 to 2"),
    ],
    choices=[
        "pixels from 0 to 1, less their means; y = x; no biases; Σ the same for all x",
        "all 1797 images in every step: with batches of 100 the σ_i near a threshold fluctuate by 0.01, and with them"
        " the count at β = 0.668, which is within 5 % of two thresholds",
        *TRAINING,
        "steps: at 5,000 the worst σ is off by 0.03, at 10,000 by 0.016; the counts are as predicted from 3,000 on",
    ],
    draw=draw_digits,
)
def test_digits(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train linear models of 5 latents to encode scikit-learn's digits, at values of β between their thresholds.

    Not in the paper, which has MNIST and networks. The number in the place of the paper's is eq. (20), as corrected.
    """
    from properties.wang2022.experiments.training.digits import DigitsVAE  # noqa: PLC0415  # imports torch

    return DigitsVAE(settings, seed, device)
