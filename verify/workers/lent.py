"""An executor that somebody lends, of whatever kind: it is used, and neither ended nor made anew."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from types import TracebackType
from typing import Any

from verify.errors import UsageError
from verify.notation import first_line
from verify.workers.processes import Workers


class Lent(Workers):
    """Workers that belong to somebody else.

    All that is asked of the executor is ``submit(function, *arguments)``, and of what this returns ``done()`` and
    ``result()``; ``cancel()`` and ``running()`` are used where they are there. What runs in it cannot be killed.
    """

    def __init__(self, executor: Executor | Any) -> None:
        super().__init__(lambda: executor)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Schedule a call; raises UsageError if the executor takes none, as one does of which a process has died."""
        try:
            return self._make().submit(function, *arguments)
        except Exception as error:  # of whatever executor it is
            raise UsageError(f"the executor takes no more work: {first_line(error)}: make a new one") from error

    def waits(self, future: Any) -> bool:
        """Say whether a call is known not to have begun: others may be before it."""
        running = getattr(future, "running", None)
        return running is not None and not running() and not future.done()

    def kill(self) -> bool:
        """Leave what runs as it is."""
        return False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Leave the executor to whoever lent it."""
