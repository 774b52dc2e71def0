"""The command ``vae-verify picture``."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

from vae_verify.extras import require
from verify.certificates.checker import check, parse, read
from verify.claims.claim import Claim
from verify.claims.variants import apart
from verify.commands.console import integer, require_writable, write
from verify.commands.terminal import width_of
from verify.errors import UsageError
from verify.judging.statements import ClaimError
from verify.notation import on_its_lines
from verify.pictures import OF_PAPERS, Picture, generators, hunts, margins
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_file, load_papers
from verify.registry.selection import only, select
from verify.registry.sources import at_home
from verify.report.reading import load, mapping


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("picture", help="draw a certificate, a hunt, or what is drawn for a claim, as SVG")
    what = "a certificate, or what hunt --json wrote; a claim, as its id or file.py::name; or a picture of a paper"
    parser.add_argument("target", metavar="TARGET", help=what)
    parser.add_argument("-o", "--out", default="-", metavar="FILE", help="the picture; - for standard output (-)")
    parser.add_argument(
        "--seed", type=integer(0), default=0, metavar="S", help="what a claim's instances are drawn from"
    )
    parser.add_argument("--claims", action="append", default=[], metavar="FILE.py", help="claims of your own")
    parser.set_defaults(action=_picture)


def _picture(arguments: argparse.Namespace) -> int:
    require("a picture", "pictures")
    require_writable(arguments.out)
    for file in arguments.claims:
        load_file(Path(file))
    picture = _of(arguments.target, arguments.seed)
    write(arguments.out, picture.svg)
    stream = sys.stderr if arguments.out == "-" else sys.stdout
    width = width_of(stream)
    caption = on_its_lines(picture.caption)
    print(caption if width is None else fill(caption, width), file=stream)
    return 0


def _of(target: str, seed: int) -> Picture:
    if target.endswith(".json"):
        return _of_file(Path(target))
    if "/" in target and ".py" not in target:
        load_papers([target])
    if target in OF_PAPERS:
        return OF_PAPERS[target]()
    try:
        claims = only(Claim, select([target], slow=True))
    except UsageError as error:
        known = f"; pictures of papers are {', '.join(sorted(OF_PAPERS))}" if OF_PAPERS else ""
        raise UsageError(f"{error}{known}") from None
    if len(claims) != 1:
        raise UsageError(f"{target} names {len(claims) or 'no'} claims that have instances: name one")
    at_home(claims[0])
    try:
        return generators.picture(claims[0], seed)
    except (ClaimError, ValueError) as error:
        raise UsageError(f"{target}: {error}") from error


def _of_file(path: Path) -> Picture:
    """Draw a certificate, or the course of a hunt."""
    data = load(path, "hunt", partial(mapping, what="it"))
    try:
        return _of_certificate(path) if "seal" in data else hunts.picture(data)
    except (ValueError, OSError) as error:
        raise UsageError(f"{path}: {error}") from error


def _of_certificate(path: Path) -> Picture:
    """Draw the margin around a certificate that is valid: it is checked first."""
    data = parse(read(path))
    base, _ = apart(data["claim"])
    if base not in REGISTRY:
        load_papers([base])
    if base in REGISTRY:
        at_home(REGISTRY[base])
    return margins.picture(check(data, REGISTRY))
