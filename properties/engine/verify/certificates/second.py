"""What the second checker refuses, one thing at a time: each edit of a certificate that it calls valid."""

import hashlib
import json
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from verify.certificates.independent.check import check, read
from verify.certificates.independent.intervals import Interval
from verify.certificates.independent.programs import NotJudged, Refused, _evaluated, combined, require_violation

PROGRAM: dict[str, Any] = {
    "program": 1, "claim": "a/b", "statement": "says", "source": "of", "bounds": {"d": [1, 3], "k": [0, None]},
    "dimensions": {"d": 2, "k": 16},
    "inputs": [
        {"name": "x", "domain": {"kind": "Positive"}, "shapes": [[]]},
        {"name": "v", "domain": {"kind": "Vector"}, "shapes": [[2]]},
        {"name": "name", "domain": {"kind": "OneOf", "choices": ["one", "two", 3]}, "shapes": [[]]},
        {"name": "pair", "domain": {"kind": "Free", "of": {"kind": "Scalar"}}, "shapes": [[], []]},
    ],
    "choices": {"name": "one"},
    "operations": [["sqrt", 0], ["*", 1, 2], ["constant", "3/2"]],
    "guards": [["<", 4, 3]], "premises": [{"relation": "≤", "shape": [], "left": [0], "right": [2]}],
    "stated": [{"relation": "<", "shape": [2], "left": [1, 2], "right": [2, 1]}],
}  # fmt: skip
"""Inputs x, v₁, v₂ and a pair; then √x, v₁v₂ and 3/2. A branch was taken on the pair, x ≤ v₂, and v < its reverse."""

GENUINE = {
    "format": 1, "claim": "a/b", "statement": "says", "dimensions": {"d": 2, "k": 16},
    "inputs": {"x": "2", "v": ["1", "3"], "pair": ["1/2", "-1/3"], "name": "one"},
    "violation": {"relation": "<", "value": False, "entry": [1], "left": {"lower": "3", "upper": "3"},
                  "right": {"lower": "1", "upper": "1"}},
    "precision": 64, "source": "of", "versions": {"numpy": "2"},
}  # fmt: skip


def sealed(content):
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
    return json.dumps({**content, "seal": digest}).encode()


def edited(data, place, value):
    """Return a copy of data with another value in a place; of ``...`` without it."""
    copy = json.loads(json.dumps(data))
    *path, last = place
    inner = copy
    for key in path:
        inner = inner[key]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return copy


@pytest.mark.parametrize(("place", "value"), [
    (("precision",), 1024), (("versions",), {}), (("versions", "numpy"), "\ud800"),
    (("inputs", "x"), 2), (("inputs", "x"), "3"), (("inputs", "x"), "4/2"),
    (("inputs", "x"), "2" + "0" * 198 + "/1" + "0" * 199), (("inputs", "v"), [-(2**31) + 1, "3"]),
    (("violation", "entry"), [1]), (("violation", "left", "lower"), "-3e9"),
    (("violation", "left", "upper"), "Infinity"),
    (("violation", "left", "lower"), "3." + "0" * 398),
    (("violation", "right", "lower"), "-Infinity"), (("violation", "right", "upper"), "1.00"),
])  # fmt: skip
def test_what_is_said_truly_is_valid_in_whatever_bounds(place, value):
    content = edited(GENUINE, place, value)
    if place[:2] == ("inputs", "v"):
        content["violation"]["right"] = {"lower": str(value[0]), "upper": str(value[0])}
    if place[:2] == ("inputs", "x") and len(str(value)) > 9:
        assert len(value) == 400
    assert check(sealed(content), PROGRAM) == "in intervals of 128 bits"
    exact = PROGRAM | {"operations": [["+", 0, 0], *PROGRAM["operations"][1:]]}
    assert check(sealed(content), exact) == "in exact fractions"


LARGE = 2**31
REFUSED = [
    (("note",), "so", "other fields"), (("versions",), ..., "other fields"), (("versions",), [], "other fields"),
    (("precision",), "64", "other fields"), (("precision",), True, "other fields"), (("claim",), 1, "other fields"),
    (("versions", "numpy"), 2, "a version is a string"), (("precision",), 63, "from 64 to 1024"),
    (("precision",), 1025, "from 64 to 1024"), (("format",), 2, "another format"), (("claim",), "a/c", "its claim"),
    (("statement",), "other", "its statement"), (("source",), "other", "its source"),
    (("inputs", "y"), "1", "other arguments"), (("inputs", "x"), ..., "other arguments"),
    (("dimensions", "e"), 1, "other dimensions"), (("dimensions", "d"), ..., "other dimensions"),
    (("dimensions", "d"), 0, "d is out of bounds"), (("dimensions", "d"), 4, "d is out of bounds"),
    (("dimensions", "d"), True, "d is out of bounds"), (("dimensions", "d"), "2", "d is out of bounds"),
    (("dimensions", "k"), 17, "k is out of bounds"), (("dimensions", "k"), -1, "k is out of bounds"),
    (("inputs", "name"), "four", "none of the choices"), (("inputs", "name"), True, "none of the choices"),
    (("inputs", "name"), 3.0, "malformed|none of the choices|seal"),
    (("inputs", "name"), ["one"], "none of the choices"),
    (("inputs", "pair"), ["1"], "pair has another shape"), (("inputs", "pair"), "1", "pair has another shape"),
    (("inputs", "v"), ["1"], "v has another shape"), (("inputs", "v"), "1", "v has another shape"),
    (("inputs", "v"), ["1", "2", "3"], "v has another shape"), (("inputs", "v"), {"0": "1"}, "v has another shape"),
    (("inputs", "v"), [["1"], "2"], "v has an entry that is no number"), (("inputs", "x"), "0", "outside its domain"),
    (("inputs", "x"), "-1", "outside its domain"), (("inputs", "x"), "1/0", "no number"),
    (("inputs", "x"), "+1", "no number"), (("inputs", "x"), " 1", "no number"), (("inputs", "x"), "1/-2", "no number"),
    (("inputs", "x"), True, "no number"), (("inputs", "x"), None, "no number"),
    (("inputs", "x"), "1" * 401, "no number"),
    (("inputs", "x"), LARGE, "no number"), (("inputs", "x"), -LARGE, "no number"),
    (("inputs", "x"), "1.0", "no number"),
    (("inputs", "x"), "4", "a premise is false"), (("inputs", "v"), ["4", "3"], "it is true at|is less|is greater"),
    (("inputs", "v"), ["3", "3"], "right side is greater"), (("violation", "value"), True, "another one"),
    (("violation", "value"), None, "another one"), (("violation", "value"), 0, "another one"),
    (("violation", "relation"), "≤", "another one"), (("violation", "entry"), [0], r"true at \[0\]"),
    (("violation", "entry"), [True], "malformed"), (("violation", "entry"), [2], "malformed"),
    (("violation", "entry"), 1, "malformed"), (("violation", "entry"), ..., "another one"),
    (("violation", "operands"), [], "another one"), (("violation", "left"), {"lower": "3"}, "two bounds"),
    (("violation", "left", "middle"), "3", "two bounds"), (("violation", "left", "lower"), "03.", "a decimal"),
    (("violation", "left", "lower"), "NaN", "a decimal"), (("violation", "left", "upper"), "9" * 401, "a decimal"),
    (("violation", "left", "upper"), "+3", "a decimal"), (("violation", "left", "lower"), 3, "malformed"),
    (("violation", "left"), {"lower": "4", "upper": "2"}, "left side is less"),
    (("violation", "left", "lower"), "3.0000000000000000001", "left side is less"),
    (("violation", "left"), {"lower": "3.1", "upper": "4"}, "left side is less"),
    (("violation", "left"), {"lower": "2", "upper": "2.9"}, "left side is greater"),
    (("violation", "right"), {"lower": "1.1", "upper": "2"}, "right side is less"),
    (("violation", "right"), {"lower": "0", "upper": "0.9999999999999999999"}, "right side is greater"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "why"), REFUSED)
def test_any_other_value_in_a_place_is_refused_and_why(place, value, why):
    with pytest.raises(Refused, match=why):
        check(sealed(edited(GENUINE, place, value)), PROGRAM)


@pytest.mark.parametrize(("text", "why"), [
    (b"", "malformed"), (b"[1]", "malformed"), (b"\xff", "malformed"),
    (b" " * (1 << 18) + b"{}", "larger than 256 KiB"),
    (b'{"a": 1, "a": 1}', "a key stands twice"), (b"[" * 61 + b"]" * 61, "nested deeper than 60"),
    (sealed(GENUINE).replace(b'"says"', b'"said"'), "the seal does not fit"),
    (sealed(GENUINE).replace(b'"format": 1', b'"format": 1.0'), "other fields"),
    (sealed(GENUINE).replace(b'"2", "v"', b'2.0, "v"'), "malformed"),
    (sealed(GENUINE).replace(b'"2", "v"', b'NaN, "v"'), "malformed"),
])  # fmt: skip
def test_a_text_that_is_no_certificate_is_refused(text, why):
    with pytest.raises(Refused, match=why):
        check(text, PROGRAM)


def test_the_longest_and_the_deepest_are_read():
    text = sealed(GENUINE)
    assert check(text + b" " * ((1 << 18) - len(text)), PROGRAM)
    with pytest.raises(Refused, match="larger"):
        check(text + b" " * ((1 << 18) - len(text) + 1), PROGRAM)
    for leaf in ("", "1"):
        deep = edited(GENUINE, ("violation", "left"), json.loads("[" * 58 + leaf + "]" * 58))
        with pytest.raises(Refused, match=r"malformed|two bounds"):
            check(sealed(deep), PROGRAM)
    with pytest.raises(Refused, match="nested"):
        check(sealed(edited(GENUINE, ("violation", "left"), json.loads("[" * 59 + "]" * 59))), PROGRAM)


@pytest.mark.parametrize(("place", "value", "why"), [
    (("dimensions", "d"), 3, "other dimensions"), (("choices", "name"), "two", "another name"),
    (("inputs", 1, "domain"), {"kind": "Own"}, "domain of v is not known"),
    (("guards",), [["<", 3, 4]], "another branch"),
    (("operations", 0), ["sqrt", 4], "not decided in intervals of 1024 bits"),
    (("stated", 0), {"relation": "<", "shape": [], "left": [5], "right": [5]}, None),
])  # fmt: skip
def test_what_the_program_does_not_say_is_left_open(place, value, why):
    program = edited(PROGRAM, place, value)
    if place[0] == "operations":  # a root of a negative number, that is compared
        program = edited(program, ("stated", 0, "right"), [2, 5])
    if why is None:  # a root is not less than itself: certainly so
        violation = {"relation": "<", "value": False, "entry": [], "left": {"lower": "1", "upper": "2"},
                     "right": {"lower": "1", "upper": "2"}}  # fmt: skip
        with pytest.raises(NotJudged, match="not decided"):
            check(sealed(edited(GENUINE, ("violation",), violation)), program)
        return
    with pytest.raises(NotJudged, match=why):
        check(sealed(GENUINE), program)


OPEN = {"relation": "≤", "shape": [], "left": [6], "right": [0]}
"""That √x √x ≤ x, which no precision decides."""


@pytest.mark.parametrize("changed", [
    {"premises": [OPEN]}, {"premises": [*PROGRAM["premises"], OPEN]}, {"premises": [OPEN, *PROGRAM["premises"]]},
    {"guards": [["≤", 6, 0]]}, {"guards": [*PROGRAM["guards"], ["≤", 6, 0]]},
])  # fmt: skip
def test_a_premise_or_a_branch_that_stays_open_is_none_that_is_met(changed):
    operations = [PROGRAM["operations"][0], ["*", 5, 5], PROGRAM["operations"][2]]
    with pytest.raises(NotJudged, match="not decided in intervals of 1024 bits"):
        check(sealed(GENUINE), PROGRAM | {"operations": operations} | changed)


def test_each_premise_and_each_branch_counts():
    false = {"relation": "<", "shape": [], "left": [2], "right": [0]}
    with pytest.raises(Refused, match="a premise is false"):
        check(sealed(GENUINE), PROGRAM | {"premises": [*PROGRAM["premises"], false]})
    with pytest.raises(NotJudged, match="another branch"):
        check(sealed(GENUINE), PROGRAM | {"guards": [*PROGRAM["guards"], ["<", 3, 4]]})


def test_a_size_is_within_its_bounds_and_at_most_sixteen():
    for bounds in ({"d": [2, 2], "k": [16, 16]}, {"d": [0, 20], "k": [16, None]}):
        assert check(sealed(GENUINE), PROGRAM | {"bounds": bounds})
    for bounds in ({"d": [3, 3], "k": [0, 16]}, {"d": [1, 1], "k": [0, 16]}, {"d": [1, 3], "k": [0, 15]}):
        with pytest.raises(Refused, match="out of bounds"):
            check(sealed(GENUINE), PROGRAM | {"bounds": bounds})
    with pytest.raises(Refused, match="k is out of bounds"):
        check(sealed(edited(GENUINE, ("dimensions", "k"), 17)), PROGRAM | {"bounds": {"d": [2, 2], "k": [0, 20]}})


def test_of_another_format_or_another_claim_no_program_proves_anything():
    for key, value in (("program", 2), ("claim", "c/d"), ("statement", ""), ("source", "")):
        with pytest.raises(Refused, match=r"another format|is not that of"):
            check(sealed(GENUINE), PROGRAM | {key: value})


# --- answers ----------------------------------------------------------------------------------------------------------

KNOWN = {"and": all, "or": any, "implies": lambda p: p[1] or not p[0], "iff": lambda p: p[0] is p[1]}


@pytest.mark.parametrize("relation", KNOWN)
def test_a_connective_is_open_where_its_open_operands_may_decide(relation):
    worlds = {True: [True], False: [False], None: [True, False]}
    for (p, some), (q, others) in product(worlds.items(), repeat=2):
        answers = {KNOWN[relation]([x, y]) for x in some for y in others}
        assert combined(relation, [p, q]) is (answers.pop() if len(answers) == 1 else None)
    assert [combined("not", [x]) for x in (True, False, None)] == [False, True, None]


@pytest.mark.parametrize(("relation", "below", "equal", "above"), [
    ("<", True, False, False), ("≤", True, True, False), ("=", False, True, False), ("≠", True, False, True),
    ("⪰", False, True, True),
])  # fmt: skip
def test_a_comparison_is_decided_by_what_is_below_and_above(relation, below, equal, above):
    one, two, wide = (Interval(Fraction(p), Fraction(q), 64) for p, q in ((1, 1), (2, 2), (1, 2)))
    for p, q, answer in (
        (one, two, below),
        (one, one, equal),
        (two, one, above),
        (wide, Interval(Fraction(0), Fraction(3), 8), None),
    ):
        assert combined(relation, [p.less(q), q.less(p)]) is answer


def said(relation, value, *operands):
    return {"relation": relation, "value": value, "operands": list(operands)}


def compared(relation, value, left, right):
    return {"relation": relation, "value": value, "entry": [], "left": {"lower": left, "upper": left},
            "right": {"lower": right, "upper": right}}  # fmt: skip


def trees(*sides):
    return [{"relation": "<", "shape": [], "left": [p], "right": [q]} for p, q in sides]


NESTED = {
    "operations": [], "guards": [], "premises": [],
    "stated": [{"relation": "<", "shape": [], "left": [0], "right": [1]},
               {"relation": "and", "operands": trees((0, 1), (1, 0))}],
}  # fmt: skip


@pytest.mark.parametrize(("violation", "why"), [
    (said("and", False, compared("<", True, "1", "2"), compared("<", False, "2", "1")), None),
    (said("and", False, compared("<", None, "1", "2"), compared("<", None, "2", "1")), None),
    (said("and", False, compared("<", False, "1", "2"), compared("<", False, "2", "1")), "another one"),
    (said("and", False, compared("<", True, "1", "2")), "another one"),
    (said("and", False, compared("<", True, "1", "2"), compared("<", True, "2", "1")), "another one"),
    (said("or", False, compared("<", True, "1", "2"), compared("<", False, "2", "1")), "another one"),
    (said("and", False, compared("<", True, "0", "2"), compared("<", False, "2", "1")), "left side is greater"),
    (said("and", False, compared("<", True, "1", "3"), compared("<", False, "2", "1")), "right side is less"),
    ({**said("and", False), "note": 1}, "another one"), ([], None),
])  # fmt: skip
def test_operands_are_what_is_said_of_them_or_said_to_be_undecided(violation, why):
    inputs = [Fraction(1), Fraction(2)]
    if violation == []:
        with pytest.raises(AttributeError):
            require_violation(NESTED, inputs, violation)
        return
    if why is None:
        assert require_violation(NESTED, inputs, violation) == "in exact fractions"
        return
    with pytest.raises(Refused, match=why):
        require_violation(NESTED, inputs, violation)


def test_where_nothing_stated_is_false_nothing_is_violated():
    for stated in ([], NESTED["stated"][:1]):
        with pytest.raises(Refused, match="what the claim states is true"):
            require_violation(NESTED | {"stated": stated}, [Fraction(1), Fraction(2)], compared("<", False, "1", "2"))


def test_a_number_is_an_integer_of_few_bits_or_a_spelled_fraction():
    assert [read("x", x, []) for x in (7, "-7/2", "0/5", 1 - LARGE)] == [7, Fraction(-7, 2), 0, 1 - LARGE]
    assert read("x", [["1"], ["2"]], [2, 1]) == [[1], [2]]


def test_what_has_no_value_has_none_in_what_is_made_of_it():
    operations = [["constant", "-1"], ["log", 1], ["+", 2, 0], ["*", 3, 3], ["constant", "3"]]
    values = _evaluated(operations, [Interval(Fraction(2), Fraction(2), 64)])
    assert values[2:5] == [None] * 3
    assert values[5] is not None
