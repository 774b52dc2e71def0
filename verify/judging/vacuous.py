"""What is true because a premise is false, and which premises are met: of the rest of a claim nothing was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verify.judging.statements import Truth


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


def unmet(stated: Iterable[Truth]) -> frozenset[int]:
    """Return the lines on which ``implies`` is called and meets no premise."""
    lines: dict[int, bool] = {}
    for truth in implications(stated):
        lines[truth.line] = lines.get(truth.line, True) and is_vacuous(truth)
    return frozenset(line for line, never in lines.items() if never)


def still(before: frozenset[int] | None, now: frozenset[int] | None) -> frozenset[int] | None:
    """Return the lines that are unmet before and now, where None says that nothing was judged."""
    return now if before is None else before if now is None else before & now
