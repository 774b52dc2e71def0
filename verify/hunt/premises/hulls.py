"""The linear spaces in which the values of a domain lie that are made of raw entries in another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reference.arithmetic import diagonal, real, trace
from reference.arithmetic.lanes import UNDERFLOW, Floats
from reference.shapes import Array
from verify.domains import (
    ComplexDensity,
    Contraction,
    Correlation,
    Density,
    Domain,
    DoublyStochastic,
    Hermitian,
    Matrix,
    Nonnegative,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveSimplex,
    PositiveVector,
    Simplex,
    Stochastic,
    Symmetric,
    UnitVector,
    Vector,
)

_SLIGHT = 2.0**-40


def _semidefinite(values: Floats) -> Floats:
    roots = np.linalg.eigvalsh(values)
    return roots[:, 0] / (abs(roots).max(-1) + UNDERFLOW) + _SLIGHT


def _definite(values: Floats) -> Floats:
    return _semidefinite(values) - 2 * _SLIGHT


def _contracting(values: Floats) -> Floats:
    return 1 - np.linalg.norm(values, 2, (-2, -1)) + _SLIGHT


def _anything(values: Floats) -> Floats:
    return np.ones(len(values))


def _none(value: Array) -> list[Array]:
    return []


def _unit_trace(value: Array) -> list[Array]:
    return [real(trace(value)) - 1]


@dataclass(frozen=True)
class Hull:
    """The domain whose raw entries are the coordinates, and which of its values belong to the narrower one."""

    domain: type[Domain]
    depth: Callable[[Floats], Floats] = _anything
    """How far inside are finite values, of shape (n, …), that satisfy the equations: negative of those outside."""
    equations: Callable[[Array], list[Array]] = _none
    """What is 0 of those that do."""

    def of(self, domain: Domain) -> Domain:
        """Return the domain of the same axes."""
        axes = [axis.text for axis in domain.array_axes[0]]
        return self.domain(" ".join(axes[: self.domain.axes]))


HULLS: Mapping[type[Domain], Hull] = {
    PositiveSemidefinite: Hull(Symmetric, _semidefinite),
    PositiveDefinite: Hull(Symmetric, _definite),
    Density: Hull(Symmetric, _semidefinite, _unit_trace),
    Correlation: Hull(Symmetric, _semidefinite, lambda value: [diagonal(value) - 1]),
    ComplexDensity: Hull(Hermitian, _semidefinite, _unit_trace),
    Simplex: Hull(Vector, lambda values: values.min(-1), lambda value: [value.sum(-1) - 1]),
    PositiveSimplex: Hull(PositiveVector, equations=lambda value: [value.sum(-1) - 1]),
    Stochastic: Hull(Nonnegative, equations=lambda value: [value.sum(-1) - 1]),
    DoublyStochastic: Hull(Nonnegative, equations=lambda value: [value.sum(-1) - 1, value.sum(-2) - 1]),
    Contraction: Hull(Matrix, _contracting),
    UnitVector: Hull(Vector, equations=lambda value: [(value * value).sum(-1) - 1]),
}
"""For the domains of the engine that are not linear in their raw entries, where a value is easily recognised."""
