"""A hunt goes on beyond the default sizes, keeps those that a claim gives, and finds what is false there alone."""

from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from properties.engine.helpers.slow import but
from reference.arithmetic import determinant, trace
from verify import Integer, Matrix, PositiveSemidefinite, Scalar, Vector, leq
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.hunt import tasks
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move, portfolio
from verify.hunt.report import text_of
from verify.hunt.sampling import natural
from verify.hunt.search import Hunt, _Queue
from verify.hunt.strata import larger, patterns
from verify.hunt.tasks import Task, run_task
from verify.registry.loading import load_file

FARTHEST = 8


def task(index, move):
    """Return a task that no clock cuts short."""
    return Task(index, move, seed=0, seconds=1e6, patience=1e6)


# --- which sizes ----------------------------------------------------------------------------------------------------


def test_larger_sizes_are_those_that_no_annotation_bounds():
    assert larger(signature(x=Scalar())) == []
    assert larger(signature(x=Vector("d", {"d": (1, 4)}))) == []
    assert [sizes["d"] for sizes in larger(signature(A=Matrix("d d")))] == [5, 6, 7, FARTHEST]
    mixed = larger(signature(A=Matrix("d r", {"r": (2, 3)})))
    assert sorted((sizes["d"], sizes["r"]) for sizes in mixed) == [(d, r) for d in range(5, 9) for r in (2, 3)]
    kept = larger(signature(A=Matrix("e d", {"e": (2, 12)}), x=Vector("f", {"f": (1, 9)})))
    assert [tuple(sizes.values()) for sizes in kept] == [(d, 2, 1) for d in range(5, 9)]  # the others are too many


def test_sizes_are_equal_first_and_then_some_are_large():
    both = [(sizes["d"], sizes["r"]) for sizes in larger(signature(A=Matrix("d r")))]
    assert both[:6] == [(5, 5), (6, 6), (7, 7), (8, 8), (5, 1), (1, 5)]
    assert len(set(both)) == len(both) == 4 * (1 + 2 * 4)
    assert all(max(pair) > 4 >= min(pair) for pair in both[4:])
    assert [sum(pair) for pair in both[4:]] == sorted(sum(pair) for pair in both[4:])
    many = signature(**{name: Vector(name) for name in "abcdefgh"})
    assert len(patterns(many)) <= 4096
    assert 4 < len(larger(many)) <= 4096
    assert [set(sizes.values()) for sizes in larger(many)[:4]] == [{5}, {6}, {7}, {8}]
    assert {sizes[name] for sizes in larger(many)[4:] for name in "gh"} == {1, 2, 3, 4}  # six of them are large in turn


def test_no_axis_is_empty_or_larger_than_an_array_may_be():
    assert [sizes["d"] for sizes in larger(signature(x=Vector("d+d+d+d+d+d+d+d+d")))] == [5, 6, 7]
    assert [sizes["d"] for sizes in larger(signature(x=Vector("7-d")))] == [5, 6]


def moves_of(body, count):
    total = Findings("")
    return [move for move in islice(portfolio(claim_of(body), 0, total), count) if move is not None]


def unbounded(A: Matrix["d r"]):
    leq(A, 1)


def bounded(A: Matrix["d r", {"d": (2, 3), "r": (1, 4)}]):
    leq(A, 1)


def test_a_hunt_goes_on_once_the_small_sizes_are_searched_and_returns_to_them():
    moves = moves_of(unbounded, 300)
    far = [max(move.patterns[0]) > 4 for move in moves]
    first = far.index(True)
    assert {pattern for move in moves[:first] if move.strategy == "bulk" for pattern in move.patterns} == {
        (d, r) for d in range(1, 5) for r in range(1, 5)
    }
    assert 0.1 < np.mean(far[first:]) < 0.3
    assert not far[first + 1]
    reached = [move.patterns[0] for move, beyond in zip(moves, far, strict=True) if beyond]
    assert reached[:4] == [(5, 5), (6, 6), (7, 7), (8, 8)]
    assert reached[4:8] == reached[:4]  # in another way, and then further
    assert (5, 1) in reached
    of_five = {move.strategy for move in moves if (5, 5) in move.patterns}
    assert of_five == {"bulk", "descent", "evolution", "lattice"}


def test_a_hunt_keeps_the_sizes_that_a_claim_gives():
    assert {pattern for move in moves_of(bounded, 300) for pattern in move.patterns} == {
        (d, r) for d in (2, 3) for r in range(1, 5)
    }


def test_the_report_says_how_far_a_hunt_went():
    hunt = Hunt(claim_of(unbounded), 0, 1.0)
    hunt.add(Findings("bulk", instances=9, decided=9, looked=9, patterns=[(1, 1), (4, 4)]))
    assert "covered  2 of 16 patterns of dimensions; by bulk" in text_of(hunt, None)
    assert "beyond   d > 4, r > 4;" in text_of(hunt, None)
    hunt.add(Findings("bulk", instances=9, decided=9, looked=9, patterns=[(5, 5)]))
    assert "patterns of dimensions, and 1 larger one; by bulk" in text_of(hunt, None)
    hunt.add(Findings("bulk", instances=9, decided=9, looked=9, patterns=[(6, 1)]))
    assert "covered  2 of 16 patterns of dimensions, and 2 larger ones; by bulk" in text_of(hunt, None)
    assert "beyond   d > 6, r > 5;" in text_of(hunt, None)


SMALL_ALONE = """
from verify import Matrix, claim, leq

@claim("breadth/small", "0 ≤ a multiple of a square that is there up to four")
def test_small(A: Matrix["d d"]):
    leq(0, [1, 2, 3, 4][A.shape[-1] - 1] * A * A)
"""


@pytest.mark.long
def test_what_a_body_cannot_do_beyond_its_sizes_is_no_error_of_it(tmp_path, monkeypatch, capsys, counted):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    (tmp_path / "small.py").write_text(SMALL_ALONE, encoding="utf-8")
    (claim,) = load_file(tmp_path / "small.py")
    assert run_task(claim, task(0, Move("bulk", ((5,),), beyond=True)), None).errors
    assert main(["hunt", "small.py", "--jobs", "1", "--budget", "30"]) == 0
    said = capsys.readouterr().out
    assert "survived" in said
    assert "error" not in said
    assert "covered  4 of 4 patterns of dimensions; by" in said
    assert "beyond   d > 4;" in said
    assert "slowly" not in said


@pytest.mark.parametrize("found", [None, {"inputs": {}, "dimensions": {"d": 5}}])
@pytest.mark.parametrize("errors", [[], ["it does not work there"]])
@pytest.mark.parametrize("beyond", [False, True])
def test_what_raises_there_alone_is_not_looked_at_and_a_counterexample_is(beyond, errors, found):
    arrived = []
    queue = SimpleNamespace(waiting={}, found=False, arrived=arrived.append)
    findings = Findings("bulk", instances=7, errors=errors, certificate=found)
    _Queue._take(queue, task(3, Move("bulk", ((5,),), beyond=beyond)), findings)
    left_out = beyond and errors
    assert queue.waiting == {3: Findings("bulk", certificate=found) if left_out else findings}
    assert (queue.found, arrived) == (found is not None, [found] if found else [])


# --- how descents begin ---------------------------------------------------------------------------------------------


def test_each_pattern_that_is_closest_is_descended_on_plainly_and_from_spread_samples_before_chance_has_its_turn():
    total = Findings("")
    total.best.update({(d, r): float(abs(d - 3) + abs(r - 2)) for d in range(1, 5) for r in range(1, 5)})
    moves = [move for move in islice(portfolio(claim_of(unbounded), 0, total), 100) if move is not None]
    walks = [move for move in moves if move.strategy == "descent" and max(move.patterns[0]) < 5]
    first = [(move.patterns[0], move.begins) for move in walks[:8]]
    closest = [(3, 2), (2, 2), (3, 1), (3, 3), (4, 2)]
    assert {pattern for pattern, _ in first} < set(closest)
    assert first == [(pattern, kind) for kind in ("natural", "spread") for pattern, _ in first[:4]]
    assert len(set(first)) == 8
    assert {move.begins for move in walks[8:]} == {""}


@pytest.mark.parametrize("kind", ["natural", "spread"])
def test_a_walk_begins_as_it_is_told(monkeypatch, kind):
    strata, drawn = [], []
    scored = tasks.Examiner.score

    def score(self, stratum, raw):
        strata.append(stratum)
        return scored(self, stratum, raw)

    def sample(stratum, count, generator):
        drawn.append(count)
        return natural(stratum, count, generator)

    monkeypatch.setattr(tasks.Examiner, "score", score)
    monkeypatch.setitem(tasks._BEGINNINGS, kind, (sample, tasks._BEGINNINGS[kind][1]))
    for index in range(8):
        run_task(claim_of(words), Task(index, Move("descent", ((2,),), begins=kind), 0, 0.0, 600.0), None)
        assert strata[-1].anew == (kind == "spread")
        assert strata[-1].styles == dict.fromkeys("AB", PositiveSemidefinite("d").styles[0])
    assert len(drawn) == 8


# --- what is false there alone --------------------------------------------------------------------------------------


def zero_one_determinants(A: Integer["d d", 0, 1]):
    """Of order 1 to 5 the largest are 1, 1, 2, 3, 5; of order 6 it is 9."""
    leq(determinant(A), [1, 1, 2, 3, 5, 8, 18, 40][A.shape[-1] - 1])


def four_squares(x: Vector["d"]):
    leq(x.sum(-1) ** 2, 5 * (x * x).sum(-1))


@pytest.mark.parametrize(
    ("body", "size"), [(four_squares, 6), pytest.param(zero_one_determinants, 6, marks=pytest.mark.long)]
)
def test_what_is_false_from_six_on_falls(body, size):
    claim = claim_of(body)
    hunt = Hunt(claim, 0, 1.0)
    for index, move in enumerate(islice(filter(None, portfolio(claim, 0, hunt.total)), 120)):
        if any(max(pattern) >= size for pattern in move.patterns):  # below, it is true
            hunt.add(run_task(claim, task(index, move), None))
        if hunt.over:
            break
    assert hunt.total.certificate is not None
    assert hunt.total.certificate["dimensions"]["d"] >= size


# --- where equality holds on a manifold -----------------------------------------------------------------------------


def words(A: PositiveSemidefinite["d"], B: PositiveSemidefinite["d"]):
    """True where A and B commute, or d ≤ 2: floats meet a violation at spectra over decades alone."""
    A2, B2 = A @ A, B @ B
    A4, B4 = A2 @ A2, B2 @ B2
    leq(trace(A4 @ B @ A @ B4), trace(A4 @ A @ B4 @ B))


@pytest.mark.parametrize("sampled", but(["spread", "natural"], "natural"))
def test_what_holds_with_equality_wherever_matrices_commute_falls_at_spread_spectra(sampled, monkeypatch):
    if sampled == "natural":
        monkeypatch.setattr(tasks, "spread", natural)
    found = run_task(claim_of(words), task(0, Move("bulk", ((3,),), 600)), None)
    assert (found.certificate is not None) == (sampled == "spread")
