"""Whatever a user's code does in its process, there is a result or one line, and nothing of it stays."""

import asyncio
import contextlib
import ctypes
import errno
import json
import os
import re
import signal
import sys
import threading
import time
from functools import partial

import numpy as np
import pytest
import torch

from verify.errors import UsageError
from verify.gate import isolation
from verify.gate.errors import Unusable
from verify.gate.isolation import isolated

ENOUGH = 600.0
"""Seconds that no test here needs."""


def line(work, timeout=ENOUGH, **limits):
    """Return the one line that tells how the work ends."""
    with pytest.raises(Unusable) as caught:
        isolated(work, timeout, **limits)
    text = str(caught.value)
    assert text == text.strip()
    assert len(text.splitlines()) == 1
    return text


def after(note, deed):
    """Note the place, and do it."""
    note("evaluating at n = 4")
    return deed()


def _raise():
    raise ValueError("no such shape\nand more")


def _swallow():
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(10**6)


def _loop():
    while True:
        pass


def _endless():
    return 1 + _endless()


def _kill(number):
    os.kill(os.getpid(), number)


def _close_all():
    os.closerange(0, 1000)
    time.sleep(10**6)


HELD: list[bytearray] = []


def _eat():
    while True:
        HELD.append(bytearray(10**7))


def _eat_all():
    size = 2**24
    while size:
        try:
            HELD.append(bytearray(size))
        except MemoryError:
            size //= 2
    held = [HELD]
    while True:
        held = [held, (held, size)]


def _eat_in_small_bites():
    held = HELD
    while True:
        held = [held]


def _interrupt():
    raise KeyboardInterrupt


class Rude(RuntimeError):
    """An error whose message is an error."""

    def __str__(self):
        raise ValueError("no message")


def _rude():
    raise Rude


def _long():
    raise RuntimeError("\n  \n" + "x" * 10**6 + "\nmore")


LONG = pytest.mark.long
"""Of what ends in another way, but comes by the same one to the line that tells it."""

HERE = re.escape(f", at {__file__}:") + r"\d+, evaluating at n = 4"


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (_raise, f"ValueError: no such shape{HERE}"),
        pytest.param(lambda: json.loads("{"), rf"JSONDecodeError: Expecting property name .*{HERE}", marks=LONG),
        pytest.param(lambda: sys.exit(3), f"SystemExit: 3{HERE}", marks=LONG),
        (sys.exit, f"SystemExit{HERE}"),
        pytest.param(_interrupt, f"KeyboardInterrupt{HERE}", marks=LONG),
        (_rude, f"Rude{HERE}"),
        (_long, f"RuntimeError: x{{300}}…{HERE}"),
        pytest.param(_endless, f"RecursionError: maximum recursion depth exceeded.*{HERE}", marks=LONG),
        pytest.param(input, f"EOFError: EOF when reading a line{HERE}", marks=LONG),
        (lambda: int("\udc80"), rf"ValueError: .*\\udc80.*{HERE}"),
    ],
)
def test_an_error_is_its_kind_the_first_line_of_its_message_and_the_users_own_line(deed, expected):
    assert re.fullmatch(expected, line(lambda note: after(note, deed)))


def test_the_line_is_the_innermost_of_the_users_own():
    number = _raise.__code__.co_firstlineno + 1
    assert line(lambda note: _raise()) == f"ValueError: no such shape, at {__file__}:{number}"
    assert re.fullmatch(rf"TypeError: .*, at {re.escape(json.__file__)}:\d+", line(json.loads))  # none is
    assert re.fullmatch(rf"TypeError: .*, at {re.escape(isolation.__file__)}:\d+", line(len))


@pytest.mark.parametrize(
    ("deed", "cause"),
    [
        (partial(os._exit, 3), "exit status 3"),
        pytest.param(partial(os._exit, 0), "exit status 0", marks=LONG),
        pytest.param(
            partial(os.execv, "/bin/sh", ["sh", "-c", "exit 0"]), "exit status 0|its connection is lost", marks=LONG
        ),
        pytest.param(os.abort, "SIGABRT, for want of memory perhaps", marks=LONG),
        (partial(_kill, signal.SIGKILL), "SIGKILL, for want of memory perhaps"),
        (partial(_kill, signal.SIGTERM), "SIGTERM"),
        pytest.param(partial(ctypes.string_at, 0), "SIGSEGV", marks=LONG),
        pytest.param(_close_all, "its connection is lost", marks=LONG),
    ],
)
def test_a_process_that_ends_is_told_with_the_place_where_it_was(deed, cause):
    told = line(lambda note: after(note, deed))
    assert re.fullmatch(
        rf"its process died \(({cause})\), evaluating at n = 4: call it there by itself to see why", told
    )


@pytest.mark.parametrize(
    "deed",
    [
        _swallow,
        *(
            pytest.param(deed, marks=LONG)
            for deed in (
                _loop, partial(time.sleep, 10**6), partial(sum, range(10**15)), partial(_kill, signal.SIGSTOP),
                lambda: (_kill(signal.SIGINT), _loop()),
            )
        ),
    ],
)  # fmt: skip
def test_what_never_ends_is_ended(in_time, deed):
    told = line(lambda note: in_time(note, deed), 60)
    assert told == "no answer within 60 s, evaluating at n = 4: --timeout SECONDS gives more"


def test_a_place_is_told_only_if_it_is_known():
    assert line(lambda note: os._exit(1)).startswith("its process died (exit status 1): ")
    assert line(lambda note: time.sleep(10**6), 0.2) == "no answer within 0.2 s: --timeout SECONDS gives more"


@pytest.mark.parametrize("deed", [
    _eat, pytest.param(_eat_all, marks=LONG), pytest.param(lambda: np.ones(10**9), marks=LONG),
    lambda: torch.ones(10**9),
])  # fmt: skip
def test_memory_beyond_the_limit_is_named(deed):
    told = line(lambda note: after(note, deed), memory=0.25)
    assert re.fullmatch(rf"it needs more than 0\.25 GiB{HERE}", told)


@pytest.mark.slow
def test_what_eats_memory_in_small_bites_ends_too():
    line(lambda note: (sys.setrecursionlimit(10**9), _eat_in_small_bites()), memory=0.0625)
    line(lambda note: (sys.setrecursionlimit(10**9), _endless()), memory=0.0625)


def test_the_memory_of_the_caller_is_none_of_the_limit():
    held = bytearray(2**28)
    assert isolated(lambda note: len(bytearray(2**26)), ENOUGH, 0.125) == 2**26
    more = 2**27 + 2**26  # what the process frees of its parent's in the meantime is room as well
    assert line(lambda note: len(bytearray(more)), memory=0.125).startswith("it needs more than 0.125 GiB")
    assert isolated(lambda note: len(bytearray(2**28)), ENOUGH, None) == 2**28
    assert len(held) == 2**28


def test_a_usage_error_passes_as_it_is():
    for kind in (Unusable, UsageError):

        def refuse(note, kind=kind):
            raise kind("it has no arguments: name them")

        with pytest.raises(UsageError, match=r"^it has no arguments: name them$") as caught:
            isolated(refuse, ENOUGH)
        assert type(caught.value) is kind


class Broken:
    """What is made again by an error."""

    def __reduce__(self):
        return json.loads, ("{",)


def test_a_result_of_any_size_passes_and_one_that_cannot_is_told():
    large = isolated(lambda note: b"\x01" * 2**25, ENOUGH, 0.05)  # passing it on takes as much again
    assert large == b"\x01" * 2**25
    assert isolated(lambda note: Unusable("returned"), ENOUGH).args == ("returned",)
    assert isolated(lambda note: None, ENOUGH) is None
    nested = []
    for _ in range(10**4):
        nested = [nested]
    for made, kind in ((lambda: 1), "(Attribute|Pickling)Error"), (Broken(), "JSONDecodeError"), (nested, "Recur.*"):
        told = line(lambda note, made=made: made)
        assert re.fullmatch(rf"what is made of it does not pass from process to process \({kind}: .*\)", told)
    while nested:
        nested = nested.pop()


def test_it_works_in_a_thread_and_in_a_loop_of_asyncio():
    found = []

    def threaded():
        found.append(isolated(lambda note: threading.current_thread() is threading.main_thread(), ENOUGH))
        found.append(line(lambda note: os._exit(7)))

    thread = threading.Thread(target=threaded)
    thread.start()
    thread.join()
    assert found[0] is True
    assert "exit status 7" in found[1]

    async def inner():
        return "inner"

    async def outer():
        return isolated(lambda note: asyncio.run(inner()), ENOUGH)

    assert asyncio.run(outer()) == "inner"


def test_a_machine_without_room_for_a_process_is_told(monkeypatch):
    def fork():
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    assert line(int) == "no process can be started for it (Resource temporarily unavailable)"


def test_where_nothing_forks_it_is_done_here(monkeypatch):
    monkeypatch.setattr(isolation, "FORKED", False)
    assert isolated(lambda note: (note("here"), os.getpid()), ENOUGH) == (None, os.getpid())
    assert re.fullmatch(f"ValueError: no such shape{HERE}", line(lambda note: after(note, _raise)))
    with pytest.raises(KeyboardInterrupt):
        isolated(lambda note: _interrupt(), ENOUGH)
    assert line(lambda note: _loop(), 0.2) == "no answer within 0.2 s: --timeout SECONDS gives more"
