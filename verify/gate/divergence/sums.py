"""Which few functions of the heads make up a loss: the smallest set that fits within the bounds of the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from verify.gate.divergence.dictionary import MEANS, Entry, heads, products
from verify.gate.divergence.part import Part
from verify.gate.fit import Sample, fit
from verify.gate.instances import Array
from verify.gate.series import Series
from verify.gate.weighing import weigh

COUNT = 20
"""Heads at a shape at which a sum is looked for, and at which it is confirmed."""


@dataclass(frozen=True)
class Sum:
    """A sum of functions of the heads, each a mean over the samples, with its weight."""

    entries: tuple[Entry, ...]
    weights: tuple[Series, ...]

    def of(self, text: str) -> Series | None:
        """Return the weight of a term, None if it has no part."""
        found = [weight for entry, weight in zip(self.entries, self.weights, strict=True) if entry.text == text]
        return found[0] if found else None

    @property
    def texts(self) -> frozenset[str]:
        """The terms that it has."""
        return frozenset(entry.text for entry in self.entries)

    @property
    def couples_samples(self) -> bool:
        """Whether a sample's part depends on other samples of the batch."""
        return any(entry.couples_samples for entry in self.entries)

    @property
    def couples_latents(self) -> bool:
        """Whether a latent's part depends on other latents of the sample."""
        return any(entry.couples_latents for entry in self.entries)


def total(parts: Sequence[Part]) -> Sum | None:
    """Return the functions of the heads whose sum a loss is, and their weights at every shape; None if not found."""
    tried = max(parts[:4], key=lambda each: min(each.shape.n, 4) * min(each.shape.k, 4))
    entries = _entries(tried)
    if entries is None:
        return None
    samples = [each.sample(_draws(each, COUNT, 5)) for each in parts]
    weights = weigh(tried.epsilon, samples, lambda _: [entry.term for entry in entries])
    return None if weights is None else Sum(entries, weights[:-1])


def _entries(part: Part) -> tuple[Entry, ...] | None:
    """Return the functions that make up the loss at one shape: of the mean, of the head, and of both together."""
    both = part.sample(_draws(part, COUNT, 4))
    mean, head = (np.array([np.asarray(getattr(i, name)) for i in both.instances]) for name in ("mu", "head"))
    by_mean = part.sample([(each, head[0]) for each in mean])
    by_head = part.sample([(mean[0], each) for each in head])
    if not np.isfinite([both.values, by_mean.values, by_head.values]).all():
        return None
    apart = abs(both.values - by_mean.values - by_head.values + both.values[0])
    if (apart <= [part.bound(*each) for each in zip(both.values, by_mean.values, by_head.values, strict=True)]).all():
        of_mean = _smallest(part, by_mean, MEANS, 2)
        of_head = None if of_mean is None else _smallest(part, by_head, heads(part.positive), 4)
        return None if of_mean is None or of_head is None else of_mean + of_head
    few = (*MEANS[:8], *heads(part.positive)[:8], *products(part.positive))
    return _smallest(part, both, few, 4)


def _smallest(part: Part, sample: Sample, entries: Sequence[Entry], most: int) -> tuple[Entry, ...] | None:
    """Return the first of the smallest sets of entries that make up the values; None if no set does."""
    columns = np.array([sample.columns(entry.term)[0] for entry in entries])
    finite = np.flatnonzero(np.isfinite(columns).all(1))
    columns[~np.isfinite(columns).all(1)] = 0
    for size in range(most + 1):
        for chosen in _near(columns, sample.values, finite, size):
            found = tuple(entries[index] for index in chosen)
            fitted = fit([entry.term for entry in found], sample, part.epsilon)
            if fitted is not None and all(fitted.of(index) for index in range(size)):
                return found
    return None


def _near(columns: Array, values: Array, usable: Array, size: int) -> Iterator[tuple[int, ...]]:
    """Yield sets of columns that come near the values, together with a constant."""
    scale = abs(values - values.mean()).max() or 1.0
    target = (values - values.mean()) / scale
    centred = columns - columns.mean(1, keepdims=True)
    sizes = np.linalg.norm(centred, axis=1)
    usable = usable[sizes[usable] > 0]
    sets = [*combinations(usable, size)]
    chosen = np.array(sets, int).reshape(len(sets), size)
    unit = centred / np.where(sizes == 0, 1, sizes)[:, None]
    for block in np.array_split(chosen, max(1, len(chosen) // 4096)):
        basis = unit[block].transpose(0, 2, 1)
        orthogonal = np.linalg.qr(basis)[0] if size else basis
        rest = target - np.einsum("bij,bkj,k->bi", orthogonal, orthogonal, target)
        for index in np.flatnonzero(abs(rest).max(1) < 1e-5):
            yield tuple(map(int, block[index]))


def _draws(part: Part, count: int, seed: int) -> list[tuple[Array, Array]]:
    """Return heads about the prior's, and farther from it."""
    random, shape = part.random(seed), part.first.mu.shape
    scales = random.choice([0.5, 1, 2], (count, 2))
    means = [scale * random.integers(-64, 65, shape) / 64 for scale in scales[:, 0]]
    if part.positive:
        return [(mean, random.integers(8, 129, shape) / 64) for mean in means]
    return [
        (mean, scale * random.integers(-64, 65, shape) / 64) for mean, scale in zip(means, scales[:, 1], strict=True)
    ]
