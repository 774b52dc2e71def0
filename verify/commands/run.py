"""The command ``vae-verify run``."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import sys
import time
from collections.abc import Sequence
from typing import Any

from vae_verify.extras import require, wanted
from vae_verify.start import FOLDERS
from verify.certificates import shelf
from verify.claims.entry import Entry, Verdict
from verify.commands.console import MOST_JOBS, integer, positive, require_writable, seconds, tell
from verify.commands.table import told, with_progress
from verify.commands.terminal import show, width_of
from verify.errors import UsageError
from verify.registry.relations import disagreements
from verify.registry.selection import select
from verify.registry.studies import require_all
from verify.running.record import Run, now, recorded
from verify.running.result import Result
from verify.running.runner import PATIENCE, PATIENCE_OF_SLOW, run_claims
from verify.workers.interruption import STATUS, interruptible
from verify.workers.limits import MEMORY


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("run", help="judge claims; exit 0 if every verdict is the expected one")
    add_judging(parser)
    parser.add_argument("--json", metavar="FILE", help="write the results as JSON; - for standard output")
    parser.set_defaults(action=_run)


def add_judging(parser: argparse.ArgumentParser) -> None:
    """Add what says which claims are judged, and how."""
    parser.add_argument("targets", nargs="*", metavar="ID", help="an id, a glob of ids, or file.py[::name] (all)")
    parser.add_argument("--max-examples", type=integer(1), default=100, metavar="N", help="examples a claim (100)")
    parser.add_argument("--seed", type=integer(0), default=0, metavar="S", help="what the examples are drawn from (0)")
    parser.add_argument("--slow", action="store_true", help="judge slow claims too")
    jobs = os.cpu_count() or 1
    parser.add_argument(
        "--jobs",
        type=integer(1, MOST_JOBS),
        default=jobs,
        metavar="N",
        help=f"processes ({jobs})",
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help=f"for each claim ({PATIENCE:g}, or {PATIENCE_OF_SLOW:g} for a slow one; more for more than 100 examples)",
    )
    parser.add_argument(
        "--memory",
        type=positive("GiB"),
        default=MEMORY,
        metavar="GIB",
        help=f"for each claim ({MEMORY:g}), where the system can limit it",
    )


def judge(claims: Sequence[Entry], arguments: argparse.Namespace) -> Run:
    """Judge claims behind a progress bar; after Ctrl-C, what was judged until then is what there is."""
    require_all(claims)
    FOLDERS.add(str(shelf.DIRECTORY))  # a process that is killed may be writing there
    created = now()
    results: dict[str, Result] = {}
    limits = arguments.jobs, arguments.timeout, arguments.memory
    running = run_claims(claims, arguments.max_examples, arguments.seed, *limits)
    with interruptible(), contextlib.suppress(KeyboardInterrupt), contextlib.closing(running):
        for result in with_progress(running, len(claims)):
            results[result.id] = result
    options = [
        "--max-examples",
        str(arguments.max_examples),
        "--seed",
        str(arguments.seed),
        *["--slow"] * arguments.slow,
    ]
    command = shlex.join(["vae-verify", "run", *arguments.targets, *options])
    return recorded(claims, results, arguments.seed, arguments.max_examples, created, command)


def require_judged(run: Run) -> None:
    """Raise UsageError if a claim was not judged, or its proof not derived, for want of what an extra brings."""
    underived = [result for result in run.results.values() if result.underived]
    for result in run.results.values():
        if result.verdict is Verdict.ERROR and not result.underived and wanted(result.message):
            raise UsageError(f"{result.id} was not judged: {result.message}")
    if underived:
        claims = f"proofs of {len(underived)} claims" if len(underived) > 1 else f"proof of {underived[0].id}"
        require(f"the {claims}", *dict.fromkeys(result.underived for result in underived))
        raise UsageError(f"{underived[0].id}: {underived[0].message}")


def _run(arguments: argparse.Namespace) -> int:
    claims = select(arguments.targets, arguments.slow)
    require_writable(arguments.json)
    started = time.perf_counter()
    run = judge(claims, arguments)
    seconds = time.perf_counter() - started
    results = list(run.results.values())
    wrong = list(disagreements(claims, {result.id: result.verdict for result in results}))

    def words() -> None:
        for line in told(results, len(claims), arguments.seed, seconds, width_of(sys.stdout), wrong):
            show(line)

    tell(arguments.json, run.json() | {"disagreements": wrong}, words)
    if run.interrupted:
        return STATUS
    require_judged(run)
    return 0 if all(result.as_expected for result in results) and not wrong else 1
