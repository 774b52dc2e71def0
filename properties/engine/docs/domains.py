"""The page on domains names each with the structures that it draws, and prints what it says."""

import re

import pytest

import verify
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader
from verify import domains

PAGE = (TREE / "docs" / "reference" / "domains.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| [^`|]+ \| `([^`]+)` \| ([^`|]+) \|$", PAGE, re.MULTILINE)
BASES = {"Domain", "Composite", "Discrete"}


def domain(annotation):
    """Return the domain of an annotation, which may need no dimensions."""
    found = eval(annotation, vars(verify))
    return found() if isinstance(found, type) else found


def test_every_domain_has_a_row_and_its_structures():
    names = [re.match(r"\w+", annotation)[0] for annotation, _ in ROWS]
    assert sorted(names) == sorted(set(domains.__all__) - BASES)
    for annotation, drawn in ROWS:
        assert drawn == (", ".join(domain(annotation).styles[1:]) or "plain"), annotation


@pytest.mark.long
def test_it_prints_what_it_says(tmp_path):
    Reader(tmp_path).follow(PAGE)
