"""What goes wrong in a run, in its own process: each mishap is an error in one line, or ends the run, and is noted."""

import hashlib
import re
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis.errors import HypothesisException, Unsatisfiable

from verify.certificates import shelf
from verify.claims.entry import Entry, Kind, Verdict
from verify.judging.comparisons import leq
from verify.judging.judge import Judgement, Outcome
from verify.proving import show
from verify.registry.studies import Evidence
from verify.running import runner, watch
from verify.running.result import Result
from verify.running.runner import run_claim
from verify.running.watch import Watch
from verify.workers import interruption

NOTHING = "no example satisfies the premises: construct them instead of assuming them"
ANOTHER = "judged again at one instance it is another claim: its body draws, looks at a clock, or remembers"
MEMORY = "the claim needs more memory than it may have: add --memory"


def raising(error):
    """Return what raises an error, whatever it is called with."""

    def act(*_, **__):
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "message"),
    [(HypothesisException("first\nsecond"), "no example: first"), (Unsatisfiable(), NOTHING)],
)
def test_what_hypothesis_cannot_do_is_said_of_the_claim(error, message, mixed, monkeypatch):
    monkeypatch.setattr(runner, "attack", lambda *_: raising(error))
    result = run_claim(mixed["true"], 10, 0)
    assert (result.verdict, result.message, result.examples) == ("error", message, 0)


def test_a_claim_that_is_another_when_it_is_judged_again_is_an_error(mixed):
    calls = []

    def body(x):
        calls.append(x)
        leq(1 if len(calls) == 3 else 0, 0)

    result = run_claim(replace(mixed["true"], body=body), 10, 0)
    assert (result.verdict, result.message) == ("error", ANOTHER)


def test_memory_that_is_used_up_is_an_error_of_the_claim_wherever_that_happens(mixed, monkeypatch):
    monkeypatch.setattr(watch, "Judge", lambda claim: raising(MemoryError()))
    result = run_claim(mixed["true"], 10, 0)
    assert result.verdict == "error"
    assert re.fullmatch(re.escape(MEMORY) + r", at \(x = \S+\)", result.message)
    monkeypatch.undo()
    monkeypatch.setattr(runner, "_search", raising(MemoryError()))
    assert run_claim(mixed["true"], 10, 0).message == MEMORY


def test_memory_that_is_used_up_once_is_not_asked_for_again(mixed, monkeypatch):
    judged = []

    def judge(instance):
        judged.append(instance)
        raise MemoryError if len(judged) == 1 else AssertionError

    monkeypatch.setattr(watch, "Judge", lambda claim: judge)
    result = run_claim(mixed["true"], 10, 0)
    assert len(judged) == 1
    assert result.message.startswith(MEMORY)


@pytest.mark.parametrize("error", [LookupError("no"), SystemExit("no"), GeneratorExit("no")])
def test_what_a_body_raises_is_told_with_its_instance(error, mixed, monkeypatch):
    monkeypatch.setattr(watch, "Judge", lambda claim: raising(error))
    result = run_claim(mixed["true"], 10, 0)
    assert (result.verdict, result.examples) == ("error", 0)
    assert re.fullmatch(rf"the claim raises {type(error).__name__}.*: no, at \(x = \S+\)", result.message)


def test_a_counterexample_that_cannot_be_made_smaller_for_want_of_memory_stays_as_it_is(mixed, monkeypatch):
    monkeypatch.setattr(runner, "simplify", raising(watch.Exhausted()))
    result = run_claim(mixed["false"], 100, 0)
    assert result.verdict == "refuted"
    assert "x = 4" in result.message


def test_whoever_supervises_knows_at_what_a_counterexample_is_made_smaller(mixed, monkeypatch):
    noted = []
    monkeypatch.setattr(watch, "note", noted.append)

    def simplified(found, judge):
        noted.clear()
        judge(found.instance)
        noted.append("over")
        return found

    monkeypatch.setattr(runner, "simplify", simplified)
    assert run_claim(mixed["false"], 10, 0).verdict == "refuted"
    assert noted == [", at (x = 4)", "", "over"]


def test_a_claim_whose_refutation_nobody_keeps_is_told_so_though_it_holds(mixed):
    def body(x):
        leq(x, x)

    result = run_claim(replace(mixed["wrong"], body=body), 10, 0)
    assert (result.verdict, result.message) == ("holds", result.unkept)
    assert result.unkept.startswith("mixed/wrong: there is no certificate, ")


@pytest.mark.parametrize("expected", [*Verdict])
def test_a_claim_is_judged_whatever_is_expected_of_it(expected, mixed):
    result = run_claim(replace(mixed["true"], expected=expected), 10, 0)
    assert (result.verdict, result.examples) == ("holds", 10)
    assert result.as_expected is (expected is Verdict.HOLDS)


@pytest.mark.parametrize("name", ["true", "proved", "study"])
def test_an_interruption_is_no_verdict_wherever_it_comes(name, mixed, monkeypatch):
    entry = mixed["true" if name == "proved" else name]
    if name == "study":
        entry = replace(entry, study=lambda seed: interruption.check())
    if name == "proved":
        entry = replace(entry, proof=raising(interruption.Interrupted()))
    else:
        monkeypatch.setattr(interruption, "_requested", 0.0)
    with pytest.raises(interruption.Interrupted):
        run_claim(entry, 5, 0)


def test_an_entry_of_an_unknown_kind_is_an_error():
    entry = Entry(id="a/b", statement="", body=raising, label="", kind=Kind.IDENTITY, expected=Verdict.HOLDS)
    result = run_claim(entry, 10, 0)
    assert (result.verdict, "nothing is known of what judges Entry" in result.message) == ("error", True)


def test_whoever_supervises_knows_what_is_judged_and_that_it_is_over(mixed, monkeypatch):
    noted = []
    monkeypatch.setattr(watch, "note", noted.append)
    monkeypatch.setattr(runner, "note", noted.append)
    attacked = Watch(mixed["true"], Result("a", Verdict.ERROR, Verdict.HOLDS))
    instance = mixed["true"].signature.decode({"x": "1/3"}, {})
    attacked.judge(instance)
    assert (noted, attacked.at, attacked.trouble, attacked.met) == ([", at (x = 1/3)", ""], None, "", False)
    monkeypatch.setattr(attacked, "_judged", raising(LookupError()))
    with pytest.raises(LookupError):
        attacked.judge(instance)
    assert attacked.at is instance
    run_claim(replace(mixed["true"], proof=lambda: None), 1, 0)
    assert noted[-1] == ", in its proof"


def test_what_goes_wrong_beside_an_instance_names_none(mixed, monkeypatch):
    monkeypatch.setattr(runner, "attack", lambda *_: raising(LookupError("beside")))
    message = run_claim(mixed["true"], 10, 0).message
    assert message.startswith("the claim raises LookupError")
    assert message.endswith("beside")


def test_a_counterexample_for_which_there_is_no_place_is_told_all_the_same(mixed, monkeypatch):
    monkeypatch.setattr(watch, "somewhere", raising(OSError(28, "No space left on device")))
    result = run_claim(mixed["false"], 10, 0)
    assert result.verdict == "error"
    assert "mixed/false is false, at (x = 4), but that cannot be written: " in result.message
    assert "No space left on device" in result.message
    assert result.certificate is None


def test_each_claim_has_a_seed_of_its_own_made_of_that_of_the_run(mixed, monkeypatch):
    seeds = []
    monkeypatch.setattr(runner, "attack", lambda claim, observe, settings, seed, *_: lambda: seeds.append(seed))
    for name, seed in (("true", 7), ("other", 7), ("true", 8)):
        run_claim(mixed[name], 10, seed)
    texts = ("7:mixed/true", "7:mixed/other", "8:mixed/true")
    assert seeds == [int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) for text in texts]


def test_away_from_its_corner_a_claim_is_judged_from_its_seed_at_as_many_examples(mixed, monkeypatch):
    entry, asked = replace(mixed["wrong"], corner="x = 4"), []
    monkeypatch.setattr(shelf, "kept", lambda _: SimpleNamespace(claim=entry, judgement=Judgement(Outcome.REFUTED, 64)))
    monkeypatch.setattr(runner, "_search", lambda claim, watch, *how: asked.append((claim.expected, *how)))
    run_claim(entry, 12, 7)
    assert asked == [(Verdict.HOLDS, 12, 7)]


def test_a_kept_certificate_counts_as_one_example_and_says_at_how_many_bits(mixed, monkeypatch):
    for precision, bits in ((128, 128), (0, None)):
        kept = SimpleNamespace(claim=mixed["wrong"], judgement=Judgement(Outcome.REFUTED, precision))
        monkeypatch.setattr(shelf, "kept", lambda claim, kept=kept: kept)
        result = run_claim(mixed["wrong"], 10, 0)
        assert (result.verdict, result.examples, result.certain, result.bits) == ("refuted", 1, 1, bits)
        assert (result.indistinguishable, result.unkept, result.message) == (0, "", "")
        assert result.certificate == str(mixed["wrong"].certificate_file)


def test_what_is_judged_away_from_a_corner_is_added_to_what_is_kept(mixed, monkeypatch):
    entry = replace(mixed["wrong"], corner="x = 4")
    kept = SimpleNamespace(claim=entry, judgement=Judgement(Outcome.REFUTED, 64))
    close, certain = Judgement(Outcome.INDISTINGUISHABLE, 1024, 300), Judgement(Outcome.CERTAIN, 64)
    remaining = [close, close, certain]
    monkeypatch.setattr(shelf, "kept", lambda claim: kept)
    monkeypatch.setattr(
        watch, "Judge", lambda claim: lambda instance: remaining.pop(0) if len(remaining) > 1 else remaining[0]
    )
    with patch.object(type(entry), "away", replace(entry, corner=None, expected=Verdict.HOLDS)):
        result = run_claim(entry, 10, 0)
    assert (result.verdict, result.examples) == ("refuted", 10 + 1 + 1)  # with the @example, and what is kept
    assert (result.certain, result.indistinguishable) == (10, 2)


def test_what_is_false_away_from_its_corner_too_is_in_error_whatever_is_kept(mixed, monkeypatch):
    entry = replace(mixed["wrong"], corner="x = 4")
    kept = SimpleNamespace(claim=entry, judgement=Judgement(Outcome.REFUTED, 64))
    monkeypatch.setattr(shelf, "kept", lambda claim: kept)
    found = run_claim(entry, 10, 0)
    assert (found.verdict, found.expected, found.as_expected) == ("error", "refuted", False)
    assert found.message.startswith("away from its corner (x = 4) it does not hold: refuted: ")
    assert "x = 4" in found.message.rpartition("refuted: ")[2]


@pytest.mark.parametrize(
    ("proof", "verdict", "message"),
    [
        (lambda: show(True), "refuted", ""),
        (raising(AssertionError("1 ≠ 2")), "error", "by own/other: the proof fails: AssertionError: 1 ≠ 2"),
        (None, "error", "by own/other: the proof fails: own/other has no proof"),
    ],
)  # fmt: skip
def test_what_a_universal_claim_refutes_stands_with_its_proof(proof, verdict, message, mixed, monkeypatch):
    entry = replace(mixed["wrong"], universal="own/other")
    other = replace(mixed["true"], id="own/other", expected=Verdict.PROVED, proof=proof)
    kept = SimpleNamespace(claim=entry, judgement=Judgement(Outcome.REFUTED, 64))
    monkeypatch.setattr(shelf, "kept", lambda claim: kept)
    monkeypatch.setattr(runner, "universal", lambda claim: other)
    found = run_claim(entry, 10, 0)
    assert (found.verdict, found.message, found.examples, found.underived) == (verdict, message, 1, "")


def test_a_run_takes_the_time_that_it_takes(mixed, monkeypatch):
    times = iter((5.0, 7.5))
    monkeypatch.setattr(runner.time, "perf_counter", lambda: next(times, 7.5))
    monkeypatch.setattr(runner, "_gather", lambda *_: None)
    assert run_claim(mixed["true"], 1, 0).seconds == 2.5


def test_what_a_study_leaves_open_is_neither_certain_nor_against_it(mixed):
    result = run_claim(replace(mixed["study"], study=lambda seed: Evidence(10, 3, 2, "seen")), 1, 0)
    assert (result.verdict, result.examples, result.certain) == ("contradicted", 10, 3)
    assert result.indistinguishable == 5
