"""Making a counterexample small: fewer dimensions, then simpler entries, as long as it is certainly one.

Each round takes the simplest of all instances that are one step away and still refute the claim. Floats say first which
of the hundreds are worth judging.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import floats, unstack
from verify.claims.signatures import Instance, Signature
from verify.domains import Discrete
from verify.judging.judge import Judgement, Outcome
from verify.judging.screen import scores
from verify.judging.statements import ClaimError
from verify.registry.declare import Claim
from verify.simplify.heights import height_of
from verify.simplify.variations import variations

_VARIED_FIRST = 3
_MOST_FRUITLESS = 12
"""Rounds without a gain before all single steps are tried, which are many, and before an instance counts as simple."""

_SIMPLE = [fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (4, 1))]


@dataclass(frozen=True)
class _Candidate:
    """An instance that may lie outside the domains of its claim."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    signature: Signature

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells candidates apart."""
        return tuple(self.sizes.values()), *(str(value) for value in self.values.values())

    @cached_property
    def cost(self) -> tuple[int, int]:
        """The order of candidates: by their dimensions, then by the heights of their numbers and their choices."""
        return sum(self.sizes.values()), sum(self._cost(name, value) for name, value in self.values.items())

    def _cost(self, name: str, value: Any) -> int:
        if isinstance(value, Rationals):
            return sum(map(height_of, np.ravel(value.array)))
        domain = self.signature.domains[name]
        return list(domain.choices(domain.shape(self.sizes))).index(value) if isinstance(domain, Discrete) else 0


@np.errstate(all="ignore")
def simplify(
    claim: Claim, instance: Instance, judgement: Judgement, seconds: float = float("inf")
) -> tuple[Instance, Judgement]:
    """Return a refuting instance, with its judgement, that no step makes any simpler; or what time allows."""
    deadline = time.monotonic() + seconds
    generator = np.random.default_rng(0)
    fruitless = -1  # fewer dimensions first
    while fruitless < _MOST_FRUITLESS and time.monotonic() < deadline:
        if fruitless < 0:
            candidates = _promising(claim, instance, _fewer_dimensions(instance))
        elif fruitless == _VARIED_FIRST:
            candidates = _promising(claim, instance, _steps(instance))
        else:
            candidates = _varied(claim, instance, generator)
        found = _first_refuted(claim, candidates, deadline)
        if found:
            fruitless = min(fruitless, 0)
            instance, judgement = found
        else:
            fruitless += 1
    return instance, judgement


def _first_refuted(
    claim: Claim, candidates: Iterable[_Candidate], deadline: float
) -> tuple[Instance, Judgement] | None:
    for candidate in candidates:
        simpler = _admit(claim, candidate)
        verdict = _judge(claim, simpler) if simpler is not None else None
        if simpler is not None and verdict is not None and verdict.outcome is Outcome.REFUTED:
            return simpler, verdict
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
            if not isinstance(domain, Discrete) and not domain.contains(value):
                return None
        except (ArithmeticError, ClaimError):
            return None
    return Instance(dict(candidate.sizes), candidate.values, claim.signature)


def _judge(claim: Claim, instance: Instance) -> Judgement | None:
    try:
        return claim.judge(instance)
    except (Exception, SystemExit):  # whatever a body raises, the claim has no value there
        return None


def _promising(claim: Claim, instance: Instance, steps: Iterable[_Step]) -> Iterator[_Candidate]:
    """Yield the simpler candidates that floats do not rule out, the simplest first."""
    here = _Candidate(instance.sizes, instance.values, instance.signature)
    stepped = (_Candidate(sizes, values, instance.signature) for sizes, values in steps)
    candidates = {candidate.key: candidate for candidate in stepped if candidate.cost < here.cost}
    groups: dict[Any, list[_Candidate]] = {}
    for candidate in candidates.values():
        discrete = tuple(value for value in candidate.values.values() if not isinstance(value, Rationals))
        groups.setdefault((tuple(candidate.sizes.values()), discrete), []).append(candidate)
    chosen = [candidate for group in groups.values() for candidate in _filter(claim, group)]
    yield from sorted(chosen, key=lambda candidate: candidate.cost)


def _filter(claim: Claim, group: list[_Candidate]) -> list[_Candidate]:
    arguments = {
        name: unstack(np.array([floats(candidate.values[name]) for candidate in group]))
        if isinstance(value, Rationals)
        else value
        for name, value in group[0].values.items()
    }
    try:
        mask = scores(claim, arguments, len(group)).possible
    except Exception:  # a body that cannot be evaluated at many instances at once: all must be judged
        return group
    return [candidate for candidate, possible in zip(group, mask, strict=True) if possible]


# --- steps ----------------------------------------------------------------------------------------------------------

_Step = tuple[Mapping[str, int], Mapping[str, Any]]


def _steps(instance: Instance) -> Iterator[_Step]:
    """Yield what is one step away, simpler or not, in the claim's domains or not."""
    yield from _fewer_dimensions(instance)
    sizes, values, domains = instance.sizes, instance.values, instance.signature.domains
    for key, value in values.items():
        domain = domains[key]
        if isinstance(domain, Discrete):
            choices = list(domain.choices(domain.shape(sizes)))
            yield from ((sizes, {**values, key: choice}) for choice in choices[: choices.index(value)])
        else:
            for simpler in _simpler_arrays(np.asarray(value.array, dtype=object)):
                yield sizes, {**values, key: _wrap(simpler)}
            raw = domain.raw(value)
            for simpler in _one_changed(raw.array) if raw is not None and not _is_flat(raw, value) else ():
                yield sizes, {**values, key: domain.construct(_wrap(simpler), domain.styles[0], value.shape)}
    yield from ((sizes, replaced) for replaced in _replaced_numbers(values))


def _simpler_arrays(entries: Any) -> Iterator[Any]:
    """Yield arrays with one entry changed, or all; negatives, diagonals and permutations."""
    yield entries * fmpq(0)
    yield -entries
    if entries.ndim == 2:
        unit: Any = np.frompyfunc(lambda x: fmpq(int(x)), 1, 1)(np.eye(*entries.shape))
        yield unit
        yield unit * entries
        yield from (np.roll(unit, 1, axis) for axis in (0, 1))
    for bits in (1, 2, 3, 5, 8, 12):
        yield np.frompyfunc(_rounded, 2, 1)(entries, bits)
    yield from _one_changed(entries)


def _one_changed(entries: Any) -> Iterator[Any]:
    """Yield arrays with one entry changed, or, of a symmetric matrix, two."""
    symmetric = entries.ndim == 2 and entries.shape[0] == entries.shape[1] and bool(np.all(entries == entries.T))
    for place in np.ndindex(entries.shape):
        for simple in [*_SIMPLE, *_near(entries[place])]:
            changed = entries.copy()
            changed[place] = simple
            if symmetric:
                changed[place[::-1]] = simple
            yield changed


def _is_flat(raw: Rationals, value: Rationals) -> bool:
    return raw.shape == value.reshape(-1).shape and bool(np.all(raw == value.reshape(-1)))


def _fewer_dimensions(instance: Instance) -> Iterator[_Step]:
    for name, size in instance.sizes.items():
        if size > instance.signature.bounds[name][0]:
            for index in range(size):
                smaller = {**instance.sizes, name: size - 1}
                yield smaller, {key: _without(instance, key, name, index, smaller) for key in instance.values}


def _wrap(entries: Any) -> Rationals:
    return Rationals.of(np.asarray(entries, dtype=object)[()])


def _replaced_numbers(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values with a number replaced by a simpler one wherever it, or its negative, occurs."""
    arrays = {key: value for key, value in values.items() if isinstance(value, Rationals)}
    for number in {abs(x) for value in arrays.values() for x in np.ravel(value.array)}:
        for simple in [*_SIMPLE, *_near(number)]:
            swap = {number: simple, -number: -simple}
            exchange = np.frompyfunc(lambda x, swap: swap.get(x, x), 2, 1)
            yield {**values, **{key: Rationals.of(exchange(value.array, swap)) for key, value in arrays.items()}}


def _near(x: fmpq) -> Iterator[fmpq]:
    """Yield simpler numbers close to x."""
    yield fmpq(x.floor())
    yield fmpq(x.ceil())
    for bits in (1, 2, 3, 4, 6, 9, 13):
        yield _rounded(x, bits)
    for denominator in (2, 3, 5, 10, 100):
        yield fmpq((x * denominator + fmpq(1, 2)).floor(), denominator)


def _rounded(x: fmpq, bits: int) -> fmpq:
    """Round to so many significant bits."""
    if x == 0:
        return x
    shift = fmpq(2) ** (int(abs(x.q)).bit_length() - int(abs(x.p)).bit_length() + bits)
    return fmpq((x * shift + fmpq(1, 2)).floor()) / shift


def _without(instance: Instance, key: str, name: str, index: int, sizes: Mapping[str, int]) -> Any:
    """Return an argument without one index of a named dimension; other axes that shrink with it lose their end."""
    domain, value = instance.signature.domains[key], instance.values[key]
    shape = domain.shape(sizes)
    if isinstance(domain, Discrete):
        choices = list(domain.choices(shape))
        return value if value in choices else choices[-1]
    entries = np.asarray(value.array, dtype=object)
    expressions = domain.axis_expressions * (entries.ndim // max(1, len(domain.axis_expressions)))
    for axis, (expression, size) in enumerate(zip(expressions, shape, strict=True)):
        if size < entries.shape[axis]:
            entries = np.delete(entries, index if expression.text == name else size, axis)
    return _wrap(entries)
