"""What tasks add up to, whatever their order is worth: counts are sums, and of two near misses the nearer is kept."""

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Vector, leq
from verify.certificates.format import certificate
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.state import Hunt


def small_sums(v: Vector["d"]):
    leq(v.sum(), 1)


def found(*entries):
    """Return findings with the certificate of a counterexample."""
    claim = claim_of(small_sums)
    return Findings("bulk", certificate=certificate(counterexample(claim, claim.signature.infer({"v": entries}))))


def hunt_of(*findings):
    hunt = Hunt(claim_of(small_sums), 0, 1.0)
    for one in findings:
        hunt.add(one)
    return hunt


def near(margin, kind="general", mark=1):
    return Findings("bulk", nearest=Nearest(margin, {"d": 1}, {"v": [str(mark)]}, kind))


COUNTS = ("looked", "instances", "decided", "alarms", "undecided", "unknown")


def test_counts_are_sums_each_of_its_own():
    one, two = ({name: (k + 1) * times for k, name in enumerate(COUNTS)} for times in (1, 100))
    total = hunt_of(Findings("bulk", **one), Findings("bulk", **two)).total
    assert [getattr(total, name) for name in COUNTS] == [101, 202, 303, 404, 505, 606]
    of_keys = [Findings("bulk", kinds={"zero": 2, "general": 3}, sizes={1: 5}) for _ in range(2)]
    total = hunt_of(*of_keys, Findings("bulk", kinds={"zero": -1}, sizes={2: 7})).total
    assert (total.kinds, total.sizes) == ({"zero": 3, "general": 6}, {1: 10, 2: 7})


def test_an_instance_that_is_not_trivial_was_met_where_some_are_left_of_such_a_kind():
    for kinds, met in (({}, False), ({"zero": 3}, False), ({"zero": 3, "general": 0}, False), ({"diagonal": 1}, True)):
        assert Findings("bulk", kinds=kinds).nontrivial is met


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_one_body_that_takes_one_at_a_time_is_enough_and_so_is_one_that_met_its_premises(first, second):
    flags = ("batched", "premised", "met", "confirmed")
    total = hunt_of(*(Findings("bulk", **dict.fromkeys(flags, value)) for value in (first, second))).total
    assert [getattr(total, name) for name in flags] == [first and second, *[first or second] * 3]


def test_patterns_and_strategies_are_told_once_and_only_what_has_judged_anything():
    hunt = hunt_of(
        Findings("saved"),
        Findings("bulk", instances=1, patterns=[(2,), (1,)]),
        Findings("descent", instances=3, patterns=[(1,), (3,)]),
        Findings("bulk", instances=1),
    )
    assert hunt.strategies == ["bulk", "descent"]
    assert hunt.total.patterns == [(2,), (1,), (3,)]


def test_errors_of_one_cause_are_told_once_with_their_first_place():
    hunt = hunt_of(Findings("bulk", errors=["x fails, at v = [1]", "y fails, at v = [1]"]))
    hunt.add(Findings("bulk", errors=["x fails, at v = [2]", "z fails"]))
    assert hunt.total.errors == ["x fails, at v = [1]", "y fails, at v = [1]", "z fails"]


def test_of_each_pattern_the_least_objective_is_kept():
    total = hunt_of(*(Findings("bulk", best={(1,): value, (2,): -value}) for value in (3.0, 1.0, 2.0))).total
    assert total.best == {(1,): 1.0, (2,): -3.0}


@pytest.mark.parametrize(
    ("misses", "kept"),
    [
        ([near(2.0, mark=1), near(1.0, mark=2), near(3.0, mark=3)], "2"),
        ([near(1.0, mark=1), near(1.0, mark=2)], "1"),  # what was there first
        ([near(1.0, "zero", mark=1), near(1.0, mark=2), near(1.0, "scalar", mark=3)], "2"),
        ([near(1.0, "zero", mark=1), near(1.5, mark=2)], "1"),
        ([Findings("bulk"), near(1.0, mark=7), Findings("bulk")], "7"),
    ],
)
def test_the_nearest_miss_is_the_nearest_and_of_equal_ones_one_that_is_not_trivial(misses, kept):
    assert hunt_of(*misses).total.nearest.inputs == {"v": [kept]}


def test_a_counterexample_ends_the_hunt_and_a_larger_one_takes_no_place():
    small, large = found(2), found(1, 1)
    for both in ((small, large), (large, small)):
        hunt = hunt_of(*both)
        assert hunt.total.certificate == small.certificate
        assert hunt.over
        assert hunt.miss is None
    equally = found(2)
    hunt = hunt_of(equally, found(2))
    assert hunt.total.certificate is equally.certificate
    assert hunt_of(Findings("bulk", instances=3), small).total.strategy == "bulk"
    assert hunt_of(Findings("bulk", instances=3)).total.strategy == ""


@pytest.mark.parametrize(
    ("findings", "over"),
    [
        (Findings("bulk"), False),
        (Findings("bulk", instances=1), False),
        (Findings("bulk", errors=["no value"]), True),
        (Findings("bulk", errors=["no value"], instances=1), False),  # it may be false where it has one
    ],
)
def test_a_hunt_without_a_counterexample_is_over_only_where_the_claim_has_no_value_anywhere(findings, over):
    assert hunt_of(findings).over == over


def test_a_near_miss_is_judged_once_the_hunt_is_over():
    hunt = hunt_of(Findings("bulk", nearest=Nearest(0.5, {"d": 1}, {"v": ["1/2"]}, "general")))
    assert hunt.miss.gap == 0.5
    assert hunt.miss.data["margin"] == 0.5
    assert Hunt(claim_of(small_sums), 0, 1.0).miss is None
