"""Numbers on the command line, shares of a budget, and what a claim has of time and memory."""

import argparse
import os

import pytest

from verify.claims.entry import Verdict
from verify.commands import hunt as command
from verify.commands.console import integer, positive
from verify.commands.main import main
from verify.running import runner
from verify.running.result import Result
from verify.running.runner import run_claims
from verify.workers import supervision


def test_numbers_on_the_command_line_reach_their_bounds_and_no_further():
    assert [integer(0)("0"), integer(1, 3)("1"), integer(1, 3)("3"), positive("s")("1e-9")] == [0, 1, 3, 1e-9]
    for read, text in ((integer(0), "-1"), (integer(1, 3), "0"), (integer(1, 3), "4"), (positive("s"), "0"),
                       (positive("s"), "inf"), (positive("s"), "nan"), (integer(0), "1.0")):  # fmt: skip
        with pytest.raises(argparse.ArgumentTypeError):
            read(text)


def test_several_claims_share_the_budget_and_have_some_at_least():
    def shares(claims, budget):
        return [share for _, share in command._shares([None] * claims, argparse.Namespace(budget=budget))]

    assert shares(1, None) == [20.0]
    assert shares(1, 1.0) == [1.0]
    assert shares(4, 100.0) == [25.0] * 4
    assert shares(50, 100.0) == [4.0] * 50
    assert shares(3, 2.0) == [2.0] * 3


def test_a_claim_has_more_time_if_it_is_slow_or_has_more_examples(mixed, monkeypatch):
    seen = {}

    def supervised(work, tasks, jobs, patience, suspect):
        seen.update({task[0]: patience(task) for task in tasks})
        seen["suspect"] = [
            suspect(Result("a", verdict, verdict)) for verdict in (Verdict.HOLDS, Verdict.UNDECIDED, Verdict.ERROR)
        ] + [suspect(Result("a", Verdict.REFUTED, Verdict.HOLDS)), suspect(supervision.Lost("x", "", 0.0))]
        lacking = [
            Result("a", verdict, Verdict.PROVED, underived="proofs") for verdict in (Verdict.HOLDS, Verdict.ERROR)
        ]
        seen["suspect"] += map(suspect, lacking)
        return iter(())

    monkeypatch.setattr(runner, "supervised", supervised)
    claims = [mixed["true"], mixed["study"]]
    for examples, timeout, times in ((100, None, [120, 3600]), (10, None, [120, 3600]), (250, None, [300, 9000]),
                                     (250, 7.0, [7, 7])):  # fmt: skip
        assert list(run_claims(claims, examples, 0, 1, timeout)) == []
        assert [seen["mixed/true"], seen["mixed/study"]] == times
    assert seen["suspect"] == [False, False, True, True, True, False, False]


def test_what_is_lost_is_an_error_that_says_how_and_whether_more_time_would_help(mixed, monkeypatch):
    for late, how in ((False, "its process died"), (True, "it does not return")):
        lost = supervision.Lost(how, ", at (x = 1)", 3.0, late)
        monkeypatch.setattr(runner, "supervised", lambda _, tasks, *__, lost=lost: [(task, lost) for task in tasks])
        (result,) = run_claims([mixed["true"]], 5, 0)
        assert result.message == f"{how}, at (x = 1)" + ": add --timeout" * late
        assert (result.id, result.verdict, result.expected, result.seconds) == (
            "mixed/true", Verdict.ERROR, Verdict.HOLDS, 3.0
        )  # fmt: skip


def test_the_memory_of_a_study_is_not_limited_and_that_of_a_check_is(mixed, monkeypatch):
    limits = []
    monkeypatch.setattr(runner, "limit_memory", limits.append)
    for name in ("true", "study"):
        runner._run_elsewhere(mixed[name].id, None, 3, 0, 1.5)
    assert limits == [1.5, None]
    assert runner._check_elsewhere("mixed/wrong", None, "none.json", 2.5).startswith("none.json: ")
    assert limits == [1.5, None, 2.5]


def test_a_run_uses_all_processors_unless_it_is_told_otherwise(mixed, monkeypatch):
    asked = []
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    monkeypatch.setattr(runner, "supervised", lambda work, tasks, jobs, *_: asked.append(jobs) or iter(()))
    for arguments in ([], ["--jobs", "3"]):
        main(["run", "mixed/true", *arguments])
    assert asked == [7, 3]


@pytest.mark.parametrize("name", ["wrong", "false"])
def test_a_refutation_that_is_new_is_checked_in_a_new_process_be_it_expected_or_not(name, mixed, monkeypatch):
    def supervised(work, tasks, *_):
        for task in tasks:
            new = Result(task[0], Verdict.REFUTED, mixed[name].expected, certificate="new.json")
            yield task, "it is not so" if work is runner._check_elsewhere else new

    monkeypatch.setattr(runner, "supervised", supervised)
    (result,) = run_claims([mixed[name]], 5, 0)
    assert (result.verdict, result.message) == (
        "error", "a refutation was found, but its certificate new.json fails: in a new process: it is not so"
    )  # fmt: skip
