"""Degrees of claims as a whole: premises stay apart, and draw the descent before the conclusion does."""

import inspect

import numpy as np

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import rationals
from reference.arithmetic.lanes import unstack
from verify import Scalar
from verify.judging.comparisons import leq, less
from verify.judging.screen import screen
from verify.judging.statements import assume, iff, implies, statements
from verify.judging.vacuous import Implied

NOISE = 2.0**-46


def scored(state, **arguments):
    """Score a claim about numbers at float values."""

    def body(**values):
        state(**values)

    body.__annotations__ = {name: Scalar() for name in arguments}
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in arguments]
    body.__signature__ = inspect.Signature(parameters)
    count = len(next(iter(arguments.values())))
    lanes = {name: unstack(np.array(values, dtype=float)) for name, values in arguments.items()}
    return screen(claim_of(body).body, lanes, count)


def test_premises_stay_apart_from_what_is_stated():
    def body(x, y):
        assume(less(0, x) & leq(x, 4))
        leq(x, y)

    x, y = np.array([1, 1, -1, -1, 0, 4, 8, np.nan]), np.array([2, 0.5, 2, -2, -1, 3, 1, 1])
    truths = statements(body, {"x": unstack(x), "y": unstack(y)})
    assert [(truth.relation, truth.premise) for truth in truths] == [("and", True), ("≤", False)]
    score = scored(body, x=x, y=y)
    assert score.admitted.tolist() == [True, True, False, False, False, True, False, False]
    assert score.candidate.tolist() == [False, True, False, False, False, True, False, False]
    assert not score.undefined.any()
    assert (score.margin[:4] > 0).tolist() == [True, False, True, False]
    # what is negative at a counterexample alone, and what descent follows there
    assert (score.objective < -NOISE).tolist() == [False, True, False, False, False, True, False, False]
    assert ((score.pull < 0) == score.candidate)[[0, 1, 2, 3, 5, 6, 7]].all()  # at a tie it need not be
    assert score.objective[7] == score.pull[7] == np.inf


def test_a_premise_without_a_value_is_not_true():
    def body(x):
        assume(~leq(x, 1))
        leq(x, 2)

    assert scored(body, x=[0, 1.5, np.nan]).admitted.tolist() == [False, True, False]


def test_descent_is_drawn_to_the_premise_and_there_to_the_conclusion():
    def body(x, y):
        assume(leq(x, 1))
        leq(y, 1)

    # far from the premise, nearer to it, and as near but further from the conclusion's failure; then where it holds
    score = scored(body, x=[4, 2, 2, 0, 0], y=[2, 2, -4, -4, 2])
    lack, margin = np.array([0.6, 1 / 3, 1 / 3]), np.array([-1 / 3, -1 / 3, 1, 1, -1 / 3])
    np.testing.assert_allclose(score.margin, margin)
    np.testing.assert_allclose(score.objective, [0.6, 1 / 3, 1, 1, -1 / 3])
    assert score.candidate.tolist() == [False, False, False, False, True]
    assert score.possible.tolist() == [False, False, False, False, True]
    assert (abs(score.pull - score.objective) < 0.05).all()
    assert score.pull[1] < lack[1]  # a little of the conclusion, which the premise outweighs
    both = scored(lambda x, y: leq(x, 1) & leq(y, 1), x=[4, 4], y=[2, 3])
    assert both.objective[0] == both.objective[1] < 0
    assert both.pull[0] > both.pull[1]


def test_without_a_premise_every_instance_is_admitted_and_descends_on_the_margin():
    score = scored(lambda x: leq(x, 2), x=[1, 2, 3, np.inf])
    assert score.admitted.tolist() == [True] * 4
    assert score.candidate.tolist() == [False, False, True, False]
    assert score.undefined.tolist() == [False, False, False, True]
    np.testing.assert_allclose(score.margin[:3], [1 / 3, 0, -1 / 5])
    np.testing.assert_array_equal(score.objective[:3], score.margin[:3])
    assert score.objective[3] == score.pull[3] == np.inf


def test_a_value_that_floats_cannot_hold_is_undefined_where_the_premise_holds():
    def body(x):
        assume(less(x, 1))
        leq(0, 1 / (x * x))

    score = scored(body, x=[0.5, 0, 2, np.nan])
    assert score.admitted.tolist() == [True, True, False, False]
    assert score.undefined.tolist() == [False, True, False, False]
    assert score.candidate.tolist() == [False] * 4
    assert score.possible.tolist() == score.undefined.tolist()
    assert score.holds.tolist() == [True, False, False, False]


def test_a_statement_that_is_the_same_at_all_instances_counts_at_each():
    for truth, candidates in (((1, 2), [False, True]), ((2, 1), [True, True])):
        score = scored(lambda x, truth=truth: (leq(*map(rationals, truth)), leq(x, 2)), x=[1, 3])
        assert score.candidate.tolist() == candidates
        assert score.margin.shape == score.admitted.shape == score.objective.shape == (2,)
    assert scored(lambda x: leq(1, 2), x=[1, 3]).margin.tolist() == [np.inf, np.inf]
    assert scored(lambda x: leq(2, 1), x=[1, 3]).candidate.tolist() == [True, True]


def test_where_a_claim_holds_its_premise_does_and_it_is_neither_false_nor_undefined():
    def body(x):
        assume(less(x, 3))
        leq(1 / (x * x), 1)

    score = scored(body, x=[2, 0.5, 0, 4, 0.25])
    assert score.holds.tolist() == [True, False, False, False, False]
    assert score.possible.tolist() == [False, True, True, False, True]


def test_what_is_true_of_false_premises_alone_is_met_nowhere():
    x = [0, 2, 4]
    for state, met in (
        (lambda x: implies(less(1, x), leq(x, 3)), [False, True, True]),
        (lambda x: implies(less(1, x), implies(less(3, x), leq(x, 5))), [False, False, True]),
        (lambda x: implies(less(1, x), leq(x, 5)) & implies(less(3, x), leq(x, 5)), [False, True, True]),
        (lambda x: implies(less(1, x), leq(x, 5)) & leq(x, 5), [True] * 3),
        (lambda x: (implies(less(1, x), leq(x, 5)), implies(less(3, x), leq(x, 5))), [False, True, True]),
        (lambda x: (assume(less(x, 3)), implies(less(1, x), leq(x, 5))), [False, True, False]),
        (lambda x: implies(less(1, x), leq(x, 5)) | implies(less(3, x), leq(x, 5)), [False, True, True]),
        (lambda x: implies(less(1, x), leq(x, 5)) | less(x, 2), [True] * 3),
        (lambda x: implies(less(1, x), leq(x, 5)) | less(5, x), [False, True, True]),
        (lambda x: iff(implies(less(1, x), leq(x, 5)), implies(less(3, x), leq(x, 5))), [False, True, True]),
        (lambda x: leq(x, 5), [True] * 3),
    ):
        assert scored(state, x=x).met.tolist() == met


def test_of_each_line_it_is_known_whether_its_premise_is_met_where_those_of_assume_are():
    def body(x):
        assume(less(x, 3))
        leq(0, x)
        implies(less(1, x), leq(x, 5))
        implies(less(3, x), leq(x, 5)) & implies(less(x, 0), leq(x, 5))
        for bound in (4, 1):
            implies(less(bound, x), leq(x, 5))

    start = body.__code__.co_firstlineno
    for x, met in (([0, 2, 4], [3, 6]), ([0, 1, 4], []), ([2, -1, 4], [3, 4, 6])):
        found = scored(body, x=x).implied
        assert sorted(line - start for _, line, _ in found.called) == [3, 4, 4, 6]
        assert sorted(line - start for _, line, _ in found.met) == met
        assert {file for file, _, _ in found.called} == {__file__}
    found = scored(body, x=[4, 5]).implied
    assert [line - start for _, line, _ in found.unpassed] == [1]
    assert found == Implied(assumed=found.unpassed)  # nothing was judged
