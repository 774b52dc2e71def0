"""A run that was saved: what ``run --json`` wrote, by this version or an older one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from verify.claims.entry import Verdict
from verify.report.reading import Malformed, count, items, mapping, maybe_count, maybe_text, number, text
from verify.running.record import Run
from verify.running.result import Result

_VERDICTS = {str(verdict): verdict for verdict in Verdict if verdict is not Verdict.SURVIVED}
_DIGEST = re.compile(r"[0-9a-f]{64}")


def run_of(data: Any) -> Run:
    """Read the JSON of a run; raises Malformed. What an older version does not say is None."""
    run = mapping(data, "a run")
    if count(run, "version") != 1:
        raise Malformed(f"a run of version {run['version']}, and this reads version 1")
    if "claims" not in run:
        raise Malformed("claims is missing")
    results: dict[str, Result] = {}
    sources: dict[str, str] = {}
    for item in items(run, "claims"):
        result = _result(mapping(item, "a claim"))
        if result.id in results:
            raise Malformed(f"{result.id} stands twice")
        results[result.id] = result
        if (source := maybe_text(item, "source")) is not None:
            if not _DIGEST.fullmatch(source):
                raise Malformed(f"the source of {result.id} is no digest")
            sources[result.id] = source
    versions = mapping(run.get("versions") or {}, "versions")
    return Run(
        count(run, "seed"),
        results,
        sources,
        maybe_count(run, "max_examples"),
        _time(maybe_text(run, "created")),
        {name: text(versions, name) for name in versions},
        maybe_text(run, "command"),
        maybe_count(run, "chosen"),
    )


def _result(data: Any) -> Result:
    found = Result(
        text(data, "id"), _verdict(data, "verdict"), _verdict(data, "expected"), count(data, "examples"),
        count(data, "certain"), count(data, "indistinguishable"), maybe_count(data, "bits"), number(data, "seconds"),
        maybe_text(data, "certificate"), text(data, "message"),
    )  # fmt: skip
    judged = found.certain + found.indistinguishable
    if judged > found.examples:
        raise Malformed(f"{found.id} has more judgements than examples")
    if found.verdict in (Verdict.HOLDS, Verdict.PROVED) and not judged:
        raise Malformed(f"{found.id} is said to be {found.verdict} of no example")
    return found


def _verdict(data: Any, key: str) -> Verdict:
    if (verdict := _VERDICTS.get(text(data, key))) is None:
        raise Malformed(f"{data[key][:40]!r} is no verdict")
    return verdict


def _time(created: str | None) -> str | None:
    if created is None:
        return None
    try:
        datetime.fromisoformat(created)
    except ValueError:
        raise Malformed(f"{created[:40]!r} is no time") from None
    return created
