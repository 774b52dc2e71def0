"""What the commands share: numbers on the command line, and files that are written."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from verify.certificates import shelf
from verify.errors import UsageError
from verify.files import atomic_write
from verify.hunt.hunting import USUAL_JOBS

MOST_JOBS = 512
"""Processes that a command may be asked for."""


def integer(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return what reads an integer from ``low`` on, up to ``high`` if there is such a bound."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            to = "on" if high is None else f"to {high}"
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not an integer from {low} {to}")
        return value

    return read


def positive(unit: str) -> Callable[[str], float]:
    """Return what reads a positive number of a unit."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of {unit}")
        return value

    return read


seconds = positive("seconds")


def add_search(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the options of what hunts: where it draws from, who works, and where what is found goes to."""
    parser.add_argument("--seed", type=integer(0), default=0, metavar="S", help="what the search is drawn from (0)")
    who = f"processes ({USUAL_JOBS}), or workers of a cluster (all)"
    parser.add_argument("--jobs", type=integer(1, MOST_JOBS), metavar="N", help=who)
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that does the work: tcp://host:port")
    parser.add_argument("--out", type=Path, default=shelf.DIRECTORY, metavar="DIR", help=f"of {what}")
    parser.add_argument("--json", metavar="FILE", help="write the result as JSON; - for standard output")


def write(file: str, text: str) -> None:
    """Write a file whole, or the standard output for ``-``; raises UsageError if it cannot be written.

    What no encoding has, in the name of a file, is written as the escape that it has in JSON.
    """
    try:
        if file == "-":
            sys.stdout.write(text)
        else:
            with atomic_write(Path(file), named=True) as draft:
                draft.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}: name a file that can be written") from error


def tell(file: str | None, report: dict[str, Any], words: Callable[[], None]) -> None:
    """Write a report as JSON if a file is named for it, and tell it in words unless that is the standard output.

    Each is done though the other fails, which is raised after it: a disk may be full, or a terminal be gone.
    """
    try:
        if file is not None:
            write(file, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    finally:
        if file != "-":
            words()


def require_writable(file: str | None) -> None:
    """Raise UsageError if a file cannot be written: before the work, not after it. What it holds stays for now."""
    try:
        if file is not None and file != "-":
            path = Path(file)
            if path.is_file():
                with path.open("ab"):
                    pass
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if path.is_file() or not path.exists():  # to open a pipe would be to end it
                with tempfile.TemporaryFile(dir=path.resolve().parent):
                    pass
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}: name a file that can be written") from error
