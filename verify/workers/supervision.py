"""Work that may loop, die or eat memory: each task runs in a process that can be killed, and always comes to an end.

No pool of the libraries does this: one process that dies breaks all of ``concurrent.futures``, and Pebble waits for one
that ended itself with status 0. So each process has a pipe of its own here, and one thread waits for them all.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable
from ctypes import c_char
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from verify.workers import interruption
from verify.workers.clock import Clock
from verify.workers.processes import CONTEXT, FORKED, end_with, speak_aside

_ROOM = 4096
"""Bytes for what a task notes of its place."""

Arguments = tuple[Any, ...]
"""What one task calls the work with."""


@dataclass(frozen=True)
class Lost:
    """What became of a task that has no result: its process died, or it took too long."""

    how: str
    place: str
    """What :func:`note` said last."""
    seconds: float
    late: bool = False


def supervised(
    work: Callable[..., Any],
    tasks: Iterable[Arguments],
    jobs: int,
    patience: Callable[[Arguments], float],
    suspect: Callable[[Any], bool],
) -> Generator[tuple[Arguments, Any]]:
    """Yield each task with what ``work`` makes of it, or as Lost, in the order in which they end.

    ``patience`` says how many seconds a task may take. A result that is ``suspect``, and a death, may be the fault of
    what the process did before: such a task is done again, in a new one. Where fewer processes can be started than
    ``jobs``, there are fewer. Raises OSError if there can be none.
    """
    waiting, again, clock = deque(tasks), deque[Arguments](), Clock()
    idle: list[_Worker] = []
    busy: list[_Worker] = []
    try:
        while waiting or again or busy:
            while (waiting or again) and len(busy) < jobs:
                try:
                    worker = idle.pop() if idle and not again else _Worker(work)
                except OSError:  # of memory, processes or open files there are no more
                    if not busy:
                        raise
                    jobs = len(busy)
                    break
                busy.append(worker)
                worker.begin((again or waiting).popleft(), patience, clock())
            wait([worker.connection for worker in busy], interruption.TICK)
            interruption.check()
            now = clock()
            for worker in [worker for worker in busy if worker.ended(now)]:
                busy.remove(worker)
                task, result, doubtful = worker.task, worker.result, suspect(worker.result)
                if doubtful or worker.spent:
                    worker.kill()
                else:
                    idle.append(worker)
                if doubtful and worker.tasks > 1 and not getattr(result, "late", False):
                    again.append(task)
                else:
                    yield task, result
    finally:
        for worker in idle + busy:
            worker.kill()


class _Worker:
    """A process, and the task that it has."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self.connection, theirs = CONTEXT.Pipe()
        self._place = _shared()
        self._process = CONTEXT.Process(target=_serve, args=(theirs, self._place, work, os.getpid()))
        with contextlib.closing(theirs), warnings.catch_warnings():  # it has no use for the threads that it lacks
            warnings.filterwarnings("ignore", r".*\bfork\(\)")
            try:
                self._process.start()
            except OSError:
                self.connection.close()
                raise
        self.tasks = 0
        self.spent = False
        self.task: Arguments = ()
        self.result: Any = None

    def begin(self, task: Arguments, patience: Callable[[Arguments], float], now: float) -> None:
        """Give it a task."""
        self.task, self.result = task, None
        self.tasks += 1
        self._patience = patience(task)
        self._started = now
        self._place.value = b""
        with contextlib.suppress(OSError):  # it has died meanwhile: that is seen next
            self.connection.send(task)

    def ended(self, now: float) -> bool:
        """Say whether the task has come to an end, in a result or not."""
        seconds = now - self._started
        alive = self._process.is_alive()  # asked first: it may write its result and end between two questions
        try:
            if self.connection.poll():
                self.result, self.spent = self.connection.recv()
                return True
        except (EOFError, OSError, ValueError, MemoryError, pickle.UnpicklingError):  # closed, or nonsense
            alive = False
        if alive and seconds < self._patience:
            return False
        place = self._place.value.decode("utf-8", "ignore")
        if alive:
            self.result = Lost(f"the claim does not return within {self._patience:g} s", place, seconds, late=True)
        else:
            self._await_death()
            self.result = Lost(f"its process died ({_cause(self._process.exitcode)})", place, seconds)
        return True

    def _await_death(self) -> None:
        """Let a process whose connection is closed come to its status; join waits for one that has closed it itself."""
        for _ in range(100):
            if not self._process.is_alive():
                return
            time.sleep(0.01)

    def kill(self) -> None:
        """End the process, whatever it is doing, and what it has started if it leads a group."""
        self.connection.close()
        with contextlib.suppress(AttributeError, OSError):  # not on Windows; no group
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()


def _shared() -> Any:
    """Return memory that a fork shares, in no file, which a full or missing disk would not have; else in one."""
    return (c_char * _ROOM).from_buffer(mmap.mmap(-1, _ROOM)) if FORKED else CONTEXT.RawArray(c_char, _ROOM)


def _cause(status: int | None) -> str:
    if status is None or status >= 0:
        return "its connection is lost" if status is None else f"exit status {status}"
    name = signal.Signals(-status).name if -status in list(signal.Signals) else f"signal {-status}"
    return f"{name}, for want of memory perhaps" if name in ("SIGKILL", "SIGABRT") else name


_place: Any = None
"""Where a process that serves notes what its task is at: memory that outlives it."""


_process = 0
"""Which process serves: a task may fork others."""


def note(text: str) -> None:
    """Note what the task of this process is at, in case that it is lost; end a process that a task has forked."""
    if _place is not None and os.getpid() != _process:
        os._exit(0)  # the answer is that of its parent
    if _place is not None:
        _place.value = text.encode("utf-8", "backslashreplace")[: _ROOM - 1]


def _serve(connection: Connection, place: Any, work: Callable[..., Any], master: int) -> None:
    """Do tasks until the process is killed."""
    global _place, _process  # noqa: PLW0603  # one for the process
    _place = place
    speak_aside()
    end_with(master)
    _process, threads = os.getpid(), threading.active_count()
    with contextlib.suppress(BaseException):  # the master knows why it ends: a traceback would be noise
        while True:
            result = work(*connection.recv())
            note("")
            connection.send((result, threading.active_count() > threads))
    os._exit(1)
