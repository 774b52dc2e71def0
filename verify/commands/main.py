"""The command line: its commands, and how they end."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from vae_verify import version
from vae_verify.extras import Lacking, of_import
from vae_verify.start import tidy
from verify import __doc__ as purpose
from verify.commands import check, claims, explore, gate, hunt, keep, picture, replicate, report, run, show
from verify.commands.terminal import complain, lead_nowhere, width_of
from verify.commands.wrapping import wrapped
from verify.errors import UsageError
from verify.notation import first_line
from verify.workers.interruption import STATUS

_HELP = 80
"""Columns of a help that goes to no terminal."""


class _Help(argparse.HelpFormatter):
    """Says what options do behind them, or below them where a terminal is narrow."""

    def __init__(self, prog: str) -> None:
        width = width_of(sys.stdout) or _HELP
        super().__init__(prog, max_help_position=24 if width >= 60 else 10, width=width - 2)

    def format_help(self) -> str:
        """Return the help, with room for the usage of long options."""
        return wrapped(super().format_help(), width_of(sys.stdout) or _HELP)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **named: Any) -> None:
        super().__init__(formatter_class=_Help, **named)

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {message} (see {self.prog} --help)")
        self.exit(2)


def parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vae-verify", description=purpose, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"vae-verify {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for command in (run, hunt, explore, gate, replicate, report, claims, show, check, keep, picture):
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
        complain(f"vae-verify: {error}")
        return 2
    except ImportError as error:  # of what an extra brings, if it is not installed
        if not isinstance(error, Lacking) and not of_import(error):
            raise
        complain(f"vae-verify: {first_line(error)}")
        return 2
    except BrokenPipeError:  # the reader, such as head, has seen enough; what it has not seen may be a finding
        lead_nowhere(sys.stdout)
        return _UNHEARD
    except OSError as error:  # a full disk, of the standard output too
        lead_nowhere(sys.stdout)
        complain(f"vae-verify: {error.filename or 'the output'}: {error.strerror}")
        return 2
    except KeyboardInterrupt:
        complain("vae-verify: interrupted")
        return STATUS
    finally:
        tidy()
