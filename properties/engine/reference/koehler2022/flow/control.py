"""What becomes of a lane's attempt, by the code as Python runs it: all that an outcome changes, and no more."""

import numpy as np
import pytest

from reference.koehler2022.flow import End, integrator
from reference.koehler2022.flow.explicit import STAGES
from reference.koehler2022.flow.integrator import FLOW, ON
from reference.koehler2022.flow.lanes import WIDTH

MEMORY = 0.08
"""How much a step depends on the error before: Gustafsson's β, in Hairer's form of the controller."""


@pytest.fixture(autouse=True)
def interpreted(monkeypatch):
    for name in ("begin", "choose", "cost", "cross", "judge", "keep", "proceed", "reconsider", "record"):
        monkeypatch.setattr(integrator, name, getattr(integrator, name).py_func)


def lane(**fields):
    """Return a lane that is on its way, at t = 1 by steps of 1/4, with these fields."""
    flow = np.zeros(1, FLOW).view(np.recarray)[0]
    integrator.begin(flow, 3)
    for name, value in ({"t": 1.0, "h": 0.25, "step": 0.25, "target": 2.0} | fields).items():
        setattr(flow, name, value)
    return flow


def changes(flow, before):
    """Return the fields that are not what they were."""
    return {name: flow[name] for name in FLOW.names if flow[name] != before[name]}


def longer(error, previous):
    """Return the factor by which a step changes after one that is taken."""
    return min(5, max(0.2, 0.9 * error ** -(1 / 5 - 3 / 4 * MEMORY) * previous**MEMORY))


def test_a_trajectory_remembers_nothing_of_the_one_before_in_its_lane():
    flow = np.ones(1, FLOW).view(np.recarray)[0]
    integrator.begin(flow, 5)
    later = {"target", "top", "low", "high", "above", "below", "under"}  # written before they are read
    assert {name: flow[name] for name in FLOW.names if name not in later and flow[name]} == {
        "whose": 5, "evaluations": 1, "previous": 1e-4,
    }  # fmt: skip


def test_a_step_costs_its_evaluations():
    assert (STAGES, integrator.cost(False, 10)) == (6, 6)
    assert integrator.cost(True, 10) == 2 * 10 + 7  # central differences, and RODAS's stages


TIMES = np.array([1.5, 3.0])


@pytest.mark.parametrize(
    ("fields", "eps", "reason", "chosen"),
    [
        ({}, 0.5, End.FLOOR, {}),
        ({}, 0.25, End.FLOOR, {}),
        ({"t": 2.0}, 0.5, End.FLOOR, {}),
        ({"t": 2.0}, 0.75, End.TIME, {}),
        ({"t": 2.5}, 0.75, End.TIME, {}),
        ({"row": 2, "t": 2.0}, 0.75, End.TIME, {}),
        ({"h": 0.375}, 0.75, ON, {"step": 0.375, "target": 1.5}),
        ({"lands": True, "h": 0.375}, 0.75, ON, {"step": 0.375, "target": 1.5, "lands": False}),
        ({"h": 0.5}, 0.75, ON, {"step": 0.5, "target": 1.5, "lands": True}),
        ({"h": 8.0}, 0.75, ON, {"step": 0.5, "target": 1.5, "lands": True}),
        ({"row": 1, "h": 0.75}, 0.75, ON, {"step": 0.75}),
        ({"row": 1, "h": 8.0}, 0.75, ON, {"step": 1.0, "lands": True}),
        ({"row": 2, "h": 8.0}, 0.75, ON, {"step": 1.0, "lands": True}),
        ({"h": 2.0**-60}, 0.75, End.STALLED, {"step": 2.0**-60, "target": 1.5}),
        ({"h": 2.0**-52}, 0.75, ON, {"step": 2.0**-52, "target": 1.5}),
        ({"since": 1000, "h": 2.0**-10}, 0.75, ON, {"step": 80 * 2.0**-10, "target": 1.5, "trial": True}),
        ({"since": 1000, "h": 0.125}, 0.75, ON, {"step": 0.5, "target": 1.5, "trial": True, "lands": True}),
        ({"since": 999, "h": 0.125, "trial": True}, 0.75, ON, {"step": 0.125, "target": 1.5, "trial": False}),
        ({"since": 1000, "h": 0.125, "implicit": True}, 0.75, ON, {"step": 0.125, "target": 1.5}),
    ],
)
def test_a_step_is_chosen_or_an_end(fields, eps, reason, chosen):
    """It ends at the next of 3/2, 3 and the end of time, which is 2; the floor is 1/2."""
    flow, before = lane(**fields), lane(**fields)
    assert integrator.choose(flow, eps, TIMES, 2.0, 0.5) == reason
    assert changes(flow, before) == chosen


AHEAD = {"t": 1.25, "since": 8}
IMPLICIT = {"implicit": True, "short": 2.0**-9}


@pytest.mark.parametrize(
    ("fields", "error", "taken", "changed"),
    [
        ({}, 0.01, True, AHEAD | {"h": 0.25 * longer(0.01, 1e-4), "previous": 0.01}),
        ({"previous": 0.3}, 0.2, True, AHEAD | {"h": 0.25 * longer(0.2, 0.3), "previous": 0.2}),
        ({}, 1.0, True, AHEAD | {"h": 0.25 * longer(1, 1e-4), "previous": 1.0}),
        ({"previous": 1.0}, 0.0, True, AHEAD | {"h": 1.25, "previous": 1e-10}),
        ({"previous": 1e-10}, 1.0, True, AHEAD | {"h": 0.25 / 5, "previous": 1.0}),
        ({}, 1.5, False, {"h": 0.25 * 0.9 * 1.5**-0.2}),
        ({"step": 0.125}, 1.5, False, {"h": 0.125 * 0.9 * 1.5**-0.2}),
        ({}, 1e9, False, {"h": 0.25 / 5}),
        ({}, np.inf, False, {"h": 0.25 / 5}),
        ({"lands": True}, 1.0, True, {"t": 2.0, "since": 8, "previous": 1.0}),  # the rest of a way says little
        ({"lands": True}, 0.0, True, {"t": 2.0, "since": 8, "h": 0.25 * longer(1e-10, 1e-4), "previous": 1e-10}),
        # of a trial
        ({"trial": True, "step": 20.0}, 1.1, False, {"since": 0}),
        ({"trial": True, "step": 19.0}, 0.5, False, {"since": 0}),
        (
            {"trial": True, "step": 20.0}, 0.1, True,
            {"since": 1, "implicit": True, "short": 0.25, "t": 21.0, "h": 20 * longer(0.1, 1e-4), "previous": 0.1},
        ),
        ({"trial": True, "step": 20.0, "previous": 1e-10}, 1.0, True,
            {"since": 0, "t": 21.0, "short": 0.25, "previous": 1.0}),
        # of implicit steps
        (IMPLICIT, 1.0, True, AHEAD | {"h": 0.25 * longer(1, 1e-4), "previous": 1.0}),
        (IMPLICIT | {"step": 0.125, "previous": 1e-30}, 1.0, True,
            {"t": 1.125, "since": 0, "implicit": False, "h": 2.0**-9, "previous": 1.0}),
        (IMPLICIT, 1e9, False, {"h": 2.0**-9, "implicit": False, "since": 0}),
        (IMPLICIT | {"short": 0.25 * 0.2 / 40}, 1e9, False, {"h": 0.05}),
    ],
)  # fmt: skip
def test_an_attempt_is_taken_or_made_shorter(fields, error, taken, changed):
    """Above the floor, which ε may meet."""
    flow, before = lane(since=7, **fields), lane(since=7, **fields)
    assert integrator.judge(flow, 0.75, 0.5, error, 0.5, 1e-13) == taken
    found = changes(flow, before)
    assert found.keys() == changed.keys()
    assert found == pytest.approx(changed, rel=1e-14)


def test_a_step_across_the_floor_is_aimed_at_it():
    """By hand: false position, and once an end has stayed twice, its value is halved."""
    flow, before = lane(lands=True, step=3.0, under=True), lane(lands=True, step=3.0)
    assert not integrator.judge(flow, 4.0, 0.0, 0.5, 1.0, 1e-13)
    begun = {"crossing": True, "lands": False, "high": 3.0, "above": 3.0, "below": -1.0}
    assert changes(flow, before) == begun | {"under": True, "step": 3 - 3 / 4}
    assert not integrator.judge(flow, 4.0, 1.5, 7.0, 1.0, 1e-13)  # its error is no more than that of the longer one
    assert changes(flow, before) == begun | {"low": 2.25, "above": 0.5, "step": 2.25 + 0.75 / 3}
    assert not integrator.judge(flow, 4.0, 1.25, 7.0, 1.0, 1e-13)
    begun |= {"low": 2.5, "above": 0.25}
    assert changes(flow, before) == begun | {"below": -0.5, "step": 2.5 + 0.5 / 3}
    for eps, above in ((0.75, 0.25), (0.75, 0.125)):
        high, low, below = flow.step, 2.5, eps - 1
        assert not integrator.judge(flow, 4.0, eps, 7.0, 1.0, 1e-13)
        step = (low * below - high * above) / (below - above)
        assert changes(flow, before) == begun | {
            "under": True, "high": high, "above": above, "below": below, "step": step,
        }  # fmt: skip
    assert integrator.judge(flow, 4.0, 1.0, 0.5, 1.0, 1e-13)
    assert (flow.t, flow.crossing) == (1 + step, True)  # who keeps the state puts it on the floor


@pytest.mark.parametrize(("eps", "there"), [(0.75, True), (1.25, True), (0.625, False), (1.375, False)])
def test_a_crossing_ends_within_its_accuracy(eps, there):
    flow = lane(low=0.0, high=8.0, above=1.0, below=-1.0, step=4.0)
    assert integrator.cross(flow, eps, 1.0, 0.25) == there
    assert (flow.step == 4) == there


@pytest.mark.parametrize("low", [4.0, 4.0 - 2.0**-51])
def test_a_crossing_ends_where_there_is_no_number_between(low):
    flow = lane(low=low, high=4.0 + 2.0**-50, above=2.0**-70, below=-1.0, step=4.0)
    assert integrator.cross(flow, 1.0 + 2.0**-52, 1.0, 0.0)
    assert flow.step == 4


@pytest.mark.parametrize("power", [0.2, 0.5, 1, 3, 9])
@pytest.mark.parametrize("floor", [1e-2, 0.5, 0.9])
def test_a_crossing_comes_down_to_the_floor(power, floor):
    """For ε = 1 − tᵖ: what is above stays on one side, and what is below on the other."""
    flow, calls = lane(t=0.0, step=1.0), 1
    while not integrator.judge(flow, 1.0, 1 - flow.step**power, 0.5, floor, 1e-13 * floor):
        calls += 1
        assert 1 - flow.low**power > floor > 1 - flow.high**power
        assert flow.low < flow.step < flow.high
    assert calls < 60
    assert flow.t == pytest.approx((1 - floor) ** (1 / power), rel=1e-12)


@pytest.mark.parametrize("t", [0.5, 0.75, 1.0, 2.0])
@pytest.mark.parametrize("row", [0, 1])
def test_what_is_due_is_recorded(t, row):
    """Each checkpoint once, when the time has come, and the end in the last row."""
    times, y = np.array([0.5, 0.75, 0.75, 1.5]), np.array([8.0, 9.0])
    measures, states, end = np.full((5, 2), np.nan), np.full((5, 2), np.nan), np.full(2, -7)
    flow = lane(t=t, row=row, top=6.0, evaluations=11)
    on = integrator.proceed(flow, y, 0.75, times, 2.0, 0.5, measures, states, end)
    due = [i for i in range(4) if i >= row and times[i] <= t] + ([] if on else [4])
    assert on == (t < 2)
    assert np.flatnonzero(~np.isnan(states[:, 0])).tolist() == due
    assert (states[due] == y).all()
    assert (measures[due] == (t, 6)).all()
    assert flow.row == max([row, *(i + 1 for i in due if i < 4)])
    assert (end.tolist(), flow.whose) == ([-7, -7], 3) if on else ([End.TIME, 11], -1)


def test_the_lanes_whose_step_is_taken_go_on():
    taken = np.arange(WIDTH) % 3 == 1
    y, slopes = np.zeros((2, WIDTH)), np.random.default_rng(0).normal(size=(7, 2, WIDTH))
    first = slopes.copy()
    integrator.keep(taken, y, y + 1, slopes)
    assert (y == taken).all()
    assert (slopes[1:] == first[1:]).all()
    assert (slopes[0] == np.where(taken, first[6], first[0])).all()


class Stop(Exception):
    pass


@pytest.mark.parametrize(("log_eps", "floor", "accuracy"), [(False, 0.5, 5e-14), (True, np.log(0.5), 1e-13)])
def test_the_floor_is_met_to_13_digits_of_eps(log_eps, floor, accuracy, monkeypatch):
    def judge(*given):
        raise Stop(*given[-2:])

    monkeypatch.setattr(integrator, "judge", judge)
    monkeypatch.setattr(integrator, "seat", integrator.seat.py_func)
    one, y, times = np.ones((1, 1, 1)), np.array([[1, 1, 0 if log_eps else 1.0]]), np.array([[0.1]])
    flows = np.zeros(WIDTH, FLOW).view(np.recarray)
    out = np.empty((1, 2, 2)), np.empty((1, 2, 3)), np.empty((1, 2), dtype=int)
    with pytest.raises(Stop) as met:
        integrator.integrate.py_func(one, y, 1, log_eps, False, times, 1.0, floor, 1e-6, 1e-6, flows, *out)
    assert met.value.args == pytest.approx((floor, accuracy), rel=1e-12)
