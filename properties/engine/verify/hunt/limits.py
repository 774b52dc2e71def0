"""How many: sizes, groups, ties, and the seconds for a near miss."""

import contextlib
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from vae_verify import CLAIM
from verify import Interval, Matrix, Scalar, Vector, leq, positive_semidefinite
from verify.errors import UsageError
from verify.hunt import elsewhere, hunting, miss, sampling, strata, tasks
from verify.hunt.examiner import Examiner, Findings, Nearest
from verify.hunt.portfolio import Move
from verify.hunt.premises.solving import solved
from verify.hunt.sampling import structured
from verify.hunt.strata import Stratum, _subsets, larger, patterns
from verify.hunt.tasks import Task
from verify.judging.judge import Judgement, Outcome
from verify.workers.limits import GivenUp


def of_dimensions(names, **bounds):
    domains = {f"v{name}": Vector(name, {name: bounds[name]} if name in bounds else {}) for name in names}
    return signature(**domains)


def test_all_patterns_are_taken_up_to_four_thousand_and_of_more_none_of_the_largest_sizes():
    every = patterns(of_dimensions("abcdef"))
    assert len(every) == 4**6
    assert every[-1] == dict.fromkeys("abcdef", 4)
    some = patterns(of_dimensions("abcdefg"))
    assert len(some) == 3**5 * 4**2
    assert some[-1] == dict.fromkeys("abcde", 3) | dict.fromkeys("fg", 4)


def test_of_many_free_dimensions_subsets_of_six_are_large_and_all():
    assert _subsets("ab") == [("a",), ("b",), ("a", "b")]
    assert len(_subsets("abcdef")) == 63
    seven = _subsets("abcdefg")
    assert len(seven) == 64
    assert seven[-1] == tuple("abcdefg")
    assert all("g" not in chosen for chosen in seven[:-1])
    assert _subsets("") == []


def test_bounded_dimensions_have_all_of_sixteen_sizes_or_the_smallest_of_more():
    for high, sizes in ((15, {*range(16)}), (16, {0})):
        one = signature(v=Vector("d"), w=Vector("e+1", {"e": (0, high)}))
        assert {named["e"] for named in larger(one)} == sizes
        assert {named["d"] for named in larger(one)} == {5, 6, 7, 8}


def test_no_size_beyond_makes_an_axis_longer_than_arrays_may_be():
    one = signature(v=Vector("d"), w=Vector("d+d+d+d+d+d+d+d"))
    assert [named["d"] for named in larger(one)] == [5, 6, 7, 8]
    one = signature(v=Vector("d"), w=Vector("d+d+d+d+d+d+d+d+1"))
    assert [named["d"] for named in larger(one)] == [5, 6, 7]
    one = signature(v=Vector("d"), w=Vector("8-d"))
    assert [named["d"] for named in larger(one)] == [5, 6, 7]


def test_structured_points_share_their_recipes_by_sixty_four(monkeypatch):
    counts, links = [], []

    def part(part, count, generator, pool):
        counts.append(count)
        return np.zeros((part.size, count))

    monkeypatch.setattr(sampling, "_part", part)
    monkeypatch.setattr(sampling, "_link", lambda *_: links.append(len(counts)))
    stratum = Stratum(signature(x=Scalar()), {}, {"x": "plain"}, {})
    assert structured(stratum, 200, np.random.default_rng(0)).shape == (1, 200)
    assert counts == [64, 64, 64, 8]
    counts.clear()
    links.clear()
    structured(stratum, 64 * 600, np.random.default_rng(0))
    found = [links.count(k) for k in range(1, 601)]
    assert {k: found.count(k) / 600 for k in set(found)} == pytest.approx(dict.fromkeys(range(3), 1 / 3), abs=0.07)


def test_a_thousand_and_twenty_four_points_are_evaluated_at_once(monkeypatch):
    counts = []
    screened = strata.screen
    monkeypatch.setattr(
        strata, "screen", lambda body, given, count: counts.append(count) or screened(body, given, count)
    )
    claim = claim_of(below)
    raw = np.arange(2500.0)[None]
    scores = strata.score(claim, Stratum(claim.signature, {}, {"x": "plain"}, {}), raw)
    assert counts == [1024, 1024, 452]
    np.testing.assert_array_equal(scores.candidate, raw[0] > 2)


def test_half_of_what_is_bounded_is_made_around_the_middle(monkeypatch):
    one = signature(x=Interval("d", 2, 10))
    stratum = Stratum(one, {"d": 1}, {"x": "plain"}, {})
    monkeypatch.setattr(sampling, "_made", lambda part, count, generator, pool: np.full((part.size, count), 0.5))
    made = [sampling._part(stratum.parts[0], 1, np.random.default_rng(seed), None).item() for seed in range(400)]
    assert set(made) == {0.5, 8.0}
    assert 0.4 < made.count(8.0) / 400 < 0.6


def of_two(A: Matrix["d d"], x: Scalar):
    leq(x, 2)


@pytest.mark.parametrize(("place", "kind"), [(0, "general"), (15, "general"), (16, "zero")])
def test_of_points_at_one_margin_the_kind_of_the_first_sixteen_is_found_out(place, kind):
    points = [[0, 0, 0, 0, 1] for _ in range(20)]
    points[place] = [1, 2, 3, 4, 1]
    examiner = Examiner(claim_of(of_two), Findings("bulk"), float("inf"), 600.0, None)
    stratum = Stratum(examiner.claim.signature, {"d": 2}, {"A": "plain", "x": "plain"}, {})
    examiner.look(stratum, np.array(points, dtype=float).T)
    assert examiner.findings.nearest.kind == kind


def test_systems_are_solved_up_to_thirty_bits():
    large, small = 1.25 * 2.0**-30, 0.75 * 2.0**-30
    matrices = np.array([np.diag([1, x]) for x in (large, small)])
    found = solved(matrices, np.array([[1.0, 0], [1, 0]]))
    assert found.rank.tolist() == [2, 1]
    rights = np.array([[1, 2 * large], [1, 2 * small], [0, large], [0, small]])
    found = solved(np.array([np.diag([1.0, 0])] * 4), rights)
    assert found.has.tolist() == [False, True, False, True]
    np.testing.assert_array_equal(found.shortest, [[1, 0], [1, 0], [0, 0], [0, 0]])
    huge = solved(np.array([[[np.inf]], [[1.0]], [[1.0]]]), np.array([[1.0], [np.nan], [5]]))
    assert huge.has.tolist() == [False, False, True]
    assert (huge.rank.tolist(), huge.shortest.tolist()) == ([0, 0, 1], [[0], [0], [5]])
    half = solved(np.array([np.eye(2), [[1, 0], [0, np.inf]]]), np.array([[1.0, np.nan], [1, 1]]))
    assert half.has.tolist() == [False, False]
    assert half.shortest.tolist() == [[0, 0], [0, 0]]


def below(x: Scalar):
    leq(x, 2)


def semidefinite(A: Matrix["d d"]):
    positive_semidefinite(A)


def test_a_near_miss_has_two_seconds_and_its_explanation_four_of_six(monkeypatch):
    limits, given = [], []

    @contextlib.contextmanager
    def limited(seconds):
        limits.append(seconds)
        yield

    monkeypatch.setattr(miss, "time_limit", limited)
    monkeypatch.setattr(miss, "explained", lambda claim, instance, seconds: given.append(seconds))
    claim = claim_of(below)
    found = miss.examined(claim, Nearest(0.0, {}, {"x": "2"}, "general"))
    assert (limits, given, found.equality) == ([2.0, 6.0], [4.0], "so it is sharp there")
    assert miss.examined(claim, Nearest(0.5, {}, {"x": "1"}, "general")).equality is None
    for error in (GivenUp(), LookupError()):

        def raising(claim, instance, seconds, error=error):
            raise error

        monkeypatch.setattr(miss, "explained", raising)
        assert miss.examined(claim, Nearest(0.0, {}, {"x": "2"}, "general")).equality == "so it is sharp there"


def test_of_a_miss_that_was_not_judged_the_margin_and_the_instance_are_told():
    claim = claim_of(below)
    nearest = Nearest(0.25, {}, {"x": "1"}, "general")
    instance = claim.signature.infer({"x": 1})
    bare = miss.Miss(nearest, instance)
    assert (bare.lines, bare.gap) == (["margin 0.25", "x = 1"], None)
    assert bare.data == vars(nearest) | {"gap": None, "equality": None}
    groundless = miss.Miss(nearest, instance, Judgement(Outcome.CERTAIN, 64), "so")
    assert (groundless.lines, groundless.gap) == (["margin 0.25", "x = 1"], None)
    told = miss.Miss(nearest, instance, claim.judge(instance), "so")
    assert told.lines == ["margin 0.25, gap 0.5 of the larger side", "x = 1", "1 ≤ 2", "so"]
    open_ = Judgement(Outcome.INDISTINGUISHABLE, 64, bits=40, ground=claim.judge(instance).ground)
    agreeing = miss.Miss(nearest, instance, open_, "so")
    assert agreeing.lines == ["margin 0.25", "x = 1", "its sides agree to 40 bits there", "so"]
    assert agreeing.gap is None
    spectral = claim_of(semidefinite)
    smallest = spectral.signature.infer({"A": [["1"]]})
    assert miss.Miss(nearest, smallest, spectral.judge(smallest)).gap is None  # its sides are an eigenvalue and 0


def test_a_gap_is_known_however_small_it_is():
    claim = claim_of(below)
    x = 2 - Fraction(1, 2**900)
    instance = claim.signature.infer({"x": str(x)})
    assert miss.Miss(Nearest(0.0, {}, {}, "general"), instance, claim.judge(instance)).gap == 2.0**-901


def test_a_task_is_overdue_ten_seconds_after_what_it_may_take(monkeypatch):
    task = Task(0, Move("bulk", ((),)), 0, 2.0, 5.0, None, 8.0)
    monkeypatch.setattr(elsewhere, "slowness", lambda: 1.0)
    assert elsewhere.overdue(task, 100.0) == 100 + 8 + 5 + 10
    monkeypatch.setattr(elsewhere, "slowness", lambda: 3.0)
    assert elsewhere.overdue(task, 100.0) == 100 + 3 * (8 + 5 + 10)


def test_what_is_given_up_while_it_is_made_simpler_ends_that_alone():
    def given_up(_):
        raise GivenUp

    examiner = SimpleNamespace(claim=claim_of(below), patience=1.0, judged=given_up)
    tasks._simplified(
        examiner, {}, np.random.default_rng(0), Task(0, Move("simplify", ((),)), 0, 2.0, 5.0, ({"x": "3"}, {}))
    )


def test_a_claim_is_hunted_as_it_is_or_by_its_function(monkeypatch):
    met = []

    def begun(entry, seed, budget):
        met.append((entry.id, seed, budget))
        raise LookupError

    monkeypatch.setattr(hunting, "Hunt", begun)
    claim = claim_of(below)
    function = SimpleNamespace(**{CLAIM: claim})
    for given in (claim, function):
        with pytest.raises(LookupError):
            hunting.hunt(given, seed=3, budget=4.0)
    assert met == [(claim.id, 3, 4.0)] * 2
    with pytest.raises(UsageError, match=r"is no claim with instances to hunt for: decorate a function with @claim$"):
        hunting.hunt(below)
