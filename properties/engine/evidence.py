"""Studies count all that they see: one violation is against a claim wherever it is, and however much speaks for it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from properties.koehler2022.decay import Decay, Range, all_judged, decay, judged
from properties.koehler2022.starts import followed, starts
from verify.claims import REGISTRY, Kind, Verdict
from verify.runner import run_claim
from verify.studies import Evidence, Study, said, simulated

COUNTS = st.builds(
    lambda certain, violations, others: Evidence(certain + violations + others, certain, violations),
    st.integers(0, 10**6), st.integers(0, 10), st.integers(0, 10**6),
)  # fmt: skip


def verdict(evidence):
    return Study.verdict(SimpleNamespace(kind=Kind.FLOW), evidence)


@pytest.fixture
def study():
    """Return a function that registers a study with this evidence, and forgets it afterwards."""

    def make(find):
        test = simulated("mine/seen", "x")(find)
        made.append(test)
        return test

    made = []
    yield make
    for test in made:
        del REGISTRY[test.vae_verify_claim.id]


@given(evidence=COUNTS)
def test_one_violation_is_not_outvoted_and_nothing_is_no_support(evidence):
    assert (verdict(evidence) is Verdict.SIMULATED) is (evidence.examples > 0 and evidence.violations == 0)
    one_more = replace(evidence, examples=evidence.examples + 1, violations=evidence.violations + 1)
    assert verdict(one_more) is Verdict.CONTRADICTED


@given(parts=st.lists(COUNTS, min_size=1, max_size=5))
def test_evidence_adds_up_and_a_part_that_is_against_it_is_against_the_sum(parts):
    total = sum(parts, Evidence(0, 0, 0))
    for count in ("examples", "certain", "violations"):
        assert getattr(total, count) == sum(getattr(part, count) for part in parts)
    assert (verdict(total) is Verdict.CONTRADICTED) is any(part.violations for part in parts)
    assert (verdict(total) is Verdict.UNDECIDED) is not any(part.examples for part in parts)


@pytest.mark.parametrize(("one", "other", "both"), [("a", "b", "a; b"), ("a", "a", "a"), ("", "b", "b"), ("", "", "")])
def test_the_words_of_both_parts_are_kept_once(one, other, both):
    assert (Evidence(1, 1, 0, one) + Evidence(1, 1, 0, other)).summary == both


@pytest.mark.parametrize("violations", [0, 1, 999])
def test_a_study_fails_its_test_and_its_run_by_one_violation(study, violations):
    seen = Evidence(1000, 990, violations, "what was seen") if violations < 999 else Evidence(0, 0, 0, "what was seen")
    test = study(lambda seed: seen)
    result = run_claim(test.vae_verify_claim, 100, 0)
    assert (result.examples, result.certain) == (seen.examples, seen.certain)
    assert result.indistinguishable == seen.examples - seen.certain - seen.violations
    assert "what was seen" in result.message
    if not violations:
        test()
        assert result.verdict is Verdict.SIMULATED
        return
    with pytest.raises(AssertionError, match="1 of 1000: " if violations == 1 else "nothing could be judged"):
        test()
    assert result.verdict is not Verdict.SIMULATED
    assert not result.as_expected
    assert said(seen) == result.message


def test_a_study_is_of_the_seed_that_is_asked_for_and_its_test_is_of_seed_0(study):
    seeds = []

    def find(seed):
        seeds.append(seed)
        return Evidence(1, 1, 0, f"seed {seed}")

    test = study(find)
    test()
    assert seeds == [0]
    for seed in (0, 1, 7):
        assert run_claim(test.vae_verify_claim, 100, seed).message == f"seed {seed}"
    assert seeds == [0, 0, 1, 7]


# --- one among many -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0, 0), (0, -1), (17, 3), (-1, 0), (-1, -1)])
@pytest.mark.parametrize("against_it", [True, False])
def test_one_entry_among_many_is_counted_wherever_it_is(place, against_it):
    left, error = np.zeros((40, 6)), np.full((40, 6), 0.1)
    left[place] = 2 if against_it else 0.95
    evidence = judged(Range.around(left, error), Range.around(np.ones((40, 6)), error))
    assert (evidence.examples, evidence.certain, evidence.violations) == (240, 239, int(against_it))
    assert verdict(evidence) is (Verdict.CONTRADICTED if against_it else Verdict.SIMULATED)


@pytest.fixture(scope="module")
def trajectories():
    start = starts(np.random.default_rng(0), 3, 2, 2, 10, 4)
    return start, followed(start)


@pytest.mark.parametrize("place", [(0, 1), (0, -1), (6, 4), (-1, 1), (-1, -1)])
def test_one_trajectory_that_loses_nothing_is_against_the_decay(trajectories, place):
    """At one checkpoint of one trajectory: at t > 0, as the first column is the start."""
    start, found = trajectories
    lengths = start.columns_off(found.At)[:, :-1]
    before = decay(found, lengths).judged(2)
    assert verdict(before) is Verdict.SIMULATED
    assert before.examples == lengths[:, 1:].size
    lengths[place] = 2 * lengths[place[0], 0]
    after = decay(found, lengths).judged(2)
    assert (after.examples, after.violations) == (before.examples, 1)


@pytest.mark.parametrize("position", [0, 2, 4])
def test_one_decay_among_several_decides(position):
    def one(quantity):
        return Decay(*(np.array([x]) for x in (1.0, quantity, 1e-6, 1.0, 1.0, 1e-6)))

    decays = [one(np.exp(-3)) for _ in range(5)]
    assert all_judged(decays, 2).violations == 0
    assert "3.0000" in all_judged(decays, 2).summary
    decays[position] = one(np.exp(-1))
    evidence = all_judged(decays, 2)
    assert (evidence.examples, evidence.certain, evidence.violations) == (5, 4, 1)
    assert "1.0000" in evidence.summary
