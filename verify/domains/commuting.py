"""Domains of pairs of matrices that commute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reference.arithmetic import absolute, concatenate, greater, identity, where
from reference.arithmetic.complex_matrices import embedding
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.complex import (
    ComplexMatrix,
    ComplexPositiveDefinite,
    ComplexPositiveSemidefinite,
    ComplexVector,
    Hermitian,
)
from verify.domains.composite import AnySquare, Pair
from verify.domains.contractive import Normal
from verify.domains.elimination import solution
from verify.domains.matrices import Nonnegative
from verify.domains.structured import Circulant, Triangular
from verify.domains.symmetric import PositiveDefinite, PositiveSemidefinite, Symmetric
from verify.domains.unitary import ComplexNormal

__all__ = ["Commuting"]


def _positive(x: Array) -> Array:
    return where(greater(x * x, 0), absolute(x), 1 + 0 * x)


class Commuting(Pair):
    """Two matrices that commute: polynomials of one, direct sums with multiples of I, or of the form [aI X; 0 aI]."""

    widest = AnySquare
    narrower = (
        Nonnegative, Triangular, Circulant, Normal, Symmetric, PositiveSemidefinite, PositiveDefinite, ComplexMatrix,
        ComplexNormal, Hermitian, ComplexPositiveSemidefinite, ComplexPositiveDefinite,
    )  # fmt: skip
    _OWN = ("plain", "polynomials", "direct sum", "square zero")

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        super().__init__(of, bounds)
        kept = 3 if isinstance(self.of, (Symmetric, Hermitian)) else 4
        kept = 2 if isinstance(self.of, (Circulant, Normal, ComplexNormal)) else kept
        self.turning = self.is_complex and not isinstance(self.of, Hermitian)
        self.styles = (*self._OWN[:kept], *self.of.styles[1:])

    def size(self, shape: tuple[int, ...]) -> int:
        """Return the coefficients of two polynomials, and what one matrix takes."""
        return 2 * self._width(shape[0]) + self.of.size(shape)

    def _width(self, size: int) -> int:
        """Return how many raw entries the coefficients of a polynomial take."""
        return 2 * size if self.turning else size

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Make a matrix M, and two that commute of it."""
        size, half = shape[0], shape[0] // 2
        width = self._width(size)
        p, q = self._coefficients(raw[..., :width]), self._coefficients(raw[..., width : 2 * width])
        m = self.of.construct(raw[..., 2 * width :], style if style not in self._OWN else self.of.styles[0], shape)
        one, first = np.eye(size, dtype=int), (np.arange(size) < half).astype(int)
        match style:
            case "polynomials":
                return _polynomial(m, q), _polynomial(m, p)
            case "direct sum":
                upper, lower = first[:, None] * first, (1 - first)[:, None] * (1 - first)
                return (
                    m * upper + q[..., :1, None] * (one * (1 - first)),
                    m * lower + p[..., :1, None] * (one * first),
                )
            case "square zero":
                corner = first[:, None] * (1 - first)
                turned = m[..., ::-1] if isinstance(self.of, Triangular) else m.mT
                return q[..., :1, None] * one + m * corner, p[..., :1, None] * one + turned * corner
        return m, _polynomial(m, p)

    def _coefficients(self, raw: Array) -> Array:
        """Return coefficients of polynomials that stay in the domain: complex, of any sign, ≥ 0, or > 0."""
        if self.turning:
            return _COMPLEX.entries(raw, "plain")
        if isinstance(self.of, (PositiveDefinite, ComplexPositiveDefinite)):
            return _positive(raw)
        positive = isinstance(self.of, (PositiveSemidefinite, ComplexPositiveSemidefinite, Nonnegative))
        return absolute(raw) if positive else raw

    def raw(self, value: Any) -> Array:
        """Return the second matrix as a polynomial of the first, and what that is made of; None if it is not one."""
        a, b = value
        size, made = len(a), self.of.raw(a)
        powers = [identity(size, size, a)]
        for _ in range(size - 1):
            powers.append(powers[-1] @ a)
        columns: Any = np.stack([power.reshape(-1) for power in powers], axis=-1)
        if self.turning:
            columns = embedding(columns)
        elif self.is_complex:
            columns = concatenate([columns.real, columns.imag], axis=0)
        p = solution(columns, self.of.flattened(b))
        return None if p is None or made is None else concatenate([p, made])

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make the first matrix, and the second as a polynomial of it, in the domain or not."""
        width = self._width(shape[0])
        m, p = self.of.rebuild(raw[..., width:], shape), raw[..., :width]
        return m, _polynomial(m, _COMPLEX.entries(p, "plain") if self.turning else p)

    def contains(self, value: Any) -> bool:
        """Say whether both matrices are of their domain, and commute."""
        a, b = value
        return self.of.contains(a) and self.of.contains(b) and bool((a @ b == b @ a).all())


_COMPLEX = ComplexVector("d")


def _polynomial(m: Array, coefficients: Array) -> Array:
    """Return c₀I + c₁M + c₂M² + …."""
    one = np.eye(m.shape[-1], dtype=int)
    value = coefficients[..., -1:, None] * one
    for k in range(coefficients.shape[-1] - 2, -1, -1):
        value = value @ m + coefficients[..., k : k + 1, None] * one
    return value
