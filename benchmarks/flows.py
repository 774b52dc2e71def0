"""Trajectories per second of gradient flow of L₁: ours beside a loop over scipy.integrate.solve_ivp, on one thread.

All follow the same instances, (d, r, k) = (6, 5, 4), from t = 0 to where ε = 1e-2, or t = 10. They take turns, at 200
instances a turn, so that whatever else the machine does slows all alike, and what is counted is processor time. The
loops have the formulas as one writes them with NumPy, or compiled by numba; RK45, and LSODA with a Jacobian, are
slower. The errors of the states at the end are measured against LSODA at rtol 1e-12, at equal ε for those that end at
the floor, which is where the time itself is ill conditioned; no instance is left out. Compilation is counted apart.

    python benchmarks/flows.py [--instances N] [--rtol R]
"""

import argparse
import time
from collections.abc import Callable

import numba
import numpy as np
from rich.progress import track
from scipy.integrate import solve_ivp
from threadpoolctl import threadpool_limits

from reference.koehler2022.flow import flow
from reference.koehler2022.flow.lanes import Floats

D, R, K = 6, 5, 4
FLOOR, UNTIL = 1e-2, 10.0
TURN = 200


def instances(n: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return A, Ã(0), B̃(0) of standard normal entries, and ε(0) between 1/2 and 2."""
    rng = np.random.default_rng(0)
    A, At, Bt = (rng.normal(size=(n, *shape)) for shape in ((D, K), (D, R), (R, D)))
    return A, At, Bt, rng.uniform(0.5, 2, n)


def velocity(A: Floats, y: Floats) -> Floats:
    """Return −∇L₁ at a flat state."""
    At, Bt, eps = y[: D * R].reshape(D, R), y[D * R : -1].reshape(R, D), y[-1]
    code, out = Bt @ A, np.empty_like(y)
    rest = A - At @ code
    scaled, weights = rest / eps**2, 1 / ((At**2).sum(0) + eps**2)
    out[: D * R] = (scaled @ code.T - At * weights).ravel()
    out[D * R : -1] = ((At.T @ scaled - code) @ A.T).ravel()
    out[-1] = (rest * scaled).sum() / eps - (D - R) / eps - eps * weights.sum()
    return out


@numba.njit(fastmath={"contract"}, error_model="numpy")
def product(X: Floats, Y: Floats) -> Floats:
    """Return XY; for matrices as small as these it is faster than BLAS."""
    out = np.zeros((X.shape[0], Y.shape[1]))
    for i in range(X.shape[0]):
        for m in range(X.shape[1]):
            for j in range(Y.shape[1]):
                out[i, j] += X[i, m] * Y[m, j]
    return out


@numba.njit(fastmath={"contract"}, error_model="numpy")
def compiled_velocity(A: Floats, y: Floats) -> Floats:
    """Return the same, compiled."""
    At, Bt, eps = y[: D * R].reshape(D, R), y[D * R : -1].reshape(R, D), y[-1]
    code, out = product(Bt, A), np.empty_like(y)
    rest = A - product(At, code)
    scaled, weights = rest / eps**2, 1 / ((At**2).sum(0) + eps**2)
    out[: D * R] = (product(scaled, code.T) - At * weights).ravel()
    out[D * R : -1] = product(product(At.T, scaled) - code, A.T).ravel()
    out[-1] = (rest * scaled).sum() / eps - (D - R) / eps - eps * weights.sum()
    return out


def floored(_: float, y: Floats) -> float:
    """Return what is zero where a trajectory ends."""
    return float(y[-1] - FLOOR)


floored.terminal = True  # type: ignore[attr-defined]


def one_by_one(method: str, rtol: float, velocity: Callable[..., Floats]) -> Callable[..., Floats]:
    """Return the loop over solve_ivp: of a batch of instances, the states at the end."""

    def loop(A: Floats, At: Floats, Bt: Floats, eps: Floats) -> Floats:
        ends = []
        for a, *start in zip(A, At, Bt, eps, strict=True):
            y = np.concatenate([np.ravel(x) for x in start])
            found = solve_ivp(
                lambda _, y, a=a: velocity(a, y), (0, UNTIL), y, method=method, rtol=rtol, atol=rtol, events=floored
            )
            ends.append(found.y[:, -1])
        return np.array(ends)

    return loop


def together(rtol: float, estimate: bool, threads: int | None) -> Callable[..., Floats]:
    """Return the same of reference.koehler2022.flow."""

    def run(*batch: Floats) -> Floats:
        found = flow(*batch, until=UNTIL, floor=FLOOR, rtol=rtol, estimate=estimate, threads=threads)
        n = len(found.end)
        return np.concatenate([found.At[:, -1].reshape(n, -1), found.Bt[:, -1].reshape(n, -1), found.eps[:, -1:]], 1)

    return run


def main() -> None:
    """Measure, and print a table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=int, default=1000)
    parser.add_argument("--rtol", type=float, default=3e-7, help="of ours: as accurate as LSODA at 1e-8")
    options = parser.parse_args()
    ways = {
        "truth: LSODA, rtol 1e-12": one_by_one("LSODA", 1e-12, compiled_velocity),
        "LSODA, rtol 1e-8, NumPy": one_by_one("LSODA", 1e-8, velocity),
        "LSODA, rtol 1e-8, numba": one_by_one("LSODA", 1e-8, compiled_velocity),
        "DOP853, rtol 1e-8, numba": one_by_one("DOP853", 1e-8, compiled_velocity),
        "flow": together(options.rtol, False, 1),
        "flow, error estimated": together(options.rtol, True, 1),
    }
    batch = instances(options.instances)
    started = time.process_time()
    together(1e-3, False, 1)(*(x[:2] for x in batch))
    compiling = time.process_time() - started
    compiled_velocity(batch[0][0], np.ones(2 * D * R + 1))
    seconds = dict.fromkeys(ways, 0.0)
    ends: dict[str, list[Floats]] = {name: [] for name in ways}
    with threadpool_limits(1):
        for first in track(range(0, options.instances, TURN), description="turns"):
            part = [x[first : first + TURN] for x in batch]
            for name, way in ways.items():
                started = time.process_time()
                ends[name].append(way(*part))
                seconds[name] += time.process_time() - started
    truth, *others = (np.concatenate(ends[name]) for name in ways)
    print(f"{options.instances} instances, one thread     trajectories/s     error: median   99 in 100         all")
    for name, found in zip(list(ways)[1:], others, strict=True):
        quantiles = np.quantile(abs(found - truth).max(1), [0.5, 0.99, 1])
        print(f"{name:26s}{options.instances / seconds[name]:12.1f}            ", *(f"{q:11.1e}" for q in quantiles))
    for name in list(ways)[1:4]:
        print(f"flow, times {name:26s}{seconds[name] / seconds['flow']:12.1f}")
    print(f"compiling, or loading what is compiled: {compiling:.1f} s")


if __name__ == "__main__":
    main()
