"""Domains of complex numbers, vectors and matrices: Gaussian rationals, which are made of real raw entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic import greater, hermitian_part, identity, real, solve, where
from reference.arithmetic.complexes import ComplexRationals, complex_balls
from reference.arithmetic.exact import Rationals, rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.literals import constant
from reference.dimensions import DimensionError
from reference.shapes import Array
from verify.domains.base import Domain, fraction
from verify.domains.matrices import Matrix
from verify.domains.orthogonal import ordering, signs_of
from verify.domains.structured import Square
from verify.notation import complex_parts, complex_text

__all__ = ["ComplexScalar", "ComplexVector", "ComplexMatrix", "Hermitian", "Unitary"]

_MOST_PHASES = 64
"""Phases of columns that are tried, of the few that leave a unitary matrix an eigenvalue −1."""

_PHASES = (GaussianRational(1, 0), GaussianRational(-1, 0), GaussianRational(0, 1), GaussianRational(0, -1))


def joined(real: Array, imag: Array) -> Array:
    """Return a + bi of two arrays of one real arithmetic."""
    return type(real).COMPLEX.joined(real.array, imag.array)


class ComplexScalar(Domain):
    """A complex number."""

    axes = 0
    styles: tuple[str, ...] = ("plain", "real", "imaginary")

    def size(self, shape: tuple[int, ...]) -> int:
        """Return two raw entries a number: all real parts, then all imaginary ones."""
        return 2 * prod(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Join the real and the imaginary parts, or make one of them 0."""
        return super().construct(self.entries(raw, style), style, shape)

    def entries(self, raw: Array, style: str) -> Array:
        """Return the numbers, in one axis."""
        half = raw.shape[-1] // 2
        a, b = raw[..., :half], raw[..., half:]
        return joined(0 * a if style == "imaginary" else a, 0 * b if style == "real" else b)

    def raw(self, value: ComplexRationals) -> Rationals | None:
        """Return the real parts, and the imaginary ones."""
        return Rationals.of(np.concatenate([np.ravel(value.real.array), np.ravel(value.imag.array)]))

    def realise(self, value: Any, arithmetic: type) -> Any:
        """Turn an exact value into the argument that the body sees, in Gaussian rationals or complex balls."""
        return value if arithmetic is Rationals else complex_balls(value)

    def encode(self, value: Any) -> Any:
        """Return the value as JSON data: nested lists of numbers such as ``1/2-3/4i``."""
        texts = np.frompyfunc(lambda x: complex_text(x.real, x.imag), 1, 1)(value.array)
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
        return Matrix.construct(Matrix("d r"), self.entries(raw, style), style, shape)


class Hermitian(Square, ComplexScalar):
    """A Hermitian matrix: dense, real, of rank one, or diagonal."""

    styles = ("plain", "real", "rank one", "diagonal")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Average a matrix with its adjoint; or a vector by its adjoint, up to its sign."""
        m = super().construct(raw, style, shape)
        if style == "rank one":
            return m[..., :, :1] @ m[..., :, :1].H * real(m[..., -1:, -1:])
        return hermitian_part(m) * (identity(shape[0], shape[1], m) if style == "diagonal" else 1)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is its own adjoint."""
        return bool((value == value.H).all())


class Unitary(Square, ComplexScalar):
    """A unitary matrix: the Cayley transform of an exact skew-Hermitian matrix, times phases and a permutation."""

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
        turned, sign = where(greater(0, raw[..., 0 : 3 * size : 3]), 1, 0), signs_of(raw[..., 1 : 3 * size : 3])
        turned = 0 * turned if style == "real" else turned
        phases = joined(sign * (1 - turned), sign * turned)
        return solve(one + k, one - k) @ ordering(raw[..., 2 : 3 * size : 3]) * phases[..., None, :]

    def raw(self, value: ComplexRationals) -> Rationals | None:
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
        return bool((value.H @ value == identity(len(value), len(value), value)).all())


def number(data: Any) -> GaussianRational:
    """Read an exact number: a string such as ``1/2-3/4i``, or a number that is exactly the one meant."""
    if isinstance(data, str):
        return GaussianRational.of(*map(fraction, complex_parts(data)))
    value = constant(data)
    return value if isinstance(value, GaussianRational) else GaussianRational.of(fmpq(value))
