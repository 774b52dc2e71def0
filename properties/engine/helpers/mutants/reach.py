"""What each test reaches: its lines in this process, those in processes that it starts, and what it costs.

python -m properties.engine.helpers.mutants.reach TO PATH...     # in a copy of the tree; writes the file TO
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

from properties.engine.helpers.mutants.trial import OPTIONS, end_with_parent

PACKAGES = ("vae_verify", "verify", "reference")


class Recorder:
    """A plugin of pytest that tells coverage which test runs, and keeps what failed, and how long each took."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.cost: dict[str, tuple[float, float]] = {}
        self.bad: set[str] = set()
        self.failed: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> None:
        """Name the test to coverage, of this process and of those that it starts."""
        self.coverage.switch_context(item.nodeid)
        self.coverage.config.context = item.nodeid
        os.environ["COVERAGE_PROCESS_CONFIG"] = self.coverage.config.serialize()
        self.began = now()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Keep what the test took."""
        self.cost[nodeid] = tuple(b - a for a, b in zip(self.began, now(), strict=True))  # type: ignore[assignment]
        self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep which tests do not pass: those that fail, and those that are skipped."""
        if not report.passed:
            self.bad.add(report.nodeid)
        if report.failed:
            self.failed.add(report.nodeid)


def now() -> tuple[float, float]:
    """Return the seconds of the clock, and those of the processor, children included."""
    times = os.times()
    return time.monotonic(), times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Run the tests, and write what they reach."""
    end_with_parent()
    to, *paths = sys.argv[1:]
    tree = Path.cwd()
    data = Path(to).with_suffix(".coverage")
    for old in data.parent.glob(f"{data.name}*"):
        old.unlink()
    rc = data.with_suffix(".ini")
    rc.write_text(
        f"[run]\ndata_file = {data}\nparallel = true\nsigterm = true\npatch =\n  subprocess\n  _exit\n"
        f"source =\n{''.join(f'  {tree / package}' + chr(10) for package in PACKAGES)}"
    )
    measured = coverage.Coverage(config_file=str(rc))
    recorder = Recorder(measured)
    measured.start()
    pytest.main([*OPTIONS, *paths], plugins=[recorder])
    measured.stop()
    measured.save()
    own = Path(measured.get_data().data_filename())
    here: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    away: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for file in data.parent.glob(f"{data.name}.*"):
        for path, line, test in _lines(file, tree):
            (here if file == own else away)[test][path].add(line)
        file.unlink()
    tests = {
        id: {"wall": wall, "cpu": cpu, "here": _listed(here[id]), "away": _listed(away[id])}
        for id, (wall, cpu) in recorder.cost.items()
        if id not in recorder.bad
    }
    ours = (*PACKAGES, "properties", "conftest", "__main__", "coverage")
    modules = sorted(name for name in sys.modules if name.partition(".")[0] not in ours)
    made = {"tests": tests, "imported": _listed(here[""]), "modules": modules, "failed": sorted(recorder.failed)}
    Path(to).write_text(json.dumps(made), encoding="utf-8")


def _lines(file: Path, tree: Path) -> Iterator[tuple[str, int, str]]:
    """Yield what a process has reached; a file that one left half written when it was killed has nothing."""
    data = coverage.CoverageData(str(file))
    with contextlib.suppress(coverage.CoverageException, sqlite3.Error):
        data.read()
        yield from _reached(data, tree)


def _reached(data: coverage.CoverageData, tree: Path) -> Iterator[tuple[str, int, str]]:
    for path in data.measured_files():
        if Path(path).is_relative_to(tree):
            for line, tests in data.contexts_by_lineno(path).items():
                for test in tests:
                    yield str(Path(path).relative_to(tree)), line, test


def _listed(lines: dict[str, set[int]]) -> dict[str, list[int]]:
    return {path: sorted(found) for path, found in lines.items()}


if __name__ == "__main__":
    main()
