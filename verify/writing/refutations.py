"""A refutation in words: the claim, the instance, both sides as enclosures, and how to see it again."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from vae_verify.extras import Lacking
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Entry
from verify.judging.statements import ClaimError, Truth
from verify.notation import argument, first_line, raised_text, sides_text
from verify.writing.mathematics import mathematics

AT = ", at "
"""What stands in an error between its cause and its instance."""

CONNECTIVE = {"iff": "⇔", "implies": "⇒", "and": "and", "or": "or", "not": "not"}
"""How the connectives are written."""

_ANSWERS = {"≤": ("≤", ">"), "<": ("<", "≥"), "=": ("=", "≠"), "⪰": ("≥", "<")}
"""How the sides of each relation compare where it is true, and where it is false; of ⪰ they are an eigenvalue and 0."""


def refutation_text(found: Counterexample, path: Path | None) -> str:
    """Return what a person needs to believe that the claim is false at the instance, and the command to redo it.

    There is such a command if a certificate was written.
    """
    claim, instance, judgement = found.claim, found.instance, found.judgement
    precision = f"{judgement.precision}-bit balls" if judgement.precision else "exact fractions"
    sizes = ", ".join(f"{name} = {size}" for name, size in instance.sizes.items())
    lines = [f"{claim.id} ({claim.label}) is refuted", f"  states  {mathematics(claim.statement)}"]
    lines += [f"  by      {claim.universal}, of which this is one instance"] if claim.universal else []
    place = [*([sizes] if sizes else []), *instance.show().splitlines()]
    lines += [f"  {'' if k else 'at':8}{line}" for k, line in enumerate(place)]
    lines += [f"  where   {line}" for line in truth_lines(found.violation)]
    again = [] if path is None else [f"  {check_command(claim, path)}"]
    return "\n".join([*lines, f"  judged in {precision}" + "; check it again:" * bool(again), *again])


def error_text(error: BaseException, entry: Entry) -> str:
    """Say in one line what a claim raised, and on which line of its own file; what we raise ourselves says it all."""
    if isinstance(error, (ClaimError, Lacking)):
        return first_line(error)
    return f"the claim raises {raised_text(error, inspect.unwrap(entry.body).__code__.co_filename)}"


def check_command(entry: Entry, path: Path) -> str:
    """Return the command that re-evaluates a certificate; it names the file of a claim that is of no paper here."""
    own = f"--claims {argument(entry.shown_file)} " if entry.is_own else ""
    return f"vae-verify check {own}{argument(path)}"


def run_command(entry: Entry) -> str:
    """Return the command that judges an entry."""
    return f"vae-verify run {entry.target}"


def truth_lines(truth: Truth) -> Iterator[str]:
    """Say what was found of a comparison: both sides and how they compare; of a connective, its operands."""
    if truth.operands:
        answers = {True: "true", False: "false", None: "undecided"}
        yield f"({truth.relation}) is {answers[cast(bool | None, truth.value)]}, of"
        for operand in truth.operands:
            for line in truth_lines(operand):
                yield f"  {line}"
        return
    left, right = sides_text(truth.sides)
    entry = f"   at index {list(truth.entry)}" if truth.entry else ""
    kept, denied = _ANSWERS[truth.relation]
    relation = kept if truth.value else denied if truth.value is False else "?"
    yield f"{'smallest eigenvalue ' if truth.relation == '⪰' else ''}{left} {relation} {right}{entry}"
