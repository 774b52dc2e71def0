"""What was found is told though it can be written nowhere, and written though nobody reads what is told."""

import contextlib
import io
import json
import os
import sys
from errno import ENOSPC
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from vae_verify.start import DRAFTS
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.commands import console, explore, hunt, report, run
from verify.commands.console import tell
from verify.commands.main import main
from verify.errors import UsageError
from verify.explore.hunting import Answer, Hunter
from verify.hunt.state import Hunt
from verify.registry.loading import load_file

pytestmark = pytest.mark.usefixtures("folder")


def full(*_, **__):
    """Fail as a full disk does."""
    raise OSError(ENOSPC, os.strerror(ENOSPC))


@pytest.fixture
def refuted(folder):
    """Return a counterexample to a claim of the folder."""
    claim = next(claim for claim in load_file(folder / "own.py") if claim.id == "own/symmetric")
    return counterexample(claim, claim.signature.decode({"A": [["0", "1"], ["0", "0"]]}, {"d": 2}))


def test_a_report_that_cannot_be_written_is_told_and_one_that_cannot_be_told_is_written(tmp_path, capsys, monkeypatch):
    def words():
        print("in words")

    tell("found.json", {"key": "ä"}, words)
    assert (json.loads(Path("found.json").read_text(encoding="utf-8")), capsys.readouterr().out) == (
        {"key": "ä"}, "in words\n",
    )  # fmt: skip
    with pytest.raises(OSError, match="space"):
        tell("again.json", {"key": 2}, full)
    assert json.loads(Path("again.json").read_text()) == {"key": 2}
    tell("-", {"key": 3}, full)
    assert json.loads(capsys.readouterr().out) == {"key": 3}
    tell(None, {"key": 4}, words)
    assert capsys.readouterr().out == "in words\n"
    monkeypatch.setattr(console, "atomic_write", full)
    with pytest.raises(UsageError, match=r"^full\.json: No space left on device: name a file"):
        tell("full.json", {}, words)
    assert capsys.readouterr().out == "in words\n"


def test_a_run_whose_results_cannot_be_written_is_told(capsys, monkeypatch):
    monkeypatch.setattr(console, "atomic_write", full)
    assert main(["run", "own.py::test_square", "--max-examples", "3", "--json", "found.json"]) == 2
    out, err = capsys.readouterr()
    assert "1 claim: 1 holds; all as expected" in out
    assert (err.count("\n"), "found.json: No space left on device" in err) == (1, True)


def test_a_report_whose_folder_fails_tells_what_was_judged(capsys, monkeypatch):
    def fails(*_, **__):
        raise UsageError("page: No space left on device: name a folder that can be written")

    monkeypatch.setattr(report.folder, "write", fails)
    assert main(["report", "own.py::test_square", "--max-examples", "3", "-o", "page"]) == 2
    out, err = capsys.readouterr()
    assert "1 claim: 1 holds; all as expected" in out
    assert err.count("\n") == 1


@pytest.fixture
def nowhere(monkeypatch):
    """Let no certificate be written, wherever."""
    monkeypatch.setattr(shelf, "write", full)


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("json_to", [None, "-", "found.json"])
def test_a_counterexample_for_which_there_is_no_room_is_told_with_its_certificate(
    json_to, refuted, capsys, monkeypatch
):
    def searched(state, *_):
        state.total.certificate, state.total.strategy = certificate(refuted), "bulk"

    monkeypatch.setattr(hunt, "search", searched)
    monkeypatch.setattr(hunt, "workers_of", lambda *_: (contextlib.nullcontext(), 1))
    assert main(["hunt", "own.py::test_symmetric", *([] if json_to is None else ["--json", json_to])]) == 2
    out, err = capsys.readouterr()
    told, cause = err.rpartition("vae-verify:")[::2]
    assert "No space left on device: a counterexample cannot be written" in cause
    whole = told if json_to == "-" else out
    assert "own/symmetric (Symmetric) is refuted" in whole
    assert "check --claims own.py -" in whole
    if json_to is not None:
        found = json.loads(out if json_to == "-" else Path(json_to).read_text())
        assert (found["verdict"], found["certificate"]) == ("refuted", None)
    stream = SimpleNamespace(buffer=io.BytesIO(whole[whole.index("\n{") :].encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert main(["check", "--claims", "own.py", "-"]) == 0


@pytest.mark.usefixtures("nowhere")
def test_an_exploration_goes_on_and_tells_what_it_cannot_write(refuted, capsys, monkeypatch):
    def explored(known, hunter):
        known.base, known.finished = Answer(known.claim, Hunt(known.claim, 0, 1.0)), True
        known.base.hunt.total.certificate = certificate(refuted)
        assert isinstance(hunter, Hunter)
        assert hunter.keep(known.base, refuted)

    monkeypatch.setattr(explore, "explore", explored)
    monkeypatch.setattr(explore, "workers_of", lambda *_: (contextlib.nullcontext(), 1))
    assert main(["explore", "own.py::test_symmetric", "--json", "found.json"]) == 2
    out, err = capsys.readouterr()
    assert "which cannot be written:" in out
    assert "A = [0 1; 0 0]" in out
    assert "None" not in out
    assert (err.count("\n"), "No space left on device" in err) == (1, True)
    assert json.loads(Path("found.json").read_text())["certificate"] is None


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_without_room_ends_in_the_status_that_is_due(stream, monkeypatch):
    with open("/dev/full", "w", encoding="utf-8") as file:
        monkeypatch.setattr(sys, stream, file)
        assert (
            main(
                ["run", "own.py::test_square", "--max-examples", "1", "--json", "-"]
                if stream == "stdout"
                else ["run", "nowhere.py"]
            )
            == 2
        )


def test_what_is_half_written_when_a_command_ends_is_removed(folder, monkeypatch):
    def judged(claims, *_):
        torn = Path("counterexamples") / f"{DRAFTS}0.json"
        torn.parent.mkdir()
        torn.write_text("half")  # by a process that is killed
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(run, "run_claims", judged)
    assert main(["run", "own.py"]) == 130
    assert list(Path("counterexamples").iterdir()) == []
