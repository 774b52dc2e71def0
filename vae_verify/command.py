"""The program ``vae-verify``: the command, once it is sure that what it imports is the suite.

Ctrl-C, and every other request to end, is one line from the start.
"""

from __future__ import annotations

import os
import signal
import sys

from vae_verify import Shadowed, require
from vae_verify.start import heed, interrupted, open_streams, require_dependencies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command of this process, and end it, whatever threads a file of claims has left."""
    heed(interrupted)
    open_streams()
    require_dependencies()
    try:
        require("verify")
        from verify.commands.main import main as run  # noqa: PLC0415  # takes a second
    except Shadowed as error:
        print(f"vae-verify: {error}", file=sys.stderr)
        sys.exit(2)
    import threading  # noqa: PLC0415

    status = run()
    heed(signal.SIG_IGN)  # all is said
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
