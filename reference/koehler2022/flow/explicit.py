"""One step of gradient flow by Dormand and Prince's explicit method of order 5(4), compiled."""

import numpy as np
from scipy.integrate import RK45

from reference.koehler2022.flow.velocity import Floats, compiled, velocity

STAGES = 6
NODES = np.vstack([np.pad(RK45.A, ((0, 0), (0, 1))), RK45.B])
ERRORS = np.array(RK45.E)
"""The tableau. Its last stage is the first of the next step."""


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
