"""Domains of indices, dimensions and names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verify.domains.base import Domain

__all__ = ["Discrete", "Index", "Dimension", "OneOf"]


class Discrete(Domain):
    """A value that is no array: the body sees it as it is."""

    axes = 1

    @property
    def weaker(self) -> list[Domain]:
        """None: a choice is no premise."""
        return []

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
