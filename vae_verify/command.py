"""``vae-verify``: the command line, once it is sure that what it imports is the suite."""

import sys

from vae_verify import Shadowed, require


def main() -> int:
    """Run one command and return its exit status."""
    try:
        require("verify")
        from verify.cli import main as run  # noqa: PLC0415  # not before that
    except Shadowed as error:
        print(f"vae-verify: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("vae-verify: interrupted", file=sys.stderr)
        return 130
    return run()
