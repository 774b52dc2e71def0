"""The command ``vae-verify replicate``."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

from rich.progress import TaskProgressColumn, TimeRemainingColumn
from rich.text import Text

from vae_verify.extras import require
from verify.commands.console import MOST_JOBS, integer, positive, require_writable, seconds, tell
from verify.commands.replication import told
from verify.commands.terminal import complain, progress, say, show, width_of
from verify.errors import UsageError
from verify.files import atomic_write
from verify.judging.statements import ClaimError
from verify.registry.selection import only, select
from verify.replicate.experiment import Experiment, Replication
from verify.replicate.report import as_expected, json_of
from verify.workers.cluster import workers_of
from verify.workers.interruption import STATUS, check, interruptible
from verify.writing.refutations import error_text

_OUT = Path("replications")

PATIENCE = 3600.0
"""Seconds until some part of a training is done: those of the papers take some, even on a busy machine."""


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("replicate", help="train a paper's experiment again, its numbers beside ours")
    parser.add_argument("id", metavar="ID", help="of an experiment, such as koehler2022/table-1")
    parser.add_argument("--seeds", type=integer(1), default=3, metavar="N", help="how many seeds (3)")
    parser.add_argument("--seed", type=integer(0), default=0, metavar="S", help="the first of them (0)")
    parser.add_argument("--steps", type=integer(1), metavar="N", help="of training; fewer for a quick look")
    jobs = os.cpu_count() or 1
    parser.add_argument(
        "--jobs", type=integer(1, MOST_JOBS), metavar="N", help=f"processes ({jobs}); the numbers do not depend on it"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that does the work: tcp://host:port")
    parser.add_argument(
        "--timeout", type=seconds, default=PATIENCE, metavar="SECONDS",
        help=f"until some fiftieth of a training is done ({PATIENCE:g})",
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=positive("GiB"), metavar="GIB", help="for each process, where the system can limit it (all)"
    )
    parser.add_argument("--out", type=Path, default=_OUT, metavar="DIR", help=f"of results and figures ({_OUT})")
    parser.add_argument("--json", metavar="FILE", help="write the result as JSON; - for standard output")
    parser.set_defaults(action=_replicate)


def _replicate(arguments: argparse.Namespace) -> int:
    experiment = _experiment(arguments.id)
    folder = _folder(arguments.out, experiment)
    require_writable(arguments.json)
    require(experiment.id, *experiment.needs)
    from verify.replicate.coordinator import replicate  # noqa: PLC0415  # imports torch, which takes a second

    steps = arguments.steps or experiment.steps
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    batches = len(seeds) * experiment.groups
    count = min(arguments.jobs or os.cpu_count() or 1, batches)
    workers, _ = workers_of(arguments.scheduler, count, batches, arguments.memory)
    started = time.perf_counter()
    with _one_line(experiment, folder):
        replication = None
        with contextlib.suppress(KeyboardInterrupt), interruptible(), workers, _progress(experiment.id) as update:
            replication = replicate(experiment, seeds, steps, workers, folder, update, arguments.timeout)
        if replication is None:
            mend = "the same command goes on from there"
            complain(f"vae-verify: interrupted; what was trained is in {folder}: {mend}")
            return STATUS
        took = time.perf_counter() - started
        figures = [str(folder / "figure.svg")] if experiment.draw is not None else []
        report = json_of(experiment, replication.rows, took, steps=steps, seeds=list(seeds), figures=figures)
        table = list(told(experiment, replication.rows, width_of(sys.stdout)))
        fine = as_expected(experiment, replication.rows)
        try:
            _keep(experiment, replication, report, folder)
        except BaseException:
            if arguments.json != "-":  # what cannot be kept is told at least
                _say(table)
            raise

    def words() -> None:
        _say(table)
        kept = ", ".join([str(folder / "results.json"), *figures])
        say(f"\n{steps:,} steps, seeds {', '.join(map(str, seeds))}, {took:.0f} s; kept in {kept}")

    tell(arguments.json, report, words)
    for file in replication.files:  # only now that all is written
        file.unlink(missing_ok=True)
    return 0 if fine or steps < experiment.steps else 1  # a quick look is no judgement


@contextlib.contextmanager
def _one_line(experiment: Experiment, folder: Path) -> Iterator[None]:
    """Turn what can go wrong with an experiment, perhaps of one's own, into one line."""
    try:
        yield
    except TimeoutError as error:
        raise UsageError(f"{experiment.id}: {error}: add --timeout") from error
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}: name a folder with --out that can be written") from error
    except FloatingPointError as error:
        raise UsageError(f"{experiment.id}: {error}") from error
    except BrokenExecutor as error:
        raise UsageError(f"{experiment.id}: workers keep dying, for want of memory perhaps: add --jobs 1") from error
    except Exception as error:
        raise UsageError(f"{experiment.id}: {error_text(error, experiment)}") from error


def _keep(experiment: Experiment, replication: Replication, report: dict[str, Any], folder: Path) -> None:
    """Draw the figure, if there is one, and write the results down."""
    if experiment.draw is not None:
        with atomic_write(folder / "figure.svg") as draft:
            experiment.draw(replication, draft)
            if not draft.exists():
                raise ClaimError("draw() has written no figure: let it write the path that it is given")
    with atomic_write(folder / "results.json") as draft:
        text = json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        draft.write_text(text, encoding="utf-8")


def _say(table: Iterable[Text]) -> None:
    for line in table:
        show(line)


def _experiment(id: str) -> Experiment:
    chosen = select([id], slow=True)
    found = only(Experiment, chosen)
    if len(chosen) == len(found) == 1:
        return found[0]
    known = [entry.id for entry in only(Experiment, select([], slow=True))]
    raise UsageError(f"{id!r} is no experiment: choose one of {', '.join(known)}")


def _folder(out: Path, experiment: Experiment) -> Path:
    folder = out / experiment.id.replace("/", "_")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass  # fail before the work, not after it
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}: name a folder with --out that can be written") from error
    return folder


@contextlib.contextmanager
def _progress(id: str) -> Iterator[Callable[[float], None]]:
    """Show a bar with the time that remains on the error stream, if that is a terminal."""
    with progress(TaskProgressColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task(id, total=1.0)

        def update(share: float) -> None:
            check()
            bar.update(task, completed=share)

        yield update
