"""Certificates: a refutation survives on paper, no edited one does."""

import copy
import json
import re
from decimal import Decimal

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.certificates import FORGERIES, INSTANCES, certified, resealed, verdict
from properties.engine.helpers.claims import counterexample
from verify.certificates.checker import Invalid, _agreed, _agreeing
from verify.certificates.format import complexity, describe, enclosure
from verify.certificates.shelf import keep, path_of, write
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import Truth

pytestmark = pytest.mark.usefixtures("claims")

# --- genuine ones ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", INSTANCES)
def test_a_refutation_survives_on_paper(id, claims, tmp_path):
    claim = claims[id]
    instance = claim.signature.infer(INSTANCES[id])
    path = keep(counterexample(claim, instance), tmp_path / "new" / "folder")
    assert path == path_of(claim, tmp_path / "new" / "folder")
    assert verdict(path.read_bytes()) == "valid"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def size(data):
    return complexity(data["dimensions"], data["inputs"])


def test_the_simpler_certificate_is_kept(claims, tmp_path):
    claim = claims["forged/symmetric"]
    small, large = ({"A": a, "x": 1} for a in ([[0, 1], [0, 0]], [[0, 1, 3], [0, 0, "7/8"], [5, 0, 0]]))
    stored = []
    for values in (large, small, large):
        instance = claim.signature.infer(values)
        path = keep(counterexample(claim, instance), tmp_path)
        stored.append(json.loads(path.read_text()))
    assert [data["dimensions"]["d"] for data in stored] == [3, 2, 2]
    assert size(stored[1]) < size(stored[0])


@pytest.mark.parametrize(
    "junk", ["", "null", "[]", "[" * 100_000, '{"dimensions": [], "inputs": 1}', "simpler, edited"]
)
def test_junk_in_the_place_of_a_certificate_is_replaced(junk, claims, tmp_path):
    claim = claims["forged/symmetric"]
    path = path_of(claim, tmp_path)
    if junk.startswith("simpler"):  # a certificate of another statement, from before an edit of the claim
        junk = json.dumps(resealed(certified(claim.id), statement="x"))
    path.write_text(junk)
    instance = claim.signature.infer({"A": [[0, 1], [3, 0]], "x": 2})
    keep(counterexample(claim, instance), tmp_path)
    assert verdict(path.read_bytes()) == "valid"


def test_writing_leaves_the_old_file_when_it_fails(tmp_path):
    path = tmp_path / "file.json"
    write({"a": 1}, path)
    with pytest.raises(TypeError):
        write({"a": object()}, path)
    assert json.loads(path.read_text()) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["file.json"]


@given(
    p=st.integers(-(10**30), 10**30),
    q=st.integers(1, 10**30),
    power=st.sampled_from([0, 1, 60, 5000, 10**6, -5000, -(10**6)]),
)
def test_enclosures_are_rounded_outwards(p, q, power):
    exact = fmpq(p, q)
    ball = arb(exact) * arb(2) ** power
    low, high = (Decimal(text) for text in enclosure(ball).values())
    assert low <= high
    if abs(power) <= 5000:
        low, high = (fmpq(*bound.as_integer_ratio()) for bound in (low, high))
        assert low <= exact * fmpq(2) ** power <= high
        plain = [fmpq(*Decimal(text).as_integer_ratio()) for text in enclosure(exact).values()]
        assert plain[0] <= exact <= plain[1]


# --- forged ones ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["forged/symmetric", "forged/equivalence"])
def test_every_digit_matters(id):
    text = json.dumps(certified(id), indent=2)
    for match in re.finditer(r"\d", text):
        other = str((int(match[0]) + 1 + match.start() % 9) % 10)
        changed = text[: match.start()] + other + text[match.end() :]
        assert verdict(changed.encode()) != "valid"


@pytest.mark.parametrize("change", FORGERIES)
def test_a_forgery_with_a_fitting_seal_is_found(change):
    genuine = certified("forged/symmetric")
    assert verdict(resealed(genuine)) == "valid"
    assert verdict(resealed(genuine, **FORGERIES[change])) != "valid"


@pytest.mark.parametrize(
    ("where", "value"),
    [(["relation"], "≤"), (["value"], True), (["value"], 0), (["entry"], [1, 1]), (["left", "upper"], "-1"),
     (["left", "lower"], "7"), (["right"], {"lower": "5", "upper": "9"}), (["left", "lower"], "NaN"),
     (["left", "lower"], "sNaN"), (["left", "upper"], "1e999999999"), (["left"], "0"), (["right"], None),
     (["right", "lower"], 1), (["right", "upper"], "9" * 10**5), (["left", "lower"], "1e9999999999999999999999"),
     (["operands"], [{}])],
)  # fmt: skip
def test_a_forged_violation_is_found(where, value):
    genuine = certified("forged/symmetric")
    violation = copy.deepcopy(genuine["violation"])
    target = violation
    for key in where[:-1]:
        target = target[key]
    target[where[-1]] = value
    wider = where == ["left", "upper"] and Decimal(value) > 1  # encloses the side still, if less tightly
    assert (verdict(resealed(genuine, violation=violation)) == "valid") == wider


@pytest.mark.parametrize("value", ["relation", ["relation"], None, 5, {}])
def test_a_violation_that_says_nothing_is_found(value):
    genuine = certified("forged/equivalence")
    assert verdict(resealed(genuine, violation=value)) != "valid"
    first, *others = genuine["violation"]["operands"]
    for operands in ([value, *others], [first, *others, value], others, value):
        assert verdict(resealed(genuine, violation=genuine["violation"] | {"operands": operands})) == "Invalid"


def test_bounds_in_the_wrong_order_enclose_nothing():
    truth = Truth("≤", False, sides=(arb(1.5, 0.5), arb(0)))
    zero = {"lower": "0", "upper": "0"}

    def stated(low, high):
        return {"relation": "≤", "value": False, "entry": [], "left": {"lower": low, "upper": high}, "right": zero}

    assert _agreed(stated("1.2", "1.8"), truth) is truth
    with pytest.raises(Invalid, match="the left side is"):
        _agreed(stated("1.8", "1.2"), truth)


def test_a_claim_that_raises_at_a_forged_instance_makes_it_invalid():
    genuine = certified("forged/raises")
    beyond = {"A": [["0"] * 5] * 5}
    assert verdict(resealed(genuine, inputs=beyond, dimensions={"d": 5})) == "Invalid"


def test_a_certificate_at_which_the_premise_is_false_is_invalid_whatever_it_states():
    """The conclusion is false there, and that refutes nothing."""
    genuine = certified("forged/premise")
    assert verdict(resealed(genuine)) == "valid"
    inputs = {"x": "1", "y": "2"}
    ends = {"left": {"lower": "1", "upper": "1"}, "right": {"lower": "2", "upper": "2"}}
    thirds = {"left": {"lower": "0.3", "upper": "0.4"}, "right": {"lower": "1.3", "upper": "1.4"}}
    for sides in ({}, ends, thirds):
        violation = genuine["violation"] | sides
        assert verdict(resealed(genuine, inputs=inputs, violation=violation)) == "Invalid"


@pytest.mark.parametrize(("size", "answer"), [(1, "Invalid"), (2, "valid"), (3, "valid"), (4, "Invalid")])
def test_a_size_beyond_a_bound_is_outside_and_the_bound_itself_is_not(size, answer, claims):
    genuine = certified("forged/bounded")
    vector = ["0"] * (size - 1) + ["1"]
    violation = genuine["violation"] | {"entry": [size - 1]}
    forged = resealed(genuine, inputs={"v": vector}, dimensions={"d": size}, violation=violation)
    assert verdict(forged) == answer
    signature = claims["forged/bounded"].signature
    if answer == "valid":
        assert signature.infer({"v": vector}).sizes == {"d": size}
    else:
        with pytest.raises(ValueError, match=f"the dimension d is at (least 2|most 3), not {size}"):
            signature.infer({"v": vector})


def test_of_several_that_are_false_any_may_be_the_one_that_is_stated():
    first, second, third = (Truth("<", False, sides=(fmpq(k), fmpq(0))) for k in (1, 2, 3))
    judgement = Judgement(Outcome.REFUTED, 0, ground=first, false=(first, second))
    for truth in (first, second):
        assert _agreeing(describe(truth), judgement).ground is truth
    with pytest.raises(Invalid, match="the left side is 1 to 1, not as stated"):
        _agreeing(describe(third), judgement)
