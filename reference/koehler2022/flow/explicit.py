"""One step of WIDTH gradient flows by Dormand and Prince's explicit method of order 5(4), compiled."""

import numpy as np
from scipy.integrate import RK45

from reference.koehler2022.flow.lanes import WIDTH, Floats, Pack, compiled, load, plus, spread, store
from reference.koehler2022.flow.velocity import Work, velocity

STAGES = 6
NODES = np.vstack([np.pad(RK45.A, ((0, 0), (0, 1))), RK45.B])
ERRORS = np.array(RK45.E)
"""The tableau. Its last stage is the first of the next step."""


@compiled
def combined(weights: Floats, slopes: Floats, stages: int, i: int) -> Pack:
    """Return entry i of Σ_s weights_s slopes_s, over so many stages."""
    total = spread(0.0)
    for s in range(stages):
        total = plus(total, spread(weights[s]), load(slopes[s], i))
    return total


@compiled
def attempt(
    A: Floats, y: Floats, log_eps: bool, trained: bool, h: Floats, rtol: float, atol: float,
    work: Work, slopes: Floats, z: Floats, shares: Floats,
) -> None:  # fmt: skip
    """Write the states a step h (WIDTH) after y into z, their errors, as shares of what is tolerated, into ``shares``.

    ``slopes`` (7 × n × WIDTH) begins with the velocity at y, and ends with that at z.
    """
    steps = load(h.reshape(1, WIDTH), 0)
    for s in range(1, STAGES + 1):
        for i in range(len(y)):
            store(z, i, plus(load(y, i), steps, combined(NODES[s], slopes, s, i)))
        velocity(A, z, log_eps, trained, work, slopes[s])
    shares[:] = 0.0
    errors = work[3]
    for i in range(len(y)):
        store(errors, 3, combined(ERRORS, slopes, STAGES + 1, i))
        for lane in range(WIDTH):
            share = abs(h[lane] * errors[3, lane]) / (atol + rtol * max(abs(y[i, lane]), abs(z[i, lane])))
            if share > shares[lane] or np.isnan(share):  # what is not a number stays: nothing is greater
                shares[lane] = share
    for lane in range(WIDTH):
        if np.isnan(shares[lane]):
            shares[lane] = np.inf


@compiled
def first_step(y: Floats, slope: Floats, rtol: float, atol: float) -> float:
    """Return a step after which the change is of the order of the fifth root of what is tolerated."""
    fastest = 0.0
    for i in range(len(y)):
        fastest = max(fastest, abs(slope[i]) / (atol + rtol * abs(y[i])))
    return 0.01 * rtol**-0.8 / fastest if fastest > 0 else 1.0
