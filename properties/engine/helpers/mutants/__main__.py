"""Plant slips, one at a time, and say which the fast tests do not notice: ``make mutants``.

    python -m properties.engine.helpers.mutants verify/judging --sample 100

What is known already is not tried again, so that whatever ends this command, the next one goes on.
"""

from __future__ import annotations

import argparse
import math
import re
import subprocess
import sys
from collections.abc import Sequence

from properties.engine.helpers.mutants.campaign import Campaign
from properties.engine.helpers.mutants.choice import Test
from properties.engine.helpers.mutants.mutant import Mutant
from properties.engine.helpers.mutants.options import parser
from properties.engine.helpers.mutants.results import (
    KILLED,
    PACKAGES,
    TREE,
    Result,
    Results,
    equivalents,
    is_due,
    planted,
    sample,
    sources,
    stale,
)
from properties.engine.helpers.mutants.table import below, survivor, table, write


def changed_lines(ref: str) -> dict[str, set[int]]:
    """Return the lines of each file that differ from those where this branch left another one."""
    command = ["git", "diff", "--unified=0", "--no-color", "--merge-base", ref, "--", *PACKAGES]
    done = subprocess.run(command, cwd=TREE, check=False, capture_output=True, text=True)
    if done.returncode:
        parser().error(f"--changed: git knows no {ref!r} to compare with: fetch it, or name another")
    return lines_of(done.stdout)


def lines_of(difference: str) -> dict[str, set[int]]:
    """Return the new lines of a difference without context, by file."""
    found: dict[str, set[int]] = {}
    path = ""
    for line in difference.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif match := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(match[1]), int(match[2] or 1)
            found.setdefault(path, set()).update(range(first, first + count))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 if one survives, or, with goals, too many; or if what is said to be equivalent is there no more."""
    options = parser().parse_args(arguments)
    if missing := [place for place in options.places if not sources([place])]:
        parser().error(f"there is no module at {missing[0]!r}: name files or folders of {', '.join(PACKAGES)}")
    texts, said, results = sources(options.places), equivalents(), Results(options.results)
    if old := stale(said, sources()):
        print("no mutant any more, of properties/engine/mutants/equivalent/:", *old, sep="\n  ", file=sys.stderr)
    chosen = planted(texts)
    if options.changed:
        lines = changed_lines(options.changed)
        chosen = [each for each in chosen if lines.get(each.path, set()) & set(range(each.lines[0], each.lines[1] + 1))]
    if options.sample:
        chosen = sample(chosen, options.sample, options.seed)
    if options.only:
        chosen = [each for each in chosen if each.id in options.only]
    known = results.all()
    left = [
        each for each in chosen if each.id not in said and (options.only or is_due(known.get(each.id), options.again))
    ]
    if not options.dry:
        _try(left, texts, options, results)
    known = results.all()
    alive = [
        each for each in chosen if each.id not in said and each.id in known and known[each.id].status not in KILLED
    ]
    for each in alive:
        print(f"\n{each.id} {each.path}:{each.line(texts[each.path])} {each.scope}, {known[each.id].status}",
              *each.difference(texts[each.path]), sep="\n  ")  # fmt: skip
    how = f"{options.sample} of each folder, by seed {options.seed}" if options.sample else "those that were asked for"
    within = options.most < math.inf
    limit = f"; each by the quickest of its tests that take {options.most:g} s in sum" if within else ""
    population = planted(sources()) if options.page else chosen
    text = table(population, known, set(said), how, limit)
    print(f"\n{text}")
    if options.page:
        write(text)
    wrong = below(chosen, known, set(said)) if options.goals else alive
    return 1 if wrong or old else 0


def _try(left: list[Mutant], texts: dict[str, str], options: argparse.Namespace, results: Results) -> None:
    done = 0

    def tell(mutant: Mutant, result: Result, tests: list[Test]) -> None:
        nonlocal done
        done += 1
        results.add(result)
        print(f"{done}/{len(left)} {mutant.id} {mutant.path} {mutant.scope}: {result.status} {result.test}"
              f" ({result.seconds} s)", flush=True)  # fmt: skip
        if result.status not in KILLED and options.survivors:
            with options.survivors.open("a", encoding="utf-8") as file:
                file.write(survivor(mutant, texts[mutant.path], result, tests) + "\n")

    if left:
        Campaign(texts, tell, options.workers, options.minutes, options.most).run(left)


if __name__ == "__main__":
    sys.exit(main())
