"""Where the arguments of a claim live: how to draw them exactly, sample them in bulk, check and print them.

A domain is an annotation with named dimensions, ``Matrix["d r"]``, which the arguments of a claim share. It makes its
values of *raw entries*: small dyadic rationals that a table assigns to bytes, the simplest to the smallest byte, so
that Hypothesis shrinks to small dimensions and to entries such as 0, 1, −1, ½. The same construction, in array style,
turns exact fractions into one exact value and float64 batches into thousands of samples.

A domain of your own subclasses :class:`Domain` and says how many raw entries it takes, how a value is made of them,
and how to recognise one:

    from reference.arithmetic import diagonal, rectangular_diagonal

    class Diagonal(Domain):
        def entries(self, shape):
            return min(shape)

        def construct(self, raw, style, shape):
            return rectangular_diagonal(raw, *shape)

        def contains(self, value):
            return bool((value == rectangular_diagonal(diagonal(value), *value.shape)).all())
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, ClassVar, Self

import numpy as np
from flint import fmpq, fmpq_mat

from reference.arithmetic import concatenate, identity, solve, sort_descending
from reference.numbers import Array, Rationals, balls, rationals
from verify.dimensions import DEFAULT_BOUNDS, DimensionError, parse
from verify.notation import matrix_text

# --- raw entries: a table of 256 numbers, the simplest first --------------------------------------------------------


def _table(weights: Mapping[fmpq, int]) -> np.ndarray:
    weighted = [value for value, weight in weights.items() for _ in range(weight)]
    free = 256 - len(weights)
    return np.array([*weights, *(weighted[k * len(weighted) // free] for k in range(free))], dtype=object)


_SIMPLE = [fmpq(p, q) for p, q in ((1, 1), (1, 2), (2, 1), (3, 2), (1, 4), (3, 1), (4, 1), (3, 4), (5, 4), (7, 8))]
_FINE = [fmpq(p, q) for p in (5, 7, 9, 11, 13, 15) for q in (2, 8, 16)]
_EXTREME = [fmpq(2) ** e for e in (10, -10, 20, -20)]
_POSITIVE = {x: w for xs, w in ((_SIMPLE[:3], 24), (_SIMPLE[3:], 12), (_FINE, 4), (_EXTREME, 3)) for x in xs}
_SIGNED = {s * x: w // 2 for x, w in _POSITIVE.items() if x not in _EXTREME for s in (1, -1)}

POSITIVE = _table(_POSITIVE)
NONNEGATIVE = _table({fmpq(0): 48, **{x: w * 3 // 4 for x, w in _POSITIVE.items()}})
SIGNED = _table({fmpq(0): 64, **_SIGNED})


# --- domains --------------------------------------------------------------------------------------------------------


class Domain:
    """A set of exact arrays of one shape, with named dimensions; ``Matrix["d r", {"d": (2, 4)}]`` bounds d."""

    axes: ClassVar[int | None] = None
    """How many dimensions the annotation names; None: any number."""
    table: ClassVar[np.ndarray] = SIGNED
    """The raw entry of each of the 256 bytes."""
    styles: ClassVar[tuple[str, ...]] = ("plain",)
    """Structures that a value may have; half of the draws are of the first."""

    def __init__(self, shape: str = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        self.axis_expressions = [parse(axis) for axis in shape.split()]
        self.bounds = dict(bounds or {})
        names = {name for axis in self.axis_expressions for name in axis.names}
        if self.axes is not None and len(self.axis_expressions) != self.axes:
            raise DimensionError(f"{type(self).__name__} names {self.axes} dimension(s), not {shape!r}")
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

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return the shape of a value, given the sizes of the named dimensions."""
        return tuple(axis.value(sizes) for axis in self.axis_expressions)

    # what a domain of one's own says

    def entries(self, shape: tuple[int, ...]) -> int:
        """Return how many raw entries a value of this shape is made of."""
        return prod(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Make values of raw entries (their last axis; leading axes are a batch) in the arithmetic of these."""
        return raw.reshape((*raw.shape[:-1], *shape))

    def contains(self, value: Any) -> bool:
        """Say whether an exact value of the right shape belongs to the domain."""
        return True

    # what the engine asks

    def bytes_needed(self, shape: tuple[int, ...]) -> int:
        """Return how many bytes a draw consumes: one for the style, and one a raw entry."""
        return 1 + self.entries(shape)

    def draw(self, data: bytes, shape: tuple[int, ...]) -> Any:
        """Make one exact value of as many bytes as :meth:`bytes_needed` says."""
        extra = len(self.styles) - 1
        style = self.styles[0 if data[0] < 128 or not extra else 1 + data[0] % extra]
        raw = Rationals.of(self.table[np.frombuffer(data, dtype=np.uint8, offset=1)])
        return self.construct(raw, style, shape)

    def sample(self, generator: np.random.Generator, count: int, sizes: Mapping[str, int], style: str) -> Any:
        """Make ``count`` float64 values of one style at once: an array with a leading axis."""
        shape = self.shape(sizes)
        picks = generator.integers(0, 256, size=(count, self.entries(shape)))
        floats = np.array([int(entry.p) / int(entry.q) for entry in self.table])
        return self.construct(floats[picks], style, shape)

    def realise(self, value: Any, arithmetic: type) -> Any:
        """Turn an exact value into the argument that the body sees, in exact fractions or balls."""
        return value if arithmetic is Rationals else balls(value)

    def show(self, value: Any) -> str:
        """Return the value in mathematical notation."""
        return matrix_text(value)

    def encode(self, value: Any) -> Any:
        """Return the value as JSON data: nested lists of fractions."""
        return np.frompyfunc(str, 1, 1)(value.array).tolist() if value.ndim else str(value.item())

    def decode(self, data: Any, sizes: Mapping[str, int]) -> Any:
        """Build a value exactly from nested lists of fractions; raises ValueError if it is not in the domain."""
        value = rationals(_fractions(data))
        if value.shape != self.shape(sizes):
            raise DimensionError(f"a value of shape {value.shape} is not in {self!r} with {dict(sizes)}")
        if not self.contains(value):
            raise ValueError(f"{matrix_text(value)} is not in {self!r}")
        return value


def _fractions(data: Any) -> Any:
    return [_fractions(item) for item in data] if isinstance(data, (list, tuple)) else fraction(data)


def fraction(data: Any) -> fmpq:
    """Read an exact number: a string such as ``-3/4``, an integer, a Fraction or a dyadic float."""
    if isinstance(data, str):
        numerator, _, denominator = data.partition("/")
        return fmpq(int(numerator), int(denominator or 1))
    return rationals(data).item()  # type: ignore[no-any-return]


class Scalar(Domain):
    """A real number."""

    axes = 0


class NonNegative(Scalar):
    """A number ≥ 0."""

    table = NONNEGATIVE

    def contains(self, value: Any) -> bool:
        """Say whether no entry is negative."""
        return bool((value >= 0).all())


class Positive(Scalar):
    """A number > 0, from 2⁻²⁰ to 2²⁰."""

    table = POSITIVE

    def contains(self, value: Any) -> bool:
        """Say whether every entry is positive."""
        return bool((value > 0).all())


class Vector(Domain):
    """A real vector."""

    axes = 1


class PositiveVector(Vector):
    """A vector of numbers > 0, such as an encoder variance."""

    table = POSITIVE
    contains = Positive.contains


class Matrix(Domain):
    """A real matrix: dense, or of low rank, with repeated or zero columns, a zero row, zero, diagonal, tiny or huge."""

    axes = 2
    styles = ("plain", "low rank", "equal columns", "zero column", "zero row", "zero", "diagonal", "tiny", "huge")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Shape the raw entries, then impose the structure."""
        m = super().construct(raw, style, shape)
        match style:
            case "plain":
                return m
            case "low rank":
                return m[..., :, :1] @ m[..., :1, :]
            case "equal columns":
                return m[..., :, :1] + 0 * m
            case "zero column":
                return m * (1 - identity(1, shape[-1], m))
            case "zero row":
                return m * (1 - identity(shape[-2], 1, m))
            case "zero":
                return 0 * m
            case "diagonal":
                return m * identity(shape[0], shape[1], m)
            case "tiny":
                return m / 2**20
            case "huge":
                return m * 2**20
        return m


class _Square(Domain):
    axes = 1

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        return super().shape(sizes) * 2


class Symmetric(_Square):
    """A symmetric matrix: dense, of rank one, or diagonal."""

    styles: ClassVar[tuple[str, ...]] = ("plain", "rank one", "diagonal")

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Average a matrix with its transpose; or square a vector, up to its sign."""
        m = super().construct(raw, style, shape)
        if style == "rank one":
            return m[..., :1, :].mT @ m[..., :1, :] * m[..., -1:, -1:]
        return (m + m.mT) / 2 * (identity(shape[0], shape[1], m) if style == "diagonal" else 1)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is its own transpose."""
        return bool((value == value.mT).all())


class PositiveSemidefinite(Symmetric):
    """A symmetric matrix without negative eigenvalues, of any rank."""

    styles = Matrix.styles

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Square a matrix of any structure."""
        m = Matrix.construct(Matrix("d d"), raw, style, shape)
        return m @ m.mT

    def contains(self, value: Any) -> bool:
        """Say whether the coefficients of the characteristic polynomial alternate in sign."""
        coefficients = fmpq_mat(value.tolist()).charpoly().coeffs()
        signs = [c if (len(value) - k) % 2 == 0 else -c for k, c in enumerate(coefficients)]
        return super().contains(value) and all(s >= 0 for s in signs)


class PositiveDefinite(PositiveSemidefinite):
    """A symmetric matrix with positive eigenvalues."""

    def entries(self, shape: tuple[int, ...]) -> int:
        """Return one entry more than a matrix has."""
        return prod(shape) + 1

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Add a positive multiple of the identity to a square."""
        ridge = 1 + raw[..., -1:, None] * raw[..., -1:, None]
        return super().construct(raw[..., :-1], style, shape) + ridge * identity(shape[0], shape[1], raw)

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is positive semidefinite and invertible."""
        return super().contains(value) and fmpq_mat(value.tolist()).det() != 0


class Permutation(_Square):
    """A permutation matrix."""

    def entries(self, shape: tuple[int, ...]) -> int:
        """Return one entry a row: the order of these is the permutation."""
        return shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Permute the rows of the identity into the order of the raw entries."""
        order = np.argsort(raw.array if isinstance(raw, Rationals) else raw, axis=-1, kind="stable")
        return identity(shape[0], shape[1], raw)[order]

    def contains(self, value: Any) -> bool:
        """Say whether the matrix is orthogonal with entries 0 and 1."""
        return Orthogonal.contains(self, value) and bool((value * value == value).all())  # type: ignore[arg-type]


class Orthogonal(_Square):
    """An orthogonal matrix: the Cayley transform of an exact skew matrix, times a signed permutation."""

    def entries(self, shape: tuple[int, ...]) -> int:
        """Return an entry for each pair of rows, and two a row for the signed permutation."""
        return prod(shape) + 2 * shape[0]

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        """Solve (I + K) Q = I − K for skew K; Q has no eigenvalue −1, which the signed permutation makes up for."""
        size = shape[0]
        m = super().construct(raw[..., 2 * size :], style, shape)
        k, one = m - m.mT, identity(size, size, m)
        permuted = Permutation.construct(self, raw[..., 1 : 2 * size : 2], style, shape)  # type: ignore[arg-type]
        signs = 1 - 2 * (raw[..., 0 : 2 * size : 2] < 0)
        return solve(one + k, one - k) @ permuted * signs[..., None, :]

    def contains(self, value: Any) -> bool:
        """Say whether the columns are orthonormal."""
        return bool((value.mT @ value == identity(len(value), len(value), value)).all())


class Spectrum(Vector):
    """Numbers ≥ 0 in descending order, with ties and zeros: singular values."""

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


class Discrete(Domain):
    """A value that is no array: the body sees it as it is."""

    axes = 1

    def bytes_needed(self, shape: tuple[int, ...]) -> int:
        return 1

    def realise(self, value: Any, arithmetic: type) -> Any:
        return value

    def show(self, value: Any) -> str:
        return str(value)

    def encode(self, value: Any) -> Any:
        return value

    def decode(self, data: Any, sizes: Mapping[str, int]) -> Any:
        if type(data) is not int or data not in self.choices(self.shape(sizes)):
            raise ValueError(f"{data!r} is not in {self!r} with {dict(sizes)}")
        return data

    def draw(self, data: bytes, shape: tuple[int, ...]) -> Any:
        choices = self.choices(shape)
        return choices[data[0] % len(choices)]

    def sample(self, generator: np.random.Generator, count: int, sizes: Mapping[str, int], style: str) -> Any:
        choices = self.choices(self.shape(sizes))
        return choices[int(generator.integers(len(choices)))]  # one for the whole batch: the body branches on it

    def choices(self, shape: tuple[int, ...]) -> Any:
        return range(shape[0])


class Index(Discrete):
    """An index of a dimension, from 0: ``Index["d"]``."""


class Dimension(Discrete):
    """The size of a named dimension itself: ``Dimension["d"]``."""

    def choices(self, shape: tuple[int, ...]) -> Any:
        return shape


class OneOf(Discrete):
    """One of some names, the simplest first: ``OneOf["identity", "relu"]``; the body looks the name up."""

    axes = 0

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names

    def __repr__(self) -> str:
        return f"OneOf[{', '.join(repr(name) for name in self.names)}]"

    def decode(self, data: Any, sizes: Mapping[str, int]) -> Any:
        if data not in self.names:
            raise ValueError(f"{data!r} is not one of {', '.join(self.names)}")
        return data

    def choices(self, shape: tuple[int, ...]) -> Any:
        return self.names
