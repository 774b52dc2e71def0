"""What a user's code starts ends with it, however it ends, and with its caller."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from select import select

import pytest

from verify.gate.errors import Unusable
from verify.gate.isolation import isolated

ENOUGH = 600.0


def _swallow():
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(10**6)


@contextlib.contextmanager
def held_by_nobody():
    """Give the end of a pipe; when the block is left, no process may hold it any more."""
    there, here = os.pipe()
    os.set_inheritable(here, True)
    try:
        yield here
    finally:
        os.close(here)
        ended = select([there], [], [], 300)[0] and os.read(there, 1) == b""
        os.close(there)
    assert ended


def _leave_behind():
    threading.Thread(target=_swallow).start()
    subprocess.Popen(["sleep", "1000000"], close_fds=False)
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _swallow()


@pytest.mark.parametrize("deed", [
    int, pytest.param(partial(int, "x"), marks=pytest.mark.long), partial(os._exit, 0),
    pytest.param(_swallow, marks=pytest.mark.long),
])  # fmt: skip
def test_what_it_leaves_behind_ends_with_it(in_time, deed):
    with held_by_nobody(), contextlib.suppress(Unusable):
        assert isolated(lambda note: (_leave_behind(), in_time(note, deed) if deed is _swallow else deed())[1], 60) == 0


def test_of_a_process_that_forks_the_parent_answers():
    def work(note):
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        return "parent" if child else "child"

    assert isolated(work, ENOUGH) == "parent"

    def noting(note):
        child = os.fork()
        note("of both")
        return os.waitpid(child, 0)[1]

    assert isolated(noting, ENOUGH) == 0


def test_ctrl_c_reaches_the_caller_and_the_work_ends():
    def interrupt(note):
        os.kill(os.getppid(), signal.SIGINT)
        _swallow()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with held_by_nobody(), pytest.raises(KeyboardInterrupt):
            isolated(interrupt, ENOUGH)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.long
def test_the_work_ends_with_a_caller_that_is_killed():
    script = (
        "import os, signal; from verify.gate.isolation import isolated\n"
        "isolated(lambda note: (os.kill(os.getppid(), signal.SIGKILL), sum(range(10**15))), 600)\n"
    )
    with held_by_nobody() as here:
        run = subprocess.run([sys.executable, "-c", script], pass_fds=[here], check=False)
    assert run.returncode == -signal.SIGKILL
