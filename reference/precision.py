"""The precision of balls."""

from collections.abc import Iterator
from contextlib import contextmanager

from flint import ctx

_held: list[int] = []


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with balls of so many bits inside the block."""
    before, ctx.prec = ctx.prec, bits
    _held.append(bits)
    try:
        yield
    finally:
        _held.pop()
        ctx.prec = before


def hold() -> bool:
    """Return to the working precision, and say whether something inside the block had changed it."""
    changed = bool(_held) and ctx.prec != _held[-1]
    if changed:
        ctx.prec = _held[-1]
    return changed
