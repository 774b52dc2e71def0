"""The hunt for one claim: tasks of work, in any executor, until a counterexample is certified or the budget is spent.

What the tasks find is taken in in their order, and the first counterexample wins: so the answer depends on the seed and
not on the number of workers. Nor does it on their speed, unless the clock cuts short a task, or the simplification of
what it found: then a slower worker sees less, or prints something less simple.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path
from typing import Any

from verify.errors import UsageError
from verify.hunt.elsewhere import overdue, run_elsewhere
from verify.hunt.examiner import Findings
from verify.hunt.improvement import improvement, size_of
from verify.hunt.portfolio import Move, portfolio
from verify.hunt.state import Hunt
from verify.hunt.tasks import Message, Task
from verify.registry.sources import Source
from verify.workers.clock import Clock
from verify.workers.processes import Workers, first_done

__all__ = ["Hunt", "search"]

_LONGEST = 2.0
"""Seconds of work of one task, at most."""

_WAITING = 4
"""It may take so many times as long, on a busy machine: else what is found there would depend on who else is busy."""

SIMPLIFYING = 4.0
"""Seconds without a gain that matters in which a counterexample is made smaller, at most."""

_MATTERS = 0.9
"""A gain matters that has fewer dimensions, or numbers that are shorter by a tenth: smaller ones may go on for ever."""

_PATIENCE = 5.0

_AFTER_AN_ERROR = 3.0
"""Seconds in which a claim that has no value somewhere may still be refuted elsewhere."""

_MOST_TRIES = 2

_FIRST_IMPROVEMENT = 10**6
"""The index of the first task that makes a counterexample smaller: its draws are none of those that found it."""


def search(
    state: Hunt,
    workers: Workers,
    jobs: int,
    directory: Path | None,
    progress: Callable[[Hunt], None] = lambda _: None,
    arrived: Callable[[Mapping[str, Any]], None] = lambda _: None,
) -> None:
    """Hunt, in ``jobs`` tasks at a time, until there is an answer or the budget is spent.

    What comes first, up to the smallest sizes of the dimensions, is done whatever the budget, which counts from there:
    workers that are slow to start, or busy with what an earlier hunt left them, take nothing of it.
    Where the workers share this machine's disk, ``directory`` is where they write a counterexample down; ``arrived`` is
    told of each certificate the moment that it is here.
    """
    state.started = started = time.monotonic()

    def work(queue: _Queue) -> None:
        try:
            while not queue.over:
                while queue.has_room(jobs):
                    queue.submit()
                if not queue.pending:
                    break
                queue.collect()
                state.seconds = time.monotonic() - started
                progress(state)
        except UsageError as error:  # there are no workers any more
            queue.take_in()
            state.total.errors += [str(error)] if str(error) not in state.total.errors else []

    hunting = _Queue(state, workers, directory, arrived, portfolio(state.claim, state.seed, state.total))
    work(hunting)
    if state.total.certificate is not None:
        state.found_after = time.monotonic() - started
        improving = _Improvement(state, workers, directory, arrived, improvement(state.claim, state.total))
        work(improving)
        improving.cancel()
    hunting.cancel()
    state.seconds = time.monotonic() - started


class _Queue:
    """The tasks under way, and the findings that wait for those of earlier tasks."""

    def __init__(
        self,
        state: Hunt,
        workers: Workers,
        directory: Path | None,
        arrived: Callable[[Mapping[str, Any]], None],
        moves: Iterator[Move | None],
    ) -> None:
        self.state, self.workers = state, workers
        self.directory, self.arrived = directory, arrived
        self.deadline = float("inf")
        self.source = Source.of(state.claim)
        self.patience = min(_PATIENCE, max(1.0, state.budget / 2))
        self.clock = Clock()
        self.moves = moves
        self.saved: Message | None = None
        if state.saved is not None:
            self.saved = state.saved.instance.encode(), dict(state.saved.instance.sizes)
        self.pending: dict[Any, tuple[Task, float]] = {}
        """By the future of each: one of Python's own, or of an executor that is lent."""
        self.waiting: dict[int, Findings] = {}
        self.tries: dict[int, int] = {}
        self.submitted = self.taken = 0
        self.failed = float("inf")
        self.barrier = self.found = False

    @property
    def over(self) -> bool:
        """Whether what is still to come does not matter."""
        return self.state.over

    def has_room(self, jobs: int) -> bool:
        """Say whether another task may start."""
        if self.found or time.monotonic() > self.deadline:
            return False
        if self.barrier and self.taken == self.submitted:
            self.barrier = False
            self.deadline = min(self.deadline, time.monotonic() + self.state.budget)
        return not self.barrier and len(self.pending) < jobs

    def submit(self) -> None:
        """Start the next task, unless it has to wait for the findings of those before."""
        move = next(self.moves, None)
        if move is None:
            self.barrier = True
            return
        left = min(_WAITING * _LONGEST, self.deadline - time.monotonic())
        task = Task(self.submitted, move, self.state.seed, min(_LONGEST, left), self.patience, self.saved, left)
        self.submitted += 1
        self._start(task)

    def _start(self, task: Task) -> None:
        future = self.workers.submit(run_elsewhere, self.state.claim.id, self.source, task, self.directory)
        self.pending[future] = task, self.clock()

    def collect(self) -> None:
        """Wait for a task to end and take in what is complete."""
        now = self.clock()
        for future in filter(self.workers.waits, list(self.pending)):
            self.pending[future] = self.pending[future][0], now  # its time has not begun
        patience = max(0.0, min(overdue(*task) for task in self.pending.values()) - now)
        done = first_done(self.pending, patience, self.clock)
        if not done:
            self._give_up()
        broken = []
        for future in done:
            task, _ = self.pending.pop(future)
            try:
                self._take(task, future.result())
            except (BrokenExecutor, CancelledError):
                broken.append(task)
            except Exception as error:  # of the executor: the task itself reports what a claim raises
                self._take(task, Findings(task.move.strategy, errors=[f"a worker failed: {error}"]))
        if broken:
            self._retry(broken)
        while self.taken in self.waiting and not self.over:
            self.state.add(self.waiting.pop(self.taken))
            self.taken += 1
        if self.state.total.errors:
            self.failed = min(self.failed, time.monotonic())
            self.deadline = min(self.deadline, self.failed + _AFTER_AN_ERROR)

    def _take(self, task: Task, findings: Findings) -> None:
        if task.move.beyond and findings.errors:  # a body that has no value there, or takes too long, is not looked at
            findings = Findings(findings.strategy, certificate=findings.certificate)
        self.waiting[task.index] = findings
        if findings.certificate is not None:
            self.found = True
            self.arrived(findings.certificate)

    def _retry(self, broken: list[Task]) -> None:
        """Start tasks again whose process died, and those that end with it: none says which was the cause."""
        tasks = list(broken)
        if self.workers.kill():
            tasks += [task for task, _ in self.pending.values()]
            self.pending.clear()
        for task in sorted(tasks, key=lambda task: task.index):
            self.tries[task.index] = self.tries.get(task.index, 0) + 1
            if self.tries[task.index] <= _MOST_TRIES:
                self._start(task)
            else:
                self._take(task, Findings(task.move.strategy, errors=[f"a process died {self._where(task)}"]))

    def _give_up(self) -> None:
        """End tasks that nothing inside their process could interrupt, and start those beside them again."""
        ended = self.workers.kill()
        pending, self.pending = self.pending, {}
        due = {future: overdue(*task) for future, task in pending.items()}
        now = max(self.clock(), min(due.values()))  # a wait may end a little early
        for future, (task, started) in pending.items():
            if due[future] > now and not ended:
                self.pending[future] = task, started
            elif due[future] > now and (self.found or time.monotonic() < self.deadline):
                self._start(task)
            elif due[future] > now:  # there is no time to begin again
                self._take(task, Findings(task.move.strategy))
            else:
                _cancel(future)
                message = f"the claim does not return {self._where(task)}: it was given up"
                self._take(task, Findings(task.move.strategy, errors=[message]))

    def take_in(self) -> None:
        """Take in what has come, though tasks before it have not, and will not."""
        for future, (task, _) in self.pending.items():
            if future.done():
                with contextlib.suppress(Exception, CancelledError):  # what it lacks is said already
                    self._take(task, future.result())
        for index in sorted(self.waiting):
            self.state.add(self.waiting.pop(index))

    def _where(self, task: Task) -> str:
        sizes = zip(self.state.claim.signature.bounds, task.move.patterns[0], strict=True)
        first = ", ".join(f"{name} = {size}" for name, size in sizes)
        return f"in {task.move.strategy}" + (f" from {first} on" if first else "")

    def cancel(self) -> None:
        """Leave what is still under way."""
        cancelled = [_cancel(future) for future in self.pending]
        if not all(cancelled):
            self.workers.kill()


class _Improvement(_Queue):
    """The tasks that make a counterexample smaller, whatever it was found by."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.submitted = self.taken = self.round = _FIRST_IMPROVEMENT
        self.deadline = time.monotonic() + max(self.state.budget - (self.state.found_after or 0), SIMPLIFYING)
        self._start_round()
        self._gain()

    @property
    def over(self) -> bool:
        return False

    def _start_round(self) -> None:
        content = self.state.total.certificate or {}
        self.saved = content["inputs"], content["dimensions"]

    def _gain(self) -> None:
        self.size, self.gained = size_of(self.state.total), time.monotonic()

    def has_room(self, jobs: int) -> bool:
        if time.monotonic() > min(self.deadline, self.gained + SIMPLIFYING):
            return False
        if self.barrier and self.taken == self.submitted:
            if self.submitted == self.round:  # there is nothing more to try
                return False
            self.barrier, self.round = False, self.submitted
            self._start_round()
        return not self.barrier and len(self.pending) < jobs

    def collect(self) -> None:
        super().collect()
        (dimensions, heights), (before, least) = size_of(self.state.total), self.size
        if dimensions < before or heights < _MATTERS * least:
            self._gain()

    def _take(self, task: Task, findings: Findings) -> None:
        findings.errors.clear()  # the claim is refuted, whatever else is wrong with it
        super()._take(task, findings)
        self.found = False


def _cancel(future: Any) -> bool:
    """Cancel a task that has not begun; return whether it will not run, or has."""
    cancel = getattr(future, "cancel", None)
    return cancel is not None and bool(cancel())
