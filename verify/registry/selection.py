"""Choosing claims: by ids, globs of ids, and files."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from verify.claims.entry import Entry
from verify.errors import UsageError
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_file, load_papers, rank
from verify.registry.relations import faults, mentions

_Chosen = TypeVar("_Chosen", bound=Entry)


def select(targets: Iterable[str], slow: bool = False) -> list[Entry]:
    """Return the claims that ids, globs of ids, and files (``file.py`` or ``file.py::name``) name, each once.

    Without targets, all claims of the papers. Slow ones are left out unless asked for, or named in full.
    Raises UsageError for a target that names nothing.
    """
    targets = list(targets)
    files = [target for target in targets if _names_file(target)]
    if not targets or len(files) < len(targets):
        load_papers([target for target in targets if target not in files])
    in_files = {target: _in_file(target) for target in files}
    ids = sorted(REGISTRY, key=_natural_order)
    chosen: dict[str, Entry] = {}
    for target in targets or ["*"]:
        if target in files:
            matched = in_files[target]
            if "::" not in target:
                matched = [entry for entry in matched if slow or not entry.slow]
        elif target in REGISTRY:
            matched = [REGISTRY[target]]
        else:
            matched = [REGISTRY[id] for id in ids if fnmatch.fnmatchcase(id, target)]
            if not matched:
                raise UsageError(f"no claim is called {target!r}: {_nearest(target, ids)}")
            matched = [entry for entry in matched if slow or not entry.slow]
        chosen.update((entry.id, entry) for entry in matched)
    if not chosen:
        raise UsageError("every claim chosen is slow: add --slow")
    _require_related(list(chosen.values()))
    return list(chosen.values())


def _require_related(entries: list[Entry]) -> None:
    """Load the papers whose claims these name; raises UsageError if there is no such claim, or they go in a circle."""
    unknown = [id for _, _, id in mentions(entries) if id not in REGISTRY]
    if unknown:
        load_papers(unknown)
    for fault in faults(entries, REGISTRY):
        raise UsageError(fault)


def only(kind: type[_Chosen], entries: Iterable[Entry]) -> list[_Chosen]:
    """Return those of the entries that are of a kind, such as Claim or Experiment."""
    return [entry for entry in entries if isinstance(entry, kind)]


def _names_file(target: str) -> bool:
    return target.partition("::")[0].endswith(".py")


def _natural_order(id: str) -> tuple[str, int, int]:
    entry = REGISTRY[id]
    return entry.paper, rank(entry), entry.body.__code__.co_firstlineno


def _in_file(target: str) -> list[Entry]:
    path, _, name = target.partition("::")
    entries = load_file(Path(path))
    named = [entry for entry in entries if name in ("", entry.body.__name__, entry.id)]
    if not named:
        raise UsageError(f"{path}: no claim is called {name!r}: it has {', '.join(c.body.__name__ for c in entries)}")
    return named


def _nearest(target: str, ids: list[str]) -> str:
    if any(id.startswith(f"{target}/") for id in ids):
        return f"for all of a paper, write '{target}/*'"
    if any(id.startswith(f"{target}.") for id in ids):
        return f"it has parts: write '{target}.*'"
    near = difflib.get_close_matches(target, ids, n=3, cutoff=0.4)
    return f"did you mean {' or '.join(near)}?" if near else "see vae-verify claims"
