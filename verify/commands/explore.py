"""The command ``vae-verify explore``."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from rich.progress import TimeRemainingColumn

from vae_verify.start import FOLDERS
from verify.claims.claim import Claim
from verify.commands.console import add_search, require_writable, seconds, tell
from verify.commands.terminal import progress, say
from verify.errors import UsageError
from verify.explore.exploration import Exploration, explore
from verify.explore.hunting import Hunter
from verify.explore.report import json_report, passed, text_of
from verify.hunt.hunting import USUAL_JOBS
from verify.hunt.report import counted, require_judged
from verify.hunt.search import Hunt
from verify.registry.neighbours import aside
from verify.registry.selection import only, select
from verify.workers.cluster import workers_of
from verify.workers.interruption import STATUS, interruptible
from verify.workers.limits import MEMORY
from verify.writing.refutations import run_command

_BUDGET = 60.0


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser(
        "explore",
        help="say which premises of a claim matter: drop each, widen each domain, move each constant",
        epilog="Exit status: 0 if the claim itself ends as expected, 1 if not; 2 for wrong input; 130 if "
        "interrupted, after what was found.",
    )
    parser.add_argument("target", metavar="TARGET", help="file.py[::name] or an id, of one claim")
    parser.add_argument(
        "--budget", type=seconds, default=_BUDGET, metavar="SECONDS",
        help=f"of all hunts together ({_BUDGET:g}); each has at least one second",
    )  # fmt: skip
    add_search(parser, "certificates")
    parser.set_defaults(action=_explore)


def _explore(arguments: argparse.Namespace) -> int:
    known = Exploration(_claim(arguments.target))
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=arguments.out):
            pass
    except OSError as error:
        raise UsageError(f"{arguments.out}: {error.strerror}: name a folder that can be written") from error
    FOLDERS.add(str(arguments.out))  # a process that is killed may be writing there
    require_writable(arguments.json)
    workers, jobs = workers_of(arguments.scheduler, arguments.jobs, USUAL_JOBS, MEMORY)
    with _progress(arguments.budget) as update:
        shared = arguments.scheduler is None  # a worker elsewhere has another disk
        hunter = Hunter(workers, jobs, arguments.out, arguments.seed, arguments.budget, shared, update)
        with contextlib.suppress(KeyboardInterrupt), interruptible(), workers, aside():
            explore(known, hunter)
    report = json_report(arguments.target, known, arguments.seed, hunter.seconds)
    tell(arguments.json, report, lambda: say(text_of(known, arguments.seed)))
    if hunter.lost is not None:
        raise UsageError(f"{arguments.out}: {hunter.lost.strerror}: a counterexample cannot be written")
    if known.base is not None:
        require_judged(known.base.hunt)
    return STATUS if not known.finished else 0 if passed(known) else 1


def _claim(target: str) -> Claim:
    """Return the one claim that a target names."""
    chosen = select([target], slow=True)
    claims = only(Claim, chosen)
    if not claims:
        raise UsageError(f"{target} has no instances, and so no premises to drop: {run_command(chosen[0])}")
    if len(claims) > 1:
        raise UsageError(f"{target} names {len(claims)} claims: name one, such as {claims[0].target}")
    return claims[0]


@contextlib.contextmanager
def _progress(budget: float) -> Iterator[Callable[[Hunt], None]]:
    """Show which hunt is under way on the error stream, if that is a terminal."""
    with progress(TimeRemainingColumn()) as bar:
        task = bar.add_task("exploring", total=budget)

        def update(state: Hunt) -> None:
            description = f"{counted(state.total.instances)}: {state.claim.id}"
            bar.update(task, completed=min(bar.tasks[0].elapsed or 0.0, budget), description=description)

        yield update
