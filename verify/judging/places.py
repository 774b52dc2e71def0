"""Where a body calls a function: the file, and the lines and columns of the call, as Python keeps them in its code."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import CodeType, FrameType

Line = tuple[str, int]
"""A file, and the number of a line in it."""

Place = tuple[str, int, int, int, int]
"""A file; the first and the last line of a call in it, and its first and last column."""


def calling(frame: FrameType) -> Place | None:
    """Return the place of the call that a frame is at, or None where Python keeps no columns."""
    code = frame.f_code
    position = next(islice(code.co_positions(), frame.f_lasti // 2, None))
    return _place(code.co_filename, position)


def places(code: CodeType) -> Iterator[Place]:
    """Yield the places of all that a code does, and the functions in it."""
    for position in code.co_positions():
        place = _place(code.co_filename, position)
        if place is not None:
            yield place
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from places(constant)


def _place(file: str, position: tuple[int | None, ...]) -> Place | None:
    line, last, column, end = position
    return None if line is None or last is None or column is None or end is None else (file, line, last, column, end)
