"""Along what an instance can be moved without leaving its domains: one entry of an argument, or one and its mirror."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.exact import Rationals, Rigorous
from verify.claims.signatures import Instance
from verify.domains.base import arrays_of

_MOST = 40
"""So many directions of an instance are looked at."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Direction:
    """Entries of an argument that grow together, or one at the cost of another."""

    name: str
    array: int
    """Which of the arrays of the argument it is, if this has several."""
    unit: Rationals
    place: tuple[int, ...]

    @property
    def label(self) -> str:
        """The entry, as in ``A₁₂``."""
        places = [str(index + 1) for index in (*([self.array] if self.array else []), *self.place)]
        between = "," if any(len(place) > 1 for place in places) else ""
        return self.name + between.join(places).translate(_SUBSCRIPTS)

    def at(self, instance: Instance) -> fmpq:
        """Return the real part of the entry that the direction is named after."""
        entry = arrays_of(instance.values[self.name])[self.array][self.place].item()
        return fmpq(entry) if isinstance(entry, (int, fmpq)) else fmpq(entry.real)

    def moved(self, instance: Instance, by: fmpq) -> Instance:
        """Return the instance so much further along, within its domains or not."""
        value = instance.values[self.name]
        arrays = list(arrays_of(value))
        arrays[self.array] = arrays[self.array] + self.unit * by
        after = tuple(arrays) if isinstance(value, tuple) else arrays[0]
        return replace(instance, values={**instance.values, self.name: after})


def admitted(instance: Instance, names: set[str]) -> bool:
    """Say whether these arguments of an instance lie in their domains."""
    domains = instance.signature.domains
    try:
        return all(domains[name].admits(instance.values[name], instance.sizes) for name in names)
    except (ArithmeticError, ValueError):
        return False


def directions(instance: Instance) -> list[Direction]:
    """Return those along which the instance stays in its domains for a little, one way at least."""
    found = []
    for name, value in instance.values.items():
        for k, array in enumerate(arrays_of(value)):
            found += _of(instance, name, k, array)
    return found[:_MOST]


def _of(instance: Instance, name: str, k: int, array: Rigorous) -> list[Direction]:
    for units in (_single(array.shape), _mirrored(array.shape), _at_the_cost_of_the_last(array.shape)):
        every = [Direction(name, k, Rationals.of(unit), place) for unit, place in units]
        if inside := [direction for direction in every if _stays(instance, direction)]:
            return inside
    return []


def _stays(instance: Instance, direction: Direction) -> bool:
    return any(admitted(direction.moved(instance, step), {direction.name}) for step in (fmpq(1, 64), fmpq(-1, 64)))


Units = Iterator[tuple[Any, tuple[int, ...]]]


def _zero(shape: tuple[int, ...]) -> Any:
    return np.full(shape, fmpq(0), dtype=object)


def _single(shape: tuple[int, ...]) -> Units:
    for place in np.ndindex(shape):
        unit = _zero(shape)
        unit[place] = fmpq(1)
        yield unit, place


def _mirrored(shape: tuple[int, ...]) -> Units:
    if len(shape) == 2 and shape[0] == shape[1]:
        for i, j in zip(*np.triu_indices(shape[0]), strict=True):
            unit = _zero(shape)
            unit[i, j] = unit[j, i] = fmpq(1)
            yield unit, (int(i), int(j))


def _at_the_cost_of_the_last(shape: tuple[int, ...]) -> Units:
    if len(shape) == 1:
        for i in range(shape[0] - 1):
            unit = _zero(shape)
            unit[i], unit[-1] = fmpq(1), fmpq(-1)
            yield unit, (i,)
