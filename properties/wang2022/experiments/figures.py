"""Loss and encoder deviations against β, and the spectrum of the digits: trained models over the predictions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

import numpy as np

from properties.wang2022.experiments.prediction import predicted_loss, predicted_sigma
from verify.replicate import Replication, Row
from verify.replicate.figures import GREY, INK, new_figure, save, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = ("o", "x")
"""Of the two kinds of models in a figure."""


@styled
def draw_regression(replication: Replication, path: Path) -> None:
    """Draw the loss and σ_i against β, of all seeds; models with Σ and with Σ(x) have markers of their own."""
    figure = new_figure(11, 4.2)
    loss, sigma = figure.subplots(1, 2)
    draw_loss(loss, replication)
    draw_sigma(sigma, replication)
    save(figure, path)


@styled
def draw_digits(replication: Replication, path: Path) -> None:
    """Draw the same, and the spectrum of the digits with the values of β between its thresholds."""
    figure = new_figure(15, 4.2)
    loss, sigma, spectrum = figure.subplots(1, 3)
    draw_loss(loss, replication)
    draw_sigma(sigma, replication)
    draw_spectrum(spectrum, replication.rows)
    save(figure, path)


def draw_loss(axes: Axes, replication: Replication) -> None:
    """Draw the losses over eq. (20), with the spread over the seeds."""
    thresholds, d1, grid = _prediction(axes, replication.rows)
    predicted = [predicted_loss(thresholds, d1, beta) for beta in grid]
    axes.plot(grid, predicted, "-", color=INK, lw=1, label="eq. (20), corrected")
    for i, (kind, rows) in enumerate(_kinds(replication.rows).items()):
        betas = [row.setting.values["beta"] for row in rows]
        values = [row.measured["loss"] for row in rows], [row.spread["loss"] for row in rows]
        axes.errorbar(betas, *values, fmt=MARKERS[i], ms=5, mfc="none", color=f"C{i}", label=f"trained, {kind}")
    axes.set(xlabel="β", ylabel="loss, nats per data point", title="Loss", ylim=(0, None))
    axes.legend(loc="lower right")


def draw_sigma(axes: Axes, replication: Replication) -> None:
    """Draw each σ_i, averaged over the data, over its prediction; a colour for each mode."""
    thresholds, d1, grid = _prediction(axes, replication.rows)
    predicted = np.array([predicted_sigma(thresholds, d1, beta) for beta in grid])
    seeds = sorted({seed for seed, _ in replication.exhibits})
    for mode in range(d1):
        axes.plot(grid, predicted[:, mode], "-", lw=1, color=f"C{mode}", label=f"σ{'₁₂₃₄₅₆₇₈₉'[mode]}")
        for i, rows in enumerate(_kinds(replication.rows).values()):
            shown = [[replication.exhibits[seed, row.setting.name]["sigma"][mode] for seed in seeds] for row in rows]
            betas = [row.setting.values["beta"] for row in rows]
            spread = [stdev(values) if len(values) > 1 else 0.0 for values in shown]
            style: Any = {"fmt": MARKERS[i], "ms": 4, "mfc": "none", "color": f"C{mode}", "elinewidth": 0.8}
            axes.errorbar(betas, [fmean(values) for values in shown], spread, **style)
    axes.set(xlabel="β", ylabel="σᵢ, as a share of η_enc", title="Encoder deviations", ylim=(0, 1.05))
    axes.legend(loc="lower right", title="predicted, and trained")


def draw_spectrum(axes: Axes, rows: Sequence[Row]) -> None:
    """Draw the thresholds, with a dashed line at each β that was trained."""
    values = rows[0].setting.values
    thresholds, d1 = values["thresholds"], values["d1"]
    axes.bar(range(1, d1 + 1), thresholds[:d1], color=[f"C{mode}" for mode in range(d1)])
    for i, row in enumerate(rows):
        label = "β trained" if i == 0 else None
        axes.axhline(row.setting.values["beta"], color=GREY, ls="--", lw=0.8, label=label)
    axes.set(xlabel="mode i", ylabel="threshold ζᵢ², an eigenvalue of the covariance", title="Spectrum of the digits")
    axes.legend()


def _kinds(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows by kind of model."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault("Σ(x)" if row.setting.values["varies"] else "Σ", []).append(row)
    return kinds


def _prediction(axes: Axes, rows: Sequence[Row]) -> tuple[Sequence[float], int, np.ndarray]:
    """Draw the thresholds as dashed lines; return them, d1 and the values of β at which to predict."""
    values = rows[0].setting.values
    thresholds, d1 = values["thresholds"], values["d1"]
    for i, threshold in enumerate(thresholds[:d1]):
        axes.axvline(threshold, color=GREY, ls="--", lw=0.8, label="ζᵢ²" if i == 0 else None)
    last = max(row.setting.values["beta"] for row in rows)
    return thresholds, d1, np.linspace(last / 500, last, 500)
