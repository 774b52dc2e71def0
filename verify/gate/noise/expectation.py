"""The expectation of a loss over the normal numbers that it draws: exact, or not a number.

A mean over signs and their negatives is exact for any loss that is quadratic in the noise, and whatever is odd in it
adds nothing: so cubic terms do not matter. Whether the even part is quadratic is judged where the loss is evaluated:
along a line that is drawn, by the fourth difference of five equidistant values, which an odd part does not enter
either; and by another design, of other lengths and directions, which has to have the same mean. What is no such
function passes only by a coincidence, of numbers that are drawn for it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from verify.gate.instances import Array, Instance
from verify.gate.noise.chosen import Normals
from verify.gate.noise.designs import direction, signs, turned
from verify.gate.noise.normals import replaced
from verify.gate.noise.seeds import seed_all
from verify.gate.shapes import Shape

Call = Callable[[], Array]
"""One call of a loss at an instance: its value, or its gradient as one vector."""

LIMIT = 256
"""Numbers that a call may draw: twice as many calls are a mean."""

_SEEDS = 8
_ALONG = (-2, -1, 0, 1, 2)
_FOURTH_DIFFERENCE = np.array((1, -4, 6, -4, 1))


def rounding(values: Array, instance: Instance, epsilon: float) -> float:
    """Return how far values at an instance may be off: what a sum of as many numbers as there are may be."""
    n, d, k = instance.shape
    return float((16 + n * (d + k)) * epsilon * abs(np.asarray(values)).max(initial=0))


class Expectation:
    """What is known of the noise of a loss, shape by shape."""

    def __init__(self) -> None:
        self._normals = Normals()
        self._random = np.random.default_rng(2)
        self._fixed: dict[Shape, frozenset[int]] = {}
        self._additive: set[Shape] = set()
        """Shapes at which no two numbers are multiplied: then each pair ±e of signs has the same mean."""
        self.entries: dict[Shape, int] = {}
        """How many normal numbers a call draws."""

    def mean(self, call: Call, instance: Instance, epsilon: float) -> Array:
        """Return the expectation at an instance; not a number where it is not exact."""
        with replaced(self._normals):
            line = self._line(call, instance.shape)
            if not _is_quadratic(line, instance, epsilon):
                return np.full_like(line[0], np.nan)
            pairs = signs(self.entries[instance.shape], self._random)
            if instance.shape in self._additive:
                found = self._even(call, pairs[self._random.permutation(len(pairs))[:2]], instance.shape)
                if (np.ptp(found, axis=0) <= 2 * rounding(found, instance, epsilon)).all():
                    return found.mean(0)
            found = self._even(call, pairs, instance.shape)
            if (np.ptp(found, axis=0) <= 2 * rounding(found, instance, epsilon)).all():
                self._additive.add(instance.shape)
            return found.mean(0)

    def is_exact(self, call: Call, instance: Instance, epsilon: float) -> bool:
        """Say whether the mean over signs is the expectation at an instance; learns whether the noise is additive."""
        shape = instance.shape
        with replaced(self._normals):
            line = self._line(call, shape)
            if not 0 < self.entries[shape] <= LIMIT or not _is_quadratic(line, instance, epsilon):
                return False
            pairs = self._even(call, signs(self.entries[shape], self._random), shape)
            others = self._even(call, 2 * turned(self.entries[shape], self._random), shape)
            bound = 4 * rounding(np.concatenate([pairs, others, line]), instance, epsilon)
            if not (abs(pairs.mean(0) - (0.75 * line[2] + 0.25 * others.mean(0))) <= bound).all():
                return False
            if (np.ptp(pairs, axis=0) <= bound).all():
                self._additive.add(shape)
            return self._is_all(call, instance, bound)

    def _is_all(self, call: Call, instance: Instance, bound: float) -> bool:
        """Say whether nothing else is drawn: with the normal numbers as they are, no seed makes a difference."""
        vector = direction(self.entries[instance.shape], self._random)
        values = [self._at(call, vector, instance.shape, seed) for seed in range(_SEEDS)]
        return bool((np.ptp(values, axis=0) <= bound).all())

    def _line(self, call: Call, shape: Shape) -> Array:
        """Return values at equal distances along a line through 0, which say how many numbers are drawn."""
        if shape not in self._fixed:
            self._fixed[shape] = self._learn_fixed(call)
        self._normals.start(np.zeros(0), self._fixed[shape])
        seed_all(0)
        middle = call()
        self.entries[shape] = self._normals.entries
        along = direction(self.entries[shape], self._random)
        return np.stack([self._at(call, step * along, shape) if step else middle for step in _ALONG])

    def _learn_fixed(self, call: Call) -> frozenset[int]:
        """Return which of the draws are the same from another seed."""
        records = []
        for seed in (1, 2):
            self._normals.start(None)
            seed_all(seed)
            call()
            records.append(self._normals.record)
        return frozenset(at for at, (one, other) in enumerate(zip(*records, strict=False)) if one == other)

    def _even(self, call: Call, vectors: Array, shape: Shape) -> Array:
        """Return the mean of the values at ±e, for each of the vectors."""
        return np.stack([(self._at(call, e, shape) + self._at(call, -e, shape)) / 2 for e in vectors])

    def _at(self, call: Call, vector: Array, shape: Shape, seed: int = 0) -> Array:
        """Return the value where the noise is a vector; not a number if it then is of another length."""
        self._normals.start(vector, self._fixed[shape])
        seed_all(seed)
        value = call()
        return value if self._normals.entries == len(vector) else np.full_like(value, np.nan)


def _is_quadratic(line: Array, instance: Instance, epsilon: float) -> bool:
    """Say whether the even part of five values, symmetrical about 0, is that of a quadratic."""
    difference = np.tensordot(_FOURTH_DIFFERENCE, line, 1)
    return bool((abs(difference) <= 16 * rounding(line, instance, epsilon)).all())
