"""Domains whose values are several arrays: ``A, B = pair``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from reference.arithmetic import concatenate
from reference.dimensions import DimensionError, Expression
from reference.shapes import Array
from verify.domains.base import Domain, wanted
from verify.domains.complex import ComplexScalar
from verify.domains.matrices import Matrix
from verify.domains.structured import Square
from verify.notation import matrix_text

__all__ = ["Composite", "Free"]


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


class Pair(Composite):
    """Two arrays of one domain: the widest that makes sense, or another, as in ``Commuting[Symmetric["d"]]``."""

    widest: ClassVar[type[Domain]]
    narrower: ClassVar[tuple[type[Domain], ...]] = ()
    """The others; none where any will do."""

    def __init__(self, of: str | Domain = "", bounds: Mapping[str, tuple[int, int]] | None = None) -> None:
        if isinstance(of, str) and len(of.split()) != 1:
            raise DimensionError(f"{wanted(type(self).__name__, 1)}, not {of!r}")
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
        named = [axis if type(of) is Matrix and self.widest is AnySquare else of for of in wider]
        known = (str, self.widest, *self.narrower)
        return [kind(of, self.bounds) for of in named if type(of) in known or not self.narrower]


class AnySquare(Square):
    """A square matrix of any structure."""

    words = "any square matrix"

    styles = Matrix.styles

    def construct(self, raw: Array, style: str, shape: tuple[int, ...]) -> Array:
        return Matrix.construct(Matrix("d d"), raw, style, shape)


class Free(Pair):
    """Two arrays of one domain that know nothing of each other: ``Free["d"]``, ``Free[Symmetric["d"]]``."""

    widest = AnySquare

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
