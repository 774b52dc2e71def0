"""What is wrong at its last place alone is refused; and what a value is mended to, or made of, where little helps."""

import pytest

from properties.engine.helpers.domains import entries_of
from verify import (
    Circulant,
    Commuting,
    Constant,
    Contraction,
    Correlation,
    Density,
    Disc,
    DoublyStochastic,
    Free,
    Hankel,
    Hermitian,
    Integer,
    Interval,
    Isometry,
    Majorised,
    MMatrix,
    Nonnegative,
    NonNegativeVector,
    Normal,
    Ordered,
    Orthogonal,
    Permutation,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveSimplex,
    PositiveVector,
    Projection,
    SignMatrix,
    Simplex,
    Spectrum,
    Stochastic,
    Symmetric,
    Toeplitz,
    Triangular,
    Unitary,
    UnitVector,
)


def diagonal(*entries):
    """Return a matrix that is 0 elsewhere."""
    return [[x * (i == j) for j in range(len(entries))] for i, x in enumerate(entries)]


LAST = [
    (Spectrum("d"), [3, 1, 2]),
    (NonNegativeVector("d"), [1, 1, "-1/1000000"]),
    (PositiveVector("d"), [1, 1, 0]),
    (Interval("d", 0, 1), [0, 1, "1000001/1000000"]),
    (Integer("d"), [0, 1, "1/2"]),
    (UnitVector("d"), ["3/5", "4/5", "1/1000000"]),
    (Simplex("d"), ["1/2", "1/2", "1/1000000"]),
    (PositiveSimplex("d"), ["1/2", "1/2", 0]),
    (Nonnegative("d d"), diagonal(1, 1, -1)),
    (SignMatrix("d d"), [[1, 1, 1], [1, 1, 1], [1, 1, 2]]),
    (Symmetric("d"), [[1, 0, 0], [0, 1, 2], [0, 3, 1]]),
    (Triangular("d"), [[1, 1, 1], [0, 1, 1], [0, 1, 1]]),
    (Toeplitz("d"), [[1, 2, 3], [4, 1, 2], [5, 4, 0]]),
    (Hankel("d"), [[1, 2, 3], [2, 3, 4], [3, 0, 5]]),
    (Circulant("d"), [[1, 2, 3], [3, 1, 2], [2, 3, 0]]),
    (PositiveSemidefinite("d"), diagonal(1, 1, -1)),
    (PositiveDefinite("d"), diagonal(1, 1, 0)),
    (Correlation("d"), diagonal(1, 1, 2)),
    (Density("d"), diagonal(1, 1, -1)),
    (Permutation("d"), [[1, 0, 0], [0, 1, 0], [0, 1, 0]]),
    (Permutation("d"), diagonal(1, 1, -1)),
    (Orthogonal("d"), diagonal(1, 1, 2)),
    (Isometry("d+0 d"), diagonal(1, 1, 2)),
    (Contraction("d d"), diagonal(1, 1, 2)),
    (Projection("d"), diagonal(1, 1, 2)),
    (Projection("d"), diagonal(1, 1, -1)),
    (Normal("d"), [[1, 0, 0], [0, 1, 1], [0, 0, 1]]),
    (Stochastic("d"), diagonal(1, 1, 2)),
    (DoublyStochastic("d"), [[1, 0, 0], [0, 1, 0], [0, 1, 0]]),
    (MMatrix("d"), [[1, 0, 0], [0, 1, 1], [0, 0, 1]]),
    (MMatrix("d"), diagonal(1, 1, -1)),
    (Majorised("d"), [[2, 2, -1], [3, 0, 0]]),
    (Majorised("d"), [[1, 1, 1], [1, 1, 2]]),
    (Commuting("d"), [diagonal(1, 1, 2), [[1, 0, 0], [0, 1, 1], [0, 0, 1]]]),
    (Ordered("d"), [diagonal(0, 0, 1), diagonal(0, 0, 0)]),
    (Hermitian("d"), [["1", "0", "0"], ["0", "1", "0+1i"], ["0", "0+1i", "1"]]),
    (Unitary("d"), [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "1+1i"]]),
    (Disc("d"), ["1", "0+1i", "1+1i"]),
    (Free(Symmetric("d")), [diagonal(1, 1, 1), [[1, 0, 0], [0, 1, 2], [0, 3, 1]]]),
]


@pytest.mark.parametrize(("domain", "data"), LAST, ids=lambda part: repr(part)[:30])
def test_what_is_wrong_at_the_last_place_alone_is_refused(domain, data):
    with pytest.raises(ValueError, match="is not in"):
        domain.decode(data, {"d": 3})


def test_a_constant_is_mended_to_itself_whatever_stands_in_its_place():
    domain = Constant("-3/7")
    for text in ("-3/7", "0", "1"):
        assert entries_of(domain.mended(Constant(text).decode(text, {}))) == entries_of(domain.decode("-3/7", {}))
    with pytest.raises(ValueError, match="is not in"):
        domain.decode("3/7", {})


@pytest.mark.parametrize(("domain", "size"), [(Orthogonal("d"), 6), (Unitary("d"), 3)])
def test_what_makes_up_for_an_eigenvalue_is_sought_among_the_first_sixty_four(domain, size):
    """Signs of six columns, or phases of three, are as many: of one column more the first is never turned."""
    for columns in (size, size + 1):
        data = [[str(x) for x in row] for row in diagonal(-1, *[1] * (columns - 1))]
        value = domain.decode(data, {"d": columns})
        raw = domain.raw(value)
        assert (raw is None) == (columns > size)
        assert raw is None or entries_of(domain.rebuild(raw, (columns, columns))) == entries_of(value)
