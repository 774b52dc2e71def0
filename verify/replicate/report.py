"""What a replication reports: the table beside the paper's, the conclusions, and the choices; as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from verify.replicate.experiment import WORDS, Experiment, Row


def json_of(experiment: Experiment, rows: Sequence[Row], seconds: float, **further: Any) -> dict[str, Any]:
    """Return the JSON contract's object, with the spread and every seed's number beside each mean."""
    return {
        "id": experiment.id,
        "rows": [
            {
                "setting": row.setting.name,
                "paper": dict(row.setting.paper),
                "measured": row.measured,
                "spread": row.spread,
                "by_seed": {name: list(values) for name, values in row.seeds.items()},
            }
            for row in rows
        ],
        "stated": [
            {"text": conclusion.text, "met": conclusion.judge(rows), "expected": conclusion.expected}
            for conclusion in experiment.stated
        ],
        "choices": list(experiment.choices),
        "seconds": round(seconds, 3),
    } | further


def as_expected(experiment: Experiment, rows: Sequence[Row]) -> bool:
    """Whether the conclusions of the paper that are met are those that are expected to be."""
    return not any(conclusion.surprises(rows) for conclusion in experiment.stated)


def show(experiment: Experiment, rows: Sequence[Row], console: Console) -> None:
    """Print the table: of every quantity the paper's number, ours, and the spread over the seeds."""
    quantities = list(dict.fromkeys(name for row in rows for name in [*row.setting.paper, *row.seeds]))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=escape(f"{experiment.id}, {experiment.label}"))
    table.add_column("setting", no_wrap=True)
    for name in quantities:
        table.add_column(escape(name), justify="right")
    for row in rows:
        table.add_row(escape(row.setting.name), *(_cell(row, name) for name in quantities))
    console.print(table)
    console.print("The paper's number, ours, and the standard deviation over the seeds.\n", highlight=False)
    for line in _words(experiment, rows):
        console.print(line, highlight=False, soft_wrap=True)


def _cell(row: Row, name: str) -> str:
    printed = [f"{row.setting.paper[name]:g}"] if name in row.setting.paper else []
    if name in row.seeds:
        ours = f"{row.measured[name]:.3g}"
        spread = f" [dim]± {row.spread[name]:.2g}[/]" if len(row.seeds[name]) > 1 else ""
        printed.append(f"[bold]{ours}[/]{spread}")
    return " | ".join(printed) or "·"


def _words(experiment: Experiment, rows: Sequence[Row]) -> Iterator[str]:
    for conclusion in experiment.stated:
        met = conclusion.judge(rows)
        mark = "[green]✓ met[/]" if met else f"[yellow]{'·' if met is None else '✗'} {WORDS[met]}[/]"
        other = "met" if conclusion.expected else "not met"
        surprise = f" [red](expected: {other})[/]" if conclusion.surprises(rows) else ""
        yield f"{mark}{surprise}  {escape(conclusion.text)}"
    if experiment.choices:
        yield "\nChoices that the text leaves open:"
    for choice in experiment.choices:
        yield f"- {escape(choice)}"
