"""A task in another process, or in a thread of this one, and when it counts as one that does not return."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from verify.claims.claim import Claim
from verify.hunt.examiner import Findings
from verify.hunt.tasks import Task, run_task
from verify.registry.sources import Source, find
from verify.workers.limits import GivenUp, interrupt_after, one_at_a_time, slowness

_GRACE = 10.0
"""Seconds more until a task counts as one that does not return: on a busy machine an import alone takes some."""


def run_elsewhere(id: str, source: Source | None, task: Task, directory: Path | None) -> Findings:
    """Do one task in a process that may not know the claim yet, or in a thread of one."""
    if threading.current_thread() is threading.main_thread():
        return run_task(find(id, Claim, source), task, directory)
    limit = _longest(task)
    findings = Findings(task.move.strategy)
    with one_at_a_time(limit), contextlib.suppress(GivenUp), interrupt_after(limit, GivenUp) as late:
        findings = run_task(find(id, Claim, source), task, directory)
    if late.is_set():
        findings.errors.append(f"the claim does not return within {limit:g} s")
    return findings


def overdue(task: Task, started: float) -> float:
    """Return when a task that started then is given up."""
    return started + _longest(task) + _GRACE * slowness()


def _longest(task: Task) -> float:
    """Return the seconds that a task may take here."""
    return (task.left + task.patience) * slowness()
