"""Starts of the gradient flow, and where LSODA takes them."""

from itertools import product

import numpy as np
from scipy.integrate import solve_ivp

from reference.koehler2022 import loss_gradient, simplified_loss_gradient
from reference.koehler2022.flow import Trajectories
from reference.koehler2022.flow.explicit import attempt
from reference.koehler2022.flow.implicit import attempt_implicit
from reference.koehler2022.flow.lanes import WIDTH
from reference.koehler2022.flow.velocity import velocity, workspace

SHAPES = [(1, 1, 1), (3, 2, 5), (4, 3, 2), (2, 4, 2), (6, 4, 5)]
"""(d, k, r)"""

COORDINATES = list(product((False, True), (False, True)))
"""Whether the parameter is log ε, and whether D is trained."""


def draw(d, k, r, n, seed=0):
    """Return n instances A, Ã, B̃, ε, D of entries of order one."""
    rng = np.random.default_rng([seed, d, k, r])
    matrices = (rng.normal(size=(n, *shape)) for shape in ((d, k), (d, r), (r, d)))
    return (*matrices, rng.uniform(0.5, 2, n), rng.uniform(0.1, 2, (n, r)))


def parameters(instance, trained):
    return instance if trained else instance[:4]


def packed(At, Bt, eps, D, log_eps, trained):
    """Return the flat state of one instance."""
    return np.concatenate([At.ravel(), Bt.ravel(), [np.log(eps) if log_eps else eps], np.log(D) if trained else []])


def unpacked(y, d, r, log_eps):
    At, Bt, last, D = np.split(y, [d * r, 2 * d * r, 2 * d * r + 1])
    return At.reshape(d, r), Bt.reshape(r, d), np.exp(last[0]) if log_eps else last[0], np.exp(D)


def reference_velocity(A, y, r, log_eps, trained):
    """Return −∇ in the coordinates of y, by the chain rule from the formulas of the reference."""
    At, Bt, eps, D = unpacked(y, len(A), r, log_eps)
    if trained:
        in_At, in_Bt, in_D, in_eps = loss_gradient(A, At, Bt, D, eps)
    else:
        (in_At, in_Bt, in_eps), in_D = simplified_loss_gradient(A, At, Bt, eps), np.empty(0)
    slope = in_eps * eps if log_eps else in_eps
    return -np.concatenate([in_At.ravel(), in_Bt.ravel(), [slope], D * in_D])


def oracle(A, At, Bt, eps, D, log_eps=False, trained=False, until=10.0, floor=1e-2, times=None):
    """Return times and flat states of LSODA at rtol 1e-12: at these times, or at the end."""
    y, r = packed(At, Bt, eps, D, log_eps, trained), At.shape[1]
    lowest = np.log(floor) if log_eps else floor

    def below(_, y):
        return y[2 * At.size] - lowest

    below.terminal = True
    found = solve_ivp(
        lambda _, y: reference_velocity(A, y, r, log_eps, trained),
        (0, until), y, method="LSODA", rtol=1e-12, atol=1e-13, events=below, t_eval=times,
    )  # fmt: skip
    return (found.t[-1:], found.y[:, -1:].T) if times is None else (found.t, found.y.T)


def state(found: Trajectories, i, row):
    D = np.empty(0) if found.D is None else found.D[i, row]
    return np.concatenate([found.At[i, row].ravel(), found.Bt[i, row].ravel(), [found.eps[i, row]], D])


def plain(y, d, r, log_eps):
    """Return a flat state with ε and D in place of their logarithms."""
    return np.concatenate([np.ravel(x) for x in unpacked(y, d, r, log_eps)])


def wide(*arrays):
    """Return arrays with the same numbers in every lane."""
    return (np.repeat(x[..., None], WIDTH, axis=-1) for x in arrays)


def attempted(implicit, A, y, r, log_eps, trained, h=4e-3, rtol=1e-6, atol=1e-6):
    """Return the state after one step, the seven slopes, and its error as a share of what is tolerated."""
    (data, states), work = wide(A, y), workspace(*A.shape, r)
    slopes, z, shares = np.full((7, len(y), WIDTH), np.nan), np.empty((len(y), WIDTH)), np.full(WIDTH, np.nan)
    velocity(data, states, log_eps, trained, work, slopes[0])
    if implicit:
        slope, after = np.empty(len(y)), np.empty(len(y))
        share = attempt_implicit(data, y, log_eps, trained, h, rtol, atol, work, slope, after)
        slopes[6] = slope[:, None]
        return after, slopes[:, :, 0], share
    attempt(data, states, log_eps, trained, np.full(WIDTH, h), rtol, atol, work, slopes, z, shares)
    return z[:, 0], slopes[:, :, 0], shares[0]
