"""Nothing that a hunt has found is lost: to an edited file, a full disk, a process that died, or a body that fails."""

import json
import warnings
from concurrent.futures import BrokenExecutor
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.waiting import until
from verify import Orthogonal
from verify.certificates import shelf
from verify.certificates.checker import check
from verify.certificates.format import certificate, complexity
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.hunt.downhill import evolution
from verify.hunt.examiner import Examiner, Findings
from verify.hunt.strata import patterns, random_stratum
from verify.registry.loading import load_file
from verify.registry.sources import Source
from verify.simplify import simplify
from verify.simplify.heights import height
from verify.simplify.variations import _heights
from verify.workers.processes import Workers, processes

CLAIMS = """
from reference.arithmetic import eigenvalues
from verify import Matrix, Scalar, Symmetric, Vector, claim, equal, leq

@claim("mishap/small", "x ≤ 3")
def small(x: Scalar):
    leq(x, 3)

@claim("mishap/prints", "x ≤ 3")
def prints(x: Scalar):
    print("noise")
    leq(x, 3)

@claim("mishap/fails", "the sum is at most 5")
def fails(x: Vector["d", {"d": (2, 4)}]):
    if x.tolist()[0] == 0:
        raise IndexError("no entry")
    leq(x.sum(), 5)

@claim("mishap/identity", "x = x")
def identity(x: Scalar):
    equal(x, x)

@claim("mishap/loose", "3xy ≤ 2(x² + y²)")
def loose(x: Scalar, y: Scalar):
    leq(3 * x * y, 2 * (x * x + y * y))

@claim("mishap/wide", "x = x")
def wide(A: Matrix["a b", {"a": (1, 16), "b": (1, 16)}], B: Matrix["c e", {"c": (1, 16), "e": (1, 16)}]):
    equal(A, A)

@claim("mishap/triangle", "|λ|(A + B) ≤ |λ|(A) + |λ|(B) for the least eigenvalue")
def triangle(A: Symmetric["d"], B: Symmetric["d"]):
    leq(eigenvalues(A + B)[-1], eigenvalues(A)[-1] + eigenvalues(B)[-1])
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder with a file of claims."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # nothing is left elsewhere
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    (tmp_path / "mishaps.py").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def stated(folder, name):
    (claim,) = (claim for claim in load_file(folder / "mishaps.py") if claim.id == f"mishap/{name}")
    return claim


def refuted(claim, x):
    instance = claim.signature.decode({"x": x}, {"d": len(x)} if isinstance(x, list) else {})
    return counterexample(claim, instance)


@pytest.mark.parametrize("text", ["# a comment\n# and another\n" + CLAIMS, "def (", None])
def test_a_file_that_is_edited_or_deleted_meanwhile_does_not_change_its_claims(folder, text):
    claim = stated(folder, "small")
    if text is None:
        (folder / "mishaps.py").unlink()
    else:
        (folder / "mishaps.py").write_text(text, encoding="utf-8")
    check(certificate(refuted(claim, "4")), {claim.id: claim})
    assert Source.of(claim).text == CLAIMS


def test_a_counterexample_that_cannot_be_written_is_found_all_the_same(folder):
    claim = stated(folder, "small")
    (folder / "taken").write_text("no folder")
    examiner = Examiner(claim, Findings("bulk"), float("inf"), 5.0, folder / "taken")
    examiner.certify(refuted(claim, "4"))
    assert examiner.findings.certificate["inputs"] == {"x": "4"}


def test_a_folder_that_is_lost_meanwhile_is_replaced_by_another(folder, capsys, monkeypatch):
    keep = shelf.write

    def write(content, path):
        if path.parent.name == "lost":
            raise PermissionError(13, "Permission denied")
        keep(content, path)

    monkeypatch.setattr(shelf, "write", write)
    assert main(["hunt", "mishaps.py::small", "--jobs", "1", "--out", "lost", "--json", "result.json"]) == 1
    out, err = capsys.readouterr()
    assert "mishap/small (Small) is refuted" in out
    assert "Permission denied: the counterexample is in" in err
    assert main(["check", "--claims", "mishaps.py", json.loads(Path("result.json").read_text())["certificate"]]) == 0


def test_a_process_that_dies_while_nobody_waits_for_it_is_replaced():
    with Workers(lambda: processes(2)) as workers:
        assert workers.submit(abs, -1).result() == 1
        for child in active_children():
            child.kill()
            child.join()

        def works():  # until it is known, a call may still be accepted, and break
            try:
                return workers.submit(abs, -2).result(timeout=300) == 2
            except BrokenExecutor:
                return False

        until(works)
        assert workers.submit(abs, -3).result(timeout=300) == 3


def test_what_a_body_raises_at_a_simpler_instance_does_not_end_the_simplification(folder):
    claim = stated(folder, "fails")
    instance = simplify(refuted(claim, ["7/2", "17/4", "9"]), seconds=300).instance
    assert all(number.isdigit() for number in instance.encode()["x"])
    assert instance.sizes == {"d": 2}


@pytest.mark.parametrize("x", [f"{10**400}", f"{10**400 * 4 + 1}/{10**400}"])
def test_numbers_too_large_for_floats_are_made_small_like_all_others(folder, x):
    claim = stated(folder, "small")
    assert simplify(refuted(claim, x), seconds=300).instance.encode() == {"x": "4"}


def test_simplification_and_the_order_of_certificates_measure_by_the_same_heights():
    assert [height(-3, 4), height(2, 1), height(0, 1)] == [15, 6, 2]
    assert complexity({"d": 2}, {"v": ["-3/4", "2"], "kind": "a"}) == (2, 21)
    assert _heights(np.array([-0.75, 2, 0])).tolist() == [15, 6, 2]


def test_an_evolution_hides_its_own_warnings_and_no_others(folder):
    claim, generator = stated(folder, "loose"), np.random.default_rng(0)
    stratum = random_stratum(claim.signature, {}, generator, plain=True)
    before, generations = list(warnings.filters), 0
    for _ in evolution(claim, stratum, np.array([1.0, 3.0]), generator, 100):
        generations += 1
        assert list(warnings.filters) == before
    assert generations > 3


SHY = """
import resource
from reference.arithmetic.lanes import Lanes
from verify import Scalar, claim, leq

@claim("shy/limited", "x ≤ 2²¹")
def test_limited(x: Scalar):
    if resource.getrlimit(resource.RLIMIT_DATA)[0] > 4 * 2**30:
        raise LookupError("no limit")
    leq(x, 2**21)

@claim("shy/exactly", "x ≤ 2²¹")
def test_exactly(x: Scalar):
    leq(x, 2**21)
    if not isinstance(x, Lanes):
        raise LookupError("only in floats")
"""


def test_who_hunts_has_a_limit_of_memory_and_a_near_miss_that_raises_is_told_without_its_sides(folder, capsys, counted):
    (folder / "shy.py").write_text(SHY, encoding="utf-8")
    assert main(["hunt", "shy.py::test_limited", "--budget", "20", "--jobs", "1"]) == 0
    assert "nearest" in capsys.readouterr().out
    main(["hunt", "shy.py::test_exactly", "--budget", "20", "--jobs", "1"])
    assert "nearest" in capsys.readouterr().out


def test_what_a_body_prints_is_no_part_of_the_result(capfd):
    assert main(["hunt", "mishaps.py::prints", "--jobs", "1", "--json", "-"]) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["verdict"] == "refuted"
    assert "noise" in err


@pytest.mark.long
def test_the_file_is_what_is_reported_however_many_processes_there_are(folder, capsys, monkeypatch, unhurried):
    for jobs in ("1", "2", "4"):
        monkeypatch.setenv(VARIABLE, str(folder / jobs / "examples"))
        main(["hunt", "mishaps.py::triangle", "--seed", "5", "--jobs", jobs, "--out", jobs])
    first, *others = [json.loads((folder / jobs / "mishap_triangle.json").read_text())["inputs"] for jobs in "124"]
    assert all(inputs == first for inputs in others)
    shown = capsys.readouterr().out
    assert shown.count(f"A = {_shown(first['A'])}\n") == 3
    assert shown.count(f"B = {_shown(first['B'])}\n") == 3


def _shown(rows):
    return "[" + "; ".join(" ".join(row) for row in rows) + "]"


@pytest.mark.long
def test_an_identity_is_not_called_sharp_and_zero_is_not_a_near_miss(capsys, counted):
    main(["hunt", "mishaps.py::identity", "--jobs", "1", "--budget", "20"])
    assert "sharp" not in capsys.readouterr().out
    main(["hunt", "mishaps.py::loose", "--jobs", "1", "--budget", "20", "--json", "-"])
    nearest = json.loads(capsys.readouterr().out)["nearest"]
    assert 0.1 < nearest["margin"] < 0.15  # at x = y: 3 against 4
    assert nearest["inputs"]["x"] == nearest["inputs"]["y"] != "0"


def test_a_hunt_among_too_many_patterns_of_dimensions_begins_with_the_small_ones(folder):
    sizes = patterns(stated(folder, "wide").signature)
    assert 1000 < len(sizes) <= 4096
    assert sizes[0] == {"a": 1, "b": 1, "c": 1, "e": 1}
    assert {"a": 5, "b": 5, "c": 5, "e": 5} in sizes


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_an_orthogonal_matrix_is_known_by_its_raw_entries(size):
    domain, generator = Orthogonal["d"], np.random.default_rng(size)
    for _ in range(30):
        data = generator.integers(0, 256, domain.bytes_needed((size, size)), dtype=np.uint8).tobytes()
        value = domain.draw(data, (size, size))
        raw = domain.raw(value)
        assert raw.shape == (domain.size((size, size)),)
        assert (domain.construct(raw, "plain", (size, size)) == value).all()


@pytest.mark.long
def test_a_rotation_becomes_that_of_the_smallest_triangle(folder):
    text = "from verify import Orthogonal, claim, equal\n@claim('mishap/turn', 'Q³ = Q')\n"
    (folder / "turn.py").write_text(text + "def turn(Q: Orthogonal['d']):\n    equal(Q * Q * Q, Q)\n")
    claim = load_file(folder / "turn.py")[0]
    data = [["-6399/6401", "160/6401"], ["160/6401", "6399/6401"]]
    instance = claim.signature.decode({"Q": data}, {"d": 2})
    simpler = simplify(counterexample(claim, instance), seconds=300).instance
    assert {str(abs(x)) for x in np.ravel(simpler.values["Q"].array)} == {"3/5", "4/5"}
