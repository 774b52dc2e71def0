"""The command ``vae-verify keep``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.commands.terminal import say
from verify.errors import UsageError
from verify.registry.selection import only, select
from verify.registry.sources import at_home
from verify.writing.refutations import run_command


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("keep", help="move counterexamples to where their claims keep their certificates")
    parser.add_argument("targets", nargs="+", metavar="ID", help="an id, a glob of ids, or file.py[::name]")
    parser.add_argument(
        "--from", dest="folder", type=Path, default=shelf.DIRECTORY, metavar="DIR", help="where run and hunt wrote them"
    )
    parser.set_defaults(action=_keep)


def _keep(arguments: argparse.Namespace) -> int:
    named = only(Claim, select(arguments.targets, slow=True))
    found = [claim for claim in named if shelf.path_of(claim, arguments.folder).exists()]
    if not found:
        missing = f"{arguments.folder}: has no counterexample to {' '.join(arguments.targets)}"
        raise UsageError(f"{missing}: {run_command(named[0])} finds one" if named else missing)
    for claim in found:
        _move(claim, shelf.path_of(claim, arguments.folder))
    return 0


def _move(claim: Claim, path: Path) -> None:
    """Check a counterexample, and move it, unless the claim has a simpler one already."""
    at_home(claim)
    try:
        shelf.load(path, claim)
    except Unproven as error:
        raise UsageError(f"{path}: {error}: {run_command(claim)} finds another") from error
    here, kept = Path.cwd(), claim.certificate_file
    kept = kept.relative_to(here) if kept.is_relative_to(here) else kept
    try:
        moved = shelf.move(path, claim)
    except OSError as error:
        raise UsageError(f"{kept}: {error.strerror}: name a claim in a folder of yours") from error
    if not moved:
        say(f"{kept} holds a simpler one: {path} stays where it is")
        return
    say(f"kept {kept}: {claim.id} is refuted there")
    if claim.expected is not Verdict.REFUTED:
        say(f'{claim.id} is expected to be {claim.expected}: write expected="refuted", or mend it')
