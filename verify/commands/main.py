"""The command line: its commands, and how they end."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from vae_verify import version
from verify import __doc__ as purpose
from verify.commands import check, claims, explore, gate, hunt, keep, replicate, run, show
from verify.errors import UsageError
from verify.notation import on_one_line
from verify.workers.interruption import STATUS


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vae-verify", description=purpose, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"vae-verify {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for command in (run, hunt, explore, gate, replicate, claims, show, check, keep):
        command.add_parser(commands)
    return parser


_UNHEARD = 141
"""The exit status where the reader of the output has gone, as for any program that SIGPIPE ends."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 as expected, 1 a finding, 2 wrong usage or input."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name or symbol that the encoding lacks is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    arguments = parser().parse_args(argv)
    try:
        status: int = arguments.action(arguments)
        sys.stdout.flush()
        return status
    except UsageError as error:
        print(on_one_line(f"vae-verify: {error}"), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as head, has seen enough; what it has not seen may be a finding
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNHEARD
    except OSError as error:  # a full disk, of the standard output too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"vae-verify: {error.filename or 'the output'}: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("vae-verify: interrupted", file=sys.stderr)
        return STATUS
