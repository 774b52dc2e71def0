"""A number at each of the shapes at which a loss was examined: a weight, before it is a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from verify.gate.formulas import Formula, formula
from verify.gate.numbers import of_single
from verify.gate.shapes import Shape

_ROUNDING = 2.0**-44
"""How near, relatively, what was found in double precision comes to a formula that is right."""


@dataclass(frozen=True)
class Series:
    """Values of a weight, and how far the true ones may be from them."""

    values: Mapping[Shape, float]
    errors: Mapping[Shape, float]

    @cached_property
    def formula(self) -> Formula | None:
        """The weight as a formula of n, d, k; None if it is none that is found."""
        return formula([*self.values], [*self.values.values()], [*self.errors.values()])

    @property
    def text(self) -> str:
        """The formula as it is written, and what to write where there is none."""
        return "f(n, d, k)" if self.formula is None else str(self.formula)

    @property
    def zero(self) -> bool:
        """Whether it may be 0 at every shape."""
        return all(abs(value) <= self.errors[shape] for shape, value in self.values.items())

    @property
    def sign(self) -> int:
        """1 or −1 if it has that sign at every shape, else 0."""
        certain = [value for shape, value in self.values.items() if abs(value) > self.errors[shape]]
        if len(certain) < len(self.values):
            return 0
        return 1 if min(certain) > 0 else -1 if max(certain) < 0 else 0

    def __truediv__(self, other: Series) -> Series | None:
        """Return the ratio, where both are known; None where the other may be 0."""
        if any(abs(value) <= other.errors[shape] for shape, value in other.values.items()):
            return None
        values = {shape: value / other.values[shape] for shape, value in self.values.items() if shape in other.values}
        return Series(
            values,
            {s: (self.errors[s] + abs(v) * other.errors[s]) / abs(other.values[s]) for s, v in values.items()},
        )

    def __mul__(self, other: Series) -> Series:
        """Return the product, where both are known."""
        both = [(s, v, other.values[s]) for s, v in self.values.items() if s in other.values]
        errors = {s: self.errors[s] * abs(w) + abs(v) * other.errors[s] for s, v, w in both}
        return Series({s: v * w for s, v, w in both}, errors)

    def __add__(self, other: Series) -> Series:
        """Return the sum, where both are known."""
        both = [shape for shape in self.values if shape in other.values]
        return Series(
            {s: self.values[s] + other.values[s] for s in both}, {s: self.errors[s] + other.errors[s] for s in both}
        )

    def within(self, other: Series) -> Series:
        """Return the series at the shapes at which another is known too."""
        both = [shape for shape in self.values if shape in other.values]
        return Series({s: self.values[s] for s in both}, {s: self.errors[s] for s in both})

    def times(self, factor: Callable[[Shape], float]) -> Series:
        """Return the series times a function of the shape."""
        return Series(
            {s: v * factor(s) for s, v in self.values.items()}, {s: e * abs(factor(s)) for s, e in self.errors.items()}
        )

    def over(self, expected: Callable[[Shape], float]) -> Series:
        """Return the ratio to what is expected, which the loss may have rounded to single precision."""
        rounding = {s: of_single(v, self.errors[s]) for s, v in self.values.items()}
        errors = {s: e + rounding[s] for s, e in self.errors.items()} if all(rounding.values()) else self.errors
        return Series(self.values, errors).times(lambda s: 1 / expected(s))

    def equals(self, other: Callable[[Shape], float], rounding: float = _ROUNDING) -> bool:
        """Say whether it has the values of a function of the shape, or those rounded to single precision."""
        return all(
            abs(v - other(s))
            <= self.errors[s] + max(rounding * max(abs(v), abs(other(s))), of_single(v, self.errors[s]))
            for s, v in self.values.items()
        )
