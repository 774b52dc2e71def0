"""What a hunt keeps does not grow with its budget: what its tasks add up to, and a process that works for it."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import squared_norm, trace
from verify import Matrix, leq
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.portfolio import portfolio
from verify.hunt.state import Hunt
from verify.hunt.strata import patterns
from verify.hunt.tasks import Task, run_task

MOST = 64

TASKS = 3_000


def cauchy(A: Matrix["d k"], B: Matrix["k d"]):
    leq(trace(A @ B) ** 2, squared_norm(A) * squared_norm(B))


@pytest.fixture
def state():
    """Return a hunt for what is true."""
    return Hunt(claim_of(cauchy), 0, 3600.0)


def test_what_tasks_add_up_to_is_bounded_however_many_there_are(state):
    every = [tuple(sizes.values()) for sizes in patterns(state.claim.signature)]
    for k in range(TASKS):
        pattern = every[k % len(every)]
        near = Nearest(1 / (k + 1), {}, {"A": [["1"]]}, "general")
        state.add(
            Findings(
                f"way {k % 5}", instances=10, looked=10, patterns=[pattern], best={pattern: 1 / (k + 1)}, nearest=near,
                kinds={"general": 10}, sizes={max(pattern): 10}, course=[(j, 1 / (k + 1 + j)) for j in range(9)],
                errors=[f"the claim raises ValueError, at A = [{k}]"],
            )
        )  # fmt: skip
    total = state.total
    assert total.instances == 10 * TASKS
    assert len(total.patterns) == len(total.best) == len(every)
    assert len(total.errors) == 1
    assert len(state.course) <= MOST
    assert len(state.strategies) == 5
    assert len(total.kinds) == 1
    assert len(total.sizes) == 4
    assert total.nearest is near


def resident():
    """Return the MiB of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux alone says so")
def test_a_process_that_works_does_not_grow(state):
    moves = islice(filter(None, portfolio(state.claim, 0, state.total)), 120)
    held = []
    for index, move in enumerate(moves):
        state.add(run_task(state.claim, Task(index, move, seed=0, seconds=0.5, patience=300), None))
        held.append(resident())
    assert np.median(held[-20:]) - np.median(held[40:60]) < 16
