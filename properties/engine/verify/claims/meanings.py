"""What a body looks up means, where it is judged, what it meant where it was stated; or it is another claim."""

from fractions import Fraction

import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import exp
from verify import Scalar, leq
from verify.certificates import checker
from verify.certificates.checker import Invalid
from verify.claims.meanings import changed, meanings
from verify.judging.changed import away_from_corner
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError

BOUND, TIMES, LIST, GIVEN = 1, Fraction(1, 2), [1], None


def helper(x):
    """Return x."""
    return x


def bounded(x: Scalar):
    assert LIST
    leq(sum(TIMES * helper(y) for y in (x,)), BOUND)


def stated():
    """Return the claims of a loop, whose bodies see its last k."""
    found = []
    for k in (0, 2):

        def body(x: Scalar):
            leq(x * x, k * x * x)  # noqa: B023  # that is the point

        found.append(claim_of(body))
    return found


def test_a_claim_of_a_loop_is_judged_for_the_number_that_it_was_stated_for_or_not_at_all():
    first, last = stated()
    one = first.signature.decode({"x": "1"}, {})
    with pytest.raises(
        ClaimError, match=r"^k was 0 where the claim is stated, and is 2 where it is judged: state it in"
    ):
        first.judge(one)
    assert last.judge(one).outcome is Outcome.CERTAIN
    with pytest.raises(Invalid, match="cannot be judged there: k was 0"):
        checker._judge(first, one, 64)
    with pytest.raises(ClaimError, match="k was 0"):
        first.away.judge(one)


@pytest.mark.parametrize(
    ("name", "value"),
    [("BOUND", 2), ("BOUND", 1.0), ("BOUND", True), ("TIMES", Fraction(1, 3)), ("helper", exp), ("helper", None)],
)
def test_a_name_that_means_something_else_is_told(name, value, monkeypatch):
    claim = claim_of(bounded)
    one = claim.signature.decode({"x": "1"}, {})
    claim.judge(one)
    meant = globals()[name]
    monkeypatch.setitem(globals(), name, value)
    assert list(changed(bounded, claim.surroundings)) == [(name, meant, value)]
    with pytest.raises(ClaimError, match=rf"^{name} was "):
        claim.judge(one)


@pytest.mark.parametrize(("name", "value"), [("LIST", [2]), ("BOUND", 1), ("BOUND", [7]), ("TIMES", Fraction(2, 4))])
def test_what_means_the_same_or_may_change_itself_is_not_asked(name, value, monkeypatch):
    claim = claim_of(bounded)
    monkeypatch.setitem(globals(), name, value)
    assert not list(changed(bounded, claim.surroundings))


def test_names_are_those_that_a_body_looks_up():
    def inner(x: Scalar):
        later = unset  # told below
        return lambda: BOUND + (later, around, None)[0]

    around = ("text", 1)
    assert meanings(inner) == {"BOUND": 1, "around": ("text", 1)}
    assert meanings(bounded).keys() == {"BOUND", "TIMES", "helper", "leq"}
    assert meanings(away_from_corner(bounded)) == meanings(bounded)
    assert meanings(len) == {}


def test_functions_of_the_papers_may_be_put_wrong_ones_for(monkeypatch):
    assert "helper" in meanings(bounded)
    monkeypatch.setattr(bounded, "__module__", "properties.mine2030.claims.bounds")
    assert meanings(bounded).keys() == {"BOUND", "TIMES"}


def test_what_was_not_there_yet_may_come(monkeypatch):
    def body(x: Scalar):
        leq(x, LATER)  # that is the point

    claim = claim_of(body)
    monkeypatch.setitem(globals(), "LATER", 5)
    assert claim.judge(claim.signature.decode({"x": "1"}, {})).outcome is Outcome.CERTAIN

    def around(x: Scalar):
        leq(x, later)

    claim = claim_of(around)
    later = 5
    assert claim.judge(claim.signature.decode({"x": "1"}, {})).outcome is Outcome.CERTAIN
