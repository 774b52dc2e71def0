"""Gradient descent on L₁ or L with one step size, compiled: the steps of ``koehler2022.descent_step``."""

import numpy as np

from reference.koehler2022.flow.integrator import FLOOR, STALLED, TIME, record
from reference.koehler2022.flow.velocity import Floats, compiled, largest_column, velocity


@compiled
def descend(
    A: Floats, start: Floats, r: int, log_eps: bool, trained: bool,
    times: Floats, steps: int, floor: float, step: float,
    measures: Floats, states: Floats,
) -> tuple[int, int]:  # fmt: skip
    """Take so many steps, or fewer: until ε is at the floor or below, or the state is no longer finite.

    After as many steps as ``times`` (c, ascending) says, and in row c at the end, it writes the state into ``states``,
    and the time, which is the number of steps times the step, and K into ``measures`` (c + 1 × 2). Returns why it
    ended, and the number of steps.
    """
    n, (d, k) = len(start), A.shape
    last, c, taken = 2 * d * r, 0, 0
    code, rest, slope = np.empty((r, k)), np.empty((d, k)), np.empty(n)
    y, top, reason = start.copy(), largest_column(start, d, r, log_eps), TIME
    while True:
        while c < len(times) and times[c] <= taken:
            record(c, y, taken * step, top, states, measures)
            c += 1
        if not np.isfinite(y.sum()):
            reason = STALLED
            break
        if y[last] <= floor or taken >= steps:
            reason = FLOOR if y[last] <= floor else TIME
            break
        velocity(A, y, r, log_eps, trained, code, rest, slope)
        for i in range(n):
            y[i] += step * slope[i]
        taken += 1
        top = max(top, largest_column(y, d, r, log_eps))
    record(-1, y, taken * step, top, states, measures)
    return reason, taken
