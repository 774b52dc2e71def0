"""The published schema of certificates says what the trusted checker says, as far as a schema can."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from properties.engine.helpers.certificates import FORGERIES, INSTANCES, JSON, certified, places, resealed
from properties.engine.helpers.foreign import TREE
from verify.certificates.checker import Invalid, Malformed, check, parse
from verify.certificates.format import certificate
from verify.claims.counterexample import Counterexample
from verify.judging.judge import Outcome

pytestmark = pytest.mark.usefixtures("claims")

SCHEMA = json.loads((TREE / "docs" / "reference" / "certificate.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
KEPT = sorted(TREE.glob("properties/*/claims/certificates/*.json"))
KINDS = ["forged/symmetric", "forged/equivalence", "forged/definite"]

INEXPRESSIBLE = ("is unknown: name the file", "is not exact: certificates hold fractions")
"""For what the checker calls a text malformed that a schema admits: a claim that nobody states, 1.0 for 1."""


def relations(statement):
    """Yield every relation of a statement."""
    yield statement["relation"]
    for operand in statement.get("operands", []):
        yield from relations(operand)


def answer(data, claims):
    """Return what the checker makes of data, and why."""
    try:
        check(parse(json.dumps(data).encode()), claims)
    except (Invalid, Malformed) as error:
        return type(error).__name__, str(error)
    return "valid", ""


def is_a_choice(data, reason):
    """Say whether what is no number is a string that stands for an argument: which are choices, the claim says."""
    inputs = data.get("inputs")
    bare = [each for each in inputs.values() if isinstance(each, str)] if isinstance(inputs, dict) else []
    return any(f"{each[:20]!r} is no number" in reason for each in bare)


def require_agreement(data, claims):
    """What is valid follows the schema; what is malformed does not, but for what no schema can say."""
    verdict, reason = answer(data, claims)
    if verdict == "valid":
        VALIDATOR.validate(data)
    if verdict == "Malformed" and not any(words in reason for words in INEXPRESSIBLE) and not is_a_choice(data, reason):
        assert not VALIDATOR.is_valid(data), reason


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)
    for data in ({}, [], 1, None):
        assert not VALIDATOR.is_valid(data)


@pytest.mark.long
def test_every_kept_certificate_follows_it():
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in KEPT]
    for data in kept:
        VALIDATOR.validate(data)
    definitions = SCHEMA["$defs"]
    known = {
        *definitions["comparison"]["properties"]["relation"]["enum"],
        *definitions["connective"]["properties"]["relation"]["enum"],
    }
    assert {relation for data in kept for relation in relations(data["violation"])} == known


@pytest.mark.parametrize("id", [id for id in INSTANCES if id != "forged/raises"])
@settings(max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_certificate_that_is_written_follows_it(id, claims, data):
    VALIDATOR.validate(certified(id))
    claim = claims[id]
    instance = data.draw(claim.signature.strategy())
    judgement = claim.judge(instance)
    if judgement.outcome is Outcome.REFUTED:
        VALIDATOR.validate(json.loads(json.dumps(certificate(Counterexample(claim, instance, judgement)))))


NEARLY = [
    "1/2", " 1", "1 ", "1_0", "+1", "1/", "1/0", "1/02", "1/-2", "-0", "٣", "0x1", "1e5", "1.", ".5", "Infinity", "inf",
    "NaN", "-Infinity", "9" * 400, "9" * 401, "", "relu", True, False, None, 0, 1, -1, 16, 17, 2**31 - 1, 2**31, 0.0,
    1.0, [], [[]], [True], {}, {"lower": "-9", "upper": "9"}, {"lower": "-9", "upper": "9", "more": "0"},
]  # fmt: skip
"""What is nearly a number, or is one in another spelling."""


@settings(max_examples=30, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_checker_and_schema_agree_on_a_value_in_the_place_of_another(claims, data):
    require_agreement_on_what_is_drawn(data, claims)


@pytest.mark.long
@settings(max_examples=600, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_checker_and_schema_agree_on_any_value_in_the_place_of_any_other(claims, data):
    require_agreement_on_what_is_drawn(data, claims)


def require_agreement_on_what_is_drawn(data, claims):
    forged = certified(data.draw(st.sampled_from(KINDS)))
    path = data.draw(st.sampled_from(list(places(forged))[1:]))
    target = forged
    for key in path[:-1]:
        target = target[key]
    change = data.draw(st.sampled_from(["another", "no", "one more"]))
    if change == "one more" and isinstance(target, dict):
        target[data.draw(st.sampled_from(["more", "operands", "entry", "left", "", " "]))] = target[path[-1]]
    elif change == "no":
        del target[path[-1]]
    else:
        target[path[-1]] = data.draw(st.sampled_from(NEARLY) | JSON)
    require_agreement(forged if path[0] == "seal" else resealed(forged), claims)


ENDS = {"lower": "0", "upper": "1"}
COMPARISON = {"relation": "<", "value": False, "entry": [], "left": ENDS, "right": ENDS}

REFUSED = {
    "huge dimensions", "another format", "no precision", "a huge precision", "no violation", "a long number", "a float",
    "a denominator of zero",
}  # fmt: skip
"""The forgeries that are malformed already; to find the others takes the claim."""


@pytest.mark.parametrize("change", FORGERIES)
def test_a_forgery_follows_it_exactly_if_only_the_claim_gives_it_away(change, claims):
    forged = resealed(certified("forged/symmetric"), **FORGERIES[change])
    assert VALIDATOR.is_valid(forged) == (change not in REFUSED)
    assert answer(forged, claims)[0] != "valid"


@pytest.mark.parametrize(
    ("path", "value"),
    [(["inputs", "A", 0, 1], True), (["inputs", "A", 0, 1], "+1"), (["inputs", "A", 0, 1], "1/"),
     (["inputs", "A", 0, 1], " 1"), (["inputs", "x"], True), (["violation", "entry"], [False, True]),
     (["violation", "note"], "so"), (["violation", "operands"], []), (["violation", "left", "middle"], "1"),
     (["violation", "left", "lower"], "+0"), (["violation", "left", "upper"], "9_9"),
     (["violation", "left", "upper"], "inf"), (["versions", "numpy"], 2), (["note"], "so"),
     (["dimensions", "d"], -1), (["dimensions", "d"], 17), (["dimensions", "d"], True), (["dimensions", "d"], "2"),
     (["dimensions", "d e"], 2), (["dimensions", "2"], 2), (["inputs"], {}), (["inputs", "y z"], "1"),
     (["inputs", "A"], {"0": "1"}), (["inputs", "A", 0, 1], "one"), (["inputs", "A", 0, 1], "9" * 401),
     (["inputs", "A", 0, 1], 2**31), (["inputs", "A", 0, 1], -(2**31)),
     (["inputs", "x"], "9" * 401), (["inputs", "x"], None), (["claim"], "a claim"),
     (["claim"], "forged/symmetric/"), (["claim"], 1), (["statement"], 1), (["format"], True), (["precision"], 63),
     (["precision"], 1025), (["precision"], "64"), (["source"], "0" * 63), (["seal"], "0" * 63), (["versions"], []),
     (["violation", "value"], True), (["violation", "entry"], [0, 2**31]), (["violation", "entry"], [-1, 1]),
     (["violation", "entry"], {}), (["violation", "left"], ["0", "0"]), (["violation", "left", "lower"], 0)],
)  # fmt: skip
def test_what_the_engine_never_writes_is_refused_by_both(path, value, claims):
    """Some say the same as the genuine certificate in another spelling, or beside it what nobody checks."""
    require_refusal("forged/symmetric", path, value, claims)


@pytest.mark.parametrize(
    ("path", "value"),
    [(["note"], "so"), (["value"], 0), (["value"], "false"), (["entry"], []), (["operands"], []),
     (["operands"], [COMPARISON]), (["operands"], [COMPARISON] * 3), (["relation"], "not"), (["relation"], "nand"),
     (["operands", 0, "operands"], [COMPARISON]), (["operands", 1, "value"], "null")],
)  # fmt: skip
def test_what_is_no_connective_is_refused_by_both(path, value, claims):
    require_refusal("forged/equivalence", ["violation", *path], value, claims)


@pytest.mark.parametrize(("relation", "operands"), [("not", 1), ("and", 2), ("or", 2), ("implies", 2), ("iff", 2)])
def test_a_connective_has_its_number_of_operands(relation, operands, claims):
    for count in range(4):
        stated = {"relation": relation, "value": False, "operands": [COMPARISON] * count}
        data = certified("forged/symmetric") | {"violation": stated}
        assert VALIDATOR.is_valid(data) == (count == operands)


def require_refusal(id, path, value, claims):
    """Require that both refuse a genuine certificate with another value in a place."""
    genuine = certified(id)
    assert answer(resealed(genuine), claims)[0] == "valid"
    forged = copy.deepcopy(genuine)
    target = forged
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    forged = forged if path == ["seal"] else resealed(forged)
    assert answer(forged, claims)[0] != "valid"
    assert not VALIDATOR.is_valid(forged)
