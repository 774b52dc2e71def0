"""The nearest miss of many batches is the nearest, whichever came first; points are counted by kind and size."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import greater, where
from verify import Matrix, Positive, Scalar, Vector, assume, implies, leq, less
from verify.hunt import examiner as examiner_module
from verify.hunt.examiner import Examiner, Findings, Found, Nearest
from verify.hunt.kinds import KINDS
from verify.hunt.strata import Stratum, score
from verify.judging.judge import Outcome
from verify.judging.margins import NOISE

EVERY = 16
MOST_SAMPLED = 2


def examiner_of(body, **options):
    return Examiner(claim_of(body), Findings("bulk"), float("inf"), 600.0, options.pop("directory", None), **options)


def looked(body, *batches, sizes=None):
    """Return what was found in batches of points, each a list of columns."""
    examiner = examiner_of(body)
    signature = examiner.claim.signature
    stratum = Stratum(signature, sizes or {}, dict.fromkeys(signature.domains, "plain"), {})
    for points in batches:
        examiner.look(stratum, np.array(points, dtype=float).T)
    return examiner.findings, examiner


def below_a_line(x: Scalar):
    """Its margin at x is (2 − x) / (2 + |x|)."""
    leq(x, 2)


def margin(x):
    return (2 - x) / (2 + abs(x))


@pytest.mark.parametrize("order", [1, -1])
def test_the_nearest_is_that_of_the_smallest_margin_in_all_batches(order):
    batches = [[[-3], [0.5], [0.25]], [[-5], [-1]], [[1.5], [1]], [[0.75]]][::order]
    findings, _ = looked(below_a_line, *batches)
    assert findings.nearest == Nearest(pytest.approx(margin(1.5)), {}, {"x": "3/2"}, "general")
    least = [min(margin(x) for (x,) in batch) for batch in batches]
    passed, course, count = np.inf, [], 0
    for value, batch in zip(least, batches, strict=True):
        count += len(batch)
        if value < passed:
            passed = value
            course.append(value)
    assert [value for _, value in findings.course] == pytest.approx(course)
    counts = [instances for instances, _ in findings.course]
    assert counts == sorted(counts)
    assert all(0 < instances <= count for instances in counts)
    assert findings.best == {(): pytest.approx(passed)}


def test_what_is_equal_is_a_miss_of_zero_and_what_only_rounding_keeps_apart_is_one_too():
    findings, _ = looked(below_a_line, [[1.0], [2 - 2.0**-50]])
    assert findings.nearest.margin == 0
    findings, _ = looked(below_a_line, [[1.0], [2 - 2.0**-40]])
    assert findings.nearest.margin == pytest.approx(2.0**-42)
    assert findings.nearest.margin > NOISE


def products(x: Scalar, y: Scalar):
    leq(x * y, x * x + y * y)


def test_where_both_sides_are_zero_nothing_is_near():
    findings, _ = looked(products, [[0, 0]])
    assert findings.nearest is None
    findings, _ = looked(products, [[0, 0], [1, 4]])
    assert findings.nearest.inputs == {"x": "1", "y": "4"}


def premised(x: Scalar, y: Scalar):
    assume(leq(y, 0))
    leq(x, 2)


def test_what_misses_a_premise_is_no_near_miss():
    findings, _ = looked(premised, [[1, -1], [1.75, 1], [0, -3]])
    assert findings.nearest.inputs == {"x": "1", "y": "-1"}
    findings, _ = looked(premised, [[1.75, 1]])
    assert findings.nearest is None
    assert findings.instances == 0
    assert findings.looked == 1


def of_two(A: Matrix["d d"], x: Scalar):
    leq(x, 2)


def test_of_equal_margins_the_one_that_says_most_is_kept():
    full, diagonal, zero = [1, 2, 3, 4], [1, 0, 0, 2], [0, 0, 0, 0]
    for points in ([zero, diagonal, full], [full, zero, diagonal], [diagonal, full, zero]):
        findings, _ = looked(of_two, [[*A, 1] for A in points], sizes={"d": 2})
        assert findings.nearest == Nearest(
            pytest.approx(1 / 3), {"d": 2}, {"A": [["1", "2"], ["3", "4"]], "x": "1"}, "general"
        )
    findings, _ = looked(of_two, [[*zero, 1]], [[*full, 1]], [[*diagonal, 1]], [[*zero, 0]], sizes={"d": 2})
    assert findings.nearest.kind == "general"  # it takes the place of a trivial one, and no other
    findings, _ = looked(of_two, [[*full, 1]], [[*zero, 1.5]], sizes={"d": 2})
    assert findings.nearest.kind == "zero"  # it is nearer


# --- counts by kind and by size ---------------------------------------------------------------------------------------


def points_of(*kinds):
    made = {"zero": [0, 0, 0, 0], "diagonal": [1, 0, 0, 2], "general": [1, 2, 3, 4], "of lower rank": [1, 2, 2, 4]}
    return [[*made[kind], 1] for kind in kinds]


def test_each_point_is_counted_by_its_kind_and_size_once():
    kinds = ["zero"] * 3 + ["general"] * 5 + ["diagonal", "of lower rank"]
    findings, _ = looked(of_two, points_of(*kinds), sizes={"d": 2})
    assert findings.kinds | {name: 0 for name in KINDS if not findings.kinds.get(name)} == {
        name: kinds.count(name) for name in KINDS
    }
    assert (findings.instances, findings.sizes, findings.confirmed) == (10, {2: 10}, True)
    assert findings.nontrivial
    findings, _ = looked(of_two, points_of("zero", "zero"), sizes={"d": 2})
    assert (findings.kinds, findings.instances, findings.confirmed) == ({"zero": 2}, 2, False)
    assert not findings.nontrivial
    assert findings.decided == MOST_SAMPLED


@pytest.mark.parametrize("kind", ["diagonal", "of lower rank", "general"])
def test_among_trivial_points_one_that_is_not_is_judged_exactly(kind):
    findings, _ = looked(of_two, points_of(*["zero"] * 9, kind), sizes={"d": 2})
    assert findings.confirmed
    assert findings.decided == 1


def test_of_many_points_some_are_counted_by_kind_and_of_many_batches_a_few():
    batch = points_of(*["general"] * 256)
    findings, _ = looked(of_two, batch, sizes={"d": 2})
    assert sum(findings.kinds.values()) == 64
    findings, _ = looked(of_two, *[batch] * (2 * EVERY), sizes={"d": 2})
    assert sum(findings.kinds.values()) == 3 * 64  # the first, and every sixteenth
    assert findings.instances == findings.sizes[2] == 256 * 2 * EVERY


def test_as_long_as_all_are_trivial_every_point_is_looked_at():
    rare = points_of(*["zero"] * 101, "general", *["zero"] * 154)  # the 64 that are taken first are all zero
    findings, _ = looked(of_two, rare, sizes={"d": 2})
    assert findings.kinds["general"] == 1
    assert sum(findings.kinds.values()) == 256
    assert findings.confirmed  # it was the one that was judged exactly


def test_exact_judgements_count_each_and_their_kinds_until_others_were_met():
    claim = claim_of(of_two)
    general, zero = (
        claim.signature.decode({"A": A, "x": "1"}, {"d": 2})
        for A in ([["1", "2"], ["3", "4"]], [["0", "0"], ["0", "0"]])
    )
    examiner = examiner_of(of_two)
    for _ in range(5):
        assert examiner.judge(zero) is Outcome.CERTAIN
    assert examiner.findings.kinds == {"zero": 5}
    for _ in range(2 * EVERY):
        examiner.judge(general)
    found = examiner.findings
    assert found.kinds == {"zero": 5, "general": 1 + 2}  # the first, and where the count is a multiple of sixteen
    assert (found.decided, found.instances, found.undecided, found.sizes) == (37, 37, 0, {2: 37})
    assert examiner.judge(None) is None
    assert found.decided == 37


def implied(x: Scalar):
    implies(less(x, 0), leq(x, 1))


def test_a_premise_counts_as_met_by_what_meets_it_in_floats_and_exactly():
    for x, met in ((1, False), (-1, True)):
        examiner = examiner_of(implied)
        examiner.judge(examiner.claim.signature.infer({"x": x}))
        assert examiner.findings.met == met
        assert examiner.findings.decided == 1
        assert looked(implied, [[x]])[0].met == met
    assert looked(implied, [[-1]], [[1]])[0].met  # and stays so


# --- what is refuted, and what is not decided -------------------------------------------------------------------------


def test_a_counterexample_is_counted_written_down_and_raised(tmp_path):
    examiner = examiner_of(below_a_line, directory=tmp_path)
    with pytest.raises(Found, match="a counterexample") as raised:
        examiner.judge(examiner.claim.signature.infer({"x": 3}))
    found = examiner.findings
    assert raised.value.counterexample.instance.encode() == found.certificate["inputs"] == {"x": "3"}
    assert (found.decided, found.instances, found.sizes) == (1, 1, {0: 1})
    assert (tmp_path / "below_a_line.json").exists()


def false_in_floats(x: Scalar):
    """True, and false in floats wherever 2⁶⁰ + x is rounded."""
    leq(where(greater((x + 2**60 - 2**60 - x) ** 2, 0 * x), 1, 0), 0)


def test_each_candidate_that_is_true_exactly_is_one_alarm():
    for points, alarms in (([[256]], 0), ([[1]], 1), ([[1], [256], [3]], 2), ([[k] for k in (1, 3, 5, 7, 9, 11)], 4)):
        findings, _ = looked(false_in_floats, points)
        assert findings.alarms == alarms


def test_candidates_are_judged_from_the_most_negative_margin_on(monkeypatch):
    examiner = examiner_of(below_a_line)
    stratum = Stratum(examiner.claim.signature, {}, {"x": "plain"}, {})
    judged = []
    monkeypatch.setattr(
        examiner_module.Examiner, "_judge_rounded", lambda self, _, point, said: judged.append((point[0], said))
    )
    examiner.look(stratum, np.array([[3.0, 5, 4, 100, 2.5, 1]]))
    assert [x for x, said in judged if said == "candidate"] == [100, 5, 4, 3]
    assert [x for x, said in judged if said == "holds"] == [1]


def test_a_point_is_judged_at_the_fewest_bits_that_say_the_same():
    for x, expected in ((2 + 1 / 16, "33/16"), (3.99, "4"), (5.3, "4"), (2 + 1 / 16 + 2.0**-30, "33/16")):
        examiner = examiner_of(below_a_line)
        stratum = Stratum(examiner.claim.signature, {}, {"x": "plain"}, {})
        with pytest.raises(Found) as raised:
            examiner.look(stratum, np.array([[x]]))
        assert raised.value.counterexample.instance.encode() == {"x": expected}


def test_where_floats_say_nothing_of_what_is_rounded_nothing_is_judged(monkeypatch):
    examiner = examiner_of(below_a_line)
    stratum = Stratum(examiner.claim.signature, {}, {"x": "plain"}, {})
    monkeypatch.setattr(examiner, "judge", None)
    for scores in (None, SimpleNamespace(holds=np.array([False]), candidate=np.array([False]))):
        monkeypatch.setattr(examiner, "score", lambda *_, scores=scores: scores)
        for said in ("holds", "candidate"):
            assert examiner._judge_rounded(stratum, np.array([1.0]), said) is False


def test_what_a_body_takes_for_many_is_limited(monkeypatch):
    asked = []
    monkeypatch.setattr(examiner_module, "time_limit", lambda seconds: asked.append(seconds) or nullcontext())
    examiner = examiner_of(below_a_line)
    examiner.score(Stratum(examiner.claim.signature, {}, {"x": "plain"}, {}), np.array([[1.0]]))
    assert asked == [600.0]


def slow(x: Positive):
    while True:
        pass


def test_a_body_that_does_not_return_is_given_up_and_said_so():
    examiner = examiner_of(slow)
    examiner.patience = 0.05
    assert examiner.judge(examiner.claim.signature.infer({"x": 1})) is None
    assert examiner.findings.errors == ["the claim does not return within 0.05 s, at (x = 1)"]
    assert (examiner.findings.instances, examiner.findings.decided) == (0, 0)


@pytest.mark.parametrize(("count", "judged"), [(1, 1), (15, 15), (32, 16), (1024, 16)])
def test_of_a_body_that_takes_one_at_a_time_some_points_of_a_batch_are_judged(count, judged):
    def alone(v: Vector["d"]):
        rows = [float(x.p) / float(x.q) for x in v.tolist()]
        leq(v.sum(), 10**6 + 0 * len(rows))

    findings, _ = looked(alone, [[k, k] for k in range(count)], sizes={"d": 2})
    assert (findings.batched, findings.looked, findings.decided, findings.instances) == (False, judged, judged, judged)
    assert findings.nearest is None
    assert findings.errors == []
    late = examiner_of(alone, left=-1.0)
    late.look(Stratum(late.claim.signature, {"d": 2}, {"v": "plain"}, {}), np.ones((2, count)))
    assert (late.findings.looked, late.findings.batched) == (0, False)


def test_scores_that_are_given_are_not_computed_again():
    examiner = examiner_of(below_a_line)
    stratum = Stratum(examiner.claim.signature, {}, {"x": "plain"}, {})
    raw = np.array([[1.0, 2.0]])
    scores = score(examiner.claim, stratum, raw)
    examiner.score = None
    examiner.findings.confirmed = True  # so that none is judged exactly
    examiner.look(stratum, raw, scores)
    assert examiner.findings.instances == 2
