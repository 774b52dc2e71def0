"""Descents go down, from every start, until nothing is gained; and they repeat from their seeds."""

from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from verify import Matrix, Positive, Scalar, assume, equal, leq
from verify.hunt import downhill
from verify.hunt.downhill import _SMALL, _gradient, adam, evolution, lattice
from verify.hunt.strata import Stratum, score

FEWEST_STARTS = 8
MOST_NEIGHBOURS = 8192
MOST_POINTS = 1024
PLATEAU = 100


def off_a_circle(x: Scalar, y: Scalar):
    """False near (3, −2) alone."""
    leq(1 / 16, (x - 3) ** 2 + (y + 2) ** 2)


def above_a_minimum(x: Scalar, y: Scalar):
    """True; its margin is smallest near (3, −2)."""
    leq(2, (x - 3) ** 2 + (y + 2) ** 2 + 3)


def nowhere_steeper(x: Scalar):
    leq(0, 0 * x + 1)


def positive_near_a_third(t: Positive):
    leq(1 / 64, (3 * t - 1) ** 2)


def plain(body):
    claim = claim_of(body)
    return claim, Stratum(claim.signature, {}, dict.fromkeys(claim.signature.domains, "plain"), {})


def starts(stratum, count=20, seed=0):
    return stratum.clamp(4 * np.random.default_rng(seed).standard_normal((stratum.size, count)))


@pytest.mark.parametrize("body", [above_a_minimum, positive_near_a_third])
def test_the_gradient_is_that_of_the_objective_in_the_coordinates(body):
    """Against a central difference, start by start and coordinate by coordinate."""
    claim, stratum = plain(body)
    position = stratum.coordinates(starts(stratum))
    value, gradient, raw, scores = _gradient(claim, stratum, position)
    assert raw.shape == (stratum.size, (stratum.size + 1) * position.shape[1])
    np.testing.assert_array_equal(scores.objective[: position.shape[1]], value)
    np.testing.assert_array_equal(value, score(claim, stratum, stratum.raw(position)).objective)
    for k in range(stratum.size):
        step = 1e-5 * np.eye(stratum.size)[:, k : k + 1]
        up, down = (score(claim, stratum, stratum.raw(position + sign * step)).objective for sign in (1, -1))
        np.testing.assert_allclose(gradient[k], (up - down) / 2e-5, rtol=1e-3, atol=1e-5)


def below_a_large_number(x: Scalar):
    leq(x, 2**20)


def test_the_gradient_at_large_numbers_is_more_than_rounding():
    """The margin is (2²⁰ − x) / (2²⁰ + x), and its derivative −2²¹ / (2²⁰ + x)²."""
    claim, stratum = plain(below_a_large_number)
    position = np.array([[2.0**19, 2.0**18, 1.0]])
    _, gradient, _, _ = _gradient(claim, stratum, position)
    np.testing.assert_allclose(gradient, -(2.0**21) / (2.0**20 + position) ** 2, rtol=1e-3)


def test_where_the_objective_is_infinite_the_gradient_is_0(monkeypatch):
    claim, stratum = plain(below_a_large_number)
    objective = np.array([np.inf, 1.0, np.inf, np.inf, np.inf, 1.5])
    monkeypatch.setattr(downhill, "score", lambda *_: SimpleNamespace(objective=objective))
    values, gradient, _, _ = _gradient(claim, stratum, np.array([[0.0, 1.0, 2.0]]))
    assert values.tolist() == [np.inf, 1, np.inf]
    assert gradient.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("body", [off_a_circle, above_a_minimum])
def test_adam_goes_down_from_every_start(body):
    claim, stratum = plain(body)
    met = list(adam(claim, stratum, starts(stratum), 300))
    first, last = met[0], met[-1]
    count = 20
    assert (last[1].objective[:count] <= first[1].objective[:count]).all()
    assert (abs(last[0][:, :count] - np.array([[3], [-2]])) < 0.7).all()
    assert last[1].candidate.any() == (body is off_a_circle)
    assert not first[1].candidate[:count].all()


def test_adam_goes_down_in_logarithms_of_what_is_positive():
    claim, stratum = plain(positive_near_a_third)
    *_, (points, scores) = adam(claim, stratum, starts(stratum), 300)
    assert (abs(points[0, :20] - 1 / 3) < 0.1).all()
    assert scores.candidate.any()


def test_adam_ends_where_nothing_is_gained_and_not_before():
    claim, stratum = plain(nowhere_steeper)
    assert sum(1 for _ in adam(claim, stratum, starts(stratum), 1000)) == 2 * PLATEAU  # the first of them sets the mark
    claim, stratum = plain(off_a_circle)
    assert sum(1 for _ in adam(claim, stratum, starts(stratum), 30)) == 30


def test_each_step_is_that_of_adam_along_the_gradient_of_length_one():
    """With the means of gradients and of their squares, 0.9 and 0.99 of the one before; 0.3 falls to 0.003."""
    claim, stratum = plain(above_a_minimum)
    begun, steps = starts(stratum, 5), 12
    position, mean, square = begun, 0.0, 0.0
    for step, (points, scores) in enumerate(adam(claim, stratum, begun, steps), start=1):
        np.testing.assert_allclose(points[:, :5], position, rtol=1e-9)
        values, moved = scores.objective.reshape(3, 5), points.reshape(2, 3, 5)
        widths = np.stack([moved[k, 1 + k] - moved[k, 0] for k in range(2)])
        np.testing.assert_allclose(widths, 2.0**-20 * np.maximum(1, abs(position)), rtol=1e-6)
        gradient = (values[1:] - values[0]) / (2.0**-20 * np.maximum(1, abs(position)))
        gradient = gradient / np.linalg.norm(gradient, axis=0)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        corrected = mean / (1 - 0.9**step) / np.sqrt(square / (1 - 0.99**step))
        position = points[:, :5] - 0.3 * 0.01 ** (step / steps) * corrected
    assert step == steps


def test_where_there_is_next_to_no_slope_next_to_no_step_is_taken(monkeypatch):
    """Adam's ε is 10⁻¹²: of a slope of 10⁻¹³ beside one of 1 the step is an eleventh, and downhill."""
    slopes = np.array([[1.0], [1e-13]])
    monkeypatch.setattr(downhill, "_gradient", lambda claim, stratum, position: (np.ones(1), slopes, position, None))
    claim, stratum = plain(above_a_minimum)
    (before, _), (after, _) = adam(claim, stratum, np.zeros((2, 1)), 2)
    np.testing.assert_allclose(after - before, -0.3 * 0.01**0.5 * np.array([[1], [1 / 11]]), rtol=1e-9)


def test_a_descent_goes_on_where_a_hundred_steps_gain_a_hundredth(monkeypatch):
    """Of two starts the better one counts; what gains less, or nothing, ends at the next hundred."""
    values = []

    def told(claim, stratum, position):
        values.append(next(lowest))
        value = np.array([values[-1], 3e9])
        return value, 0 * position, position, None

    monkeypatch.setattr(downhill, "_gradient", told)
    claim, stratum = plain(above_a_minimum)
    for marks, count in (
        ((5, 4.94, 4.9), 300), ((5, 4.96), 200), ((5, 5), 200), ((5, 6), 200), ((-1, -1.02, -1.02), 300),
        ((5, 4, 3, 2), 400), ((100, 99, 98), 200), ((np.nan,), 100), ((2e9,), 100),
    ):  # fmt: skip
        values.clear()
        lowest = (mark for mark in marks for _ in range(100))
        assert sum(1 for _ in adam(claim, stratum, starts(stratum, 2), 100 * len(marks) + 99 * (count < 400))) == count


def test_a_value_that_is_not_finite_moves_nothing():
    def undefined(x: Scalar):
        leq(0, 1 / (x - x) + 0 * x)

    claim, stratum = plain(undefined)
    begun = starts(stratum, 4)
    for points, scores in adam(claim, stratum, begun, 5):
        np.testing.assert_allclose(points[:, :4], begun, atol=1e-12)
        assert scores.undefined.all()


def test_no_batch_is_larger_than_memory_allows():
    claim = claim_of(wide)
    stratum = Stratum(claim.signature, {"d": 4}, {"A": "plain"}, {})
    begun = starts(stratum, 5000)
    for descent, most in (
        (adam(claim, stratum, begun, 2), MOST_POINTS),
        (lattice(claim, stratum, begun), MOST_NEIGHBOURS),
    ):
        points, scores = next(descent)
        assert points.shape == (stratum.size, len(scores.objective))
        assert most / 2 < points.shape[1] <= most


def test_a_descent_of_many_entries_has_a_few_starts_still():
    claim = claim_of(wide)
    stratum = Stratum(claim.signature, {"d": 16}, {"A": "plain"}, {})
    points, _ = next(adam(claim, stratum, starts(stratum, 100), 1))
    assert points.shape[1] == FEWEST_STARTS * (16 * 16 + 1)


def wide(A: Matrix["d d"]):
    leq(A.sum(), 2)


# --- small numbers --------------------------------------------------------------------------------------------------


def test_small_numbers_satisfy_an_equation_exactly_and_go_down_on_it():
    def product_is_small(x: Scalar, y: Scalar):
        assume(equal(2 * x, y))
        leq(x + y, 5)

    claim, stratum = plain(product_is_small)
    for start, end, false in (((4.0, -4.0), [2, 4], True), ((-4.0, 0.25), [1.5, 3], False)):
        batches = list(lattice(claim, stratum, np.array(start)[:, None]))
        assert all(np.isin(points, _SMALL).all() for points, _ in batches)
        lowest = [scores.pull.min() for _, scores in batches]
        assert lowest[:-1] == sorted(lowest[:-1], reverse=True)
        assert lowest[-1] >= lowest[-2] - 1e-9  # nothing was gained in the last step, and so it is the last
        points, scores = batches[-1]
        assert points[:, scores.pull.argmin()].tolist() == end
        assert scores.candidate.any() == false


def test_small_numbers_are_chosen_by_what_pulls_where_objectives_tie(monkeypatch):
    claim, stratum = plain(above_a_minimum)
    scored = lambda claim, stratum, raw: SimpleNamespace(pull=((raw - 3) ** 2).sum(0), objective=0 * raw[0])  # noqa: E731
    monkeypatch.setattr(downhill, "score", scored)
    points, scores = list(lattice(claim, stratum, np.array([[-4.0], [1.0]])))[-1]
    assert points[:, scores.pull.argmin()].tolist() == [3, 3]


def test_starts_that_gain_nothing_are_left_and_the_others_go_on():
    claim, stratum = plain(above_a_minimum)
    begun = np.array([[3.0, -4, 4, 0], [-2.0, 4, -4, 0]])
    sizes, last = [], None
    for points, scores in lattice(claim, stratum, begun):
        sizes.append(points.shape[1] // (2 * len(_SMALL)))
        last = points[:, scores.pull.argmin()]
    assert sizes[0] == 4
    assert sizes == sorted(sizes, reverse=True)
    assert 0 < sizes[-1] < 4
    assert (abs(last - [3, -2]) <= 1).all()


def test_one_entry_at_a_time_takes_every_small_number():
    claim, stratum = plain(above_a_minimum)
    points, _ = next(lattice(claim, stratum, np.array([[1.0], [2.0]])))
    moves = {tuple(point) for point in points.T}
    assert moves == {(x, 2.0) for x in _SMALL} | {(1.0, y) for y in _SMALL}


# --- evolution ------------------------------------------------------------------------------------------------------


def evolved(seed, evaluations=300, body=above_a_minimum):
    claim, stratum = plain(body)
    start = np.array([-4.0, 5.0])
    return list(evolution(claim, stratum, start, np.random.default_rng(seed), evaluations))


def test_evolution_goes_down_repeats_from_its_generator_and_ends():
    one, again, other = (evolved(seed) for seed in (0, 0, 1))
    for (points, scores), (same, _) in zip(one, again, strict=True):
        np.testing.assert_array_equal(points, same)
        assert points.shape == (2, len(scores.objective))
    assert (one[0][0] != other[0][0]).any()
    assert one[-1][1].objective.mean() < one[0][1].objective.mean() / 2
    assert (abs(one[-1][0].mean(1) - [3, -2]) < 0.7).all()
    count = sum(points.shape[1] for points, _ in evolved(0, 60))
    assert 40 <= count < 100


def test_evolution_begins_at_a_start_with_steps_of_a_half_and_a_seed_of_its_own(monkeypatch):
    asked, told = [], []

    class Strategy:
        def __init__(self, start, width, options):
            asked.append((start.tolist(), width, options))
            self.left = 2

        def stop(self):
            self.left -= 1
            return self.left < 0

        def ask(self):
            return [np.array([1.0, 2]), np.array([3.0, -2])]

        def tell(self, points, values):
            told.append(values)

    def integers(*bounds):
        assert bounds == (1, 2**31)
        return np.int64(77)

    monkeypatch.setattr("cma.CMAEvolutionStrategy", Strategy)
    claim, stratum = plain(above_a_minimum)
    batches = list(evolution(claim, stratum, np.array([-4.0, 5.0]), SimpleNamespace(integers=integers), 300))
    options = {"verbose": -9, "verb_log": 0, "maxfevals": 300, "seed": 77}
    assert asked == [([-4, 5], 0.5, options)]
    assert [points.tolist() for points, _ in batches] == [[[1, 3], [2, -2]]] * 2
    assert told == [scores.objective.tolist() for _, scores in batches]
    monkeypatch.setattr(downhill, "score", lambda *_: SimpleNamespace(objective=np.array([np.inf, 2e6])))
    told.clear()
    list(evolution(claim, stratum, np.array([-4.0, 5.0]), SimpleNamespace(integers=integers), 300))
    assert told == [[1e6, 1e6]] * 2
