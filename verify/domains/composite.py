"""Domains whose values are several arrays: ``A, B = pair``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from reference.arithmetic import absolute, concatenate, greater, identity, sort_descending, where
from reference.arithmetic.complex_matrices import embedding
from reference.dimensions import DimensionError, Expression
from reference.shapes import Array
from verify.domains.base import Domain
from verify.domains.complex import (
    ComplexMatrix,
    ComplexPositiveDefinite,
    ComplexPositiveSemidefinite,
    ComplexScalar,
    ComplexVector,
    Hermitian,
)
from verify.domains.contractive import Normal
from verify.domains.elimination import solution
from verify.domains.matrices import Matrix, Nonnegative
from verify.domains.numbers import NonNegativeVector, PositiveVector, Vector
from verify.domains.stochastic import DoublyStochastic, PositiveSimplex, Simplex
from verify.domains.structured import Circulant, Square, Triangular
from verify.domains.symmetric import PositiveDefinite, PositiveSemidefinite, Symmetric
from verify.domains.unitary import ComplexNormal
from verify.judging.comparisons import positive_semidefinite
from verify.notation import matrix_text

__all__ = ["Composite", "Commuting", "Ordered", "Majorised", "Free"]


class Composite(Domain):
    """A domain of tuples of arrays: ``array_axes`` says of which shapes, and ``construct`` returns them."""

    @property
    def weaker(self) -> list[Domain]:
        """None, unless it says what its arrays are without their bond."""
        return []

    def raw(self, value: Any) -> Any:
        """Return None: of what the arrays are made is not known."""
        return None

    def show(self, value: Any) -> str:
        """Return the arrays in mathematical notation, one after the other."""
        return ", ".join(map(matrix_text, value))

    def encode(self, value: Any) -> Any:
        """Return the arrays as JSON data, in a list."""
        return [super(Composite, self).encode(array) for array in value]

    def read(self, data: Any, shapes: Sequence[tuple[int, ...]], sizes: Mapping[str, int]) -> Any:
        """Read the arrays of a value; raises ValueError if there are more or fewer, or of other shapes."""
        if not isinstance(data, (list, tuple)) or len(data) != len(shapes):
            raise DimensionError(f"{self!r} has values of {len(shapes)} arrays")
        arrays = zip(data, shapes, strict=True)
        return tuple(self.read_one(array, shape, sizes) for array, shape in arrays)

    def read_one(self, data: Any, shape: tuple[int, ...], sizes: Mapping[str, int]) -> Any:
        """Read one of the arrays."""
        return super().read(data, [shape], sizes)


class _Pair(Composite):
    """Two arrays of one domain: the widest that makes sense, or another, as in ``Commuting[Symmetric["d"]]``."""

    widest: ClassVar[type[Domain]]
    narrower: ClassVar[tuple[type[Domain], ...]] = ()
    """The others; none where any will do."""

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        self.of = self.widest(of, bounds) if isinstance(of, str) else of
        if self.narrower and type(self.of) not in (self.widest, *self.narrower):
            names = ", ".join(kind.__name__ for kind in self.narrower)
            raise DimensionError(f'{type(self).__name__} is of a dimension, as in ["d"], or of one of {names}')
        text = " ".join(axis.text for axis in self.of.axis_expressions)
        super().__init__(text, {**self.of.bounds, **(bounds or {})})
        if len({axis.text for axis in self.of.array_axes[0]}) != 1:
            raise DimensionError(f"{type(self).__name__} needs square matrices, not {self.of!r}")
        self.table = self.of.table

    def __repr__(self) -> str:
        return super().__repr__() if type(self.of) is self.widest else f"{type(self).__name__}[{self.of!r}]"

    @property
    def array_axes(self) -> tuple[Sequence[Expression], ...]:
        return self.of.array_axes * 2

    @property
    def is_complex(self) -> bool:
        """Whether the two arrays are of complex numbers."""
        return isinstance(self.of, ComplexScalar)

    def realise(self, value: Any, arithmetic: type) -> Any:
        """Turn both arrays into the arguments that the body sees."""
        return tuple(self.of.realise(array, arithmetic) for array in value)

    def encode(self, value: Any) -> Any:
        """Return both arrays as JSON data, in a list."""
        return [self.of.encode(array) for array in value]

    def read_one(self, data: Any, shape: tuple[int, ...], sizes: Mapping[str, int]) -> Any:
        return self.of.read(data, [shape], sizes)

    @property
    def words(self) -> str:
        """What both arrays are, and their bond."""
        return super().words if type(self.of) is self.widest else f"{self.of.words}, {super().words}"

    @property
    def weaker(self) -> list[Domain]:
        """Two arrays without their bond; and a pair of the next wider domain, where there is such a pair."""
        return [Free(self.of, self.bounds), *self.of_wider()]

    def of_wider(self) -> list[Domain]:
        """Return the pairs with this bond of the domains one step wider."""
        kind, axis = type(self), self.of.array_axes[0][0].text
        wider = [] if type(self.of) is self.widest else self.of.weaker
        named = [axis if type(of) is Matrix and self.widest is _AnySquare else of for of in wider]
        known = (str, self.widest, *self.narrower)
        return [kind(of, self.bounds) for of in named if type(of) in known or not self.narrower]


class _AnySquare(Square):
    """A square matrix of any structure."""

    words = "any square matrix"

    styles = Matrix.styles

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        return Matrix.construct(Matrix("d d"), raw, style, shape)


def _positive(x: Array) -> Array:
    return where(greater(x * x, 0), absolute(x), 1 + 0 * x)


class Commuting(_Pair):
    """Two matrices that commute: polynomials of one, direct sums with multiples of I, or of the form [aI X; 0 aI]."""

    widest = _AnySquare
    narrower = (
        Nonnegative, Triangular, Circulant, Normal, Symmetric, PositiveSemidefinite, PositiveDefinite, ComplexMatrix,
        ComplexNormal, Hermitian, ComplexPositiveSemidefinite, ComplexPositiveDefinite,
    )  # fmt: skip
    _OWN = ("plain", "polynomials", "direct sum", "square zero")

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        super().__init__(of, bounds)
        kept = 3 if isinstance(self.of, (Symmetric, Hermitian)) else 4
        kept = 2 if isinstance(self.of, (Circulant, Normal, ComplexNormal)) else kept
        self.turning = self.is_complex and not isinstance(self.of, Hermitian)
        self.styles = (*self._OWN[:kept], *self.of.styles[1:])

    def size(self, shape: tuple[int, ...]) -> int:
        """Return the coefficients of two polynomials, and what one matrix takes."""
        return 2 * self._width(shape[0]) + self.of.size(shape)

    def _width(self, size: int) -> int:
        """Return how many raw entries the coefficients of a polynomial take."""
        return 2 * size if self.turning else size

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Make a matrix M, and two that commute of it."""
        size, half = shape[0], shape[0] // 2
        width = self._width(size)
        p, q = self._coefficients(raw[..., :width]), self._coefficients(raw[..., width : 2 * width])
        m = self.of.construct(raw[..., 2 * width :], style if style not in self._OWN else self.of.styles[0], shape)
        one, first = np.eye(size, dtype=int), (np.arange(size) < half).astype(int)
        match style:
            case "polynomials":
                return _polynomial(m, q), _polynomial(m, p)
            case "direct sum":
                upper, lower = first[:, None] * first, (1 - first)[:, None] * (1 - first)
                return (
                    m * upper + q[..., :1, None] * (one * (1 - first)),
                    m * lower + p[..., :1, None] * (one * first),
                )
            case "square zero":
                corner = first[:, None] * (1 - first)
                turned = m[..., ::-1] if isinstance(self.of, Triangular) else m.mT
                return q[..., :1, None] * one + m * corner, p[..., :1, None] * one + turned * corner
        return m, _polynomial(m, p)

    def _coefficients(self, raw: Array) -> Array:
        """Return coefficients of polynomials that stay in the domain: complex, of any sign, ≥ 0, or > 0."""
        if self.turning:
            return _COMPLEX.entries(raw, "plain")
        if isinstance(self.of, (PositiveDefinite, ComplexPositiveDefinite)):
            return _positive(raw)
        positive = isinstance(self.of, (PositiveSemidefinite, ComplexPositiveSemidefinite, Nonnegative))
        return absolute(raw) if positive else raw

    def raw(self, value: Any) -> Array:
        """Return the second matrix as a polynomial of the first, and what that is made of; None if it is not one."""
        a, b = value
        size, made = len(a), self.of.raw(a)
        powers = [identity(size, size, a)]
        for _ in range(size - 1):
            powers.append(powers[-1] @ a)
        columns: Any = np.stack([power.reshape(-1) for power in powers], axis=-1)
        if self.turning:
            columns = embedding(columns)
        elif self.is_complex:
            columns = concatenate([columns.real, columns.imag], axis=0)
        p = solution(columns, self.of.flattened(b))
        return None if p is None or made is None else concatenate([p, made])

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make the first matrix, and the second as a polynomial of it, in the domain or not."""
        width = self._width(shape[0])
        m, p = self.of.rebuild(raw[..., width:], shape), raw[..., :width]
        return m, _polynomial(m, _COMPLEX.entries(p, "plain") if self.turning else p)

    def contains(self, value: Any) -> bool:
        """Say whether both matrices are of their domain, and commute."""
        a, b = value
        return self.of.contains(a) and self.of.contains(b) and bool((a @ b == b @ a).all())


_COMPLEX = ComplexVector("d")


def _polynomial(m: Array, coefficients: Array) -> Array:
    """Return c₀I + c₁M + c₂M² + …."""
    one = np.eye(m.shape[-1], dtype=int)
    value = coefficients[..., -1:, None] * one
    for k in range(coefficients.shape[-1] - 2, -1, -1):
        value = value @ m + coefficients[..., k : k + 1, None] * one
    return value


class Ordered(_Pair):
    """Two symmetric matrices A ⪯ B, whose difference is positive semidefinite of any rank."""

    widest = Symmetric
    narrower = (
        PositiveSemidefinite, PositiveDefinite, Hermitian, ComplexPositiveSemidefinite, ComplexPositiveDefinite,
    )  # fmt: skip

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        super().__init__(of, bounds)
        self.gap = ComplexPositiveSemidefinite("d") if self.is_complex else PositiveSemidefinite("d")
        self.styles = ("plain", "near", *dict.fromkeys([*self.gap.styles[1:], *self.of.styles[1:]]))

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what the first matrix and the difference take."""
        return self.of.size(shape) + self.gap.size(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Add a positive semidefinite matrix; either has the style if it can."""
        size = self.of.size(shape)
        a = self.of.construct(raw[..., :size], style if style in self.of.styles else self.of.styles[0], shape)
        gap = self.gap.construct(raw[..., size:], style if style in self.gap.styles else "plain", shape)
        return a, a + (gap / 2**10 if style == "near" else gap)

    def raw(self, value: Any) -> Array:
        """Return what the first matrix and the difference are made of."""
        a, b = value
        first = self.of.raw(a)
        return None if first is None else concatenate([first, self.gap.raw(b - a)])

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make the first matrix, and add the difference."""
        size = self.of.size(shape)
        a = self.of.rebuild(raw[..., :size], shape)
        return a, a + self.gap.rebuild(raw[..., size:], shape)

    def contains(self, value: Any) -> bool:
        """Say whether both are of their domain, and the difference is positive semidefinite."""
        a, b = value
        return self.of.contains(a) and self.of.contains(b) and positive_semidefinite(b - a).value is True


class Free(_Pair):
    """Two arrays of one domain that know nothing of each other: ``Free["d"]``, ``Free[Symmetric["d"]]``."""

    widest = _AnySquare

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        super().__init__(of, bounds)
        self.styles = self.of.styles

    @property
    def words(self) -> str:
        """What both arrays are."""
        return self.of.words

    @property
    def weaker(self) -> list[Domain]:
        """Two arrays of the next wider domain."""
        return self.of_wider()

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what the two arrays take."""
        return 2 * self.of.size(shape)

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Make one of the style, and a plain one."""
        half = self.of.size(shape)
        first = self.of.construct(raw[..., :half], style, shape)
        return first, self.of.construct(raw[..., half:], self.of.styles[0], shape)

    def raw(self, value: Any) -> Any:
        """Return what the two arrays are made of."""
        made = list(map(self.of.raw, value))
        return None if any(part is None for part in made) else concatenate(made)

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make both anew."""
        half = raw.shape[-1] // 2
        return self.of.rebuild(raw[..., :half], shape), self.of.rebuild(raw[..., half:], shape)

    def mended(self, value: Any) -> Any:
        """Mend both."""
        return tuple(map(self.of.mended, value))

    def contains(self, value: Any) -> bool:
        """Say whether both are of their domain."""
        return all(map(self.of.contains, value))


class Majorised(_Pair):
    """Two vectors x ≺ y: x is y times a doubly stochastic matrix of any style."""

    widest = Vector
    narrower = (NonNegativeVector, PositiveVector, Simplex, PositiveSimplex)
    styles = DoublyStochastic.styles

    def size(self, shape: tuple[int, ...]) -> int:
        """Return what y and the matrix take."""
        return self.of.size(shape) + shape[0] ** 2

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Any:
        """Average the entries of y."""
        size = self.of.size(shape)
        y = self.of.construct(raw[..., :size], self.of.styles[0], shape)
        means = _AVERAGES.construct(raw[..., size:], style, shape * 2)
        return (means @ y[..., None])[..., 0], y

    def raw(self, value: Any) -> Array:
        """Return y, and x but its last entry."""
        x, y = value
        made = self.of.raw(y)
        return None if made is None else concatenate([made, x[:-1]])

    def rebuild(self, raw: Array, shape: tuple[int, ...]) -> Any:
        """Make y, and take x as it is, with the sum of y: near a pair are others."""
        size = self.of.size(shape)
        y, x = self.of.rebuild(raw[..., :size], shape), raw[..., size:]
        return concatenate([x, (y.sum(-1) - x.sum(-1))[..., None]]), y

    def mended(self, value: Any) -> Any:
        """Give x the sum of y by its last entry."""
        x, y = value
        return concatenate([x[:-1], (y.sum(-1) - x[:-1].sum(-1))[None]]), y

    def contains(self, value: Any) -> bool:
        """Say whether the sums agree, and no sum of the largest entries of x exceeds that of y."""
        x, y = map(sort_descending, value)
        below = all((x[:k].sum() <= y[:k].sum()).all() for k in range(1, len(x)))
        return below and bool(x.sum() == y.sum()) and all(map(self.of.contains, value))


_AVERAGES = DoublyStochastic("d")
