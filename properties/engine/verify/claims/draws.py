"""A body that draws random numbers is judged for some of them alone, which is an error and not what it states."""

import random
import threading
from fractions import Fraction

import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import Balls, Rationals
from verify import Scalar, leq
from verify.claims import claim as module
from verify.claims.claim import Judge
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError


def body(x: Scalar):
    leq(x, x)


def test_it_is_asked_at_the_first_instances_and_at_one_of_eight(monkeypatch):
    asked = []
    claim = claim_of(body)
    judge, instance = Judge(claim), claim.signature.decode({"x": "1"}, {})

    def noted(judged):
        asked.append(judge._count)
        return judged()

    monkeypatch.setattr(module, "undrawn", noted)
    for _ in range(20):
        judge(instance)
    assert asked == [1, 2, 3, 4, 8, 16]
    thread = threading.Thread(target=lambda: judge(instance) and Judge(claim)(instance))
    thread.start()
    thread.join()
    assert len(asked) == 6  # beside others, whose draws these may be, nothing is asked


def test_a_claim_that_draws_is_in_error():
    def draws(x: Scalar):
        leq(x, x + random.randint(0, 1))

    claim = claim_of(draws)
    with pytest.raises(ClaimError, match=r"^the body draws random numbers"):
        claim.judge(claim.signature.decode({"x": "1"}, {}))


def dispatching(x):
    """State what is false of x > 1, but not in fractions."""
    leq(x * x, x * x if isinstance(x, Rationals) else 1 + 0 * x)


def for_fractions_alone(x):
    if isinstance(x, Balls):
        raise RuntimeError
    leq(x, x)


def tied(x):
    """State what balls leave open."""
    leq(Fraction(1, 3) * x * 3, x)


@pytest.mark.parametrize(("stated", "told"), [(dispatching, True), (for_fractions_alone, False), (tied, False)])
def test_what_is_certain_in_fractions_is_not_false_in_balls_where_that_is_asked(stated, told):
    def body(x: Scalar):
        stated(x)

    claim = claim_of(body)
    judge = Judge(claim)
    small, large = (claim.signature.decode({"x": x}, {}) for x in ("1", "2"))
    for count in range(1, 18):
        if told and count in (1, 2, 3, 4, 8, 16):
            with pytest.raises(ClaimError, match="exact fractions and balls contradict each other"):
                judge(large)
        else:
            assert judge(large).outcome is Outcome.CERTAIN
    judge._count = 0
    assert judge(small).outcome is Outcome.CERTAIN
