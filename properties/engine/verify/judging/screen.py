"""Every claim of the papers in floats of many instances: what these say of it is what the exact judge says."""

import numpy as np
import pytest

from properties.engine.helpers.slow import thinned
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import patterns, random_stratum, score
from verify.judging.judge import Outcome
from verify.registry.selection import select
from verify.registry.studies import Study

CHUNK = 1024
NOISE = 2.0**-46

ONE_AT_A_TIME = {
    "dai2018/eq-10-vs-67", "dai2018/eq-10-vs-67.corrected", "dai2018/eq-13", "dai2018/eq-66", "dai2018/theorem-4",
    "dai2018/eq-77", "dai2018/theorem-4.cost", "dai2018/theorem-4.exact", "dai2018/theorem-4.exact.corrected",
    "dai2018/theorem-4.exact.never", "dai2018/theorem-4.exact.stationarity", "dai2018/theorem-4.exact.residuals",
    "dai2018/corollary-5.minimisers", "dai2018/appendix-e.4", "dai2018/appendix-e.4.corrected",
    "results/one-sample", "results/one-sample.least-variance", "results/moving-codes", "results/theorem-4",
}  # fmt: skip
"""What decides ranks exactly, and what integrates numerically."""

CLAIMS = [claim for claim in select([], slow=True) if not isinstance(claim, Study)]


def batches(claim, count):
    """Yield strata of the claim, and a few natural and structured points of each."""
    generator, sizes = np.random.default_rng(0), patterns(claim.signature)
    for k in range(3):
        stratum = random_stratum(
            claim.signature, sizes[int(generator.integers(len(sizes)))], generator, plain=k % 2 == 0
        )
        yield stratum, np.concatenate([sample(stratum, count, generator) for sample in (natural, structured)], axis=1)


@pytest.mark.parametrize("claim", thinned(CLAIMS, 13, mark="long"), ids=lambda claim: claim.id)
def test_floats_say_of_a_claim_what_the_judge_says_but_for_ties(claim):
    for stratum, raw in batches(claim, 2):
        if claim.id in ONE_AT_A_TIME:
            with pytest.raises(TypeError):
                score(claim, stratum, raw)
            continue
        found = score(claim, stratum, raw)
        assert found.margin.shape == (raw.shape[1],)
        for k, point in enumerate(raw.T):
            instance = stratum.instance(point)
            outcome = claim.judge(instance).outcome
            assert found.admitted[k] == (outcome is not Outcome.DISCARDED), instance
            if found.undefined[k] or not found.admitted[k] or abs(found.margin[k]) <= NOISE:
                continue
            assert found.candidate[k] == (outcome is Outcome.REFUTED), instance
            assert found.candidate[k] or outcome in (Outcome.CERTAIN, Outcome.INDISTINGUISHABLE)


@pytest.mark.long
def test_floats_decide_nearly_all_instances_that_the_judge_decides():
    """Few are ties for the judge's certainties, and few have no value."""
    ties = undefined = refuted = decided = 0
    for claim in CLAIMS[::16]:
        for stratum, raw in batches(claim, 2) if claim.id not in ONE_AT_A_TIME else ():
            found = score(claim, stratum, raw)
            undefined += found.undefined.sum()
            for k, point in enumerate(raw.T):
                outcome = claim.judge(stratum.instance(point)).outcome
                decided += outcome is Outcome.CERTAIN
                ties += outcome is Outcome.CERTAIN and bool(found.possible[k])
                refuted += outcome is Outcome.REFUTED and not found.possible[k]
    assert decided > 100
    assert ties + undefined <= 0.05 * decided
    assert refuted <= 2


def test_points_are_scored_in_chunks_as_they_are_all_at_once():
    claim = next(claim for claim in CLAIMS if claim.id == "koehler2022/lemma-3.optimal-d")
    generator = np.random.default_rng(0)
    stratum = random_stratum(claim.signature, patterns(claim.signature)[7], generator, plain=True)
    raw = structured(stratum, 2 * CHUNK + 5, generator)
    found = score(claim, stratum, raw)
    for part in (slice(0, 3), slice(CHUNK - 2, CHUNK + 2), slice(2 * CHUNK, None)):
        alone = score(claim, stratum, raw[:, part])
        for field in ("margin", "admitted", "candidate", "undefined", "objective"):
            np.testing.assert_allclose(getattr(found, field)[part], getattr(alone, field), rtol=1e-9, atol=1e-12)
    assert found.margin.shape == (2 * CHUNK + 5,)
    for count in (1, CHUNK - 1, CHUNK, CHUNK + 1):
        assert score(claim, stratum, raw[:, :count]).margin.shape == (count,)
