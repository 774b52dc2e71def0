"""A picture of wang2022 from its closed forms, with descent beside: loss and deviations against β."""

from __future__ import annotations

from typing import Any

import numpy as np

from properties.wang2022.experiments.conclusions import LATENTS, THRESHOLDS
from properties.wang2022.experiments.prediction import predicted_loss, predicted_sigma, weights
from reference.wang2022.losses import gram_plus_weight, vae_loss
from reference.wang2022.optima import optimal_u, optimal_v
from verify.pictures import Picture, pictured
from verify.pictures.style import COLOURS, GREY, INK, VERMILLION, new_picture, styled

BETAS = [round(0.2 * k, 1) for k in range(1, 84)]
"""At which the closed forms are drawn."""

TRAINED = (1.0, 2.5, 4.5, 7.5, 11.5, 16.0)
"""At which models are trained from random weights: between the thresholds, and past them."""

SUBSCRIPTS = "₀₁₂₃₄₅"
STEPS = 1000
"""Of descent: the best decoder, encoder and deviations in turn."""


@pictured("wang2022/collapse")
def collapse() -> Picture:
    """The least loss and the best deviations against β (eqs. (20) and (15), corrected), and trained models."""
    data: dict[str, Any] = {
        "thresholds": list(THRESHOLDS),
        "beta": BETAS,
        "loss": [predicted_loss(THRESHOLDS, LATENTS, beta) for beta in BETAS],
        "sigma": [predicted_sigma(THRESHOLDS, LATENTS, beta).tolist() for beta in BETAS],
        "trained": trained(),
    }
    caption = (
        f"The least loss of a linear β-VAE and its encoder's deviations σᵢ against β: lines are eqs. (20) and (15) of"
        f" wang2022, corrected; rings are {len(TRAINED)} models descended from random weights. Mode i collapses, its σᵢ"
        " that of the prior, where β passes the threshold ζᵢ² (dashed): the weakest first, and the last at"
        f" β = {THRESHOLDS[0]:g}, from where on the loss is flat."
    )
    return _draw_collapse(data, caption)


def trained() -> list[dict[str, Any]]:
    """Return the loss and the sorted deviations of models descended from random weights, on data of A = I and C = Z."""
    n, d = len(TRAINED), LATENTS
    w = weights(np.array(TRAINED))
    Z = np.broadcast_to(np.diag(THRESHOLDS) ** 0.5, (n, d, d))
    V, sigma = np.random.default_rng(0).normal(size=(n, d, d)) / d**0.5, np.ones((n, d))
    for _ in range(STEPS):
        U = optimal_u(V, Z, sigma)
        V = optimal_v(U, Z, w)
        sigma = np.sqrt(w.b[:, None] / np.diagonal(gram_plus_weight(U, w), axis1=1, axis2=2))  # variance_excess is 0
    losses = vae_loss(U, V, sigma, np.eye(d), Z, (Z**2).sum((1, 2)), w)
    found = zip(TRAINED, losses.tolist(), np.sort(sigma).tolist(), strict=True)
    return [{"beta": beta, "loss": loss, "sigma": sigmas} for beta, loss, sigmas in found]


@styled
def _draw_collapse(data: dict[str, Any], caption: str) -> Picture:
    figure, (loss, sigma) = new_picture(540, 2)
    betas, models = data["beta"], data["trained"]
    for axes in (loss, sigma):
        for threshold in data["thresholds"]:
            axes.axvline(threshold, color=GREY, lw=0.8, dashes=(4, 3))
        axes.set(xlim=(0, betas[-1]))
    loss.plot(betas, data["loss"], color=INK)
    loss.plot([m["beta"] for m in models], [m["loss"] for m in models], "o", mfc="none", mec=VERMILLION, ms=8, mew=1.6)
    loss.set(ylabel="least loss, nats a data point", ylim=(0, 20), yticks=range(0, 20, 5))
    for i, threshold in enumerate(data["thresholds"], 1):
        loss.annotate(f"ζ{SUBSCRIPTS[i]}²", (threshold, 18), ha="center", va="bottom")
    for i, colour in enumerate(COLOURS):
        sigma.plot(betas, [row[i] for row in data["sigma"]], color=colour)
        sigma.plot(
            [m["beta"] for m in models], [m["sigma"][i] for m in models], "o", mfc="none", mec=colour, ms=8, mew=1.6
        )
        sigma.annotate(f"σ{SUBSCRIPTS[i + 1]}", (data["thresholds"][i], 1.03), color=colour, ha="center", va="bottom")
    sigma.set(ylabel="σᵢ, in units of the prior's", xlabel="β", ylim=(0, 1.15))
    return Picture(figure, "Posterior collapse comes mode by mode, at the thresholds", caption, data)
