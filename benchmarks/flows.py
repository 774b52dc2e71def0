"""Trajectories per second of gradient flow of L₁: ours beside a loop over scipy.integrate.solve_ivp.

All follow the same instances, (d, r, k) = (6, 5, 4), from t = 0 to where ε = 1e-2, or t = 10. They take turns, at 50
instances a turn, so that whatever else the machine does slows all alike. The errors of the states at the end are
measured against LSODA at rtol 1e-12, at equal ε for those that end at the floor, which is where the time itself is ill
conditioned; no instance is left out.

    python benchmarks/flows.py [--instances N] [--rtol R]
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from rich.progress import track
from scipy.integrate import solve_ivp

from reference.koehler2022 import simplified_loss_gradient
from reference.koehler2022.flow import flow
from reference.koehler2022.flow.lanes import Floats

D, R, K = 6, 5, 4
FLOOR, UNTIL = 1e-2, 10.0
TURN = 50


def instances(n: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return A, Ã(0), B̃(0) of standard normal entries, and ε(0) between 1/2 and 2."""
    rng = np.random.default_rng(0)
    return *(rng.normal(size=(n, *shape)) for shape in ((D, K), (D, R), (R, D))), rng.uniform(0.5, 2, n)


def velocity(A: Floats, y: Floats) -> Floats:
    """Return −∇L₁ at a flat state."""
    At, Bt, eps = y[: D * R].reshape(D, R), y[D * R : -1].reshape(R, D), y[-1]
    in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
    return -np.concatenate([in_At.ravel(), in_Bt.ravel(), [in_eps]])


def floored(_: float, y: Floats) -> float:
    """Return what is zero where a trajectory ends."""
    return float(y[-1] - FLOOR)


floored.terminal = True  # type: ignore[attr-defined]


def one_by_one(method: str, rtol: float) -> Callable[..., Floats]:
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
        "LSODA, rtol 1e-12": one_by_one("LSODA", 1e-12),
        "LSODA, rtol 1e-8": one_by_one("LSODA", 1e-8),
        "RK45, rtol 1e-6": one_by_one("RK45", 1e-6),
        "flow, one thread": together(options.rtol, False, 1),
        "flow, all cores": together(options.rtol, False, None),
        "flow, error estimated": together(options.rtol, True, None),
    }
    batch = instances(options.instances)
    together(1e-3, False, 1)(*(x[:2] for x in batch))  # compiles
    seconds, ends = dict.fromkeys(ways, 0.0), {name: [] for name in ways}
    for first in track(range(0, options.instances, TURN), description="turns"):
        part = [x[first : first + TURN] for x in batch]
        for name, way in ways.items():
            started = time.perf_counter()
            ends[name].append(way(*part))
            seconds[name] += time.perf_counter() - started
    truth, *others = (np.concatenate(ends[name]) for name in ways)
    print(f"{options.instances} instances    trajectories/s     error: median   99 in 100         all")
    for name, found in zip(list(ways)[1:], others, strict=True):
        quantiles = np.quantile(abs(found - truth).max(1), [0.5, 0.99, 1])
        print(f"{name:22s}{options.instances / seconds[name]:12.1f}       ", *(f"{q:11.1e}" for q in quantiles))
    best = min(seconds["LSODA, rtol 1e-8"], seconds["RK45, rtol 1e-6"])
    for name in list(ways)[3:]:
        print(f"{name:22s}{best / seconds[name]:12.1f} times the better loop")


if __name__ == "__main__":
    main()
