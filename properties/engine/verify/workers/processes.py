"""A process that works for another: what it hears, says, may have, and that it ends with its master."""

import ctypes
import os
import signal
import sys
import threading
from concurrent.futures import Executor
from types import SimpleNamespace

import pytest

from verify.workers import processes
from verify.workers.processes import Workers

IN_PRCTL = 2
"""Linux's PR_GET_PDEATHSIG."""


def forked(work):
    """Return what a process says on its error stream that does some work, and its status."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.dup2(writing, 2)
            work()
            os._exit(0)
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(9)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said = pipe.read()
    return said.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_what_a_process_prints_goes_to_the_error_stream_at_once_whatever_it_is():
    def work():
        os.close(1)
        os.open(os.devnull, os.O_WRONLY)  # the report
        processes.speak_aside()
        print("out \ud800")
        print("error ü", file=sys.stderr)
        os.write(1, b"not by Python\n")
        sys.stdout.close()
        sys.stderr.close()
        os.write(2, b"still open\n")

    assert forked(work) == ("out \\ud800\nerror ü\nnot by Python\nstill open\n", 0)


def test_where_there_is_no_error_stream_a_process_works_all_the_same():
    def work():
        kept = os.dup(2)
        os.close(2)
        processes.speak_aside()
        os.write(kept, b"fine")

    assert forked(work) == ("fine", 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells a process that its parent has died")
def test_a_process_leaves_ctrl_c_to_its_master_and_dies_with_it():
    def work():
        asked = ctypes.c_int(0)
        for number, handler in (("SIGINT", signal.SIG_DFL), ("SIGHUP", signal.SIG_DFL), ("SIGTERM", signal.SIG_IGN)):
            signal.signal(signal.Signals[number], handler)  # whoever runs the tests may have others
        before = set(threading.enumerate())
        processes.end_with(os.getppid())
        ctypes.CDLL(None).prctl(IN_PRCTL, ctypes.byref(asked))
        (watching,) = set(threading.enumerate()) - before
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)]
        assert asked.value == signal.SIGKILL, asked.value
        assert handlers == [signal.SIG_IGN, signal.SIG_IGN, signal.SIG_DFL], handlers
        assert watching.daemon

    assert forked(work) == ("", 0)


def test_a_process_whose_master_is_gone_ends_at_its_next_look(monkeypatch):
    class Ended(BaseException):
        pass

    def ended(status):
        events.append(f"ended with {status}")
        raise Ended

    events, parents = [], iter([7, 7, 1])
    monkeypatch.setattr(processes.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(processes.time, "sleep", events.append)
    monkeypatch.setattr(processes.os, "_exit", ended)
    with pytest.raises(Ended):
        processes._watch(7)
    assert events == [0.5, 0.5, "ended with 1"]


def test_a_process_of_a_pool_speaks_aside_has_its_memory_and_ends_with_its_master(monkeypatch):
    events = []
    monkeypatch.setattr(processes, "speak_aside", lambda: events.append("aside"))
    monkeypatch.setattr(processes, "limit_memory", events.append)
    monkeypatch.setattr(processes, "end_with", lambda master: events.append(f"with {master}"))
    monkeypatch.setattr(processes, "ProcessPoolExecutor", lambda *how, **named: (how, named))
    (jobs, context), named = processes.processes(3, 1.5)
    assert (jobs, context) == (3, processes.CONTEXT)
    named["initializer"](*named["initargs"])
    assert events == ["aside", 1.5, f"with {os.getpid()}"]
    assert processes.processes(3)[1]["initargs"] == (os.getpid(), None)


def test_processes_are_forked_where_that_is_possible():
    assert processes.FORKED
    assert processes.CONTEXT.get_start_method() == "fork"


def test_nobody_elses_processes_are_killed_with_a_pool_of_another_kind(monkeypatch):
    killed = []
    child = SimpleNamespace(kill=lambda: killed.append(1))
    monkeypatch.setattr(processes.multiprocessing, "active_children", lambda: [child])

    class Pool(Executor):
        pass

    assert Workers(Pool, Pool()).kill()
    assert killed == []


@pytest.mark.parametrize("error", [AttributeError, OSError, TypeError])
def test_where_the_system_ends_no_process_with_its_master_a_thread_does(error, monkeypatch):
    def refused(_):
        raise error

    begun = []
    monkeypatch.setattr(ctypes, "CDLL", refused)
    monkeypatch.setattr(processes, "heed", begun.append)
    monkeypatch.setattr(signal, "signal", lambda *given: begun.append(given))
    monkeypatch.setattr(threading, "Thread", lambda **given: SimpleNamespace(start=lambda: begun.append(given["args"])))
    processes.end_with(17)
    assert begun == [signal.SIG_IGN, (signal.SIGTERM, signal.SIG_DFL), (17,)]
