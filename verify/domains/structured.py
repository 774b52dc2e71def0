"""Domains of square matrices with a pattern: triangular, Toeplitz, Hankel, circulant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reference.arithmetic.exact import Rationals
from reference.dimensions import Expression
from reference.shapes import Array
from verify.domains.base import Domain

__all__ = ["Triangular", "Toeplitz", "Hankel", "Circulant"]


class Square(Domain):
    """A square matrix, of which the annotation names one dimension."""

    axes = 1

    @property
    def array_axes(self) -> tuple[Sequence[Expression], ...]:
        return (self.axis_expressions * 2,)


class Triangular(Square):
    """An upper triangular matrix; its transpose, ``T.mT``, is a lower one."""

    styles = ("plain", "unit diagonal", "nilpotent", "equal diagonal", "diagonal", "zero")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Leave out what is below the diagonal, then impose the structure."""
        m = super().construct(raw, style, shape)
        one, above = np.eye(shape[0], dtype=int), np.triu(np.ones(shape, dtype=int), 1)
        match style:
            case "unit diagonal":
                return m * above + one
            case "nilpotent":
                return m * above
            case "equal diagonal":
                return m * above + m[..., :1, :1] * one
            case "diagonal":
                return m * one
            case "zero":
                return 0 * m
        return m * (above + one)

    def contains(self, value: Any) -> bool:
        """Say whether all entries below the diagonal are 0."""
        return bool((value * np.tri(len(value), k=-1, dtype=int) == 0).all())


class _Patterned(Square):
    """A matrix whose entry [i, j] is the raw entry of a number that its pattern assigns to [i, j]."""

    def pattern(self, size: int) -> np.ndarray:
        """Return the number of the raw entry at each place."""
        raise NotImplementedError

    def size(self, shape: tuple[int, ...]) -> int:
        """Return how many different numbers there may be."""
        return int(self.pattern(shape[0]).max()) + 1

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Put the raw entries where they belong."""
        return raw[..., self.pattern(shape[0])]

    def raw(self, value: Rationals) -> Rationals:
        """Return each number from the first place where it stands."""
        _, first = np.unique(self.pattern(len(value)), return_index=True)
        return value.reshape(-1)[first]

    def mended(self, value: Any) -> Any:
        """Repeat each number from the first place where it stands."""
        return self.rebuild(self.raw(value), value.shape)

    def contains(self, value: Any) -> bool:
        """Say whether the numbers are equal that should be."""
        return bool((self.construct(self.raw(value), "plain", value.shape) == value).all())


class Toeplitz(_Patterned):
    """A matrix with equal entries along each diagonal: any, symmetric, triangular, or tridiagonal."""

    styles = ("plain", "symmetric", "triangular", "tridiagonal")

    def pattern(self, size: int) -> np.ndarray:
        """Number the main diagonal 0, those above it 1, 3, …, those below it 2, 4, …."""
        offset = np.arange(size) - np.arange(size)[:, None]
        return np.where(offset > 0, 2 * offset - 1, -2 * offset)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Put the raw entries on the diagonals; then mirror them, or leave some out."""
        pattern = self.pattern(shape[0])
        if style == "symmetric":
            return raw[..., np.minimum(pattern, pattern.T)]
        kept = {"triangular": pattern % 2 == 1, "tridiagonal": pattern < 3}.get(style, np.True_) | (pattern == 0)
        return raw[..., pattern] * kept.astype(int)


class Hankel(_Patterned):
    """A matrix with equal entries along each antidiagonal: any, or the moments of one point, or of few."""

    wider = ("Symmetric",)
    styles = ("plain", "one point", "two points")

    def pattern(self, size: int) -> np.ndarray:
        """Number the antidiagonals from the first entry on."""
        return np.arange(size) + np.arange(size)[:, None]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Put the raw entries on the antidiagonals, or the powers of one of them or two, of rank one or two."""
        if style == "plain" or shape[0] == 1:
            return super().construct(raw, style, shape)
        powers = [1 + 0 * raw[..., :2]]
        for _ in range(2 * shape[0] - 2):
            powers.append(powers[-1] * raw[..., :2])
        moments = np.stack([p[..., 0] if style == "one point" else p.sum(-1) for p in powers], axis=-1)
        return super().construct(moments, style, shape)


class Circulant(_Patterned):
    """A matrix each of whose rows is the one above it, moved on by one: any, symmetric, or a cyclic permutation."""

    wider = ("Toeplitz", "Normal")
    styles = ("plain", "symmetric", "shift")

    def pattern(self, size: int) -> np.ndarray:
        """Number the entries of the first row."""
        return (np.arange(size) - np.arange(size)[:, None]) % size

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Put the raw entries into the first row and move it on; or only the first, beside the diagonal."""
        pattern = self.pattern(shape[0])
        if style == "symmetric":
            return raw[..., np.minimum(pattern, pattern.T)]
        if style == "shift":
            return raw[..., :1, None] * (pattern == 1 % shape[0]).astype(int)
        return raw[..., pattern]
