"""What a replication is asked for, what is kept and told of it, and the status that is due."""

import contextlib
import json
from concurrent.futures import BrokenExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.text import Text

from vae_verify.extras import Lacking
from verify.commands import replicate, replication
from verify.commands.main import main
from verify.errors import UsageError
from verify.judging.statements import ClaimError
from verify.registry.loading import load_file
from verify.replicate import Setting, coordinator
from verify.replicate.experiment import Conclusion, Replication, Row
from verify.workers import interruption

EXPERIMENT = '''
from pathlib import Path
from verify import Scalar, claim, equal
from verify.replicate import Conclusion, Setting, experiment

def draw(replication, path):
    path.write_text("<svg/>")

@experiment(
    "own/trained", "x falls", label="Table 1", steps=1500, reduced=100, groups=2, draw=draw,
    settings=[Setting("one", {"a": 1}, {"x": 0.5}), Setting("two", {"a": 2})],
    stated=[Conclusion("it falls", lambda rows: rows[0].measured["x"] < 1)],
)
def test_trained(settings, seed, device):
    """Train nothing."""

@claim("own/claim", "x = x")
def test_claim(x: Scalar):
    equal(x, x)
'''


@pytest.fixture(autouse=True)
def entry(tmp_path, monkeypatch):
    """Return an experiment of one's own."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(EXPERIMENT, encoding="utf-8")
    return load_file(Path("own.py"))[0]


@pytest.fixture
def training(monkeypatch):
    """Return what a training is asked for; it gives at once what the test says, or raises that."""
    asked = SimpleNamespace(calls=[], workers=[], gives=0.25, checkpoint=Path("checkpoint.npz"))

    def trained(experiment, seeds, steps, workers, folder, update, patience):
        asked.calls.append((experiment.id, list(seeds), steps, folder, patience))
        if isinstance(asked.gives, BaseException):
            raise asked.gives
        asked.checkpoint.touch()
        rows = [Row(setting, {"x": [asked.gives] * len(seeds)}) for setting in experiment.settings]
        return Replication(rows, {}, [asked.checkpoint, Path("gone.npz")])

    def workers_of(*how):
        asked.workers.append(how)
        return contextlib.nullcontext(), 1

    monkeypatch.setattr(coordinator, "replicate", trained)
    monkeypatch.setattr(replicate, "workers_of", workers_of)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    times = iter(range(0, 10**6, 7))
    monkeypatch.setattr(replicate.time, "perf_counter", lambda: float(next(times)))
    return asked


def test_a_replication_is_asked_for_what_was_typed(training, monkeypatch):
    assert main(["replicate", "own.py::test_trained"]) == 0
    assert training.calls == [("own/trained", [0, 1, 2], 1500, Path("replications/own_trained"), 3600.0)]
    assert training.workers == [(None, 6, 6, None)]  # of three seeds in two groups
    typed = [
        "--seeds",
        "2",
        "--seed",
        "5",
        "--steps",
        "9",
        "--jobs",
        "3",
        "--timeout",
        "4",
        "--memory",
        "2",
        "--out",
        "o",
    ]
    assert main(["replicate", "own/trained", *typed, "--scheduler", "tcp://a:1"]) == 0
    assert training.calls[1] == ("own/trained", [5, 6], 9, Path("o/own_trained"), 4.0)
    assert training.workers[1] == ("tcp://a:1", 3, 4, 2.0)
    assert main(["replicate", "own/trained", "--seeds", "1"]) == 0
    assert training.workers[2] == (None, 2, 2, None)  # no more than there is to do
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert main(["replicate", "own/trained"]) == 0
    assert training.workers[3] == (None, 1, 6, None)


def test_what_was_trained_is_kept_told_and_its_checkpoints_are_removed_when_all_is_written(training, capsys):
    assert main(["replicate", "own/trained", "--json", "it.json"]) == 0
    folder = Path("replications/own_trained")
    assert (folder / "figure.svg").read_text() == "<svg/>"
    kept = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert kept == json.loads(Path("it.json").read_text(encoding="utf-8"))
    assert (kept["steps"], kept["seeds"], kept["figures"], kept["seconds"]) == (
        1500, [0, 1, 2], ["replications/own_trained/figure.svg"], 7.0,
    )  # fmt: skip
    assert capsys.readouterr().out.endswith(
        "\n1,500 steps, seeds 0, 1, 2, 7 s; kept in replications/own_trained/results.json, "
        "replications/own_trained/figure.svg\n"
    )
    assert not training.checkpoint.exists()


def test_an_experiment_without_a_figure_has_none(entry, training):
    entry.draw = None
    assert main(["replicate", "own/trained"]) == 0
    folder = Path("replications/own_trained")
    assert [path.name for path in folder.iterdir()] == ["results.json"]
    assert json.loads((folder / "results.json").read_text())["figures"] == []


@pytest.mark.parametrize(("gives", "steps", "status"), [(0.5, [], 0), (2.0, [], 1), (2.0, ["--steps", "1499"], 0),
                                                        (2.0, ["--steps", "1500"], 1)])  # fmt: skip
def test_the_status_is_whether_conclusions_are_met_but_a_quick_look_is_no_judgement(gives, steps, status, training):
    training.gives = gives
    assert main(["replicate", "own/trained", *steps]) == status


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError("nothing was done within 5 s"), "own/trained: nothing was done within 5 s: add --timeout"),
        (OSError(28, "No space left on device"), "replications/own_trained: No space left on device: name a folder "
         "with --out that can be written"),
        (FloatingPointError("it diverged"), "own/trained: it diverged"),
        (BrokenExecutor("died"), "own/trained: workers keep dying, for want of memory perhaps: add --jobs 1"),
        (ValueError("odd\nwords"), "own/trained: the claim raises ValueError: odd"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_line(error, said, training, capsys):
    training.gives = error
    assert main(["replicate", "own/trained"]) == 2
    assert capsys.readouterr() == ("", f"vae-verify: {said}\n")


def test_an_interruption_says_where_it_goes_on(training, capsys):
    training.gives = KeyboardInterrupt()
    assert main(["replicate", "own/trained"]) == 130
    assert capsys.readouterr().err == (
        "vae-verify: interrupted; what was trained is in replications/own_trained: the same command goes on from "
        "there\n"
    )


@pytest.mark.parametrize("json_to", [None, "-"])
def test_what_cannot_be_kept_is_told_and_its_checkpoints_stay(json_to, entry, training, capsys):
    def no_figure(*_):
        """Draw nothing."""

    entry.draw = no_figure
    assert main(["replicate", "own/trained", *([] if json_to is None else ["--json", json_to])]) == 2
    out, err = capsys.readouterr()
    assert ("own/trained, Table 1" in out) == (json_to is None)
    assert err == "vae-verify: own/trained: draw() has written no figure: let it write the path that it is given\n"
    assert training.checkpoint.exists()
    assert not Path("replications/own_trained/results.json").exists()
    with pytest.raises(ClaimError):
        replicate._keep(entry, None, {}, Path("replications/own_trained"))


def test_results_that_are_no_numbers_are_not_kept(entry, tmp_path):
    entry.draw = None
    with pytest.raises(ValueError, match="JSON"):
        replicate._keep(entry, None, {"x": float("nan")}, tmp_path)
    replicate._keep(entry, None, {"x": "ü"}, tmp_path)
    assert (tmp_path / "results.json").read_text(encoding="utf-8") == '{\n  "x": "ü"\n}\n'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["own.py::test_claim"], "'own.py::test_claim' is no experiment: choose one of "),
        (["own.py"], "'own.py' is no experiment: choose one of "),
        (["own/trained", "--out", "own.py"], "own.py/own_trained: Not a directory: name a folder with --out that can"),
        (["own/trained", "--json", "no/where.json"], "no/where.json: "),
    ],
)
def test_what_cannot_be_replicated_is_one_line(arguments, said, training, capsys):
    assert main(["replicate", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"vae-verify: {said}")
    if "choose" in said:
        assert "koehler2022/table-1" in err
        assert "own/claim" not in err
    assert training.calls == []


def test_what_an_experiment_needs_is_asked_for_before_it_is_trained(entry, training, monkeypatch, capsys):
    entry.needs = ("train", "flow")

    def lacking(what, *extras):
        raise Lacking(f"for {what}: {extras}")

    monkeypatch.setattr(replicate, "require", lacking)
    assert main(["replicate", "own/trained"]) == 2
    assert capsys.readouterr().err == "vae-verify: for own/trained: ('train', 'flow')\n"
    assert training.calls == []


def test_the_bar_shows_the_share_and_is_where_an_interruption_is_seen(monkeypatch):
    seen = []
    bar = SimpleNamespace(
        add_task=lambda *named, **total: seen.append((named, total)) or 7, update=lambda task, **how: seen.append(how)
    )
    monkeypatch.setattr(replicate, "progress", lambda *columns: contextlib.nullcontext(bar))
    with replicate._progress("own/trained") as update:
        update(0.25)
        monkeypatch.setattr(interruption, "_requested", 1.0)
        with pytest.raises(interruption.Interrupted):
            update(0.5)
    assert seen == [(("own/trained",), {"total": 1.0}), {"completed": 0.25}]


def test_a_folder_is_tried_before_the_work(entry, monkeypatch):
    def full(dir):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replicate.tempfile, "TemporaryFile", full)
    with pytest.raises(UsageError) as refused:
        replicate._folder(Path("a/b"), entry)
    assert str(refused.value) == (
        "a/b/own_trained: No space left on device: name a folder with --out that can be written"
    )


# --- in words -------------------------------------------------------------------------------------------------------


def styled(text):
    """Return a text with the style of each of its parts that has one."""
    return [(text.plain[span.start : span.end], str(span.style)) for span in text.spans]


def test_a_cell_has_the_papers_number_ours_and_the_spread_of_several_seeds():
    row = Row(Setting("one", {}, {"x": 0.5, "z": 1e6}), {"x": [1.0, 2.0], "y": [1 / 3]})
    cells = [replication._cell(row, name) for name in "xyzw"]
    assert [cell.plain for cell in cells] == ["0.5 | 1.5 ± 0.71", "0.333", "1e+06", "·"]
    assert styled(cells[0]) == [("1.5 ± 0.71", "bold"), (" ± 0.71", "not bold dim")]


def test_conclusions_have_their_marks_colours_and_surprises():
    stated = [
        Conclusion("one", lambda rows: True), Conclusion("two", lambda rows: False),
        Conclusion("three", lambda rows: None, expected=False), Conclusion("four", lambda rows: False, expected=False),
        Conclusion("five", lambda rows: True, expected=False),
    ]  # fmt: skip
    entry = SimpleNamespace(id="a/b", label="Table 1", stated=stated, choices=["Adam"])
    lines = list(replication.told(entry, [Row(Setting("one", {}, {}), {"x": [1.0]})], None))
    assert all(isinstance(line, Text) for line in lines)
    assert [line.plain for line in lines if line.plain.strip()][-8:] == [
        "\nThe paper's number, ours, and the standard deviation over the seeds.\n", "✓ met  one",
        "✗ not met (expected: met)  two", "· nothing to judge (expected: not met)  three", "✗ not met  four",
        "✓ met (expected: not met)  five", "\nChoices that the text leaves open:", "- Adam",
    ]  # fmt: skip
    assert [styled(line) for line in lines[-7:-2]] == [
        [("✓ met", "green")], [("✗ not met", "yellow"), ("(expected: met)", "red")],
        [("· nothing to judge", "yellow"), ("(expected: not met)", "red")], [("✗ not met", "yellow")],
        [("✓ met", "green"), ("(expected: not met)", "red")],
    ]  # fmt: skip
    entry.choices = []
    assert len(list(replication.told(entry, [Row(Setting("one", {}, {}), {"x": [1.0]})], None))) == len(lines) - 2


def test_what_was_trained_stays_until_all_is_told(training, monkeypatch):
    def lost(*told):
        raise BrokenPipeError

    monkeypatch.setattr(replicate, "tell", lost)
    with contextlib.suppress(BrokenPipeError):
        main(["replicate", "own.py::test_trained"])
    assert training.checkpoint.exists()
