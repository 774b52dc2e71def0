"""The command line: run, hunt, replicate, claims, show, check."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console

from verify import __doc__ as purpose
from verify.certificates.checker import Invalid, Malformed, check, parse, read
from verify.commands import hunt, replicate
from verify.commands.console import MOST_JOBS, WIDTH, integer, positive, require_writable, seconds, write
from verify.commands.table import print_results, with_progress
from verify.notation import on_one_line
from verify.registry.declare import REGISTRY, Claim
from verify.registry.loading import UsageError, at_home, load_file, load_papers, select
from verify.registry.studies import Study
from verify.running.runner import PATIENCE, PATIENCE_OF_SLOW, Result, run_claims
from verify.workers.interruption import STATUS, interruptible
from verify.workers.processes import MEMORY
from verify.writing.mathematics import mathematics
from verify.writing.page import DOCS, page
from verify.writing.refutations import run_command, truth_lines


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vae-verify", description=purpose, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"vae-verify {version('vae-verify')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    run = commands.add_parser("run", help="judge claims; exit 0 if every verdict is the expected one")
    run.add_argument("targets", nargs="*", metavar="ID", help="an id, a glob of ids, or file.py[::name]; default: all")
    run.add_argument("--max-examples", type=integer(1), default=100, metavar="N", help="examples a claim (100)")
    run.add_argument("--seed", type=integer(0), default=0, metavar="S", help="what the examples are drawn from (0)")
    run.add_argument("--slow", action="store_true", help="judge slow claims too")
    run.add_argument("--jobs", type=integer(1, MOST_JOBS), default=1, metavar="N", help="processes (1)")
    run.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help=f"for each claim ({PATIENCE:g}, or {PATIENCE_OF_SLOW:g} for a slow one; more for more than 100 examples)",
    )
    run.add_argument(
        "--memory",
        type=positive("GiB"),
        default=MEMORY,
        metavar="GIB",
        help=f"for each claim ({MEMORY:g}), where the system can limit it",
    )
    run.add_argument("--json", metavar="FILE", help="write the results as JSON; - for standard output")
    run.set_defaults(action=_run)

    hunt.add_parser(commands)
    replicate.add_parser(commands)

    claims = commands.add_parser("claims", help="list the claims of the papers")
    form = claims.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--markdown", action="store_true", help="as the page of docs/claims.md, with the evidence")
    claims.set_defaults(action=_claims)

    show = commands.add_parser("show", help="show claims whole")
    show.add_argument("targets", nargs="+", metavar="ID", help="an id, a glob of ids, or file.py[::name]")
    show.set_defaults(action=_show)

    check_ = commands.add_parser("check", help="re-evaluate certificates; exit 1 if one is invalid, 2 if malformed")
    check_.add_argument("certificates", nargs="+", metavar="CERTIFICATE", help="a file; - for standard input")
    check_.add_argument("--claims", action="append", default=[], metavar="FILE.py", help="claims of your own")
    check_.set_defaults(action=_check)
    return parser


_UNHEARD = 141
"""The exit status where the reader of the output has gone, as for any program that SIGPIPE ends."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 as expected, 1 a finding, 2 wrong usage or input."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name or symbol that the encoding lacks is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.action(arguments)
        sys.stdout.flush()
        return status
    except UsageError as error:
        print(on_one_line(f"vae-verify: {error}"), file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as head, has seen enough; what it has not seen may be a finding
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNHEARD
    except OSError as error:  # a full disk, of the standard output too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"vae-verify: {error.filename or 'the output'}: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("vae-verify: interrupted", file=sys.stderr)
        return STATUS


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
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        print_results(ordered, len(claims), arguments.seed, seconds, console)
    if len(ordered) < len(claims):
        return STATUS
    return 0 if all(result.as_expected for result in ordered) else 1


def _entry(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "paper": claim.paper,
        "label": claim.label,
        "statement": claim.statement,
        "kind": claim.kind,
        "slow": claim.slow,
        "expected": claim.expected,
        "corrects": claim.corrects,
        "same_as": claim.same_as,
    }


def _claims(arguments: argparse.Namespace) -> int:
    claims = select([], slow=True)
    if arguments.json:
        write("-", json.dumps([_entry(claim) for claim in claims], indent=2, ensure_ascii=False) + "\n")
        return 0
    if arguments.markdown:
        write("-", "\n".join(page(claims, DOCS)) + "\n")
        return 0
    for claim in claims:
        slow = "  slow" if claim.slow else ""
        print(f"{claim.id:45} {claim.expected:12} {claim.kind:12} {claim.label}{slow}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    for claim in select(arguments.targets, slow=True):
        print(f"{claim.id}   ({claim.label}; {claim.kind}; expected: {claim.expected})")
        print(f"  {mathematics(claim.statement)}")
        for line in (claim.body.__doc__ or "").strip().splitlines():
            print(f"  {line.strip()}".rstrip())
        if isinstance(claim, Study):
            print(f"  {claim.expected}, by {run_command(claim)}")
        else:
            print("  for all")
        for name, domain in claim.signature.domains.items():
            print(f"    {name}: {domain!r}")
        for name, (low, high) in claim.signature.bounds.items():
            print(f"    {name} from {low} to {high}")
        if claim.corrects:
            print(f"  corrects {claim.corrects}")
        for other in REGISTRY.values():
            if other.corrects == claim.id:
                print(f"  corrected by {other.id}: {mathematics(other.statement)}")
        if claim.certificate_file.is_file():
            _show_certificate(claim)
        print(f"  stated in {claim.source_file}")
    return 0


def _show_certificate(claim: Claim) -> None:
    try:
        data = parse(read(claim.certificate_file))
        judgement = check(data, REGISTRY)
    except (OSError, Malformed, Invalid) as error:
        print(f"  its certificate {claim.certificate_file} fails: {error}")
        return
    print("  refuted at")
    for line in claim.signature.decode(data["inputs"], data["dimensions"]).show().splitlines():
        print(f"    {line}")
    if judgement.ground is not None:
        for line in truth_lines(judgement.ground):
            print(f"    where {line}")


def _check(arguments: argparse.Namespace) -> int:
    for file in arguments.claims:
        load_file(Path(file))
    return max(_check_one(name) for name in arguments.certificates)


def _check_one(name: str) -> int:
    try:
        text = sys.stdin.buffer.read(1 << 20) if name == "-" else read(Path(name))
        data = parse(text)
        if data["claim"] not in REGISTRY:
            load_papers()
        if data["claim"] in REGISTRY:
            at_home(REGISTRY[data["claim"]])
        judgement = check(data, REGISTRY)
    except OSError as error:
        print(on_one_line(f"{name}: cannot be read: {error.strerror}"), file=sys.stderr)
        return 2
    except Malformed as error:
        print(on_one_line(f"{name}: malformed: {error}"), file=sys.stderr)
        return 2
    except Invalid as error:
        print(on_one_line(f"{name}: invalid: {error}"))
        return 1
    where = "; ".join(truth_lines(judgement.ground)) if judgement.ground is not None else ""
    print(f"{name}: valid: {data['claim']} is refuted: {where}")
    return 0
