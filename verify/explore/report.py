"""What an exploration says: to a person, and as JSON. *Needed* has a certificate; whatever survived is evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reference.arithmetic import OutsideDomain
from verify.claims.entry import Verdict
from verify.explore.bisection import Sharpening
from verify.explore.exploration import Exploration, Line, Need
from verify.explore.hunting import Answer
from verify.hunt.report import as_expected, counted, json_of
from verify.judging.judge import CEILING, MEND
from verify.writing.mathematics import mathematics
from verify.writing.refutations import AT, check_command, truth_lines

_INDENT = " " * 25
_REFUSED = re.compile(rf"the claim raises {OutsideDomain.__name__} at [^:]*:\d+: (\w+: [^:]*?)(:|{AT})")
"""What a function refuses, without how to mend a body that is not at fault."""


def passed(known: Exploration) -> bool:
    """Whether the claim itself ends as expected; that it has no value without a premise is no fault of it."""
    return known.base is not None and as_expected(known.base.hunt)


def text_of(known: Exploration, seed: int) -> str:
    """Say what was found of the claim, a line for each premise, and of its constants."""
    return "\n".join(_lines(known, seed))


def _lines(known: Exploration, seed: int) -> Iterator[str]:
    claim, base = known.claim, known.base
    if base is None:
        yield f"{claim.id} ({claim.label}): nothing was found before the interruption"
        return
    said = "is in error" if _failed(base) else _ended(base)
    yield f"{claim.id} ({claim.label}) {said}: {_effort(base)}, seed {seed}"
    yield f"  states   {mathematics(claim.statement)}"
    if base.verdict is Verdict.REFUTED:
        yield f"  at       {_least(base)}   {base.path or 'which cannot be written:'}"
        yield from _unwritten(base, " " * 11)
    if base.verdict is not Verdict.SURVIVED:
        yield "  so of no premise it can be said that it matters"
    yield from (f"  error    {error}" for error in json_of(base.hunt, None)["errors"][:1] if _failed(base))
    if known.lines:
        yield ""
    for line in known.lines:
        yield from _told(line)
    if known.finished and base.verdict is Verdict.SURVIVED and not (known.lines or known.constants):
        yield "\n  there is nothing to explore: no premise, no constant, and no domain that has a wider one"
    for constant in known.constants:
        yield ""
        yield from _bounds(constant)
    if not known.finished:
        yield "\n  interrupted: what comes after this was not looked at"
    certified = [line.answer for line in known.lines if line.need is Need.NEEDED]
    for answer in [*([base] if base.path else []), *certified][:1]:
        if answer.path is not None:
            yield f"\n  check a certificate again:\n  {check_command(claim, answer.path)}"


def _ended(answer: Answer) -> str:
    return "survived" if answer.verdict is Verdict.SURVIVED else f"is {answer.verdict}"


def _failed(answer: Answer) -> bool:
    return answer.verdict is Verdict.ERROR


def _unwritten(answer: Answer, indent: str) -> Iterator[str]:
    """Show a counterexample that is in no file."""
    if answer.path is None and answer.found is not None:
        yield from (f"{indent}{text}" for text in answer.found.instance.show().splitlines())


def _effort(answer: Answer) -> str:
    return f"{counted(answer.hunt.total.instances)}, {answer.hunt.seconds:.1f} s"


def _least(answer: Answer) -> str:
    """Say in which dimensions a counterexample was found; ≤ where it was not looked whether a smaller one will do."""
    return ", ".join(f"{name} {'=' if answer.is_least(name) else '≤'} {size}" for name, size in answer.sizes.items())


def _told(line: Line) -> Iterator[str]:
    answer = line.answer
    head = f"  {line.need:<{len(_INDENT) - 2}}{line.premise}"
    match line.need:
        case Need.NEEDED:
            least = _least(answer)
            yield head + (f"; least found: {least}" if least else "")
            if answer.found is not None:
                yield from (f"{_INDENT}{text}" for text in answer.found.instance.show().splitlines())
                yield from (f"{_INDENT}{text}" for text in truth_lines(answer.found.violation))
            yield f"{_INDENT}{answer.path or 'its certificate cannot be written'}"
        case Need.UNSEEN:
            yield f"{head}\n{_INDENT}{_ended(answer)}: {_effort(answer)}"
        case Need.VALUE | Need.ERROR:
            reason, at, place = _reason(answer).partition(AT)
            yield f"{head}\n{_INDENT}{reason}" + (f"\n{_INDENT}{at.strip(', ')} {place}" if at else "")


def _reason(answer: Answer) -> str:
    errors: list[str] = json_of(answer.hunt, None)["errors"]
    if not errors:
        return "nothing could be judged"
    cause, mend, at = errors[0].partition(f": {MEND}")
    if mend:
        return cause.rpartition(f"{CEILING} bits: ")[2] + at
    refused = _REFUSED.match(errors[0])
    return f"{refused[1]}{AT}{errors[0].partition(AT)[2]}" if refused else errors[0]


def _bounds(constant: Sharpening) -> Iterator[str]:
    name = constant.name
    for bracket in constant.brackets:
        survived, refuted = constant.answers[bracket.survived], constant.answers[bracket.refuted]
        side = "above" if bracket.refuted > bracket.survived else "below"
        head = f"  {name + ' from ' + side:<{len(_INDENT) - 2}}{name} = {bracket.refuted} is refuted"
        yield f"{head}   {refuted.path or 'at'}"
        yield from _unwritten(refuted, _INDENT)
        yield f"{_INDENT}{name} = {bracket.survived} survived: {_effort(survived)}"
    if not constant.brackets:
        tried = ", ".join(f"{value} {answer.verdict}" for value, answer in constant.hunted.items())
        yield f"  {name:<{len(_INDENT) - 2}}no two verdicts: {tried}"


def json_report(target: str, known: Exploration, seed: int, seconds: float) -> dict[str, Any]:
    """Return what was found in the form of the JSON contract."""
    base = known.base
    return {
        "target": target,
        "claim": known.claim.id,
        "verdict": None if base is None else base.verdict,
        "certificate": None if base is None else _file(base),
        "errors": [] if base is None else _errors(base),
        "premises": [{"premise": line.premise, "verdict": line.need} | _json(line.answer) for line in known.lines],
        "constants": [_constant(constant) for constant in known.constants],
        "seconds": round(seconds, 3),
        "seed": seed,
        "finished": known.finished,
    }


def _file(answer: Answer) -> str | None:
    return None if answer.path is None else str(answer.path)


def _json(answer: Answer) -> dict[str, Any]:
    return {
        "variant": answer.claim.id,
        "instances": answer.hunt.total.instances,
        "certificate": _file(answer),
        "dimensions": dict(answer.sizes),
        "least": [name for name in answer.sizes if answer.is_least(name)],
        "errors": _errors(answer),
    }


def _errors(answer: Answer) -> list[str]:
    return json_of(answer.hunt, None)["errors"]  # type: ignore[no-any-return]


def _constant(constant: Sharpening) -> dict[str, Any]:
    return {
        "constant": constant.name,
        "brackets": [
            {
                "survived": str(bracket.survived),
                "instances": constant.answers[bracket.survived].hunt.total.instances,
                "refuted": str(bracket.refuted),
                "certificate": _file(constant.answers[bracket.refuted]),
            }
            for bracket in constant.brackets
        ],
        "tried": {str(value): answer.verdict for value, answer in constant.hunted.items()},
    }
