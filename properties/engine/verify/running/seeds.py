"""The seed of a run or a hunt reaches every claim, study and task, and another finds something else."""

from concurrent.futures import Executor, Future
from unittest.mock import patch

import pytest

from properties.engine.helpers.commands import run
from properties.engine.helpers.slow import thinned
from verify.commands import hunt as command
from verify.commands.main import main
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, search
from verify.hunt.tasks import Task, run_task
from verify.running.runner import run_claim
from verify.workers.processes import Workers


def test_another_seed_draws_other_instances_and_so_does_another_claim(mixed, folder):
    def seen(seed, name="true", file="seen"):
        (folder / file).unlink(missing_ok=True)
        assert run_claim(mixed[name], 20, seed).examples == 20
        return (folder / file).read_text()

    assert seen(0) == seen(0) != seen(1)
    assert seen(0) != seen(0, "other", "seen-too")


def test_the_seed_reaches_every_claim_and_study(mixed, folder, capsys):
    texts = []
    for seed in ("5", "6", "5"):
        (folder / "seen").unlink(missing_ok=True)
        _, report, _ = run(capsys, "mixed.py::test_true", "mixed.py::test_study", "--seed", seed)
        assert report["claims"][1]["message"] == f"from seed {seed}"
        texts.append((folder / "seen").read_text())
    assert texts[0] == texts[2] != texts[1]


class Recorder(Executor):
    """Notes the tasks that it is given; each finds nothing, and says that the claim is at fault."""

    def __init__(self):
        self.tasks = []

    def submit(self, function, id, source, task, directory):
        """Take a task."""
        self.tasks.append(task)
        future = Future()
        future.set_result(Findings(task.move.strategy, errors=["enough"] * (len(self.tasks) > 4), instances=1))
        return future


def test_a_hunt_gives_its_seed_to_every_task(mixed, monkeypatch):
    recorder = Recorder()
    search(Hunt(mixed["true"], 7, 0.5), Workers(lambda: recorder), 1, None)
    assert len(recorder.tasks) > 4
    assert {task.seed for task in recorder.tasks} == {7}
    assert [task.index for task in recorder.tasks] == list(range(len(recorder.tasks)))
    seeds = []
    monkeypatch.setattr(command, "search", lambda hunt, *_: seeds.append((hunt.seed, hunt.budget)))
    main(["hunt", "mixed/true", "--seed", "9", "--budget", "17", "--json", "-"])
    assert seeds == [(9, 17.0)]


@pytest.mark.parametrize("strategy", thinned(["bulk", "descent", "evolution", "lattice", "hypothesis"], mark="long"))
def test_a_task_depends_on_its_seed_and_its_index_alone(strategy, mixed):
    def met(seed, index):
        drawn = []

        def noting(claim):
            return lambda instance: (drawn.append(repr(instance)), claim.judge(instance))[1]

        with patch("verify.hunt.examiner.Judge", noting):
            found = run_task(mixed["loose"], Task(index, Move(strategy, ((),)), seed, 600.0, 600.0), None)
        assert found.errors == []
        return repr((found.nearest, found.best, drawn))

    assert met(3, 1) == met(3, 1)
    assert len({met(3, 1), met(4, 1), met(3, 2)}) == 3
