"""``python -O`` drops assertions: nothing outside the tests rests on one, and no proof is believed that might."""

import ast
import json
import os
import subprocess
import sys

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.slow import but
from properties.engine.helpers.warm import warm

CLAIMS = """
for proof in PROOFS:
    @claim("own/" + proof.__name__, "x = x", expected="proved", proof=proof)
    def test_proof(x: Scalar):
        equal(x, x)

    globals()["test_" + proof.__name__] = test_proof
"""

SHOWING = (
    """
import tools
from verify import Scalar, claim, equal
from verify.proving import show

def shows():
    show(1 == 1)

def shows_what_is_false():
    show(1 == 2)

def raises():
    if 1 == 2:
        raise AssertionError

def raises_elsewhere():
    tools.check(1, 1)

def raises_what_is_false():
    tools.check(1, 2)

def nothing():
    pass

def only_helps():
    tools.harmless()

PROOFS = shows, shows_what_is_false, raises, raises_elsewhere, raises_what_is_false, nothing, only_helps
"""
    + CLAIMS
)

TOOLS = """
def check(a, b):
    if a != b:
        raise ValueError("they differ")

def harmless():
    return 1
"""

ASSERTING = (
    """
from verify import Scalar, claim, equal
from verify.proving import show

def asserts():
    assert 1 == 1

def asserts_what_is_false():
    assert 1 == 2, "one is not two"

def asserts_within():
    def check():
        assert 1 == 2, "nor here"
    show(1 == 1)
    check()

PROOFS = asserts, asserts_what_is_false, asserts_within
"""
    + CLAIMS
)

RESTING = (
    """
from verify import Scalar, claim, equal
from verify.proving import show

def asserts_elsewhere():
    import helper
    show(1 == 1)
    helper.check(1, 2)

def asserts_somewhere():
    from helper import CHECKS
    show(1 == 1)
    for check in CHECKS:
        check(1, 2)

PROOFS = asserts_elsewhere, asserts_somewhere
"""
    + CLAIMS
)

HELPER = """
def check(a, b):
    assert a == b, "not there"

CHECKS = [check]
"""

FILES = {
    "showing.py": SHOWING, "tools.py": TOOLS, "asserting.py": ASSERTING, "resting.py": RESTING, "helper.py": HELPER,
}  # fmt: skip

NOTHING = "the proof shows nothing: write show(condition)"
SAME = {
    "shows": "",
    "shows_what_is_false": "showing.py:9: show(1 == 2) is false",
    "raises": "",
    "raises_elsewhere": "",
    "raises_what_is_false": "they differ",
    "nothing": NOTHING,
    "only_helps": NOTHING,
}
"""The message of each proof, empty for one that is believed, with and without -O."""

DROPPED = {
    "asserts": ("", "asserting.py:5: python -O drops assert: write show(condition)"),
    "asserts_what_is_false": ("one is not two", "asserting.py:5: python -O drops assert"),
    "asserts_within": ("nor here", "asserting.py:5: python -O drops assert"),
    "asserts_elsewhere": ("not there", "helper.py:2: python -O drops assert: write show(condition)"),
    "asserts_somewhere": ("not there", "helper.py:2: python -O drops assert"),
}
"""The messages of the proofs that assert: without -O, and with it."""


@pytest.mark.long
def test_nothing_outside_the_tests_is_an_assertion():
    packages = [TREE / name for name in ("verify", "reference", "vae_verify", "benchmarks", "properties")]
    tests = TREE / "properties" / "engine"
    modules = [path for package in packages for path in package.rglob("*.py") if tests not in path.parents]
    assert {path.relative_to(TREE).parts[0] for path in modules} == {package.name for package in packages}
    assert any(path.parent.name == "proofs" for path in modules)
    found = [
        f"{module.relative_to(TREE)}:{node.lineno}"
        for module in modules
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Name) and node.id == "__debug__")
    ]
    assert found == []


def optimised(folder, level, *command):
    """Run a module of Python on files of claims, its assertions dropped at level 1 and 2; return status and output."""
    for name, text in FILES.items():
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    python, variables = (sys.executable,), {"PYTHONOPTIMIZE": level, "PYTHONDONTWRITEBYTECODE": "1"}
    if not level:
        python, variables = warm(), {}
    done = subprocess.run(
        [*python, "-m", *command], cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


STATING = ("showing.py", "asserting.py", "resting.py")


@pytest.mark.parametrize("level", but(["", "2"], "2", mark="long"))
def test_a_run_proves_the_same_or_refuses(level, tmp_path):
    status, out, err = optimised(tmp_path, level, "verify", "run", *STATING, "--max-examples", "2", "--json", "-")
    results = {result["id"].removeprefix("own/"): result for result in json.loads(out)["claims"]}
    assert (status, err) == (1, "")
    messages = SAME | {name: texts[bool(level)] for name, texts in DROPPED.items()}
    assert results.keys() == messages.keys()
    for name, message in messages.items():
        assert results[name]["verdict"] == ("error" if message else "proved"), name
        assert message in (results[name]["message"] or ""), name


@pytest.mark.slow
def test_so_does_pytest(tmp_path):
    command = ["pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", "--color=no", *STATING]
    status, out, _ = optimised(tmp_path, "1", *command)
    assert status == 1
    for name in (*SAME, *DROPPED):
        outcome = "FAILED" if SAME.get(name, "refused") else "PASSED"
        assert f"::test_{name}[own/{name}:proof]" in out
        assert any(line.startswith(outcome) and f"[own/{name}:proof]" in line for line in out.splitlines()), name


@pytest.mark.slow
def test_papers_are_proved_without_assertions_too(tmp_path):
    claims = ("wang2022/eq-61", "koehler2022/lemma-2.corrected")
    command = ("verify", "run", *claims, "--max-examples", "2", "--json", "-")
    status, out, err = optimised(tmp_path, "1", *command)
    assert (status, err) == (0, "")
    assert [result["verdict"] for result in json.loads(out)["claims"]] == ["proved"] * len(claims)
