"""The part of a loss that the heads enter: what it is at any heads, and which terms make it up at every shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from verify.gate.evaluation import Loss
from verify.gate.fit import HALF, SINGLE, Sample
from verify.gate.instances import Array, Instance
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
        if self.loss.epsilon > SINGLE:
            return self.loss.epsilon
        random, shape = self.random(0), self.first.mu.shape
        heads = [random.integers(33, 128, shape) / 64 for _ in range(2)]
        start = self(*heads)
        found = self.loss.epsilon
        for moving in range(2):

            def at(factor: float, moving: int = moving) -> float:
                return self(*(h * (factor if turn == moving else 1) for turn, h in enumerate(heads)))

            change, much = abs(at(1 + 2.0**-33) - start), at(2.0)
            if much != start and not 0 < change <= 2.0**-27 * (1 + abs(start)):
                found = max(found, SINGLE)
                if at(1 + 2.0**-14) == start and at(2.0 + 2.0**-14) == much:  # and no floor that holds at one of them
                    found = HALF[1]
        return found

    def bound(self, *values: float) -> float:
        """Return what rounding may do to a sum of values."""
        return 4 * (16 + sum(self.shape) * self.shape.n) * self.epsilon * (1 + sum(map(abs, values)))


def parts(loss: Loss, samples: Sequence[Sample]) -> list[Part]:
    """Return the part at the shape of each sample."""
    positive = all((instance.head > 0).all() for each in samples for instance in each.instances)
    return [Part(loss, each.instances[0], positive) for each in samples]
