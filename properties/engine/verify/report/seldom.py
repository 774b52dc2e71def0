"""What a report meets seldom: bodies that print, claims of no source, runs that say little, and what takes too long."""

import base64
import contextlib
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import fromstring, tostring

import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.findings import SVG
from verify import Scalar, leq
from verify.certificates.checker import Unproven
from verify.claims.entry import Verdict
from verify.report import cards, files, formulas, manifest, page, prose, reading, refutation, saved
from verify.report.refutation import Refutation, rechecked
from verify.report.report import Report
from verify.running.record import Run
from verify.running.result import Result


def stated(x: Scalar):
    leq(0, x * x)


def test_what_a_body_prints_while_its_certificate_is_checked_is_no_part_of_what_is_said(monkeypatch, capsys):
    monkeypatch.setattr(cards, "_card", lambda *_: print("noise"))
    assert cards.cards([claim_of(stated)], Run(0, {}), {}) == [None]
    assert capsys.readouterr() == ("", "noise\n")


def test_a_claim_of_no_source_has_no_digest_and_is_judged_by_a_run_that_says_none():
    scope = {}
    exec("from verify import Scalar\ndef made(x: Scalar): pass", scope)
    claim = claim_of(scope["made"])
    held = {claim.id: Result(claim.id, Verdict.HOLDS, Verdict.HOLDS, 1, 1)}
    card = cards._card(claim, Run(0, held), ())
    assert (card.digest, card.verdict, card.notes) == (None, "holds", [])
    assert cards._card(claim, Run(0, held, {claim.id: "1"}), ()).verdict == "not judged"
    nothing = cards._card(claim_of(stated), Run(0, {}, {"stated": "1"}), ())
    assert (nothing.verdict, nothing.notes) == ("not judged", [])


def test_what_is_not_told_of_a_run_is_no_fact():
    assert Report(Run(7, {}), None, "now", {}).facts == [("seed", "7", False)]


def test_a_certificate_and_its_program_have_twenty_seconds_each(tmp_path, monkeypatch):
    limits = []
    monkeypatch.setattr(refutation, "time_limit", lambda seconds: limits.append(seconds) or contextlib.nullcontext())
    monkeypatch.setattr(refutation, "checked_there", lambda found: (None, "none"))
    assert Refutation(SimpleNamespace(), Path("x"), b"").program == (None, "none")
    (tmp_path / "it.json").write_text("{", encoding="utf-8")
    with pytest.raises(Unproven):
        rechecked(claim_of(stated), tmp_path / "it.json")
    assert limits == [20.0, 20.0]


def test_a_folder_is_no_figure_and_is_not_read(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(files, "read_at_most", lambda path, most: read.append(path.name) or SVG)
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "it.svg").touch()
    found = [files._figure(name, tmp_path) is None for name in ("folder.svg", "none.svg", "it.svg")]
    assert (found, read) == ([True, True, False], ["it.svg"])


def test_a_mark_of_nothing_is_no_accent():
    element = fromstring("<mover><mi>x</mi><mo></mo></mover>")
    formulas._tidy(element)
    assert tostring(element, encoding="unicode").replace(" />", "/>") == "<mover><mi>x</mi><mo/></mover>"


def test_a_run_is_read_as_it_was_written():
    results = {
        id: Result(id, verdict, Verdict.PROVED, 9, 3 + k, 2, 100 + k, 0.25, f"{id}.json", "why")
        for k, (id, verdict) in enumerate({"a/one": Verdict.HOLDS, "a/two": Verdict.ERROR}.items())
    }
    run = Run(7, results, {"a/two": "0" * 64}, 50, "2030-01-02T03:04:05Z", {"python": "3"}, "vae-verify run", 5)
    assert saved.run_of(json.loads(json.dumps(run.json()))) == run


def test_what_a_hunt_and_a_gate_wrote_stands_under_its_name():
    nearest = {"margin": 0.5, "gap": 0.25, "equality": "x = y", "sizes": {"d": 2}, "inputs": {"x": "1/3"}}
    hunt = {
        "target": "a/b", "verdict": "error", "instances": 3, "seconds": 1.5, "strategy": "bulk", "certificate": "c",
        "seed": 4, "nearest": nearest, "errors": ["e"], "equality": "no", "margin": 9,
    }  # fmt: skip
    assert files._hunt(hunt) == files.Hunt(
        "a/b", "error", 3, 1.5, "bulk", "c", 4, 0.5, 0.25, "x = y", "d = 2, x = 1/3", ["e"]
    )
    finding = {"code": "code", "message": "message", "repair": "repair"}
    gate = {
        "target": "t", "outcome": "undecided", "optimises": "o", "effective_beta": {"value": 2.0, "formula": "f"},
        "findings": [finding], "undecided": ["u"], "assumed": ["a"], "consequence": "c", "evaluations": 5,
    }  # fmt: skip
    told = files.Gate("t", "undecided", "o", "f", [("code", "message", "repair")], ["u"], ["a"], "c", 5)
    assert files._gate(gate) == told
    assert files._gate(gate | {"effective_beta": {"value": 2.0}}).beta == "2"


@pytest.mark.parametrize(("met", "expected", "as_expected"), [
    (True, True, True), (None, None, True), (False, False, True), (True, 1, False), (False, 0, False),
    (None, False, False), (True, "true", False),
])  # fmt: skip
def test_a_conclusion_is_as_expected_if_both_are_the_same_answer(met, expected, as_expected, tmp_path):
    stated = [{"text": "it grows", "met": met, "expected": expected}]
    found = files._replication({"id": "a/b", "seconds": 1, "stated": stated}, tmp_path)
    words = {True: "met", False: "not met", None: "nothing to judge"}[met]
    assert found.stated == [("it grows", words, as_expected)]


def test_the_certificate_that_a_claim_keeps_counts_before_the_one_that_the_run_names(monkeypatch):
    claim, asked = claim_of(stated), []
    monkeypatch.setattr(cards, "rechecked", lambda *how: asked.append(how) or SimpleNamespace())
    refuted = {claim.id: Result(claim.id, Verdict.REFUTED, Verdict.REFUTED, 1, 1, certificate="found.json")}
    assert cards._card(claim, Run(0, refuted), ()).verdict == "refuted"
    assert asked == [(claim, claim.certificate_file, "found.json")]


def test_what_the_manifest_says_of_a_claim_is_what_has_that_name():
    same = ("label", "kind", "statement", "expected", "corrects", "sharpens", "implies", "rests_on", "same_as")
    claim = SimpleNamespace(**{name: f"the {name}" for name in same})
    card = SimpleNamespace(
        claim=claim, id="a/b", verdict="refuted", column="at a corner", corrected_by=["a/c"], file="a.py", digest="d",
        refutation=SimpleNamespace(name="certificates/a_b.json", path="elsewhere.json", digest="of the file"),
    )  # fmt: skip
    assert manifest._claim(card) == {name: f"the {name}" for name in same} | {
        "id": "a/b", "address": "index.html#a/b", "verdict": "refuted", "counted": "at a corner",
        "corrected_by": ["a/c"], "source": {"file": "a.py", "digest": "d"},
        "certificate": {"path": "certificates/a_b.json", "sha256": "of the file"},
    }  # fmt: skip
    card.refutation = None
    assert manifest._claim(card)["certificate"] is None


def test_a_script_is_allowed_by_the_digest_of_all_its_bytes():
    for content in ("a", "a\n", " a", "ü"):
        found = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert page._digest(content) == f"sha256-{found}"


def test_paragraphs_of_a_docstring_are_lines_without_its_own():
    def told():
        """One line,
        and *another*.

          A second   paragraph.


        """

    assert prose.paragraphs(told) == ["One line, and <em>another</em>.", "A second paragraph."]
    assert prose.paragraphs(lambda: None) == []


CLAIM = {"id": "a/b", "verdict": "error", "expected": "holds", "examples": 0, "certain": 0, "indistinguishable": 0,
         "seconds": 0, "message": ""}  # fmt: skip
RUN = {"version": 1, "seed": 0, "claims": [CLAIM]}


@pytest.mark.parametrize(("changes", "words"), [
    ({"version": 0}, "a run of version 0, and this reads version 1"), ({"version": 2}, "a run of version 2, and"),
    ({"claims": [CLAIM, CLAIM]}, "a/b stands twice"), ({"max_examples": False}, "max_examples is no integer from 0 on"),
    ({"command": 0}, "command is no text"), ({"created": "soon"}, "'soon' is no time"),
    ({"claims": [CLAIM | {"source": "0" * 63}]}, "the source of a/b is no digest"),
    ({"claims": [CLAIM | {"source": "0" * 64 + "1"}]}, "the source of a/b is no digest"),
    ({"claims": [CLAIM | {"certain": 1}]}, "a/b has more judgements than examples"),
    ({"claims": [CLAIM | {"verdict": "survived"}]}, "'survived' is no verdict"),
    ({"claims": [CLAIM | {"verdict": "x" * 99}]}, f"'{'x' * 40}' is no verdict"),
    *(({"claims": [CLAIM | {"verdict": verdict}]}, f"a/b is said to be {verdict} of no example")
      for verdict in ("holds", "proved")),
])  # fmt: skip
def test_a_run_that_no_version_wrote_is_refused_in_words(changes, words):
    assert saved.run_of(RUN).results["a/b"].bits is None
    with pytest.raises(reading.Malformed) as refused:
        saved.run_of(RUN | changes)
    assert str(refused.value).startswith(words)


def test_nothing_is_a_number_too_and_an_empty_text_is_one():
    assert [reading.maybe_count({"n": n}, "n") for n in (0, 1, None)] == [0, 1, None]
    assert [reading.maybe_text({"n": n}, "n") for n in ("", "a", None)] == ["", "a", None]
    for n in (False, "", 0.0, -1, 1 << 63):
        with pytest.raises(reading.Malformed, match="n is no integer from 0 on"):
            reading.maybe_count({"n": n}, "n")
    assert reading.count({"n": (1 << 63) - 1}, "n") == (1 << 63) - 1
