"""In which order a hunt tries what: bulk samples everywhere first, then descents where these came closest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

import numpy as np

from verify.claims.claim import Claim
from verify.domains.base import DEFAULT_BOUNDS
from verify.hunt.examiner import Findings
from verify.hunt.strata import FARTHEST, larger, patterns

_WALKS = ("descent", "evolution", "lattice")

_FAR = ("bulk", "descent", "evolution", "lattice")

_FIRST = FARTHEST - DEFAULT_BOUNDS[1]
"""Sizes of the first round beyond the bounds: of those that are all equal, one each."""

_FEW = 4
"""Patterns of one task that descends early, over small numbers, where the dimensions are small."""

_AT_ONCE = 8
"""Patterns of one task in bulk."""

_MANY = 16
"""Batches of each kind in bulk, between two descents, which cost as much."""

_SMALLEST, _SWEPT = 64, 256
"""Patterns that are tried twice, and once, before any is descended on: four dimensions from 1 to 4 have 256."""


_MORE = 4
"""Tasks that solve the premises, for three that meet them by chance."""


@dataclass(frozen=True)
class Move:
    """What one task does: a strategy, on some sizes of the dimensions; in bulk, with so many batches of each kind."""

    strategy: str
    patterns: tuple[tuple[int, ...], ...]
    batches: int = 1
    beyond: bool = False
    """Whether the sizes are larger than those that the claim is stated for: what goes wrong there is no error of it."""
    begins: str = ""
    """At which samples a walk begins, "natural" or "spread" ones; else that and more is left to chance."""


def portfolio(claim: Claim, seed: int, total: Findings) -> Iterator[Move | None]:
    """Yield steps without end; None where the next one depends on what all before have found (``total``)."""
    every = [tuple(sizes.values()) for sizes in patterns(claim.signature)]
    if claim.examples:
        yield Move("example", (every[0],))
    yield Move("saved", (every[0],))
    yield Move("bulk", (every[0],))
    middle = every[min(len(every), _SMALLEST) // 2]
    yield Move("premises", tuple(dict.fromkeys((every[0], middle))))  # there may be none at the smallest sizes
    yield None
    generator = np.random.default_rng([seed, 0])
    if not total.batched:
        yield from _one_by_one(every, generator)
        return
    yield from _premises(total, *every[:_AT_ONCE])
    yield from _bulk(every[:_SMALLEST], 1)
    yield Move("hypothesis", (every[0],))  # floats are blind where they underflow
    for start in range(0, min(len(every), 4 * _FEW), _FEW):
        few = tuple(every[start : start + _FEW])
        yield from _premises(total, *few, *few)
        yield Move("lattice", few)
    yield from _bulk(every[_SMALLEST:_SWEPT], 1)
    yield from _bulk(every[:_SMALLEST], max(2, _SMALLEST // (2 * len(every))))
    yield None
    beyond = _beyond(claim)
    closest = sorted(every, key=lambda pattern: total.best.get(pattern, np.inf))
    for kind in ("natural", "spread"):
        yield from (Move("descent", (pattern,), begins=kind) for pattern in closest[:_FEW])
    for turn in count():
        shuffled = [every[int(k)] for k in generator.permutation(len(every))]
        for k, pattern in enumerate(shuffled):
            ways = [_WALKS[(k + turn + j) % len(_WALKS)] for j in range(2)]
            yield from _premises(total, *[pattern] * _MORE)
            yield Move(ways[0], (pattern,))
            yield Move(ways[1], (closest[(k + turn) % len(every)],))
            yield Move("bulk", (pattern, shuffled[(k + 1) % len(every)]), _MANY)
            if k % 2 == 0:
                yield from islice(beyond, 1)
        yield Move("hypothesis", (every[0],))


def _beyond(claim: Claim) -> Iterator[Move]:
    """Go on to larger sizes, in rounds that go ever further: first those where all are equal."""
    far = [tuple(sizes.values()) for sizes in larger(claim.signature)]
    for turn in count() if far else ():
        for k, pattern in enumerate(far[: _FIRST << turn]):
            yield Move(_FAR[(turn + k) % len(_FAR)], (pattern,), beyond=True)


def _premises(total: Findings, *sizes: tuple[int, ...]) -> Iterator[Move]:
    """Solve equations, if a counterexample has to satisfy some: random points do not."""
    if total.premised:
        yield from (Move("premises", (pattern,)) for pattern in sizes)


def _bulk(sizes: list[tuple[int, ...]], batches: int) -> Iterator[Move]:
    for start in range(0, len(sizes), _AT_ONCE):
        yield Move("bulk", tuple(sizes[start : start + _AT_ONCE]), batches)


def _one_by_one(every: list[tuple[int, ...]], generator: np.random.Generator) -> Iterator[Move]:
    """Let Hypothesis draw, and judge some of the bulk samples, in turn."""
    while True:
        shuffled = [every[int(k)] for k in generator.permutation(len(every))]
        for step in _bulk(shuffled, 1):
            yield Move("hypothesis", (every[0],))
            yield step
