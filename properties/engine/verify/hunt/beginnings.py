"""How a walk begins whose move leaves that to chance."""

from types import SimpleNamespace

import numpy as np

from properties.engine.helpers.claims import claim_of
from verify import Scalar, leq
from verify.hunt import tasks
from verify.hunt.examiner import Examiner, Findings
from verify.hunt.portfolio import Move
from verify.hunt.tasks import Task


class Steered:
    """A generator that chooses how to begin, and draws this number."""

    def __init__(self, begin, number):
        self.begin, self.random, self.other = begin, lambda: number, np.random.default_rng(0)

    def integers(self, *bounds, **rest):
        return self.begin if bounds == (4,) else self.other.integers(*bounds, **rest)


def above(x: Scalar, y: Scalar):
    leq(2 * x * y, x * x + y * y)


def small(x: Scalar, y: Scalar):
    leq(x, y)


def test_half_of_the_walks_begin_in_the_two_best_ways_and_others_in_plain_styles_or_not(monkeypatch):
    begun, plains, looks, whole = [], [], [], tasks.random_stratum

    def stratum(signature, sizes, generator, plain):
        plains.append(plain)
        return whole(signature, sizes, np.random.default_rng(0), plain)

    monkeypatch.setattr(tasks, "random_stratum", stratum)
    monkeypatch.setattr(tasks, "_SAMPLES", (lambda stratum, count, _: np.ones((2, count)),))
    monkeypatch.setattr(tasks, "_BEGINNINGS", {
        "natural": (lambda stratum, count, _: np.full((2, count), 2.0), False),
        "spread": (lambda stratum, count, _: np.full((2, count), 3.0), True),
    })  # fmt: skip
    monkeypatch.setattr(tasks, "lattice", lambda claim, stratum, starts: begun.append(stratum) or iter(()))
    monkeypatch.setattr(Examiner, "look", lambda self, stratum, raw, scores: looks.append(raw))
    for begins, chance, number, plain, anew, sample in (
        ("", 0, 0.4, True, True, 1), ("", 0, 0.6, False, False, 1), ("", 1, 0.6, False, False, 1),
        ("", 2, 0.6, True, False, 2), ("", 3, 0.6, True, True, 3), ("natural", 0, 0.4, True, False, 2),
        ("spread", 0, 0.6, True, True, 3),
    ):  # fmt: skip
        task = Task(0, Move("lattice", ((),), begins=begins), 0, 1e6, 1e6)
        examiner = Examiner(claim_of(above), Findings("lattice"), 1e6, 1e6, None)
        tasks._walk("lattice", examiner, {}, Steered(chance, number), task)
        assert (plains[-1], begun[-1].anew) == (plain, anew), (begins, chance, number)
        assert (looks[-1] == sample).all(), (begins, chance, number)


def test_a_descent_begins_at_the_least_objectives_where_no_margin_is_0(monkeypatch):
    """And at points as they come, in turn."""
    begun, raw = [], np.arange(2.0 * 2048).reshape(2, 2048)
    margin = np.where(np.arange(2048) % 2, 1.0, 0.0)
    objective = -np.arange(2048.0)
    scores = SimpleNamespace(margin=margin, objective=objective, pull=objective)
    monkeypatch.setattr(tasks, "_BEGINNINGS", {"natural": (lambda stratum, count, _: raw, False)})
    monkeypatch.setattr(tasks, "adam", lambda claim, stratum, starts, steps: begun.append(starts) or iter(()))
    monkeypatch.setattr(Examiner, "score", lambda *_: scores)
    monkeypatch.setattr(Examiner, "look", lambda *_: None)
    task = Task(0, Move("descent", ((),), begins="natural"), 0, 1e6, 1e6)
    tasks._walk("descent", Examiner(claim_of(above), Findings("descent"), 1e6, 1e6, None), {}, Steered(0, 0.5), task)
    places = [int(x) for x in begun[0][0]]
    assert places[::2] == [2047 - 2 * k for k in range(32)]
    assert places[1::2] == list(range(32))


def test_of_two_tasks_one_begins_with_single_steps(monkeypatch):
    begun = []
    monkeypatch.setattr(tasks, "simplifications", lambda *arguments: begun.append(arguments[-1]) or iter(()))
    for index in range(4):
        task = Task(index, Move("simplify", ((),)), 0, 1e3, 1e3, ({"x": "5", "y": "2"}, {}))
        examiner = Examiner(claim_of(small), Findings("simplify"), 1e3, 1e3, None)
        tasks._simplified(examiner, {}, np.random.default_rng(0), task)
    assert begun == [0, 3, 0, 3]
