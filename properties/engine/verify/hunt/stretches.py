"""What one task does: on which sizes, with which samples, from which starts, and for how long."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import Phase, settings
from threadpoolctl import threadpool_info

from properties.engine.helpers.claims import claim_of, counterexample
from verify import OneOf, Orthogonal, PositiveSemidefinite, Scalar, Vector, equal, leq
from verify.certificates.format import certificate
from verify.hunt import tasks
from verify.hunt.examiner import Examiner, Findings
from verify.hunt.portfolio import Move
from verify.hunt.strata import score
from verify.hunt.tasks import Task, run_task

BATCH = 1024
NOISE = 2.0**-46


def small_sums(v: Vector["d"]):
    leq(v.sum(), 1)


def norms(v: Vector["d"]):
    leq(0, (v * v).sum())


def task(move, index=0, seed=0, seconds=1e6, saved=None, left=1e6):
    return Task(index, move, seed, seconds, 1e6, saved, left)


@pytest.fixture
def looks(monkeypatch):
    """Return what each look of a task was at, and let it do nothing else: the stratum, the points, and their scores."""
    met = []
    monkeypatch.setattr(Examiner, "look", lambda self, *what: met.append(what) or count(self, what[1]))
    return met


def count(examiner, raw):
    examiner.findings.looked += raw.shape[1]


def test_what_is_known_is_judged_again_and_nothing_where_nothing_is_known():
    claim = claim_of(small_sums)
    found = run_task(claim, task(Move("saved", ((1,),)), saved=({"v": ["3", "1"]}, {"d": 2})), None)
    assert found.certificate == certificate(counterexample(claim, claim.signature.infer({"v": [3, 1]})))
    assert (found.strategy, found.instances, found.patterns) == ("saved", 1, [])
    found = run_task(claim, task(Move("saved", ((1,),)), saved=({"v": ["1"]}, {"d": 1})), None)
    assert (found.certificate, found.decided) == (None, 1)
    for way in ("saved", "simplify", "example"):
        found = run_task(claim, task(Move(way, ((1,),))), None)
        assert found == Findings(way)


def test_examples_are_looked_at_and_judged_in_their_order():
    claim = claim_of(small_sums)
    given = [SimpleNamespace(kwargs={"instance": claim.signature.infer({"v": v})}) for v in ([0, 5], [2], [1])]
    found = run_task(replace(claim, explicit=given), task(Move("example", ((1,),))), None)
    assert (found.looked, found.decided, found.certificate["inputs"]) == (2, 2, {"v": ["2"]})  # from the top down
    assert found.patterns == []


@pytest.mark.parametrize("batches", [1, 2, 5])
def test_in_bulk_structured_samples_take_turns_with_natural_and_with_spread_ones(looks, monkeypatch, batches):
    drawn = []
    for name in ("structured", "natural", "spread"):
        made = getattr(tasks, name)

        def sample(stratum, count, generator, name=name, made=made):
            drawn.append((name, count))
            return made(stratum, count, generator)

        monkeypatch.setattr(tasks, name, sample)
    plains, whole = [], tasks.random_stratum

    def stratum(*given, plain):
        plains.append(plain)
        return whole(*given, plain=plain)

    monkeypatch.setattr(tasks, "random_stratum", stratum)
    found = run_task(claim_of(norms), task(Move("bulk", ((1,), (3,)), batches)), None)
    assert plains == [k % 2 == 0 for k in range(batches) for _ in range(2)] * 2
    one = [
        (name, BATCH)
        for k in range(batches)
        for name in ("structured", "natural" if k % 2 == 0 else "spread")
    ]  # fmt: skip
    assert drawn == one * 2
    assert [stratum.sizes for stratum, _ in looks] == [{"d": 1}] * 2 * batches + [{"d": 3}] * 2 * batches
    assert found.patterns == [(1,), (3,)]
    assert all(raw.shape == (stratum.size, BATCH) for stratum, raw in looks)


@pytest.mark.long
def test_of_batches_in_bulk_every_other_one_is_of_plain_styles(looks):
    def of_matrices(A: PositiveSemidefinite["d"], U: Orthogonal["d"]):
        leq(0, A.sum() * U.sum())

    claim = claim_of(of_matrices)
    for index in range(4):
        run_task(claim, task(Move("bulk", ((2,),), 4), index), None)
    plain = {name: domain.styles[0] for name, domain in claim.signature.domains.items()}
    styles = [stratum.styles for stratum, *_ in looks]
    assert all(style == plain for k, style in enumerate(styles) if k // 2 % 2 == 0)
    assert any(style != plain for style in styles)


def test_a_task_that_is_late_stops_where_it_is(looks):
    found = run_task(claim_of(norms), task(Move("bulk", ((1,), (2,)), 3), left=-1.0), None)
    assert (looks, found.patterns) == ([], [])
    found = run_task(claim_of(norms), task(Move("bulk", ((1,), (2,)), 3), seconds=-1.0), None)
    assert (looks, found.patterns) == ([], [])


@pytest.mark.parametrize("way", ["descent", "lattice"])
def test_a_late_walk_has_looked_at_its_samples_alone_and_says_so(looks, way):
    found = run_task(claim_of(norms), task(Move(way, ((2,), (3,))), left=-1.0), None)
    assert [raw.shape for _, raw, _ in looks[:1]] == [(2, 2 * BATCH)]
    assert len(looks) == 2  # the samples, and the first step
    assert found.patterns == [(2,)]


def test_a_task_has_one_thread_as_others_run_beside_it():
    threads = []

    def noting(x: Scalar):
        threads.extend(pool["num_threads"] for pool in threadpool_info())
        leq(x, x)

    run_task(claim_of(noting), task(Move("bulk", ((),))), None)
    assert {*threads} == {1}


def test_draws_are_those_of_the_seed_the_task_and_the_claim(looks):
    def drawn(body, index, seed):
        run_task(claim_of(body), task(Move("bulk", ((2,),)), index, seed), None)
        return looks[-1][1].tobytes()

    for seed in (0, 1):
        one = drawn(norms, 3, seed)
        assert one == drawn(norms, 3, seed)
        others = (drawn(norms, 4, seed), drawn(norms, 3, seed + 1), drawn(small_sums, 3, seed))
        assert len({one, *others}) == 4


# --- walks ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def walked(monkeypatch):
    """Return what each walk was given, and let it end at once."""
    given = []

    def walk(way):
        def begun(claim, stratum, starts, *rest):
            given.append((way, stratum, starts, rest))
            return iter(())

        return begun

    for name in ("adam", "lattice", "evolution"):
        monkeypatch.setattr(tasks, name, walk(name))
    return given


def above(x: Scalar, y: Scalar):
    """Sharp on the line x = y, where its margin is 0."""
    leq(2 * x * y, x * x + y * y)


def objective(stratum, points):
    return score(claim_of(above), stratum, points)


def test_descents_begin_at_the_closest_points_and_at_others_in_turn(walked, looks):
    for index in range(6):
        run_task(claim_of(above), task(Move("descent", ((),)), index), None)
        way, stratum, starts, rest = walked[-1]
        _, raw, scores = looks[-1]
        assert (way, rest, starts.shape) == ("adam", (300,), (2, 64))
        np.testing.assert_array_equal(starts[:, 1::2], raw[:, :32])
        closest = objective(stratum, starts[:, ::2])
        assert (closest.margin > NOISE).all()  # where it is 0, so is the gradient
        assert (np.diff(closest.objective) >= 0).all()
        beyond = scores.objective[scores.margin > NOISE]
        assert closest.objective[0] == beyond.min()
        assert closest.objective[-1] == np.sort(beyond)[31]


def test_lattices_begin_at_the_points_of_least_pull(walked, looks):
    run_task(claim_of(above), task(Move("lattice", ((),))), None)
    way, stratum, starts, rest = walked[-1]
    assert (way, rest, starts.shape) == ("lattice", (), (2, 2 * BATCH))
    assert (np.diff(objective(stratum, starts).pull) >= 0).all()


def test_an_evolution_begins_at_the_first_point_or_the_closest_and_one_number_is_descended_on(walked, looks):
    began = set()
    for index in range(12):
        run_task(claim_of(above), task(Move("evolution", ((),)), index), None)
        way, _, start, (_, evaluations) = walked[-1]
        _, raw, scores = looks[-1]
        order = np.argsort(np.where(scores.margin > NOISE, scores.objective, np.inf), kind="stable")
        assert (way, evaluations) == ("evolution", 1000)
        first, closest = (start == raw[:, 0]).all(), (start == raw[:, order[0]]).all()
        assert first or closest
        began.add((bool(first), bool(closest)))
    assert {(True, False), (False, True)} <= began

    def of_one(x: Scalar):
        leq(x, 10)

    run_task(claim_of(of_one), task(Move("evolution", ((),))), None)
    assert walked[-1][0] == "adam"
    run_task(claim_of(norms), task(Move("evolution", ((25,),))), None)
    assert walked[-1][3][1] == 10_000


def one_at_a_time(x: Scalar):
    leq(x if x == 0 else 0 * x, 1)


def of_a_choice(kind: OneOf["a", "b"]):
    leq(0, 1)


@pytest.mark.parametrize("body", [one_at_a_time, of_a_choice])
def test_nobody_walks_where_one_instance_is_taken_at_a_time_or_there_is_nowhere_to_go(body, walked, looks):
    for way in ("descent", "lattice", "evolution"):
        assert run_task(claim_of(body), task(Move(way, ((),))), None).looked == 2 * BATCH
    assert (len(looks), walked) == (3, [])


def test_walks_begin_in_every_way_and_with_and_without_what_cancels(walked, looks):
    met = set()
    for index in range(10):
        run_task(claim_of(above), task(Move("descent", ((),)), index), None)
        met.add(walked[-1][1].anew)
    assert met == {True, False}


def test_hypothesis_draws_sizes_of_its_own_and_counts_what_it_judges(monkeypatch):
    monkeypatch.setattr(tasks, "_DRAWING", settings(tasks._DRAWING, max_examples=12))
    found = run_task(claim_of(norms), task(Move("hypothesis", ((1,),))), None)
    assert found.decided == found.instances == sum(found.sizes.values())
    assert 6 <= found.decided <= 12
    assert len(found.sizes) > 1
    assert found.looked == 0
    late = run_task(claim_of(norms), task(Move("hypothesis", ((1,),)), left=-1.0), None)
    assert late.decided == 1


def test_hypothesis_draws_a_hundred_and_makes_nothing_small():
    assert tasks._DRAWING.phases == (Phase.generate,)
    assert (tasks._DRAWING.max_examples, tasks._DRAWING.database) == (100, None)


class Bad(Scalar):  # type: ignore[misc]  # Any to mypy
    """A domain that makes nothing."""

    def construct(self, raw, style, shape):
        raise LookupError("nothing here")


def of_a_bad_domain(x: Bad):
    equal(x, x)


def test_what_a_domain_raises_where_hypothesis_draws_is_an_error_of_the_claim():
    found = run_task(claim_of(of_a_bad_domain), task(Move("hypothesis", ((),))), None)
    (error,) = found.errors
    assert error.startswith("the domain of x, Bad, raises LookupError at stretches.py:")
    assert error.endswith(": nothing here")
