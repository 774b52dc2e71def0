"""Pictures of koehler2022 along the gradient flow: what is left of extra rows, and which spectrum is learned."""

from __future__ import annotations

from typing import Any

from properties.koehler2022.experiments.theorem_5 import starts
from verify.pictures import Picture, pictured
from verify.pictures.style import BLUE, INK, VERMILLION, logarithmic, new_picture, styled
from verify.replicate import Setting

FLOWS, TIMES = 10, 32
"""Trajectories of each kind, and times at which they are shown."""

KINDS = {"A of rank 2, Ã 6 × 5": False, "A = 0, Ã one column": True}
RIGHT = 0.3
"""To which t/K it is shown: further on there are few."""

SPECTRUM, STARTS = (8.0, 4.0, 2.0, 0.0, 0.0), 12
"""The eigenvalues of the data's covariance, and flows that learn it."""

NOTHING = 1e-3
"""Less than this counts as 0."""


@pictured("koehler2022/extra-rows")
def extra_rows() -> Picture:
    """What is left of the decoder's extra rows (Theorem 5), beside the printed bound and the sharp one."""
    data = {kind: _decay(kind, adverse) for kind, adverse in KINDS.items()}
    caption = (
        f"What is left of the extra rows of the decoder along {len(KINDS) * FLOWS} gradient flows of L₁ from random"
        " starts, to where ε̃ = 0.01 (koehler2022, Theorem 5; K is the largest max_j ‖Ã_j‖² + ε̃² so far). The printed"
        " bound exp(−t/K) holds, and no flow comes near it: all stay below its square, exp(−2t/K), which those with"
        " A = 0 touch as they start."
    )
    return _draw_decay(data, caption)


def _decay(kind: str, adverse: bool) -> list[dict[str, list[float]]]:
    """Return t/K and ‖extra rows‖² as a share of the first, of each flow to where ε̃ = 0.01."""
    import numpy as np  # noqa: PLC0415

    from reference.koehler2022.flow import flow  # noqa: PLC0415  # imports numba

    A, *start = starts(Setting(kind, {"n": FLOWS, "adverse": adverse}), 0)
    ends = flow(A, *start, estimate=False).time[:, -1]
    times = ends[:, None] * np.linspace(0, 0.999, TIMES)
    found = flow(A, *start, checkpoints=times, estimate=False)
    squares = ((found.At**2).sum(-1) * (A.any(2) == 0)[:, None]).sum(-1)[:, :-1]
    along, share = times / found.K[:, :-1], squares / squares[:, :1]
    return [{"t/K": x.tolist(), "share": y.tolist()} for x, y in zip(along, share, strict=True)]


@styled
def _draw_decay(data: dict[str, Any], caption: str) -> Picture:
    import numpy as np  # noqa: PLC0415

    figure, (axes,) = new_picture(340)
    logarithmic(axes, "y")
    for (kind, curves), colour in zip(data.items(), (BLUE, VERMILLION), strict=True):
        for i, curve in enumerate(curves):
            axes.plot(curve["t/K"], curve["share"], color=colour, lw=1, label=None if i else kind)
    x = np.array([0, RIGHT])
    for rate, dashes, label in ((1, (1, 2), "printed bound, exp(−t/K)"), (2, (5, 2), "sharp bound, exp(−2t/K)")):
        axes.plot(x, np.exp(-rate * x), color=INK, dashes=dashes, label=label)
    axes.set(xlim=(0, RIGHT), ylim=(0.25, 1.03), xlabel="t / K(t)", ylabel="‖extra rows‖² / the same at t = 0")
    axes.set_yticks([0.3, 0.4, 0.5, 0.6, 0.8, 1])
    figure.legend(loc="outside upper left", ncols=2, handlelength=1.6)
    return Picture(figure, "Extra rows of the decoder decay twice as fast as printed", caption, data)


@pictured("koehler2022/spectrum")
def spectrum() -> Picture:
    """The spectrum that the flow learns, beside that of the data (§6)."""
    import numpy as np  # noqa: PLC0415

    from reference.koehler2022.flow import flow  # noqa: PLC0415  # imports numba

    size = len(SPECTRUM)
    A = np.broadcast_to(np.diag(SPECTRUM) ** 0.5, (STARTS, size, size)).copy()
    rng = np.random.default_rng(0)
    starts = rng.normal(size=(STARTS, size, size)), rng.normal(size=(STARTS, size, size)), np.ones(STARTS)
    At = flow(A, *starts, log_eps=True, until=100.0, floor=0.001, estimate=False).At[:, -1]
    learned = np.linalg.eigvalsh(At @ At.mT)[:, ::-1]
    data = {"truth": list(SPECTRUM), "learned": np.where(learned < NOTHING, 0.0, learned).tolist()}
    rank = np.count_nonzero(SPECTRUM)
    caption = (
        f"The spectrum of ÃÃᵀ that {STARTS} gradient flows in log ε̃ learn, from random starts to where ε̃ = 0.001"
        f" (dots), beside that of the data AAᵀ (bars). The support is right: {rank} eigenvalues stay, and the others"
        " vanish. The density is not: where a flow ends depends on where it starts (koehler2022, §6)."
    )
    return _draw_spectrum(data, caption)


@styled
def _draw_spectrum(data: dict[str, Any], caption: str) -> Picture:
    figure, (axes,) = new_picture(320)
    for i, (truth, *learned) in enumerate(zip(data["truth"], *data["learned"], strict=True), 1):
        places = [i + 0.5 * (k / (len(learned) - 1) - 0.5) for k in range(len(learned))]
        label = ("the data", f"learned, {len(learned)} starts") if i == 1 else (None, None)
        axes.plot([i - 0.38, i + 0.38], [truth] * 2, color=INK, lw=2.5, label=label[0], clip_on=False)
        axes.plot(places, learned, "o", color=VERMILLION, ms=3.5, label=label[1], clip_on=False)
    axes.set(ylim=(0, 9), xlabel="eigenvalues of the covariance, the largest first", ylabel="variance")
    axes.set_xticks(range(1, len(data["truth"]) + 1))
    figure.legend(loc="outside upper left", ncols=2, handlelength=1.6)
    return Picture(figure, "The support is learned, the density is not", caption, data)
