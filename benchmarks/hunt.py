"""Time to the first certified counterexample: the hunt beside five simpler ways to search, in one run.

The conjectures are those of ``conjectures.py``, or of the files that are named, such as those of the gallery; the ways
are those of ``ways.py``. Every way ends at its first counterexample that exact arithmetic certifies, or at the limit;
``made small`` is when the hunt's smallest one stood.

Then, without files, the rate at which the hunt looks at instances of koehler2022/lemma-3.optimal-d, beside a plain
float test.

    python benchmarks/hunt.py [FILES] [--limit SECONDS] [--seeds N]
"""

import argparse
import resource
import statistics
import time
from importlib.metadata import version
from itertools import cycle
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from judged_rate import CLAIM, plain
from ways import WAYS

from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import random_stratum, score
from verify.hunt.tasks import BATCH
from verify.registry.selection import only, select

CONJECTURES = Path(__file__).with_name("conjectures.py")
SHORT = 3.0
"""Seconds, at most, of what has a rate and no end."""


def compare(claims: list[Claim], limit: float, seeds: int) -> None:
    """Print when each way certified each false conjecture, as medians over the seeds, and the ratios to the hunt."""
    others = [way for way in WAYS if way != "hunt"]
    print(f"first certified counterexample, in seconds: medians of {seeds} seed(s), limit {limit:g} s")
    print(f"beside Hypothesis {version('hypothesis')}, CMA-ES of cma {version('cma')}, SciPy {version('scipy')}")
    heads = "".join(f"{way:>13} {'ratio':>7}" for way in others)
    print(f"{'':28}{'hunt':>8} {'made small':>11}{heads}")
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for claim in claims:
        runs = {way: [WAYS[way](claim, limit, 1000 * k) for k in range(seeds)] for way in WAYS}
        first = {way: statistics.median(run.found or limit for run in runs[way]) for way in WAYS}
        small = statistics.median(run.ended for run in runs["hunt"])
        for way in WAYS:
            times[way].append(first[way])
        cells = "".join(f"{shown(first[way], limit):>13} {ratio(first[way], first['hunt'], limit)}" for way in others)
        print(f"{claim.id:28}{shown(first['hunt'], limit):>8} {small:>11.3f}{cells}", flush=True)
    medians = {way: statistics.median(times[way]) for way in WAYS}
    cells = "".join(f"{shown(medians[way], limit):>13} {ratio(medians[way], medians['hunt'], limit)}" for way in others)
    print(f"{'median':28}{shown(medians['hunt'], limit):>8} {'':>11}{cells}")
    found = {way: sum(value < limit for value in times[way]) for way in WAYS}
    cells = "".join(f"{found[way]:>10}/{len(claims)} {'':>7}" for way in others)
    print(f"{'found':28}{found['hunt']:>5}/{len(claims)} {'':>11}{cells}")


def shown(value: float, limit: float) -> str:
    """Write a number, or that it is beyond the limit."""
    return f"{value:.3g}" if value < limit else f"> {limit:.3g}"


def ratio(theirs: float, ours: float, limit: float) -> str:
    """Write how many times as long as the hunt another way took, unless neither came to an end."""
    return f"{shown(theirs / ours, limit / ours) if min(theirs, ours) < limit else '':>7}"


def control(claims: list[Claim], limit: float) -> None:
    """Print the rates at which each way looks at instances of true conjectures; raises if one is refuted."""
    print(f"\ninstances per second of true conjectures, {limit:g} s each")
    print(f"{'':28}" + "".join(f"{way:>13}" for way in WAYS))
    for claim in claims:
        runs = {way: WAYS[way](claim, limit, 0) for way in WAYS}
        if any(run.found is not None for run in runs.values()):
            raise RuntimeError(f"{claim.id} is refuted")
        print(f"{claim.id:28}" + "".join(f"{run.rate:>13,.0f}" for run in runs.values()), flush=True)


def bulk_rate(seconds: float) -> None:
    """Print at which rates the hunt and a plain float test look at Lemma 3 where d = k = r = 4."""
    (claim,) = only(Claim, select([CLAIM]))
    generator, sizes = np.random.default_rng(0), dict.fromkeys(claim.signature.bounds, 4)
    started, instances = time.perf_counter(), 0
    for sample in cycle([natural, structured]):
        stratum = random_stratum(claim.signature, sizes, generator, plain=True)
        instances += int(score(claim, stratum, sample(stratum, BATCH, generator)).admitted.sum())
        if (elapsed := time.perf_counter() - started) > seconds:
            break
    ours, theirs = instances / elapsed, statistics.median(plain(500, k, st.just(4)) for k in range(3))
    print(f"\n{CLAIM} at d = k = r = 4")
    print(f"plain float test {theirs:>12,.0f} examples/s\nhunt, in bulk    {ours:>12,.0f} instances/s")
    print(f"ratio            {ours / theirs:>12,.0f}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="time to the first certified counterexample")
    parser.add_argument("files", nargs="*", metavar="FILE", help="of conjectures (conjectures.py)")
    parser.add_argument("--limit", type=float, default=10, metavar="SECONDS", help="of each search (10)")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="searches of which the median counts (1)")
    arguments = parser.parse_args()
    claims = only(Claim, select(arguments.files or [str(CONJECTURES)]))
    false = [claim for claim in claims if claim.expected is Verdict.REFUTED]
    compare(false, arguments.limit, arguments.seeds)
    if not arguments.files:
        control([claim for claim in claims if claim not in false], min(arguments.limit, SHORT))
        bulk_rate(min(arguments.limit, SHORT))
    peaks = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"\npeak memory of any process: {max(peaks):,.0f} MiB")


if __name__ == "__main__":
    main()
