"""What §6 of koehler2022 says of encoder variances beside its tables: how many vanish, and how clearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from properties.koehler2022.experiments.table_1 import linear_settings
from properties.koehler2022.experiments.tables_2_and_4 import CLIPPED, SIGMOID, columns, every_model
from verify.replicate import Conclusion, Row, Setting, every, experiment

if TYPE_CHECKING:
    from verify.replicate.training import Training

LINEAR = [Setting(s.name, s.values) for s in linear_settings()]
"""The models of Table 1, without its numbers."""

LEARNED = 0.002
"""A variance of the data in one direction: what has more is learned within the full training."""


def counts(rows: Sequence[Row]) -> Iterator[tuple[float, float, float]]:
    """Yield every model's zero variances and non-zero decoder rows, and the least variance of its data."""
    for row in rows:
        yield from zip(*(row.seeds[name] for name in ("zeros", "decoder rows", "smallest eigenvalue")), strict=True)


def zeros_at_least_rows(rows: Sequence[Row]) -> bool | None:
    """Whether every model has at least as many zero variances as non-zero decoder rows."""
    return every(zeros >= count for zeros, count, _ in counts(rows))


def zeros_where_learned(rows: Sequence[Row]) -> bool | None:
    """Whether, of the models whose data have no smaller variance on their subspace, none has fewer zeros than rows."""
    return every(zeros >= count for zeros, count, least in counts(rows) if least > LEARNED)


@experiment(
    "koehler2022/section-6.zeros-at-least-rows",
    r"\#\{j : \tilde D_{jj} = 0\} \ge \#\{i : \tilde A^{(i)} \ne 0\}",
    label="Table 1, caption",
    settings=LINEAR,
    steps=30_000,
    reduced=30_000,
    stated=[
        Conclusion(
            "the zero variances are at least as many as the decoder's non-zero rows",
            zeros_at_least_rows,
            expected=False,
            seen="met by 18 of the 21 models of seeds 0 to 2; of the others 5 of 6 (d = 12, seed 0), 8 of 9 (d = 12, "
            "seed 2) and 11 of 12 (seed 2)",
        ),
    ],
    choices=["All as for Table 1: the same models. With 100,000 steps the counts are the same."],
)
def test_zeros_and_rows(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """The caption has "the number of nonzero dimensions [read as: zeros] of encoder variance is greater than or equal
    to the nonzero rows": not where the data hardly vary in one direction, which costs a zero, but no row.

    Where the smallest eigenvalue of AAᵀ is below 0.001, that direction is not learned: 3 of the 21 models, one of seed
    0 and two of seed 2. Whether another seed contradicts the caption depends on what it draws; seed 1 does not.
    """
    from properties.koehler2022.experiments.training.linear import LinearVAE  # noqa: PLC0415  # imports torch

    return LinearVAE(settings, seed, device)


@experiment(
    "koehler2022/section-6.zeros-at-least-rows.where-learned",
    r"\lambda_{r^*}(AA^\top) > \tfrac1{500} \implies"
    r" \#\{j : \tilde D_{jj} = 0\} \ge \#\{i : \tilde A^{(i)} \ne 0\}",
    label="Table 1, caption",
    settings=LINEAR,
    steps=30_000,
    reduced=30_000,
    corrects="koehler2022/section-6.zeros-at-least-rows",
    stated=[
        Conclusion(
            "the zero variances are at least as many as the decoder's non-zero rows, where every eigenvalue of AAᵀ on "
            "the subspace of the data is above 0.002",
            zeros_where_learned,
            seen="all 18 such models of seeds 0 to 2",
        ),
    ],
    choices=["All as for Table 1; the bound of 0.002 was chosen with the runs of seeds 0 to 2 in sight."],
)
def test_zeros_and_rows_where_all_is_learned(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Of the models of Table 1, those whose data vary in every direction of their subspace."""
    from properties.koehler2022.experiments.training.linear import LinearVAE  # noqa: PLC0415  # imports torch

    return LinearVAE(settings, seed, device)


@experiment(
    "koehler2022/section-6.threshold",
    r"\forall j:\ \tilde D_{jj} < \tfrac1{10} \text{ or } \tilde D_{jj} > \tfrac12",
    label="§6 (threshold)",
    settings=columns(SIGMOID, {}),
    steps=50_000,
    reduced=50_000,
    stated=[
        every_model(
            "the variances are well separated: none is between 0.1 and 0.5",
            lambda found, rank: found["zeros"] == found["below 0.5"],
            expected=False,
            seen="met by 13 of the 18 models of seeds 0 to 2; one variance lies between where r = 6 (seed 0), 8 (seeds "
            "0 and 2), 10 (seed 2) and 24 (seed 0)",
        ),
    ],
    choices=["All as for Table 2: the same models."],
)
def test_separation(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """The text has "the magnitude of each coordinate to be well separated" by (0.1, 0.5), and "thus the threshold
    selection is not crucial": 5 of the 18 models of Table 2 (seeds 0 to 2) have one in between, another count for each.

    Without clipping, variances pass through (0.1, 0.5) as long as ε² falls. The statement is of each coordinate; that
    "the smaller coordinates tend to be smaller than 0.1 and the larger tend to be bigger than 0.5" is true: 226 of the
    231 of these models are.
    """
    from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE  # noqa: PLC0415  # imports torch

    return SigmoidVAE(settings, seed, device)


@experiment(
    "koehler2022/section-6.threshold.clipped",
    r"\tilde\varepsilon^2 \ge e^{-4} \implies"
    r" \forall j:\ \tilde D_{jj} < \tfrac1{10} \text{ or } \tilde D_{jj} > \tfrac12",
    label="§6 (threshold), App. E",
    settings=columns(SIGMOID, {}, **CLIPPED),
    steps=30_000,
    reduced=24_000,
    corrects="koehler2022/section-6.threshold",
    stated=[
        every_model(
            "the variances are well separated where the decoder's is clipped: none is between 0.1 and 0.5",
            lambda found, rank: found["zeros"] == found["below 0.5"],
            seen="all 18 models of seeds 0 to 2",
        ),
    ],
    choices=["All as for Table 4: the same models."],
)
def test_separation_if_clipped(settings: Sequence[Setting], seed: int, device: str) -> Training:
    """Train the models of Table 4, whose decoder variance ends at e^{-4}: which variances are small, which large?"""
    from properties.koehler2022.experiments.training.nonlinear import SigmoidVAE  # noqa: PLC0415  # imports torch

    return SigmoidVAE(settings, seed, device)
