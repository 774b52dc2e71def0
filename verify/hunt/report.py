"""What a hunt says: to a person, as JSON, and as a paragraph for a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

from vae_verify.extras import wanted
from verify.certificates.checker import Unproven, check
from verify.claims.attack import unjudged
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.errors import UsageError
from verify.hunt.examiner import Findings
from verify.hunt.kinds import KINDS, TRIVIAL
from verify.hunt.state import Hunt
from verify.judging.judge import CEILING, OPEN
from verify.writing.latex import found_latex, gap_latex, instance_latex
from verify.writing.mathematics import mathematics
from verify.writing.refutations import refutation_text

_SHOWN_ERRORS = 3


def verdict(hunt: Hunt) -> Verdict:
    """Return refuted; error: the claim has no value somewhere, or nothing was judged of it exactly; undecided, as a run
    is of whose examples one stays open; or survived.
    """
    if hunt.total.certificate is not None:
        return Verdict.REFUTED
    judged = hunt.total.decided and not unjudged(hunt.total.met, hunt.total.implied, hunt.claim.stated_at)
    if hunt.total.errors or not judged:
        return Verdict.ERROR
    return Verdict.UNDECIDED if hunt.total.unknown else Verdict.SURVIVED


def require_judged(hunt: Hunt) -> None:
    """Raise UsageError if a claim was not judged for want of a package that an extra brings."""
    for error in hunt.total.errors:
        if verdict(hunt) is Verdict.ERROR and wanted(error):
            raise UsageError(f"{hunt.claim.id} was not judged: {error}")


def as_expected(hunt: Hunt) -> bool:
    """Whether a claim that is expected to be refuted was, and any other survived; or stayed open, as is expected."""
    found, expected = verdict(hunt), hunt.claim.expected
    if found is Verdict.UNDECIDED:
        return expected is Verdict.UNDECIDED
    return found is (Verdict.REFUTED if expected is Verdict.REFUTED else Verdict.SURVIVED)


def json_of(hunt: Hunt, path: Path | None) -> dict[str, Any]:
    """Return the result in the form of the JSON contract."""
    total = hunt.total
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
        "nearest": _nearest(hunt),
        "errors": _errors(hunt)[:_SHOWN_ERRORS],
        "kinds": {name: total.kinds[name] for name in KINDS if total.kinds.get(name)},
        "found_after": None if hunt.found_after is None else round(hunt.found_after, 3),
        "trivial": verdict(hunt) is Verdict.SURVIVED and not total.confirmed,
        "sizes": {str(size): count for size, count in sorted(total.sizes.items()) if count},
        "course": [vars(point) | {"seconds": round(point.seconds, 3)} for point in hunt.course],
    }


def _nearest(hunt: Hunt) -> dict[str, Any] | None:
    nearest = hunt.total.nearest
    return hunt.miss.data if hunt.miss is not None else None if nearest is None else vars(nearest)


def counted(instances: int) -> str:
    """Say how many instances."""
    return "1 instance" if instances == 1 else f"{instances:,} instances"


def text_of(hunt: Hunt, path: Path | None) -> str:
    """Say what was found, or how near the hunt came and what it did not cover."""
    total = hunt.total
    searching = hunt.seconds if hunt.found_after is None else hunt.found_after
    effort = f"{counted(total.instances)}, {searching:.1f} s, seed {hunt.seed}"
    effort += ", interrupted" * hunt.interrupted
    if total.certificate is not None:
        found = refutation_text(rechecked(hunt, total.certificate), path)
        small = f"; made small in {hunt.seconds - searching:.1f} s" if hunt.found_after is not None else ""
        return f"{found}\n  found by {total.strategy}: {effort}{small}"
    return "\n".join(_survival(hunt, effort))


def rechecked(hunt: Hunt, content: Mapping[str, Any]) -> Counterexample:
    """Judge a certificate anew, by the checker alone: the search is not trusted."""
    return check(content, {hunt.claim.id: hunt.claim})


def certified(hunt: Hunt) -> Counterexample | None:
    """Return what was found, taken from its certificate alone; one that fails is an error of the hunt."""
    if hunt.total.certificate is None:
        return None
    try:
        return rechecked(hunt, hunt.total.certificate)
    except Unproven as error:
        hunt.total.certificate = None
        hunt.total.errors.append(f"a refutation was found, but its certificate fails: {error}")
        return None


def _survival(hunt: Hunt, effort: str) -> Iterator[str]:
    total, claim = hunt.total, hunt.claim
    yield f"{claim.id} ({claim.label}) {_how_it_ended(hunt)}: {effort}"
    yield f"  states   {mathematics(claim.statement)}"
    errors = _errors(hunt)
    for error in errors[:_SHOWN_ERRORS]:
        yield f"  error    {error}"
    if len(errors) > _SHOWN_ERRORS:
        yield f"           and {len(errors) - _SHOWN_ERRORS} more"
    ranges = list(claim.signature.bounds.values())
    every = prod(high - low + 1 for low, high in ranges)
    within = sum(all(size <= high for size, (_, high) in zip(p, ranges, strict=True)) for p in total.patterns)
    beyond = len(total.patterns) - within
    further = f", and {beyond} larger one{'s' * (beyond > 1)}" if beyond else ""
    covered = f"{within} of {every} patterns of dimensions{further}"
    if hunt.strategies:
        yield f"  covered  {covered}; by {', '.join(hunt.strategies)}"
    yield from _counts(total)
    if hunt.miss is not None:
        yield from (f"  {'' if k else 'nearest':9}{line}" for k, line in enumerate(hunt.miss.lines))
    if total.alarms:
        yield f"  alarms   {counted(total.alarms)} false in floats alone"
    if total.undecided:
        yield f"  open     {counted(total.undecided)} undecided even at {CEILING} bits: no evidence of anything"
    if not total.batched and not total.errors:
        yield "  slowly   the body takes one instance at a time, so few were judged"
    largest = map(max, zip(*total.patterns, (high for _, high in ranges), strict=True))
    bounds = ", ".join(f"{name} > {size}" for name, size in zip(claim.signature.bounds, largest, strict=True))
    yield f"  beyond   {bounds + '; ' if bounds else ''}entries beyond 2^±20, and all that no sample met"


def _how_it_ended(hunt: Hunt) -> str:
    if verdict(hunt) is Verdict.ERROR:
        return "is in error"
    if verdict(hunt) is Verdict.UNDECIDED:
        return "is undecided"
    if hunt.total.confirmed:
        return "survived"
    return f"was judged {'at trivial instances only' if any(map(hunt.total.kinds.get, TRIVIAL)) else 'by floats alone'}"


def _counts(total: Findings) -> Iterator[str]:
    """Say how many instances there are of each kind, and of each size."""
    kinds = {name: total.kinds[name] for name in reversed(KINDS) if total.kinds.get(name)}
    if kinds and total.decided and not total.confirmed:
        *others, last = [name for name in kinds if name in TRIVIAL] or [""]
        which = f"{', '.join(others)} or {last}" if others else last
        if not which:
            yield "  trivial  none was decided exactly: all by floats alone"
        elif total.nontrivial:
            yield f"  trivial  only {which} instances were decided exactly; the others by floats alone"
        else:
            how = "met the premises" if total.instances < total.looked and not total.undecided else "were judged"
            yield f"  trivial  only {which} instances {how}"
    if kinds:
        telling, trivial = (
            ", ".join(f"{count:,} {name}" for name, count in kinds.items() if (name in TRIVIAL) is which)
            for which in (False, True)
        )
        told = "; ".join(filter(None, [telling, trivial and f"trivial: {trivial}"]))
        yield f"  kinds    of {sum(kinds.values()):,}: {told}"
    if max(total.sizes, default=0) > 1:
        counted = ", ".join(f"{count:,} of {size}" for size, count in sorted(total.sizes.items()) if count)
        yield f"  sizes    by the largest dimension: {counted}"


def _errors(hunt: Hunt) -> list[str]:
    """Return what is wrong with the claim, or why there is nothing to say of it."""
    total = hunt.total
    if total.decided and (lack := unjudged(total.met, total.implied, hunt.claim.stated_at)):
        return [*total.errors, lack]
    if total.errors or total.decided or total.certificate is not None:
        return total.errors
    if not total.looked:
        return ["the hunt was interrupted, or its time was over, before anything was looked at"]
    if total.undecided:
        return [f"nothing could be decided: at {CEILING} bits {OPEN}"]
    return ["no instance satisfies the premises: construct them instead of assuming them"]


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
    worst = (Verdict.ERROR, Verdict.REFUTED, Verdict.UNDECIDED)
    return next((v for v in worst if v in verdicts), Verdict.SURVIVED)
