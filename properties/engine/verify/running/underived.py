"""A proof that lacks a package of an extra is not derived: nothing is called proved, and the examples decide."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from verify.certificates import shelf
from verify.claims.entry import Verdict
from verify.commands.run import require_judged
from verify.errors import UsageError
from verify.judging.judge import Judgement, Outcome
from verify.proving import show
from verify.running import runner, watch
from verify.running.record import Run
from verify.running.result import Result
from verify.running.runner import run_claim

AGREEMENT = 128

ERROR = ModuleNotFoundError("No module named 'sympy'", name="sympy.core")
NEWS = "its proof was not derived: No module named 'sympy': pip install 'vae-verify[proofs]'"


def lacking():
    show(True)
    raise ERROR


def of(claim, proof=lacking):
    return run_claim(replace(claim, proof=proof, expected=Verdict.PROVED), 10, 0)


def test_such_a_claim_holds_as_its_examples_say_and_is_not_proved(mixed):
    result = of(mixed["true"])
    assert (result.verdict, result.underived, result.message) == ("holds", "proofs", NEWS)
    assert (result.examples, result.certain, result.as_expected) == (10, 10, False)
    assert "underived" not in result.json()
    assert result.json()["message"] == NEWS


def test_a_counterexample_refutes_it_all_the_same(mixed):
    result = of(mixed["false"])
    assert (result.verdict, result.underived) == ("refuted", "")


@pytest.mark.parametrize("error", [ModuleNotFoundError("No module named 'mine'", name="mine"), ImportError("sympy")])
def test_what_no_extra_brings_is_a_proof_that_fails(error, mixed):
    def proof():
        raise error

    result = of(mixed["true"], proof)
    assert (result.verdict, result.underived) == ("error", "")
    assert result.message == f"the proof fails: {type(error).__name__}: {error}"


@pytest.mark.parametrize("outcome", [Outcome.UNDECIDED, Outcome.INDISTINGUISHABLE])
def test_sides_that_only_a_proof_tells_apart_are_undecided_without_it(outcome, mixed, monkeypatch):
    found = Judgement(outcome, 1024, AGREEMENT)

    def judging(claim):
        judgements = iter([Judgement(Outcome.CERTAIN, 64)])
        return lambda instance: next(judgements, found)

    monkeypatch.setattr(watch, "Judge", judging)
    assert of(mixed["true"], lambda: show(True)).verdict == "proved"
    result = of(mixed["true"])
    open_ = outcome is Outcome.UNDECIDED
    assert result.verdict == ("undecided" if open_ else "holds")
    assert result.message.startswith(NEWS)
    assert ("; 9 examples are undecided: " in result.message) is open_


@pytest.mark.parametrize(
    ("proof", "verdict", "said"),
    [
        (lambda: show(True), "undecided", "10 examples are undecided: "),
        (lambda: show(False), "error", "the proof fails: "),
        (lacking, "undecided", f"{NEWS}; 10 examples are undecided: "),
    ],
)
def test_no_proof_speaks_alone_against_sides_that_agree_at_every_example(proof, verdict, said, mixed, monkeypatch):
    found = Judgement(Outcome.UNDECIDED, 1024, AGREEMENT)
    monkeypatch.setattr(watch, "Judge", lambda claim: lambda instance: found)
    result = of(mixed["true"], proof)
    assert (result.verdict, result.message.startswith(said)) == (verdict, True)


def test_what_a_universal_claim_refutes_is_in_error_where_that_is_not_derived(mixed, monkeypatch):
    wrong = replace(mixed["wrong"], universal="mixed/true")
    kept = SimpleNamespace(claim=wrong, judgement=Judgement(Outcome.REFUTED, 64))
    monkeypatch.setattr(shelf, "kept", lambda claim: kept)
    monkeypatch.setattr(runner, "universal", lambda claim: replace(mixed["true"], proof=lacking))
    result = run_claim(wrong, 10, 0)
    assert (result.verdict, result.underived, result.message) == ("error", "proofs", f"by mixed/true: {NEWS}")
    monkeypatch.setattr(runner, "universal", lambda claim: replace(mixed["true"], proof=lambda: show(True)))
    assert (run_claim(wrong, 10, 0).verdict, run_claim(wrong, 10, 0).underived) == ("refuted", "")


def underived(name, verdict=Verdict.HOLDS):
    return Result(f"a/{name}", verdict, Verdict.PROVED, message=NEWS, underived="proofs")


@pytest.mark.parametrize(("names", "whose"), [("x", "the proof of a/x"), ("xyz", "the proofs of 3 claims")])
def test_one_line_says_what_to_install_for_all_of_them(names, whose, monkeypatch):
    run = Run(0, {f"a/{name}": underived(name) for name in names})
    with pytest.raises(UsageError, match=f"a/{names[0]}: its proof was not derived"):  # whatever has become of it here
        require_judged(run)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError) as error:
        require_judged(run)
    assert str(error.value) == f"sympy not found for {whose}: pip install 'vae-verify[proofs]'"


def test_a_claim_that_was_judged_nowhere_is_told_first():
    unjudged = Result(
        "a/flow", Verdict.ERROR, Verdict.HOLDS, message="No module named 'numba': pip install 'vae-verify[flow]'"
    )
    run = Run(0, {"a/x": underived("x", Verdict.ERROR), "a/flow": unjudged})
    with pytest.raises(UsageError, match="a/flow was not judged: No module named 'numba'"):
        require_judged(run)
    require_judged(Run(0, {"a/x": Result("a/x", Verdict.ERROR, Verdict.PROVED, message="the proof fails")}))
