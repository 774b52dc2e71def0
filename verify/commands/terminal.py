"""What is said on a terminal: as wide as it is, and coloured if it wants that; in a pipe plain, and no line broken."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.table import Column
from rich.text import Text

from verify.commands.wrapping import wrapped
from verify.notation import on_its_lines, on_one_line

_LEAST = 20
"""Columns that are written for, however few a terminal has."""

_COLUMNS = re.compile(r"[1-9][0-9]{0,3}")

_BAR = 60
"""Columns of a terminal that has room for a bar."""


def width_of(stream: TextIO) -> int | None:
    """Return the columns of ``COLUMNS``, or of the terminal; None where there is neither, and no line is broken."""
    told = os.environ.get("COLUMNS", "")
    if _COLUMNS.fullmatch(told):
        return max(int(told), _LEAST)
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return None
    return max(columns, _LEAST) if columns else None  # a terminal that does not know has 0


def say(text: str) -> None:
    """Print a report, whose lines fit the terminal, and in which nothing moves the cursor."""
    print(wrapped(on_its_lines(text), width_of(sys.stdout)), flush=True)


def complain(text: str) -> None:
    """Print an error, if anybody can hear it: on one line, unless a terminal has less room."""
    width = width_of(sys.stderr) if sys.stderr.isatty() else None
    try:
        print(wrapped(on_one_line(text), width), file=sys.stderr, flush=True)
    except OSError:
        lead_nowhere(sys.stderr)


def lead_nowhere(stream: TextIO) -> None:
    """Let nothing more come out of a stream that cannot be written, nor what it still holds."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def show(text: Text) -> None:
    """Print styled text as it is laid out; its style shows on a terminal, if ``NO_COLOR`` does not ask for none."""
    _console(sys.stdout).print(text, soft_wrap=True)


def _console(stream: TextIO) -> Console:
    colours = None if os.environ.get("NO_COLOR") else "auto"
    return Console(file=stream, width=width_of(stream), color_system=colours, markup=False, highlight=False)  # type: ignore[arg-type]


def progress(*columns: ProgressColumn) -> Progress:
    """Return a bar with what stands behind it, on the error stream, if that is a terminal."""
    width = width_of(sys.stderr) or _BAR
    description = TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True))
    bar = [BarColumn(20)] if width >= _BAR else []
    shown = sys.stderr.isatty()
    return Progress(
        description, *bar, *columns, console=_console(sys.stderr), transient=True, expand=True, disable=not shown
    )
