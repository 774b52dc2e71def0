"""The manifest: every claim with its address, verdict and files, and every file with its digest, as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from verify.report.cards import Card
from verify.report.report import Report


def manifest(report: Report, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the manifest of a report and of the files beside it."""
    run = report.run
    return {
        "version": 1,
        "written": report.written,
        "run": {
            "seed": run.seed,
            "max_examples": run.max_examples,
            "created": run.created,
            "command": run.command,
            "versions": dict(run.versions),
        },
        "counts": {column: report.summary.counts[column] for column in report.summary.columns},
        "files": [
            {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        ],
        "claims": [_claim(card) for card in report.summary.cards],
    }


def _claim(card: Card) -> dict[str, Any]:
    claim, refutation = card.claim, card.refutation
    return {
        "id": card.id,
        "address": f"index.html#{card.id}",
        "label": claim.label,
        "kind": str(claim.kind),
        "statement": claim.statement,
        "verdict": card.verdict,
        "counted": card.column,
        "expected": str(claim.expected),
        "corrects": claim.corrects,
        "corrected_by": card.corrected_by,
        "sharpens": claim.sharpens,
        "implies": claim.implies,
        "rests_on": claim.rests_on,
        "same_as": claim.same_as,
        "source": {"file": card.file, "digest": card.digest},
        "certificate": refutation and {"path": refutation.name, "sha256": refutation.digest},
    }
