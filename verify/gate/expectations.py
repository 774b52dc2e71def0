"""What a user declares of a loss: each is an expectation, and one that does not hold is a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

from verify.errors import UsageError
from verify.gate.forms.divergences import HEADS
from verify.gate.formulas import Declared, parse
from verify.gate.shapes import Shape

Number = float | str
"""A number, or a formula in n, d, k and N."""

REDUCTIONS = {"mean": "1", "sum": "n"}
LIKELIHOODS = ("gaussian", "bernoulli", "laplace")


@dataclass(frozen=True)
class Expectations:
    """The declarations, read; None where there is none."""

    beta: Declared | None = None
    decoder_variance: Declared | None = None
    prior_variance: Declared | None = None
    posterior_variance: Declared | None = None
    reduction: Declared | None = None
    likelihood: str | None = None
    head: str | None = None
    surrogate: bool = False
    data_set: int | None = None
    """N, the number of samples that there are in all."""
    shapes: tuple[Shape, ...] | None = None
    said: str = "you declared"
    """Who says what β is."""

    @property
    def expected_beta(self) -> Declared:
        """The β that is expected: 1, that of the evidence lower bound, where none is declared."""
        return self.beta or parse(1, "beta")


def expectations(  # one declaration each
    beta: Number | None = None,
    decoder_variance: Number | None = None,
    prior_variance: Number | None = None,
    posterior_variance: Number | None = None,
    reduction: str | None = None,
    likelihood: str | None = None,
    head: str | None = None,
    surrogate: bool = False,
    N: int | None = None,
    shapes: Sequence[Sequence[object]] | None = None,
) -> Expectations:
    """Read declarations; raises UsageError for one that cannot be read."""
    if N is not None and (isinstance(N, bool) or not isinstance(N, Integral) or N < 1):
        raise UsageError(f"N={N!r}: write the number of samples in the data set")

    def read(value: Number | None, name: str) -> Declared | None:
        return None if value is None else parse(value, name, N)

    return Expectations(
        read(beta, "beta"),
        read(decoder_variance, "decoder_variance"),
        read(prior_variance, "prior_variance"),
        read(posterior_variance, "posterior_variance"),
        None if reduction is None else parse(REDUCTIONS.get(reduction, reduction), "reduction", N),
        _one_of(likelihood, "likelihood", LIKELIHOODS),
        _one_of(head, "head", [head.name for head in HEADS]),
        bool(surrogate),
        None if N is None else int(N),
        None if shapes is None else tuple(_shape(sizes) for sizes in shapes),
    )


def _one_of(value: str | None, name: str, known: Sequence[str]) -> str | None:
    if value is not None and value not in known:
        raise UsageError(f"{name}={value!r}: write one of {', '.join(map(repr, known))}")
    return value


def _shape(sizes: Sequence[object]) -> Shape:
    try:
        numbers = [int(size) for size in sizes if isinstance(size, Integral) and not isinstance(size, bool)]
        numbers = [size for size in numbers if size > 0]
        if len(numbers) < len(sizes):
            raise ValueError
        shape = Shape(*numbers)
    except (TypeError, ValueError):
        raise UsageError(f"shapes: {sizes!r} is no (n, d, k): write three positive integers") from None
    return shape
