"""Figure 1 of wang2022: the same of networks with ReLUs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from properties.wang2022.experiments.conclusions import (
    BETAS,
    DATA,
    RELU_NEAR,
    THRESHOLDS,
    TRAINING,
    complete,
    incomplete_before,
    never,
    setting,
    within,
)
from properties.wang2022.experiments.figures import draw_regression
from verify.replicate import Conclusion, Setting, experiment

if TYPE_CHECKING:
    from verify.replicate.training import Training


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
