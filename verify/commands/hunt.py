"""The command ``vae-verify hunt``."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import TimeRemainingColumn

from vae_verify.start import FOLDERS
from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.certificates.format import certificate, complexity
from verify.certificates.pool import Pool, usable
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.commands.console import add_search, require_writable, seconds, tell
from verify.commands.terminal import complain, progress, say
from verify.errors import UsageError
from verify.files import atomic_write, somewhere
from verify.hunt.hunting import USUAL_JOBS
from verify.hunt.report import (
    as_expected,
    certified,
    counted,
    json_of,
    overall_verdict,
    paragraph,
    rechecked,
    require_judged,
    text_of,
)
from verify.hunt.search import search
from verify.hunt.state import Hunt
from verify.notation import on_one_line
from verify.registry.neighbours import aside
from verify.registry.selection import only, select
from verify.registry.sources import at_home
from verify.workers.cluster import workers_of
from verify.workers.interruption import STATUS, interruptible
from verify.workers.limits import MEMORY, GivenUp, time_limit
from verify.writing.refutations import run_command

_BUDGET = 20.0
_LEAST = 4.0
"""Seconds for each of several claims, unless the budget is larger, or less for one."""

_PATIENCE = 5.0
"""Seconds to check what is known already."""


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("hunt", help="search for a small certified counterexample; exit 1 if there is one")
    parser.add_argument("target", metavar="TARGET", help="file.py[::name], an id, or a glob of ids")
    parser.add_argument(
        "--budget",
        type=seconds,
        metavar="SECONDS",
        help=f"of search ({_BUDGET:g}); several claims share it, and have at least {_LEAST:g} each",
    )
    add_search(parser, "counterexamples")
    parser.set_defaults(action=_hunt)


def _hunt(arguments: argparse.Namespace) -> int:
    claims = _hunted(arguments.target)
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if arguments.out != shelf.DIRECTORY:  # that which nobody named is replaced
            raise UsageError(f"{arguments.out}: {error.strerror}: name a folder that can be written") from error
    FOLDERS.add(str(arguments.out))  # a process that is killed may be writing there
    require_writable(arguments.json)
    pool = _pool()
    hunts = [Hunt(claim, arguments.seed, budget) for claim, budget in _shares(claims, arguments)]
    paths: list[Path | None] = []
    lost: list[OSError] = []
    finished = False
    workers, jobs = workers_of(arguments.scheduler, arguments.jobs, USUAL_JOBS, MEMORY)
    shared = arguments.out if arguments.scheduler is None else None  # a worker elsewhere has another disk
    with contextlib.suppress(KeyboardInterrupt), interruptible(), workers:
        for hunt in hunts:
            at_home(hunt.claim)
            with aside():
                hunt.saved = _known(hunt.claim, arguments.out, pool)
            with _progress(hunt) as update:
                search(hunt, workers, jobs, shared, update, partial(_keep, hunt, arguments.out, pool))
            paths.append(_conclude(hunt, arguments, pool, lost))
        finished = True
    if not finished:
        hunts = hunts[: len(paths) + 1]
        for hunt in hunts[len(paths) :]:
            hunt.interrupted = True
        paths += [_conclude(hunt, arguments, pool, lost) for hunt in hunts[len(paths) :]]
    tell(arguments.json, _report(arguments.target, hunts, paths), lambda: None)
    if lost:
        raise UsageError(f"{arguments.out}: {lost[0].strerror}: a counterexample cannot be written: it stands above")
    if not finished:
        return STATUS
    for hunt in hunts:
        require_judged(hunt)
    return 0 if all(as_expected(hunt) for hunt in hunts) else 1


def _hunted(target: str) -> list[Claim]:
    """Return the claims that a target names, without those that have no instances to be hunted for."""
    chosen = select([target], slow=True)
    if claims := only(Claim, chosen):
        return claims
    raise UsageError(f"{target} has no instances to hunt for: {run_command(chosen[0])}")


def _shares(claims: Sequence[Claim], arguments: argparse.Namespace) -> Iterator[tuple[Claim, float]]:
    """Divide the budget among the claims."""
    total = arguments.budget or _BUDGET
    share = max(total / len(claims), min(total, _LEAST))
    return ((claim, share) for claim in claims)


def _pool() -> Pool:
    """Return the counterexamples that are shared; raises UsageError if those that are named cannot be used."""

    def warn(text: str) -> None:
        complain(on_one_line(f"vae-verify: {text}"))

    return Pool(usable(warn), warn)


def _known(claim: Claim, directory: Path, pool: Pool) -> Counterexample | None:
    """Return the simplest counterexample that an earlier hunt wrote down, or anybody put into the database."""
    known: list[Counterexample] = []
    with contextlib.suppress(GivenUp), time_limit(_PATIENCE):
        with contextlib.suppress(Unproven):
            known.append(shelf.load(shelf.path_of(claim, directory), claim))
        known += pool.fetch(claim)
    return min(known, key=lambda found: complexity(found.instance.sizes, found.instance.encode()), default=None)


def _keep(hunt: Hunt, directory: Path, pool: Pool, content: Mapping[str, Any]) -> None:
    """Write down at once what has arrived: the file first, which depends on nobody."""
    quiet = aside()
    with quiet, contextlib.suppress(Unproven, OSError):  # which the conclusion reports
        shelf.keep(rechecked(hunt, content), directory)
        pool.replace(content)


def _conclude(hunt: Hunt, arguments: argparse.Namespace, pool: Pool, lost: list[OSError]) -> Path | None:
    """Certify what was found, write it down, and say what there is to say."""
    with aside():  # what a body prints is no part of the report
        path = _certified(hunt, arguments.out, pool, lost)
        text = text_of(hunt, path or Path("-"))  # from wherever it is printed
    if path is None and hunt.total.certificate is not None:  # no file has it
        text += f"\n{json.dumps(hunt.total.certificate, indent=2, ensure_ascii=False)}"
    if arguments.json != "-":
        say(text + "\n")
    elif path is None and hunt.total.certificate is not None:
        print(text, file=sys.stderr)
    return path


def _certified(hunt: Hunt, directory: Path, pool: Pool, lost: list[OSError]) -> Path | None:
    """Certify what was found by the checker alone, and write it down; note why, if it is lost to the disk."""
    total = hunt.total
    if total.certificate is None:  # a worker may have written one down before it was interrupted
        with contextlib.suppress(Unproven):
            total.certificate = certificate(shelf.load(shelf.path_of(hunt.claim, directory), hunt.claim))
            total.strategy = "saved" if hunt.saved is not None else "a task that was cut short"
    found = certified(hunt)
    if found is None or total.certificate is None:
        return None
    pool.replace(total.certificate)
    try:
        return _write_down(found, total.certificate, directory)
    except OSError as error:
        lost.append(error)
        return None


def _write_down(found: Counterexample, content: Mapping[str, Any], directory: Path) -> Path:
    """Write the counterexample that is reported, whatever another task wrote; elsewhere, if the folder is lost.

    Raises OSError if there is nowhere to.
    """

    def write(folder: Path) -> Path:
        path = shelf.path_of(found.claim, folder)
        shelf.write(content, path)
        with atomic_write(path.with_suffix(".tex")) as draft:
            draft.write_text(paragraph(found), encoding="utf-8")
        return path

    return somewhere(write, directory)


def _report(target: str, hunts: Sequence[Hunt], paths: Sequence[Path | None]) -> dict[str, Any]:
    claims = [json_of(hunt, path) for hunt, path in zip(hunts, paths, strict=True)]
    if len(claims) == 1:
        return claims[0] | {"target": target}
    certified = [claim["certificate"] for claim in claims if claim["certificate"] is not None]
    return {
        "target": target,
        "verdict": overall_verdict(hunts),
        "instances": sum(claim["instances"] for claim in claims),
        "seconds": round(sum(hunt.seconds for hunt in hunts), 3),
        "strategy": ", ".join(dict.fromkeys(name for hunt in hunts for name in hunt.strategies)),
        "certificate": certified[0] if certified else None,
        "claims": claims,
    }


@contextlib.contextmanager
def _progress(hunt: Hunt) -> Iterator[Any]:
    """Show a bar on the error stream, if that is a terminal."""
    with progress(TimeRemainingColumn()) as bar:
        task = bar.add_task(hunt.claim.id, total=hunt.budget)

        def update(state: Hunt) -> None:
            description = f"{counted(state.total.instances)}: {state.claim.id}"
            bar.update(task, completed=min(state.seconds, hunt.budget), description=description)

        yield update
