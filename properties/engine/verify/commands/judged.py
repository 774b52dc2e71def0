"""What a run makes of its results: the record of it, the exit status that is due, and what it was lacking."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from vae_verify.extras import Lacking
from vae_verify.start import FOLDERS
from verify.claims.entry import Verdict
from verify.commands import run
from verify.commands.main import main, parser
from verify.commands.run import judge, require_judged
from verify.errors import UsageError
from verify.registry.loading import load_file
from verify.running.record import Run
from verify.running.result import Result

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def judging(monkeypatch):
    """Return what a run is asked for; it says at once that each claim is what is expected of it, but for some."""
    asked = SimpleNamespace(calls=[], others={})

    def results(claims, *limits):
        asked.calls.append(([claim.id for claim in claims], *limits))
        for claim in claims:
            verdict = asked.others.get(claim.id, claim.expected)
            yield Result(claim.id, verdict, claim.expected, 9, 9, message="why")

    monkeypatch.setattr(run, "run_claims", results)
    return asked


def test_a_run_is_asked_for_what_was_typed_and_recorded_as_it_can_be_typed_again(judging, monkeypatch, capsys):
    monkeypatch.setattr(run, "now", lambda: "2030-01-01T00:00:00Z")
    FOLDERS.clear()
    typed = ["run", "own.py", "--max-examples", "7", "--seed", "3", "--jobs", "2", "--timeout", "5", "--memory", "2"]
    assert main([*typed, "--json", "it.json"]) == 0
    assert main([*typed, "--json", "-", "--slow"]) == 0
    some, every = ["own/square", "own/log", "own/symmetric"], ["own/symmetric.corrected"]
    assert judging.calls == [(some, 7, 3, 2, 5.0, 2.0), (some + every, 7, 3, 2, 5.0, 2.0)]
    record = json.loads(Path("it.json").read_text(encoding="utf-8"))
    assert {key: record[key] for key in ("version", "seed", "max_examples", "created", "command", "chosen")} == {
        "version": 1, "seed": 3, "max_examples": 7, "created": "2030-01-01T00:00:00Z", "chosen": 3,
        "command": "vae-verify run own.py --max-examples 7 --seed 3",
    }  # fmt: skip
    assert record["disagreements"] == []
    slow = capsys.readouterr().out.partition("\n{")[2]
    assert json.loads("{" + slow)["command"] == "vae-verify run own.py --max-examples 7 --seed 3 --slow"
    quoted = parser().parse_args(["run", "a file.py", "--slow"])
    assert judge([], quoted).command == "vae-verify run 'a file.py' --max-examples 100 --seed 0 --slow"


def test_the_folder_of_counterexamples_is_tidied_when_a_run_is_ended(judging):
    FOLDERS.clear()
    judge(load_file(Path("own.py")), parser().parse_args(["run"]))
    assert "counterexamples" in FOLDERS
    FOLDERS.clear()


@pytest.mark.parametrize(
    ("verdict", "status"), [(None, 0), (Verdict.REFUTED, 1), (Verdict.UNDECIDED, 1), (Verdict.ERROR, 1)]
)
def test_one_verdict_that_is_not_expected_makes_the_status_1(judging, verdict, status, capsys):
    if verdict:
        judging.others["own/log"] = verdict
    assert main(["run", "own.py"]) == status
    assert ("✗ own/log" in capsys.readouterr().out) == bool(status)


def test_what_claims_say_of_each_other_and_cannot_both_be_is_told_recorded_and_status_1(judging, monkeypatch, capsys):
    seen = []

    def disagreements(claims, verdicts):
        seen.append(([claim.id for claim in claims], verdicts))
        yield "own/log holds and implies own/square, which is refuted"

    monkeypatch.setattr(run, "disagreements", disagreements)
    assert main(["run", "own.py", "--json", "it.json"]) == 1
    ids = ["own/square", "own/log", "own/symmetric"]
    assert seen == [(ids, dict(zip(ids, [Verdict.HOLDS, Verdict.HOLDS, Verdict.REFUTED], strict=True)))]
    told = "own/log holds and implies own/square, which is refuted"
    out = capsys.readouterr().out
    assert f"\n✗ {told}: one of the two, or what is said of them, is wrong\n" in out
    assert "; 1 relation not as declared (seed 0, " in out.splitlines()[-1]
    assert json.loads(Path("it.json").read_text(encoding="utf-8"))["disagreements"] == [told]


def test_an_interruption_is_the_status_whatever_was_found_until_then(judging, monkeypatch, capsys):
    def until_then(claims, *_):
        yield Result(claims[0].id, Verdict.REFUTED, claims[0].expected, 1, 1, message="why")
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run_claims", until_then)
    assert main(["run", "own.py"]) == 130
    assert "interrupted after 1 of 3 claims: 1 refuted; 1 not as expected" in capsys.readouterr().out

    def unjudged(claims, *_):
        yield Result(claims[0].id, Verdict.ERROR, claims[0].expected, message=MEND)
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run_claims", unjudged)
    assert main(["run", "own.py"]) == 130


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_judged(judging, capsys):
    assert main(["run", "own.py", "--json", "no/where.json"]) == 2
    assert judging.calls == []
    assert main(["run", "nowhere.py"]) == 2
    assert judging.calls == []


MEND = "sympy not found: pip install 'vae-verify[proofs]'"


def recorded(*results):
    return Run(0, {result.id: result for result in results})


def result(id, verdict, message="", underived=""):
    return Result(id, verdict, Verdict.PROVED, message=message, underived=underived)


def test_a_claim_that_was_not_judged_for_want_of_a_package_is_refused_and_no_other_error_is():
    fine = result("a/fine", Verdict.HOLDS, MEND)
    require_judged(recorded(fine, result("a/wrong", Verdict.ERROR, "the claim raises ValueError")))
    with pytest.raises(UsageError) as refused:
        require_judged(recorded(fine, result("a/open", Verdict.ERROR, MEND)))
    assert str(refused.value) == f"a/open was not judged: {MEND}"


def test_proofs_that_were_not_derived_are_refused_with_what_brings_their_package(monkeypatch):
    asked = []
    monkeypatch.setattr(run, "require", lambda *of: asked.append(of))
    one, two = (result(f"a/{name}", Verdict.ERROR, MEND, "proofs") for name in ("one", "two"))
    other = result("a/other", Verdict.HOLDS, "not this", "train")
    for results in ((one,), (one, two, other)):
        with pytest.raises(UsageError) as refused:
            require_judged(recorded(result("a/fine", Verdict.PROVED), *results))
        assert str(refused.value) == f"a/one: {MEND}"
    assert asked == [("the proof of a/one", "proofs"), ("the proofs of 3 claims", "proofs", "train")]

    def lacking(*_):
        raise Lacking("sympy not found")

    monkeypatch.setattr(run, "require", lacking)
    with pytest.raises(Lacking):
        require_judged(recorded(one))


def test_a_status_says_it_where_a_proof_was_not_derived(judging, monkeypatch, capsys):
    def underived(claims, *_):
        yield result("own/square", Verdict.HOLDS, MEND, "proofs")

    monkeypatch.setattr(run, "run_claims", underived)
    monkeypatch.setattr(run, "require", lambda *_: None)
    assert main(["run", "own.py::test_square"]) == 2
    assert capsys.readouterr().err == f"vae-verify: own/square: {MEND}\n"
