"""The hunt in executors of all kinds: the same answer everywhere, whatever dies or hangs there."""

import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from types import SimpleNamespace

import pytest

from verify.certificates.checker import check
from verify.claims.claim import Claim
from verify.hunt import search as searching
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, search
from verify.hunt.tasks import Task, run_task
from verify.registry.loading import load_file
from verify.registry.sources import Source, find
from verify.workers.limits import interrupt_after, one_at_a_time
from verify.workers.processes import Workers

ALONE = """
import threading
import time
from verify import Matrix, claim, leq
from reference.arithmetic import trace

inside, most = [], []
guard = threading.Lock()

@claim("far/alone", "the trace is not above 2, of 3 by 3 matrices")
def test_alone(A: Matrix["d d", {"d": (2, 3)}]):
    with guard:
        inside.append(A)
        most[:] = [max([len(inside), *most])]
    time.sleep(0.0005)  # another thread may enter
    with guard:
        inside.pop()
    leq(trace(A), 2 if A.shape[-1] == 3 else trace(A))
"""

HEAD = "import os, sys\nfrom pathlib import Path\nfrom verify import Matrix, Scalar, claim, leq, equal\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # nothing is left elsewhere
    monkeypatch.setenv("VAE_VERIFY_DATABASE", str(tmp_path / "examples"))
    return tmp_path


@pytest.fixture
def unimproved(monkeypatch):
    """Leave a counterexample as it is found: how it becomes smaller is the subject of others."""
    monkeypatch.setattr(searching, "improvement", lambda *_: iter(()))


def stated(folder, text, name="far.py"):
    """Write a file of one claim and load it."""
    (folder / name).write_text(text, encoding="utf-8")
    return load_file(folder / name)[0]


def hunted(claim, make, jobs, seed=0, budget=300.0):
    """Hunt in an executor and return what was found; nothing is written down, and nothing goes on afterwards."""
    hunt, futures = Hunt(claim, seed, budget), []

    class Remembering(Workers):
        def submit(self, *call):
            futures.append(super().submit(*call))
            return futures[-1]

    with Remembering(make) as workers:
        search(hunt, workers, jobs, None)
    unfinished = wait([future for future in futures if not future.cancelled()], timeout=300).not_done
    assert not unfinished, "a unit does not end"  # a thread cannot be killed, and would be in the way of the next test
    return hunt.total


@pytest.mark.long
def test_the_answer_does_not_depend_on_the_executor(folder, unhurried, unimproved):
    claim = stated(folder, ALONE)
    alone = sys.modules["claims_of_far"]
    answers = []
    for kind in (ProcessPoolExecutor, ThreadPoolExecutor):
        for jobs in (1, 2, 3):
            found = hunted(claim, lambda kind=kind, jobs=jobs: kind(jobs), jobs, seed=3)
            check(found.certificate, {claim.id: claim})
            assert (found.strategy, found.errors) == ("bulk", [])
            answers.append(found.certificate)
    assert all(answer == answers[0] for answer in answers)
    assert alone.most == [1], "two threads compute at once, with one working precision between them"


@pytest.mark.long
def test_a_process_that_dies_once_costs_nothing(folder, unhurried, unimproved):
    dying = "    if not Path('died').exists():\n        Path('died').touch()\n        os._exit(1)\n"
    text = HEAD + f"@claim('far/dies', 'x ≤ 3')\ndef test_dies(x: Scalar):\n{dying}    leq(x, 3)\n"
    for jobs in (1, 2, 3):
        (folder / "died").unlink(missing_ok=True)
        found = hunted(stated(folder, text), lambda jobs=jobs: ProcessPoolExecutor(jobs), jobs)
        assert found.errors == []
        assert found.certificate is not None
        assert (folder / "died").exists()


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_claim_that_ends_every_process_is_an_error_and_no_endless_hunt(folder, jobs):
    text = HEAD + "@claim('far/exits', 'x ≤ 3')\ndef test_exits(x: Scalar):\n    os._exit(1)\n"
    found = hunted(stated(folder, text), lambda: ProcessPoolExecutor(jobs), jobs)
    assert found.certificate is None
    assert "a process died" in found.errors[0]


def test_the_budget_counts_from_the_first_findings_whatever_these_took(folder, monkeypatch):
    now, tasks = [0.0], []

    class Slow(Executor):
        def submit(self, function, /, *arguments):
            tasks.append(arguments[2].move.strategy)
            now[0] += 100 if len(tasks) <= 3 else 0.3
            future = Future()
            future.set_result(function(*arguments))
            return future

    monkeypatch.setattr(searching, "time", SimpleNamespace(monotonic=lambda: now[0]))
    text = HEAD + "@claim('far/true', 'x = x')\ndef test_true(x: Scalar):\n    equal(x, x)\n"
    found = hunted(stated(folder, text), Slow, 1, budget=1)
    assert tasks[:3] == ["saved", "bulk", "premises"]
    assert len(tasks) == 3 + 4  # at 0, 0.3, 0.6 and 0.9 s of the budget
    assert found.instances > 0
    assert found.errors == []


@pytest.mark.parametrize(("seconds", "covered"), [(0, []), (300, [(2,), (3,)])])
def test_only_sizes_that_were_looked_at_count_as_covered(folder, seconds, covered):
    unit = Task(0, Move("bulk", ((2,), (3,))), seed=0, seconds=seconds, patience=300)
    claim = stated(folder, ALONE.replace("leq(trace(A), 2 if A.shape[-1] == 3 else trace(A))", "leq(0, 0 * trace(A))"))
    findings = run_task(claim, unit, None)
    assert findings.patterns == covered
    assert bool(findings.looked) == bool(covered)


@pytest.mark.long  # one task is, in given_up.py
def test_a_claim_that_loops_in_a_thread_is_ended_and_the_next_one_has_its_turn(
    folder, unhurried, unimproved, monkeypatch
):
    text = HEAD + "@claim('far/loops', 'x ≤ 3')\ndef test_loops(x: Scalar):\n    while True:\n        pass\n"
    with monkeypatch.context() as shorter:
        for name in ("_LONGEST", "_PATIENCE", "_AFTER_AN_ERROR"):
            shorter.setattr(searching, name, 0.2)
        found = hunted(stated(folder, text), lambda: ThreadPoolExecutor(1), 1, budget=0.5)
    assert found.certificate is None
    assert "does not return" in found.errors[0]
    with one_at_a_time(300):  # nobody computes any more
        pass
    assert hunted(stated(folder, ALONE, "next.py"), lambda: ThreadPoolExecutor(1), 1).certificate is not None


def test_a_block_that_takes_too_long_is_ended_in_any_thread_and_one_that_does_not_is_left_alone():
    class Over(BaseException):
        pass

    def run(seconds, work):
        try:
            with interrupt_after(seconds, Over):
                deadline = time.monotonic() + work
                while time.monotonic() < deadline:
                    pass
            for _ in range(100_000):  # nothing is raised later
                pass
        except Over:
            return "ended"
        return "done"

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run, 0.1, 300).result(timeout=300) == "ended"
        assert pool.submit(run, 300, 0.01).result(timeout=300) == "done"


def test_a_turn_that_does_not_come_is_refused():
    with one_at_a_time(1), ThreadPoolExecutor(1) as pool:

        def wait():
            with one_at_a_time(0.05):
                pass

        with pytest.raises(TimeoutError, match="restart"):
            pool.submit(wait).result()
    with one_at_a_time(1):
        pass


def test_a_worker_uses_the_text_that_it_is_sent(folder):
    old = HEAD + "@claim('far/version', 'x ≤ 3')\ndef test_version(x: Scalar):\n    leq(x, 3)\n"
    sent = Source(str(folder / "elsewhere" / "version.py"), old)
    first = find("far/version", Claim, sent)
    assert first.statement == "x ≤ 3"
    assert find("far/version", Claim, sent) is first
    new = Source(sent.path, old.replace("3", "4"))
    second = find("far/version", Claim, new)
    assert second.statement == "x ≤ 4"
    assert second.digest != first.digest
    assert Source.of(second).text == new.text
    assert find("far/version", Claim, sent).statement == "x ≤ 3"
    (folder / "version.py").write_text(new.text, encoding="utf-8")
    here = find("far/version", Claim, Source(str(folder / "version.py"), new.text))
    assert here.source_file == folder / "version.py"
