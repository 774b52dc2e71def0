"""Which tests a mutant meets: those of its row in the README of the tests that reach its lines, the quickest first."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from properties.engine.helpers.imports import imported
from properties.engine.helpers.mutants.mutant import Mutant
from properties.engine.helpers.mutants.results import TREE
from properties.engine.helpers.mutants.trees import digest, files

README = TREE / "properties" / "engine" / "README.md"

CODE = (
    "verify/",
    "reference/",
    "vae_verify/",
    "conftest.py",
    "properties/engine/conftest.py",
    "properties/engine/helpers/",
)
OWN = "properties/engine/helpers/mutants/"
"""What may change which lines a test reaches, besides its own file; and what is there that does not."""

Reach = dict[str, Any]

Test = tuple[str, float, float]
"""Its name, and the seconds that it takes: of the clock, and of the processor."""


def row(path: str) -> tuple[str, ...]:
    """Return what a contributor is told to run who changes a module."""
    rows = re.findall(r"^\| (.+?) \| `(properties/[^`]+)` \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    fitting = [
        (len(place), tests.split())
        for change, tests in rows
        for place in re.findall(r"`([^`]+)`", change)
        if path.startswith(place)
    ]
    longest = max((length for length, _ in fitting), default=0)
    return tuple(sorted({test for length, tests in fitting if length == longest for test in tests}))


def environment(tree: Path) -> dict[str, str]:
    """Return the variables with which Python takes the code of a copy of the tree, wherever it is started."""
    return os.environ | {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Choice:
    """The tests of a row, and what each reaches."""

    tests: dict[str, Any]
    imported: dict[str, list[int]]
    modules: list[str]
    failed: list[str]

    @classmethod
    def of(cls, paths: tuple[str, ...], tree: Path, kept: Path) -> Choice:
        """Run the tests once, in a copy of the tree, unless what they reach is known; of edited ones alone."""
        kept.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", "-".join(path.removeprefix("properties/engine/") for path in paths))[:80]
        known, tests = kept / f"{name}.json", _tests(paths)
        code = digest(each for each in files() if each.startswith(CODE) and each.endswith(".py") and OWN not in each)
        wanted = {each: f"{code} {digest([each])}" for each in tests}
        old = json.loads(known.read_text(encoding="utf-8")) if known.exists() else {"files": {}}
        stale = [each for each in tests if old["files"].get(each) != wanted[each]]
        if stale:
            some = kept / f"{name}.new.json"
            command = [sys.executable, "-m", "properties.engine.helpers.mutants.reach", str(some), *stale]
            with some.with_suffix(".log").open("w") as log:
                subprocess.run(command, cwd=tree, env=environment(tree), stdout=log, stderr=log, check=True)
            old = _joined(old, json.loads(some.read_text(encoding="utf-8")), set(stale), set(tests)) | {"files": wanted}
            known.write_text(json.dumps(old), encoding="utf-8")
        return cls(old["tests"], old["imported"], old["modules"], old["failed"])

    def here(self, mutant: Mutant) -> list[Test]:
        """Return the tests that reach a mutant in their own process."""
        return self._reaching(mutant, "here")

    def away(self, mutant: Mutant) -> list[Test]:
        """Return those that reach it in another process alone."""
        here = {id for id, _, _ in self.here(mutant)}
        return [test for test in self._reaching(mutant, "away") if test[0] not in here]

    def around(self, mutant: Mutant) -> list[Test]:
        """Return those that reach any line of its module, or whose file imports it, for its constants."""
        return [
            (id, test["wall"], test["cpu"])
            for id, test in self.tests.items()
            if mutant.path in test["here"] or mutant.path in test["away"] or mutant.path in met(id.partition("::")[0])
        ]

    def at_import(self, mutant: Mutant) -> bool:
        """Say whether a mutant is met while modules are imported, so that a test may know what came of it."""
        first, last = mutant.lines
        return any(first <= line <= last for line in self.imported.get(mutant.path, ()))

    def _reaching(self, mutant: Mutant, where: str) -> list[Test]:
        first, last = mutant.lines
        return [
            (id, test["wall"], test["cpu"])
            for id, test in self.tests.items()
            if any(first <= line <= last for line in test[where].get(mutant.path, ()))
        ]


@cache
def met(file: str) -> set[str]:
    """Return the files of the modules that a file of tests imports, or something of."""
    names = imported((TREE / file).read_text(encoding="utf-8"))
    places = {part.replace(".", "/") for name in names for part in (name, name.rpartition(".")[0])}
    return {f"{place}{end}" for place in places for end in (".py", "/__init__.py")}


def _tests(paths: tuple[str, ...]) -> list[str]:
    """Return the files of tests in folders."""
    inside = [each for each in files() if any(each == path or each.startswith(f"{path}/") for path in paths)]
    return [each for each in inside if each.endswith(".py") and Path(each).name not in ("__init__.py", "conftest.py")]


def _joined(old: Reach, new: Reach, stale: set[str], there: set[str]) -> Reach:
    """Return what is known of all tests, of which some files were run again."""
    if not old["files"].keys() & there - stale:
        return new
    kept = {id: test for id, test in old["tests"].items() if id.partition("::")[0] in there - stale}
    paths = old["imported"].keys() | new["imported"].keys()
    imported = {path: sorted({*old["imported"].get(path, ()), *new["imported"].get(path, ())}) for path in paths}
    failed = [id for id in old["failed"] if id.partition("::")[0] in there - stale] + new["failed"]
    modules = sorted({*old["modules"], *new["modules"]})
    return {"tests": kept | new["tests"], "imported": imported, "modules": modules, "failed": failed}


def ordered(tests: list[Test], kills: Counter[str], most: float = math.inf) -> list[Test]:
    """Return tests by what they take, as many as fit; those that have killed others of the module come earlier."""
    unique = list({id: (id, wall, cpu) for id, wall, cpu in tests}.values())
    unique.sort(key=lambda test: (test[2] + 0.01) / (1 + 4 * kills[test[0]]))
    taken = accumulate(cpu for _, _, cpu in unique)
    return [test for test, until in zip(unique, taken, strict=True) if until <= most]
