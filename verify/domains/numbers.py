"""Domains of numbers, and of vectors and matrices whose entries know nothing of each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import inf, nextafter
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic import concatenate, greater, sort_descending, where
from reference.arithmetic.lanes import Lane, Lanes, nearest
from reference.arithmetic.literals import constant
from reference.shapes import Array
from verify.domains.base import Domain, fraction
from verify.domains.bytes import INTEGER, NONNEGATIVE, POSITIVE, table_between

__all__ = [
    "Scalar", "NonNegative", "Positive", "Constant", "Interval", "Integer", "Vector", "NonNegativeVector",
    "PositiveVector", "Spectrum",
]  # fmt: skip


class Scalar(Domain):
    """A real number."""

    axes = 0


class NonNegative(Scalar):
    """A number ≥ 0."""

    wider = ("Scalar",)
    table = NONNEGATIVE

    def contains(self, value: Any) -> bool:
        """Say whether no entry is negative."""
        return bool((value >= 0).all())


class Positive(Scalar):
    """A number > 0, from 2⁻²⁰ to 2²⁰."""

    wider = ("NonNegative",)
    table = POSITIVE

    def contains(self, value: Any) -> bool:
        """Say whether every entry is positive."""
        return bool((value > 0).all())


class Constant(Scalar):
    """One number, which ``explore`` changes: ``Constant(1/8)``, ``Constant("1/7")``."""

    def __init__(self, value: Any = None) -> None:
        super().__init__()
        if value is None:
            raise ValueError('Constant is of a fraction, as in Constant("1/7")')
        try:
            self.value = fraction(value)
        except (ValueError, TypeError, ArithmeticError):
            raise ValueError(f'Constant is of a fraction, as in Constant("1/7"), not of {value!r}') from None

    def __repr__(self) -> str:
        return f"Constant({str(self.value)!r})"

    @property
    def weaker(self) -> list[Domain]:
        """None: it is no premise."""
        return []

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Return the number, whatever the raw entry."""
        return self.value + 0 * super().construct(raw, style, shape)

    def mended(self, value: Any) -> Any:
        """Return the number."""
        return self.value + 0 * value

    def contains(self, value: Any) -> bool:
        """Say whether the number is this one."""
        return bool((value == self.value).all())


class Vector(Domain):
    """A real vector."""

    axes = 1


class NonNegativeVector(Vector):
    """A vector of numbers ≥ 0."""

    wider = ("Vector",)
    table = NONNEGATIVE
    contains = NonNegative.contains


class PositiveVector(Vector):
    """A vector of numbers > 0, such as an encoder variance."""

    wider = ("NonNegativeVector",)
    table = POSITIVE
    contains = Positive.contains


class Spectrum(Vector):
    """Numbers ≥ 0 in descending order, with ties and zeros: singular values."""

    wider = ("NonNegativeVector",)
    table = NONNEGATIVE
    styles = ("plain", "tied", "zero")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Sort the raw entries, largest first; or make all equal, or all but one zero."""
        if style == "tied":
            raw = raw[..., :1] + 0 * raw
        if style == "zero":
            raw = concatenate([raw[..., :1], 0 * raw[..., 1:]])
        return sort_descending(raw)

    def contains(self, value: Any) -> bool:
        """Say whether the entries are non-negative and descend."""
        return bool((value >= 0).all() and (value[:-1] >= value[1:]).all())


class _Bounded(Domain):
    """Entries between two exact bounds, of any shape: ``Interval[0, 1]``, ``Interval["d r", -1, 1]``."""

    integers = False
    styles = ("plain", "all equal", "ends")
    mended = Domain.remade

    def __init__(self, *arguments: Any) -> None:
        given = list(arguments)
        shape = given.pop(0) if given and isinstance(given[0], str) else ""
        sizes: Mapping[str, tuple[int, int]] | None = given.pop() if given and isinstance(given[-1], Mapping) else None
        super().__init__(shape, sizes)
        if len(given) not in ((0, 2) if self.integers else (2,)):
            raise ValueError(f'{type(self).__name__} has two bounds, as in Interval[0, 1] or Interval["d", 0, 1]')
        self.limits = [fmpq(constant(limit)) for limit in given]
        if self.limits:
            low, high = self.limits
            if low > high or (self.integers and (low.q != 1 or high.q != 1)):
                raise ValueError(f"{type(self).__name__}[{low}, {high}] is empty, or not of integers")
            self.table = table_between(low, high, self.integers)

    def __repr__(self) -> str:
        shape = [repr(" ".join(axis.text for axis in self.axis_expressions))] if self.axis_expressions else []
        arguments = ", ".join([*shape, *map(str, self.limits)]).replace("'", '"')
        return type(self).__name__ + (f"[{arguments}]" if arguments else "")

    @property
    def words(self) -> str:
        """What the values are, with their bounds."""
        return super().words + (f" [{', '.join(map(str, self.limits))}]" if self.limits else "")

    @property
    def weaker(self) -> list[Domain]:
        """Of integers the numbers between the bounds; of these numbers ≥ 0, or all."""
        if self.integers and self.limits:
            return [Interval(" ".join(axis.text for axis in self.axis_expressions), *self.limits, self.bounds)]
        nonnegative = bool(self.limits) and self.limits[0] >= 0
        names = ("NonNegative", "NonNegativeVector", "Nonnegative") if nonnegative else self.unconstrained
        return [self.widened(name) for name in names[len(self.axis_expressions) :][:1]]

    @property
    def continuous(self) -> bool:
        """Whether a hunt takes other raw entries than those of the table: all between the bounds."""
        return True

    @cached_property
    def hull(self) -> tuple[float, float]:
        """The bounds, rounded outwards: construction rounds them back."""
        if not self.limits:
            return super().hull
        low, high = self.limits
        below, above = nearest(low), nearest(high)
        return (
            below if fmpq(*below.as_integer_ratio()) <= low else nextafter(below, -inf),
            above if fmpq(*above.as_integer_ratio()) >= high else nextafter(above, inf),
        )

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Bring raw entries between the bounds; or make all entries equal, or one of the bounds."""
        value = super().construct(raw[..., :1] + 0 * raw if style == "all equal" else raw, style, shape)
        if self.integers:
            value = _nearest_integers(value)
        if not self.limits:
            return value
        low, high = self.limits
        if style == "ends":
            return where(greater(value, (low + high) / 2), high + 0 * value, low + 0 * value)
        value = where(greater(value, high), high + 0 * value, value)
        return where(greater(low, value), low + 0 * value, value)

    def contains(self, value: Any) -> bool:
        """Say whether every entry is between the bounds, and an integer where integers are meant."""
        if self.integers and not all(x.q == 1 for x in np.ravel(value.array)):
            return False
        return not self.limits or bool((value >= self.limits[0]).all() and (value <= self.limits[1]).all())


class Interval(_Bounded):
    """Numbers between two bounds, both included, alone or as the entries of a vector or matrix."""


class Integer(_Bounded):
    """Integers, of either sign or between two bounds, alone or as the entries of a vector or matrix."""

    integers = True
    table = INTEGER


def _nearest_integers(x: Array) -> Array:
    """Round each entry to an integer, halves upwards."""
    if isinstance(x, Lanes):
        return x.map(lambda lane: Lane.of(np.floor(lane.values) + (lane.values - np.floor(lane.values) >= 0.5)))
    return x.map(lambda entry: fmpq((entry + fmpq(1, 2)).floor()))
