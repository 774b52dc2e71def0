"""What Tables 2 to 5 of koehler2022 show: what the generators draw, which variances vanish, and the decoder's."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.replicate import Replication, Setting
from verify.replicate.figures import GREY, new_figure, save, styled

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

Exhibit = Mapping[str, "np.ndarray[Any, Any]"]
"""What a training shows of one setting."""


def draw_sigmoid(replication: Replication, path: Path) -> None:
    """Draw x_{r*+1} against ⟨a*, x_{:r*}⟩ of the table's sixth column (Figures 1 and 4, right), and what vanishes."""
    _draw(replication, path, 5, _scatter)


def draw_sphere(replication: Replication, path: Path) -> None:
    """Draw the norms ‖x_{:r*+1}‖ of the table's second column (Figures 1 and 4, left), and what vanishes."""
    _draw(replication, path, 1, _histogram)


@styled
def _draw(replication: Replication, path: Path, column: int, generated: Callable[[Axes, Exhibit], None]) -> None:
    """Draw the first seed: above, the paper's column and the variances; below, the worst column and the progress."""
    seed = min(replication.exhibits)[0]
    shown = [(row.setting, replication.exhibits[seed, row.setting.name]) for row in replication.rows]
    first = [row.seeds["manifold error"][0] for row in replication.rows]
    figure = new_figure(11, 8)
    (paper, variances), (worst, progress) = figure.subplots(2, 2)
    for axes, i in ((paper, column), (worst, first.index(max(first)))):
        setting, exhibit = shown[i]
        generated(axes, exhibit)
        axes.set_title(f"{setting.name}, manifold error {first[i]:.2g}" + ", the largest" * (axes is worst))
    _variances(shown, variances)
    _progress(shown, progress)
    save(figure, path)


def _scatter(axes: Axes, exhibit: Exhibit) -> None:
    axes.plot(exhibit["generated ⟨a,x⟩"], exhibit["generated last"], "o", ms=2.5, alpha=0.6, label="generator")
    order = exhibit["true ⟨a,x⟩"].argsort()
    axes.plot(exhibit["true ⟨a,x⟩"][order], exhibit["true last"][order], color="C1", label="data: σ(⟨a*, x⟩)")
    axes.set(xlabel="$⟨a^*, x_{:r^*}⟩$", ylabel="$x_{r^*+1}$")
    axes.legend()


def _histogram(axes: Axes, exhibit: Exhibit) -> None:
    axes.hist(exhibit["generated norms"], bins=40, label="generator")
    axes.axvline(1, color="C1", label="data")
    axes.set(xlabel="norm of the first r* + 1 entries", ylabel=f"points, of {len(exhibit['generated norms'])}")
    axes.legend(loc="upper left")


def _variances(shown: Sequence[tuple[Setting, Exhibit]], axes: Axes) -> None:
    for i, (setting, exhibit) in enumerate(shown):
        ascending, rank = exhibit["variances"], setting.values["r*"]
        places = [i + 0.7 * (j / len(ascending) - 0.5) for j in range(len(ascending))]
        axes.plot(places[:rank], ascending[:rank], "o", ms=4, color="C0", label=None if i else "the r* smallest")
        axes.plot(places[rank:], ascending[rank:], "o", ms=4, mfc="none", color="C3", label=None if i else "the others")
    for threshold in (0.1, 0.5):
        axes.axhline(threshold, color=GREY, ls="--", lw=1)
        axes.annotate(f"{threshold}", (-0.45, threshold), va="bottom", ha="right", fontsize=7, color=GREY)
    axes.set(yscale="log", title="encoder variances", xlim=(-0.9, len(shown) - 0.4))
    axes.set_xticks(range(len(shown)), [setting.name.replace(", ", "\n") for setting, _ in shown], fontsize=7)
    axes.legend(fontsize=7)


def _progress(shown: Sequence[tuple[Setting, Exhibit]], axes: Axes) -> None:
    for setting, exhibit in shown:
        variance = exhibit["decoder variance"]
        axes.plot([100 * step / len(variance) for step in range(len(variance))], variance, lw=1, label=setting.name)
    least = shown[0][0].values.get("log eps2 >=")
    if least is not None:
        axes.axhline(math.exp(least), color=GREY, ls="--", lw=1, label="clipped there")
    axes.set(yscale="log", xlabel="% of the training", title="decoder variance ε²")
    axes.legend(fontsize=7)
