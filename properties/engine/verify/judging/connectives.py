"""Comparisons and connectives have three answers, and none of them is a boolean."""

from itertools import product

import pytest
from flint import arb

from reference.arithmetic.exact import Balls, rationals
from verify.claims.premises import premises
from verify.judging.changed import away_from_corner, without_premise
from verify.judging.comparisons import equal, leq, less
from verify.judging.judge import Outcome, judge_exactly
from verify.judging.places import places
from verify.judging.statements import (
    ClaimError,
    Truth,
    assume,
    corner,
    iff,
    implies,
    statements,
)
from verify.judging.vacuous import Implied


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
        (lambda: implies(WRONG, RIGHT) | implies(WRONG, RIGHT), True), (lambda: implies(WRONG, RIGHT) | WRONG, True),
        (lambda: implies(WRONG, RIGHT) | RIGHT, False), (lambda: WRONG | implies(RIGHT, RIGHT), False),
        (lambda: iff(implies(WRONG, RIGHT), implies(WRONG, RIGHT)), True),
        (lambda: iff(implies(WRONG, RIGHT), RIGHT), False), (lambda: ~(WRONG & RIGHT), False),
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


def test_of_each_line_it_is_known_whether_its_premise_is_met():
    def body():
        leq(0, 1)
        implies(WRONG, WRONG)
        for p in (WRONG, RIGHT):
            implies(p, RIGHT)
        implies(RIGHT, RIGHT) & implies(WRONG, RIGHT)
        implies(RIGHT, RIGHT) & (
            leq(0, 1) & implies(RIGHT, implies(WRONG, RIGHT))
        )  # fmt: skip
        implies(WRONG, RIGHT) | RIGHT
        if body is None:
            implies(WRONG, RIGHT)
        assume(implies(WRONG, RIGHT))
        ~implies(RIGHT, WRONG)

    judgement = judge_exactly(body, lambda kind: {})
    found = judgement.implied
    lines = [[line - body.__code__.co_firstlineno for _, line, _ in x] for x in (found.called, found.met, found.unmet)]
    assert not judgement.vacuous
    assert [sorted(x) for x in lines] == [[2, 4, 5, 5, 6, 7], [4, 5, 6], [2, 5, 7]]  # of the two on line 5 one is met
    assert {file for file, _, _ in found.called} == {__file__}
    assert (found.met | found.unmet, found.met & found.unmet) == (found.called, frozenset())

    def open_body():
        body()
        VALUES[None]()

    still_open = judge_exactly(open_body, lambda kind: {})
    assert still_open.outcome is Outcome.UNDECIDED
    assert [{line[1] for line in x} for x in (still_open.implied.called, still_open.implied.met)] == [
        {line[1] for line in x} for x in (found.called, found.met)
    ]


def test_a_premise_is_unmet_if_no_instance_meets_it_even_where_only_some_come_to_it():
    a, b, c, d = ("claims.py", 1), ("claims.py", 2), ("others.py", 1), ("others.py", 2)
    one, two = Implied(frozenset({a, b, c}), frozenset({a})), Implied(frozenset({b, d}), frozenset({b}))
    for both in (one | two, two | one, one | Implied() | two | one):
        assert (both.called, both.met, both.unmet) == ({a, b, c, d}, {a, b}, {c, d})
    assert Implied().unmet == set()


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


def test_a_premise_alone_states_nothing():
    with pytest.raises(ClaimError, match="the claim states nothing: use leq, less, equal"):
        statements(lambda x: assume(leq(x, 1)), {"x": rationals(1)})


def test_a_connective_is_as_loose_as_the_loosest_of_its_open_operands():
    for first, second, bits in ((3, 7, 3), (7, 3, 3), (5, 5, 5)):
        assert (Truth("≤", None, first) & Truth("≤", None, second)).bits == bits
        assert iff(Truth("≤", None, first), Truth("≤", None, second)).bits == bits
        assert implies(Truth("≤", True, second), Truth("≤", None, first)).bits == first
        assert (~Truth("≤", None, first)).bits == first
    assert (Truth("≤", True) & Truth("≤", False)).bits == 0


def premised(x):
    assume(leq(x, 1))
    implies(less(x, 3) & leq(0, x), equal(x, 2))
    corner(equal(x, 5))


def test_a_premise_that_is_left_out_is_neither_stated_nor_met():
    """Of the calls in a body exactly two are premises."""
    one, two = rationals(1), rationals(2)
    whole = statements(premised, {"x": one})
    assert [truth.relation for truth in whole] == ["implies"]
    assert [truth.relation for truth in whole.premises] == ["≤"]
    found = set()
    for place in dict.fromkeys(places(premised.__code__)):
        stated = statements(without_premise(premised, place), {"x": one})
        found.add((tuple(t.relation for t in stated), tuple(t.relation for t in stated.premises)))
    assert found == {(("implies",), ("≤",)), (("implies",), ()), (("=",), ("≤",))}
    assert judge_exactly(premised, lambda _: {"x": two}).outcome is Outcome.DISCARDED


def test_of_several_premises_that_are_left_out_none_is_stated_away_from_the_corner_too():
    first, second = (premise.place for premise in premises(premised))
    for one, other in ((first, second), (second, first)):
        body = without_premise(without_premise(premised, one), other)
        stated = statements(body, {"x": rationals(2)})
        assert ([truth.relation for truth in stated], stated.premises) == (["="], [])
        away = statements(away_from_corner(body), {"x": rationals(2)})
        assert ([truth.relation for truth in away], len(away.premises)) == (["="], 1)


def test_a_premise_in_a_function_of_the_body_is_found():
    def body(x):
        def within():
            assume(leq(x, 1))

        within()
        sorted("a", key=lambda _: assume(leq(0, x)) or 0)
        leq(x, 2)

    values = {"x": rationals(0)}
    lines = {place[1] - body.__code__.co_firstlineno for place in places(body.__code__)}
    assert {1, 2, 4, 5, 6} <= lines
    without = [statements(without_premise(body, place), values) for place in dict.fromkeys(places(body.__code__))]
    assert {tuple(int(truth.sides[1]) for truth in stated.premises) for stated in without} == {(1, 0), (0,), (1,)}


def test_a_corner_is_a_premise_where_the_claim_is_judged_away_from_it_and_nothing_else_where_not():
    for x, outcome, away in ((5, Outcome.CERTAIN, Outcome.DISCARDED), (4, Outcome.CERTAIN, Outcome.CERTAIN)):

        def body(x):
            leq(0, x)
            corner(equal(x, 5))

        values = {"x": rationals(x)}
        assert [truth.relation for truth in statements(body, values)] == ["≤"]
        assert judge_exactly(body, lambda _, values=values: values).outcome is outcome
        assert judge_exactly(away_from_corner(body), lambda _, values=values: values).outcome is away
    assert [truth.relation for truth in statements(away_from_corner(body), values).premises] == ["not"]


@pytest.mark.parametrize("combine", [
    iff, lambda p, q: iff(q, p), implies, lambda p, q: implies(q, p),
    lambda p, q: assume(q),
])  # fmt: skip
@pytest.mark.parametrize("wrong", [True, None, "less"])
def test_what_is_not_stated_is_not_combined(combine, wrong):
    with pytest.raises(ClaimError, match=r"is stated: less\(a, b\) for a < b"):
        combine(leq(0, 1), wrong)
