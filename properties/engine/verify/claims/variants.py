"""Variants of claims: what each of them is, wherever it is made."""

import multiprocessing

import pytest
from flint import fmpq

from properties.engine.helpers.variants import outcome
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.claims.premises import premises
from verify.claims.variants import apart, at, at_most, on, variant, without
from verify.domains import Scalar, Symmetric
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError
from verify.registry.sources import Source, find


def test_a_wider_domain_takes_instances_that_the_claim_does_not(claims):
    claim = claims["own/trace"]
    wide = on(claim, "A", Symmetric("n"))
    assert wide.id == "own/trace,A=Symmetric"
    assert wide.words == "A: symmetric in place of positive definite"
    assert outcome(wide, A=[[-1]]) is Outcome.REFUTED
    with pytest.raises(ValueError, match="is not in PositiveDefinite"):
        claim.signature.infer({"A": [[-1]]})
    with pytest.raises(ValueError, match="is not in Symmetric"):
        wide.signature.infer({"A": [[1, 2], [3, 4]]})


def test_premises_are_those_of_the_body_in_the_order_of_the_source(claims):
    texts = [premise.text for premise in premises(claims["own/three"].body)]
    assert texts == ["leq(x, 3)", "leq(1, x)", "leq(y, k) & leq(-k, y)", "leq(0, y)"]
    assert premises(claims["own/trace"].body) == []


def test_one_premise_is_dropped_and_no_other(claims):
    claim = claims["own/three"]
    instances = [{"x": 4, "y": 0}, {"x": 0, "y": 0}, {"x": 2, "y": 1}, {"x": 2, "y": 0}]
    kept = [outcome(claim, c="7/2", **values) for values in instances]
    assert kept == [Outcome.DISCARDED] * 3 + [Outcome.CERTAIN]
    expected = {1: [Outcome.REFUTED, *kept[1:]], 2: [kept[0], Outcome.CERTAIN, *kept[2:]], 4: kept}
    expected[3] = [*kept[:2], Outcome.CERTAIN, kept[3]]  # in each round of the loop
    for number, outcomes in expected.items():
        changed = without(claim, number)
        assert changed.id == f"own/three,drop.{number}"
        assert [outcome(changed, c="7/2", **values) for values in instances] == outcomes
    assert [outcome(claim, c="7/2", **values) for values in instances] == kept


def test_what_an_implication_states_is_stated_without_its_premise(claims):
    claim = at(claims["own/three"], "c", fmpq(1))
    loose = variant(claim, ["drop.3", "drop.4"])
    assert outcome(claim, x=2, y=0, c=1) is Outcome.REFUTED
    assert outcome(variant(claim, ["drop.3"]), x=2, y=-1, c=1) is Outcome.CERTAIN
    assert outcome(variant(claim, ["drop.4"]), x=2, y=-1, c=1) is Outcome.DISCARDED
    assert outcome(loose, x=2, y=-1, c=1) is Outcome.REFUTED
    assert loose.judge(loose.signature.infer({"x": 2, "y": -1, "c": 1})).violation.relation == "≤"


def test_a_premise_of_a_helper_stays_whatever_is_dropped(claims):
    for number in (1, 2, 3, 4):
        assert outcome(without(claims["own/three"], number), x=1001, y=0, c="7/2") is Outcome.DISCARDED


def test_a_constant_has_one_value(claims):
    claim = at(claims["own/three"], "c", fmpq(-3, 7))
    assert (claim.id, claim.words) == ("own/three,c=-3_7", "c = -3/7")
    assert outcome(claim, x=1, y=0, c="-3/7") is Outcome.REFUTED
    with pytest.raises(ValueError, match="is not in Constant"):
        claim.signature.infer({"x": 1, "y": 0, "c": "7/2"})


def test_a_constant_is_named_by_its_lowest_terms(claims):
    for name, value in (("c=7_2", "7/2"), ("c=-1_9", "-1/9"), ("c=0", "0"), ("c=12", "12")):
        made = variant(claims["own/three"], [name])
        assert (made.id, made.words) == (f"own/three,{name}", f"c = {value}")


def test_a_ceiling_is_kept_by_what_is_drawn_and_by_what_is_read(claims):
    claim = at_most(on(claims["own/trace"], "A", Symmetric("n")), "n", 1)
    assert claim.id == "own/trace,A=Symmetric,most.n.1"
    assert claim.signature.bounds == {"n": (1, 1)}
    assert claims["own/trace"].signature.bounds == {"n": (1, 4)}
    assert outcome(claim, A=[[-1]]) is Outcome.REFUTED
    with pytest.raises(ValueError, match="n is at most 1, not 2"):
        claim.signature.infer({"A": [[-1, 0], [0, 0]]})


def test_a_ceiling_above_what_is_drawn_by_default_is_reached_unless_the_claim_bounds_it(claims):
    """A hunt goes on to larger dimensions: that nothing is there below is said of all that lies below."""
    claim = claims["own/trace"]
    assert at_most(claim, "n", 6).signature.bounds == {"n": (1, 6)}
    assert not at_most(claim, "n", 6).signature.unbounded
    bounded = on(claim, "A", Symmetric("n", {"n": (2, 3)}))
    assert at_most(bounded, "n", 6).signature.bounds == {"n": (2, 3)}


def test_nothing_that_is_said_of_the_claim_is_said_of_its_variants(claims):
    claim = claims["own/false"]
    claim.corner, claim.universal, claim.proof = "x = 1", "own/trace", lambda: None
    changed = on(claim, "x", Scalar())
    assert changed.expected is Verdict.HOLDS
    assert (changed.corner, changed.universal, changed.proof, changed.examples) == (None, None, None, [])
    assert changed.statement == r"x ≤ 0\quad\text{(x: any scalar in place of any scalar)}"


@pytest.mark.parametrize(
    "changes",
    [
        ["A=Symmetric"], ["A=PositiveSemidefinite"], ["drop.1"], ["x=Scalar"], ["c=7_2", "c=1"], ["c=14_4"], ["c=+1"],
        ["c=1/2"], ["c="], ["drop.0"], ["drop.5"], ["drop.01"], ["most.n.1"], ["most.x.1"], [""], ["y"],
        ["drop.1", "drop.1"],
    ],
)  # fmt: skip
def test_a_name_that_means_nothing_is_refused(changes, claims):
    known = claims["own/trace" if changes == ["drop.1"] else "own/three"]
    with pytest.raises(ClaimError, match=f"{known.id}.* has no variant"):
        variant(known, changes)


@pytest.mark.parametrize("changes", [["A=Matrix"], ["A=Symmetric", "most.n.2"], ["most.n.1", "A=PositiveSemidefinite"]])
def test_a_variant_is_found_by_its_name_and_is_the_one_that_was_named(changes, claims):
    made = variant(claims["own/trace"], changes)
    assert apart(made.id) == ("own/trace", changes)
    assert variant(claims["own/trace"], changes).statement == made.statement


def test_two_ceilings_and_two_domains_of_one_argument_are_refused(claims):
    for changes in (["most.n.2", "most.n.1"], ["A=PositiveSemidefinite", "A=Symmetric"]):
        with pytest.raises(ClaimError, match="has no variant"):
            variant(claims["own/trace"], changes)


def test_a_file_that_changed_says_so(claims, tmp_path):
    text = (tmp_path / "own.py").read_text(encoding="utf-8")
    (tmp_path / "own.py").write_text(text.replace("import verify", "import verify\n", 1), encoding="utf-8")
    with pytest.raises(ClaimError, match="changed since it was loaded"):
        premises(claims["own/three"].body)


def elsewhere(id, source, queue):
    found = find(id, Claim, source)
    queue.put([found.id, found.statement, outcome(found, A=[[-1]]), find(id, Claim, source) is found])


@pytest.mark.long
def test_another_process_makes_the_same_variant(claims, tmp_path):
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    source = Source.of(wide)
    (tmp_path / "own.py").unlink()  # it has the text alone
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=elsewhere, args=(wide.id, source, queue))
    process.start()
    assert queue.get(timeout=120) == [wide.id, wide.statement, Outcome.REFUTED, True]
    process.join()
