"""Domains of complex matrices that keep lengths, or do not stretch, or commute with their adjoints."""

from __future__ import annotations

from itertools import islice, product
from math import prod
from typing import Any, ClassVar

import numpy as np

from reference.arithmetic import absolute, diagonal, greater, identity, imag, real, solve, where
from reference.arithmetic.exact import Rationals, rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.complex import ComplexMatrix, ComplexScalar, joined
from verify.domains.contractive import Contraction, Normal, Projection, corner
from verify.domains.elimination import triangular_product
from verify.domains.orthogonal import Isometry, has_orthonormal_columns, ordering, signs_of
from verify.domains.structured import Square

__all__ = ["Unitary", "ComplexIsometry", "ComplexContraction", "ComplexProjection", "ComplexNormal"]

_MOST_PHASES = 64
"""Phases of columns that are tried, of the few that leave a unitary matrix an eigenvalue −1."""

_PHASES = (GaussianRational(1, 0), GaussianRational(-1, 0), GaussianRational(0, 1), GaussianRational(0, -1))


def _phases(turning: Array, signs: Array, style: str) -> Array:
    """Return 1, −1, i and −i by the signs of two raw entries each; of real numbers 1 and −1."""
    sign, turned = signs_of(signs), where(greater(0, turning), 1, 0)
    turned = 0 * turned if style == "real" else turned
    return joined(sign * (1 - turned), sign * turned)


class Unitary(Square, ComplexScalar):
    """A unitary matrix: the Cayley transform of an exact skew-Hermitian matrix, times phases and a permutation."""

    wider = ("ComplexContraction",)
    styles = ("plain", "real", "monomial")

    def size(self, shape: tuple[int, ...]) -> int:
        """Return three entries a row, for its phase and its place, and two for each pair of rows."""
        return 3 * shape[0] + 2 * prod(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Solve (I + K) U = I − K for skew-Hermitian K; U has no eigenvalue −1, which the phases make up for."""
        size = shape[0]
        m = super().construct(raw[..., 3 * size :], style, shape)
        m = 0 * m if style == "monomial" else m
        one = identity(size, size, m)
        k = (m - m.H) / 2
        turning, signs, order = (raw[..., j : 3 * size : 3] for j in range(3))
        return solve(one + k, one - k) @ ordering(order) * _phases(turning, signs, style)[..., None, :]

    def raw(self, value: Any) -> Any:
        """Return phases of the columns that leave no eigenvalue −1, the identity's order, and K."""
        size, one = len(value), identity(len(value), len(value), value)
        for phases in islice(product(_PHASES, repeat=size), _MOST_PHASES):
            turned = value * np.array([phase.conjugate() for phase in phases], dtype=object)
            try:
                k = solve(one + turned, one - turned)
            except ZeroDivisionError:
                continue
            rows = [[-int(phase.imag != 0), -int(phase.real + phase.imag < 0), 0] for phase in phases]
            parts = [rationals(rows).array, k.real.array, k.imag.array]
            return Rationals.of(np.concatenate([part.ravel() for part in parts]))
        return None

    def contains(self, value: Any) -> bool:
        """Say whether the columns are orthonormal."""
        return has_orthonormal_columns(value)


class ComplexIsometry(Isometry, ComplexScalar):
    """A complex matrix of at least as many rows as columns, which are orthonormal: ``ComplexIsometry["r+e r"]``."""

    wider = ("ComplexContraction",)
    styles = Unitary.styles
    square: ClassVar[Domain] = Unitary("d")


class ComplexContraction(ComplexMatrix):
    """A complex matrix whose singular values are at most 1: any, real, an isometry, of rank one, zero, diagonal."""

    styles = ("plain", "real", "isometry", "rank one", "diagonal", "zero")
    rebuild = ComplexScalar.reshaped
    contains = Contraction.contains

    def size(self, shape: tuple[int, ...]) -> int:
        """Return two entries for each pair of rows of the square that it is a part of, and two a row for phases."""
        size = max(shape)
        return 2 * size * (size + 1)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take a corner of (I + S + K)⁻¹(I − S − K), for S = LDLᴴ ⪰ 0 and skew-Hermitian K, and phases."""
        size = max(shape)
        m = ComplexScalar.construct(self, raw[..., 2 * size :], style, (size, size))
        one, upper = np.eye(size, dtype=int), m * np.triu(np.ones((size, size), dtype=int), 1)
        if style == "diagonal":
            upper, m = 0 * upper, m * one
        part = upper - upper.H + 1j * imag(diagonal(m))[..., None, :] * one
        if style != "isometry":
            part = part + triangular_product(m, absolute(real(diagonal(m))))
        return corner(part, _phases(raw[..., :size], raw[..., size : 2 * size], style), style, shape)


class ComplexProjection(Projection, ComplexScalar):
    """An orthogonal projection of a complex space, P = Pᴴ = P², of any rank."""

    wider = ("ComplexPositiveSemidefinite", "ComplexContraction")
    styles = ("plain", "real", *Projection.styles[1:])

    def size(self, shape: tuple[int, ...]) -> int:
        """Return two entries for each of a matrix on whose columns it projects, and one a column."""
        return 2 * prod(shape) + shape[0]


class ComplexNormal(Square, ComplexScalar):
    """A matrix that commutes with its adjoint: UZUᴴ for a diagonal Z; or Hermitian, skew, unitary, circulant."""

    styles = ("plain", "diagonal", "Hermitian", "skew", "unitary", "circulant")
    rebuild = ComplexScalar.reshaped  # Gaussian rational eigenvectors need not exist
    contains = Normal.contains

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what a unitary matrix takes, and two a row."""
        return _UNITARY.size(shape) + 2 * shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Turn a diagonal matrix, or impose the structure."""
        size = shape[0]
        parts = {"Hermitian": "real", "skew": "imaginary"}
        z = self.entries(raw[..., : 2 * size], parts.get(style, "plain"))
        if style == "circulant":
            return z[..., (np.arange(size) - np.arange(size)[:, None]) % size]
        if style == "diagonal":
            return z[..., None, :] * np.eye(size, dtype=int)
        u = _UNITARY.construct(raw[..., 2 * size :], "plain", shape)
        return u * z[..., :1, None] if style == "unitary" else u * z[..., None, :] @ u.H


_UNITARY = Unitary("d")
