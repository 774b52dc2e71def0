"""What the second checker takes for a member of a domain, by hand: inside, and outside by one entry."""

from fractions import Fraction

import pytest

from verify.certificates.independent.domains import flat, is_in, is_known

ROTATION, SWAP, ONE = [["3/5", "-4/5"], ["4/5", "3/5"]], [[0, 1], [1, 0]], [[1, 0], [0, 1]]
ANY = [[0, "-1/2"], [7, 1]]
MEMBERS = {  # of each kind, what is inside, and what is not
    "Scalar": ([0, "-7/2"], []), "Vector": ([[0, -1]], []), "Matrix": ([ANY], []), "AnySquare": ([ANY], []),
    "NonNegative": ([0, "1/9"], ["-1/9"]), "Positive": (["1/9"], [0, -1]),
    "NonNegativeVector": ([[0, 1]], [[1, "-1/9"]]), "Nonnegative": ([[[0, 1]]], [[[0, -1]]]),
    "PositiveVector": ([[1, "1/9"]], [[1, 0]]), "Spectrum": ([[2, 1, 1, 0]], [[1, 2], [1, "-1/9"]]),
    "SignMatrix": ([[[1, -1]]], [[[1, 0]], [[1, 2]], [[1, "1/2"]]]),
    "Permutation": ([SWAP, ONE, [[0, 0, 1], [1, 0, 0], [0, 1, 0]]], [ROTATION, [[1, 1], [0, 0]], [["1/2"] * 2] * 2]),
    "Orthogonal": ([ROTATION, SWAP, [[-1]]], [[[1, 0], [0, 2]], [[1, 1], [0, 1]], [[0, 0], [0, 0]]]),
    "Isometry": ([[[1], [0]], [["3/5"], ["4/5"]], ROTATION], [[[1], [1]], [[1, 0, 0], [0, 1, 0]]]),
    "UnitVector": ([[1, 0], ["3/5", "-4/5"]], [[1, 1], ["1/2", "1/2"], [0, 0]]),
    "Simplex": ([["1/2", "1/2", 0], [1]], [["3/2", "-1/2"], ["1/2", "1/3"]]),
    "PositiveSimplex": ([["1/2", "1/2"]], [[1, 0], ["1/2", "1/3"]]),
    "Stochastic": ([[["1/2", "1/2"], [1, 0]]], [[["1/2", "1/2"], [1, 1]], [["3/2", "-1/2"], [1, 0]]]),
    "DoublyStochastic": ([[["1/2", "1/2"], ["1/2", "1/2"]], SWAP],
                         [[["1/2", "1/2"], [1, 0]], [["3/2", "-1/2"], ["-1/2", "3/2"]]]),
    "MMatrix": ([[[2, -1], [-1, 2]], ONE, [[1, -5], [0, 1]]], [
        [[2, 1], [-1, 2]], [[1, -1], [-1, 1]], [[1, -2], [-2, 1]], [[0, 0], [0, 1]], [[-1, 0], [0, 1]],
        [[2, -1, 0], [-1, 2, -3], [0, -1, 2]], [[1, 0], [0, 0]],
    ]),
    "Triangular": ([[[1, 2, 3], [0, 4, 5], [0, 0, 6]]], [
        [[1, 2, 3], [1, 4, 5], [0, 0, 6]], [[1, 2, 3], [0, 4, 5], [0, 1, 6]], [[1, 2, 3], [0, 4, 5], [1, 0, 6]],
    ]),
    "Toeplitz": ([[[1, 2, 3], [4, 1, 2], [5, 4, 1]]], [[[1, 2, 3], [4, 1, 2], [5, 4, 2]], [[1, 2, 3], [4, 1, 3],
        [5, 4, 1]]]),
    "Hankel": ([[[1, 2, 3], [2, 3, 4], [3, 4, 5]]], [[[1, 2, 3], [2, 4, 4], [3, 4, 5]], [[1, 2], [3, 4]]]),
    "Circulant": ([[[1, 2, 3], [3, 1, 2], [2, 3, 1]]], [[[1, 2, 3], [2, 1, 2], [3, 2, 1]], [[1, 2], [3, 1]]]),
    "Symmetric": ([[[1, 2], [2, -3]]], [[[1, 2], [3, 1]]]),
    "PositiveSemidefinite": ([[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[2, 1], [1, 2]]],
                             [[[1, 2], [2, 1]], [[0, 1], [1, 0]], [[1, 0], [1, 1]], [[-1]]]),
    "PositiveDefinite": ([[[2, 1], [1, 2]]], [[[1, 1], [1, 1]], [[1, 2], [2, 1]], [[2, 1], [0, 2]], [[0]]]),
    "Correlation": ([[[1, "1/2"], ["1/2", 1]], [[1, -1], [-1, 1]]], [[[1, 2], [2, 1]], [[1, 0], [0, 2]], [[1, 0],
        ["1/2", 1]]]),
    "Density": ([[["1/2", "1/2"], ["1/2", "1/2"]]], [ONE, [["1/2", 1], [1, "1/2"]], [["1/2", 0], ["1/2", "1/2"]]]),
    "Normal": ([ROTATION, [[1, 2], [-2, 1]]], [[[1, 1], [0, 1]]]),
    "Contraction": ([ROTATION, [["1/2", 0], [0, 0]], [[0, 1]], [["3/5", "4/5"]]], [[["1/2", 1]], [[1, 1], [0, 0]],
        [[2]]]),
    "Projection": ([[["1/2", "1/2"], ["1/2", "1/2"]], ONE, [[0]]], [[[1, 1], [0, 0]], [[2]], [["1/2"]], SWAP]),
}  # fmt: skip

PARAMETERS = [  # a domain with something of its own
    ({"kind": "Constant", "value": "7/2"}, ["7/2"], ["7/3", 0]),
    ({"kind": "Interval", "limits": ["-1/2", "3"]}, ["-1/2", 0, 3], ["-51/100", "301/100"]),
    ({"kind": "Interval", "limits": ["1"]}, [1, 10**9], ["1/2"]),
    ({"kind": "Integer", "limits": ["-1", "3"]}, [-1, 0, 3], ["1/2", 4, -2]),
    ({"kind": "LowRank", "rank": 1}, [[[1, 2], [2, 4]], [[0, 0], [0, 0]], [[1, -2, 3]]], [ONE, [[1, 2], [2, 5]]]),
    ({"kind": "LowRank", "rank": 2}, [ONE, [[1, 1, 2], [0, 1, 1], [1, 0, 1]]], [[[1, 1, 2], [0, 1, 1], [1, 0, 2]]]),
    ({"kind": "Free", "of": {"kind": "Positive"}}, [[1, 2]], [[1, 0], [-1, 2], [0, 1]]),
    ({"kind": "Majorised", "of": {"kind": "Vector"}},
     [[[1, 1], [2, 0]], [[1, 2], [2, 1]], [[1, 1, 1], [0, 3, 0]]],
     [[[2, 0], [1, 1]], [[1, 1], [3, 0]], [[1, 1], [1, 0]], [[2, 2, 0], [3, "1/2", "1/2"]]]),
    ({"kind": "Commuting", "of": {"kind": "Symmetric"}},
     [[[[1, 2], [2, 1]], SWAP], [ONE, [[1, 2], [2, 5]]]], [[[[1, 0], [0, 2]], SWAP], [[[1, 2], [0, 1]], ONE]]),
    ({"kind": "Ordered", "of": {"kind": "Symmetric"}},
     [[ONE, [[2, 1], [1, 2]]], [ONE, ONE]], [[[[2, 0], [0, 1]], ONE], [ONE, [[2, 2], [2, 2]]], [ONE, [[3, 0],
        [1, 3]]]]),
]  # fmt: skip


def exact(value):
    return [exact(item) for item in value] if isinstance(value, list) else Fraction(value)


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_domain_has_its_members_and_no_others(kind):
    for others, answer in zip(MEMBERS[kind], (True, False), strict=True):
        for value in others:
            assert is_in(exact(value), {"kind": kind}) is answer, value


@pytest.mark.parametrize(("domain", "inside", "outside"), PARAMETERS)
def test_so_has_a_domain_with_a_parameter(domain, inside, outside):
    assert is_known(domain)
    for others, answer in ((inside, True), (outside, False)):
        for value in others:
            assert is_in(exact(value), domain) is answer, value


def test_what_is_of_an_unknown_domain_is_unknown_too():
    own = {"kind": "Own"}
    assert not is_known(own)
    assert not is_known({"kind": "Free", "of": own})
    assert is_known({"kind": "Free", "of": {"kind": "Scalar"}})
    with pytest.raises(KeyError):
        is_in(Fraction(1), own)


def test_the_numbers_of_a_value_are_in_order():
    assert flat([[1, 2], [[3], 4]]) == [1, 2, 3, 4]
    assert flat(5) == [5]
