"""What claims are to each other: names that are none, circles, and verdicts that a relation cannot have."""

from dataclasses import dataclass, field
from itertools import product

import pytest

from properties.engine.helpers.commands import refused, run
from verify.claims.entry import Relation, Verdict
from verify.commands.main import main
from verify.registry.loading import load_file
from verify.registry.relations import FALSE, TRUE, disagreements, edges, faults, related_to

pytestmark = pytest.mark.usefixtures("folder")

HEAD = "from verify import Scalar, claim, equal\n"


@dataclass
class Stated:
    """As much of an entry as relations look at."""

    id: str
    relations: dict[Relation, tuple[str, ...]] = field(default_factory=dict)
    same_as: str | None = None


def line(id, relations="", body="equal(x, x)", expected="holds"):
    name = id.replace("/", "_")
    if "same_as" in relations:
        expected = "refuted"
    return f'@claim("{id}", "x", expected="{expected}"{relations})\ndef test_{name}(x: Scalar): {body}\n'


def test_one_id_or_several_are_kept_in_their_order(folder):
    chain = line("own/c", ', rests_on=("own/b", "own/a"), sharpens="own/a", implies=["own/b"]')
    (folder / "chain.py").write_text(HEAD + line("own/a") + line("own/b", ', corrects="own/a"') + chain)
    a, b, c = load_file(folder / "chain.py")
    assert (c.rests_on, c.sharpens, c.implies) == (("own/b", "own/a"), ("own/a",), ("own/b",))
    assert (a.relations, list(b.relations)) == ({}, ["corrects"])
    assert [(entry.id, str(relation), id) for entry, relation, id in edges([a, b, c])] == [
        ("own/b", "corrects", "own/a"), ("own/c", "sharpens", "own/a"), ("own/c", "implies", "own/b"),
        ("own/c", "rests on", "own/b"), ("own/c", "rests on", "own/a"),
    ]  # fmt: skip
    found = {relation.inverse: [e.id for e in others] for relation, others in related_to("own/a", [a, b, c]).items()}
    assert found == {"corrected by": ["own/b"], "sharpened by": ["own/c"], "used by": ["own/c"]}


def test_those_that_are_related_stand_by_their_ids():
    entries = [Stated(id, {Relation.IMPLIES: ("own/a",)}) for id in ("own/c", "own/b", "own/d")]
    assert related_to("own/a", entries) == {Relation.IMPLIES: [entries[1], entries[0], entries[2]]}
    assert related_to("own/b", entries) == {}


@pytest.mark.parametrize(
    ("relations", "message"),
    [
        (', rests_on="own/a"', "bad.py:2: own/a: a claim is not related to itself: this one rests on itself"),
        (', implies=("own/b", "own/b")', "own/a: it implies own/b twice"),
        (', implies="own/b", sharpens="own/b"', "own/a: it sharpens and implies own/b: say one of the two"),
        (', sharpens="own/bb"', "own/a sharpens own/bb, which is no claim: did you mean own/b?"),
        (', corrects="own/x"', "own/a corrects own/x, which is no claim: did you mean own/"),
        (', rests_on="wang2022/theorm-2"', "rests on wang2022/theorm-2, which is no claim: did you mean wang2022/theo"),
        (', rests_on="own/b"', "in a circle, each rests on the next: own/"),
        (', corrects="own/d"', "in a circle, each corrects the next: own/"),
        (', implies="own/c"', "in a circle, each sharpens or implies the next: own/"),
        (', same_as="own/bb"', "own/a is wrong by the slip of own/bb, which is no claim: did you"),
        (', same_as="own/a"', "in a circle, each is wrong by the slip of the next: own/a, own/a"),
    ],
)
def test_a_wrong_relation_is_refused_on_one_line(relations, message, capsys, folder):
    others = (
        line("own/b", ', rests_on="own/a"') + line("own/c", ', sharpens="own/a"') + line("own/d", ', corrects="own/a"')
    )
    (folder / "bad.py").write_text(HEAD + line("own/a", relations) + others)
    assert message in refused(capsys, "run", "bad.py")


def test_a_claim_may_rest_on_what_it_implies_or_sharpens():
    general = Stated("own/general", {Relation.RESTS_ON: ("own/special",), Relation.IMPLIES: ("own/special",)})
    special = Stated("own/special")
    known = {entry.id: entry for entry in (general, special)}
    assert list(faults(known.values(), known)) == []
    special.relations[Relation.SHARPENS] = ("own/general",)
    assert list(faults(known.values(), known)) != []


WRONG = {
    Relation.CORRECTS: {*product(FALSE, [*TRUE, *FALSE]), *product(TRUE, TRUE)},
    Relation.SHARPENS: set(product(TRUE, FALSE)),
    Relation.IMPLIES: set(product(TRUE, FALSE)),
    Relation.RESTS_ON: set(product([Verdict.PROVED], FALSE)),
}


def test_what_is_true_and_what_is_false_is_told_of_every_verdict_that_says_so():
    assert set(TRUE) == {Verdict.PROVED, Verdict.HOLDS, Verdict.SIMULATED, Verdict.MEASURED}
    assert set(FALSE) == {Verdict.REFUTED, Verdict.CONTRADICTED}


@pytest.mark.parametrize("relation", Relation)
def test_verdicts_disagree_with_a_relation_in_these_cases_alone(relation):
    entry = Stated("own/one", {relation: ("own/other",)})
    for one, other in product([*TRUE, *FALSE], repeat=2):
        found = list(disagreements([entry], {"own/one": one, "own/other": other}))
        assert bool(found) is ((one, other) in WRONG[relation]), (one, other)
    assert found == ([f"own/one {relation} own/other, and they are contradicted and contradicted"] if found else [])
    open_ones = (Verdict.UNDECIDED, Verdict.ERROR)
    for known in ({"own/one": Verdict.PROVED}, *({"own/one": a, "own/other": b} for a, b in product(open_ones, FALSE))):
        assert relation is Relation.CORRECTS or list(disagreements([entry], known)) == []
    for one, other in product(TRUE, open_ones):  # what is open may turn out either way
        assert list(disagreements([entry], {"own/one": one, "own/other": other})) == []


def test_what_has_the_slip_of_a_true_claim_is_not_wrong_by_that():
    """Each of three is wrong by the slip of the next: only the last one's counts, and it is to be false."""
    entry = Stated("own/one", same_as="own/other")
    for one, other in product([*TRUE, *FALSE, Verdict.UNDECIDED, Verdict.ERROR, None], repeat=2):
        known = {id: verdict for id, verdict in (("own/one", one), ("own/other", other)) if verdict}
        told = f"own/one is wrong by the slip of own/other, and they are {one} and {other}"
        assert list(disagreements([entry], known)) == [told] * (one in FALSE and other in TRUE)
    chain = [Stated("a", same_as="b"), Stated("b", same_as="c"), Stated("c")]
    known = {entry.id: entry for entry in chain}
    assert list(faults(chain, known)) == []
    chain[2].same_as = "a"  # then the errata would count none
    assert len(list(faults(chain, known))) == 1


def test_of_several_relations_each_is_looked_at():
    entry = Stated("own/one", {Relation.IMPLIES: ("own/unknown", "own/false", "own/true", "own/other")})
    known = {"own/one": Verdict.HOLDS, "own/false": Verdict.REFUTED, "own/true": Verdict.HOLDS}
    words = ["own/one implies own/false, and they are holds and refuted"]
    assert list(disagreements([Stated("own/none", {Relation.IMPLIES: ("own/false",)}), entry], known)) == words
    known["own/other"] = Verdict.CONTRADICTED
    words.append("own/one implies own/other, and they are holds and contradicted")
    assert list(disagreements([entry], known)) == words


def test_a_run_says_which_verdicts_disagree(capsys, folder):
    wrong = line("own/wrong", body="equal(x, 0)", expected="refuted")
    (folder / "odd.py").write_text(HEAD + wrong + line("own/right", ', implies="own/wrong"'))
    words = "own/right implies own/wrong, and they are holds and refuted"
    status, report, _ = run(capsys, "odd.py")
    assert (status, report["disagreements"]) == (1, [words])
    assert main(["run", "odd.py", "--max-examples", "5"]) == 1
    out = capsys.readouterr().out
    assert f"✗ {words}: one of the two, or what is said of them, is wrong\n" in out
    assert out.splitlines()[-1].startswith("2 claims: 1 holds, 1 refuted; 1 relation not as declared (seed 0, ")
    assert main(["run", "odd.py::own/right", "--max-examples", "5"]) == 0  # nothing is said of what was not judged
    assert main(["show", "odd.py"]) == 0
    shown = capsys.readouterr().out
    assert "  implies own/wrong\n" in shown
    assert "  implied by own/right\n" in shown
