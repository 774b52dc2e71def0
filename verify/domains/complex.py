"""Domains of complex numbers, vectors and matrices: Gaussian rationals, which are made of real raw entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic import (
    absolute,
    determinant,
    diagonal,
    greater,
    hermitian_part,
    identity,
    maximum,
    real,
    trace,
    where,
)
from reference.arithmetic.complexes import ComplexRationals, complex_balls
from reference.arithmetic.exact import Rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.literals import constant
from reference.arithmetic.parts import squared_modulus
from reference.dimensions import DimensionError
from reference.shapes import Array
from verify.domains.base import Domain, fraction
from verify.domains.elimination import triangular_factors, triangular_product
from verify.domains.matrices import Matrix
from verify.domains.structured import Square
from verify.domains.symmetric import Density, normalised
from verify.judging.comparisons import positive_semidefinite
from verify.notation import complex_parts, complex_text

__all__ = [
    "ComplexScalar", "ComplexVector", "ComplexMatrix", "Disc", "Hermitian", "ComplexPositiveSemidefinite",
    "ComplexPositiveDefinite", "ComplexDensity",
]  # fmt: skip


def joined(real: Array, imag: Array) -> Array:
    """Return a + bi of two arrays of one real arithmetic."""
    return type(real).COMPLEX.joined(real.array, imag.array)


class ComplexScalar(Domain):
    """A complex number."""

    axes = 0
    styles: tuple[str, ...] = ("plain", "real", "imaginary")
    unconstrained = ("ComplexScalar", "ComplexVector", "ComplexMatrix")

    def size(self, shape: tuple[int, ...]) -> int:
        """Return two raw entries a number: all real parts, then all imaginary ones."""
        return 2 * prod(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Join the real and the imaginary parts, or make one of them 0."""
        return super().reshaped(self.entries(raw, style), shape)

    def entries(self, raw: Array, style: str) -> Array:
        """Return the numbers, in one axis."""
        half = raw.shape[-1] // 2
        a, b = raw[..., :half], raw[..., half:]
        return joined(0 * a if style == "imaginary" else a, 0 * b if style == "real" else b)

    def flattened(self, value: Any) -> Any:
        """Return the real parts, and the imaginary ones."""
        return Rationals.of(np.concatenate([np.ravel(value.real.array), np.ravel(value.imag.array)]))

    raw = flattened

    def reshaped(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Take raw entries as the parts of those of the value."""
        return ComplexScalar.construct(self, raw, "plain", shape)

    def realise(self, value: Any, arithmetic: type) -> Any:
        """Turn an exact value into the argument that the body sees, in Gaussian rationals or complex balls."""
        return value if arithmetic is Rationals else complex_balls(value)

    def encode(self, value: Any) -> Any:
        """Return the value as JSON data: nested lists of numbers such as ``1/2-3/4i``."""
        texts = np.frompyfunc(complex_text, 2, 1)(value.real.array, value.imag.array)
        return texts.tolist() if value.ndim else texts

    def read(self, data: Any, shapes: Sequence[tuple[int, ...]], sizes: Mapping[str, int]) -> Any:
        """Read a value from nested lists of numbers; raises ValueError if it has another shape."""
        value = ComplexRationals.of(np.frompyfunc(number, 1, 1)(np.array(data, dtype=object)))
        if value.shape != shapes[0]:
            raise DimensionError(f"a value of shape {value.shape} is not in {self!r} with {dict(sizes)}")
        return value


class ComplexVector(ComplexScalar):
    """A complex vector."""

    axes = 1


class ComplexMatrix(ComplexScalar):
    """A complex matrix, of the structures of a real one, or real, or imaginary."""

    axes = 2
    styles = (*Matrix.styles, "real", "imaginary")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Join the parts, then impose the structure."""
        return Matrix("d r").construct(self.entries(raw, style), style, shape)


class Disc(ComplexScalar):
    """Complex numbers of modulus ≤ 1, alone or as the entries of an array: any, real, or of modulus 1."""

    axes = None  # type: ignore[assignment]
    styles = ("plain", "real", "circle")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Divide by |z|² what is outside, so that it comes inside; or square z and divide by it."""
        z = super().construct(raw, style, shape)
        if style != "circle":
            return self.mended(z)
        size = squared_modulus(z)
        turning = greater(size, 0)
        return where(turning, z * z, 1 + 0 * z) / where(turning, size, 1 + 0 * size)

    def mended(self, value: Any) -> Any:
        """Divide by |z|² where that is more than 1."""
        size = squared_modulus(value)
        return value / maximum(size, 1 + 0 * size)

    def contains(self, value: Any) -> bool:
        """Say whether no modulus is more than 1."""
        return bool((squared_modulus(value) <= 1).all())


class Hermitian(Square, ComplexScalar):
    """A Hermitian matrix: dense, real, of rank one, or diagonal."""

    wider = ("ComplexMatrix",)
    styles: tuple[str, ...] = ("plain", "real", "rank one", "diagonal")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Average a matrix with its adjoint; or a vector by its adjoint, up to its sign."""
        m = super().construct(raw, style, shape)
        if style == "rank one":
            return m[..., :, :1] @ m[..., :, :1].H * real(m[..., -1:, -1:])
        return hermitian_part(m) * (identity(shape[0], shape[1], m) if style == "diagonal" else 1)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is its own adjoint."""
        return bool((value == value.H).all())


class ComplexPositiveSemidefinite(Hermitian):
    """A Hermitian matrix without negative eigenvalues, of any rank."""

    wider = ("Hermitian",)
    styles = (*Matrix.styles, "real")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Multiply a matrix of any structure by its adjoint."""
        m = ComplexMatrix("d d").construct(raw, style, shape)
        return m @ m.H

    def raw(self, value: Any) -> Any:
        """Return the parts of L below the diagonal and D on it, by elimination."""
        return self.flattened(triangular_factors(value))

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Multiply LDLᴴ."""
        m = self.reshaped(raw, shape)
        return triangular_product(m, absolute(real(diagonal(m))))

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is Hermitian, and exactly positive semidefinite."""
        return super().contains(value) and positive_semidefinite(value).value is True


class ComplexPositiveDefinite(ComplexPositiveSemidefinite):
    """A Hermitian matrix with positive eigenvalues: LDLᴴ with a unit triangle L and a positive D."""

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take L from below the diagonal of a matrix of any structure, and D from its diagonal, 1 in place of 0."""
        m = ComplexMatrix("d d").construct(raw, style, shape)
        sizes = absolute(real(diagonal(m)))
        return triangular_product(m, where(greater(sizes, 0), sizes, 1 + 0 * sizes))

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Construct a plain one."""
        return self.construct(raw, "plain", shape)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite and invertible."""
        return super().contains(value) and bool(determinant(value) != 0)


class ComplexDensity(ComplexPositiveSemidefinite):
    """A Hermitian matrix without negative eigenvalues, of trace 1: a state."""

    styles = (*Matrix.styles[:-2], "real", "identity")
    mended = Density.mended

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Divide a positive semidefinite matrix by its trace; if that is 0, take the identity."""
        return normalised(super().construct(raw, "zero" if style == "identity" else style, shape))

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Divide LDLᴴ by its trace."""
        return normalised(super().rebuild(raw, shape))

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite with trace 1."""
        return bool(trace(value) == 1) and super().contains(value)


def number(data: Any) -> GaussianRational:
    """Read an exact number: a string such as ``1/2-3/4i``, or a number that is exactly the one meant."""
    if isinstance(data, str):
        return GaussianRational.of(*map(fraction, complex_parts(data)))
    value = constant(data)
    return value if isinstance(value, GaussianRational) else GaussianRational.of(fmpq(value))
