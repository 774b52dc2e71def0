"""The program ``vae-verify``: the command, once it is sure that what it imports is the suite.

Ctrl-C ends it in one line from the start.
"""

from __future__ import annotations

import os
import signal
import sys

from vae_verify import Shadowed, require
from vae_verify.start import interrupted, require_dependencies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


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
