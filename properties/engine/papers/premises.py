"""What is drawn for a claim meets the premise of ``implies``, not by luck: a run of 15 examples is to judge some."""

import pytest

from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
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
def test_two_examples_in_five_meet_its_premise(claim):
    """At one in ten, as two had it, every fourth run would meet none."""
    met = []
    attack(claim, lambda _, judgement: met.append(not judgement.vacuous), search_settings(60), 0)()
    assert len(met) == 60
    assert sum(met) >= 24
