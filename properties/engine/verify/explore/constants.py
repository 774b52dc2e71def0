"""Constants: between which values a claim stops being refuted, whichever way it goes, with a certificate at one end."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq

from verify.commands.main import main
from verify.explore import bisection
from verify.explore.bisection import Bracket
from verify.explore.hunting import Hunter

CLAIMS = """
from verify import Constant, Positive, Scalar, Vector, claim, equal, leq

@claim("mean/survives", "c xy ≤ (x + y)²", kind="inequality")
def test_survives(x: Positive, y: Positive, c: Constant(3)):
    leq(c * x * y, (x + y) ** 2)

@claim("mean/refuted", "c xy ≤ (x + y)²", kind="inequality", expected="refuted")
def test_refuted(x: Positive, y: Positive, c: Constant("9/2")):
    leq(c * x * y, (x + y) ** 2)

@claim("cauchy/least", "(Σx)² ≤ c Σx²", kind="inequality")
def test_least(x: Vector["d", {"d": (1, 3)}], c: Constant(4)):
    leq(x.sum() ** 2, c * (x * x).sum())

@claim("sum/exact", "x + x = c x")
def test_exact(x: Scalar, c: Constant(2)):
    equal(x + x, c * x)

@claim("any/holds", "c x² ≤ c x² + x²")
def test_holds(x: Scalar, c: Constant(0)):
    leq(c * x * x, c * x * x + x * x)

@claim("none/raises", "raises")
def test_raises(x: Scalar, c: Constant(0)):
    raise LookupError("no such thing")
"""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch, unspent):
    """Work in a folder with a file of claims, where a little is enough, counted in looks at the clock."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bisection, "_MOST_PROBES", 5)
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")


def constant(capsys, name, status=0):
    """Return what is found of the constant, whose certificates the checker has accepted; its text is in own.txt."""
    command = ["explore", f"own.py::test_{name}", "--jobs", "1", "--budget", "12", "--json", "own.json"]
    assert main(command) == status
    Path("own.txt").write_text(capsys.readouterr().out, encoding="utf-8")
    (found,) = json.loads(Path("own.json").read_text(encoding="utf-8"))["constants"]
    for bracket in found["brackets"]:
        data = json.loads(Path(bracket["certificate"]).read_text())
        assert data["inputs"]["c"] == bracket["refuted"]
        assert main(["check", "--claims", "own.py", bracket["certificate"]]) == 0
        assert bracket["instances"] > 0
        assert found["tried"][bracket["survived"]] == "survived"
        assert found["tried"].get(bracket["refuted"], "refuted") == "refuted"
    capsys.readouterr()
    return found


def ends(found):
    return [(Fraction(bracket["survived"]), Fraction(bracket["refuted"])) for bracket in found["brackets"]]


def test_from_a_constant_that_survives_up_to_one_that_does_not(capsys):
    found = constant(capsys, "survives")
    ((survived, refuted),) = ends(found)
    assert 3 <= survived <= 4 < refuted < 4 + Fraction(1, 10)
    assert {Fraction(value) > 4 for value, verdict in found["tried"].items() if verdict == "refuted"} == {True}
    assert {Fraction(value) <= 4 for value, verdict in found["tried"].items() if verdict == "survived"} == {True}
    assert set(found["tried"].values()) == {"refuted", "survived"}
    told = Path("own.txt").read_text(encoding="utf-8")
    assert "  c from above           c = " in told
    assert " is refuted   counterexamples/mean_survives,c=" in told
    assert " survived: " in told
    assert "sharp" not in told


@pytest.mark.long  # in pieces in brackets.py
def test_an_end_whose_certificate_fails_is_no_end(capsys, monkeypatch):
    monkeypatch.setattr(Hunter, "keep", lambda hunter, answer, found: False)
    assert constant(capsys, "survives")["brackets"] == []


@pytest.mark.long  # in pieces in brackets.py
def test_from_a_constant_that_is_refuted_down_to_one_that_survives(capsys):
    ((survived, refuted),) = ends(constant(capsys, "refuted"))
    assert 2 <= survived <= 4 < refuted < Fraction(9, 2)


@pytest.mark.long
def test_smaller_constants_may_say_more(capsys):
    ((survived, refuted),) = ends(constant(capsys, "least"))
    assert 4 >= survived >= 3 > refuted > 2


@pytest.mark.long
def test_an_equality_is_refuted_on_both_sides(capsys):
    found = ends(constant(capsys, "exact"))
    assert [survived for survived, _ in found] == [2, 2]
    assert [refuted > 2 for _, refuted in found] == [True, False]
    assert all(abs(refuted - 2) <= Fraction(1, 400) for _, refuted in found)


def test_where_all_survive_nothing_is_said_of_an_end(capsys):
    found = constant(capsys, "holds")
    assert found["brackets"] == []
    assert set(found["tried"].values()) == {"survived"}
    assert {Fraction(value) > 0 for value in found["tried"]} == {False, True}


def test_of_a_claim_without_values_nothing_is_tried(capsys):
    found = constant(capsys, "raises", status=1)
    assert (found["brackets"], found["tried"]) == ([], {"0": "error"})


@pytest.mark.parametrize(
    ("survived", "refuted", "narrow"),
    [(1, 2, False), (1000, 1001, True), (-1001, -1000, True), (fmpq(1, 10**6), 0, False), (999, 1001, False)],
)
def test_brackets_are_narrow_beside_their_ends(survived, refuted, narrow):
    assert Bracket(fmpq(survived), fmpq(refuted)).narrow is narrow


@pytest.mark.parametrize(("survived", "refuted"), [(1, 2), (2, 1), (-3, fmpq(1, 7)), (fmpq(1, 9), fmpq(1, 8))])
def test_what_is_tried_next_is_near_what_was_refuted(survived, refuted):
    bracket = Bracket(fmpq(survived), fmpq(refuted))
    share = (bracket.near() - bracket.refuted) / (bracket.survived - bracket.refuted)
    assert 0 < share < fmpq(1, 4)
