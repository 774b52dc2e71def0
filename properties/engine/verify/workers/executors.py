"""Who does the work: pools that are made when they are needed and killed, executors that are lent, calls that wait."""

import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from types import SimpleNamespace

import pytest

from verify.errors import UsageError
from verify.workers import cluster, interruption, processes, supervision
from verify.workers.cluster import workers_of
from verify.workers.lent import Lent
from verify.workers.processes import Workers, first_done
from verify.workers.supervision import _cause


class Pool(Executor):
    """Does at once what it is given, unless it is broken, and notes how it is shut down."""

    def __init__(self, broken=False):
        self.broken, self.ended = broken, []

    def submit(self, function, *arguments):
        """Do it."""
        if self.broken:
            raise BrokenExecutor("a process died")
        future = Future()
        future.set_result(function(*arguments))
        return future

    def shutdown(self, **how):
        """Note it."""
        self.ended.append(how)


def test_a_pool_is_made_when_there_is_work_and_anew_after_its_end():
    made = []
    workers = Workers(lambda: made.append(Pool()) or made[-1])
    assert made == []
    assert [workers.submit(abs, -k).result() for k in (1, 2)] == [1, 2]
    assert len(made) == 1
    assert not workers.waits(None)
    assert workers.kill()
    assert made[0].ended == [{"wait": False, "cancel_futures": True}]
    assert workers.submit(abs, -3).result() == 3
    assert len(made) == 2
    assert Workers(Pool).kill()


def test_a_pool_that_broke_is_replaced_and_the_first_is_the_one_that_is_given():
    first, second = Pool(broken=True), Pool()
    workers = Workers(lambda: second, first)
    assert workers.submit(abs, -3).result() == 3
    assert (len(first.ended), second.ended) == (1, [])


def test_a_pool_is_left_to_finish_unless_something_went_wrong_or_its_processes_could_stay():
    pool = Pool()
    with Workers(Pool, pool):
        pass
    assert pool.ended == [{"cancel_futures": True}]
    with pytest.raises(LookupError), Workers(Pool, pool):
        raise LookupError
    assert pool.ended[1:] == [{"wait": False, "cancel_futures": True}]
    with Workers(Pool):
        pass


def test_processes_are_killed_before_their_pool_is_shut_down(monkeypatch):
    events = []
    monkeypatch.setattr(
        processes.multiprocessing, "active_children", lambda: [SimpleNamespace(kill=lambda: events.append("kill"))]
    )
    pool = object.__new__(ProcessPoolExecutor)
    monkeypatch.setattr(ProcessPoolExecutor, "shutdown", lambda self, **how: events.append(how))
    with Workers(Pool, pool):
        pass
    assert events == ["kill", {"wait": True, "cancel_futures": True}]


def test_as_many_work_as_are_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr(cluster, "processes", lambda *how: made.append(how) or Pool())
    monkeypatch.setattr(cluster, "Cluster", lambda address: SimpleNamespace(processes=3, address=address))
    for jobs, count in ((None, 5), (2, 2)):
        workers, found = workers_of(None, jobs, 5, 1.5)
        assert found == count
        workers.submit(abs, 1)
        assert made[-1] == (count, 1.5)
    assert [workers_of("tcp://a:1", jobs, 5)[1] for jobs in (None, 2, 7)] == [3, 2, 3]


def test_a_lent_executor_is_used_and_left_as_it_is():
    pool = Pool()
    lent = Lent(pool)
    assert lent.submit(abs, -2).result() == 2
    assert not lent.kill()
    with pytest.raises(LookupError), lent:
        raise LookupError
    assert pool.ended == []
    pool.broken = True
    with pytest.raises(UsageError, match="the executor takes no more work: a process died: make a new one"):
        lent.submit(abs, -2)


@pytest.mark.parametrize(
    ("running", "done", "waits"),
    [(False, False, True), (True, False, False), (False, True, False), (True, True, False), (None, False, False)],
)
def test_a_call_waits_that_neither_runs_nor_is_done_as_far_as_is_known(running, done, waits):
    methods = {"done": lambda: done} | ({} if running is None else {"running": lambda: running})
    assert Lent(Pool()).waits(SimpleNamespace(**methods)) is waits


class Foreign:
    """A future of somebody else's, which can only be asked whether it is done."""

    def __init__(self, asked):
        self.asked = asked

    def done(self):
        """Say so when it was asked often enough."""
        self.asked -= 1
        return self.asked < 0


def test_some_futures_are_waited_for_those_of_others_too_and_no_longer_than_is_said(monkeypatch):
    slept, now = [], [0.0]
    monkeypatch.setattr(processes.time, "sleep", lambda seconds: (slept.append(seconds), now.append(now[-1] + seconds)))
    clock = lambda: now[-1]  # noqa: E731
    never, soon = Foreign(10**9), Foreign(2)
    assert first_done([never, soon], 1.0, clock) == {soon}
    assert slept == [0.02, 0.02]
    assert first_done([never], 0.05, clock) == set()
    assert slept[2:] == pytest.approx([0.02, 0.02, 0.01, 0.0], abs=1e-9) or slept[2:] == pytest.approx(
        [0.02, 0.02, 0.01]
    )
    done = Future()
    done.set_result(1)
    assert first_done([Future(), done], 0.0) == {done}
    assert first_done([Future()], 0.0) == set()
    monkeypatch.setattr(interruption, "_requested", 1.0)
    with pytest.raises(interruption.Interrupted):
        first_done([done])


def test_whoever_waits_looks_ten_times_a_second_whether_an_end_was_requested(monkeypatch):
    waited, future = [], Future()

    def wait(futures, seconds, **_):
        waited.append(seconds)
        return SimpleNamespace(done={future} if len(waited) == 3 else set())

    monkeypatch.setattr(processes, "wait", wait)
    assert first_done([future], 1000.0, lambda: 0.0) == {future}
    assert waited == [0.1] * 3


# --- requests to end, and what is said of a death ---------------------------------------------------------------------


def test_signals_within_half_a_second_are_one_request_and_a_later_one_ends_the_process(monkeypatch):
    now, ended = [100.0], []
    monkeypatch.setattr(interruption, "_requested", None)
    monkeypatch.setattr(interruption.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(interruption, "_end", lambda: ended.append(now[0]))
    interruption.check()
    for now[0] in (100.0, 100.25, 100.5, 100.75):
        interruption._request()
    assert ended == [100.75]
    with pytest.raises(interruption.Interrupted):
        interruption.check()


def test_handlers_are_ours_inside_the_block_alone_and_no_request_outlives_it(monkeypatch):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(interruption, "_requested", 3.0)
    with interruption.interruptible():
        interruption.check()  # what was requested earlier does not count
        assert signal.getsignal(signal.SIGINT) is signal.getsignal(signal.SIGTERM) is interruption._request
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(interruption.Interrupted):
            interruption.check()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    interruption.check()


def test_whoever_is_killed_at_once_leaves_nobody_behind(monkeypatch):
    events = []
    child = SimpleNamespace(pid=7, kill=lambda: events.append("kill"), join=lambda: events.append("join"))
    monkeypatch.setattr(interruption.multiprocessing, "active_children", lambda: [child])
    monkeypatch.setattr(interruption.os, "killpg", lambda *group: events.append(group))
    monkeypatch.setattr(interruption, "tidy", lambda: events.append("tidy"))
    monkeypatch.setattr(interruption.os, "_exit", events.append)
    interruption._end()
    assert events == [(7, signal.SIGKILL), "kill", "join", "tidy", 130]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "its connection is lost"), (0, "exit status 0"), (3, "exit status 3"), (-15, "SIGTERM"),
        (-9, "SIGKILL, for want of memory perhaps"), (-6, "SIGABRT, for want of memory perhaps"), (-63, "signal 63"),
    ],
)  # fmt: skip
def test_how_a_process_died_is_said(status, words):
    assert _cause(status) == words


def test_what_a_task_is_at_is_noted_as_far_as_there_is_room(monkeypatch):
    place = supervision._shared()
    monkeypatch.setattr(supervision, "_place", place)
    monkeypatch.setattr(supervision, "_process", os.getpid())
    for text in (", at (x = ½)", "", "ü" * 5000, "\ud800"):
        supervision.note(text)
        noted = place.value.decode("utf-8", "ignore")
        assert noted == text[:2047] if text.isprintable() or not text else noted == "\\ud800"
    left = []
    monkeypatch.setattr(supervision.os, "_exit", left.append)
    monkeypatch.setattr(supervision, "_process", -1)
    supervision.note("of a fork")
    assert left == [0]


def test_nobody_notes_anything_where_nobody_supervises(monkeypatch):
    monkeypatch.setattr(supervision, "_place", None)
    monkeypatch.setattr(supervision.os, "_exit", lambda status: pytest.fail("ended"))
    supervision.note("x")
