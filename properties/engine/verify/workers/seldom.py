"""What work meets seldom: systems without a timer, a terminal that loses its cursor, guards, futures of two kinds."""

import multiprocessing
import os
import runpy
import signal
import sys
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from verify.workers import interruption, limits, processes, supervision
from verify.workers.limits import GivenUp, interrupt_after, time_limit
from verify.workers.processes import first_done
from verify.workers.supervision import supervised


@pytest.mark.parametrize(("terminal", "written"), [(True, b"\x1b[?25h\n"), (False, b"")])
def test_a_terminal_has_its_cursor_back_whatever_ends_a_command(terminal, written, monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: terminal, fileno=lambda: writing))
    monkeypatch.setattr(interruption.multiprocessing, "active_children", list)
    monkeypatch.setattr(interruption, "tidy", lambda: None)
    monkeypatch.setattr(interruption.os, "_exit", lambda status: None)
    interruption._end()
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert pipe.read() == written


def test_where_there_is_no_timer_there_is_no_limit_of_time(monkeypatch):
    before = signal.getsignal(signal.SIGALRM)
    monkeypatch.delattr(limits.signal, "setitimer")
    with time_limit(1e-9):
        assert limits._limits == []
        assert signal.getsignal(signal.SIGALRM) is before


def test_a_machine_has_as_many_cores_as_it_says_or_one(monkeypatch):
    for told, cores in ((6, 6), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda told=told: told)
        assert runpy.run_path(limits.__file__)["_CORES"] == cores
    assert repr(cores) == repr(runpy.run_path(limits.__file__)["_CORES"]) == "1"


def test_a_block_is_over_and_late_behind_a_guard(monkeypatch):
    events, watching = [], []

    class Guard:
        def __enter__(self):
            events.append("in")

        def __exit__(self, *_):
            events.append("out")

    class Event:
        def __init__(self):
            self.heard, self.waits = False, 0

        def wait(self, _):
            self.waits += 1
            return self.waits > 8

        def is_set(self):
            return self.heard

        def set(self):
            self.heard = True
            events.append("set")

    class Thread:
        def __init__(self, target, daemon):
            watching.append(target)

        def start(self):
            """Watch when the test says so."""

    for name, what in (("Lock", Guard), ("Event", Event), ("Thread", Thread)):
        monkeypatch.setattr(limits.threading, name, what)
    monkeypatch.setattr(limits.ctypes, "pythonapi", SimpleNamespace(PyThreadState_SetAsyncExc=lambda *_: None))
    monkeypatch.setattr(limits, "_take_back", lambda thread: events.append("taken back"))
    with interrupt_after(8.0, GivenUp):
        watching[0]()
        assert events == ["in", "set", "out"]
    assert events[3:] == ["in", "set", "out", "taken back"]


def test_futures_of_two_kinds_are_asked_and_those_of_python_alone_are_waited_for(monkeypatch):
    slept = []
    monkeypatch.setattr(processes.time, "sleep", slept.append)
    assert first_done([Future()], 0.0) == set()
    assert slept == []
    other = Other()
    assert first_done([Future(), other], 0.0) == {other}


class Other:
    """A future of somebody else's, which is done."""

    def done(self):
        """Say so."""
        return True


def test_where_no_process_is_forked_processes_are_started_as_python_does(monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    space = runpy.run_path(processes.__file__)
    assert not space["FORKED"]
    assert space["CONTEXT"] is multiprocessing.get_context()


def test_memory_that_a_fork_shares_is_in_no_file(monkeypatch):
    monkeypatch.setattr(supervision, "CONTEXT", SimpleNamespace(RawArray=lambda *_: pytest.fail("it is in a file")))
    place = supervision._shared()
    place.value = b"here"
    assert (len(place), place.value) == (4096, b"here")


def test_the_last_task_is_done_again_too_and_in_no_process_that_waits(workers):
    workers.answers["c"] = ["suspect", "fine"]
    found = supervised("work", [("a",), ("b",), ("c",)], 2, lambda task: 1.0, lambda result: result == "suspect")
    assert [(task[0], result) for task, result in found] == [("a", "fine"), ("b", "fine"), ("c", "fine")]
    assert [worker.log for worker in workers.made] == [["a", "killed"], ["b", "c", "killed"], ["c", "killed"]]
