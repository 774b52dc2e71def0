"""Variants of a claim: the same body on a wider domain, without a premise, at another constant, or of fewer dimensions.

A variant is a claim of its own, with a name of its own: ``paper/label,A=Symmetric``, ``paper/label,drop.2``,
``paper/label,c=1_9``, ``paper/label,A=Symmetric,most.d.1``. No claim that is stated has a comma in its id: so what
refutes a variant is not taken for what refutes the claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from flint import fmpq

from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.claims.premises import premises
from verify.claims.signatures import Signature
from verify.domains import Constant, Domain
from verify.domains.base import fraction
from verify.judging.changed import without_premise
from verify.judging.statements import ClaimError

SEPARATOR = ","
"""Between the id of a claim and what a variant of it changes: no id that is stated has it."""

_ESCAPES = {character: f"\\{character}" for character in "{}_%#&$"} | {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing that a variant changes: the name that ids have for it, and what it is in words."""

    name: str
    words: str


@dataclass(eq=False, kw_only=True)
class Variant(Claim):
    """A claim that was made of another; ``words`` say how."""

    words: str
    stated_at = frozenset()
    """It may leave something out that the claim states elsewhere, as at a larger size."""

    @classmethod
    def of(cls, claim: Claim, change: Change, signature: Signature, body: Callable[..., Any] | None = None) -> Self:
        """Return the claim with another signature, or body. Nothing that is said of the claim itself is said of it."""
        plain = {field.name: getattr(claim, field.name) for field in fields(Claim)} | {
            "id": f"{claim.id}{SEPARATOR}{change.name}",
            "statement": rf"{claim.statement}\quad\text{{({_escaped(change.words)})}}",
            "expected": Verdict.HOLDS, "signature": signature, "body": body or claim.body, "explicit": [],
            **dict.fromkeys(("proof", "corrects", "same_as", "corner", "reading", "universal")),
            **dict.fromkeys(("sharpens", "implies", "rests_on"), ()),
        }  # fmt: skip
        words = f"{claim.words}; {change.words}" if isinstance(claim, Variant) else change.words
        return cls(**plain, words=words)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def variant(claim: Claim, changes: Sequence[str]) -> Claim:
    """Return the claim with changes, by their names; raises ClaimError if one of them is none of this claim's.

    No argument, premise or dimension is changed twice.
    """
    subjects = [re.sub(r"=.*|^(most\..*)\.\d+$", r"\1", change) for change in changes]
    if len(set(subjects)) < len(subjects):
        raise _unknown(claim, SEPARATOR.join(changes))
    for change in changes:
        claim = _changed(claim, change)
    return claim


def apart(id: str) -> tuple[str, list[str]]:
    """Take an id apart: that of the claim which is stated, and the names of what is changed of it."""
    base, *changes = id.split(SEPARATOR)
    return base, changes


def _changed(claim: Claim, name: str) -> Claim:
    argument, _, value = name.partition("=")
    if argument in claim.signature.domains:
        domain = claim.signature.domains[argument]
        return at(claim, argument, _number(claim, name, value)) if isinstance(domain, Constant) else _wider(claim, name)
    if found := re.fullmatch(r"drop\.([1-9][0-9]?)", name):
        return without(claim, int(found[1]))
    if found := re.fullmatch(r"most\.(\w+)\.([0-9]{1,2})", name):
        return at_most(claim, found[1], int(found[2]))
    raise _unknown(claim, name)


def _unknown(claim: Claim, name: str) -> ClaimError:
    return ClaimError(f"{claim.id} has no variant {name[:80]!r}")


# --- wider domains ----------------------------------------------------------------------------------------------------


def on(claim: Claim, argument: str, domain: Domain) -> Variant:
    """Return the claim with an argument of another domain."""
    before = claim.signature.domains[argument]
    change = Change(f"{argument}={spelled(domain)}", f"{argument}: {domain.words} in place of {before.words}")
    return Variant.of(claim, change, claim.signature.on({argument: domain}))


def _wider(claim: Claim, name: str) -> Variant:
    argument, _, spelling = name.partition("=")
    for domain in wider(claim.signature.domains[argument]):
        if spelled(domain) == spelling:
            return on(claim, argument, domain)
    raise _unknown(claim, name)


def wider(domain: Domain) -> Iterator[Domain]:
    """Yield all domains that are wider than this one, by one step, and then by more, each once."""
    waiting, seen = list(domain.weaker), {spelled(domain)}
    while waiting:
        found = waiting.pop(0)
        if spelled(found) not in seen:
            seen.add(spelled(found))
            yield found
            waiting += found.weaker


def spelled(domain: Domain) -> str:
    """Return the name of a domain in an id: what its annotation says, but for the dimensions."""
    return re.sub(r"\W+", "-", re.sub(r'"[^"]*"', "", repr(domain))).strip("-")


# --- premises, constants, dimensions ----------------------------------------------------------------------------------


def without(claim: Claim, number: int) -> Variant:
    """Return the claim without one of its premises, which count from 1; raises ClaimError if there is none."""
    found = premises(claim.body)
    if not 1 <= number <= len(found):
        raise _unknown(claim, f"drop.{number}")
    premise = found[number - 1]
    change = Change(f"drop.{number}", f"without the premise {premise.text}")
    return Variant.of(claim, change, claim.signature, without_premise(claim.body, premise.place))


def at(claim: Claim, argument: str, value: fmpq) -> Variant:
    """Return the claim with another constant."""
    change = Change(f"{argument}={str(value).replace('/', '_')}", f"{argument} = {value}")
    return Variant.of(claim, change, claim.signature.on({argument: Constant(value)}))


def _number(claim: Claim, name: str, text: str) -> fmpq:
    if not re.fullmatch(r"-?[0-9]{1,60}(_[1-9][0-9]{0,59})?", text):
        raise _unknown(claim, name)
    value = fraction(text.replace("_", "/"))
    if str(value).replace("/", "_") != text:  # one number, one name
        raise _unknown(claim, name)
    return value


def at_most(claim: Claim, dimension: str, size: int) -> Variant:
    """Return the claim where a dimension is no larger than so much."""
    low = claim.signature.bounds.get(dimension, (size + 1, 0))[0]
    if size < low:
        raise _unknown(claim, f"most.{dimension}.{size}")
    change = Change(f"most.{dimension}.{size}", f"{dimension} at most {size}")
    return Variant.of(claim, change, claim.signature.up_to(dimension, size))
