"""What the domains draw, measured: values of the domain and no others, the corners among them, simple ones first."""

from fractions import Fraction
from itertools import pairwise

import pytest
from flint import fmpq, fmpq_mat

from properties.engine.helpers.domains import ARRAYS, CHOICES, ODD, draws, entries_of
from reference.arithmetic import determinant, identity, rank
from verify import (
    ComplexMatrix,
    ComplexScalar,
    ComplexVector,
    Dimension,
    Hermitian,
    Index,
    Matrix,
    NonNegative,
    OneOf,
    Orthogonal,
    Permutation,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveVector,
    Scalar,
    Spectrum,
    Symmetric,
    Unitary,
)

SIMPLEST = {
    "NonNegative": 0, "Positive": 1, "PositiveVector": 1, "PositiveDefinite": "identity", "Orthogonal": "identity",
    "Permutation": "identity", "Index": 0, "Dimension": 3, "OneOf": "relu", "Contraction": "identity", "SignMatrix": 1,
    "Isometry": "identity", "MMatrix": "identity", "Correlation": "identity", 'Interval["d", 1/3, 20]': 1,
    "Integer[-3, -2]": -2, "UnitVector": "(1, 0, 0)", "Unitary": "identity",
    "ComplexIsometry": "identity", "ComplexContraction": "identity", "ComplexDensity": "[1/3 0 0; 0 1/3 0; 0 0 1/3]",
    "ComplexPositiveDefinite": "identity",
    **dict.fromkeys(("Simplex", "PositiveSimplex", "Stochastic", 'Stochastic["d"]', "DoublyStochastic"), fmpq(1, 3)),
    "Constant": fmpq(-3, 7), 'Free[Orthogonal["d"]]': "[1 0 0; 0 1 0; 0 0 1], [1 0 0; 0 1 0; 0 0 1]",
    "Density": "[1/3 0 0; 0 1/3 0; 0 0 1/3]",
    **{
        f'Commuting[{kind}["d"]]': "[1 0 0; 0 1 0; 0 0 1], [3 0 0; 0 3 0; 0 0 3]"
        for kind in ("PositiveDefinite", "ComplexPositiveDefinite")
    },
    'Ordered[PositiveDefinite["d"]]': "[1 0 0; 0 1 0; 0 0 1], [1 0 0; 0 1 0; 0 0 1]",
    **{f'Majorised[{kind}["d"]]': "(1/3, 1/3, 1/3), (1/3, 1/3, 1/3)" for kind in ("Simplex", "PositiveSimplex")},
}  # fmt: skip
"""Numbers that all entries are, the identity, or how the value is shown; 0 for the others."""


def entries(value):
    """Return the set of the entries of an exact matrix."""
    return {entry for row in dense(value) for entry in row}


def dense(value):
    """Return the plain nested lists of an exact value."""
    return value.tolist()


# --- every draw is of its domain ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*ODD, *CHOICES])
def test_draws_are_of_the_domain_and_survive_their_own_encoding(name):
    domain = (ARRAYS | CHOICES)[name]
    for sizes, value in draws(domain, 60):
        again = domain.decode(domain.encode(value), sizes)
        assert entries_of(again) == entries_of(value)
        assert domain.encode(again) == domain.encode(value)
        assert "\n" not in domain.show(value)


@pytest.mark.parametrize(
    ("domain", "data"),
    [
        (Matrix("d r"), [["1", "0"]]),
        (Matrix("d r"), [["1", "0"], ["1"]]),
        (Matrix("d r"), [["1", "0"], ["1", []]]),
        (Matrix("d r"), "1"),
        (Matrix("d r"), [[None, None], [None, None]]),
        (Matrix("d r"), [["1/0", "1"], ["1", "1"]]),
        (Matrix("d r"), [["nan", "1"], ["1", "1"]]),
        (Matrix("d r"), [[0.1, 1], [1, 1]]),
        (Scalar(), ["1"]),
        (NonNegative(), "-1/1000000"),
        (Positive(), "0"),
        (PositiveVector("d"), ["1", "-1"]),
        (Symmetric("d"), [["1", "2"], ["3", "1"]]),
        (PositiveSemidefinite("d"), [["1", "2"], ["2", "1"]]),
        (PositiveSemidefinite("d"), [["0", "1"], ["1", "0"]]),
        (PositiveSemidefinite("d"), [["-1", "0"], ["0", "-1"]]),
        (PositiveSemidefinite("d"), [["1", "2"], ["0", "1"]]),
        (PositiveDefinite("d"), [["1", "1"], ["1", "1"]]),
        (PositiveDefinite("d"), [["0", "0"], ["0", "0"]]),
        (Orthogonal("d"), [["1", "1"], ["0", "1"]]),
        (Orthogonal("d"), [["3/5", "4/5"], ["4/5", "3/5"]]),
        (Permutation("d"), [["-1", "0"], ["0", "1"]]),
        (Permutation("d"), [["1", "0"], ["1", "0"]]),
        (Permutation("d"), [["3/5", "4/5"], ["-4/5", "3/5"]]),
        (ComplexScalar(), "1+i"),
        (ComplexVector("d"), ["1+2i", "1+2j"]),
        (ComplexVector("d"), ["1+2i"]),
        (ComplexMatrix("d r"), [["1", "0"], ["1"]]),
        (ComplexMatrix("d r"), [[0.1j, 1], [1, 1]]),
        (Hermitian("d"), [["1", "0+1i"], ["0+1i", "1"]]),
        (Hermitian("d"), [["0+1i", "0"], ["0", "1"]]),
        (Unitary("d"), [["0+1i", "0"], ["0", "1+1i"]]),
        (Unitary("d"), [["1", "0+1i"], ["0+1i", "1"]]),
        (Spectrum("d"), ["1", "2"]),
        (Spectrum("d"), ["1", "-1"]),
        (Index("d"), 2),
        (Index("d"), -1),
        (Index("d"), "0"),
        (Index("d"), True),
        (Dimension("d"), 3),
        (OneOf("relu", "tanh"), "sigmoid"),
        (OneOf("relu", "tanh"), ["relu"]),
    ],
)
def test_what_is_outside_is_refused(domain, data):
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        domain.decode(data, {"d": 2, "r": 2})


def test_what_lies_on_the_boundary_is_inside():
    two = {"d": 2}
    assert PositiveSemidefinite("d").decode([[0, 0], [0, 0]], two).shape == (2, 2)
    assert PositiveSemidefinite("d").decode([[1, -1], [-1, 1]], two).shape == (2, 2)
    assert Orthogonal("d").decode([["3/5", "4/5"], ["-4/5", "3/5"]], two).shape == (2, 2)
    assert Spectrum("d").decode([0, 0], two).shape == (2,)
    assert Scalar().decode(Fraction(1, 3), {}).item() == fmpq(1, 3)


# --- the corners are reached ----------------------------------------------------------------------------------------


def test_matrices_reach_every_rank_shape_and_pattern():
    drawn = draws(Matrix("d r"), 4000)
    ranks = {(s["d"], s["r"], fmpq_mat(dense(a)).rank()) for s, a in drawn}
    assert ranks == {(d, r, k) for d in range(1, 5) for r in range(1, 5) for k in range(min(d, r) + 1)}
    columns = [list(zip(*dense(a), strict=True)) for _, a in drawn]
    assert sum(any(p == q and any(p) for p, q in pairwise(c)) for c in columns) > 100
    assert sum(any(not any(p) for p in c) and any(map(any, c)) for c in columns) > 100
    assert sum(any(not any(row) for row in dense(a)) and any(map(any, dense(a))) for _, a in drawn) > 100
    sizes = {abs(x) for _, a in drawn for row in dense(a) for x in row}
    assert {fmpq(1) / 2**20, fmpq(2) ** 20, fmpq(1), fmpq(1, 2), fmpq(0)} <= sizes


def test_spectra_have_ties_and_zeros_and_positive_numbers_reach_both_ends():
    spectra = [dense(v) for s, v in draws(Spectrum("d"), 1500) if s["d"] > 2]
    assert sum(any(p == q > 0 for p, q in pairwise(v)) for v in spectra) > 50
    assert sum(v[0] > 0 and v[-1] == 0 for v in spectra) > 50
    assert sum(v[0] == v[-1] > 0 for v in spectra) > 50
    assert sum(len(set(v)) == len(v) for v in spectra) > 50
    assert any(not any(v) for v in spectra)
    numbers = {v.item() for _, v in draws(Positive(), 1500)}
    assert {fmpq(2) ** 20, fmpq(2) ** -20, fmpq(2) ** 10, fmpq(1)} <= numbers


def test_orthogonal_matrices_turn_and_reflect_and_permutations_are_all_there():
    drawn = [v for s, v in draws(Orthogonal("d", {"d": (3, 3)}), 1000)]
    assert {determinant(v).item() for v in drawn} == {1, -1}
    assert sum(not entries(v) <= {0, 1, -1} for v in drawn) > 500
    assert any(entries(v) <= {0, 1, -1} and bool((v != identity(3, 3, v)).any()) for v in drawn)
    assert {determinant(v).item() for _, v in draws(Orthogonal("d", {"d": (1, 1)}), 100)} == {1, -1}
    permutations = {str(dense(v)) for _, v in draws(Permutation("d", {"d": (3, 3)}), 300)}
    assert len(permutations) == 6


def test_complex_matrices_reach_every_rank_and_are_seldom_real_and_unitary_ones_have_every_phase():
    drawn = draws(ComplexMatrix("d r"), 2000)
    ranks = {(min(s["d"], s["r"]), rank(z)) for s, z in drawn}
    assert ranks >= {(d, k) for d in range(1, 4) for k in range(d + 1)}
    real = sum(bool((z.imag == 0).all()) for _, z in drawn)
    assert 100 < real < 1000
    hermitian = draws(Hermitian("d"), 2000)
    assert {(s["d"], rank(h)) for s, h in hermitian} == {(d, k) for d in range(1, 5) for k in range(d + 1)}
    one = [v for s, v in draws(Unitary("d", {"d": (1, 1)}), 600)]
    assert {"1", "-1", "i", "-i"} < {str(v.tolist()[0][0]) for v in one}
    two = [v for s, v in draws(Unitary("d", {"d": (2, 2)}), 300)]
    assert sum(bool((v.real != 0).any() and (v.imag != 0).any()) for v in two) > 100


@pytest.mark.parametrize(("domain", "lowest"), [(PositiveSemidefinite("d"), 0), (Symmetric("d"), 0)])
def test_symmetric_matrices_reach_every_rank(domain, lowest):
    ranks = {(s["d"], fmpq_mat(dense(a)).rank()) for s, a in draws(domain, 3000)}
    assert ranks == {(d, k) for d in range(1, 5) for k in range(lowest, d + 1)}


@pytest.mark.parametrize("name", [*ARRAYS, *CHOICES])
def test_zero_bytes_are_the_simplest_value(name):
    domain = (ARRAYS | CHOICES)[name]
    expected = SIMPLEST.get(name, 0)
    shape = domain.shape({"d": 3, "r": 3})
    value = domain.draw(bytes(domain.bytes_needed(shape)), shape)
    if expected == "identity":
        assert (value / value[0, 0] == identity(*value.shape, value)).all()
    elif name in CHOICES:
        assert value == expected
    else:
        assert domain.show(value) == expected if isinstance(expected, str) else set(entries_of(value)) == {expected}
