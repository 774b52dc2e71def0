"""Tables 2 and 4 of koehler2022: how many encoder variances vanish, and what VAEs on sigmoid data generate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from properties.koehler2022.experiments.figures import draw_sigmoid
from verify.replicate import Conclusion, Row, Setting, every, experiment, some

if TYPE_CHECKING:
    from verify.replicate.training import Training

SIGMOID = [(3, 7, 6), (3, 17, 8), (5, 11, 10), (5, 22, 16), (7, 15, 13), (7, 28, 24)]
"""The intrinsic dimension r*, the ambient dimension d and that of the code, r, in the order of the tables."""

PRINTED_ERRORS = [0.09, 0.13, 0.23, 0.24, 0.18, 0.28]
"""Of Table 2."""

CLIPPED = {"log eps2 >=": -4.0}
"""The decoder's log-variance in App. E."""

ZEROS, PAIRS = ("zeros",), ("manifold error", "over all pairs")
"""What the printed lines may mean: the text first, then what our numbers agree with."""


def columns(
    dimensions: Sequence[tuple[int, int, int]], printed: Mapping[Sequence[str], Sequence[float]], **further: float
) -> list[Setting]:
    """Return those of a table: every printed line under the names of all that it may mean."""
    settings = []
    for i, (rank, d, r) in enumerate(dimensions):
        paper = {name: line[i] for names, line in printed.items() for name in names}
        settings.append(Setting(f"r* = {rank}, d = {d}, r = {r}", {"r*": rank, "d": d, "r": r, **further}, paper))
    return settings


Model = Callable[[dict[str, float], int], bool]
"""Something of a model: of the numbers measured of it, and of the intrinsic dimension r*."""


def anything(found: dict[str, float], rank: int) -> bool:
    """Hold of every model."""
    return True


def every_model(text: str, holds: Model, where: Model = anything, **further: Any) -> Conclusion:
    """Return what is stated of every model that is as ``where`` says."""
    return Conclusion(text, partial(_everywhere, holds, where), **further)


def _everywhere(holds: Model, where: Model, rows: Sequence[Row]) -> bool | None:
    return every(
        holds(found, row.setting.values["r*"])
        for row in rows
        for numbers in zip(*row.seeds.values(), strict=True)
        if where(found := dict(zip(row.seeds, numbers, strict=True)), row.setting.values["r*"])
    )


TRAINING = [
    "Steps, batches and the rate are not printed. Batches of 100 fresh samples and Adam as in the authors' published "
    "code, which takes 150,000 steps at the rate 1e-4; here it is 3e-4, with a third of the steps or less.",
    "All layers have biases, starting at 0, as in that code; the text's formulas have none. Kernels start normal with "
    "variance 1/inputs, encoder variances at e, as in that code. The decoder's log-variance starts at −3 and moves "
    "three times as fast as the other parameters.",
    "Generated points are f(z) + εξ, with the decoder's noise; the errors are means over 1000 of them.",
]

CLIPPING = "The decoder's log-variance is put back to −4 after each step that ends below."

SIGMOID_CHOICES = [
    *TRAINING,
    "The direction a* is drawn once for each seed and r*, as the printed errors of Table 4 suggest.",
    "Manifold errors: the text defines them as the mean of (σ(⟨a*, x⟩) − x_{r*+1})² over points x. The printed ones "
    "agree with the mean over all pairs of points, one for ⟨a*, x⟩ and the other for x_{r*+1}: so NumPy broadcasts (n) "
    "and (n, 1) in the published code. For true data ('pairs of data') that is 2 Var σ(⟨a*, z⟩), on average over a* "
    "0.150, 0.200, 0.234 for r* = 3, 5, 7, with standard deviations of 0.04, 0.03, 0.03 for means of three seeds.",
]


@experiment(
    "koehler2022/table-2",
    r"\#\{j : \tilde D_{jj} = 0\} \ge r^*",
    label="Table 2",
    settings=columns(SIGMOID, {ZEROS: [3, 3.6, 6, 6.3, 7.3, 8], PAIRS: PRINTED_ERRORS}),
    steps=50_000,
    reduced=24_000,
    stated=[
        every_model(
            "the zero variances are never fewer than r*",
            lambda found, rank: found["zeros"] >= rank,
            seen="all 18 models of seeds 0 to 2",
        ),
        every_model(
            "the decoder variance approaches zero: it is below 0.01",
            lambda found, rank: found["decoder variance"] < 0.01,
            seen="at most 0.0006 in the 18 models of seeds 0 to 2",
        ),
        every_model(
            "the padding error reaches zero: it is below 0.01",
            lambda found, rank: found["padding error"] < 0.01,
            early=False,
            seen="at most 0.0027 in the 18 models of seeds 0 to 2",
        ),
        Conclusion(
            "training does not always recover the support (Figure 1): a manifold error, as defined, is above 0.05",
            lambda rows: some(error > 0.05 for row in rows for error in row.seeds["manifold error"]),
            early=False,
            seen="5 of the 18 models of seeds 0 to 2, up to 0.23",
        ),
    ],
    choices=[
        *SIGMOID_CHOICES,
        "Further variances vanish as long as the decoder's falls, and are between 0.1 and 0.5 meanwhile; the counts "
        "depend on when one stops. At ε² = 1e-7 Adam's noise blurs them too.",
        "With a* drawn for each column, the zeros of the first seed were 3, 4, 6, 8, 7, 8 after 150,000 steps at the "
        "rate 1e-4 (3, 4, 5, 5, 7, 8 after 75,000), and 3, 4, 6, 7, 7, 7 after 20,000 at 1e-3.",
    ],
    draw=draw_sigmoid,
)
def test_sigmoid(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train six VAEs on sigmoid data: the counts come out near the printed ones, the errors as another quantity."""
    from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE  # noqa: PLC0415  # imports torch

    return SigmoidVAE(settings, seed, device)


@experiment(
    "koehler2022/table-2.manifold-error",
    r"\mathbb E\bigl(\sigma(\langle a^*,x_{:r^*}\rangle)-x_{r^*+1}\bigr)^2 ="
    r" 0.09,\ 0.13,\ 0.23,\ 0.24,\ 0.18,\ 0.28",
    label="Table 2 (manifold errors)",
    settings=columns(SIGMOID, {("manifold error",): PRINTED_ERRORS}),
    steps=50_000,
    reduced=24_000,
    stated=[
        Conclusion(
            "the manifold errors, as defined, are as large as the printed ones, or half of that",
            lambda rows: every(
                row.measured["manifold error"] > row.setting.paper["manifold error"] / 2 for row in rows
            ),
            expected=False,
            seen="met by none of six: the means over seeds 0 to 2 are 0.0001, 0.023, 0.044, 0.077, 0.025 and 0.000001",
        ),
    ],
    choices=SIGMOID_CHOICES,
)
def test_sigmoid_errors(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """The printed manifold errors, 0.09 to 0.28, are not those that the text defines: of the same models, these are
    below half of the print in every column (seeds 0 to 2), and fall with the decoder variance. What is printed agrees
    with the mean over all pairs of points.
    """
    from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE  # noqa: PLC0415  # imports torch

    return SigmoidVAE(settings, seed, device)


@experiment(
    "koehler2022/table-4",
    r"\tilde\varepsilon^2 \ge e^{-4} \implies \#\{j : \tilde D_{jj} = 0\} = r^*",
    label="Table 4",
    settings=columns(SIGMOID, {ZEROS: [3, 3, 5, 5, 7, 7], PAIRS: [0.15, 0.15, 0.23, 0.23, 0.24, 0.24]}, **CLIPPED),
    steps=30_000,
    reduced=24_000,
    stated=[
        every_model(
            "the zero variances are as many as r*",
            lambda found, rank: found["zeros"] == rank,
            seen="all 18 models of seeds 0 to 2",
        ),
    ],
    choices=[
        *SIGMOID_CHOICES,
        CLIPPING,
        "The printed errors are equal for equal r*. Over all pairs so are ours, up to sampling: 0.106 and 0.099, 0.222 "
        "and 0.233, 0.178 and 0.174 (seed 0); as defined they are 0.02 to 0.05, of which e^{-4} = 0.018 is the "
        "decoder's noise.",
    ],
    draw=draw_sigmoid,
)
def test_clipped_sigmoid(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train six VAEs on sigmoid data, the decoder's variance clipped below at e^{-4}."""
    from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE  # noqa: PLC0415  # imports torch

    return SigmoidVAE(settings, seed, device)
