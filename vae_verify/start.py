"""How a program of the suite starts, before anything of the suite is imported, and how signals end it.

The programs are ``vae-verify`` and ``python -m verify``.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

_PROGRAM = os.getpid()

DRAFTS = f".vae-verify-{os.urandom(4).hex()}-"
"""How the names begin of the files that this program, or a process that it has forked, is in the middle of writing."""

FOLDERS: set[str] = set()
"""Where it writes."""

_HANGUP = getattr(signal, "SIGHUP", None)  # not on Windows
_SIGNALS = [number for number in (signal.SIGINT, signal.SIGTERM, _HANGUP) if number is not None]


def heed(handler: Callable[..., Any] | signal.Handlers) -> dict[int, Any]:
    """Let a handler hear of Ctrl-C, requests to terminate, and a terminal that is gone; return those of before.

    After ``nohup`` it does not hear of the terminal.
    """
    heard = [number for number in _SIGNALS if not (number == _HANGUP and signal.getsignal(number) is signal.SIG_IGN)]
    return {number: signal.signal(number, handler) for number in heard}


def interrupted(*_: object) -> NoReturn:
    """End the program in one line; an exception might be lost in an import, or in a callback."""
    if os.getpid() == _PROGRAM:  # else a child has not yet said that it leaves signals to us
        tidy()
        try:  # noqa: SIM105  # nothing is imported before
            os.write(2, b"vae-verify: interrupted\n")
        except OSError:  # nobody hears it
            pass
    os._exit(130)


def tidy() -> None:
    """Remove what this program, or a process of it that was killed, has written by half."""
    while FOLDERS:
        folder = FOLDERS.pop()
        try:
            for name in os.listdir(folder):
                if name.startswith(DRAFTS):
                    os.unlink(os.path.join(folder, name))
        except OSError:  # there is no such folder, or nothing can be removed any more
            pass


NEEDED = (
    "hypothesis", "pytest", "numpy", "cma", "mpmath", "threadpoolctl", "flint", "array_api_compat", "rich",
    "pylatexenc", "latex2mathml", "jinja2",
)  # fmt: skip
"""What is installed without any extra; who runs a checkout that is not installed may lack it."""


def require_dependencies() -> None:
    """End the program in one line if what it needs is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        home = Path(__file__).resolve().parents[1]
        print(f"vae-verify: {', '.join(lacking)} not found: install the suite: pip install {home}", file=sys.stderr)
        sys.exit(2)


def open_streams() -> None:
    """Let what the caller has closed of the standard streams lead nowhere: no file may come to stand in its place."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
