"""What is true because a premise is false, and which premises are met: of the rest of a claim nothing was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verify.judging.places import Line
from verify.judging.statements import Truth


@dataclass(frozen=True)
class Implied:
    """The lines on which ``implies`` was ``called`` so far, and those of them on which its premise was ``met``."""

    called: frozenset[Line] = frozenset()
    met: frozenset[Line] = frozenset()

    def __or__(self, other: Implied) -> Implied:
        return Implied(self.called | other.called, self.met | other.met)

    @property
    def unmet(self) -> frozenset[Line]:
        """The lines on which no premise was met: of what follows there nothing was judged."""
        return self.called - self.met


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


def implied(stated: Iterable[Truth]) -> Implied:
    """Return where ``implies`` is called, and where it meets a premise."""
    truths = list(implications(stated))
    return Implied(
        frozenset(truth.line for truth in truths), frozenset(truth.line for truth in truths if not is_vacuous(truth))
    )
