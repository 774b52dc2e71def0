"""Simpler numbers near a number."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

_DEEPEST = 24
"""Partial quotients of a continued fraction, at most."""


def approximations(x: fmpq) -> Iterator[fmpq]:
    """Yield best rational approximations, from coarse to fine: by continued fractions, with some between."""
    sign, rest = (-1 if x < 0 else 1), abs(x)
    before, last = (fmpq(0), fmpq(1)), (fmpq(1), fmpq(0))  # numerators and denominators, of which one may be 1/0
    for _ in range(_DEEPEST):
        quotient = fmpq(rest.floor())
        for part in _parts(int(quotient)):
            p, q = (before[k] + part * last[k] for k in range(2))
            if q != 0:
                yield sign * p / q
        before, last = last, (before[0] + quotient * last[0], before[1] + quotient * last[1])
        rest -= quotient
        if rest == 0:
            return
        rest = 1 / rest


def _parts(quotient: int) -> list[int]:
    """Return a partial quotient, and some smaller ones: the smallest, and those of about half."""
    some = {1, 2, 3, quotient // 2, quotient // 2 + 1, quotient - 1, quotient}
    return sorted(part for part in some if 0 <= part <= quotient)
