"""Bulk samples: natural points, and structured ones that reach what no distribution with a density does.

Half of the counterexamples that theory has are at repeated values, at low rank, where one matrix is another's transpose
or where a parameter sits on a threshold. So a structured point is made by recipes: zeros, tasks, small integers, powers
of two, products of integer factors, duplicate rows, scaled permutations, nilpotent and nearly identical matrices; and
an argument may be made of another one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.domains.bytes import LARGEST
from verify.hunt.planes import planar
from verify.hunt.strata import Part, Stratum, rounded

_GROUP = 64
"""So many structured points share their recipes."""

_SMALL = np.array([0, 0, 0, 1, 1, -1, -1, 2, -2, 0.5, -0.5, 3])
_UNITS = np.array([0.0, 1, 1, -1])
_SIGNS = np.array([1.0, -1])
_SCALES = np.array([1, 1, 2, 0.5, -2, 3])


_DIGITS = np.array([0.0, 1, 2, -1, -2])
_WIDTHS = np.array([4, 10, 13, 17])
"""Powers of two between which a spread spectrum has its roots, up and down."""
_INTEGERS = np.array([0.0, 1, 2, 3, 4, 5, -1, -2])
_POOLS = (None, None, None, _SMALL, _UNITS, _INTEGERS)
"""Where a premise is an equality, it helps if all numbers are of one small set."""


def _pick(values: Floats, generator: np.random.Generator, shape: int | tuple[int, ...]) -> Floats:
    return values[generator.integers(0, len(values), shape, dtype=np.int8)]


Sample = Callable[[Stratum, int, np.random.Generator], Floats]
"""Makes so many points of a stratum, of shape (entries, count)."""


def natural(stratum: Stratum, count: int, generator: np.random.Generator) -> Floats:
    """Return points of shape (entries, count): normal entries at moderate scales, log-normal where only positive."""
    raw = generator.standard_normal((stratum.size, count))
    for part in stratum.parts:
        if not part.domain.continuous:
            raw[part.place] = _of_table(part, count, generator)
            continue
        if part.bounded:
            raw[part.place] = generator.uniform(part.low, part.high, (part.size, count))
            continue
        block, scales = raw[part.place], np.exp2(generator.integers(-3, 4, count) * generator.integers(0, 2, count))
        spread = np.where(generator.random(count) < 0.25, 4.0, 1.0)
        raw[part.place] = np.exp2(spread * block) * scales if part.low >= 0 else block * scales
    return stratum.clamp(rounded(raw, 8))


def structured(stratum: Stratum, count: int, generator: np.random.Generator) -> Floats:
    """Return points of shape (entries, count), made by recipes."""
    raw = np.empty((stratum.size, count))
    for start in range(0, count, _GROUP):
        group = raw[:, start : start + _GROUP]
        pool = _POOLS[int(generator.integers(len(_POOLS)))]
        for part in stratum.parts:
            group[part.place] = _part(part, group.shape[1], generator, pool)
        for _ in range(int(generator.integers(0, 3))):
            _link(stratum, group, generator)
    return stratum.clamp(raw)


def spread(stratum: Stratum, count: int, generator: np.random.Generator) -> Floats:
    """Return points of shape (entries, count) whose matrices all have spectra that spread, as only together they do.

    One of them is often diagonal, as it may be without loss where only the frames of all to each other count.
    """
    raw = natural(stratum, count, generator)
    parts = [part for part in stratum.parts if part.domain.continuous and not part.bounded]
    diagonal = int(generator.integers(2 * len(parts))) if parts else 0
    for k, part in enumerate(parts):
        rows, columns = _table_of(part)
        made = _log_spaced(rows, columns, count, generator)
        if k == diagonal and rows > 1:
            made = made * np.eye(rows, columns)[..., None]
        raw[part.place] = made.reshape(part.size, count)
    return stratum.clamp(raw)


def _table_of(part: Part) -> tuple[int, int]:
    """Return rows and columns of raw entries: those of a matrix, or one row."""
    return (part.size // part.shape[-1], part.shape[-1]) if _is_matrix(part) else (1, part.size)


def _of_table(part: Part, count: int, generator: np.random.Generator) -> Floats:
    return part.domain.raw_entries[generator.integers(0, 256, (part.size, count))]


def _part(part: Part, count: int, generator: np.random.Generator, pool: Floats | None) -> Floats:
    if not part.domain.continuous:
        return _of_table(part, count, generator)
    if part.bounded and generator.random() < 0.5:  # around the middle, the recipes being around 0
        middle, half = (part.low + part.high) / 2, (part.high - part.low) / 2
        return middle + half * _made(part, count, generator, pool)
    return _made(part, count, generator, pool)


def _made(part: Part, count: int, generator: np.random.Generator, pool: Floats | None) -> Floats:
    if pool is not None:
        return _pick(pool, generator, (part.size, count))
    values = _vector(part, count, generator)
    size = prod(part.shape)
    if len(part.shape) == 2 and part.size == 2 * size and generator.random() < 0.5:
        return planar(*part.shape, count, generator)
    if len(part.shape) == 2 and part.size >= size:
        recipe = _MATRICES[int(generator.integers(len(_MATRICES)))]
        block = recipe(*part.shape, count, generator).reshape(size, count)
        values[slice(0, size) if generator.random() < 0.5 else slice(part.size - size, None)] = block
    if generator.random() < 0.2:
        values = values * np.exp2(generator.integers(-10, 11, count))
    return values


# --- vectors --------------------------------------------------------------------------------------------------------


def _vector(part: Part, count: int, generator: np.random.Generator) -> Floats:
    shape = (part.size, count)
    match int(generator.integers(8)):
        case 0:
            return _pick(_SMALL, generator, shape)
        case 1:
            return _pick(_UNITS, generator, shape)
        case 2:
            return np.exp2(generator.integers(-12, 13, shape)) * _pick(_SIGNS, generator, shape)
        case 3:
            return np.broadcast_to(_pick(_SMALL, generator, count), shape) + 0.0
        case 4:
            return 1.0 * (np.arange(part.size)[:, None] == generator.integers(0, max(part.size, 1), count))
        case 5:
            return 1 + _pick(_UNITS, generator, shape) * np.exp2(-generator.integers(1, 24, count))
        case 6:
            return rounded(np.exp2(generator.uniform(-6, 6, shape)), 4) * _pick(_SIGNS, generator, shape)
        case _:
            return _of_table(part, count, generator)


# --- matrices: recipes of shape (rows, columns, count) --------------------------------------------------------------

Recipe = Callable[[int, int, int, np.random.Generator], Floats]


def _sparse(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    return _pick(_SMALL, generator, (rows, columns, count)) * (generator.random((rows, columns, count)) < 0.6)


def _low_rank(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    rank = int(generator.integers(1, max(2, min(rows, columns))))
    left, right = _pick(_SMALL, generator, (rows, rank, count)), _pick(_SMALL, generator, (rank, columns, count))
    return np.einsum("ikn,kjn->ijn", left, right)


def _duplicates(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    source = rounded(generator.standard_normal((rows, columns, count)), 4)
    if generator.random() < 0.5:
        return source[generator.integers(0, rows, rows)] * _pick(_UNITS, generator, (rows, 1, 1))
    return source[:, generator.integers(0, columns, columns)] * _pick(_UNITS, generator, (1, columns, 1))


def _permutation(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    size = max(rows, columns)
    signed = np.eye(size)[generator.permutation(size)][:rows, :columns, None]
    signs = _pick(_UNITS, generator, (rows, 1, count))
    return signed * signs * _pick(_SCALES, generator, count)


def _near_identity(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    step = np.exp2(-generator.integers(0, 21, count)) * _pick(_UNITS, generator, count)
    return np.eye(rows, columns)[..., None] + step * _pick(_SMALL, generator, (rows, columns, count))


def _nilpotent(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    matrix = _sparse(rows, columns, count, generator)
    return np.triu(np.ones((rows, columns)), int(generator.integers(0, 2)))[..., None] * matrix


def _graded(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    matrix = rounded(generator.standard_normal((rows, columns, count)), 4)
    return matrix * np.exp2(generator.integers(-8, 9, (rows, 1, count)) * generator.integers(0, 2))


def _log_spaced(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    """Columns of small integers on scales of their own: their products have spectra that spread over decades."""
    matrix = _pick(_DIGITS, generator, (rows, columns, count))
    width = int(_pick(_WIDTHS, generator, ()))
    return matrix * np.exp2(generator.integers(-width, width + 1, (1, columns, count)))


def _signs(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    return _pick(_SIGNS, generator, (rows, columns, count))


def _constant(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    return np.broadcast_to(_pick(_SMALL, generator, count), (rows, columns, count)) + 0.0


def _rotation(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    """Blocks [a −b; b a] on the diagonal: singular values that come in pairs."""
    matrix = np.zeros((rows, columns, count))
    a, b = _pick(_SMALL, generator, (2, count))
    for i, j in pairwise(range(min(rows, columns))):
        if i % 2 == 0:
            matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = a, -b, b, a
    return matrix


def _symmetric(rows: int, columns: int, count: int, generator: np.random.Generator) -> Floats:
    size = max(rows, columns)
    matrix = _pick(_SMALL, generator, (size, size, count))
    sign = _pick(_SIGNS, generator, ())
    return ((matrix + sign * matrix.swapaxes(0, 1)) / 2)[:rows, :columns]


_MATRICES: tuple[Recipe, ...] = (
    _sparse, _low_rank, _duplicates, _permutation, _near_identity, _nilpotent, _graded, _log_spaced, _signs,
    _constant, _rotation, _symmetric,
)  # fmt: skip


# --- one argument made of another -----------------------------------------------------------------------------------


def _link(stratum: Stratum, group: Floats, generator: np.random.Generator) -> None:
    """Make one argument of another: a copy, transpose, negative, multiple or square, or nearly so; or an entry."""
    parts = [part for part in stratum.parts if part.domain.continuous]
    if len(parts) < 2:
        return
    source, target = (parts[int(k)] for k in generator.choice(len(parts), 2, replace=False))
    values = group[source.place]
    if target.size == 1:
        entry = values[int(generator.integers(source.size))]
        of_entry = (entry, entry * entry, 2 * entry, entry / 2, (values**2).sum(0), abs(values).max(0))
        linked = of_entry[int(generator.integers(len(of_entry)))][None]
    elif source.shape == target.shape and source.size == target.size:
        linked = values
    elif source.shape == target.shape[::-1] and source.size == target.size and _is_matrix(source):
        linked = _adjoint(values, source.shape)
    else:
        length = min(source.size, target.size)
        linked = np.concatenate([values[:length], group[target.place][length:]])
    match int(generator.integers(8)):
        case 7 if linked.shape == values.shape and _is_square(source):
            linked = _squared(abs(values) if generator.random() < 0.5 else values, source.shape)
        case 0:
            linked = -linked
        case 1:
            linked = linked * _pick(_SCALES, generator, ())
        case 2:
            linked = linked + np.exp2(-generator.integers(1, 24)) * _pick(_SMALL, generator, linked.shape)
        case 3 if linked.shape == values.shape and _is_square(source):
            linked = _adjoint(linked, source.shape)
    group[target.place] = np.clip(linked, -LARGEST, LARGEST)


def _is_matrix(part: Part) -> bool:
    """Say whether raw entries are those of a matrix, or its real parts and then its imaginary ones."""
    return len(part.shape) == 2 and part.size in (prod(part.shape), 2 * prod(part.shape))


def _is_square(part: Part) -> bool:
    return _is_matrix(part) and part.shape[0] == part.shape[1]


def _squared(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the raw entries of the square of a matrix, which commutes with it, or of its parts."""
    blocks = values.reshape(-1, *shape, values.shape[-1])
    return np.einsum("bikn,bkjn->bijn", blocks, blocks).reshape(values.shape)


def _adjoint(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the raw entries of the transpose of a matrix, or the adjoint of a complex one."""
    blocks = values.reshape(-1, *shape, values.shape[-1]).swapaxes(1, 2)
    signs = np.array([1.0, -1])[: len(blocks)]
    return (blocks * signs[:, None, None, None]).reshape(values.shape)
