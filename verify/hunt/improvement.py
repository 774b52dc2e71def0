"""How a counterexample becomes smaller in what is left of the budget: rounds of tasks, until one gains nothing."""

from __future__ import annotations

from collections.abc import Iterator

from verify.certificates.format import complexity
from verify.claims.claim import Claim
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move
from verify.hunt.strata import larger, patterns

_AGAIN = 2
"""Tasks of a round that simplify the same counterexample, each with variations of its own."""

_AT_ONCE = {"bulk": 8, "lattice": 4, "descent": 1}
"""How fewer dimensions are searched, and how many patterns of them one task has."""

_TOGETHER = 4
"""Tasks of a round that searches them."""


def improvement(claim: Claim, total: Findings) -> Iterator[Move | None]:
    """Yield the moves that may find something smaller than the certificate in ``total``; None ends a round.

    Each starts from what the rounds before have found. Fewer dimensions are searched once.
    """
    tried: set[tuple[str, tuple[int, ...]]] = set()
    gained = True
    while gained:
        least = size_of(total)
        for moves in _rounds(claim, total, tried):
            yield from moves
            yield None
            gained = size_of(total) < least
            if gained:
                break


def _rounds(claim: Claim, total: Findings, tried: set[tuple[str, tuple[int, ...]]]) -> Iterator[list[Move]]:
    """Yield rounds of moves: simpler numbers first, then fewer dimensions, but for what was tried."""
    sizes = tuple((total.certificate or {})["dimensions"].values())
    yield [Move("simplify", (sizes,))] * _AGAIN
    for way, count in _AT_ONCE.items():
        left = [pattern for pattern in _below(claim, sizes) if (way, pattern) not in tried]
        for start in range(0, len(left), count * _TOGETHER):
            group = left[start : start + count * _TOGETHER]
            tried.update((way, pattern) for pattern in group)
            yield [Move(way, tuple(group[k : k + count])) for k in range(0, len(group), count)]


def size_of(total: Findings) -> tuple[int, int]:
    """Return how complex the counterexample is."""
    certificate = total.certificate or {}
    return complexity(certificate["dimensions"], certificate["inputs"])


def _below(claim: Claim, sizes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the patterns none of whose dimensions is larger, from small to large."""
    every = [tuple(named.values()) for named in (*patterns(claim.signature), *larger(claim.signature))]
    below = [p for p in every if p != sizes and all(a <= b for a, b in zip(p, sizes, strict=True))]
    return sorted(below, key=lambda p: (sum(p), max(p)))
