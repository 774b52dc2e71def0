"""The velocity of gradient flow, −∇L₁ or −∇L, in compiled loops over the states of WIDTH trajectories.

The formulas are ``simplified_loss_gradient`` and ``loss_gradient`` of :mod:`reference.koehler2022.losses`. They stand
here a second time because, for matrices as small as these, compiled loops are hundreds of times faster than NumPy's
calls; a test ties the two together at random points.

A state is one flat vector: Ã (d × r) by rows, B̃ (r × d) by rows, then ε or log ε, then log D (r) where D is trained.
"""

from typing import Any

import numpy as np

from reference.koehler2022.flow.lanes import WIDTH, Floats, compiled, load, minus, plus, spread, store

Work = Any
"""What :func:`workspace` returns."""


@compiled
def workspace(d: int, k: int, r: int) -> Work:
    """Return what a velocity overwrites: (r × k), (d × k), (r) and a few rows of WIDTH numbers."""
    return np.empty((r, k, WIDTH)), np.empty((d, k, WIDTH)), np.empty((r, WIDTH)), np.empty((4, WIDTH))


@compiled
def put(x: Floats, lane: int, out: Floats) -> None:
    """Write a vector (n) into a lane (n × WIDTH): for what a slice says when it fails, Numba compiles for seconds."""
    for i in range(len(x)):
        out[i, lane] = x[i]


@compiled
def deviation(y: Floats, last: int, log_eps: bool, out: Floats) -> None:
    """Write ε of the states y, from their entry ``last``."""
    for lane in range(WIDTH):
        out[lane] = np.exp(y[last, lane]) if log_eps else y[last, lane]


@compiled
def column_norms(y: Floats, d: int, r: int, norms: Floats) -> None:
    """Write the ‖Ã_j‖² (r × WIDTH) of the states y."""
    for j in range(r):
        norm = spread(0.0)
        for i in range(d):
            entry = load(y, i * r + j)
            norm = plus(norm, entry, entry)
        store(norms, j, norm)


@compiled
def largest_column(y: Floats, d: int, log_eps: bool, work: Work, out: Floats) -> None:
    """Write max_j ‖Ã_j‖² + ε², whose maximum over time is the K of Lemma 5, of the states y (n × WIDTH)."""
    norms = work[2]
    r = len(norms)
    column_norms(y, d, r, norms)
    deviation(y, 2 * d * r, log_eps, out)
    for lane in range(WIDTH):
        largest = 0.0
        for j in range(r):
            largest = max(largest, norms[j, lane])
        out[lane] = largest + out[lane] ** 2


@compiled
def residual(A: Floats, y: Floats, precision: Floats, code: Floats, rest: Floats, square: Floats) -> None:
    """Write B̃A into ``code``, (A − ÃB̃A)/ε² into ``rest``, and ‖A − ÃB̃A‖_F²/ε² into ``square``."""
    (d, k, _), r = A.shape, len(code)
    scale, total = load(precision, 0), spread(0.0)
    for i in range(r):
        for j in range(k):
            entry = spread(0.0)
            for m in range(d):
                entry = plus(entry, load(y, (r + i) * d + m), load(A[m], j))
            store(code[i], j, entry)
    for i in range(d):
        for j in range(k):
            entry = load(A[i], j)
            for m in range(r):
                entry = minus(entry, load(y, i * r + m), load(code[m], j))
            scaled = plus(spread(0.0), entry, scale)
            total = plus(total, entry, scaled)
            store(rest[i], j, scaled)
    store(square, 0, total)


@compiled
def shrinking(y: Floats, d: int, precision: Floats, trained: bool, weights: Floats, out: Floats, slope: Floats) -> None:
    """Write the rates at which the columns of Ã shrink, D_j/ε² or 1/(‖Ã_j‖² + ε²), over their squared norms.

    Beside them it writes the velocity of log D, and adds the columns' part of the velocity of log ε to ``slope``.
    """
    r = len(weights)
    start = 2 * d * r + 1
    column_norms(y, d, r, weights)
    for j in range(r):
        for lane in range(WIDTH):
            norm = weights[j, lane]
            if trained:
                variance = np.exp(y[start + j, lane])
                weight = variance * precision[0, lane]
                out[start + j, lane] = (1 - norm * weight - variance) / 2
            else:
                weight = 1 / (norm + 1 / precision[0, lane])
            slope[0, lane] += norm * weight
            weights[j, lane] = weight


@compiled
def decoder_velocity(y: Floats, weights: Floats, code: Floats, rest: Floats, out: Floats) -> None:
    """Write the velocity of Ã."""
    (r, k, _), d = code.shape, len(rest)
    for j in range(r):
        weight = load(weights, j)
        for i in range(d):
            push = minus(spread(0.0), weight, load(y, i * r + j))
            for m in range(k):
                push = plus(push, load(rest[i], m), load(code[j], m))
            store(out, i * r + j, push)


@compiled
def encoder_velocity(A: Floats, y: Floats, code: Floats, rest: Floats, out: Floats) -> None:
    """Write the velocity of B̃; ``code`` becomes B̃A − Ãᵀ(A − ÃB̃A)/ε²."""
    (d, k, _), r = A.shape, len(code)
    for i in range(r):
        for j in range(k):
            entry = load(code[i], j)
            for m in range(d):
                entry = minus(entry, load(y, m * r + i), load(rest[m], j))
            store(code[i], j, entry)
        for m in range(d):
            push = spread(0.0)
            for j in range(k):
                push = minus(push, load(code[i], j), load(A[m], j))
            store(out, (r + i) * d + m, push)


@compiled
def velocity(A: Floats, y: Floats, log_eps: bool, trained: bool, work: Work, out: Floats) -> None:
    """Write −∇L₁, or −∇L where D is trained, at the states y (n × WIDTH) into ``out``, in the coordinates of y."""
    code, rest, weights, few = work
    d, r = len(A), len(code)
    last = 2 * d * r
    eps, precision, slope = few[0], few[1:2], few[2:3]
    deviation(y, last, log_eps, eps)
    for lane in range(WIDTH):
        precision[0, lane] = 1 / eps[lane] ** 2
    residual(A, y, precision, code, rest, slope)
    shrinking(y, d, precision, trained, weights, out, slope)
    decoder_velocity(y, weights, code, rest, out)
    encoder_velocity(A, y, code, rest, out)
    for lane in range(WIDTH):
        change = slope[0, lane] - d
        out[last, lane] = change if log_eps else change / eps[lane]
