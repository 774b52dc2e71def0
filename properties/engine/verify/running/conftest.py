"""A file of claims that are true, false, wrong in print, loose, and a study."""

import pytest

from verify.certificates.pool import VARIABLE
from verify.registry.loading import load_file

MIXED = """
from pathlib import Path
from hypothesis import example
from verify import Scalar, claim, equal, leq
from verify.registry.studies import Evidence, simulated

@claim("mixed/true", "x = x")
def test_true(x: Scalar):
    with Path("seen").open("a") as file:
        print(x, file=file)
    equal(x, x)

@claim("mixed/other", "x = x")
def test_other(x: Scalar):
    with Path("seen-too").open("a") as file:
        print(x, file=file)
    equal(x, x)

@claim("mixed/false", "x ≤ 3")
@example(x=4)
def test_false(x: Scalar):
    leq(x, 3)

@claim("mixed/wrong", "x ≤ 3", expected="refuted")
@example(x=4)
def test_wrong(x: Scalar):
    leq(x, 3)

@claim("mixed/loose", "3xy ≤ 2(x² + y²)")
def test_loose(x: Scalar, y: Scalar):
    leq(3 * x * y, 2 * (x * x + y * y))

@simulated("mixed/study", "x")
def test_study(seed):
    return Evidence(1, 1, 0, f"from seed {seed}")
"""


@pytest.fixture
def mixed(folder, monkeypatch):
    """Return the claims of a file, by name."""
    monkeypatch.setenv(VARIABLE, str(folder / "examples"))
    (folder / "mixed.py").write_text(MIXED, encoding="utf-8")
    return {claim.body.__name__.removeprefix("test_"): claim for claim in load_file(folder / "mixed.py")}
