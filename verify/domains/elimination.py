"""Elimination in exact fractions: how a value is made of simpler ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from reference.arithmetic import identity
from reference.arithmetic.exact import Rationals
from reference.shapes import Array


def triangular_product(m: Array, weights: Array) -> Array:
    """Return LDLᴴ, of which L is 1 on the diagonal and m below it, and D has the weights."""
    lower = m * np.tri(m.shape[-1], k=-1, dtype=int) + identity(m.shape[-1], m.shape[-1], m)
    return lower * weights[..., None, :] @ lower.H


def triangular_factors(value: Array) -> Array:
    """Return L below the diagonal and D on it, of a positive semidefinite matrix: if a pivot is 0, its column is."""
    factors, rest = (np.array(array.tolist(), dtype=object) for array in (0 * value, value))
    for k in range(len(value)):
        pivot = rest[k, k]
        if pivot != 0:
            factors[k, k], factors[k + 1 :, k] = pivot, rest[k + 1 :, k] / pivot
            rest = rest - np.outer(rest[:, k], rest[k]) / pivot
    return value.of(factors)


def solution(a: Rationals, b: Rationals) -> Rationals | None:
    """Return a vector x with ax = b, or None if there is none; of several the one with most zeros at its end."""
    columns = a.shape[1]
    augmented: Any = np.concatenate([a.array, b.array[:, None]], axis=1)
    reduced, rank = fmpq_mat(augmented.tolist()).rref()
    x = np.full(columns, fmpq(0), dtype=object)
    for row in reduced.tolist()[:rank]:
        pivot = next(k for k, entry in enumerate(row) if entry != 0)
        if pivot == columns:
            return None
        x[pivot] = row[-1]
    return Rationals.of(x)
