"""What a hunt says: to a person, as JSON, and as a paragraph for a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

from verify.certificates.checker import check
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.hunt.examiner import Nearest
from verify.hunt.search import Hunt
from verify.judging.judge import CEILING, Outcome
from verify.workers.limits import GivenUp, time_limit
from verify.writing.latex import found_latex, gap_latex, instance_latex
from verify.writing.mathematics import mathematics
from verify.writing.refutations import refutation_text, truth_lines

_SHOWN_ERRORS = 3

_PATIENCE = 2.0
"""Seconds to judge a near miss exactly."""


def verdict(hunt: Hunt) -> Verdict:
    """Return refuted, survived, or error where the claim has no value somewhere, or was decided exactly nowhere."""
    if hunt.total.certificate is not None:
        return Verdict.REFUTED
    return Verdict.ERROR if hunt.total.errors or not hunt.total.decided else Verdict.SURVIVED


def as_expected(hunt: Hunt) -> bool:
    """Whether a claim that is expected to be refuted was, and any other survived."""
    return verdict(hunt) is (Verdict.REFUTED if hunt.claim.expected is Verdict.REFUTED else Verdict.SURVIVED)


def json_of(hunt: Hunt, path: Path | None) -> dict[str, Any]:
    """Return the result in the form of the JSON contract."""
    nearest = hunt.total.nearest
    return {
        "target": hunt.claim.id,
        "verdict": verdict(hunt),
        "instances": hunt.total.instances,
        "seconds": round(hunt.seconds, 3),
        "strategy": hunt.total.strategy or ", ".join(hunt.strategies),
        "certificate": None if path is None else str(path),
        "expected": str(hunt.claim.expected),
        "seed": hunt.seed,
        "alarms": hunt.total.alarms,
        "undecided": hunt.total.undecided,
        "nearest": None if nearest is None else vars(nearest),
        "errors": _errors(hunt)[:_SHOWN_ERRORS],
    }


def text_of(hunt: Hunt, path: Path | None) -> str:
    """Say what was found, or how near the hunt came and what it did not cover."""
    total = hunt.total
    effort = f"{total.instances:,} instances, {hunt.seconds:.1f} s, seed {hunt.seed}"
    if total.certificate is not None and path is not None:
        return f"{refutation_text(rechecked(hunt, total.certificate), path)}\n  found by {total.strategy}: {effort}"
    return "\n".join(_survival(hunt, effort))


def rechecked(hunt: Hunt, content: Mapping[str, Any]) -> Counterexample:
    """Judge a certificate anew, by the checker alone: the search is not trusted."""
    return check(content, {hunt.claim.id: hunt.claim})


def _survival(hunt: Hunt, effort: str) -> Iterator[str]:
    total, claim = hunt.total, hunt.claim
    yield f"{claim.id} ({claim.label}) {'survived' if verdict(hunt) is Verdict.SURVIVED else 'is in error'}: {effort}"
    yield f"  states   {mathematics(claim.statement)}"
    errors = _errors(hunt)
    for error in errors[:_SHOWN_ERRORS]:
        yield f"  error    {error}"
    if len(errors) > _SHOWN_ERRORS:
        yield f"           and {len(errors) - _SHOWN_ERRORS} more"
    ranges = list(claim.signature.bounds.values())
    every = prod(high - low + 1 for low, high in ranges)
    within = sum(all(size <= high for size, (_, high) in zip(p, ranges, strict=True)) for p in total.patterns)
    more = len(total.patterns) - within
    further = f", and {more} larger one{'s' * (more > 1)}" if more else ""
    covered = f"{within} of {every} patterns of dimensions{further}"
    if hunt.strategies:
        yield f"  covered  {covered}; by {', '.join(hunt.strategies)}"
    if total.nearest is not None:
        yield from _near_miss(claim, total.nearest)
    if total.alarms:
        yield f"  alarms   {total.alarms} instances were false in floats, and true exactly"
    if total.undecided:
        yield f"  open     {total.undecided} instances are undecided even at {CEILING} bits: they count for nothing"
    if not total.batched and not total.errors:
        yield "  slowly   the body takes one instance at a time, so few were judged"
    largest = map(max, zip(*total.patterns, (high for _, high in ranges), strict=True))
    bounds = ", ".join(f"{name} > {size}" for name, size in zip(claim.signature.bounds, largest, strict=True))
    yield f"  beyond   {bounds + '; ' if bounds else ''}entries beyond 2^±20, and all that no sample met"


def _errors(hunt: Hunt) -> list[str]:
    """Return what is wrong with the claim, or why there is nothing to say of it."""
    total = hunt.total
    if total.errors or total.decided or total.certificate is not None:
        return total.errors
    if not total.looked:
        return ["the hunt was interrupted, or its time was over, before anything was looked at"]
    if total.undecided:
        return [f"nothing could be decided: the sides are known too loosely at {CEILING} bits"]
    return ["no instance satisfies the premises: construct them instead of assuming them"]


def _near_miss(claim: Claim, nearest: Nearest) -> Iterator[str]:
    instance = claim.signature.decode(nearest.inputs, nearest.sizes)
    sizes = [f"{name} = {size}" for name, size in nearest.sizes.items()]
    yield f"  nearest  {', '.join([f'margin {nearest.margin:.3g}', *sizes])}"
    yield from (f"           {line}" for line in instance.show().splitlines())
    try:
        with time_limit(_PATIENCE):
            judgement = claim.judge(instance)
    except (GivenUp, Exception):  # what floats have a value for may have none exactly
        return
    ground = judgement.ground
    if ground is None:
        return
    if judgement.outcome is Outcome.INDISTINGUISHABLE:
        yield f"           its sides agree to {judgement.bits} bits there"
        return
    yield from (f"           {line}" for line in truth_lines(ground))
    if ground.relation in ("≤", "⪰") and ground.sides[0] == ground.sides[1]:
        yield "           so it is sharp there"


def paragraph(found: Counterexample) -> str:
    """Return the counterexample as a paragraph in LaTeX: the instance, both sides, and the gap."""
    comparisons = r",\quad ".join(found_latex(found.violation))
    lines = [
        r"\paragraph{Counterexample.} The statement",
        rf"\[ {found.claim.statement} \]",
        r"is false. At",
        rf"\[ {instance_latex(found.instance)} \]",
        r"it is found that",
        rf"\[ {comparisons}. \]",
    ]
    gap = gap_latex(found.violation)
    return "\n".join([*lines, gap] if gap else lines) + "\n"


def overall_verdict(hunts: Sequence[Hunt]) -> Verdict:
    """Return the verdict of several hunts together."""
    verdicts = [verdict(hunt) for hunt in hunts]
    return next((v for v in (Verdict.ERROR, Verdict.REFUTED) if v in verdicts), Verdict.SURVIVED)
