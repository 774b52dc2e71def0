"""Of two implications on one line, or in one function that is called twice, each has to meet its premise."""

import sys

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import unstack
from verify import Scalar, implies, leq, less
from verify.judging.places import calling, line_of, places
from verify.judging.screen import screen
from verify.judging.statements import statements
from verify.judging.vacuous import implied

NEVER = 2**30


def joined(x: Scalar):
    implies(leq(0, x), leq(0, x)) & implies(less(NEVER, x), leq(x, 0))


def in_a_row(x: Scalar):
    implies(leq(0, x), leq(0, x)), implies(less(NEVER, x), leq(x, 0))


def of_helpers(x: Scalar):
    conditional(leq(0, x), leq(0, x))
    conditional(less(NEVER, x), leq(x, 0))


def conditional(p, q):
    return stated(p, q)


def stated(p, q):
    implies(p, q)


def repeated(x: Scalar):
    for bound in (0, NEVER):
        implies(leq(bound, x), leq(0, x))


@pytest.mark.parametrize(
    ("body", "place"), [(joined, joined), (in_a_row, in_a_row), (of_helpers, stated), (repeated, None)]
)
def test_a_premise_that_is_met_is_not_that_of_another_on_its_line(body, place):
    claim = claim_of(body)
    exact = claim.signature.decode({"x": "1"}, {}).realise(Rationals)
    one = implied(statements(body, exact))
    many = screen(body, {"x": unstack(np.array([[1.0, 1.0], [2.0, 2.0]]).T)}, 2).implied
    for found in (one, many):
        lines = {(__file__, place.__code__.co_firstlineno + 1)} if place else set()
        assert {(file, line) for file, line, _ in found.unmet} == lines
    assert one.unmet == many.unmet  # floats and fractions speak of the same


def test_a_line_is_where_it_is_called_from_and_no_frame_of_the_suite_counts(monkeypatch):
    def inner():
        return line_of(sys._getframe(), outermost.__code__)

    def outer():
        return inner(), inner()

    def outermost():
        return outer()

    one, other = outermost()
    assert one != other
    assert one[:2] == other[:2] == (__file__, inner.__code__.co_firstlineno + 1)
    (first, *_, last), (same, *_, lasts) = ((x[2][:3], x[2][3:6], x[2][6:]) for x in (one, other))
    assert (first, last) == (same, lasts)
    assert one[2][3] == other[2][3] == outer.__code__.co_firstlineno + 1
    assert one[2][4:6] < other[2][4:6]
    assert line_of(None, outer.__code__) == ("", 0, ())
    for name in ("verify.judging.mine", "verify", "reference", "reference.arithmetic"):
        monkeypatch.setitem(globals(), "__name__", name)
        assert outermost()[0] == ("", 0, ()), name
    monkeypatch.setitem(globals(), "__name__", "references")
    assert outermost() == (one, other)


def test_a_place_is_a_file_two_lines_and_two_columns():
    def one():
        return calling(sys._getframe())

    def other():
        return calling(
            sys._getframe()
        )  # fmt: skip

    for function, place in ((one, (1, 1, 15, 39)), (other, (1, 3, 15, 9))):
        lines = [function.__code__.co_firstlineno + line for line in place[:2]]
        assert function() == (__file__, *lines, *place[2:])
        assert function() in set(places(function.__code__))
