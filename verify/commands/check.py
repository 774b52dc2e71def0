"""The command ``vae-verify check``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from verify.certificates.checker import MOST_BYTES, Malformed, Unproven, check, parse, read
from verify.notation import on_one_line
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_file, load_papers
from verify.registry.sources import at_home
from verify.writing.refutations import truth_lines


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("check", help="re-evaluate certificates; exit 1 if one is invalid, 2 if malformed")
    parser.add_argument("certificates", nargs="+", metavar="CERTIFICATE", help="a file; - for standard input")
    parser.add_argument("--claims", action="append", default=[], metavar="FILE.py", help="claims of your own")
    parser.set_defaults(action=_check)


def _check(arguments: argparse.Namespace) -> int:
    for file in arguments.claims:
        load_file(Path(file))
    return max(_check_one(name) for name in arguments.certificates)


def _check_one(name: str) -> int:
    try:
        data = parse(sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else read(Path(name)))
        if data["claim"] not in REGISTRY:
            load_papers([data["claim"]])
        if data["claim"] in REGISTRY:
            at_home(REGISTRY[data["claim"]])
        found = check(data, REGISTRY)
    except OSError as error:
        print(on_one_line(f"{name}: cannot be read: {error.strerror}"), file=sys.stderr)
        return 2
    except Malformed as error:
        print(on_one_line(f"{name}: malformed: {error}"), file=sys.stderr)
        return 2
    except Unproven as error:
        print(on_one_line(f"{name}: invalid: {error}"))
        return 1
    print(f"{name}: valid: {found.claim.id} is refuted: {'; '.join(truth_lines(found.violation))}")
    return 0
