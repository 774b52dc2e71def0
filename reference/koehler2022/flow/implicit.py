"""One step of gradient flow by RODAS, for where stability, and not accuracy, would make explicit steps short.

RODAS is Hairer and Wanner's Rosenbrock method of order 4(3), L-stable (*Solving ordinary differential equations II*,
§VI.4): six linear equations with one matrix, no iteration. Where ‖B̃A‖²/ε² is large and the rest of the flow is slow, as
with log ε for a parameter, one such step stands for thousands of explicit ones.
"""

import numpy as np

from reference.koehler2022.flow.lanes import WIDTH, Floats, compiled
from reference.koehler2022.flow.velocity import Work, put, velocity

GAMMA = 0.25
INNER = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [1.544, 0, 0, 0, 0, 0],
        [0.9466785280815826, 0.2557011698983284, 0, 0, 0, 0],
        [3.314825187068521, 2.896124015972201, 0.9986419139977817, 0, 0, 0],
        [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 0, 0],
        [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1, 0],
        [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1, 1],
    ]
)
"""Where each stage evaluates the velocity; the last row gives the result, and its last term is the error."""

COUPLING = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [-5.6688, 0, 0, 0, 0, 0],
        [-2.430093356833875, -0.2063599157091915, 0, 0, 0, 0],
        [-0.1073529058151375, -9.594562251023355, -20.47028614809616, 0, 0, 0],
        [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160, 0, 0],
        [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054, 0],
    ]
)

NUDGE = 1e-5
"""Relative to an entry, at least to 1/100: the half-width of the central differences that give the Jacobian."""


@compiled
def everywhere(y: Floats, out: Floats) -> None:
    """Write a state (n) into every lane."""
    for lane in range(WIDTH):
        put(y, lane, out)


@compiled
def combined(weights: Floats, moves: Floats, stages: int, i: int) -> float:
    """Return entry i of Σ_s weights_s moves_s, over so many stages."""
    total = 0.0
    for s in range(stages):
        total += weights[s] * moves[s, i]
    return total


@compiled
def jacobian(A: Floats, y: Floats, log_eps: bool, trained: bool, work: Work, near: Floats, out: Floats) -> Floats:
    """Return the derivative (n × n) of the velocity at y (n), for data A whose lanes are the same.

    Half of the lanes go up, and half go down; ``near`` and ``out`` (n × WIDTH) are overwritten.
    """
    n, half = len(y), WIDTH // 2
    rows = np.empty((n, n))
    for first in range(0, n, half):
        everywhere(y, near)
        some = min(half, n - first)
        for lane in range(some):
            i = first + lane
            nudge = NUDGE * max(abs(y[i]), 0.01)
            near[i, lane] = y[i] + nudge
            near[i, half + lane] = y[i] - nudge
        velocity(A, near, log_eps, trained, work, out)
        for lane in range(some):
            i = first + lane
            nudge = NUDGE * max(abs(y[i]), 0.01)
            for j in range(n):
                rows[i, j] = (out[j, lane] - out[j, half + lane]) / (2 * nudge)
    return rows  # symmetric, as a gradient's derivative is


@compiled
def attempt_implicit(
    A: Floats, y: Floats, log_eps: bool, trained: bool, h: float, rtol: float, atol: float,
    work: Work, slope: Floats, z: Floats,
) -> float:  # fmt: skip
    """Write the state (n) a step h after y into z, and its velocity; return its error as a share of what is tolerated.

    ``A`` (d × k × WIDTH) is the same in every lane.
    """
    n = len(y)
    near, out = np.empty((n, WIDTH)), np.empty((n, WIDTH))
    matrix = -jacobian(A, y, log_eps, trained, work, near, out)
    for i in range(n):
        matrix[i, i] += 1 / (h * GAMMA)
    if not np.isfinite(matrix.sum()):
        return np.inf
    try:
        inverse = np.linalg.inv(matrix)
    except Exception:  # singular: h is long beside what the flat directions of the loss leave of 1/(γh)
        return np.inf
    moves, change = np.zeros((6, n)), np.empty(n)
    for s in range(7):
        for i in range(n):
            z[i] = y[i] + combined(INNER[s], moves, s, i)
        everywhere(z, near)
        velocity(A, near, log_eps, trained, work, out)
        for i in range(n):
            slope[i] = out[i, 0]
        if s < 6:
            for i in range(n):
                change[i] = slope[i] + combined(COUPLING[s], moves, s, i) / h
            for i in range(n):
                for j in range(n):
                    moves[s, i] += inverse[i, j] * change[j]
    worst = 0.0
    for i in range(n):
        share = abs(moves[5, i]) / (atol + rtol * max(abs(y[i]), abs(z[i])))
        if not np.isfinite(share + slope[i]):
            return np.inf
        worst = max(worst, share)
    return worst
