"""The bookkeeping of replications: every number is of its seed and setting, and every checkpoint of what it is of."""

import shutil
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from io import StringIO
from pathlib import Path
from statistics import fmean, stdev
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import reference
from verify.claims import REGISTRY, Verdict
from verify.replicate import Setting, coordinator, experiment
from verify.replicate.checkpoints import Checkpoints
from verify.replicate.coordinator import SLICES, fingerprint, replicate
from verify.replicate.experiment import Row, Stated
from verify.replicate.report import as_expected, json_of, show
from verify.replicate.training import Training


class Counted:
    """A computation that says what it was asked: of which seed, which setting and how many steps."""

    def __init__(self, settings, seed, device):
        self.settings, self.seed = settings, seed

    def advance(self, state, until, steps):
        sums = (0 if state is None else int(state["sum"])) + until
        return {"done": np.array(until), "sum": np.array(sums)}

    def conclude(self, state):
        numbers = [{"a": s.values["a"], "seed": self.seed, "sum": int(state["sum"])} for s in self.settings]
        return numbers, [{"trace": np.array([self.seed, s.values["a"]])} for s in self.settings]


@pytest.fixture
def counted():
    test = experiment(
        "mine/counted", "x", steps=100, reduced=100, groups=2,
        settings=[Setting(f"a = {a}", {"a": a}) for a in (1, 4, 9, 16, 25)],
        stated=[Stated("the seed is 7", lambda rows: rows[0].seeds["seed"] == [7])],
    )(lambda *trained: Counted(*trained))  # noqa: PLW0108  # fmt: skip
    yield test.vae_verify_claim
    del REGISTRY["mine/counted"]


def test_every_number_and_exhibit_is_of_its_seed_and_setting(counted):
    found = replicate(counted, [3, 1, 8], 100)
    assert [row.setting for row in found.rows] == list(counted.settings)
    for row in found.rows:
        a = row.setting.values["a"]
        assert row.seeds["a"] == [a, a, a]
        assert row.seeds["seed"] == [3, 1, 8]
    assert found.exhibits.keys() == {(seed, setting.name) for seed in (3, 1, 8) for setting in counted.settings}
    for (seed, name), shown in found.exhibits.items():
        assert f"a = {shown['trace'][1]}" == name
        assert shown["trace"][0] == seed


def test_a_training_is_of_equal_slices_and_the_share_that_is_done_grows_to_one(counted):
    shares = []
    found = replicate(counted, [0, 1], 100, update=shares.append)
    assert found.rows[0].seeds["sum"] == [sum(range(2, 101, 2))] * 2
    np.testing.assert_allclose(shares, np.arange(1, 4 * SLICES + 1) / (4 * SLICES))


def test_the_reduced_version_is_of_the_seed_that_is_asked_for(counted):
    assert counted.verdict(counted.study(7)) is Verdict.MEASURED
    assert counted.verdict(counted.study(8)) is Verdict.CONTRADICTED
    assert "seed 8" in counted.study(8).summary


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("place", [0, 3, 4])
def test_one_number_that_is_not_finite_is_no_measurement(counted, monkeypatch, value, place):
    name = counted.settings[place].name
    monkeypatch.setitem(counted.settings[place].values, "a", value)
    with pytest.raises(FloatingPointError, match=f"the measured 'a' of '{name}' is {value}"):
        replicate(counted, [0], 50)


class Workers:
    """Works at once, and dies at the given submissions."""

    def __init__(self, deaths):
        self.deaths, self.submitted = deaths, 0

    def submit(self, work, *arguments):
        future = Future()
        if arguments and self.submitted in self.deaths:
            future.set_exception(BrokenProcessPool("a worker died"))
        else:
            future.set_result(work(*arguments))
        self.submitted += bool(arguments)
        return future


@pytest.mark.parametrize("deaths", [[0], [5], [0, 3, 11], range(12)])
def test_a_part_whose_worker_died_is_done_again_to_the_same_numbers(counted, deaths):
    """Three times for each of four trainings."""
    here = replicate(counted, [0, 1], 100)
    workers = Workers(deaths)
    there = replicate(counted, [0, 1], 100, workers)
    assert [row.seeds for row in there.rows] == [row.seeds for row in here.rows]
    assert workers.submitted == 4 * SLICES + len(deaths)


def test_workers_that_keep_dying_end_it(counted):
    with pytest.raises(BrokenProcessPool):
        replicate(counted, [0, 1], 100, Workers(range(10**9)))


class Falling(Training):
    """Three models, each of which Adam moves down by its rate a step."""

    rate = 0.5

    def parameters(self):
        return {"x": torch.tensor([10.0 * setting.values["a"] for setting in self.settings])}

    def losses(self, parameters):
        return parameters["x"]

    def watch(self, parameters):
        return {"x": parameters["x"].detach()}

    def measure(self, parameters):
        return [{"x": float(x)} for x in parameters["x"]]

    def exhibit(self, parameters):
        return [{"end": x.numpy()} for x in parameters["x"]]


@pytest.mark.parametrize("pieces", [(50,), (20, 50)])
def test_every_setting_is_shown_its_own_course(pieces):
    training = Falling([Setting(f"{a}", {"a": a}) for a in (1, 2, 3)], 0, "cpu")
    state = None
    for until in pieces:
        state = training.advance(state, until, 50)
    measured, shown = training.conclude(state)
    for a, numbers, exhibit in zip((1, 2, 3), measured, shown, strict=True):
        np.testing.assert_allclose(exhibit["x"], 10 * a - 0.5 * np.arange(50), atol=1e-4)
        np.testing.assert_allclose([numbers["x"], exhibit["end"]], 10 * a - 25, atol=1e-4)


# --- what a checkpoint is of ----------------------------------------------------------------------------------------


def identity(**further):
    def training(settings, seed, device):
        return SimpleNamespace()

    settings = [Setting("one", {"a": 1, "b": 2}), Setting("two", {"a": 3})]
    known = {"id": "a/b", "settings": settings, "groups": 2, "computation": training, "body": training}
    return SimpleNamespace(**known | further)


OTHERS = {
    "id": {"id": "a/c"},
    "groups": {"groups": 1},
    "the name of a setting": {"settings": [Setting("one", {"a": 1, "b": 2}), Setting("other", {"a": 3})]},
    "a value of a setting": {"settings": [Setting("one", {"a": 1, "b": 3}), Setting("two", {"a": 3})]},
    "the order of settings": {"settings": [Setting("two", {"a": 3}), Setting("one", {"a": 1, "b": 2})]},
    "a setting fewer": {"settings": [Setting("one", {"a": 1, "b": 2})]},
    "the class that trains": {"computation": lambda settings, seed, device: torch.nn.Identity()},
    "the file that declares it": {"body": fmean},
}


@pytest.mark.parametrize("name", OTHERS)
def test_trainings_that_may_differ_have_different_fingerprints(name):
    assert fingerprint(identity(), 10, "cpu") == fingerprint(identity(), 10, "cpu")
    assert fingerprint(identity(**OTHERS[name]), 10, "cpu") != fingerprint(identity(), 10, "cpu")


def test_steps_and_device_and_torch_are_in_a_fingerprint(monkeypatch):
    first = fingerprint(identity(), 10, "cpu")
    assert fingerprint(identity(), 11, "cpu") != first
    assert fingerprint(identity(), 10, "cuda") != first
    monkeypatch.setattr(torch, "__version__", "0.0")
    assert fingerprint(identity(), 10, "cpu") != first


def test_the_sources_of_trainings_and_formulas_are_in_a_fingerprint(tmp_path, monkeypatch):
    """Wherever they lie; and each of them."""
    first = fingerprint(identity(), 10, "cpu")
    for module in (coordinator, reference):
        copy = tmp_path / module.__name__
        shutil.copytree(Path(module.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
        with monkeypatch.context() as patch:
            patch.setattr(module, "__file__", str(copy / Path(module.__file__).name))
            assert fingerprint(identity(), 10, "cpu") == first
            for source in sorted(copy.glob("*.py")):
                text = source.read_text(encoding="utf-8")
                source.write_text(f"{text}\n# edited\n", encoding="utf-8")
                assert fingerprint(identity(), 10, "cpu") != first, source
                source.write_text(text, encoding="utf-8")


def test_the_order_of_the_values_of_a_setting_makes_no_difference():
    settings = [Setting("one", {"b": 2, "a": 1}), Setting("two", {"a": 3})]
    assert fingerprint(identity(settings=settings), 10, "cpu") == fingerprint(identity(), 10, "cpu")


def test_a_checkpoint_that_was_renamed_is_not_gone_on_with(tmp_path):
    """To the name of another fingerprint: the state says itself what it is of."""
    one, other = (Checkpoints(tmp_path, letter * 64) for letter in "ab")
    one.save(0, 1, {"done": np.array(7)})
    one.path(0, 1).rename(other.path(0, 1))
    assert other.load(0, 1) is None
    other.path(0, 1).rename(one.path(0, 1))
    assert int(one.load(0, 1)["done"]) == 7


def test_a_checkpoint_of_which_anything_was_exchanged_is_not_gone_on_with(tmp_path):
    checkpoints = Checkpoints(tmp_path, "a" * 64)
    state = {"done": np.array(7), "x": np.arange(6.0), "y": np.arange(6.0) + 1}
    checkpoints.save(0, 0, state)
    with np.load(checkpoints.path(0, 0)) as file:
        digest = file["digest"]
    others = (
        {**state, "done": np.array(8)}, {**state, "x": state["y"], "y": state["x"]},
        {"done": state["done"], "x": state["x"]}, {**state, "x": state["x"].reshape(2, 3)},
        {**state, "x": state["x"].view(np.int64)}, {**state, "z": np.zeros(0)},
    )  # fmt: skip
    for changed in others:
        np.savez(checkpoints.path(0, 0), digest=digest, **changed)
        assert checkpoints.load(0, 0) is None
    np.savez(checkpoints.path(0, 0), **state)
    assert checkpoints.load(0, 0) is None


# --- what is drawn --------------------------------------------------------------------------------------------------


def drawn(kind="Drawn", names=("a", "b"), seed=0):
    kind = type(kind, (Training,), dict.fromkeys(("parameters", "losses", "measure")))
    training = kind([Setting(name, {}) for name in names], seed, "cpu")
    return tuple(torch.randn(3, generator=g).tolist() for g in (training.generator, training.world))


def test_trainings_draw_by_seed_settings_and_purpose():
    """The truth of the data too; and neither is the other."""
    first = drawn()
    assert drawn() == first
    others = [
        drawn(seed=1), drawn(names=("a", "c")), drawn(names=("a",)), drawn(names=("b", "a")), drawn("Other"),
    ]  # fmt: skip
    numbers = [tuple(numbers) for pair in (first, *others) for numbers in pair]
    assert len(set(numbers)) == len(numbers) == 12


# --- what is reported -----------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=4))
def test_a_row_has_the_mean_and_the_standard_deviation_over_its_seeds(numbers):
    row = Row(Setting("one", {}), {"x": numbers})
    assert row.measured == {"x": fmean(numbers)}
    assert row.spread == {"x": stdev(numbers) if len(numbers) > 1 else 0.0}


def shown(entry, rows):
    console = Console(file=StringIO(), width=200)
    show(entry, rows, console)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_a_table_has_the_papers_number_ours_and_the_spread_of_several_seeds(counted):
    rows = [
        Row(Setting("one", {}, {"x": 7.5}), {"x": [1.0, 2.0], "y": [3.0, 3.0]}),
        Row(Setting("two", {}, {"z": 4.0}), {"x": [9.0]}),
    ]
    counted.stated, counted.choices = [], ["the sign: x > 0"]
    assert {"one 7.5 | 1.5 ± 0.71 3 ± 0 ·", "two 9 · 4", "- the sign: x > 0"} <= set(shown(counted, rows))


def test_what_is_met_and_what_is_not_are_told_apart(counted):
    counted.stated = [Stated("always", lambda rows: True), Stated("never", lambda rows: False, expected=False)]
    lines = [line for line in shown(counted, []) if line.endswith(("always", "never"))]
    assert ["not met" in line for line in lines] == [False, True]
    assert not any("expected" in line for line in lines)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_conclusion_among_several_that_surprises_is_a_surprise(counted, place):
    answers = [True, True, True]
    counted.stated = [Stated(f"{k}", lambda rows, k=k: answers[k]) for k in range(3)]
    assert as_expected(counted, [])
    answers[place] = False
    assert not as_expected(counted, [])
    assert [claim["met"] for claim in json_of(counted, [], 0)["stated"]] == answers
