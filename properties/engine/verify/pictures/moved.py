"""What may be moved around a counterexample, which way and how far, and what is judged and drawn there."""

from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb, fmpq
from matplotlib.path import Path

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import rationals
from verify import Commuting, ComplexMatrix, Matrix, Positive, Scalar, leq
from verify.judging.judge import Outcome
from verify.pictures import directions, margins

# --- what may be moved ------------------------------------------------------------------------------------------------


def steps(*admitted):
    """Return how many directions there are from 0 in a domain of these numbers alone."""

    class Few(Scalar):
        def contains(self, value):
            return value.item() in admitted

    def body(x: Few):
        leq(x, x)

    return len(directions.directions(claim_of(body).signature.infer({"x": "0"})))


def test_an_entry_may_be_moved_if_a_64th_one_way_stays_inside():
    unit = fmpq(1, 64)
    assert [steps(0, unit), steps(0, -unit), steps(0, -unit, unit)] == [1, 1, 1]
    assert [steps(0), steps(0, 2 * unit, -2 * unit), steps(0, fmpq(1, 65), fmpq(-1, 65))] == [0, 0, 0]


def test_what_raises_is_not_admitted_and_all_have_to_be():
    raised = []

    class Raising(Scalar):
        def contains(self, value):
            raise raised[-1]("no answer")

    def body(x: Raising, y: Positive):
        leq(y, y)

    instance = SimpleNamespace(signature=claim_of(body).signature, sizes={}, values={"x": rationals(1)})
    for error in (ValueError, ArithmeticError):
        raised.append(error)
        assert directions.admitted(instance, {"x"}) is False
    instance.values = {"x": rationals(1), "y": rationals(1)}
    assert directions.admitted(instance, {"y"}) is True
    assert directions.admitted(instance, {"x", "y"}) is False


def test_entries_of_pairs_and_complex_ones_are_read_and_moved():
    def body(P: Commuting["2"], Z: ComplexMatrix["1 2"]):
        leq(0, 1)

    origin = claim_of(body).signature.draw(bytes(4096))
    unit = rationals([[0, 0], [0, 1]])
    second = directions.Direction("P", 1, unit, (1, 1))
    moved = second.moved(origin, fmpq(1, 2))
    assert second.at(moved) == second.at(origin) + fmpq(1, 2)
    assert (moved.values["P"][0] == origin.values["P"][0]).all()
    assert isinstance(moved.values["P"], tuple)
    one = directions.Direction("Z", 0, rationals([[3, 0]]), (0, 0))
    assert one.at(one.moved(origin, fmpq(2))) == one.at(origin) + 6


def test_a_matrix_that_is_not_square_has_no_mirror():
    class Fixed(Matrix):
        def contains(self, value):
            return all(x in (0, 1) for x in value.reshape(-1).tolist())

    def body(A: Fixed["3 2"], B: Fixed["2 3"]):
        leq(0, 1)

    zeros = [["0"] * 2] * 3, [["0"] * 3] * 2
    assert directions.directions(claim_of(body).signature.infer(dict(zip("AB", zeros, strict=True)))) == []
    assert [len(list(directions._mirrored(shape))) for shape in ((2, 2), (3,), (2, 3), (2, 2, 2))] == [3, 0, 0, 0]
    assert np.array_equal(directions._zero((2,)), [0, 0])


# --- where is judged --------------------------------------------------------------------------------------------------


class Along:
    """A direction of which only the place is known, with what is false along it."""

    def __init__(self, at, false):
        self.place, self.false = fmpq(at), false

    def at(self, origin):
        return self.place


def survey(letter):
    """Return a survey that judges by a function of the direction and how far it is moved."""
    made = object.__new__(margins._Survey)
    made.origin, made.seen = None, []

    def judged(moves):
        ((direction, by),) = moves
        made.seen.append(by)
        return letter(direction, by)

    made.letter = judged
    return made


def by_false(direction, by):
    return "a" if direction.false(by) else "A"


def test_it_is_looked_as_far_as_the_entry_is_large_or_closer_where_the_claim_is_true_sooner():
    for at, false, width, count in (
        (0, lambda by: True, 1, 1), (3, lambda by: True, 3, 1), (-3, lambda by: by > 0, 3, 2),
        (fmpq(1, 2), lambda by: by < 0, 1, 1), (3, lambda by: abs(by) <= fmpq(1, 100), fmpq(3, 256), 9),
        (3, lambda by: 0 < by <= fmpq(3, 64), fmpq(3, 16), 6), (3, lambda by: False, 3, 48),
        (0, lambda by: False, 1, 48),
    ):  # fmt: skip
        made = survey(by_false)
        assert made.reach(Along(at, false)) == width
        assert len(made.seen) == count
    assert made.seen[:4] == [fmpq(-1, 4), fmpq(1, 4), fmpq(-1, 16), fmpq(1, 16)]


def test_those_directions_come_first_along_which_the_claim_is_true_and_false(monkeypatch):
    made = survey(lambda direction, by: direction.false(by))
    made.reach = lambda direction: fmpq(2)
    all_false, all_true = Along(0, lambda by: "d"), Along(0, lambda by: "B")
    half, other = (Along(0, lambda by: "a" if by < 0 else "C") for _ in range(2))
    few = Along(0, lambda by: "?" if abs(by) > 1 else "b" if by < 0 else "A")
    one_sided = Along(0, lambda by: "b" if by < 0 else ".")
    for given, expected in (
        ([all_false, half, other], [half, other]), ([few, all_true, half], [half, few]),
        ([one_sided, all_false, all_true], [all_false, all_true]), ([half], [half]),
        ([one_sided, few, all_true], [few, all_true]),
    ):  # fmt: skip
        monkeypatch.setattr(margins, "directions", lambda origin, given=given: given)
        assert made.axes() == [(direction, 2) for direction in expected]
    assert made.seen[:8] == [fmpq(k, 2) for k in (-4, -3, -2, -1, 1, 2, 3, 4)]


def test_what_was_judged_and_how_long_it_took_is_counted(monkeypatch):
    def body(x: Scalar):
        leq(x, x)

    times = iter((1.0, 3.5, 10.0, 10.25))
    monkeypatch.setattr(margins.time, "perf_counter", lambda: next(times))
    monkeypatch.setattr(margins, "admitted", lambda instance, names: True)
    made = margins._Survey(SimpleNamespace(instance="origin", claim=claim_of(body)))
    assert (made.origin, made.judged, made.spent, type(made.judge)) == ("origin", 0, 0.0, margins.Judge)
    outcomes = iter((Outcome.UNDECIDED, Outcome.INDISTINGUISHABLE))
    made.judge = lambda instance: SimpleNamespace(outcome=next(outcomes))
    assert [made.letter([]), made.judged, made.spent] == ["?", 1, 2.5]
    assert [made.letter([]), made.judged, made.spent] == ["=", 2, 2.75]
    made.judged, made.spent = 1, 1.0
    assert [made.affordable(seconds, 2) for seconds in (625, 624)] == [25, 17]


def test_the_gap_of_small_sides_is_as_deep_as_of_large_ones():
    ground = SimpleNamespace(sides=[arb("0.1"), arb("0.3")], relation="≤")
    assert margins._depth(SimpleNamespace(ground=ground)) == 3


def test_a_map_of_five_rows_has_its_ring_in_the_middle_and_closed_squares():
    axes = [{"label": name, "at": "0", "reach": "1"} for name in "xy"]
    drawn = margins._picture({"claim": "own/x", "rows": ["aaaaa"] * 5, "axes": axes})
    (shown,) = drawn.figure.get_axes()
    assert shown.get_lines()[0].get_xydata().tolist() == [[2.5, 2.5]]
    assert list(shown.patches[0].get_path().codes[:5]) == [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    assert margins._ring().get_marker() == "o"
    assert drawn.figure.legends[0]._outside_loc == "upper"
    assert "others" not in drawn.caption
    with pytest.raises(ValueError, match="is refuted by own/all: its certificate is one instance of that"):
        margins.picture(SimpleNamespace(claim=SimpleNamespace(id="own/x", universal="own/all")))
