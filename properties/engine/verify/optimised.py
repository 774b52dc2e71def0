"""Under ``python -O`` assertions vanish: no proof is believed there, and the engine does not depend on any."""

import ast
import json
import os
import subprocess
import sys

import pytest

from properties.engine.helpers.foreign import TREE

ROOT = TREE

PROOFS = """
from verify import Scalar, claim, equal, leq

def disprove():
    assert 1 == 2, "one is not two"

@claim("own/proof", "x = x", expected="proved", proof=disprove)
def test_proof(x: Scalar):
    equal(x, x)

@claim("own/square", "0 ≤ x²")
def test_square(x: Scalar):
    leq(0, x * x)
"""


@pytest.mark.parametrize("package", ["verify", "reference"])
def test_nothing_in_the_engine_is_an_assertion(package):
    modules = list((ROOT / package).rglob("*.py"))
    assert len(modules) > 10
    found = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in modules
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Name) and node.id == "__debug__")
    ]
    assert found == []


def optimised(folder, level, *command):
    """Run a module of Python, its assertions dropped, on a file of claims; return its status and output."""
    (folder / "own.py").write_text(PROOFS, encoding="utf-8")
    environment = os.environ | {"PYTHONOPTIMIZE": level, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("level", ["1", "2"])
def test_a_run_calls_nothing_proved(level, tmp_path):
    status, out, err = optimised(tmp_path, level, "verify", "run", "own.py", "--max-examples", "10", "--json", "-")
    proof, square = json.loads(out)["claims"]
    assert (status, proof["verdict"], square["verdict"], err) == (1, "error", "holds", "")
    assert "run without -O" in proof["message"]


def test_neither_does_pytest(tmp_path):
    command = ["pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", "--color=no", "own.py"]
    status, out, _ = optimised(tmp_path, "1", *command)
    assert status == 1
    assert "PASSED own.py::test_square[own/square]" in out
    assert "FAILED own.py::test_proof[own/proof:proof]" in out
    assert "run without -O" in out
