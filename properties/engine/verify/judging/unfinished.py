"""What asks for another arithmetic is heard, though a body catches it: what it stood in the way of is judged."""

import contextlib

import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import exp, gradient, log, log_determinant, projector, sqrt
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.arithmetic.kinds import Inexact
from reference.arithmetic.terms.term import _root
from reference.arithmetic.unfinished import Unfinished, unfinished
from verify import PositiveDefinite, Scalar, Symmetric, assume, equal, leq, less
from verify.domains import Positive
from verify.judging.judge import Outcome, judge_exactly


def swallowed(x: Scalar):
    leq(0, x * x)
    with contextlib.suppress(Exception):
        leq(exp(x), 0)


def premise(x: Scalar):
    with contextlib.suppress(Exception):
        leq(exp(x), 0)
    assume(less(x, 0))


def returns(x: Positive):
    leq(0, x)
    try:
        y = log(x)
    except ArithmeticError:
        return
    leq(y, -50)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(swallowed, Outcome.REFUTED), (premise, Outcome.DISCARDED), (returns, Outcome.REFUTED)],
)
def test_a_statement_is_not_lost_where_a_body_catches_that_it_is_no_rational_one(body, outcome):
    claim = claim_of(body)
    instance = claim.signature.decode({"x": "1"}, {})
    with pytest.raises(Irrational):
        judge_exactly(claim.body, instance.realise)
    judgement = claim.judge(instance)
    assert (judgement.outcome, judgement.precision) == (outcome, 64)


def test_of_several_that_a_body_catches_the_first_is_raised():
    def body(x: Positive):
        leq(0, x)
        for function in (log, sqrt, exp):
            with contextlib.suppress(ArithmeticError):
                leq(function(x), 9)

    claim = claim_of(body)
    with pytest.raises(Irrational, match=r"^log$"):
        judge_exactly(claim.body, claim.signature.decode({"x": "2"}, {}).realise)


def test_a_statement_is_not_lost_where_a_body_catches_that_balls_are_too_wide():
    bits = []

    def body(x: Scalar):
        leq(0, exp(x))
        with contextlib.suppress(TypeError):
            bits.append(1)
            if len(bits) < 2:
                raise Inexact("wider than that")
            leq(exp(x), 0)

    claim = claim_of(body)
    judgement = claim.judge(claim.signature.decode({"x": "1"}, {}))
    assert (judgement.outcome, judgement.precision, len(bits)) == (Outcome.REFUTED, 256, 2)


def test_what_found_another_way_asks_for_nothing():
    with unfinished() as asked:
        assert gradient(log_determinant, rationals([[2, 0], [0, 1]])).shape == (2, 2)
        assert _root(rationals(2).item()) < 2
        assert projector(balls(rationals([[1, 1], [1, 0]]))).shape == (2, 2)
        assert asked == []
        error = Irrational("log")
        assert asked == [error]
        error.settle()
        error.settle()
        assert asked == []
        with unfinished() as inner, pytest.raises(Irrational):
            sqrt(rationals(2))
        assert (len(inner), asked) == (1, [])
        inner[0].settle()  # those who listened then are gone
        one, other = Irrational("sqrt"), Irrational("sqrt")
        assert (len(inner), asked) == (1, [one, other])
        other.settle()
        assert asked == [one]
    Irrational("log").settle()  # nobody listens
    assert asked == [one]


def test_what_asks_is_what_it_was():
    assert issubclass(Irrational, Unfinished)
    assert issubclass(Irrational, ArithmeticError)
    assert issubclass(Inexact, TypeError)
    assert str(Irrational("sqrt")) == "sqrt"


def differentiated(A: PositiveDefinite["d"]):
    equal(gradient(log_determinant, A) @ A, 1 + 0 * A)


def projected(S: Symmetric["d"]):
    P = projector(S)
    equal(P @ P, P)


def test_what_settles_itself_stays_exact_or_goes_to_balls_as_before():
    claim = claim_of(differentiated)
    found = claim.judge(claim.signature.decode({"A": [["3"]]}, {"d": 1}))
    assert (found.outcome, found.precision) == (Outcome.CERTAIN, 0)
    claim = claim_of(projected)
    found = claim.judge(claim.signature.decode({"S": [["1", "1"], ["1", "0"]]}, {"d": 2}))
    assert (found.outcome, found.precision > 0) == (Outcome.INDISTINGUISHABLE, True)
