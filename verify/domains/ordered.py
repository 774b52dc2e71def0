"""Domains of pairs of which one is below the other: in the order of definite matrices, or majorised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference.arithmetic import concatenate, sort_descending
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.complex import ComplexPositiveDefinite, ComplexPositiveSemidefinite, Hermitian
from verify.domains.composite import Pair
from verify.domains.numbers import NonNegativeVector, PositiveVector, Vector
from verify.domains.stochastic import DoublyStochastic, PositiveSimplex, Simplex
from verify.domains.symmetric import PositiveDefinite, PositiveSemidefinite, Symmetric
from verify.judging.comparisons import positive_semidefinite

__all__ = ["Ordered", "Majorised"]


class Ordered(Pair):
    """Two symmetric matrices A ⪯ B, whose difference is positive semidefinite of any rank."""

    widest = Symmetric
    narrower = (
        PositiveSemidefinite, PositiveDefinite, Hermitian, ComplexPositiveSemidefinite, ComplexPositiveDefinite,
    )  # fmt: skip

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        super().__init__(of, bounds)
        self.gap = ComplexPositiveSemidefinite("d") if self.is_complex else PositiveSemidefinite("d")
        self.styles = ("plain", "near", *dict.fromkeys([*self.gap.styles[1:], *self.of.styles[1:]]))

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what the first matrix and the difference take."""
        return self.of.size(shape) + self.gap.size(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Add a positive semidefinite matrix; either has the style if it can."""
        size = self.of.size(shape)
        a = self.of.construct(raw[..., :size], style if style in self.of.styles else self.of.styles[0], shape)
        gap = self.gap.construct(raw[..., size:], style if style in self.gap.styles else "plain", shape)
        return a, a + (gap / 2**10 if style == "near" else gap)

    def raw(self, value: Any) -> Array:
        """Return what the first matrix and the difference are made of."""
        a, b = value
        first = self.of.raw(a)
        return None if first is None else concatenate([first, self.gap.raw(b - a)])

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make the first matrix, and add the difference."""
        size = self.of.size(shape)
        a = self.of.rebuild(raw[..., :size], shape)
        return a, a + self.gap.rebuild(raw[..., size:], shape)

    def contains(self, value: Any) -> bool:
        """Say whether both are of their domain, and the difference is positive semidefinite."""
        a, b = value
        return self.of.contains(a) and self.of.contains(b) and positive_semidefinite(b - a).value is True


class Majorised(Pair):
    """Two vectors x ≺ y: x is y times a doubly stochastic matrix of any style."""

    widest = Vector
    narrower = (NonNegativeVector, PositiveVector, Simplex, PositiveSimplex)
    styles = DoublyStochastic.styles

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what y and the matrix take."""
        return self.of.size(shape) + shape[0] ** 2

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Average the entries of y."""
        size = self.of.size(shape)
        y = self.of.construct(raw[..., :size], self.of.styles[0], shape)
        means = _AVERAGES.construct(raw[..., size:], style, shape * 2)
        return (means @ y[..., None])[..., 0], y

    def raw(self, value: Any) -> Array:
        """Return y, and x but its last entry."""
        x, y = value
        made = self.of.raw(y)
        return None if made is None else concatenate([made, x[:-1]])

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make y, and take x as it is, with the sum of y: near a pair are others."""
        size = self.of.size(shape)
        y, x = self.of.rebuild(raw[..., :size], shape), raw[..., size:]
        return concatenate([x, (y.sum(-1) - x.sum(-1))[..., None]]), y

    def mended(self, value: Any) -> Any:
        """Give x the sum of y by its last entry."""
        x, y = value
        return concatenate([x[:-1], (y.sum(-1) - x[:-1].sum(-1))[None]]), y

    def contains(self, value: Any) -> bool:
        """Say whether the sums agree, and no sum of the largest entries of x exceeds that of y."""
        x, y = map(sort_descending, value)
        below = all((x[:k].sum() <= y[:k].sum()).all() for k in range(1, len(x)))
        return below and bool(x.sum() == y.sum()) and all(map(self.of.contains, value))


_AVERAGES = DoublyStochastic("d")
