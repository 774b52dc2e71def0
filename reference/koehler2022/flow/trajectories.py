"""Thousands of trajectories of gradient flow at once, each with its own steps."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from reference.koehler2022.flow import integrator
from reference.koehler2022.flow.integrator import FLOW, integrate
from reference.koehler2022.flow.lanes import WIDTH, Floats

FINER = 0.1
SAFETY = 2.0
"""The second run's tolerance beside the first one's, and the error beside the distance of the two."""


class End(IntEnum):
    """Why a trajectory ends."""

    TIME = integrator.TIME
    """Its time, or its number of steps, is over."""

    FLOOR = integrator.FLOOR
    """ε has come down to the floor; a flow ends on it, to 13 digits."""

    STALLED = integrator.STALLED
    """The steps that accuracy asks for vanish beside t."""


@dataclass(frozen=True)
class Trajectories:
    """n trajectories, each at c checkpoints and, last, at its end; NaN at a checkpoint that lies beyond the end.

    ``error`` bounds, as far as an estimate can, the distance of the state (Ã, B̃, ε[, D]) from that of the true flow,
    in the Euclidean norm; ``K_error`` and ``time_error`` are for K and the time of the end.
    """

    time: Floats
    """(n, c + 1)"""

    At: Floats
    """(n, c + 1, d, r)"""

    Bt: Floats
    """(n, c + 1, r, d)"""

    eps: Floats
    """(n, c + 1)"""

    D: Floats | None
    """(n, c + 1, r), where D is trained."""

    K: Floats
    """(n, c + 1): the maximum of max_j ‖Ã_j‖² + ε² over the start and all accepted steps so far."""

    error: Floats
    """(n, c + 1)"""

    K_error: Floats
    """(n, c + 1)"""

    time_error: Floats
    """(n,)"""

    end: Any
    """(n,), of the values of :class:`End`."""

    evaluations: Any
    """(n,): how often each evaluated the velocity, in the run that its values are from."""


def flow(
    A: Floats, At: Floats, Bt: Floats, eps: Floats, D: Floats | None = None, *,
    log_eps: bool = False, until: float = 10.0, floor: float = 1e-2, checkpoints: Floats = (), rtol: float = 1e-7,
    estimate: bool = True, threads: int | None = None,
) -> Trajectories:  # fmt: skip
    """Follow Θ' = −∇L₁(Θ) from Ã (n, d, r), B̃ (n, r, d), ε (n) for data A (n, d, k), each to its end.

    With D (n, r), positive, it is the flow of L in Ã, B̃, ε and log D. With ``log_eps`` the parameter is log ε in place
    of ε: another flow, as a gradient depends on the coordinates. A trajectory ends at time ``until``, or before that
    where ε is ``floor``. Checkpoints are ascending times, (c) for all trajectories or (n, c); each is a step's end.

    An entry of the state may be wrong by ``rtol`` × (1 + its size) in every step. There are two runs, with this
    tolerance and with a tenth of it, the second one's values are returned, and the error is twice their distance, which
    shows how errors grow along the flow. The second run ends a step half-way to every checkpoint too, so that it does
    better even where checkpoints are so dense that they choose the steps. Without ``estimate`` there is only the first
    run, and its errors are NaN.

    Raises ValueError if shapes do not fit, or ε, D or the tolerance is not positive.
    """
    if not 0 < rtol < 1:
        raise ValueError(f"rtol is {rtol}, and should be between 0 and 1")
    A, starts, times = _prepared(A, At, Bt, eps, D, log_eps, checkpoints)
    lowest = _coordinate(floor, log_eps)

    def run(tolerance: float, times: Floats) -> Trajectories:
        def some(of: slice, *out: Floats) -> None:
            integrate(
                A[of], starts[of], At.shape[-1], log_eps, D is not None, times[of],
                float(until), float(lowest), tolerance, tolerance, np.zeros(WIDTH, FLOW).view(np.recarray), *out,
            )  # fmt: skip

        return _all(some, A, starts, times, At.shape[-1], log_eps, D is not None, threads)

    if not estimate:
        return run(rtol, times)
    midway = (times + np.pad(times, ((0, 0), (1, 0)))[:, :-1]) / 2
    coarse, fine = run(rtol, times), run(FINER * rtol, np.stack([midway, times], -1).reshape(len(times), -1))
    rows = [*range(1, 2 * times.shape[1], 2), -1]
    fine = replace(fine, **{name: getattr(fine, name)[:, rows] for name in ("time", "At", "Bt", "eps", "K")})
    if fine.D is not None:
        fine = replace(fine, D=fine.D[:, rows])
    return replace(
        fine,
        error=SAFETY * _distance(coarse, fine),
        K_error=SAFETY * abs(coarse.K - fine.K),
        time_error=SAFETY * abs(coarse.time - fine.time)[:, -1],
    )


def _coordinate(eps: Any, log_eps: bool) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(eps) if log_eps else eps


def _prepared(
    A: Floats, At: Floats, Bt: Floats, eps: Floats, D: Floats | None, log_eps: bool, checkpoints: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the data, the states (n, ·) and the checkpoints (n, c), contiguous."""
    A, At, Bt, eps = (np.ascontiguousarray(x, dtype=float) for x in (A, At, Bt, eps))
    if A.ndim != 3 or At.ndim != 3 or (n := len(A)) != len(At) or A.shape[1] != (d := At.shape[1]):
        raise ValueError(f"A and Ã should be (n, d, k) and (n, d, r), and are {A.shape} and {At.shape}")
    r = At.shape[2]
    parts = [At, Bt, eps] if D is None else [At, Bt, eps, np.asarray(D, dtype=float)]
    for name, x, shape in zip(("B̃", "ε", "D"), parts[1:], ((n, r, d), (n,), (n, r)), strict=False):
        if x.shape != shape:
            raise ValueError(f"{name} should be {shape}, as A is {A.shape} and Ã is {At.shape}, and is {x.shape}")
        if name != "B̃" and not (x > 0).all():
            raise ValueError(f"{name} should be positive")
    parts[2] = _coordinate(eps, log_eps)
    parts[3:] = [np.log(x) for x in parts[3:]]
    times = np.asarray(checkpoints, dtype=float)
    if (np.diff(times) < 0).any():
        raise ValueError("checkpoints should be ascending")
    starts = np.concatenate([x.reshape(n, -1) for x in parts], axis=1)
    writable = np.array(np.broadcast_to(times, (n, times.shape[-1])), order="C")  # as all are: another type is compiled
    return A, starts, writable


def _all(
    some: Callable[..., None], A: Floats, starts: Floats, times: Floats, r: int,
    log_eps: bool, trained: bool, threads: int | None,
) -> Trajectories:  # fmt: skip
    """Run every trajectory, several at a time; each is computed by itself, so that the company makes no difference."""
    workers = threads or len(os.sched_getaffinity(0))
    (n, d, _), rows = A.shape, times.shape[1] + 1
    measures, states = np.full((n, rows, 2), np.nan), np.full((n, rows, starts.shape[1]), np.nan)
    ends = np.zeros((n, 2), dtype=int)
    share = max(1, -(-n // workers))
    with ThreadPoolExecutor(workers) as pool:
        parts = [slice(first, first + share) for first in range(0, n, share)]
        list(pool.map(lambda of: some(of, measures[of], states[of], ends[of]), parts))
    reasons, evaluations = ends.T
    At, Bt, last, D = np.split(states, [d * r, 2 * d * r, 2 * d * r + 1], axis=2)
    time, K = np.moveaxis(measures, -1, 0)
    unknown = np.full_like(time, np.nan)
    return Trajectories(
        time=time,
        At=At.reshape(n, rows, d, r),
        Bt=Bt.reshape(n, rows, r, d),
        eps=np.exp(last[..., 0]) if log_eps else last[..., 0],
        D=np.exp(D) if trained else None,
        K=K,
        error=unknown,
        K_error=unknown,
        time_error=unknown[:, -1],
        end=reasons,
        evaluations=evaluations,
    )


def _distance(x: Trajectories, y: Trajectories) -> Floats:
    squares = ((x.At - y.At) ** 2).sum((-1, -2)) + ((x.Bt - y.Bt) ** 2).sum((-1, -2)) + (x.eps - y.eps) ** 2
    if x.D is not None and y.D is not None:
        squares = squares + ((x.D - y.D) ** 2).sum(-1)
    return np.sqrt(squares)
