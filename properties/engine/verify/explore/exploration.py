"""What is needed has a certificate, what survives is called nothing more, and the least dimension was looked for."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.commands import refused
from verify.certificates.checker import Unproven
from verify.commands import explore as command
from verify.commands.main import main
from verify.explore import exploration, hunting
from verify.explore.hunting import Answer
from verify.hunt import report as hunts

CLAIMS = """
from math import prod
from reference.arithmetic import determinant, diagonal, greater, log, log_determinant, trace, where
from verify import (
    Commuting, Matrix, OneOf, Positive, PositiveDefinite, Scalar, Symmetric, assume, claim, equal, implies, leq, less
)

@claim("true/hadamard", r"\\\\det A \\\\le \\\\prod_i a_{ii}", kind="inequality")
def test_hadamard(A: PositiveDefinite["d"]):
    leq(determinant(A), prod(diagonal(A)))

@claim("true/premises", "x² ≤ 4 if 0 ≤ x ≤ 2 and x < 9", kind="inequality")
def test_premises(x: Scalar):
    assume(leq(x, 2) & leq(0, x))
    implies(less(x, 9), leq(x * x, 4))

@claim("true/commute", r"AB = BA", kind="identity")
def test_commute(pair: Commuting[Symmetric["n"]]):
    A, B = pair
    equal(A @ B, B @ A)

@claim("true/log", "log x ≤ x − 1", kind="inequality")
def test_log(x: Positive):
    leq(log(x), x - 1)

@claim("false/symmetric", r"A = A^\\\\top", expected="refuted")
def test_symmetric(A: Matrix["d d", {"d": (2, 4)}], x: Positive):
    equal(A, A.mT)

@claim("false/unexpected", r"tr A ≤ 1")
def test_unexpected(A: PositiveDefinite["d"]):
    leq(trace(A), 1)

@claim("odd/raises", "raises")
def test_raises(A: PositiveDefinite["d"]):
    raise LookupError("no such thing")

@claim("true/concave", "log det A ≤ tr A − d")
def test_concave(A: PositiveDefinite["d"]):
    leq(log_determinant(A), trace(A) - A.shape[-1])

@claim("true/fragile", "raises where x is 0")
def test_fragile(x: Positive):
    if where(greater(x, 0), 1, 0) != 1:
        raise LookupError("nothing there")
    leq(0, x)

@claim("true/squares", "x² ≥ 0")
def test_squares(x: Scalar):
    leq(0, x * x)

@claim("odd/impossible", "x < x")
def test_impossible(x: Positive):
    assume(less(x, 0))
    less(x, x)
""".replace("\\\\\\\\", "\\\\")


REFUSED = """
from reference.arithmetic import eigenvalues
from verify import Symmetric, claim, leq

@claim("true/largest", "λ₁(A + B) ≤ λ₁(A) + λ₁(B)")
def test_largest(A: Symmetric["d", {"d": (2, 2)}]):
    leq(eigenvalues(A)[1], eigenvalues(A)[0])
"""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch, unspent):
    """Work in a folder with a file of claims, where budgets are counted in looks at the clock."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")


def explored(capsys, name, *options, status=0):
    """Return the report of an exploration, whose certificates the checker has accepted; its text is in own.txt."""
    command = ["explore", f"own.py::{name}", "--jobs", "1", "--budget", "6", "--json", "own.json", *options]
    assert main(command) == status
    out, err = capsys.readouterr()
    assert err == ""
    Path("own.txt").write_text(out, encoding="utf-8")
    report = json.loads(Path("own.json").read_text(encoding="utf-8"))
    assert report["target"] == f"own.py::{name}"
    for line in report["premises"]:
        assert (line["verdict"] == "needed") == (line["certificate"] is not None)
        if line["certificate"]:
            assert json.loads(Path(line["certificate"]).read_text())["claim"] == line["variant"] != report["claim"]
            assert main(["check", "--claims", "own.py", line["certificate"]]) == 0
            assert f"valid: {line['variant']} (" in capsys.readouterr().out
    return report


def verdicts(report):
    return {line["premise"]: line["verdict"] for line in report["premises"]}


@pytest.mark.long
def test_hadamard_needs_semidefinite_and_falls_in_three_dimensions(capsys):
    """Of two dimensions det A ≤ a₁₁a₂₂ for every symmetric A."""
    report = explored(capsys, "test_hadamard", "--out", "here")
    assert (report["claim"], report["verdict"], report["certificate"]) == ("true/hadamard", "survived", None)
    assert verdicts(report) == {
        "A: positive definite → positive semidefinite": "not seen to be needed",
        "A: positive semidefinite → symmetric": "needed",
    }
    semidefinite, symmetric = report["premises"]
    assert semidefinite["instances"] > 1000
    assert symmetric["variant"] == "true/hadamard,A=Symmetric"
    assert symmetric["dimensions"] == {"d": 3}
    assert symmetric["least"] == ["d"]
    assert report["finished"]
    assert [path.name for path in Path("here").iterdir()] == ["true_hadamard,A=Symmetric.json"]
    told = Path("own.txt").read_text(encoding="utf-8")
    for said in (
        "true/hadamard (Hadamard) survived: ",
        "  not seen to be needed  A: positive definite → positive semidefinite\n" + 25 * " " + "survived: ",
        "  needed                 A: positive semidefinite → symmetric; least found: d = 3\n",
        "  vae-verify check --claims own.py here/true_hadamard,A=Symmetric.json\n",
    ):  # fmt: skip
        assert said in told
    assert "sharp" not in told
    assert "proved" not in told


@pytest.mark.long
def test_each_premise_is_dropped_and_a_second_exploration_starts_from_what_the_first_one_found(capsys):
    report = explored(capsys, "test_premises")
    assert "nothing to explore" not in Path("own.txt").read_text(encoding="utf-8")
    assert verdicts(report) == {
        "premise leq(x, 2) & leq(0, x)": "needed",
        "premise less(x, 9)": "not seen to be needed",
    }
    assert report["premises"][0]["variant"] == "true/premises,drop.1"
    again = explored(capsys, "test_premises", "--seed", "1")
    assert verdicts(again) == verdicts(report)
    assert report["premises"][0]["instances"] > again["premises"][0]["instances"] == 1


@pytest.mark.long
def test_a_bond_and_its_parts_are_loosened_each_on_its_own(capsys):
    report = explored(capsys, "test_commute")
    assert verdicts(report) == {
        "pair: symmetric, commuting → symmetric": "needed",
        "pair: symmetric, commuting → commuting": "not seen to be needed",
        "pair: commuting → any square matrix": "needed",
    }
    assert [line["dimensions"] for line in report["premises"] if line["verdict"] == "needed"] == [{"n": 2}] * 2
    assert [line["least"] for line in report["premises"] if line["verdict"] == "needed"] == [["n"]] * 2


def test_without_a_value_nothing_is_called_needed_or_not(capsys):
    report = explored(capsys, "test_log")
    assert set(verdicts(report)) == {"x: positive → nonnegative", "x: nonnegative → any scalar"}
    assert set(verdicts(report).values()) == {"no value otherwise"}
    assert "log has no value at 0" in report["premises"][0]["errors"][0]
    told = Path("own.txt").read_text(encoding="utf-8").split("  no value otherwise     ")[1].splitlines()
    assert told == ["x: positive → nonnegative", 25 * " " + "log has no value at 0", 25 * " " + "at (x = 0)"]


def test_what_a_function_refuses_is_no_value_and_what_else_is_raised_an_error(capsys):
    assert verdicts(explored(capsys, "test_concave")) == {
        "A: positive definite → positive semidefinite": "no value otherwise",
        "A: positive semidefinite → symmetric": "no value otherwise",
        "A: symmetric → any matrix": "no value otherwise",
    }
    assert verdicts(explored(capsys, "test_fragile")) == {"x: positive → nonnegative": "error"} | {
        "x: nonnegative → any scalar": "error"
    }


def test_what_a_function_refuses_is_told_without_a_mend_of_the_body(capsys):
    Path("refused.py").write_text(REFUSED, encoding="utf-8")
    assert main(["explore", "refused.py", "--jobs", "1", "--budget", "6"]) == 0
    _, reason, at = capsys.readouterr().out.split("  no value otherwise     ")[1].splitlines()
    assert reason == 25 * " " + "eigenvalues: the matrix is not symmetric at [0, 1] and [1, 0]"
    assert at.startswith(25 * " " + "at (d = 2, A = [")


@pytest.mark.long
def test_where_nothing_can_be_weaker_that_is_said(capsys):
    assert main(["explore", "own.py::test_squares", "--jobs", "1", "--budget", "6"]) == 0
    assert "there is nothing to explore: no premise, no constant, and no domain" in capsys.readouterr().out


@pytest.mark.long
def test_of_a_false_claim_no_premise_matters(capsys):
    report = explored(capsys, "test_symmetric")
    assert report["premises"] == []
    assert report["certificate"] == "counterexamples/false_symmetric.json"
    assert main(["explore", "own.py::test_unexpected", "--jobs", "1", "--budget", "6"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("false/unexpected (Unexpected) is refuted: ")
    assert "at       d = 1" in out
    assert "so of no premise it can be said that it matters" in out


@pytest.mark.long
@pytest.mark.parametrize("name", ["raises", "impossible"])
def test_of_a_claim_in_error_no_premise_matters(name, capsys):
    report = explored(capsys, f"test_{name}", status=1)
    assert (report["verdict"], report["premises"]) == ("error", [])


@pytest.mark.long
def test_where_the_least_dimension_was_not_looked_for_it_is_not_called_least(capsys, monkeypatch):
    monkeypatch.setattr(exploration.Hunter, "lower", lambda hunter, answer: None)
    report = explored(capsys, "test_hadamard")
    assert report["premises"][1]["least"] == []
    assert "least found: d ≤ 3\n" in Path("own.txt").read_text(encoding="utf-8")


def test_a_size_is_least_where_the_one_below_survived_and_no_other():
    """Of two dimensions, one may grow again when the other shrinks."""
    claim = SimpleNamespace(signature=SimpleNamespace(bounds={"d": (1, 4), "r": (2, 4)}))
    found = SimpleNamespace(instance=SimpleNamespace(sizes={"d": 3, "r": 2}))
    for below, least in (({"d": 2}, True), ({"d": 1}, False), ({"d": 3}, False), ({}, False)):
        assert Answer(claim, None, found, below=below).is_least("d") is least
    assert Answer(claim, None, found).is_least("r")


@pytest.mark.long
def test_what_is_said_to_survive_below_is_what_was_hunted_there(capsys, monkeypatch):
    """A hunt that is in error, or finds something, confirms nothing."""
    monkeypatch.setattr(hunting, "at_most", lambda claim, name, size: claim)
    report = explored(capsys, "test_hadamard")
    assert report["premises"][1]["least"] == []


@pytest.mark.long
def test_what_the_checker_does_not_accept_is_not_called_needed(capsys, monkeypatch):
    def fails(hunt, content):
        raise Unproven("for some reason")

    monkeypatch.setattr(hunts, "rechecked", fails)
    report = explored(capsys, "test_hadamard")
    assert [line["verdict"] for line in report["premises"]][:2] == ["not seen to be needed", "error"]
    assert report["premises"][1]["errors"] == ["a refutation was found, but its certificate fails: for some reason"]


def test_what_was_found_until_an_interruption_is_reported(capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(exploration, "_widen", interrupted)
    report = explored(capsys, "test_fragile", status=130)
    assert (report["verdict"], report["premises"], report["finished"]) == ("survived", [], False)
    assert "interrupted: what comes after this was not looked at" in Path("own.txt").read_text(encoding="utf-8")


def test_wrong_input_is_one_line(capsys):
    Path("closed").mkdir(mode=0o500)
    assert "names 11 claims: name one, such as own.py::test_hadamard" in refused(capsys, "explore", "own.py")
    assert "no claim is called 'x'" in refused(capsys, "explore", "own.py::x")
    assert "no such file" in refused(capsys, "explore", "absent.py")
    assert "not a positive number of seconds" in refused(capsys, "explore", "own.py::test_log", "--budget", "0")
    assert "name a folder" in refused(capsys, "explore", "own.py::test_log", "--out", "own.py")
    if os.geteuid():
        assert "name a folder" in refused(capsys, "explore", "own.py::test_log", "--out", "closed")
    assert "name a file" in refused(capsys, "explore", "own.py::test_log", "--json", "absent/x")
    assert "no instances" in refused(capsys, "explore", "koehler2022/table-1")
    assert command.add_parser.__doc__
