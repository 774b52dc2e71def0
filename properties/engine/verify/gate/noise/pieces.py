"""What replaces noise, number by number: which are chosen, where they end, and when a mean over them is exact."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.fit import DOUBLE, SINGLE
from verify.gate.instances import Ranges, draws
from verify.gate.noise.chosen import Normals
from verify.gate.noise.designs import direction, signs, turned
from verify.gate.noise.expectation import LIMIT, Expectation, _is_quadratic, rounding
from verify.gate.noise.kernels import Kernels, Watch
from verify.gate.noise.kinds import Noise, _differ
from verify.gate.noise.normals import replaced
from verify.gate.noise.seeds import Held, kept, moved_by, own, plain, seed_all, shared
from verify.gate.shapes import Shape

SHAPE = Shape(2, 3, 2)
INSTANCE = draws(SHAPE, Ranges(), 1)[0]


# --- chosen numbers -------------------------------------------------------------------------------------------------


def test_numbers_are_recorded_or_chosen_in_their_order():
    normals, drawn = Normals(), np.array([[1.0, 2.0], [3.0, 4.0]])
    normals.start(None)
    assert normals.next(drawn) is None
    assert normals.next(drawn[0]) is None
    assert normals.record == [drawn.tobytes(), drawn[0].tobytes()]
    assert normals.entries == 0
    normals.start(np.array([5.0, 6, 7, 8, 9]))
    assert normals.next(drawn).tolist() == [[5, 6], [7, 8]]
    assert normals.next(drawn[0]).tolist() == [9, 0]  # 0 beyond
    assert normals.next(drawn[0]).tolist() == [0, 0]
    assert (normals.entries, normals.record) == (8, [])


def test_draws_that_are_fixed_are_left_as_they_are():
    normals, drawn = Normals(), np.zeros(2)
    normals.start(np.array([5.0, 6, 7]), frozenset({1}))
    assert normals.next(drawn).tolist() == [5, 6]
    assert normals.next(drawn) is None
    assert normals.next(drawn).tolist() == [7, 0]
    assert normals.entries == 4


# --- designs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (16, 16), (17, 32)])
def test_signs_are_rows_of_a_power_of_2(count, rows):
    design = signs(count, np.random.default_rng(0))
    assert design.shape == (rows, count)
    assert set(abs(design).ravel()) == {1.0}
    assert (design.T @ design == rows * np.eye(count)).all()


@pytest.mark.parametrize(("count", "rows"), [(1, 8), (8, 8), (9, 16), (17, 32)])
def test_turned_ones_are_of_8_rows_at_least(count, rows):
    design = turned(count, np.random.default_rng(0))
    assert design.shape == (rows, count)
    assert np.allclose(design.T @ design, rows * np.eye(count))
    assert not (abs(design) == 1).all()
    assert (design * 64 == np.round(design * 64)).all()


def test_a_direction_is_of_sixteenths_between_a_half_and_two():
    found = direction(5000, np.random.default_rng(0))
    assert (abs(found).min(), abs(found).max()) == (0.5, 2.0)
    assert {np.sign(each) for each in found} == {-1.0, 1.0}
    assert (found * 16 == np.round(found * 16)).all()


# --- whether a mean is exact ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "quadratic"),
    [
        (lambda t: 3 + 2 * t + 5 * t**2, True), (lambda t: t**3, True), (lambda t: t**4, False),
        (abs, False), (lambda t: t**5 + t**2, True), (lambda t: np.nan, False),
    ],
)  # fmt: skip
def test_the_even_part_is_that_of_a_square(of, quadratic):
    line = np.array([float(of(t)) for t in (-2, -1, 0, 1, 2)])
    assert _is_quadratic(line, INSTANCE, DOUBLE) is quadratic


@pytest.mark.parametrize(("share", "quadratic"), [(0.95, True), (1.05, False)])
def test_rounding_is_no_fourth_power(share, quadratic):
    """The fourth difference of a change e in the middle is 6e, and 16 roundings of the largest are allowed."""
    line = np.array([1.0, 1, 1, 1, 1])
    line[2] -= share * 16 * rounding(line, INSTANCE, SINGLE) / 6
    assert _is_quadratic(line, INSTANCE, SINGLE) is quadratic


def normal(count):
    return lambda: np.float64((np.random.standard_normal(count) ** 2).sum())


@pytest.mark.parametrize(("count", "exact"), [(1, True), (LIMIT, True), (LIMIT + 1, False), (0, False)])
def test_a_mean_is_exact_of_up_to_256_numbers(count, exact):
    assert LIMIT == 256
    found = Expectation()
    assert found.is_exact(normal(count), INSTANCE, DOUBLE) is exact
    assert found.entries == {SHAPE: count}
    if exact:
        assert found.mean(normal(count), INSTANCE, DOUBLE) == pytest.approx(count)


def counted(call):
    calls = []
    return calls, lambda: (calls.append(1), call())[1]


def test_a_mean_of_what_is_additive_takes_two_pairs_and_else_all():
    """A line of 5 calls, whose middle one says how many numbers there are; then pairs of calls."""
    calls, additive = counted(normal(8))
    found = Expectation()
    assert found.is_exact(additive, INSTANCE, DOUBLE)
    calls.clear()
    assert found.mean(additive, INSTANCE, DOUBLE) == pytest.approx(8)
    assert len(calls) == 5 + 2 * 2
    calls, mixed = counted(lambda: np.float64(np.random.standard_normal(8).sum() ** 2))
    found = Expectation()
    assert found.is_exact(mixed, INSTANCE, DOUBLE)
    calls.clear()
    assert found.mean(mixed, INSTANCE, DOUBLE) == pytest.approx(8)
    assert len(calls) == 5 + 2 * 8


def test_what_is_no_square_at_an_instance_has_no_exact_mean_there():
    found = Expectation()
    assert found.is_exact(normal(3), INSTANCE, DOUBLE)
    assert np.isnan(found.mean(lambda: np.float64((np.random.standard_normal(3) ** 4).sum()), INSTANCE, DOUBLE))


@pytest.mark.parametrize(
    "call",
    [
        lambda: np.float64(np.random.standard_normal(3).sum() ** 2 + np.random.random()),
        lambda: np.float64(np.random.standard_normal(2 + (np.random.standard_normal() > 0.5)).sum() ** 2),
        lambda: np.float64(np.prod(np.random.standard_normal(4))),
        lambda: np.float64(np.cos(np.random.standard_normal())),
    ],
)
def test_what_else_is_drawn_is_not_exact(call):
    assert not Expectation().is_exact(call, INSTANCE, DOUBLE)


# --- what is drawn --------------------------------------------------------------------------------------------------


def test_values_differ_beyond_rounding_or_where_some_are_numbers():
    bound = rounding(np.array([1.0]), INSTANCE, DOUBLE)
    assert not _differ(np.array([1.0, 1 - 0.9 * bound]), INSTANCE, DOUBLE)
    assert _differ(np.array([1.0, 1 - 1.1 * bound]), INSTANCE, DOUBLE)
    assert not _differ(np.array([np.nan, np.nan]), INSTANCE, DOUBLE)
    assert _differ(np.array([np.nan, 1.0]), INSTANCE, DOUBLE)


def test_what_is_drawn_is_described():
    noise = Noise("exact")
    noise.expectation.entries = {SHAPE: 7, Shape(1, 1, 1): 7}
    square = "normal numbers a call; but for an odd part it is quadratic in them, so its mean is exact"
    assert noise.describe() == f"draws 7 {square}"
    noise.expectation.entries |= {Shape(3, 3, 3): 3, Shape(4, 4, 4): 12}
    assert noise.describe() == f"draws 3 to 12 {square}"
    assert Noise().describe() == "draws nothing that matters"
    assert Noise("statistical").describe() == "draws what it has no exact mean of: estimated"
    assert Noise("state").describe().startswith("changes from call to call, whatever the seed: ")


def test_a_mean_of_no_noise_is_one_call_and_of_other_noise_one_from_its_seed():
    assert Noise().mean(lambda: 3.0, INSTANCE, DOUBLE) == 3.0
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()
    for kind in ("statistical", "state"):
        drawn = [
            Noise(kind, seed).mean(lambda: np.random.random() + random.random(), INSTANCE, DOUBLE) for seed in (3, 3, 4)
        ]
        assert drawn[0] == drawn[1] != drawn[2]
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before[:2]
    assert torch.equal(torch.get_rng_state(), before[2])


def test_instances_are_called_together_from_one_seed():
    loss = SimpleNamespace(epsilon=DOUBLE, once=lambda instance: instance + np.random.random())
    one, other = Noise().together(loss, (1.0, 2.0), 5)
    assert other - one == pytest.approx(1)
    assert Noise().together(loss, (1.0,), 6)[0] != one


def test_numbers_of_every_library_are_replaced_and_moved():
    normals = Normals()
    with replaced(normals):
        normals.start(np.arange(1.0, 40.0))
        assert np.random.normal(10, 2, (2,)).tolist() == [12, 14]
        assert np.random.normal(10) == 13
        assert np.random.standard_normal(2).tolist() == [4, 5]
        assert np.random.randn(2).tolist() == [6, 7]
        assert np.ndim(np.random.randn()) == 0
        assert random.gauss(1.0, 2.0) == 1 + 2 * 9
        assert random.normalvariate(0.0, 1.0) == 10
        generator = np.random.default_rng()
        assert generator.normal(1.0, 2.0, 2).tolist() == [1 + 2 * 11, 1 + 2 * 12]
        assert generator.standard_normal(2).tolist() == [13, 14]
        out = np.zeros(2)
        assert generator.standard_normal(2, out=out).tolist() == out.tolist() == [15, 16]
        assert torch.randn(2).tolist() == [17, 18]
        assert torch.randn_like(torch.zeros(2)).tolist() == [19, 20]
        assert torch.zeros(2).normal_(1.0, 2.0).tolist() == [1 + 2 * 21, 1 + 2 * 22]
        assert torch.normal(torch.zeros(2), torch.ones(2) * 2).tolist() == [2 * 23, 2 * 24]
        assert torch.normal(3.0, 1.0, (2,)).tolist() == [28, 29]
    assert normals.entries == 26
    assert np.random.normal.__name__ == "normal"
    assert abs(np.random.standard_normal(100)).max() < 10


def test_generators_without_a_seed_have_one_of_the_block():
    def first(seed):
        with replaced(Normals(), seed, torch=False):
            return np.random.default_rng().random(), np.random.default_rng().random(), np.random.default_rng(1).random()

    assert first(5) == first(5)
    assert first(5)[:2] != first(6)[:2]
    assert first(5)[0] != first(5)[1]
    assert first(5)[2] == first(6)[2] == np.random.default_rng(1).random()


def test_torch_is_left_alone_where_it_is_to_be():
    normals = Normals()
    with replaced(normals, torch=False):
        normals.start(np.arange(1.0, 9.0))
        assert torch.randn(2).tolist() != [1, 2]
    assert normals.entries == 0
    normals.start(np.ones(8))
    with Kernels(normals):
        assert torch.randint(5, 9, (2,)).min() >= 5
        assert torch.rand(2).max() < 1
    assert normals.entries == 0


# --- generators -----------------------------------------------------------------------------------------------------


def test_all_generators_are_seeded_and_put_back():
    def drawn():
        return random.random(), np.random.random(), float(torch.rand(()))

    seed_all(3)
    first = drawn()
    seed_all(3)
    assert drawn() == first
    with kept(shared()):
        once = drawn()
        with pytest.raises(ZeroDivisionError), kept(shared()):
            1 / (0 * drawn()[0])
    assert drawn() == once


def test_a_generator_that_was_drawn_from_is_found():
    numpy, python, other = np.random.default_rng(0), random.Random(0), np.random.default_rng(1)
    made = own()
    moved = moved_by(lambda: (numpy.random(), python.random()), made)
    assert len(moved) == 2
    states = [plain(each.get()) for each in moved]
    moved[0].put(moved[0].get())
    assert [plain(each.get()) for each in moved] == states
    assert moved_by(lambda: None, made) == []
    assert moved_by(other.random, made) != []


def test_a_state_is_compared_by_its_numbers():
    assert plain({"a": np.array([1, 2]), "b": (1, np.array([3]))}) == {"a": [1, 2], "b": (1, [3])}
    assert plain((1, True, None)) == (1, True, None)
    assert plain(np.float64(3)) == 3


@pytest.mark.long
def test_generators_that_torch_is_given_are_seen_with_their_states():
    generator = torch.Generator().manual_seed(3)
    before, watch = generator.get_state(), Watch()
    with watch:
        torch.randn(2, generator=generator)
        torch.randn(2, generator=generator)
        torch.randn(2)
    ((held, state),) = watch.seen.items()
    assert isinstance(held, Held)
    assert torch.equal(state, before)
    assert not torch.equal(held.get(), before)
    held.put(state)
    assert torch.equal(generator.get_state(), before)
