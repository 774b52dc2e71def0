"""Which points of a batch are judged exactly: of candidates, of what floats cannot hold, and of what holds in them."""

from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from verify import Matrix, Scalar, leq
from verify.hunt.examiner import Examiner, Findings
from verify.hunt.strata import Stratum, roundings
from verify.judging.judge import Outcome
from verify.judging.screen import Scores


def below(x: Scalar):
    leq(x, 2)


def examiner_of(**findings):
    return Examiner(claim_of(below), Findings("bulk", **findings), float("inf"), 600.0, None)


STRATUM = Stratum(claim_of(below).signature, {}, {"x": "plain"}, {})


def scores_of(margins, **flags):
    """Return scores of points with these margins, at which nothing is said but what is said here."""
    margin = np.array(margins, dtype=float)
    none = np.zeros(len(margin), dtype=bool)
    told = {name: np.array(flag, dtype=bool) for name, flag in flags.items()}
    fields = {"admitted": none, "candidate": none, "undefined": none, "met": none} | told
    return Scores(margin=margin, objective=margin, pull=margin, **fields)


@pytest.mark.parametrize(
    ("alarms", "looked", "loudest", "margins", "judged"),
    [
        (0, 0, 0.0, [-0.7, -1, -0.8, -0.9], 4), (0, 0, 0.0, [-0.7, -1, -0.8, -0.9, -0.6], 4), (11, 0, 0, [-1] * 4, 2),
        (11, 995, 0, [-1] * 4, 2), (11, 996, 0, [-1] * 4, 3), (11, 1996, 0, [-1] * 4, 4), (13, 0, -0.25, [-1] * 4, 0),
        (13, 0, -0.25, [-1, -1.01, -0.5, 0], 1), (12, 0, -0.25, [-1] * 4, 1), (99, 0, -0.25, [-1.1, -4.5], 1),
        (99, 0, -0.25, [-4, -16], 1),
    ],
)  # fmt: skip
def test_after_twelve_alarms_only_what_is_four_times_as_far_from_true_is_judged(
    alarms, looked, loudest, margins, judged, monkeypatch
):
    """And after one more for each thousand points. A candidate that is true exactly is an alarm, as these all are."""
    examiner, seen = examiner_of(alarms=alarms, looked=looked, confirmed=True), []
    examiner.loudest = loudest
    monkeypatch.setattr(examiner, "_judge_rounded", lambda stratum, point, said: seen.append((point[0], said)) or True)
    examiner.look(STRATUM, np.array([margins]), scores_of(margins, candidate=[True] * len(margins)))
    assert seen == [(margin, "candidate") for margin in sorted(margins)[:judged]]
    assert examiner.findings.alarms == alarms + judged
    assert examiner.loudest == min([loudest, *sorted(margins)[:judged]])


def test_of_equal_margins_the_first_points_are_judged(monkeypatch):
    examiner, seen = examiner_of(confirmed=True), []
    monkeypatch.setattr(examiner, "_judge_rounded", lambda stratum, point, said: seen.append(point[0]))
    margins = [-1.0, -2.0, -2.0] * 200
    examiner.look(STRATUM, np.arange(600.0)[None], scores_of(margins, candidate=[True] * 600))
    assert seen == [1, 2, 4, 5]


def test_a_candidate_that_is_not_decided_is_no_alarm(monkeypatch):
    examiner = examiner_of(confirmed=True)
    monkeypatch.setattr(examiner, "_judge_rounded", lambda *_: False)
    examiner.look(STRATUM, np.array([[3.0, 4]]), scores_of([-1, -2], candidate=[True, True]))
    assert (examiner.findings.alarms, examiner.loudest) == (0, 0)


def test_two_of_what_floats_cannot_hold_are_judged_and_sixteen_in_all(monkeypatch):
    for flags, expected in (
        ([1], [0]), ([1, 1], [0, 1]), ([0, 1, 1, 1], [1, 2]), ([1] * 4, [0, 2]), ([1] * 9, [0, 4]), ([0, 0], []),
    ):  # fmt: skip
        examiner, seen = examiner_of(confirmed=True), []
        monkeypatch.setattr(
            examiner, "judge", lambda instance, seen=seen: seen.append(int(str(instance.values["x"].item())))
        )
        raw = np.arange(float(len(flags)))[None]
        examiner.look(STRATUM, raw, scores_of(raw[0], undefined=flags))
        assert seen == expected
        for _ in range(9):
            examiner.look(STRATUM, raw, scores_of(raw[0], undefined=flags))
        assert len(seen) == min(16, 10 * len(expected))


def test_two_of_what_holds_are_judged_until_one_is_decided_that_is_not_trivial(monkeypatch):
    for count, expected in ((1, [0]), (2, [0, 1]), (3, [0, 1]), (5, [0, 2]), (8, [0, 4])):
        examiner, seen = examiner_of(), []
        monkeypatch.setattr(examiner, "_judge_rounded", lambda _, point, said, seen=seen: seen.append((point[0], said)))
        raw = np.arange(float(count))[None]
        examiner.look(STRATUM, raw, scores_of(raw[0] + 1, admitted=[True] * count))
        assert seen == [(x, "holds") for x in expected]
        assert examiner.findings.instances == examiner.findings.sizes[0] == count - len(expected)
        assert examiner.findings.kinds == {"general": count - len(expected)}
        examiner.look(STRATUM, raw, scores_of(raw[0] + 1, admitted=[True] * count))
        assert len(seen) == min(2, 2 * count)
    confirmed = examiner_of(confirmed=True)
    monkeypatch.setattr(confirmed, "_judge_rounded", None)
    confirmed.look(STRATUM, raw, scores_of(raw[0] + 1, admitted=[True] * count))
    assert confirmed.findings.instances == count


@pytest.mark.parametrize(
    ("likely", "outcomes", "judged"),
    [
        ([], "", []), ([4], "U", [4]), ([1, 3], "UU", [1, 3]), ([1, 3, 9], "UUU", [1, 3, 9]),
        ([0, 2, 5, 10], "UUU", [0, 2, 10]), ([0, 2, 5, 10], "C", [0]), ([0, 2, 5, 10], "UI", [0, 2]),
        ([1, 3, 9], "UUC", [1, 3, 9]), ([1, 3], "DU", [1, 3]),
    ],
)  # fmt: skip
def test_of_the_roundings_that_say_the_same_the_two_shortest_and_the_longest_are_judged(
    likely, outcomes, judged, monkeypatch
):
    names = {"U": Outcome.UNDECIDED, "C": Outcome.CERTAIN, "I": Outcome.INDISTINGUISHABLE, "D": Outcome.DISCARDED}
    examiner, seen, answers = examiner_of(), [], iter(outcomes)
    made = np.stack(list(roundings(np.array([4 / 3]))), axis=1)[0].tolist()
    flags = np.isin(np.arange(11), likely)

    def score(stratum, raw):
        assert raw.tolist() == [made]
        return SimpleNamespace(candidate=flags, holds=~flags)

    def judge(instance):
        seen.append(made.index(float(str(instance.p)) / float(str(instance.q))))
        return names[next(answers)]

    monkeypatch.setattr(examiner, "score", score)
    monkeypatch.setattr(examiner, "judge", judge)
    stratum = SimpleNamespace(instance=lambda point: STRATUM.instance(point).values["x"].item())
    assert examiner._judge_rounded(stratum, np.array([4 / 3]), "candidate") == (outcomes[-1:] in ("C", "I"))
    assert seen == judged


def test_where_floats_say_nothing_no_rounding_is_judged(monkeypatch):
    examiner = examiner_of()
    monkeypatch.setattr(examiner, "score", lambda *_: None)
    assert examiner._judge_rounded(STRATUM, np.array([3.0]), "candidate") is False


def of_two_sizes(A: Matrix["d r"]):
    leq(A.sum(), 10**6)


def test_points_are_counted_by_their_largest_size_and_trivial_ones_all_where_that_is_more_than_one():
    claim = claim_of(of_two_sizes)
    for sizes, largest, told in (({"d": 1, "r": 3}, 3, 256), ({"d": 4, "r": 1}, 4, 256), ({"d": 1, "r": 1}, 1, 64)):
        examiner = Examiner(claim, Findings("bulk", confirmed=True), float("inf"), 600.0, None)
        examiner.batches = -1  # so that this one is counted by kind
        stratum = Stratum(claim.signature, sizes, {"A": "plain"}, {})
        examiner.look(stratum, np.zeros((stratum.size, 256)))
        assert examiner.findings.sizes == {largest: 256}
        assert sum(examiner.findings.kinds.values()) == told
    examiner._add_size({}, 2)
    assert examiner.findings.sizes == {1: 256, 0: 2}
