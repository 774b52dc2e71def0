"""The command line: its JSON contracts and its exit statuses."""

import json
from pathlib import Path

import pytest

from properties.engine.helpers.commands import OWN, run
from verify.commands.main import main
from verify.workers import supervision

pytestmark = pytest.mark.usefixtures("folder")

CLAIM_KEYS = [
    "id", "paper", "label", "statement", "kind", "slow", "expected", "corrects", "sharpens", "implies",
    "rests_on", "same_as", "corner", "reading", "universal",
]  # fmt: skip
RESULT_KEYS = [
    "id", "verdict", "expected", "examples", "certain", "indistinguishable", "bits", "seconds", "certificate",
    "message",
]  # fmt: skip

# --- run ------------------------------------------------------------------------------------------------------------


def test_run_reports_by_contract(capsys):
    status, report, _ = run(capsys, "own.py", "--slow", "--seed", "5")
    assert status == 0
    assert {"version", "seed", "claims"} <= report.keys()
    assert report["seed"] == 5
    by_id = {result["id"]: result for result in report["claims"]}
    assert list(by_id) == ["own/square", "own/log", "own/symmetric", "own/symmetric.corrected"]
    for result in by_id.values():
        assert [key for key in result if key in RESULT_KEYS] == RESULT_KEYS
        assert result["verdict"] == result["expected"]
        assert isinstance(result["seconds"], float)
    assert by_id["own/square"]["certain"] == by_id["own/square"]["examples"] == 30
    logarithm = by_id["own/log"]
    assert logarithm["certain"] + logarithm["indistinguishable"] == logarithm["examples"] == 30
    assert logarithm["bits"] >= 128
    assert by_id["own/symmetric"]["certificate"] == "counterexamples/own_symmetric.json"
    assert main(["check", "--claims", "own.py", by_id["own/symmetric"]["certificate"]]) == 0
    assert json.loads(Path(by_id["own/symmetric"]["certificate"]).read_text())["statement"] == r"A = A^\top"


@pytest.mark.long
def test_the_same_seed_gives_the_same_counts_in_any_number_of_processes(capsys):
    reports = []
    for arguments in ([], ["--jobs", "2"], ["--seed", "1"]):
        _, report, _ = run(capsys, "own.py", *arguments)
        reports.append([result | {"seconds": 0} for result in report["claims"]])
    assert reports[0] == reports[1]
    assert [r["verdict"] for r in reports[2]] == [r["verdict"] for r in reports[0]]


@pytest.mark.long
def test_targets_are_files_names_ids_and_globs(capsys):
    def chosen(*targets):
        return [
            result["id"].removeprefix("own/") for result in run(capsys, *targets, "--max-examples", "3")[1]["claims"]
        ]

    assert chosen("own.py") == ["square", "log", "symmetric"]
    assert chosen("own.py::test_log") == ["log"]
    assert chosen("own.py::test_symmetric_corrected") == ["symmetric.corrected"]
    assert chosen("own.py::own/square", "own/square") == ["square"]
    assert chosen("own/s*") == ["square", "symmetric"]
    assert chosen("own/s*", "--slow") == ["square", "symmetric", "symmetric.corrected"]


@pytest.mark.long
def test_a_table_is_printed_and_json_goes_to_a_file(capsys, folder):
    assert main(["run", "own.py", "--max-examples", "5", "--json", "report.json"]) == 0
    out, err = capsys.readouterr()
    assert "own/log" not in out.split("claims:")[0]
    assert all(word in out for word in ("square", "holds", "refuted", "all as expected", "seed 0"))
    assert err == ""
    assert len(json.loads((folder / "report.json").read_text(encoding="utf-8"))["claims"]) == 3


@pytest.mark.long
def test_a_false_claim_is_shown_with_the_command_that_shows_it_again(capsys, folder):
    (folder / "own.py").write_text(OWN.replace(', expected="refuted"', ""), encoding="utf-8")
    assert main(["run", "own.py::test_symmetric"]) == 1
    out = capsys.readouterr().out
    assert "A = [0 1; 0 0]" in out or "A = [0 0; 1 0]" in out
    command = next(line for line in out.splitlines() if "vae-verify check" in line).split()
    assert main(command[1:]) == 0
    assert "valid" in capsys.readouterr().out


# --- claims and show ------------------------------------------------------------------------------------------------


def test_claims_lists_by_contract(capsys, registry):
    assert main(["claims", "--json"]) == 0
    for entry in json.loads(capsys.readouterr().out):
        assert [key for key in entry if key in CLAIM_KEYS] == CLAIM_KEYS
        assert entry["id"].startswith(entry["paper"] + "/")
        assert entry["statement"] == registry[entry["id"]].statement
        assert isinstance(entry["slow"], bool)


def test_show_shows_one_claim_whole(capsys):
    assert main(["show", "own.py::test_symmetric"]) == 0
    out = capsys.readouterr().out
    corrected = "corrected by own/symmetric.corrected: A + Aᵀ = Aᵀ + A\n"
    for part in ("own/symmetric", "  A = Aᵀ\n", 'Matrix["d d"]', "d from 1 to 4", corrected, "own.py"):
        assert part in out
    assert out == "".join(f"{line.rstrip()}\n" for line in out.splitlines() if line.strip())


# --- small manners --------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_no_more_processes_are_started_than_there_are_claims(folder, monkeypatch):
    started = []
    begin = supervision._Worker.__init__
    monkeypatch.setattr(supervision._Worker, "__init__", lambda *all: (started.append(1), begin(*all))[1])
    assert main(["run", "own.py::test_square", "--jobs", "300", "--max-examples", "3"]) == 0
    assert len(started) == 1


STUDY = """
from verify.registry.studies import Evidence, simulated

@simulated("own/study", "x")
def test_study(seed):
    return Evidence(1, 1, 0, f"from seed {seed}")
"""


def test_the_command_that_judges_a_study_of_ones_own_is_named(folder, capsys):
    (folder / "study.py").write_text(STUDY)
    assert main(["hunt", "study.py"]) == 2
    hunted = capsys.readouterr().err
    assert main(["show", "study.py"]) == 0
    for text in (hunted, capsys.readouterr().out):
        command = next(line for line in text.splitlines() if "vae-verify run" in line).partition("vae-verify run ")[2]
        assert main(["run", command]) == 0
        capsys.readouterr()
