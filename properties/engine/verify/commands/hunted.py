"""What the command makes of hunts: budgets, what is known before, what is written, and the status that is due."""

import contextlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from vae_verify.start import FOLDERS
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.certificates.pool import VARIABLE
from verify.commands import hunt
from verify.commands.main import main, parser
from verify.errors import UsageError
from verify.hunt.examiner import Findings
from verify.registry.loading import load_file
from verify.workers.limits import GivenUp

pytestmark = pytest.mark.usefixtures("folder")


def survived(strategy="bulk", **further):
    """Return the findings of a hunt that has looked at nine instances."""
    counts = {"looked": 9, "instances": 9, "decided": 9, "kinds": {"general": 9}}
    return Findings(strategy, met=True, confirmed=True, **counts, **further)


MEND = "sympy not found: pip install 'vae-verify[proofs]'"


@pytest.fixture
def claims(folder):
    """Return the claims of the folder by what stands behind the slash of their ids."""
    return {claim.id.partition("/")[2]: claim for claim in load_file(folder / "own.py")}


@pytest.fixture
def refuted(claims):
    """Return counterexamples to a claim of the folder, one as small as can be and one larger."""
    claim = claims["symmetric"]
    entries = [["0", "1"], ["0", "0"]], [["0", "7"], ["3", "0"]]
    return [counterexample(claim, claim.signature.decode({"A": A}, {"d": 2})) for A in entries]


@pytest.fixture
def searching(monkeypatch, folder):
    """Return what hunts are asked for; they find at once what is said of each claim, and else that it survives."""
    asked = SimpleNamespace(calls=[], found={}, workers=[])

    def search(state, workers, jobs, shared, update, keep):
        asked.calls.append((state.claim.id, state.seed, state.budget, jobs, shared, state.saved))
        found = asked.found.get(state.claim.id, survived())
        state.seconds = 1.25
        if not isinstance(found, Findings):  # a task has written that, if anything, and nobody has taken it in
            if found:
                shelf.write(found, shelf.path_of(state.claim))
            raise KeyboardInterrupt
        state.add(found)
        if found.certificate:
            keep(found.certificate)

    def workers_of(*how):
        asked.workers.append(how)
        return contextlib.nullcontext(), 5

    monkeypatch.setenv(VARIABLE, str(folder / "examples"))
    monkeypatch.setattr(hunt, "search", search)
    monkeypatch.setattr(hunt, "workers_of", workers_of)
    monkeypatch.setattr(hunt, "USUAL_JOBS", 7)
    return asked


def test_a_hunt_is_asked_for_what_was_typed(searching):
    FOLDERS.clear()
    assert main(["hunt", "own.py::test_log", "--seed", "4", "--jobs", "3", "--out", "there", "--budget", "2"]) == 0
    assert searching.calls == [("own/log", 4, 2.0, 5, Path("there"), None)]
    assert searching.workers == [(None, 3, 7, 4.0)]
    assert Path("there").is_dir()
    assert "there" not in FOLDERS  # it has been tidied
    assert main(["hunt", "own.py::test_log", "--scheduler", "tcp://a:1"]) == 0
    assert searching.calls[1] == ("own/log", 0, 20.0, 5, None, None)
    assert searching.workers[1] == ("tcp://a:1", None, 7, 4.0)


@pytest.mark.parametrize(
    ("number", "budget", "share"),
    [(1, None, 20.0), (1, 3.0, 3.0), (2, None, 10.0), (4, None, 5.0), (10, None, 4.0), (2, 3.0, 3.0), (2, 100.0, 50.0)],
)
def test_several_claims_share_a_budget_and_have_four_seconds_each_unless_that_is_more_than_it(number, budget, share):
    shares = list(hunt._shares(list(range(number)), SimpleNamespace(budget=budget)))
    assert shares == [(k, share) for k in range(number)]


def test_of_what_is_known_the_simplest_is_taken_and_what_takes_too_long_is_not_waited_for(claims, refuted, monkeypatch):
    simple, other = refuted
    claim, out = claims["symmetric"], Path("out")

    def pool(*found):
        return SimpleNamespace(fetch=lambda claim: list(found))

    def known(*found):
        best = hunt._known(claim, out, pool(*found))
        return None if best is None else best.instance.encode()

    assert known() is None
    assert known(other) == other.instance.encode()
    assert known(other, simple) == known(simple, other) == simple.instance.encode()
    shelf.write(certificate(other), shelf.path_of(claim, out))
    assert known() == other.instance.encode()
    assert known(simple) == simple.instance.encode()

    def slow(_):
        raise GivenUp

    assert hunt._known(claim, out, SimpleNamespace(fetch=slow)).instance.encode() == other.instance.encode()
    limits = []
    monkeypatch.setattr(hunt, "time_limit", lambda seconds: limits.append(seconds) or contextlib.nullcontext())
    known()
    assert limits == [5.0]


def test_what_is_found_is_written_beside_its_paragraph_and_in_the_database(searching, refuted, monkeypatch, capsys):
    other = certificate(refuted[1])
    events = []
    pool = SimpleNamespace(replace=lambda content: events.append(content["inputs"]), fetch=lambda claim: [])
    monkeypatch.setattr(hunt, "_pool", lambda: pool)
    searching.found["own/symmetric"] = survived(certificate=other)
    assert main(["hunt", "own.py::test_symmetric", "--json", "it.json"]) == 0
    path = Path("counterexamples/own_symmetric.json")
    assert json.loads(path.read_text(encoding="utf-8")) == other
    assert r"\paragraph{Counterexample.}" in path.with_suffix(".tex").read_text(encoding="utf-8")
    assert events == [other["inputs"]] * 2  # as soon as it is found, and at the end
    report = json.loads(Path("it.json").read_text(encoding="utf-8"))
    assert (report["target"], report["certificate"]) == ("own.py::test_symmetric", str(path))
    out = capsys.readouterr().out
    assert f"vae-verify check --claims own.py {path}\n" in out
    assert out.endswith("found by bulk: 9 instances, 1.2 s, seed 0\n\n")


def test_a_counterexample_is_written_down_as_soon_as_it_is_found(refuted, capsys):
    simple, other = refuted
    state = SimpleNamespace(claim=simple.claim)
    saved = []
    hunt._keep(state, Path("out"), SimpleNamespace(replace=saved.append), certificate(other))
    assert json.loads(Path("out/own_symmetric.json").read_text()) == certificate(other)
    assert saved == [certificate(other)]
    hunt._keep(state, Path("out"), SimpleNamespace(replace=saved.append), certificate(other) | {"inputs": {}})
    assert len(saved) == 1  # what the checker refuses is no counterexample


@pytest.mark.parametrize(("saved", "strategy"), [(True, "saved"), (False, "a task that was cut short")])
def test_what_an_interrupted_task_has_written_is_reported(saved, strategy, searching, refuted, capsys):
    written = certificate(refuted[0])
    if saved:
        shelf.write(written, Path("counterexamples/own_symmetric.json"))
    searching.found["own/symmetric"] = None if saved else written
    assert main(["hunt", "own.py::test_symmetric", "--json", "it.json"]) == 130
    report = json.loads(Path("it.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["strategy"]) == ("refuted", strategy)
    assert "interrupted" in capsys.readouterr().out


def test_hunts_that_were_not_begun_are_not_told_of_after_an_interruption(searching, capsys):
    searching.found["own/log"] = None
    assert main(["hunt", "own.py", "--json", "it.json"]) == 130
    report = json.loads(Path("it.json").read_text(encoding="utf-8"))
    assert [claim["target"] for claim in report["claims"]] == ["own/square", "own/log"]
    out = capsys.readouterr().out
    assert [("own/square (" in out), ("own/log (" in out), ("own/symmetric (" in out)] == [True, True, False]
    assert out.count(", interrupted") == 1


def test_the_report_of_several_hunts_is_their_sum(searching, refuted, capsys):
    simple, _ = map(certificate, refuted)
    searching.found["own/symmetric"] = survived("descent", certificate=simple)
    assert main(["hunt", "own.py", "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    claims = report.pop("claims")
    assert report == {
        "target": "own.py", "verdict": "refuted", "instances": 36, "seconds": 5.0, "strategy": "bulk, descent",
        "certificate": "counterexamples/own_symmetric.json",
    }  # fmt: skip
    ids = ["own/square", "own/log", "own/symmetric", "own/symmetric.corrected"]
    assert [claim["target"] for claim in claims] == ids


@pytest.mark.parametrize(
    ("target", "findings", "status"),
    [
        ("test_log", survived(), 0),
        ("test_symmetric", survived(), 1),  # expected to be refuted
        ("test_log", Findings("bulk", looked=9), 1),
        ("test_log", Findings("bulk", errors=["the claim raises ValueError"]), 1),
        ("test_log", Findings("bulk", errors=[MEND]), 2),
    ],
)
def test_the_status_says_whether_a_hunt_ended_as_expected(target, findings, status, searching, capsys):
    claim = "own/log" if target == "test_log" else "own/symmetric"
    searching.found[claim] = findings
    assert main(["hunt", f"own.py::{target}"]) == status
    assert capsys.readouterr().err == (f"vae-verify: {claim} was not judged: {MEND}\n" if status == 2 else "")


def test_one_hunt_among_several_that_did_not_end_as_expected_makes_the_status_1(searching, refuted):
    searching.found["own/symmetric"] = survived(certificate=certificate(refuted[0]))
    assert main(["hunt", "own.py"]) == 0
    searching.found["own/log"] = Findings("bulk", looked=9)
    assert main(["hunt", "own.py"]) == 1


def test_what_has_no_instances_is_not_hunted_and_a_folder_that_is_named_has_to_be_one(searching, capsys, monkeypatch):
    Path("file").touch()
    assert main(["hunt", "own.py::test_log", "--out", "file"]) == 2
    assert capsys.readouterr().err == "vae-verify: file: File exists: name a folder that can be written\n"
    Path("counterexamples").touch()  # which nobody named: it is replaced if something is found
    assert main(["hunt", "own.py::test_log"]) == 0
    assert [call[0] for call in searching.calls] == ["own/log"]
    assert main(["hunt", "own.py::test_log", "--json", "no/where.json"]) == 2
    assert len(searching.calls) == 1


def test_the_bar_says_how_much_was_looked_at_and_goes_no_further_than_its_end(claims, monkeypatch):
    seen = []
    bar = SimpleNamespace(
        add_task=lambda *named, **total: seen.append((named, total)) or 7, update=lambda task, **how: seen.append(how)
    )
    monkeypatch.setattr(hunt, "progress", lambda *columns: contextlib.nullcontext(bar))
    state = hunt.Hunt(claims["log"], 0, 20.0)
    with hunt._progress(state) as update:
        state.total.instances = 1234
        for state.seconds in (5.0, 25.0):
            update(state)
    told = {"description": "1,234 instances: own/log"}
    assert seen == [(("own/log",), {"total": 20.0}), {"completed": 5.0} | told, {"completed": 20.0} | told]


def test_a_database_that_cannot_be_saved_to_is_warned_of_on_one_line(monkeypatch, capsys):
    monkeypatch.setattr(hunt, "usable", lambda warn: warn("a\nb"))
    hunt._pool()
    assert capsys.readouterr().err == "vae-verify: a\\nb\n"


def test_a_counterexample_in_no_file_is_told_whole_beside_json(refuted, capsys):
    state = hunt.Hunt(refuted[0].claim, 0, 1.0)
    arguments = parser().parse_args(["hunt", "own.py", "--json", "-"])
    state.total.certificate = certificate(refuted[0])
    pool = SimpleNamespace(replace=lambda content: None)
    assert hunt._conclude(state, arguments, pool, []) == Path("counterexamples/own_symmetric.json")
    assert capsys.readouterr() == ("", "")
    lost = []

    def full(*_):
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hunt, "somewhere", full)
        assert hunt._conclude(state, arguments, pool, lost) is None
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err[err.index("\n{") :]) == certificate(refuted[0])
    assert [error.strerror for error in lost] == ["No space left on device"]
    with pytest.raises(UsageError):
        hunt._hunted("nowhere.py")
