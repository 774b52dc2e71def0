"""Errors that ask for another arithmetic, or for more precision: heard even if a formula catches them.

A formula that does so goes on without what it was about to compute, and would be taken for one that never asked for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_heard: ContextVar[list["Unfinished"] | None] = ContextVar("heard", default=None)


class Unfinished(Exception):
    """What is asked for is computed elsewhere: in another arithmetic, or at a higher precision."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        heard = _heard.get()
        if heard is not None:
            heard.append(self)

    def settle(self) -> None:
        """Take it back: the function that tried has found another way."""
        heard = _heard.get()
        if heard is not None and self in heard:
            heard.remove(self)


@contextmanager
def unfinished() -> Iterator[list[Unfinished]]:
    """Collect what is raised inside the block, whether it leaves the block or not."""
    heard: list[Unfinished] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
