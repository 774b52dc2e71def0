"""Simpler numbers near a number: all that are closest among those with no larger a denominator, for small ones."""

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from verify.simplify.approximations import approximations


def closest(x, q):
    """Return the fraction closest to x whose denominator is at most q."""
    choices = [fmpq(int((x * n).floor()) + up, n) for n in range(1, q + 1) for up in (0, 1)]
    return min(choices, key=lambda y: (abs(y - x), int(y.q)))


def test_the_convergents_of_a_root_and_those_between():
    found = list(approximations(fmpq(665857, 470832)))  # of √2
    assert [fmpq(p, q) for p, q in ((1, 1), (3, 2), (7, 5), (17, 12), (41, 29), (99, 70), (239, 169))] == [
        x for x in found if x.q in (1, 2, 5, 12, 29, 70, 169) and x not in (0, 2, fmpq(4, 2))
    ]
    assert fmpq(3363, 2378) in found


@given(p=st.integers(-(10**6), 10**6), q=st.integers(1, 10**6))
def test_they_end_at_the_number_and_have_its_sign(p, q):
    x = fmpq(p, q)
    found = list(approximations(x))
    assert found[-1] == x
    assert all(y == 0 or (y > 0) == (x > 0) for y in found)
    assert [abs(y) for y in found] == list(approximations(abs(x)))


@given(p=st.integers(1, 400), q=st.integers(1, 400), bound=st.integers(1, 12))
def test_the_closest_with_a_small_denominator_is_among_them_where_the_quotients_are_small(p, q, bound):
    x = fmpq(p, q)
    quotients, rest = [], x
    while True:
        quotients.append(int(rest.floor()))
        rest -= quotients[-1]
        if rest == 0:
            break
        rest = 1 / rest
    if max(quotients[1:], default=0) <= 6:  # of larger ones some parts are left out
        assert closest(x, bound) in set(approximations(x))
