"""Reports that fit a terminal: a line that is too long goes on below its text, not below its label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_ROOM = 24
"""Columns that text needs beside what is indented; where there are fewer, it starts on a line of its own."""

_COMMAND = re.compile(r" *vae-verify [a-z]+ ")
"""Begins a line that is there to be copied, and so stays whole."""

_LABEL = re.compile(r"(?: {2,}|(?=[✓✗·] ))\S+(?: \S+){0,4}? {2,}(?=\S)")
_OPENING = re.compile(r"\w+ = [\[(]")
_MATRIX = re.compile(r"(\w+ = \[)([^\[\]]*;[^\[\]]*)\]")
_WORD = re.compile(
    r"( *)(\S*vae-verify [a-z]+ \S+|\[[^\s\]]+ ± [^\s\]]+\]\S*|\(?\w+ = [^\s=]+|\d[\d.,]* [s%](?!\w)\S*|\S+)"
)
"""What is not broken where there is room for it: commands, enclosures, what a name equals, seconds, and words."""


def wrapped(text: str, width: int | None) -> str:
    """Break the lines of a text that are longer than ``width``, at spaces alone; None leaves all as they are.

    A word without a space, such as a path, stays whole, and so does a command on a line of its own, however long.
    """
    if width is None:
        return text
    return "\n".join(line.rstrip() for whole in text.split("\n") for line in _broken(whole, width))


def _broken(line: str, width: int) -> Iterator[str]:
    text = line.lstrip(" ")
    indent = len(line) - len(text)
    if width - indent < _ROOM:
        indent = min(indent, 4)
    if " " not in text:
        indent = _moved(indent, text, width)
    if indent + cell_len(text) <= width or _COMMAND.match(line):
        yield " " * indent + text
        return
    head, hang = " " * indent, indent if _OPENING.match(text) else 2 if text.startswith("- ") else max(indent + 2, 4)
    if (label := _LABEL.match(line)) and cell_len(label[0]) <= width:
        head, text, hang = label[0], line[label.end() :], cell_len(label[0])
        if width - hang < max(_ROOM, cell_len(text.split(" ", 1)[0])):
            yield head
            head, hang = " " * (indent + 2), indent + 4
    yield from _filled(head, text, hang, width)


def _filled(head: str, text: str, hang: int, width: int) -> Iterator[str]:
    """Fill lines, the first one after a head; the elements of a value stand below each other."""
    opening = _OPENING.match(text)
    if opening and width - hang - opening.end() < _ROOM // 2:
        opening = None
    if opening and cell_len(text) > width - hang and (matrix := _MATRIX.fullmatch(text)):
        rows = _aligned(matrix[2], width - hang - opening.end() - 1)
        for k, row in enumerate(rows):
            start = head + matrix[1] if k == 0 else " " * (hang + opening.end())
            yield from _words(start, row + (";" if k + 1 < len(rows) else "]"), hang + opening.end() + 2, width)
        return
    yield from _words(head, text, hang + (opening.end() if opening else 0), width)


def _words(head: str, text: str, hang: int, width: int) -> Iterator[str]:
    line, begun = head, False
    for space, word in _split(text, width - hang):
        if begun and cell_len(line + space + word) > width:
            yield line
            line = " " * _moved(hang, word, width) + word
        else:
            line += space + word
        begun = True
    yield line


def _moved(indent: int, word: str, width: int) -> int:
    """Return where a word is to begin for it to fit, if it does at all."""
    return max(min(indent, 4), min(indent, width - cell_len(word)))


def _split(text: str, room: int) -> Iterator[tuple[str, str]]:
    for space, word in _WORD.findall(text):
        first, *others = word.split(" ") if cell_len(word) > room and "vae-verify" not in word else [word]
        yield space, first
        yield from ((" ", other) for other in others)


def _aligned(rows: str, room: int) -> list[str]:
    """Write the rows of a matrix, the columns below each other if there is room."""
    entries = [row.split() for row in rows.split(";")]
    sizes = [max(map(len, column)) for column in zip(*entries, strict=False)]
    if sum(sizes) + len(sizes) - 1 > room or any(len(row) != len(sizes) for row in entries):
        return [" ".join(row) for row in entries]
    return [" ".join(entry.rjust(size) for entry, size in zip(row, sizes, strict=True)) for row in entries]
