"""The folder of a report: whose files are written over, what is written, and that the page runs our script alone."""

import base64
import hashlib
import json
import re
from types import SimpleNamespace

import pytest

from verify.errors import UsageError
from verify.report import folder, page
from verify.report.summary import COLUMNS, Paper, Summary, summary

OURS = {"version": 1, "written": "now", "run": {}, "claims": []}


def refusal(place, judged_here=True):
    """Return why a folder is not written to; None if it is."""
    try:
        folder.require_folder(place, judged_here)
    except UsageError as error:
        return str(error).removeprefix(f"{place}: ")
    return None


@pytest.mark.parametrize("name", ["index.html", "claims.md", "manifest.json", "run.json"])
def test_a_file_of_no_report_is_not_written_over_and_that_of_one_is(name, tmp_path):
    place = tmp_path / "page"
    place.mkdir()
    (place / "other.txt").touch()
    assert refusal(place) is None
    (place / "certificates").rmdir()
    (place / name).symlink_to(tmp_path / "nowhere")  # a link that leads nowhere is there, too
    told = f"its {name} is of no report, and stays: name a folder that is new, or empty"
    assert refusal(place) == told
    assert refusal(place, judged_here=False) == (None if name == "run.json" else told)
    (place / "manifest.json").unlink(missing_ok=True)
    (place / "manifest.json").write_text(json.dumps(OURS))
    assert refusal(place) is None


@pytest.mark.parametrize("key", OURS)
def test_a_report_is_known_by_its_manifest(key, tmp_path):
    def whose(text):
        (tmp_path / "manifest.json").write_text(text)
        return folder._is_of_a_report(tmp_path)

    assert whose(json.dumps(OURS | {"more": 1}))
    assert not whose(json.dumps({name: value for name, value in OURS.items() if name != key}))
    assert not any(map(whose, ("", "[]", "3", "null", "[" * 100_000)))
    (tmp_path / "manifest.json").unlink()
    assert not folder._is_of_a_report(tmp_path)
    assert folder._MOST_BYTES == 64 * 2**20


def test_a_folder_is_made_with_those_above_it_and_left_as_it_is_if_it_cannot_be_written(tmp_path, monkeypatch):
    assert refusal(tmp_path / "a" / "b") is None
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["certificates"]
    assert list((tmp_path / "a" / "b" / "certificates").iterdir()) == []
    assert refusal(tmp_path / "a" / "b") is None  # what is there already is no reason
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file") == "Not a directory: name a folder that can be written"
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "certificates").symlink_to(tmp_path / "a", target_is_directory=True)
    told = "its certificates is a link, and may lead anywhere: name a folder without"
    assert refusal(linked) == told
    tried = []

    def full(dir):
        tried.append(dir.name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.tempfile, "TemporaryFile", full)
    assert refusal(tmp_path / "full") == "No space left on device: name a folder that can be written"
    assert tried == ["full"]


def test_it_is_tried_whether_both_folders_can_be_written(tmp_path, monkeypatch):
    tried, made = [], folder.tempfile.TemporaryFile
    monkeypatch.setattr(folder.tempfile, "TemporaryFile", lambda dir: tried.append(dir.name) or made(dir=dir))
    assert refusal(tmp_path / "page") is None
    assert tried == ["page", "certificates"]


@pytest.fixture
def parts(monkeypatch):
    """Return a report whose page, text and manifest are short, and the order in which files are written."""
    written, whole = [], folder.atomic_write
    monkeypatch.setattr(folder, "page", lambda report: "<p>\ud800ä")
    monkeypatch.setattr(folder, "text", lambda report: "text")
    monkeypatch.setattr(folder, "manifest", lambda report, files: {"files": sorted(files), "ü": 1})
    monkeypatch.setattr(folder, "atomic_write", lambda path: written.append(path.name) or whole(path))
    found = [SimpleNamespace(refutation=None), SimpleNamespace(refutation=SimpleNamespace(name="c.json", content=b"c"))]
    run = SimpleNamespace(json=lambda: {"claims": ["ü"]})
    return SimpleNamespace(run=run, summary=SimpleNamespace(cards=found), written=written)


def test_a_report_is_written_manifest_first_and_with_its_run_if_that_was_judged_here(parts, tmp_path):
    folder.write(parts, tmp_path, judged_here=True)
    assert parts.written == ["manifest.json", "index.html", "claims.md", "run.json", "c.json"]
    read = {path.name: path.read_bytes().decode() for path in tmp_path.iterdir()}
    assert read == {
        "index.html": "<p>\\ud800ä", "claims.md": "text", "c.json": "c",
        "run.json": '{\n  "claims": [\n    "ü"\n  ]\n}\n',
        "manifest.json": json.dumps(
            {"files": ["c.json", "claims.md", "index.html", "run.json"], "ü": 1}, indent=2, ensure_ascii=False
        ) + "\n",
    }  # fmt: skip
    (tmp_path / "run.json").unlink()
    folder.write(parts, tmp_path, judged_here=False)
    assert not (tmp_path / "run.json").exists()


def test_a_report_that_cannot_be_written_is_one_line(parts, tmp_path):
    with pytest.raises(UsageError) as refused:
        folder.write(parts, tmp_path / "none", judged_here=True)
    assert str(refused.value) == f"{tmp_path / 'none'}: No such file or directory: name a folder that can be written"


def test_the_page_lets_its_own_style_and_script_run_and_nothing_else(own):
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', own.html)
    style, script = (re.findall(rf"<{tag}>(.*?)</{tag}>", own.html, re.DOTALL)[-1] for tag in ("style", "script"))
    of_style, of_script = (
        "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)
    )
    assert policy.replace("&#39;", "'") == (
        f"default-src 'none'; style-src '{of_style}'; script-src '{of_script}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert not re.search(r"^ ", own.html.partition("<style>")[0], re.MULTILINE)  # blanks are 40 kB
    environment = page._environment()
    assert environment.autoescape
    assert environment.undefined.__name__ == "StrictUndefined"
    assert environment.from_string("{{ x }}\n").render(x="<b>") == "&lt;b&gt;\n"
    assert environment.from_string("  {% if x %}\na{% endif %}").render(x=1) == "a"


# --- the sums -------------------------------------------------------------------------------------------------------


def card(id, verdict="holds", same_as=None, column=None, **further):
    """Return what stands for a card."""
    claim = SimpleNamespace(paper=id.partition("/")[0], same_as=same_as, is_own=further.pop("is_own", True))
    return SimpleNamespace(id=id, verdict=verdict, column=column or verdict, claim=claim, as_expected=True, **further)


def test_what_is_wrong_by_the_slip_of_another_is_counted_with_it_if_both_are_refuted():
    cards = [
        card("a/one", "refuted"), card("a/two", "refuted", "a/one"), card("b/three", "not judged", "a/one"),
        card("b/four", "holds"), card("b/five", "refuted", "b/four"), card("a/six", "refuted", column="at a corner"),
    ]  # fmt: skip
    found = summary(cards)
    assert [(paper.name, [c.id for c in paper.cards]) for paper in found.papers] == [
        ("a", ["a/one", "a/two", "a/six"]), ("b", ["b/three", "b/four", "b/five"]),
    ]  # fmt: skip
    assert found.doubles == {"a/two"}
    assert [dict(paper.counts) for paper in found.papers] == [
        {"refuted": 1, "at a corner": 1}, {"not judged": 1, "holds": 1, "refuted": 1},
    ]  # fmt: skip
    assert found.counts == {"refuted": 2, "at a corner": 1, "not judged": 1, "holds": 1}
    assert found.columns == ["proved", "holds", "refuted", "at a corner", "not judged"]
    assert [c.id for c in found.of("refuted")] == ["a/one", "b/five"]
    assert Summary([], set()).columns == ["proved", "holds", "refuted"]
    assert COLUMNS[-1] == "not judged"


def test_a_paper_has_its_citation_and_claims_of_ones_own_have_none():
    assert Paper("own", [card("own/x")], set()).citation == ""
    assert Paper("dai2018", [card("dai2018/x", is_own=False)], set()).citation.startswith("Dai")
