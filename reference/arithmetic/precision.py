"""The state of python-flint in which balls are computed: their precision, and one thread, which may call Python."""

from collections.abc import Iterator
from contextlib import contextmanager

from flint import ctx


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with balls of so many bits inside the block."""
    before = ctx.prec, ctx.threads
    ctx.prec, ctx.threads = bits, 1
    try:
        yield
    finally:
        ctx.prec, ctx.threads = before
