"""How a trial ends: a test fails, none does, one does not return; and that no file keeps a slip."""

import importlib.util
import os
import signal
import sys
import time
from functools import wraps
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.mutants import campaign, trees, trial
from properties.engine.helpers.mutants.choice import ordered
from properties.engine.helpers.mutants.operators import mutants
from properties.engine.helpers.waiting import runs, until


def other_code(text, slipped, name="f"):
    """Return a function of a module, after its code was exchanged for that of another text."""
    space = {"wraps": wraps}
    exec(compile(text, "m.py", "exec"), space)
    functions = [space[name], *filter(None, [getattr(space[name], "__wrapped__", None)])]
    changed = trial.exchanged(compile(text, "m.py", "exec"), compile(slipped, "m.py", "exec"))
    return changed and trial.exchange(functions, changed) and space[name]


def test_the_code_of_a_function_is_exchanged_behind_its_decorator_too():
    text = (
        "def twice(g):\n    @wraps(g)\n    def h(x):\n        return 2 * g(x)\n    return h\n\n"
        "@twice\ndef f(x):\n    return x + 1\n"
    )
    assert other_code(text, text.replace("x + 1", "x - 1"))(5) == 8
    assert other_code(text, text.replace("2 * g", "3 * g"))(5) == 18


@pytest.mark.parametrize("head", ["", "from __future__ import annotations\n"])
def test_a_module_has_the_code_that_its_import_gives_it(head, tmp_path):
    """Else nothing of it is found that could be exchanged, and each trial imports everything again."""
    file, text = tmp_path / "m.py", f"{head}def f(x: int) -> int:\n    return x\n"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location("m", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.f.__code__ in trial.code_of(file, text).co_consts


def test_what_is_no_code_of_a_function_is_not_exchanged():
    text = "N = 1\ndef f(x):\n    return [y for y in x if y], lambda: 1, lambda: x\n"
    assert not other_code(text, text.replace("N = 1", "N = 2"))
    assert not other_code(text, text.replace("lambda: x", "1"))


def test_two_functions_that_are_told_apart_by_nothing_are_not_exchanged():
    text = "def f(x):\n    return (lambda: 1), 0, (lambda: 1)\n"
    changed = trial.exchanged(
        compile(text, "m.py", "exec"), compile(text.replace("(lambda: 1),", "(lambda: 2),"), "m.py", "exec")
    )
    assert changed is None or len(changed) == 2  # Pythons that know columns tell them apart


def asked(work, *, wall=0.0):
    """Return how a fork ends that does some work."""
    return trial.forked({"tests": [["t", wall, 0.0]]}, lambda request, tell: work(tell))


def test_a_fork_tells_how_it_ended():
    assert asked(lambda tell: tell({"status": "survived", "run": 3})) == {"status": "survived", "run": 3}
    assert asked(lambda tell: (tell({"test": "t"}), os.kill(os.getpid(), signal.SIGKILL))) == {
        "status": "killed", "test": "t",
    }  # fmt: skip
    assert asked(lambda tell: 1 / 0) == {"status": "killed", "test": "import"}


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_fork_does_not_outlive_who_asked_for_it(tmp_path):
    def work(tell):
        (tmp_path / "pid").write_text(f"{os.getpid()}\n")
        time.sleep(1000)

    server = os.fork()
    if not server:
        asked(work)
        os._exit(0)
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"))
    pid = int((tmp_path / "pid").read_text())
    os.kill(server, signal.SIGKILL)
    os.waitpid(server, 0)
    until(lambda: not runs(pid))


@pytest.mark.parametrize("endless", [lambda: time.sleep(1000), lambda: [None for _ in iter(int, 1)]])
def test_a_fork_that_does_not_return_is_ended(endless, monkeypatch):
    monkeypatch.setattr(trial, "SECONDS", 0.01)
    monkeypatch.setattr(trial, "MEMORY", 1 << 40)

    def work(tell):
        tell({"test": "t"})
        trial._limit(0.01)
        endless()

    assert asked(work) == {"status": "timeout", "test": "t"}


def test_a_file_has_its_slip_only_as_long_as_the_trial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("m.py").write_text("right")
    request = {"path": "m.py", "source": "wrong", "tests": []}
    answer = trial.in_file(request, lambda request, tell: tell({"status": Path("m.py").read_text()}))
    assert (answer["status"], Path("m.py").read_text()) == ("wrong", "right")


def test_a_copy_has_no_slip_that_was_left_there_and_what_was_compiled(tmp_path, monkeypatch):
    tree, to = tmp_path / "tree", tmp_path / "copy"
    tree.mkdir()
    (tree / "m.py").write_text("right")
    (tree / "n.py").write_text("as well")
    monkeypatch.setattr(trees, "TREE", tree)
    monkeypatch.setattr(trees, "files", lambda: ["m.py", "n.py"])
    trees.copy(to)
    (to / "m.py").write_text("wrong")
    (to / "left.json").write_text("{}")
    (to / "__pycache__").mkdir()
    for name in "mn":
        (to / "__pycache__" / f"{name}.cpython-311.pyc").touch()
    trees.copy(to)
    assert {file.name: file.read_text() for file in to.rglob("*") if file.is_file()} == {
        "m.py": "right", "n.py": "as well", "n.cpython-311.pyc": "",
    }  # fmt: skip


def test_the_copies_are_none_of_the_tree():
    assert not [name for name in trees.files() if (trees.TREE / name).is_relative_to(campaign.BUILD)]


def test_quick_tests_come_first_and_those_that_have_killed_before_them():
    tests = [("slow", 9.0, 9.0), ("quick", 0.1, 0.1), ("middle", 1.0, 1.0), ("quick", 0.1, 0.1)]
    assert [id for id, _, _ in ordered(tests, campaign.Counter())] == ["quick", "middle", "slow"]
    assert [id for id, _, _ in ordered(tests, campaign.Counter(middle=5))] == ["middle", "quick", "slow"]
    assert [id for id, _, _ in ordered(tests, campaign.Counter(), 1.5)] == ["quick", "middle"]


class Told:
    """A server that answers as tests would: one notices the slip, one fails anyway."""

    def __init__(self, noticing, failing):
        self.noticing, self.failing = noticing, failing

    def ask(self, path, source, tests):
        for id, _, _ in tests:
            if id in self.failing or (id in self.noticing and "-" in source):
                return {"status": "killed", "test": id}
        return {"status": "survived"}


def test_what_fails_without_the_slip_kills_nothing():
    texts = {"verify/a/m.py": "def f(x):\n    return x + x\n"}
    (mutant,) = mutants(*next(iter(texts.items())))
    tests = [("bad", 0.1, 0.1), ("good", 0.1, 0.1), ("blind", 0.1, 0.1)]

    def asked(noticing, failing):
        worker = SimpleNamespace(servers={"here": Told(noticing, failing)})
        trials = campaign.Campaign(texts, None, 1, 1.0, 1.0)
        return trials.asked(worker, "here", mutant, tests)

    assert asked({"good"}, {"bad"}) == {"status": "killed", "test": "good"}
    assert asked(set(), {"bad"}) == {"status": "survived"}
    assert asked({"good"}, set()) == {"status": "killed", "test": "good"}


@pytest.mark.parametrize("head", ["", "import numba\n"])
@pytest.mark.parametrize("found", ["killed", "survived", "afresh"])
def test_compiled_code_is_tried_as_python_runs_it_and_then_afresh_with_the_time_to_compile_it(head, found, monkeypatch):
    text = f"{head}def f(x):\n    return x + 1\n"
    slip = next(each for each in mutants("reference/m.py", text) if "-" in each.text)
    monkeypatch.setattr(campaign, "commit", lambda: "")
    one = campaign.Campaign({"reference/m.py": text}, lambda *_: None, 1, 1.0, 9.0)
    tests, met = [("t", 0.5, 0.25)], []

    def asked(worker, kind, mutant, of):
        met.append((kind, of))
        return {"status": found if kind == "here" else "survived"}

    monkeypatch.setattr(one, "asked", asked)
    choice = SimpleNamespace(here=lambda _: tests, away=lambda _: [], at_import=lambda _: False)
    answer, of = one._trial(None, choice, slip)
    assert met[0] == ("here", tests)
    assert of == tests
    more = campaign.COMPILING if head else 0.0
    again = found == "afresh" or (found == "survived" and head)
    assert met[1:] == ([("afresh", [("t", 0.5 + more, 0.25 + more)])] if again else [])
    assert answer == {"status": "survived" if again else found}
    assert trial.SECONDS + trial.TIMES * more > 60 or not head
