"""Each count, bound, seed and exit status of run and hunt, by a property that its opposite does not have."""

import argparse
import json
from concurrent.futures import Executor, Future

import pytest

from properties.engine.verify.commands.contracts import folder, run
from verify.certificates.checker import Invalid
from verify.certificates.pool import VARIABLE
from verify.commands import hunt as command
from verify.commands.console import integer, positive
from verify.commands.main import main
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.portfolio import Step
from verify.hunt.report import as_expected, outcome, verdict
from verify.hunt.search import Hunt, search
from verify.hunt.tasks import Unit, run_unit
from verify.judging.judge import Judgement, Outcome
from verify.registry.declare import Verdict
from verify.registry.loading import load_file
from verify.running import runner
from verify.running.runner import Result, run_claim, run_claims
from verify.workers import supervision
from verify.workers.processes import Workers

__all__ = ["folder"]  # the fixture that works in a folder with a file of claims

MIXED = """
from pathlib import Path
from hypothesis import example
from verify import Scalar, claim, equal, leq
from verify.registry.studies import Evidence, simulated

@claim("mixed/true", "x = x")
def test_true(x: Scalar):
    with Path("seen").open("a") as file:
        print(x, file=file)
    equal(x, x)

@claim("mixed/other", "x = x")
def test_other(x: Scalar):
    with Path("seen-too").open("a") as file:
        print(x, file=file)
    equal(x, x)

@claim("mixed/false", "x ≤ 3")
@example(x=4)
def test_false(x: Scalar):
    leq(x, 3)

@claim("mixed/wrong", "x ≤ 3", expected="refuted")
@example(x=4)
def test_wrong(x: Scalar):
    leq(x, 3)

@claim("mixed/loose", "3xy ≤ 2(x² + y²)")
def test_loose(x: Scalar, y: Scalar):
    leq(3 * x * y, 2 * (x * x + y * y))

@simulated("mixed/study", "x")
def test_study(seed):
    return Evidence(1, 1, 0, f"from seed {seed}")
"""


@pytest.fixture
def mixed(folder, monkeypatch):
    """Return the claims of a file, by name."""
    monkeypatch.setenv(VARIABLE, str(folder / "examples"))
    (folder / "mixed.py").write_text(MIXED, encoding="utf-8")
    return {claim.body.__name__.removeprefix("test_"): claim for claim in load_file(folder / "mixed.py")}


# --- exit statuses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "status"),
    [(["true"], 0), (["true", "wrong"], 0), (["true", "false"], 1), (["false", "true"], 1), (["false"], 1)],
)
def test_one_verdict_that_is_not_expected_is_enough(names, status, mixed, capsys):
    targets = [f"mixed.py::test_{name}" for name in names]
    assert run(capsys, *targets)[0] == status
    hunts = [Hunt(mixed[name], 0, 1.0) for name in names]
    for hunt in hunts:
        hunt.total.instances = hunt.total.decided = 1
        hunt.total.certificate = {"claim": hunt.claim.id} if hunt.claim.id != "mixed/true" else None
    assert (not all(as_expected(hunt) for hunt in hunts)) == bool(status)


def test_a_hunt_of_several_claims_has_the_status_of_the_worst(mixed, capsys, monkeypatch):
    def found(hunt, *_):
        hunt.total.instances = hunt.total.decided = 1

    monkeypatch.setattr(command, "search", found)
    for target, status in (("mixed/[tf]*", 0), ("mixed/[tfw]*", 1), ("mixed/wrong", 1)):  # the wrong one survives
        assert main(["hunt", target, "--json", "-"]) == status
    assert main(["run", "mixed/*"]) == 1


def test_certificates_have_the_status_of_the_worst(mixed, capsys, folder):
    main(["run", "mixed.py::test_wrong"])
    kept = "counterexamples/mixed_wrong.json"
    edited = (folder / kept).read_text().replace('"64', '"65').replace('"format": 1', '"format": 1 ')
    data = json.loads(edited) | {"seal": "no"}
    (folder / "invalid.json").write_text(json.dumps(data))
    (folder / "malformed.json").write_text("{")
    own = ["check", "--claims", "mixed.py"]
    for files, status in (
        ([kept], 0), ([kept, "invalid.json"], 1), (["invalid.json", kept], 1), (["malformed.json", kept], 2),
        ([kept, "malformed.json", "invalid.json"], 2),
    ):  # fmt: skip
        assert main([*own, *files]) == status


# --- seeds ----------------------------------------------------------------------------------------------------------


def test_another_seed_draws_other_instances_and_so_does_another_claim(mixed, folder):
    def seen(seed, name="true", file="seen"):
        (folder / file).unlink(missing_ok=True)
        assert run_claim(mixed[name], 20, seed).examples == 20
        return (folder / file).read_text()

    assert seen(0) == seen(0) != seen(1)
    assert seen(0) != seen(0, "other", "seen-too")


def test_the_seed_reaches_every_claim_and_study(mixed, folder, capsys):
    texts = []
    for seed in ("5", "6", "5"):
        (folder / "seen").unlink(missing_ok=True)
        _, report, _ = run(capsys, "mixed.py::test_true", "mixed.py::test_study", "--seed", seed)
        assert report["claims"][1]["message"] == f"from seed {seed}"
        texts.append((folder / "seen").read_text())
    assert texts[0] == texts[2] != texts[1]


class Recorder(Executor):
    """Notes the units that it is given; each finds nothing, and says that the claim is at fault."""

    def __init__(self):
        self.units = []

    def submit(self, function, id, source, unit, directory):
        """Take a unit."""
        self.units.append(unit)
        future = Future()
        future.set_result(Findings(unit.step.strategy, errors=["enough"] * (len(self.units) > 4), instances=1))
        return future


def test_a_hunt_gives_its_seed_to_every_unit(mixed, monkeypatch):
    recorder = Recorder()
    search(Hunt(mixed["true"], 7, 0.5), Workers(lambda: recorder), 1, None)
    assert len(recorder.units) > 4
    assert {unit.seed for unit in recorder.units} == {7}
    assert [unit.index for unit in recorder.units] == list(range(len(recorder.units)))
    seeds = []
    monkeypatch.setattr(command, "search", lambda hunt, *_: seeds.append((hunt.seed, hunt.budget)))
    main(["hunt", "mixed/true", "--seed", "9", "--budget", "17", "--json", "-"])
    assert seeds == [(9, 17.0)]


@pytest.mark.parametrize("strategy", ["bulk", "descent", "evolution", "lattice", "hypothesis"])
def test_a_unit_depends_on_its_seed_and_its_index_alone(strategy, mixed):
    def met(seed, index):
        claim, drawn = mixed["loose"], []
        judge = type(claim).judge
        claim.judge = lambda instance: (drawn.append(repr(instance)), judge(claim, instance))[1]
        found = run_unit(claim, Unit(index, Step(strategy, ((),)), seed, 600.0, 600.0), None)
        assert found.errors == []
        return repr((found.nearest, found.best, drawn))

    assert met(3, 1) == met(3, 1)
    assert len({met(3, 1), met(4, 1), met(3, 2)}) == 3


# --- counts ---------------------------------------------------------------------------------------------------------


def judged(claim, *judgements):
    """Let a claim be judged in this way, the last judgement again and again."""
    remaining = list(judgements)
    claim.judge = lambda instance: remaining.pop(0) if len(remaining) > 1 else remaining[0]
    return run_claim(claim, 10, 0)


CERTAIN, LOOSE = Judgement(Outcome.CERTAIN, 64), Judgement(Outcome.UNDECIDED, 1024, 100)
CLOSE, CLOSER = Judgement(Outcome.INDISTINGUISHABLE, 1024, 300), Judgement(Outcome.INDISTINGUISHABLE, 1024, 900)


def test_examples_are_counted_by_their_outcome(mixed):
    for order in ((CLOSE, CLOSER, CERTAIN), (CLOSER, CLOSE, CERTAIN), (CLOSER, CERTAIN, CLOSE, CERTAIN)):
        result = judged(mixed["true"], *order)
        assert (result.verdict, result.examples, result.indistinguishable, result.bits) == ("holds", 10, 2, 300)
        assert result.certain == 8


def test_one_undecided_example_leaves_the_claim_undecided(mixed):
    for order in ((LOOSE, CERTAIN), (CERTAIN, LOOSE, CERTAIN), (CLOSE, LOOSE, CLOSER)):
        result = judged(mixed["true"], *order)
        assert (result.verdict, result.examples) == ("undecided", 10)
        assert "1 examples are undecided" in result.message
        assert ", at (x = " in result.message


def test_findings_are_added_up(mixed):
    hunt = Hunt(mixed["true"], 0, 1.0)
    near = [Nearest(margin, {}, {"x": str(k)}) for k, margin in enumerate((0.5, 0.25, 0.75))]
    for k, nearest in enumerate(near):
        hunt.add(
            Findings(
                "bulk", instances=10 + k, looked=20 + k, alarms=1 + k, batched=k != 1, patterns=[(1,), (k,)],
                best={(1,): 3.0 - k, (2,): 1.0 + k}, nearest=nearest, errors=["a, at (x = 1)", f"b{k}"],
            )
        )  # fmt: skip
    total = hunt.total
    assert (total.instances, total.looked, total.alarms, total.batched) == (33, 63, 6, False)
    assert total.patterns == [(1,), (0,), (2,)]
    assert total.best == {(1,): 1.0, (2,): 1.0}
    assert total.nearest is near[1]
    assert total.errors == ["a, at (x = 1)", "b0", "b1", "b2"]
    assert hunt.strategies == ["bulk"]


def test_a_hunt_that_has_seen_an_error_does_not_call_its_claim_safe(mixed):
    hunt = Hunt(mixed["true"], 0, 1.0)
    verdicts = [verdict(hunt)]
    hunt.total.instances, hunt.total.decided = 1000, 1
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
            hunts[-1].total.instances = hunts[-1].total.decided = name != "error"
            hunts[-1].total.certificate = {} if name == "refuted" else None
        return outcome(hunts)

    assert hunted("survived", "survived") == "survived"
    assert hunted("survived", "refuted") == hunted("refuted", "survived") == "refuted"
    assert hunted("refuted", "error", "survived") == hunted("error", "refuted") == "error"


# --- certificates that the checker refuses --------------------------------------------------------------------------


def test_a_refutation_whose_certificate_is_refused_is_an_error(mixed, monkeypatch, capsys):
    def refuse(*_):
        raise Invalid("it is not so")

    monkeypatch.setattr(runner, "check", refuse)
    result = run_claim(mixed["false"], 100, 0)
    assert (result.verdict, result.as_expected) == ("error", False)
    assert "its certificate counterexamples/mixed_false.json fails: it is not so" in result.message
    monkeypatch.setattr(command, "rechecked", refuse)
    assert main(["hunt", "mixed/wrong", "--jobs", "1", "--json", "-"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["certificate"]) == ("error", None)
    assert "its certificate fails: it is not so" in found["errors"][-1]


def test_a_kept_certificate_that_fails_refutes_nothing(mixed, folder):
    kept = folder / "certificates" / "wrong.json"
    kept.parent.mkdir()
    assert run_claim(mixed["wrong"], 100, 0).certificate == "counterexamples/mixed_wrong.json"
    kept.write_bytes((folder / "counterexamples" / "mixed_wrong.json").read_bytes())
    assert run_claim(mixed["wrong"], 100, 0).certificate == str(kept)
    (folder / "mixed.py").write_text(MIXED.replace("leq(x, 3)", "leq(x, x)"), encoding="utf-8")
    mended = next(claim for claim in load_file(folder / "mixed.py") if claim.id == "mixed/wrong")
    assert run_claim(mended, 100, 0).verdict == "holds"


# --- bounds ---------------------------------------------------------------------------------------------------------


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
        return iter(())

    monkeypatch.setattr(runner, "supervised", supervised)
    claims = [mixed["true"], mixed["study"]]
    for examples, timeout, times in ((100, None, [120, 3600]), (10, None, [120, 3600]), (250, None, [300, 9000]),
                                     (250, 7.0, [7, 7])):  # fmt: skip
        assert list(run_claims(claims, examples, 0, 1, timeout)) == []
        assert [seen["mixed/true"], seen["mixed/study"]] == times
    assert seen["suspect"] == [False, False, True, True, True]


def test_the_memory_of_a_study_is_not_limited(mixed, monkeypatch):
    limits = []
    monkeypatch.setattr(runner, "limit_memory", limits.append)
    for name in ("true", "study"):
        runner._run_elsewhere(mixed[name].id, None, 3, 0, 1.5)
    assert limits == [1.5, None]


def test_candidates_that_are_true_after_all_are_counted_as_alarms(mixed):
    claim = mixed["false"]
    claim.judge = lambda instance: CERTAIN
    found = run_unit(claim, Unit(0, Step("bulk", ((),)), 0, 600.0, 600.0), None)
    assert found.certificate is None
    assert found.alarms > 0
