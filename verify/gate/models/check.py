"""A check: one claim, judged at drawn instances of a user's objective."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
from hypothesis.errors import HypothesisException

from reference.arithmetic import Inexact
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance
from verify.errors import UsageError
from verify.gate.models.claims import OPTIMAL_DEVIATION, restated
from verify.gate.models.formulas import formulas_of
from verify.gate.models.objective import Objective, Refused, Unreachable
from verify.judging.judge import Judgement, Outcome, judge_in_balls
from verify.registry.selection import only, select
from verify.simplify import simplifications
from verify.writing.mathematics import mathematics
from verify.writing.refutations import truth_lines

EXAMPLES = 20
"""At so many instances a claim is judged."""

_MOST_DRAWS, _FEWEST = 200, 10
"""So many are drawn for them, as not all can be judged; if there are fewer of these, the claim is not judged at all."""

_TELLING = 6
"""An instance at which the sides may be equal is judged if they agree to so many bits; else it says nothing."""

_PRECISION = 128
"""In balls of so many bits: rounding in the user's floats is what makes them wide."""

SIMPLIFYING = 100
"""So often more a claim is judged to make a counterexample simpler."""


class _Spent(BaseException):
    """Ends a simplification, to which an exception means that an instance has no value."""


class Check:
    """A claim on the loss that an objective is to be; calling it raises Refused if the objective is certainly not.

    ``names`` are those under which the claim has the formulas that are now the objective's.
    """

    def __init__(self, id: str, names: tuple[str, ...], objective: Objective) -> None:
        self.id, self.names, self.objective = id, names, objective

    def __repr__(self) -> str:
        return f"<check {self.id}>"

    def __call__(self) -> None:
        """Judge the claim; raises Refused where it is false, UsageError for an adapter that cannot be judged."""
        __tracebackhide__ = True
        if self.id == OPTIMAL_DEVIATION and self.objective.eps is not None:
            raise Refused(f"{self.id} does not hold of the objective: the adapter takes no eps to be optimal in")
        _ = self.objective.adapter.bits  # whether it is an objective at all
        (entry,) = only(Claim, select([self.id]))
        formulas = formulas_of(self.objective, entry.paper)
        claim = restated(entry, {name: formulas[name] for name in self.names})
        judged = 0
        for instance in _drawn(claim):
            self.objective.last = None
            try:
                judgement = self._judge(claim, instance)
            except (Unreachable, Inexact):
                continue
            if judgement.outcome is Outcome.REFUTED:
                raise Refused(self._told(Counterexample(claim, instance, judgement)))
            telling = judgement.outcome is Outcome.CERTAIN or judgement.bits >= _TELLING
            judged += telling and self.objective.last is not None
            if judged == EXAMPLES:
                return
        if judged < _FEWEST:
            raise UsageError(f"{self.id}: of {_MOST_DRAWS} instances {judged} could be judged: compute in float64")

    def _judge(self, claim: Claim, instance: Instance) -> Judgement:
        return judge_in_balls(claim.body, instance.realise, _PRECISION, _PRECISION)

    def _told(self, found: Counterexample) -> str:
        """Say in what instance the claim fails, made simple, and what the objective was called with."""
        claim, budget = found.claim, iter(range(SIMPLIFYING))

        def judge(instance: Instance) -> Judgement:
            if next(budget, None) is None:
                raise _Spent
            return self._judge(claim, instance)

        with contextlib.suppress(_Spent):
            for simpler in simplifications(found, judge=judge):
                found = simpler
        self._judge(claim, found.instance)
        sizes = ", ".join(f"{name} = {size}" for name, size in found.instance.sizes.items())
        place = [*([sizes] if sizes else []), *found.instance.show().splitlines()]
        lines = [f"{claim.id} ({claim.label}) does not hold of the objective"]
        lines += [f"  states  {mathematics(claim.statement)}"]
        lines += [f"  {'' if k else 'at':8}{line}" for k, line in enumerate(place)]
        lines += [f"  where   {line}" for line in truth_lines(found.violation)]
        if self.objective.last is not None:
            point, value = self.objective.last
            lines += [f"  called  last at {point.text(self.objective.adapter.weights)}: it returned {value!r}"]
        return "\n".join(lines)


def _drawn(claim: Claim) -> Iterator[Instance]:
    """Yield the simplest instance, and others that are the same in every run."""
    generator, size = np.random.default_rng(0), claim.signature.block_size
    for k in range(_MOST_DRAWS):
        with contextlib.suppress(HypothesisException):  # a domain may reject a draw
            yield claim.signature.draw(generator.bytes(size) if k else bytes(size))
