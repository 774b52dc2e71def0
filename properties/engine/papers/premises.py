"""What is drawn for a claim meets each premise of ``implies``, not by luck: a run of 25 examples is to judge some."""

from collections import Counter
from functools import reduce
from operator import or_

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


def test_there_are_claims_that_have_premises():
    assert sum("implies" in claim.body.__code__.co_names for claim in JUDGED) > 10


@pytest.mark.long
@pytest.mark.parametrize("claim", JUDGED, ids=lambda claim: claim.id)
def test_an_example_in_three_meets_each_of_its_premises_and_one_in_five_comes_to_all_that_it_states(claim):
    """At one in ten, as three had it, every tenth run would meet none."""
    judged: list[Implied] = []
    attack(claim, lambda _, judgement: judged.append(judgement.implied), search_settings(60), 0)()
    assert len(judged) == 60
    every = reduce(or_, judged)
    lengths = Counter(line for line, _ in {(line, length) for line, _, length in every.rounds})
    rounds = {each for each in every.rounds if lengths[each[0]] == 1}  # in a loop of changing length others may meet it
    assert _seldom(judged, "met", every.called, 20) == {}
    assert _seldom(judged, "met_rounds", rounds, 12) == {}
    assert _seldom(judged, "passed", every.assumed, 12) == {}
    assert _seldom(judged, "made", claim.stated_at, 12) == {}


def _seldom(judged, name, expected, least):
    """Return which of those that are expected at examples come at fewer, and at how many."""
    found = Counter(each for implied in judged for each in getattr(implied, name))
    return {each: found[each] for each in expected if found[each] < least}
