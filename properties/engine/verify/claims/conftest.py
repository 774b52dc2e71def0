"""Claims that have variants."""

from pathlib import Path

import pytest

from verify.registry.loading import load_file

CLAIMS = """
import verify
from reference.arithmetic import trace
from verify import Constant, Positive, PositiveDefinite, Scalar, Symmetric, assume, claim, implies, leq, less


def bounded(x):
    assume(leq(x, 1000))


@claim("own/trace", r"0 \\\\le \\\\operatorname{tr} A", label="eq. (1)", kind="inequality")
def test_trace(A: PositiveDefinite["n"]):
    less(0, trace(A))


@claim("own/three", "x ≤ c, if 1 ≤ x ≤ 3 and y = 0")
def test_three(x: Scalar, y: Scalar, c: Constant("7/2")):
    bounded(x)
    assume(leq(x, 3)); verify.assume(leq(1, x))
    for k in (0, 1):
        assume(
            leq(y, k) & leq(-k, y))
    implies(leq(0, y), leq(x, c))


@claim("own/false", "x ≤ 0", expected="refuted")
def test_false(x: Scalar):
    leq(x, 0)
"""


@pytest.fixture
def claims(tmp_path, monkeypatch):
    """Return claims of a file in the folder of the test, by their ids."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CLAIMS.replace("\\\\", "\\"), encoding="utf-8")
    return {entry.id: entry for entry in load_file(Path("own.py"))}
