"""What was decided by values: guards, under which a tree is what the formula computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from flint import arb


class Undecided(ArithmeticError):
    """Two values are too near to tell which relation holds between them."""


TEXT = "text"
"""For a relation where the text of a tree was asked for: nobody knows what it decides."""


class Guard(NamedTuple):
    """A relation, ``<``, ``≤``, ``=`` or ``≠``, that holds between two trees."""

    relation: str
    left: Any
    right: Any


_noted: ContextVar[list[Guard] | None] = ContextVar("noted", default=None)


@contextmanager
def decisions() -> Iterator[list[Guard]]:
    """Collect what is decided inside the block, in its order."""
    guards: list[Guard] = []
    token = _noted.set(guards)
    try:
        yield guards
    finally:
        _noted.reset(token)


def told(tree: Any) -> None:
    """Note that the text of a tree was asked for."""
    noted = _noted.get()
    if noted is not None:
        noted.append(Guard(TEXT, tree, tree))


def holds(relation: str, a: Any, b: Any) -> bool:
    """Decide a relation, and note it or its opposite; raises Undecided where balls do not tell."""
    answer = _known(relation, a.value, b.value)
    if answer is None:
        p, q = (arb(x.value).str(8) for x in (a, b))
        raise Undecided(f"a formula branches on, or chooses by, whether {p} {relation} {q}, which is not decided")
    noted = _noted.get()
    if noted is not None and not a.operation == b.operation == "constant":
        opposite = {"<": Guard("≤", b, a), "≤": Guard("<", b, a), "=": Guard("≠", a, b)}
        noted.append(Guard(relation, a, b) if answer else opposite[relation])
    return answer


def _known(relation: str, p: Any, q: Any) -> bool | None:
    """Say whether a relation holds between two values; None where that is not certain."""
    if relation == "<":
        return True if p < q else False if p >= q else None
    if relation == "≤":
        return True if p <= q else False if p > q else None
    return True if p == q else False if p != q else None
