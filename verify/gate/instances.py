"""What a loss is evaluated at: tensors of exact dyadic numbers, and the sums of them that a VAE loss is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from verify.gate.shapes import Shape

Array = Any
"""A NumPy array of float64; of complex128, where a derivative is taken by a step off the real axis."""


class Instance(NamedTuple):
    """A batch: the reconstruction and the data, n × d, and the two heads of the encoder, n × k."""

    recon: Array
    x: Array
    mu: Array
    head: Array

    @property
    def shape(self) -> Shape:
        """n, d, k."""
        n, d = self.x.shape
        return Shape(n, d, self.mu.shape[1])


def stacked(instances: Sequence[Instance]) -> Instance:
    """Return instances of one shape as one, whose arrays have another axis, the first."""
    return Instance(*map(np.stack, zip(*instances, strict=True)))


@dataclass(frozen=True)
class Ranges:
    """Where the tensors may lie, as found by trying: a probability lies in (0, 1), a standard deviation is positive."""

    wide: bool = False
    """The reconstruction and the data are any numbers, not only of [0, 1]."""
    positive: bool = False
    """The second head is positive."""
    binary: bool = False
    """The data are 0 or 1."""


_SPREADS = ((1, 1), (0.25, 0.25), (2, 1), (1, 2), (0, 1), (1, 0), (0.25, 2), (0, 0), (3, 0.25))
"""Of the two heads: near the prior and far from it, where a floor binds and where it does not, and at it."""


def draws(shape: Shape, ranges: Ranges, count: int, seed: int = 0) -> list[Instance]:
    """Return instances, of multiples of 1/64: their squares and sums are exact in double precision."""
    random = np.random.default_rng([seed, *shape])
    return [_draw(shape, ranges, random, *_SPREADS[turn % len(_SPREADS)]) for turn in range(count)]


def _draw(shape: Shape, ranges: Ranges, random: np.random.Generator, mu: float, head: float) -> Instance:
    n, d, k = shape
    low, high = (-192, 193) if ranges.wide else (1, 64)
    data = random.integers(low, high, (2, n, d)) / 64
    if ranges.binary:
        data[1] = random.integers(0, 2, (n, d))
    mean = mu * random.integers(-64, 65, (n, k)) / 64
    second = random.integers(8, 129, (n, k)) / 64 if ranges.positive else head * random.integers(-128, 129, (n, k)) / 64
    return Instance(data[0], data[1], mean, second)
