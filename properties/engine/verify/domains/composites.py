"""Composites go every way that other arguments go: drawn, judged, hunted, shown, certified, checked and read back."""

import json

import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from properties.engine.helpers.domains import signature
from reference.arithmetic import trace
from reference.arithmetic.exact import Balls, Rationals
from reference.dimensions import DimensionError
from verify import Commuting, Dimension, Domain, LowRank, Matrix, Ordered, Symmetric, Vector, equal, leq
from verify.certificates.checker import Invalid, check, parse
from verify.certificates.format import certificate, complexity, seal
from verify.claims.entry import Verdict
from verify.hunt.portfolio import Move
from verify.hunt.tasks import Task, run_task
from verify.judging.judge import Outcome
from verify.running.runner import run_claim
from verify.writing.latex import instance_latex

PAIR = [[["0", "1"], ["0", "0"]], [["0", "2"], ["0", "0"]]]


def transposes_commute(pair: Commuting["n"]):
    A, B = pair
    equal(A @ B.mT, B.mT @ A)


def products_commute(pair: Commuting["n"], c: Vector["n"]):
    A, B = pair
    equal(A @ B @ c, B @ A @ c)


def test_a_pair_is_two_arrays_in_every_arithmetic_that_cannot_be_written_to():
    instance = claim_of(transposes_commute).signature.decode({"pair": PAIR}, {"n": 2})
    for arithmetic in (Rationals, Balls):
        A, B = instance.realise(arithmetic)["pair"]
        assert type(A) is type(B) is arithmetic
        assert not A.array.flags.writeable
        assert not B.array.flags.writeable
    assert instance.show() == "pair = [0 1; 0 0], [0 2; 0 0]"
    assert instance.encode() == {"pair": PAIR}
    assert instance_latex(instance).count("bmatrix") == 4


def test_a_true_claim_on_pairs_holds_and_a_false_one_is_refuted_by_a_certificate_that_is_checked():
    assert run_claim(claim_of(products_commute), 60, 0).verdict is Verdict.HOLDS
    claim = claim_of(transposes_commute)
    findings = run_task(claim, Task(0, Move("bulk", [(2,)], 1), 0, 20.0, 20.0), None)
    assert not findings.errors
    content = findings.certificate
    assert complexity(content["dimensions"], content["inputs"])[0] == 2
    found = check(parse(json.dumps(content).encode()), {claim.id: claim})
    assert found.judgement.outcome is Outcome.REFUTED
    assert found.instance.encode() == content["inputs"]


@pytest.mark.parametrize(
    "pair",
    [[PAIR[0], [["0", "0"], ["1", "0"]]], [PAIR[0]], [*PAIR, PAIR[0]], PAIR[0], [[["0"]], [["0"]]], "0", [PAIR[0], 1]],
)
def test_a_certificate_of_something_else_than_a_pair_is_invalid(pair):
    claim = claim_of(transposes_commute)
    content = certificate(counterexample(claim, claim.signature.decode({"pair": PAIR}, {"n": 2})))
    content["inputs"]["pair"] = pair
    content["seal"] = seal({key: value for key, value in content.items() if key != "seal"})
    with pytest.raises(Invalid, match="outside the claim's domain"):
        check(parse(json.dumps(content).encode()), {claim.id: claim})


def test_an_example_says_its_sizes_by_the_shapes_of_its_arrays():
    one = signature(pair=Commuting("n"), v=Vector("n+m"))
    assert one.infer({"pair": PAIR, "v": ["1", "1", "1"]}).sizes == {"n": 2, "m": 1}
    with pytest.raises(DimensionError, match="does not say what l is"):
        signature(pair=Commuting("n"), v=Vector("l+m")).infer({"pair": PAIR, "v": ["1", "1", "1"]})
    with pytest.raises(DimensionError, match="does not say what m is"):  # which may be anything from 2 on
        signature(pair=Commuting("n"), v=Vector("min(n,m)")).infer({"pair": PAIR, "v": ["1", "1"]})
    chained = signature(a=Dimension("l+m"), v=Vector("n+m"), n=Dimension("n"))
    assert chained.infer({"a": 7, "v": ["1", "1", "1"], "n": 1}).sizes == {"l": 5, "m": 2, "n": 1}
    with pytest.raises(DimensionError):
        chained.infer({"a": 1, "v": ["1", "1", "1"], "n": 1})
    assert signature(pair=Ordered("n")).infer({"pair": [[[1]], [[2]]]}).sizes == {"n": 1}
    with pytest.raises(ValueError, match="values of 2 arrays"):
        signature(pair=Ordered("n")).infer({"pair": [[[1]]]})
    ranked = signature(A=LowRank("n m k", {"k": (1, 2)})).infer({"A": [[1, 2, 3], [0, 0, 1]]})
    assert ranked.sizes == {"n": 2, "m": 3, "k": 2}  # at most: no array says it


def test_the_sides_may_be_any_function_of_both():
    def body(pair: Commuting[Symmetric["n"]], M: Matrix["n n"]):
        A, B = pair
        leq(trace(A @ B @ M), trace(B @ A @ M))

    assert run_claim(claim_of(body), 40, 0).verdict is Verdict.HOLDS
    assert issubclass(Commuting, Domain)
    assert fmpq(1) == signature(pair=Commuting("n")).infer({"pair": [[[1]], [[1]]]}).values["pair"][0].item()


@pytest.mark.parametrize("data", ["ab", {"A": PAIR[0], "B": PAIR[1]}, {1, 2}, 2, None, [PAIR[0]], [*PAIR, PAIR[0]]])
def test_what_is_no_list_of_as_many_arrays_is_no_pair(data):
    with pytest.raises(DimensionError, match=r"has values of 2 arrays$"):
        Commuting("n").read(data, [(2, 2), (2, 2)], {"n": 2})
