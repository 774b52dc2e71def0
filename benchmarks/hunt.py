"""Time to the first certified counterexample: the hunt beside three simpler ways to search, in one run.

The conjectures are those of ``conjectures.py``. Every way ends at its first counterexample that exact arithmetic
certifies, or at the limit:

- hunt: ``verify.hunt.search`` in one process, whose start counts; ``made small`` is when the smallest one stood.
- hypothesis: the claim's own Hypothesis test, judged in balls, as ``vae-verify run`` does it.
- target: Hypothesis, led by ``hypothesis.target`` on the margin in floats; what is false in floats is judged.
- bulk: batches of normal entries, of every pattern of dimensions in turn; what is false in floats is judged.

Then the rate at which the hunt looks at instances of koehler2022/lemma-3.optimal-d, beside a plain float test.

    python benchmarks/hunt.py [--limit SECONDS] [--seeds N]
"""

import argparse
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import numpy as np
from hypothesis import given, seed, target
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from judged_rate import CLAIM, plain

from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import floats, unstack
from verify.certificates.checker import check
from verify.certificates.format import certificate
from verify.certificates.shelf import path_of
from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.claims.signatures import Instance
from verify.hunt.examiner import Examiner, Findings, Found
from verify.hunt.sampling import natural, structured
from verify.hunt.search import Hunt, search
from verify.hunt.strata import patterns, random_stratum, rounded, score
from verify.hunt.tasks import BATCH
from verify.judging.judge import Judgement, Outcome
from verify.judging.screen import screen
from verify.registry.selection import only, select
from verify.running.runner import search_settings
from verify.workers.processes import Workers, processes

CONJECTURES = Path(__file__).with_name("conjectures.py")
SHORT = 3.0
"""Seconds, at most, of what has a rate and no end."""

PATIENCE = 5.0
MANY = 10**6
"""Examples of one Hypothesis test: the limit ends it first."""


@dataclass
class Run:
    """One search: when it certified a counterexample, when it ended, and how many instances it had looked at."""

    found: float | None
    ended: float
    instances: int

    @property
    def rate(self) -> float:
        """Instances per second."""
        return self.instances / self.ended


class Over(BaseException):
    """The time is over."""


class Clock:
    """Counts the instances of one search; raises Over at its limit, and Found at a certified counterexample."""

    def __init__(self, claim: Claim, limit: float) -> None:
        self.claim, self.instances = claim, 0
        self.started = time.perf_counter()
        self.deadline = self.started + limit

    def judged(self, instance: Instance, judgement: Judgement) -> None:
        """Certify a refutation, by the checker that ``vae-verify check`` uses."""
        if judgement.outcome is Outcome.REFUTED:
            found = Counterexample(self.claim, instance, judgement)
            raise Found(check(certificate(found), {self.claim.id: self.claim}))

    def tick(self) -> None:
        """Count one instance."""
        self.instances += 1
        if time.perf_counter() > self.deadline:
            raise Over

    def run(self, search: Callable[[], None]) -> Run:
        """Time a search that ends by raising."""
        found = None
        try:
            search()
        except Found:
            found = time.perf_counter() - self.started
        except Over:
            pass
        return Run(found, time.perf_counter() - self.started, self.instances)


# --- four ways to search --------------------------------------------------------------------------------------------


def by_hunt(claim: Claim, limit: float, start: int) -> Run:
    """Hunt in one process; the counterexample's file appears when it is certified."""
    with tempfile.TemporaryDirectory() as folder, Workers(lambda: processes(1)) as workers:
        state, path = Hunt(claim, start, limit), path_of(claim, Path(folder))
        started, found, ended = time.perf_counter(), [], threading.Event()

        def watch() -> None:
            while not path.exists():
                if ended.wait(0.001):
                    return
            found.append(time.perf_counter() - started)

        watcher = threading.Thread(target=watch)
        watcher.start()
        search(state, workers, 1, Path(folder))
        seconds = time.perf_counter() - started
        ended.set()
        watcher.join()
    return Run(found[0] if found else None, seconds, state.total.instances)


def by_hypothesis(claim: Claim, limit: float, start: int) -> Run:
    """Let Hypothesis draw, and judge each example."""
    clock = Clock(claim, limit)

    def observe(instance: Instance, judgement: Judgement) -> None:
        clock.judged(instance, judgement)
        clock.tick()

    return clock.run(lambda: again(lambda turn: attack(claim, observe, search_settings(MANY), start + turn)(), clock))


def by_target(claim: Claim, limit: float, start: int) -> Run:
    """Let Hypothesis draw and climb, and judge what is false in floats."""
    clock = Clock(claim, limit)

    def test(instance: Instance) -> None:
        clock.tick()
        lanes = {name: as_lanes(value) for name, value in instance.values.items()}
        found = screen(claim.body, lanes, 1)
        if np.isfinite(found.objective[0]):
            target(-float(found.objective[0]))
        if found.candidate[0]:
            clock.judged(instance, claim.judge(instance))

    def once(turn: int) -> None:
        seed(start + turn)(search_settings(MANY)(given(instance=claim.signature.strategy())(test)))()

    return clock.run(lambda: again(once, clock))


def as_lanes(value: Rationals) -> object:
    """Return one exact value in the arithmetic of many."""
    return unstack(floats(value)[None])


def again(once: Callable[[int], None], clock: Clock) -> None:
    """Start Hypothesis anew where it thinks that it is done, or finds too little that satisfies the premises."""
    for turn in count():
        try:
            once(turn)
        except HypothesisException:
            if time.perf_counter() > clock.deadline:
                raise Over from None


def by_bulk(claim: Claim, limit: float, start: int) -> Run:
    """Look at batches of normal entries."""
    clock, findings = Clock(claim, limit), Findings("")
    examiner = Examiner(claim, findings, time.monotonic() + limit, PATIENCE, None)
    generator = np.random.default_rng(start)

    def batches() -> None:
        for sizes in cycle(patterns(claim.signature)):
            stratum = random_stratum(claim.signature, sizes, generator, plain=True)
            points = rounded(generator.standard_normal((stratum.size, BATCH)), 24)
            examiner.look(stratum, stratum.clamp(points))
            if examiner.late:
                raise Over

    run = clock.run(batches)
    return Run(run.found, run.ended, findings.instances)


WAYS = {"hunt": by_hunt, "hypothesis": by_hypothesis, "target": by_target, "bulk": by_bulk}


# --- the table ------------------------------------------------------------------------------------------------------


def compare(claims: list[Claim], limit: float, seeds: int) -> None:
    """Print when each way certified each false conjecture, as medians over the seeds, and the ratios to the hunt."""
    others = [way for way in WAYS if way != "hunt"]
    print(f"first certified counterexample, in seconds: medians of {seeds} seed(s), limit {limit:g} s")
    heads = "".join(f"{way:>13} {'ratio':>7}" for way in others)
    print(f"{'':18}{'hunt':>8} {'made small':>11}{heads}")
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for claim in claims:
        runs = {way: [WAYS[way](claim, limit, 1000 * k) for k in range(seeds)] for way in WAYS}
        first = {way: statistics.median(run.found or limit for run in runs[way]) for way in WAYS}
        small = statistics.median(run.ended for run in runs["hunt"])
        for way in WAYS:
            times[way].append(first[way])
        cells = "".join(f"{shown(first[way], limit):>13} {ratio(first[way], first['hunt'], limit)}" for way in others)
        print(f"{claim.id:18}{shown(first['hunt'], limit):>8} {small:>11.3f}{cells}", flush=True)
    medians = {way: statistics.median(times[way]) for way in WAYS}
    cells = "".join(f"{shown(medians[way], limit):>13} {ratio(medians[way], medians['hunt'], limit)}" for way in others)
    print(f"{'median':18}{shown(medians['hunt'], limit):>8} {'':>11}{cells}")
    found = {way: sum(value < limit for value in times[way]) for way in WAYS}
    cells = "".join(f"{found[way]:>10}/{len(claims)} {'':>7}" for way in others)
    print(f"{'found':18}{found['hunt']:>5}/{len(claims)} {'':>11}{cells}")


def shown(value: float, limit: float) -> str:
    """Write a number, or that it is beyond the limit."""
    return f"{value:.3g}" if value < limit else f"> {limit:.3g}"


def ratio(theirs: float, ours: float, limit: float) -> str:
    """Write how many times as long as the hunt another way took, unless neither came to an end."""
    return f"{shown(theirs / ours, limit / ours) if min(theirs, ours) < limit else '':>7}"


def control(claims: list[Claim], limit: float) -> None:
    """Print the rates at which each way looks at instances of true conjectures; raises if one is refuted."""
    print(f"\ninstances per second of true conjectures, {limit:g} s each")
    print(f"{'':18}" + "".join(f"{way:>13}" for way in WAYS))
    for claim in claims:
        runs = {way: WAYS[way](claim, limit, 0) for way in WAYS}
        if any(run.found is not None for run in runs.values()):
            raise RuntimeError(f"{claim.id} is refuted")
        print(f"{claim.id:18}" + "".join(f"{run.rate:>13,.0f}" for run in runs.values()), flush=True)


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
    parser.add_argument("--limit", type=float, default=10, metavar="SECONDS", help="of each search (10)")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="searches of which the median counts (1)")
    arguments = parser.parse_args()
    claims = only(Claim, select([str(CONJECTURES)]))
    false = [claim for claim in claims if claim.expected is Verdict.REFUTED]
    compare(false, arguments.limit, arguments.seeds)
    control([claim for claim in claims if claim not in false], min(arguments.limit, SHORT))
    bulk_rate(min(arguments.limit, SHORT))
    peaks = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"\npeak memory of any process: {max(peaks):,.0f} MiB")


if __name__ == "__main__":
    main()
