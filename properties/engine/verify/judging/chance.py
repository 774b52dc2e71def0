"""Whether anything is drawn from the generators of random numbers that all code shares."""

import random

import numpy as np
import pytest

from verify.judging.chance import DRAWS, undrawn
from verify.judging.statements import ClaimError


def set_first(*draws):
    """Return what sets both generators, and then draws."""

    def call():
        random.seed(7)
        np.random.seed(7)
        return [draw() for draw in draws]

    return call


def test_what_draws_from_the_generators_that_all_share_is_noticed():
    for draw in (
        random.random, lambda: random.shuffle([1, 2, 3]), random.seed, np.random.rand, np.random.randn,
        lambda: np.random.randint(2, size=624), np.random.seed,
        lambda: (random.seed(0), np.random.rand()), lambda: (random.random(), np.random.seed(0)),
    ):  # fmt: skip
        with pytest.raises(ClaimError) as refused:
            undrawn(draw)
        assert str(refused.value) == DRAWS
    with pytest.raises(KeyError):  # what a body raises is told, whether it draws or not
        undrawn(lambda: {}[random.random()])


def test_what_draws_from_its_own_or_sets_those_of_all_first_states_the_same_each_time():
    own, other = random.Random(0), np.random.default_rng(0)
    for quiet in (
        lambda: None, own.random, other.normal, lambda: random.Random(1).random(), lambda: random.seed(0),
        lambda: np.random.seed(0), set_first(), set_first(random.random, np.random.randn), set_first(np.random.rand),
    ):  # fmt: skip
        undrawn(quiet)
    assert undrawn(lambda: 5) == 5
    assert undrawn(set_first(random.random)) == [random.Random(7).random()]


def test_the_second_of_two_normal_numbers_that_are_made_at_once_is_drawn_too():
    np.random.seed(0)
    for _ in range(2):
        with pytest.raises(ClaimError):
            undrawn(np.random.randn)


def test_it_is_called_again_only_if_it_has_moved_a_generator():
    calls = []
    undrawn(lambda: calls.append(0))
    assert len(calls) == 1
    undrawn(lambda: (calls.append(0), random.seed(7)))
    assert len(calls) == 3
