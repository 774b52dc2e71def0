"""Limits of memory and time, to the byte and to the second, on a clock that the test holds."""

import ctypes
import resource
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from verify.workers import limits
from verify.workers.limits import GivenUp, interrupt_after, one_at_a_time, time_limit

HARD = 2**40


@pytest.fixture
def limited(monkeypatch):
    """Return the limits that are set, of which none is in force."""
    seen = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (7, HARD))
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: seen.append(limit))
    return seen


def test_a_process_has_so_many_gibibytes_or_all_that_there_are(limited):
    for gibibytes in (1.5, limits.MEMORY, None):
        limits.limit_memory(gibibytes)
    most = [int(1.5 * 1024**3), 4 * 1024**3, HARD]
    assert limited == [(resource.RLIMIT_DATA, (soft, HARD)) for soft in most]


@pytest.mark.parametrize(
    ("status", "held"),
    [("VmPeak:\t 9 kB\nVmData:\t 2097152 kB\nVmStk:\t 5 kB", 2.0), ("VmPeak:\t 9 kB", 0.0), (None, 0.0)],
)
def test_a_fork_has_so_much_more_than_its_parent_had_where_that_is_known(status, held, limited, monkeypatch):
    def read(*_, **__):
        if status is None:
            raise FileNotFoundError
        return status

    monkeypatch.setattr(limits, "Path", lambda path: SimpleNamespace(read_text=read))
    limits.limit_data_beyond(0.5)
    limits.limit_data_beyond(None)
    assert [soft for _, (soft, _) in limited] == [int((held + 0.5) * 1024**3), HARD]


def test_a_process_whose_name_is_no_text_is_limited_as_any_other(limited, tmp_path, monkeypatch):
    (tmp_path / "status").write_bytes(b"Name:\t\xff\xfe\nVmData:\t 1048576 kB\n")
    asked = []
    monkeypatch.setattr(limits, "Path", lambda path: asked.append(path) or tmp_path / "status")
    limits.limit_data_beyond(0.5)
    assert [soft for _, (soft, _) in limited] == [int(1.5 * 1024**3)]
    assert asked == ["/proc/self/status"]


def test_where_there_is_no_limit_there_is_none(monkeypatch):
    def refusing(error):
        def act(*_):
            raise error

        return act

    for error in (OSError(), ValueError()):
        for name in ("getrlimit", "setrlimit"):
            with monkeypatch.context() as patched:
                patched.setattr(resource, name, refusing(error))
                limits.limit_memory(1.0)
                limits.write_no_core()
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (7, HARD))
    limits.limit_memory(float("inf"))
    limits.limit_memory(1e30)
    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    limits.limit_memory(1.0)
    limits.write_no_core()


def test_a_crash_leaves_no_image(limited):
    limits.write_no_core()
    assert limited == [(resource.RLIMIT_CORE, (0, HARD))]


def test_a_busy_machine_is_as_slow_as_its_cores_are_wanted_and_a_free_one_not_at_all(monkeypatch):
    monkeypatch.setattr(limits, "_CORES", 4)
    loads = iter([(0.0, 99, 99), (4.0, 99, 99), (10.0, 0, 0)])
    monkeypatch.setattr(limits.os, "getloadavg", lambda: next(loads))
    assert [limits.slowness() for _ in range(3)] == [1.0, 1.0, 2.5]
    monkeypatch.delattr(limits.os, "getloadavg")
    assert limits.slowness() == 1.0


@pytest.fixture
def alarms(monkeypatch):
    """Return what is asked of the timer, and a clock of work that goes when it is told to; the machine is free."""
    seen = SimpleNamespace(timers=[], worked=0.0, handlers=[])
    monkeypatch.setattr(limits, "slowness", lambda: 1.0)
    monkeypatch.setattr(limits.time, "process_time", lambda: seen.worked)
    monkeypatch.setattr(limits.signal, "setitimer", lambda _, *times: seen.timers.append(times))
    monkeypatch.setattr(limits.signal, "signal", lambda _, handler: (seen.handlers.append(handler), "before")[1])
    return seen


def test_a_limit_is_eight_alarms_the_last_of_which_ends_the_block(alarms):
    with time_limit(8.0):
        assert alarms.timers == [(1.0, 1.0)]
        heard = alarms.handlers[-1]
        for _ in range(7):
            heard()
        assert alarms.timers == [(1.0, 1.0)]
        with pytest.raises(GivenUp):
            heard()
        assert alarms.timers[1:] == [(0,)]
    assert alarms.timers[2:] == [(0,)]
    assert (alarms.handlers[-1], limits._limits) == ("before", [])


def test_work_that_no_alarm_interrupted_is_taken_off_and_half_an_alarm_is_nothing(alarms):
    limit = limits._Limit(8.0)
    alarms.worked = 3.0
    limit.spend(1.0)
    assert (limit.given, limit.left, limit.part) == (8.0, 5.0, 1.0)
    limit.spend(1.0)
    assert limit.left == 4.0
    limit.watch()
    for left, over in ((0.5, False), (0.49, True)):
        limit.left = left
        assert limit.over == over
    limit.watch()
    assert alarms.timers == [(1.0, 1.0), (1e-6, 1.0)]


def test_a_block_in_a_block_ends_no_later_than_that_which_goes_on_afterwards(alarms):
    with time_limit(8.0):
        outer = limits._limits[-1]
        with time_limit(80.0):
            assert limits._limits[-1].given == 8.0
            alarms.handlers[-1]()
        assert outer.left == 7.0
        assert alarms.timers[-2:] == [(0,), (1.0, 1.0)]
        with time_limit(1.6):
            assert limits._limits[-1].given == 1.6
        outer.left = -1.0
        with time_limit(1.0):
            assert limits._limits[-1].given == 0.01
    with time_limit(0.0):
        assert limits._limits[-1].given == 0.01
    assert limits._limits == []


def test_a_busy_machine_has_more_time(alarms, monkeypatch):
    monkeypatch.setattr(limits, "slowness", lambda: 3.0)
    with time_limit(2.0):
        assert limits._limits[-1].given == 6.0


def test_another_thread_has_no_such_limit(alarms):
    def work():
        with time_limit(8.0):
            assert limits._limits == []

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert (alarms.timers, alarms.handlers) == ([], [])


def test_nobody_watches_what_comes_after_a_block():
    with interrupt_after(600.0, GivenUp) as late:
        (watching,) = {thread for thread in threading.enumerate() if thread.name.endswith("(watch)")}
        assert watching.daemon
    watching.join(60.0)
    assert (watching.is_alive(), late.is_set()) == (False, False)


def test_a_block_is_interrupted_after_eight_waits_and_again_each_second_until_it_is_over(monkeypatch):
    """Of which each is short, so that of a time in which the process was stopped one counts."""
    waits, raised, watching = [], [], []

    class Event:
        """Over after twenty waits."""

        def __init__(self):
            self.heard = False

        def wait(self, seconds):
            waits.append(seconds)
            return len(waits) >= 20

        def is_set(self):
            return self.heard

        def set(self):
            self.heard = True

    class Thread:
        def __init__(self, target, daemon):
            assert daemon
            watching.append(target)

        def start(self):
            """Watch later, when the test says so."""

    for name, what in (("Event", Event), ("Thread", Thread)):
        monkeypatch.setattr(limits.threading, name, what)
    pythonapi = SimpleNamespace(
        PyThreadState_SetAsyncExc=lambda thread, error: raised.append((thread.value, error.value))
    )
    monkeypatch.setattr(limits.ctypes, "pythonapi", pythonapi)
    monkeypatch.setattr(limits, "_take_back", lambda thread: raised.append(thread.value))
    own = threading.get_ident()
    with interrupt_after(16.0, GivenUp) as late:
        watching[0]()
        assert late.is_set()
    assert waits == [2.0] * 8 + [0.125] * 12
    assert raised == [(own, GivenUp)] * 2 + [own]
    del raised[:]
    with interrupt_after(16.0, GivenUp):
        pass
    watching[1]()  # it comes too late: nothing is raised in what comes after the block
    assert raised == []


def _loop():
    while True:
        pass


def test_a_block_that_takes_too_long_is_told_so():
    with pytest.raises(GivenUp), interrupt_after(0.01, GivenUp) as late:
        _loop()
    assert late.is_set()


def test_one_thread_is_in_such_a_block_whatever_ended_an_earlier_one():
    with pytest.raises(LookupError), one_at_a_time(1.0):
        raise LookupError
    with one_at_a_time(1.0), pytest.raises(TimeoutError, match="it is still busy"), one_at_a_time(0.01):
        raise AssertionError("two at a time")
    with one_at_a_time(0.01):
        pass


def test_no_exception_is_on_its_way_after_it_was_taken_back():
    limits._take_back(ctypes.c_ulong(threading.get_ident()))
    for _ in range(1000):
        pass  # where it would come


TRACED = """
import sys
from verify.workers.limits import interrupt_after

class GivenUp(Exception):
    pass

def work():
    try:
        with interrupt_after(0.1, GivenUp):
            while True:
                pass
    except GivenUp:
        return after()

def after():
    return "after"

sys.settrace(lambda *_: lambda *_: None)
print(work(), after())
"""


@pytest.mark.long
def test_what_is_given_up_goes_on_where_its_calls_are_traced():
    """By coverage or a debugger: an exception that is announced and never comes would be looked for for ever."""
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "after after\n"
