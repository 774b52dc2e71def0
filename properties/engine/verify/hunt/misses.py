"""What is said of a near miss, line by line, whatever it was judged to be; and how large its gap is."""

from types import SimpleNamespace

import pytest
from flint import arb, fmpq

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import sqrt
from verify import Matrix, Scalar, equal, leq, less
from verify.hunt import miss
from verify.hunt.examiner import Nearest
from verify.hunt.miss import Miss, examined
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import Truth
from verify.workers.limits import GivenUp


def below(x: Scalar):
    leq(x, 2)


CLAIM = claim_of(below)
NEAREST = Nearest(0.25, {"d": 2, "k": 3}, {"x": "1"}, "general")


def judged(outcome, sides, relation="≤", bits=0):
    return Judgement(outcome, 64, bits, Truth(relation, None if bits else True, bits, sides))


def of(judgement, equality=None):
    return Miss(NEAREST, CLAIM.signature.infer({"x": 1}), judgement, equality)


def test_sides_that_agree_are_told_by_their_bits_and_others_as_they_are():
    agreeing = of(judged(Outcome.INDISTINGUISHABLE, (arb(1), arb(1)), bits=200), "so it is sharp there")
    assert agreeing.lines == [
        "margin 0.25, d = 2, k = 3", "x = 1", "its sides agree to 200 bits there", "so it is sharp there",
    ]  # fmt: skip
    certain = of(judged(Outcome.CERTAIN, (fmpq(3), fmpq(4))))
    assert certain.lines == ["margin 0.25, gap 0.25 of the larger side, d = 2, k = 3", "x = 1", "3 ≤ 4"]


def test_a_gap_is_known_of_two_sides_that_are_certain_and_in_relation_to_the_larger_one():
    for sides, gap in (
        ((fmpq(3), fmpq(4)), 0.25), ((fmpq(-8), fmpq(4)), 1.5), ((fmpq(4), fmpq(3)), 0.25), ((fmpq(0), fmpq(0)), 0.0),
        ((fmpq(0), fmpq(5)), 1.0), ((fmpq(10**400), fmpq(10**400 + 10**399)), 1 / 11), ((arb(2), arb(1)), 0.5),
    ):  # fmt: skip
        assert of(judged(Outcome.CERTAIN, sides)).gap == pytest.approx(gap, rel=1e-15), sides
    for judgement in (
        None, Judgement(Outcome.CERTAIN, 64), judged(Outcome.CERTAIN, (fmpq(3), fmpq(4)), "⪰"),
        judged(Outcome.CERTAIN, ()), judged(Outcome.INDISTINGUISHABLE, (fmpq(3), fmpq(4)), bits=200),
        judged(Outcome.UNDECIDED, (fmpq(3), fmpq(4)), bits=20),
    ):  # fmt: skip
        assert of(judgement).gap is None, judgement


def test_of_what_has_no_ground_there_is_nothing_to_say_but_where_it_is():
    claim = SimpleNamespace(signature=CLAIM.signature, judge=lambda _: Judgement(Outcome.CERTAIN, 64))
    found = examined(claim, Nearest(0.25, {}, {"x": "1"}, "general"))
    assert (found.lines, found.equality) == (["margin 0.25", "x = 1"], None)


def meeting(x: Scalar):
    equal(x, 2)


def strict(x: Scalar):
    less(x, 2)


def rounded(x: Scalar):
    leq(sqrt(x) * sqrt(x), x)


def of_matrices(A: Matrix["d d"]):
    leq(A[0, 0], 2)


def test_only_of_an_inequality_with_equal_sides_it_is_asked_why(monkeypatch):
    asked = []
    monkeypatch.setattr(miss, "explained", lambda claim, instance, seconds: asked.append(claim.id))
    for body, x, equality in (
        (below, "2", "so it is sharp there"), (below, "1", None), (meeting, "2", None), (strict, "1", None),
    ):  # fmt: skip
        found = examined(claim_of(body), Nearest(0.0, {}, {"x": x}, "general"))
        assert (found.equality, found.instance.values["x"].item()) == (equality, int(x))
        assert found.judgement.outcome is Outcome.CERTAIN
    assert asked == ["below"]
    for entries, said in (
        ([["2"]], "a trivial instance (one-dimensional): it says nothing of others"),
        ([["2", "0"], ["0", "2"]], "a trivial instance (scalar): it says nothing of others"),
        ([["2", "1"], ["0", "2"]], "so it is sharp there"),
    ):
        nearest = Nearest(0.0, {"d": len(entries)}, {"A": entries}, "general")
        assert examined(claim_of(of_matrices), nearest).equality == said
    assert miss._equality(CLAIM, CLAIM.signature.infer({"x": 2}), False) == "so it is sharp there, as far as that tells"
    agreeing = examined(claim_of(rounded), Nearest(0.0, {}, {"x": "2"}, "general"))
    assert agreeing.judgement.outcome is Outcome.INDISTINGUISHABLE
    assert agreeing.equality == "so it is sharp there, as far as that tells"
    monkeypatch.setattr(miss, "explained", lambda *_: "equality everywhere")
    assert miss._equality(CLAIM, CLAIM.signature.infer({"x": 2}), False) == "equality everywhere"


def test_what_has_no_value_exactly_or_none_in_time_is_told_without_its_sides(monkeypatch):
    for error in (GivenUp(), ZeroDivisionError()):

        def raising(instance, error=error):
            raise error

        claim = SimpleNamespace(signature=CLAIM.signature, judge=raising)
        found = examined(claim, Nearest(0.25, {}, {"x": "1"}, "general"))
        assert (found.judgement, found.equality, found.lines) == (None, None, ["margin 0.25", "x = 1"])
