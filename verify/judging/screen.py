"""What floats say of a claim at many instances: how far from false it is, and where it may be false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from typing import Any

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.judging.margins import Degree, decided, leaky
from verify.judging.places import Line
from verify.judging.statements import Stated, Truth, statements
from verify.judging.vacuous import Implied, implied


@dataclass(frozen=True)
class Scores:
    """Of each instance: the margin of what is stated, and what floats say of premises and statement."""

    margin: Floats
    admitted: Floats
    """Whether the premises are true there."""
    candidate: Floats
    """Whether the premises are true there and the claim is false."""
    undefined: Floats
    """Whether the premises are true there and the claim has no value that floats can hold."""
    objective: Floats
    """What descent makes negative: the larger of the premises' lack and the margin; infinite where undefined."""
    met: Floats
    """Whether the premises are true there, those of ``implies`` too: else nothing is said of the instance."""
    pull: Floats
    """The objective with a little of what it leaves out, for descent among points at which it ties."""
    implied: Implied = field(default_factory=Implied, kw_only=True)
    """Where ``implies`` is called, and meets a premise, at points that satisfy the premises of ``assume``."""

    @property
    def holds(self) -> Floats:
        """Whether premises and claim are true there, as far as floats know."""
        return self.admitted & ~self.candidate & ~self.undefined

    @property
    def possible(self) -> Floats:
        """Whether floats do not rule out a counterexample."""
        return self.candidate | self.undefined


def screen(body: Callable[..., Any], arguments: Mapping[str, Any], count: int) -> Scores:
    """Evaluate a claim's body at ``count`` instances, whose arguments are lanes.

    Raises whatever a body raises that takes one instance at a time.
    """
    with np.errstate(all="ignore"):
        truths = statements(body, arguments)
    premise = _all([truth for truth in truths if truth.premise])
    stated = _all([truth for truth in truths if not truth.premise])
    admitted = premise.true & ~np.isnan(premise.margin)
    defined = ~np.isnan(stated.margin)
    objective = np.where(premise.true, stated.margin, np.maximum(-premise.margin, stated.margin))
    pull = np.where(premise.true, stated.pull, -leaky(premise.pull, -stated.pull))
    fields = (
        stated.margin,
        admitted,
        admitted & defined & ~stated.true,
        admitted & ~defined,
        np.where(np.isfinite(objective), objective, np.inf),
        admitted & ~reduce(and_, map(_vacuous, (truth for truth in truths if not truth.premise))),
        np.where(np.isfinite(pull), pull, np.inf),
    )
    numbers = (np.broadcast_to(field, (count,)) for field in fields)
    return Scores(*numbers, implied=_implied(truths, admitted))


def _implied(truths: Stated, admitted: Floats) -> Implied:
    assumed, passed = set[Line](), set[Line]()
    left: Any = np.True_
    for line, truth in truths.assumed:
        assumed |= {line} if left.any() else set()
        left = left & _degree(truth).true & ~np.isnan(_degree(truth).margin)
        passed |= {line} if left.any() else set()
    found = Implied()
    if admitted.any():
        stated = [truth for truth in truths if not truth.premise]
        found = implied(stated, lambda truth: bool((admitted & ~_vacuous(truth)).any()))
        found = replace(found, made=frozenset(truths.made))
    return replace(found, assumed=frozenset(assumed), passed=frozenset(passed))


def _all(truths: list[Truth]) -> Degree:
    return reduce(and_, map(_degree, truths), decided(True))


def _degree(truth: Truth) -> Degree:
    return truth.value if isinstance(truth.value, Degree) else decided(bool(truth.value))


def _vacuous(truth: Truth) -> Any:
    """Say where a statement is true because a premise of ``implies`` is false."""
    match truth.relation, truth.operands:
        case "implies", (p, q):
            return ~_degree(p).true | _vacuous(q)
        case "and" | "iff", operands:
            return reduce(and_, map(_vacuous, operands))
        case "or", operands:
            return reduce(and_, (~_degree(operand).true | _vacuous(operand) for operand in operands))
    return np.False_
