"""Where a constant stops being refuted is bracketed from both sides, by what hunts would say, without any hunt."""

from types import SimpleNamespace

import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from reference.arithmetic import sqrt
from verify import Constant, Scalar, assume, leq, less
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.claims.variants import at
from verify.explore.bisection import Bisection, Bracket
from verify.explore.hunting import Answer, Hunter, judged
from verify.hunt.examiner import Findings
from verify.hunt.search import Hunt


def claim_at(start):
    def squares(x: Scalar, c: Constant(start)):
        leq(c * x, x * x + 4)  # false where |c| > 4, at x = c / 2

    return claim_of(squares)


class Oracle:
    """Says of each constant what a hunt would, and remembers what it was asked."""

    def __init__(self, refuted, errors=(), ends=10**6, x=None):
        self.refuted, self.errors, self.ends, self.x = refuted, errors, ends, x
        self.asked, self.kept, self.accepts = [], [], True

    @property
    def late(self):
        return len(self.asked) >= self.ends

    def hunt(self, claim, kept=True):
        assert not kept  # only ends are written down
        value = claim.signature.domains["c"].value
        self.asked.append(value)
        return self.answer(claim, value)

    def answer(self, claim, value):
        hunt = Hunt(claim, 0, 1.0)
        if value in self.errors:
            hunt.add(Findings("bulk", errors=["no value"]))
            return Answer(claim, hunt)
        if not self.refuted(value):
            hunt.add(Findings("bulk", instances=5, looked=5, decided=1, met=True))
            return Answer(claim, hunt)
        x = value / 2 if self.x is None else self.x
        found = counterexample(claim, claim.signature.decode({"x": str(x), "c": str(value)}, {}))
        hunt.add(Findings("bulk", certificate=certificate(found)))
        return Answer(claim, hunt, found)

    def keep(self, answer, found):
        self.kept.append(found.instance.values["c"].item())
        return self.accepts


def bisected(start, oracle):
    claim = claim_at(start)
    search = Bisection(oracle, claim, "c", oracle.answer(claim, fmpq(start)))
    search.run()
    return search.found, oracle


def opened(start, oracle):
    """Return what is asked until there are brackets, and these."""
    claim = claim_at(start)
    search = Bisection(oracle, claim, "c", oracle.answer(claim, fmpq(start)))
    search._open()
    return oracle.asked, [(bracket.survived, bracket.refuted) for bracket in search.found.brackets]


def outside(value):
    return abs(value) > 4


def test_from_what_survives_larger_constants_are_tried_and_then_smaller_ones():
    found, oracle = bisected(3, Oracle(lambda _: False))
    assert oracle.asked == [6, 24, 192, fmpq(3, 2), 0, -3]
    assert found.brackets == []
    assert list(found.hunted) == sorted([3, *oracle.asked])
    found, oracle = bisected(0, Oracle(lambda _: False))
    assert oracle.asked == [1, 7, 63, fmpq(-1, 2), -1, -2]
    assert oracle.kept == []


def test_where_larger_ones_fall_one_smaller_is_tried_and_the_bracket_is_narrowed():
    found, oracle = bisected(3, Oracle(outside))
    assert oracle.asked[:2] == [6, fmpq(3, 2)]
    (bracket,) = found.brackets
    assert 3 <= bracket.survived <= 4 < bracket.refuted
    assert bracket.narrow
    assert bracket.refuted - bracket.survived <= bracket.refuted / 1000
    assert oracle.kept == [bracket.refuted]  # the end alone
    assert found.answers[bracket.survived].verdict is Verdict.SURVIVED
    assert found.answers[bracket.refuted].found.instance.values["c"].item() == bracket.refuted
    assert len(oracle.asked) <= 2 + 24
    assert list(found.hunted) == sorted({fmpq(3), *oracle.asked})


@pytest.mark.parametrize(
    ("start", "refuted", "errors", "asked", "ends"),
    [
        (1, outside, (), [2, 8, fmpq(1, 2)], [(2, 8)]),  # the last one that survived is the other end
        (1, outside, (2,), [2, 8, fmpq(1, 2)], [(1, 8)]),  # what has no value is no end
        (-3, lambda c: c < -4, (), [0, 18, 186, fmpq(-9, 2)], [(-3, fmpq(-9, 2))]),
        (3, lambda c: c > 100, (), [6, 24, 192, fmpq(3, 2)], [(24, 192)]),
        (6, outside, (), [3, 12], [(3, 6)]),
        (10, outside, (), [5, 20, 0, 80], [(0, 10)]),
        (10, outside, (0,), [5, 20, 0, 80, -10, 640], []),
        (5, lambda c: c == 5, (), [fmpq(5, 2), 10], [(fmpq(5, 2), 5), (10, 5)]),  # refuted between both
    ],
)
def test_constants_of_the_other_verdict_are_looked_for_on_both_sides(start, refuted, errors, asked, ends):
    assert opened(start, Oracle(refuted, errors)) == (asked, ends)


def test_nothing_is_tried_of_what_is_in_error():
    found, oracle = bisected(3, Oracle(outside, errors=(3,)))
    assert (oracle.asked, found.brackets) == ([], [])


def test_a_counterexample_is_taken_along_as_far_as_it_is_one():
    """At x = 3, c · 3 ≤ 13 is false from c > 13/3 on, which costs no hunt to find out."""
    claim = claim_at(3)
    oracle = Oracle(outside, x=3)
    search = Bisection(oracle, claim, "c", oracle.answer(claim, fmpq(3)))
    value = fmpq(6)
    search.found.answers[value] = oracle.answer(at(claim, "c", value), value)
    bracket = Bracket(fmpq(3), value)
    search._slide(bracket)
    assert fmpq(13, 3) < bracket.refuted < fmpq(13, 3) * fmpq(1003, 1000)
    assert oracle.asked == []
    assert bracket.survived == 3
    answer = search.found.answers[bracket.refuted]
    assert answer.found.instance.values["x"].item() == 3
    assert list(search.found.hunted) == [3, 6]  # what was not hunted for is not said to be


def test_a_counterexample_is_taken_along_before_anything_is_hunted_for():
    class First(Oracle):
        """Finds x = 3 wherever that is a counterexample."""

        def answer(self, claim, value):
            self.x = 3 if 3 * value > 13 else None
            return super().answer(claim, value)

    _, oracle = bisected(3, First(outside))
    assert oracle.asked[:2] == [6, fmpq(3, 2)]
    assert oracle.asked[2] <= fmpq(13, 3)


def test_an_end_that_the_checker_does_not_accept_is_none_and_late_or_in_error_the_search_ends():
    oracle = Oracle(outside)
    oracle.accepts = False
    assert bisected(3, oracle)[0].brackets == []
    found, oracle = bisected(3, Oracle(outside, ends=2))
    assert len(oracle.asked) == 2
    assert len(found.brackets) == 1
    claim = claim_at(3)
    first = Oracle(outside)
    Bisection(first, claim, "c", first.answer(claim, fmpq(3))).run()
    assert len(first.asked) > 3
    for wrong in first.asked[2:]:
        found, oracle = bisected(3, Oracle(outside, errors=(wrong,)))
        assert oracle.asked[-1] == wrong
        (bracket,) = found.brackets
        verdicts = [found.answers[end].verdict for end in (bracket.survived, bracket.refuted)]
        assert verdicts == [Verdict.SURVIVED, Verdict.REFUTED]  # what is in error is no end


def test_an_interruption_keeps_the_ends_that_were_found():
    class Ended(Oracle):
        def hunt(self, claim, kept=True):
            if len(self.asked) == 2:
                raise KeyboardInterrupt
            return super().hunt(claim, kept)

    claim, oracle = claim_at(3), Ended(outside)
    search = Bisection(oracle, claim, "c", oracle.answer(claim, fmpq(3)))
    with pytest.raises(KeyboardInterrupt):
        search.run()
    assert [bracket.refuted for bracket in search.found.brackets] == oracle.kept != []


def test_only_a_constant_is_bracketed():
    claim = claim_at(3)
    with pytest.raises(TypeError, match="x is no constant of squares"):
        Bisection(Oracle(outside), claim, "x", None)


# --- hunts that share a budget ----------------------------------------------------------------------------------------


def test_hunts_share_what_is_left_of_a_budget_in_equal_parts_and_have_a_second_at_least(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("verify.explore.hunting.time", SimpleNamespace(monotonic=lambda: now[0]))
    hunter = Hunter(None, 1, tmp_path, 0, 60.0, False, None)
    for pending, share in ((1, 60.0), (3, 20.0), (0, 60.0), (-2, 60.0), (100, 1.0)):
        hunter.pending = pending
        assert hunter.share == share
    assert (hunter.seconds, hunter.late, hunter.shared) == (0.0, False, None)
    now[0] = 159.9
    assert (hunter.late, hunter.share) == (False, 1.0)
    now[0] = 160.1
    assert hunter.late
    assert hunter.seconds == pytest.approx(60.1)
    assert Hunter(None, 1, tmp_path, 0, 60.0, True, None).shared == tmp_path


def open_to_the_end(x: Scalar):
    less(sqrt(x) * sqrt(x), x)


def agreeing(x: Scalar):
    leq(sqrt(x) * sqrt(x), x)


def outside_its_premise(x: Scalar):
    assume(less(x, 1))
    leq(x, 1)


def test_what_refutes_another_claim_refutes_this_one_or_is_nothing():
    claim = claim_at(3)
    answer = Oracle(outside).answer(claim, fmpq(3))
    assert judged(claim, {"x": "1", "c": "3"}, answer) is None
    assert judged(claim, {"x": "1", "c": "9"}, answer) is None  # of another constant
    assert judged(claim, {"x": "nothing", "c": "3"}, answer) is None
    for body in (open_to_the_end, agreeing, outside_its_premise):  # undecided, indistinguishable, discarded
        assert judged(claim_of(body), {"x": "2"}, answer) is None
    other = claim_at(5)
    assert judged(other, {"x": "2", "c": "5"}, answer).instance.values["x"].item() == 2
