"""Making a counterexample small: fewer dimensions, then simpler entries, as long as it is certainly one.

Each round takes the simplest of all instances that are one step away and still refute the claim. Floats say first which
of the hundreds are worth judging.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from reference.arithmetic.lanes import floats, unstack
from verify.claims.claim import Claim, Judge
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance, Signature
from verify.domains import Discrete
from verify.domains.base import arrays_of
from verify.judging.judge import Judgement, Outcome
from verify.judging.screen import screen
from verify.judging.statements import ClaimError
from verify.simplify.heights import height_of
from verify.simplify.steps import Step, fewer_dimensions, steps
from verify.simplify.variations import variations

_VARIED_FIRST = 3
_MOST_FRUITLESS = 12
"""Rounds without a gain before all single steps are tried, which are many, and before an instance counts as simple."""


@dataclass(frozen=True)
class _Candidate:
    """An instance that may lie outside the domains of its claim."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    signature: Signature

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells candidates apart."""
        return tuple(self.sizes.values()), *map(_text, self.values.values())

    @cached_property
    def cost(self) -> tuple[int, int]:
        """The order of candidates: by their dimensions, then by the heights of their numbers and their choices."""
        return sum(self.sizes.values()), sum(self._cost(name, value) for name, value in self.values.items())

    def _cost(self, name: str, value: Any) -> int:
        domain = self.signature.domains[name]
        if isinstance(domain, Discrete):
            return list(domain.choices(domain.shape(self.sizes))).index(value)
        return sum(height_of(x) for array in arrays_of(value) for x in np.ravel(array.array))


def _text(value: Any) -> str:
    """Return all numbers of a value, or the choice that it is: what NumPy prints takes longer and leaves some out."""
    arrays = arrays_of(value)
    return ";".join(" ".join(map(str, np.ravel(array.array))) for array in arrays) if arrays else str(value)


Judging = Callable[[Instance], Judgement]


_PATIENCE = 30.0
"""Seconds after which a counterexample is small enough: of numbers beyond all sizes it would take an hour."""


def simplify(found: Counterexample, seconds: float = _PATIENCE, judge: Judging | None = None) -> Counterexample:
    """Return a counterexample to the same claim that no step makes any simpler; or what time allows.

    ``judge`` judges the claim at one instance: without one, a :class:`Judge` of its own.
    """
    for simpler in simplifications(found, seconds, judge):
        found = simpler
    return found


def simplifications(
    found: Counterexample,
    seconds: float = float("inf"),
    judge: Judging | None = None,
    generator: np.random.Generator | None = None,
    varied_first: int = _VARIED_FIRST,
) -> Iterator[Counterexample]:
    """Yield counterexamples to the same claim, each simpler than the one before.

    So many rounds of variations come before single steps are tried, of which a slow body takes long.
    """
    claim, judge = found.claim, judge or Judge(found.claim)
    deadline = time.monotonic() + seconds
    generator = generator or np.random.default_rng(0)
    fruitless = -1  # fewer dimensions first
    while fruitless < _MOST_FRUITLESS and time.monotonic() < deadline:
        with np.errstate(all="ignore"):
            if fruitless < 0:
                candidates = _promising(claim, found.instance, fewer_dimensions(found.instance))
            elif fruitless == varied_first:
                candidates = _promising(claim, found.instance, steps(found.instance))
            else:
                candidates = _varied(claim, found.instance, generator)
            simpler = _first_refuted(claim, judge, candidates, deadline)
        if simpler is not None:
            fruitless = min(fruitless, 0)
            found = simpler
            yield found
        else:
            fruitless += 1


def _first_refuted(
    claim: Claim, judge: Judging, candidates: Iterable[_Candidate], deadline: float
) -> Counterexample | None:
    for candidate in candidates:
        simpler = _admit(claim, candidate)
        judgement = _judged(judge, simpler) if simpler is not None else None
        if simpler is not None and judgement is not None and judgement.outcome is Outcome.REFUTED:
            return Counterexample(claim, simpler, judgement)
        if time.monotonic() > deadline:
            break
    return None


def _varied(claim: Claim, instance: Instance, generator: np.random.Generator) -> Iterator[_Candidate]:
    """Yield simpler candidates that differ in several numbers."""
    here = _Candidate(instance.sizes, instance.values, instance.signature)
    for values in variations(claim, instance, here.cost[1], generator):
        candidate = _Candidate(instance.sizes, values, instance.signature)
        if candidate.cost < here.cost:
            yield candidate


def _admit(claim: Claim, candidate: _Candidate) -> Instance | None:
    domains = claim.signature.domains
    for name, value in candidate.values.items():
        domain = domains[name]
        try:
            if not isinstance(domain, Discrete) and not (
                [array.shape for array in arrays_of(value)] == list(domain.array_shapes(candidate.sizes))
                and domain.admits(value, candidate.sizes)
            ):
                return None
        except (ArithmeticError, ClaimError):
            return None
    return Instance(dict(candidate.sizes), candidate.values, claim.signature)


def _judged(judge: Judging, instance: Instance) -> Judgement | None:
    try:
        return judge(instance)
    except (Exception, SystemExit):  # whatever a body raises, the claim has no value there
        return None


def _promising(claim: Claim, instance: Instance, steps: Iterable[Step]) -> Iterator[_Candidate]:
    """Yield the simpler candidates that floats do not rule out, the simplest first."""
    here = _Candidate(instance.sizes, instance.values, instance.signature)
    stepped = (_Candidate(sizes, values, instance.signature) for sizes, values in steps)
    candidates = {candidate.key: candidate for candidate in stepped if candidate.cost < here.cost}
    groups: dict[Any, list[_Candidate]] = {}
    for candidate in candidates.values():
        discrete = tuple(value for value in candidate.values.values() if not arrays_of(value))
        groups.setdefault((tuple(candidate.sizes.values()), discrete), []).append(candidate)
    chosen = [candidate for group in groups.values() for candidate in _filter(claim, group)]
    yield from sorted(chosen, key=lambda candidate: candidate.cost)


def _filter(claim: Claim, group: list[_Candidate]) -> list[_Candidate]:
    arguments = {
        name: _at_once([candidate.values[name] for candidate in group]) if arrays_of(value) else value
        for name, value in group[0].values.items()
    }
    try:
        mask = screen(claim.body, arguments, len(group)).possible
    except Exception:  # a body that cannot be evaluated at many instances at once: all must be judged
        return group
    return [candidate for candidate, possible in zip(group, mask, strict=True) if possible]


def _at_once(values: list[Any]) -> Any:
    """Return the values of one argument as lanes: of a composite, each of its arrays."""
    if isinstance(values[0], tuple):
        return tuple(map(_at_once, map(list, zip(*values, strict=True))))
    return unstack(np.array([floats(value) for value in values]))
