"""Degrees say of many instances what the judge says of one: the same tables of truth, margins of the right sign."""

from itertools import product

import numpy as np
import pytest

from reference.arithmetic import exp
from reference.arithmetic.lanes import Lane, Lanes, constants, unstack
from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.judging.margins import Degree, decided, degree_of_comparison, leaky
from verify.judging.statements import Truth, iff, implies

NOISE = 2.0**-46

# --- comparisons ----------------------------------------------------------------------------------------------------

SIDES = np.array([[1.0, 2], [2, 2], [3, 2], [2, 2 + 2.0**-51], [2, 2 - 2.0**-51], [0, 0], [0, -5], [-3, -1]])
"""Pairs: less, equal, greater, equal but for rounding (twice), zero twice, and two with other signs."""

ANSWERS = {  # sides that agree but for rounding are equal
    "≤": [True, True, False, True, True, True, False, True],
    "<": [True, False, False, False, False, False, False, True],
    "=": [False, True, False, True, True, True, False, False],
}
COMPARISONS = {"≤": leq, "<": less, "=": equal}


def answers(truth):
    """Return whether a statement is true at each instance."""
    return truth.value.true.tolist()


@pytest.mark.parametrize("relation", COMPARISONS)
def test_sides_that_agree_but_for_rounding_are_equal(relation):
    left, right = unstack(SIDES[:, 0]), unstack(SIDES[:, 1])
    truth = COMPARISONS[relation](left, right)
    degree = truth.value
    assert answers(truth) == ANSWERS[relation]
    assert answers(~truth) == [not answer for answer in ANSWERS[relation]]
    apart = [0, 2, 6, 7]
    gaps = (SIDES[:, 1] - SIDES[:, 0])[apart] / abs(SIDES).sum(1)[apart]
    np.testing.assert_allclose(degree.margin[apart], -abs(gaps) if relation == "=" else gaps, rtol=1e-15)
    assert (abs(degree.margin[[1, 3, 4, 5]]) <= NOISE).all()
    np.testing.assert_array_equal(degree.margin, degree.pull)


@pytest.mark.parametrize("relation", COMPARISONS)
def test_a_margin_is_relative_to_the_magnitudes_of_both_sides(relation):
    left, right = Lanes.of(Lane.of([1.0, 1], [3, 2.0**50])), Lanes.of(Lane.of([2.0, 2], [5, 2]))
    degree = degree_of_comparison(relation, left, right)
    sign = -1 if relation == "=" else 1
    np.testing.assert_allclose(degree.margin, [sign / 8, sign / (2.0**50 + 2)])
    assert degree.true.tolist()[1] is (relation != "<")


@pytest.mark.parametrize(
    ("sides", "answer"),
    [((2, 3), (True, True, False)), ((3, 3), (True, False, True)), ((4, 3), (False, False, False))],
)
def test_constants_are_compared_with_instances_on_either_side(sides, answer):
    low, high = sides
    for left, right in ((unstack(np.full(4, float(low))), high), (low, unstack(np.full(4, float(high))))):
        for state, expected in zip((leq, less, equal), answer, strict=True):
            assert answers(state(left, right)) == [expected] * 4
    both = constants(low), constants(high)  # no instance is in sight
    assert [answers(state(*both)) for state in (leq, less, equal)] == [[expected] for expected in answer]


@pytest.mark.parametrize("relation", COMPARISONS)
def test_the_worst_entry_decides(relation):
    state = COMPARISONS[relation]
    entries = unstack(np.array([[1.0, 2, 4], [4, 2, 2], [2, 2, 2], [1, 1, 1], [np.nan, 9, 1]]))
    of_entries = [state(entries[k], 2).value for k in range(3)]
    degree = state(entries, constants([[2, 2, 2]])).value
    reduced = of_entries[0] & of_entries[1] & of_entries[2]
    np.testing.assert_array_equal(degree.margin, reduced.margin)
    np.testing.assert_array_equal(degree.true, reduced.true)
    assert degree.true.tolist() == [False, False, relation != "<", relation != "=", False]
    assert np.isnan(degree.margin[4])


def test_what_is_infinite_has_no_degree():
    with np.errstate(all="ignore"):
        infinite = 1 / unstack(np.zeros(2))
    with np.errstate(all="raise"):  # of which nobody is to hear
        for truth in (leq(infinite, 1), leq(infinite, infinite), equal(infinite, 1), less(1, infinite)):
            assert np.isnan(truth.value.margin).all()


def test_what_has_underflowed_is_a_tie():
    x = unstack(np.linspace(-740, -600, 50))
    for truth in (equal(exp(x) * exp(x + 400), exp(2 * x + 400)), equal(exp(x) * exp(-x / 2), exp(x / 2))):
        assert answers(truth) == [True] * 50
    assert answers(leq(exp(x), exp(x) / 2))[-1] is False  # and what has not is none
    half = unstack(np.linspace(-372, -366, 50))  # in a product too, whose factors are large enough
    assert answers(equal(exp(half) * exp(half), exp(half) * exp(half) / 3 * 3)) == [True] * 50


def test_zeros_that_are_equal_say_that_and_no_more():
    zero = unstack(np.zeros(3))
    for truth, answer in ((leq(zero, 0), True), (equal(zero, 0 * zero), True), (less(zero, 0), False)):
        assert answers(truth) == [answer] * 3
        assert truth.value.margin.tolist() == [-NOISE if truth.relation == "=" else NOISE] * 3
    assert leq(zero, 1).value.margin.tolist() == [1] * 3
    assert leq(zero + 1, 0).value.margin.tolist() == [-1] * 3


def test_semidefiniteness_is_of_the_smallest_eigenvalue_relative_to_the_matrix():
    samples = np.array([np.eye(2), [[1, 2], [2, 1]], [[1, 1], [1, 1]], [[0, 0], [0, 0]], [[-3, 0], [0, -4]]])
    truth = positive_semidefinite(unstack(samples))
    assert answers(truth) == [True, False, True, True, False]
    np.testing.assert_allclose(truth.value.margin, [1 / np.sqrt(2), -1 / np.sqrt(10), 0, 0, -4 / 5], atol=1e-15)
    larger = positive_semidefinite(unstack(np.array([np.diag([3.0, -4, 0]), np.diag([0.0, 5, 0])])))
    assert answers(larger) == [False, True]
    np.testing.assert_allclose(larger.value.margin, [-4 / 5, 0], atol=1e-15)
    blurred = unstack(samples[1:2], np.full((1, 2, 2), 2.0**50))
    assert answers(positive_semidefinite(blurred)) == [True]
    assert np.isnan(positive_semidefinite(unstack(np.full((1, 2, 2), np.nan))).value.margin).all()


# --- connectives ----------------------------------------------------------------------------------------------------

CONNECTIVES = {
    "and": lambda p, q: p & q, "or": lambda p, q: p | q, "not": lambda p, q: ~p, "iff": iff, "implies": implies,
    "nested": lambda p, q: implies(p & ~q, iff(q, p) | ~(p | q)), "both": lambda p, q: iff(p, q) & (p | ~q),
}  # fmt: skip
PAIRS = list(product((True, False), (True, False)))


def at_all_pairs(position):
    """Return a statement of four instances: all pairs of answers, of which it has the first or second."""
    sides = {True: (1.0, 2.0), False: (2.0, 2.0 + 1e-16)}  # a tie is no less
    values = np.array([sides[pair[position]] for pair in PAIRS])
    return less(unstack(values[:, 0]), unstack(values[:, 1]))


def truth_of(connect, pairs):
    """Return what the judge makes of pairs of decided answers."""
    return [connect(Truth("p", p), Truth("q", q)).value for p, q in pairs]


@pytest.mark.parametrize("name", CONNECTIVES)
def test_connectives_have_the_tables_of_truth_of_the_judge(name):
    connect = CONNECTIVES[name]
    truth = connect(at_all_pairs(0), at_all_pairs(1))
    assert answers(truth) == truth_of(connect, PAIRS)
    assert len(set(answers(truth))) == 2
    margins = truth.value.margin
    for margin, answer in zip(margins.tolist(), answers(truth), strict=True):
        assert abs(margin) <= NOISE or (margin > 0) == answer


@pytest.mark.parametrize("name", CONNECTIVES)
@pytest.mark.parametrize("constant", [True, False])
def test_connectives_mix_with_what_is_the_same_at_all_instances(name, constant):
    connect = CONNECTIVES[name]
    for truth, pairs in (
        (connect(at_all_pairs(0), Truth("q", constant)), [(p, constant) for p, _ in PAIRS]),
        (connect(Truth("p", constant), at_all_pairs(1)), [(constant, q) for _, q in PAIRS]),
    ):
        degree = truth.value if isinstance(truth.value, Degree) else decided(truth.value)
        assert np.broadcast_to(degree.true, 4).tolist() == truth_of(connect, pairs)
        assert not np.isnan(degree.margin).any()


def test_the_margins_of_connectives_are_minima_and_maxima():
    p, q = np.array([0.5, -0.5, 0.25, -0.25]), np.array([0.125, 0.75, -0.75, -0.125])
    one, other = (Truth("≤", Degree(m, m > 0, m)) for m in (p, q))
    for truth, margin in (
        (one & other, np.minimum(p, q)),
        (one | other, np.maximum(p, q)),
        (~one, -p),
        (implies(one, other), np.maximum(-p, q)),
        (iff(one, other), np.minimum(np.maximum(-p, q), np.maximum(-q, p))),
    ):
        np.testing.assert_array_equal(truth.value.margin, margin)
        np.testing.assert_array_equal(truth.value.true, margin > 0)
        assert (abs(truth.value.pull - margin) < 0.05).all()


def test_a_tie_on_one_side_of_an_equivalence_is_the_same_tie_as_on_the_other():
    x = unstack(np.array([1.0, 2, 2 + 2.0**-51]))
    assert answers(iff(equal(x, 2), leq(2, x) & leq(x, 2))) == [True] * 3
    assert answers(iff(less(x, 2), ~leq(2, x))) == [True] * 3
    assert answers(iff(less(x, 2), leq(x, 2))) == [True, False, False]


def test_a_pull_has_the_sign_of_what_it_pulls_and_a_little_of_the_rest():
    low, high = np.array([-0.5, 0.25, -0.5]), np.array([0.5, 0.5, np.inf])
    for a, b in ((low, high), (high, low)):
        pulled = leaky(a, b)
        assert (abs(pulled - low) < 0.05).all()
        assert pulled[0] > low[0]
        assert pulled[1] > low[1]
        assert pulled[2] == low[2]
    for a, b, pulled in ((-3, -2, -3.02), (1, 5, 1.02), (-1, 0.5, -0.99), (-2, np.inf, -2), (-np.inf, -3, -np.inf)):
        assert leaky(np.array([float(a)]), np.array([float(b)])).tolist() == [pulled]
    more = leaky(low, np.array([0.75, 0.75, 0.75]))
    assert (more[:2] > leaky(low, high)[:2]).all()


def test_there_is_no_truth_value_of_many_instances():
    with pytest.raises(Exception, match="instead of if"):
        bool(leq(unstack(np.ones(2)), 1))
