"""Theorem 5, seen: how the extra part of the decoder decays along the flow, beside its bound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.replicate import Conclusion, Replication, Row, Setting, every, experiment, some
from verify.replicate.figures import INK, new_figure, save, styled

if TYPE_CHECKING:
    import numpy as np

    from verify.replicate.experiment import Computation

D, K, R = 6, 4, 5
SHOWN = 200
"""Times at which a trajectory is shown, from its start to its end."""


def starts(setting: Setting, seed: int) -> tuple[Any, ...]:
    """Return n instances A (d × k) of rank 2, zero below its first two rows, Ã, B̃ and ε; or A = 0 and one column."""
    import numpy as np  # noqa: PLC0415

    rng = np.random.default_rng([seed, *setting.name.encode()])
    n, adverse = setting.values["n"], setting.values["adverse"]
    d, r = (2, 1) if adverse else (D, R)
    A = rng.normal(size=(n, d, K)) * (np.arange(d) < (0 if adverse else 2))[:, None]
    return A, rng.normal(size=(n, d, r)), rng.normal(size=(n, r, d)) * (not adverse), rng.uniform(0.3, 1.5, n)


class ExtraRows:
    """Flows of L₁ from random starts, and the squares of those rows of Ã for which A has a zero row."""

    def __init__(self, settings: Sequence[Setting], seed: int) -> None:
        self.settings, self.seed = settings, seed

    def advance(self, state: dict[str, Any] | None, until: int, steps: int) -> dict[str, Any]:
        """Do nothing: the flows take a second, at the end."""
        import numpy as np  # noqa: PLC0415

        return {"done": np.array(until)}

    def conclude(self, state: dict[str, Any]) -> tuple[list[dict[str, float]], list[dict[str, Any]]]:
        """Return the tightest constant c of e^{−ct/K} for each setting, and the curves."""
        curves = [self._curves(setting) for setting in self.settings]
        return [{"tightest constant": _constant(curve)} for curve in curves], curves

    def _curves(self, setting: Setting) -> dict[str, Any]:
        import numpy as np  # noqa: PLC0415

        from reference.koehler2022.flow import flow  # noqa: PLC0415  # imports numba

        A, *start = starts(setting, self.seed)
        log_eps = setting.values["log"]
        ends = flow(A, *start, log_eps=log_eps, estimate=False).time[:, -1]
        times = ends[:, None] * np.linspace(0, 0.999, SHOWN)
        found = flow(A, *start, log_eps=log_eps, checkpoints=times)
        extra = A.any(2) == 0  # the rows of A that are zero
        squares = ((found.At**2).sum(-1) * extra[:, None]).sum(-1)[:, :-1]
        # an error of the state is one of the length, too
        error = 2 * np.sqrt(squares) * found.error[:, :-1] + found.error[:, :-1] ** 2
        share = [x / squares[:, :1] for x in (squares, error)]
        return {"t/K": times / found.K[:, :-1], "share": share[0], "error": share[1]}


def _constant(curve: dict[str, np.ndarray[Any, Any]]) -> float:
    """Return the smallest c with share = e^{−ct/K}, over what has decayed by a thousand times its error and more."""
    import numpy as np  # noqa: PLC0415

    clear = (1 - curve["share"] > 1e3 * curve["error"]) & (curve["share"] > 1e3 * curve["error"])
    return float((-np.log(curve["share"][clear]) / curve["t/K"][clear]).min())


def bound_holds(rows: Sequence[Row]) -> bool | None:
    """Whether no trajectory decays more slowly than e^{−2t/K}."""
    return every(constant >= 2 for row in rows for constant in row.seeds["tightest constant"])


def bound_is_sharp(rows: Sequence[Row]) -> bool | None:
    """Whether some come near it."""
    return some(constant < 2.1 for row in rows for constant in row.seeds["tightest constant"])


@styled
def draw_decay(replication: Replication, path: Path) -> None:
    """Draw what is left of the extra rows against t/K, and the bounds."""
    import numpy as np  # noqa: PLC0415

    figure = new_figure(11, 4.5)
    first = min(seed for seed, _ in replication.exhibits)
    for axes, log_eps in zip(figure.subplots(1, 2), (False, True), strict=True):
        lowest, furthest, right = (1e-6, 1.5, 0.0) if log_eps else (0.05, np.inf, 0.0)
        for row in replication.rows:
            if row.setting.values["log"] is log_eps:
                curve = replication.exhibits[first, row.setting.name]
                colour, adverse = ("C3", True) if row.setting.values["adverse"] else ("C0", False)
                for i in range(len(curve["share"])):
                    label = ("A = 0, one column" if adverse else "A of rank 2, 6 × 5") if i == 0 else None
                    axes.plot(curve["t/K"][i], curve["share"][i], color=colour, lw=0.7, alpha=0.7, label=label)
                right = min(furthest, max(right, np.quantile(curve["t/K"][:, -1], 0.9)))
        x = np.linspace(0, right, 50)
        axes.plot(x, np.exp(-x), ":", color=INK, label="printed bound, $e^{-t/K}$")
        axes.plot(x, np.exp(-2 * x), "--", color=INK, label="sharp bound, $e^{-2t/K}$")
        name = "log ε̃" if log_eps else "ε̃"
        axes.set(
            yscale="log",
            ylim=(lowest, 1.2),
            xlim=(0, right),
            xlabel="t / K(t)",
            title=f"flow in {name}, to where ε̃ = 0.01",
        )
    figure.axes[0].set_ylabel("‖extra rows of Ã(t)‖² / ‖those of Ã(0)‖²")
    figure.axes[0].legend(loc="lower left", fontsize=8)
    save(figure, path)


@experiment(
    "koehler2022/theorem-5.seen",
    r"\|P_{W^\perp}\tilde A(t)\|_F^2 \le e^{-2t/K}\,\|P_{W^\perp}\tilde A(0)\|_F^2",
    label="Theorem 5, seen",
    needs=("flow",),
    settings=[
        Setting(f"{kind}, flow in {name}", {"n": 40, "adverse": adverse, "log": log_eps})
        for adverse, kind in ((False, "generic"), (True, "A = 0, one column"))
        for log_eps, name in ((False, "ε̃"), (True, "log ε̃"))
    ],
    steps=1,
    reduced=1,
    stated=[
        Conclusion(
            "no trajectory decays more slowly than e^{−2t/K}",
            bound_holds,
            seen="at least 2.0001 on all 480 trajectories of seeds 0 to 2",
        ),
        Conclusion(
            "some come within 5 % of it: it is sharp",
            bound_is_sharp,
            seen="2.0001 for A = 0, one column, in ε̃, for each of seeds 0 to 2",
        ),
    ],
    choices=["Flows end at ε̃ = 0.01 or t = 10; K is the maximum of max_j ‖Ã_j‖² + ε̃² so far."],
    draw=draw_decay,
)
def test_extra_rows(settings: Sequence[Setting], seed: int, device: str) -> Computation:
    """Follow the flow of L₁ from random starts, and draw what is left of the extra rows beside the bounds."""
    return ExtraRows(settings, seed)
