"""What the claims along trajectories are judged on, and what fails there: bounds that are a little too good."""

import numpy as np
import pytest

from properties.koehler2022.trajectories.bounds import Decay, Range, decay, judged
from properties.koehler2022.trajectories.starts import FRACTIONS, SHAPES, data, everywhere, haar, norms, sample
from properties.koehler2022.trajectories.theorem_5 import projections, rows, singular_values

SEED = 0


def violations(decays, rate):
    return sum(x.judged(rate).violations for x in decays)


@pytest.mark.slow
def test_the_sample_is_of_ten_thousand_trajectories_and_none_is_dropped():
    pairs = list(everywhere(SEED))
    assert len(pairs) == len(SHAPES)
    assert sum(len(found.end) for _, found in pairs) >= 10_000
    for start, found in pairs:
        assert not np.isnan(found.At).any()
        assert not np.isnan(found.time).any()  # the checkpoints end before the trajectories do
        assert (start.q < start.A.shape[1]).all()
        assert found.error.max() < 1e-5


@pytest.mark.slow
def test_the_claims_judge_all_of_it(registry):
    counts = {
        "theorem-5.trajectories": 10_000,
        "theorem-5.trajectories.sharpened": 10_000,
        "theorem-5.trajectories.singular-values": 10_000,
        "lemma-5.trajectories": 5_000,
        "lemma-5.trajectories.sharpened": 5_000,
    }
    for name, least in counts.items():
        evidence = registry[f"koehler2022/{name}"].study(SEED)
        assert evidence.examples >= least * len(FRACTIONS)
        assert evidence.certain > 0.95 * evidence.examples
        assert evidence.violations == 0


@pytest.mark.slow
def test_the_rate_2_is_approached_and_never_passed():
    assert 2 <= min(x.tightest() for x in projections(SEED)) < 2.001
    assert 2 <= min(x.tightest() for x in rows(SEED)) < 2.001


@pytest.mark.slow
@pytest.mark.parametrize("decays", [projections, rows, singular_values])
def test_the_rate_3_fails(decays):
    assert violations(decays(SEED), 3) > 100


@pytest.mark.slow
def test_the_rate_2_and_a_hundredth_fails():
    assert violations(projections(SEED), 2.01) > 100


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1, 2])
def test_the_span_of_the_rows_fails(rate):
    """As printed, for k = r, where P_{W⊥}Ãᵀ is defined."""
    pairs = [sample(SEED, *shape) for shape in SHAPES if shape[1] == shape[2]]
    off = [decay(found, norms(start.off(found.At.mT, start.right))[:, :-1]) for start, found in pairs]
    assert violations(off, rate) > 100


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1, 2])
@pytest.mark.parametrize("moment", ["the start", "the end", "the smallest column"])
def test_a_smaller_K_fails(rate, moment):
    """max_j ‖Ã_j‖² + ε² at one time in place of its maximum up to t; and min_j in place of max_j."""
    found_violations = 0
    for start, found in everywhere(SEED):
        columns = (found.At**2).sum(-2)
        present = (columns.min(-1) if moment == "the smallest column" else columns.max(-1)) + found.eps**2
        if moment == "the start":
            K = np.broadcast_to(present[:, :1], present.shape)
        else:
            K = np.maximum.accumulate(present, axis=1) if moment == "the smallest column" else present
        lengths = start.columns_off(found.At)[:, :-1]
        found_violations += decay(found, lengths, K, 0 * K).judged(rate).violations
    assert found_violations > 20


def test_what_overlaps_is_neither_certain_nor_a_violation():
    one = np.ones(3)
    evidence = judged(Range.around(np.array([0.5, 1.05, 2]), 0.1 * one), Range.around(one, 0.1 * one), "words")
    assert (evidence.examples, evidence.certain, evidence.violations) == (3, 1, 1)
    assert evidence.summary == "words"


def test_what_is_no_number_is_no_example():
    """Nor is one violation outvoted by a thousand that hold."""
    nothing = judged(Range(np.full(5, np.nan), np.ones(5)), Range(np.ones(5), np.ones(5)))
    assert (nothing.examples, nothing.certain, nothing.violations) == (0, 0, 0)
    left = np.zeros(1001)
    left[500] = 2
    assert judged(Range(left, left), Range(1.0, 1.0)).violations == 1


def test_a_decay_is_judged_with_the_errors_of_all_that_stands_in_it():
    """At q(0) = 1 and t = K = 1 the bound of rate 1 is 1/e; an error of K of 1 % moves it by 1 % of 1/e."""
    bound = np.exp(-1)
    exact = Decay(*(np.array([x]) for x in (1, bound * 1.005, 0, 1, 1, 0)))
    loose = Decay(*(np.array([x]) for x in (1, bound * 1.005, 0, 1, 1, 0.01)))
    wide = Decay(*(np.array([x]) for x in (1, bound * 1.005, 0.01, 1, 1, 0)))
    assert exact.judged(1).violations == 1
    assert exact.judged(0.99).certain == 1
    for uncertain in (loose, wide):
        assert uncertain.judged(1).violations == uncertain.judged(1).certain == 0


def test_the_tightest_rate_is_not_below_the_true_one_by_an_error():
    """q and K of which both are on the side of a smaller rate: what is wrong by less than its error is no finding."""
    off = Decay(*(np.array([x]) for x in (1.0, np.exp(-2) + 1e-5, 1e-5, 1.0, 1 - 1e-5, 1e-5)))
    assert np.log(1 / off.quantity) * off.K < 2 - 1e-5
    assert 2 <= off.tightest() * (1 + 1e-12) < 2.001


def test_the_data_have_the_rank_and_the_span_that_they_say():
    rng = np.random.default_rng(0)
    for d, k in ((4, 3), (3, 4), (1, 2)):
        q = rng.integers(0, min(d - 1, k) + 1, 30)
        A, U, right = data(rng, 30, d, k, q, 2.0)
        assert (np.linalg.matrix_rank(A) == q).all()
        for basis, matrix in ((U, A), (right, A.mT)):
            assert np.allclose(basis.mT @ basis, np.eye(basis.shape[-1]))
            rest = np.arange(basis.shape[-1]) >= q[:, None]
            assert abs((basis * rest[:, None, :]).mT @ matrix).max() < 1e-12


def test_rotations_are_evenly_distributed():
    """E U_ij² = 1/d and E U_ij = 0; a QR without its signs fixed has a biased diagonal."""
    U = haar(np.random.default_rng(1), 20_000, 3)
    assert abs((U**2).mean(0) - 1 / 3).max() < 0.01
    assert abs(U.mean(0)).max() < 0.02
    assert abs(np.linalg.det(U).mean()) < 0.03


@pytest.mark.long
def test_rows_off_the_data_are_those_that_are_zero():
    start, found = sample(SEED, 3, 2, 1)
    lengths = start.rows_off(found.At)
    norms_of_rows = np.sqrt((start.A**2).sum(-1))
    zero = norms_of_rows == 0
    judged_rows = lengths[:, 0] > 0
    assert (judged_rows[::2] == zero[::2]).all()
    assert not judged_rows[1::2].any()
    assert judged_rows.sum() > 100
