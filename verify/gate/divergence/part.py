"""The part of a loss that the heads enter: what it is at any heads, and which terms make it up at every shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from verify.gate.evaluation import Loss
from verify.gate.fit import DOUBLE, SINGLE, Fit, Sample, fit
from verify.gate.forms.terms import Term
from verify.gate.instances import Array, Instance
from verify.gate.series import Series
from verify.gate.shapes import Shape


@dataclass(frozen=True)
class Part:
    """A loss at one shape, with the reconstruction and the data of one instance."""

    loss: Loss
    first: Instance
    positive: bool
    """Whether the second head may only be positive."""

    @property
    def shape(self) -> Shape:
        """n, d, k."""
        return self.first.shape

    def at(self, mu: Array | float, head: Array | float) -> Instance:
        """Return the instance with these heads; a number stands for as many equal elements."""
        full = self.first.mu.shape
        return Instance(
            *self.first[:2], np.array(np.broadcast_to(mu, full), float), np.array(np.broadcast_to(head, full), float)
        )

    def __call__(self, mu: Array | float, head: Array | float) -> float:
        """Return the loss at these heads, the constant of the reconstruction included."""
        return self.value(self.at(mu, head))

    def value(self, instance: Instance) -> float:
        """Return the loss; not a number where it raises: it is asked far from where it was tried."""
        try:
            return self.loss.value(instance)
        except Exception:
            return float("nan")

    def sample(self, heads: Sequence[tuple[Array, Array]]) -> Sample:
        """Return the loss at several heads."""
        instances = [self.at(*each) for each in heads]
        return Sample(instances, np.array([self.value(instance) for instance in instances]))

    def random(self, seed: int) -> np.random.Generator:
        """Return what heads are drawn from, the same each time."""
        return np.random.default_rng([seed, *self.shape])

    @cached_property
    def epsilon(self) -> float:
        """The spacing of numbers about 1 in which the loss is computed, whatever the type of what it returns."""
        if self.loss.epsilon > DOUBLE:
            return self.loss.epsilon
        random, shape = self.random(0), self.first.mu.shape
        heads = [random.integers(33, 128, shape) / 64 for _ in range(2)]
        start = self(*heads)
        for moving in range(2):
            slight, much = (
                [h * (factor if turn == moving else 1) for turn, h in enumerate(heads)]
                for factor in (1 + 2.0**-33, 1.5)
            )
            change = abs(self(*slight) - start)
            if self(*much) != start and not 0 < change <= 2.0**-27 * (1 + abs(start)):
                return SINGLE
        return DOUBLE

    def bound(self, *values: float) -> float:
        """Return what rounding may do to a sum of values."""
        return 4 * (16 + sum(self.shape) * self.shape.n) * self.epsilon * (1 + sum(map(abs, values)))


def parts(loss: Loss, samples: Sequence[Sample]) -> list[Part]:
    """Return the part at the shape of each sample."""
    positive = all((instance.head > 0).all() for each in samples for instance in each.instances)
    return [Part(loss, each.instances[0], positive) for each in samples]


TermsAt = Callable[[Shape], Sequence[Term]]


def weigh(epsilon: float, samples: Iterable[Sample], terms: TermsAt) -> tuple[Series, ...] | None:
    """Return the weights of terms and the constant at every shape; None if they do not make up the loss at each.

    A shape at which two terms are the same, as at n = 1, has to be made up by them, but does not say their weights.
    """
    fits: dict[Shape, Fit] = {}
    count = 0
    for each in samples:
        at = terms(each.shape)
        found = fit(at, each, epsilon)
        if found is None:
            return None
        count = len(at) + 1
        if np.linalg.matrix_rank(_design(at, each), tol=1e-9) == count:
            fits[each.shape] = found
    if not fits:
        return None
    return tuple(
        Series(
            {shape: float(each.weights[index]) for shape, each in fits.items()},
            {shape: float(each.errors[index]) for shape, each in fits.items()},
        )
        for index in range(count)
    )


def _design(terms: Sequence[Term], sample: Sample) -> Array:
    """Return the terms at each instance and the constant, columns of length 1."""
    columns = np.column_stack([*([term(i) for i in sample.instances] for term in terms), np.ones(len(sample.values))])
    lengths = np.linalg.norm(columns, axis=0)
    return columns / np.where(lengths == 0, 1, lengths)
