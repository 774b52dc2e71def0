"""Replications: interrupted, killed or spread over workers, they come to the same numbers; the command's manners."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import reference
from properties.engine.helpers.experiments import WELLS
from properties.engine.helpers.waiting import until
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.registry.loading import load_papers
from verify.replicate import Conclusion, every, some
from verify.replicate.checkpoints import Checkpoints
from verify.replicate.coordinator import SLICES, fingerprint, replicate
from verify.running.runner import run_claim
from verify.workers import cluster
from verify.workers.cluster import workers_of


def numbers(outcome):
    return {row.setting.name: dict(row.seeds) for row in outcome.rows}


@pytest.mark.long
def test_the_numbers_do_not_depend_on_the_workers_nor_on_the_company_of_seeds(wells):
    here = numbers(replicate(wells, [0, 1], 60))
    with workers_of(None, 2, 1)[0] as workers:
        assert numbers(replicate(wells, [0, 1], 60, workers)) == here
    alone = numbers(replicate(wells, [1], 60))
    assert {name: {q: v[1:] for q, v in row.items()} for name, row in here.items()} == alone
    assert len({row["x"][0] for row in here.values()}) == 3
    assert all(row["x"][0] != row["x"][1] and row["noise"][0] != row["noise"][1] for row in here.values())


def test_a_replication_goes_on_from_its_checkpoints(wells, tmp_path):
    whole = numbers(replicate(wells, [0], 2 * SLICES))
    heard = []

    def stop(share):
        heard.append(share)
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replicate(wells, [0], 2 * SLICES, None, tmp_path, stop)
    assert 0.3 < heard[-1] < 0.35
    again = []
    assert numbers(replicate(wells, [0], 2 * SLICES, None, tmp_path, again.append)) == whole
    assert again[0] > 0.3
    assert again[-1] == 1
    finished = []
    assert numbers(replicate(wells, [0], 2 * SLICES, None, tmp_path, finished.append)) == whole
    assert len(finished) == wells.groups


@pytest.mark.long
def test_a_quick_look_leaves_the_long_run_what_it_has(wells, monkeypatch, capsys):
    monkeypatch.setattr("verify.commands.replicate.select", lambda targets, slow: [wells])
    folder = Path("replications/mine_wells")
    folder.mkdir(parents=True)
    long = Checkpoints(folder, fingerprint(wells, 400, "cpu"))
    for seed in (0, 1):
        long.save(seed, 0, {"done": np.array(7)})
    assert main(["replicate", "mine/wells", "--steps", "20", "--seeds", "1"]) == 0
    assert sorted(folder.glob("seed-*")) == sorted(long.path(seed, 0) for seed in (0, 1))
    assert json.loads((folder / "results.json").read_text(encoding="utf-8"))["steps"] == 20


def test_the_reduced_version_is_judged_by_what_is_stated_early(wells):
    result = run_claim(wells, 100, 0)
    assert result.verdict is Verdict.MEASURED
    assert (result.examples, result.certain) == (1, 1)  # of 2 conclusions
    assert result.message.startswith("100 steps, seed 0; met: x is positive; judged by vae-verify replicate mine/wells")
    assert result.message.endswith("alone: every x is within 0.2 of the root")
    wells.stated[1].__dict__["met"] = lambda rows: all(row.measured["x"] < 0 for row in rows)
    result = run_claim(wells, 100, 7)
    assert result.verdict is Verdict.CONTRADICTED
    assert not result.as_expected
    assert result.message.startswith("against it are 1 of 1: 100 steps, seed 7; not met: x is positive")
    wells.stated[1].__dict__["met"] = lambda rows: None
    result = run_claim(wells, 100, 0)
    assert (result.verdict, result.examples) == (Verdict.UNDECIDED, 0)
    assert "nothing to judge: x is positive" in result.message
    wells.stated[1].__dict__["early"] = False
    assert run_claim(wells, 100, 0).verdict is Verdict.UNDECIDED


def test_the_reduced_version_trains_its_sample_from_its_seed(wells):
    rows = []
    wells.stated[1].__dict__["met"] = lambda found: rows.append(found) or True
    wells.sample = wells.settings[1:2]
    for seed in (0, 1, 1):
        assert "100 steps of a = 4, seed" in run_claim(wells, 100, seed).message
    assert [[row.setting.name for row in found] for found in rows] == [["a = 4"]] * 3
    first, other, again = (found[0].seeds["x"] for found in rows)
    assert other == again != first
    assert len(first) == 1


@pytest.mark.long
def test_the_command_reports_writes_and_judges(wells, capsys, monkeypatch):
    monkeypatch.setattr("verify.commands.replicate.select", lambda targets, slow: [wells])
    assert main(["replicate", "mine/wells", "--json", "-", "--seeds", "2", "--seed", "5", "--jobs", "2"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["id"] == "mine/wells"
    assert [row["setting"] for row in report["rows"]] == ["a = 1", "a = 4", "a = 9"]
    row = report["rows"][2]
    assert row["paper"] == {"x": 3}
    assert row["measured"]["x"] == pytest.approx(sum(row["by_seed"]["x"]) / 2)
    assert row["measured"]["x"] == pytest.approx(3, abs=0.2)
    first, second = row["by_seed"]["x"]
    assert row["spread"]["x"] == pytest.approx(abs(first - second) / 2**0.5)
    assert report["stated"] == [{"text": c.text, "met": True, "expected": True} for c in wells.stated]
    assert (report["steps"], report["seeds"], report["choices"]) == (400, [5, 6], ["the sign: x > 0"])
    folder = Path("replications/mine_wells")
    assert json.loads((folder / "results.json").read_text(encoding="utf-8")) == report
    assert sorted(path.name for path in folder.iterdir()) == ["figure.svg", "results.json"]
    wells.stated[0].__dict__["expected"] = False
    assert main(["replicate", "mine/wells", "--seeds", "1"]) == 1
    out = capsys.readouterr().out
    assert "✓ met (expected: not met)  every x is within 0.2 of the root" in out
    assert "3 | 3" in out.replace("  ", " ")
    assert main(["replicate", "mine/wells", "--seeds", "1", "--steps", "10"]) == 0  # a quick look is no judgement


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["koehler2022/lemma-1.epsilon"], "is no experiment: choose one of"),
        (["koehler2022/table-9"], "did you mean koehler2022/table-"),
        (["koehler2022/table-1", "--seeds", "0"], "not an integer from 1 on"),
        (["koehler2022/table-1", "--out", "/dev/null/x"], "name a folder with --out that can be written"),
        (["koehler2022/table-1", "--json", "/dev/null/x"], "name a file that can be written"),
        (["koehler2022/table-1", "--scheduler", "tcp://127.0.0.1:1"], "nobody answers"),
    ],
)
def test_wrong_input_ends_with_one_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    load_papers()
    try:
        status = main(["replicate", *arguments])
    except SystemExit as exit_:
        status = exit_.code
    assert status == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert not captured.out
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ('{"x": float(x), "noise"', '{"x": float("nan"), "noise"'),
            "the measured 'x' of 'a = 1' is nan: mend measure()",
            marks=pytest.mark.long,
        ),
        (("rate = 0.05", "rate = 1e30"), "training diverged within"),
        (('path.write_text("<svg/>")', "1 / 0"), "the claim raises ZeroDivisionError at wells.py"),
        pytest.param(('path.write_text("<svg/>")', "None"), "draw() has written no figure", marks=pytest.mark.long),
        pytest.param(
            ('row.measured["x"] > 0', 'row.measured["y"] > 0'), "the claim raises KeyError", marks=pytest.mark.long
        ),
        (('path.write_text("<svg/>")', 'open("/dev/full", "w").write("x" * 9**6)'), "name a folder with --out"),
    ],
)
def test_an_experiment_that_fails_says_so_on_one_line(change, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wells.py").write_text(WELLS.replace(*change), encoding="utf-8")
    (tmp_path / "found.json").write_text("{}", encoding="utf-8")
    assert main(["replicate", "wells.py", "--steps", "50", "--seeds", "1", "--jobs", "1", "--json", "found.json"]) == 2
    out, error = capsys.readouterr()
    assert message in error
    assert error.count("\n") == 1
    assert ("✓ met  x is positive" in out) == ("write_text" in change[0])  # what cannot be kept is told
    assert (tmp_path / "found.json").read_text(encoding="utf-8") == "{}"  # what it held is there still


def test_a_training_that_does_not_return_is_one_line_and_what_is_trained_stays(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wells.py").write_text(WELLS.replace('Path("held").exists() and list(', "(").replace(
        "time.sleep(0.01)", "time.sleep(600)"), encoding="utf-8")  # fmt: skip
    assert main(["replicate", "wells.py", "--seeds", "1", "--jobs", "1", "--timeout", "0.5"]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert "no part of a training came to its end within 0.5 s: add --timeout" in error


@pytest.mark.long
def test_the_example_of_the_documentation_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page = (Path(reference.__file__).parents[1] / "docs" / "how-to" / "replicate.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n# roots.py\n(.*?)```", page, re.S)
    (tmp_path / "roots.py").write_text(example, encoding="utf-8")
    assert main(["replicate", "roots.py", "--seeds", "1", "--jobs", "1"]) == 0
    assert "✓ met  x is positive" in capsys.readouterr().out


def test_conclusions_may_be_of_numpy():
    claim = Conclusion("x", lambda rows: np.bool_(True))
    assert claim.judge([]) is True
    assert not claim.surprises([])
    assert Conclusion("x", lambda rows: np.bool_(True), expected=False).surprises([])
    assert Conclusion("x", lambda rows: None).surprises([])
    assert Conclusion("x", lambda rows: None, expected=False).surprises([])


def test_nothing_is_met_by_default():
    assert every([]) is some([]) is None
    assert every([True, True]) is some([False, True]) is True
    assert every([True, False]) is some([False, False]) is False


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGINT, marks=pytest.mark.slow), pytest.param(signal.SIGKILL, marks=pytest.mark.long)],
)
def test_a_command_that_is_ended_half_way_resumes_to_the_same_numbers(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wells.py").write_text(WELLS, encoding="utf-8")
    (tmp_path / "held").touch()  # from the first checkpoint on
    arguments = ["replicate", "wells.py", "--steps", "300", "--seeds", "1", "--jobs", "1", "--json", "found.json"]
    folder = tmp_path / "replications" / "mine_wells"
    run = subprocess.Popen(
        [sys.executable, "-m", "verify", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    until(lambda: list(folder.glob("seed-*.npz")), run)
    run.send_signal(number)
    error = run.communicate(timeout=300)[1]
    if number == signal.SIGINT:
        assert run.returncode == 130
        assert "interrupted; what was trained is in" in error
    (checkpoint,) = folder.glob("seed-0-0-*.npz")
    with np.load(checkpoint) as file:
        assert 0 < int(file["done"]) < 300
    (tmp_path / "held").unlink()
    assert main(arguments) == 0
    resumed = json.loads((tmp_path / "found.json").read_text())["rows"]
    assert main([*arguments, "--out", "anew"]) == 0
    assert json.loads((tmp_path / "found.json").read_text())["rows"] == resumed
    assert not list(folder.glob("seed-*"))


@pytest.mark.slow
def test_a_cluster_gives_the_same_numbers(dask, wells, capsys):
    dask.work(1)
    here = numbers(replicate(wells, [0, 1], 60))
    with workers_of(dask.address, None, 1)[0] as workers:
        assert numbers(replicate(wells, [0, 1], 60, workers)) == here
