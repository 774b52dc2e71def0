"""The judge never refutes what is true and never passes what is certainly false, whatever precision it starts at."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from reference.arithmetic import Inexact, exp, greater, log, maximum, pi, rank, sqrt, where
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.precision import working_precision
from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.judging.judge import Outcome, judge_exactly, judge_in_balls
from verify.judging.statements import ClaimError, assume, iff, implies

CEILING = 1024

PRECISIONS = st.sampled_from([2, 3, 10, 53, 64, 100, 500, CEILING])
FRACTIONS = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6)
GAPS = st.integers(0, 700).map(lambda k: Fraction(1, 2**k))

DISGUISES = {
    "plain": lambda x: x,
    "exponential of a logarithm": lambda x: exp(log(x + 2000)) - 2000,
    "square of a root": lambda x: sqrt(x + 2000) * sqrt(x + 2000) - 2000,
    "cancellation": lambda x: (x + pi(x) * 2**200) - pi(x) * 2**200,
    "branch": lambda x: maximum(x, -2000) + where(greater(x, 2000), 1, 0),
    "division": lambda x: x * exp(x) / exp(x),
}
"""Ways to compute x that lose accuracy, and never the truth."""


def judged(body, first=64, **values):
    """Judge a body in balls that start with ``first`` bits, at exact values."""
    exact = {name: rationals(value) for name, value in values.items()}
    return judge_in_balls(body, lambda _: {name: balls(value) for name, value in exact.items()}, first=first)


def outcome(state, first=64, **values):
    """Judge a statement, a function that returns the truth it states."""

    def body(**arguments):
        state(*arguments.values())

    return judged(body, first, **values).outcome


# --- soundness ------------------------------------------------------------------------------------------------------

TRUE = [
    lambda f, x, y: leq(f(x), f(y)),
    lambda f, x, y: less(f(x), f(y)),
    lambda f, x, y: leq(f(x), x),
    lambda f, x, y: equal(f(y), y),
    lambda f, x, y: ~equal(f(x), y),
    lambda f, x, y: iff(less(f(x), y), less(x, f(y))),
    lambda f, x, y: implies(leq(f(y), x), less(1, 0)),
    lambda f, x, y: less(f(x), y) & leq(x, f(x)),
    lambda f, x, y: less(f(y), x) | equal(f(x), x),
]
FALSE = [
    lambda f, x, y: leq(f(y), f(x)),
    lambda f, x, y: less(f(y), f(x)),
    lambda f, x, y: less(f(y), x),
    lambda f, x, y: equal(f(x), y),
    lambda f, x, y: iff(leq(f(y), x), less(x, f(y))),
    lambda f, x, y: implies(less(f(x), y), leq(f(y), x)),
    lambda f, x, y: leq(f(y), x) | equal(f(x), y),
    lambda f, x, y: ~less(f(x), y),
]


@pytest.mark.parametrize("disguise", DISGUISES)
@given(state=st.sampled_from(TRUE), x=FRACTIONS, gap=GAPS, first=PRECISIONS)
def test_a_true_statement_is_never_refuted(disguise, state, x, gap, first):
    f = DISGUISES[disguise]
    found = outcome(lambda x, y: state(f, x, y), first, x=x, y=x + gap)
    assert found in (Outcome.CERTAIN, Outcome.INDISTINGUISHABLE)


@pytest.mark.parametrize("disguise", DISGUISES)
@given(state=st.sampled_from(FALSE), x=FRACTIONS, gap=GAPS, first=PRECISIONS)
def test_a_certainly_false_statement_is_never_passed(disguise, state, x, gap, first):
    f = DISGUISES[disguise]
    assert outcome(lambda x, y: state(f, x, y), first, x=x, y=x + gap) == Outcome.REFUTED


@given(x=FRACTIONS, gap=GAPS)
def test_exact_fractions_decide_everything(x, gap):
    def judge(state, a, b):
        values = {"x": rationals(a), "y": rationals(b)}

        def body(x, y):
            state(lambda z: z, x, y)

        return judge_exactly(body, lambda _: values)

    for state in TRUE:
        assert judge(state, x, x + gap).outcome == Outcome.CERTAIN
    for state in FALSE:
        assert judge(state, x, x + gap).outcome == Outcome.REFUTED
    assert judge(lambda f, x, y: equal(x, y) & leq(x, y) & ~less(x, y), x, x).outcome == Outcome.CERTAIN


# --- what floating point gets wrong ---------------------------------------------------------------------------------


def rump(a, b):
    """Rump's polynomial: −0.827… at (77617, 33096), where float64 has not one digit right."""
    return (b**6 * 1335) / 4 + a**2 * (11 * a**2 * b**2 - b**6 - 121 * b**4 - 2) + (b**8 * 11) / 2 + a / (2 * b)


def test_an_ill_conditioned_truth_passes_that_no_relative_tolerance_would():
    in_floats = rump(np.float64(77617), np.float64(33096))
    assert abs(in_floats + 0.8273960599468214) > 1e9 * 0.8273960599468214
    tight = Fraction(-8273960599, 10**10)
    assert outcome(lambda a, b: less(rump(a, b), tight), a=77617, b=33096) == Outcome.CERTAIN
    assert outcome(lambda a, b: less(tight, rump(a, b)), a=77617, b=33096) == Outcome.REFUTED


def test_a_violation_of_relative_size_1e_30_is_refuted():
    tiny = Fraction(1, 10**30)
    assert float(1 + tiny) == 1.0
    assert outcome(lambda x: leq(log(x) * (1 + tiny), log(x)), x=3) == Outcome.REFUTED
    assert outcome(lambda x: equal(sqrt(x) * sqrt(x), x + tiny), x=3) == Outcome.REFUTED
    assert outcome(lambda x: leq(log(x), log(x) * (1 + tiny)), x=3) == Outcome.CERTAIN


def test_precision_is_quadrupled_no_further_than_needed():
    def body(x):
        less(exp(log(x)), x + Fraction(1, 2**150))

    assert [judged(body, first, x=3).precision for first in (16, 64, 100, 512)] == [256, 256, 400, 512]


def test_the_working_precision_is_restored():
    before = ctx.prec
    outcome(lambda x: equal(sqrt(x), sqrt(x)), x=2)
    assert ctx.prec == before


# --- three answers --------------------------------------------------------------------------------------------------


def test_ties_are_indistinguishable_to_the_bits_that_agree():
    def body(x):
        equal(sqrt(x) * sqrt(x), x)

    tie = judged(body, x=2)
    assert tie.outcome == Outcome.INDISTINGUISHABLE
    assert tie.precision == CEILING
    assert CEILING - 8 <= tie.bits <= CEILING
    assert [judged(body, first, x=2).precision for first in (3, 100, CEILING)] == [CEILING] * 3


def test_bits_are_relative_to_the_size_of_the_sides():
    def body(x):
        equal(sqrt(x) * sqrt(x), x)

    assert abs(judged(body, x=2).bits - judged(body, x=2 * 4**50).bits) <= 2
    assert abs(judged(body, x=2).bits - judged(body, x=Fraction(2, 4**50)).bits) <= 2


def test_sides_known_too_loosely_are_undecided():
    def body(x):
        equal(where(greater(sqrt(x) * sqrt(x), x), 1, 0), 0)

    assert judged(body, x=2).outcome == Outcome.UNDECIDED


def test_the_worst_entry_decides():
    def body(x):
        leq(x, rationals_like(x, [1, 5, 3]))

    def rationals_like(x, values):
        return balls(rationals(values)) if isinstance(x, Balls) else rationals(values)

    found = judged(body, x=[1, 6, 2])
    assert found.outcome == Outcome.REFUTED
    assert found.ground.entry == (1,)
    assert [side.unique_fmpz() for side in found.ground.sides] == [6, 5]


def test_an_undecided_equivalence_of_tight_sides_is_indistinguishable():
    assert outcome(lambda x: iff(leq(sqrt(x) * sqrt(x), x), leq(0, 1)), x=2) == Outcome.INDISTINGUISHABLE
    assert outcome(lambda x: iff(leq(sqrt(x) * sqrt(x), x), leq(1, 0)), x=2) == Outcome.UNDECIDED


# --- premises -------------------------------------------------------------------------------------------------------


def test_false_and_undecided_premises_discard_the_instance():
    def body(x):
        assume(less(x, 3))
        less(2, x)

    assert judged(body, x=4).outcome == Outcome.DISCARDED
    assert judged(body, x=2).outcome == Outcome.REFUTED
    assert outcome(lambda x: (assume(less(sqrt(x) ** 2, x)), less(1, 0)), x=2) == Outcome.DISCARDED
    assert outcome(lambda x: (assume(less(1, sqrt(x))), less(1, 0)), x=2) == Outcome.REFUTED


def test_a_premise_is_decided_at_the_precision_that_it_needs():
    def body(x):
        assume(less(sqrt(x), sqrt(x + Fraction(1, 2**200))))
        less(1, 0)

    found = judged(body, x=2)
    assert (found.outcome, found.precision) == (Outcome.REFUTED, 256)


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (lambda x: leq(log(x - 2), 0), "not finite"),
        (lambda x: less(0, 1 / (x - 2)), "not finite"),
        (lambda x: equal(sqrt(x - 3), sqrt(x - 3)), "not finite"),
        (lambda x: leq(Balls.of(np.array([arb(1), arb(2)], dtype=object)), balls(rationals([1, 2, 3]))), "do not fit"),
        (lambda x: leq(x, "one"), "exact numbers"),
        (lambda x: leq(x[..., None][:0], 1), "no entries"),
        (lambda x: positive_semidefinite(balls(rationals([[1, 2], [3, 4]]))), "not symmetric"),
        (lambda x: positive_semidefinite(balls(rationals([[1, 2]]))), "square"),
    ],
)
def test_ill_posed_claims_are_errors_not_passes(state, message):
    with pytest.raises(ClaimError, match=message):
        outcome(state, x=2)


def test_a_body_states_and_returns_nothing():
    with pytest.raises(ClaimError, match="states nothing"):
        judged(lambda x: None, x=2)
    with pytest.raises(ClaimError, match="returns nothing"):
        judged(lambda x: leq(x, x), x=2)


def test_an_irrational_body_is_not_judged_exactly():
    def body(x):
        leq(0, sqrt(x))

    with pytest.raises(Irrational):
        judge_exactly(body, lambda _: {"x": rationals(2)})
    assert judge_exactly(body, lambda _: {"x": rationals(4)}).outcome == Outcome.CERTAIN


# --- semidefinite matrices ------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), PRECISIONS)
def test_semidefinite_agrees_with_the_principal_minors(entries, first):
    a, b, c, d, e, f = entries
    matrix = [[a, b, c], [b, d, e], [c, e, f]]
    minors = [
        a, d, f, a * d - b * b, a * f - c * c, d * f - e * e,
        a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d),
    ]  # fmt: skip
    expected = all(minor >= 0 for minor in minors)
    assert positive_semidefinite(rationals(matrix)).value is expected
    found = outcome(positive_semidefinite, first, m=matrix)
    assert found in ((Outcome.CERTAIN, Outcome.INDISTINGUISHABLE) if expected else (Outcome.REFUTED,))


def test_a_slightly_negative_eigenvalue_is_seen():
    tiny = Fraction(1, 2**100)
    assert outcome(positive_semidefinite, m=[[1, 1], [1, 1 - tiny]]) == Outcome.REFUTED
    assert outcome(positive_semidefinite, m=[[1, 1], [1, 1 + tiny]]) == Outcome.CERTAIN
    with working_precision(64):
        assert positive_semidefinite(balls(rationals([[1, 1], [1, 1]]))).value is None


def test_a_rank_is_decided_at_the_precision_at_which_the_matrix_is_exact():
    def has_rank_one(x):
        leq(rank(x * x), 1)

    judgement = judge_in_balls(has_rank_one, lambda arithmetic: {"x": balls(rationals([[2**40 + 1]]))})
    assert (judgement.outcome, judgement.precision) == (Outcome.CERTAIN, 256)
    with pytest.raises(Inexact):
        judge_in_balls(has_rank_one, lambda arithmetic: {"x": sqrt(balls(rationals([[2]])))})
