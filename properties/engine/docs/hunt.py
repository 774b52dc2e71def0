"""The page on hunting is true, and what is left out when it is compared depends on time alone."""

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import BLOCKS, Reader, normal, steps

PAGE = (TREE / "docs" / "how-to" / "hunt.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_prints_what_it_says(tmp_path):
    assert {language for language, _ in BLOCKS.findall(PAGE)} == {"python", "console"}
    Reader(tmp_path).follow(PAGE)


def test_only_what_time_changes_is_left_out_of_the_comparison():
    line = "found by bulk: 1,024 instances, 0.3 s, seed 0"
    assert normal(line) == normal("found by bulk: 9 instances, 12.0 s, seed 0  ")
    for other in ("found by descent: 1,024 instances, 0.3 s, seed 0", "found by bulk: 1,024 instances, 0.3 s, seed 1"):
        assert normal(line) != normal(other)
    assert normal("where   [1.51 ± 2.9e-12] > 3/2") != normal("where   [1.51 ± 2.9e-12] > 5/2")
    row = "  eq-3                                ✓ holds            100         0       100    1017      0.33"
    assert normal(row) == normal(row.replace("     0.33", "    12.34"))
    for said, found in (("100  ", "101  "), ("  1017", "     ·"), ("holds", "fails")):
        assert normal(row) != normal(row.replace(said, found))
    assert normal("3 claims: 3 holds (seed 0, 1.2 s)") == normal("3 claims: 3 holds (seed 0, 0.9 s)")
    assert normal("3 claims: 3 holds (seed 0, 1.2 s)") != normal("3 claims: 3 holds (seed 1, 1.2 s)")
    assert normal("d = 1, x = 0.25") != normal("d = 1, x = 0.50")
    assert list(steps("$ a | b\nx\n$ c\n")) == [("a | b", "x\n"), ("c", "")]
    assert list(steps("$ a \\\n> b\n> c\nx\n> y\n")) == [("a \\\nb\nc", "x\n> y\n")]
