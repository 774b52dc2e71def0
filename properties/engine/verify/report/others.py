"""What gate, hunt and replicate found: shown as their files say it, escaped, with figures that run nothing."""

import base64
import json
import re
from pathlib import Path

import pytest

from properties.engine.helpers.commands import refused
from properties.engine.helpers.findings import GATE, HUNT, REPLICATION, SVG
from verify.report.files import gate_of, hunts_of, replication_of


def written(**files):
    """Write files of JSON, and the figure of an experiment."""
    for name, data in files.items():
        Path(f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    Path("figure.svg").write_bytes(SVG)


def told(found, id):
    """Return what a section says, without its spaces."""
    return "".join(found.page.at(id)["text"].split())


@pytest.mark.long
def test_a_gate_has_its_section(own, again):
    written(gate=GATE, other=GATE | {"target": "other", "outcome": "accepted", "findings": []})
    text = told(again(own.run, "--gate", "gate.json", "--gate", "other.json"), "page:gates")
    for words in (
        "vae.py:<loss>defect", "Itoptimisesβ=k&more", "effectiveβ:1/k)", "kl-<b>:amean<script>alert(1)</script>",
        "Repair:.sum(-1)", "Assumed:abatchof<n>", "2of8latentsdie", "otheraccepted",
    ):  # fmt: skip
        assert words in text


def test_a_hunt_has_its_row_and_stands_with_its_claim(own, again):
    other = HUNT | {"target": "gone/claim", "verdict": "refuted", "nearest": None}
    written(hunt={"target": "own.py", "claims": [HUNT, other]}, one=HUNT)
    found = again(own.run, "--hunt", "hunt.json", "--hunt", "one.json")
    rows = told(found, "page:hunts")
    assert rows.count("own/squaresurvived1,234,5672.50.125d=1,x=1/2,A=[12;<b>4]") == 2
    assert "gone/claimrefuted,itsays,butnocertificateofthatwasfoundhere1,234,5672.5––" in rows
    assert '<a href="#own/square">' in found.html
    assert "#gone/claim" not in found.page.values("href")
    square = " ".join(found.page.at("own/square")["text"].split())
    near = (
        "The least margin was 0.125, a gap of 0.5 of the larger side, at d = 1, x = 1/2, A = [1 2; <b> 4]: at x = <0>."
    )
    assert f"A hunt ended after 1,234,567 instances (2.5 s, seed 4): survived. {near}" in square
    assert found.page.at("own/square")["attributes"]["data-margin"] == "0.125"
    assert "data-margin" not in found.page.at("own/shift")["attributes"]
    assert "A hunt ended" in (Path("again") / "claims.md").read_text(encoding="utf-8")


def test_a_hunt_has_refuted_what_its_certificate_refutes(own, again):
    kept, claims = "counterexamples/own_symmetric.json", ("own/symmetric", "own/shift", "own/square")
    hunts = [HUNT | {"target": id, "verdict": "refuted", "certificate": kept} for id in claims]
    written(hunt={"claims": hunts})
    rows = told(again(own.run, "--hunt", "hunt.json"), "page:hunts")
    assert "own/symmetricrefuted1,234" in rows
    assert rows.count("refuted,itsays") == 2  # another claim's certificate refutes nothing


def drawings(found):
    """Return the titles of the pictures on the page."""
    sources = [image["attributes"]["src"] for image in found.page.all("img")]
    texts = [base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")).decode() for source in sources]
    return [re.search(r"<title[^>]*>(.*?)</title>", text)[1] for text in texts]


def test_hunts_are_drawn_with_their_courses_and_around_what_was_checked(own, again):
    course = [{"instances": 10, "seconds": 0.1, "margin": 0.5}, {"instances": 90, "seconds": 0.2, "margin": None}]
    refuted = HUNT | {"verdict": "refuted", "certificate": "counterexamples/own_symmetric.json", "course": course}
    hostile = HUNT | {"course": [{"instances": 10**400, "seconds": 0, "margin": "<b>"}, 5]}
    hunts = [refuted | {"target": id} for id in ("own/symmetric", "own/shift")]
    written(hunt={"claims": hunts}, hostile=hostile, without=HUNT)
    found = again(own.run, "--hunt", "hunt.json", "--hunt", "hostile.json", "--hunt", "without.json")
    course, around = drawings(found)
    assert course == "The course of the hunt for own/symmetric, own/shift"
    assert "own/symmetric" in around
    assert "own/shift" not in around


def test_an_experiment_has_its_table_and_its_figure(own, again):
    written(replicate=REPLICATION)
    found = again(own.run, "--replicate", "replicate.json")
    text = told(found, "page:replications")
    for words in ("d=<3>1.51.25±0.53", "met:it<grows>", "nothingtojudge,whichisnotexpected:falls", "Adam<b>",
                  "5,000steps,seeds0,1,61s"):  # fmt: skip
        assert words in text
    (image,) = found.page.all("img")
    assert image["attributes"]["src"] == "data:image/svg+xml;base64," + base64.b64encode(SVG).decode()
    assert "koehler2022/table-1" in image["attributes"]["alt"]
    assert "alert(9)" not in found.html


def test_a_figure_that_is_none_is_left_out(tmp_path):
    (tmp_path / "text.svg").write_text("no figure")
    (tmp_path / "large.svg").write_bytes(SVG + b" " * (1 << 21))
    (tmp_path / "secret.json").write_bytes(SVG)
    (tmp_path / "fine.svg").write_bytes(SVG)
    names = ["text.svg", "large.svg", "secret.json", "/dev/zero", "missing.svg", "\0.svg", "elsewhere/fine.svg"]
    (tmp_path / "r.json").write_text(json.dumps(REPLICATION | {"figures": names}))
    assert len(replication_of(tmp_path / "r.json").figures) == 1
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "its.svg").write_bytes(SVG)
    (tmp_path / "r.json").write_text(json.dumps(REPLICATION | {"figures": ["below/its.svg"]}))
    assert len(replication_of(tmp_path / "r.json").figures) == 1


@pytest.mark.parametrize(
    ("command", "data", "reason"),
    [
        ("gate", [], "a gate's report is no JSON object"),
        ("gate", GATE | {"outcome": "fine"}, "'fine' is no outcome"),
        ("gate", GATE | {"findings": ["a"]}, "a finding is no JSON object"),
        ("gate", GATE | {"assumed": [1]}, "assumed is no text"),
        ("gate", GATE | {"target": None}, "target is no text"),
        ("gate", GATE | {"effective_beta": {"value": "1"}}, "value is no number"),
        ("gate", HUNT, "outcome is missing"),
        ("hunt", HUNT | {"verdict": "proved"}, "'proved' is no verdict of a hunt"),
        ("hunt", HUNT | {"nearest": 1}, "nearest is no JSON object"),
        ("hunt", HUNT | {"nearest": {"margin": "x"}}, "margin is no number"),
        ("hunt", {"claims": [1]}, "a hunt is no JSON object"),
        ("hunt", HUNT | {"instances": -1}, "instances is no integer"),
        ("replicate", REPLICATION | {"rows": [{"paper": {}}]}, "setting is missing"),
        ("replicate", REPLICATION | {"stated": [{"text": "a", "met": "yes"}]}, "met is neither true nor false"),
        ("replicate", REPLICATION | {"seeds": ["0"]}, "seed is no integer"),
        ("replicate", REPLICATION | {"rows": [{"setting": "a", "measured": {"b": "c"}}]}, "b is no number"),
    ],
)
def test_what_is_none_of_them_is_refused_in_a_line(tmp_path, monkeypatch, capsys, command, data, reason):
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_text(json.dumps(data), encoding="utf-8")
    line = refused(capsys, "report", f"--{command}", "bad.json")
    assert line.startswith(f"vae-verify: bad.json: {reason}")
    assert line.endswith(f"name what `vae-verify {command} --json` wrote\n")


def test_what_the_commands_write_is_read(tmp_path):
    survived = {key: HUNT[key] for key in ("target", "verdict", "instances", "seconds", "strategy", "certificate")}
    files = {"gate": GATE | {"effective_beta": {"value": None, "formula": None}}, "hunt": survived}
    for name, data in files.items():
        (tmp_path / name).write_text(json.dumps(data))
    assert gate_of(tmp_path / "gate").beta == ""
    assert hunts_of(tmp_path / "hunt")[0].sentence.endswith("instances (2.5 s): survived.")
