"""What is known of slips: kept at once, drawn by a seed, and said to be equivalent of code as it is."""

import sqlite3

import pytest

from properties.engine.helpers.mutants.__main__ import lines_of, main
from properties.engine.helpers.mutants.choice import Choice, _joined, row
from properties.engine.helpers.mutants.operators import mutants
from properties.engine.helpers.mutants.reach import _lines
from properties.engine.helpers.mutants.results import (
    Result,
    Results,
    equivalents,
    is_due,
    planted,
    sample,
    sources,
    stale,
)
from properties.engine.helpers.mutants.table import MARKS, PAGE, below, table

TEXTS = {"verify/a/m.py": "def f(x):\n    return x + 1\n", "verify/b/n.py": "def g(x):\n    return x - 1, x < 2, 3\n"}


def test_a_result_is_there_for_the_next_one(tmp_path):
    result = Result("a", "killed", "t", 3, 0.5, "c")
    Results(tmp_path / "r").add(result)
    assert Results(tmp_path / "r").all() == {"a": result}


def test_a_sample_has_so_many_of_each_folder_and_the_larger_has_the_smaller():
    population = planted(TEXTS)
    for count in (1, 2, 3):
        drawn = sample(population, count, 7)
        assert len([mutant for mutant in drawn if mutant.folder == "verify/b"]) == count
        assert len([mutant for mutant in drawn if mutant.folder == "verify/a"]) == min(count, 2)
        assert set(drawn) <= set(sample(population, count + 1, 7))
    assert len({tuple(sample(population, 2, seed)) for seed in range(20)}) > 1


def test_what_is_said_of_code_that_has_changed_is_stale():
    (mutant, *_) = mutants("verify/a/m.py", TEXTS["verify/a/m.py"])
    said = {mutant.id: ("verify/a/m.py", "why")}
    assert stale(said, TEXTS) == []
    assert stale(said, TEXTS | {"verify/a/m.py": "def f(x):\n    return x + 1 + x\n"}) == [
        f"{mutant.id} verify/a/m.py why"
    ]
    assert stale(said, {}) == [f"{mutant.id} verify/a/m.py why"]


def test_what_is_said_to_be_equivalent_is_a_slip_of_the_code_as_it_is():
    """If not: look at it again, and correct its line or take it out."""
    assert stale(equivalents(), sources()) == []


def test_somebody_who_changes_a_module_is_told_what_to_run():
    texts = sources()
    assert [path for path, text in texts.items() if not row(path) and mutants(path, text)] == []


def test_a_test_meets_what_it_reaches_here_or_elsewhere():
    (mutant, *_) = mutants("m.py", "def f(x):\n    return (x +\n        1)\n")
    own = "properties/engine/mutants/results.py::"
    tests = {
        f"{own}here": {"wall": 1, "cpu": 2, "here": {"m.py": [2]}, "away": {"m.py": [2]}},
        f"{own}away": {"wall": 1, "cpu": 2, "here": {"m.py": [1]}, "away": {"m.py": [3]}},
        f"{own}beside": {"wall": 1, "cpu": 2, "here": {"m.py": [4], "n.py": [2]}, "away": {}},
    }
    choice = Choice(tests, {"m.py": [1]}, [], [])
    assert choice.here(mutant) == [(f"{own}here", 1, 2)]
    assert choice.away(mutant) == [(f"{own}away", 1, 2)]
    assert [id.removeprefix(own) for id, _, _ in choice.around(mutant)] == ["here", "away", "beside"]
    assert not choice.at_import(mutant)
    assert Choice(tests, {"m.py": [3]}, [], []).at_import(mutant)


def test_a_test_that_reads_a_constant_of_a_module_is_around_it():
    """The line of a constant runs once, before any test."""
    tests = {"properties/engine/mutants/results.py::t": {"wall": 1, "cpu": 2, "here": {}, "away": {}}}
    choice = Choice(tests, {}, [], [])
    for path, there in (("results", True), ("operators", True), ("options", False)):
        (mutant, *_) = mutants(f"properties/engine/helpers/mutants/{path}.py", "a = b + 1\n")
        assert bool(choice.around(mutant)) is there


def test_of_tests_only_the_edited_are_run_again():
    def reach(names, line):
        tests = {f"{name}::t": {"here": {"m.py": [line]}} for name in names}
        return {"tests": tests, "imported": {"m.py": [line]}, "modules": ["numpy"], "failed": [f"{names[0]}::u"]}

    old = reach("abc", 1) | {"files": dict.fromkeys("abc", "digest")}
    joined = _joined(old, reach("b", 2), {"b"}, {"a", "b"})
    assert {id: test["here"]["m.py"] for id, test in joined["tests"].items()} == {"a::t": [1], "b::t": [2]}
    assert (joined["imported"], joined["failed"]) == ({"m.py": [1, 2]}, ["a::u", "b::u"])
    assert _joined(old, reach("abc", 3), set("abc"), set("abc")) == reach("abc", 3)


def test_the_lines_of_a_difference():
    text = "--- a/m.py\n+++ b/m.py\n@@ -1,2 +3,2 @@ def f\n-a\n+b\n@@ -9 +12 @@\n+c\n@@ -20,2 +30,0 @@\n-d\n"
    assert lines_of(text) == {"m.py": {3, 4, 12}}


def test_the_table_counts_what_was_tried_and_says_what_was_not():
    population = planted(TEXTS)
    ids = [mutant.id for mutant in population]
    ends = zip(ids, ["killed", "survived", "timeout", "killed", "unreached"], strict=False)
    results = {id: Result(id, end, "t", 1, 0.1, "c0ffee") for id, end in ends}
    text = table(population, results, {ids[1]}, "a sample")
    assert "| `verify/a/` | 2 | 2 | 1 | 0 | 0 | 1 | 100.0 % |" in text
    assert "| `verify/b/` | 5 | 3 | 2 | 0 | 1 | 0 | 66.7 % |" in text
    assert "Of 7 mutants 5 were tried: a sample. At commit: c0ffee (5)." in text
    several = {id: Result(id, "killed", "t", 1, 0.1, id) for id in ids[:5]}
    assert "At commit: " in table(population, dict(list(several.items())[:4]), set(), "a sample")
    assert "5 were tried: a sample. At 5 commits." in table(population, several, set(), "a sample")
    results[ids[1]] = Result(ids[1], "killed", "t", 1, 0.1, "c0ffee")
    assert "| `verify/a/` | 2 | 2 | 2 | 0 | 0 | 0 | 100.0 % |" in table(population, results, {ids[1]}, "a sample")


def test_a_folder_is_below_its_goal():
    killed, survived = (Result("", end, "t", 1, 0.1, "c") for end in ("killed", "survived"))
    for path, goal in (("reference/a/m.py", 98), ("verify/a/m.py", 95), ("reference/a/flow/m.py", 95)):
        text = "".join(f"a = b + c{i}\n" for i in range(100))
        population = mutants(path, text)
        for alive in (100 - goal, 101 - goal):
            ends = {each.id: survived if i < alive else killed for i, each in enumerate(population)}
            assert bool(below(population, ends, set())) == (alive > 100 - goal)
            assert not below(population, ends, {each.id for each in population[:alive]})


@pytest.mark.long
@pytest.mark.parametrize("wrong", [["verify/nowhere"], ["docs"], ["verify/judging", "--changed", "no-such-branch"]])
def test_what_is_not_there_is_named_in_a_line(wrong, capsys, tmp_path):
    with pytest.raises(SystemExit) as stop:
        main([*wrong, "--dry", "--results", str(tmp_path / "r")])
    error = capsys.readouterr().err.splitlines()[-1]
    assert stop.value.code == 2
    assert wrong[-1] in error


def test_the_page_has_a_place_for_the_table():
    assert [PAGE.read_text(encoding="utf-8").count(mark) for mark in MARKS] == [1, 1]


def test_due_is_what_was_never_tried_or_again_what_was_not_killed():
    results = [
        None,
        *(Result("a", status, "", 1, 1.0, "") for status in ("killed", "timeout", "survived", "unreached")),
    ]
    assert [is_due(each, again=False) for each in results] == [True, False, False, False, False]
    assert [is_due(each, again=True) for each in results] == [False, False, False, True, True]


def test_what_a_killed_process_left_half_written_has_reached_nothing(tmp_path):
    for name, content in {"empty": b"", "torn": b"SQLite format 3\0torn"}.items():
        (tmp_path / name).write_bytes(content)
        assert list(_lines(tmp_path / name, tmp_path)) == []
    with sqlite3.connect(tmp_path / "begun") as file:
        file.execute("CREATE TABLE meta (key text, value text)")
    assert list(_lines(tmp_path / "begun", tmp_path)) == []
