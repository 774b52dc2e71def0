"""Runs that were saved: of an older version, of other claims, of another source, malformed, interrupted."""

import copy
import json
from pathlib import Path

import pytest

from properties.engine.helpers.commands import refused
from verify.commands import run as running
from verify.commands.main import main


def altered(run, **keys):
    """Return a run with other keys of its first claim."""
    run = copy.deepcopy(run)
    run["claims"][0] |= keys
    return run


def verdicts(found):
    """Return the verdict of each claim on a page."""
    return {e["attributes"]["id"]: e["attributes"]["data-verdict"] for e in found.page.all("article")}


def notes(found):
    """Return what a page says of its run."""
    return " ".join(e["text"] for e in found.page.all("p") if e["attributes"].get("class") == "note")


def test_a_run_says_when_how_and_of_what_it_is(own):
    run = own.run
    assert (run["seed"], run["max_examples"], run["chosen"]) == (0, 20, 3)
    assert run["created"].endswith("Z")
    assert {"vae-verify", "python", "python-flint", "numpy", "hypothesis", "sympy"} <= run["versions"].keys()
    assert run["command"] == "vae-verify run own.py --max-examples 20 --seed 0"
    assert all(len(claim["source"]) == 64 for claim in run["claims"])
    assert len({claim["source"] for claim in run["claims"]}) == 3
    facts = own.page.at("page:summary")["text"]
    assert all(text in facts for text in (run["created"], run["command"], run["versions"]["numpy"]))


@pytest.mark.long
def test_what_a_run_judged_is_what_the_page_says_of_it(own, again):
    found = again(own.run)
    assert verdicts(found) == {"own/square": "holds", "own/shift": "refuted", "own/symmetric": "refuted"}
    assert (own.status, found.status) == (1, 1)  # the last one is expected to be proved
    assert notes(found) == notes(own) == "Expected: proved."
    assert not (Path("again") / "run.json").exists()
    rest = again(own.run | {"claims": own.run["claims"][:2]})
    assert rest.status == 0
    assert verdicts(rest) == {"own/square": "holds", "own/shift": "refuted", "own/symmetric": "not judged"}


@pytest.mark.long
def test_nothing_is_judged_where_a_run_is_given(own, again, monkeypatch):
    monkeypatch.setattr(running, "run_claims", lambda *_: pytest.fail("it was judged"))
    assert verdicts(again({"version": 1, "seed": 0, "claims": []})) == dict.fromkeys(
        verdicts(again(own.run)), "not judged"
    )


def test_a_run_of_another_source_judges_nothing_of_this_one(own, again):
    found = again(altered(own.run, source="0" * 64))
    assert verdicts(found) == {"own/square": "not judged", "own/shift": "refuted", "own/symmetric": "refuted"}
    assert "The run judged another source of this claim, which it said holds" in notes(found)
    assert "1 holds" not in found.page.at("page:summary")["text"]


def test_an_older_run_is_read_and_says_less(own, again):
    old = {key: own.run[key] for key in ("version", "seed")}
    old["claims"] = [{k: v for k, v in claim.items() if k != "source"} for claim in own.run["claims"]]
    found = again(old)
    assert verdicts(found)["own/square"] == "holds"
    assert "does not say when it was made, nor with which versions" in notes(found)
    assert "does not say which source of each claim it judged" in notes(found)
    assert "does not say which source of own/square it judged" in notes(again(altered(own.run, source=None)))


@pytest.mark.long
def test_other_versions_and_claims_that_are_gone_are_told(own, again, registry):
    run = copy.deepcopy(own.run)
    run["versions"] |= {"numpy": "1.0", "<b>": "</script>"}
    run["claims"].append(run["claims"][0] | {"id": "gone/claim"})
    found = again(run)
    assert "The run was made with numpy 1.0, <b> </script>" in notes(found)
    assert "gone/claim" not in notes(found)  # which claims to show was said
    for id in [*registry]:  # as in a process that was not told of the file, and knows one paper, the first
        if not id.startswith("dai2018/"):
            del registry[id]
    main(["report", "-o", "all", "--from", "saved.json"])
    page = Path("all/index.html").read_text(encoding="utf-8")
    assert "in no file that was named: own/square, own/shift, own/symmetric, gone/claim." in page


def test_a_certificate_is_what_is_checked_now(own, again):
    certificate = Path("counterexamples/own_symmetric.json")
    data = json.loads(certificate.read_text(encoding="utf-8"))
    certificate.write_text(json.dumps(data | {"precision": 65}), encoding="utf-8")
    found = again(own.run)
    assert "no certificate of it could be checked again here: it was edited" in notes(found)
    assert "of what the run says is refuted: own/symmetric." in notes(found)
    assert "Counterexample to" not in "".join(found.page.at("own/symmetric")["text"].split("Evidence")[0])
    assert "@example" not in found.page.at("own/symmetric")["text"]
    for path in (None, "/dev/zero", "missing.json", "own.py", "\0"):
        run = copy.deepcopy(own.run)
        run["claims"][2]["certificate"] = path
        assert "could be checked again here" in notes(again(run))


@pytest.mark.parametrize("path", [None, "counterexamples/own_shift.json"])
def test_what_has_no_certificate_is_not_called_refuted_whatever_the_run_says(own, again, path):
    run = altered(own.run, verdict="refuted", certificate=path)
    run["claims"].pop()  # what is not as expected anyway
    found = again(run)
    assert verdicts(found) == {"own/square": "not judged", "own/shift": "refuted", "own/symmetric": "not judged"}
    assert found.status == 1
    assert "own/square" not in found.page.at("page:errata")["text"]
    assert "1 of 3 statements" in found.page.at("page:summary")["text"]
    told = json.loads((found.folder / "manifest.json").read_text(encoding="utf-8"))
    assert told["counts"]["refuted"] == 1
    assert "**refuted** · own/square" not in (found.folder / "claims.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verdict", ["proved", "simulated", "measured", "contradicted"])
def test_a_verdict_that_a_claim_cannot_have_is_none(own, again, verdict):
    found = again(altered(own.run, verdict=verdict))  # it has no proof, and nothing of it is trained
    assert verdicts(found)["own/square"] == "not judged"
    assert f"The run says {verdict}, which nothing that judges this claim could say" in notes(found)


def test_what_is_of_no_report_is_not_written_over(own, again, capsys):
    for name in ("index.html", "claims.md", "manifest.json"):
        other = Path(name.partition(".")[0])
        other.mkdir()
        (other / name).write_text("{}", encoding="utf-8")
        Path("saved.json").write_text(json.dumps(own.run), encoding="utf-8")
        said = refused(capsys, "report", "own.py", "--from", "saved.json", "-o", str(other))
        assert f"its {name} is of no report, and stays" in said
        assert [path.name for path in other.iterdir()] == [name]
    again(own.run)
    assert again(own.run).status == 1  # that of a report is
    kept = Path("kept")
    kept.mkdir()
    (kept / "run.json").write_text(json.dumps(own.run), encoding="utf-8")
    assert main(["report", "own.py", "--from", "kept/run.json", "-o", "kept"]) == 1
    assert json.loads((kept / "run.json").read_text(encoding="utf-8")) == own.run
    (kept / "manifest.json").unlink()
    capsys.readouterr()
    assert "is of no report" in refused(capsys, "report", "own.py", "-o", "kept", "--max-examples", "1")


def test_a_certificate_alone_makes_nothing_refuted(own, again):
    run = copy.deepcopy(own.run)
    run["claims"][2] |= {"verdict": "holds", "message": ""}
    found = again(run)
    assert verdicts(found)["own/symmetric"] == "holds"
    assert "Counterexample" not in found.page.at("own/symmetric")["text"]


def test_an_interrupted_run_is_reported_as_far_as_it_came(again, own, monkeypatch):
    whole = running.run_claims

    def cut_short(*arguments):
        for result in whole(*arguments):
            yield result
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "run_claims", cut_short)
    assert main(["report", "-o", "cut", "own.py", "--max-examples", "5", "--jobs", "1"]) == 130
    page = Path("cut/index.html").read_text(encoding="utf-8")
    assert "The run was interrupted: 1 of 3 claims were judged." in page
    assert page.count('data-verdict="not judged"') == 2
    run = json.loads(Path("cut/run.json").read_text(encoding="utf-8"))
    assert (run["chosen"], len(run["claims"])) == (3, 1)
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("\xff", "not JSON"),
        ("[]", "a run is no JSON object"),
        ("{}", "version is missing"),
        ('{"version": 2, "seed": 0, "claims": []}', "a run of version 2, and this reads version 1"),
        ('{"version": true, "seed": 0, "claims": []}', "version is no integer"),
        ('{"version": 1, "claims": []}', "seed is missing"),
        ('{"version": 1, "seed": 0}', "claims is missing"),
        ('{"version": 1, "seed": 0, "claims": {}}', "claims is no list"),
        ('{"version": 1, "seed": 0, "claims": [], "seed": 1}', "a key stands twice"),
        ('{"version": 1, "seed": 0, "claims": [1]}', "a claim is no JSON object"),
        ('{"version": 1, "seed": 0, "claims": [], "versions": {"numpy": 2}}', "numpy is no text"),
        ('{"version": 1, "seed": 0, "claims": [], "created": "yesterday"}', "'yesterday' is no time"),
    ],
)
def test_what_is_no_run_is_refused_in_a_line(tmp_path, monkeypatch, capsys, text, reason):
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_bytes(text.encode("latin-1"))
    for option in ("--from", "--against"):
        assert refused(capsys, "report", option, "bad.json").startswith(f"vae-verify: bad.json: {reason}")
    assert not Path("report").exists()


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"verdict": "true"}, "'true' is no verdict"),
        ({"verdict": "survived"}, "'survived' is no verdict"),
        ({"expected": None}, "expected is no text"),
        ({"examples": -1}, "examples is no integer from 0 on"),
        ({"examples": 2.0}, "examples is no integer from 0 on"),
        ({"examples": 10**40}, "examples is no integer from 0 on"),
        ({"certain": 10**6}, "own/square has more judgements than examples"),
        ({"certain": 0, "indistinguishable": 0}, "own/square is said to be holds of no example"),
        ({"verdict": "proved", "certain": 0, "indistinguishable": 0}, "is said to be proved of no example"),
        ({"examples": 3, "certain": 2, "indistinguishable": 2}, "own/square has more judgements than examples"),
        ({"bits": "64"}, "bits is no integer from 0 on"),
        ({"seconds": "1"}, "seconds is no number"),
        ({"seconds": 10**400}, "seconds is no finite number"),
        ({"source": "abc"}, "the source of own/square is no digest"),
        ({"id": "own/shift"}, "own/shift stands twice"),
        ({"message": 3}, "message is no text"),
    ],
)
def test_what_is_no_result_is_refused_in_a_line(own, again, capsys, keys, reason):
    Path("bad.json").write_text(json.dumps(altered(own.run, **keys)), encoding="utf-8")
    assert reason in refused(capsys, "report", "own.py", "--from", "bad.json")


def test_numbers_that_are_none_and_folders_that_are_files_are_refused(again, own, capsys):
    Path("bad.json").write_text(json.dumps(altered(own.run, seconds=float("nan"))), encoding="utf-8")
    assert "NaN is no number" in refused(capsys, "report", "own.py", "--from", "bad.json")
    assert "missing.json: cannot be read: No such file" in refused(capsys, "report", "--from", "missing.json")
    assert "own.py: Not a directory: name a folder" in refused(capsys, "report", "own.py", "-o", "own.py")


def test_a_message_that_moves_the_cursor_is_spelled_out(own, again):
    found = again(altered(own.run, message="one\x1b[2J\ntwo \ud800 <i>", verdict="error"))
    told = found.page.at("own/square")["text"]
    assert "one\\x1b[2J\ntwo \\ud800 <i>" in told
