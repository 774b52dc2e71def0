"""``vae-verify``: the command line, once it is sure that what it imports is the suite."""

import sys

from vae_verify import Shadowed, require


def main() -> int:
    """Run one command, which ends the process with its exit status; return it where nothing could be run."""
    try:
        require("verify")
        from verify.__main__ import main as run  # noqa: PLC0415  # not before that
    except Shadowed as error:
        print(f"vae-verify: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("vae-verify: interrupted", file=sys.stderr)
        return 130
    run()  # ends the process
