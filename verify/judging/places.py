"""Where a body calls a function: the file, and the lines and columns of the call, as Python keeps them in its code."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import CodeType, FrameType

Line = tuple[str, int, tuple[int, ...]]
"""A file, the number of a line in it, and what tells apart two calls that are made there: lines and columns."""

Place = tuple[str, int, int, int, int]
"""A file; the first and the last line of a call in it, and its first and last column.

Where Python keeps no columns (``-X no_debug_ranges``), it is the first line twice, and no columns.
"""

NO_COLUMNS = (-1, -1)


def calling(frame: FrameType) -> Place | None:
    """Return the place of the call that a frame is at, or None where Python keeps no line of it."""
    code = frame.f_code
    position = next(islice(code.co_positions(), frame.f_lasti // 2, None))
    return _place(code.co_filename, position)


_OURS = ("verify", "reference")
"""The packages whose frames are no calls of a body."""


def line_of(frame: FrameType | None, end: CodeType) -> Line:
    """Return the line that a frame is at, and the calls by which it came there from ``end``.

    Frames of the suite count for nothing: which there are depends on the arithmetic.
    """
    place, calls = ("", 0), list[int]()
    while frame is not None and frame.f_code is not end:
        if str(frame.f_globals.get("__name__")).partition(".")[0] not in _OURS:
            place = place if calls else (frame.f_code.co_filename, frame.f_lineno)
            calls += [frame.f_lineno, *(calling(frame) or ())[3:]]
        frame = frame.f_back
    return *place, tuple(calls)


_SEEN: dict[tuple[int, int], tuple[CodeType, Place | None]] = {}
"""The places of calls that were asked for: Python reads all positions of a code to tell one."""


def place_of(frame: FrameType | None) -> Place | None:
    """Return the place of the call by which code that is not the suite's came here, or None where there is none."""
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
        frame = frame.f_back
    if frame is None:
        return None
    key = id(frame.f_code), frame.f_lasti
    if key not in _SEEN:
        _SEEN[key] = frame.f_code, calling(frame)  # a code that is kept is the only one of its id
    return _SEEN[key][1]


def places(code: CodeType) -> Iterator[Place]:
    """Yield the places of all that a code does, and the functions in it."""
    for position in code.co_positions():
        place = _place(code.co_filename, position)
        if place is not None:
            yield place
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from places(constant)


def by_line(place: Place) -> Place:
    """Return a place as it is where Python keeps no columns."""
    return (*place[:2], place[1], *NO_COLUMNS)


def _place(file: str, position: tuple[int | None, ...]) -> Place | None:
    line, last, column, end = position
    if line is None:
        return None
    if last is None or column is None or end is None:
        return (file, line, line, *NO_COLUMNS)
    return file, line, last, column, end
