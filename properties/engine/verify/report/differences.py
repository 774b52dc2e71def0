"""What changed between two runs."""

import copy
import json
from pathlib import Path

from verify.claims.entry import Verdict
from verify.report.difference import Change, difference
from verify.running.record import Run
from verify.running.result import Result


def run(seed=0, sources=(), versions=(), **verdicts):
    """Return a run of some claims, by verdict and counts."""
    results = {id: Result(id, Verdict(verdict), Verdict.HOLDS, *counts) for id, (verdict, *counts) in verdicts.items()}
    return Run(seed, results, dict(sources), 100, "2026-01-01T00:00:00Z", dict(versions))


def test_the_same_run_is_no_difference_however_long_it_took():
    old, new = (run(a=("holds", 9, 8, 1, 64, seconds)) for seconds in (1.0, 2.0))
    assert difference(old, new).is_empty
    assert not difference(old, new).circumstances


def test_each_thing_that_can_change_is_told():
    old = run(a=("holds", 9, 8, 1, 64), b=("proved", 5), gone=("holds", 1), sources={"a": "1", "b": "2"}.items())
    new = run(a=("refuted", 10, 10, 0, None), b=("proved", 5), new=("holds", 1), sources={"a": "3", "b": "2"}.items())
    found = difference(old, new)
    assert found.verdicts == [Change("a", "verdict", "holds", "refuted")]
    assert found.counts == [
        Change("a", "examples", "9", "10"), Change("a", "certain", "8", "10"),
        Change("a", "indistinguishable", "1", "0"), Change("a", "bits", "64", "–"),
    ]  # fmt: skip
    assert (found.sources, found.came, found.went) == (["a"], ["new"], ["gone"])
    assert not found.is_empty


def test_a_source_that_one_of_them_does_not_say_is_no_other():
    old, new = run(a=("holds",)), run(a=("holds",), sources={"a": "1"}.items())
    assert not difference(old, new).sources
    assert not difference(new, old).sources


def test_each_alone_is_a_difference():
    base = {"a": ("holds", 9, 8, 1, 64)}
    for other in ({"a": ("undecided", 9, 8, 1, 64)}, {"a": ("holds", 9, 9, 0, 64)}, {"a": ("holds", 9, 8, 1, 65)},
                  {}, base | {"b": ("holds",)}):  # fmt: skip
        assert not difference(run(**base), run(**other)).is_empty


def test_how_it_was_judged_is_told_apart():
    found = difference(run(versions={"numpy": "1", "old": "1"}.items()), run(seed=5, versions={"numpy": "2"}.items()))
    assert found.is_empty
    assert [(c.what, c.before, c.after) for c in found.circumstances] == [
        ("seed", "0", "5"), ("numpy", "1", "2"), ("old", "1", "–"),
    ]  # fmt: skip


def test_the_page_has_a_section_of_what_changed(own, again):
    assert "What changed" not in own.page.at("page:summary")["text"]
    old = copy.deepcopy(own.run)
    old["claims"][0] |= {"verdict": "undecided", "certain": 3}
    old["claims"][1]["id"] = "own/<b>"
    Path("old.json").write_text(json.dumps(old), encoding="utf-8")
    told = "".join(again(own.run, "--against", "old.json").page.at("page:difference")["text"].split())
    assert "own/squareverdictundecidedholds" in told
    assert "own/squarecertain320" in told
    assert "Judgednow,andnotbeforeown/shift" in told
    assert "Judgedbefore,andnotnowown/<b>" in told
    same = again(own.run, "--against", "saved.json").page.at("page:difference")["text"]
    assert "Nothing that was judged" in same
