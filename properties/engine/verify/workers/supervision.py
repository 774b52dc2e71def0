"""Tasks in processes that can be killed: as many as are asked for, each task to its end, and none done twice."""

import os
import threading
import time
from concurrent.futures import Executor

import pytest

from properties.engine.helpers.waiting import until
from verify.errors import UsageError
from verify.workers import supervision
from verify.workers.processes import Workers
from verify.workers.supervision import Lost, supervised


def _work(path, deed):
    with open(path, "a") as file:
        print(deed, file=file)
    if deed == "sleep":
        time.sleep(10**6)
    if deed == "thread":
        threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start()
    return os.getpid() if deed in ("thread", "pid") else deed


@pytest.mark.long
def test_as_many_processes_as_are_asked_for_share_the_tasks_and_none_is_lost(tmp_path, monkeypatch):
    workers = []
    begin = supervision._Worker.__init__
    monkeypatch.setattr(
        supervision._Worker, "__init__", lambda worker, work: (workers.append(1), begin(worker, work))[1]
    )
    tasks = [(str(tmp_path / "log"), f"{k}") for k in range(9)]
    found = dict(supervised(_work, tasks, 2, lambda task: 600.0, lambda result: False))
    assert found == {task: task[1] for task in tasks}
    assert len(workers) == 2


def test_a_task_that_was_late_once_is_not_done_again(tmp_path):
    log = tmp_path / "log"
    tasks = [(str(log), deed) for deed in ("first", "sleep", "last")]
    patience = {"first": 600.0, "sleep": 0.5, "last": 600.0}
    found = list(supervised(_work, tasks, 1, lambda task: patience[task[1]], lambda result: isinstance(result, Lost)))
    assert [task[1] for task, _ in found] == log.read_text().split() == ["first", "sleep", "last"]
    late = found[1][1]
    assert late.late
    assert late.seconds >= 0.5
    assert found[2][1] == "last"


@pytest.mark.long
def test_a_process_with_a_thread_that_a_task_left_has_no_further_task(tmp_path):
    deeds = ("pid", "thread", "pid")
    tasks = [(str(tmp_path / "log"), deed) for deed in deeds]
    first, second, third = (pid for _, pid in supervised(_work, tasks, 1, lambda task: 600.0, lambda result: False))
    assert first == second != third


@pytest.mark.parametrize("most", [0, 1, 2])
def test_where_no_more_processes_can_be_started_there_are_fewer(most, tmp_path, monkeypatch):
    started, begin = [], supervision._Worker.__init__

    def scarce(worker, work):
        if len(started) == most:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        started.append(begin(worker, work))

    monkeypatch.setattr(supervision._Worker, "__init__", scarce)
    tasks = [(str(tmp_path / "log"), f"{k}") for k in range(5)]
    running = supervised(_work, tasks, 4, lambda task: 600.0, lambda result: False)
    if most:
        assert dict(running) == {task: task[1] for task in tasks}
    else:
        with pytest.raises(BlockingIOError):
            list(running)


@pytest.mark.long
def test_a_task_that_is_done_again_is_so_in_a_process_that_has_done_nothing(tmp_path):
    """Not in one that waits for work, and is as much to be suspected."""
    log, begun = tmp_path / "log", []

    def work(deed):
        with log.open("a") as file:
            print(deed, os.getpid(), file=file)
        if deed == "second":
            until(lambda: "first" in log.read_text())
        return deed

    def suspect(result):
        begun.append(result)
        return result == "third"

    found = [task for task, _ in supervised(work, [("first",), ("second",), ("third",)], 2, lambda _: 600.0, suspect)]
    assert set(found) == {("first",), ("second",), ("third",)}
    assert begun.count("third") == 2
    done = [line.split() for line in log.read_text().splitlines()]
    *before, last = [process for deed, process in done]
    assert [deed for deed, _ in done][-1] == "third"
    assert last not in before


def test_a_pool_without_processes_is_one_line():
    class Full(Executor):
        def submit(self, *_):
            raise OSError(24, "Too many open files")

    with Workers(Full) as workers, pytest.raises(UsageError, match=r"\(Too many open files\): add --jobs 1"):
        workers.submit(abs, -1)
