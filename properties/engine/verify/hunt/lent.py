"""A hunt from Python, in executors that somebody lends: of any kind, broken ones too, and given back as they were."""

import os
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from errno import ENOSPC
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from verify.certificates import shelf
from verify.certificates.checker import check
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.errors import UsageError
from verify.hunt import hunting
from verify.hunt.hunting import hunt
from verify.hunt.search import search
from verify.hunt.state import Hunt
from verify.registry.loading import load_file
from verify.workers.lent import Lent

TEXT = """
from verify import Scalar, claim, equal, leq

@claim("lent/false", "x ≤ 3")
def test_false(x: Scalar):
    leq(x, 3)

@claim("lent/true", "x = x")
def test_true(x: Scalar):
    equal(x, x)
"""


class Asked:
    """A future of a library of somebody's own: it can be asked, and that is all."""

    def __init__(self, value):
        self.value, self.asked = value, 0

    def done(self):
        self.asked += 1
        return self.asked > 1

    def result(self):
        return self.value


class Foreign:
    """An executor that is none of Python's."""

    def submit(self, function, *arguments):
        return Asked(function(*arguments))


class Breaking(Executor):
    """An executor of which a process dies in a task."""

    def __init__(self, tasks):
        self.left, self.broken = tasks, False

    def submit(self, function, *arguments):
        if self.broken:
            raise BrokenExecutor("a process died")
        future, self.left, self.broken = Future(), self.left - 1, self.left == 0
        if self.broken:
            future.set_exception(BrokenExecutor("a process died"))
        else:
            future.set_result(function(*arguments))
        return future


@pytest.fixture
def stated(tmp_path, monkeypatch):
    """Return the two claims, of a file in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lent.py").write_text(TEXT, encoding="utf-8")
    return {entry.id.partition("/")[2]: entry for entry in load_file(tmp_path / "lent.py")}


def test_the_counterexample_is_the_same_in_any_executor_and_this_is_given_back(stated, unhurried, tmp_path):
    claim = stated["false"]
    with ThreadPoolExecutor(2) as threads:
        found = [hunt(claim, executor=threads, budget=300), hunt(claim, executor=Foreign(), jobs=3, budget=300)]
        assert threads.submit(int, "7").result() == 7
    assert found[0].verdict is Verdict.REFUTED
    assert found[0].certificate == found[1].certificate
    assert found[0].found == check(found[0].certificate, {claim.id: claim})
    assert "judged in exact fractions\n  found by" in str(found[0])  # nothing was written that could be checked
    assert list(tmp_path.glob("*.json")) == []


def test_what_is_found_is_written_down_and_the_next_hunt_starts_there(stated, tmp_path):
    first = hunt(stated["false"], executor=Foreign(), jobs=1, out=tmp_path / "found")
    assert first.path == tmp_path / "found" / "lent_false.json"
    assert first.report["certificate"] == str(first.path)
    assert "check it again:" in first.text
    assert hunt(stated["false"], executor=Foreign(), jobs=1, out=tmp_path / "found").report["strategy"] == "saved"


@pytest.mark.parametrize(("tasks", "verdict"), [(0, Verdict.ERROR), (2, Verdict.REFUTED), (3, Verdict.REFUTED)])
def test_an_executor_that_breaks_ends_the_hunt_in_one_line_and_what_was_found_is_kept(stated, tasks, verdict):
    ended = hunt(stated["false"], executor=Breaking(tasks), jobs=2, budget=300)
    assert ended.verdict is verdict
    assert (ended.found is not None) == (verdict is Verdict.REFUTED)
    assert ended.report["errors"] == ["the executor takes no more work: a process died: make a new one"]


def test_an_executor_that_breaks_makes_no_survivor(stated):
    ended = hunt(stated["true"], executor=Breaking(4), jobs=1, budget=300)
    assert ended.verdict is Verdict.ERROR
    assert ended.report["instances"] > 0


def test_what_comes_after_a_task_that_never_does_is_kept(stated):
    """The counterexample of the second task waits for the first, whose future says nothing any more."""

    class Stuck(Executor):
        tasks = 0

        def submit(self, function, *arguments):
            self.tasks += 1
            if self.tasks == 1:
                self.first = Future()
                return self.first
            if self.tasks > 2:
                raise RuntimeError("cannot schedule new futures after shutdown")
            future = Future()
            future.set_result(function(*arguments))
            return future

    stuck = Stuck()
    ended = hunt(stated["false"], executor=stuck, jobs=3, budget=300)
    assert stuck.first.cancelled()
    assert len(ended.report["errors"]) == 1
    assert ended.verdict is Verdict.REFUTED


def test_what_can_be_written_nowhere_is_returned_all_the_same(stated, monkeypatch, tmp_path):
    def full(*_):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(shelf, "write", full)
    hunted = hunt(stated["false"], executor=Foreign(), jobs=1, out=tmp_path / "found")
    assert (hunted.verdict, hunted.path) == (Verdict.REFUTED, None)
    assert check(hunted.certificate, {hunted.found.claim.id: hunted.found.claim}).violation.value is False


def test_what_is_no_claim_is_refused_in_one_line():
    with pytest.raises(UsageError, match="is no claim with instances to hunt for: decorate"):
        hunt(print)


@pytest.mark.parametrize(
    ("options", "jobs", "seed", "budget"),
    [
        ({}, min(4, os.cpu_count() or 1), 0, 20.0), ({"jobs": 3, "seed": 7, "budget": 5.0}, 3, 7, 5.0),
        ({"executor": SimpleNamespace(_max_workers=6)}, 6, 0, 20.0),
        ({"executor": Foreign()}, hunting.USUAL_JOBS, 0, 20.0),
        ({"executor": SimpleNamespace(_max_workers=6), "jobs": 2}, 2, 0, 20.0),
    ],
)  # fmt: skip
def test_a_hunt_has_the_jobs_the_seed_and_the_budget_that_it_is_told_or_usual_ones(
    options, jobs, seed, budget, stated, monkeypatch
):
    asked, made = [], []

    def search(state, workers, count, directory, **further):
        asked.append((state.claim, state.seed, state.budget, count, directory))
        made.append(workers)

    monkeypatch.setattr(hunting, "search", search)
    monkeypatch.setattr(
        hunting, "processes", lambda count, memory: made.append((count, memory)) or ThreadPoolExecutor(1)
    )
    hunted = hunt(stated["true"], **options)
    assert asked == [(stated["true"], seed, budget, jobs, None)]
    assert (hunted.verdict, hunted.found, hunted.certificate, hunted.path) == (Verdict.ERROR, None, None, None)
    assert isinstance(made[-1], Lent) is ("executor" in options)
    assert str(hunted) == hunted.text


def test_what_arrives_is_on_disk_at_once_but_what_fails_or_has_no_place_is_told_at_the_end_alone(
    stated, tmp_path, monkeypatch
):
    claim, folder = stated["false"], tmp_path / "found"
    content = certificate(counterexample(claim, claim.signature.infer({"x": 7})))
    seen = []

    def search(state, workers, count, directory, arrived):
        arrived(content | {"statement": "edited"})
        seen.append(folder.exists())
        arrived(content)
        seen.append((folder / "lent_false.json").exists())

    monkeypatch.setattr(hunting, "search", search)
    assert hunt(claim, executor=Foreign(), out=folder).path is None
    assert seen == [False, True]
    assert shelf.load(folder / "lent_false.json", claim).instance.encode() == {"x": "7"}
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    folder = tmp_path / "file"
    assert hunt(claim, executor=Foreign(), out=folder).verdict is Verdict.ERROR
    assert seen[2:] == [True, False]


def test_a_hunt_starts_from_what_its_folder_has_unless_that_proves_nothing(stated, tmp_path, monkeypatch):
    claim, saved = stated["false"], []
    path = shelf.keep(counterexample(claim, claim.signature.infer({"x": 7})), tmp_path / "found")
    monkeypatch.setattr(hunting, "search", lambda state, *_, **__: saved.append(state.saved))
    for folder in (tmp_path / "found", tmp_path / "none", None):
        hunt(claim, executor=Foreign(), out=folder)
    path.write_text("{}", encoding="utf-8")
    hunt(claim, executor=Foreign(), out=str(tmp_path / "found"))
    assert saved[0].instance.encode() == {"x": "7"}
    assert saved[1:] == [None, None, None]


def test_processes_of_a_hunt_of_its_own_are_as_many_as_its_tasks_and_have_four_gibibytes(stated, monkeypatch):
    made = []
    monkeypatch.setattr(hunting, "processes", lambda *given: made.append(given) or ThreadPoolExecutor(1))
    hunt(stated["false"], jobs=2, budget=300)
    assert made[0] == (2, 4.0)


def test_whoever_watches_a_hunt_sees_how_long_it_has_taken(stated):
    state, seen = Hunt(stated["true"], 0, 0.2), []
    search(state, Lent(Foreign()), 1, None, progress=lambda hunt: seen.append(hunt.seconds))
    assert seen == sorted(seen)
    assert seen[0] > 0
    assert seen[-1] <= state.seconds
