"""What an experiment declares, what its reduced version says, and what is reported: each word and number."""

import zipfile
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from vae_verify import CLAIM
from verify.claims.entry import Verdict
from verify.judging.statements import ClaimError
from verify.replicate import Conclusion, Setting, coordinator, every, experiment, figures, some, training
from verify.replicate.checkpoints import Checkpoints, _require_plain
from verify.replicate.coordinator import Batch, _next, _slices, replicate, trained
from verify.replicate.declare import judged_early
from verify.replicate.experiment import WORDS, Experiment, Row
from verify.replicate.report import json_of

ONE, TWO = Setting("one", {"a": 1}, {"x": 0.5}), Setting("two", {"a": 2})


class Counted:
    """A computation that gives the steps that it was asked for."""

    def __init__(self, settings, seed, device):
        assert settings, "there is nothing to train"
        self.settings, self.seed = settings, seed

    def advance(self, state, until, steps):
        """Be done."""
        assert state is None or int(state["done"]) < until, "it is done already"
        return {"done": np.array(until)}

    def conclude(self, state):
        """Measure the steps."""
        return [{"steps": int(state["done"]), "a": s.values["a"]} for s in self.settings], [{} for _ in self.settings]


def stated(*conclusions, **further):
    """Return an experiment with these conclusions."""
    known = {"settings": [ONE, TWO], "steps": 200, "reduced": 1000, "stated": conclusions or [ALWAYS]}
    test = experiment("own/trained", "x falls", **known | further)(lambda *trained: Counted(*trained))  # noqa: PLW0108
    return vars(test)[CLAIM]


ALWAYS = Conclusion("always", lambda rows: True)
NEVER = Conclusion("never", lambda rows: False)
OPEN = Conclusion("open", lambda rows: None)


def test_what_is_not_said_of_an_experiment(registry):
    entry = stated()
    assert isinstance(entry, Experiment)
    assert (entry.kind, entry.expected, entry.needs, entry.groups) == ("experiment", Verdict.MEASURED, ("train",), 1)
    assert (entry.sample, entry.choices, entry.draw, entry.corrects) == ([ONE, TWO], (), None, None)
    assert (entry.sharpens, entry.implies, entry.rests_on) == ((), (), ())
    assert (ALWAYS.expected, ALWAYS.early, ALWAYS.seen) == (True, True, "")
    assert (TWO.paper, ONE.paper) == ({}, {"x": 0.5})


def test_what_is_said_of_an_experiment_is_kept(registry):
    draw = print
    entry = stated(
        Conclusion("never", lambda rows: True, expected=False), sample=[ONE], groups=2, choices=["Adam"], draw=draw,
        needs=("flow",), label="Table 7", corrects="own/a", sharpens="own/b", implies="own/c", rests_on="own/d",
    )  # fmt: skip
    assert (entry.expected, entry.needs, entry.groups, entry.label) == ("contradicted", ("train", "flow"), 2, "Table 7")
    assert (entry.sample, entry.choices, entry.draw, entry.steps, entry.reduced) == ([ONE], ["Adam"], draw, 200, 1000)
    assert (entry.corrects, entry.sharpens, entry.implies, entry.rests_on) == (
        "own/a", ("own/b",), ("own/c",), ("own/d",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("conclusions", "why"),
    [
        ([ALWAYS, Conclusion("n", lambda rows: False, expected=False)],
         "a conclusion that is not met has an experiment of its own: split them"),
        ([Conclusion("late", lambda rows: True, early=False)], "the reduced version judges nothing: state what it can "
         "judge"),
    ],
)  # fmt: skip
def test_what_judges_nothing_or_too_much_is_refused(conclusions, why):
    with pytest.raises(ClaimError) as refused:
        stated(*conclusions)
    assert str(refused.value) == f"own/trained: {why}"


LATE = Conclusion("late", lambda rows: False, early=False)
BOTH = "met: always; not met: never"


@pytest.mark.parametrize(
    ("conclusions", "counts", "words"),
    [
        ([ALWAYS], (1, 1, 0), "met: always"), ([ALWAYS, NEVER], (2, 1, 1), BOTH),
        ([ALWAYS, OPEN], (0, 0, 0), "met: always; nothing to judge: open"),
        ([ALWAYS, NEVER, OPEN], (2, 1, 1), f"{BOTH}; nothing to judge: open"),
        ([NEVER], (1, 0, 1), "not met: never"),
        ([ALWAYS, LATE], (1, 1, 0), "met: always; judged by vae-verify replicate own/trained alone: late"),
    ],
)  # fmt: skip
def test_the_reduced_version_counts_what_speaks_for_and_against(conclusions, counts, words, registry):
    found = judged_early(stated(*conclusions), 7)
    assert (found.examples, found.certain, found.violations) == counts
    assert found.summary == f"1,000 steps, seed 7; {words}"
    found = judged_early(stated(*conclusions, sample=[TWO], groups=2), 8)
    assert found.summary == f"1,000 steps of two, seed 8; {words}"


def test_the_reduced_version_is_of_its_steps_its_sample_and_its_seed(registry):
    seen = []
    entry = stated(Conclusion("all", lambda rows: seen.extend(rows) or True), sample=[TWO], groups=2)
    judged_early(entry, 3)
    assert [(row.setting, dict(row.seeds)) for row in seen] == [(TWO, {"steps": [1000.0], "a": [2.0]})]


# --- conclusions ----------------------------------------------------------------------------------------------------


def test_nothing_is_met_by_default():
    assert [every(answers) for answers in ([], [True], [True, False])] == [None, True, False]
    assert [some(answers) for answers in ([], [False], [True, False])] == [None, False, True]
    assert WORDS == {True: "met", False: "not met", None: "nothing to judge"}


@pytest.mark.parametrize("answer", [True, False, None, np.bool_(True), np.bool_(False)])
@pytest.mark.parametrize("expected", [True, False])
def test_a_conclusion_surprises_that_is_not_what_was_expected(answer, expected):
    conclusion = Conclusion("it", lambda rows: answer, expected=expected)
    assert conclusion.judge([]) is (None if answer is None else bool(answer))
    assert conclusion.surprises([]) is (answer is None or bool(answer) is not expected)


@pytest.mark.parametrize("answer", [1, 0.0, float("nan"), "yes", np.array(True)])
def test_what_is_no_truth_is_no_conclusion(answer):
    with pytest.raises(ClaimError, match=r"'it': what says whether it is met gives .*, not True, False or None"):
        Conclusion("it", lambda rows: answer).judge([])
    with pytest.raises(ClaimError, match="'it': whether it is met is True or False, not"):
        Conclusion("it", lambda rows: True, expected=answer)


def test_a_report_has_every_number_of_every_seed(registry):
    entry = stated(ALWAYS, OPEN, choices=("Adam",))
    assert json_of(entry, [Row(ONE, {"x": (1.0, 2.0)}), Row(TWO, {})], 1.23456, steps=7) == {
        "id": "own/trained",
        "rows": [
            {"setting": "one", "paper": {"x": 0.5}, "measured": {"x": 1.5}, "spread": {"x": pytest.approx(0.5**0.5)},
             "by_seed": {"x": [1.0, 2.0]}},
            {"setting": "two", "paper": {}, "measured": {}, "spread": {}, "by_seed": {}},
        ],
        "stated": [{"text": "always", "met": True, "expected": True}, {"text": "open", "met": None, "expected": True}],
        "choices": ["Adam"], "seconds": 1.235, "steps": 7,
    }  # fmt: skip


def test_a_figure_is_of_the_size_and_the_title_that_it_is_given(tmp_path, monkeypatch):
    assert [tuple(figure.get_size_inches()) for figure in (figures.new_figure(), figures.new_figure(3, 2))] == [
        (8.0, 4.0), (3.0, 2.0),
    ]  # fmt: skip
    assert type(figures.new_figure().get_layout_engine()).__name__ == "ConstrainedLayoutEngine"
    monkeypatch.setattr(figures, "Picture", lambda figure, *how: SimpleNamespace(svg=repr((figure, *how))))
    for title, shown in (((), tmp_path.name), (("",), tmp_path.name), (("mine",), "mine")):
        figures.save("figure", tmp_path / "it.svg", *title)
        assert (tmp_path / "it.svg").read_text() == repr(("figure", shown, "", {}))


def test_what_is_declared_and_trained_does_not_change():
    for kind in (Setting, Row, Conclusion, Batch, Checkpoints):
        assert kind.__dataclass_params__.frozen, kind


# --- trainings ------------------------------------------------------------------------------------------------------


def batch(steps, group=0, groups=1):
    return Batch("own/trained", None, 0, group, groups, steps, "cpu")


@pytest.mark.parametrize(
    ("steps", "done", "until"),
    [(100, None, 2), (100, 2, 4), (100, 3, 4), (100, 99, 100), (7, None, 1), (7, 6, 7), (149, None, 2), (149, 148, 149),
     (5000, 100, 200), (5000, 99, 100)],
)  # fmt: skip
def test_a_slice_ends_at_the_next_fiftieth(steps, done, until):
    assert _next(batch(steps), None if done is None else {"done": np.array(done)}) == until


def test_a_batch_has_every_so_manieth_setting(registry):
    entry = stated(settings=[Setting(f"{k}", {"a": k}) for k in range(5)], groups=2)
    assert [[s.name for s in batch(9, group, 2).settings(entry)] for group in (0, 1)] == [["0", "2", "4"], ["1", "3"]]


def test_a_training_that_is_done_is_measured_and_no_other(registry):
    entry = stated()
    state, found = trained(entry, batch(9), None, 8)
    assert (int(state["done"]), found) == (8, None)
    state, found = trained(entry, batch(9), {"done": np.array(9)}, 9)
    assert [row["steps"] for row in found[0]] == [9, 9]
    assert torch.get_num_threads() == 1
    assert int(trained(entry, batch(9), {"done": np.array(5)}, 4)[0]["done"]) == 5  # it has come further already


def test_where_nothing_comes_to_its_end_it_is_said_after_how_long(registry, monkeypatch):
    asked = []
    monkeypatch.setattr(coordinator, "first_done", lambda running, timeout: asked.append(timeout) or set())
    with pytest.raises(TimeoutError, match=r"^no part of a training came to its end within 2\.5 s$"):
        list(_slices(stated(), [batch(9)], SimpleNamespace(submit=lambda *_: Future()), None, 2.5))
    assert asked == [2.5]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_part_is_tried_again_three_times_for_each_training(batches, registry, monkeypatch):
    tries = []

    class Dying:
        def submit(self, function, *arguments):
            future = Future()
            if arguments:
                tries.append(1)
                future.set_exception(BrokenProcessPool("died"))
            else:
                future.set_result("cpu")
            return future

    with pytest.raises(BrokenProcessPool):
        replicate(stated(groups=batches), [0], 9, Dying())
    assert len(tries) == batches + 3 * batches


def test_the_device_is_a_gpu_where_there_is_one(monkeypatch):
    for there, device in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(training.torch.cuda, "is_available", lambda there=there: there)
        assert training.preferred_device() == device


def test_a_checkpoint_is_as_large_as_its_parts_and_named_by_its_beginning(tmp_path):
    assert Checkpoints(tmp_path, "0123456789abcdef").path(3, 1) == tmp_path / "seed-3-1-0123456789ab.npz"
    with zipfile.ZipFile(tmp_path / "it.zip", "w") as file:
        file.writestr("a", b"x" * 60)
        file.writestr("b", b"x" * 40)
    with zipfile.ZipFile(tmp_path / "it.zip") as file:
        _require_plain(file, 100)
        with pytest.raises(ValueError, match="it is packed"):
            _require_plain(file, 99)
    checkpoints = Checkpoints(tmp_path, "0" * 64)
    np.savez_compressed(checkpoints.path(0, 0), digest=np.array(""), x=np.zeros(10_000))
    assert checkpoints.load(0, 0) is None
    assert checkpoints.load(1, 0) is None
    checkpoints.path(2, 0).symlink_to(Path("/dev/zero"))
    assert checkpoints.load(2, 0) is None
