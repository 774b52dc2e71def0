"""Whatever a user's code does in its process, the caller's state, streams and threads are as they were."""

import gc
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from properties.engine.helpers.foreign import TREE
from verify.gate.errors import Unusable
from verify.gate.isolation import isolated

ENOUGH = 600.0


def _state():
    return {
        "torch": torch.get_rng_state().tolist(),
        "numpy": [np.asarray(part).tolist() for part in np.random.get_state()],
        "random": random.getstate(),
        "threads": (torch.get_num_threads(), threading.active_count()),
        "dtype": torch.get_default_dtype(),
        "grad": torch.is_grad_enabled(),
        "errors": np.geterr(),
        "warnings": list(warnings.filters),
        "environment": dict(os.environ),
        "cwd": Path.cwd(),
        "files": sorted(os.listdir("/proc/self/fd")) if Path("/proc").exists() else [],
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "recursion": sys.getrecursionlimit(),
        "path": list(sys.path),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "modules": set(sys.modules),
        "group": (os.getpgid(0), os.getsid(0)),
        "hooks": (sys.excepthook, threading.excepthook, sys.gettrace()),
    }


def _harm(tensor):
    torch.manual_seed(7)
    np.random.seed(7)
    random.seed(7)
    torch.set_num_threads(3)
    torch.set_default_dtype(torch.float16)
    torch.set_grad_enabled(False)
    np.seterr(all="raise")
    warnings.simplefilter("error")
    os.environ["OMP_NUM_THREADS"] = os.environ["MINE"] = "99"
    os.chdir("/")
    for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, lambda *_: None)
    sys.setrecursionlimit(10**4)
    sys.path.clear()
    sys.stdin = sys.stdout = sys.stderr = None
    sys.modules.clear()
    sys.excepthook = threading.excepthook = print
    tensor.zero_()
    return tensor.sum().item()


@pytest.mark.parametrize("ends", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_callers_state_is_what_it_was(ends):
    tensor = torch.ones(3, requires_grad=True)
    isolated(lambda note: None, ENOUGH)  # what a first fork imports is there
    before = _state()

    def work(note):
        with torch.no_grad():
            harm = _harm(tensor)
        if ends:
            os._exit(1)
        return harm

    if ends:
        with pytest.raises(Unusable):
            isolated(work, ENOUGH)
    else:
        assert isolated(work, ENOUGH) == 0.0
    after = _state()
    for name, value in before.items():
        assert after[name] == value, name
    assert tensor.tolist() == [1.0] * 3
    assert tensor.grad is None


@pytest.mark.long
def test_torchs_threads_of_the_caller_are_not_waited_for():
    before = torch.get_num_threads()
    matrix = torch.ones(600, 600, dtype=torch.float64)
    torch.set_num_threads(2)
    try:
        expected = float((matrix @ matrix).sum() + (matrix + matrix).exp().sum())

        def work(note):
            found = float((matrix @ matrix).sum() + (matrix + matrix).exp().sum())
            return found, torch.get_num_threads(), os.environ["OMP_NUM_THREADS"]

        found, threads, environment = isolated(work, 120.0)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert found == pytest.approx(expected)
    assert (threads, environment) == (1, "1")


def test_gradients_are_found_after_the_caller_has_found_some():
    def gradient(note=None):
        x = torch.ones(3, requires_grad=True)
        (x**2).sum().backward()
        return x.grad.tolist()

    assert isolated(gradient, 120.0) == gradient() == [2.0] * 3


@pytest.mark.long
@pytest.mark.parametrize(
    "message",
    [
        "Unable to handle autograd's threading in combination with fork-based multiprocessing. See https://github.com",
        "Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must use 'spawn'",
    ],
)
def test_where_torch_cannot_do_so_the_mend_is_told(message):
    def work(note):
        raise RuntimeError(message)

    with pytest.raises(Unusable, match=r"^torch has used a GPU in this process, .*: gate the loss in a new process$"):
        isolated(work, ENOUGH)


def test_signals_of_the_work_do_not_wake_the_caller():
    here, there = socket.socketpair()
    there.setblocking(False)
    before = signal.set_wakeup_fd(there.fileno())
    try:

        def work(note):
            signal.signal(signal.SIGUSR1, lambda *_: None)
            signal.raise_signal(signal.SIGUSR1)
            return "raised"

        assert isolated(work, ENOUGH) == "raised"
        assert not select.select([here], [], [], 0)[0]
    finally:
        signal.set_wakeup_fd(before)
        here.close()
        there.close()


def test_a_crash_leaves_no_image_of_the_memory():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        assert isolated(lambda note: resource.getrlimit(resource.RLIMIT_CORE), ENOUGH) == (0, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def test_garbage_of_the_caller_is_not_finalized_by_the_work(tmp_path):
    log = tmp_path / "log"

    class Finalized:
        def __del__(self):
            with log.open("a") as file:
                file.write(f"{os.getpid()}\n")

    gc.disable()
    try:
        garbage = Finalized()
        garbage.itself = garbage
        del garbage
        assert isolated(lambda note: gc.collect(), ENOUGH) >= 0
        gc.collect()
    finally:
        gc.enable()
    assert log.read_text() == f"{os.getpid()}\n"


def test_a_caller_without_streams_is_not_read_and_not_written_to(monkeypatch, capfd):
    for name in ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"):
        monkeypatch.setattr(sys, name, None)
    there, here = os.pipe()
    own = os.dup(0)
    os.dup2(there, 0)
    try:
        os.write(here, b"for the caller")
        assert isolated(lambda note: (os.write(1, b"LOUD"), os.write(2, b"LOUD"), os.read(0, 3)), ENOUGH) == (4, 4, b"")
        assert os.read(0, 100) == b"for the caller"
    finally:
        os.dup2(own, 0)
        for descriptor in (own, there, here):
            os.close(descriptor)
    assert capfd.readouterr() == ("", "")


CALLER = """
import atexit, ctypes, faulthandler, logging, os, subprocess, sys, threading, warnings
crashes = os.fdopen(os.dup(2), "w")
faulthandler.enable(crashes)  # as pytest does
logging.basicConfig()
atexit.register(print, "atexit")
os.register_at_fork(before=lambda: warnings.warn("os.fork() was called. os.fork() is incompatible", RuntimeWarning))
kept = sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__, os.fdopen(os.dup(2), "w")
sys.stdout = kept[-1]  # as under pytest, which captures: not the file 1
from verify.gate.errors import Unusable
from verify.gate.isolation import isolated
assert "torch" not in sys.modules
print("begun", end=" ")  # not flushed

def loud(note):
    read = os.read(0, 100)
    for stream in (*kept, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        print("LOUD", file=stream, flush=True)
    for descriptor in (1, 2):
        os.write(descriptor, b"LOUD")
    libc = ctypes.CDLL(None)
    libc.puts(b"LOUD")
    libc.fflush(None)
    os.system("echo LOUD; echo LOUD >&2")
    logging.error("LOUD")
    warnings.filterwarnings("default")
    warnings.warn("LOUD")
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    atexit.register(print, "LOUD")
    assert os.environ["OMP_NUM_THREADS"] == "1"
    return read

def crash(note):
    os.abort()

def forks(note):
    if os.fork() == 0:
        sys.exit(0)
    os.wait()

assert isolated(loud, 600) == b""
assert isolated(forks, 600) is None
for work in (crash, lambda note: sys.exit(1)):
    try:
        isolated(work, 600)
    except Unusable:
        print("unusable", end=" ")
print(sys.stdin.read(), file=kept[-1])
kept[0].write("ended ")
"""


def test_nothing_is_printed_read_or_done_twice_by_the_work(tmp_path):
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", CALLER],
        input="for the caller",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(TREE)},
        check=False,
    )
    assert run.stderr == "begun unusable unusable for the caller\natexit\n"
    assert run.stdout == "ended "
    assert run.returncode == 0
    assert not list(tmp_path.iterdir())  # no image of memory either
