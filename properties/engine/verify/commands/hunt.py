"""The command: the same seed, jobs, saved files, several claims, wrong input, and what is left when it is ended."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from properties.engine.helpers.slow import but
from properties.engine.helpers.waiting import runs, until
from verify.certificates.pool import VARIABLE
from verify.commands import hunt as command
from verify.commands.main import main
from verify.hunt.examiner import Findings

CONJECTURES = """
import time
from fractions import Fraction
from reference.arithmetic import determinant, eigenvalues
from verify import Matrix, Scalar, Symmetric, Vector, assume, claim, equal, leq, less

@claim("false/odd-determinants", "a determinant of order below 3 is that of its negative")
def odd_determinants(A: Matrix["d d"]):
    assume(leq(2, A.shape[0]))
    equal(determinant(A), determinant(-A))

@claim("false/strict", "0 < x² + y²")
def strict(x: Scalar, y: Scalar):
    less(0, x * x + y * y)

@claim("false/triangle", "|λ|(A + B) ≤ |λ|(A) + |λ|(B) for the least eigenvalue")
def triangle(A: Symmetric["d"], B: Symmetric["d"]):
    leq(eigenvalues(A + B)[-1], eigenvalues(A)[-1] + eigenvalues(B)[-1])

@claim("false/constant", r"(\\sum_i x_i)^2 \\le 3.999 \\sum_i x_i^2")
def constant(x: Vector["d"]):
    leq(x.sum() * x.sum(), Fraction(3999, 1000) * (x * x).sum())

@claim("true/cauchy", "|xy|² ≤ |x|²|y|²")
def cauchy(x: Vector["d"], y: Vector["d"]):
    leq((x * y).sum() * (x * y).sum(), (x * x).sum() * (y * y).sum())
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder with a file of conjectures."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    (tmp_path / "conjectures.py").write_text(CONJECTURES, encoding="utf-8")
    return tmp_path


def hunt(capsys, name, *options):
    """Return the exit status, the parsed result and the certificate of a hunt in one process."""
    status = main(["hunt", f"conjectures.py::{name}", "--jobs", "1", "--json", "-", *options])
    result = json.loads(capsys.readouterr().out)
    kept = Path(result["certificate"]) if result["certificate"] else None
    return status, result, json.loads(kept.read_text()) if kept else None


@pytest.mark.long
@pytest.mark.parametrize("name", but(["strict", "triangle"], "triangle", mark="long"))
def test_the_answer_depends_on_the_seed_and_not_on_the_number_of_processes(capsys, monkeypatch, unhurried, name):
    def found(seed, jobs):
        out = f"{seed}-{jobs}"
        monkeypatch.setenv(VARIABLE, f"{out}/examples")
        return hunt(capsys, name, "--seed", seed, "--jobs", jobs, "--out", out)[2]["inputs"]

    assert found("3", "1") == found("3", "2") == found("3", "3")


def test_a_second_hunt_starts_from_what_the_first_has_saved(capsys, folder, registry):
    first = hunt(capsys, "strict")
    again = hunt(capsys, "strict", "--seed", "5")
    assert again[1]["strategy"] == "saved"
    assert again[2]["inputs"] == first[2]["inputs"]
    (folder / "conjectures.py").write_text(CONJECTURES.replace("x * x + y * y", "y * y + x * x"), encoding="utf-8")
    registry.pop("false/strict")
    assert hunt(capsys, "strict")[1]["strategy"] != "saved"  # it is another conjecture now


@pytest.mark.long
def test_a_report_in_a_file_leaves_the_text_on_the_screen(capsys, folder):
    status = main(["hunt", "conjectures.py::strict", "--budget", "9", "--json", "out.json"])
    assert status == 1
    assert json.loads((folder / "out.json").read_text())["verdict"] == "refuted"
    assert "false/strict (Strict) is refuted" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.py"],
        ["koehler2022/nothing"],
        ["conjectures.py::none"],
        ["conjectures.py", "--budget", "0"],
        ["conjectures.py", "--budget", "soon"],
        ["conjectures.py", "--jobs", "0"],
        ["conjectures.py", "--out", "conjectures.py"],
        ["conjectures.py", "--json", "missing/folder.json"],
        ["koehler2022/table-1"],  # nothing to hunt for: it is trained
    ],
)
def test_wrong_input_is_one_line_and_status_2(capsys, arguments):
    try:
        status = main(["hunt", *arguments])
    except SystemExit as error:
        status = error.code
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1


@pytest.mark.long
def test_claims_of_the_papers_are_refuted_from_scratch_and_survive_as_expected(capsys, counted):
    status = main(["hunt", "koehler2022/theorem-6.loss*", "--jobs", "1", "--budget", "10", "--json", "-"])
    result = json.loads(capsys.readouterr().out)
    assert [(claim["target"], claim["verdict"]) for claim in result["claims"]] == [
        ("koehler2022/theorem-6.loss", "refuted"),
        ("koehler2022/theorem-6.loss.bounded-below", "survived"),
        ("koehler2022/theorem-6.loss.corrected", "survived"),
    ]
    assert status == 0
    assert Path(result["claims"][0]["certificate"]).parent == Path("counterexamples")


# --- interruption ---------------------------------------------------------------------------------------------------


def start(folder, name, first, *options):
    """Start a hunt for a conjecture whose body begins with a line of its own."""
    head, body = CONJECTURES.split(f"def {name}(")
    signature, body = body.split("\n", 1)
    text = f"import os\nfrom pathlib import Path\n{head}def {name}({signature}\n    {first}\n{body}"
    (folder / "conjectures.py").write_text(text, encoding="utf-8")
    line = [sys.executable, "-m", "verify", "hunt", f"conjectures.py::{name}", "--budget", "120", *options]
    return subprocess.Popen(line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_an_interruption_leaves_what_was_found(capsys, folder, monkeypatch):
    def search(hunt, *_):
        hunt.add(
            Findings(
                "bulk", looked=9, instances=9, decided=9, met=True, confirmed=True, kinds={"general": 9}, sizes={2: 9}
            )
        )
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "search", search)
    assert main(["hunt", "conjectures.py::cauchy", "--jobs", "1", "--json", "found.json"]) == 130
    out = capsys.readouterr().out
    assert out.startswith("true/cauchy (Cauchy) survived: 9 instances, ")
    assert ", interrupted\n" in out
    assert json.loads((folder / "found.json").read_text(encoding="utf-8"))["instances"] == 9


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_hunt_says_how_far_it_came(folder, number):
    running = start(folder, "cauchy", "if len(x) > 3: Path('farther').touch()", "--jobs", "1", "--json", "found.json")
    until((folder / "farther").exists, running)  # than smaller sizes, whose findings have been taken in by then
    running.send_signal(number)
    out, err = running.communicate(timeout=300)
    assert running.returncode == 130
    assert any(
        f"true/cauchy (Cauchy) {ended}: " in out for ended in ("survived", "was judged at trivial instances only")
    )
    assert ", interrupted\n" in out
    assert "Traceback" not in err
    assert json.loads((folder / "found.json").read_text())["instances"] > 0


@pytest.mark.parametrize("interrupted", [True, False])
def test_a_hunt_that_has_looked_at_nothing_says_so(capsys, folder, monkeypatch, interrupted):
    def search(*_):
        if interrupted:
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "search", search)
    status = main(["hunt", "conjectures.py::cauchy", "--jobs", "1", "--json", "found.json"])
    assert status == (130 if interrupted else 1)
    out = capsys.readouterr().out
    result = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    assert (result["verdict"], result["instances"], len(result["errors"])) == ("error", 0, 1)
    assert "before anything was looked at" in result["errors"][0]
    assert f"  error    {result['errors'][0]}\n" in out
    assert (", interrupted\n" in out) == interrupted
    assert "premises" not in out


@pytest.mark.long
def test_a_killed_hunt_leaves_its_counterexample_and_no_process(folder):
    slow = "Path(f'process-{os.getpid()}').touch(); time.sleep(0.05)"  # so that it is still being made small
    running = start(folder, "odd_determinants", slow, "--jobs", "2")
    kept = folder / "counterexamples" / "false_odd-determinants.json"
    until(kept.exists, running)
    running.kill()
    running.communicate(timeout=300)
    workers = {int(mark.name.removeprefix("process-")) for mark in folder.glob("process-*")} - {running.pid}
    assert workers
    until(lambda: not any(map(runs, workers)))
    assert main(["check", "--claims", "conjectures.py", str(kept)]) == 0
