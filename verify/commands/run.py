"""The command ``vae-verify run``."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from typing import Any

from verify.commands.console import MOST_JOBS, integer, positive, require_writable, seconds, write
from verify.commands.table import told, with_progress
from verify.commands.terminal import show, width_of
from verify.registry.selection import select
from verify.running.result import Result
from verify.running.runner import PATIENCE, PATIENCE_OF_SLOW, run_claims
from verify.workers.interruption import STATUS, interruptible
from verify.workers.limits import MEMORY


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("run", help="judge claims; exit 0 if every verdict is the expected one")
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
    parser.add_argument("--json", metavar="FILE", help="write the results as JSON; - for standard output")
    parser.set_defaults(action=_run)


def _run(arguments: argparse.Namespace) -> int:
    claims = select(arguments.targets, arguments.slow)
    require_writable(arguments.json)
    started = time.perf_counter()
    results: dict[str, Result] = {}
    limits = arguments.jobs, arguments.timeout, arguments.memory
    running = run_claims(claims, arguments.max_examples, arguments.seed, *limits)
    with interruptible(), contextlib.suppress(KeyboardInterrupt), contextlib.closing(running):
        for result in with_progress(running, len(claims)):
            results[result.id] = result
    ordered = [results[claim.id] for claim in claims if claim.id in results]
    seconds = time.perf_counter() - started
    if arguments.json is not None:
        report = {"version": 1, "seed": arguments.seed, "claims": [result.json() for result in ordered]}
        write(arguments.json, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    if arguments.json != "-":
        for line in told(ordered, len(claims), arguments.seed, seconds, width_of(sys.stdout)):
            show(line)
    if len(ordered) < len(claims):
        return STATUS
    return 0 if all(result.as_expected for result in ordered) else 1
