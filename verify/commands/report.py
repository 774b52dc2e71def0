"""The command ``vae-verify report``."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from verify.certificates.checker import Unproven
from verify.claims.claim import Claim
from verify.claims.entry import Entry
from verify.commands.run import add_judging, judge, require_judged
from verify.commands.table import told
from verify.commands.terminal import say, show, width_of
from verify.errors import UsageError
from verify.registry.declare import REGISTRY
from verify.registry.neighbours import aside
from verify.registry.selection import select
from verify.registry.sources import at_home
from verify.report import folder
from verify.report.cards import cards
from verify.report.difference import difference
from verify.report.drawn import around, course_of
from verify.report.files import Hunt, gate_of, hunts_of, replication_of
from verify.report.reading import load
from verify.report.refutation import rechecked
from verify.report.report import Report
from verify.report.saved import run_of
from verify.report.summary import summary
from verify.running.record import Run, now, versions
from verify.workers.interruption import STATUS

_OUT = Path("report")


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("report", help="write what a run finds as one page, to be opened in a browser")
    add_judging(parser)
    parser.add_argument("-o", "--out", type=Path, default=_OUT, metavar="DIR", help=f"of the page ({_OUT})")
    for option, name, words in (
        ("--from", "saved", "judge nothing: show this run, saved by run --json"),
        ("--against", "old", "say what changed since this run"),
    ):
        parser.add_argument(option, dest=name, type=Path, metavar="RUN.json", help=words)
    for command in ("gate", "hunt", "replicate"):
        parser.add_argument(
            f"--{command}", type=Path, action="append", default=[], metavar="FILE",
            help=f"show what {command} --json saved; may be given again",
        )  # fmt: skip
    parser.set_defaults(action=_report)


def _report(arguments: argparse.Namespace) -> int:
    saved, old = map(_saved, (arguments.saved, arguments.old))
    gates = [gate_of(path) for path in arguments.gate]
    hunted = [hunt for path in arguments.hunt for hunt in hunts_of(path)]
    courses = [drawing for path in arguments.hunt if (drawing := course_of(path))]
    replications = [replication_of(path) for path in arguments.replicate]
    claims = select(arguments.targets, slow=True)
    folder.require_folder(arguments.out, judged_here=saved is None)
    hunts = list(map(_checked, hunted))
    started = time.perf_counter()
    run = saved or judge(select(arguments.targets, arguments.slow), arguments)
    seconds = time.perf_counter() - started
    report = Report(
        run, summary(cards(claims, run, _by_claim(hunts))), now(), versions(), _unknown(run, claims, arguments.targets),
        old, None if old is None else difference(old, run), gates, hunts, courses, replications,
    )  # fmt: skip
    try:
        folder.write(report, arguments.out, judged_here=saved is None)
    except UsageError:
        if saved is None:  # what cannot be written is told at least
            for line in told(list(run.results.values()), run.chosen or 0, run.seed, seconds, width_of(sys.stdout)):
                show(line)
        raise
    say(f"{report.counted}\n{arguments.out / 'index.html'}: open it in a browser")
    if saved is None and run.interrupted:
        return STATUS
    if saved is None:
        require_judged(run)
    return 1 if report.summary.unexpected or report.disagreements else 0


def _saved(path: Path | None) -> Run | None:
    return None if path is None else load(path, "run", run_of)


def _checked(hunt: Hunt) -> Hunt:
    """Say of a hunt whether the certificate that it names refutes the claim."""
    claim = REGISTRY.get(hunt.id)
    if hunt.verdict == "refuted" and isinstance(claim, Claim):
        at_home(claim)
        with contextlib.suppress(Unproven), aside():
            found = rechecked(claim, hunt.certificate).found
            return replace(hunt, checked=True, around=around(found))
    return hunt


def _by_claim(hunts: Sequence[Hunt]) -> dict[str, list[Hunt]]:
    found: dict[str, list[Hunt]] = defaultdict(list)
    for hunt in hunts:
        found[hunt.id].append(hunt)
    return found


def _unknown(run: Run, claims: Sequence[Entry], targets: Sequence[str]) -> list[str]:
    """Return the ids of what the run judged and nothing states now; where claims were chosen, others are left out."""
    known = {claim.id for claim in claims}
    return [] if targets else [id for id in run.results if id not in known]
