"""Complex matrices that theory has and no density reaches, as raw entries: all real parts, then all imaginary ones.

Gaussian integers, Hermitian and skew ones, units in the places of a permutation, powers of i as Fourier has them,
Pauli's matrices, and nilpotent ones. Parts that are drawn each for itself meet none of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arithmetic.lanes import Floats

_SMALL = np.array([0, 0, 0, 1, 1, -1, -1, 2, -2, 3])
_POWERS = np.array([1, 1j, -1, -1j])
_PAULI = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])

Recipe = Callable[[int, int, np.random.Generator], Floats]
"""Makes matrices of shape (count, size, size)."""


def planar(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    """Return raw entries of shape (2·rows·columns, count), of one recipe."""
    recipe = RECIPES[int(generator.integers(len(RECIPES)))]
    matrices = recipe(max(rows, columns), count, generator)[:, :rows, :columns]
    parts = np.stack([matrices.real, matrices.imag], axis=1)
    return parts.reshape(count, 2 * rows * columns).T


def _integers(size: int, count: int, generator: np.random.Generator) -> Floats:
    real, imag = generator.choice(_SMALL, (2, count, size, size))
    return real + 1j * imag


def _hermitian(size: int, count: int, generator: np.random.Generator) -> Floats:
    """Hermitian matrices, or i times such."""
    m = _integers(size, count, generator)
    return (m + m.conj().mT) / 2 * generator.choice(_POWERS[:2])


def _units(size: int, count: int, generator: np.random.Generator) -> Floats:
    """Powers of i in the places of a permutation: monomial unitary matrices."""
    return np.eye(size)[generator.permutation(size)] * generator.choice(_POWERS, (count, 1, size))


def _fourier(size: int, count: int, generator: np.random.Generator) -> Floats:
    """Powers i^jk, or (−1)^jk of size 2, with phases of the columns: of sizes 1, 2 and 4 multiples of unitary ones."""
    step = 4 // size if size in (1, 2) else 1
    powers = _POWERS[step * np.outer(np.arange(size), np.arange(size)) % 4]
    return powers * generator.choice(_POWERS, (count, 1, size))


def _pauli(size: int, count: int, generator: np.random.Generator) -> Floats:
    """Pauli's matrices along the diagonal, with a 1 where one row is left."""
    matrices = np.zeros((count, size, size), dtype=complex) + np.eye(size)
    for k in range(0, size - 1, 2):
        matrices[:, k : k + 2, k : k + 2] = _PAULI[generator.integers(0, 4, count)]
    return matrices


def _nilpotent(size: int, count: int, generator: np.random.Generator) -> Floats:
    return np.triu(_integers(size, count, generator), 1)


RECIPES: tuple[Recipe, ...] = (_integers, _hermitian, _units, _fourier, _pauli, _nilpotent)
