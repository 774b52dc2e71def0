"""Comparisons and connectives have three answers, and none of them is a boolean."""

from itertools import product

import pytest
from flint import arb

from reference.arithmetic.exact import Balls, rationals
from verify.judging.comparisons import equal, leq, less
from verify.judging.judge import Outcome, judge_exactly
from verify.judging.statements import ClaimError, assume, iff, implies, statements


def test_comparisons_know_equality_from_order():
    for a, b in product((1, 2), repeat=2):
        assert leq(a, b).value is (a <= b)
        assert less(a, b).value is (a < b)
        assert equal(a, b).value is (a == b)
    wide = Balls.of(arb(1, 1))
    assert (leq(wide, 1).value, less(wide, 1).value, equal(wide, 1).value) == (None, None, None)
    assert (leq(wide, 3).value, less(3, wide).value, equal(wide, 3).value) == (True, False, False)


VALUES = {True: lambda: leq(0, 1), False: lambda: leq(1, 0), None: lambda: leq(Balls.of(arb(0, 1)), 0)}


@pytest.mark.parametrize(("p", "q"), list(product(VALUES, repeat=2)))
def test_connectives_follow_kleene(p, q):
    """An undecided operand makes the connective undecided exactly if its possible values disagree."""
    truths = {None: (True, False), True: (True,), False: (False,)}
    for connective, classical in (
        (lambda a, b: a & b, lambda a, b: a and b),
        (lambda a, b: a | b, lambda a, b: a or b),
        (implies, lambda a, b: (not a) or b),
        (iff, lambda a, b: a == b),
    ):
        possible = {classical(a, b) for a in truths[p] for b in truths[q]}
        expected = possible.pop() if len(possible) == 1 else None
        assert connective(VALUES[p](), VALUES[q]()).value is expected
    assert (~VALUES[p]()).value is (None if p is None else not p)


WRONG, RIGHT = leq(1, 0), leq(0, 1)


@pytest.mark.parametrize(
    ("states", "vacuous"),
    [
        (lambda: implies(WRONG, WRONG), True), (lambda: implies(WRONG, RIGHT), True),
        (lambda: implies(RIGHT, RIGHT), False), (lambda: leq(0, 1), False), (lambda: ~leq(1, 0), False),
        (lambda: implies(RIGHT, implies(WRONG, RIGHT)), True), (lambda: iff(leq(1, 0), leq(1, 0)), False),
        (lambda: implies(WRONG, RIGHT) & implies(WRONG, WRONG), True),
        (lambda: implies(WRONG, RIGHT) & implies(RIGHT, RIGHT), False),
        (lambda: implies(WRONG, RIGHT) | implies(WRONG, RIGHT), False),
        (lambda: (implies(WRONG, RIGHT), leq(0, 1)), False),
        (lambda: implies(VALUES[None](), RIGHT), False),
    ],
)  # fmt: skip
def test_what_is_true_of_false_premises_alone_is_said_to_be(states, vacuous):
    def body():
        states()

    judgement = judge_exactly(body, lambda kind: {})
    assert judgement.outcome is Outcome.CERTAIN
    assert judgement.vacuous is vacuous


def test_a_truth_has_no_boolean_value():
    with pytest.raises(ClaimError, match="iff, implies"):
        bool(leq(0, 1))


def test_only_what_no_connective_uses_is_stated():
    def body(x):
        iff(leq(x, 1), ~less(1, x))
        equal(x, x)
        assume(leq(0, x) & leq(0, x))

    stated = statements(body, {"x": rationals(1)})
    assert [truth.relation for truth in stated] == ["iff", "="]
