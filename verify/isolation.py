"""The state in which the judge computes is its own: what a claim's module sets elsewhere changes no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flint


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with balls of so many bits inside the block."""
    before, flint.ctx.prec = flint.ctx.prec, bits
    try:
        yield
    finally:
        flint.ctx.prec = before
