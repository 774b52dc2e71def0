"""What the papers' claims are declared to be to each other: names, circles, verdicts, and names that say it too."""

import pytest

from verify.claims.entry import Relation
from verify.registry.relations import FALSE, disagreements, edges, faults
from verify.registry.selection import select


@pytest.fixture(scope="session")
def claims():
    return select([], slow=True)


def test_every_relation_names_a_claim_leads_in_no_circle_and_agrees_with_the_verdicts(claims, registry):
    assert list(faults(claims, registry)) == []
    assert list(disagreements(claims, {claim.id: claim.expected for claim in claims})) == []


def test_what_an_id_says_is_declared(claims):
    """A claim called corrected or sharpened is so, of the claim whose id comes before, or of its parts."""
    said = {"corrected": Relation.CORRECTS, "sharpened": Relation.SHARPENS}
    for claim in claims:
        base, _, last = claim.id.rpartition(".")
        if last in said and claim.id != "koehler2022/section-3.initialisation-scale.corrected":  # says ours, not theirs
            assert any(id.startswith(base) for id in claim.relations[said[last]]), claim.id


def test_a_true_claim_rests_on_a_false_one_in_print_alone(claims, registry):
    """The proof of Proposition 1 drops a constant, by a relation that is false; the constant does not matter."""
    found = {
        (entry.id, id)
        for entry, relation, id in edges(claims)
        if relation is Relation.RESTS_ON and entry.expected not in FALSE and registry[id].expected in FALSE
    }
    assert found == {("wang2022/proposition-1", "wang2022/eq-35.norm")}


def test_papers_rest_on_no_theorem_of_ours(claims):
    assert not [
        (entry.id, id) for entry, _, id in edges(claims) if id.startswith("results/") and entry.paper != "results"
    ]


def test_studies_declare_relations_too(registry):
    assert registry["koehler2022/theorem-5.trajectories.sharpened"].sharpens == ("koehler2022/theorem-5.trajectories",)
