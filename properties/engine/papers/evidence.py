"""One violation among many that hold is counted wherever it is: an entry, a trajectory, or a quantity that decays."""

import numpy as np
import pytest

from properties.engine.helpers.claims import verdict_of
from properties.koehler2022.trajectories.bounds import Decay, Range, all_judged, decay, judged
from properties.koehler2022.trajectories.starts import followed, starts
from verify.claims.entry import Verdict


@pytest.mark.parametrize("place", [(0, 0), (0, -1), (17, 3), (-1, 0), (-1, -1)])
@pytest.mark.parametrize("against_it", [True, False])
def test_one_entry_among_many_is_counted_wherever_it_is(place, against_it):
    left, error = np.zeros((40, 6)), np.full((40, 6), 0.1)
    left[place] = 2 if against_it else 0.95
    evidence = judged(Range.around(left, error), Range.around(np.ones((40, 6)), error))
    assert (evidence.examples, evidence.certain, evidence.violations) == (240, 239, int(against_it))
    assert verdict_of(evidence) is (Verdict.CONTRADICTED if against_it else Verdict.SIMULATED)


@pytest.fixture(scope="session")
def trajectories():
    start = starts(np.random.default_rng(0), 3, 2, 2, 10, 4)
    return start, followed(start)


@pytest.mark.parametrize("place", [(0, 1), (0, -1), (6, 4), (-1, 1), (-1, -1)])
def test_one_trajectory_that_loses_nothing_is_against_the_decay(trajectories, place):
    """At one checkpoint of one trajectory: at t > 0, as the first column is the start."""
    start, found = trajectories
    lengths = start.columns_off(found.At)[:, :-1]
    before = decay(found, lengths).judged(2)
    assert verdict_of(before) is Verdict.SIMULATED
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
