"""The folder of a report: the page, the same as text, the certificates, and the manifest of them all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from verify.errors import UsageError
from verify.files import atomic_write, read_at_most
from verify.report.manifest import manifest
from verify.report.page import page
from verify.report.report import Report
from verify.report.text import text

_WRITTEN = ("index.html", "claims.md", "manifest.json")
_MOST_BYTES = 1 << 26


def require_folder(folder: Path, judged_here: bool) -> None:
    """Make a folder; raises UsageError if that fails, or a file of no report would be written over: before the work."""
    names = [*_WRITTEN, "run.json"] if judged_here else _WRITTEN
    try:
        other = next((name for name in names if os.path.lexists(folder / name)), None)
        if other is not None and not _is_of_a_report(folder):
            raise UsageError(f"{folder}: its {other} is of no report, and stays: name a folder that is new, or empty")
        if (folder / "certificates").is_symlink():
            raise UsageError(f"{folder}: its certificates is a link, and may lead anywhere: name a folder without")
        (folder / "certificates").mkdir(parents=True, exist_ok=True)
        for place in (folder, folder / "certificates"):
            with tempfile.TemporaryFile(dir=place):
                pass
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}: name a folder that can be written") from error


def _is_of_a_report(folder: Path) -> bool:
    try:
        told = json.loads(read_at_most(folder / "manifest.json", _MOST_BYTES))
        return {"version", "written", "run", "claims"} <= set(told)
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def write(report: Report, folder: Path, judged_here: bool) -> None:
    """Write the files of a report, each whole; the run too, where it was not read from a file. Raises UsageError."""
    files = {"index.html": _bytes(page(report)), "claims.md": _bytes(text(report))}
    if judged_here:
        files["run.json"] = _bytes(json.dumps(report.run.json(), indent=2, ensure_ascii=False) + "\n")
    refutations = [card.refutation for card in report.summary.cards if card.refutation is not None]
    files |= {refutation.name: refutation.content for refutation in refutations}
    told = json.dumps(manifest(report, files), indent=2, ensure_ascii=False) + "\n"
    try:
        for name, content in {"manifest.json": _bytes(told), **files}.items():  # it says whose folder this is
            with atomic_write(folder / name) as draft:
                draft.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}: name a folder that can be written") from error


def _bytes(content: str) -> bytes:
    return content.encode("utf-8", "backslashreplace")
