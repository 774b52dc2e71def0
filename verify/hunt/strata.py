"""Many points of a claim's domain at once: what they share, and the raw floats in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, reduce
from itertools import combinations, product
from math import prod
from operator import or_
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import Floats, Lane, Lanes, stack, unstack
from verify.claims.claim import Claim
from verify.claims.signatures import Instance, Signature
from verify.domains import Discrete, Domain
from verify.domains.base import DEFAULT_BOUNDS, mapped
from verify.domains.bytes import LARGEST
from verify.judging.screen import Scores, screen

_MOST_PATTERNS = 4096

_MOST_FREE, _MOST_KEPT = 6, 16
"""Of so many dimensions without bounds some are large; those with bounds have so many patterns, or their smallest."""

FARTHEST = 8
"""Up to this size a hunt goes on, with dimensions that no annotation bounds."""

_LARGEST_AXIS = 64

CHUNK = 1024
"""Points that are evaluated at once."""


def patterns(signature: Signature) -> list[dict[str, int]]:
    """Return all sizes of the named dimensions, from small to large; if these are too many, none of the largest."""
    ranges = {name: range(low, high + 1) for name, (low, high) in signature.bounds.items()}
    while prod(map(len, ranges.values())) > _MOST_PATTERNS:
        longest = max(ranges, key=lambda name: len(ranges[name]))
        ranges[longest] = ranges[longest][:-1]
    sizes = [dict(zip(ranges, choice, strict=True)) for choice in product(*ranges.values())]
    return sorted(sizes, key=lambda named: (sum(named.values()), max(named.values(), default=0)))


def larger(signature: Signature) -> list[dict[str, int]]:
    """Return sizes beyond the bounds of dimensions that no annotation bounds: the order in which a hunt takes them.

    All are equal at first; then some are large, and the others small and equal. Those that are bounded have any size,
    if these are not too many.
    """
    free, every = sorted(signature.unbounded), []
    kept = {name: range(low, high + 1) for name, (low, high) in signature.bounds.items() if name not in free}
    if prod(map(len, kept.values())) > _MOST_KEPT:
        kept = {name: sizes[:1] for name, sizes in kept.items()}
    for size in range(DEFAULT_BOUNDS[1] + 1, FARTHEST + 1):
        for small, large in product((size, *range(1, DEFAULT_BOUNDS[1] + 1)), _subsets(free)):
            if (small == size) == (len(large) == len(free)):
                mixed = {name: size if name in large else small for name in free}
                every += [mixed | dict(zip(kept, choice, strict=True)) for choice in product(*kept.values())]
    sound = [{name: sizes[name] for name in signature.bounds} for sizes in every if _sound(signature, sizes)]
    return sorted(sound, key=lambda sizes: (len({sizes[name] for name in free}), sum(sizes.values())))


def _subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return all subsets but the empty one; of many names those of the first, and all of them."""
    counts = range(1, len(names[:_MOST_FREE]) + 1)
    some = [chosen for count in counts for chosen in combinations(names[:_MOST_FREE], count)]
    return list(dict.fromkeys([*some, tuple(names)])) if names else []


def _sound(signature: Signature, sizes: Mapping[str, int]) -> bool:
    """Say whether every axis has a size that arrays may have."""
    shapes = (shape for domain in signature.domains.values() for shape in domain.array_shapes(sizes))
    return all(1 <= size <= _LARGEST_AXIS for shape in shapes for size in shape)


@dataclass(frozen=True)
class Part:
    """One argument's share of the raw entries."""

    name: str
    domain: Domain
    shape: tuple[int, ...]
    place: slice
    low: float
    high: float

    @property
    def size(self) -> int:
        """How many raw entries the argument takes."""
        return int(self.place.stop - self.place.start)

    @property
    def bounded(self) -> bool:
        """Whether the domain bounds its raw entries, and takes all between."""
        return self.domain.continuous and self.high < LARGEST

    def clamp(self, raw: Floats) -> Floats:
        """Bring raw entries into the hull of the domain's table; zero becomes one where only positive ones are."""
        if self.low > 0:
            raw = np.where(raw == 0, 1, abs(raw))
        elif self.low == 0:
            raw = abs(raw)
        return np.clip(raw, self.low, self.high)


@dataclass(frozen=True)
class Stratum:
    """The sizes, styles and discrete choices that a batch of points has in common.

    A point is a column of raw entries; a batch is an array of shape (entries, points).
    """

    signature: Signature
    sizes: Mapping[str, int]
    styles: Mapping[str, str]
    choices: Mapping[str, Any]
    anew: bool = False
    """Whether magnitudes begin at the arguments, and forget what cancels where these are made of raw entries.

    A margin is then of another scale, which descents do well to alternate, and rounding may pass for a violation.
    """

    @cached_property
    def parts(self) -> list[Part]:
        """The arguments that are made of raw entries, in order."""
        parts, start = [], 0
        for name, domain in self.signature.domains.items():
            if not isinstance(domain, Discrete):
                shape = domain.shape(self.sizes)
                low, high = domain.hull
                place = slice(start, start + domain.size(shape))
                parts.append(Part(name, domain, shape, place, low, high))
                start = place.stop
        return parts

    @property
    def size(self) -> int:
        """How many raw entries a point has."""
        return self.parts[-1].place.stop if self.parts else 0

    def arguments(self, raw: Floats) -> dict[str, Any]:
        """Return what the body sees: every argument at all points at once."""
        data = np.stack([raw, abs(raw)], axis=1)
        lanes = np.empty(len(raw), dtype=object)
        for k, row in enumerate(data):
            lanes[k] = Lane(row)
        made = {
            part.name: part.domain.construct(Lanes.of(lanes[part.place]), self.styles[part.name], part.shape)
            for part in self.parts
        }
        if self.anew:
            made = {name: mapped(lambda lanes: unstack(stack(lanes)[0]), value) for name, value in made.items()}
        return {name: self.choices[name] if name in self.choices else made[name] for name in self.signature.domains}

    def instance(self, point: Floats) -> Instance | None:
        """Return one point as an exact instance, or None if it is outside the domain."""
        try:
            values = self.made([fmpq(*value.as_integer_ratio()) for value in point.tolist()])
        except ZeroDivisionError:
            return None
        if not all(part.domain.admits(values[part.name], self.sizes) for part in self.parts):
            return None
        return Instance(dict(self.sizes), values, self.signature)

    def made(self, exact: Sequence[fmpq]) -> dict[str, Any]:
        """Return the exact values of all arguments; raises ZeroDivisionError where there are none."""
        values = dict(self.choices)
        for part in self.parts:
            raw = Rationals.of(np.array(exact[part.place], dtype=object))
            values[part.name] = part.domain.construct(raw, self.styles[part.name], part.shape)
        return {name: values[name] for name in self.signature.domains}

    def within(self, raw: Floats, scores: Scores) -> Scores:
        """Return the scores of points without those of any outside the domains: of raw entries, all are inside."""
        return scores

    def clamp(self, raw: Floats) -> Floats:
        """Bring raw entries into the hulls of their domains' tables."""
        return np.concatenate([part.clamp(raw[part.place]) for part in self.parts]) if self.parts else raw

    # the coordinates of descent: logarithms of what is positive, roots of what is not negative

    def coordinates(self, raw: Floats) -> Floats:
        """Return unbounded coordinates of raw entries."""
        return np.concatenate([self._coordinates(part, raw[part.place]) for part in self.parts])

    def raw(self, coordinates: Floats) -> Floats:
        """Return the raw entries that have these coordinates."""
        return np.concatenate([self._raw(part, coordinates[part.place]) for part in self.parts])

    @staticmethod
    def _coordinates(part: Part, raw: Floats) -> Floats:
        return np.log2(raw) if part.low > 0 else np.sqrt(raw) if part.low == 0 else raw

    @staticmethod
    def _raw(part: Part, coordinates: Floats) -> Floats:
        if part.low > 0:
            raw = np.exp2(np.clip(coordinates, np.log2(part.low), np.log2(part.high)))
        else:
            raw = coordinates**2 if part.low == 0 else coordinates
        return np.clip(raw, part.low, part.high)


def random_stratum(
    signature: Signature, sizes: Mapping[str, int], generator: np.random.Generator, plain: bool
) -> Stratum:
    """Return a stratum of these sizes: of plain styles, or of any."""
    styles, choices = {}, {}
    for name, domain in signature.domains.items():
        if isinstance(domain, Discrete):
            options = list(domain.choices(domain.shape(sizes)))
            choices[name] = options[int(generator.integers(len(options)))]
        else:
            styles[name] = domain.styles[0 if plain else int(generator.integers(len(domain.styles)))]
    return Stratum(signature, dict(sizes), styles, choices)


def rounded(points: Floats, bits: int) -> Floats:
    """Round to so many significant bits."""
    wide = points * (2.0 ** (53 - bits) + 1)  # Veltkamp's splitting
    return wide - (wide - points)


def roundings(point: Floats) -> Iterator[Floats]:
    """Yield a point with its entries rounded to ever more bits, and last as it is."""
    for bits in (1, 2, 3, 4, 6, 8, 12, 16, 24, 36):
        yield rounded(point, bits)
    yield point


_NUMBERS = [field.name for field in fields(Scores) if field.name != "implied"]


def score(claim: Claim, stratum: Stratum, raw: Floats) -> Scores:
    """Evaluate the claim at points of one stratum, of shape (entries, points).

    A chunk at a time, whose numbers stay in the cache; so memory is bounded.
    """
    parts = [raw[:, start : start + CHUNK] for start in range(0, raw.shape[1], CHUNK)]
    chunks = [screen(claim.body, stratum.arguments(part), part.shape[1]) for part in parts]
    numbers = (np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in _NUMBERS)
    found = Scores(*numbers, implied=reduce(or_, (chunk.implied for chunk in chunks)))
    return stratum.within(raw, found)
