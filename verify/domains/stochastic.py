"""Domains of probabilities, and of matrices whose signs matter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

import numpy as np
from flint import fmpq_mat

from reference.arithmetic import concatenate, diagonal, greater, identity, inverse, maximum, where
from reference.arithmetic.exact import Rationals
from reference.dimensions import DimensionError, Expression
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.bytes import NONNEGATIVE, POSITIVE
from verify.domains.orthogonal import ordering
from verify.domains.structured import Square

__all__ = ["Simplex", "PositiveSimplex", "Stochastic", "DoublyStochastic", "MMatrix"]


def normalised(raw: Array) -> Array:
    """Divide numbers ≥ 0 by their sum along the last axis; where all are 0, return equal ones."""
    total = raw.sum(-1)[..., None]
    some = greater(total, 0)
    return where(some, raw, 1 + 0 * raw) / where(some, total, raw.shape[-1] + 0 * total)


class Simplex(Domain):
    """Probabilities: numbers ≥ 0 that add up to 1; a vertex, an edge, or all equal."""

    wider = ("NonNegativeVector",)
    axes: ClassVar[int | None] = 1
    table = NONNEGATIVE
    styles: tuple[str, ...] = ("plain", "vertex", "edge", "uniform")
    mended = Domain.remade

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Divide by the sum; keep one entry, or two, or none before."""
        match style:
            case "vertex":
                return ordering(raw)[..., -1, :]
            case "edge":
                raw = raw * ordering(raw)[..., -2:, :].sum(-2)
            case "uniform":
                raw = 0 * raw
        return normalised(raw)

    def contains(self, value: Any) -> bool:
        """Say whether the entries are ≥ 0 and add up to 1."""
        return bool((value >= 0).all() and (value.sum(-1) == 1).all())


class PositiveSimplex(Simplex):
    """Probabilities > 0: numbers that add up to 1, of which a logarithm may be taken."""

    table = POSITIVE
    styles = ("plain", "uniform")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Divide by the sum."""
        return normalised(raw if style == "plain" else 1 + 0 * raw)

    def contains(self, value: Any) -> bool:
        """Say whether the entries are > 0 and add up to 1."""
        return bool((value > 0).all()) and super().contains(value)


class Stochastic(Simplex):
    """A matrix whose rows are probabilities: square, ``Stochastic["d"]``, or not, ``Stochastic["d k"]``."""

    wider = ("Nonnegative",)
    axes = None
    styles = ("plain", "map", "equal rows", "uniform", "lazy")

    def __init__(self, shape: str = "", bounds: Any = None) -> None:
        super().__init__(shape, bounds)
        if len(self.axis_expressions) not in (1, 2):
            raise DimensionError(f"{type(self).__name__} names one or two dimensions, not {shape!r}")

    @property
    def array_axes(self) -> tuple[Sequence[Expression], ...]:
        return ((self.axis_expressions * 2)[:2],)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Divide each row by its sum; or take a map, equal rows, or one that mostly stays where it is."""
        m = raw.reshape((*raw.shape[:-1], *shape))
        match style:
            case "map":
                return ordering(m)[..., -1, :]
            case "equal rows":
                m = m[..., :1, :] + 0 * m
            case "uniform":
                m = 0 * m
            case "lazy":
                return (normalised(m) + identity(shape[0], shape[1], m)[..., np.arange(shape[0]) % shape[1], :]) / 2
        return normalised(m)


class DoublyStochastic(Square):
    """A matrix of entries ≥ 0 whose rows and columns add up to 1: any, or mixed of few permutations, or nearly."""

    wider = ("Stochastic",)
    styles = ("plain", "permutation", "edge", "face", "uniform", "interior")
    mended = Domain.remade

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Centre a matrix and add it to the uniform one, as far as all entries stay ≥ 0; or mix permutations."""
        m, size = super().construct(raw, style, shape), shape[0]
        match style:
            case "permutation":
                return ordering(m[..., 0, :])
            case "edge":
                weight = _share(m[..., :1, :1])
                return weight * ordering(m[..., 0, :]) + (1 - weight) * ordering(m[..., -1, :])
            case "face":
                return _mixture(m)
            case "interior":
                weight = 1 - _share(8 * m[..., :1, -1:])
                return (1 - weight) * _mixture(m) + weight / size
            case "uniform":
                m = 0 * m
        rows = m.sum(-1)[..., :, None]
        off = m * size - (rows + m.sum(-2)[..., None, :] - rows.sum(-2)[..., None, :] / size)
        least = [-off[..., i, j, None, None] for i in range(size) for j in range(size)]
        return (1 + off / reduce(maximum, least, 1 + 0 * least[0])) / size

    def contains(self, value: Any) -> bool:
        """Say whether the entries are ≥ 0, and rows and columns add up to 1."""
        sums = concatenate([value.sum(0), value.sum(1)])
        return bool((value >= 0).all() and (sums == 1).all())


def _share(x: Array) -> Array:
    """Return a weight from 0 to 1, which it does not reach."""
    return x * x / (1 + x * x)


def _mixture(m: Array) -> Array:
    """Mix the permutations that sort the rows, by the squares on the diagonal."""
    return (normalised(diagonal(m) ** 2)[..., :, None, None] * ordering(m)).sum(-3)


class MMatrix(Square):
    """A matrix of entries ≤ 0 off the diagonal whose inverse has none < 0: any, symmetric, triangular, dominant."""

    table = NONNEGATIVE
    styles = ("plain", "symmetric", "triangular", "dominant", "diagonal")

    def size(self, shape: tuple[int, ...]) -> int:
        """Return the entries off the diagonal, what Ax is in their middle, and x."""
        return shape[0] * shape[0] + shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Choose the diagonal so that Ax > 0 for an x > 0: that there is one makes it an M-matrix."""
        size = shape[0]
        m, x = raw[..., size:].reshape((*raw.shape[:-1], *shape)), _or_one(raw[..., :size])
        one = identity(size, size, m)
        off = m * (1 - one)
        match style:
            case "symmetric":
                off = off + off.mT
            case "triangular":
                off = off * np.triu(np.ones(shape, dtype=int))
            case "diagonal":
                off = 0 * off
            case "dominant":
                x = 1 + 0 * x
        image = _or_one((m * one).sum(-1)) + (off * x[..., None, :]).sum(-1)
        return (image / x)[..., None, :] * one - off

    def raw(self, value: Rationals) -> Array:
        """Return x = A⁻¹1, and the entries off the diagonal, with 1 on it."""
        size = len(value)
        x = inverse(value).sum(-1)
        off = -value * (1 - np.eye(size, dtype=int)) + np.eye(size, dtype=int)
        return concatenate([x, off.reshape(-1)])

    def contains(self, value: Any) -> bool:
        """Say whether the entries off the diagonal are ≤ 0, and those of the inverse ≥ 0."""
        off = value * (1 - np.eye(len(value), dtype=int))
        if not (off <= 0).all() or fmpq_mat(value.tolist()).det() == 0:
            return False
        return bool((inverse(value) >= 0).all())


def _or_one(x: Array) -> Array:
    """Return numbers ≥ 0, with 1 in place of 0."""
    return where(greater(x, 0), x, 1 + 0 * x)
