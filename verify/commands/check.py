"""The command ``vae-verify check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from verify.certificates.checker import MOST_BYTES, Malformed, Unproven, check, parse, read
from verify.claims.entry import Entry
from verify.claims.variants import Variant, apart
from verify.commands.terminal import complain, say
from verify.judging.statements import ClaimError
from verify.notation import on_one_line
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_file, load_papers
from verify.registry.sources import at_home, varied
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
        found = check(data, _claims(data["claim"]))
    except OSError as error:
        complain(on_one_line(f"{name}: cannot be read: {error.strerror}"))
        return 2
    except Malformed as error:
        complain(on_one_line(f"{name}: malformed: {error}"))
        return 2
    except Unproven as error:
        say(on_one_line(f"{name}: invalid: {error}"))
        return 1
    told = f" ({found.claim.words}; it is not the claim itself)" if isinstance(found.claim, Variant) else ""
    say(f"{name}: valid: {found.claim.id}{told} is refuted: {'; '.join(truth_lines(found.violation))}")
    return 0


def _claims(id: str) -> Mapping[str, Entry]:
    """Return the claim that an id names, by it: one that is stated, or the variant of one."""
    base, changes = apart(id)
    if base not in REGISTRY:
        load_papers([base])
    if base not in REGISTRY:
        return {}
    at_home(REGISTRY[base])
    try:
        return {id: varied(REGISTRY[base], changes) if changes else REGISTRY[base]}
    except ClaimError as error:
        raise Malformed(str(error)) from None
