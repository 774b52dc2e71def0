"""Tables that fit a terminal: a line a row; where there is no room two lines, or one for every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

_GAPS = (3, 2, 1)
_FIRST = 24
"""Columns that the first cells are left, at least; a longer one has a line of its own."""


def tabulated(
    headings: Sequence[str], rows: Sequence[Sequence[Text]], width: int | None, left: int = 1, lead: int = 1
) -> Iterator[Text]:
    """Yield the lines of a table; a row of one cell is the title of those below it.

    The first ``left`` columns stand to the left, the others to the right. Where a row does not fit on a line, the
    first ``lead`` cells stand above the others.
    """
    cells = [[Text(heading) for heading in headings], *(row for row in rows if len(row) > 1)]
    sizes = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
    gap = next((gap for gap in _GAPS if width is None or _total(sizes, gap) <= width), 1)
    if width is None or _total(sizes, gap) <= width or width - _total(sizes[1:], 1) >= _FIRST:
        first = sizes[0] if width is None else min(sizes[0], width - _total(sizes[1:], gap) - gap)
        table = _table(cells[0], rows, [first, *sizes[1:]], gap, left)
    elif _total(sizes[lead:], 1) + 2 <= width:
        table = _in_two(cells[0], rows, sizes, width, lead)
    else:
        table = _in_pairs(cells[0], rows, width)
    for line in table:
        line.rstrip()
        yield line


def _total(sizes: Sequence[int], gap: int) -> int:
    return 1 + sum(sizes) + gap * (len(sizes) - 1)


def _rule(width: int) -> Text:
    return Text(" " + "─" * (width - 1))


def _table(
    headings: Sequence[Text], rows: Sequence[Sequence[Text]], sizes: Sequence[int], gap: int, left: int
) -> Iterator[Text]:
    for k, row in enumerate([headings, *rows]):
        if len(row) == 1:
            yield Text(" ") + row[0]
            continue
        first, *others = row
        if first.cell_len > sizes[0]:
            yield Text(" ") + first
            first = Text()
        yield Text(" ") + Text(" " * gap).join(_set([first, *others], sizes, left))
        if k == 0:
            yield _rule(_total(sizes, gap))


def _in_two(
    headings: Sequence[Text], rows: Sequence[Sequence[Text]], sizes: Sequence[int], width: int, lead: int
) -> Iterator[Text]:
    gap = next(gap for gap in _GAPS if _total(sizes[lead:], gap) + 2 <= width)
    for k, row in enumerate([headings, *rows]):
        if len(row) == 1:
            yield Text(" ") + row[0]
            continue
        first, *beside = row[:lead]
        second = Text(" ").join(beside)
        if beside and 2 + first.cell_len + second.cell_len > width:
            yield Text(" ") + first
            first = Text()
        yield Text(" ") + first + Text(" " * (width - 1 - first.cell_len - second.cell_len)) + second
        below = Text(" " * gap).join(_set(row[lead:], sizes[lead:], 0))
        yield Text(" " * (width - below.cell_len)) + below
        if k == 0:
            yield _rule(width)


def _in_pairs(headings: Sequence[Text], rows: Sequence[Sequence[Text]], width: int) -> Iterator[Text]:
    yield Text(" ") + headings[0]
    yield _rule(width)
    for row in rows:
        yield Text(" ") + row[0]
        for heading, cell in zip(headings[1:], row[1:], strict=False):  # nothing is below a title
            apart = width - 3 - heading.cell_len - cell.cell_len
            if apart >= 1:
                yield Text("   ") + heading + Text(" " * apart) + cell
            else:
                yield Text("   ") + heading
                yield Text(" " * max(3, width - cell.cell_len)) + cell


def _set(cells: Sequence[Text], sizes: Sequence[int], left: int) -> Iterator[Text]:
    for k, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
        space = Text(" " * (size - cell.cell_len))
        yield cell + space if k < left else space + cell
