"""What a report meets seldom: bodies that print, claims of no source, runs that say little, and what takes too long."""

import contextlib
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import fromstring, tostring

import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.findings import SVG
from verify import Scalar, leq
from verify.certificates.checker import Unproven
from verify.claims.entry import Verdict
from verify.report import cards, files, formulas, refutation
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
