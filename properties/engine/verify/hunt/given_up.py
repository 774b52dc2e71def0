"""Tasks whose process dies are begun again, those that do not return are given up, and what came is kept."""

import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.queues import BULK, end, found, queue_of, small_sums, submitted
from verify import Scalar, leq
from verify.errors import UsageError
from verify.hunt import elsewhere
from verify.hunt import search as searching
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, _cancel, search
from verify.hunt.tasks import Task


def small(x: Scalar):
    leq(x, 1)


@pytest.fixture
def now(monkeypatch):
    """Return the seconds of the clock, in a list."""
    seconds = [100.0]
    monkeypatch.setattr(searching, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


# --- what dies, and what does not return ------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [BrokenExecutor, CancelledError])
def test_a_task_whose_process_died_is_tried_again_twice_with_all_that_ended_with_it(now, error):
    queue = queue_of()
    submitted(queue, 2)
    for tries in (1, 2):
        queue.workers.futures[-1].set_exception(error())
        queue.collect()
        assert [task.index for task in queue.workers.tasks[2 * tries :]] == [0, 1]  # in their order
        assert len(queue.pending) == 2
        assert queue.workers.kills == tries
    queue.workers.futures[-1].set_exception(error())
    queue.collect()
    assert len(queue.workers.tasks) == 6
    assert queue.pending == {}
    assert queue.state.total.errors == ["a process died in bulk from d = 1 on"]
    assert queue.over


def test_where_nothing_can_be_killed_only_what_broke_is_tried_again(now):
    queue = queue_of(killed=False)
    submitted(queue, 2)
    queue.workers.futures[0].set_exception(BrokenExecutor())
    queue.collect()
    assert [task.index for task in queue.workers.tasks] == [0, 1, 0]
    assert len(queue.pending) == 2


def test_what_an_executor_raises_is_an_error_of_that_task_alone(now):
    queue = queue_of(body=small, moves=[Move("hypothesis", ((),))] * 2)
    first, second = submitted(queue, 2)
    end(first, instances=1)
    second.set_exception(ValueError("out of order"))
    queue.collect()
    assert queue.state.total.errors == ["a worker failed: out of order"]
    assert queue.taken == 2
    assert queue.state.total.instances == 1


def test_an_error_ends_the_search_no_later_than_its_deadline(now):
    for deadline, left in ((101.0, 101.0), (float("inf"), 103.0), (250.0, 103.0)):
        now[0] = 100.0
        queue = queue_of()
        queue.deadline = deadline
        (first,) = submitted(queue, 1)
        end(first, errors=["no value"])
        queue.collect()
        assert queue.deadline == left


def overdue(queue, *late):
    """Let the time of some tasks be over."""
    for k, (future, (task, _)) in enumerate(list(queue.pending.items())):
        queue.pending[future] = task, -1e6 if k in late else 0.0


def test_a_task_that_does_not_return_is_an_error_and_those_beside_it_begin_again(now):
    queue = queue_of()
    submitted(queue, 3)
    overdue(queue, 1)
    queue.collect()
    assert queue.workers.kills == 1
    assert [task.index for task in queue.workers.tasks] == [0, 1, 2, 0, 2]
    assert list(queue.waiting) == [1]
    assert queue.waiting[1].errors == ["the claim does not return in bulk from d = 1 on: it was given up"]
    assert queue.waiting[1].strategy == "bulk"


@pytest.mark.parametrize("why", ["late", "found", "now"])
def test_where_the_time_is_over_nothing_begins_again_unless_a_counterexample_waits_for_it(now, why):
    queue = queue_of()
    submitted(queue, 2)
    overdue(queue, 1)
    queue.deadline, queue.found = 100.0 if why == "now" else 99.0, why == "found"
    queue.collect()
    assert [task.index for task in queue.workers.tasks[2:]] == ([0] if why == "found" else [])
    assert queue.state.total.errors == ([] if why == "found" else [queue_error("bulk from d = 1 on")])


def queue_error(where):
    return f"the claim does not return in {where}: it was given up"


def test_in_an_executor_that_is_lent_the_others_go_on_and_the_late_one_is_cancelled(now):
    queue = queue_of(killed=False, body=small, moves=[Move("hypothesis", ((),))] * 3)
    futures = submitted(queue, 3)
    overdue(queue, 0, 2)
    queue.collect()
    assert [task.index for task, _ in queue.pending.values()] == [1]
    assert [future.cancelled() for future in futures] == [True, False, True]
    assert len(queue.workers.tasks) == 3
    assert queue.state.total.errors == [queue_error("hypothesis")]


def test_it_is_waited_until_the_first_task_is_overdue(now, monkeypatch):
    queue, waited = queue_of(), []
    futures = submitted(queue, 2)
    end(futures[0])
    monkeypatch.setattr(searching, "overdue", lambda task, started: started + 10.0)
    monkeypatch.setattr(searching, "first_done", lambda pending, seconds, _: waited.append(seconds) or {futures[0]})
    queue.clock = lambda: 5.0
    both = zip(queue.pending.items(), (3.0, 4.0), strict=True)
    queue.pending = {future: (task, start) for (future, (task, _)), start in both}
    queue.collect()
    assert waited == [8.0]
    queue.pending = {futures[0]: (next(iter(queue.pending.values()))[0], -5.5)}
    queue.collect()
    assert waited == [8.0, 0.0]  # it is late already


def test_a_wait_that_ends_a_little_early_gives_up_the_task_that_it_was_for(now, monkeypatch):
    queue = queue_of(killed=False)
    submitted(queue, 2)
    queue.clock = lambda: 5.0
    due = {0: 7.0, 1: 5.01}
    monkeypatch.setattr(searching, "overdue", lambda task, started: due[task.index])
    monkeypatch.setattr(searching, "first_done", lambda *_: set())
    queue.collect()
    assert [task.index for task, _ in queue.pending.values()] == [0]
    assert queue.waiting[1].errors == [queue_error("bulk from d = 1 on")]


def test_the_time_of_a_task_that_waits_has_not_begun(now):
    queue = queue_of()
    first, second = submitted(queue, 2)
    overdue(queue, 0)
    queue.workers.waiting.add(first)
    end(second)
    queue.collect()
    assert queue.pending[first][1] >= 0
    assert queue.workers.kills == 0


def test_a_task_is_overdue_once_it_has_had_its_time_and_some_more(monkeypatch):
    task = Task(0, BULK, 7, 2.0, 5.0, None, 8.0)
    for slowness in (1.0, 3.0):
        monkeypatch.setattr(elsewhere, "slowness", lambda slowness=slowness: slowness)
        assert elsewhere.overdue(task, 100.0) == 100.0 + slowness * (8.0 + 5.0 + 10.0)


def test_a_task_in_a_thread_is_ended_when_its_time_is_over_and_says_so(monkeypatch):
    def endless(claim, task, directory):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            pass
        raise AssertionError("nothing has ended it")

    monkeypatch.setattr(elsewhere, "find", lambda *_: claim_of(small_sums))
    monkeypatch.setattr(elsewhere, "run_task", endless)
    monkeypatch.setattr(elsewhere, "slowness", lambda: 1.0)
    task = Task(0, BULK, 7, 0.01, 0.02, None, 0.01)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(elsewhere.run_elsewhere, "small_sums", None, task, None).result(timeout=300)
        assert ended.errors == ["the claim does not return within 0.03 s"]
        assert ended.strategy == "bulk"
        here = Findings("bulk", instances=3)
        monkeypatch.setattr(elsewhere, "run_task", lambda *_: here)
        task = Task(0, BULK, 7, 300.0, 300.0, None, 300.0)
        assert pool.submit(elsewhere.run_elsewhere, "small_sums", None, task, None).result(timeout=300) is here
    assert here.errors == []
    assert threading.current_thread() is threading.main_thread()
    monkeypatch.setattr(elsewhere, "interrupt_after", None)  # here a task is interrupted by itself
    assert elsewhere.run_elsewhere("small_sums", None, task, None) is here


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_future_that_cannot_be_cancelled_is_not():
    for future, cancelled in (
        (SimpleNamespace(), False), (SimpleNamespace(cancel=lambda: False), False),
        (SimpleNamespace(cancel=lambda: None), False), (SimpleNamespace(cancel=lambda: True), True),
    ):  # fmt: skip
        assert _cancel(future) is cancelled


def test_what_is_under_way_at_the_end_is_cancelled_and_killed_where_it_cannot_be(now):
    queue = queue_of()
    first, second = submitted(queue, 2)
    queue.cancel()
    assert first.cancelled()
    assert second.cancelled()
    assert queue.workers.kills == 0
    queue = queue_of()
    first, _ = submitted(queue, 2)
    first.set_running_or_notify_cancel()
    queue.cancel()
    assert queue.workers.kills == 1
    queue = queue_of()
    queue.cancel()
    assert queue.workers.kills == 0


def test_where_there_are_no_workers_any_more_all_that_has_come_is_taken_in(now):
    queue = queue_of()
    futures = submitted(queue, 5)
    end(futures[1], instances=2)
    end(futures[3], instances=4, certificate=found(2))
    futures[2].set_exception(ValueError("lost"))
    queue.waiting[4] = Findings("bulk", instances=8)
    queue.take_in()
    assert queue.state.total.instances == 14
    assert queue.state.total.certificate == found(2)
    assert queue.state.total.errors == []
    assert queue.waiting == {}
    queue = queue_of()
    queue.waiting = {index: Findings("bulk", errors=[str(index)]) for index in (3, 1, 2)}
    queue.take_in()
    assert queue.state.total.errors == ["1", "2", "3"]


def test_workers_that_are_lost_are_an_error_once():
    class Lost:
        def submit(self, *_):
            raise UsageError("no more work")

        def kill(self):
            return True

    hunt = Hunt(claim_of(small_sums), 0, 1.0)
    search(hunt, Lost(), 2, None)
    search(hunt, Lost(), 2, None)
    assert hunt.total.errors == ["no more work"]
    assert hunt.seconds >= 0
