"""The second checker looks more closely at what is open, and rounds its decimals outwards."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from math import isqrt

from verify.certificates.independent.programs import _decimal, require_violation


def compared(relation, left, right):
    return {"relation": relation, "shape": [], "left": [left], "right": [right]}


def said(left, right):
    """Return that a comparison, <, is false, whose sides are between these bounds."""
    sides = {
        side: dict(zip(("lower", "upper"), ends, strict=True)) for side, ends in (("left", left), ("right", right))
    }
    return {"relation": "<", "value": False, "entry": [], **sides}


def test_what_is_open_is_looked_at_more_closely_though_something_else_is_false():
    """Of 1 ≤ 0 and y < √2, where y is larger by 2⁻¹⁵⁰, the second is said, which takes 256 bits."""
    y = Fraction(isqrt(2 * 4**200), 2**200) + Fraction(1, 2**150)
    stated = [compared("≤", 1, 2), compared("<", 3, 4)]
    about = ("1.41", "1.42")
    for order in (stated, stated[::-1]):
        program = {"operations": [["sqrt", 0]], "guards": [], "premises": [], "stated": order}
        found = require_violation(program, [Fraction(2), Fraction(1), Fraction(0), y], said(about, about))
        assert found == "in intervals of 256 bits"


def test_a_program_of_one_input_has_constants_too():
    program = {"operations": [["constant", "3"]], "guards": [], "premises": [], "stated": [compared("<", 0, 1)]}
    assert require_violation(program, [Fraction(5)], said(("5", "5"), ("3", "3"))) == "in exact fractions"


def test_bounds_have_twenty_digits_rounded_as_they_are_to_be():
    for x, low, high in (
        ("2/3", "0.66666666666666666666", "0.66666666666666666667"),
        ("-1/3", "-0.33333333333333333334", "-0.33333333333333333333"), ("5/4", "1.25", "1.25"),
    ):  # fmt: skip
        ends = [_decimal(Fraction(x), rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        assert ends == [Decimal(low), Decimal(high)]
