"""What the second checker makes of comparisons and connectives, open ones too, and of what is said of them."""

from fractions import Fraction
from itertools import product

import pytest

from verify.certificates.independent.intervals import Interval
from verify.certificates.independent.programs import Refused, _evaluated, combined, require_violation

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


def test_what_has_no_value_has_none_in_what_is_made_of_it():
    operations = [["constant", "-1"], ["log", 1], ["+", 2, 0], ["*", 3, 3], ["constant", "3"]]
    values = _evaluated(operations, [Interval(Fraction(2), Fraction(2), 64)])
    assert values[2:5] == [None] * 3
    assert values[5] is not None
