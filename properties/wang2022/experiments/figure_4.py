"""Figure 4 of wang2022: the loss and the deviations of trained linear models against β."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from properties.wang2022.experiments.conclusions import (
    BETAS,
    DATA,
    NEAR,
    THRESHOLDS,
    TRAINING,
    as_predicted,
    complete,
    never,
    setting,
    within,
)
from properties.wang2022.experiments.figures import draw_regression
from verify.replicate import Setting, experiment

if TYPE_CHECKING:
    from verify.replicate.training import Training


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
