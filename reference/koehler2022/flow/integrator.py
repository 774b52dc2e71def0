"""Trajectories of gradient flow, by explicit steps or, where these would be many times shorter, implicit ones.

WIDTH trajectories are followed side by side, each with steps of its own: all attempt one, and then each decides for
itself what becomes of its attempt. Where one ends, the next begins in its lane.

The step is chosen by the embedded error and by a controller that remembers the last error (Gustafsson's), because
without it the steps of a mildly stiff flow, bounded by stability, bounce and every other one is rejected. Whether
implicit steps are worth their cost is found by trying one, now and then.
"""

from typing import Any

import numpy as np

from reference.koehler2022.flow.explicit import STAGES, attempt, first_step
from reference.koehler2022.flow.implicit import attempt_implicit
from reference.koehler2022.flow.lanes import WIDTH, Floats, compiled
from reference.koehler2022.flow.velocity import Work, largest_column, put, velocity, workspace

TIME, FLOOR, STALLED = 0, 1, 2
"""Why a trajectory ends: its time is over; ε has come down to the floor; the step vanishes beside t."""

ON = -1
"""It does not end yet."""

SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
CROSSING = 1e-13
"""Relative accuracy to which ε is brought to the floor at the end."""

WORTH, TRIAL = 80.0, 1000
"""An implicit step takes as long as so many explicit ones; after so many of these, one is tried."""

FLOW = np.dtype(
    [
        *((name, np.int64) for name in ("whose", "row", "evaluations", "since")),
        *((name, np.bool_) for name in ("implicit", "trial", "lands", "crossing", "under")),
        *((name, np.float64) for name in ("t", "h", "step", "target", "top", "previous", "short")),
        *((name, np.float64) for name in ("low", "high", "above", "below")),
    ]
)
"""Where the trajectory of a lane stands. whose: its index, or −1 for none. row: of the next checkpoint. since: accepted
steps since the last trial. h: the next step, and ``step``, the one that is attempted, towards ``target``. short: the
explicit step when implicit ones began. low, high: lengths of a step that end above and below the floor, and how far.
under: the last of them ended below."""

Flow = Any
"""One record of FLOW."""


@compiled
def cost(implicit: bool, n: int) -> int:
    """Return how often an attempt evaluates the velocity."""
    return 2 * n + STAGES + 1 if implicit else STAGES


@compiled
def begin(flow: Flow, whose: int) -> None:
    """Put a trajectory at its start."""
    flow.whose, flow.row, flow.evaluations, flow.since = whose, 0, 1, 0
    flow.implicit, flow.trial, flow.lands, flow.crossing = False, False, False, False
    flow.t, flow.h, flow.step, flow.previous, flow.short = 0.0, 0.0, 0.0, 1e-4, 0.0


@compiled
def record(row: int, y: Floats, flow: Flow, states: Floats, measures: Floats) -> None:
    """Write state, time and K into a row."""
    for i in range(len(y)):
        states[row, i] = y[i]
    measures[row, 0], measures[row, 1] = flow.t, flow.top


@compiled
def choose(flow: Flow, eps: float, times: Floats, until: float, floor: float) -> int:
    """Choose the step that is attempted, or return why the trajectory ends."""
    if eps <= floor:
        return FLOOR
    if flow.t >= until:
        return TIME
    flow.trial = not flow.implicit and flow.since >= TRIAL
    longest = WORTH * flow.h if flow.trial else flow.h
    flow.target = min(times[flow.row], until) if flow.row < len(times) else until
    flow.lands = flow.t + longest >= flow.target
    flow.step = flow.target - flow.t if flow.lands else longest
    return STALLED if flow.t + flow.step <= flow.t else ON


@compiled
def cross(flow: Flow, eps: float, floor: float, accuracy: float) -> bool:
    """Return whether a step ends on the floor; if not, aim at it by another length.

    False position over the lengths of the step, by the Illinois method: an end that stays twice counts half.
    """
    under = eps < floor
    if under:
        flow.high, flow.below = flow.step, eps - floor
        flow.above /= 2 if flow.under else 1
    else:
        flow.low, flow.above = flow.step, eps - floor
        flow.below /= 1 if flow.under else 2
    flow.under = under
    length = (flow.low * flow.below - flow.high * flow.above) / (flow.below - flow.above)
    if abs(eps - floor) <= accuracy or not flow.low < length < flow.high:
        return True
    flow.step = length
    return False


@compiled
def judge(flow: Flow, before: float, eps: float, error: float, floor: float, accuracy: float) -> bool:
    """Return whether an attempt from ε = ``before`` to ε becomes a step, and choose the length of the next one."""
    if not flow.crossing:
        if flow.trial:
            flow.since = 0
            if error > 1 or flow.step < WORTH * flow.h:
                return False
            flow.implicit, flow.short = True, flow.h
        if error > 1:
            flow.h = flow.step * max(SHRINK, SAFETY * error**-0.2)
            reconsider(flow)
            return False
        if eps < floor:
            flow.crossing, flow.lands, flow.under = True, False, False
            flow.low, flow.above = 0.0, before - floor
    if flow.crossing and not cross(flow, eps, floor, accuracy):
        return False
    flow.t = flow.target if flow.lands else flow.t + flow.step
    error = max(error, 1e-10)
    longer = flow.step * min(GROW, max(SHRINK, SAFETY * error**-0.14 * flow.previous**0.08))
    flow.h = max(flow.h, longer) if flow.lands else longer
    flow.previous = error
    flow.since += 1
    reconsider(flow)
    return True


@compiled
def reconsider(flow: Flow) -> None:
    """Return to explicit steps where implicit ones are not worth their cost."""
    if flow.implicit and flow.h < WORTH * flow.short / 2:
        flow.implicit, flow.h, flow.since = False, flow.short, 0


@compiled
def step_implicitly(
    lane: int, A: Floats, y: Floats, log_eps: bool, trained: bool, h: float, rtol: float, atol: float,
    work: Work, slopes: Floats, z: Floats,
) -> float:  # fmt: skip
    """Make the attempt of one lane, as ``attempt`` makes those of all."""
    data, before = np.empty_like(A), y[:, lane].copy()
    after, slope = before.copy(), slopes[0, :, lane].copy()  # they stay where nothing comes of the attempt
    for i in range(len(A)):
        for other in range(WIDTH):
            put(A[i, :, lane], other, data[i])
    share = attempt_implicit(data, before, log_eps, trained, h, rtol, atol, work, slope, after)
    put(after, lane, z)
    put(slope, lane, slopes[STAGES])
    return share


@compiled
def keep(taken: Floats, y: Floats, z: Floats, slopes: Floats) -> None:
    """Go on from z, in the lanes whose step is taken."""
    for i in range(len(y)):
        for lane in range(WIDTH):
            y[i, lane] = z[i, lane] if taken[lane] else y[i, lane]
            slopes[0, i, lane] = slopes[STAGES, i, lane] if taken[lane] else slopes[0, i, lane]


@compiled
def seat(
    waiting: int, A: Floats, starts: Floats, log_eps: bool, trained: bool, rtol: float, atol: float, flows: Any,
    data: Floats, y: Floats, work: Work, slopes: Floats, tops: Floats,
) -> int:  # fmt: skip
    """Let the next ones that wait begin in the lanes that are free; return how many have begun."""
    begun = waiting
    for lane in range(WIDTH):
        if flows[lane].whose < 0 and begun < len(starts):
            begin(flows[lane], begun)
            put(starts[begun], lane, y)
            for i in range(len(data)):
                put(A[begun, i], lane, data[i])
            begun += 1
    if begun > waiting:  # in the other lanes it is what it was
        velocity(data, y, log_eps, trained, work, slopes[0])
        largest_column(y, len(data), log_eps, work, tops)
        for lane in range(WIDTH):
            flow = flows[lane]
            if flow.whose >= waiting:
                flow.h, flow.top = first_step(y[:, lane], slopes[0, :, lane], rtol, atol), tops[lane]
    return begun


@compiled
def proceed(
    flow: Flow, y: Floats, eps: float, times: Floats, until: float, floor: float,
    measures: Floats, states: Floats, end: Floats,
) -> bool:  # fmt: skip
    """Record what is due of a trajectory at y, and choose its step; return whether it goes on."""
    while flow.row < len(times) and times[flow.row] <= flow.t:
        record(flow.row, y, flow, states, measures)
        flow.row += 1
    reason = choose(flow, eps, times, until, floor)
    if reason == ON:
        return True
    record(len(times), y, flow, states, measures)
    end[0], end[1] = reason, flow.evaluations
    flow.whose = -1
    return False


@compiled
def integrate(
    A: Floats, starts: Floats, r: int, log_eps: bool, trained: bool,
    times: Floats, until: float, floor: float, rtol: float, atol: float, flows: Any,
    measures: Floats, states: Floats, ends: Floats,
) -> None:  # fmt: skip
    """Follow flows for data A (N × d × k) from ``starts`` (N × n) to the time ``until``, or to where ε is ``floor``.

    At each of its times (N × c, ascending) that it reaches, and in row c at its end, a trajectory writes its state into
    ``states`` (N × c + 1 × n), and the time and K into ``measures`` (N × c + 1 × 2); into ``ends`` (N × 2) go why it
    ended, and how often it evaluated the velocity. The floor is one of log ε where the state has log ε. ``flows`` are
    WIDTH records of FLOW.
    """
    (count, n), (_, d, k) = starts.shape, A.shape
    last, accuracy = 2 * d * r, CROSSING * (1.0 if log_eps else floor)
    begun = 0 * count  # a plain 0 has a type of its own, for which ``seat`` would be compiled once more
    data, y, z, slopes = np.zeros((d, k, WIDTH)), np.zeros((n, WIDTH)), np.zeros((n, WIDTH)), np.zeros((7, n, WIDTH))
    work, steps, shares, tops = workspace(d, k, r), np.zeros(WIDTH), np.zeros(WIDTH), np.zeros(WIDTH)
    taken = np.full(WIDTH, False)
    for lane in range(WIDTH):
        flows[lane].whose = -1
    while True:
        begun = seat(begun, A, starts, log_eps, trained, rtol, atol, flows, data, y, work, slopes, tops)
        on, explicit = False, False
        for lane in range(WIDTH):
            flow = flows[lane]
            i = flow.whose
            if i >= 0 and (
                flow.crossing
                or proceed(flow, y[:, lane], y[last, lane], times[i], until, floor, measures[i], states[i], ends[i])
            ):
                on, steps[lane] = True, flow.step
                explicit = explicit or not (flow.implicit or flow.trial)
        if explicit:
            attempt(data, y, log_eps, trained, steps, rtol, atol, work, slopes, z, shares)
        elif not on and begun == count:
            return
        for lane in range(WIDTH):
            flow = flows[lane]
            if flow.whose >= 0 and (flow.implicit or flow.trial):
                shares[lane] = step_implicitly(lane, data, y, log_eps, trained, flow.step, rtol, atol, work, slopes, z)
        largest_column(z, d, log_eps, work, tops)
        for lane in range(WIDTH):
            flow = flows[lane]
            taken[lane] = False
            if flow.whose >= 0:
                flow.evaluations += cost(flow.implicit or flow.trial, n)
                if judge(flow, y[last, lane], z[last, lane], shares[lane], floor, accuracy):
                    taken[lane], flow.top = True, max(flow.top, tops[lane])
                    if flow.crossing:
                        z[last, lane], flow.crossing = floor, False
        keep(taken, y, z, slopes)
