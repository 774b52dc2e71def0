"""Random variations of an instance: some numbers become simple ones, and the others make room for that.

A single step cannot simplify a number that a thin violation depends on, unless others move with it. So thousands of
variations are tried at once in floats, and the simplest of those that floats do not rule out are returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import Floats, Lane, Lanes, constants, floats, nearest
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.domains import Domain
from verify.domains.base import arrays_of, mapped
from verify.judging.screen import screen
from verify.judging.statements import ClaimError
from verify.simplify.heights import height, height_of

_COUNT = 2048
_TRIED = 4
_BUILT = 64
"""So many of the simplest are built, to find these: some may lie outside their domains."""

_DENOMINATORS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 12, *2 ** np.arange(4, 13)])
"""Variations are fractions with one of these: floats tell of which, as a multiple of it is exact."""

_SIMPLE = np.array([0, 1, -1, 1, 2, -2, 0.5, 3, 4])
_AFRESH = np.array([1, 1, 1, 1, -1, -1, 2, 2, -2, 3, -3, 0.5])
"""What an argument may be made of that forgets what it was; of these the first few, or all."""


@dataclass(frozen=True)
class _Free:
    """An argument whose raw entries are known, and so can be varied."""

    name: str
    domain: Domain
    shape: tuple[int, ...]
    raw: Rationals
    place: slice

    def construct(self, raw: Any) -> Any:
        return self.domain.rebuild(raw, self.shape)


def variations(
    claim: Claim, instance: Instance, bound: float, generator: np.random.Generator
) -> list[Mapping[str, Any]]:
    """Return values of the claim's arguments that are simpler than ``bound``, simplest first, for exact judgement."""
    free = _free(instance)
    if not free:
        return []
    exact = Rationals.of(np.concatenate([part.raw.array for part in free]))
    fixed = {part.name for part in free}
    kept = [array for name, value in instance.values.items() if name not in fixed for array in arrays_of(value)]
    rest = sum(_heights(_parts(array)).sum() for array in kept)
    point = floats(exact)
    raw = _vary(point, [len(part.raw) for part in free], generator)
    unchanged = raw == point[:, None]
    known = np.array([nearest(height_of(x)) for x in exact.array])
    cost = np.where(unchanged, known[:, None], _heights(raw)).sum(0) + rest
    simpler = (cost < nearest(bound)) & np.all([_has_sign(part, raw[part.place]) for part in free], axis=0)
    raw, cost = raw[:, simpler], cost[simpler]
    if not raw.size:
        return []
    try:
        possible = screen(claim.body, _arguments(instance, free, raw), raw.shape[1]).possible
    except Exception:  # a body that takes one instance at a time
        return []
    simplest = [k for k in np.argsort(cost, kind="stable") if possible[k]][:_BUILT]
    built = (_values(instance, free, exact, point, raw[:, k]) for k in simplest)
    return list(islice((values for values in built if _are_admitted(free, values, instance.sizes)), _TRIED))


def _are_admitted(free: list[_Free], values: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    try:
        return all(part.domain.admits(values[part.name], sizes) for part in free)
    except (ArithmeticError, ClaimError):
        return False


def _heights(x: Floats) -> Floats:
    """Return the height of each number with one of the denominators of variations, or as if its own were large."""
    denominator = np.full(x.shape, 2.0**32)
    for q in _DENOMINATORS[::-1]:
        denominator = np.where(x * q == np.round(x * q), float(q), denominator)
    return height(x * denominator, denominator)


def _fraction(x: float) -> fmpq:
    """Return the number that a float stands for: with one of the denominators of variations, or itself."""
    for q in _DENOMINATORS.tolist():
        if x * q == round(x * q):
            return fmpq(int(x * q), q)
    return fmpq(*x.as_integer_ratio())


def _has_sign(part: _Free, raw: Floats) -> Floats:
    low, _ = part.domain.hull
    return np.all((raw > 0) | (low <= 0) & (raw == 0) | (low < 0), axis=0)


def _vary(point: Floats, sizes: list[int], generator: np.random.Generator) -> Floats:
    """Return columns, in each of which some entries of the point have been scaled, moved, rounded and replaced."""
    shape = (len(point), _COUNT)
    pick = generator.choice
    share = pick([0, 1 / len(point), 2 / len(point), 0.5], _COUNT)
    moved = point[:, None] * np.exp2(pick([0, 0.01, 0.1, 0.5, 2], _COUNT) * generator.standard_normal(shape))
    moved *= np.exp2(generator.integers(-6, 7, shape) * (generator.random(shape) < 0.3 * generator.random(_COUNT)))
    powers = np.repeat(pick([0, 1, 1, 2, -1], (len(sizes), _COUNT)), sizes, axis=0)  # one scale for each argument
    moved *= np.exp2(powers * generator.integers(-12, 13, _COUNT) * generator.integers(0, 2, _COUNT))
    grid = pick(_DENOMINATORS, _COUNT) ** generator.integers(0, 2, _COUNT)
    moved = np.where(generator.random(_COUNT) < 0.3, moved, np.round(moved * grid) / grid)
    kept = generator.random(shape) < pick([0, 0.5], _COUNT)
    moved = np.where(kept, point[:, None], moved)
    simple = _SIMPLE[generator.integers(0, len(_SIMPLE), shape)]
    varied = np.where(generator.random(shape) < share, simple, moved)
    afresh = _AFRESH[np.floor(generator.random(shape) * pick([4, 6, len(_AFRESH)], _COUNT)).astype(int)]
    afresh = afresh * (generator.random(shape) < pick([0.2, 0.4, 0.7, 1], _COUNT))
    forgotten = np.repeat(generator.random((len(sizes), _COUNT)) < pick([0, 0, 0.5, 1], _COUNT), sizes, axis=0)
    return np.where(forgotten, afresh, varied)


def _free(instance: Instance) -> list[_Free]:
    parts, start = [], 0
    for name, value in instance.values.items():
        domain = instance.signature.domains[name]
        raw = domain.raw(value) if arrays_of(value) else None
        if raw is not None:
            parts.append(_Free(name, domain, domain.shape(instance.sizes), raw, slice(start, start + len(raw))))
            start += len(raw)
    return parts


def _parts(array: Any) -> Floats:
    """Return all numbers of an exact array, of complex ones the real and the imaginary parts."""
    numbers = floats(array)
    return np.stack([numbers.real, numbers.imag]) if np.iscomplexobj(numbers) else numbers


def _arguments(instance: Instance, free: list[_Free], raw: Floats) -> dict[str, Any]:
    lanes = np.empty(len(raw), dtype=object)
    for k, row in enumerate(raw):
        lanes[k] = Lane.of(row)
    arguments = {
        name: mapped(lambda array: constants(floats(array)), value) if arrays_of(value) else value
        for name, value in instance.values.items()
    }
    return arguments | {part.name: part.construct(Lanes.of(lanes[part.place])) for part in free}


def _values(instance: Instance, free: list[_Free], exact: Rationals, point: Floats, chosen: Floats) -> dict[str, Any]:
    entries = exact.array.copy()
    for k in np.flatnonzero(point != chosen):
        entries[k] = _fraction(float(chosen[k]))
    raw = Rationals.of(entries)
    return {**instance.values, **{part.name: part.construct(raw[part.place]) for part in free}}
