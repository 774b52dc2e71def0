"""The course of a hunt: how near to false it had come after so many instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

MOST = 64
"""Points of a course, at most."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Point:
    """The least margin so far, and after how many instances and seconds it was known."""

    instances: int
    seconds: float
    margin: float | None
    """None where a counterexample was found: there is none smaller."""


def thinned(course: Sequence[_T]) -> list[_T]:
    """Return at most so many points, the first and the last among them: of too many every other."""
    kept = list(course)
    while len(kept) > MOST:
        kept = [kept[0], *reversed(kept[:1:-2])]
    return kept
