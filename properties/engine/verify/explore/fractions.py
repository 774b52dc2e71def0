"""The simplest fraction between two numbers is between them, and no simpler one is."""

import pytest
from flint import fmpq

from verify.explore.fractions import simplest_between

ENDS = [fmpq(p, q) for q in (1, 2, 3, 5, 8) for p in range(-9, 10)]


def simplest(low, high):
    """Return it by trying all denominators, of each the numerator nearest to 0."""
    for q in range(1, 200):
        inside = [fmpq(p, q) for p in range(-10 * q, 10 * q + 1) if low < fmpq(p, q) < high]
        if inside:
            return min(inside, key=abs)
    raise LookupError


def test_it_is_the_simplest():
    pairs = [(low, high) for low in ENDS for high in ENDS if low < high][::7]
    assert len(pairs) > 300
    for low, high in pairs:
        assert simplest_between(low, high) == simplest(low, high)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        ("1/8", "1/7", "2/15"),
        ("0", "1/1000", "1/1001"),
        ("-1/7", "-1/8", "-2/15"),
        ("3/2", "5/2", "2"),
        ("-1", "1", "0"),
    ],
)
def test_examples(low, high, found):
    def read(text):
        p, _, q = text.partition("/")
        return fmpq(int(p), int(q or 1))

    assert simplest_between(read(low), read(high)) == read(found)


@pytest.mark.parametrize("high", [1, 0])
def test_nothing_is_between_what_is_not_in_order(high):
    with pytest.raises(ValueError, match="nothing is between"):
        simplest_between(fmpq(1), fmpq(high))
