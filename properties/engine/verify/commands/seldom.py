"""What commands meet seldom: noise, a disk without room, nobody who counts processors, an end before anything began."""

import contextlib
import io
import json
import sys
from pathlib import Path

import pytest

from verify.claims.entry import Verdict
from verify.commands import check, claims, console, explore, hunt, picture, table
from verify.commands.main import main, parser
from verify.errors import UsageError
from verify.registry.loading import load_file
from verify.running.result import Result

pytestmark = pytest.mark.usefixtures("folder")


def refused(*_, **__):
    """Fail as what may not be changed does."""
    raise PermissionError(13, "Permission denied")


@pytest.fixture
def idle(monkeypatch):
    """Let hunts and explorations have no workers, and find nothing."""
    for command in (hunt, explore):
        monkeypatch.setattr(command, "workers_of", lambda *_: (contextlib.nullcontext(), 1))
    monkeypatch.setattr(hunt, "search", lambda *_: None)


@pytest.mark.usefixtures("idle")
def test_what_bodies_print_is_no_part_of_the_report_of_a_hunt_nor_a_certificate_that_is_none(monkeypatch, capsys):
    monkeypatch.setattr(hunt, "_known", lambda *_: print("as it is looked up"))
    monkeypatch.setattr(hunt, "text_of", lambda *_: print("as it is told") or "in words")
    noise = "as it is looked up\nas it is told\n"
    assert main(["hunt", "own.py::test_log"]) == 1
    assert capsys.readouterr() == ("in words\n\n", noise)
    assert main(["hunt", "own.py::test_log", "--json", "-"]) == 1
    out, err = capsys.readouterr()
    assert (json.loads(out)["target"], err) == ("own.py::test_log", noise)


@pytest.mark.usefixtures("idle")
def test_an_exploration_that_is_ended_at_once_says_that_nothing_was_found(monkeypatch, capsys):
    def ended(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(explore, "explore", ended)
    assert main(["explore", "own.py::test_log"]) == 130
    assert capsys.readouterr() == ("own/log (eq. (1)): nothing was found before the interruption\n", "")


def test_a_folder_is_tried_before_an_exploration(monkeypatch, capsys):
    monkeypatch.setattr(explore.tempfile, "TemporaryFile", refused)
    monkeypatch.setattr(explore, "explore", lambda *_: pytest.fail("it was begun"))
    assert main(["explore", "own.py::test_log", "--out", "there"]) == 2
    assert capsys.readouterr().err == "vae-verify: there: Permission denied: name a folder that can be written\n"


def test_a_file_that_may_not_be_changed_is_refused_and_the_output_is_no_file(monkeypatch):
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(UsageError, match=r"^own\.py: Permission denied: "):
        console.require_writable("own.py")
    monkeypatch.setattr(console.tempfile, "TemporaryFile", refused)
    for file in ("-", None):
        console.require_writable(file)


def test_where_nobody_counts_the_processors_there_is_one(monkeypatch, capsys):
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert repr(parser().parse_args(["run"]).jobs) == "1"
    for command in ("run", "replicate"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert "processes (1)" in capsys.readouterr().out


def test_a_stream_that_is_no_file_is_written_to_as_it_is(monkeypatch):
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.StringIO())
    monkeypatch.setattr(claims, "_claims", lambda _: print("listed") or 0)
    assert main(["claims"]) == 0
    assert sys.stdout.getvalue() == "listed\n"


def test_what_is_no_claim_has_no_variants_and_is_found_all_the_same(registry):
    text = 'from verify.registry.studies import simulated\n@simulated("own/study", "x")\ndef study(seed): 0\n'
    Path("study.py").write_text(text, encoding="utf-8")
    (study,) = load_file(Path("study.py"))
    assert check._claims("own/study") == {"own/study": study}


def test_a_target_of_no_paper_loads_none_and_is_told_which_pictures_there_are(monkeypatch):
    def unknown(*_, **__):
        raise UsageError("no")

    loaded = []
    monkeypatch.setattr(picture, "select", unknown)
    monkeypatch.setattr(picture, "load_papers", loaded.append)
    for known, words in (({}, "no"), ({"b": None, "a": None}, "no; pictures of papers are a, b")):
        monkeypatch.setattr(picture, "OF_PAPERS", known)
        with pytest.raises(UsageError) as told:
            picture._of("nothing", 0)
        assert str(told.value) == words
    assert loaded == []


def test_what_is_not_expected_says_why_once_and_nothing_of_its_certificate():
    results = [
        Result("a/one", Verdict.HOLDS, Verdict.PROVED, message="for want of it", unkept="it is not kept"),
        Result("a/two", Verdict.SIMULATED, Verdict.CONTRADICTED, message="as was seen"),
    ]  # fmt: skip
    told = "\n".join(line.plain for line in table.told(results, 2, 0, 1.0, None))
    assert [told.count(words) for words in ("for want of it", "it is not kept", "as was seen")] == [1, 0, 1]
