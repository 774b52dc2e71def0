"""Domains of matrices: any, of entries ≥ 0, of low rank, of signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq_mat

from reference.arithmetic import greater, identity, where
from reference.dimensions import Expression
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.bytes import NONNEGATIVE
from verify.domains.numbers import Interval, NonNegative

__all__ = ["Matrix", "Nonnegative", "LowRank", "SignMatrix"]


class Matrix(Domain):
    """A real matrix: dense, or of low rank, with repeated or zero columns, a zero row, zero, diagonal, tiny or huge."""

    axes = 2
    styles: tuple[str, ...] = (
        "plain",
        "low rank",
        "equal columns",
        "zero column",
        "zero row",
        "zero",
        "diagonal",
        "tiny",
        "huge",
    )

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Shape the raw entries, then impose the structure."""
        m = super().construct(raw, style, shape)
        match style:
            case "plain":
                return m
            case "low rank":
                return m[..., :, :1] @ m[..., :1, :]
            case "equal columns":
                return m[..., :, :1] + 0 * m
            case "zero column":
                return m * (1 - identity(1, shape[-1], m))
            case "zero row":
                return m * (1 - identity(shape[-2], 1, m))
            case "zero":
                return 0 * m
            case "diagonal":
                return m * identity(shape[0], shape[1], m)
            case "tiny":
                return m / 2**20
            case "huge":
                return m * 2**20
        return m


class Nonnegative(Matrix):
    """A matrix without negative entries, of the same structures, or of zeros and ones, or irreducible."""

    wider = ("Matrix",)
    table = NONNEGATIVE
    styles = (*Matrix.styles, "zeros and ones", "positive")
    contains = NonNegative.contains

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Shape the raw entries, then impose the structure."""
        m = super().construct(raw, style, shape)
        if style == "zeros and ones":
            return where(greater(m, 0), 1 + 0 * m, 0 * m)
        return where(greater(m, 0), m, 1 + 0 * m) if style == "positive" else m


class LowRank(Domain):
    """A d × r matrix of rank at most k: ``LowRank["d r k"]``."""

    axes = 3
    styles = ("plain", "rank one", "zero")

    @property
    def array_axes(self) -> tuple[Sequence[Expression], ...]:
        return (self.axis_expressions[:2],)

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return the two sizes and the rank."""
        return tuple(axis.value(sizes) for axis in self.axis_expressions)

    def size(self, shape: tuple[int, ...]) -> int:
        """Return as many entries as both factors have."""
        rows, columns, rank = shape
        return (rows + columns) * rank

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Multiply a d × k and a k × r matrix."""
        rows, columns, rank = shape
        left = raw[..., : rows * rank].reshape((*raw.shape[:-1], rows, rank))
        right = raw[..., rows * rank :].reshape((*raw.shape[:-1], rank, columns))
        if style == "rank one":
            left, right = left[..., :1], right[..., :1, :]
        return 0 * (left @ right) if style == "zero" else left @ right

    raw = Domain.flattened

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Take the entries as they are."""
        return self.reshaped(raw, shape[:2])

    def admits(self, value: Any, sizes: Mapping[str, int]) -> bool:
        """Say whether the rank is at most what is named."""
        return int(fmpq_mat(value.tolist()).rank()) <= self.axis_expressions[2].value(sizes)


class SignMatrix(Domain):
    """A matrix of entries 1 and −1: any, of rank one, all equal, or Sylvester's (−1)^⟨i, j⟩ of orthogonal rows."""

    axes = 2
    styles = ("plain", "rank one", "all equal", "Sylvester")
    mended = Domain.remade

    @property
    def weaker(self) -> list[Domain]:
        """Entries between −1 and 1."""
        return [Interval(" ".join(axis.text for axis in self.axis_expressions), -1, 1, self.bounds)]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take the signs of raw entries, of 0 the positive one."""
        m = super().construct(raw, style, shape)
        signs = where(greater(0, m), -1 + 0 * m, 1 + 0 * m)
        match style:
            case "rank one":
                return signs[..., :, :1] @ signs[..., :1, :]
            case "all equal":
                return signs[..., :1, :1] + 0 * signs
            case "Sylvester":
                bits = np.bitwise_count(np.arange(shape[0])[:, None] & np.arange(shape[1]))
                return signs[..., :1, :1] * (1 - 2 * (bits.astype(int) % 2))
        return signs

    def contains(self, value: Any) -> bool:
        """Say whether every entry is 1 or −1."""
        return bool((value * value == 1).all())
