"""What a program has of domains, constants and trees; and the words of those that have none."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic import maximum, sqrt
from reference.arithmetic.terms.term import NoForm
from verify import (
    Constant,
    Dimension,
    Free,
    Index,
    Integer,
    Interval,
    LowRank,
    Matrix,
    OneOf,
    Permutation,
    Positive,
    Scalar,
    Vector,
    assume,
    leq,
    less,
    positive_semidefinite,
)
from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import Places, Undecided
from verify.certificates.coq.statements import Statement
from verify.certificates.independent import intervals
from verify.certificates.independent.programs import _judged
from verify.certificates.programs.domains import described
from verify.certificates.programs.program import NoProgram, _reason, _written, program, programs


class Own(Scalar):  # type: ignore[misc]  # Any to mypy
    """A domain of one's own."""


class OwnVector(Vector):  # type: ignore[misc]
    """Another one."""


@pytest.mark.parametrize(
    ("domain", "data"),
    [
        (Scalar(), {"kind": "Scalar"}), (Matrix("d r"), {"kind": "Matrix"}), (Own(), {"kind": None, "name": "Own"}),
        (Constant("7/2"), {"kind": "Constant", "value": "7/2"}), (Integer("d"), {"kind": "Integer", "limits": []}),
        (Interval("d", -1, "1/2"), {"kind": "Interval", "limits": ["-1", "1/2"]}),
        (Integer("d", 0, 9), {"kind": "Integer", "limits": ["0", "9"]}),
        (LowRank("d d r"), {"kind": "LowRank", "rank": 2}), (OneOf("a", "b"), {"kind": "OneOf", "choices": ["a", "b"]}),
        (Index("d"), {"kind": "Index", "choices": [0, 1, 2]}), (Permutation("d"), {"kind": "Permutation"}),
        (Dimension("d"), {"kind": "Dimension", "choices": [3]}),
        (Free(Vector("d")), {"kind": "Free", "of": {"kind": "Vector"}}),
        (Free(OwnVector("d")), {"kind": "Free", "of": {"kind": None, "name": "OwnVector"}}),
    ],
)  # fmt: skip
def test_a_domain_is_named_with_what_it_is_of(domain, data):
    assert described(domain, {"d": 3, "r": 2}) == data


def test_constants_of_four_thousand_characters_are_written_and_no_longer_ones():
    assert len(_written(fmpq(10**3999))) == 4000
    with pytest.raises(OverflowError, match="a constant has more than 4000 characters"):
        _written(fmpq(10**4000))
    assert _written(fmpq(-1, 3)) == "-1/3"


def test_why_there_is_none_is_one_line():
    made = "it is not made of the four operations, roots, exponentials, logarithms and erfc"
    assert _reason(NoForm("complex numbers")) == f"complex numbers: {made}"
    assert _reason(TypeError("no log: of that\nsecond")) == f"no log: {made}"
    assert _reason(LookupError("first\nsecond")) == "LookupError: first"


def of_sums(v: Vector["d"], x: Positive):
    assume(less(0, x))
    leq(v.sum() + 1, x / 3)
    leq(v, 0 * v + sqrt(x) + 1)


def test_a_program_places_each_operation_once_after_its_operands():
    claim = claim_of(of_sums)
    made = program(counterexample(claim, claim.signature.infer({"v": ["1", "1/2"], "x": "1"})))
    assert (made["program"], made["claim"], made["source"]) == (1, "of_sums", claim.digest)
    assert (made["values"], made["dimensions"], made["bounds"]) == (["1", "1/2", "1"], {"d": 2}, {"d": [1, None]})
    places = dict(enumerate(made["operations"], 3))
    assert len({tuple(operation) for operation in places.values()}) == len(places)
    for place, (name, *operands) in places.items():
        assert name == "constant" or all(k < place for k in operands)

    def value(k):
        if k < 3:
            return [1, 0.5, 1][k]
        name, *operands = places[k]
        if name == "constant":
            return float(fmpq(*map(int, operands[0].split("/"))))
        parts = [value(one) for one in operands]
        found = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "sqrt": np.sqrt}[name](*parts)
        return float(found)

    first, second = made["stated"]
    assert ([*map(value, first["left"])], first["shape"]) == ([2.5], [])
    assert [*map(value, first["right"])] == pytest.approx([1 / 3])
    assert ([*map(value, second["left"])], [*map(value, second["right"])], second["shape"]) == ([1, 0.5], [2, 2], [2])
    (premise,) = made["premises"]
    assert (premise["relation"], [*map(value, premise["left"])], premise["right"]) == ("<", [0], [2])
    assert programs([counterexample(claim, claim.signature.infer({"v": ["1"], "x": "1"}))]).keys() == {"of_sums"}


def of_two_premises(x: Positive, y: Positive):
    assume(less(x, 3))
    assume(less(y, 2))
    leq(y, x)


def test_every_premise_is_in_the_program():
    claim = claim_of(of_two_premises)
    made = program(counterexample(claim, claim.signature.infer({"x": "1/2", "y": 1})))
    assert [premise["left"] for premise in made["premises"]] == [[0], [1]]
    values = [*made["values"], *(operands[0] for name, *operands in made["operations"] if name == "constant")]
    assert [values[premise["right"][0]] for premise in made["premises"]] == ["3", "2"]


def of_several(x: Scalar, y: Scalar):
    ~(less(x, y) & leq(y, x))
    less(x, y) & less(y, x)


def test_connectives_have_their_operands_in_their_order():
    claim = claim_of(of_several)
    first, second = program(counterexample(claim, claim.signature.infer({"x": 2, "y": 1})))["stated"]
    below, above = ({"relation": "<", "shape": [], "left": [k], "right": [1 - k]} for k in (0, 1))
    assert first == {
        "relation": "not",
        "operands": [{"relation": "and", "operands": [below, above | {"relation": "≤"}]}],
    }
    assert second == {"relation": "and", "operands": [below, above]}


def of_a_root(x: Positive, y: Positive):
    leq(maximum(sqrt(x), y), 0)


@pytest.mark.parametrize(("bits", "is_decided"), [(300, True), (490, True), (540, False)])
def test_what_a_formula_branches_on_is_decided_to_five_hundred_bits(bits, is_decided):
    near = fmpq(isqrt(2 * 4**600), 2**600) + fmpq(1, 2**bits)
    claim = claim_of(of_a_root)
    found = counterexample(claim, claim.signature.infer({"x": "2", "y": str(near)}))
    if is_decided:
        assert len(program(found)["guards"]) == 1
        return
    with pytest.raises(NoProgram, match=r"^Undecided: "):
        program(found)


def of_constants(x: Scalar):
    leq(x, 1)
    positive_semidefinite([[2, 1], [1, 2]])


def test_what_is_stated_of_constants_alone_has_no_program():
    claim = claim_of(of_constants)
    found = counterexample(claim, claim.signature.infer({"x": 2}))
    with pytest.raises(NoProgram, match=r"^a comparison, ⪰, of no entry of an input: it is not made of the four"):
        program(found)


def test_steps_prove_what_is_so_and_there_are_none_of_the_contrary():
    places = Places({"values": ["1", "2"], "operations": []}, 20)
    for name, value in (("x", 1), ("y", 2)):
        places.add_input(name, Fraction(value))
    below, above = (
        Statement({"relation": "<", "shape": [], "left": [k], "right": [1 - k]}, places) for k in (0, 1)
    )  # fmt: skip
    assert (below.text, below.value, above.value) == ("(x < y)", True, False)
    assert below.steps(negated=False) == "\n  assert (x < y).\n  { unfold x, y. lra. }\n  tauto.\n"
    assert above.steps(negated=True) == "\n  assert (~ (y < x)).\n  { unfold y, x. lra. }\n  tauto.\n"
    for statement, negated in ((below, True), (above, False)):
        with pytest.raises(Undecided):
            statement.steps(negated)


def test_a_choice_and_a_domain_that_coq_does_not_know_are_told():
    scalar = {"name": "x", "domain": {"kind": "Positive"}, "shapes": [[]]}
    made = {
        "claim": "own/one", "statement": "", "source": "0", "dimensions": {}, "choices": {"name": "b", "k": 0},
        "inputs": [
            {"name": "name", "domain": {"kind": "OneOf", "choices": ["a", "b"]}, "shapes": [[]]},
            {"name": "k", "domain": {"kind": "Index", "choices": [0, 1]}, "shapes": [[2]]}, scalar,
            {"name": "v", "domain": {"kind": None, "name": "Own"}, "shapes": [[2]]},
        ],
        "values": ["2", "3", "4"], "operations": [], "guards": [], "premises": [],
        "stated": [{"relation": "≤", "shape": [], "left": [2], "right": [0]}],
    }  # fmt: skip
    text = coq_file(made)
    assert "\n(* name = b, one of a, b. *)\n\n(* k = 0, one of 0, 1. *)\n\n(* x: Positive *)\n" in text
    entries = "Definition v_0 : R := 3.\nDefinition v_1 : R := 4.\n"
    assert f"\n(* v: Own *)\n{entries}\n(* It is not stated here that v lies in its domain. *)\n" in text
    assert "Theorem refuted : ~ (v_1 <= x).\n" in text
    assert text.startswith("(* own/one is refuted\n   Statement: \n   Source of the claim")


def test_the_second_checker_judges_a_matrix_by_its_smallest_eigenvalue():
    values = [intervals.Interval(Fraction(x), Fraction(x), 64) for x in (2, 1, 0, -1)]
    for entries, answer in (([0, 1, 1, 0], True), ([1, 0, 0, 1], False), ([2, 2, 2, 2], True), ([0, 2, 2, 3], False)):
        tree = {"relation": "⪰", "shape": [2, 2], "left": entries, "right": [2] * 4}
        found = _judged(tree, values)
        assert (found.relation, found.answer, found.operands, list(found.entries)) == ("⪰", answer, [], ["[]"])
        stated, smallest, zero = found.entries["[]"]
        assert (stated, zero.low, zero.high) == (answer, 0, 0)
        assert smallest.low <= {(0, 1, 1, 0): 1, (2, 2, 2, 2): 0}.get(tuple(entries), -1) <= smallest.high
