"""Making a counterexample small: fewer dimensions, then simpler entries, as long as it is certainly one.

Hypothesis shrinks the bytes of a draw, one at a time; this goes on with the exact instance, where a row and a column
can go together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from flint import fmpq

from reference.numbers import Rationals
from verify.claims import Claim
from verify.domains import Discrete
from verify.instances import Instance
from verify.judge import Judgement, Outcome
from verify.truth import ClaimError

_SIMPLE = [fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (4, 1))]


def simplify(claim: Claim, instance: Instance, judgement: Judgement) -> tuple[Instance, Judgement]:
    """Return a refuting instance, with its judgement, that no single step makes any simpler."""
    while True:
        for candidate in _simpler(instance):
            verdict = _judge(claim, candidate)
            if verdict is not None and verdict.outcome is Outcome.REFUTED:
                instance, judgement = candidate, verdict
                break
        else:
            return instance, judgement


def _judge(claim: Claim, instance: Instance) -> Judgement | None:
    try:
        return claim.judge(instance)
    except (ClaimError, ArithmeticError, TypeError, ValueError):
        return None


def _simpler(instance: Instance) -> Iterator[Instance]:
    """Yield instances that are one step simpler and lie in the claim's domains."""
    for sizes, values in _steps(instance):
        try:
            yield instance.signature.decode(values, sizes)
        except ValueError:
            continue


def _steps(instance: Instance) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    encoded, sizes, domains = instance.encode(), dict(instance.sizes), instance.signature.domains
    for name, size in sizes.items():
        if size > instance.signature.bounds[name][0]:
            for index in range(size):
                smaller = sizes | {name: size - 1}
                yield smaller, {key: _without(instance, key, name, index, smaller) for key in encoded}
    for key, value in instance.values.items():
        domain = domains[key]
        if isinstance(domain, Discrete):
            choices = list(domain.choices(domain.shape(sizes)))
            yield from ((sizes, encoded | {key: choice}) for choice in choices[: choices.index(value)])
            continue
        entries = np.asarray(value.array, dtype=object)
        for place in np.ndindex(entries.shape):
            for simple in _SIMPLE:
                if _height(simple) < _height(entries[place]):
                    changed = entries.copy()
                    changed[place] = simple
                    yield sizes, encoded | {key: domain.encode(Rationals.of(changed))}


def _without(instance: Instance, key: str, name: str, index: int, sizes: dict[str, int]) -> Any:
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
    return domain.encode(Rationals.of(entries))


def _height(x: Any) -> tuple[int, bool]:
    return abs(int(x.p)) + int(x.q), x < 0
