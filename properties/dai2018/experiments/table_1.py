"""Table 1 of dai2018, scaled down: how many columns of the decoder's first layer survive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from properties.dai2018.experiments.figures import draw_columns
from verify.replicate import Conclusion, Row, Setting, every, experiment

if TYPE_CHECKING:
    from verify.replicate.training import Training

PRINTED = [  # non-zero columns of W₁ by N_e (rows) and N_d
    [30.0, 21.1, 21.0, 20.0],
    [30.0, 21.0, 20.0, 20.0],
    [30.0, 21.0, 20.0, 20.0],
    [30.0, 20.4, 20.0, 20.0],
]

CHOICES = [
    "the sizes: 5 of 10 latents, hidden layers of 50, 40 dimensions (print: 20 of 30, 200, 400); the models of a batch"
    " share the data, which come from a ReLU network without biases",
    "the decoder variance: for every x and every z drawn the best diagonal one (§5.1), but not below α = 0.05, where"
    " the data's are about 1.3. The text has no floor there. At step 8,000, with N_e = 0 and N_d = 1, 2, 3,"
    " 5, 6, 5 columns are left for α = 0.2; 8, 7, 5 for 0.05; 9, 7, 7 for 0.01; 10, 8, 6 for 0.0001; and 10, 9, 8 with"
    " one diagonal for the whole batch",
    "the training: Adam at 0.002 on 12,000 batches of 100 fresh points (print: 0.0001, 2,000,000 batches, a million"
    " points). 10,000 fixed points left as many columns, give or take 2, at step 8,000",
    "the steps: surplus columns vanish one by one, and last where N_d = 1; with N_e = 0 it is 6 or 7 after 12,000",
    "the start: weights of variance 2 / inputs (print: so in the data's network), biases 0, Σ_z = I",
    "the weight decay: C₁ = 0.0005 for weights and biases (note 11), in the scale of the cost per point; without it the"
    " counts at step 8,000 differ by at most 1",
]


def manifold_settings(truth: int = 5, latents: int = 10, hidden: int = 50, ambient: int = 40) -> list[Setting]:
    """Return the 16 pairs of depths; the paper's sizes are 20, 30, 200 and 400."""
    sizes = {"truth": truth, "latents": latents, "hidden": hidden, "ambient": ambient}
    return [
        Setting(f"N_e = {n_e}, N_d = {n_d}", {"N_e": n_e, "N_d": n_d} | sizes, {"columns (of 30, truth 20)": columns})
        for n_e, row in enumerate(PRINTED)
        for n_d, columns in enumerate(row)
    ]


def affine_uses_all(rows: Sequence[Row]) -> bool | None:
    """Whether no column of an affine decoder vanishes."""
    affine = [row for row in rows if row.setting.values["N_d"] == 0]
    return every(count == row.setting.values["latents"] for row in affine for count in row.seeds["columns"])


def near_truth(rows: Sequence[Row], depths: Sequence[int]) -> bool | None:
    """Whether with every decoder of these depths the mean count is within 1 of the truth."""
    deep = [row for row in rows if row.setting.values["N_d"] in depths]
    return every(abs(row.measured["columns"] - row.setting.values["truth"]) <= 1 for row in deep)


def nonlinear_prunes(rows: Sequence[Row]) -> bool | None:
    """Whether two and three hidden layers in the decoder leave fewer columns than none, whatever the encoder."""
    counts = {(row.setting.values["N_e"], row.setting.values["N_d"]): row.measured["columns"] for row in rows}
    return every(count < counts[n_e, 0] for (n_e, n_d), count in counts.items() if n_d >= 2)


SETTINGS = manifold_settings()
SHALLOW = [setting for setting in SETTINGS if setting.values["N_d"] == 1]
DEEPEST = [setting for setting in SETTINGS if setting.values["N_e"] == 3 and setting.values["N_d"] != 1]
"""One hidden layer in the decoder; and the deepest encoder, with others."""


@experiment(
    "dai2018/table-1",
    r"N_d \ge 2 \implies \#\{j : \|w_{\cdot j}\|_2 \ge 0.05 \max_k \|w_{\cdot k}\|_2\} \approx \dim z^*, \quad"
    r" N_d = 0 \implies \# = \kappa",
    label="Table 1",
    settings=SETTINGS,
    steps=12_000,
    reduced=8_000,
    sample=DEEPEST,
    groups=2,
    stated=[
        Conclusion(
            "with an affine decoder (N_d = 0) all columns are used",
            affine_uses_all,
            seen="10 of 10 in all 12 models of seeds 0 to 2",
        ),
        Conclusion(
            "two and three hidden layers in the decoder leave fewer columns than none",
            nonlinear_prunes,
            seen="5 or 6 in place of 10, seeds 0 to 2",
        ),
        Conclusion(
            "with two and three the count is the intrinsic dimension, within 1 in the mean",
            lambda rows: near_truth(rows, (2, 3)),
            seen="5 in all means over seeds 0 to 2 but one of 5.33",
        ),
    ],
    choices=CHOICES,
    draw=draw_columns,
)
def test_manifold_vae(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train VAEs with 0 to 3 hidden layers in encoder and decoder, and count the columns of W₁ that do not vanish.

    One hidden layer in the decoder: table-1.one-hidden-layer.
    """
    from properties.dai2018.experiments.training.manifold import ManifoldVAE  # noqa: PLC0415  # imports torch

    return ManifoldVAE(settings, seed, device)


@experiment(
    "dai2018/table-1.one-hidden-layer",
    r"N_d = 1 \implies \#\{j : \|w_{\cdot j}\|_2 \ge 0.05 \max_k \|w_{\cdot k}\|_2\} \approx \dim z^*",
    label="Table 1 (one hidden layer)",
    settings=SHALLOW,
    steps=12_000,
    reduced=12_000,
    sample=SHALLOW[:1],
    stated=[
        Conclusion(
            "with one hidden layer in the decoder the count is the intrinsic dimension, within 1 in the mean",
            lambda rows: near_truth(rows, (1,)),
            expected=False,
            seen="the means over seeds 0 to 2 are 7, 6.7, 6 and 6 for 5, with N_e = 0 to 3; N_e = 0 alone, seed 0, has "
            "7 from 8,000 to 36,000 steps",
        ),
    ],
    choices=CHOICES,
)
def test_manifold_vae_with_one_hidden_layer(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Table 1 prints 21.1, 21.0, 21.0 and 20.4 where "the number of nonzero columns tends to exactly 20" with depth:
    scaled down to 5 of 10, one column or two are too many, most beside an affine encoder.

    Single seeds come to between 5 and 8. The paper calls this "the N_d = 1 boundary case".
    """
    from properties.dai2018.experiments.training.manifold import ManifoldVAE  # noqa: PLC0415  # imports torch

    return ManifoldVAE(settings, seed, device)
