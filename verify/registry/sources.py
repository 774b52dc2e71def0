"""Where another process finds a claim: among the papers', or in a file of one's own whose text is sent along."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from verify.claims.claim import Claim
from verify.claims.entry import Entry
from verify.claims.variants import apart, variant
from verify.errors import UsageError
from verify.judging.statements import ClaimError
from verify.registry.declare import REGISTRY
from verify.registry.loading import LOADED, load_file, load_papers, text_of
from verify.registry.neighbours import enter

_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""Where files of another machine lie while this process runs."""

_Kept = TypeVar("_Kept", bound=Entry)


@dataclass(frozen=True)
class Source:
    """Where another process finds a claim of one's own: a file, and its text, in case the process has no such file."""

    path: str
    text: str

    @classmethod
    def of(cls, entry: Entry) -> Source | None:
        """Return the source of a claim, or None if it is one of the papers'; raises UsageError if there is no file."""
        if not entry.is_own:
            return None
        path = entry.source_file.resolve()
        try:
            return cls(str(path), LOADED[path] if path in LOADED else text_of(path))
        except OSError as error:
            raise UsageError(f"{entry.id}: its body is in no file that other processes could load") from error


def find(id: str, kind: type[_Kept], source: Source | None) -> _Kept:
    """Return an entry of a kind by its id, loading what states it unless that is done already; or a variant of one.

    Raises UsageError if it is of another kind, and ClaimError if it has no such variant.
    """
    id, changes = apart(id)
    if source is None:
        if id not in REGISTRY:
            load_papers([id])
    elif id not in REGISTRY or LOADED.get(REGISTRY[id].source_file.resolve()) != source.text:
        path = Path(source.path)
        if not path.is_file() or text_of(path) != source.text:
            _FOLDERS.append(tempfile.TemporaryDirectory(prefix="vae-verify-"))
            path = Path(_FOLDERS[-1].name) / path.name
            path.write_text(source.text, encoding="utf-8")
        for stale in [entry.id for entry in REGISTRY.values() if entry.source_file.resolve() in LOADED]:
            del REGISTRY[stale]
        load_file(path)
    entry = REGISTRY[id]
    at_home(entry)
    if not isinstance(entry, kind):
        raise UsageError(f"{id} is no {kind.__name__.lower()}")
    return varied(entry, changes) if changes else entry


def varied(entry: Entry, changes: Sequence[str]) -> Any:
    """Return a variant of an entry, the same one whenever it is asked for; raises ClaimError if it has none such."""
    if not isinstance(entry, Claim):
        raise ClaimError(f"{entry.id} has no instances, and so no variants")
    return _variant(entry, tuple(changes))


_variant = cache(variant)


def at_home(entry: Entry) -> None:
    """Let what a claim of one's own imports while it is judged be what lies beside its file."""
    if entry.is_own:
        enter(entry.source_file.resolve().parent)
