"""The conclusions of the papers' experiments: each is judged, can fail, and stands on the page with what was seen."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from verify.claims.entry import Verdict
from verify.judging.statements import ClaimError
from verify.registry.loading import load_papers
from verify.registry.selection import select
from verify.replicate import Conclusion, Experiment, Replication, Row, Setting, experiment
from verify.replicate.report import as_expected
from verify.running.runner import run_claim
from verify.writing.page import pages

load_papers()
EXPERIMENTS = [claim for claim in select([], slow=True) if isinstance(claim, Experiment)]
CONCLUSIONS = [(entry, i) for entry in EXPERIMENTS for i in range(len(entry.stated))]


def names(parameter):
    return parameter.id if isinstance(parameter, Experiment) else str(parameter)


def printed(entry, setting):
    """Return numbers of a model that agree with all that the paper says."""
    values, paper = setting.values, setting.paper
    if entry.paper == "dai2018":
        return {"columns": values["latents"] if values["N_d"] == 0 else values["truth"]}
    if entry.paper == "wang2022":
        return {"excess, %": 0.05, "collapsed": paper["collapsed"]}
    if "r*" not in values:
        return {"tightest constant": 2.01}
    if "zeros-at-least-rows" in entry.id or entry.id.endswith("table-1"):
        rank = values["r*"]
        return {"decoder rows": rank, "zeros": rank, "eigenvalue error": 0.5, "smallest eigenvalue": 0.1}
    zeros = values["r*"] + (not entry.id.endswith("table-4"))
    errors = {"manifold error": 0.3, "padding error": 0.001, "inside": 0.6}
    return {"zeros": zeros, "below 0.5": zeros, "decoder variance": 0.001, **errors}


def rows(entry, settings):
    found = []
    for setting in settings:
        numbers = printed(entry, setting)
        found.append(Row(setting, {name: [value, value] for name, value in numbers.items()}))
    return found


def perturbed(found):
    """Yield the rows with one number of one model changed, and then with one of every model."""
    changes = [(name, value) for name in found[0].seeds for value in (-1e6, 0.0, 1e6)]
    for i, row in enumerate(found):
        for name, value in changes:
            yield [*found[:i], Row(row.setting, {**row.seeds, name: [row.seeds[name][0], value]}), *found[i + 1 :]]
    for name, value in changes:
        yield [Row(row.setting, {**row.seeds, name: [value, value]}) for row in found]


def against(entry, conclusion, settings):
    """Return rows that do not meet a conclusion: with one model that differs, if that is enough, or with all."""
    return next(found for found in perturbed(rows(entry, settings)) if conclusion.judge(found) is False)


@pytest.mark.parametrize(("entry", "i"), CONCLUSIONS, ids=names)
def test_a_conclusion_is_met_by_what_is_printed_and_not_if_one_model_differs(entry, i):
    conclusion = entry.stated[i]
    for settings in (entry.settings, entry.sample):
        assert conclusion.judge(rows(entry, settings)) is True
        assert conclusion.judge(against(entry, conclusion, settings)) is False
    assert conclusion.judge([]) is None


def opposite(conclusion):
    return replace(conclusion, met=lambda found: not conclusion.met(found))


@pytest.mark.parametrize(("entry", "i"), CONCLUSIONS, ids=names)
def test_the_opposite_of_a_conclusion_is_not_as_expected(entry, i, monkeypatch):
    conclusion = entry.stated[i]
    expected = entry.expected is Verdict.MEASURED
    assert conclusion.expected is expected

    def found(settings):
        return rows(entry, settings) if expected else against(entry, conclusion, settings)

    def trained(reduced, seeds, steps):
        assert (reduced.settings, steps) == (entry.sample, entry.reduced)
        return Replication(found(reduced.settings), {})

    monkeypatch.setattr("verify.replicate.coordinator.replicate", trained)
    assert run_claim(entry, 100, 0).as_expected
    assert as_expected(entry, found(entry.settings))
    monkeypatch.setattr(entry, "stated", [*entry.stated[:i], opposite(conclusion), *entry.stated[i + 1 :]])
    assert run_claim(entry, 100, 0).as_expected is (not conclusion.early)
    assert not as_expected(entry, found(entry.settings))


@pytest.mark.parametrize("entry", EXPERIMENTS, ids=names)
def test_what_contradicts_an_experiment_is_all_that_it_states(entry):
    assert any(conclusion.early for conclusion in entry.stated)
    if entry.expected is not Verdict.MEASURED:
        assert (entry.expected, len(entry.stated)) == (Verdict.CONTRADICTED, 1)
    assert {setting.name for setting in entry.sample} <= {setting.name for setting in entry.settings}
    assert 0 < entry.reduced <= entry.steps


def test_a_claim_is_ticked_on_the_page_only_if_nothing_speaks_against_it():
    found = pages(select([], slow=True), Path())
    sections = dict(re.findall(r"^## (\S+/\S+)\n(.*?)(?=^##? |\Z)", "".join(found.values()), re.S | re.M))
    for claim in select([], slow=True):
        mark = sections[claim.id].split()[0]
        met = claim.expected not in (Verdict.REFUTED, Verdict.CONTRADICTED)
        if isinstance(claim, Experiment):
            met = all(conclusion.expected for conclusion in claim.stated)
            for conclusion in claim.stated:
                line = f"- {'✓ met' if met else '✗ not met'}"
                line += "" if conclusion.early else ", judged by `replicate` alone"
                assert f"{line}: " in sections[claim.id]
                assert re.search(r"seeds? \d", conclusion.seen), conclusion.text
        assert mark == ("✓" if met else "✗"), claim.id
    listed = found["README.md"].partition("## Contradicted by experiment")[2]
    assert re.findall(r"^- \[([^]]+)\].*seeds? \d", listed, re.M) == [
        claim.id for claim in select([], slow=True) if claim.expected is Verdict.CONTRADICTED
    ]


def declare(*stated):
    experiment("mine/nothing", "x", settings=[Setting("a", {})], steps=1, reduced=1, stated=stated)


def test_a_conclusion_that_cannot_fail_is_refused(registry):
    def met(found):
        return True

    with pytest.raises(ClaimError, match="is True or False, not None"):
        Conclusion("x", met, expected=None)
    with pytest.raises(ClaimError, match="judges nothing"):
        declare()
    with pytest.raises(ClaimError, match="judges nothing"):
        declare(Conclusion("x", met, early=False))
    with pytest.raises(ClaimError, match="split them"):
        declare(Conclusion("x", met), Conclusion("y", met, expected=False))
    assert "mine/nothing" not in registry
