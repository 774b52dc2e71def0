"""What became of each mutant, on disk from the moment it is known; and which are equivalent, as somebody has said."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from properties.engine.helpers.mutants.mutant import Mutant
from properties.engine.helpers.mutants.operators import mutants

TREE = Path(__file__).parents[4]
BUILD = TREE / "build" / "mutants"
PACKAGES = ("reference", "vae_verify", "verify")
EQUIVALENT = TREE / "properties" / "engine" / "mutants" / "equivalent"
KILLED = ("killed", "timeout")


@dataclass(frozen=True)
class Result:
    """A mutant's end: ``killed`` by a test, ``timeout`` in it, ``survived`` ``run`` tests, or ``unreached`` by any."""

    id: str
    status: str
    test: str
    run: int
    seconds: float
    commit: str


def is_due(known: Result | None, again: bool) -> bool:
    """Say whether a mutant is to be tried: one that never was, or, ``again``, one that was not killed."""
    return known is not None and known.status not in KILLED if again else known is None


class Results:
    """A file of results, which a kill leaves as it is."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.file.execute(
            "CREATE TABLE IF NOT EXISTS result"
            " (id TEXT PRIMARY KEY, status TEXT, test TEXT, run INTEGER, seconds REAL, at TEXT)"
        )

    def add(self, result: Result) -> None:
        """Keep a result, instead of an older one."""
        self.file.execute("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?)", astuple(result))

    def all(self) -> dict[str, Result]:
        """Return the results by the mutant's id."""
        return {row[0]: Result(*row) for row in self.file.execute("SELECT * FROM result")}


def sources(places: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Return the text of every module in places of the tree, by its path."""
    found = {}
    for place in places:
        path = TREE / place
        if Path(place).parts[:1] not in [(package,) for package in PACKAGES]:
            continue
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            found[file.relative_to(TREE).as_posix()] = file.read_text(encoding="utf-8")
    return found


def planted(texts: dict[str, str]) -> list[Mutant]:
    """Return all mutants of modules."""
    return [mutant for path, text in texts.items() for mutant in mutants(path, text)]


def sample(population: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return so many mutants of each folder, or all there are: of two samples with a seed, the larger has the other."""
    folders: dict[str, list[Mutant]] = {}
    for mutant in sorted(population, key=lambda each: hashlib.sha256(f"{seed} {each.id}".encode()).digest()):
        folders.setdefault(mutant.folder, []).append(mutant)
    chosen = {mutant for folder in folders.values() for mutant in folder[:count]}
    return [mutant for mutant in population if mutant in chosen]


def equivalents(folder: Path = EQUIVALENT) -> dict[str, tuple[str, str]]:
    """Return the path and the reason of each mutant that is said to be equivalent: lines of ``id path reason``."""
    found = {}
    for file in sorted(folder.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                id, path, reason = line.split(maxsplit=2)
                found[id] = path, reason
    return found


def stale(said: dict[str, tuple[str, str]], texts: dict[str, str]) -> list[str]:
    """Return which are no mutants of their module any more: somebody has to look at them again."""
    there = {(mutant.id, path) for path in {path for path, _ in said.values()} & texts.keys()
             for mutant in mutants(path, texts[path])}  # fmt: skip
    return [f"{id} {path} {reason}" for id, (path, reason) in said.items() if (id, path) not in there]
