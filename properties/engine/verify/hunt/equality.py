"""Where the sides are equal, a report says at which instances they are: of a structure, as many as were judged."""

import json

import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import determinant, eigenvalues, real, squared_norm, trace
from verify import ComplexMatrix, Matrix, PositiveSemidefinite, Scalar, Symmetric, Vector, assume, equal, leq, less
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.hunt.equality import explained
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.miss import examined
from verify.hunt.report import text_of
from verify.hunt.state import Hunt

TRIED = 40

SECONDS = 600.0


def words(A: PositiveSemidefinite["d"], B: PositiveSemidefinite["d"]):
    leq(trace(A @ B @ A @ B), trace(A @ A @ B @ B))


def cauchy(x: Vector["d"], y: Vector["d"]):
    leq((x * y).sum() ** 2, (x * x).sum() * (y * y).sum())


def schwarz(A: Matrix["d k"], B: Matrix["k d"]):
    leq(2 * trace(A @ B), squared_norm(A) + squared_norm(B))


def distance(x: Vector["d"], y: Vector["d"]):
    leq(0, ((x - y) ** 2).sum())


def hadamard(S: PositiveSemidefinite["d", {"d": (2, 2)}]):
    leq(determinant(S), S[0, 0] * S[1, 1])


def numerical(A: Matrix["d d"]):
    leq(trace(A @ A), squared_norm(A))


def hermitian(A: ComplexMatrix["d d"]):
    leq(real(trace(A @ A)), squared_norm(A))


def mean(S: Symmetric["d"]):
    leq(trace(S), S.shape[0] * eigenvalues(S)[0])


def variance(v: Vector["d"]):
    leq(v.sum() ** 2, v.shape[0] * (v * v).sum())


def product(A: Matrix["d d"], B: Matrix["d d"]):
    leq(0, squared_norm(A) * ((B[0, 0] - 1) ** 2 + squared_norm(B)))


def identity_of_traces(A: Matrix["d d"], B: Matrix["d d"]):
    leq(trace(A @ B), trace(B @ A))


def isolated(A: Matrix["d d", {"d": (2, 2)}]):
    leq(0, (A[0, 0] - 1) ** 2 + (A[0, 1] - 2) ** 2)


def first_entry(x: Vector["d"]):
    leq(x[0] ** 2, (x * x).sum())


TWO = [[2, 1], [1, 1]]

EXPLAINED = [
    (words, {"A": TWO, "B": [[5, 3], [3, 2]]}, "at which A and B commute"),
    (words, {"A": [[1]], "B": [[4]]}, "at which A and B commute"),  # what is one-dimensional is judged in general
    (cauchy, {"x": [1, 2], "y": [-2, -4]}, "at which x and y are proportional"),
    (cauchy, {"x": [0, 0], "y": [1, 3]}, "at which y and x are proportional"),
    (schwarz, {"A": [[1, 2, 0]], "B": [[1], [2], [0]]}, "with B the transpose of A"),
    (distance, {"x": [1, 2], "y": [1, 2]}, "with x = y"),
    (numerical, {"A": [[3, 1], [1, 1]]}, "at which A is symmetric"),
    (numerical, {"A": [[3, 0], [0, 1]]}, "at which A is symmetric"),
    (hermitian, {"A": [["2", "1+1i"], ["1-1i", "1"]]}, "at which A is Hermitian"),
    (hadamard, {"S": [[1, 0], [0, 2]]}, "at which S is diagonal"),
    (mean, {"S": [[3, 0], [0, 3]]}, "at which S is a multiple of the identity"),
    (variance, {"v": [2, 2, 2]}, "at which the entries of v are equal"),
    (product, {"A": [[0, 0], [0, 0]], "B": TWO}, "with A = 0"),
    (mean, {"S": [[3]]}, "at which S is a multiple of the identity"),
    (first_entry, {"x": [3]}, "with d = 1"),
    (identity_of_traces, {"A": TWO, "B": TWO}, "that are not trivial"),
]


@pytest.mark.parametrize(("body", "data", "expected"), EXPLAINED)
def test_equality_is_explained_by_the_widest_structure_at_which_it_always_holds(body, data, expected):
    claim = claim_of(body)
    assert (
        explained(claim, claim.signature.infer(data), SECONDS) == f"equality at all {TRIED} instances tried {expected}"
    )


def test_what_holds_at_one_instance_is_not_explained_and_without_time_nothing_is():
    claim = claim_of(isolated)
    assert explained(claim, claim.signature.infer({"A": [[1, 2], [0, 5]]}), SECONDS) is None
    claim = claim_of(cauchy)
    assert explained(claim, claim.signature.infer({"x": [1, 2], "y": [2, 4]}), -1.0) is None


def one_less(A: Matrix["d d"], B: Matrix["d d"]):
    """Equal where A and B commute, but for the instances at which A is 0."""
    assume(less(0, squared_norm(A)))
    leq(0, squared_norm(A @ B - B @ A))


def nearly(A: Matrix["d d"]):
    leq(0, squared_norm(A - A.mT) + A[0, 0] ** 2)


@pytest.mark.parametrize(
    ("body", "data", "said"),
    [
        (isolated, {"A": [[1, 2], [0, 5]]}, "so it is sharp there"),
        (nearly, {"A": [[0, 2], [2, 1]]}, "so it is sharp there"),
        (nearly, {"A": [[0]]}, "equality at all 40 instances tried with A = 0"),
        (one_less, {"A": TWO, "B": [[5, 3], [3, 2]]}, "equality at all 40 instances tried at which A and B commute"),
        (isolated, {"A": [[1, 2], [0, 6]]}, "so it is sharp there"),
    ],
)
def test_only_what_no_structure_explains_is_called_sharp(body, data, said):
    claim = claim_of(body)
    instance = claim.signature.infer(data)
    miss = examined(claim, Nearest(0.0, dict(instance.sizes), instance.encode(), "general"))
    assert miss.lines[-1] == miss.data["equality"] == said
    assert miss.gap == 0


def huge(x: Scalar, A: Matrix["d d"]):
    leq(10**30 * x - 10**30 * x + 2, 3 + 0 * A.sum())


def irrational(S: Symmetric["d"]):
    leq(eigenvalues(S)[0] - eigenvalues(S)[0], 3)


def equation(x: Scalar):
    equal(x, x)


def test_a_gap_is_told_in_relation_to_the_larger_side_whatever_the_scale_of_a_margin():
    for body, data, gap in (
        (huge, {"x": 7, "A": [[1]]}, 1 / 3),
        (irrational, {"S": [[1, 2], [2, 5]]}, 1.0),
        (equation, {"x": 7}, 0.0),
    ):
        claim = claim_of(body)
        instance = claim.signature.infer(data)
        miss = examined(claim, Nearest(1e-30, dict(instance.sizes), instance.encode(), "general"))
        assert miss.gap == pytest.approx(gap, rel=1e-12)
        assert f"gap {gap:.3g} of the larger side" in miss.lines[0]
        assert miss.equality is None  # of an equation it is no news


# --- what a survival is worth ---------------------------------------------------------------------------------------

FILE = """
from reference.arithmetic import squared_norm
from verify import Matrix, assume, claim, equal, leq

@claim("worth/nothing", "A^2 = 0, A + A' = 0 => A = 0")
def test_nothing(A: Matrix["d d"]):
    assume(equal(squared_norm(A), 0))
    equal(A.mT, A)

@claim("worth/little", "true where d = 1, and all else is discarded")
def test_little(A: Matrix["d d"]):
    assume(leq(A.shape[0], 1))
    leq(0, squared_norm(A))

@claim("worth/something", "a norm")
def test_something(A: Matrix["d d"]):
    leq(0, squared_norm(A))
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "headline", "which"),
    [
        ("nothing", "was judged at trivial instances only", "zero or one-dimensional"),
        pytest.param("little", "was judged at trivial instances only", "one-dimensional", marks=pytest.mark.long),
        ("something", "survived", None),
    ],
)
def test_a_survival_at_trivial_instances_is_not_called_one(
    name, headline, which, tmp_path, monkeypatch, capsys, counted
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    (tmp_path / "worth.py").write_text(FILE, encoding="utf-8")
    main(["hunt", f"worth.py::test_{name}", "--jobs", "1", "--budget", "15", "--json", "found.json"])
    out, found = capsys.readouterr().out, json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert out.startswith(f"worth/{name} ({name.capitalize()}) {headline}: ")
    assert (f"  trivial  only {which} instances met the premises\n" in out) == (which is not None)
    assert found["trivial"] == (which is not None)
    assert found["verdict"] == "survived"
    assert sum(found["sizes"].values()) == found["instances"]
    assert 0 < sum(found["kinds"].values()) <= found["instances"]
    assert ("general" in found["kinds"]) == (which is None)


def entries(A: Matrix["d d"], B: Matrix["d d"]):
    leq(0 * A, (A @ B - B @ A) ** 2)


def test_of_arrays_nothing_is_said_as_one_entry_of_them_is_known():
    claim = claim_of(entries)
    instance = claim.signature.infer({"A": TWO, "B": [[5, 3], [3, 2]]})
    miss = examined(claim, Nearest(0.0, dict(instance.sizes), instance.encode(), "general"))
    assert miss.lines[-1] == "0 ≤ 0   at index [0, 0]"
    assert miss.equality is None


def test_a_hunt_that_has_not_come_far_says_what_was_judged_and_floats_alone_confirm_nothing():
    claim = claim_of(distance)
    hunt = Hunt(claim, 0, 1.0)
    hunt.add(
        Findings(
            "bulk", looked=9, instances=9, decided=1, met=True, kinds={"one-dimensional": 8, "zero": 1}, sizes={1: 9}
        )
    )
    text = text_of(hunt, None)
    assert "  trivial  only zero or one-dimensional instances were judged\n" in text
    assert "  kinds    of 9: trivial: 1 zero, 8 one-dimensional\n" in text
    assert "  sizes " not in text
    hunt.add(Findings("bulk", looked=9, instances=3, decided=1, kinds={"general": 2, "diagonal": 1}, sizes={2: 3}))
    text = text_of(hunt, None)
    assert text.startswith("distance () was judged at trivial instances only: 12 instances, ")
    assert "only zero or one-dimensional instances were decided exactly; the others by floats alone\n" in text
    assert "  kinds    of 12: 2 general, 1 diagonal; trivial: 1 zero, 8 one-dimensional\n" in text
    assert "  sizes    by the largest dimension: 9 of 1, 3 of 2\n" in text
    alone = Hunt(claim, 0, 1.0)
    alone.add(Findings("bulk", looked=9, instances=3, decided=1, met=True, kinds={"general": 3}, sizes={2: 3}))
    assert "  trivial  none was decided exactly: all by floats alone\n" in text_of(alone, None)
    assert text_of(alone, None).startswith("distance () was judged by floats alone: 3 instances, ")
    hunt.add(Findings("bulk", confirmed=True))
    assert text_of(hunt, None).startswith("distance () survived: 12 instances, ")
    assert "trivial  " not in text_of(hunt, None)
