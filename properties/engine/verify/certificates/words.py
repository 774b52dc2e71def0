"""In which words the checker refuses a certificate that is well formed, and where its bounds are the last that do."""

import copy
import json
from importlib import metadata
from types import SimpleNamespace

import pytest

from properties.engine.helpers.certificates import certified, resealed, verdict
from vae_verify import version
from verify.certificates import checker
from verify.certificates.checker import Invalid, _judge, check, parse
from verify.judging.judge import Outcome

pytestmark = pytest.mark.usefixtures("claims")


def refused(data, claims):
    """Return the line with which a certificate is refused."""
    with pytest.raises(Invalid) as caught:
        check(parse(json.dumps(data).encode()), claims)
    return str(caught.value)


def test_an_instance_at_which_a_claim_is_not_false_is_told_with_what_it_is_there(claims):
    outside = "its inputs are outside the claim's domain"
    for id, changes, words in (
        ("symmetric", {"inputs": {"A": [["0", "1"], ["1", "0"]], "x": "1/2"}},
         "forged/symmetric is not violated there: indistinguishable at 1024 bits"),
        ("bounded", {"inputs": {"v": ["0", "0"]}},
         "forged/bounded is not violated there: certain in exact fractions"),
        ("premise", {"inputs": {"x": "1", "y": "2"}},
         "forged/premise is not violated there: discarded in exact fractions"),
        ("steep", {"inputs": {"x": "1"}}, "forged/steep is not violated there: certain at 64 bits"),
        ("steep", {"inputs": {"x": "1"}, "precision": 200}, "forged/steep is not violated there: certain at 200 bits"),
        ("raises", {"inputs": {"A": [["0"] * 5] * 5}, "dimensions": {"d": 5}},
         "forged/raises cannot be judged there: four"),
        ("symmetric", {"inputs": {"A": [["0", "1"], ["0", "0"]], "x": "-1/2"}},
         f"{outside}: x: -1/2 is not in Positive"),
        ("symmetric", {"inputs": {"A": [["0", "1"]], "x": "1/2"}},
         f"{outside}: A: a value of shape (1, 2) is not in Matrix[\"d d\"] with {{'d': 2}}"),
    ):  # fmt: skip
        assert refused(resealed(certified(f"forged/{id}"), **changes), claims) == words


def test_a_certificate_names_the_versions_with_which_it_was_made():
    versions = {"vae-verify": version(), **{name: metadata.version(name) for name in ("python-flint", "numpy")}}
    assert certified("forged/bounded")["versions"] == versions


def test_what_a_body_raises_is_told_by_its_first_line_or_else_by_its_kind():
    for error, words in ((LookupError(), "LookupError"), (ValueError("one\ntwo"), "one"), (KeyError("k"), "'k'")):

        def body(error=error):
            raise error

        claim = SimpleNamespace(id="own/one", body=body, require_unchanged=lambda: None)
        with pytest.raises(Invalid, match=f"^own/one cannot be judged there: {words}$"):
            _judge(claim, SimpleNamespace(realise=lambda _: {}), 64)


@pytest.mark.parametrize(
    ("first", "precisions"), [(64, [64, 256, 1024]), (300, [300, 1024]), (1024, [1024]), (256, [256, 1024])]
)
def test_what_is_false_at_few_bits_may_be_as_stated_at_four_times_as_many_up_to_the_ceiling(
    first, precisions, monkeypatch
):
    asked = []

    def judged(claim, instance, precision):
        asked.append(precision)
        return SimpleNamespace(outcome=Outcome.REFUTED, precision=precision)

    def disagreeing(violation, judgement):
        raise Invalid("another one")

    monkeypatch.setattr(checker, "_instance", lambda claim, data: None)
    monkeypatch.setattr(checker, "_judge", judged)
    monkeypatch.setattr(checker, "_agreeing", disagreeing)
    with pytest.raises(Invalid, match="another one"):
        checker._checked(None, {"precision": first, "violation": {}})
    assert asked == precisions
    monkeypatch.setattr(
        checker, "_judge", lambda *_: asked.append(0) or SimpleNamespace(outcome=Outcome.REFUTED, precision=0)
    )
    with pytest.raises(Invalid, match="another one"):
        checker._checked(None, {"precision": first, "violation": {}})
    assert asked == [*precisions, 0]  # in fractions all is known


def test_a_violation_that_is_another_one_is_told_with_what_is_there(claims):
    """The claim is that v ≤ 0, of which v = (0, 1) has the second entry against it."""
    genuine = certified("forged/bounded")
    one, left, right = "its violation is not the one found", "the left side is 1 to 1", "the right side is 0 to 0"
    for changes, words in (
        ({"entry": [0]}, "its violation is not at the entry [0]"),
        ({"entry": [2]}, "its violation is not at the entry found, [1]"),
        ({"entry": [True]}, "its violation is not at the entry found, [1]"),
        ({"entry": 1}, "its violation is not at the entry found, [1]"), ({"relation": "<"}, f"{one}, of ≤"),
        ({"value": True}, f"{one}, of ≤"), ({"value": None}, f"{one}, of ≤"), ({"value": 0}, f"{one}, of ≤"),
        ({"more": 1}, one), ({"operands": []}, one),
        ({"left": {"lower": "2", "upper": "1"}}, f"{left}, not as stated"),
        ({"left": {"lower": "1.01", "upper": "2"}}, f"{left}, not as stated"),
        ({"left": {"lower": "0", "upper": "0.99"}}, f"{left}, not as stated"),
        ({"right": {"lower": "0.01", "upper": "3"}}, f"{right}, not as stated"),
        ({"right": {"lower": "-1", "upper": "-0.01"}}, f"{right}, not as stated"),
    ):  # fmt: skip
        assert refused(resealed(genuine, violation=genuine["violation"] | changes), claims) == words, changes
    assert refused(resealed(genuine, violation={}), claims) == one
    for changes in (
        {"left": {"lower": "1", "upper": "2"}}, {"left": {"lower": "0", "upper": "1"}},
        {"right": {"lower": "0", "upper": "1"}}, {"right": {"lower": "-1", "upper": "0"}},
    ):  # fmt: skip
        assert verdict(resealed(genuine, violation=genuine["violation"] | changes)) == "valid", changes


def test_an_operand_may_be_said_to_be_undecided_and_nothing_else_than_it_is(claims):
    genuine = certified("forged/equivalence")
    for value, expected in ((None, "valid"), (True, "Invalid"), (False, "valid"), (0, "Invalid")):
        violation = copy.deepcopy(genuine["violation"])
        assert violation["operands"][1]["value"] is False
        violation["operands"][1]["value"] = value
        assert verdict(resealed(genuine, violation=violation)) == expected, value
    for operands in (genuine["violation"]["operands"][:1], genuine["violation"]["operands"][::-1], {}, None):
        violation = genuine["violation"] | {"operands": operands}
        assert verdict(resealed(genuine, violation=violation)) == "Invalid"
    violation = genuine["violation"] | {"value": None}
    assert verdict(resealed(genuine, violation=violation)) == "Invalid"  # what is outermost is decided
