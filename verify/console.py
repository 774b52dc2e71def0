"""What the commands share: numbers on the command line, and files that are written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from verify.inventory import UsageError

WIDTH = 120
"""Columns of a table that goes to no terminal."""


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


def write(file: str, text: str) -> None:
    """Write a file, or the standard output for ``-``; raises UsageError if it cannot be written."""
    try:
        if file == "-":
            sys.stdout.write(text)
        else:
            Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}: name a file that can be written") from error


def require_writable(file: str | None) -> None:
    """Raise UsageError if a file cannot be written: before the work, not after it. What it holds stays for now."""
    try:
        if file not in (None, "-"):
            with Path(file).open("a", encoding="utf-8"):
                pass
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}: name a file that can be written") from error
