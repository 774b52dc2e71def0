"""Claims with equations for premises fall within few tasks, true ones do not, and others are left alone."""

from fractions import Fraction

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import determinant, identity, singular_values, squared_norm, trace
from verify import (
    Matrix,
    Nonnegative,
    Positive,
    PositiveDefinite,
    Scalar,
    Symmetric,
    Vector,
    assume,
    equal,
    implies,
    leq,
    positive_semidefinite,
)
from verify.certificates.checker import check
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move, portfolio
from verify.hunt.tasks import Task, run_task

TASKS = 12


def searched(body, pattern, tasks=TASKS, seed=0):
    """Return what each task finds, up to the first certificate."""
    claim, found = claim_of(body), []
    for index in range(tasks):
        found.append(run_task(claim, Task(index, Move("premises", (pattern,)), seed, 60.0, 10.0), None))
        if found[-1].certificate is not None:
            check(found[-1].certificate, {claim.id: claim})
            break
    return found


def commuting(A: Matrix["d d"], B: Matrix["d d"]):
    assume(equal(A @ B, B @ A))
    equal(A @ B.mT, B.mT @ A)


def implied(A: Matrix["d d"], B: Matrix["d d"]):
    implies(equal(A @ B, B @ A), equal(A @ B.mT, B.mT @ A))


def projections(P: Matrix["d d"]):
    assume(equal(P @ P, P))
    leq(singular_values(P)[..., 0], 1)


def stationary(X: Matrix["m m", {"m": (2, 2)}], W1: Matrix["m m"], W2: Matrix["m m"], lam: Positive):
    R = (identity(X.shape[0], X.shape[0], X) - W2 @ W1) @ X @ X.mT
    assume(equal(W2.mT @ R, lam[..., None, None] * W1))
    assume(equal(R @ W1.mT, lam[..., None, None] * W2))
    equal(determinant(W1), 0)


def lyapunov(A: Matrix["d d"], P: PositiveDefinite["d"], Q: PositiveDefinite["d"]):
    assume(equal(A.mT @ P + P @ A, -Q))
    positive_semidefinite(-(A + A.mT))


def eigenvectors(A: Matrix["d d"], v: Vector["d"], lam: Scalar):
    assume(equal((A @ v[..., None])[..., 0], lam[..., None] * v))
    equal((A.mT @ v[..., None])[..., 0], lam[..., None] * v)


def of_sum_one(A: Nonnegative["d d"]):
    assume(equal(A.sum(-1), 1))
    leq(1, trace(A @ A))


def determined(x: Scalar, y: Scalar):
    assume(equal(x + y, 3001))
    assume(equal(x - y, 1))
    leq(x * y, 1)


@pytest.mark.parametrize(
    ("body", "pattern"),
    [
        (commuting, (2,)), (commuting, (3,)), (implied, (2,)), (projections, (2,)),
        (lyapunov, (2,)), (eigenvectors, (3,)), (of_sum_one, (3,)), (determined, ()),
        pytest.param(stationary, (2,), marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_false_ones_fall_within_few_tasks(body, pattern):
    found = searched(body, pattern)
    assert found[-1].certificate is not None
    assert not any(findings.errors for findings in found)


def powers_commute(A: Matrix["d d"], B: Matrix["d d"]):
    assume(equal(A @ B, B @ A))
    equal(A @ A @ B, B @ A @ A)


def traces(A: Symmetric["d"]):
    assume(equal(trace(A), 0))
    leq(0, squared_norm(A))


@pytest.mark.long
@pytest.mark.parametrize("body", [powers_commute, traces])
def test_true_ones_hold_at_thousands_of_points_that_meet_the_premises(body):
    (found,) = searched(body, (3,), tasks=1)
    assert found.premised
    assert found.certificate is None
    assert found.instances > 1000
    assert not found.errors


def solved(x: Scalar, y: Scalar):
    assume(equal(x * y, 6))
    assume(equal(x + y, 5))
    leq(x, 6)


def test_where_nothing_is_left_free_each_solution_is_looked_at():
    (found,) = searched(solved, (), tasks=1)
    assert (found.premised, found.certificate, found.errors) == (True, None, [])
    assert 0 < found.instances == found.looked < 100


def without(A: Matrix["d d"], B: Matrix["d d"]):
    assume(leq(A, B))
    equal(A, B)


def test_claims_without_such_premises_are_left_alone():
    calls = []

    def counted(A: Matrix["d d"], B: Matrix["d d"]):
        calls.append(A)
        without(A, B)

    (found,) = searched(counted, (2,), tasks=1)
    assert (found.premised, found.looked, found.instances, found.patterns) == (False, 0, 0, [])
    assert len(calls) == 1


def test_only_claims_with_such_premises_are_given_the_time():
    claim = claim_of(without)
    for premised, share in ((False, 0), (True, Fraction(1, 4))):
        moves = portfolio(claim, 0, Findings("", premised=premised))
        names = [move.strategy for move in (next(moves) for _ in range(100)) if move is not None]
        after = names[names.index("premises") + 1 :]
        assert (after.count("premises") >= share * len(after)) if premised else "premises" not in after


def test_premises_that_the_smallest_sizes_do_not_have_are_seen():
    def off_the_diagonal(A: Matrix["d d"]):
        for k in range(1, A.shape[0]):
            assume(equal(A[k, 0], A[0, k] + 1))
        leq(A, 1)

    claim = claim_of(off_the_diagonal)
    moves = portfolio(claim, 0, Findings(""))
    first = next(move for move in moves if move is not None and move.strategy == "premises")
    assert len(first.patterns) == 2
    assert run_task(claim, Task(0, first, 0, 60.0, 10.0), None).premised


@pytest.mark.long
def test_the_same_seed_sees_the_same():
    first, again, other = (searched(powers_commute, (2,), 1, seed)[0] for seed in (0, 0, 1))
    assert (first.instances, first.looked, first.nearest) == (again.instances, again.looked, again.nearest)
    assert (first.looked, first.nearest) != (other.looked, other.nearest)


def test_a_body_that_raises_or_takes_one_instance_at_a_time_is_left_alone():
    def branches(A: Matrix["d d"]):
        assume(equal(trace(A), 0))
        if A[0, 0] > 0:
            leq(A, 1)
        leq(0, 1)

    (found,) = searched(branches, (2,), tasks=1)
    assert (found.premised, found.errors) == (False, [])
    assert np.isinf(min(found.best.values(), default=np.inf))


def test_a_body_that_does_not_return_is_interrupted():
    def loops(x: Scalar, y: Scalar):
        assume(equal(x, y))
        while True:
            pass

    claim = claim_of(loops)
    found = run_task(claim, Task(0, Move("premises", ((),)), 0, 60.0, 0.2), None)
    assert (found.premised, found.errors) == (False, [])
