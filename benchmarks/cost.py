"""What the judge, the hunt's bulk and the generators cost against the dimension n, beside what the arithmetic requires.

Each line is the processor's milliseconds of one evaluation at n = 2, 4, …, 64, the exponent of n that fits from 16 on,
and the one that is required: a product takes n³ operations, an elimination n³ on numbers whose length grows with n. A
size at which one evaluation would take longer than the limit has none. With ``--draw FILE`` the lines are drawn.

    python benchmarks/cost.py [--limit SECONDS] [--draw FILE.svg]
"""

import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from reference.arithmetic import determinant, eigenvalues, identity, solve, symmetric_part, trace
from reference.arithmetic.complexes import ComplexRationals, complex_balls
from reference.arithmetic.exact import Rationals, balls
from reference.arithmetic.lanes import unstack
from reference.arithmetic.precision import working_precision
from verify.domains import Correlation, Domain, Matrix, Orthogonal, PositiveDefinite, Projection
from verify.judging.comparisons import positive_semidefinite

SIZES = (2, 4, 8, 16, 32, 64)
FITTED = 16
INSTANCES = 64

Work = Callable[[], object]


def drawn(domain: Domain, n: int, style: int = 0) -> Any:
    """Return an exact value of n rows and columns: of the plain style, for a byte below 128."""
    shape = (n, n)
    generator = np.random.default_rng(n)
    return domain.draw(bytes([style, *generator.integers(0, 256, domain.size(shape)).tolist()]), shape)


def matrix(n: int) -> Rationals:
    """Return a matrix of fractions."""
    value: Rationals = drawn(Matrix("d d"), n)
    return value


def regular(n: int) -> Rationals:
    """Return an invertible matrix of fractions: its diagonal is large."""
    value: Rationals = matrix(n) + 64 * identity(n, n, matrix(n))
    return value


def gaussian(n: int) -> ComplexRationals:
    """Return a matrix of Gaussian rationals."""
    return ComplexRationals.joined(matrix(n).array, matrix(n).mT.array)


def lanes(n: int) -> Any:
    """Return a matrix of many instances."""
    return unstack(np.random.default_rng(n).standard_normal((INSTANCES, n, n)))


def at(bits: int, make: Callable[[int], Any], work: Callable[[Any], object]) -> Callable[[int], Work]:
    """Return what makes, of a size, the work that is measured at a working precision."""

    def of(n: int) -> Work:
        with working_precision(bits):
            value = make(n)

        def run() -> object:
            with working_precision(bits):
                return work(value)

        return run

    return of


def drawing(domain: Domain) -> Callable[[int], Work]:
    """Return what makes, of a size, the work of a draw."""
    return lambda n: lambda: drawn(domain, n)


MEASURED: dict[str, tuple[Callable[[int], Work], float]] = {
    "product, fractions": (at(64, matrix, lambda a: trace(a @ a)), 3),
    "product, Gaussian rationals": (at(64, gaussian, lambda a: a @ a), 3),
    "product, balls": (at(64, lambda n: balls(matrix(n)), lambda a: trace(a @ a)), 3),
    "product, complex balls": (at(64, lambda n: complex_balls(gaussian(n)), lambda a: a @ a), 3),
    "determinant, fractions": (at(64, regular, determinant), 4),
    "determinant, Gaussian rationals": (at(64, lambda n: regular(n) + gaussian(n), determinant), 4),
    "determinant, balls": (at(64, lambda n: balls(regular(n)), determinant), 3),
    "solution, fractions": (at(64, regular, lambda a: solve(a, a.mT)), 4),
    "A ⪰ 0, fractions": (at(64, lambda n: matrix(n) @ matrix(n).mT, positive_semidefinite), 4),
    "eigenvalues, balls": (at(64, lambda n: balls(symmetric_part(matrix(n))), eigenvalues), 3),
    f"product, bulk of {INSTANCES}": (at(64, lanes, lambda a: trace(a @ a)), 3),
    f"eigenvalues, bulk of {INSTANCES}": (at(64, lambda n: symmetric_part(lanes(n)), eigenvalues), 3),
    "draw, Matrix": (drawing(Matrix("d d")), 2),
    "draw, PositiveDefinite": (drawing(PositiveDefinite("d")), 3),
    "draw, Orthogonal": (drawing(Orthogonal("d")), 4),
    "draw, Projection": (drawing(Projection("d")), 4),
    "draw, Correlation": (drawing(Correlation("d")), 4),
}


def milliseconds(work: Work) -> float:
    """Return what one evaluation takes of the processor: the least of a few, if these are short."""
    best, spent = math.inf, 0.0
    while spent < 0.03:
        started = time.process_time()
        work()
        taken = time.process_time() - started
        best, spent = min(best, taken), spent + max(taken, 1e-4)
    return 1000 * best


def exponent(times: dict[int, float]) -> float:
    """Return the slope of the logarithms from FITTED on, by least squares; NaN of fewer than two sizes."""
    fitted = [(math.log2(n), math.log2(t)) for n, t in times.items() if n >= FITTED and t > 0]
    return float(np.polyfit(*zip(*fitted, strict=True), 1)[0]) if len(fitted) > 1 else math.nan


def measured(make: Callable[[int], Work], limit: float) -> dict[int, float]:
    """Return the milliseconds at each size, until the next would take longer than the limit."""
    times: dict[int, float] = {}
    for n in SIZES:
        if times and 8 * times[n // 2] > 1000 * limit:
            break
        times[n] = milliseconds(make(n))
    return times


def draw(lines: dict[str, dict[int, float]], file: Path) -> None:
    """Draw the milliseconds against n, in one panel each for the judge, the bulk and the generators."""
    from verify.pictures.picture import Picture  # noqa: PLC0415
    from verify.pictures.style import COLOURS, logarithmic, new_picture, styled  # noqa: PLC0415

    panels = {
        "fractions, balls": [name for name in lines if not name.startswith("draw") and "bulk" not in name],
        "bulk": [name for name in lines if "bulk" in name],
        "generators": [name for name in lines if name.startswith("draw")],
    }

    @styled
    def picture() -> Any:
        figure, rows = new_picture(1000, len(panels), ratios=[3, 1, 1.6])
        for axes, (title, names) in zip(rows, panels.items(), strict=True):
            for k, name in enumerate(names):
                style = {"color": COLOURS[k % len(COLOURS)], "linestyle": ("-", "--")[k // len(COLOURS)], "marker": "o"}
                axes.plot(list(lines[name]), list(lines[name].values()), markersize=3, label=name, **style)
            logarithmic(axes, "y")
            axes.set_xscale("log", base=2)
            axes.set(title=title, ylabel="milliseconds", xticks=SIZES, xticklabels=list(map(str, SIZES)))
            axes.legend(loc="upper left", bbox_to_anchor=(0, 1), fontsize=9)
        rows[-1].set_xlabel("n")
        return figure

    caption = "What one evaluation takes of the processor against the dimension n, by benchmarks/cost.py."
    data = {name: {str(n): t for n, t in times.items()} for name, times in lines.items()}
    file.write_text(Picture(picture(), "Cost against dimension", caption, data).svg, encoding="utf-8")


def main() -> None:
    """Measure, print, and draw if that is asked for."""
    parser = argparse.ArgumentParser(description="cost against the dimension")
    parser.add_argument("--limit", type=float, default=2, metavar="SECONDS", help="of one evaluation (2)")
    parser.add_argument("--draw", type=Path, metavar="FILE.svg", help="where the lines are drawn")
    arguments = parser.parse_args()
    print(f"{'milliseconds at n =':32}" + "".join(f"{n:>10}" for n in SIZES) + f"{'exponent':>10} required")
    lines = {}
    for name, (make, required) in MEASURED.items():
        times = lines[name] = measured(make, arguments.limit)
        cells = "".join(f"{times[n]:>10.3f}" if n in times else f"{'·':>10}" for n in SIZES)
        print(f"{name:32}{cells}{exponent(times):>10.2f} {required:>8g}", flush=True)
    if arguments.draw is not None:
        draw(lines, arguments.draw)


if __name__ == "__main__":
    main()
