"""What the commands share: numbers on the command line, files that are written, interruptions."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from verify.inventory import UsageError
from verify.runner import interrupt, interruption

WIDTH = 120
"""Columns of a table that goes to no terminal."""


def integer(low: int) -> Callable[[str], int]:
    """Return what reads an integer from ``low`` on."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low:
            raise argparse.ArgumentTypeError(f"{text!r} is not an integer from {low} on")
        return value

    return read


def seconds(text: str) -> float:
    """Read a positive number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


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


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C, or a request to terminate, end what runs inside the block, wherever it strikes."""
    interruption.clear()
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
