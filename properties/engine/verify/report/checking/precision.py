"""What depends on how many bits a checker knows, or on how it reads a number: all three judge a certificate alike."""

import json
from fractions import Fraction

import pytest

from properties.engine.helpers.certificates import resealed
from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.javascript import answers, needed
from properties.engine.helpers.programs import as_data, first, second
from verify.certificates.format import certificate
from verify.certificates.programs.program import NoProgram, program
from verify.registry.loading import load_file

FALSE = """
from reference.arithmetic import *
from verify import *

@claim("near/statement", "the first is certainly false from 128 bits on, the second at once")
def test_statement(x: Positive):
    leq(exp(x), exp(x) - x / 10**25)
    leq(exp(x), 0)

@claim("near/entry", "the first entry is certainly false from 128 bits on, the second at once")
def test_entry(v: PositiveVector["d"]): leq(exp(v), exp(v) - v / 10**10)

@claim("near/operand", "the second operand is known from 128 bits on")
def test_operand(x: Positive): less(exp(x), 0) & less(exp(x), exp(x) + x / 10**25)

@claim("near/late", "the second operand is known from 1024 bits on")
def test_late(x: Positive): less(exp(x), 0) & less(exp(x), exp(x) + x / 10**200)

@claim("near/steep", "a number of more digits than Python writes")
def test_steep(x: Scalar): leq(exp(x), 10)

@claim("near/constant", "a number of more digits than a certificate may have")
def test_constant(x: Scalar): leq(10**500 * x, 0)

@claim("near/long", "a number of more digits than Python reads")
def test_long(x: Scalar): leq(10**5000 * x, 0)

@claim("near/truth", "a bare number is true")
def test_truth(x: Scalar): leq(1, 0) if x.item() else leq(0, 1)

@claim("near/truths", "of bare numbers some are true")
def test_truths(v: Vector["d"]): leq(sum(1 for entry in v.tolist() if entry), 1)
"""

INPUTS = {
    "near/statement": {"x": 1},
    "near/entry": {"v": [Fraction(1, 10**15), 1]},
    "near/operand": {"x": 1},
    "near/late": {"x": 1},
    "near/steep": {"x": 20_000},
    "near/constant": {"x": 1},
    "near/truth": {"x": 1},
    "near/truths": {"v": [1, 1]},
}


@pytest.fixture
def claims(tmp_path):
    """The false claims, by their ids."""
    file = tmp_path / "near.py"
    file.write_text(FALSE, encoding="utf-8")
    return {claim.id: claim for claim in load_file(file)}


def found(claims, id, inputs):
    return counterexample(claims[id], claims[id].signature.infer(inputs))


@needed
def test_all_three_judge_alike_what_is_known_to_fewer_bits_or_digits(claims, tmp_path):
    refuted = {id: found(claims, id, inputs) for id, inputs in INPUTS.items()}
    data = {id: certificate(one) for id, one in refuted.items()}
    assert data["near/operand"]["violation"]["operands"][1]["value"] is None
    assert data["near/entry"]["violation"]["entry"] == [1]
    made = as_data({id: program(one) for id, one in refuted.items()})
    late = data["near/late"]
    sharp = resealed(late, precision=1024, violation=_known(late["violation"]))
    true = [("near/truth", {"x": "0"}), ("near/truths", {"v": ["0", "1"]})]
    cases = [
        *((json.dumps(one), id) for id, one in data.items()),
        (json.dumps(sharp), "near/late"),
        *((json.dumps(resealed(data[id], inputs=inputs)), id) for id, inputs in true),
    ]
    said = [
        (first(text, claims), second(text, made[id]), page["verdict"])
        for (text, id), page in zip(cases, answers(cases, made, tmp_path), strict=True)
    ]
    assert said == [("valid",) * 3] * 9 + [("invalid", "open", "open")] * 2


def _known(violation):
    """The violation with the second operand decided, as balls of 1024 bits find it."""
    one, other = violation["operands"]
    return {**violation, "operands": [one, {**other, "value": True}]}


@needed
def test_all_three_read_numbers_alike(claims, tmp_path):
    one = found(claims, "near/truth", {"x": 1})
    data, made = certificate(one), as_data({"near/truth": program(one)})
    spelled = ["1/01", "+1", "1 ", "\n1", "١", "１", "1e0", "0x1", "1_0", "", "1/0", "1/-1", "01", "1/1"]
    bounds = [f"1e{'9' * 24}", "1.", "+2", "2e+2"]
    cases = [
        *(json.dumps(resealed(data, inputs={"x": text})) for text in spelled),
        *(json.dumps(resealed(data, violation=_wider(data["violation"], bound))) for bound in bounds),
    ]
    pages = answers([(text, "near/truth") for text in cases], made, tmp_path)
    said = [
        {first(text, claims) == "valid", second(text, made["near/truth"]) == "valid", page["verdict"] == "valid"}
        for text, page in zip(cases, pages, strict=True)
    ]
    assert said == [{False}] * 12 + [{True}] * 2 + [{False}] * 3 + [{True}]


def _wider(violation, bound):
    return {**violation, "left": {"lower": "0", "upper": bound}}


def test_a_constant_that_is_too_long_is_no_program(claims):
    with pytest.raises(NoProgram, match="a constant has more than 4000 characters"):
        program(found(claims, "near/long", {"x": 1}))
