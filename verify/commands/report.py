"""The command ``vae-verify report``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from verify.commands.console import write
from verify.commands.run import add_judging, judge
from verify.errors import UsageError
from verify.registry.selection import select
from verify.report.cards import cards
from verify.report.page import page
from verify.report.reading import load
from verify.report.report import Report
from verify.report.saved import run_of
from verify.report.summary import summary
from verify.running.record import now, versions
from verify.workers.interruption import STATUS

_OUT = Path("report")


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("report", help="write what a run finds as one page, to be opened in a browser")
    add_judging(parser)
    parser.add_argument("-o", "--out", type=Path, default=_OUT, metavar="DIR", help=f"of the page ({_OUT})")
    parser.add_argument("--from", dest="saved", type=Path, metavar="RUN.json", help="judge nothing: show a saved run")
    parser.set_defaults(action=_report)


def _report(arguments: argparse.Namespace) -> int:
    saved = None if arguments.saved is None else load(arguments.saved, "run", run_of)
    claims = select(arguments.targets, slow=True)
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{arguments.out}: {error.strerror}: name a folder that can be written") from error
    run = saved or judge(select(arguments.targets, arguments.slow), arguments)
    found = summary(cards(claims, run, {}))
    known = {claim.id for claim in claims}
    unknown = [] if arguments.targets else [id for id in run.results if id not in known]
    report = Report(run, found, now(), versions(), unknown)
    write(str(arguments.out / "index.html"), page(report))
    print(f"{arguments.out / 'index.html'}: open it in a browser")
    return STATUS if saved is None and run.interrupted else 0
