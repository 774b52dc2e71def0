"""What is said of a run and of each of its results, to the key: nothing else, nothing twice, and nothing by default."""

import platform
import time
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from importlib import metadata

import pytest

import vae_verify
from verify.claims.entry import Verdict
from verify.running import record
from verify.running.record import Run, recorded
from verify.running.result import Result

BARE = {
    "id": "a/b", "verdict": "holds", "expected": "proved", "examples": 0, "certain": 0, "indistinguishable": 0,
    "bits": None, "seconds": 0.0, "certificate": None, "message": "",
}  # fmt: skip


def test_a_result_says_no_more_than_it_is_told():
    result = Result("a/b", Verdict.HOLDS, Verdict.PROVED)
    assert result.json() == BARE
    assert result.unkept == ""
    assert not result.as_expected
    said = {"examples": 3, "certain": 1, "indistinguishable": 2, "bits": 5, "certificate": "c", "message": "m"}
    full = Result("a/b", Verdict.HOLDS, Verdict.HOLDS, seconds=1.23456, unkept="u", **said)
    assert full.json() == BARE | said | {"expected": "holds", "seconds": 1.235}
    assert full.as_expected


def test_a_run_is_written_with_all_that_is_known_of_it():
    results = {id: Result(id, Verdict.HOLDS, Verdict.HOLDS) for id in ("a/c", "a/b")}
    run = Run(7, results, {"a/b": "digest"}, 30, "then", {"x": "1"}, "vae-verify run", 2)
    assert run.json() == {
        "version": 1, "seed": 7, "max_examples": 30, "created": "then", "versions": {"x": "1"},
        "command": "vae-verify run", "chosen": 2,
        "claims": [results["a/c"].json() | {"source": None}, results["a/b"].json() | {"source": "digest"}],
    }  # fmt: skip
    assert [Run(7, results, chosen=chosen).interrupted for chosen in (None, 1, 2, 3)] == [False, False, False, True]
    assert Run(7, results).json()["versions"] == {}
    with pytest.raises(FrozenInstanceError):
        run.seed = 8


def test_a_record_has_the_order_of_the_claims_and_the_sources_of_all(mixed):
    claims = [mixed["false"], mixed["true"], mixed["other"]]
    results = {claim.id: Result(claim.id, Verdict.HOLDS, Verdict.HOLDS) for claim in claims[1::-1]}
    run = recorded(iter(claims), results, 3, 20, "then", "how")
    assert list(run.results) == ["mixed/false", "mixed/true"]
    assert run.sources == {claim.id: claim.digest for claim in claims}
    assert (run.seed, run.max_examples, run.created, run.command, run.chosen) == (3, 20, "then", "how", 3)
    assert run.interrupted
    assert run.versions == record.versions()


def test_what_has_no_source_is_recorded_without(mixed, monkeypatch):
    def digest(claim):
        if claim is mixed["true"]:
            raise OSError("could not get source code")
        return "digest"

    monkeypatch.setattr(type(mixed["true"]), "digest", property(digest))
    run = recorded([mixed["true"], mixed["false"]], {}, 3, 20, "then", "how")
    assert run.sources == {"mixed/false": "digest"}


def test_versions_are_of_what_judges_and_is_installed(monkeypatch):
    found = record.versions()
    assert (found["vae-verify"], found["python"]) == (vae_verify.version(), platform.python_version())
    for name in ("python-flint", "numpy", "hypothesis", "sympy"):
        assert found[name] == metadata.version(name)
    asked = []

    def missing(name):
        asked.append(name)
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(record.metadata, "version", missing)
    assert record.versions().keys() <= {"vae-verify", "python"}
    assert asked[-5:] == ["python-flint", "numpy", "hypothesis", "sympy", "torch"]


def test_a_run_began_now_and_in_utc(monkeypatch):
    before = datetime.now(UTC).replace(microsecond=0)
    try:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("TZ", "XYZ-5")  # where it is five hours later
            time.tzset()
            said = record.now()
    finally:
        time.tzset()
    assert before <= datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) <= datetime.now(UTC)
