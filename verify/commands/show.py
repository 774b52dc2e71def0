"""The command ``vae-verify show``."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.claims.claim import Claim
from verify.claims.entry import Entry, Relation
from verify.commands.terminal import complain, say
from verify.errors import UsageError
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_papers
from verify.registry.relations import related_to
from verify.registry.selection import select
from verify.registry.studies import Study
from verify.writing.mathematics import mathematics
from verify.writing.refutations import run_command, truth_lines


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("show", help="show claims whole")
    parser.add_argument("targets", nargs="+", metavar="ID", help="an id, a glob of ids, or file.py[::name]")
    parser.set_defaults(action=_show)


def _show(arguments: argparse.Namespace) -> int:
    chosen = select(arguments.targets, slow=True)
    if not all(entry.is_own for entry in chosen):
        try:
            load_papers()  # what is related to a claim may stand in any of them
        except UsageError as error:  # a paper that is broken is in the way of nothing else
            complain(f"what its claims say of these is left out: {error}")
    for entry in chosen:
        say("\n".join(_lines(entry)))
    return 0


def _lines(entry: Entry) -> Iterator[str]:
    yield f"{entry.id}   ({entry.label}; {entry.kind}; expected: {entry.expected})"
    yield f"  {mathematics(entry.statement)}"
    for paragraph in filter(None, (inspect.getdoc(entry.body) or "").split("\n\n")):
        yield f"  {' '.join(paragraph.split())}"
    yield from _judged(entry)
    for relation, ids in entry.relations.items():
        yield from (f"  {relation} {id}" for id in ids)
    for relation, others in related_to(entry.id, REGISTRY.values()).items():
        for other in others:
            statement = f": {mathematics(other.statement)}" if relation is Relation.CORRECTS else ""
            yield f"  {relation.inverse} {other.id}{statement}"
    yield from [f"  refuted at a corner alone: {entry.corner}"] if entry.corner else []
    yield from [f"  read as {entry.reading}"] if entry.reading else []
    yield from _refuted(entry)
    yield f"  stated in {entry.source_file}"


@singledispatch
def _judged(entry: Entry) -> Iterator[str]:
    """Say of what an entry is judged."""
    raise TypeError(f"nothing is known of what judges {type(entry).__name__}")


@_judged.register
def _(study: Study) -> Iterator[str]:
    yield f"  {study.expected}, by {run_command(study)}"


@_judged.register
def _(claim: Claim) -> Iterator[str]:
    yield "  for all"
    for name, domain in claim.signature.domains.items():
        yield f"    {name}: {domain!r}"
    for name, (low, high) in claim.signature.bounds.items():
        yield f"    {name} from {low} to {high}"


@singledispatch
def _refuted(entry: Entry) -> Iterator[str]:
    """Say at which instance the certificate that is kept refutes an entry, if there is one."""
    return iter(())


@_refuted.register
def _(claim: Claim) -> Iterator[str]:
    if not claim.certificate_file.is_file():
        return
    try:
        found = shelf.load(claim.certificate_file, claim)
    except Unproven as error:
        yield f"  its certificate {claim.certificate_file} fails: {error}"
        return
    yield f"  refuted by {claim.universal}, of which one instance is" if claim.universal else "  refuted at"
    for line in found.instance.show().splitlines():
        yield f"    {line}"
    for line in truth_lines(found.violation):
        yield f"    where {line}"
