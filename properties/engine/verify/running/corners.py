"""A refutation at a corner is held to it, one by a universal claim to that claim's proof; pytest says the same."""

import re
import subprocess

import pytest

from properties.engine.helpers.commands import refused, run
from properties.engine.helpers.slow import thinned
from properties.engine.helpers.warm import warm
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.judging.judge import Outcome
from verify.registry.loading import load_file
from verify.running.runner import run_claim

CODE = """
import sympy
from reference.arithmetic import log
from verify import NonNegative, Positive, Scalar, claim, corner, equal, implies, less, leq
from verify.proving import show, vanishes

def prove():
    x = sympy.Symbol("x")
    show(vanishes((x + 1) - x - 1))

def fail():
    show(False)

@claim("edge/zero", "x > 0", expected="refuted", corner="x = 0")
def test_zero(x: NonNegative):
    corner(equal(x, 0))
    less(0, x)

@claim("edge/root", "log x ≠ 0", expected="refuted", corner="x = 1")
def test_root(x: Positive):
    corner(equal(log(x), 0))
    ~equal(x, 1)

@claim("edge/more", "x > 1", expected="refuted", corner="x = 0")
def test_more(x: NonNegative):
    corner(equal(x, 0))
    less(1, x)

@claim("edge/unsaid", "x > 0", expected="refuted", corner="x = 0")
def test_unsaid(x: NonNegative):
    less(0, x)

@claim("edge/whole", "x < 0", expected="refuted", corner="x ≥ 0")
def test_whole(x: NonNegative):
    corner(leq(0, x))
    less(x, 0)

@claim("edge/raises", "x > 0", expected="refuted", corner="x = 0")
def test_raises(x: NonNegative):
    corner(equal(x, 0))
    less(0, x)
    if x.item() >= 1:  # as some are of any thirty
        raise LookupError("one")

@claim("edge/never", "x + 1 ≠ x", expected="proved", proof=prove)
def test_never(x: Scalar):
    less(x, x + 1)

@claim("edge/unproved", "x + 1 ≠ x", expected="proved", proof=fail)
def test_unproved(x: Scalar):
    less(x, x + 1)

@claim("edge/exists", "∃x: x + 1 = x", expected="refuted", universal="edge/never")
def test_exists(x: Scalar):
    equal(x + 1, x)

@claim("edge/assumed", "∃x: x + 1 = x", expected="refuted", universal="edge/unproved")
def test_assumed(x: Scalar):
    equal(x + 1, x)

@claim("edge/missing", "∃x: x + 1 = x", expected="refuted", universal="edge/zero")
def test_missing(x: Scalar):
    equal(x + 1, x)
"""
WRONG = {
    "more": "away from its corner (x = 0) it does not hold: refuted: edge/more (More) is refuted",
    "unsaid": "away from its corner (x = 0) it does not hold: refuted: edge/unsaid (Unsaid) is refuted",
    "whole": "away from its corner (x ≥ 0) it does not hold: error: no example satisfies the premises",
    "raises": "away from its corner (x = 0) it does not hold: error: the claim raises LookupError at edge.py:",
    "unproved": "the proof fails",
    "assumed": "by edge/unproved: the proof fails",
    "missing": "edge/missing: universal names edge/zero, which is no claim that is to be proved",
}


@pytest.fixture
def edge(folder):
    (folder / "edge.py").write_text(CODE, encoding="utf-8")
    return {claim.id.removeprefix("edge/"): claim for claim in load_file(folder / "edge.py")}


@pytest.mark.long
@pytest.mark.parametrize(
    ("targets", "kept"),
    [
        pytest.param(["edge.py"], False, marks=pytest.mark.long),
        (["edge.py::test_zero", "edge.py::test_more", "edge.py::test_exists"], True),
        pytest.param(["edge.py"], True, marks=pytest.mark.long),
    ],
)
def test_what_is_said_of_a_refutation_is_judged(edge, capsys, targets, kept):
    if kept:
        main(["run", *targets])
        for claim in edge.values():
            if claim.expected is Verdict.REFUTED and {claim.target, "edge.py"} & set(targets):
                assert main(["keep", claim.target]) == 0
    capsys.readouterr()
    status, report, _ = run(capsys, *targets)
    assert status == 1
    for result in report["claims"]:
        name = result["id"].removeprefix("edge/")
        if name in WRONG:
            assert (result["verdict"], WRONG[name] in result["message"]) == ("error", True), result
            if "is refuted" in result["message"]:
                assert f"vae-verify check --claims edge.py counterexamples/edge_{name}.json" in result["message"]
        else:
            assert result["verdict"] == result["expected"], result


@pytest.mark.parametrize("name", thinned([*WRONG, "zero", "exists", "never"], 2, mark="long"))
def test_what_is_said_of_a_refutation_is_held_against_it(edge, name):
    result = run_claim(edge[name], 10, 0)
    if name in WRONG:
        assert (result.verdict, WRONG[name] in result.message) == ("error", True), result.message
    else:
        assert result.verdict == edge[name].expected


def test_the_corner_is_left_out_of_what_is_judged_away_from_it(edge):
    zero, root = edge["zero"], edge["root"]
    at, off = (zero.signature.decode({"x": x}, {}) for x in ("0", "1/3"))
    assert [zero.judge(x).outcome for x in (at, off)] == [Outcome.REFUTED, Outcome.CERTAIN]
    assert [zero.away.judge(x).outcome for x in (at, off)] == [Outcome.DISCARDED, Outcome.CERTAIN]
    one = root.signature.decode({"x": "1"}, {})  # log 1 is known to so many bits only: perhaps the corner
    assert (root.judge(one).outcome, root.away.judge(one).outcome) == (Outcome.REFUTED, Outcome.DISCARDED)
    assert (zero.away.digest, zero.away.source_file) == (zero.digest, zero.source_file)


def test_the_examples_away_from_the_corner_are_counted(edge):
    result = run_claim(edge["zero"], 30, 0)
    assert (result.verdict, result.certain) == (Verdict.REFUTED, result.examples)
    assert result.examples >= 30


@pytest.mark.long
def test_pytest_tests_what_is_said_of_a_refutation(edge, folder):
    command = [*warm(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "edge.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    failed = set(re.findall(r"^FAILED edge\.py::\w+\[edge/([\w:]+)\]", done.stdout, re.MULTILINE))
    away, by = (
        {f"{name}:away" for name in ("more", "unsaid", "whole", "raises")},
        {"assumed:universal", "missing:universal"},
    )
    uncertified = {claim.id.removeprefix("edge/") for claim in edge.values() if claim.expected is Verdict.REFUTED}
    assert failed == away | by | uncertified | {"unproved:proof"}, done.stdout


def test_show_and_run_say_by_what_it_is_refuted(edge, capsys):
    main(["run", "edge.py::test_exists"])
    capsys.readouterr()
    main(["keep", "edge.py::test_exists"])
    main(["show", "edge.py::test_exists"])
    assert "  refuted by edge/never, of which one instance is\n    x = 0" in capsys.readouterr().out
    main(["show", "edge.py::test_zero"])
    assert "  refuted at a corner alone: x = 0" in capsys.readouterr().out


@pytest.mark.parametrize("said", ["corner='x = 0'", "reading='x'", "universal='a/b'", "same_as='a/b'"])
def test_only_a_refuted_claim_can_say_how(said, capsys, folder):
    code = f"from verify import Scalar, claim, equal\n@claim('bad/a', 'x', {said})\ndef f(x: Scalar): equal(x, x)\n"
    (folder / "bad.py").write_text(code, encoding="utf-8")
    assert f"{said.partition('=')[0]} is said of a claim that is expected to be refuted, and" in refused(
        capsys, "run", "bad.py"
    )
