"""Processes that work for this one, and end with it whatever they are doing."""

from __future__ import annotations

import contextlib
import ctypes
import io
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from types import TracebackType
from typing import Any, Self

from vae_verify.start import heed
from verify.errors import UsageError
from verify.workers import interruption
from verify.workers.clock import Clock
from verify.workers.limits import limit_memory

_METHODS = multiprocessing.get_all_start_methods()
FORKED = "fork" in _METHODS
CONTEXT: Any = multiprocessing.get_context("fork" if FORKED else None)
"""A process that is forked knows all that is loaded, what stands in no file too; and its parent is this process."""


def processes(jobs: int, memory: float | None = None) -> ProcessPoolExecutor:
    """Return a pool of processes that leave an interruption to this one, do not outlive it, and have so many GiB."""
    return ProcessPoolExecutor(jobs, CONTEXT, initializer=_serve, initargs=(os.getpid(), memory))


_DIE_WITH_PARENT = 1
"""Linux's PR_SET_PDEATHSIG: it ends even what never gives way to another thread."""


def _serve(master: int, memory: float | None) -> None:
    speak_aside()
    limit_memory(memory)
    end_with(master)


def speak_aside() -> None:
    """Let all that is printed here, by Python or not, go to the error stream: it is no part of a report."""
    with contextlib.suppress(OSError):
        os.dup2(2, 1)
    with contextlib.suppress(OSError):  # new streams: a thread may have held the lock of an old one at the fork
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.FileIO(2, "wb", closefd=False), errors="backslashreplace", write_through=True)
            for _ in range(2)
        )


def end_with(master: int) -> None:
    """Let this process leave interruptions to its master, and end when that does."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # Linux alone
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    heed(signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_watch, args=(master,), daemon=True).start()


def _watch(master: int) -> None:
    while os.getppid() == master:
        time.sleep(0.5)
    os._exit(1)


_ASKED_AGAIN = 0.02
"""Seconds until a future is asked again whether it is done."""


def first_done(futures: Collection[Any], seconds: float = float("inf"), clock: Clock | None = None) -> set[Any]:
    """Wait until some of the futures are done, and return those; none if that takes longer, by the clock.

    Raises Interrupted if an end was requested.
    """
    clock = clock or Clock()
    deadline = clock() + seconds
    while True:
        interruption.check()
        remaining = deadline - clock()
        done = _done(futures, max(0.0, min(interruption.TICK, remaining)))
        if done or remaining <= 0:
            return done


def _done(futures: Collection[Any], seconds: float) -> set[Any]:
    """Wait so long for some of the futures; those that are none of Python's own can only be asked."""
    if all(isinstance(future, Future) for future in futures):
        return set(wait(futures, seconds, return_when=FIRST_COMPLETED).done)
    done = {future for future in futures if future.done()}
    if not done:
        time.sleep(min(seconds, _ASKED_AGAIN))
    return done


class Workers:
    """An executor that can be killed, with all that runs in it, and made anew."""

    def __init__(self, make: Callable[[], Executor], first: Executor | None = None) -> None:
        self._make = make
        self._executor = first

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Schedule a call."""
        if self._executor is None:
            self._executor = self._make()
        try:
            return self._executor.submit(function, *arguments)
        except BrokenExecutor:  # a process died while nobody waited for it
            self.kill()
            return self.submit(function, *arguments)
        except OSError as error:  # of memory, processes or open files there are no more
            raise UsageError(f"no process can be started ({error.strerror}): add --jobs 1") from error

    def waits(self, future: Any) -> bool:
        """Say whether a call is known not to have begun: one has a process of its own here."""
        return False

    def kill(self) -> bool:
        """End what runs, finished or not; the next call starts afresh. Return whether it was ended."""
        if isinstance(self._executor, ProcessPoolExecutor):
            for child in multiprocessing.active_children():
                child.kill()
        if self._executor is not None:
            self._executor.shutdown(wait=isinstance(self._executor, ProcessPoolExecutor), cancel_futures=True)
        self._executor = None
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None or isinstance(self._executor, ProcessPoolExecutor):
            self.kill()  # nothing waits for what still runs, such as a thread that a body has left
        elif self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
