"""One trajectory of gradient flow, by explicit steps or, where these would be many times shorter, implicit ones.

The step is chosen by the embedded error and by a controller that remembers the last error (Gustafsson's), because
without it the steps of a mildly stiff flow, bounded by stability, bounce and every other one is rejected. Whether
implicit steps are worth their cost is found by trying one, now and then.
"""

import numpy as np

from reference.koehler2022.flow.explicit import STAGES, attempt, first_step
from reference.koehler2022.flow.implicit import attempt_implicit
from reference.koehler2022.flow.velocity import Floats, compiled, largest_column, velocity

TIME, FLOOR, STALLED = 0, 1, 2
"""Why a trajectory ends: its time is over; ε has come down to the floor; the step vanishes beside t."""

SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
CROSSING = 1e-13
"""Relative accuracy to which ε is brought to the floor at the end."""

WORTH, TRIAL = 80.0, 1000
"""An implicit step takes as long as so many explicit ones; after so many of these, one is tried."""


@compiled
def either(
    implicit: bool, A: Floats, y: Floats, r: int, log_eps: bool, trained: bool, h: float, rtol: float, atol: float,
    code: Floats, rest: Floats, slopes: Floats, z: Floats,
) -> float:  # fmt: skip
    """Make an implicit or an explicit attempt."""
    if implicit:
        return attempt_implicit(A, y, r, log_eps, trained, h, rtol, atol, code, rest, slopes, z)
    return attempt(A, y, r, log_eps, trained, h, rtol, atol, code, rest, slopes, z)


@compiled
def cost(implicit: bool, y: Floats) -> int:
    """Return how often an attempt evaluates the velocity."""
    return 2 * len(y) + STAGES + 1 if implicit else STAGES


@compiled
def cross(
    implicit: bool, A: Floats, y: Floats, r: int, log_eps: bool, trained: bool, step: float, floor: float,
    code: Floats, rest: Floats, slopes: Floats, z: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Shorten a step from y to z, below the floor, so that z is on it; return the step and the number of evaluations.

    False position, with the Illinois method's halving, over the lengths of the step.
    """
    last, evaluations = 2 * len(A) * r, 0
    low, high, above, below = 0.0, step, y[last] - floor, z[last] - floor
    accuracy = CROSSING * (1.0 if log_eps else floor)
    while abs(z[last] - floor) > accuracy:
        trial = (low * below - high * above) / (below - above)
        if not low < trial < high:
            break
        step = trial
        either(implicit, A, y, r, log_eps, trained, step, 1.0, 1.0, code, rest, slopes, z)
        evaluations += cost(implicit, y)
        if z[last] < floor:
            high, below, above = step, z[last] - floor, above / 2
        else:
            low, above, below = step, z[last] - floor, below / 2
    z[last] = floor
    return step, evaluations


@compiled
def record(row: int, y: Floats, t: float, top: float, states: Floats, measures: Floats) -> None:
    """Write state, time and K into a row."""
    states[row] = y
    measures[row, 0], measures[row, 1] = t, top


@compiled
def integrate(
    A: Floats, start: Floats, r: int, log_eps: bool, trained: bool,
    times: Floats, until: float, floor: float, rtol: float, atol: float,
    measures: Floats, states: Floats,
) -> tuple[int, int]:  # fmt: skip
    """Follow the flow from a state to the time ``until``, or to where ε is ``floor``.

    At each of the times (c, ascending) that it reaches, and in row c at its end, it writes the state into ``states``
    (c + 1 × n), and the time and K into ``measures`` (c + 1 × 2). Returns why it ended, and how often it evaluated the
    velocity. The floor is one of log ε where the state has log ε.
    """
    n, (d, k) = len(start), A.shape
    last, c = 2 * d * r, 0
    code, rest, slopes = np.empty((r, k)), np.empty((d, k)), np.zeros((STAGES + 1, n))
    y, z = start.copy(), np.empty(n)
    t, top, previous = 0.0, largest_column(y, d, r, log_eps), 1e-4
    velocity(A, y, r, log_eps, trained, code, rest, slopes[0])
    h, evaluations, reason = first_step(y, slopes[0], rtol, atol), 1, TIME
    implicit, short, since = False, 0.0, 0
    while True:
        while c < len(times) and times[c] <= t:
            record(c, y, t, top, states, measures)
            c += 1
        if y[last] <= floor or t >= until:
            reason = FLOOR if y[last] <= floor else TIME
            break
        trial = not implicit and since >= TRIAL
        longest = WORTH * h if trial else h
        target = min(times[c], until) if c < len(times) else until
        lands = t + longest >= target
        step = target - t if lands else longest
        if t + step <= t:
            reason = STALLED
            break
        error = either(implicit or trial, A, y, r, log_eps, trained, step, rtol, atol, code, rest, slopes, z)
        evaluations += cost(implicit or trial, y)
        if trial:
            since = 0
            if error > 1 or step < longest:
                continue
            implicit, short = True, h
        if error <= 1:
            if z[last] < floor:
                step, further = cross(implicit, A, y, r, log_eps, trained, step, floor, code, rest, slopes, z)
                evaluations += further
                lands = False
            t = target if lands else t + step
            y, z = z, y
            slopes[0] = slopes[STAGES]
            top = max(top, largest_column(y, d, r, log_eps))
            error = max(error, 1e-10)
            longer = step * min(GROW, max(SHRINK, SAFETY * error**-0.14 * previous**0.08))
            h = max(h, longer) if lands else longer
            previous = error
            since += 1
        else:
            h = step * max(SHRINK, SAFETY * error**-0.2)
        if implicit and h < WORTH * short / 2:
            implicit, h, since = False, short, 0
    record(-1, y, t, top, states, measures)
    return reason, evaluations
