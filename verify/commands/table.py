"""The table of verdicts, and the progress bar while it fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from verify.claims.entry import Verdict
from verify.commands.console import WIDTH
from verify.running.result import Result

_COLOURS = {
    Verdict.PROVED: "green",
    Verdict.HOLDS: "green",
    Verdict.SIMULATED: "green",
    Verdict.MEASURED: "green",
    Verdict.REFUTED: "magenta",
    Verdict.CONTRADICTED: "dark_orange",
    Verdict.UNDECIDED: "yellow",
    Verdict.ERROR: "red",
}


_MARK = {Verdict.CONTRADICTED: "≠"}
"""Beside a verdict that is as expected."""

_STUDIED = (Verdict.SIMULATED, Verdict.MEASURED, Verdict.CONTRADICTED)
"""Whose message says what was seen."""


def with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Pass the results on behind a progress bar on the error stream, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("judging", total=total)
        for result in results:
            progress.update(task, advance=1, description=result.id.ljust(40)[:40])
            yield result


def print_results(results: Sequence[Result], total: int, seed: int, seconds: float, console: Console) -> None:
    """Print the verdicts grouped by paper, then what studies measured and why verdicts are unexpected, then the sum.

    An interrupted run has fewer results than the ``total`` of the claims chosen.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=console.width < WIDTH)
    table.add_column("claim", overflow="fold")  # where there is no room, an id runs over two lines: nothing is left out
    for heading in ("verdict", "examples", "certain", "indist.", "bits", "seconds"):
        left = heading == "verdict"
        table.add_column(heading, justify="left" if left else "right", no_wrap=True, min_width=11 if left else 5)
    for paper in dict.fromkeys(result.id.partition("/")[0] for result in results):
        table.add_row(f"[bold]{escape(paper)}[/]")
        for result in results:
            if result.id.partition("/")[0] == paper:
                table.add_row(*_row(result))
    console.print(table)
    for result in results:
        if result.as_expected and result.unkept:
            console.print(f"{escape(result.unkept)}\n", highlight=False, soft_wrap=True)
        if result.as_expected and result.verdict in _STUDIED:
            console.print(f"{escape(result.id)}: {escape(result.message)}\n", highlight=False, soft_wrap=True)
        if not result.as_expected:
            verdict = f"[red]✗ {escape(result.id)}[/]: {result.verdict}, expected {result.expected}"
            console.print(f"{verdict}\n{escape(result.message)}\n", highlight=False, soft_wrap=True)
    console.print(summary(results, total, seed, seconds), highlight=False)


def _row(result: Result) -> list[str]:
    mark = _MARK.get(result.verdict, "✓") if result.as_expected else "✗"
    colour = _COLOURS.get(result.verdict, "default") if result.as_expected else "red"
    return [
        "  " + escape(result.id.partition("/")[2] or result.id),
        f"[{colour}]{mark} {result.verdict}[/]",
        str(result.examples),
        str(result.certain),
        str(result.indistinguishable or "·"),
        str(result.bits or "·"),
        f"{result.seconds:.2f}",
    ]


def summary(results: Sequence[Result], total: int, seed: int, seconds: float) -> str:
    """Say in one line how many claims have which verdict, and whether all are as expected."""
    counts = Counter(str(result.verdict) for result in results)
    unexpected = sum(not result.as_expected for result in results)
    judged = f"{total} {'claim' if total == 1 else 'claims'}"
    if len(results) < total:
        judged = f"interrupted after {len(results)} of {judged}"
    parts = [", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))] if counts else []
    parts.append(f"{unexpected} not as expected" if unexpected else "all as expected")
    return f"{judged}: {'; '.join(parts) if counts else 'nothing judged'} (seed {seed}, {seconds:.1f} s)"
