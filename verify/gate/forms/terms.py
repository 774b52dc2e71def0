"""A term of a loss: a number that a batch has, as a mean over its samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from verify.gate.instances import Array, Instance

Elements = Callable[[Instance], Array]


def _mean_of_sums(elements: Array) -> Array:
    return elements.sum(-1).mean(-1)


@dataclass(frozen=True)
class Term:
    """A mean over the samples of a sum over their features or latent variables, unless ``of`` makes another of it.

    Samples and features are the last two axes: of many instances at once there are more before them.
    """

    text: str
    elements: Elements
    of: Callable[[Array], Array] = _mean_of_sums

    def __call__(self, instance: Instance) -> Array:
        """Return the term, complex for a complex instance."""
        with np.errstate(all="ignore"):
            return self.of(self.elements(instance))

    def sized(self, instance: Instance) -> tuple[Array, Array]:
        """Return the term, and the sum of the absolute values of what is added up, which bounds the error of that."""
        with np.errstate(all="ignore"):
            elements = self.elements(instance)
            value = self.of(elements)
            return np.real(value), np.maximum(_mean_of_sums(abs(elements)), abs(value))


def modulus(value: Array) -> Array:
    """Return |v|, as the analytic function that it is on either side of 0."""
    return np.where(np.real(value) < 0, -value, value)


def softplus(value: Array) -> Array:
    """Return log(1 + e^v), where e^v is no overflow."""
    small = np.where(np.real(value) < 0, value, -value)
    return np.where(np.real(value) < 0, 0, value) + np.log1p(np.exp(small))


def sigmoid(value: Array) -> Array:
    """Return 1/(1 + e^−v)."""
    return 1 / (1 + np.exp(-value))
