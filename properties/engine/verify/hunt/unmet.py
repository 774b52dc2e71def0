"""A hunt that meets no premise of ``implies`` has judged nothing, and says so instead of *survived*."""

from itertools import islice

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from verify import Scalar, assume, implies, leq, less
from verify.claims.attack import UNMET, UNMET_THERE
from verify.claims.entry import Verdict
from verify.hunt import strata
from verify.hunt.portfolio import portfolio
from verify.hunt.report import json_of, text_of, verdict
from verify.hunt.state import Hunt
from verify.hunt.tasks import Task, run_task


def never(x: Scalar, y: Scalar):
    implies(less(x * x, -1), leq(x, y))


def seldom(x: Scalar, y: Scalar):
    implies(leq(1000, x), leq(x, x * x + y * y))


def always(x: Scalar, y: Scalar):
    assume(less(0, y))
    leq(x, x + y)


def never_in_a_branch(x: Scalar, y: Scalar):
    limit = 0 if x.tolist() == 7 else 1  # takes one instance at a time
    implies(less(x * x, -limit), leq(x, y))


def hunted(body, tasks=6):
    state = Hunt(claim_of(body), 0, 300.0)
    for index, move in enumerate(islice(filter(None, portfolio(state.claim, 0, state.total)), tasks)):
        state.add(run_task(state.claim, Task(index, move, seed=0, seconds=0.3, patience=300), None))
    return state


@pytest.mark.parametrize("body", [never, never_in_a_branch])
def test_a_premise_that_is_never_met_is_an_error(body):
    state = hunted(body, 3)
    assert state.total.decided > 0
    assert verdict(state) is Verdict.ERROR
    assert json_of(state, None)["errors"] == [UNMET]
    assert "is in error" in text_of(state, None)


def partly(x: Scalar, y: Scalar):
    leq(0, x * x)
    implies(less(x * x, -1), leq(x, y))


def partly_in_a_branch(x: Scalar, y: Scalar):
    limit = 0 if x.tolist() == 7 else 1  # takes one instance at a time
    implies(leq(-limit, 0), leq(0, x * x))
    implies(less(x * x, -limit), leq(x, y))


@pytest.mark.parametrize(("body", "line"), [(partly, 2), (partly_in_a_branch, 3)])
def test_one_that_is_never_met_beside_what_is_judged_is_an_error_too(body, line):
    state = hunted(body, 3)
    assert state.total.met
    assert verdict(state) is Verdict.ERROR
    line += body.__code__.co_firstlineno
    assert json_of(state, None)["errors"] == [UNMET_THERE.format(line, "unmet.py")]
    where = f"implies on line {line} of unmet.py"
    assert f"{where}, so that nothing was judged of what follows: construct" in text_of(state, None)


@pytest.mark.parametrize("body", [seldom, always])
def test_one_that_is_met_seldom_is_none(body):
    state = hunted(body)
    assert verdict(state) is Verdict.SURVIVED
    assert json_of(state, None)["errors"] == []


@pytest.mark.parametrize("chunk", [1, 2, 4, 1024])
def test_a_premise_that_is_met_in_any_chunk_is_met(chunk, monkeypatch):
    monkeypatch.setattr(strata, "CHUNK", chunk)
    claim = claim_of(beyond_five)
    stratum = strata.Stratum(claim.signature, {}, {"x": "plain"}, {})
    for points, met in (([0, 1, 2, 7], 1), ([7, 1, 2, 0], 1), ([0, 1, 2, 3], 0)):
        implied = strata.score(claim, stratum, np.array([points], dtype=float)).implied
        assert (len(implied.called), len(implied.met)) == (1, met)


def beyond_five(x: Scalar):
    implies(less(5, x), leq(x, 10))
