"""The tasks of a hunt that are under way: how long they have, and that they are taken in in their order."""

from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from properties.engine.helpers.queues import BULK, Kept, end, found, queue_of, small_sums, submitted
from verify.hunt import search as searching
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, _Improvement
from verify.hunt.tasks import Task


@pytest.fixture
def now(monkeypatch):
    """Return the seconds of the clock, in a list."""
    seconds = [100.0]
    monkeypatch.setattr(searching, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


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
    now[0] = 150.0
    assert queue.has_room(1)
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
    assert queue.workers.arrived == [found(2)]
    assert not queue.over  # one before it may have another
    assert not queue.has_room(9)
    end(first, certificate=found(3))
    queue.collect()
    assert queue.over
    assert queue.state.total.certificate == found(3)
    assert queue.taken == 1
    assert queue.workers.arrived == [found(2), found(3)]


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
    assert (queue.over, queue.found) == (False, False)  # nothing waits for it
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
    now[0] = 104.0
    assert queue.has_room(1)
    now[0] = 104.1
    assert not queue.has_room(1)
    end(submitted(queue, 1)[0], certificate=found(9, 9))
    queue.collect()
    assert not queue.has_room(1)  # it is no smaller
    queue.submit()
    end(queue.workers.futures[-1], certificate=found(2, 2))
    queue.collect()
    assert queue.has_room(1)
    assert (queue.gained, queue.size) == (104.1, searching.size_of(queue.state.total))
    now[0] = 115.1
    queue.gained = 115.0
    assert not queue.has_room(1)
    now[0] = 115.0
    assert queue.has_room(1)
    now[0] = 110.0
    assert queue.has_room(1)
    assert not improving(now, [SIMPLIFY] * 2).has_room(0)


def test_gains_that_do_not_matter_do_not_keep_it_going_but_add_up_to_some_that_do(now):
    """Of two numbers of height 40 together: shorter by 2 is no tenth, and by 6 more than one."""
    queue = improving(now, [SIMPLIFY] * 9)
    for entries, gained in (((9, 8), 100.0), ((8, 8), 100.0), ((8, 7), 103.0), ((7, 7), 103.0), ((99,), 105.0)):
        now[0] += 1
        end(submitted(queue, 1)[-1], certificate=found(*entries))
        queue.collect()
        assert queue.state.total.certificate == found(*entries)  # each is taken
        assert queue.gained == gained
