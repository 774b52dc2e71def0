"""Variants of claims: what each of them is, and that none is taken for the claim itself, or for another."""

import json
import multiprocessing
from pathlib import Path

import pytest
from flint import fmpq

from properties.engine.helpers.certificates import resealed
from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.commands import refused
from verify.certificates import shelf
from verify.certificates.checker import Malformed, Unproven, check, parse
from verify.certificates.format import certificate
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.claims.premises import premises
from verify.claims.variants import apart, at, at_most, on, variant, without
from verify.commands.main import main
from verify.domains import Scalar, Symmetric
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError
from verify.registry.loading import load_file
from verify.registry.sources import Source, find

CLAIMS = """
import verify
from reference.arithmetic import trace
from verify import Constant, Positive, PositiveDefinite, Scalar, Symmetric, assume, claim, implies, leq, less


def bounded(x):
    assume(leq(x, 1000))


@claim("own/trace", r"0 \\\\le \\\\operatorname{tr} A", label="eq. (1)", kind="inequality")
def test_trace(A: PositiveDefinite["n"]):
    less(0, trace(A))


@claim("own/three", "x ≤ c, if 1 ≤ x ≤ 3 and y = 0")
def test_three(x: Scalar, y: Scalar, c: Constant("7/2")):
    bounded(x)
    assume(leq(x, 3)); verify.assume(leq(1, x))
    for k in (0, 1):
        assume(
            leq(y, k) & leq(-k, y))
    implies(leq(0, y), leq(x, c))


@claim("own/false", "x ≤ 0", expected="refuted")
def test_false(x: Scalar):
    leq(x, 0)
"""


@pytest.fixture
def claims(tmp_path, monkeypatch):
    """Return claims of a file in the folder of the test, by their ids."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CLAIMS.replace("\\\\", "\\"), encoding="utf-8")
    return {entry.id: entry for entry in load_file(Path("own.py"))}


def refuting(claim, **values):
    """Return the certificate of a claim, or variant, at an instance."""
    return certificate(counterexample(claim, claim.signature.infer(values)))


def outcome(claim, **values):
    return claim.judge(claim.signature.infer(values)).outcome


# --- what a variant is ------------------------------------------------------------------------------------------------


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


def test_a_ceiling_is_kept_by_what_is_drawn_and_by_what_is_read(claims):
    claim = at_most(on(claims["own/trace"], "A", Symmetric("n")), "n", 1)
    assert claim.id == "own/trace,A=Symmetric,most.n.1"
    assert claim.signature.bounds == {"n": (1, 1)}
    assert claims["own/trace"].signature.bounds == {"n": (1, 4)}
    assert outcome(claim, A=[[-1]]) is Outcome.REFUTED
    with pytest.raises(ValueError, match="n is at most 1, not 2"):
        claim.signature.infer({"A": [[-1, 0], [0, 0]]})


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
    (tmp_path / "own.py").write_text(CLAIMS.replace("import verify", "import verify\n", 1), encoding="utf-8")
    with pytest.raises(ClaimError, match="changed since it was loaded"):
        premises(claims["own/three"].body)


# --- no certificate stands for another --------------------------------------------------------------------------------


def test_a_certificate_of_a_variant_is_none_of_the_claim(claims):
    claim = claims["own/trace"]
    wide = on(claim, "A", Symmetric("n"))
    data = refuting(wide, A=[[-1]])
    assert check(data, {wide.id: wide}).claim is wide
    with pytest.raises(Malformed, match="is unknown"):
        check(data, claims)
    for forged in (
        resealed(data, claim=claim.id),
        resealed(data, claim=claim.id, statement=claim.statement),
        resealed(data, claim=claim.id, statement=claim.statement, source=claim.digest),
    ):
        with pytest.raises(Unproven):
            check(forged, claims)


def test_a_certificate_without_a_premise_is_none_of_the_claim_nor_of_another_variant(claims):
    claim = claims["own/three"]
    first, second = without(claim, 1), without(claim, 2)
    data = refuting(first, x=4, y=0, c="7/2")
    assert check(data, {first.id: first})
    for other in (claim, second, at(claim, "c", fmpq(7, 2)), variant(claim, ["drop.2", "drop.3"])):
        with pytest.raises(Unproven):
            check(data, {other.id: other})
        with pytest.raises(Unproven):
            check(data, {data["claim"]: other})
        with pytest.raises(Unproven, match="not violated there: discarded"):
            check(resealed(data, claim=other.id, statement=other.statement), {other.id: other})


def test_a_certificate_of_one_constant_is_none_of_another(claims):
    low, high = (at(claims["own/three"], "c", fmpq(value)) for value in (1, 2))
    data = refuting(low, x=2, y=0, c=1)
    with pytest.raises(Unproven, match="is not in Constant"):
        check(resealed(data, claim=high.id, statement=high.statement), {high.id: high})
    inputs = {**data["inputs"], "c": "2"}
    with pytest.raises(Unproven, match="not violated"):
        check(resealed(data, claim=high.id, statement=high.statement, inputs=inputs), {high.id: high})


def test_a_ceiling_is_checked(claims):
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    low = at_most(wide, "n", 1)
    data = refuting(wide, A=[[-1, 0], [0, 0]])
    with pytest.raises(Unproven, match="at most 1, not 2"):
        check(resealed(data, claim=low.id, statement=low.statement), {low.id: low})


def test_what_is_kept_of_a_variant_is_not_kept_of_the_claim(claims, tmp_path):
    claim = claims["own/trace"]
    wide = on(claim, "A", Symmetric("n"))
    path = shelf.keep(counterexample(wide, wide.signature.infer({"A": [[-1]]})), tmp_path)
    assert path.name == "own_trace,A=Symmetric.json"
    assert path != shelf.path_of(claim, tmp_path)
    path.rename(shelf.path_of(claim, tmp_path))
    with pytest.raises(Unproven):
        shelf.load(shelf.path_of(claim, tmp_path), claim)


# --- the commands -----------------------------------------------------------------------------------------------------


def kept(data, name="found.json"):
    Path(name).write_text(json.dumps(data), encoding="utf-8")
    return name


def test_the_checker_finds_the_variant_by_its_name(claims, capsys):
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    data = refuting(wide, A=[[-1]])
    assert main(["check", "--claims", "own.py", kept(data)]) == 0
    assert capsys.readouterr().out == (
        "found.json: valid: own/trace,A=Symmetric (A: symmetric in place of positive definite; it is not the claim "
        "itself) is refuted: 0 ≥ -1\n"
    )
    assert main(["check", "--claims", "own.py", kept(resealed(data, claim="own/trace"))]) == 1
    assert main(["check", "--claims", "own.py", kept(resealed(data, claim="own/trace,A=Density"))]) == 2
    assert main(["check", "--claims", "own.py", kept(resealed(data, claim="nobody/trace,A=Matrix"))]) == 2
    err = capsys.readouterr().err.splitlines()
    assert len(err) == 2
    assert "has no variant" in err[0]
    assert "is unknown" in err[1]


def test_a_variant_is_no_target(claims, capsys):
    assert "no claim is called 'own/trace,A=Symmetric'" in refused(capsys, "hunt", "own/trace,A=Symmetric")
    Path("counterexamples").mkdir()
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    kept(refuting(wide, A=[[-1]]), "counterexamples/own_trace.json")
    assert "is unknown" in refused(capsys, "keep", "own.py::test_trace")


def elsewhere(id, source, queue):
    found = find(id, Claim, source)
    queue.put([found.id, found.statement, outcome(found, A=[[-1]]), find(id, Claim, source) is found])


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


def test_a_certificate_of_a_variant_is_what_parse_reads(claims):
    data = refuting(at(claims["own/three"], "c", fmpq(-3, 7)), x=1, y=0, c="-3/7")
    assert parse(json.dumps(data).encode())["claim"] == "own/three,c=-3_7"
