"""What a textbook says of famous inequalities, and what the papers' lemmas need."""

import json
from pathlib import Path

import pytest

from verify.commands.main import main

pytestmark = pytest.mark.slow

CLAIMS = """
from math import prod
from reference.arithmetic import determinant, diagonal, expm, real, trace
from verify import Hermitian, PositiveDefinite, claim, leq

@claim("textbook/golden-thompson", "tr exp(A + B) ≤ tr exp(A) exp(B)", kind="inequality")
def test_golden_thompson(A: Hermitian["d"], B: Hermitian["d"]):
    leq(real(trace(expm(A + B))), real(trace(expm(A) @ expm(B))))

@claim("textbook/hadamard", "det A ≤ ∏ aᵢᵢ", kind="inequality")
def test_hadamard(A: PositiveDefinite["d"]):
    leq(determinant(A), prod(diagonal(A)))
"""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """Work in a folder with a file of claims."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")


def lines(capsys, target, seed):
    """Return of each premise whether it is needed, and the dimensions at which that is seen, if they are least."""
    assert main(["explore", target, "--budget", "40", "--seed", seed, "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "survived"
    assert all(Path(line["certificate"]).exists() for line in report["premises"] if line["verdict"] == "needed")
    return {
        line["premise"]: (line["verdict"], {name: line["dimensions"][name] for name in line["least"]})
        for line in report["premises"]
    }


@pytest.mark.parametrize("seed", ["0", "1"])
def test_golden_and_thompson_need_hermitian_matrices(capsys, seed):
    assert lines(capsys, "own.py::test_golden_thompson", seed) == {
        f"{name}: Hermitian → any complex matrix": ("needed", {"d": 2}) for name in "AB"
    }


@pytest.mark.parametrize("seed", ["0", "1"])
def test_hadamard_needs_semidefinite_ones(capsys, seed):
    assert lines(capsys, "own.py::test_hadamard", seed) == {
        "A: positive definite → positive semidefinite": ("not seen to be needed", {}),
        "A: positive semidefinite → symmetric": ("needed", {"d": 3}),
    }


def test_the_lemma_of_koehler2022_has_no_value_without_positive_variances(capsys):
    found = lines(capsys, "koehler2022/lemma-3.optimal-d", "0")
    assert found == {
        premise: ("error", {})
        for premise in (
            "D: positive vector → nonnegative vector",
            "D: nonnegative vector → any vector",
            "eps: positive → nonnegative",
            "eps: nonnegative → any scalar",
        )
    }


def test_the_theorem_of_koehler2022_needs_an_orthonormal_basis(capsys):
    found = lines(capsys, "koehler2022/theorem-5.singular-values", "0")
    assert found == {"U: orthogonal → contraction": ("needed", {"d": 1, "r": 1})}
