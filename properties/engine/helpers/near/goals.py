"""What a near miss notices: the ways to weaken a claim that would let it pass."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from flint import fmpq

from reference.arithmetic import rank
from reference.arithmetic.exact import Balls, Rationals
from reference.arithmetic.precision import working_precision
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.domains.base import arrays_of
from verify.judging.statements import Truth, statements

Answer = bool | None


def _every(answers: Any) -> Answer:
    answers = list(answers)
    return False if False in answers else None if None in answers else True


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _leq(p: Any, q: Any) -> Answer:
    return True if p <= q else False if p > q else None


def _looser(p: Any, q: Any, shift: fmpq) -> Answer:
    """Whether p ≤ q if the side that is larger in size were a sixteenth off; beside 0, of the shift."""
    if p == 0 or q == 0:
        return _leq(16 * abs(p - q), abs(shift)) if shift else _leq(p, q) and p != q
    return _leq(15 * p, 16 * q) if q > 0 else _leq(16 * p, 15 * q) if p < 0 else _leq(p, q)


_COMPARED: dict[str, dict[str, Callable[[Any, Any], Answer]]] = {
    "=": {"≤": _leq, "≥": lambda p, q: _leq(q, p)},
    "<": {"≤": _leq},
    "≤": {"<": lambda p, q: _not(_leq(q, p))},
}


def _changes(truth: Truth, operands: list[Answer], shift: fmpq) -> Iterator[tuple[str, Answer]]:
    """Yield what a comparison or a connective may be weakened to, and whether it is so then."""
    yield "left out", True
    yield "never", False
    if truth.operands and truth.relation in ("iff", "and"):
        p, q = operands
        if truth.relation == "iff":
            yield "→", _not(_every([p, _not(q)]))
            yield "←", _not(_every([q, _not(p)]))
    for name, answer in _COMPARED.get(truth.relation, {}).items():
        if truth.compared:
            yield name, _every(answer(p, q) for p, q in np.broadcast(*truth.compared))
    if truth.compared and truth.relation in "≤<":
        yield "looser", _every(_looser(p, q, shift) for p, q in np.broadcast(*truth.compared))


def _answer(truth: Truth, changed: Mapping[int, Answer]) -> Answer:
    if id(truth) in changed:
        return changed[id(truth)]
    if not truth.operands:
        return truth.value  # type: ignore[return-value]
    answers = [_answer(operand, changed) for operand in truth.operands]
    match truth.relation, answers:
        case "and", _:
            return _every(answers)
        case "or", _:
            return _not(_every(map(_not, answers)))
        case "not", [p]:
            return _not(p)
        case "implies", [p, q]:
            return _not(_every([p, _not(q)]))
    p, q = answers
    return _every([_not(_every([p, _not(q)])), _not(_every([q, _not(p)]))])


@contextmanager
def _placed() -> Iterator[dict[int, str]]:
    """Give where each truth is stated, by the lines of the claims' modules that lead there."""
    places: dict[int, str] = {}
    before = Truth.__post_init__

    def noted(truth: Truth) -> None:
        frame, lines = sys._getframe(1), list[str]()
        while frame is not None:
            if Path(frame.f_code.co_filename).parent.name == "claims" and "properties" in frame.f_code.co_filename:
                lines.append(f"{frame.f_lineno}:{frame.f_lasti}")
            frame = frame.f_back  # type: ignore[assignment]
        places[id(truth)] = " ".join(lines)
        before(truth)

    with mock.patch.object(Truth, "__post_init__", noted):
        yield places


def _within(truth: Truth) -> Iterator[Truth]:
    yield truth
    for operand in truth.operands:
        yield from _within(operand)


def evaluated(claim: Claim, instance: Instance, precision: int) -> tuple[list[Truth], dict[int, str]]:
    """Return what the claim states at an instance, and where: in balls of so many bits, or in fractions for 0."""
    with _placed() as places, working_precision(precision or 64):
        return list(statements(claim.body, instance.realise(Balls if precision else Rationals))), places


def comparisons(stated: list[Truth]) -> list[Truth]:
    """Return the comparisons of which statements are made."""
    return [truth for top in stated for truth in _within(top) if truth.compared]


def attained(claim: Claim, instance: Instance) -> list[str]:
    """Return where bounds are stated that are attained, and not 0; raises Irrational where these are no fractions."""
    stated, places = evaluated(claim, instance, 0)
    bounds = [truth for truth in stated if truth.relation == "≤"]
    return [places[id(t)] for t in bounds if any(p == q != 0 for p, q in np.broadcast(*t.compared))]


def noticed(stated: list[Truth], places: Mapping[int, str], shift: fmpq) -> set[str]:
    """Return the weakenings, of what stands at one place, under which fewer statements would be false.

    ``shift`` is what the model adds to a function, or 0.
    """
    changes: dict[str, dict[int, Answer]] = defaultdict(dict)
    for top in stated:
        for truth in _within(top):
            operands = [_answer(operand, {}) for operand in truth.operands]
            for name, answer in _changes(truth, operands, shift):
                changes[f"{places[id(truth)]} {truth.relation} {name}"][id(truth)] = answer
    false = [top for top in stated if _answer(top, {}) is False]
    return {name for name, changed in changes.items() if any(_answer(top, changed) is not False for top in false)}


def fewer(stated: list[Truth], places: Mapping[int, str], instance: Instance, seen: set[str]) -> set[str]:
    """Return of what kind the instance is, for each statement that is false: a premise of it may leave that out.

    An inequality counts where a slightly looser one would be true, as was ``seen``: each of its terms matters there.
    """
    false = [top for top in stated if _answer(top, {}) is False]
    tight = {places[id(t)] for t in false if t.relation not in "≤<" or f"{places[id(t)]} {t.relation} looser" in seen}
    return {f"{kind} at {place}" for kind in _features(instance) for place in tight}


def _features(instance: Instance) -> set[str]:
    """Return of what kind an instance is: smaller domains may leave that out, too."""
    found = {f"{name} = {size}" for name, size in instance.sizes.items()}
    found |= {f"{p} {_order(x, y)} {q}" for (p, x), (q, y) in combinations(instance.sizes.items(), 2)}
    numbers = {}
    for name, value in instance.values.items():
        if not arrays_of(value):
            found.add(f"{name} is {value}")
        for k, array in enumerate(arrays_of(value)):
            found |= {f"{name} {k} {kind}" for kind in _kinds(array)}
            if not array.ndim:
                numbers[name] = array.item()
    return found | {f"{p} {_order(x, y)} {q}" for (p, x), (q, y) in combinations(numbers.items(), 2)}


def _order(x: Any, y: Any) -> str:
    return "<" if x < y else "=" if x == y else ">"


def _kinds(array: Any) -> Iterator[str]:
    entries = list(array.reshape(-1).array)
    sizes = [abs(x) for x in entries]
    kinds = {
        "is zero": not any(entries),
        "has a zero": 0 in entries and any(entries),
        "has none": 0 not in entries,
        "is negative somewhere": min(entries) < 0,
        "is positive somewhere": max(entries) > 0,
        "has equal entries": 0 < len(set(sizes)) < len(sizes),
        "has different entries": len(set(sizes)) > 1,
        "is large": max(sizes) > 1,
        "is small": max(sizes) < 1,
        "is no integer": any(x.q != 1 for x in entries),
    }
    yield from (kind for kind, so in kinds.items() if so)
    if array.ndim == 2 and min(array.shape) > 1:
        yield "is singular" if rank(array) < min(array.shape) else "is regular"
