"""A hunt from Python: ``hunt(test_bound)``, in processes of its own, or in an executor that somebody lends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from vae_verify import CLAIM
from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.errors import UsageError
from verify.files import somewhere
from verify.hunt.report import certified, json_of, rechecked, text_of, verdict
from verify.hunt.search import search
from verify.hunt.state import Hunt
from verify.registry.sources import at_home
from verify.workers.lent import Lent
from verify.workers.limits import MEMORY
from verify.workers.processes import Workers, processes

USUAL_JOBS = min(4, os.cpu_count() or 1)
"""Processes of a hunt that is not told how many."""


@dataclass(frozen=True)
class Hunted:
    """What a hunt found: its verdict, refuted, survived, undecided or error; what it prints; what it writes as JSON."""

    verdict: Verdict
    text: str
    report: Mapping[str, Any]
    found: Counterexample | None
    """The counterexample, as the checker alone judges it."""
    certificate: Mapping[str, Any] | None
    path: Path | None
    """Where the certificate was written, if a folder was named and something can be written."""

    def __str__(self) -> str:
        return self.text


def hunt(
    claim: Claim | Callable[..., Any],
    *,
    budget: float = 20.0,
    seed: int = 0,
    executor: Any = None,
    jobs: int | None = None,
    out: str | Path | None = None,
) -> Hunted:
    """Hunt for a small certified counterexample to a claim, which is given by the test that ``@claim`` decorates.

    Of an ``executor`` that is lent, ``submit(function, *arguments)`` is used, and of its futures ``done()`` and
    ``result()``, and ``cancel()`` and ``running()`` where they are there. It has ``jobs`` tasks at a time, by default
    as many as it has workers, if it says so. It is neither shut down nor killed: if it breaks, the hunt ends with an
    error in one line, and what was found is kept. The seed decides what is found, in any executor, unless the clock
    cuts short a task, which has 2 s of work.

    With a folder ``out`` the hunt starts from what an earlier one wrote there, and writes what it finds the moment that
    it is certified. Raises UsageError if the claim is none, or is in no file that other processes could load.
    """
    entry = claim if isinstance(claim, Claim) else getattr(claim, CLAIM, None)
    if not isinstance(entry, Claim):
        raise UsageError(f"{claim!r} is no claim with instances to hunt for: decorate a function with @claim")
    state, folder = Hunt(entry, seed, budget), None if out is None else Path(out)
    if folder is not None:
        with contextlib.suppress(Unproven):
            state.saved = shelf.load(shelf.path_of(entry, folder), entry)
    at_home(entry)

    def arrived(content: Mapping[str, Any]) -> None:
        if folder is not None:
            with contextlib.suppress(Unproven, OSError):  # which is told at the end
                shelf.keep(rechecked(state, content), folder)

    count = jobs or getattr(executor, "_max_workers", None) or USUAL_JOBS
    with Workers(lambda: processes(count, MEMORY)) if executor is None else Lent(executor) as workers:
        search(state, workers, count, None, arrived=arrived)
    found, path = certified(state), None
    if found is not None and folder is not None:
        with contextlib.suppress(OSError):  # it can be written nowhere, and is returned all the same
            path = somewhere(partial(shelf.keep, found), folder)
    report = json_of(state, path)
    return Hunted(verdict(state), text_of(state, path), report, found, state.total.certificate, path)
