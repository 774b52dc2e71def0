"""What a replication says to a person: the table beside the paper's, the conclusions, and the choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from verify.commands.columns import tabulated
from verify.commands.wrapping import wrapped
from verify.replicate.experiment import WORDS, Experiment, Row

_EXPLAINED = "The paper's number, ours, and the standard deviation over the seeds."


def told(experiment: Experiment, rows: Sequence[Row], width: int | None) -> Iterator[Text]:
    """Yield the lines: of every quantity the paper's number, ours, and the spread over the seeds; then the words."""
    quantities = list(dict.fromkeys(name for row in rows for name in [*row.setting.paper, *row.seeds]))
    yield Text(wrapped(f"{experiment.id}, {experiment.label}\n", width))
    cells = [[Text(row.setting.name), *(_cell(row, name) for name in quantities)] for row in rows]
    yield from tabulated(["setting", *quantities], cells, width)
    yield Text(wrapped(f"\n{_EXPLAINED}\n", width))
    for line in _words(experiment, rows):
        text = Text(wrapped(line, width))
        text.highlight_regex(r"^✓ met", "green")
        text.highlight_regex(r"^[✗·] (not met|nothing to judge)", "yellow")
        text.highlight_regex(r"\(expected: (not )?met\)", "red")
        yield text


def _cell(row: Row, name: str) -> Text:
    printed = [Text(f"{row.setting.paper[name]:g}")] if name in row.setting.paper else []
    if name in row.seeds:
        ours = Text(f"{row.measured[name]:.3g}", "bold")
        if len(row.seeds[name]) > 1:
            ours.append(f" ± {row.spread[name]:.2g}", "not bold dim")
        printed.append(ours)
    return Text(" | ").join(printed) if printed else Text("·")


def _words(experiment: Experiment, rows: Sequence[Row]) -> Iterator[str]:
    for conclusion in experiment.stated:
        met = conclusion.judge(rows)
        mark = "✓ met" if met else f"{'·' if met is None else '✗'} {WORDS[met]}"
        other = "met" if conclusion.expected else "not met"
        surprise = f" (expected: {other})" if conclusion.surprises(rows) else ""
        yield f"{mark}{surprise}  {conclusion.text}"
    if experiment.choices:
        yield "\nChoices that the text leaves open:"
    for choice in experiment.choices:
        yield f"- {choice}"
