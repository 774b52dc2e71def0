"""What each paper prints, whether it is true, and on what evidence, a page for each: docs/reference/claims is this."""

from __future__ import annotations

import importlib
import inspect
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import singledispatch
from pathlib import Path

from verify.certificates.checker import Unproven
from verify.certificates.shelf import kept
from verify.claims.claim import Claim
from verify.claims.entry import PACKAGE, Entry, Relation, Verdict
from verify.errors import UsageError
from verify.registry.declare import REGISTRY
from verify.registry.relations import TRUE, related_to
from verify.replicate import Experiment
from verify.writing.docstrings import first_sentence
from verify.writing.latex import found_latex, instance_latex
from verify.writing.refutations import CONNECTIVE

_HEAD = """\
# The claims and their verdicts

Every statement of the papers that the suite judges: as printed, with its verdict, the evidence, and how it was made
finite or exact where that was needed. `vae-verify run` comes to these verdicts anew (its exit status says so), and
[soundness](../../explanation/soundness.md) says what each is worth: *proved* is a symbolic derivation, *holds* is
evidence from generated instances, *simulated* from trajectories, *measured* from training; *refuted* is a certificate,
a file that `vae-verify check` re-evaluates, and *contradicted* is what trainings or trajectories speak against, without
a certificate. The page of a paper has all that is judged of it; `make page` writes them.
"""
_ERRATA = {
    "refuted": ["## Wrong in print"],
    "at a corner": [
        "## Wrong at a corner",
        "",
        "What fails in a case at the edge of what is stated alone, which the print does not exclude. Every run looks",
        "for a failure away from it, and finds none.",
    ],
    "by a reading": [
        "## Wrong by a reading",
        "",
        "What can be read so that it is true; how it was read stands with it.",
    ],
}
"""The refuted claims, by what is wrong: heads of the lists of errata, under the names of columns of the table."""

_CODE = re.compile(r"(?::\w+:)?`+~?([^`]+)`+")


def pages(claims: Sequence[Entry], folder: Path) -> dict[str, str]:
    """Return the pages by their names, in Markdown with LaTeX; files are linked as seen from ``folder``.

    ``README.md`` counts, and lists the errata; every paper has a page of its claims. Certificates are checked on the
    way. Raises UsageError where the one of a refuted claim is missing or invalid.
    """
    papers = {paper: [c for c in claims if c.paper == paper] for paper in dict.fromkeys(c.paper for c in claims)}
    lines = {"README.md": _summary(papers)}
    lines |= {f"{paper}.md": _paper(paper, entries, folder) for paper, entries in papers.items()}
    return {name: "\n".join(found) + "\n" for name, found in lines.items()}


def _paper(paper: str, entries: list[Entry], folder: Path) -> Iterator[str]:
    yield from [f"# {paper}", "", importlib.import_module(f"{PACKAGE}.{paper}").CITATION, ""]
    yield "What it states, as printed, each with verdict and evidence; [what these mean, and all errata](README.md)."
    for claim in entries:
        yield from _entry(claim, folder)


def _summary(papers: dict[str, list[Entry]]) -> Iterator[str]:
    yield from _HEAD.splitlines()
    columns = [*TRUE, Verdict.CONTRADICTED, *_ERRATA]
    yield from ["", f"| paper | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for paper, entries in papers.items():
        count = Counter(_column(claim) for claim in entries if claim.same_as is None)
        yield f"| [{paper}]({paper}.md) | {' | '.join(str(count[column]) for column in columns)} |"
    claims = [claim for entries in papers.values() for claim in entries]
    doubles = sum(claim.same_as is not None for claim in claims)
    if doubles:
        yield from ["", f"Of the refuted, {doubles} more are wrong by the slip of another, and are counted with it."]
    for column, head in _ERRATA.items():
        yield from ["", *head, ""]
        for claim in claims:
            if _column(claim) == column and claim.same_as is None:
                twins = [
                    f"; by the same slip {_link(twin)}, {twin.label}" for twin in claims if twin.same_as == claim.id
                ]
                why = _prose(first_sentence(claim.body))[:-1]
                yield f"- {_link(claim)}, {claim.label}{_qualified(claim)}: {why}{''.join(twins)}."
    yield from ["", "## Contradicted by experiment", ""]
    for claim in claims:
        if claim.expected is Verdict.CONTRADICTED:
            found = [f" Seen: {_prose(seen)}." for seen in _seen(claim)]
            yield f"- {_link(claim)}, {claim.label}: {_prose(first_sentence(claim.body))}{''.join(found)}"


def _column(claim: Entry) -> str:
    return claim.fault if claim.expected is Verdict.REFUTED else claim.expected


def _qualified(claim: Entry) -> str:
    qualification = claim.corner or claim.reading
    return f" ({_prose(qualification)})" if qualification else ""


def _entry(claim: Entry, folder: Path) -> Iterator[str]:
    yield from ["", f"## {claim.id}", ""]
    where = os.path.relpath(claim.source_file, folder)
    mark = "✓" if claim.expected in TRUE else "✗"
    how = {"at a corner": " at a corner", "by a reading": " by a reading"}.get(_column(claim), "")
    yield f"{mark} **{claim.expected}**{how}{_qualified(claim)} · {claim.label} · [{claim.source_file.name}]({where})"
    yield from ["", "```math", claim.statement, "```"]
    for relation, ids in claim.relations.items():
        yield from ["", f"{relation.capitalize()} {', '.join(_link(REGISTRY[id], claim) for id in ids)}."]
    if claim.same_as:
        yield from ["", f"Wrong by the same slip as {_link(REGISTRY[claim.same_as], claim)}."]
    yield from _against(claim, folder)
    yield from ["", _prose(inspect.getdoc(claim.body) or "")]
    yield from _judged(claim)
    yield from _evidence(claim)
    others = related_to(claim.id, REGISTRY.values())
    for relation in (Relation.SHARPENS, Relation.IMPLIES, Relation.RESTS_ON):
        if relation in others:
            by = ", ".join(_link(other, claim) for other in others[relation])
            yield from ["", f"{relation.inverse.capitalize()} {by}."]
    for other in others.get(Relation.CORRECTS, []):
        yield from ["", f"Corrected, {_link(other, claim)}, {other.expected}:"]
        yield from ["", "```math", other.statement, "```"]


@singledispatch
def _judged(claim: Entry) -> Iterator[str]:
    """Yield of what an entry is judged, if that has names."""
    return iter(())


@_judged.register
def _(claim: Claim) -> Iterator[str]:
    domains = [f"`{name}: {domain!r}`" for name, domain in claim.signature.domains.items()]
    alike: dict[str, list[str]] = {}
    for name, (low, high) in claim.signature.bounds.items():
        end = "" if name in claim.signature.unbounded else f" to {high}"
        alike.setdefault(f"from {low}{end}", []).append(name)
    sizes = "".join(f"; {', '.join(names)} {limits}" for limits, names in alike.items())
    yield from ["", f"*For all* {', '.join(domains)}{sizes}."]


@singledispatch
def _seen(claim: Entry) -> Sequence[str]:
    """Return what an experiment saw."""
    return ()


@_seen.register
def _(experiment: Experiment) -> Sequence[str]:
    return [conclusion.seen for conclusion in experiment.stated]


@singledispatch
def _evidence(claim: Entry) -> Iterator[str]:
    """Yield what speaks for an entry beside what is stated, if there is more to say."""
    return iter(())


@_evidence.register
def _(claim: Claim) -> Iterator[str]:
    if claim.proof is not None:
        yield from ["", f"*Proof* ({claim.proof.__name__}). {_prose(inspect.getdoc(claim.proof) or '')}"]


@_evidence.register
def _(experiment: Experiment) -> Iterator[str]:
    names = ", ".join(setting.name for setting in experiment.sample)
    of = "all settings" if experiment.sample == experiment.settings else names
    yield ""
    yield f"`vae-verify run --slow` trains {experiment.reduced:,} steps of {of}, from one seed; `vae-verify replicate`"
    yield f"{experiment.steps:,} of all settings, from three:"
    yield ""
    for conclusion in experiment.stated:
        mark = "✓ met" if conclusion.expected else "✗ not met"
        alone = "" if conclusion.early else ", judged by `replicate` alone"
        yield f"- {mark}{alone}: {_prose(conclusion.text)}. Seen: {_prose(conclusion.seen)}."


@singledispatch
def _against(claim: Entry, folder: Path) -> Iterator[str]:
    """Yield the counterexample to a claim that is expected to be refuted; raises UsageError if none is kept."""
    return iter(())


@_against.register
def _(claim: Claim, folder: Path) -> Iterator[str]:
    if claim.expected is not Verdict.REFUTED:
        return
    try:
        found = kept(claim)
    except Unproven as error:
        raise UsageError(str(error)) from None
    violation = found.violation
    against = f", against the stated *{CONNECTIVE[violation.relation]}*," if violation.operands else ""
    file = f"([certificate]({os.path.relpath(claim.certificate_file, folder)}))"
    if claim.universal:
        by = f"*Refuted by* {_link(REGISTRY[claim.universal], claim)}, which is proved for all instances"
        yield from ["", f"{by}; this one {file} shows it, and is no counterexample by itself: at"]
    else:
        yield from ["", f"*Counterexample* {file}: at"]
    yield from ["", "```math", instance_latex(found.instance), "```", "", f"it is found{against} that", ""]
    yield from ["```math", r",\quad ".join(found_latex(violation)), "```"]


def _link(claim: Entry, beside: Entry | None = None) -> str:
    """Return a link to a claim from where another stands, or from the page of all papers."""
    page = "" if beside and beside.paper == claim.paper else f"{claim.paper}.md"
    return f"[{claim.id}]({page}#{_anchor(claim)})"


def _anchor(claim: Entry) -> str:
    """Return the anchor that Markdown readers give the heading of the claim."""
    return re.sub(r"[^\w-]", "", claim.id.lower())


def _prose(text: str) -> str:
    """Keep a docstring's characters from being read as markup, but for *emphasis*, ``code``, and names with a role."""
    pieces = _CODE.split(text)
    pieces[::2] = map(_plain, pieces[::2])
    pieces[1::2] = [f"`{code}`" for code in pieces[1::2]]
    return "".join(pieces)


def _plain(text: str) -> str:
    escaped = re.sub(r"(?<!\w)\*(\w+)\*(?!\w)|([\\*_<$|])", lambda m: m[0] if m[1] else rf"\{m[2]}", text)
    return escaped.replace("](", "]&#40;")
