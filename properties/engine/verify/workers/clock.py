"""Time in which a process was stopped is nobody's fault: not that of a task, nor of a body with a limit."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from verify.workers import clock, limits
from verify.workers.clock import Clock
from verify.workers.limits import GivenUp, interrupt_after, time_limit
from verify.workers.processes import first_done
from verify.workers.supervision import supervised

HOUR = 3600.0


@pytest.fixture
def jumping(monkeypatch):
    """Let an hour pass each time that somebody looks at the clock."""
    looks = iter(range(10**9))
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + HOUR * next(looks)))


def test_a_clock_goes_like_any_other_as_long_as_it_is_looked_at(monkeypatch):
    now = [5.0]
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: now[0]))
    watch = Clock()
    for _ in range(50):
        now[0] += 0.25
        watch()
    assert watch() == pytest.approx(12.5)
    now[0] += 8 * HOUR
    assert watch() == pytest.approx(13.5)


def _doze(seconds):
    time.sleep(seconds)
    return "awake"


@pytest.mark.usefixtures("jumping")
def test_a_task_is_not_late_because_the_machine_slept():
    assert list(supervised(_doze, [(0.2,)], 1, lambda _: HOUR / 2, lambda _: False)) == [((0.2,), "awake")]


@pytest.mark.usefixtures("jumping")
def test_work_that_a_pool_does_is_waited_for_while_the_machine_sleeps():
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_doze, 0.2)
        assert first_done([future], HOUR / 2) == {future}


def _stopped(limited):
    """Return how a process ends that stops in a block with a limit of time, and is let go on after that."""
    process = os.fork()
    if process == 0:
        try:
            with limited:
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(0.01)  # what is due now comes
        except GivenUp:
            os._exit(1)
        os._exit(0)
    os.waitpid(process, os.WUNTRACED)
    time.sleep(0.3)
    os.kill(process, signal.SIGCONT)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@pytest.mark.parametrize("limit", [lambda: time_limit(0.2), lambda: interrupt_after(0.2, GivenUp)])
def test_a_body_is_not_given_up_because_its_process_was_stopped(limit, monkeypatch):
    monkeypatch.setattr(limits, "slowness", lambda: 1.0)
    assert _stopped(limit()) == 0


def _loop():
    while True:
        pass


@pytest.mark.parametrize("deed", [lambda: time.sleep(10**6), _loop])
def test_a_body_that_takes_too_long_is_given_up_wherever_it_is(deed):
    with pytest.raises(GivenUp), time_limit(0.05):
        deed()


def test_what_a_process_computes_where_nothing_interrupts_it_counts_at_once(monkeypatch):
    monkeypatch.setattr(limits, "slowness", lambda: 1.0)
    alarms = []
    heard = signal.signal
    monkeypatch.setattr(limits.signal, "signal", lambda number, handler: heard(number, _counting(handler, alarms)))
    with pytest.raises(GivenUp), time_limit(0.08):
        _work_unheard()
    assert 1 <= len(alarms) < 8  # of as many parts: a machine that is busy may let some come before the work begins


def _work_unheard():
    sum(range(2 * 10**7))  # in C: alarms wait, whichever thread they reach
    _loop()


def _counting(handler, alarms):
    if not callable(handler):
        return handler
    return lambda *arguments: (alarms.append(1), handler(*arguments))[1]
