"""Which loss is judged where a schedule has knobs: what is found of them is told, and nothing if there are none."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from verify.gate.expectations import expectations
from verify.gate.report import Report
from verify.gate.shapes import Shape

module = import_module("verify.gate.behaviour.settled")  # of its package that is the name of the function
SHAPES = [Shape(1, 6, 3), Shape(4, 5, 2), Shape(2, 7, 1)]


@pytest.fixture
def asked(monkeypatch):
    """Return a function: what is judged of a loss with such knobs and schedules, what is told, and what was asked."""

    def settle(knobs, found=(), shapes=SHAPES, **declared):
        seen, report, given = [], Report("loss"), SimpleNamespace(knobs=knobs)
        report.evaluations = 5
        wanted = expectations(**declared)

        def weighing(interface, ranges, at):
            seen.append((interface is given, ranges, at))
            return SimpleNamespace(evaluations=7)

        monkeypatch.setattr(module, "Weighing", weighing)
        monkeypatch.setattr(module, "schedules", lambda interface, weighs: list(found))
        monkeypatch.setattr(module, "ended", lambda interface, schedules: ("ended", len(schedules)))
        monkeypatch.setattr(module, "examine_knobs", lambda last, weighs, declared, report: ("expected", last))
        judged = module.settled(given, "ranges", shapes, wanted, report)
        plain = judged == (given, wanted)
        return judged if not plain else "as it is", report, seen

    return settle


def schedule(name, turns=False):
    return SimpleNamespace(
        name=name, text=f"1 until {name} = 9", turns=turns, findings=lambda expected: [(name, expected)]
    )


@pytest.mark.parametrize("knobs", [{}, {"scale": 1.0, "gamma": 4.0}])
def test_without_a_step_or_a_last_beta_the_loss_is_judged_as_it_is(asked, knobs):
    judged, report, seen = asked(knobs, [schedule("step")])
    assert (judged, seen, report.evaluations) == ("as it is", [], 5)
    assert report.findings == report.assumed == report.examined == []


def test_so_is_a_surrogate(asked):
    assert asked({"step": 0}, surrogate=True)[0] == "as it is"


@pytest.mark.parametrize("knob", ["step", "epoch", "beta", "beta_max"])
def test_the_loss_is_weighed_at_a_batch_of_several(asked, knob):
    judged, report, seen = asked({knob: 0, "scale": 1.0})
    assert judged == (("ended", 0), ("expected", ("ended", 0)))
    assert seen == [(True, "ranges", SHAPES[1:2])]
    assert report.evaluations == 12
    assert report.findings == report.assumed == report.examined == []  # there is no schedule
    assert asked({knob: 0}, shapes=SHAPES[:1])[2] == [(True, "ranges", SHAPES[:1])]


def test_each_schedule_is_told_with_what_is_wrong_with_it(asked):
    judged, report, _ = asked({"step": 0}, [schedule("step"), schedule("epoch", turns=True)])
    expected = ("expected", ("ended", 2))
    assert judged == (("ended", 2), expected)
    assert report.assumed == [
        "β follows step: 1 until step = 9",
        "near the prior, the slope of the loss in the KL follows epoch: 1 until epoch = 9",
    ]  # fmt: skip
    assert report.findings == [("step", expected), ("epoch", expected)]
    assert report.examined == ["schedule"]
