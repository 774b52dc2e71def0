"""What commands meet seldom: noise, a disk without room, nobody who counts processors, an end before anything began."""

import contextlib
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.text import Text

from verify.certificates.checker import Unproven
from verify.claims.entry import Verdict
from verify.commands import check, claims, console, explore, hunt, keep, picture, report, table
from verify.commands.columns import tabulated
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
def test_of_each_claim_that_is_hunted_it_is_asked_whether_it_was_judged(monkeypatch):
    asked = []
    monkeypatch.setattr(hunt, "_known", lambda *_: None)
    monkeypatch.setattr(hunt, "require_judged", lambda hunted: asked.append(hunted.claim.id))
    assert main(["hunt", "own.py"]) == 1
    assert asked == [claim.id for claim in load_file(Path("own.py"))]


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


def test_a_file_that_cannot_be_written_is_refused_before_an_exploration(monkeypatch, capsys):
    monkeypatch.setattr(explore, "explore", lambda *_: pytest.fail("it was begun"))
    assert main(["explore", "own.py::test_log", "--json", "no/where.json"]) == 2
    assert capsys.readouterr().err.startswith("vae-verify: no/where.json: No such file or directory: ")


def test_a_file_that_may_not_be_changed_is_refused_and_the_output_is_no_file(monkeypatch):
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(UsageError, match=r"^own\.py: Permission denied: "):
        console.require_writable("own.py")
    monkeypatch.setattr(console.tempfile, "TemporaryFile", refused)
    for file in ("-", None):
        console.require_writable(file)


def test_a_file_without_a_name_cannot_be_written_and_the_words_are_told_all_the_same():
    told = []
    for act in (lambda: console.tell("", {}, lambda: told.append(1)), lambda: console.require_writable("")):
        with pytest.raises(UsageError, match=r"^: .*: name a file that can be written$"):
            act()
    assert told == [1]


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
        for target in ("nothing", "B"):  # names are as they are spelled
            with pytest.raises(UsageError) as told:
                picture._of(target, 0)
            assert str(told.value) == words
    assert loaded == []


def test_what_is_not_expected_says_why_once_and_nothing_of_its_certificate():
    results = [
        Result("a/one", Verdict.HOLDS, Verdict.PROVED, message="for want of it", unkept="it is not kept"),
        Result("a/two", Verdict.SIMULATED, Verdict.CONTRADICTED, message="as was seen"),
    ]  # fmt: skip
    told = "\n".join(line.plain for line in table.told(results, 2, 0, 1.0, None))
    assert [told.count(words) for words in ("for want of it", "it is not kept", "as was seen")] == [1, 0, 1]


@pytest.mark.usefixtures("idle")
def test_a_claim_is_at_home_before_anything_is_judged_of_it(monkeypatch):
    """Its body may import what lies beside its file, and the file that was loaded last lies elsewhere."""
    home = []
    claim = next(claim for claim in load_file(Path("own.py")) if claim.id == "own/symmetric")

    def judged(*_, **__):
        assert [one.id for one in home] == [claim.id]
        home.clear()
        raise Unproven("no")

    for command in (keep, check, picture, report, hunt):
        monkeypatch.setattr(command, "at_home", home.append)
    monkeypatch.setattr(keep.shelf, "load", judged)
    monkeypatch.setattr(report, "rechecked", judged)
    monkeypatch.setattr(hunt, "_known", judged)
    monkeypatch.setattr(check, "check", judged)
    monkeypatch.setattr(check, "parse", lambda _: {"claim": claim.id})
    monkeypatch.setattr(picture, "check", judged)
    monkeypatch.setattr(picture, "parse", lambda _: {"claim": f"{claim.id},drop.1"})
    monkeypatch.setattr(picture.generators, "picture", judged)
    told = report.Hunt(claim.id, "refuted", 1, 1.0, "", "it.json", None, None, None, None, "", [])
    for judge in (
        lambda: keep._move(claim, Path("it.json")), lambda: report._checked(told), lambda: picture._of(claim.target, 0),
        lambda: picture._of_certificate(Path("own.py")), lambda: check._check_one("own.py", False, None, set()),
        lambda: main(["hunt", claim.target]),
    ):  # fmt: skip
        with contextlib.suppress(UsageError, Unproven):
            judge()
        assert home == []


def test_a_counterexample_to_a_claim_that_is_expected_to_be_anything_else_is_kept_with_a_word(monkeypatch, capsys):
    claim = next(claim for claim in load_file(Path("own.py")) if claim.id == "own/symmetric")
    for name in ("load", "move"):
        monkeypatch.setattr(keep.shelf, name, lambda *_: True)
    for claim.expected in (Verdict.HOLDS, Verdict.PROVED, Verdict.UNDECIDED, Verdict.REFUTED):
        keep._move(claim, Path("it.json"))
        told = capsys.readouterr().out.splitlines()[1:]
        mend = f'own/symmetric is expected to be {claim.expected}: write expected="refuted", or mend it'
        assert told == ([] if claim.expected is Verdict.REFUTED else [mend])


def test_what_is_listed_of_a_claim_is_what_stands_under_that_name():
    names = (
        "id", "paper", "label", "statement", "kind", "slow", "expected", "corrects", "sharpens", "implies", "rests_on",
        "same_as", "corner", "reading", "universal",
    )  # fmt: skip
    assert claims._entry(SimpleNamespace(**{name: f"the {name}" for name in names})) == {
        name: f"the {name}" for name in names
    }


def test_a_table_fits_whatever_room_it_has():
    cells = [[Text(cell) for cell in row] for row in (["a-long-one", "word", "22"], ["title"], ["b", "w", "333"])]
    for lead in (1, 2):
        for width in range(8, 40):
            lines = [line.plain for line in tabulated(("name", "a", "number"), cells, width, lead=lead)]
            assert max(map(len, lines)) <= max(width, len(" a-long-one")), (lead, width)
            assert {cell.plain for row in cells for cell in row} <= set(" ".join(lines).split()), (lead, width)


def test_verdicts_are_told_on_the_narrowest_terminal_too():
    """A row of one cell is the title of those below it, there as well."""
    results = [Result("own/one", Verdict.HOLDS, Verdict.HOLDS, 9, 9), Result("own/other", Verdict.HOLDS, Verdict.HOLDS)]
    for width in (20, 30, 39, 40, None):
        lines = [line.plain for told in table.told(results, 2, 0, 1.0, width) for line in told.split("\n")]
        assert [line.strip() for line in lines].count("own") == 1
        assert width is None or max(map(len, lines)) <= width, width
        assert " ".join(lines).count("holds") == 3
