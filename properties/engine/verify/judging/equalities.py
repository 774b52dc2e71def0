"""Which equalities a counterexample meets, and by how much their sides differ: as the judge compares them."""

import numpy as np
import pytest

from reference.arithmetic import determinant, exp, trace
from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.exact import Irrational, rationals
from reference.arithmetic.lanes import ComplexLanes, unstack
from verify import assume, equal, iff, implies, leq, less
from verify.judging.equalities import differences, many_differences, premised_equalities
from verify.judging.judge import Outcome, judge_exactly

A, B = [[1, 2], [3, 4]], [[0, 1], [1, "1/2"]]
MANY = {name: unstack(np.random.default_rng(0).integers(-4, 5, (3, 2, 2)).astype(float)) for name in "AB"}
EXACT = {"A": rationals(A), "B": rationals(B)}


def places(body):
    return premised_equalities(body, MANY)


def test_premises_parts_of_one_and_what_an_implication_starts_from():
    def premises(A, B):
        leq(A, B)  # 0: stated
        assume(less(0, A))  # 1: no equality
        assume(equal(A, B))  # 2
        assume(leq(A, 0) & (equal(A, 0) & equal(trace(B), 1)))  # 3, 4, 5
        assume(equal(A, 1) | equal(B, 1))  # 6, 7: one of them need not be
        assume(~equal(A, 2))  # 8
        equal(A, B)  # 9: stated
        implies(equal(A, B) & less(A, B), equal(A, 0))  # 10, 11, 12: stated
        iff(equal(A, B.mT), leq(A, 0))  # 13, 14

    assert places(premises) == (2, 4, 5, 10, 13)


def test_no_premise_is_none():
    def states(A, B):
        assume(less(A, 10))
        equal(A, B)

    assert places(states) == ()


def test_the_differences_are_exact_whether_the_premises_are_true_or_not():
    def commuting(A, B):
        assume(less(determinant(A), -100))  # false here, which ends nothing
        assume(equal(A @ B, B @ A))
        assume(equal(trace(B), 1))  # one number, and a broadcast one
        leq(exp(A), 0)  # no fraction, and not asked for

    assert places(commuting) == (1, 2)
    a, b = EXACT["A"], EXACT["B"]
    assert list(differences(commuting, EXACT, (1, 2))) == [*np.ravel((a @ b - b @ a).array), trace(b).item() - 1]
    assert list(differences(commuting, EXACT, (2,))) == [trace(b).item() - 1]


def test_floats_say_the_same_of_many():
    def commuting(A, B):
        assume(equal(A @ B, B @ A))
        assume(equal(trace(B), 1))
        raise ValueError("what is not asked for is not evaluated")

    values, sizes = many_differences(commuting, MANY, (0, 1))
    a, b = (np.array([[[lane.values[k] for lane in row] for row in MANY[n].array] for k in range(3)]) for n in "AB")
    expected = np.concatenate([(a @ b - b @ a).reshape(3, 4), np.trace(b, axis1=1, axis2=2)[:, None] - 1], axis=1)
    np.testing.assert_array_equal(values, expected.T)
    assert (sizes >= abs(values)).all()
    assert (sizes[:4] >= abs(a @ b).reshape(3, 4).T).all()


def test_an_irrational_premise_is_refused_and_a_missing_one_too():
    def irrational(A, B):
        assume(equal(exp(A), B))
        leq(0, A)

    def states(A, B):
        leq(A, B)

    with pytest.raises(Irrational):
        differences(irrational, EXACT, (0,))
    with pytest.raises(IndexError):
        differences(states, EXACT, (1,))


def test_both_parts_of_complex_sides_are_compared():
    def normal(A):
        assume(equal(A @ A.H, A.H @ A))
        leq(0, 1)

    value = ComplexRationals.joined(rationals([[0, 1], [0, 0]]).array, rationals([[1, 0], [2, 0]]).array)
    parts = np.random.default_rng(0).integers(-3, 4, (2, 1, 2, 2))
    many = {"A": unstack(parts[0] + 1j * parts[1])}
    assert isinstance(many["A"], ComplexLanes)
    assert premised_equalities(normal, many) == (0, 1)
    gap = value @ value.H - value.H @ value
    assert list(differences(normal, {"A": value}, (0, 1))) == [*np.ravel(gap.real.array), *np.ravel(gap.imag.array)]
    zero = rationals([[0, 0], [0, 0]]).array  # no value changes which comparison is the second
    plain = ComplexRationals.joined(value.real.array, zero)
    gap = plain @ plain.H - plain.H @ plain
    assert list(differences(normal, {"A": plain}, (0, 1))) == [*np.ravel(gap.real.array), 0, 0, 0, 0]


def test_a_judgement_is_what_it_was_after_differences():
    """Listening for comparisons leaves nothing behind: a premise that is false ends the evaluation again."""

    def body(A, B):
        assume(equal(A, B))
        leq(A, 0)

    differences(body, EXACT, (0,))
    assert judge_exactly(body, lambda _: EXACT).outcome is Outcome.DISCARDED


def test_of_bodies_that_divide_by_zero_nobody_hears():
    zero = {"x": unstack(np.array([0.0, 1]))}

    def divides(x):
        assume(equal(1 / x, x / x))
        leq(x, 1)

    with np.errstate(all="raise"):
        assert premised_equalities(divides, zero) == (0,)
        values, _ = many_differences(divides, zero, (0,))
    assert values[0, 1] == 0
    assert not np.isfinite(values[0, 0])
