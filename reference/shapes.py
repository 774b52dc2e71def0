"""Shapes in signatures, ``A: Array["d k"]``, and the check that calls keep to them.

A shape names the trailing axes of an array as the claims do: by dimensions such as ``d``, and expressions of them such
as ``d+1`` (:mod:`reference.dimensions`). Within one signature a name is one size, and an argument ``d: int`` is that
size. Axes before these are a batch: those of all arguments broadcast, and the result has what they broadcast to. A
scalar has the shape ``""``, and so has each entry of what is computed entry by entry. Where there is a choice of
shapes, ``Array["n"] | Array[""]``, only the longest have a batch. An array of which the arithmetic alone matters has
the shape ``"..."``, which is any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, get_annotations, signature
from itertools import chain, cycle
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

import numpy as np

from reference.dimensions import DimensionError, parse

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Shape:
    """The trailing axes of an array, by the names of their dimensions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_any = text == "..."
        self.axes = () if self.is_any else tuple(parse(axis) for axis in text.split())

    def __repr__(self) -> str:
        return f'Array["{self.text}"]'

    def fits(self, shape: tuple[int, ...], sizes: dict[str, int]) -> bool:
        """Say whether an array of this shape fits, and note the sizes of dimensions that had none."""
        if len(shape) < len(self.axes):
            return False
        trailing = list(zip(self.axes, shape[len(shape) - len(self.axes) :], strict=True))
        named = all(sizes.setdefault(axis.text, size) == size for axis, size in trailing if axis.is_name)
        return named and all(axis.value(sizes) == size for axis, size in trailing if sizes.keys() >= set(axis.names))


if TYPE_CHECKING:
    Array: Any  # what mypy takes for the type Any, whatever stands in its brackets
else:

    class Array:
        """An array of any arithmetic: NumPy float64, torch, Rationals, Balls, Lanes, or SymPy expressions."""

        def __class_getitem__(cls, text: str) -> Any:
            return Annotated[cls, Shape(text)]


def shapes_of(annotation: Any) -> tuple[Shape, ...]:
    """Return the shape of ``Array["d k"]``, or those of a union with such."""
    if get_origin(annotation) in (Union, UnionType):
        return tuple(shape for item in get_args(annotation) for shape in shapes_of(item))
    return tuple(item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, Shape))


class Place(NamedTuple):
    """An array in an argument or a result: what it is called, how it is found, and the shapes of which it has one."""

    name: str
    take: Callable[[Any], Any]
    shapes: tuple[Shape, ...]

    @property
    def is_derived(self) -> bool:
        """Whether a size of it may follow from others."""
        return not all(axis.is_name for shape in self.shapes for axis in shape.axes)


def places(name: str, annotation: Any, take: Callable[[Any], Any] = lambda value: value) -> Iterator[Place]:
    """Yield the arrays in a value of this type: itself, or items of a tuple, or fields of a record."""
    if shapes := shapes_of(annotation):
        if not any(shape.is_any for shape in shapes):
            yield Place(name, take, shapes)
    elif get_origin(annotation) is tuple:
        for i, item in enumerate(get_args(annotation)):
            yield from places(f"{name}[{i}]", item, lambda value, i=i: take(value)[i])  # type: ignore[misc]
    elif is_dataclass(annotation) or hasattr(annotation, "_fields"):
        for field, item in get_annotations(annotation, eval_str=True).items():
            yield from places(f"{name}.{field}", item, lambda value, f=field: getattr(take(value), f))  # type: ignore[misc]


_Shaped = tuple[tuple[Place, tuple[int, ...]], ...]
"""Arrays by their places, and the shapes that they have."""


class _Call:
    """One call of a function: the sizes of its dimensions and its batch, as far as they are known."""

    def __init__(self, function: str, sizes: Mapping[str, int]) -> None:
        self.function = function
        self.sizes = dict(sizes)
        self.batch: tuple[int, ...] = ()

    def leading(self, place: Place, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the axes before those that the place names; raises DimensionError if these are not there."""
        longest = max(len(stated.axes) for stated in place.shapes)
        for stated in place.shapes:
            sizes, leading = dict(self.sizes), shape[: len(shape) - len(stated.axes)]
            if stated.fits(shape, sizes) and (len(stated.axes) == longest or not leading):
                self.sizes = sizes
                return leading
        raise self.error(f"{place.name} has the shape {shape}, not {' or '.join(map(repr, place.shapes))}")

    def admit(self, place: Place, shape: tuple[int, ...]) -> None:
        """Take an argument in; raises DimensionError if it does not fit those before."""
        leading = self.leading(place, shape)
        try:
            self.batch = np.broadcast_shapes(self.batch, leading)
        except ValueError:
            raise self.error(f"{place.name} has the leading axes {leading}, not {self.batch}") from None

    def judge(self, place: Place, shape: tuple[int, ...]) -> None:
        """Raise DimensionError if a result does not fit the arguments."""
        if (leading := self.leading(place, shape)) != self.batch:
            raise self.error(f"{place.name} has the leading axes {leading}, not {self.batch}")

    def error(self, reason: str) -> DimensionError:
        """Return an error that names the function, and the sizes that it has met."""
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        return DimensionError(f"{self.function}: {reason}" + (f", with {sizes}" if sizes else ""))


def _check(function: str, sizes: tuple[tuple[str, int], ...], arguments: _Shaped, results: _Shaped) -> None:
    """Raise DimensionError if the arguments do not fit together, or the results do not fit them."""
    call = _Call(function, dict(sizes))
    for place, shape in arguments:
        call.admit(place, tuple(shape))
    for place, shape in arguments:
        if place.is_derived:  # from sizes that may have come after it
            call.admit(place, tuple(shape))
    for place, shape in results:
        call.judge(place, tuple(shape))


def shaped(function: _Function) -> _Function:
    """Return the function with a check that its arguments and result have the shapes that its signature states.

    A call that does not keep to them raises DimensionError, which names the function, the argument and both shapes.
    """
    name, annotations = f"{function.__module__}.{function.__name__}", get_annotations(function, eval_str=True)
    kinds = {p: parameter.kind for p, parameter in signature(function).parameters.items()}
    starred = [p for p, kind in kinds.items() if kind is Parameter.VAR_POSITIONAL]
    named = [p for p, kind in kinds.items() if kind is Parameter.POSITIONAL_OR_KEYWORD]
    dimensions = {p for p in kinds if annotations.get(p) is int}
    parameters = {p: [*places(p, annotations.get(p))] for p in kinds}
    results = [*places("the result", annotations.get("return"))]

    admitted, judged = set[Any](), set[Any]()  # a function meets the same shapes again and again

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        met = (*map(_outline, args), *kwargs, *map(_outline, kwargs.values()))
        if met in admitted:
            result = function(*args, **kwargs)
            if (met, _outline(result)) in judged:
                return result
        given = [*zip(chain(named, cycle(starred)), args, strict=False), *kwargs.items()]
        sizes = tuple(item for item in given if item[0] in dimensions)
        arguments = tuple(found for p, value in given for found in _shapes(parameters.get(p, ()), value))
        if met not in admitted:
            _check(name, sizes, arguments, ())
            result = function(*args, **kwargs)
            admitted.add(met)
        _check(name, sizes, arguments, tuple(_shapes(results, result)))
        judged.add((met, _outline(result)))
        return result

    return checked  # type: ignore[return-value]


def _shapes(places: Iterable[Place], value: Any) -> Iterator[tuple[Place, tuple[int, ...]]]:
    """Yield the shape of each array that there is; plain numbers have no axes."""
    for place in places:
        if (array := place.take(value)) is not None:
            yield place, getattr(array, "shape", ())


def _outline(value: Any) -> Any:
    """Return what the check sees of a value: its shape, or those of what it holds; the value of a size."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return tuple(shape)
    if isinstance(value, (tuple, list)):
        return tuple(map(_outline, value))
    if is_dataclass(value):
        return tuple(_outline(getattr(value, field.name)) for field in fields(value))
    return value if type(value) is int else type(value)
