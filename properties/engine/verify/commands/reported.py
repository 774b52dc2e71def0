"""What the command makes of a report: what is read, judged and written, in which order, and the status that is due."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.findings import GATE, HUNT, REPLICATION
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.commands import report
from verify.commands.main import main
from verify.errors import UsageError
from verify.registry.loading import load_file
from verify.running.record import Run
from verify.running.result import Result


@pytest.fixture
def writing(folder, monkeypatch):
    """Return what is asked for and written; nothing is judged, and what was is as expected but for what a test says."""
    asked = SimpleNamespace(events=[], verdicts={}, chosen=3, fails=False)
    claims = [claim for claim in load_file(folder / "own.py") if not claim.slow]
    symmetric = claims[2]
    found = counterexample(symmetric, symmetric.signature.decode({"A": [["0", "1"], ["0", "0"]]}, {"d": 2}))
    shelf.write(certificate(found), symmetric.certificate_file)

    def run():
        results = {
            claim.id: Result(claim.id, asked.verdicts.get(claim.id, claim.expected), claim.expected, 9, 9)
            for claim in claims
        }
        return Run(3, results, {claim.id: claim.digest for claim in claims}, 7, chosen=asked.chosen)

    def judge(chosen, arguments):
        asked.events.append(("judged", [claim.id for claim in chosen], arguments.slow))
        return run()

    def write(made, place, judged_here):
        asked.events.append(("written", place, judged_here))
        asked.made = made
        if asked.fails:
            raise UsageError(f"{place}: No space left on device")

    monkeypatch.setattr(report, "judge", judge)
    monkeypatch.setattr(report.folder, "write", write)
    monkeypatch.setattr(
        report.folder, "require_folder", lambda place, judged_here: asked.events.append(("tried", place, judged_here))
    )
    monkeypatch.setattr(report, "now", lambda: "2030-01-01T00:00:00Z")
    monkeypatch.setattr(report, "versions", lambda: {"python": "3"})
    Path("saved.json").write_text(json.dumps(run().json()), encoding="utf-8")
    return asked


IDS = ["own/square", "own/log", "own/symmetric"]


def test_claims_are_judged_between_a_look_at_the_folder_and_the_report(writing, capsys):
    assert main(["report", "own.py", "-o", "page"]) == 0
    assert writing.events == [
        ("tried", Path("page"), True), ("judged", IDS, False), ("written", Path("page"), True),
    ]  # fmt: skip
    made = writing.made
    assert [card.id for card in made.summary.cards] == [*IDS, "own/symmetric.corrected"]  # slow ones are shown
    assert (made.written, made.versions, made.unknown, made.old, made.difference) == (
        "2030-01-01T00:00:00Z", {"python": "3"}, [], None, None,
    )  # fmt: skip
    assert capsys.readouterr().out == "2 holds, 1 refuted, 1 not judged\npage/index.html: open it in a browser\n"
    assert main(["report", "own.py", "--slow"]) == 0
    assert writing.events[-2:] == [
        ("judged", [*IDS, "own/symmetric.corrected"], True), ("written", Path("report"), True),
    ]  # fmt: skip


def test_a_saved_run_is_shown_and_nothing_is_judged(writing):
    assert main(["report", "own.py", "--from", "saved.json", "--against", "saved.json"]) == 0
    assert writing.events == [("tried", Path("report"), False), ("written", Path("report"), False)]
    assert writing.made.run.seed == writing.made.old.seed == 3
    assert writing.made.difference.is_empty


def test_what_changed_is_told_from_the_older_run_to_this_one(writing):
    old = json.loads(Path("saved.json").read_text(encoding="utf-8")) | {"seed": 4}
    old["claims"].pop()
    Path("old.json").write_text(json.dumps(old), encoding="utf-8")
    assert main(["report", "own.py", "--from", "saved.json", "--against", "old.json"]) == 0
    found = writing.made.difference
    assert [(change.what, change.before, change.after) for change in found.circumstances] == [("seed", "4", "3")]
    assert (found.came, found.went) == (["own/symmetric"], [])


@pytest.mark.parametrize("saved", [[], ["--from", "saved.json"]])
def test_what_is_not_expected_is_status_1_and_an_interruption_its_own(saved, writing):
    writing.verdicts["own/log"] = Verdict.UNDECIDED
    Path("saved.json").write_text(json.dumps(json.loads(Path("saved.json").read_text()) | {"chosen": 9}))
    if saved:
        assert main(["report", "own.py", *saved]) == 0  # that run was as expected, and is over
    else:
        assert main(["report", "own.py"]) == 1
        writing.chosen = 4
        assert main(["report", "own.py"]) == 130


def test_what_was_not_judged_for_want_of_a_package_is_told_after_the_report(writing, monkeypatch, capsys):
    def lacking(run):
        raise UsageError("own/log was not judged")

    monkeypatch.setattr(report, "require_judged", lacking)
    assert main(["report", "own.py"]) == 2
    assert writing.events[-1] == ("written", Path("report"), True)
    assert capsys.readouterr().err == "vae-verify: own/log was not judged\n"
    assert main(["report", "own.py", "--from", "saved.json"]) == 0


@pytest.mark.parametrize("saved", [[], ["--from", "saved.json"]])
def test_what_cannot_be_written_is_told_if_it_was_judged_here(saved, writing, monkeypatch, capsys):
    times = iter((10.0, 17.5))
    monkeypatch.setattr(report.time, "perf_counter", lambda: next(times))
    writing.fails = True
    assert main(["report", "own.py", *saved]) == 2
    out, err = capsys.readouterr()
    assert err == "vae-verify: report: No space left on device\n"
    told = "3 claims: 2 holds, 1 refuted; all as expected (seed 3, 7.5 s)\n"
    assert out.endswith(told) if not saved else out == ""


def test_what_other_commands_found_is_read_before_anything_is_judged(writing, monkeypatch):
    for name, data in {"gate": GATE, "hunt": HUNT | {"target": "own/log"}, "replicate": REPLICATION}.items():
        Path(f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    read = [text for name in ("gate", "hunt", "replicate") for text in (f"--{name}", f"{name}.json")]
    assert main(["report", "own.py", *read, "--hunt", "hunt.json"]) == 0
    made = writing.made
    assert [gate.target for gate in made.gates] == ["vae.py:<loss>"]
    assert [hunt.id for hunt in made.hunts] == ["own/log"] * 2
    assert [found.id for found in made.replications] == ["koehler2022/table-1"]
    assert made.courses == []
    assert [len(card.hunts) for card in made.summary.cards] == [0, 2, 0, 0]
    monkeypatch.setattr(report, "course_of", lambda path: path.stem)
    assert main(["report", "own.py", "--hunt", "hunt.json"]) == 0
    assert writing.made.courses == ["hunt"]
    del writing.events[:]
    for option in ("--from", "--against", "--gate", "--hunt", "--replicate"):
        assert main(["report", "own.py", option, "own.py"]) == 2
    assert writing.events == []


def test_a_hunt_is_believed_whose_certificate_refutes_its_claim(writing, monkeypatch):
    monkeypatch.setattr(report, "around", lambda found: found.claim.id)
    kept = str(Path("certificates/symmetric.json"))

    def checked(**keys):
        found = report._checked(report.Hunt(**{"id": "own/symmetric", "verdict": "refuted", "instances": 1,
            "seconds": 1.0, "strategy": "", "certificate": kept, "seed": None, "margin": None, "gap": None,
            "equality": None, "at": "", "errors": []} | keys))  # fmt: skip
        return found.checked, found.around

    assert checked() == (True, "own/symmetric")
    for keys in ({"verdict": "survived"}, {"id": "own/log"}, {"id": "gone/away"}, {"certificate": None}):
        assert checked(**keys) == (False, None)


def test_ids_that_nothing_states_now_are_told_where_no_claims_were_chosen():
    run = SimpleNamespace(results={"a/gone": 1, "a/there": 2})
    claims = [SimpleNamespace(id="a/there"), SimpleNamespace(id="a/other")]
    assert report._unknown(run, claims, []) == ["a/gone"]
    assert report._unknown(run, claims, ["a/there"]) == []


def test_hunts_stand_with_their_claims_in_their_order():
    hunts = [report.Hunt(id, "error", 0, 0.0, name, None, None, None, None, None, "", []) for id, name in
             (("a", "1"), ("b", "2"), ("a", "3"))]  # fmt: skip
    assert {id: [hunt.strategy for hunt in found] for id, found in report._by_claim(hunts).items()} == {
        "a": ["1", "3"], "b": ["2"],
    }  # fmt: skip
    assert report._checked(hunts[0]) is hunts[0]
    assert report._saved(None) is None
