"""Why an enclosure has no value: what a function met outside its domain, for whoever reports the NaN.

Outside its domain a function of balls is NaN, which does no harm in a branch that is not taken. Where it does, a NaN
alone says neither which function it came from nor why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reasons: ContextVar[list[str] | None] = ContextVar("reasons", default=None)


def undefined(reason: str) -> None:
    """Note why a value is NaN, in the words ``function: what it met``."""
    noted = _reasons.get()
    if noted is not None and reason not in noted:
        noted.append(reason)


@contextmanager
def reasons() -> Iterator[list[str]]:
    """Collect what is noted inside the block, in its order and once each."""
    noted: list[str] = []
    token = _reasons.set(noted)
    try:
        yield noted
    finally:
        _reasons.reset(token)
