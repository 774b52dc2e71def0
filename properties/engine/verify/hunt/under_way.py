"""The tasks of a hunt that are under way: taken in in their order, begun again where a process died, and given up."""

import threading
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Scalar, Vector, leq
from verify.certificates.format import certificate
from verify.errors import UsageError
from verify.hunt import elsewhere
from verify.hunt import search as searching
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, _Improvement, _Queue, search
from verify.hunt.tasks import Task


def small_sums(v: Vector["d"]):
    leq(v.sum(), 1)


def small(x: Scalar):
    leq(x, 1)


class Kept:
    """Workers that do nothing but remember what they were asked for."""

    def __init__(self, killed=True):
        self.tasks, self.futures, self.killed, self.kills, self.waiting = [], [], killed, 0, set()

    def submit(self, function, id, source, task, directory):
        assert function is elsewhere.run_elsewhere
        self.tasks.append(task)
        self.futures.append(Future())
        return self.futures[-1]

    def waits(self, future):
        return future in self.waiting

    def kill(self):
        self.kills += 1
        return self.killed


@pytest.fixture
def now(monkeypatch):
    """Return the seconds of the clock, in a list."""
    seconds = [100.0]
    monkeypatch.setattr(searching, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


BULK = Move("bulk", ((1,), (2,)))


def queue_of(moves=(BULK,) * 9, body=small_sums, budget=20.0, killed=True, saved=None):
    hunt = Hunt(claim_of(body), 7, budget, saved)
    arrived = []
    queue = _Queue(hunt, Kept(killed), None, arrived.append, iter(moves))
    queue.arrived_ = arrived
    return queue


def submitted(queue, count):
    for _ in range(count):
        queue.submit()
    return queue.workers.futures


def found(*entries):
    claim = claim_of(small_sums)
    return certificate(counterexample(claim, claim.signature.infer({"v": entries})))


def end(future, **findings):
    future.set_result(Findings("bulk", **findings))


# --- what a task is told ----------------------------------------------------------------------------------------------


def test_tasks_are_numbered_and_told_their_seed_and_how_long_they_may_take(now):
    queue = queue_of([BULK, Move("lattice", ((3,),)), BULK])
    submitted(queue, 2)
    assert queue.workers.tasks == [
        Task(0, BULK, 7, 2.0, 5.0, None, 8.0), Task(1, Move("lattice", ((3,),)), 7, 2.0, 5.0, None, 8.0),
    ]  # fmt: skip
    queue.deadline = now[0] + 1.5
    queue.submit()
    assert queue.workers.tasks[2] == Task(2, BULK, 7, 1.5, 5.0, None, 1.5)
    queue.submit()  # there is no move left
    assert len(queue.workers.tasks) == 3
    assert queue.barrier


@pytest.mark.parametrize(("budget", "patience"), [(0.1, 1.0), (3.0, 1.5), (20.0, 5.0), (1e6, 5.0)])
def test_a_body_has_half_of_the_budget_to_answer_at_one_instance_within_bounds(now, budget, patience):
    assert queue_of(budget=budget).patience == patience


def test_what_is_known_already_is_sent_along(now):
    claim = claim_of(small_sums)
    known = counterexample(claim, claim.signature.infer({"v": [2, 3]}))
    queue = queue_of(saved=known)
    queue.submit()
    assert queue.workers.tasks[0].saved == ({"v": ["2", "3"]}, {"d": 2})


# --- room for more ----------------------------------------------------------------------------------------------------


def test_there_is_room_for_so_many_tasks_and_none_past_a_barrier_until_all_before_it_are_in(now):
    queue = queue_of([BULK, BULK, None, BULK])
    assert queue.has_room(2)
    first, second = submitted(queue, 2)
    assert not queue.has_room(2)
    assert queue.has_room(3)
    queue.submit()
    assert not queue.has_room(3)  # a barrier
    end(second)
    queue.collect()
    assert not queue.has_room(3)
    assert queue.deadline == float("inf")
    end(first)
    queue.collect()
    now[0] = 130.0
    assert queue.has_room(1)
    assert queue.deadline == 150.0  # the budget counts from here
    now[0] = 140.0
    queue.barrier = True
    assert queue.has_room(1)
    assert queue.deadline == 150.0  # and not anew
    now[0] = 150.1
    assert not queue.has_room(1)


def test_findings_are_taken_in_in_the_order_of_their_tasks(now):
    queue = queue_of()
    first, second, third = submitted(queue, 3)
    end(third, instances=4)
    queue.collect()
    assert (queue.state.total.instances, queue.taken) == (0, 0)
    end(first, instances=1)
    queue.collect()
    assert (queue.state.total.instances, queue.taken) == (1, 1)
    end(second, instances=2)
    queue.collect()
    assert (queue.state.total.instances, queue.taken, queue.pending) == (7, 3, {})


def test_the_first_task_wins_whichever_was_done_first(now):
    queue = queue_of()
    first, second, _ = submitted(queue, 3)
    end(second, certificate=found(2))
    queue.collect()
    assert queue.arrived_ == [found(2)]
    assert not queue.over  # one before it may have another
    assert not queue.has_room(9)
    end(first, certificate=found(3))
    queue.collect()
    assert queue.over
    assert queue.state.total.certificate == found(3)
    assert queue.taken == 1
    assert queue.arrived_ == [found(2), found(3)]


def test_after_an_error_there_are_some_seconds_left_and_not_more_after_another(now):
    queue = queue_of(budget=100.0)
    futures = submitted(queue, 3)
    end(futures[0], instances=1)
    queue.collect()
    assert queue.deadline == float("inf")
    end(futures[1], errors=["no value"])
    queue.collect()
    assert queue.deadline == 103.0
    now[0] = 102.0
    end(futures[2], errors=["another"])
    queue.collect()
    assert queue.deadline == 103.0
    assert queue.has_room(1)
    now[0] = 103.1
    assert not queue.has_room(1)


def test_what_goes_wrong_beyond_the_sizes_of_a_claim_is_not_looked_at_but_a_counterexample_is(now):
    queue = queue_of([Move("bulk", ((9,),), beyond=True)] * 2 + [BULK])
    futures = submitted(queue, 3)
    end(futures[0], errors=["too large"], instances=3, patterns=[(9,)])
    queue.collect()
    assert (queue.state.total.errors, queue.state.total.instances, queue.state.total.patterns) == ([], 0, [])
    end(futures[1], instances=3, patterns=[(9,)])
    queue.collect()
    assert (queue.state.total.instances, queue.state.total.patterns) == (3, [(9,)])
    end(futures[2], errors=["no value"])
    queue.collect()
    assert queue.state.total.errors == ["no value"]
    queue = queue_of([Move("bulk", ((9,),), beyond=True)])
    end(submitted(queue, 1)[0], errors=["too large"], certificate=found(2))
    queue.collect()
    assert queue.state.total.certificate == found(2)


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


@pytest.mark.parametrize("why", ["late", "found"])
def test_where_the_time_is_over_nothing_begins_again_unless_a_counterexample_waits_for_it(now, why):
    queue = queue_of()
    submitted(queue, 2)
    overdue(queue, 1)
    queue.deadline, queue.found = 99.0, why == "found"
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
        while True:
            pass

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
    assert elsewhere.run_elsewhere("small_sums", None, task, None) is here


# --- the end ----------------------------------------------------------------------------------------------------------


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


# --- what makes a counterexample smaller ------------------------------------------------------------------------------


def improving(now, moves, budget=20.0, found_after=5.0):
    hunt = Hunt(claim_of(small_sums), 7, budget)
    hunt.add(Findings("bulk", certificate=found(9, 9)))
    hunt.found_after = found_after
    return _Improvement(hunt, Kept(), None, lambda _: None, iter(moves))


SIMPLIFY = Move("simplify", ((2,),))


def test_a_counterexample_is_made_smaller_in_what_is_left_of_the_budget_and_no_less_than_a_little(now):
    assert improving(now, []).deadline == 115.0
    assert improving(now, [], budget=6.0).deadline == 104.0
    assert improving(now, [], found_after=None).deadline == 120.0


def test_tasks_start_from_the_last_round_and_have_draws_of_their_own(now):
    queue = improving(now, [SIMPLIFY, SIMPLIFY, None, SIMPLIFY])
    first, second = submitted(queue, 2)
    assert [task.index for task in queue.workers.tasks] == [10**6, 10**6 + 1]
    assert queue.workers.tasks[0].saved == ({"v": ["9", "9"]}, {"d": 2})
    queue.submit()
    end(first, certificate=found(2), errors=["no value"])
    queue.collect()
    assert not queue.has_room(2)
    assert not queue.over
    end(second, errors=["no value"])
    queue.collect()
    assert queue.has_room(2)
    queue.submit()
    assert queue.workers.tasks[-1].saved == ({"v": ["2"]}, {"d": 1})
    assert queue.state.total.errors == []  # the claim is refuted, whatever else is wrong with it


def test_it_ends_where_nothing_more_is_to_be_tried_and_where_nothing_is_gained(now):
    queue = improving(now, [SIMPLIFY, None])
    (first,) = submitted(queue, 1)
    queue.submit()
    end(first)
    queue.collect()
    assert queue.has_room(1)
    queue.submit()  # there is no move
    assert not queue.has_room(1)

    queue = improving(now, [SIMPLIFY] * 9)
    now[0] = 103.9
    assert queue.has_room(1)
    now[0] = 104.1
    assert not queue.has_room(1)
    end(submitted(queue, 1)[0], certificate=found(9, 9))
    queue.collect()
    assert not queue.has_room(1)  # it is no smaller
    queue.submit()
    end(queue.workers.futures[-1], certificate=found(9, 8))
    queue.collect()
    assert queue.has_room(1)
    assert (queue.gained, queue.size) == (104.1, searching.size_of(queue.state.total))
    now[0] = 115.1
    queue.gained = 115.0
    assert not queue.has_room(1)
    now[0] = 110.0
    assert queue.has_room(1)
    assert not improving(now, [SIMPLIFY] * 2).has_room(0)
