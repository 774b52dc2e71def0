"""What every domain does, and the part of it that a domain of one's own says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any, ClassVar, Self

import numpy as np
from flint import fmpq

from reference.arithmetic.exact import Rationals, Rigorous, balls, rationals
from reference.arithmetic.lanes import Floats, floats
from reference.dimensions import DimensionError, Expression, parse
from reference.shapes import Array
from verify.domains.bytes import CONTINUOUS, LARGEST, SIGNED
from verify.notation import matrix_text

DEFAULT_BOUNDS = (1, 4)
"""Between which sizes a dimension runs that an annotation does not bound."""


_KINDS: dict[str, type[Domain]] = {}
"""Every domain by its name; of two, the first: those of the engine are there before any of one's own."""

_PEOPLE = ("Hermitian", "Toeplitz", "Hankel")


class Domain:
    """A set of exact arrays of one shape, with named dimensions; ``Matrix["d r", {"d": (2, 4)}]`` bounds d."""

    axes: ClassVar[int | None] = None
    """How many dimensions the annotation names; None: any number."""
    table: np.ndarray = SIGNED
    """The raw entry of each of the 256 bytes."""
    styles: tuple[str, ...] = ("plain",)
    """Structures that a value may have; half of the draws are of the first."""
    wider: ClassVar[tuple[str, ...]]
    """The names of the domains one step wider. Where a class has none, it is what it subclasses, if that has some, or
    the unconstrained domain of as many axes."""
    unconstrained: ClassVar[tuple[str, ...]] = ("Scalar", "Vector", "Matrix")
    """The names of the widest domains of none, one and two axes."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _KINDS.setdefault(cls.__name__, cls)

    def __init__(self, shape: str = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        self.axis_expressions = [parse(axis) for axis in shape.split()]
        self.bounds = dict(bounds or {})
        names = {name for axis in self.axis_expressions for name in axis.names}
        if self.axes is not None and len(self.axis_expressions) != self.axes:
            raise DimensionError(f"{wanted(type(self).__name__, self.axes)}, not {shape!r}")
        if unknown := self.bounds.keys() - names:
            raise DimensionError(f"{type(self).__name__}[{shape!r}] bounds {min(unknown)!r}, which it does not name")
        for name, limits in self.bounds.items():
            if not (isinstance(limits, (tuple, list)) and [type(limit) for limit in limits] == [int, int]):
                raise DimensionError(f"the bounds of {name!r} are a pair of integers (low, high), not {limits!r}")
        self.dimensions = {name: self.bounds.get(name, DEFAULT_BOUNDS) for name in sorted(names)}

    def __class_getitem__(cls, item: Any) -> Self:
        return cls(*item) if isinstance(item, tuple) else cls(item)

    def __repr__(self) -> str:
        shape = " ".join(axis.text for axis in self.axis_expressions)
        return type(self).__name__ + (f'["{shape}"]' if shape else "")

    @property
    def array_axes(self) -> tuple[Sequence[Expression], ...]:
        """The axes of each array of a value, which is one array unless the domain is a composite."""
        return (self.axis_expressions,)

    def array_shapes(self, sizes: Mapping[str, int]) -> list[tuple[int, ...]]:
        """Return the shape of each array of a value, given the sizes of the named dimensions."""
        return [tuple(axis.value(sizes) for axis in axes) for axes in self.array_axes]

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return what :meth:`size` and :meth:`construct` are told of the sizes: the shape of a value, or its first."""
        return self.array_shapes(sizes)[0]

    @property
    def words(self) -> str:
        """What the values are, as in ``positive definite``."""
        parts = re.findall(r"[A-Z][a-z]*", type(self).__name__)
        said = " ".join(part if part in _PEOPLE else part.lower() for part in parts).replace("non n", "nonn")
        return f"any {said}" if type(self).__name__ in self.unconstrained else said

    @property
    def weaker(self) -> list[Domain]:
        """The domains one step wider than this one, of the same axes; none of the widest."""
        kind = next((kind for kind in type(self).__mro__ if "wider" in vars(kind)), None)
        if kind is not None:
            return [self.widened(name) for name in (self.wider if kind is type(self) else (kind,))]
        widest = [_KINDS[name] for name in self.unconstrained][len(self.array_axes[0]) :][:1]
        return [self.widened(kind) for kind in widest if kind is not type(self)]

    def widened(self, kind: str | type[Domain]) -> Domain:
        """Return the domain of this kind, or name, with the axes of this one."""
        kind = _KINDS[kind] if isinstance(kind, str) else kind
        axes = self.axis_expressions if kind.axes in (None, len(self.axis_expressions)) else self.array_axes[0]
        names = {name for axis in axes for name in axis.names}
        return kind(" ".join(axis.text for axis in axes), {n: b for n, b in self.bounds.items() if n in names})

    # what a domain of one's own says

    def size(self, shape: tuple[int, ...]) -> int:
        """Return how many raw entries a value of this shape is made of."""
        return prod(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Make values of raw entries (their last axis; leading axes are a batch) in the arithmetic of these."""
        return self.reshaped(raw, shape)

    def contains(self, value: Any) -> bool:
        """Say whether an exact value of the right shape belongs to the domain."""
        return True

    def raw(self, value: Any) -> Rationals | None:
        """Return raw entries of which :meth:`rebuild` makes an exact value, or None if unknown."""
        raw = value.reshape(-1)
        if self.size(value.shape) != len(raw):
            return None
        return raw if bool(np.all(self.construct(raw, self.styles[0], value.shape) == value)) else None

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make values of what :meth:`raw` returns, in the domain or near it: those of the plain style."""
        return self.construct(raw, self.styles[0], shape)

    def mended(self, value: Any) -> Any:
        """Return the value that an array one step away from one stands for, such as one to be divided by its sum."""
        return value

    def flattened(self, value: Any) -> Any:
        """Return the entries of a value, as raw ones: with others in their place it may be one of the domain too."""
        return value.reshape(-1)

    def reshaped(self, raw: Array, shape: tuple[int, ...]) -> Array:
        """Take raw entries as those of the value."""
        return raw.reshape((*raw.shape[:-1], *shape))

    def remade(self, value: Any) -> Any:
        """Make a value of the entries of an array, as if these were raw ones: what may mend it."""
        return self.construct(value.reshape(-1), self.styles[0], value.shape)

    def admits(self, value: Any, sizes: Mapping[str, int]) -> bool:
        """Say whether an exact value of the right shape belongs to the domain at these sizes."""
        return self.contains(value)

    # what the engine asks

    def bytes_needed(self, shape: tuple[int, ...]) -> int:
        """Return how many bytes a draw consumes: one for the style, and one a raw entry."""
        return 1 + self.size(shape)

    def draw(self, data: bytes, shape: tuple[int, ...]) -> Any:
        """Make one exact value of as many bytes as :meth:`bytes_needed` says."""
        extra = len(self.styles) - 1
        style = self.styles[0 if data[0] < 128 or not extra else 1 + data[0] % extra]
        raw = Rationals.of(self.table[np.frombuffer(data, dtype=np.uint8, offset=1)])
        return self.construct(raw, style, shape)

    @cached_property
    def raw_entries(self) -> Floats:
        """The table as floats, for bulk samples."""
        return floats(Rationals.of(self.table))

    @property
    def continuous(self) -> bool:
        """Whether raw entries stand for all numbers of a sign, and not just for those of a table of one's own."""
        return any(self.table is table for table in CONTINUOUS)

    @cached_property
    def hull(self) -> tuple[float, float]:
        """Between which bounds raw entries lie: those of the table, or the powers 2^±20 for a table of the engine."""
        low, high = float(self.raw_entries.min()), float(self.raw_entries.max())
        if self.continuous:
            return (-LARGEST if low < 0 else 0.0 if low == 0 else 1 / LARGEST), LARGEST
        return low, high

    def realise(self, value: Any, arithmetic: type) -> Any:
        """Turn an exact value into the argument that the body sees, in exact fractions or balls."""
        return value if arithmetic is Rationals else mapped(balls, value)

    def show(self, value: Any) -> str:
        """Return the value in mathematical notation."""
        return matrix_text(value)

    def encode(self, value: Any) -> Any:
        """Return the value as JSON data: nested lists of fractions."""
        return np.frompyfunc(str, 1, 1)(value.array).tolist() if value.ndim else str(value.item())

    def decode(self, data: Any, sizes: Mapping[str, int]) -> Any:
        """Build a value exactly from nested lists of fractions; raises ValueError if it is not in the domain."""
        value = self.read(data, self.array_shapes(sizes), sizes)
        if not self.admits(value, sizes):
            raise ValueError(f"{self.show(value)} is not in {self!r}")
        return value

    def read(self, data: Any, shapes: Sequence[tuple[int, ...]], sizes: Mapping[str, int]) -> Any:
        """Read the arrays of a value from nested lists of fractions; raises ValueError if they have other shapes."""
        value = rationals(_fractions(data))
        if value.shape != shapes[0]:
            raise DimensionError(f"a value of shape {value.shape} is not in {self!r} with {dict(sizes)}")
        return value


def wanted(name: str, axes: int) -> str:
    """Say how many dimensions the annotation of a domain names."""
    count = {0: "no dimensions", 1: "one dimension"}.get(axes, f"{axes} dimensions")
    example = " ".join("drkm"[:axes])
    return f"{name} names {count}" + (f', as in {name}["{example}"]' if axes else "")


def arrays_of(value: Any) -> tuple[Any, ...]:
    """Return the arrays of a value: of a composite several, of a choice none."""
    return value if isinstance(value, tuple) else (value,) if isinstance(value, Rigorous) else ()


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """Apply a function to each array of a value."""
    return tuple(map(function, value)) if isinstance(value, tuple) else function(value)


def _fractions(data: Any) -> Any:
    return [_fractions(item) for item in data] if isinstance(data, (list, tuple)) else fraction(data)


def fraction(data: Any) -> fmpq:
    """Read an exact number: a string such as ``-3/4``, an integer, a Fraction or a dyadic float."""
    if isinstance(data, str):
        numerator, _, denominator = data.partition("/")
        return fmpq(int(numerator), int(denominator or 1))
    return rationals(data).item()  # type: ignore[no-any-return]
