"""The worst of several verdicts is the status of a run, a hunt or a check; a certificate that fails refutes nothing."""

import json

import pytest

from properties.engine.helpers.commands import run
from verify.certificates import shelf
from verify.certificates.checker import Invalid
from verify.commands import hunt as command
from verify.commands.main import main
from verify.hunt.report import as_expected
from verify.hunt.search import Hunt
from verify.registry.loading import load_file
from verify.running.runner import run_claim


@pytest.mark.parametrize(
    ("names", "status"),
    [(["true"], 0), (["true", "wrong"], 0), (["true", "false"], 1), (["false", "true"], 1), (["false"], 1)],
)
def test_one_verdict_that_is_not_expected_is_enough(names, status, mixed, capsys):
    targets = [f"mixed.py::test_{name}" for name in names]
    assert run(capsys, *targets)[0] == status
    hunts = [Hunt(mixed[name], 0, 1.0) for name in names]
    for hunt in hunts:
        hunt.total.instances = hunt.total.decided = hunt.total.met = 1
        hunt.total.certificate = {"claim": hunt.claim.id} if hunt.claim.id != "mixed/true" else None
    assert (not all(as_expected(hunt) for hunt in hunts)) == bool(status)


@pytest.mark.long
def test_a_hunt_of_several_claims_has_the_status_of_the_worst(mixed, capsys, monkeypatch):
    def found(hunt, *_):
        hunt.total.instances = hunt.total.decided = hunt.total.met = 1

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


def test_a_refutation_whose_certificate_is_refused_is_an_error(mixed, monkeypatch, capsys):
    def refuse(*_):
        raise Invalid("it is not so")

    monkeypatch.setattr(shelf, "check", refuse)
    result = run_claim(mixed["false"], 100, 0)
    assert (result.verdict, result.as_expected) == ("error", False)
    assert "its certificate counterexamples/mixed_false.json fails: it is not so" in result.message
    monkeypatch.setattr("verify.hunt.report.rechecked", refuse)
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
    text = (folder / "mixed.py").read_text(encoding="utf-8")
    (folder / "mixed.py").write_text(text.replace("leq(x, 3)", "leq(x, x)"), encoding="utf-8")
    mended = next(claim for claim in load_file(folder / "mixed.py") if claim.id == "mixed/wrong")
    assert run_claim(mended, 100, 0).verdict == "holds"
