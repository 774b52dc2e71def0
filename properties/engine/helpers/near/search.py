"""The search for near misses of a claim: models at instances, of which a few notice whatever all of them do."""

from __future__ import annotations

import json
import math
import random
import types
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq

from properties.engine.helpers.near.goals import attained, comparisons, evaluated, fewer, noticed
from properties.engine.helpers.near.models import AS_IT_IS, ATTAINED, Name, model, subjects
from properties.engine.helpers.near.table import Miss, encoded
from reference.arithmetic.exact import Irrational
from verify.certificates.format import complexity
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.claims.signatures import Instance
from verify.domains.base import arrays_of, fraction
from verify.judging.judge import FIRST_PRECISION, Judgement, Outcome, judge_exactly, judge_in_balls
from verify.judging.statements import Truth

CHANGES = ("* 9/8", "* 7/8", "+ 1/8", "+ -1/8", "* 2", "* 1/2", "* 0", "* -1", *(f"+ 1/8 of {k}" for k in range(1, 5)))

OUTSIDE = ("* 0", "* -1")
"""What leaves most domains: there a statement need not be so."""

ENOUGH, MOST = 6, 9
"""So many near misses a claim has, and so many at most, if more statements could be weaker."""

INSTANCES = 60

ATTEMPTS = 160
"""So many models are tried at instances."""


@dataclass(frozen=True)
class Found:
    """A near miss, and the weakenings that it notices."""

    miss: Miss
    notices: frozenset[str]


def instances(claim: Claim, some: random.Random) -> list[Instance]:
    """Draw instances, for the most part of simple entries, and return them, the simplest first."""
    head, size, drawn = len(claim.signature.bounds), claim.signature.block_size, dict[str, Instance]()
    for _ in range(4 * INSTANCES):
        zeros, top = some.choice([0.0, 0.3, 0.6]), some.choice([2, 3, 6, 12, 36])
        least = some.random() < 0.25
        block = [0 if least else some.randrange(256) for _ in range(head)]
        for _ in range(head, size):  # from 128 on the byte of a style says of which kind the value is
            byte = some.randrange(128, 256) if some.random() < 0.06 else some.randrange(top)
            block.append(0 if some.random() < zeros else byte)
        with suppress(Exception):
            instance = claim.signature.draw(bytes(block))
            drawn.setdefault(encoded(instance), instance)
        if len(drawn) == INSTANCES:
            break
    if claim.expected is Verdict.REFUTED and claim.certificate_file.exists():
        kept = json.loads(claim.certificate_file.read_text(encoding="utf-8"))
        drawn["kept"] = claim.signature.decode(kept["inputs"], kept["dimensions"])
    return sorted(drawn.values(), key=lambda one: complexity(one.sizes, one.encode()))


def _called(claim: Claim) -> list[Name]:
    """Return what the body calls of the reference and of the claims, itself or by what it calls of the claims."""
    home, seen = claim.body.__module__, list[Name]()
    waiting = [Name(home, name) for name in _names(claim.body)]
    while waiting:
        called = waiting.pop(0)
        value = called.value
        module = str(getattr(value, "__module__", ""))
        if called in seen or not callable(value) or not module.startswith(("reference.", "properties.")):
            continue
        seen.append(called)
        if ".claims." in module:
            functions = vars(value).values() if isinstance(value, type) else [value]
            waiting += [Name(module, name) for function in functions for name in _names(function)]
    return seen


def _names(function: Any) -> Iterator[str]:
    code = function if isinstance(function, types.CodeType) else getattr(function, "__code__", None)
    if code is not None:
        yield from code.co_names
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                yield from _names(constant)


def _returned(claim: Claim, instance: Instance) -> dict[Name, Any]:
    """Return what each name returns last where the claim is judged."""
    returned = dict[Name, Any]()

    def noting(called: Name, right: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            returned[called] = right(*given, **named)
            return returned[called]

        return call

    with ExitStack() as stack:
        for called in _called(claim):
            stack.enter_context(called.replaced(noting(called, called.value)))
        _judged(claim, instance)
    return returned


def changeable(claim: Claim, some: list[Instance]) -> list[str]:
    """Return what a model may change of what is called where the claim is judged."""
    found: dict[str, None] = {}
    for instance in some:
        with suppress(Exception):
            for called, value in _returned(claim, instance).items():
                name = called.written(claim)
                found |= dict.fromkeys(f"not {name}" if part == "not" else name + part for part in subjects(value))
    return list(found)


class Search:
    """The near misses of one claim, of so many attempts."""

    def __init__(self, claim: Claim, attempts: int = ATTEMPTS, seed: int = 0) -> None:
        self.claim, self.left = claim, attempts
        self.found: list[Found] = []
        self.tried: set[tuple[str, str]] = set()
        self.random = random.Random(f"{claim.id} {seed}")

    def run(self) -> list[Found]:
        """Search, and return the few that notice what all of them do."""
        pool = instances(self.claim, self.random)
        called = changeable(self.claim, pool[::10])
        if self.claim.expected is Verdict.REFUTED:
            for instance in pool:
                self.attempt(AS_IT_IS, instance)
            self.left += len(pool)
        for instance in pool:
            with suppress(Exception):
                if places := attained(self.claim, instance):
                    miss = Miss(len(places), ATTAINED, encoded(instance))
                    self.found.append(Found(miss, frozenset(f"{place} attained" for place in places)))
        arguments = [name for name, value in pool[0].values.items() if arrays_of(value)]
        for instance in pool if arguments else ():
            self.attempt(f"{self.random.choice(arguments)} {self.random.choice(OUTSIDE)}", instance)
        self.left += len(pool)
        numbers = [part for part in called if not part.startswith("not ")]
        for instance in pool if len(numbers) > 1 else ():  # both sides of a strict inequality vanish
            one, other = self.random.sample(numbers, 2)
            self.attempt(f"{one} * 0 and {other} * 0", instance)
        self.left += 2 * len(pool)
        self.rounds(called, pool)
        if all(one.miss.model == ATTAINED for one in self.found):  # what it calls is of no account
            self.left += len(pool)
            self.rounds([name for name, value in pool[0].values.items() if not isinstance(value, str)], pool)
        return chosen(self.found)

    def rounds(self, parts: list[str], pool: list[Instance]) -> None:
        """Try models of some parts at each instance, again and again."""
        for _ in range(12):
            for instance in self.random.sample(pool, len(pool)):
                for part in self.random.sample(parts, min(len(parts), 2)):
                    if self.left <= 0:
                        return
                    self.around(part, instance)

    def around(self, part: str, instance: Instance) -> None:
        """Try models of one part at one instance."""
        if part.startswith("not "):
            self.attempt(part, instance)
            return
        for change in self.random.sample(CHANGES, 3):
            self.attempt(f"{part} {change}", instance)
        sign = self.random.choice("*+")
        for number in self.ties(f"{part} {sign}", instance):
            for near in {number, number * fmpq(65, 64), number * fmpq(63, 64)} - {fmpq(sign == "*")}:
                self.attempt(f"{part} {sign} {near}", instance)

    def ties(self, change: str, instance: Instance) -> list[fmpq]:
        """Return by which numbers sides that are in an order would be about equal, if they depend on it linearly."""
        gaps = []
        for number in (1, 2):
            with suppress(Exception), model(self.claim, f"{change} {number}") as planted:
                stated, _ = evaluated(planted, instance, 64)
                gaps.append([gap for truth in comparisons(stated) if truth.relation in "≤<" for gap in _gaps(truth)])
        if len(gaps) < 2 or len(gaps[0]) != len(gaps[1]):
            return []
        numbers = {_short(1 - one / (two - one)) for one, two in zip(*gaps, strict=True) if one != two}
        near = sorted(number for number in numbers if abs(number) < 1000)
        return self.random.sample(near, min(2, len(near)))

    def attempt(self, text: str, instance: Instance) -> None:
        """Judge with a model at an instance, and note what is refuted."""
        written = encoded(instance)
        if (text, written) in self.tried:
            return
        self.tried.add((text, written))
        self.left -= 1
        with suppress(Exception), model(self.claim, text) as planted:
            judgement = _judged(planted, instance)
            if judgement.outcome is not Outcome.REFUTED:
                return
            stated = evaluated(planted, instance, judgement.precision)
            notices = noticed(*stated, _shift(text))
            notices |= fewer(*stated, instance, notices)
            self.found.append(Found(Miss(len(judgement.false), text, written), frozenset(notices)))


def _shift(text: str) -> fmpq:
    """Return what a model adds, if that is the same everywhere, or 0."""
    return fraction("0" if " of " in text else text.partition(" + ")[2] or "0")


def _judged(claim: Claim, instance: Instance) -> Judgement:
    """Judge in fractions, or in balls of the first precision alone: what is refuted is refuted there, as a rule."""
    try:
        return judge_exactly(claim.body, instance.realise)
    except (Irrational, ZeroDivisionError):
        return judge_in_balls(claim.body, instance.realise, ceiling=FIRST_PRECISION)


def _gaps(truth: Truth) -> list[fmpq]:
    """Return the differences between the sides, of a few entries, about."""
    gaps = [p - q for p, q in list(np.broadcast(*truth.compared))[:4]]
    return [gap if isinstance(gap, fmpq) else fmpq(*_near(gap).as_integer_ratio()) for gap in gaps]


def _near(x: Any) -> float:
    """Return about the midpoint of a ball, or 0 where it has none."""
    value = float(x.mid())
    return value if math.isfinite(value) else 0.0


def _short(x: fmpq) -> fmpq:
    """Return the number, or one that is near and short."""
    bits = 9 - int(abs(x.p)).bit_length() + int(x.q).bit_length()
    return x if max(abs(int(x.p)), int(x.q)) < 1000 else ((x * fmpq(2) ** bits).floor() / fmpq(2) ** bits)


def chosen(found: list[Found]) -> list[Found]:
    """Choose a few that notice nearly all that any does, cheap and short ones."""
    left, best = set().union(*(one.notices for one in found)), list[Found]()
    places = Counter(name.rpartition(" at ")[0] for name in left)

    def worth(one: Found) -> float:
        shared = (name.rpartition(" at ")[0] for name in one.notices & left)
        gain = math.fsum(1 / places[kind] if kind else 4 for kind in shared)  # in any order of a set
        return gain / (1 + len(str(one.miss)) / 200)

    while found and len(best) < MOST:
        top = max(found, key=worth)
        if worth(top) < (0.5 if len(best) < ENOUGH else 2):
            break
        best.append(top)
        left -= top.notices
    return best
