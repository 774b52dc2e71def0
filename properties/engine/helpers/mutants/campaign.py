"""Trials of many mutants: by row of tests, on several copies of the tree, and kept as soon as one is known."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from properties.engine.helpers.mutants.choice import Choice, Test, environment, ordered, row
from properties.engine.helpers.mutants.mutant import Mutant
from properties.engine.helpers.mutants.results import BUILD, KILLED, Result
from properties.engine.helpers.mutants.trees import commit, copy

Known = Callable[[Mutant, Result, list[Test]], None]

COMPILING = 8.0
"""Seconds that a test counts for more where it may have to compile a folder anew, as after any slip in that folder."""


class Server:
    """A process that does one trial after another: of tests that it has collected, or afresh."""

    def __init__(self, tree: Path, modules: Path, paths: Iterable[str] = ()) -> None:
        self.temporary = tree.with_name(f"{tree.name}-{'here' if paths else 'afresh'}")
        command = [sys.executable, "-m", "properties.engine.helpers.mutants.trial", modules, self.temporary, *paths]
        with self.temporary.with_suffix(".log").open("a") as log:
            self.process = subprocess.Popen(
                [*map(str, command)], cwd=tree, env=environment(tree), text=True, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip

    def ask(self, path: str, source: str, tests: list[Test]) -> dict[str, Any]:
        """Do a trial."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"path": path, "source": source, "tests": tests}), file=self.process.stdin, flush=True)
        if not (line := self.process.stdout.readline()):
            raise RuntimeError(f"the trials of {path} have ended: {self.temporary.with_suffix('.log')} says why")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End it, and whatever trial it does."""
        self.process.terminate()
        self.process.wait()


class Worker:
    """A copy of the tree, and what runs in it."""

    def __init__(self, tree: Path, modules: Path, paths: tuple[str, ...]) -> None:
        self.servers = {"here": Server(tree, modules, paths), "afresh": Server(tree, modules)}

    def end(self) -> None:
        """End what runs."""
        for server in self.servers.values():
            server.end()


class Campaign:
    """The trials of some mutants."""

    def __init__(self, texts: dict[str, str], known: Known, workers: int, minutes: float, most: float) -> None:
        self.texts, self.known, self.workers, self.most = texts, known, workers, most
        self.until = time.monotonic() + 60 * minutes
        self.kills: dict[str, Counter[str]] = defaultdict(Counter)
        self.trusted: set[tuple[str, str]] = set()
        self.lock = threading.Lock()
        self.commit = commit()
        self.compiled = {str(Path(path).parent) for path, text in texts.items() if "import numba" in text}

    def run(self, mutants: list[Mutant]) -> None:
        """Do the trials of mutants, those of a row together."""
        rows: dict[tuple[str, ...], list[Mutant]] = {}
        for mutant in mutants:
            rows.setdefault(row(mutant.path), []).append(mutant)
        trees = [BUILD / f"tree-{i}" for i in range(self.workers)]
        for tree in trees:
            copy(tree)
        for paths, some in rows.items():
            if time.monotonic() > self.until:
                return
            choice = Choice.of(paths, trees[0], BUILD / "reach")
            for failed in choice.failed:
                print(f"left out, as it fails without a slip: {failed}", file=sys.stderr)
            modules = BUILD / "modules.json"
            modules.write_text(json.dumps(choice.modules), encoding="utf-8")
            left = iter(some)
            threads = [threading.Thread(target=self._work, args=(tree, modules, paths, choice, left)) for tree in trees]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _work(self, tree: Path, modules: Path, paths: tuple[str, ...], choice: Choice, left: Any) -> None:
        worker = Worker(tree, modules, paths)
        path, right = next(iter(self.texts.items()))
        worker.servers["here"].ask(path, right, [])  # it has imported everything before any file has a slip
        try:
            while time.monotonic() < self.until:
                with self.lock:
                    mutant = next(left, None)
                if mutant is None:
                    return
                began = time.monotonic()
                answer, tests = self._trial(worker, choice, mutant)
                seconds = round(time.monotonic() - began, 2)
                result = Result(
                    mutant.id, answer["status"], answer.get("test", ""), len(tests), seconds, self.commit
                )  # fmt: skip
                with self.lock:
                    if result.status == "killed":
                        self.kills[mutant.path][result.test] += 1
                    self.known(mutant, result, tests)
        finally:
            worker.end()

    def _trial(self, worker: Worker, choice: Choice, mutant: Mutant) -> tuple[dict[str, Any], list[Test]]:
        """Exchange the code if that is all that the slip is; what survives, or is more, is done afresh."""
        kills = self.kills[mutant.path]
        here, away = choice.here(mutant), choice.away(mutant)
        at_import, compiled = choice.at_import(mutant), str(Path(mutant.path).parent) in self.compiled
        if at_import:
            away += [test for test in choice.around(mutant) if test not in here]
        answer: dict[str, Any] = {"status": "unreached"}
        met: list[Test] = []
        if here and not at_import:
            met = ordered(here, kills, self.most)
            answer = self.asked(worker, "here", mutant, met)
            if answer["status"] in KILLED:
                return answer, met
            if answer["status"] == "survived" and not compiled:
                here = []
            else:
                met = []
        if tests := ordered(here, kills, self.most) + ordered(away, kills, self.most):
            more = COMPILING if compiled else 0.0
            answer = self.asked(worker, "afresh", mutant, [(id, wall + more, cpu + more) for id, wall, cpu in tests])
        return answer, met + tests

    def asked(self, worker: Worker, kind: str, mutant: Mutant, tests: list[Test]) -> dict[str, Any]:
        """Do a trial; whatever kills for the first time has to pass without the slip, in just such a trial."""
        server, right = worker.servers[kind], self.texts[mutant.path]
        while True:
            answer = server.ask(mutant.path, mutant.apply(right), tests)
            killer = answer.get("test", "")
            if answer["status"] not in KILLED or (kind, killer) in self.trusted:
                return answer
            alone = [test for test in tests if test[0] == killer]
            if server.ask(mutant.path, right, alone or tests[:5])["status"] == "survived":
                self.trusted.add((kind, killer))
                return answer
            if not alone:
                raise RuntimeError(f"without a slip no trial gets beyond the {killer} of {tests[0][0]}")
            print(f"left out, as it fails alone without a slip: {killer}", file=sys.stderr)
            tests = [test for test in tests if test[0] != killer]
