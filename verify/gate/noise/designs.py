"""Vectors of noise whose mean stands for an expectation: exactly, for a quadratic.

The entries of all are dyadic numbers of few digits, which are exact in single precision too.
"""

from __future__ import annotations

import numpy as np

from verify.gate.instances import Array


def signs(count: int, random: np.random.Generator) -> Array:
    """Return m vectors of ``count`` entries ±1, EᵀE = mI; with their negatives, odd functions have the mean 0.

    m is a power of 2. The columns of a Hadamard matrix are drawn, and so are their signs, so that what is no
    polynomial is no better hidden than by chance.
    """
    matrix = np.ones((1, 1))
    while len(matrix) < count:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix[:, random.permutation(len(matrix))[:count]] * random.choice((-1, 1), count)


def turned(count: int, random: np.random.Generator) -> Array:
    """Return m vectors, EᵀE = mI, of another kind: signs, reflected in two hyperplanes that are drawn.

    A hyperplane is normal to a vector of a power of 2 of entries ±1, which keeps the reflection dyadic.
    """
    size = 8
    while size < count:
        size *= 2
    design = signs(size, random)
    for _ in range(2):
        normal = random.choice((-1, 1), len(design))
        design = design - 2 / len(design) * np.outer(design @ normal, normal)
    return design[:, :count]


def direction(count: int, random: np.random.Generator) -> Array:
    """Return one vector, of multiples of 1/16 up to 2, none of them 0."""
    return random.choice((-1, 1), count) * random.integers(8, 33, count) / 16
