"""Domains of numbers, vectors and matrices."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, product
from math import prod
from typing import Any, ClassVar

import numpy as np
from flint import fmpq, fmpq_mat

from reference.arithmetic import absolute, concatenate, diagonal, greater, identity, solve, sort_descending, where
from reference.arithmetic.exact import Array, Rationals, rationals
from reference.arithmetic.lanes import Lanes, permutation
from verify.domains.base import Domain
from verify.domains.bytes import NONNEGATIVE, POSITIVE
from verify.judging.comparisons import positive_semidefinite

__all__ = [
    "Scalar", "NonNegative", "Positive", "Vector", "PositiveVector", "Matrix", "Symmetric", "PositiveSemidefinite",
    "PositiveDefinite", "Permutation", "Orthogonal", "Spectrum",
]  # fmt: skip

_MOST_SIGNS = 64
"""Signs of columns that are tried, of the few that leave an orthogonal matrix an eigenvalue −1."""


class Scalar(Domain):
    """A real number."""

    axes = 0


class NonNegative(Scalar):
    """A number ≥ 0."""

    table = NONNEGATIVE

    def contains(self, value: Any) -> bool:
        """Say whether no entry is negative."""
        return bool((value >= 0).all())


class Positive(Scalar):
    """A number > 0, from 2⁻²⁰ to 2²⁰."""

    table = POSITIVE

    def contains(self, value: Any) -> bool:
        """Say whether every entry is positive."""
        return bool((value > 0).all())


class Vector(Domain):
    """A real vector."""

    axes = 1


class PositiveVector(Vector):
    """A vector of numbers > 0, such as an encoder variance."""

    table = POSITIVE
    contains = Positive.contains


class Matrix(Domain):
    """A real matrix: dense, or of low rank, with repeated or zero columns, a zero row, zero, diagonal, tiny or huge."""

    axes = 2
    styles = ("plain", "low rank", "equal columns", "zero column", "zero row", "zero", "diagonal", "tiny", "huge")

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


class _Square(Domain):
    axes = 1

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        return super().shape(sizes) * 2


class Symmetric(_Square):
    """A symmetric matrix: dense, of rank one, or diagonal."""

    styles: ClassVar[tuple[str, ...]] = ("plain", "rank one", "diagonal")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Average a matrix with its transpose; or square a vector, up to its sign."""
        m = super().construct(raw, style, shape)
        if style == "rank one":
            return m[..., :1, :].mT @ m[..., :1, :] * m[..., -1:, -1:]
        return (m + m.mT) / 2 * (identity(shape[0], shape[1], m) if style == "diagonal" else 1)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is its own transpose."""
        return bool((value == value.mT).all())


class PositiveSemidefinite(Symmetric):
    """A symmetric matrix without negative eigenvalues, of any rank."""

    styles = Matrix.styles

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Square a matrix of any structure."""
        m = Matrix.construct(Matrix("d d"), raw, style, shape)
        return m @ m.mT

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is symmetric, and exactly positive semidefinite."""
        return super().contains(value) and positive_semidefinite(value).value is True


class PositiveDefinite(PositiveSemidefinite):
    """A symmetric matrix with positive eigenvalues, however small: LDLᵀ with a unit triangle L and a positive D."""

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take L from below the diagonal of a matrix of any structure, and D from its diagonal, 1 in place of 0."""
        m = Matrix.construct(Matrix("d d"), raw, style, shape)
        one, sizes = identity(shape[0], shape[1], m), absolute(diagonal(m))
        lower = m * np.tri(shape[0], k=-1, dtype=int) + one
        return lower * where(greater(sizes, 0), sizes, 1 + 0 * sizes)[..., None, :] @ lower.mT

    def raw(self, value: Rationals) -> Rationals:
        """Return L below the diagonal and D on it, by elimination."""
        raw, rest = np.full(value.shape, fmpq(0), dtype=object), np.array(value.tolist(), dtype=object)
        for k in range(len(value)):
            pivot = rest[k, k]
            raw[k, k], raw[k + 1 :, k] = pivot, rest[k + 1 :, k] / pivot
            rest = rest - np.outer(rest[:, k], rest[k]) / pivot
        return Rationals.of(raw.reshape(-1))

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite and invertible."""
        return super().contains(value) and fmpq_mat(value.tolist()).det() != 0


class Permutation(_Square):
    """A permutation matrix."""

    def size(self, shape: tuple[int, ...]) -> int:
        """Return one entry a row: the order of these is the permutation."""
        return shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Permute the rows of the identity into the order of the raw entries."""
        if isinstance(raw, Lanes):
            return permutation(raw)
        return identity(shape[0], shape[1], raw)[np.argsort(raw.array, axis=-1, kind="stable")]

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is orthogonal with entries 0 and 1."""
        return Orthogonal.contains(self, value) and bool((value * value == value).all())  # type: ignore[arg-type]


class Orthogonal(_Square):
    """An orthogonal matrix: the Cayley transform of an exact skew matrix, times a signed permutation."""

    def size(self, shape: tuple[int, ...]) -> int:
        """Return an entry for each pair of rows, and two a row for the signed permutation."""
        return prod(shape) + 2 * shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Solve (I + K) Q = I − K for skew K; Q has no eigenvalue −1, which the signed permutation makes up for."""
        size = shape[0]
        m = super().construct(raw[..., 2 * size :], style, shape)
        one = identity(size, size, m)
        k = (m - m.mT) * (1 - one)  # on the diagonal nothing cancels: it is zero
        permuted = Permutation.construct(self, raw[..., 1 : 2 * size : 2], style, shape)  # type: ignore[arg-type]
        signs = where(greater(0, raw[..., 0 : 2 * size : 2]), -1, 1)
        return solve(one + k, one - k) @ permuted * signs[..., None, :]

    def raw(self, value: Rationals) -> Rationals | None:
        """Return signs of the columns that leave no eigenvalue −1, the identity's order, and the upper half of K."""
        size, one = len(value), identity(len(value), len(value), value)
        for signs in islice(product((0, -1), repeat=size), _MOST_SIGNS):
            turned = value * (1 + 2 * np.array(signs))
            try:
                k = solve(one + turned, one - turned)
            except ZeroDivisionError:
                continue
            upper = np.triu(np.ones((size, size), dtype=int))
            order = np.stack([signs, np.zeros(size, dtype=int)], axis=-1)
            return Rationals.of(np.concatenate([rationals(order).array.ravel(), (k * upper).array.ravel()]))
        return None

    def contains(self, value: Any) -> bool:
        """Say whether the columns are orthonormal."""
        return bool((value.mT @ value == identity(len(value), len(value), value)).all())


class Spectrum(Vector):
    """Numbers ≥ 0 in descending order, with ties and zeros: singular values."""

    table = NONNEGATIVE
    styles = ("plain", "tied", "zero")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Sort the raw entries, largest first; or make all equal, or all but one zero."""
        if style == "tied":
            raw = raw[..., :1] + 0 * raw
        if style == "zero":
            raw = concatenate([raw[..., :1], 0 * raw[..., 1:]])
        return sort_descending(raw)

    def contains(self, value: Any) -> bool:
        """Say whether the entries are non-negative and descend."""
        return bool((value >= 0).all() and (value[:-1] >= value[1:]).all())
