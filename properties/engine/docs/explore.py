"""The page on exploring a claim prints what it says."""

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import BLOCKS, Reader

PAGE = (TREE / "docs" / "how-to" / "explore.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_prints_what_it_says(tmp_path):
    assert {language for language, _ in BLOCKS.findall(PAGE)} == {"python", "console"}
    Reader(tmp_path).follow(PAGE)
