"""Whether anything is drawn from the generators of random numbers that all code shares."""

import random

import numpy as np
import pytest

from verify.judging.chance import DRAWS, undrawn
from verify.judging.statements import ClaimError


def test_what_draws_from_the_generators_that_all_share_or_sets_them_is_noticed():
    own, other = random.Random(0), np.random.default_rng(0)
    for draw in (
        random.random, lambda: random.shuffle([1, 2, 3]), lambda: random.seed(0), np.random.rand, np.random.randn,
        lambda: np.random.randint(2, size=624), lambda: np.random.seed(0),
    ):  # fmt: skip
        with pytest.raises(ClaimError) as refused, undrawn():
            draw()
        assert str(refused.value) == DRAWS
    for quiet in (lambda: None, own.random, other.normal, lambda: random.Random(1).random()):
        with undrawn():
            quiet()
    with pytest.raises(KeyError), undrawn():  # what a body raises is told, whether it draws or not
        raise KeyError(random.random())


def test_the_second_of_two_normal_numbers_that_are_made_at_once_is_drawn_too():
    np.random.seed(0)
    for _ in range(2):
        with pytest.raises(ClaimError), undrawn():
            np.random.randn()
