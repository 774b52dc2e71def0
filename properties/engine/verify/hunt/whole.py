"""A whole hunt whose tasks are answered by the test: what it is told, when, and what it leaves behind."""

from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.queues import found, small_sums
from verify.errors import UsageError
from verify.hunt import search as searching
from verify.hunt.examiner import Findings
from verify.hunt.search import search
from verify.hunt.state import Hunt


class Answering:
    """Workers with these findings of the first tasks, or None for ever, who take no more; to ask takes a second."""

    def __init__(self, *findings, seconds):
        self.findings, self.seconds, self.told, self.open = list(findings), seconds, [], []

    def submit(self, function, id, source, task, directory):
        self.seconds[0] += 1
        self.told.append((id, task.move.strategy, directory))
        if not self.findings:
            raise UsageError("no more work")
        future, found = Future(), self.findings.pop(0)
        if found is None:
            self.open.append(future)
        else:
            future.set_result(Findings(task.move.strategy, **found))
        return future

    def waits(self, future):
        return False

    def kill(self):
        raise AssertionError("nothing is under way")


@pytest.fixture
def seconds(monkeypatch):
    """Return the seconds of the clock, in a list."""
    passed = [100.0]
    monkeypatch.setattr(searching, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    return passed


def test_what_is_found_is_made_smaller_and_it_is_told_how_long_either_took(seconds):
    """Two tasks at a time: the second finds something, and two more make it smaller."""
    hunt, seen, arrived = Hunt(claim_of(small_sums), 7, 30.0), [], []
    workers = Answering(
        {"instances": 5}, {"instances": 1, "certificate": found(9, 9)}, {"certificate": found(8, 9)},
        {"certificate": found(2, 2)}, seconds=seconds,
    )  # fmt: skip
    search(
        hunt, workers, 2, Path("here"), lambda state: seen.append((state.seconds, state.found_after)), arrived.append
    )
    assert arrived[0] == found(9, 9)
    assert sorted(map(str, arrived[1:])) == sorted(map(str, [found(8, 9), found(2, 2)]))  # which end together
    assert (hunt.total.certificate, hunt.total.strategy, hunt.total.errors) == (found(2, 2), "bulk", ["no more work"])
    assert workers.told[:4] == [("small_sums", way, Path("here")) for way in ("saved", "bulk", "simplify", "simplify")]
    assert seen == [(2, None), (4, 2)]
    assert (hunt.started, hunt.found_after, hunt.seconds) == (100, 2, 5)


def test_where_nothing_is_found_nothing_is_made_smaller(seconds):
    hunt = Hunt(claim_of(small_sums), 7, 30.0)
    search(hunt, Answering({"instances": 5}, seconds=seconds), 1, None)
    assert (hunt.found_after, hunt.total.instances, hunt.seconds) == (None, 5, 2)
    assert hunt.total.errors == ["no more work"]


def test_what_would_find_or_make_smaller_is_cancelled_at_the_end(seconds):
    hunt = Hunt(claim_of(small_sums), 7, 30.0)
    workers = Answering({"certificate": found(9, 9)}, None, None, seconds=seconds)
    search(hunt, workers, 2, None)
    assert [way for _, way, _ in workers.told[:4]] == ["saved", "bulk", "simplify", "simplify"]
    assert [future.cancelled() for future in workers.open] == [True, True]
    assert hunt.total.certificate == found(9, 9)
