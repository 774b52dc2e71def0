"""What a run or a hunt has judged is counted and added up by its outcome, and the worst decides."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from hypothesis import Phase

from verify.certificates.shelf import load
from verify.claims.entry import Verdict
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.portfolio import Move
from verify.hunt.report import overall_verdict, verdict
from verify.hunt.search import Hunt
from verify.hunt.tasks import Task, run_task
from verify.judging.judge import OPEN, Judgement, Outcome
from verify.judging.vacuous import Implied
from verify.proving import show
from verify.running import runner
from verify.running.result import Result
from verify.running.runner import run_claim, search_settings
from verify.running.watch import Watch


def judged(claim, *judgements, rounds=0):
    """Let a claim be judged in this way, the last judgement again and again, in so many further rounds at most."""
    remaining = list(judgements)

    def judge(claim):
        return lambda instance: remaining.pop(0) if len(remaining) > 1 else remaining[0]

    with patch("verify.running.watch.Judge", judge), patch("verify.claims.attack.ROUNDS", rounds):
        return run_claim(claim, 10, 0)


def lines(*numbers):
    return frozenset(("claims.py", number, ()) for number in numbers)


BLOCKS = [bytes([k] * 64) for k in range(256)]
CERTAIN, LOOSE = Judgement(Outcome.CERTAIN, 64), Judgement(Outcome.UNDECIDED, 1024, 100)
CLOSE, CLOSER = Judgement(Outcome.INDISTINGUISHABLE, 1024, 300), Judgement(Outcome.INDISTINGUISHABLE, 1024, 900)


def test_examples_are_counted_by_their_outcome(mixed):
    for order in ((CLOSE, CLOSER, CERTAIN), (CLOSER, CLOSE, CERTAIN), (CLOSER, CERTAIN, CLOSE, CERTAIN)):
        result = judged(mixed["true"], *order)
        assert (result.verdict, result.examples, result.indistinguishable, result.bits) == ("holds", 10, 2, 300)
        assert result.certain == 8


def test_a_proof_proves_nothing_that_its_examples_leave_open(mixed):
    tried = []
    claim = replace(mixed["true"], proof=lambda: tried.append(show(True)), expected=Verdict.PROVED)
    for judgement, expected in (
        (LOOSE, "undecided"), (Judgement(Outcome.UNDECIDED, 1024, 0), "undecided"),
        (Judgement(Outcome.DISCARDED, 64), "error"), (Judgement(Outcome.CERTAIN, 64, vacuous=True), "error"),
        (Judgement(Outcome.CERTAIN, 64, implied=Implied(lines(3))), "error"),
    ):  # fmt: skip
        assert (judged(claim, judgement).verdict, tried) == (expected, [])
    assert (judged(claim, CERTAIN).verdict, len(tried)) == ("proved", 1)


def test_a_counterexample_is_written_down_the_moment_that_it_is_judged(mixed):
    claim, result = mixed["false"], Result("mixed/false", Verdict.ERROR, Verdict.HOLDS)
    instance = next(one for one in map(claim.signature.draw, BLOCKS) if claim.judge(one).outcome is Outcome.REFUTED)
    Watch(claim, result).observe(instance, claim.judge(instance))
    assert load(Path(result.certificate), claim).instance.encode() == instance.encode()


def test_what_is_true_of_a_false_premise_counts_as_nothing_unless_another_example_meets_it(mixed):
    vacuous = Judgement(Outcome.CERTAIN, 64, vacuous=True)
    result = judged(mixed["true"], vacuous)
    assert (result.verdict, result.examples) == ("error", 10)
    assert result.message.startswith("no example satisfies the premise of implies")
    for met in (CERTAIN, CLOSE):
        for order in ((met, vacuous), (vacuous, vacuous, met)):
            assert judged(mixed["true"], *order).verdict == "holds"


def test_what_follows_from_a_premise_that_no_example_meets_is_not_judged_whatever_else_is(mixed):
    first, both, met = (
        Judgement(Outcome.CERTAIN, 64, implied=Implied(lines(*called), lines(*met)))
        for called, met in (([7], []), ([7, 12], []), ([7, 12], [7]))
    )
    for order, line in (
        ((first,), 7), ((both, both), 7), ((both, first, both), 7), ((first, CERTAIN), 7), ((CERTAIN, both), 7),
        ((met, first), 12), ((both, met, CERTAIN), 12),
    ):  # fmt: skip
        result = judged(mixed["true"], *order)
        assert (result.verdict, result.examples) == ("error", 10)
        assert result.message.startswith(
            f"no example satisfies the premise of implies on line {line} of claims.py, so that nothing "
        )
    other = Judgement(Outcome.CERTAIN, 64, implied=Implied(lines(12), lines(12)))
    for order in ((first, met, other), (other, both, met), (met, CERTAIN, other)):
        assert judged(mixed["true"], *order).verdict == "holds"


def test_what_a_premise_discards_and_what_nobody_comes_to_is_no_verdict(mixed):
    discarded = Judgement(Outcome.DISCARDED, 64, implied=Implied(assumed=lines(3)))
    passing = Judgement(Outcome.CERTAIN, 64, implied=Implied(assumed=lines(3), passed=lines(3)))
    result = judged(mixed["true"], discarded, CERTAIN)
    assert result.verdict == "error"
    assert result.message.startswith("no example satisfies the premise of assume on line 3 of claims.py, so ")
    assert judged(mixed["true"], discarded, passing, CERTAIN).verdict == "holds"
    elsewhere = Judgement(Outcome.CERTAIN, 64, implied=Implied(made=frozenset({("claims.py", 999, 999, 0, 1)})))
    result = judged(mixed["true"], elsewhere)
    assert result.verdict == "error"
    assert result.message.startswith("no example comes to the statement on line ")


def test_more_is_drawn_while_no_example_comes_to_what_is_stated_and_no_more_than_that(mixed):
    vacuous = Judgement(Outcome.CERTAIN, 64, vacuous=True)
    for rare, examples in ((9, 10), (10, 20), (29, 30)):
        result = judged(mixed["true"], *[vacuous] * rare, CERTAIN, rounds=2)
        assert (result.verdict, result.examples) == ("holds", examples), rare
    result = judged(mixed["true"], *[vacuous] * 30, CERTAIN, rounds=2)
    assert (result.verdict, result.examples) == ("error", 30)
    result = judged(mixed["true"], *[vacuous] * 12, LOOSE, rounds=2)
    assert (result.verdict, result.examples) == ("undecided", 20)


def test_further_rounds_draw_others_find_what_is_false_and_end_with_a_trouble(mixed):
    vacuous = Judgement(Outcome.CERTAIN, 64, vacuous=True)
    seen = []

    def run(after, then):
        def judge(instance):
            seen.append(repr(instance))
            return vacuous if len(seen) <= after else then(instance)

        seen.clear()
        with patch("verify.running.watch.Judge", lambda claim: judge):
            return run_claim(mixed["false"], 10, 0)

    assert run(10**6, len).verdict == "error"
    assert len({tuple(seen[start : start + 10]) for start in range(0, 100, 10)}) == 10
    found = run(14, lambda one: mixed["false"].judge(one) if mixed["false"].judge(one).false else vacuous)
    assert found.verdict == "refuted"
    result = run(14, lambda instance: 1 / 0)
    assert (result.verdict, result.examples) == ("error", 14)
    assert "ZeroDivisionError" in result.message
    assert [Phase.explicit in search_settings(10, again).phases for again in (True, False)] == [True, False]
    assert search_settings(10, explicit=False).phases == (Phase.generate, Phase.shrink)


def test_one_undecided_example_leaves_the_claim_undecided(mixed):
    for order in ((LOOSE, CERTAIN), (CERTAIN, LOOSE, CERTAIN), (CLOSE, LOOSE, CLOSER)):
        result = judged(mixed["true"], *order)
        assert (result.verdict, result.examples) == ("undecided", 10)
        assert result.message.startswith(f"1 example is undecided: {OPEN}, at (x = ")


def test_of_several_undecided_examples_the_first_is_named(mixed):
    seen = []

    def judge(instance):
        seen.append(repr(instance))
        return CERTAIN if len(seen) < 4 else LOOSE

    with patch("verify.running.watch.Judge", lambda claim: judge):
        result = run_claim(mixed["true"], 10, 0)
    assert seen[3] not in seen[-2:]
    assert result.message.startswith("7 examples are undecided: ")
    assert result.message.endswith(f", the first, at {seen[3]}")


def test_findings_are_added_up(mixed):
    hunt = Hunt(mixed["true"], 0, 1.0)
    kinds = ("general", "zero", "general", "diagonal", "scalar")
    near = [Nearest(margin, {}, {}, kind) for margin, kind in zip((0.5, 0.25, 0.25, 0.25, 0.75), kinds, strict=True)]
    for k, nearest in enumerate(near):
        hunt.add(
            Findings(
                "bulk", instances=10 + k, looked=20 + k, alarms=1 + k, batched=k != 1, patterns=[(1,), (k,)],
                best={(1,): 3.0 - k, (2,): 1.0 + k}, nearest=nearest, errors=["a, at (x = 1)", f"b{k}"],
                kinds={"zero": 2 + k, kinds[k]: 5}, sizes={1: 3, 2 + k: 1}, confirmed=k == 1, met=k == 2,
                implied=Implied(lines(3, k), lines(1 + k)),
            )
        )  # fmt: skip
    total = hunt.total
    assert (total.instances, total.looked, total.alarms, total.batched) == (60, 110, 15, False)
    assert total.patterns == [(1,), (0,), (2,), (3,), (4,)]
    assert total.best == {(1,): -1.0, (2,): 1.0}
    assert total.nearest is near[2]  # of the same margin the first that is not trivial
    assert total.errors == ["a, at (x = 1)", "b0", "b1", "b2", "b3", "b4"]
    assert total.kinds == {"zero": 2 + 5 + 4 + 5 + 6, "general": 10, "diagonal": 5, "scalar": 5}
    assert total.sizes == {1: 15, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1}
    assert total.confirmed
    assert total.met
    assert (total.implied.called, total.implied.met) == (lines(0, 1, 2, 3, 4), lines(1, 2, 3, 4, 5))
    assert hunt.strategies == ["bulk"]


def test_a_hunt_that_has_seen_an_error_does_not_call_its_claim_safe(mixed):
    hunt = Hunt(mixed["true"], 0, 1.0)
    verdicts = [verdict(hunt)]
    hunt.total.instances, hunt.total.decided, hunt.total.met = 1000, 1, True
    verdicts.append(verdict(hunt))
    hunt.total.errors = ["one"]
    verdicts.append(verdict(hunt))
    hunt.total.certificate = {}
    assert [*verdicts, verdict(hunt)] == ["error", "survived", "error", "refuted"]


def test_the_worst_of_several_verdicts_is_theirs_together(mixed):
    def hunted(*names):
        hunts = []
        for name in names:
            hunts.append(Hunt(mixed["true"], 0, 1.0))
            hunts[-1].total.instances = hunts[-1].total.decided = hunts[-1].total.met = name != "error"
            hunts[-1].total.certificate = {} if name == "refuted" else None
        return overall_verdict(hunts)

    assert hunted("survived", "survived") == "survived"
    assert hunted("survived", "refuted") == hunted("refuted", "survived") == "refuted"
    assert hunted("refuted", "error", "survived") == hunted("error", "refuted") == "error"


def test_candidates_that_are_true_after_all_are_counted_as_alarms(mixed):
    with patch("verify.hunt.examiner.Judge", lambda claim: lambda instance: CERTAIN):
        found = run_task(mixed["false"], Task(0, Move("bulk", ((),)), 0, 600.0, 600.0), None)
    assert found.certificate is None
    assert found.alarms > 0


def test_what_is_judged_away_from_a_corner_is_added_to_what_was_judged_before(monkeypatch):
    def gather(entry, away, *_):
        away.verdict, away.examples, away.certain, away.indistinguishable = Verdict.HOLDS, 10, 6, 4

    monkeypatch.setattr(runner, "_gather", gather)
    result = Result("a/b", Verdict.REFUTED, Verdict.REFUTED, 5, 3, 2)
    runner._qualify(SimpleNamespace(universal=None, corner="x = 0", id="a/b", away=None), result, 10, 0)
    assert (result.examples, result.certain, result.indistinguishable) == (15, 9, 6)
