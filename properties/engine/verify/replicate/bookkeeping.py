"""The bookkeeping of replications: every number is of its seed and setting, whatever dies, and is reported as it is."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.claims.entry import Verdict
from verify.commands.replication import told
from verify.replicate import Setting, experiment
from verify.replicate.coordinator import SLICES, replicate
from verify.replicate.experiment import Conclusion, Row
from verify.replicate.report import as_expected, json_of


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
def tallied():
    test = experiment(
        "mine/tallied", "x", steps=100, reduced=100, groups=2,
        settings=[Setting(f"a = {a}", {"a": a}) for a in (1, 4, 9, 16, 25)],
        stated=[Conclusion("the seed is 7", lambda rows: rows[0].seeds["seed"] == [7])],
    )(lambda *trained: Counted(*trained))  # noqa: PLW0108  # fmt: skip
    return test.vae_verify_claim


def test_every_number_and_exhibit_is_of_its_seed_and_setting(tallied):
    found = replicate(tallied, [3, 1, 8], 100)
    assert [row.setting for row in found.rows] == list(tallied.settings)
    for row in found.rows:
        a = row.setting.values["a"]
        assert row.seeds["a"] == [a, a, a]
        assert row.seeds["seed"] == [3, 1, 8]
    assert found.exhibits.keys() == {(seed, setting.name) for seed in (3, 1, 8) for setting in tallied.settings}
    for (seed, name), shown in found.exhibits.items():
        assert f"a = {shown['trace'][1]}" == name
        assert shown["trace"][0] == seed


def test_a_training_is_of_equal_slices_and_the_share_that_is_done_grows_to_one(tallied):
    shares = []
    found = replicate(tallied, [0, 1], 100, update=shares.append)
    assert found.rows[0].seeds["sum"] == [sum(range(2, 101, 2))] * 2
    np.testing.assert_allclose(shares, np.arange(1, 4 * SLICES + 1) / (4 * SLICES))


def test_the_reduced_version_is_of_the_seed_that_is_asked_for(tallied):
    assert tallied.verdict(tallied.study(7)) is Verdict.MEASURED
    assert tallied.verdict(tallied.study(8)) is Verdict.CONTRADICTED
    assert "seed 8" in tallied.study(8).summary


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("place", [0, 3, 4])
def test_one_number_that_is_not_finite_is_no_measurement(tallied, monkeypatch, value, place):
    name = tallied.settings[place].name
    monkeypatch.setitem(tallied.settings[place].values, "a", value)
    with pytest.raises(FloatingPointError, match=f"the measured 'a' of '{name}' is {value}"):
        replicate(tallied, [0], 50)


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
def test_a_part_whose_worker_died_is_done_again_to_the_same_numbers(tallied, deaths):
    """Three times for each of four trainings."""
    here = replicate(tallied, [0, 1], 100)
    workers = Workers(deaths)
    there = replicate(tallied, [0, 1], 100, workers)
    assert [row.seeds for row in there.rows] == [row.seeds for row in here.rows]
    assert workers.submitted == 4 * SLICES + len(deaths)


def test_workers_that_keep_dying_end_it(tallied):
    with pytest.raises(BrokenProcessPool):
        replicate(tallied, [0, 1], 100, Workers(range(10**9)))


# --- what is reported -----------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=4))
def test_a_row_has_the_mean_and_the_standard_deviation_over_its_seeds(numbers):
    row = Row(Setting("one", {}), {"x": numbers})
    assert row.measured == {"x": fmean(numbers)}
    assert row.spread == {"x": stdev(numbers) if len(numbers) > 1 else 0.0}


def shown(entry, rows):
    return [" ".join(str(line).split()) for line in told(entry, rows, None)]


def test_a_table_has_the_papers_number_ours_and_the_spread_of_several_seeds(tallied):
    rows = [
        Row(Setting("one", {}, {"x": 7.5}), {"x": [1.0, 2.0], "y": [3.0, 3.0]}),
        Row(Setting("two", {}, {"z": 4.0}), {"x": [9.0]}),
    ]
    tallied.stated, tallied.choices = [], ["the sign: x > 0"]
    assert {"one 7.5 | 1.5 ± 0.71 3 ± 0 ·", "two 9 · 4", "- the sign: x > 0"} <= set(shown(tallied, rows))


def test_what_is_met_and_what_is_not_are_told_apart(tallied):
    tallied.stated = [Conclusion("always", lambda rows: True), Conclusion("never", lambda rows: False, expected=False)]
    lines = [line for line in shown(tallied, []) if line.endswith(("always", "never"))]
    assert ["not met" in line for line in lines] == [False, True]
    assert not any("expected" in line for line in lines)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_conclusion_among_several_that_surprises_is_a_surprise(tallied, place):
    answers = [True, True, True]
    tallied.stated = [Conclusion(f"{k}", lambda rows, k=k: answers[k]) for k in range(3)]
    assert as_expected(tallied, [])
    answers[place] = False
    assert not as_expected(tallied, [])
    assert [claim["met"] for claim in json_of(tallied, [], 0)["stated"]] == answers
