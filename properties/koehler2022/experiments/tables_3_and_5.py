"""Tables 3 and 5 of koehler2022: how many encoder variances vanish, and what VAEs on spheres generate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from properties.koehler2022.experiments.figures import draw_sphere
from properties.koehler2022.experiments.tables_2_and_4 import (
    CLIPPED,
    CLIPPING,
    TRAINING,
    ZEROS,
    columns,
    every_model,
)
from verify.replicate import Setting, experiment

if TYPE_CHECKING:
    from verify.replicate.training import Training

SPHERE = [(2, 6, 6), (2, 16, 8), (4, 10, 10), (4, 21, 16), (6, 14, 13)]
"""The intrinsic dimension r*, the ambient dimension d and that of the code, r, in the order of the tables."""

TENTHS, NORMS = ("zeros", "below 0.5"), ("manifold error", "of the norm")
"""What the printed lines may mean: the text first, then what our numbers agree with."""

PADDED = columns(SPHERE, {ZEROS: [3, 5, 5, 6, 7], NORMS: [0.02, 0.14, 0.04, 0.06, 0.03]})
LOWER_BOUNDED = columns(SPHERE, {TENTHS: [3, 3, 5, 5, 7], NORMS: [0.03, 0.03, 0.03, 0.02, 0.02]}, **CLIPPED)
"""The columns of Table 3, and those of Table 5."""

CHOICES = [
    *TRAINING,
    "Manifold errors: the text's definition reads (‖x_{:r*+1}‖² − 1)². The printed numbers agree with "
    "(‖x_{:r*+1}‖ − 1)², about a quarter of it, as in the published code.",
    "Some models stay for long where nothing is learned, no variance is small, and the decoder's is 1/d: those of "
    "d = 21, seeds 1 and 2, and of d = 14, seed 2, in all of 40,000 steps. At the rate 1e-3 those of d = 21 and "
    "d = 14, seed 0, stay for 13,500 steps and more; at 3e-4 they leave within 20,000. At 1e-4 that of d = 21, seed 1, "
    "stays for 40,000 and more, while the others come to 3, 4, 5 and 7 zeros.",
]


def learned(found: dict[str, float], rank: int) -> bool:
    """Say whether a model has left the plateau where it starts: its decoder variance approaches zero."""
    return found["decoder variance"] < 0.01


@experiment(
    "koehler2022/table-3",
    r"\#\{j : \tilde D_{jj} = 0\} > r^*",
    label="Table 3",
    settings=PADDED,
    steps=40_000,
    reduced=40_000,
    sample=PADDED[3:4],
    stated=[
        every_model(
            "the zero variances are always more than r*",
            lambda found, rank: found["zeros"] > rank,
            expected=False,
            seen="met by 12 of the 15 models of seeds 0 to 2; no zeros for d = 21 (seeds 1 and 2) and d = 14 (seed 2)",
        ),
    ],
    choices=CHOICES,
    draw=draw_sphere,
)
def test_sphere(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Training "has consistently yielded encoder variances with number of 0 entries greater than the number of
    intrinsic dimension": not for models that have not begun to learn after 40,000 steps, 3 of 15 (seeds 0 to 2).

    Nor has their decoder variance come down, as in "datasets of all configurations of dimensions reached close to zero
    decoder variances". Longer training may get them off their plateau. The model of d = 21 trained alone from seed 0,
    which is the reduced version, is on it too.
    """
    from properties.koehler2022.experiments.training.nonlinear import SphereVAE  # noqa: PLC0415  # imports torch

    return SphereVAE(settings, seed, device)


@experiment(
    "koehler2022/table-3.where-learned",
    r"\tilde\varepsilon^2 < \tfrac1{100} \implies \#\{j : \tilde D_{jj} = 0\} > r^*",
    label="Table 3",
    settings=PADDED,
    steps=40_000,
    reduced=20_000,
    sample=PADDED[:1],
    corrects="koehler2022/table-3",
    stated=[
        every_model(
            "the zero variances are more than r* where the decoder variance is below 0.01",
            lambda found, rank: found["zeros"] > rank,
            learned,
            seen="all 12 such models of seeds 0 to 2",
        ),
        every_model(
            "there the padding error reaches zero: it is below 0.01",
            lambda found, rank: found["padding error"] < 0.01,
            learned,
            seen="all 12 such models of seeds 0 to 2",
        ),
        every_model(
            "the manifold error does not vanish: it is above 0.01",
            lambda found, rank: found["manifold error"] > 0.01,
            seen="all 15 models of seeds 0 to 2",
        ),
        every_model(
            "more than half of the points fall inside the sphere",
            lambda found, rank: found["inside"] > 0.5,
            seen="all 15 models of seeds 0 to 2",
        ),
    ],
    choices=CHOICES,
    draw=draw_sphere,
)
def test_sphere_where_it_is_learned(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train five VAEs on spheres: one dimension and more is zero beyond the intrinsic ones, where any is."""
    from properties.koehler2022.experiments.training.nonlinear import SphereVAE  # noqa: PLC0415  # imports torch

    return SphereVAE(settings, seed, device)


@experiment(
    "koehler2022/table-5",
    r"\tilde\varepsilon^2 \ge e^{-4} \implies \#\{j : \tilde D_{jj} < 0.1\} = r^* + 1",
    label="Table 5",
    settings=LOWER_BOUNDED,
    steps=40_000,
    reduced=40_000,
    sample=LOWER_BOUNDED[:1],
    stated=[
        every_model(
            "the variances below 0.1 are one more than r*",
            lambda found, rank: found["zeros"] == rank + 1,
            expected=False,
            seen="not met by d = 6 trained alone from seed 0: of three that vanish two are below 0.1 after 30,000 to "
            "40,000 steps, after 15,000 to 25,000 all; in full, seed 0, they lie on both sides of 0.1",
        ),
    ],
    choices=[
        *CHOICES,
        CLIPPING,
        "The printed line is of '#0.1's'. What vanishes comes to lie on both sides of 0.1, from 0.02 to 0.2, and what "
        "does not above 0.9.",
    ],
    draw=draw_sphere,
)
def test_clipped_sphere(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Clipped, "the model consistently recovers one more dimension" than the intrinsic ones: not by the "#0.1's" of the
    table, as what vanishes lies on both sides of 0.1 in the end, from 0.02 to 0.2, and the count depends on the step.

    With 0.5 for 0.1 the printed counts are ours but for one model of five (seed 0): that of d = 21 has no more than r*.
    "The smaller encoder variances can be as large as 0.1", the text adds.
    """
    from properties.koehler2022.experiments.training.nonlinear import SphereVAE  # noqa: PLC0415  # imports torch

    return SphereVAE(settings, seed, device)
