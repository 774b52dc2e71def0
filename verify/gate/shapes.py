"""The shapes at which a loss is examined: so many, and so different, that no two formulas of n, d, k agree on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple


class Shape(NamedTuple):
    """Samples in the batch, features of a sample, latent variables."""

    n: int
    d: int
    k: int

    def __str__(self) -> str:
        return f"n = {self.n}, d = {self.d}, k = {self.k}"


SHAPES = tuple(
    Shape(*sizes)
    for sizes in (
        (4, 6, 3),
        (8, 5, 2),
        (1, 3, 1),
        (2, 12, 5),
        (3, 7, 3),
        (5, 2, 6),
        (6, 18, 2),
        (7, 7, 4),
        (2, 6, 6),
        (3, 12, 1),
        (1, 18, 7),
        (4, 8, 5),
        (9, 6, 4),
        (5, 24, 3),
    )
)
"""With several multiples of 6 among the d, for a loss that splits the features; and with each two sizes equal once, for
one that takes an axis for another."""

ENOUGH = 5
"""Shapes without which no formula is looked for."""

_FIXED_D = (784, 64, 100, 1024, 3072, 4096, 12288)
_FIXED_K = (2, 20, 10, 16, 32, 64, 128, 256)
_FIXED_N = (64, 128, 100, 32, 16, 256)


def usable(works: Callable[[Shape], bool], shapes: Sequence[Shape] = SHAPES) -> Iterator[Shape]:
    """Yield the shapes at which a loss works, and if there are few, those with sizes that code often fixes."""
    found = 0
    for shape in shapes:
        if works(shape):
            found += 1
            yield shape
    if found >= ENOUGH or shapes is not SHAPES:
        return
    for sizes in _with_fixed_sizes():
        first = next((Shape(*those) for those in sizes if works(Shape(*those))), None)
        if first is not None:
            yield from (shape for shape in map(Shape._make, sizes) if works(shape))
            return


def _with_fixed_sizes() -> Iterator[list[tuple[int, int, int]]]:
    """Yield families of shapes in which one size, then two, then all are fixed."""
    some_n, some_d, some_k = (2, 1, 3, 5), (6, 12, 5, 18), (3, 1, 4, 6)
    yield from ([*zip(some_n, some_d, [k] * 4, strict=True)] for k in _FIXED_K)
    yield from ([*zip(some_n, [d] * 4, some_k, strict=True)] for d in _FIXED_D)
    yield from ([*zip([n] * 4, some_d, some_k, strict=True)] for n in _FIXED_N)
    yield from ([(n, d, k) for n in some_n] for d, k in product(_FIXED_D, _FIXED_K))
    yield from ([(n, d, k) for k in some_k] for n, d in product(_FIXED_N, _FIXED_D))


def fixed() -> list[Shape]:
    """Return one shape of each family in which sizes are those that code often fixes."""
    return [Shape(*sizes[0]) for sizes in _with_fixed_sizes()]
