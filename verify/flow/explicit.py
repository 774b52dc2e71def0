"""One trajectory of gradient flow by Dormand and Prince's explicit method of order 5(4), compiled.

The step is chosen by the embedded error and by a controller that remembers the last error (Gustafsson's), because
without it the steps of a mildly stiff flow, bounded by stability, bounce and every other one is rejected.
"""

import numpy as np
from scipy.integrate import RK45

from verify.flow.velocity import Floats, compiled, largest_column, velocity

STAGES = 6
NODES = np.vstack([np.pad(RK45.A, ((0, 0), (0, 1))), RK45.B])
ERRORS = np.array(RK45.E)
"""The tableau. Its last stage is the first of the next step."""

TIME, FLOOR, STALLED = 0, 1, 2
"""Why a trajectory ends: its time is over; ε has come down to the floor; the step vanishes beside t."""

SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
CROSSING = 1e-13
"""Relative accuracy to which ε is brought to the floor at the end."""


@compiled
def advance(y: Floats, h: float, weights: Floats, slopes: Floats, z: Floats) -> None:
    """Write y + h Σ_s weights_s slopes_s into z. The sum is whole, over weights of zero too: so it is fast."""
    w0, w1, w2, w3, w4, w5 = weights[0], weights[1], weights[2], weights[3], weights[4], weights[5]
    k0, k1, k2, k3, k4, k5 = slopes[0], slopes[1], slopes[2], slopes[3], slopes[4], slopes[5]
    for i in range(len(y)):
        z[i] = y[i] + h * (w0 * k0[i] + w1 * k1[i] + w2 * k2[i] + w3 * k3[i] + w4 * k4[i] + w5 * k5[i])


@compiled
def attempt(
    A: Floats, y: Floats, r: int, log_eps: bool, trained: bool, h: float, rtol: float, atol: float,
    code: Floats, rest: Floats, slopes: Floats, z: Floats,
) -> float:  # fmt: skip
    """Write the state a step h after y into z, and return its error as a share of what is tolerated.

    ``slopes`` (7 × n) begins with the velocity at y, and ends with that at z.
    """
    for s in range(1, STAGES + 1):
        advance(y, h, NODES[s], slopes, z)
        velocity(A, z, r, log_eps, trained, code, rest, slopes[s])
    e0, e1, e2, e3, e4, e5, e6 = ERRORS[0], ERRORS[1], ERRORS[2], ERRORS[3], ERRORS[4], ERRORS[5], ERRORS[6]
    k0, k1, k2, k3, k4, k5, k6 = slopes[0], slopes[1], slopes[2], slopes[3], slopes[4], slopes[5], slopes[6]
    largest = total = 0.0
    for i in range(len(y)):
        error = e0 * k0[i] + e1 * k1[i] + e2 * k2[i] + e3 * k3[i] + e4 * k4[i] + e5 * k5[i] + e6 * k6[i]
        share = abs(h * error) / (atol + rtol * max(abs(y[i]), abs(z[i])))
        largest = max(largest, share)
        total += share
    if np.isfinite(total):
        return largest
    slopes[1:] = 0.0  # what is not finite would stay in the sums of the next attempt
    return np.inf


@compiled
def first_step(y: Floats, slope: Floats, rtol: float, atol: float) -> float:
    """Return a step after which the change is of the order of the fifth root of what is tolerated."""
    fastest = 0.0
    for i in range(len(y)):
        fastest = max(fastest, abs(slope[i]) / (atol + rtol * abs(y[i])))
    return 0.01 * rtol**-0.8 / fastest if fastest > 0 else 1.0


@compiled
def cross(
    A: Floats, y: Floats, r: int, log_eps: bool, trained: bool, step: float, floor: float,
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
        attempt(A, y, r, log_eps, trained, step, 1.0, 1.0, code, rest, slopes, z)
        evaluations += STAGES
        if z[last] < floor:
            high, below, above = step, z[last] - floor, above / 2
        else:
            low, above, below = step, z[last] - floor, below / 2
    z[last] = floor
    return step, evaluations


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
    while True:
        while c < len(times) and times[c] <= t:
            states[c] = y
            measures[c, 0], measures[c, 1] = t, top
            c += 1
        if y[last] <= floor or t >= until:
            reason = FLOOR if y[last] <= floor else TIME
            break
        target = min(times[c], until) if c < len(times) else until
        lands = t + h >= target
        step = target - t if lands else h
        if t + step <= t:
            reason = STALLED
            break
        error = attempt(A, y, r, log_eps, trained, step, rtol, atol, code, rest, slopes, z)
        evaluations += STAGES
        if error > 1:
            h = step * max(SHRINK, SAFETY * error**-0.2)
            continue
        if z[last] < floor:
            step, further = cross(A, y, r, log_eps, trained, step, floor, code, rest, slopes, z)
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
    states[-1] = y
    measures[-1, 0], measures[-1, 1] = t, top
    return reason, evaluations
