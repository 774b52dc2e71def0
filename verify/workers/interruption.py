"""Ctrl-C and requests to terminate: a flag at which long work looks; a second request ends the process at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator

from vae_verify.start import heed, interrupted, tidy

STATUS = 130
"""The exit status of a command that was interrupted."""

TICK = 0.1
"""Seconds between two looks at whether an end was requested."""

_ONE_REQUEST = 0.5
"""Signals within so many seconds are one request: ``timeout`` sends its own to a process, and then to its group."""

_requested: float | None = None
"""When the first of them came. A handler may strike anywhere, in itself too: it takes no lock and raises nothing."""


def _request(*_: object) -> None:
    global _requested  # noqa: PLW0603  # all that a handler may safely do
    now = time.monotonic()
    if _requested is None:
        _requested = now
    elif now - _requested > _ONE_REQUEST:
        _end()


def _end() -> None:
    """End this process and those that work for it, whatever they are doing."""
    with contextlib.suppress(Exception):
        if sys.stderr.isatty():
            os.write(sys.stderr.fileno(), b"\x1b[?25h\n")  # the cursor, which a progress bar hides
    with contextlib.suppress(Exception):
        for child in multiprocessing.active_children():
            with contextlib.suppress(AttributeError, OSError):  # not on Windows; it leads no group
                os.killpg(child.pid or 0, signal.SIGKILL)
            child.kill()
            child.join()
    tidy()
    os._exit(STATUS)


class Interrupted(KeyboardInterrupt):
    """An end was requested; a body may raise a KeyboardInterrupt of its own."""


def check() -> None:
    """Raise Interrupted if an end was requested."""
    if _requested is not None:
        raise Interrupted


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C, or a request to terminate, end what runs inside the block, at its next :func:`check`.

    A program of ours that was so ended is left to say what it has: the second of two signals that are one request does
    not cut it short.
    """
    global _requested  # noqa: PLW0603
    _requested = None
    before = heed(_request)
    try:
        yield
    finally:
        if _requested is None or before[signal.SIGINT] is not interrupted:
            for number, handler in before.items():
                signal.signal(number, handler)
            _requested = None
