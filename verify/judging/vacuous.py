"""What is true because a premise is false, and which premises are met: of the rest of a claim nothing was judged."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from reference.arithmetic.lanes.lane import Lane, data_of
from verify.judging.places import Line, Place
from verify.judging.statements import Truth

Round = tuple[Line, int, int]
"""A line on which ``implies`` is called; which of its calls there this is, from 0, in one evaluation; of how many."""


@dataclass(frozen=True)
class Implied:
    """The lines on which ``implies`` was ``called`` so far, and those of them on which its premise was ``met``.

    Of the rounds of a loop, and of the lines of ``assume``, the same. And where anything is stated of what was judged.
    """

    called: frozenset[Line] = frozenset()
    met: frozenset[Line] = frozenset()
    rounds: frozenset[Round] = frozenset()
    met_rounds: frozenset[Round] = frozenset()
    assumed: frozenset[Line] = frozenset()
    passed: frozenset[Line] = frozenset()
    made: frozenset[Place | None] = frozenset()

    def __or__(self, other: Implied) -> Implied:
        return Implied(*(getattr(self, name) | getattr(other, name) for name in _FIELDS))

    @property
    def named(self) -> Implied:
        """The same, with the names of files alone: they may lie in another folder elsewhere, or through a link."""
        return replace(self, **{name: frozenset(map(by_name, getattr(self, name))) for name in _FIELDS})

    @property
    def unmet(self) -> frozenset[Line]:
        """The lines on which no premise was met: of what follows there nothing was judged."""
        return self.called - self.met

    @property
    def unpassed(self) -> frozenset[Line]:
        """The lines of ``assume`` that no instance has passed which came there, as in a branch."""
        return self.assumed - self.passed

    @property
    def unmet_rounds(self) -> frozenset[tuple[Line, int]]:
        """The rounds of loops in which no premise was met, though one was in others.

        Where a loop is as long at every instance each round counts, as a line of its own would. In others these differ
        from instance to instance: there it is all that come after the first. One that compares what is the same on both
        sides, as vᵢ < vⱼ does where i = j, is none: it could meet no premise.
        """
        lengths: dict[Line, set[int]] = {}
        for line, _, length in self.rounds:
            lengths.setdefault(line, set()).add(length)
        called, met = ({(line, k) for line, k, _ in rounds} for rounds in (self.rounds, self.met_rounds))
        later = {line for line, k in met if k}
        return frozenset(
            (line, k) for line, k in called - met if line in self.met and (len(lengths[line]) == 1 or line not in later)
        )


def by_name(place: Any) -> Any:
    """Return a line, a round or a place with the name of its file alone."""
    if place is None:
        return None
    first, *further = place
    return (by_name(first) if isinstance(first, tuple) else os.path.basename(first), *further)


_FIELDS = [field.name for field in fields(Implied)]


def is_vacuous(truth: Truth) -> bool:
    """Say whether a statement is true because premises of ``implies`` are false: then nothing was judged."""
    match truth.relation, truth.operands:
        case "implies", (p, q):
            return _is_false(p, truth) or is_vacuous(q)
        case "and" | "iff", operands:
            return all(map(is_vacuous, operands))
        case "or", operands:
            return all(_is_false(operand, truth) or is_vacuous(operand) for operand in operands)
    return False


def _is_false(operand: Truth, truth: Truth) -> bool:
    """Say whether an operand is false: certainly, or if open sides are equal, where what it is of is open for that."""
    return operand.value is False or (truth.value is None and not operand.if_equal)


def implications(stated: Iterable[Truth]) -> Iterator[Truth]:
    """Yield what is stated by ``implies``, alone or beside others."""
    for truth in stated:
        if truth.relation == "implies":
            yield truth
        elif truth.relation == "and":
            yield from implications(truth.operands)


def implied(stated: Iterable[Truth], is_met: Callable[[Truth], bool] = lambda truth: not is_vacuous(truth)) -> Implied:
    """Return where ``implies`` is called in one evaluation, and where it meets a premise."""
    truths = list(implications(stated))
    lengths = Counter(truth.line for truth in truths)
    seen = Counter[Line]()
    rounds, met = set[Round](), set[Round]()
    for truth in truths:
        each = truth.line, seen[truth.line], lengths[truth.line]
        seen[truth.line] += 1
        if is_met(truth):
            met.add(each)
        if each in met or not _is_of_itself(truth.operands[0]):
            rounds.add(each)
    return Implied(frozenset(lengths), frozenset(line for line, *_ in met), frozenset(rounds), frozenset(met))


def _is_of_itself(premise: Truth) -> bool:
    """Say whether a premise compares only what is the same on both sides, as vᵢ < vⱼ does in the rounds of i = j."""
    if premise.operands:
        return all(map(_is_of_itself, premise.operands))
    sides = [np.asarray(getattr(side, "array", side)) for side in premise.compared]
    if len({side.shape for side in sides}) != 1:
        return False
    return all(map(_are_alike, *(side.ravel().tolist() for side in sides)))


def _are_alike(p: Any, q: Any) -> bool:
    if isinstance(p, Lane) or isinstance(q, Lane):
        return np.array_equal(data_of(p), data_of(q))
    return p is q or bool(p == q)
