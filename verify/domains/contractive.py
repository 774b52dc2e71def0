"""Domains of matrices that do not stretch, project, or commute with their transposes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from reference.arithmetic import absolute, concatenate, diagonal, greater, identity, real, solve, where
from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import NEGLIGIBLE, ComplexLanes, Floats, Lanes, stack, unstack
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.elimination import triangular_product
from verify.domains.orthogonal import Orthogonal, signs_of
from verify.domains.structured import Square
from verify.judging.comparisons import positive_semidefinite

__all__ = ["Contraction", "Projection", "Normal"]


class Contraction(Domain):
    """A matrix whose singular values are at most 1: any, an isometry or its transpose, of rank one, zero, diagonal."""

    axes = 2
    styles = ("plain", "isometry", "rank one", "diagonal", "zero")
    raw, rebuild = Domain.flattened, Domain.reshaped

    def size(self, shape: tuple[int, ...]) -> int:
        """Return an entry for each pair of rows of the square that it is a part of, and one a row for signs."""
        size = max(shape)
        return size * size + size

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take a corner of (I + S + K)⁻¹(I − S − K), for S = LDLᵀ ⪰ 0 and K skew, and signs."""
        size = max(shape)
        m = raw[..., size:].reshape((*raw.shape[:-1], size, size))
        one, upper = identity(size, size, m), m * np.triu(np.ones((size, size), dtype=int), 1)
        if style == "diagonal":
            upper, m = 0 * upper, m * one
        skew = upper - upper.mT
        part = skew if style == "isometry" else skew + triangular_product(m, absolute(diagonal(m)))
        return corner(part, signs_of(raw[..., :size]), style, shape)

    def contains(self, value: Any) -> bool:
        """Say whether I − AᴴA is positive semidefinite."""
        size = value.shape[1]
        return positive_semidefinite(identity(size, size, value) - value.H @ value).value is True


def corner(m: Array, phases: Array, style: str, shape: tuple[int, ...]) -> Array:
    """Return a corner of (I + M)⁻¹(I − M), a contraction if M + Mᴴ ⪰ 0, with phases: as it is, of rank one or 0."""
    one = identity(m.shape[-1], m.shape[-1], m)
    whole = solve(one + m, one - m) * phases[..., None, :]
    if style == "rank one":
        return whole[..., : shape[0], :1] @ whole[..., :1, : shape[1]]
    value = whole[..., : shape[0], : shape[1]]
    return 0 * value if style == "zero" else value


class Projection(Square):
    """An orthogonal projection, P = Pᵀ = P², of any rank."""

    wider = ("PositiveSemidefinite", "Contraction")
    styles: tuple[str, ...] = ("plain", "rank one", "hyperplane", "coordinates", "identity")

    def size(self, shape: tuple[int, ...]) -> int:
        """Return the entries of a matrix on whose columns it projects, and one a column, positive where it counts."""
        return prod(shape) + shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Project on those columns, one after the other: of each counts what is orthogonal to the earlier ones."""
        size = shape[0]
        m = super().construct(raw[..., size:], style, shape)
        one, chosen = identity(size, size, m), where(greater(raw[..., :size], 0), 1, 0)
        match style:
            case "rank one":
                return _on_columns(m[..., :, :1])
            case "hyperplane":
                return one - _on_columns(m[..., :, :1]) if size > 1 else 0 * m
            case "coordinates":
                return one * chosen[..., None, :] + 0 * m
            case "identity":
                return one + 0 * m
        return _on_columns(m * chosen[..., None, :])

    def raw(self, value: Rationals) -> Array:
        """Return its own columns, all of which count."""
        return concatenate([1 + 0 * real(value[0]), self.flattened(value)])

    def mended(self, value: Any) -> Any:
        """Project on the columns."""
        return _on_columns(value)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is its own adjoint and its own square."""
        return bool((value == value.H).all() and (value @ value == value).all())


def _on_columns(m: Array) -> Array:
    """Return the orthogonal projection on the span of the columns."""
    if isinstance(m, (Lanes, ComplexLanes)):
        return _on_columns_of_floats(stack(m)[0])
    total = 0 * (m[..., :, :1] @ m[..., :, :1].H)
    for k in range(m.shape[-1]):
        column = m[..., :, k : k + 1]
        rest = column - total @ column
        size = real(rest.H @ rest)
        counts = greater(size, 0)
        total = total + where(counts, rest @ rest.H, 0 * total) / where(counts, size, 1 + 0 * size)
    return total


def _on_columns_of_floats(m: Floats) -> Array:
    """Do the same in floats: what is lost of a column that nearly depends on others is part of the magnitude.

    A product of two entries of a unit vector is as wrong as the larger one, if the smaller is but rounding.
    """
    shape = (*m.shape[:-1], m.shape[-2])
    total, magnitude = np.zeros(shape, dtype=m.dtype), np.zeros(shape)
    for k in range(m.shape[-1]):
        column = m[..., k : k + 1]
        rest = column - total @ column
        rest = rest - total @ rest
        size, whole = (np.sqrt((abs(part) ** 2).sum(-2, keepdims=True)) for part in (rest, column))
        counts = size > NEGLIGIBLE * whole
        unit = np.where(counts, rest / np.where(counts, size, 1), 0)
        products = unit @ unit.conj().mT
        total = total + products
        mean = (abs(unit) + abs(unit).mT) / 2
        magnitude = magnitude + mean * (products != 0) * np.where(counts, whole / np.where(counts, size, 1), 0)
    return unstack(total, magnitude)


class Normal(Square):
    """A matrix that commutes with its transpose: QBQᵀ of blocks a and [a −b; b a]; or symmetric, skew, orthogonal."""

    styles = ("plain", "blocks", "symmetric", "skew", "orthogonal", "circulant")
    raw, rebuild = Domain.flattened, Domain.reshaped  # rational eigenvectors need not exist

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what an orthogonal matrix takes, and two a row."""
        return _ORTHOGONAL.size(shape) + 2 * shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Turn a matrix of blocks, or impose the structure."""
        size = shape[0]
        first, second, rest = raw[..., :size], raw[..., size : 2 * size], raw[..., 2 * size :]
        m = rest[..., 2 * size :].reshape((*raw.shape[:-1], *shape))
        match style:
            case "symmetric":
                return (m + m.mT) / 2
            case "skew":
                return (m - m.mT) * (1 - np.eye(size, dtype=int))
            case "circulant":
                return first[..., (np.arange(size) - np.arange(size)[:, None]) % size]
        q = _ORTHOGONAL.construct(rest, "plain", shape)
        if style == "orthogonal":
            return q * first[..., :1, None]
        blocks = _rotations(first, second, size)
        return blocks if style == "blocks" else q @ blocks @ q.mT

    def contains(self, value: Any) -> bool:
        """Say whether the matrix commutes with its adjoint."""
        return bool((value @ value.H == value.H @ value).all())


_ORTHOGONAL = Orthogonal("d")


def _rotations(first: Array, second: Array, size: int) -> Array:
    """Return the matrix of blocks [a −b; b a] whose b are not 0 only if they pair two entries that are then equal."""
    one, partner = np.eye(size, dtype=int), np.zeros((size, size), dtype=int)
    for k in range(0, size - 1, 2):
        partner[k, k + 1], partner[k + 1, k] = -1, 1
    paired = second[..., np.arange(size) // 2 * 2]
    turning = greater(paired * paired, 0)
    same = where(turning, first[..., np.arange(size) // 2 * 2], first)
    return same[..., None, :] * one + paired[..., None, :] * partner
