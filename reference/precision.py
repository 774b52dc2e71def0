"""The state of python-flint in which balls are computed: their precision, and one thread, which may call Python."""

from collections.abc import Iterator
from contextlib import contextmanager

from flint import ctx

_held: list[int] = []


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with balls of so many bits inside the block."""
    before = ctx.prec, ctx.threads
    _held.append(bits)
    hold()
    try:
        yield
    finally:
        _held.pop()
        ctx.prec, ctx.threads = before


def hold() -> bool:
    """Return to the state inside the block, and say whether something had changed it."""
    changed = bool(_held) and (ctx.prec, ctx.threads) != (_held[-1], 1)
    if changed:
        ctx.prec, ctx.threads = _held[-1], 1
    return changed
