"""Tasks: short stretches of the search that a message describes, the same wherever and whenever they run."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import Phase, settings
from hypothesis.errors import HypothesisException
from threadpoolctl import threadpool_limits

from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.signatures import Instance
from verify.hunt.downhill import Descent, adam, evolution, lattice
from verify.hunt.examiner import Examiner, Findings, Found
from verify.hunt.portfolio import Move
from verify.hunt.premises.strategy import solve
from verify.hunt.sampling import Sample, natural, spread, structured
from verify.hunt.strata import random_stratum
from verify.judging.judge import Judgement
from verify.judging.margins import NOISE
from verify.judging.statements import ClaimError
from verify.running.runner import search_settings
from verify.simplify import simplifications
from verify.workers.limits import GivenUp, time_limit

_STARTS = 32
"""Of a descent, so many of the closest points, and as many that are taken as they come, in turn."""

BATCH = 1024
"""Points of one stratum."""

Message = tuple[Mapping[str, Any], Mapping[str, int]]
"""The inputs and dimensions of a counterexample."""


@dataclass(frozen=True)
class Task:
    """What to do, in a small message; all randomness comes from seed and index."""

    index: int
    move: Move
    seed: int
    seconds: float
    """After so many of work, the task stops where it is."""
    patience: float
    """After so many, a body is interrupted at one instance."""
    saved: Message | None = None
    """A counterexample that is known already."""
    left: float = float("inf")
    """After so many seconds, worked or waited, the task stops too."""


@np.errstate(all="ignore")
def run_task(claim: Claim, task: Task, directory: Path | None) -> Findings:
    """Do one task and say what it found; a counterexample is written down if there is a directory."""
    move = task.move
    findings = Findings(move.strategy)
    examiner = Examiner(claim, findings, task.seconds, task.patience, directory, task.left)
    generator = np.random.default_rng([task.seed, task.index, *hashlib.sha256(claim.id.encode()).digest()[:8]])
    with threadpool_limits(1):  # the matrices are small, and other tasks run beside this one
        try:
            for pattern in move.patterns:
                sizes, before = dict(zip(claim.signature.bounds, pattern, strict=True)), findings.looked
                _STRATEGIES[move.strategy](examiner, sizes, generator, task)
                if findings.looked > before:  # the clock may have cut the task short
                    findings.patterns.append(pattern)
                if examiner.late:
                    break
        except Found:
            pass  # the findings have its certificate
    return findings


Strategy = Callable[[Examiner, dict[str, int], np.random.Generator, Task], None]


def _example(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    """Judge what the claim's author gives as ``@example``."""
    for instance in examiner.claim.examples:
        examiner.findings.looked += 1
        examiner.judge(instance)


def _saved(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    """Start from what an earlier hunt, or a test, has found."""
    if task.saved is not None:
        examiner.judge(examiner.claim.signature.decode(*task.saved))


def _simplified(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    """Make a counterexample simpler that is known already."""
    if task.saved is not None:
        instance = examiner.claim.signature.decode(*task.saved)
        with contextlib.suppress(GivenUp), time_limit(task.seconds + examiner.patience):
            found = Counterexample(examiner.claim, instance, examiner.judged(instance))
            varied_first = 3 * (task.index % 2)  # of two tasks with one start each begins with something else
            for simpler in simplifications(found, task.seconds, examiner.judged, generator, varied_first):
                examiner.certify(simpler)


def _bulk(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    for batch in range(task.move.batches):
        for sample in (structured, natural if batch % 2 == 0 else spread):
            if not examiner.late:
                stratum = random_stratum(examiner.claim.signature, sizes, generator, plain=batch % 2 == 0)
                examiner.look(stratum, sample(stratum, BATCH, generator))


_SAMPLES: tuple[Sample, ...] = (natural, structured, spread)

_BEGINNINGS: Mapping[str, tuple[Sample, bool]] = {"natural": (natural, False), "spread": (spread, True)}
"""What begins best, of what was tried: spread spectra where nothing counts as cancelled, and normal entries."""


def _walk(way: str, examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    begins = task.move.begins or ("", "", "natural", "spread")[int(generator.integers(4))]
    stratum = random_stratum(examiner.claim.signature, sizes, generator, plain=bool(begins) or generator.random() < 0.5)
    if begins:
        sample, anew = _BEGINNINGS[begins]
    else:
        anew = generator.random() < 0.5
        sample = _SAMPLES[int(generator.integers(len(_SAMPLES)))]  # each has points that are closest in ways of its own
    stratum = replace(stratum, anew=anew)
    raw = sample(stratum, 2 * BATCH, generator)
    scores = examiner.score(stratum, raw)
    examiner.look(stratum, raw, scores)
    if scores is None or not stratum.size:
        return
    # where a sharp inequality is attained its margin is 0, and so is the gradient
    order = np.argsort(np.where(scores.margin > NOISE, scores.objective, np.inf), kind="stable")
    path: Descent
    if way == "lattice":
        path = lattice(examiner.claim, stratum, raw[:, np.argsort(scores.pull, kind="stable")])
    elif way == "evolution" and stratum.size > 1:
        start = raw[:, 0 if generator.random() < 0.5 else order[0]]
        path = evolution(examiner.claim, stratum, start, generator, min(500 * stratum.size, 10_000))
    else:
        mixed = np.stack([order[:_STARTS], np.arange(_STARTS)], axis=1).ravel()
        path = adam(examiner.claim, stratum, raw[:, mixed], 300)
    for points, met in path:
        examiner.look(stratum, points, met)
        if examiner.late:
            return


def _premises(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    """Solve the premises that are equations, and search where they are met."""
    solve(examiner, sizes, generator)


def _hypothesis(examiner: Examiner, sizes: dict[str, int], generator: np.random.Generator, task: Task) -> None:
    """Let Hypothesis draw: sizes are its own."""

    def observe(instance: Instance, judgement: Judgement) -> None:
        if examiner.late:
            raise GivenUp

    seed = int(generator.integers(2**63))
    try:
        with contextlib.suppress(GivenUp, HypothesisException):
            attack(examiner.claim, observe, _DRAWING, seed, examiner.judge_or_give_up)()
    except ClaimError as error:  # of a domain: a body's are noted where it is judged
        examiner.findings.errors.append(str(error))


_DRAWING = settings(search_settings(100), phases=[Phase.generate])
"""Hypothesis's own generation; a counterexample is made small elsewhere."""

_STRATEGIES: dict[str, Strategy] = {
    "example": _example,
    "saved": _saved,
    "simplify": _simplified,
    "bulk": _bulk,
    **{way: partial(_walk, way) for way in ("descent", "evolution", "lattice")},
    "premises": _premises,
    "hypothesis": _hypothesis,
}
