"""A run as a file: what it judged, with which versions, when, and of which source; written by ``run --json``."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import vae_verify
from verify.claims.entry import Entry
from verify.running.result import Result

_COMPUTING = ("python-flint", "numpy", "hypothesis", "sympy", "torch")
"""The packages on which a verdict may depend."""


@dataclass(frozen=True)
class Run:
    """What a run judged, in the order in which it lists it, and what is to be known of it. Older files say less."""

    seed: int
    results: Mapping[str, Result]
    sources: Mapping[str, str] = field(default_factory=dict)
    """The digest of each claim's source."""

    max_examples: int | None = None
    created: str | None = None
    """When it began, in UTC, as ISO 8601 writes it."""

    versions: Mapping[str, str] = field(default_factory=dict)
    command: str | None = None
    chosen: int | None = None
    """Of how many claims: more than there are results where it was interrupted."""

    @property
    def interrupted(self) -> bool:
        """Whether it was interrupted before all that was chosen was judged."""
        return self.chosen is not None and len(self.results) < self.chosen

    def json(self) -> dict[str, Any]:
        """Return the run in the form of the JSON contract."""
        return {
            "version": 1,
            "seed": self.seed,
            "max_examples": self.max_examples,
            "created": self.created,
            "versions": dict(self.versions),
            "command": self.command,
            "chosen": self.chosen,
            "claims": [result.json() | {"source": self.sources.get(id)} for id, result in self.results.items()],
        }


def recorded(
    claims: Iterable[Entry], results: Mapping[str, Result], seed: int, max_examples: int, created: str, command: str
) -> Run:
    """Return the record of what was judged of some claims, in their order."""
    claims = list(claims)
    sources = {}
    for claim in claims:
        with contextlib.suppress(Exception):  # what is made by exec has no source
            sources[claim.id] = claim.digest
    ordered = {claim.id: results[claim.id] for claim in claims if claim.id in results}
    return Run(seed, ordered, sources, max_examples, created, versions(), command, len(claims))


def versions() -> dict[str, str]:
    """Return the versions of what judges here."""
    found = {"vae-verify": vae_verify.version(), "python": platform.python_version()}
    for name in _COMPUTING:
        with contextlib.suppress(metadata.PackageNotFoundError):  # SymPy and torch are of extras
            found[name] = metadata.version(name)
    return found


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
