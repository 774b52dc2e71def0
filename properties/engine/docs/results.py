"""The page of results states what is judged, with the verdict that a run gives, and names nothing else."""

import re

from properties.engine.helpers.foreign import TREE
from verify.claims.entry import Verdict
from verify.registry.selection import select

PAGE = (TREE / "docs" / "explanation" / "results.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^### |^## |\Z)", PAGE, re.S | re.M))
NAMED = re.compile(r"`(results/[\w.-]+)` \*\*(\w+)\*\*")


def test_every_result_is_stated_with_its_verdict_and_nothing_else_is():
    claims = {claim.id: claim for claim in select(["results/*"], slow=True)}
    named = NAMED.findall(PAGE)
    assert dict(named) == {id: claim.expected for id, claim in claims.items()}
    assert len(named) == len(claims)
    for text in SECTIONS.values():
        for id, _ in NAMED.findall(text):
            assert f"```math\n{claims[id].statement}\n```" in text, id


def test_every_result_says_why_it_is_so_and_what_it_sharpens():
    for title, text in SECTIONS.items():
        assert NAMED.search(text), title
        assert re.search(r"^\*(Proof|Evidence)\.\*\s", text, re.M), title
        assert re.search(r"^\*(Sharpens|Known)\.\*\s", text, re.M), title


def test_there_are_eight_results_and_five_are_proved():
    verdicts = [{verdict for _, verdict in NAMED.findall(text)} for text in SECTIONS.values()]
    assert len(verdicts) >= 8
    assert sum(found == {Verdict.PROVED} for found in verdicts) >= 5
