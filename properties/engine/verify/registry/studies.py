"""Studies: which verdict follows from which evidence, that it is the evidence of the seed, and how it is shown.

One violation is against a claim wherever it is, and however much speaks for it.
"""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.claims import verdict_of
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.registry.loading import load_file
from verify.registry.studies import Evidence, said, simulated
from verify.running.runner import run_claim, run_claims

COUNTS = st.builds(
    lambda certain, violations, others: Evidence(certain + violations + others, certain, violations),
    st.integers(0, 10**6), st.integers(0, 10), st.integers(0, 10**6),
)  # fmt: skip


@pytest.fixture
def seen():
    """Return a function that registers a study of what is seen from a seed."""
    return simulated("mine/seen", "x")


@given(evidence=COUNTS)
def test_one_violation_is_not_outvoted_and_nothing_is_no_support(evidence):
    assert (verdict_of(evidence) is Verdict.SIMULATED) is (evidence.examples > 0 and evidence.violations == 0)
    one_more = replace(evidence, examples=evidence.examples + 1, violations=evidence.violations + 1)
    assert verdict_of(one_more) is Verdict.CONTRADICTED


@given(parts=st.lists(COUNTS, min_size=1, max_size=5))
def test_evidence_adds_up_and_a_part_that_is_against_it_is_against_the_sum(parts):
    total = sum(parts, Evidence(0, 0, 0))
    for count in ("examples", "certain", "violations"):
        assert getattr(total, count) == sum(getattr(part, count) for part in parts)
    assert (verdict_of(total) is Verdict.CONTRADICTED) is any(part.violations for part in parts)
    assert (verdict_of(total) is Verdict.UNDECIDED) is not any(part.examples for part in parts)


@pytest.mark.parametrize(("one", "other", "both"), [("a", "b", "a; b"), ("a", "a", "a"), ("", "b", "b"), ("", "", "")])
def test_the_words_of_both_parts_are_kept_once(one, other, both):
    assert (Evidence(1, 1, 0, one) + Evidence(1, 1, 0, other)).summary == both


@pytest.mark.parametrize("violations", [0, 1, 999])
def test_a_study_fails_its_test_and_its_run_by_one_violation(seen, violations):
    counts = (1000, 990, violations) if violations < 999 else (0, 0, 0)
    evidence = Evidence(*counts, "what was seen")
    test = seen(lambda seed: evidence)
    result = run_claim(test.vae_verify_claim, 100, 0)
    assert (result.examples, result.certain) == (evidence.examples, evidence.certain)
    assert result.indistinguishable == evidence.examples - evidence.certain - evidence.violations
    assert "what was seen" in result.message
    if not violations:
        test()
        assert result.verdict is Verdict.SIMULATED
        return
    with pytest.raises(AssertionError, match="1 of 1000: " if violations == 1 else "nothing could be judged"):
        test()
    assert result.verdict is not Verdict.SIMULATED
    assert not result.as_expected
    assert said(evidence) == result.message


def test_of_what_nothing_is_certain_that_is_said():
    none = "none of 7 is certain, each is so or not by less than the error"
    for evidence, words in (
        (Evidence(7, 0, 0, "seen"), f"{none}: seen"), (Evidence(7, 0, 0), none), (Evidence(7, 1, 0, "seen"), "seen"),
        (Evidence(7, 0, 1, "seen"), "against it are 1 of 7: seen"),
        (Evidence(0, 0, 0, "x"), "nothing could be judged: x"),
    ):  # fmt: skip
        assert said(evidence) == words


def test_a_study_is_of_the_seed_that_is_asked_for_and_its_test_is_of_seed_0(seen):
    seeds = []

    def find(seed):
        seeds.append(seed)
        return Evidence(1, 1, 0, f"seed {seed}")

    test = seen(find)
    test()
    assert seeds == [0]
    for seed in (0, 1, 7):
        assert run_claim(test.vae_verify_claim, 100, seed).message == f"seed {seed}"
    assert seeds == [0, 0, 1, 7]


# --- in a run ---------------------------------------------------------------------------------------------------------

OWN = """
from verify.registry.studies import Evidence, simulated

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


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_study_is_of_the_seed_of_the_run(study, jobs, registry):
    study(0)
    for seed in (0, 5):
        (result,) = run_claims([registry["own/study"]], 100, seed, jobs)
        assert result.message == f"of seed {seed}"


@pytest.mark.long
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


def test_the_test_of_a_study_passes_if_its_verdict_is_the_expected_one(registry):
    for violations, expected, passes in (
        (0, "simulated", 1),
        (1, "simulated", 0),
        (1, "contradicted", 1),
        (0, "contradicted", 0),
    ):
        scope = {}
        text = OWN.replace("VIOLATIONS", str(violations)).replace('"x"', f'"x", expected="{expected}"')
        registry.pop("own/study", None)
        exec(text, scope)
        if passes:
            scope["test_study"]()
        else:
            with pytest.raises(AssertionError, match=f"own/study is .*, not {expected}.*of seed 0"):
                scope["test_study"]()
