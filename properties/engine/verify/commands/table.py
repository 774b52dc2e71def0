"""The table says of each result what it is: every number under its heading, and one surprise among many in the sum."""

import contextlib
from types import SimpleNamespace

import pytest
from rich.progress import MofNCompleteColumn, TimeElapsedColumn

from verify.claims.entry import Verdict
from verify.commands import table
from verify.commands.table import summary, told, with_progress
from verify.registry.relations import ONE_OF_THEM
from verify.running.result import Result


def held(id, verdict=Verdict.HOLDS, expected=Verdict.HOLDS, **further):
    return Result(
        id, verdict, expected, examples=100, certain=60, indistinguishable=40, bits=512, seconds=1.25, **further
    )


def printed(results, total=None, width=None):
    return "\n".join(map(str, told(results, len(results) if total is None else total, 3, 7.5, width)))


def test_every_number_stands_under_its_heading():
    lines = printed([held("a/one"), Result("b/two", Verdict.PROVED, Verdict.PROVED, 7, 7, 0, None, 0.5)]).splitlines()
    heading, one, two = (next(line for line in lines if line.split()[:1] == [word]) for word in ("claim", "one", "two"))
    assert heading.split() == ["claim", "verdict", "examples", "certain", "indist.", "bits", "seconds"]
    assert one.split() == ["one", "✓", "holds", "100", "60", "40", "512", "1.25"]
    assert two.split() == ["two", "✓", "proved", "7", "7", "·", "·", "0.50"]
    assert [line.strip() for line in lines if line.strip() in ("a", "b")] == ["a", "b"]


def test_every_result_is_under_its_paper_whatever_the_order():
    lines = [line.split() for line in printed([held("a/one"), held("b/two"), held("a/three")]).splitlines()]
    assert [line[0] for line in lines if line and line[0] in ("a", "b", "one", "two", "three")] == [
        "a", "one", "three", "b", "two",
    ]  # fmt: skip


@pytest.mark.parametrize("place", [0, 5, 11])
@pytest.mark.parametrize(
    ("verdict", "expected"),
    [(Verdict.UNDECIDED, Verdict.HOLDS), (Verdict.REFUTED, Verdict.PROVED), (Verdict.HOLDS, Verdict.REFUTED),
     (Verdict.ERROR, Verdict.SIMULATED), (Verdict.UNDECIDED, Verdict.MEASURED)],
)  # fmt: skip
def test_one_surprise_among_many_is_marked_said_why_and_counted(place, verdict, expected):
    results = [held(f"a/n{k}") for k in range(12)]
    results[place] = held(f"a/n{place}", verdict, expected, message="this is why")
    text = printed(results)
    assert [line.split()[0] for line in text.splitlines() if "✗ " in line and "  " in line] == [f"n{place}"]
    assert f"✗ a/n{place}: {verdict}, expected {expected}\nthis is why" in text
    assert "1 not as expected" in text
    assert "all as expected" not in text


def test_what_is_expected_is_not_explained_but_what_was_simulated_or_measured_is():
    kinds = (Verdict.HOLDS, Verdict.PROVED, Verdict.REFUTED, Verdict.SIMULATED, Verdict.MEASURED)
    text = printed([held(f"a/n{k}", kind, kind, message=f"the words of {kind}") for k, kind in enumerate(kinds)])
    for kind in kinds:
        assert (f"the words of {kind}" in text) == (kind in (Verdict.SIMULATED, Verdict.MEASURED))
    assert "✗" not in text
    assert "5 claims: 1 holds, 1 measured, 1 proved, 1 refuted, 1 simulated; all as expected (seed 3, 7.5 s)" in text


@pytest.mark.parametrize(
    ("found", "total", "line"),
    [
        (["holds"] * 3, 3, "3 claims: 3 holds; all as expected (seed 3, 7.5 s)"),
        (["holds"], 1, "1 claim: 1 holds; all as expected (seed 3, 7.5 s)"),
        (["holds", "error"], 2, "2 claims: 1 error, 1 holds; 1 not as expected (seed 3, 7.5 s)"),
        (["error"] * 2, 2, "2 claims: 2 error; 2 not as expected (seed 3, 7.5 s)"),
        (["holds"] * 2, 3, "interrupted after 2 of 3 claims: 2 holds; all as expected (seed 3, 7.5 s)"),
        ([], 3, "interrupted after 0 of 3 claims: nothing judged (seed 3, 7.5 s)"),
    ],
)
def test_the_sum_says_how_many_were_judged_of_how_many_and_what_is_not_expected(found, total, line):
    assert summary([held(f"a/n{k}", Verdict(name)) for k, name in enumerate(found)], total, 3, 7.5) == line


def test_the_sum_says_what_verdicts_speak_against_and_then_not_that_all_is_well():
    for names, wrong, line in (
        (["holds"], 1, "1 claim: 1 holds; 1 relation not as declared (seed 3, 7.5 s)"),
        (["holds"], 2, "1 claim: 1 holds; 2 relations not as declared (seed 3, 7.5 s)"),
        (["error"], 2, "1 claim: 1 error; 2 relations not as declared; 1 not as expected (seed 3, 7.5 s)"),
    ):
        assert summary([held("a/x", Verdict(name)) for name in names], 1, 3, 7.5, wrong) == line
    lines = list(map(str, told([held("a/x", Verdict.HOLDS)], 1, 3, 7.5, None, ["one", "other"])))
    assert lines[-3:-1] == [f"✗ {name}: {ONE_OF_THEM}\n" for name in ("one", "other")]
    assert "2 relations not as declared" in lines[-1]


def test_the_progress_bar_passes_on_every_result_in_order(monkeypatch):
    results = [held(f"a/n{k}") for k in range(3)]
    assert list(with_progress(iter(results), 3)) == results
    seen = []
    bar = SimpleNamespace(
        add_task=lambda *named, **total: seen.append((named, total)) or 7,
        update=lambda *task, **how: seen.append((task, how)),
    )  # fmt: skip
    columns = []
    monkeypatch.setattr(table, "progress", lambda *shown: columns.extend(shown) or contextlib.nullcontext(bar))
    assert list(with_progress(iter(results), 5)) == results
    assert seen == [
        (("judging",), {"total": 5}), *(((7,), {"advance": 1, "description": f"a/n{k}"}) for k in range(3)),
    ]  # fmt: skip
    assert [type(column) for column in columns] == [MofNCompleteColumn, TimeElapsedColumn]


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_a_table_leaves_nothing_out_where_there_is_little_room(width):
    ids = ["section-4.principal-components.corrected", "eq-1"]
    results = [Result(f"own2020/{id}", Verdict.HOLDS, Verdict.HOLDS, 100, 1, 99, 1021, 1234.5) for id in ids]
    lines = printed(results, width=width).splitlines()
    assert all((len(line) <= width or len(line.split()) == 1) and line == line.rstrip() for line in lines)
    for word in ("claim", "verdict", "examples", "certain", "indist.", "bits", "seconds"):
        assert sum(word in line.split() for line in lines) == 1
    for word in ("holds", "100", "1", "99", "1021", "1234.50"):
        assert sum(word in line.split() for line in lines[:-1]) == 2
    assert [line.split()[0] for line in lines if line.strip().startswith(("section", "eq"))] == ids


def test_a_narrow_table_has_its_numbers_under_their_headings():
    assert (
        printed([held("a/one"), held("a/a-longer-name-than-fits.here")], width=40)
        == """
 claim                           verdict
   examples certain indist. bits seconds
 ───────────────────────────────────────
 a
   one                           ✓ holds
        100      60      40  512    1.25
   a-longer-name-than-fits.here  ✓ holds
        100      60      40  512    1.25

2 claims: 2 holds; all as expected (seed
    3, 7.5 s)"""
    )


def test_where_there_is_room_for_most_ids_the_others_have_a_line_of_their_own():
    long = "two" + "x" * 40
    assert printed([held("a/one"), held(f"a/{long}")], width=80).splitlines()[1:7] == [
        " claim                             verdict examples certain indist. bits seconds",
        " ───────────────────────────────────────────────────────────────────────────────",
        " a",
        "   one                             ✓ holds      100      60      40  512    1.25",
        f"   {long}",
        "                                   ✓ holds      100      60      40  512    1.25",
    ]


def test_proofs_that_were_not_derived_are_listed_below_what_else_was_unexpected():
    results = [held(f"a/n{k}", Verdict.HOLDS, Verdict.PROVED, underived="proofs", message="not this") for k in range(3)]
    results.insert(1, held("a/other", Verdict.REFUTED, message="this is why"))
    text = printed(results)
    listed = "".join(f"✗ a/n{k}: holds, expected proved: the proof was not derived\n" for k in range(3))
    assert f"✗ a/other: refuted, expected holds\nthis is why\n\n{listed}\n4 claims: " in text
    assert "not this" not in text
    assert "4 not as expected" in text
