"""Domains of what keeps lengths: permutations, orthogonal matrices, isometries, unit vectors."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, product
from math import prod
from typing import Any, ClassVar

import numpy as np

from reference.arithmetic import concatenate, greater, identity, solve, where
from reference.arithmetic.exact import Rationals, rationals
from reference.arithmetic.lanes import Lanes, permutation
from reference.dimensions import DimensionError
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.structured import Square

__all__ = ["Permutation", "Orthogonal", "Isometry", "UnitVector"]

_MOST_SIGNS = 64
"""Signs of columns that are tried, of the few that leave an orthogonal matrix an eigenvalue −1."""


def ordering(raw: Array) -> Array:
    """Return the permutation matrix that sorts raw entries in ascending order: its last row is at the largest."""
    if isinstance(raw, Lanes):
        return permutation(raw)
    return identity(raw.shape[-1], raw.shape[-1], raw)[np.argsort(raw.array, axis=-1, kind="stable")]


def signs_of(raw: Array) -> Array:
    """Return −1 for negative raw entries, else 1."""
    return where(greater(0, raw), -1, 1)


class Permutation(Square):
    """A permutation matrix."""

    wider = ("Orthogonal", "DoublyStochastic")

    def size(self, shape: tuple[int, ...]) -> int:
        """Return one entry a row: the order of these is the permutation."""
        return shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Permute the rows of the identity into the order of the raw entries."""
        return ordering(raw)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is orthogonal with entries 0 and 1."""
        return has_orthonormal_columns(value) and bool((value * value == value).all())

    def raw(self, value: Rationals) -> Array:
        """Return the place of the 1 in each column."""
        return (value * np.arange(len(value))[:, None]).sum(0)


class Orthogonal(Square):
    """An orthogonal matrix: the Cayley transform of an exact skew matrix, times a signed permutation."""

    wider = ("Contraction",)

    def size(self, shape: tuple[int, ...]) -> int:
        """Return an entry for each pair of rows, and two a row for the signed permutation."""
        return prod(shape) + 2 * shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Solve (I + K) Q = I − K for skew K; Q has no eigenvalue −1, which the signed permutation makes up for."""
        size = shape[0]
        m = super().construct(raw[..., 2 * size :], style, shape)
        one = identity(size, size, m)
        k = (m - m.mT) * (1 - one)  # on the diagonal nothing cancels: it is zero
        signs = signs_of(raw[..., 0 : 2 * size : 2])
        return solve(one + k, one - k) @ ordering(raw[..., 1 : 2 * size : 2]) * signs[..., None, :]

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
        return has_orthonormal_columns(value)


def has_orthonormal_columns(value: Any) -> bool:
    """Say whether VᴴV is the identity."""
    size = value.shape[-1]
    return bool((value.H @ value == identity(size, size, value)).all())


class Isometry(Domain):
    """A matrix of at least as many rows as columns, which are orthonormal: ``Isometry["r+e r", {"e": (0, 3)}]``."""

    wider = ("Contraction",)
    axes = 2
    square: ClassVar[Domain] = Orthogonal("d")

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return the shape of a value; raises DimensionError if there are more columns than rows."""
        rows, columns = shape = super().shape(sizes)
        if rows < columns:
            a, b = (axis.text for axis in self.axis_expressions)
            at = f"rows {rows} < columns {columns} at {dict(sizes)}"
            mend = f'write {type(self).__name__}["{b}+e {b}", {{"e": (0, 3)}}], or bound {a} and {b}'
            raise DimensionError(f"{self!r} has no values: {at}: {mend}")
        return shape

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what an orthogonal matrix of as many rows takes."""
        return self.square.size((shape[0], shape[0]))

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Take the first columns of an orthogonal matrix."""
        return self.square.construct(raw, style, (shape[0], shape[0]))[..., : shape[1]]

    def raw(self, value: Rationals) -> Rationals | None:
        """Return that of an orthogonal matrix with these first columns: reflections make one of the identity."""
        rows, columns = value.shape
        whole = identity(rows, rows, value)
        for k in range(columns):
            gap = value[:, k : k + 1] - whole[:, k : k + 1]
            if (gap != 0).any():
                moved = gap.H @ whole
                whole = whole + gap @ moved / moved[:, k]
        return self.square.raw(whole)

    def contains(self, value: Any) -> bool:
        """Say whether the columns are orthonormal."""
        return has_orthonormal_columns(value)


class UnitVector(Domain):
    """A rational vector of length 1: any, one of the axes, in a plane, or with equal entries but the first."""

    axes = 1
    styles = ("plain", "axis", "plane", "equal")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Project entries t from (−1, 0, …) on the sphere: (1 − |t|², 2t) / (1 + |t|²), and take a sign."""
        sign, t = signs_of(raw[..., :1]), raw[..., 1:]
        match style:
            case "axis":
                return sign * ordering(raw * raw)[..., -1, :]
            case "plane":
                t = t * (np.arange(shape[0] - 1) < 1).astype(int)
            case "equal":
                t = t[..., :1] + 0 * t
        square = (t * t).sum(-1)[..., None]
        return concatenate([1 - square, 2 * t]) / (1 + square) * sign

    def raw(self, value: Rationals) -> Array:
        """Return the sign of the first entry, and t."""
        sign = -1 if value[0] < 0 else 1
        return concatenate([rationals([sign]), value[1:] * sign / (1 + sign * value[0])])

    def contains(self, value: Any) -> bool:
        """Say whether the squares add up to 1."""
        return bool((value * value).sum() == 1)
