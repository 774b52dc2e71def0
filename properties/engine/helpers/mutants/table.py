"""What became of the mutants: the table of a page, and the survivors for whoever writes the missing test."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from properties.engine.helpers.mutants.choice import Test
from properties.engine.helpers.mutants.mutant import Mutant
from properties.engine.helpers.mutants.results import KILLED, TREE, Result

PAGE = TREE / "docs" / "explanation" / "mutants.md"
MARKS = "<!-- by make mutants -->", "<!-- until here -->"


def table(population: list[Mutant], results: dict[str, Result], said: set[str], how: str, limit: str = "") -> str:
    """Return the table of the folders, and what was run: which mutants, and within which limit."""
    known = [mutant for mutant in population if mutant.id in results or mutant.id in said]
    rows = [
        "| folder | mutants | tried | killed | survived | no test reaches | equivalent | share |",
        "|---|---|---|---|---|---|---|---|",
    ]
    folders = sorted({mutant.folder for mutant in population})
    for folder in [*folders, ""]:
        tried = Counter(_end(mutant, results, said) for mutant in known if mutant.folder == folder or not folder)
        count = sum(mutant.folder == folder or not folder for mutant in population)
        killed, counted = tried["killed"], tried.total() - tried["equivalent"]
        share = f"{100 * killed / counted:.1f} %" if counted else "·"
        cells = [count, tried.total(), killed, tried["survived"], tried["unreached"], tried["equivalent"]]
        name = f"`{folder}/`" if folder else "all"
        rows.append(f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} | {share} |")
    commits = Counter(results[mutant.id].commit for mutant in known if mutant.id in results)
    listed = ", ".join(f"{commit} ({count:,})" for commit, count in commits.most_common())
    at = f"At commit: {listed}" if len(commits) <= _LISTED else f"At {len(commits)} commits"
    whole = "every mutant was tried" if len(known) == len(population) else how
    return "\n".join([*rows, "", f"Of {len(population):,} mutants {len(known):,} were tried: {whole}{limit}. {at}."])


_LISTED = 4
"""Commits that are named."""


def below(population: list[Mutant], results: dict[str, Result], said: set[str]) -> list[str]:
    """Return the folders of which less is killed than should be."""
    found = []
    for folder in sorted({mutant.folder for mutant in population}):
        ends = Counter(_end(each, results, said) for each in population if each.folder == folder and each.id in results)
        counted = ends.total() - ends["equivalent"]
        if ends["killed"] < (0.98 if folder.startswith("reference") and "flow" not in folder else 0.95) * counted:
            found.append(folder)
    return found


def _end(mutant: Mutant, results: dict[str, Result], said: set[str]) -> str:
    """Return how a mutant ended; one that is said to be equivalent, and was killed, was killed."""
    status = results[mutant.id].status if mutant.id in results else "equivalent"
    if status in KILLED:
        return "killed"
    return "equivalent" if mutant.id in said else status


def write(text: str, page: Path = PAGE) -> None:
    """Put the table between the marks of the page."""
    first, last = MARKS
    old = page.read_text(encoding="utf-8")
    new = re.sub(f"{first}.*{last}", lambda _: f"{first}\n\n{text}\n\n{last}", old, flags=re.DOTALL)
    page.write_text(new, encoding="utf-8")


def survivor(mutant: Mutant, source: str, result: Result, tests: list[Test]) -> str:
    """Return what somebody needs who kills a survivor, or says that it is equivalent."""
    some = [id.removeprefix("properties/engine/") for id, _, _ in tests]
    told = ", ".join(some[:6]) + (f" and {len(some) - 6} more" if len(some) > 6 else "")
    return "\n".join([
        f"## {mutant.id} {mutant.path}:{mutant.line(source)} {mutant.scope}",
        "", "```diff", *mutant.difference(source), "```", "",
        f"{result.status}; {len(some)} tests met it: {told or 'none'}", "",
    ])  # fmt: skip
