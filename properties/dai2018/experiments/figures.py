"""What Figure 2(a) of dai2018 shows, the norms of the columns of W₁, and when columns vanish."""

from __future__ import annotations

from pathlib import Path

from verify.replicate import Replication
from verify.replicate.figures import GREY, new_figure, save, styled


@styled
def draw_columns(replication: Replication, path: Path) -> None:
    """Draw, for the deepest encoder and each decoder, the sorted norms of the first seed, and the counts in time."""
    from properties.dai2018.experiments.training.manifold import ZERO  # noqa: PLC0415  # imports torch

    seed, deepest = min(replication.exhibits)[0], max(row.setting.values["N_e"] for row in replication.rows)
    figure = new_figure(11, 4)
    norms, counts = figure.subplots(1, 2)
    for row in replication.rows:
        if row.setting.values["N_e"] != deepest:
            continue
        exhibit, n_d = replication.exhibits[seed, row.setting.name], row.setting.values["N_d"]
        style = {"color": f"C{n_d}", "marker": "os^v"[n_d % 4], "lw": 1, "ms": 4, "label": f"$N_d = {n_d}$"}
        norms.plot(range(1, len(exhibit["norms"]) + 1), exhibit["norms"], **style)
        times = [100 * i / len(exhibit["columns"]) for i in range(len(exhibit["columns"]))]
        counts.step(times, exhibit["columns"], where="post", markevery=(2 * n_d, 8), **style)
    truth, latents = (replication.rows[0].setting.values[name] for name in ("truth", "latents"))
    norms.axhline(ZERO, color=GREY, ls="--", lw=1, label=f"threshold, {ZERO}")
    norms.axvline(truth + 0.5, color=GREY, ls=":", lw=1, label=f"the truth, {truth} columns")
    norms.set(yscale="log", xlabel="column of $W_1$, by its norm", ylabel="norm / largest norm")
    norms.set(title=f"Columns of $W_1$ with $N_e = {deepest}$, seed {seed}", xticks=range(1, latents + 1))
    counts.axhline(truth, color=GREY, ls=":", lw=1, label=f"the truth, {truth} columns")
    counts.set(xlabel="% of the training", ylabel="columns above the threshold", ylim=(0, latents + 1))
    counts.set_title("When they vanish")
    for axes in (norms, counts):
        axes.legend(fontsize=8, loc="lower left")
    save(figure, path)
