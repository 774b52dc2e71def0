"""One task in one process, on a clock that the test holds: when it has ended, in what, and what is left of it."""

import os
import pickle
import signal
import threading
import warnings
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import pytest

from verify.workers import interruption, supervision
from verify.workers.supervision import Lost, _Worker, supervised


class Connection:
    """What comes of a pipe: a result, or an error, or nothing."""

    def __init__(self, *comes):
        self.comes, self.sent, self.closed = list(comes), [], False

    def poll(self):
        """Say whether something has come."""
        return bool(self.comes)

    def recv(self):
        """Return it."""
        found = self.comes.pop(0)
        if isinstance(found, BaseException):
            raise found
        return found

    def send(self, task):
        """Take a task."""
        if self.comes and isinstance(self.comes[0], BrokenPipeError):
            raise self.comes[0]
        self.sent.append(task)

    def close(self):
        """Note it."""
        self.closed = True


def worker(connection, alive=True, exitcode=None):
    """Return a worker whose process is as the test wants it."""
    made = object.__new__(_Worker)
    made.connection, made.tasks, made.spent, made.task, made.result = connection, 0, False, (), None
    made._place = SimpleNamespace(value=b"an earlier place")
    lives = alive if callable(alive) else lambda: alive
    made._process = SimpleNamespace(is_alive=lives, exitcode=exitcode, pid=4711)
    return made


def begun(connection, **how):
    """Return a worker that has begun a task at 100 s, which may take 5 s."""
    made = worker(connection, **how)
    made.begin(("task",), lambda task: 5.0 if task == ("task",) else 0.0, 100.0)
    return made


def test_a_task_is_sent_to_its_process_and_nothing_is_left_of_the_one_before():
    made = worker(Connection())
    made.result = "old"
    made.begin(("task",), lambda task: 5.0, 100.0)
    assert (made.task, made.result, made.tasks, made._place.value) == (("task",), None, 1, b"")
    assert made.connection.sent == [("task",)]
    made.begin(("next",), lambda task: 5.0, 100.0)
    assert made.tasks == 2
    begun(Connection(BrokenPipeError()))  # it has died meanwhile, which is seen next


def test_a_task_has_ended_when_its_result_is_there_however_late():
    made = begun(Connection(("result", True)), alive=False)
    assert made.ended(1e9)
    assert (made.result, made.spent) == ("result", True)


def test_a_task_that_takes_longer_than_it_may_is_late_and_says_where_it_was():
    made = begun(Connection())
    assert not made.ended(104.99)
    made._place.value = "at ½".encode() + b"\xff"
    assert made.ended(105.0)
    assert made.result == Lost("the claim does not return within 5 s", "at ½", 5.0, late=True)


@pytest.mark.parametrize("error", [
    EOFError(), OSError(), ValueError(), MemoryError(), pickle.UnpicklingError()
], ids=lambda error: type(error).__name__)  # fmt: skip
def test_what_is_no_result_is_a_death_of_which_the_status_is_waited_for(error, monkeypatch):
    slept, alive = [], iter([True, True, True, False])
    monkeypatch.setattr(supervision.time, "sleep", slept.append)
    made = begun(Connection(error), alive=lambda: next(alive), exitcode=-9)
    made._place.value = b"there"
    assert made.ended(101.0)
    assert made.result == Lost("its process died (SIGKILL, for want of memory perhaps)", "there", 1.0)
    assert not made.result.late
    assert slept == [0.01, 0.01]


def test_a_process_that_closes_its_connection_and_lives_is_waited_for_a_second(monkeypatch):
    slept = []
    monkeypatch.setattr(supervision.time, "sleep", slept.append)
    made = begun(Connection(EOFError()))
    assert made.ended(101.0)
    assert made.result.how == "its process died (its connection is lost)"
    assert sum(slept) == pytest.approx(1.0)


def test_a_process_is_killed_with_its_group_and_waited_for(monkeypatch):
    events = []
    monkeypatch.setattr(supervision.os, "killpg", lambda *group: events.append(group))
    made = worker(Connection())
    made._process.kill, made._process.join = lambda: events.append("kill"), lambda: events.append("join")
    made.kill()
    assert made.connection.closed
    assert events == [(4711, signal.SIGKILL), "kill", "join"]


def test_a_process_that_cannot_be_started_leaves_no_connection_open(monkeypatch):
    ours, theirs = Connection(), Connection()

    def start():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    context = SimpleNamespace(Pipe=lambda: (ours, theirs), Process=lambda **how: SimpleNamespace(start=start))
    monkeypatch.setattr(supervision, "CONTEXT", context)
    with pytest.raises(BlockingIOError):
        _Worker(print)
    assert (ours.closed, theirs.closed) == (True, True)


def test_a_process_is_given_its_end_the_place_the_work_and_its_master(monkeypatch):
    ours, theirs, given = Connection(), Connection(), {}
    context = SimpleNamespace(
        Pipe=lambda: (ours, theirs), Process=lambda **how: given.update(how) or SimpleNamespace(start=lambda: None)
    )
    monkeypatch.setattr(supervision, "CONTEXT", context)
    made = _Worker(print)
    assert given == {"target": supervision._serve, "args": (theirs, made._place, print, os.getpid())}
    assert (ours.closed, theirs.closed) == (False, True)
    assert (made.tasks, made.spent, made.task, made.result) == (0, False, (), None)


def test_nobody_is_warned_of_a_fork_whose_threads_are_not_missed_but_of_all_else(monkeypatch):
    def started(words):
        process = SimpleNamespace(start=lambda: warnings.warn(words, DeprecationWarning, stacklevel=1))
        context = SimpleNamespace(Pipe=lambda: (Connection(), Connection()), Process=lambda **how: process)
        monkeypatch.setattr(supervision, "CONTEXT", context)
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            _Worker(print)
        return len(heard)

    told = "This process (pid=7) is multi-threaded, use of fork() may lead to deadlocks in the child."
    assert [started(words) for words in (told, "something else")] == [0, 1]


def test_what_became_of_a_task_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Lost("how", "place", 1.0).late = True


# --- a process that serves ------------------------------------------------------------------------------------------


class Ended(BaseException):
    """The end of a process, in its place."""


@pytest.fixture
def serving(monkeypatch):
    """Serve in this process, and return what is done there in its order."""
    events = []

    def end(status):
        events.append(f"ended with {status}")
        raise Ended

    for name in ("_place", "_process"):  # which are set there
        monkeypatch.setattr(supervision, name, getattr(supervision, name))
    monkeypatch.setattr(supervision, "speak_aside", lambda: events.append("aside"))
    monkeypatch.setattr(supervision, "end_with", lambda master: events.append(f"with {master}"))
    monkeypatch.setattr(supervision.os, "_exit", end)
    return events


def test_a_process_does_its_tasks_until_its_master_is_gone_and_forgets_where_each_was(serving):
    place, connection = SimpleNamespace(value=b""), Connection((2, 3), (4, 5), EOFError())

    def work(*factors):
        supervision.note(f"at {factors}")
        serving.append(place.value)
        return factors[0] * factors[1]

    with pytest.raises(Ended):
        supervision._serve(connection, place, work, 7)
    assert serving == ["aside", "with 7", b"at (2, 3)", b"at (4, 5)", "ended with 1"]
    assert connection.sent == [(6, False), (20, False)]
    assert place.value == b""


def test_a_process_says_that_a_task_has_left_a_thread(serving):
    connection, over = Connection(("left",), ("nothing",), EOFError()), threading.Event()

    def work(what):
        if what == "left":
            threading.Thread(target=over.wait).start()

    with pytest.raises(Ended):
        supervision._serve(connection, SimpleNamespace(value=b""), work, 7)
    over.set()
    assert connection.sent == [(None, True), (None, True)]


# --- who does which task --------------------------------------------------------------------------------------------


def done(tasks, jobs=1):
    """Return the results of tasks in the order in which they end; one is suspect that is so called."""
    found = supervised("work", [(task,) for task in tasks], jobs, lambda task: 1.0, _suspect)
    return [(task[0], result) for task, result in found]


def _suspect(result):
    return result == "suspect" or isinstance(result, Lost)


def test_a_process_does_one_task_after_the_other_and_is_killed_at_the_end(workers):
    assert done("abc") == [("a", "fine"), ("b", "fine"), ("c", "fine")]
    assert [worker.log for worker in workers.made] == [["a", "b", "c", "killed"]]
    assert workers.looks == [(1, interruption.TICK)] * 3
    assert interruption.TICK == 0.1


def test_no_more_work_than_are_asked_for_and_none_before_there_is_work(workers):
    assert done("abcde", 2) == [(task, "fine") for task in "abcde"]
    assert [number for number, _ in workers.looks] == [2, 2, 1]
    assert len(workers.made) == 2
    assert done("", 2) == []
    assert len(workers.made) == 2


def test_what_a_process_is_suspected_of_is_done_again_in_a_new_one_but_not_its_first_task(workers):
    workers.answers.update(first="suspect", third=["suspect", "fine"], late=Lost("", "", 1.0, late=True))
    found = done(["first", "second", "third", "fourth", "late", "last"])
    assert [task for task, _ in found] == ["first", "second", "third", "fourth", "late", "last"]
    assert [result for _, result in found if isinstance(result, str)] == ["suspect", "fine", "fine", "fine", "fine"]
    assert [worker.log for worker in workers.made] == [
        ["first", "killed"], ["second", "third", "killed"], ["third", "fourth", "late", "killed"], ["last", "killed"],
    ]  # fmt: skip


def test_a_death_is_suspect_too_but_for_that_of_a_first_task(workers):
    died = Lost("its process died", "", 0.1)
    workers.answers.update(first=died, third=[died, "fine"])
    assert done(["first", "second", "third", "fourth"]) == [
        ("first", died), ("second", "fine"), ("third", "fine"), ("fourth", "fine"),
    ]  # fmt: skip
    assert [worker.log for worker in workers.made] == [
        ["first", "killed"], ["second", "third", "killed"], ["third", "fourth", "killed"],
    ]  # fmt: skip


def test_a_process_that_is_spent_does_no_further_task(workers):
    assert len(done(["a", "spends", "b"])) == 3
    assert [worker.log for worker in workers.made] == [["a", "spends", "killed"], ["b", "killed"]]


def test_an_interruption_kills_all_who_work(workers, monkeypatch):
    workers.answers["b"] = [None, None]
    running = supervised("work", [("a",), ("b",), ("c",)], 2, lambda task: 1.0, _suspect)
    assert next(running) == (("a",), "fine")
    monkeypatch.setattr(interruption, "_requested", 1.0)
    with pytest.raises(interruption.Interrupted):
        next(running)
    assert [worker.log[-1] for worker in workers.made] == ["killed", "killed"]
