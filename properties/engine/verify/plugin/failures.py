"""The pytest plugin: a claim is a test with its id, its failure says all, and Hypothesis keeps working."""

import re
import subprocess

import pytest
from hypothesis import settings

from properties.engine.helpers.slow import thinned
from properties.engine.helpers.warm import warm
from verify.commands.main import main

CLAIMS = """
import time
from hypothesis import Phase, example, settings
from vae_verify.extras import Lacking
from verify import Matrix, Positive, Scalar, claim, equal, implies, leq, less

@claim("own/square", "0 ≤ x²")
def test_square(x: Scalar):
    leq(0, x * x)

@claim("own/unmet", "x < x ⇒ x = 1")
def test_unmet(x: Scalar):
    implies(less(x, x), equal(x, 1))

@claim("own/unmet-too", "x = x, x < x ⇒ x = 1")
def test_unmet_too(x: Scalar):
    equal(x, x)
    implies(less(x, x), equal(x, 1))

@claim("own/slow", "x = x", slow=True)
def test_slow(x: Scalar):
    equal(x, x)

def derive():
    assert 1 + 1 == 2

@claim("own/proved", "x = x", expected="proved", proof=derive)
def test_proved(x: Scalar):
    equal(x, x)

@claim("own/false", r"A = A^\\top")
def test_false(A: Matrix["d d"]):
    equal(A, A.mT)

@claim("own/refuted", "x ≤ 3", expected="refuted")
def test_refuted(x: Scalar):
    leq(x, 3)

@claim("own/absent", "it is imported")
def test_absent(x: Scalar):
    raise ModuleNotFoundError("No module named 'numba.core'", name="numba.core")

@claim("own/lacking", "it is there")
def test_lacking(x: Scalar):
    raise Lacking("scipy not found for it")

@claim("own/other", "it is of no extra")
def test_other(x: Scalar):
    raise ModuleNotFoundError("No module named 'mine'", name="mine")

judged = []

@settings(max_examples=3, deadline=1)
@claim("own/few", "as many as chosen, without a deadline")
def test_few(x: Scalar):
    judged.append(x)
    time.sleep(0.01)
    leq(len(judged), 7)  # each in fractions and in balls

class Test:
    @staticmethod
    @claim("own/static", "x = x")
    def test_static(x: Scalar):
        equal(x, x)

@example(A=[["1/7", 2], [3, 4]], eps="1/3")
@claim("own/example", "A is not the one of the example t\\udcff")
def test_example(A: Matrix["d r"], eps: Positive):
    if A.shape == (2, 2):
        less(0, (A[0, 0] - 1 / (7 + 0 * eps)) * (A[0, 0] - 1 / (7 + 0 * eps)) + (eps - 1 / (3 + 0 * eps)) ** 2)
    else:
        less(0, eps)
"""


@pytest.fixture
def pytest_run(tmp_path):
    """Return a function that runs pytest in a folder with a file of claims."""
    (tmp_path / "test_own.py").write_text(CLAIMS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(*arguments):
        command = [
            *warm(),
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-v",
            "--color=no",
            "--hypothesis-seed=0",
            *arguments,
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def outcomes(text):
    """Return the outcome of each test by the part of its name in brackets."""
    return dict(re.findall(r"\[(own/\S+)\] (PASSED|FAILED|SKIPPED|ERROR)", text))


def test_claims_are_tests_with_their_ids(pytest_run):
    status, text = pytest_run()
    assert status == 1
    assert outcomes(text) == {
        "own/square": "PASSED",
        "own/unmet": "FAILED",
        "own/unmet-too": "FAILED",
        "own/slow": "SKIPPED",
        "own/proved": "PASSED",
        "own/proved:proof": "PASSED",
        "own/false": "FAILED",
        "own/refuted": "FAILED",
        "own/absent": "FAILED",
        "own/lacking": "FAILED",
        "own/other": "FAILED",
        "own/few": "PASSED",
        "own/static": "PASSED",
        "own/example": "FAILED",
    }
    for part in ("states  A = Aᵀ", "d = 2", "≠", "at index [", "counterexamples/own_false.json"):
        assert part in text
    assert re.search(r"A = \[\S+ \S+; \S+ \S+\]", text)
    assert "eps = 1/3" in text
    assert re.search(r"the one of the example t\\udcff\n( .*\n)+  where   0 ≥ 0", text)  # which no terminal has
    assert "\nnot judged: No module named 'numba.core': pip install 'vae-verify[flow]'\n" in text
    assert "\nnot judged: scipy not found for it\n" in text
    assert re.search(r"^E .*ModuleNotFoundError: No module named 'mine'", text, re.MULTILINE)
    assert "own/unmet: no example satisfies the premise of implies, so that nothing was judged" in text
    assert "own/unmet-too: no example satisfies the premise of implies on line " in text
    assert "expected to be refuted, but own/refuted: there is no certificate, " in text


@pytest.mark.slow  # selections have a file of their own, one project for each; here they are of one
def test_selections_and_profiles_and_processes(pytest_run):
    assert outcomes(pytest_run("-k", "square or own/slow", "--vae-slow")[1]) == {
        "own/square": "PASSED", "own/slow": "PASSED",
    }  # fmt: skip
    for chosen in ("test_own.py::test_square", "test_own.py::test_square[own/square]"):
        assert outcomes(pytest_run(chosen)[1]) == {"own/square": "PASSED"}
    assert pytest_run("-m", "vae_slow", "--collect-only", "-q")[1].count("own/") == 1
    text = pytest_run("-k", "own/square", "--hypothesis-show-statistics", "--hypothesis-profile=vae-thorough")[1]
    assert "max_examples=2000" in text
    for name, examples in (("vae-dev", 50), ("vae-ci", 100), ("vae-thorough", 2000)):
        assert settings.get_profile(name).max_examples == examples
    status, text = pytest_run("-n", "2", "-k", "square or false")
    assert status == 1
    assert "1 failed, 1 passed" in text
    assert "counterexamples/own_false.json" in text


@pytest.mark.long
def test_a_refuted_claim_passes_with_its_certificate_and_the_printed_command_works(
    pytest_run, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "test_own.py"
    assert main(["run", "test_own.py::test_refuted"]) == 0
    kept = tmp_path / "certificates" / "refuted.json"
    kept.parent.mkdir()
    kept.write_bytes((tmp_path / "counterexamples" / "own_refuted.json").read_bytes())
    assert pytest_run("-k", "own/refuted")[0] == 0
    file.write_text(CLAIMS.replace("leq(x, 3)", "leq(x, 2)"), encoding="utf-8")
    status, text = pytest_run("-k", "own/refuted")
    assert status == 1
    assert "certify it again" in text
    text = pytest_run("-k", "own/false")[1]
    command = next(line for line in text.splitlines() if line.strip().startswith("vae-verify check"))
    assert main(command.split()[1:]) == 0
    capsys.readouterr()
    for phase, outcome in (("reuse", "FAILED"), ("explicit", "SKIPPED")):  # it is in the database of examples
        only = f'@settings(phases=[Phase.{phase}])\n@claim("own/false"'
        file.write_text(CLAIMS.replace('@claim("own/false"', only), encoding="utf-8")
        assert outcomes(pytest_run("-k", "own/false")[1]) == {"own/false": outcome}


@pytest.mark.parametrize(
    ("code", "words"),
    thinned(
        [
            ("@claim('bad/a', 'x')\ndef test_a(x): equal(x, x)\n", "annotate it"),
            ("@example(x='-1')\n@claim('bad/a', 'x')\ndef test_a(x: Positive): equal(x, x)\n", "is not in Positive"),
            ("@example(y='1')\n@claim('bad/a', 'x')\ndef test_a(x: Positive): equal(x, x)\n", "too many or too few"),
            ("@claim('bad/a', 'x')\ndef test_a(x: Positive): pass\n", "states nothing"),
            ("@claim('bad/a', 'x')\ndef test_a(x: Positive): less(0, x / 0)\n", "not finite"),
        ],
        5,
        mark="long",
    ),
)
def test_wrong_claims_fail_with_a_clear_line(code, words, pytest_run, tmp_path):
    imports = "from hypothesis import example\nfrom verify import Positive, claim, equal, less\n"
    (tmp_path / "test_own.py").write_text(imports + code)
    status, text = pytest_run()
    assert status in (1, 2)
    assert words in text
