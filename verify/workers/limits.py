"""How much memory and time what is judged may take, and how a body is stopped that takes more."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

MEMORY = 4.0
"""GiB that a process may have in which claims are judged."""


def limit_memory(gibibytes: float | None) -> None:
    """Let this process have no more memory than that, or as much as there is; the platform may know no such limit."""
    with contextlib.suppress(ImportError, OSError, ValueError, OverflowError):
        import resource  # noqa: PLC0415  # not on Windows

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most if gibibytes is None else int(gibibytes * 2**30), most))


def limit_data_beyond(gibibytes: float | None) -> None:
    """Let this process have so much more memory than it has, where it can be asked: a fork has all of its parent's."""
    held = 0.0
    with contextlib.suppress(OSError, ValueError, StopIteration):  # Linux alone
        lines = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace").splitlines()
        kibibytes = next(line.split()[1] for line in lines if line.startswith("VmData:"))  # what the limit is about
        held = int(kibibytes) / 2**20
    limit_memory(None if gibibytes is None else held + gibibytes)


def write_no_core() -> None:
    """Let this process leave no image of its memory when it crashes."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


_CORES = os.cpu_count() or 1


def slowness() -> float:
    """Return how much longer than on a free machine all takes here: by how many processes a core is wanted, or 1."""
    with contextlib.suppress(AttributeError, OSError):  # Windows does not say
        return max(1.0, os.getloadavg()[0] / _CORES)
    return 1.0


_PARTS = 8
"""A limit is so many alarms, one after the other: of those due while a process was stopped it hears one."""


class GivenUp(BaseException):
    """A body takes too long, or has no value there; no ``except Exception`` of it can catch this."""


class _Limit:
    """What is left to a block, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.given = self.left = seconds
        self.part, self.worked = seconds / _PARTS, time.process_time()

    def spend(self, seconds: float) -> None:
        """Take off so much, or what the process worked since, if that is more."""
        since, self.worked = self.worked, time.process_time()
        self.left -= max(seconds, self.worked - since)

    def watch(self) -> None:
        """Let the alarm come after each part, or at once if nothing is left."""
        signal.setitimer(signal.ITIMER_REAL, 1e-6 if self.over else self.part, self.part)

    @property
    def over(self) -> bool:
        """Say whether it is used up, but for what alarms come too early."""
        return self.left < self.part / 2


_limits: list[_Limit] = []
"""Those of the blocks that this process is in, the innermost last."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise GivenUp if the block takes longer on a free machine; only a process's main thread can be interrupted.

    Time in which the process was stopped does not count; in C, where nothing interrupts it, what it worked does.
    Within another block it ends no later than that, which goes on afterwards.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    outer = _limits[-1] if _limits else None
    most = max(seconds, 0.01) * slowness()
    limit = _Limit(min(most, max(outer.left, 0.01)) if outer else most)

    def interrupt(*_: object) -> None:
        limit.spend(limit.part)
        if limit.over:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise GivenUp

    before = signal.signal(signal.SIGALRM, interrupt)
    _limits.append(limit)
    limit.watch()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _limits.pop()
        signal.signal(signal.SIGALRM, before)
        if outer:
            outer.spend(limit.given - limit.left)
            outer.watch()


@contextlib.contextmanager
def interrupt_after(seconds: float, error: type[BaseException]) -> Iterator[threading.Event]:
    """Raise ``error`` in this thread if the block takes longer, again each second: signals reach the main thread only.

    The event that the block is given says whether that was so. What runs outside Python cannot be interrupted.
    """
    thread, guard, over = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()
    late = threading.Event()

    def watch() -> None:
        patience = seconds
        while not any(over.wait(patience / _PARTS) for _ in range(_PARTS)):
            with guard:
                if not over.is_set():
                    late.set()
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(error))
            patience = 1.0

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield late
    finally:
        with guard:
            over.set()
        if late.is_set():
            _take_back(thread)


class _TakenBack(BaseException):
    """What comes in the place of an exception that is on its way."""


def _take_back(thread: ctypes.c_ulong) -> None:
    """Let no exception be on its way to this thread.

    To send none would leave Python with the news of one that never comes: where a debugger or coverage traces calls,
    3.11 would look for it for ever.
    """
    with contextlib.suppress(_TakenBack):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TakenBack))
        while True:
            pass


_busy = threading.Lock()


@contextlib.contextmanager
def one_at_a_time(seconds: float) -> Iterator[None]:
    """Wait until no other thread is in such a block: the precision of balls is one for the whole process.

    Raises TimeoutError if that takes too long.
    """
    if not _busy.acquire(timeout=seconds):
        raise TimeoutError("it is still busy with an earlier task: restart it")
    try:
        yield
    finally:
        _busy.release()
