"""Domains of symmetric matrices: any, definite ones, correlations, densities."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from reference.arithmetic import absolute, as_matrix, concatenate, diagonal, greater, identity, real, trace, where
from reference.arithmetic.exact import Rationals
from reference.shapes import Array
from verify.domains.elimination import solution, triangular_factors, triangular_product
from verify.domains.matrices import Matrix
from verify.domains.structured import Square
from verify.judging.comparisons import positive_semidefinite

__all__ = ["Symmetric", "PositiveSemidefinite", "PositiveDefinite", "Correlation", "Density"]


class Symmetric(Square):
    """A symmetric matrix: dense, of rank one, or diagonal."""

    wider = ("Matrix",)
    styles: tuple[str, ...] = ("plain", "rank one", "diagonal")

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

    wider = ("Symmetric",)
    styles = Matrix.styles

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Square a matrix of any structure."""
        m = Matrix.construct(Matrix("d d"), raw, style, shape)
        return m @ m.mT

    def raw(self, value: Any) -> Any:
        """Return L below the diagonal and D on it, by elimination; where a pivot is 0 its column is."""
        return triangular_factors(value).reshape(-1)

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Multiply LDLᵀ: not every rational matrix is a square of one."""
        m = super(Symmetric, self).construct(raw, "plain", shape)
        return triangular_product(m, absolute(diagonal(m)))

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is symmetric, and exactly positive semidefinite."""
        return super().contains(value) and positive_semidefinite(value).value is True


class PositiveDefinite(PositiveSemidefinite):
    """A symmetric matrix with positive eigenvalues, however small: LDLᵀ with a unit triangle L and a positive D."""

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take L from below the diagonal of a matrix of any structure, and D from its diagonal, 1 in place of 0."""
        m = Matrix.construct(Matrix("d d"), raw, style, shape)
        sizes = absolute(diagonal(m))
        return triangular_product(m, where(greater(sizes, 0), sizes, 1 + 0 * sizes))

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Construct a plain one."""
        return self.construct(raw, "plain", shape)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite and invertible."""
        return super().contains(value) and fmpq_mat(value.tolist()).det() != 0


class Correlation(Square):
    """A positive semidefinite matrix with ones on its diagonal: of any rank, of signs, equal off the diagonal."""

    wider = ("PositiveSemidefinite",)
    styles = ("plain", "signs", "plane", "equal", "identity")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Border a correlation R by Ru with uᵀRu ≤ 1, column after column; or take products of unit vectors."""
        m, size = super().construct(raw, style, shape), shape[0]
        first, second = m[..., :, :1], m[..., :, -1:]
        signs = where(greater(0, first), -1 + 0 * first, 1 + 0 * first)
        match style:
            case "identity":
                return identity(size, size, m) + 0 * m
            case "signs":
                return signs @ signs.mT
            case "plane":
                points = concatenate([1 - first * first, 2 * first]) / (1 + first * first) * signs
                return points @ points.mT
            case "equal":  # from −1/(d − 1), where it is singular, to 1
                x = second[..., :1, :] ** 2 / (1 + second[..., :1, :] ** 2)
                off = x - (1 - x) / max(size - 1, 1)
                return off * (1 - identity(size, size, m)) + identity(size, size, m)
        return _bordered(m)

    def raw(self, value: Rationals) -> Rationals:
        """Return what borders each leading block: the solution u of Ru = r, above the diagonal."""
        raw = np.full(value.shape, fmpq(0), dtype=object)
        for k in range(1, len(value)):
            u = solution(value[:k, :k], value[:k, k])
            raw[:k, k] = 0 if u is None else u.array
        return Rationals.of(raw.reshape(-1))

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite with a unit diagonal."""
        ones = all(value[i, i] == 1 for i in range(len(value)))
        return ones and Symmetric.contains(self, value) and positive_semidefinite(value).value is True  # type: ignore[arg-type]


def _bordered(m: Array) -> Array:
    """Return the correlation that the vectors above the diagonal of m border: u, or u/uᵀRu where that is > 1."""
    r = identity(1, 1, m) + 0 * m[..., :1, :1]
    for k in range(1, m.shape[-1]):
        u = m[..., :k, k : k + 1]
        size = u.mT @ r @ u
        column = r @ u / where(greater(size, 1), size, 1 + 0 * size)
        above = concatenate([r, column])
        r = concatenate([above, concatenate([column.mT, 1 + 0 * size])], axis=-2)
    return r


class Density(PositiveSemidefinite):
    """A positive semidefinite matrix of trace 1: a state, real."""

    styles = (*Matrix.styles[:-2], "identity")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Divide a positive semidefinite matrix by its trace; if that is 0, the identity."""
        return normalised(super().construct(raw, "zero" if style == "identity" else style, shape))

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Divide LDLᵀ by its trace."""
        return normalised(super().rebuild(raw, shape))

    def mended(self, value: Any) -> Any:
        """Divide by the trace, if it is positive."""
        total = real(trace(value))
        return value / total if total > 0 else value

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite with trace 1."""
        return bool(trace(value) == 1) and super().contains(value)


def normalised(m: Array) -> Array:
    """Divide positive semidefinite matrices by their traces; of 0 return the identity, divided by its own."""
    size, total = m.shape[-1], as_matrix(real(trace(m)))
    some = greater(total, 0)
    return where(some, m, identity(size, size, m) + 0 * m) / where(some, total, size + 0 * total)
