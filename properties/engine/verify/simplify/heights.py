"""Heights order numbers by how simple they are to read, alike for exact numbers, for floats and for many at once."""

import numpy as np
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from verify.simplify.heights import height, height_of

WHOLE, POSITIVE = st.integers(0, 10**9), st.integers(1, 10**9)


@given(p=WHOLE, q=POSITIVE)
def test_a_sign_costs_something_and_less_than_anything_else(p, q):
    x = fmpq(p, q)
    p, q = int(x.p), int(x.q)
    assert height_of(-x) == height_of(x) + (1 if p else 0)
    assert max(height_of(x), height_of(-x)) < height(p + 1, q)
    assert max(height_of(x), height_of(-x)) < height(p, q + 1)


@given(pairs=st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 10**6)), min_size=1, max_size=5))
def test_many_heights_at_once_are_those_of_each(pairs):
    p, q = np.array(pairs, dtype=float).T
    assert height(p, q).tolist() == [height(a, b) for a, b in pairs]
    assert [height_of(fmpq(a, b)) <= height(a, b) for a, b in pairs] == [True] * len(pairs)  # in lowest terms


def test_the_simplest_numbers_in_order():
    numbers = [fmpq(*pair) for pair in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (3, 1), (-3, 1), (2, 3), (-7, 2))]
    assert sorted(numbers, key=height_of) == numbers
    assert height_of(fmpq(1, 2)) == height_of(fmpq(2))
