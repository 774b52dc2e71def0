"""The commands ``vae-verify claims`` and ``vae-verify show``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from verify.claims.entry import Entry
from verify.commands.console import write
from verify.commands.terminal import say, width_of
from verify.errors import UsageError
from verify.registry.selection import select
from verify.writing.page import pages


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("claims", help="list the claims of the papers")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--markdown", metavar="DIR", help="as pages in a folder, one a paper, with the evidence")
    parser.set_defaults(action=_claims)


def _entry(claim: Entry) -> dict[str, Any]:
    return {
        "id": claim.id,
        "paper": claim.paper,
        "label": claim.label,
        "statement": claim.statement,
        "kind": claim.kind,
        "slow": claim.slow,
        "expected": claim.expected,
        "corrects": claim.corrects,
        "sharpens": claim.sharpens,
        "implies": claim.implies,
        "rests_on": claim.rests_on,
        "same_as": claim.same_as,
        "corner": claim.corner,
        "reading": claim.reading,
        "universal": claim.universal,
    }


def _write_pages(claims: Sequence[Entry], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}: name a folder that can be written") from error
    for name, text in pages(claims, folder.resolve()).items():
        write(str(folder / name), text)


def _lines(claim: Entry) -> tuple[str, str]:
    """Write a claim in columns, and on two lines."""
    columns = f"{claim.id:45} {claim.expected:12} {claim.kind:12} {claim.label}" + "  slow" * claim.slow
    return columns, f"{claim.id}\n  {claim.expected}, {claim.kind}, {claim.label}" + ", slow" * claim.slow


def _claims(arguments: argparse.Namespace) -> int:
    claims = select([], slow=True)
    if arguments.json:
        write("-", json.dumps([_entry(claim) for claim in claims], indent=2, ensure_ascii=False) + "\n")
        return 0
    if arguments.markdown:
        _write_pages(claims, Path(arguments.markdown))
        return 0
    columns, two_lines = zip(*map(_lines, claims), strict=True)
    width = width_of(sys.stdout)
    say("\n".join(columns if width is None or max(map(cell_len, columns)) <= width else two_lines))
    return 0
