"""What nobody said: statements that are lost, proofs and conclusions of nothing."""

import json
import os
import subprocess

import numpy as np
import pytest

from properties.engine.helpers.commands import run
from properties.engine.helpers.slow import but, thinned
from properties.engine.helpers.warm import warm
from properties.koehler2022.trajectories.bounds import Range, judged
from properties.koehler2022.trajectories.lemma_6 import equivariance
from verify import Scalar, claim, less, plugin
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError
from verify.registry.loading import load_file
from verify.replicate import Conclusion, Setting, every, experiment

SWALLOWS = """
import os
from reference.arithmetic import exp, log
from verify import NonNegative, Scalar, Vector, assume, claim, equal, leq, less

limit = [2**30]

@claim("swallowed/premise", "0 < x")
def test_premise(x: NonNegative):
    try:
        assume(less(0, x))
    except Exception:
        pass
    less(0, x)

@claim("swallowed/shapes", "x = x")
def test_shapes(v: Vector["d+1"], w: Vector["d+2"]):
    try:
        equal(v, w)
    except Exception:
        pass
    equal(v, v)

@claim("swallowed/value", "x = x")
def test_value(x: NonNegative):
    try:
        leq(log(x), x)
    except BaseException:
        pass
    equal(exp(x), exp(x))

@claim("swallowed/forks", "x = x")
def test_forks(x: Scalar):
    if x.item() == 1:  # which is drawn first
        os.fork()
    equal(x, x)

@claim("swallowed/spoils", "x = x")
def test_spoils(x: Scalar):
    limit[0] = -2**30
    equal(x, x)

@claim("swallowed/spoilt", "x ≤ 2³⁰")
def test_spoilt(x: Scalar):
    leq(x, limit[0])
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_no_statement_is_lost_and_no_claim_is_spoilt_by_another(folder, capsys, jobs):
    (folder / "swallows.py").write_text(SWALLOWS, encoding="utf-8")
    status, report, _ = run(capsys, "swallows.py", "--jobs", jobs)
    results = {result["id"].removeprefix("swallowed/"): result for result in report["claims"]}
    assert status == 1
    assert {name: result["verdict"] for name, result in results.items()} == {
        "premise": "holds", "shapes": "error", "value": "error", "forks": "holds", "spoils": "holds", "spoilt": "holds",
    }  # fmt: skip
    assert "do not fit" in results["shapes"]["message"]
    assert "the left side of ≤ is not finite" in results["value"]["message"]


def test_a_premise_that_a_body_catches_still_discards(folder):
    (folder / "swallows.py").write_text(SWALLOWS, encoding="utf-8")
    premise = load_file(folder / "swallows.py")[0]
    assert premise.judge(premise.signature.decode({"x": "0"}, {})).outcome is Outcome.DISCARDED
    assert premise.judge(premise.signature.decode({"x": "1"}, {})).outcome is Outcome.CERTAIN


def generates():
    yield
    raise AssertionError


@pytest.mark.parametrize("proof", [lambda: False, lambda: True, generates])
def test_a_proof_that_returns_something_has_proved_nothing(proof, registry):
    @claim("mine/proved", "x < x + 1", proof=proof, expected="proved")
    def test(x: Scalar):
        less(x, x + 1)

    with pytest.raises(ClaimError, match="a proof shows what it derives, and returns nothing"):
        registry["mine/proved"].prove()


def test_a_claim_that_is_expected_to_be_proved_fails_without_a_proof(folder):
    text = "from verify import *\n@claim('mine/bare', 'x', expected='proved')\ndef test_a(x: Scalar): less(x, x + 1)\n"
    (folder / "bare.py").write_text(text, encoding="utf-8")
    assert main(["run", "bare.py", "--max-examples", "3"]) == 1
    (bare,) = load_file(folder / "bare.py")
    (prove,) = (test for _, name, test in plugin._tests(bare, bare.body) if name == ":proof")
    with pytest.raises(ClaimError, match="mine/bare has no proof"):
        prove()


@pytest.mark.parametrize(
    ("arguments", "written"),
    thinned(
        [(["run", "own.py", "--json", "found.json", "--max-examples", "3"], True), (["claims"], False)], 2, mark="long"
    ),
)
def test_a_reader_who_has_gone_is_no_good_end(folder, arguments, written):
    """What was not read may have been a finding; 141 is the status of programs that SIGPIPE ends, 1 that of rich's."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        command = [*warm(), "-m", "verify", *arguments]
        done = subprocess.run(command, cwd=folder, stdout=stream, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode in (1, 141), done.stderr) == (True, "")
    assert (folder / "found.json").exists() is written
    if written:
        assert json.loads((folder / "found.json").read_text())["claims"]


WANDERS = """
import os, subprocess, threading, time
from verify import Scalar, claim, leq

os.chdir("/")

@claim("wanders/away", "x ≤ 2²¹")
def test_away(x: Scalar):
    os.chdir("/")
    leq(x, 2**21)

@claim("wanders/false", "x ≤ 1")
def test_false(x: Scalar):
    os.chdir("/")
    leq(x, 1)

@claim("wanders/leaves", "x ≤ 2²¹")
def test_leaves(x: Scalar):
    os.write(1, b"noise")
    subprocess.run(["echo", "noise"])
    threading.Thread(target=time.sleep, args=(1000,)).start()
    leq(x, 2**21)
"""


def test_a_claim_that_changes_the_folder_moves_no_file(folder):
    (folder / "wanders.py").write_text(WANDERS, encoding="utf-8")
    assert main(["run", "wanders.py::test_away", "wanders.py::test_false", "--json", "f.json"]) == 1
    away, false = json.loads((folder / "f.json").read_text())["claims"]
    assert (away["verdict"], false["certificate"]) == ("holds", "counterexamples/wanders_false.json")
    assert main(["check", "--claims", "wanders.py", false["certificate"]]) == 0


@pytest.mark.parametrize("jobs", but(["1", "2"], "2", mark="long"))
def test_a_hunt_ends_though_a_body_leaves_threads_and_reports_nothing_that_it_prints(folder, jobs):
    (folder / "wanders.py").write_text(WANDERS, encoding="utf-8")
    command = [*warm(), "-m", "verify", "hunt", "wanders.py::test_leaves", "--budget", "0.1", "--jobs", jobs]
    done = subprocess.run([*command, "--json", "-"], cwd=folder, stdout=subprocess.PIPE, timeout=300, check=False)
    assert json.loads(done.stdout)["target"] == "wanders.py::test_leaves"
    assert done.returncode in (0, 1)


# --- studies and experiments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", [np.nan, np.inf])
def test_what_is_not_known_is_no_example(unknown):
    one, error = np.ones(3), np.array([0.1, unknown, 0.1])
    evidence = judged(Range.around(one, error), Range.around(3 * one, 0.1))
    assert (evidence.examples, evidence.certain, evidence.violations) == (2, 2, 0)


@pytest.mark.parametrize("unknown", [np.nan, np.inf])
def test_flows_whose_errors_are_not_known_are_not_equal(unknown, monkeypatch):
    class Found:
        At = Bt = np.ones((4, 2, 2))
        error = np.array([1e-3, unknown, 1e-3, 1e-3])

    place = "properties.koehler2022.trajectories.lemma_6.distance"
    monkeypatch.setattr(place, lambda U, one, other: np.array([0, 0, 0, 1.0]))
    evidence = equivariance([(None, Found, Found)])
    assert (evidence.examples, evidence.violations) == (3, 1)


@pytest.mark.parametrize(
    ("second", "verdict"), [(None, "undecided"), (True, "measured"), (np.bool_(False), "contradicted")]
)
def test_a_conclusion_of_which_nothing_was_judged_is_not_measured(second, verdict, monkeypatch):
    stated = [Conclusion("first", lambda rows: True), Conclusion("second", lambda rows: second)]
    test = experiment(
        "mine/two", "x", steps=10, reduced=10, settings=[Setting("one", {})], stated=stated
    )(lambda settings, seed, device: None)  # fmt: skip
    entry: Claim = test.vae_verify_claim
    monkeypatch.setattr("verify.replicate.coordinator.replicate", lambda *_: type("Found", (), {"rows": []}))
    assert entry.verdict(entry.study(0)) is Verdict(verdict)


def test_nothing_and_nan_meet_no_conclusion():
    assert Conclusion("none", lambda rows: every([])).judge([]) is None
    with pytest.raises(ClaimError, match="'nan': what says whether it is met gives nan, not True, False or None"):
        Conclusion("nan", lambda rows: float("nan")).judge([])
