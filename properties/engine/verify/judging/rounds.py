"""Of the rounds of a loop each has to meet its premise, and an ``assume`` in a branch to let an instance through."""

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import unstack
from verify import Index, Scalar, Vector, assume, equal, implies, leq, less
from verify.claims.attack import attack
from verify.judging.judge import Outcome, judge_exactly, judge_in_balls
from verify.judging.screen import screen
from verify.judging.statements import Discarded, statements
from verify.judging.vacuous import Implied, implied
from verify.running.runner import search_settings

NEVER = 2**30
A, B = ("c.py", 1, ()), ("c.py", 2, ())


def seen(body, *values):
    """Return what exact judgement, and floats, say of the instances together."""
    claim = claim_of(body)
    one = Implied()
    for value in values:
        one |= claim.judge(claim.signature.decode({"x": str(value)}, {})).implied
    many = screen(body, {"x": unstack(np.array([values], dtype=float).T)}, len(values)).implied
    return one, many


def twice(x: Scalar):
    for bound in (0, NEVER, 1):
        implies(less(bound, x), leq(0, x))


def test_each_round_of_a_loop_that_is_always_as_long_has_to_meet_its_premise():
    line = twice.__code__.co_firstlineno + 2
    for values, unmet in (((1, -1), {1, 2}), ((3, -1), {1}), ((-1, -2), set()), ((2**31,), set())):
        for found in seen(twice, *values):
            assert {k for _, k in found.unmet_rounds} == unmet, values
            assert {place[:2] for place, _ in found.unmet_rounds} == ({(__file__, line)} if unmet else set())
            assert len(found.unmet) == (values == (-1, -2))  # then the whole line is told, and no round


def of(*rounds, met):
    return Implied(frozenset({A}), frozenset({A} if met else ()), frozenset(rounds), frozenset(met))


def test_of_loops_of_many_lengths_the_rounds_after_the_first_count_as_one():
    one, three = [(A, 0, 1)], [(A, k, 3) for k in range(3)]
    for rounds, met, unmet in (
        ([*one, *three], [(A, 0, 1)], {1, 2}),
        ([*one, *three], [(A, 0, 3)], {1, 2}),
        ([*one, *three], [(A, 2, 3)], set()),
        ([*one, *three], [(A, 0, 1), (A, 1, 3)], set()),
        ([*one, *three], [], set()),
        (three, [(A, 1, 3)], {0, 2}),
        (one, one, set()),
    ):
        found = of(*rounds, met=met)
        assert found.unmet_rounds == {(A, k) for k in unmet}, (rounds, met)
    both = of(*three, met=[(A, 1, 3)]) | of(*three, met=[(A, 0, 3), (A, 2, 3)])
    assert both.unmet_rounds == set()
    other = Implied(frozenset({B}), frozenset({B}), frozenset({(B, 0, 2), (B, 1, 2)}), frozenset({(B, 1, 2)}))
    assert (both | other).unmet_rounds == {(B, 0)}


def test_rounds_are_counted_by_line_in_their_order():
    def body():
        for k in range(3):
            implies(equal(k, 1), leq(0, 1))
            implies(leq(k, 1), leq(0, 1))

    found = implied(statements(body, {}))
    start = body.__code__.co_firstlineno
    told = [sorted((line - start, k, n) for (_, line, _), k, n in x) for x in (found.rounds, found.met_rounds)]
    assert told == [[(line, k, 3) for line in (2, 3) for k in range(3)], [(2, 1, 3), (3, 0, 3), (3, 1, 3)]]


def ordered(x: Scalar):
    v = [x, 2 * x, 2 * x, 0 * x]
    for i in range(4):
        for j in range(4):
            implies(~leq(v[j], v[i]) & less(v[i] - i * x, v[j] - i * x), leq(0, x * x))


def test_a_round_that_compares_the_same_on_both_sides_could_meet_no_premise():
    """As where i = j; 2x at another place is the same as well. Of the others each has to meet its premise."""
    for values, unmet in (((1,), {3, 4, 7, 8, 11}), ((1, -1), set()), ((0, 1), {3, 4, 7, 8, 11}), ((0,), set())):
        for found in seen(ordered, *values):
            assert {k for _, k in found.unmet_rounds} == unmet, values
            assert len(found.unmet) == (values == (0,))  # where all are the same none is met, and the line is told


def branch(x: Scalar):
    if not isinstance(x, Rationals) or x < 1:
        assume(less(x, 3))
        leq(x, 5)
    assume(leq(0, x))
    leq(0, x)


def test_an_assumption_that_lets_nothing_through_is_known_by_its_line():
    start = branch.__code__.co_firstlineno

    def lines(found):
        return sorted(line - start for _, line, _ in found)

    for values, assumed, passed in (
        ((4,), [2], []),
        ((-1,), [2, 4], [2]),
        ((2,), [2, 4], [2, 4]),
        ((4, -1, 2), [2, 4], [2, 4]),
    ):
        arguments = {"x": unstack(np.array([values], dtype=float).T)}
        found = screen(branch, arguments, len(values)).implied
        assert (lines(found.assumed), lines(found.passed)) == (assumed, passed), values

    def undefined(x):
        assume(~leq(x, 1))
        leq(x, 2)

    nan = screen(undefined, {"x": unstack(np.array([[np.nan]]))}, 1).implied
    assert nan.unpassed == nan.assumed != set()


@pytest.mark.parametrize("judge", [judge_exactly, judge_in_balls])
def test_what_is_discarded_says_which_assumption_it_was(judge):
    def body(x):
        assume(leq(0, x))
        assume(leq(x, 1))
        assume(leq(2, x))
        leq(0, x)

    claim = claim_of(_scalar(body))
    start = body.__code__.co_firstlineno
    for value, assumed, passed in (("-1", [1], []), ("5", [1, 2], [1]), ("1", [1, 2, 3], [1, 2])):
        judgement = judge(body, claim.signature.decode({"x": value}, {}).realise)
        found = judgement.implied
        assert judgement.outcome is Outcome.DISCARDED
        told = [sorted(line - start for _, line, _ in lines) for lines in (found.assumed, found.passed)]
        assert told == [assumed, passed]
    assert Discarded(leq(0, 1)).assumed == ()


def _scalar(body):
    body.__annotations__ = {"x": Scalar()}
    return body


def of_one_index(v: Vector["d", {"d": (2, 2)}], k: Index["d"]):
    if int(k) == 1:
        assume(less(v[..., 0] * v[..., 0], 0 * v[..., 0]))
        leq(1, 0 * v[..., 0])
    leq(0, v[..., 0] * v[..., 0])


def test_a_test_shows_what_is_discarded_and_no_more_than_that():
    seen, discarded = [], []
    claim = claim_of(of_one_index)
    attack(claim, lambda _, judgement: seen.append(judgement), search_settings(20), 0, None, discarded.append)()
    assert {judgement.outcome for judgement in discarded} == {Outcome.DISCARDED}
    assert {judgement.outcome for judgement in seen} == {Outcome.CERTAIN}
    (line,) = {line for judgement in discarded for line in judgement.implied.unpassed}
    assert line[:2] == (__file__, of_one_index.__code__.co_firstlineno + 2)
