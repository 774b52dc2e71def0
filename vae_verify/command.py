"""The program ``vae-verify``: the command, once it is sure that what it imports is the suite.

Ctrl-C ends it in one line from the start.
"""

from __future__ import annotations

import os
import signal
import sys

from vae_verify import Shadowed, require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def interrupted(*_: object) -> NoReturn:
    """End the program in one line; an exception might be lost in an import, or in a callback."""
    os.write(2, b"vae-verify: interrupted\n")
    os._exit(130)


NEEDED = ("hypothesis", "pytest", "numpy", "scipy", "sympy", "mpmath", "flint", "array_api_compat", "rich")
"""What every command imports; who runs a checkout that is not installed may lack it."""


def require_dependencies() -> None:
    """End the program in one line if what it needs is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        home = Path(__file__).resolve().parents[1]
        print(f"vae-verify: {', '.join(lacking)} not found: install the suite: pip install {home}", file=sys.stderr)
        sys.exit(2)


def main() -> NoReturn:
    """Run the command of this process, and end it, whatever threads a file of claims has left."""
    signal.signal(signal.SIGINT, interrupted)
    require_dependencies()
    try:
        require("verify")
        from verify.commands.main import main as run  # noqa: PLC0415  # takes a second
    except Shadowed as error:
        print(f"vae-verify: {error}", file=sys.stderr)
        sys.exit(2)
    import threading  # noqa: PLC0415

    status = run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
