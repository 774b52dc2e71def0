"""The table of the README: what is wrong in print, what is true instead, and the counterexample, a line for each.

``python -m properties.engine.helpers.errata`` writes it into the README.
"""

import re

from properties.engine.helpers.foreign import TREE
from verify.certificates.shelf import kept
from verify.claims.entry import Verdict
from verify.registry.selection import select
from verify.writing.docstrings import first_sentence
from verify.writing.page import _anchor, _prose
from verify.writing.refutations import truth_lines

README = TREE / "README.md"
PAGES = "docs/reference/claims/"
TABLE = re.compile(r"^\| where .*\n(?:\|.*\n)+", re.MULTILINE)
_NUMBERED = re.compile(r"/(theorem|proposition|lemma|corollary)-")


def of_substance(claims):
    """Return what is refuted for its own sake: not as a double, nor at a corner alone, nor by a reading."""
    refuted = [claim for claim in claims if claim.expected is Verdict.REFUTED]
    return [claim for claim in refuted if not (claim.same_as or claim.corner or claim.reading)]


def table(claims):
    """Return the table: of what is wrong in substance, what belongs to a numbered statement."""
    lines = ["| where | what is wrong | smallest counterexample | instead |", "|---|---|---|---|"]
    lines += [_row(claim, claims) for claim in of_substance(claims) if _NUMBERED.search(claim.id)]
    return "\n".join(lines) + "\n"


def _row(claim, claims):
    found = kept(claim)
    instead = next(other for other in claims if other.corrects == claim.id)
    values = ", ".join(found.instance.show().splitlines())
    seen = ", ".join(" ".join(line.split()) for line in truth_lines(found.violation)).replace(" of, ", " of ")
    universal = next((other for other in claims if other.id == claim.universal), None)
    by = f"{_linked(universal, 'what is proved')} refutes it, as at " if universal else ""
    cells = [
        f"{claim.paper}, {_linked(claim, claim.label)}",
        _prose(first_sentence(claim.body)),
        by + _prose(f"{values}: {seen}"),
        _linked(instead, instead.expected),
    ]
    return f"| {' | '.join(cells)} |"


def _linked(claim, words):
    return f"[{_prose(words)}]({PAGES}{claim.paper}.md#{_anchor(claim)})"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(TABLE.sub(lambda _: table(select([], slow=True)), text), encoding="utf-8")
