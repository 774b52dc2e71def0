"""Evidence is counted: what is no count is none, and each example is for a claim, against it, or neither."""

import json

import numpy as np
import pytest

from vae_verify import CLAIM
from verify.judging.statements import ClaimError
from verify.registry.studies import Evidence, simulated
from verify.running.runner import run_claim

NAN = float("nan")


@pytest.mark.parametrize("name", ["examples", "certain", "violations"])
@pytest.mark.parametrize("count", [-1, NAN, 1.0, "1", None, np.array([1]), np.float64(1), ~True])
def test_what_is_no_count_is_refused(name, count):
    with pytest.raises(ClaimError, match=rf"^the {name} of evidence are counted: .* is no number of them$"):
        Evidence(**{"examples": 3, "certain": 0, "violations": 0} | {name: count})


@pytest.mark.parametrize("counts", [(0, 1, 0), (0, 0, 1), (5, 3, 3), (1, 1000, 0)])
def test_no_example_counts_twice(counts):
    with pytest.raises(ClaimError, match=f"are more than {counts[0]} examples"):
        Evidence(*counts)
    assert Evidence(6, 3, 3).examples == 6


def test_counts_of_numpy_are_those_of_python():
    flags = np.array([True, False])
    found = Evidence(np.int64(2), flags.sum(), flags.any())
    assert (found.examples, found.certain, found.violations) == (2, 1, 1)
    assert {type(count) for count in (found.examples, found.certain, found.violations)} == {int}


@pytest.mark.parametrize("returned", [None, (1, 1, 0), "evidence"])
def test_a_study_returns_evidence(returned, registry):
    entry = vars(simulated("own/s", "x")(lambda seed: returned))[CLAIM]
    result = run_claim(entry, 1, 0)
    assert (result.verdict, result.message) == ("error", f"a study returns Evidence, and no {type(returned).__name__}")


def test_a_run_of_counts_of_numpy_can_be_written_down(registry):
    entry = vars(simulated("own/s", "x")(lambda seed: Evidence(np.int64(2), np.int64(1), np.int64(0))))[CLAIM]
    result = run_claim(entry, 1, 0)
    assert (result.verdict, result.indistinguishable) == ("simulated", 1)
    json.dumps(result.json())
