"""The map around a counterexample: each point is what the judge says there, and what is outside is left out."""

from fractions import Fraction
from itertools import product

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic import exp, sqrt, trace
from verify import Orthogonal, Positive, Scalar, Symmetric, Vector, assume, equal, leq, positive_semidefinite
from verify.pictures import data_of, margin_map
from verify.pictures.margins import EQUAL, FALSE, OPEN, OUTSIDE, PREMISE, TRUE


def products_are_small(x: Scalar, y: Scalar, z: Scalar):
    leq(x * y + 0 * z, 1)


def numbers_are_equal(t: Positive, u: Scalar):
    equal(t * u, u)


def exponentials_are_small(x: Scalar):
    leq(exp(x), 1)


def needles(x: Scalar, y: Scalar):
    leq(Fraction(1, 10**9), (x - 1) ** 2 + 0 * y)


def under_a_premise(x: Scalar, y: Scalar):
    assume(leq(x + y, 1))
    leq(x, 0)


def without_a_value(x: Scalar, y: Scalar):
    leq(x / y, 0)


def roots(x: Positive, y: Scalar):
    leq(sqrt(x) * sqrt(x) * y, x)


def are_definite(S: Symmetric["d"]):
    positive_semidefinite(S)


def have_small_traces(Q: Orthogonal["d"]):
    leq(trace(Q), 0)


def found(body, **data):
    claim = claim_of(body)
    return counterexample(claim, claim.signature.infer(data))


def mapped(body, seconds=20.0, **data):
    return data_of(margin_map(found(body, **data), seconds))


def points(told):
    """Yield the exact coordinates of each point, and its letter."""
    ats, reaches = ([Fraction(axis[key]) for axis in told["axes"]] for key in ("at", "reach"))
    rows = told["rows"]
    half = len(rows[0]) // 2
    for j, i in product(range(len(rows)), range(len(rows[0]))):
        steps = (i - half, j - len(rows) // 2)
        yield [at + reach * Fraction(k, half) for at, reach, k in zip(ats, reaches, steps, strict=False)], rows[j][i]


def test_every_sign_is_that_of_the_claim_and_every_depth_that_of_the_gap():
    told = mapped(products_are_small, x="2", y="1", z="0")
    assert [axis["label"] for axis in told["axes"]] == ["x", "y"]  # z makes no difference
    assert [len(told["rows"]), len(told["rows"][0])] == [25, 25]
    for (x, y), letter in points(told):
        assert letter in (FALSE if x * y > 1 else TRUE)
        gap = abs(x * y - 1) / (abs(x * y) + 1)
        assert (FALSE + TRUE).index(letter) % 4 == sum(gap > share for share in (0.03, 0.1, 0.3))
    assert len({letter for _, letter in points(told)}) >= 6


def test_the_counterexample_stands_in_the_middle_and_exact_ties_are_seen():
    told = mapped(numbers_are_equal, t="2", u="1")
    assert told["rows"][12][12] in FALSE
    assert [axis["label"] for axis in told["axes"]] == ["u", "t"]
    for (u, t), letter in points(told):
        if t <= 0:
            assert letter == OUTSIDE
        else:
            assert letter in (TRUE if t == 1 or u == 0 else FALSE)
    assert {t for (_, t), _ in points(told)} >= {0, 1}


def test_one_entry_makes_a_map_of_one_row():
    told = mapped(exponentials_are_small, x="1")
    assert [len(told["rows"]), len(told["axes"])] == [1, 1]
    assert all(letter in (FALSE if x > 0 else TRUE) for (x,), letter in points(told))


def test_a_needle_is_looked_at_closely():
    told = mapped(needles, x="1", y="0")
    (axis,) = (axis for axis in told["axes"] if axis["label"] == "x")
    assert Fraction(axis["reach"]) < Fraction(1, 1000)
    letters = [letter for _, letter in points(told)]
    assert 10 < sum(letter in FALSE for letter in letters) < 500
    assert sum(letter in TRUE for letter in letters) > 10


@pytest.mark.long
def test_a_premise_and_what_has_no_value_are_told_apart():
    told = mapped(under_a_premise, x="1/2", y="0")
    assert {letter for _, letter in points(told)} >= {PREMISE}
    assert all((letter == PREMISE) is (x + y > 1) for (x, y), letter in points(told))
    told = mapped(without_a_value, x="1", y="1")
    assert all((letter == OPEN) is (y == 0) for (x, y), letter in points(told))


def test_what_agrees_as_far_as_balls_tell_is_not_called_true():
    told = mapped(roots, x="2", y="2")
    assert [axis["label"] for axis in told["axes"]] == ["y", "x"]
    for (y, x), letter in points(told):
        if x > 0 and y == 1:
            square = all(int(part**0.5 + 0.5) ** 2 == part for part in (x.numerator, x.denominator))
            assert letter in (TRUE if square else EQUAL)
        elif x > 0:
            assert letter in (FALSE if y > 1 else TRUE)


def test_what_another_claim_refutes_is_no_counterexample():
    one = found(products_are_small, x="2", y="1", z="0")
    one.claim.universal = "own/universal"
    with pytest.raises(
        ValueError, match="products_are_small is refuted by own/universal: its certificate is one instance"
    ):
        margin_map(one)


def test_a_symmetric_matrix_stays_so():
    told = mapped(are_definite, S=[["1", "2"], ["2", "1"]])
    assert {axis["label"] for axis in told["axes"]} <= {"S₁₁", "S₁₂", "S₂₂"}
    assert OUTSIDE not in {letter for _, letter in points(told)}
    assert any(letter in TRUE for _, letter in points(told))


def test_weights_that_add_up_grow_at_the_cost_of_the_last():
    class Weights(Vector):
        def contains(self, value):
            return bool(value.sum() == 1)

    def first_weights_are_small(p: Weights["n"]):
        leq(p[0], Fraction(1, 4))

    told = mapped(first_weights_are_small, p=["1/2", "1/4", "1/4"])
    assert told["axes"][0]["label"] == "p₁"
    assert OUTSIDE not in {letter for _, letter in points(told)}


def test_what_cannot_be_moved_has_no_map():
    with pytest.raises(
        ValueError, match="no entry of the instance can be moved within the domains of have_small_traces"
    ):
        margin_map(found(have_small_traces, Q=[["1"]]))


def test_with_less_time_there_are_fewer_points():
    assert len(mapped(products_are_small, seconds=0.0, x="2", y="1", z="0")["rows"]) == 9
