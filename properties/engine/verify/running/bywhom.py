"""What a universal claim refutes falls with that claim; what holds away from a corner may be proved there."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from verify.certificates import shelf
from verify.claims.entry import Verdict
from verify.judging.comparisons import equal, leq
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import corner
from verify.proving import show
from verify.running import runner
from verify.running.runner import run_claim


@pytest.fixture
def judged(mixed, monkeypatch):
    """Return a function that runs a claim whose kept certificate is valid."""

    def judge(claim):
        kept = SimpleNamespace(claim=claim, judgement=Judgement(Outcome.REFUTED, 64))
        monkeypatch.setattr(shelf, "kept", lambda claim: kept)
        return run_claim(claim, 10, 0)

    return judge


def no_less(x):
    leq(-x * x, 0)


def less(x):
    leq(2 - x * x, 0)


@pytest.mark.parametrize(
    ("body", "verdict", "message"),
    [(no_less, "refuted", ""), (less, "error", "by own/all: own/all (True) is refuted")],
)
def test_a_universal_claim_that_is_false_refutes_nothing_whatever_its_proof_shows(
    body, verdict, message, mixed, judged, monkeypatch
):
    every = replace(mixed["true"], id="own/all", expected=Verdict.PROVED, proof=lambda: show(True), body=body)
    monkeypatch.setattr(runner, "universal", lambda claim: every)
    result = judged(replace(mixed["wrong"], universal="own/all"))
    assert (result.verdict, result.message.partition("\n")[0]) == (verdict, message)


@pytest.mark.parametrize(("proof", "verdict"), [(lambda: show(True), "refuted"), (lambda: show(False), "error")])
def test_what_holds_away_from_its_corner_may_be_proved_there(proof, verdict, mixed, judged):
    def at_zero(x):
        corner(equal(x, 0))
        leq(x, x)

    result = judged(replace(mixed["wrong"], corner="x = 0", proof=proof, body=at_zero))
    assert result.verdict == verdict
    assert ("away from its corner (x = 0) it does not hold: error: the proof fails" in result.message) is (
        verdict == "error"
    )
