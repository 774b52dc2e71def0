"""The page on the model gate shows what pytest prints, and says of each parameter of an adapter what it is."""

import re

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import BLOCKS, Reader
from verify.gate.models.adapter import DERIVED, WEIGHTS
from verify.gate.models.claims import OF_LOSS

PAGE = (TREE / "docs" / "how-to" / "gate" / "models.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_prints_what_it_says(tmp_path):
    assert [language for language, _ in BLOCKS.findall(PAGE)] == ["python", "console"]
    Reader(tmp_path).follow(PAGE)


def test_the_table_has_every_parameter_of_an_adapter():
    rows = re.findall(r"^\| (`.+?) \| ", PAGE, re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted([*WEIGHTS, *DERIVED])


def test_the_claims_that_it_names_are_judged():
    named = re.findall(r"(?<![\w/-])((?:koehler2022/|wang2022/)?(?:lemma|eq|theorem|corollary|section)-[\w.]*\w)", PAGE)
    assert len(named) > 10
    for name in named:
        assert [id for id in OF_LOSS if re.search(rf"(^|/){re.escape(name)}(\.|$)", id)], name
