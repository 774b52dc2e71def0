"""What explorations meet seldom: a file that changed, ends of no certificate, two ways to one domain, no dimension."""

from types import SimpleNamespace

import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Commuting, Constant, Scalar, Symmetric, equal, leq
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.errors import UsageError
from verify.explore import bisection, exploration
from verify.explore.bisection import Bisection, Bracket
from verify.explore.exploration import Exploration, Line, explore
from verify.explore.hunting import Answer
from verify.explore.report import _reason, text_of
from verify.hunt.examiner import Findings
from verify.hunt.state import Hunt
from verify.judging.judge import NOT_FINITE
from verify.judging.statements import ClaimError


def squares(x: Scalar, c: Constant(3)):  # type: ignore[valid-type]
    leq(c * x, x * x + 4)


def commute(pair: Commuting[Symmetric["n"]]):
    A, B = pair
    equal(A @ B, B @ A)


def answered(claim, **findings):
    """Return what a hunt found."""
    state = Hunt(claim, 0, 1.0)
    state.add(
        Findings("bulk", **{"looked": 9, "instances": 9, "decided": 9, "met": True, "confirmed": True} | findings)
    )
    return Answer(claim, state)


def refuted(x, c, **findings):
    """Return an answer with its counterexample."""
    claim = claim_of(squares)
    claim = claim if c == "3" else bisection.at(claim, "c", fmpq(int(c)))
    found = counterexample(claim, claim.signature.infer({"x": x, "c": c}))
    made = answered(claim, certificate=certificate(found), **findings)
    made.found = found
    return made


def test_a_file_that_changed_is_one_line(monkeypatch):
    def changed(body):
        raise ClaimError("own.py: changed since it was loaded")

    monkeypatch.setattr(exploration, "premises", changed)
    with pytest.raises(UsageError, match=r"^own\.py: changed since it was loaded$"):
        explore(Exploration(claim_of(squares)), None)


def test_an_end_without_a_counterexample_is_neither_moved_nor_kept():
    claim = claim_of(squares)
    search = Bisection(SimpleNamespace(keep=lambda *_: pytest.fail("it was kept")), claim, "c", answered(claim))
    search.found.answers[fmpq(6)] = answered(claim)
    bracket = Bracket(fmpq(3), fmpq(6))
    search._slide(bracket)
    assert bracket == Bracket(fmpq(3), fmpq(6))
    assert search._keep(bracket) is False


def test_a_counterexample_is_taken_along_until_both_ends_are_close(monkeypatch):
    judged, calls = bisection.judged, []
    monkeypatch.setattr(bisection, "judged", lambda *given: calls.append(1) or judged(*given))
    claim = claim_of(squares)
    search = Bisection(None, claim, "c", answered(claim))
    search.found.answers[fmpq(6)] = refuted("3", "6")
    search._slide(Bracket(fmpq(3), fmpq(6)))
    assert 8 <= len(calls) < bisection._MOST_SLIDES  # until a bracket of 3 is one of 0.004


def test_what_comes_no_nearer_to_zero_ends_after_so_many_steps(monkeypatch):
    claim, ends = claim_of(squares), (fmpq(0), fmpq(6))
    calls, end = [], refuted("3", "6")
    search = Bisection(SimpleNamespace(late=False), claim, "c", answered(claim))
    search.found.answers[fmpq(6)] = end
    monkeypatch.setattr(bisection, "judged", lambda *given: calls.append(1) or end.found)
    search._slide(Bracket(*ends))
    assert len(calls) == 16
    hunted = []
    monkeypatch.setattr(search, "_slide", lambda bracket: None)
    monkeypatch.setattr(search, "_hunted", lambda value: hunted.append(value) or Verdict.REFUTED)
    search._narrow(Bracket(*ends))
    assert len(hunted) == 24


def test_a_bracket_is_narrow_beside_its_larger_end_whichever_that_is():
    for survived, refuted_at in ((-999, -1000), (-1000, -999), (999, 1000), (1000, 999)):
        assert Bracket(fmpq(survived), fmpq(refuted_at)).narrow


class Told:
    """A hunter for whom all survives."""

    pending = 0

    def __init__(self):
        self.hunted = []

    def hunt(self, claim, kept=True):
        self.hunted.append(claim.id)
        self.pending -= 1
        return answered(claim)


def test_a_domain_to_which_two_ways_lead_is_hunted_once():
    known, hunter = Exploration(claim_of(commute)), Told()
    explore(known, hunter)
    assert len(hunter.hunted) == len(set(hunter.hunted)) > 3
    assert hunter.pending == 0
    assert sum(line.premise.endswith("→ any square matrix") for line in known.lines) == 1


def test_what_is_refuted_lacks_no_value_whatever_else_was_met():
    assert not refuted("1", "6", errors=[f"the claim {NOT_FINITE}"]).lacks_value


def test_of_a_claim_without_dimensions_none_is_least_and_of_no_file_none_is_checked_again():
    base = answered(claim_of(squares))
    lines = text_of(Exploration(base.claim, base, [Line("premise one", refuted("1", "6"))], finished=True), 0).split(
        "\n"
    )
    assert "  needed                 premise one" in lines
    assert not any("check" in line for line in lines)
    assert _reason(base) == "nothing could be judged"
