"""What stands with a claim on the page, piece by piece: its file, its source, its notes, and what is quoted."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import rationals
from verify import Scalar, leq
from verify.claims.entry import Verdict
from verify.report import files, saved, text
from verify.report.cards import Card, _card
from verify.report.difference import Change, Difference, difference
from verify.report.formulas import formula
from verify.report.reading import Malformed
from verify.report.refutation import Refutation
from verify.report.summary import Paper
from verify.running.record import Run
from verify.running.result import Result


def squares(x: Scalar):
    """Squares are *not* negative."""
    leq(0, x * x)


async def waits(x: Scalar):
    """Wait."""


def bare(x: Scalar):
    leq(0, x * x)


def said(**fields):
    """Return a card of a claim of which this is said."""
    claim = claim_of(squares)
    for name, value in fields.items():
        setattr(claim, name, value)
    return Card(claim, None, None)


def test_a_claim_of_a_paper_is_stated_below_the_last_folder_of_papers():
    claim = SimpleNamespace(is_own=False, source_file=Path("/a/properties/b/properties/own/claims/x.py"))
    assert Card(claim, None, None).file == "properties/own/claims/x.py"


def test_a_source_has_no_docstring_and_what_is_no_function_has_none():
    scope = {}
    exec("def made(x): pass", scope)
    unnamed = lambda x: None  # noqa: E731  # what a claim may be stated of
    found = [Card(SimpleNamespace(body=body), None, None).source for body in (
        squares, bare, unnamed, waits, scope["made"], len
    )]  # fmt: skip
    source = "(x: Scalar):\n    leq(0, x * x)"
    assert found == [f"def squares{source}", f"def bare{source}", "", "", "", ""]


def test_a_run_that_says_refuted_of_no_certificate_proves_nothing():
    claim = claim_of(squares)
    run = Run(0, {claim.id: Result(claim.id, Verdict.REFUTED, Verdict.REFUTED, 1, 1)})
    card = _card(claim, run, ())
    assert (card.verdict, card.is_unproven, card.as_expected, card.column) == ("not judged", True, False, "not judged")
    (note,) = card.notes
    assert note == "The run says refuted, but no certificate of it could be checked again here: there is no file of it."
    study = SimpleNamespace(id=claim.id, digest="0")
    assert _card(study, run, ()).notes == [
        f"The run says refuted, but no certificate of it could be checked again here: {claim.id} has no instances at "
        "which it could be refuted."
    ]
    run.sources[claim.id] = "1"
    assert (other := _card(study, run, ())).notes == [
        "The run judged another source of this claim, which it said refuted: judge it again."
    ]
    assert (other.result, other.digest) == (None, "0")


def test_a_source_alone_is_a_difference_and_a_circumstance_is_of_no_claim():
    nothing = Difference([], [], [], [], [], [])
    assert nothing.is_empty
    for field in ("verdicts", "counts", "sources", "came", "went"):
        assert not replace(nothing, **{field: ["it"]}).is_empty
    assert difference(Run(0, {}), Run(1, {})).circumstances == [Change("", "seed", "0", "1")]


def test_a_paper_of_one_claim_is_cited_too():
    assert Paper("own", [SimpleNamespace(claim=SimpleNamespace(is_own=True))], set()).citation == ""


def test_of_what_is_no_verdict_outcome_or_time_40_characters_are_told():
    long = "x" * 41
    for read, data, what in (
        (files._gate, {"outcome": long}, "no outcome of a gate"),
        (files._hunts, {"verdict": long}, "no verdict of a hunt"),
        (lambda data: saved._verdict(data, "verdict"), {"verdict": long}, "no verdict"), (saved._time, long, "no time"),
    ):  # fmt: skip
        with pytest.raises(Malformed) as refused:
            read(data)
        assert str(refused.value) == f"{'x' * 40!r} is {what}"


# --- a refutation -----------------------------------------------------------------------------------------------------


def test_arguments_stand_behind_the_dimensions_that_are_none_of_them():
    instance = SimpleNamespace(sizes={"n": 3, "d": 2}, realise=lambda kind: {"n": 3, "x": rationals(1)})
    found = Refutation(SimpleNamespace(instance=instance), Path("x"), b"").arguments
    assert found == [(formula(name), formula(value)) for name, value in (("d", "2"), ("n", "3"), ("x", "1"))]


def told(monkeypatch, **further):
    """Return the lines of a refutation."""
    monkeypatch.setattr(text, "instance_latex", lambda instance: f"{instance} = 1")
    monkeypatch.setattr(text, "found_latex", lambda violation: [f"{violation} > 0", "2 > 1"])
    found = SimpleNamespace(claim=SimpleNamespace(universal=None), instance="x", violation="y")
    parts = {"name": "c.json", "precision": "exact fractions", "connective": None, "example": None, "found": found}
    return list(text._refutation(SimpleNamespace(**parts | further)))


def test_a_refutation_says_what_it_is_against_and_of_which_claim_it_is_an_instance(monkeypatch):
    instance = ["", "```math", "x = 1", "```", ""]
    found = [*instance, "it is found that", "", "```math", r"y > 0,\quad 2 > 1", "```"]
    head = "([certificate](c.json)), checked again in exact fractions: at"
    assert told(monkeypatch) == ["", f"Counterexample {head}", *found]
    assert told(monkeypatch, example="@example(x=1)")[-4:] == ["", "```python", "@example(x=1)", "```"]
    universal = SimpleNamespace(claim=SimpleNamespace(universal="own/all"), instance="x", violation="y")
    lines = told(monkeypatch, connective="⇔", found=universal)
    assert lines[1] == f"Refuted by `own/all`; one instance of it {head}"
    assert lines[7] == "it is found, against the stated ⇔, that"


def test_a_claim_and_a_paper_have_their_notes_and_their_citation(monkeypatch):
    card = replace(said(expected=Verdict.HOLDS, label="eq. <1>", same_as="own/other"), notes=("a_b", "c"))
    lines = list(text._card(card))
    assert lines[:6] == [
        "",
        "### squares",
        "",
        f"**not judged** · eq. \\<1\\> · inequality · `{card.file}`",
        "",
        "> a\\_b",
    ]
    assert lines[6:8] == ["", "> c"]
    assert "By the slip of `own/other`." in lines
    assert lines[-3:-1] == ["```console", f"$ {card.command}"]
    assert not any("examples:" in line or line.startswith("Proof") for line in lines)
    paper = SimpleNamespace(name="a_b", citation="Doe_1", cards=[])
    assert list(text._paper(paper)) == ["", "## a\\_b", "", "Doe\\_1"]
    paper.citation = ""
    assert list(text._paper(paper)) == ["", "## a\\_b"]


def test_prose_of_nothing_is_none_and_fences_are_longer_than_what_they_hold():
    assert list(text._prose(bare)) == []
    assert list(text._prose(squares)) == ["", "Squares are *not* negative."]
    assert [next(text._fenced("math", held)) for held in ("a", "``", "```", "`` ````")] == [
        "```math", "```math", "````math", "`````math",
    ]  # fmt: skip
