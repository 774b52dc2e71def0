"""The hunt refutes what is false with a small certificate, never what is true, and answers for what has no value."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from properties.engine.helpers.slow import but
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.hunt import search

KEYS = ["target", "verdict", "instances", "seconds", "strategy", "certificate"]

CONJECTURES = """
import time
from fractions import Fraction
import numpy as np

from reference.arithmetic import (
    column_squared_norms, determinant, eigenvalues, exp, log, rank, singular_values, sqrt, squared_norm, trace
)
from verify import (
    Matrix, NonNegative, OneOf, Orthogonal, Positive, PositiveDefinite, PositiveSemidefinite, PositiveVector, Scalar,
    Spectrum, Symmetric, Vector, assume, claim, equal, iff, implies, leq, less, positive_semidefinite
)

# --- false ---

@claim("false/products-commute", "AB = BA")
def products_commute(A: Matrix["d d"], B: Matrix["d d"]):
    equal(A @ B, B @ A)

@claim("false/window", "(t-1)^2 + 10^{-6} > 10^{-6} + 10^{-5}(t - 1)")
def window(t: Positive):
    leq(Fraction(1, 10**5) * (t - 1), (t - 1) * (t - 1))

@claim("false/odd-determinants", "a determinant of order below 3 is that of its negative")
def odd_determinants(A: Matrix["d d"]):
    assume(leq(2, A.shape[0]))
    equal(determinant(A), determinant(-A))

@claim("false/strict", "0 < x² + y²")
def strict(x: Scalar, y: Scalar):
    less(0, x * x + y * y)

@claim("false/singular", "positive semidefinite matrices have positive determinants")
def singular(S: PositiveSemidefinite["d"]):
    less(0, determinant(S))

@claim("false/transposes", r"A = B^\\top ⇒ tr AB ≤ 0", kind="inequality")
def transposes(A: Matrix["d r"], B: Matrix["r d"]):
    assume(equal(A, B.mT))
    leq(trace(A @ B), 0)

@claim("false/repeated", "singular values of full rank are distinct")
def repeated(A: Matrix["d d", {"d": (2, 2)}]):
    G = A.mT @ A
    assume(less(0, determinant(G)))
    less(0, (G[0, 0] - G[1, 1]) * (G[0, 0] - G[1, 1]) + 4 * G[0, 1] * G[0, 1])

@claim("false/triangle", "|λ|(A + B) ≤ |λ|(A) + |λ|(B) for the least eigenvalue")
def triangle(A: Symmetric["d"], B: Symmetric["d"]):
    leq(eigenvalues(A + B)[-1], eigenvalues(A)[-1] + eigenvalues(B)[-1])

@claim("false/constant", r"(\\sum_i x_i)^2 \\le 3.999 \\sum_i x_i^2")
def constant(x: Vector["d"]):
    leq(x.sum() * x.sum(), Fraction(3999, 1000) * (x * x).sum())

@claim("false/one-way", "A = 0 iff tr A² = 0", kind="equivalence")
def one_way(A: Matrix["d d"]):
    iff(equal(A, 0), equal(trace(A @ A), 0))

@claim("false/threshold", "x ≠ y ⇒ …: (x − y)² > 0")
def threshold(x: Positive, y: PositiveVector["d"]):
    less(0, (x - y) * (x - y))

@claim("false/underflow", "x^{400} ≤ 2^{-4000} x^{390} for x ≤ 2^{-8}")
def underflow(x: Positive):
    assume(leq(x, Fraction(1, 256)))
    leq(x**200 * 2**1900, x**10)

@claim("false/by-hand", "no entry exceeds three times the first")
def by_hand(A: Matrix["d r"]):
    rows = A.tolist()
    equal(sum((x for row in rows for x in row[1:]), 0 * rows[0][0]), 0)

# --- true ---

@claim("true/cauchy", "|xy|² ≤ |x|²|y|²")
def cauchy(x: Vector["d"], y: Vector["d"]):
    leq((x * y).sum() * (x * y).sum(), (x * x).sum() * (y * y).sum())

@claim("true/cancelling", "(x + y)² − x² − 2xy − y² = 0")
def cancelling(x: Positive, y: Positive):
    equal((x + y) * (x + y) - x * x - 2 * x * y - y * y, 0)

@claim("true/singular", "rank ≤ 1 ⇒ det = 0")
def rank_one(x: Vector["d", {"d": (2, 4)}], y: Vector["d"]):
    equal(determinant(x[:, None] * y[None]), 0)

@claim("true/rank", "rank AB ≤ rank A")
def ranks(A: Matrix["d r"], B: Matrix["r d"]):
    leq(rank(A @ B), rank(A))

@claim("true/exponentials", "eˣeʸ = eˣ⁺ʸ")
def exponentials(x: Scalar, y: Scalar):
    equal(exp(x) * exp(y), exp(x + y))

@claim("true/orthogonal", "|QA| = |A|")
def orthogonal(Q: Orthogonal["d"], A: Matrix["d r"]):
    equal(squared_norm(Q @ A), squared_norm(A))

# --- neither ---

@claim("bad/raises", "x = x")
def raises(A: Matrix["d d"]):
    if len(A) == 2:
        raise RuntimeError("two is not for me")
    equal(A, A)

@claim("bad/always-raises", "x = x")
def always_raises(x: Scalar):
    equal(x.nothing, x)

@claim("bad/undefined", "log x = log x")
def undefined(x: Scalar):
    equal(log(x), log(x))

@claim("bad/endless", "x = x")
def endless(A: Matrix["d d"]):
    while len(A) == 2:
        pass
    equal(A, A)

@claim("bad/dies", "x = x")
def dies(A: Matrix["d d"]):
    import os
    if len(A) == 2:
        os._exit(3)
    equal(A, A)

@claim("bad/exits", "x = x")
def exits(x: Scalar):
    raise SystemExit(7)

@claim("bad/nothing", "…")
def nothing(x: Scalar):
    pass

@claim("bad/premise", "x² < 0 ⇒ x = 1")
def premise(x: Scalar):
    assume(less(x * x, 0))
    equal(x, 1)
"""

SMALLEST: dict[str, Any] = {  # None: how small does not matter
    "products_commute": ({"d": 2}, {"A": [["0", "0"], ["0", "1"]], "B": [["0", "0"], ["1", "0"]]}),
    "window": None,
    "odd_determinants": ({"d": 3}, None),
    "strict": ({}, {"x": "0", "y": "0"}),
    "singular": ({"d": 1}, {"S": [["0"]]}),
    "transposes": ({"d": 1, "r": 1}, {"A": [["1"]], "B": [["1"]]}),
    "repeated": ({"d": 2}, {"A": [["0", "1"], ["1", "0"]]}),
    "triangle": ({"d": 2}, None),
    "constant": ({"d": 4}, {"x": ["1", "1", "1", "1"]}),
    "one_way": ({"d": 2}, {"A": [["0", "0"], ["1", "0"]]}),
    "threshold": ({"d": 1}, {"x": "1", "y": ["1"]}),
    "underflow": None,
    "by_hand": ({"d": 1, "r": 2}, {"A": [["0", "1"]]}),
}
LONG = ["window", "odd_determinants", "triangle", "constant", "one_way", "products_commute", "underflow", "repeated"]
TRUE = ["cancelling", "cauchy", "rank_one", "ranks", "exponentials", "orthogonal"]
ERRORS = {
    "raises": "the claim raises RuntimeError at conjectures.py:",
    "always_raises": "the claim raises AttributeError at conjectures.py:",
    "undefined": "not finite",
    "endless": "does not return",
    "dies": "a process died",
    "exits": "the claim raises SystemExit at conjectures.py:",
    "nothing": "the claim states nothing",
}
UNSATISFIABLE = "no instance satisfies the premises"


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


@pytest.mark.parametrize("name", but(SMALLEST, *LONG, mark="long"))
def test_a_false_conjecture_is_refuted_at_a_small_instance(capsys, unhurried, monkeypatch, name):
    if SMALLEST[name] is None:
        monkeypatch.setattr(search, "SIMPLIFYING", 0.1)
    status, result, certificate = hunt(capsys, name, "--budget", "300")
    assert (status, result["verdict"]) == (1, "refuted")
    assert list(result)[: len(KEYS)] == KEYS
    assert result["instances"] > 0
    assert main(["check", "--claims", "conjectures.py", result["certificate"]]) == 0
    assert Path(result["certificate"]).with_suffix(".tex").read_text().startswith(r"\paragraph{Counterexample.}")
    if SMALLEST[name] is not None:
        sizes, values = SMALLEST[name]
        assert certificate["dimensions"] == sizes
        assert values is None or _sizes_of(certificate["inputs"]) == _sizes_of(values)


def _sizes_of(values):
    """Return how often each number occurs, up to its sign: which of several mirror images was found does not matter."""
    text = json.dumps(values).replace("-", "")
    return sorted(text.split('"'))


@pytest.mark.parametrize("name", but(TRUE, *TRUE[1:], mark="long"))
def test_a_true_conjecture_survives_whatever_floats_say(capsys, folder, counted, name):
    status, result, _ = hunt(capsys, name, "--budget", "15")
    assert (status, result["verdict"], result["certificate"]) == (0, "survived", None)
    assert result["instances"] > 1000
    assert not list((folder / "counterexamples").iterdir())


@pytest.mark.long
def test_a_sharp_inequality_shows_where_it_is_attained(capsys, counted):
    main(["hunt", "conjectures.py::cauchy", "--jobs", "1", "--budget", "120"])
    out = capsys.readouterr().out
    assert "true/cauchy" in out
    assert "survived" in out
    assert "4 of 4 patterns of dimensions, and " in out
    assert "equality at all 40 instances tried at which x and y are proportional" in out
    assert "sharp" not in out
    assert re.search(r"beyond   d > [5-8];", out)


@pytest.mark.parametrize("name", but(ERRORS, "endless", "raises", mark="long"))
def test_what_has_no_value_is_an_error_that_says_why(capsys, monkeypatch, folder, name):
    monkeypatch.setattr(search, "_AFTER_AN_ERROR", 0.3)  # it may be refuted elsewhere, but not for long
    monkeypatch.setattr(search, "_LONGEST", 0.3)
    monkeypatch.setattr(search, "_PATIENCE", 1.0)
    is_in_error(capsys, folder, name, ERRORS[name])


@pytest.mark.long
def test_premises_that_nothing_satisfies_are_an_error(capsys, folder, counted):
    is_in_error(capsys, folder, "premise", UNSATISFIABLE)


def is_in_error(capsys, folder, name, why):
    status = main(["hunt", f"conjectures.py::{name}", "--jobs", "1", "--budget", "20", "--json", "found.json"])
    out, err = capsys.readouterr()
    assert status == 1
    assert why in out
    assert "Traceback" not in out + err
    assert "is in error" in out
    result = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    assert result["verdict"] == "error"
    assert why in result["errors"][0]
    assert f"  error    {result['errors'][0]}" in out
