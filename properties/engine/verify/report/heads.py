"""The sentences at the head of a report, and in what order its verdicts stand."""

from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import SimpleNamespace

from verify import report
from verify.claims.entry import Verdict
from verify.registry.relations import ONE_OF_THEM
from verify.report.cards import Card
from verify.report.report import Report
from verify.report.summary import Summary
from verify.running.record import Run
from verify.running.result import Result


def head(*cards, run=None, **further):
    """Return a report of cards that stand for claims."""
    papers = [SimpleNamespace(cards=cards, counts={}, name="p")]
    told = SimpleNamespace(
        cards=cards, papers=papers, columns=[], counts=dict.fromkeys(("simulated", "measured", "contradicted"), 0)
    )
    told.counts.update(further.pop("counts", {}))
    return Report(run or Run(0, {}), told, "now", further.pop("versions", {}), **further)


def stated(id, verdict="holds", own=True, **further):
    """Return what stands for a card."""
    claim = SimpleNamespace(is_own=own, relations={}, kind="identity", id=id, same_as=further.pop("same_as", None))
    return SimpleNamespace(id=id, verdict=verdict, claim=claim, is_unproven=False, column=verdict, **further)


def test_a_lead_counts_what_was_judged_and_says_what_rests_on_floats():
    exactly = ", judged at exact instances, in fractions or with enclosed errors: no tolerance stands between a "
    exactly += "statement and its verdict."
    assert head(stated("p/a")).lead == f"1 statement{exactly}"
    assert head(stated("p/a"), stated("p/b")).lead == f"2 statements{exactly}"
    assert head(stated("p/a"), stated("p/b", "not judged")).lead == f"1 of 2 statements{exactly}"
    floats = " What is simulated, measured or contradicted rests on floats, and is called by these words."
    for column in ("simulated", "measured", "contradicted"):
        assert head(stated("p/a"), counts={column: 1}).lead == f"1 statement{exactly}{floats}"


def test_a_page_of_a_paper_and_of_ones_own_have_different_titles():
    assert head(stated("p/a"), stated("p/b", own=False)).title.startswith("The theory of variational autoencoders")
    assert head(stated("p/a")).title == "Claims and their verdicts"
    assert head(stated("p/a")).graph(SimpleNamespace(cards=[stated("p/a")])) == ""


def test_what_verdicts_speak_against_is_said_first_and_is_no_success():
    told = "p/a is wrong by the slip of p/b, and they are refuted and holds"
    for other, expected in (("holds", [told]), ("refuted", []), ("not judged", [])):
        found = head(stated("p/a", "refuted", same_as="p/b"), stated("p/b", other))
        assert found.disagreements == expected
        assert found.notes == [f"{line}: {ONE_OF_THEM}." for line in expected]
    assert head(stated("p/a", "not judged", same_as="p/b"), stated("p/b")).notes == []


def test_what_a_reader_must_know_first():
    results = {id: Result(id, Verdict.HOLDS, Verdict.HOLDS, 1, 1) for id in ("p/a", "p/b")}
    sources = dict.fromkeys(results, "0")
    made = {"python": "3", "numpy": "2"}
    assert head(run=Run(0, results, sources, versions=made, chosen=2), versions=made).notes == []
    assert head(run=Run(0, results, sources, versions=made, chosen=3), versions=made).notes == [
        "The run was interrupted: 2 of 3 claims were judged."
    ]
    assert head(run=Run(0, results, sources, versions=made), versions={"python": "3"}).notes == [
        "The run was made with numpy 2; its certificates were checked again here with numpy unknown."
    ]
    assert head(run=Run(0, results, sources)).notes == [
        "The run does not say when it was made, nor with which versions."
    ]
    assert head(run=Run(0, {})).notes == []
    assert head(run=Run(0, results, {"p/a": "0"}, versions=made), versions=made).notes == [
        "The run does not say which source of p/b it judged: a claim may have changed since."
    ]
    assert head(run=Run(0, results, versions=made), versions=made).notes == [
        "The run does not say which source of each claim it judged: a claim may have changed since."
    ]
    card = stated("p/a")
    card.is_unproven = True
    assert head(card, stated("p/b"), run=Run(0, {}), unknown=["p/c", "p/d"]).notes == [
        "No certificate could be checked again here of what the run says is refuted: p/a.",
        "The run judged what is stated nowhere now, or in no file that was named: p/c, p/d.",
    ]


def test_the_order_by_verdict_has_what_is_wrong_first():
    columns = ["refuted", "at a corner", "by a reading", "contradicted", "undecided", "error", "proved", "holds",
               "simulated", "measured", "not judged"]  # fmt: skip
    assert sorted(columns, key=Summary.rank) == columns


def test_the_least_margin_of_several_hunts_is_that_of_a_claim():
    hunts = [SimpleNamespace(margin=margin) for margin in (0.5, None, 0.25)]
    assert Card(SimpleNamespace(id="p/a"), None, None, hunts=hunts).margin == 0.25


def test_how_a_refuted_claim_is_wrong_stands_with_it():
    def qualified(corner, reading):
        return Card(SimpleNamespace(id="p/a", corner=corner, reading=reading), None, None).qualification

    assert (qualified(None, None), qualified("at *0*", None), qualified(None, "as a sum")) == (
        None, "at <em>0</em>", "as a sum",
    )  # fmt: skip


def test_what_a_report_is_made_of_does_not_change():
    modules = [import_module(found.name) for found in walk_packages(report.__path__, f"{report.__name__}.")]
    made = {made for module in modules for made in vars(module).values() if is_dataclass(made)}
    made = {kind for kind in made if kind.__module__.startswith(report.__name__)}
    assert len(made) > 10
    assert [kind for kind in made if not kind.__dataclass_params__.frozen] == []


def test_what_is_wrong_has_a_section_for_each_way():
    def sections(own):
        found = head(stated("p/a", own=own))
        found.summary.of = lambda column: [column] * (column != "by a reading")
        return [(address, title, cards) for address, title, _, cards in found.errata]

    others = [
        ("page:corners", "Wrong at a corner", ["at a corner"]),
        ("page:contradicted", "Contradicted by experiment", ["contradicted"]),
    ]
    assert sections(True) == [("page:errata", "Refuted", ["refuted"]), *others]
    assert sections(False) == [("page:errata", "Wrong in print", ["refuted"]), *others]


def test_a_page_has_its_sections_in_their_order():
    def contents(**given):
        found = head(stated("p/a"), **given)
        found.summary.of = lambda column: ["it"] * (column in ("refuted", "at a corner"))
        return found.contents

    assert contents() == [("page:errata", "Refuted"), ("paper:p", "p")]
    assert contents(difference=1, gates=[1], hunts=[1], replications=[1]) == [
        ("page:errata", "Refuted"), ("page:difference", "What changed"), ("page:gates", "Losses"),
        ("page:hunts", "Hunts"), ("page:replications", "Experiments"), ("paper:p", "p"),
    ]  # fmt: skip
