"""What claims are to each other: whether those that are named exist, and whether verdicts agree with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from verify.claims.entry import Entry, Relation, Verdict

FALSE = (Verdict.REFUTED, Verdict.CONTRADICTED)
ONE_OF_THEM = "one of the two, or what is said of them, is wrong"
TRUE = (Verdict.PROVED, Verdict.HOLDS, Verdict.SIMULATED, Verdict.MEASURED)

SLIP = "is wrong by the slip of"
"""What a claim says by ``same_as``, which is no relation of theorems."""

_ORDERS = ((Relation.RESTS_ON,), (Relation.SHARPENS, Relation.IMPLIES), (Relation.CORRECTS,), (SLIP,))
"""What leads from no claim back to it: a proof would need itself, two claims be one, both be false, none be counted."""


def related_to(id: str, entries: Iterable[Entry]) -> dict[Relation, list[Entry]]:
    """Return the entries that are related to a claim, by what they are to it, where there are some, by their ids."""
    found: dict[Relation, list[Entry]] = {relation: [] for relation in Relation}
    for entry, relation, named in edges(entries):
        if named == id:
            found[relation].append(entry)
    return {relation: sorted(others, key=lambda entry: entry.id) for relation, others in found.items() if others}


def edges(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Relation, str]]:
    """Yield every relation that is declared: who declares it, what it is, and the id that it names."""
    for entry in entries:
        for relation, ids in entry.relations.items():
            yield from ((entry, relation, id) for id in ids)


def mentions(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, str]]:
    """Yield every other claim that is named: by whom, what it is said to be, and its id."""
    for entry in entries:
        yield from edges([entry])
        if entry.same_as is not None:
            yield entry, SLIP, entry.same_as


def faults(entries: Iterable[Entry], known: Mapping[str, Entry]) -> Iterator[str]:
    """Yield a line for every id that names none of the known claims, and for a circle where there is one."""
    entries = list(entries)
    for entry, relation, id in mentions(entries):
        if id not in known:
            near = difflib.get_close_matches(id, known, n=1, cutoff=0)
            mend = f": did you mean {near[0]}?" if near else ""
            yield f"{entry.id} {relation} {id}, which is no claim{mend}"
    for order in _ORDERS:
        named = {entry.id: [id for _, relation, id in mentions([entry]) if relation in order] for entry in entries}
        try:
            TopologicalSorter(named).prepare()
        except CycleError as error:
            yield f"in a circle, each {' or '.join(order)} the next: {', '.join(reversed(error.args[1]))}"


def disagreements(entries: Iterable[Entry], verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """Yield a line for every relation that the verdicts of its two claims, where both are known, speak against.

    What a true claim sharpens or implies is true; what is corrected is false, and no correction is; and so is what has
    the slip of another. A proof of ours rests on nothing false; a printed one may, and what it shows can be true all
    the same.
    """
    for entry, relation, id in mentions(entries):
        one, other = verdicts.get(entry.id), verdicts.get(id)
        if one is None or other is None:
            continue
        if relation is Relation.CORRECTS:
            wrong = one in FALSE or other in TRUE
        elif relation == SLIP:
            wrong = one in FALSE and other in TRUE
        elif relation is Relation.RESTS_ON:
            wrong = one is Verdict.PROVED and other in FALSE
        else:
            wrong = one in TRUE and other in FALSE
        if wrong:
            yield f"{entry.id} {relation} {id}, and they are {one} and {other}"
