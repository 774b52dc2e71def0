"""Weights of terms from values of a loss: what fits within the errors of the arithmetic, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from verify.gate.forms.terms import Term
from verify.gate.instances import Array, Instance, stacked
from verify.gate.shapes import Shape

DOUBLE, SINGLE = 2.0**-52, 2.0**-23
"""The spacing of numbers about 1, in the two precisions in which a loss may be computed."""

HALF = 2.0**-10, 2.0**-7
"""In which a gradient may be: through a cast that the values at hand survive."""


@dataclass(frozen=True)
class Fit:
    """Weights, one a term and the last the constant, and how far the true ones may be from them."""

    weights: Array
    errors: Array
    epsilon: float

    def of(self, index: int) -> float:
        """Return a weight, 0 if it may be that."""
        return 0.0 if abs(self.weights[index]) <= self.errors[index] else float(self.weights[index])


@dataclass(frozen=True)
class System:
    """Terms and the constant as columns, their sizes, and the weights that come nearest the values, by an inverse."""

    design: Array
    sizes: Array
    inverse: Array
    weights: Array


@dataclass(frozen=True)
class Sample:
    """A loss at instances of one shape, and the terms there, each computed once."""

    instances: Sequence[Instance]
    values: Array
    _columns: dict[Term, tuple[Array, Array]] = field(default_factory=dict, repr=False, compare=False)
    _systems: dict[tuple[Term, ...], System | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def shape(self) -> Shape:
        """n, d, k of all of them."""
        return self.instances[0].shape

    @property
    def operations(self) -> int:
        """A bound for how many roundings there are on the way from the entries of a batch to a mean."""
        return 16 + self.shape.n * (self.shape.d + self.shape.k)

    def columns(self, term: Term) -> tuple[Array, Array]:
        """Return the values of a term, and the sums of absolute values in it."""
        if term not in self._columns:
            self._columns[term] = term.sized(self._stacked)
        return self._columns[term]

    def system(self, terms: Sequence[Term]) -> System | None:
        """Return what the values are made of by terms and a constant, in any precision; None if one is not finite."""
        if (key := tuple(terms)) not in self._systems:
            self._systems[key] = self._solved(terms)
        return self._systems[key]

    def _solved(self, terms: Sequence[Term]) -> System | None:
        ones = np.ones(len(self.instances))
        columns = [*(self.columns(term) for term in terms), (ones, ones)]
        design, sizes = (np.column_stack(parts) for parts in zip(*columns, strict=True))
        if not (np.isfinite(design).all() and np.isfinite(self.values).all()):
            return None
        precise = 1 / (sizes.max(1) + abs(self.values))  # a value is known in proportion to what is added up
        scale = abs(design * precise[:, None]).max(0)
        scale[scale == 0] = 1
        inverse = np.linalg.pinv(design * precise[:, None] / scale, rcond=1e-12) * precise / scale[:, None]
        return System(design, sizes, inverse, inverse @ self.values)

    @cached_property
    def _stacked(self) -> Instance:
        return stacked(self.instances)


def fit(terms: Sequence[Term], sample: Sample, epsilon: float = DOUBLE) -> Fit | None:
    """Return the weights with which terms and a constant make up the values; None if they do not.

    A sum of N numbers is off by at most N times the spacing of numbers times the sum of their absolute values,
    whatever the order; so is each of a handful of operations on the way.
    """
    system, values = sample.system(terms), sample.values
    if system is None:
        return None
    weights = system.weights
    constants = abs(weights[1:-1]).max(initial=0) * sample.shape.k  # such as the −1 of each latent variable
    bounds = sample.operations * epsilon * (system.sizes @ abs(weights) + abs(values) + constants)
    if (abs(system.design @ weights - values) > bounds).any():
        return None
    return Fit(weights, abs(system.inverse) @ bounds, epsilon)


def slopes(
    terms: Sequence[Term], instances: Sequence[Instance], derivatives: Array, along: Sequence[Instance], epsilon: Array
) -> Fit | None:
    """Return the weights with which the derivatives of terms make up those of a loss, along given directions.

    ``epsilon`` is the spacing of numbers about 1 in which each derivative is computed. The derivative of a term is the
    imaginary part of its value a little way off the real axis: exact to rounding.
    """
    step = 1e-20
    at, to = stacked(instances), stacked(along)
    moved = Instance(*(a + 1j * step * b for a, b in zip(at, to, strict=True)))
    design = np.column_stack([np.imag(term(moved)) / step for term in terms])
    if not (np.isfinite(design).all() and np.isfinite(derivatives).all()):
        return None
    scale = abs(design).max(0)
    scale[scale == 0] = 1
    inverse = np.linalg.pinv(design / scale, rcond=1e-12) / scale[:, None]
    weights = inverse @ derivatives
    operations = 16 + sum(instances[0].shape.n * size for size in instances[0].shape[1:])
    size = sum(abs(part).sum() for part in to) / len(along)
    bounds = operations * epsilon * (abs(design).max(0) @ abs(weights) + abs(derivatives).max() + size * epsilon)
    if (abs(design @ weights - derivatives) > bounds).any():
        return None
    return Fit(weights, abs(inverse) @ bounds, float(epsilon.max()))
