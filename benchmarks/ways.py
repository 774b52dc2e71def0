"""Six ways to search for a counterexample, each timed until exact arithmetic certifies its first one.

- hunt: ``verify.hunt.search`` in one process, whose start counts.
- hypothesis: the claim's own Hypothesis test, judged in balls, as ``vae-verify run`` does it.
- target: Hypothesis, led by ``hypothesis.target`` on the margin in floats; what is false in floats is judged.
- bulk: batches of normal entries, of every pattern of dimensions in turn; what is false in floats is judged.
- cma-es, nelder-mead: an optimiser on the gap in floats, relative to its sides, from normal entries, started anew when
  it ends, at every pattern of dimensions in turn; what is false in floats is judged.
"""

import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import cma
import numpy as np
from hypothesis import given, seed, target
from hypothesis.errors import HypothesisException
from scipy.optimize import minimize

from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import floats, unstack
from verify.certificates.checker import check
from verify.certificates.format import certificate
from verify.certificates.shelf import path_of
from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance
from verify.domains.base import mapped
from verify.hunt.examiner import Examiner, Findings, Found
from verify.hunt.search import Hunt, search
from verify.hunt.strata import Stratum, patterns, random_stratum, rounded
from verify.hunt.tasks import BATCH
from verify.judging.judge import Judgement, Outcome
from verify.judging.screen import screen
from verify.running.runner import search_settings
from verify.workers.processes import Workers, processes

PATIENCE = 5.0
MANY = 10**6
"""Examples of one Hypothesis test: the limit ends it first."""

FAR = 1e9
"""What an optimiser is told where floats have no value."""


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
        lanes = {name: mapped(as_lanes, value) for name, value in instance.values.items()}
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


def examining(
    claim: Claim, limit: float, start: int, look: Callable[[Examiner, Stratum, np.random.Generator], None]
) -> Run:
    """Look at strata of every pattern of dimensions in turn, by an examiner that judges what floats think false."""
    clock, findings = Clock(claim, limit), Findings("")
    examiner = Examiner(claim, findings, limit, PATIENCE, None, limit)
    generator = np.random.default_rng(start)

    def strata() -> None:
        for sizes in cycle(patterns(claim.signature)):
            look(examiner, random_stratum(claim.signature, sizes, generator, plain=True), generator)
            if examiner.late:
                raise Over

    run = clock.run(strata)
    return Run(run.found, run.ended, findings.instances)


def by_bulk(claim: Claim, limit: float, start: int) -> Run:
    """Look at batches of normal entries."""

    def batch(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> None:
        points = rounded(generator.standard_normal((stratum.size, BATCH)), 24)
        examiner.look(stratum, stratum.clamp(points))

    return examining(claim, limit, start, batch)


def gaps(examiner: Examiner, stratum: Stratum, coordinates: np.ndarray) -> np.ndarray:
    """Return the float gaps at points whose coordinates are given, one a column, and have what is false judged."""
    raw = stratum.raw(coordinates)
    scores = examiner.score(stratum, raw)
    examiner.look(stratum, raw, scores)
    if examiner.late:
        raise Over
    return np.full(raw.shape[1], FAR) if scores is None else np.minimum(scores.objective, FAR)


def by_cma(claim: Claim, limit: float, start: int) -> Run:
    """Minimise the gap by CMA-ES."""

    def evolve(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> None:
        if stratum.size < 2:
            return
        options = {"verbose": -9, "seed": int(generator.integers(1, 2**31))}
        strategy = cma.CMAEvolutionStrategy(generator.standard_normal(stratum.size), 0.5, options)
        with warnings.catch_warnings(action="ignore"):
            while not strategy.stop():
                points = strategy.ask()
                strategy.tell(points, gaps(examiner, stratum, np.array(points).T).tolist())

    return examining(claim, limit, start, evolve)


def by_nelder_mead(claim: Claim, limit: float, start: int) -> Run:
    """Minimise the gap by Nelder and Mead's simplex."""

    def descend(examiner: Examiner, stratum: Stratum, generator: np.random.Generator) -> None:
        if stratum.size:
            minimize(
                lambda x: float(gaps(examiner, stratum, x[:, None])[0]),
                generator.standard_normal(stratum.size),
                method="Nelder-Mead",
                options={"adaptive": True},
            )

    return examining(claim, limit, start, descend)


WAYS = {
    "hunt": by_hunt,
    "hypothesis": by_hypothesis,
    "target": by_target,
    "bulk": by_bulk,
    "cma-es": by_cma,
    "nelder-mead": by_nelder_mead,
}
