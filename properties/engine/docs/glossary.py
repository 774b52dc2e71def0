"""The glossary: one word for one thing, and each of its words is the name of something."""

import re
from pkgutil import resolve_name

import pytest

from properties.engine.helpers.foreign import TREE

PAGE = (TREE / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| ([\w ]+?) \| (.+?) \| `([\w.]+)` \|$", PAGE, re.M)


def test_every_row_is_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(TERMS) == len([row for row in rows if not row.startswith("| term ")])
    assert 30 <= len(TERMS) <= 60


@pytest.mark.parametrize(("term", "name"), [(term, name) for term, _, name in TERMS])
def test_each_term_is_the_name_of_something(term, name):
    module, _, last = name.rpartition(".")
    if name == "verify.claims.claim.Claim.proof":  # a field
        assert last in resolve_name(module).__dataclass_fields__
    else:
        found = resolve_name(name)
        assert getattr(found, "__module__", None) in (None, module, "builtins") or module.endswith("Domain"), term


def test_one_word_has_one_meaning_and_one_thing_one_word():
    words, names = [term for term, _, _ in TERMS], [name for _, _, name in TERMS]
    assert len(set(words)) == len(words)
    assert len(set(names)) == len(names)
