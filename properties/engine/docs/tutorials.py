"""Every page that shows commands prints what it says; those of a topic of its own are followed by its tests."""

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader

DOCS = TREE / "docs"
ELSEWHERE = {
    "CONTRIBUTING.md", "pictures.md", "reference/certificate.md", "reference/domains.md", "how-to/hunt.md",
    "how-to/explore.md", "how-to/gate/README.md", "how-to/gate/adapters.md", "how-to/gate/models.md",
    "how-to/gate/sum-or-mean.md",
}  # fmt: skip
TRAINED = {"tutorials/first-replication.md"}
LONG = TRAINED | {"tutorials/first-hunt.md", "tutorials/first-gate.md", "how-to/report.md"}
"""What these show, tests of the commands show too, in other words: the slow suite follows them."""
SHOWN = {"tutorials/quickstart.md", "tutorials/first-claim.md", "how-to/cluster.md"}
"""So do they of these, which are followed before every merge."""
MARKS = dict.fromkeys(LONG, pytest.mark.slow) | dict.fromkeys(SHOWN, pytest.mark.long)


def showing():
    """Return the pages that show commands, by their names."""
    texts = {str(path.relative_to(DOCS)): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    return {name: text for name, text in texts.items() if "\n```console\n" in text}


FOLLOWED = [pytest.param(name, marks=MARKS.get(name, [])) for name in showing() if name not in ELSEWHERE]


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_prints_what_it_says(name, tmp_path):
    """If not: python -m properties.engine.helpers.shown PAGE."""
    Reader(tmp_path).follow(showing()[name])


def test_the_pages_that_other_tests_follow_are_there():
    assert showing().keys() >= ELSEWHERE | MARKS.keys()
    assert len(FOLLOWED) >= 5


def test_every_tutorial_says_what_to_do_next():
    for path in (DOCS / "tutorials").glob("*.md"):
        assert "\n## Next\n" in path.read_text(encoding="utf-8"), path.name
