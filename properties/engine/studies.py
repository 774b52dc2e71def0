"""Studies: which verdict follows from which evidence, that it is the evidence of the seed, and how it is shown."""

import json

import pytest

from properties.engine.commands import folder
from verify.claims import REGISTRY, Verdict
from verify.cli import main
from verify.inventory import load_file
from verify.runner import run_claim, run_claims
from verify.studies import Evidence

__all__ = ["folder"]  # the fixture that works in a folder of its own

OWN = """
from verify.studies import Evidence, simulated

@simulated("own/study", "x")
def test_study(seed):
    return Evidence(1000, 990, VIOLATIONS, f"of seed {seed}")
"""


@pytest.fixture
def study(folder):
    def write(violations, expected="simulated"):
        text = OWN.replace("VIOLATIONS", str(violations)).replace('"x"', f'"x", expected="{expected}"')
        (folder / "study.py").write_text(text, encoding="utf-8")
        return load_file(folder / "study.py")[0]

    return write


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(1000, 1000, 0), Verdict.SIMULATED),
        (Evidence(1000, 0, 0), Verdict.SIMULATED),
        (Evidence(1000, 999, 1), Verdict.CONTRADICTED),
        (Evidence(10**6, 10**6 - 1, 0) + Evidence(1, 0, 1) + Evidence(10**6, 10**6, 0), Verdict.CONTRADICTED),
        (Evidence(0, 0, 0), Verdict.UNDECIDED),
    ],
)
def test_one_example_against_it_contradicts_a_claim_and_no_example_decides_nothing(study, evidence, verdict):
    claim = study(0)
    assert claim.verdict(evidence) is verdict
    claim.study = lambda seed: evidence
    result = run_claim(claim, 100, 0)
    assert (result.verdict, result.certificate) == (verdict, None)
    assert result.examples == evidence.examples
    assert result.indistinguishable == evidence.examples - evidence.certain - evidence.violations


def test_evidence_adds_up():
    both = Evidence(10, 7, 1, "one") + Evidence(5, 2, 3, "other")
    assert both == Evidence(15, 9, 4, "one; other")
    assert both + Evidence(0, 0, 0, "one; other") == both


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_study_is_of_the_seed_of_the_run(study, jobs):
    study(0)
    for seed in (0, 5):
        (result,) = run_claims([REGISTRY["own/study"]], 100, seed, jobs)
        assert result.message == f"of seed {seed}"


@pytest.mark.parametrize(
    ("violations", "expected", "verdict", "status"),
    [
        (0, "simulated", "simulated", 0),
        (3, "simulated", "contradicted", 1),
        (3, "contradicted", "contradicted", 0),
        (0, "contradicted", "simulated", 1),
    ],
)
def test_contradicted_is_a_verdict_of_a_run(study, capsys, violations, expected, verdict, status):
    study(violations, expected)
    assert main(["run", "study.py", "--slow", "--seed", "4", "--json", "-"]) == status
    (found,) = json.loads(capsys.readouterr().out)["claims"]
    assert (found["verdict"], found["expected"], found["certificate"]) == (verdict, expected, None)
    assert "of seed 4" in found["message"]
    assert ("against it are 3 of 1000: " in found["message"]) is bool(violations)
    assert main(["run", "study.py", "--slow"]) == status
    out = capsys.readouterr().out
    mark = "✗" if status else "≠" if violations else "✓"
    assert f"{mark} {verdict}" in out
    assert out.count("of seed 0") == 1


def test_the_test_of_a_study_passes_if_its_verdict_is_the_expected_one(folder):
    for violations, expected, passes in (
        (0, "simulated", 1),
        (1, "simulated", 0),
        (1, "contradicted", 1),
        (0, "contradicted", 0),
    ):
        scope = {}
        text = OWN.replace("VIOLATIONS", str(violations)).replace('"x"', f'"x", expected="{expected}"')
        REGISTRY.pop("own/study", None)
        exec(text, scope)
        if passes:
            scope["test_study"]()
        else:
            with pytest.raises(AssertionError, match=f"own/study is .*, not {expected}.*of seed 0"):
                scope["test_study"]()
