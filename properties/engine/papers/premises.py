"""What is drawn for a claim meets each premise of ``implies``, not by luck: a run of 25 examples is to judge some."""

from collections import Counter

import pytest

from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.judging.vacuous import Implied
from verify.registry.selection import select
from verify.running.runner import search_settings

JUDGED = [
    entry.away if entry.expected is Verdict.REFUTED else entry
    for entry in select([])
    if isinstance(entry, Claim) and (entry.corner or entry.expected is not Verdict.REFUTED)
]
PREMISED = [claim for claim in JUDGED if "implies" in claim.body.__code__.co_names]


def test_there_are_claims_that_have_premises():
    assert len(PREMISED) > 10


@pytest.mark.long
@pytest.mark.parametrize("claim", PREMISED, ids=lambda claim: claim.id)
def test_an_example_in_three_meets_each_of_its_premises(claim):
    """At one in ten, as two had it, every tenth run would meet none."""
    judged: list[Implied] = []
    attack(claim, lambda _, judgement: judged.append(judgement.implied), search_settings(60), 0)()
    met = Counter(line for implied in judged for line in implied.met)
    assert len(judged) == 60
    assert {line: met[line] for implied in judged for line in implied.called if met[line] < 20} == {}
