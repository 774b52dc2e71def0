"""A body that draws random numbers is judged for some of them alone, which is an error and not what it states."""

import random
import threading

import pytest

from properties.engine.helpers.claims import claim_of
from verify import Scalar, leq
from verify.claims import claim as module
from verify.claims.claim import Judge
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
