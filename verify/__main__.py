"""The program ``vae-verify``, and ``python -m verify``: the command, which Ctrl-C ends in one line from the start."""

import os
import signal
import sys
import threading
from typing import NoReturn


def _interrupted(*_: object) -> None:
    os.write(2, b"vae-verify: interrupted\n")
    os._exit(130)


def main() -> NoReturn:
    """Run the command of this process, and end it, whatever threads a file of claims has left."""
    signal.signal(signal.SIGINT, _interrupted)  # an exception may be lost in an import, or in a callback
    from verify.cli import main as run  # noqa: PLC0415  # takes a second

    status = run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main()
