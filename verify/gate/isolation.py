"""A user's code in a process of its own: whatever it does, the caller comes to a result or to one line, unharmed.

The process is forked, for a loss may be a closure that stands in no file. It is killed with all that it has started,
unless that has made itself a session of its own.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import pickle
import signal
import sys
import sysconfig
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from traceback import walk_tb
from typing import Any, TypeVar

from verify.errors import UsageError
from verify.gate.errors import Unusable
from verify.gate.noise.seeds import inherited
from verify.workers.limits import MEMORY, GivenUp, interrupt_after, limit_data_beyond, limit_memory, write_no_core
from verify.workers.processes import FORKED
from verify.workers.supervision import Lost, note, supervised

T = TypeVar("T")

Work = Callable[[Callable[[str], None]], T]
"""Is given a function to note where it is, in the words of "evaluating at n = 4": a line about its end says it."""

_LONGEST = 300
"""Characters of a message that are told."""


_NOT_PASSED = "what is made of it does not pass from process to process ({})"


def isolated(work: Work[T], timeout: float, memory: float | None = MEMORY) -> T:
    """Return what ``work`` makes within ``timeout`` seconds, and ``memory`` GiB beyond what this process has.

    It is done in a fork of this process that has one thread, reads nothing, and whose prints nobody sees; its result
    is pickled. Where processes cannot be forked (``FORKED``), it is done in this one, without a limit of memory, and
    late only once it is in Python again. Raises Unusable if it does not come to a result; a UsageError of its own
    passes as it is.
    """
    if FORKED:
        alone = partial(_alone, work, memory, _descriptors())
        try:
            with inherited():
                ((_, end),) = supervised(alone, [()], 1, lambda _: timeout, lambda _: True)
        except OSError as error:
            raise Unusable(f"no process can be started for it ({error.strerror})") from error
    else:
        end = _here(work, timeout)
    if isinstance(end, Lost):
        at = f", {end.place}" if end.place else ""
        if end.late:
            raise Unusable(f"no answer within {timeout:g} s{at}: --timeout SECONDS gives more")
        raise Unusable(f"{end.how}{at}: call it there by itself to see why")
    raised, value = _received(end) if FORKED else end
    if raised:
        raise value
    return value  # type: ignore[no-any-return]


def _received(end: bytes) -> tuple[bool, Any]:
    try:
        return pickle.loads(end)  # type: ignore[no-any-return]
    except Exception as error:
        raise Unusable(_NOT_PASSED.format(_line(error))) from None


def _alone(work: Work[Any], memory: float | None, descriptors: Collection[int]) -> bytes:
    """Do the work in this process, which serves nothing else, and return its end."""
    _part_from_the_caller(descriptors)
    limit_data_beyond(memory)
    end = _end(work, memory)
    limit_memory(None)
    try:
        return pickle.dumps(end)
    except Exception as error:
        return pickle.dumps((True, Unusable(_NOT_PASSED.format(_line(error)))))


def _here(work: Work[Any], timeout: float) -> Any:
    with interrupt_after(timeout, GivenUp) as late:
        end = _end(work, None)
    return Lost("", "", timeout, late=True) if late.is_set() and end[0] else end


def _end(work: Work[Any], memory: float | None) -> tuple[bool, Any]:
    """Return whether the work raises, and its error or result."""
    place = ""

    def noted(text: str) -> None:
        nonlocal place
        place = text
        note(text)

    try:
        return False, work(noted)
    except UsageError as error:
        return True, error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not FORKED:
            raise  # the caller's, perhaps
        return True, Unusable(_told(error, memory) + (f", {place}" if place else ""))


def _descriptors() -> set[int]:
    """Return the files that the caller's streams write to, which are not those of its process if they are captured."""
    found = {0, 1, 2}
    for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):  # a stranger's stream may be anything
            found.add(int(stream.fileno()))  # type: ignore[union-attr]
    return found


def _part_from_the_caller(descriptors: Collection[int]) -> None:
    """Leave the caller's terminal, streams, signals and garbage alone, and its threads, which a fork does not have."""
    os.setsid()  # also a group, which is killed as one
    faulthandler.disable()  # it writes where the caller told it to
    signal.set_wakeup_fd(-1)
    gc.freeze()  # no finalizer of the caller's objects runs twice
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(null, descriptor)
    write_no_core()
    os.environ["OMP_NUM_THREADS"] = "1"
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)  # its pool of threads would be waited for, for ever


_LIBRARIES = tuple(f"{sysconfig.get_path(kind)}{os.sep}" for kind in ("stdlib", "platstdlib"))
_OURS = tuple(f"{Path(__file__).parents[2] / name}{os.sep}" for name in ("verify", "vae_verify", "reference"))


def _told(error: BaseException, memory: float | None) -> str:
    """Return an error of the user's code in one line, and where in that code it arose."""
    message = _message(error) if isinstance(error, RuntimeError) else ""
    if "fork" in message and ("autograd" in message or "CUDA" in message):
        return "torch has used a GPU in this process, and cannot in a fork of it: gate the loss in a new process"
    if isinstance(error, MemoryError) or "can't allocate memory" in message:
        return f"it needs more than {memory:g} GiB{_where(error)}" if memory else f"memory ends{_where(error)}"
    return f"{_line(error)}{_where(error)}"


def _line(error: BaseException) -> str:
    """Return the kind of an error and the first line of its message."""
    kind = type(error).__name__
    message = next((line.strip() for line in _message(error).splitlines() if line.strip()), "")
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}…"
    return f"{kind}: {message}" if message else kind


def _message(error: BaseException) -> str:
    try:
        return str(error).encode("utf-8", "backslashreplace").decode()
    except Exception:  # it is the user's code too
        return ""


def _where(error: BaseException) -> str:
    """Return the innermost place that is the user's own; else where a library is entered; else where we are."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    foreign = [place for place in places if not place[0].startswith(_OURS)]
    own = [place for place in foreign if _is_own(place[0])]
    if not places:
        return ""
    file, line = own[-1] if own else foreign[0] if foreign else places[-1]
    return f", at {file}:{line}"


def _is_own(file: str) -> bool:
    if file.startswith("<"):
        return file.startswith(("<stdin", "<string", "<ipython"))
    return not (file.startswith(_LIBRARIES) or "site-packages" in file or "dist-packages" in file)
