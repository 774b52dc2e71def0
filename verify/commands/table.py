"""The table of verdicts, and the progress bar while it fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.progress import MofNCompleteColumn, TimeElapsedColumn
from rich.text import Text

from verify.claims.entry import Verdict
from verify.commands.columns import tabulated
from verify.commands.terminal import progress
from verify.commands.wrapping import wrapped
from verify.registry.relations import ONE_OF_THEM
from verify.running.result import Result

_HEADINGS = ("claim", "verdict", "examples", "certain", "indist.", "bits", "seconds")

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
    with progress(MofNCompleteColumn(), TimeElapsedColumn()) as bar:
        task = bar.add_task("judging", total=total)
        for result in results:
            bar.update(task, advance=1, description=result.id)
            yield result


def told(
    results: Sequence[Result], total: int, seed: int, seconds: float, width: int | None, wrong: Sequence[str] = ()
) -> Iterator[Text]:
    """Yield the verdicts grouped by paper, then what studies measured and why verdicts are unexpected, then the sum.

    An interrupted run has fewer results than the ``total`` of the claims chosen. What verdicts speak against of what
    claims are to each other is ``wrong``.
    """
    rows = []
    for paper in dict.fromkeys(result.id.partition("/")[0] for result in results):
        rows.append([Text(paper, "bold")])
        rows += [_row(result) for result in results if result.id.partition("/")[0] == paper]
    yield Text()
    yield from tabulated(_HEADINGS, rows, width, left=2, lead=2)
    yield Text()
    for result in sorted(results, key=lambda result: bool(result.underived)):  # many may say the same, last
        if result.as_expected and result.unkept:
            yield Text(wrapped(f"{result.unkept}\n", width))
        if result.as_expected and result.verdict in _STUDIED:
            yield Text(wrapped(f"{result.id}: {result.message}\n", width))
        if not result.as_expected:
            verdict = f"✗ {result.id}: {result.verdict}, expected {result.expected}"
            why = ": the proof was not derived" if result.underived else f"\n{result.message}\n"
            text = Text(wrapped(verdict + why, width))
            text.highlight_regex(r"\A✗\s+[^\s]+(?=:)", "red")
            yield text
    if any(result.underived for result in results):
        yield Text()
    for disagreement in wrong:
        yield Text(wrapped(f"✗ {disagreement}: {ONE_OF_THEM}\n", width))
    yield Text(wrapped(summary(results, total, seed, seconds, len(wrong)), width))


def _row(result: Result) -> list[Text]:
    mark = _MARK.get(result.verdict, "✓") if result.as_expected else "✗"
    colour = _COLOURS.get(result.verdict, "default") if result.as_expected else "red"
    return [
        Text("  " + (result.id.partition("/")[2] or result.id)),
        Text(f"{mark} {result.verdict}", colour),
        Text(str(result.examples)),
        Text(str(result.certain)),
        Text(str(result.indistinguishable or "·")),
        Text(str(result.bits or "·")),
        Text(f"{result.seconds:.2f}"),
    ]


def summary(results: Sequence[Result], total: int, seed: int, seconds: float, wrong: int = 0) -> str:
    """Say in one line how many claims have which verdict, and whether all are as expected, what they are to each other
    too.
    """
    counts = Counter(str(result.verdict) for result in results)
    unexpected = sum(not result.as_expected for result in results)
    judged = f"{total} {'claim' if total == 1 else 'claims'}"
    if len(results) < total:
        judged = f"interrupted after {len(results)} of {judged}"
    parts = [", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))] if counts else []
    if wrong:
        parts.append(f"{wrong} {'relation' if wrong == 1 else 'relations'} not as declared")
    if unexpected or not wrong:
        parts.append(f"{unexpected} not as expected" if unexpected else "all as expected")
    return f"{judged}: {'; '.join(parts) if counts else 'nothing judged'} (seed {seed}, {seconds:.1f} s)"
