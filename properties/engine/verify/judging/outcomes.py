"""What the judge tells of an instance: its outcome, what decides, at which precision, and why there is none."""

from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from flint import ctx, fmpq

from reference.arithmetic import greater, log, sqrt, where
from reference.arithmetic.exact import Balls, balls, rationals
from verify.judging.comparisons import equal, leq, less
from verify.judging.judge import Judgement, Outcome, judge_in_balls, judge_independently
from verify.judging.margins import Degree
from verify.judging.screen import Scores
from verify.judging.statements import ClaimError, assume, implies

CEILING = 1024


def judged(body, first=64):
    """Judge a body in balls that start with ``first`` bits, at x = 2."""
    return judge_in_balls(body, lambda _: {"x": balls(rationals(2))}, first=first)


def loose(x):
    return where(greater(sqrt(x) * sqrt(x), x), 1, 0)


@pytest.mark.parametrize(
    ("state", "name", "precision", "vacuous"),
    [
        (lambda x: leq(x, 2), "certain", 64, False), (lambda x: less(x, 2), "refuted", 64, False),
        (lambda x: leq(sqrt(x) * sqrt(x), x), "indistinguishable", CEILING, False),
        (lambda x: less(sqrt(x) * sqrt(x), x), "undecided", CEILING, False),
        (lambda x: [assume(less(x, 2)), leq(x, 2)], "discarded", 64, False),  # type: ignore[func-returns-value]
        (lambda x: [assume(less(sqrt(x) * sqrt(x), x)), leq(x, 2)], "discarded", CEILING, False),  # type: ignore[func-returns-value]
        (lambda x: implies(less(x, 2), leq(x, 1)), "certain", 64, True),
        (lambda x: implies(less(sqrt(x) * sqrt(x), x), leq(x, 1)), "indistinguishable", CEILING, True),
        (lambda x: implies(less(sqrt(x) * sqrt(x), x), leq(x, 2)), "certain", 64, False),
        (lambda x: implies(less(x, 2), leq(x, 1)) | less(sqrt(x) * sqrt(x), x), "certain", 64, False),
        (lambda x: implies(leq(sqrt(x) * sqrt(x), x), leq(x, 2)), "certain", 64, False),
        (lambda x: implies(leq(x, 2), leq(sqrt(x) * sqrt(x), x)), "indistinguishable", CEILING, False),
    ],
)  # fmt: skip
def test_an_outcome_has_a_name_and_only_a_refutation_a_violation(state, name, precision, vacuous):
    def body(x):
        state(x)

    found = judged(body)
    assert (f"{found.outcome}", found.precision, found.vacuous) == (name, precision, vacuous)
    assert (found.bits > 0) is (name in ("indistinguishable", "undecided"))
    assert found == judged(body)  # whatever object its ground is
    if name == "refuted":
        assert found.violation is found.ground is found.false[0]
        return
    assert found.false == ()
    with pytest.raises(ValueError, match=f"nothing is certainly false: the instance is {name}$"):
        _ = found.violation


def test_all_that_is_false_is_kept_and_the_first_is_the_ground():
    def body(x):
        leq(x, 2)
        leq(x, 1)
        equal(x, 2)
        less(x, 2)

    found = judged(body)
    assert [truth.relation for truth in found.false] == ["≤", "<"]
    assert found.ground is found.false[0]


def test_of_what_is_certain_the_first_is_the_ground():
    def body(x):
        less(0, x)
        equal(x, 2)

    assert judged(body).ground.relation == "<"


def test_of_open_statements_one_that_equal_sides_make_false_is_the_ground_and_then_the_loosest():
    def body(x):
        leq(sqrt(x) * sqrt(x), x)
        less(sqrt(x) * sqrt(x), x)

    assert judged(body).ground.relation == "<"

    def wider(x):
        leq(sqrt(x) * sqrt(x) - x + fmpq(1, 2**500), fmpq(1, 2**500))  # agrees to half of the bits, and may be equal
        body(x)

    found = judged(wider)
    assert (found.outcome, found.ground.relation) == (Outcome.UNDECIDED, "<")
    assert 128 < found.bits < 600 < found.ground.bits

    def looser(x):
        equal(sqrt(x) * sqrt(x), x)
        leq(loose(x), 0)

    found = judged(looser)
    assert (found.ground.relation, found.bits) == ("≤", found.ground.bits)
    assert found.bits < 8


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (lambda x: leq(log(x - 2), 0), r"left side of ≤ is not finite \(NaN or infinite\) at 1024 bits: .*log.*: keep"),
        (lambda x: leq(log(x - 2), log(x - 3)), "bits: log has no value at 0; log has no value at -1.0000: keep"),
        (lambda x: less(0, 1 / (x - 2)), "right side of < is not finite .* at 1024 bits: .+: keep such instances out"),
        (lambda x: leq(0, x / (sqrt(x) ** 2 - 2)), "a division by zero, or a number beyond all bounds: keep"),
    ],
)  # fmt: skip
def test_what_is_not_finite_is_named_with_its_cause_and_a_mend(state, message):
    with pytest.raises(ClaimError, match=message):
        judged(lambda x: state(x) and None)


def test_what_is_not_finite_at_few_bits_is_judged_at_more():
    def body(x):
        less(0, 1 / (sqrt(x + Fraction(1, 2**150)) - sqrt(x)))

    assert [judged(body, first).precision for first in (16, 64, 512)] == [256, 256, 512]


def test_a_body_leaves_the_precision_to_the_judge():
    def body(x):
        ctx.prec = 100
        leq(x, 2)

    before = ctx.prec
    with pytest.raises(ClaimError, match=r"changes the precision of balls, flint\.ctx\.prec"):
        judged(body)
    assert ctx.prec == before


def either(kind, exact, in_balls):
    """Judge a body that states one thing in exact fractions and another in balls."""

    def body(x):
        (in_balls if isinstance(x, Balls) else exact)(x)

    def realise(arithmetic):
        return {"x": balls(rationals(2)) if arithmetic is Balls else rationals(2)}

    return [judgement.outcome for judgement in judge_independently(body, realise, kind)]


def test_both_arithmetics_are_heard_and_fractions_first():
    def fails(x):
        raise OverflowError

    right, wrong, tie = (lambda x: leq(x, 2)), (lambda x: leq(x, 1)), (lambda x: leq(sqrt(x) * sqrt(x), x))
    assert either(64, right, right) == [Outcome.CERTAIN] * 2
    assert either(64, wrong, tie) == [Outcome.REFUTED, Outcome.INDISTINGUISHABLE]
    assert either(64, fails, wrong) == [Outcome.REFUTED]
    assert either(64, wrong, fails) == [Outcome.REFUTED]
    with pytest.raises(OverflowError):
        either(64, fails, fails)
    for error in (TypeError, AttributeError, LookupError):  # of a body that is written for balls, or for fractions

        def raises(x, error=error):
            raise error

        assert either(64, raises, wrong) == either(64, wrong, raises) == [Outcome.REFUTED]
    for exact, in_balls in ((right, wrong), (wrong, right)):
        with pytest.raises(ClaimError, match="contradict each other"):
            either(64, exact, in_balls)


def test_what_ends_a_body_is_heard_even_if_the_body_catches_it():
    def body(x):
        for state in (lambda: leq([1, 2], [1, 2, 3]), lambda: assume(less(x, 1)), lambda: leq(log(x - 2), 1)):
            try:
                state()
            except Exception:
                leq(x, x)

    with pytest.raises(ClaimError, match="do not fit"):
        judged(body)

    def discarding(x):
        try:
            assume(less(x, 1))
        except Exception:
            return 1

    assert judged(discarding).outcome is Outcome.DISCARDED


@pytest.mark.parametrize("kind", [Degree, Judgement, Scores])
def test_what_was_judged_does_not_change(kind):
    with pytest.raises(FrozenInstanceError):
        object.__new__(kind).anything = 0
