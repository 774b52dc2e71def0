"""What the gate, an exploration and a picture are asked for by their commands, and the status that is due."""

import contextlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from vae_verify.start import FOLDERS
from verify.commands import explore, gate, picture
from verify.commands.main import main
from verify.errors import UsageError
from verify.explore.hunting import Answer
from verify.gate.report import Report
from verify.hunt.examiner import Findings
from verify.hunt.state import Hunt
from verify.judging.statements import ClaimError
from verify.registry.loading import load_file

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def gating(monkeypatch):
    """Return what the gate is asked for; it says at once what the test says."""
    asked = SimpleNamespace(calls=[], outcome="accepted")

    def gate_target(target, *how):
        asked.calls.append((target, *how))
        return Report(target, asked.outcome, "the bound")

    monkeypatch.setattr(gate, "gate_target", gate_target)
    return asked


def test_a_gate_is_asked_for_what_is_declared(gating, monkeypatch):
    read = []
    monkeypatch.setattr(gate, "expectations", lambda **declared: read.append(declared) or "declared")
    declared = ["--beta", "1/2", "--decoder-variance", "2", "--prior-variance", "3", "--posterior-variance", "0.1",
                "--reduction", "mean", "--likelihood", "gaussian", "--head", "log-variance", "--surrogate",
                "--data-set", "100", "--shape", "4, 6,3", "--shape", "5,7,2"]  # fmt: skip
    assert main(["gate", "m.py:f", *declared, "--latents", "3", "--batch", "9", "--timeout", "5", "--memory", "2"]) == 0
    assert main(["gate", "m.py:f"]) == 0
    assert gating.calls == [
        ("m.py:f", "declared", None, {"latents": 3, "batch": 9}, 5.0, 2.0), ("m.py:f", "declared", None, {}, 60.0, 4.0),
    ]  # fmt: skip
    assert read == [
        {
            "beta": "1/2", "decoder_variance": "2", "prior_variance": "3", "posterior_variance": "0.1",
            "reduction": "mean", "likelihood": "gaussian", "head": "log-variance", "surrogate": True, "N": 100,
            "shapes": [[4, 6, 3], [5, 7, 2]],
        },
        dict.fromkeys(
            ("beta", "decoder_variance", "prior_variance", "posterior_variance", "reduction", "likelihood", "head",
             "N", "shapes")
        ) | {"surrogate": False},
    ]  # fmt: skip


def test_data_are_read_before_the_gate(gating, capsys):
    np.save("data.npy", np.arange(12.0).reshape(6, 2))
    assert main(["gate", "m.py:f", "--data", "data.npy"]) == 0
    assert gating.calls[0][2].tolist() == np.arange(12.0).reshape(6, 2).tolist()
    assert main(["gate", "m.py:f", "--data", "none.npy"]) == 2
    assert main(["gate", "m.py:f", "--json", "no/where.json"]) == 2
    assert main(["gate", "m.py:f", "--beta", "?"]) == 2
    assert len(gating.calls) == 1


@pytest.mark.parametrize(("outcome", "status"), [("accepted", 0), ("defect", 1), ("undecided", 3)])
def test_the_status_of_a_gate_is_its_outcome(outcome, status, gating, capsys):
    gating.outcome = outcome
    assert main(["gate", "m.py:f", "--json", "-"]) == status
    assert json.loads(capsys.readouterr().out)["outcome"] == outcome
    assert main(["gate", "m.py:f", "--json", "it.json"]) == status
    assert capsys.readouterr().out == f"{Report('m.py:f', outcome, 'the bound')}\n"
    assert json.loads(Path("it.json").read_text(encoding="utf-8"))["target"] == "m.py:f"


def test_a_gate_can_be_interrupted(monkeypatch):
    inside = []
    monkeypatch.setattr(gate, "interruptible", lambda: contextlib.nullcontext(inside.append(1)))
    monkeypatch.setattr(gate, "gate_target", lambda *_: inside.append(2) or Report("t", "accepted"))
    main(["gate", "m.py:f"])
    assert inside == [1, 2]


def test_sizes_are_integers_and_anything_else_is_left_to_whoever_reads_them():
    assert gate._sizes("4, 6,k") == [4, 6, "k"]
    assert gate._sizes("-1") == ["-1"]


# --- explore --------------------------------------------------------------------------------------------------------


@pytest.fixture
def exploring(monkeypatch):
    """Return what an exploration is given; it finds at once what the test says of the claim itself."""
    asked = SimpleNamespace(
        hunters=[], workers=[], found=Findings("bulk", 9, 9, 9, met=True, confirmed=True), ends=True
    )

    def explored(known, hunter):
        known.base = Answer(known.claim, Hunt(known.claim, 0, 1.0, total=asked.found))
        asked.hunters.append(hunter)
        hunter.lost = getattr(asked, "lost", None)
        if not asked.ends:
            raise KeyboardInterrupt
        known.finished = True

    def workers_of(*how):
        asked.workers.append(how)
        return contextlib.nullcontext(), 5

    monkeypatch.setattr(explore, "explore", explored)
    monkeypatch.setattr(explore, "workers_of", workers_of)
    monkeypatch.setattr(explore, "USUAL_JOBS", 7)
    return asked


def test_an_exploration_is_asked_for_what_was_typed(exploring, capsys):
    FOLDERS.clear()
    assert main(["explore", "own.py::test_log", "--seed", "4", "--jobs", "3", "--out", "there", "--budget", "2"]) == 0
    (hunter,) = exploring.hunters
    assert (hunter.jobs, hunter.directory, hunter.seed, hunter.shared) == (5, Path("there"), 4, Path("there"))
    assert hunter.deadline - hunter.started == pytest.approx(2.0)
    assert exploring.workers == [(None, 3, 7, 4.0)]
    assert "own/log (eq. (1)) survived" in capsys.readouterr().out
    assert main(["explore", "own.py::test_log", "--scheduler", "tcp://a:1", "--json", "it.json"]) == 0
    assert (exploring.hunters[1].shared, exploring.workers[1]) == (None, ("tcp://a:1", None, 7, 4.0))
    report = json.loads(Path("it.json").read_text(encoding="utf-8"))
    assert (report["target"], report["claim"], report["seed"]) == ("own.py::test_log", "own/log", 0)


@pytest.mark.parametrize(
    ("target", "found", "ends", "status"),
    [
        ("test_log", {}, True, 0), ("test_log", {}, False, 130), ("test_symmetric", {}, True, 1),
        ("test_log", {"errors": ["the claim raises ValueError"]}, True, 1),
        ("test_log", {"errors": ["sympy not found: pip install 'vae-verify[proofs]'"]}, True, 2),
    ],
)  # fmt: skip
def test_the_status_of_an_exploration_is_how_the_claim_itself_ended(target, found, ends, status, exploring, capsys):
    exploring.found, exploring.ends = Findings("bulk", 9, 9, 9, met=True, confirmed=True, **found), ends
    assert main(["explore", f"own.py::{target}"]) == status
    assert capsys.readouterr().out


def test_what_is_lost_to_the_disk_is_an_error_after_the_report(exploring, capsys):
    exploring.lost = OSError(28, "No space left on device")
    assert main(["explore", "own.py::test_log", "--out", "out"]) == 2
    out, err = capsys.readouterr()
    assert "own/log" in out
    assert err == "vae-verify: out: No space left on device: a counterexample cannot be written\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["own.py"], "own.py names 4 claims: name one, such as own.py::test_square"),
        (["koehler2022/table-1"], "koehler2022/table-1 has no instances, and so no premises to drop: "
         "vae-verify run koehler2022/table-1"),
        (["own.py::test_log", "--out", "own.py"], "own.py: File exists: name a folder that can be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_explored_is_one_line(arguments, said, exploring, capsys):
    assert main(["explore", *arguments]) == 2
    assert capsys.readouterr().err == f"vae-verify: {said}\n"
    assert exploring.hunters == []


def test_the_bar_of_an_exploration_says_which_hunt_is_under_way_and_ends_with_the_budget(monkeypatch):
    seen, task = [], SimpleNamespace(elapsed=None)
    bar = SimpleNamespace(
        tasks=[task], add_task=lambda *named, **total: seen.append((named, total)) or 7,
        update=lambda task, **how: seen.append(how),
    )  # fmt: skip
    monkeypatch.setattr(explore, "progress", lambda *columns: contextlib.nullcontext(bar))
    state = SimpleNamespace(total=SimpleNamespace(instances=1), claim=SimpleNamespace(id="a/b"))
    with explore._progress(30.0) as update:
        for task.elapsed in (None, 4.0, 31.0):
            update(state)
    told = {"description": "1 instance: a/b"}
    assert seen == [(("exploring",), {"total": 30.0}), *({"completed": done} | told for done in (0.0, 4.0, 30.0))]


# --- picture --------------------------------------------------------------------------------------------------------


def test_what_cannot_be_drawn_of_a_claim_is_one_line(monkeypatch):
    for error in (ClaimError("it has no instances"), ValueError("all are equal")):

        def fails(claim, seed, error=error):
            raise error

        monkeypatch.setattr(picture.generators, "picture", fails)
        with pytest.raises(UsageError) as refused:
            picture._of("own.py::test_log", 0)
        assert str(refused.value) == f"own.py::test_log: {error}"


def test_what_is_drawn_needs_its_extra_a_place_and_its_claims(monkeypatch, capsys):
    events = []
    monkeypatch.setattr(picture, "require", lambda *of: events.append(of))
    monkeypatch.setattr(picture, "require_writable", events.append)
    monkeypatch.setattr(picture, "load_file", events.append)
    drawn = SimpleNamespace(svg="<svg/>", caption="one two\x1b three")
    monkeypatch.setattr(picture, "_of", lambda *how: events.append(how) or drawn)
    monkeypatch.setattr(picture, "width_of", lambda stream: 8 if stream is sys.stderr else None)
    assert main(["picture", "it.json", "--claims", "a.py", "--claims", "b.py", "--seed", "3"]) == 0
    assert events == [("a picture", "pictures"), "-", Path("a.py"), Path("b.py"), ("it.json", 3)]
    assert capsys.readouterr() == ("<svg/>", "one\ntwo\\x1b\nthree\n")
    monkeypatch.setattr(picture, "require_writable", lambda file: None)
    assert main(["picture", "it.json", "-o", "it.svg"]) == 0
    assert capsys.readouterr() == ("one two\\x1b three\n", "")
    assert Path("it.svg").read_text() == "<svg/>"


def test_papers_are_loaded_for_ids_alone(monkeypatch):
    loaded = []
    monkeypatch.setattr(picture, "load_papers", loaded.append)
    monkeypatch.setattr(picture.generators, "picture", lambda claim, seed: (claim.id, seed))
    load_file(Path("own.py"))
    assert picture._of("own.py::test_log", 5) == ("own/log", 5)
    assert picture._of("./own.py::test_log", 5) == ("own/log", 5)
    assert loaded == []
    assert picture._of("own/log", 6) == ("own/log", 6)
    assert loaded == [["own/log"]]


def test_a_certificate_is_drawn_of_a_claim_that_is_known_or_of_a_paper(monkeypatch):
    events = []
    monkeypatch.setattr(picture, "read", lambda path: path)
    monkeypatch.setattr(picture, "parse", lambda path: {"claim": path.stem.replace("_", "/")})
    monkeypatch.setattr(picture, "load_papers", events.append)
    monkeypatch.setattr(picture, "at_home", lambda claim: events.append(claim.id))
    monkeypatch.setattr(picture, "check", lambda data, claims: events.append(claims is picture.REGISTRY))
    monkeypatch.setattr(picture.margins, "picture", lambda found: found)
    load_file(Path("own.py"))
    picture._of_certificate(Path("own_log.json"))
    picture._of_certificate(Path("gone_away.json"))
    assert events == ["own/log", True, ["gone/away"], True]
