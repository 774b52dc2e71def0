"""Time in which something could be done: a process that was stopped, with those that work for it, has missed none."""

from __future__ import annotations

import time

_MOST = 1.0
"""Seconds between two looks that count. Whoever waits looks ten times a second, even on a busy machine about so."""


class Clock:
    """Seconds since it was made, without those in which this process, or its machine, was stopped.

    It has to be looked at while somebody waits: of what passes between two looks at most a second counts.
    """

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._passed = 0.0

    def __call__(self) -> float:
        now = time.monotonic()
        self._passed += min(now - self._last, _MOST)
        self._last = now
        return self._passed
