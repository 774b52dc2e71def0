"""The report as text, for programs and agents: what the page says, in Markdown with LaTeX."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

from verify.claims.claim import Claim
from verify.report.cards import Card
from verify.report.refutation import Refutation
from verify.report.report import Report
from verify.report.summary import Paper
from verify.writing.latex import found_latex, instance_latex


def text(report: Report) -> str:
    """Return ``claims.md``."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from [f"# {report.title}", "", report.lead, ""]
    for note in report.notes:
        yield from [f"> {_plain(note)}", ""]
    for name, value, _ in report.facts:
        yield f"- {name}: {_plain(value)}"
    columns = report.summary.columns
    yield from ["", f"| paper | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for paper in report.summary.papers:
        yield f"| {_plain(paper.name)} | {' | '.join(str(paper.counts[column]) for column in columns)} |"
    if report.summary.doubles:
        yield from ["", f"{len(report.summary.doubles)} more are wrong by the slip of another, and counted with it."]
    for _, title, _, found in report.errata:
        yield from ["", f"## {title}", ""]
        for card in found:
            yield f"- `{card.id}`, {_plain(card.claim.label)}: {_plain(card.first)}"
    for paper in report.summary.papers:
        yield from _paper(paper)


def _paper(paper: Paper) -> Iterator[str]:
    yield from ["", f"## {_plain(paper.name)}"]
    if paper.citation:
        yield from ["", _plain(paper.citation)]
    for card in paper.cards:
        yield from _card(card)


def _card(card: Card) -> Iterator[str]:
    claim, result = card.claim, card.result
    yield from ["", f"### {_plain(card.id)}", ""]
    qualified = f" ({_plain(claim.corner or claim.reading or '')})" if card.column != card.verdict else ""
    how = "" if card.column == card.verdict else f" {card.column}"
    expected = "" if card.as_expected else f"; expected: {claim.expected}"
    yield f"**{card.verdict}**{how}{qualified}{expected} · {_plain(claim.label)} · {claim.kind} · `{card.file}`"
    for note in card.notes:
        yield from ["", f"> {_plain(note)}"]
    yield from ["", *_fenced("math", claim.statement)]
    yield from _prose(claim.body)
    if card.refutation is not None:
        yield from _refutation(card.refutation)
    if isinstance(claim, Claim) and claim.proof is not None:
        yield from ["", "Proof:", *_prose(claim.proof)]
    same = [("by the slip of", [claim.same_as])] if claim.same_as else []
    for words, ids in [*card.related, *same]:
        yield from ["", f"{words.capitalize()} {', '.join(f'`{id}`' for id in ids)}."]
    if result is not None:
        bits = "" if result.bits is None else f", {result.bits} bits"
        counted = f"{result.certain} certain, {result.indistinguishable} indistinguishable{bits}"
        examples = "example" if result.examples == 1 else "examples"
        yield from ["", f"{result.examples} {examples}: {counted}; {result.seconds:.2f} s."]
    if card.message:
        yield from ["", _plain(card.message)]
    for hunt in card.hunts:
        yield from ["", _plain(hunt.sentence)]
    yield from ["", *_fenced("console", f"$ {card.command}")]


def _refutation(refutation: Refutation) -> Iterator[str]:
    claim, found = refutation.found.claim, refutation.found
    by = f"Refuted by `{claim.universal}`; one instance of it" if claim.universal else "Counterexample"
    yield from ["", f"{by} ([certificate]({refutation.name})), checked again in {refutation.precision}: at", ""]
    yield from _fenced("math", instance_latex(found.instance))
    against = f", against the stated {refutation.connective}," if refutation.connective else ""
    yield from ["", f"it is found{against} that", ""]
    yield from _fenced("math", r",\quad ".join(found_latex(found.violation)))
    if refutation.example is not None:
        yield from ["", *_fenced("python", refutation.example)]


def _prose(thing: Callable[..., object]) -> Iterator[str]:
    document = inspect.getdoc(thing)
    if document:
        yield from ["", _plain(document)]


def _plain(text: str) -> str:
    """Keep the characters of a text from being read as markup, but for *emphasis* and ``code``."""
    marked = re.sub(r"``[^`\n]+``|(?<!\w)\*\w+\*(?!\w)|[\\`*_<$|\[\]#>]", lambda m: _kept(m[0]), text)
    return marked.strip()


def _kept(text: str) -> str:
    return text if len(text) > 1 else f"\\{text}"


def _fenced(language: str, text: str) -> Iterator[str]:
    """Yield a block of text, between fences that are longer than any within it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    yield from [f"{fence}{language}", text, fence]
