"""Wider domains: every domain lies in those that it calls weaker, which do not lie in it, and end at the widest."""

import pytest

from properties.engine.helpers.domains import ARRAYS, CHOICES, EVEN, ODD, documented, draws
from verify import (
    Circulant,
    Commuting,
    ComplexContraction,
    ComplexDensity,
    ComplexMatrix,
    ComplexPositiveDefinite,
    ComplexPositiveSemidefinite,
    ComplexProjection,
    Constant,
    Contraction,
    Domain,
    DoublyStochastic,
    Free,
    Hermitian,
    Integer,
    Interval,
    Isometry,
    LowRank,
    Majorised,
    Matrix,
    NonNegative,
    Nonnegative,
    NonNegativeVector,
    Normal,
    Ordered,
    Orthogonal,
    Permutation,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveVector,
    Projection,
    Scalar,
    SignMatrix,
    Simplex,
    Stochastic,
    Symmetric,
    Toeplitz,
    UnitVector,
    Vector,
)  # fmt: skip
from verify.claims.variants import spelled, wider

WEAKER = [
    (PositiveDefinite("n"), [PositiveSemidefinite("n")]),
    (PositiveSemidefinite("n"), [Symmetric("n")]),
    (Symmetric("n"), [Matrix("n n")]),
    (Matrix("n k"), []),
    (Positive(), [NonNegative()]),
    (NonNegative(), [Scalar()]),
    (Scalar(), []),
    (PositiveVector("n"), [NonNegativeVector("n")]),
    (Simplex("n"), [NonNegativeVector("n")]),
    (NonNegativeVector("n"), [Vector("n")]),
    (UnitVector("n"), [Vector("n")]),
    (Orthogonal("n"), [Contraction("n n")]),
    (Isometry("r+e r"), [Contraction("r+e r")]),
    (Contraction("n k"), [Matrix("n k")]),
    (Permutation("n"), [Orthogonal("n"), DoublyStochastic("n")]),
    (DoublyStochastic("n"), [Stochastic("n")]),
    (Stochastic("n"), [Nonnegative("n n")]),
    (Stochastic("n k"), [Nonnegative("n k")]),
    (Projection("n"), [PositiveSemidefinite("n"), Contraction("n n")]),
    (Integer(), [Scalar()]),
    (Integer("n"), [Vector("n")]),
    (Integer("n k", 0, 2), [Interval("n k", 0, 2)]),
    (Interval("n k", 0, 2), [Nonnegative("n k")]),
    (Interval(-1, 2), [Scalar()]),
    (SignMatrix("n k"), [Interval("n k", -1, 1)]),
    (LowRank("n k r"), [Matrix("n k")]),
    (ComplexDensity("n"), [ComplexPositiveSemidefinite("n")]),
    (ComplexPositiveDefinite("n"), [ComplexPositiveSemidefinite("n")]),
    (ComplexPositiveSemidefinite("n"), [Hermitian("n")]),
    (ComplexProjection("n"), [ComplexPositiveSemidefinite("n"), ComplexContraction("n n")]),
    (Hermitian("n"), [ComplexMatrix("n n")]),
    (Commuting("n"), [Free("n")]),
    (Commuting(Symmetric("n")), [Free(Symmetric("n")), Commuting("n")]),
    (Commuting(Circulant("n")), [Free(Circulant("n")), Commuting(Normal("n"))]),
    (Ordered(PositiveDefinite("n")), [Free(PositiveDefinite("n")), Ordered(PositiveSemidefinite("n"))]),
    (Majorised("n"), [Free(Vector("n"))]),
    (Free(Symmetric("n")), [Free("n")]),
    (Constant(3), []),
]


@pytest.mark.parametrize(("domain", "weaker"), WEAKER, ids=repr)
def test_a_domain_names_those_one_step_wider(domain, weaker):
    assert list(map(repr, domain.weaker)) == list(map(repr, weaker))


@pytest.mark.parametrize("name", EVEN)
def test_every_value_lies_in_all_wider_domains(name):
    drawn = draws(ARRAYS[name], 30)
    for domain in wider(ARRAYS[name]):
        for sizes, value in drawn:
            assert domain.array_shapes(sizes) == ARRAYS[name].array_shapes(sizes)
            assert domain.admits(value, sizes)
            assert domain.decode(domain.encode(value), sizes) is not None


@pytest.mark.parametrize("name", ODD)
def test_a_wider_domain_has_values_of_its_own(name):
    """So that a step says something; all steps end at domains that have no wider ones."""
    for domain in ARRAYS[name].weaker:
        assert any(not ARRAYS[name].admits(value, {"r": 1, **sizes}) for sizes, value in draws(domain, 120))
    found = list(wider(ARRAYS[name]))
    assert len(set(map(spelled, found))) == len(found) <= 12
    assert not ARRAYS[name].weaker or any(not domain.weaker for domain in found)


def test_bounds_of_dimensions_are_those_of_the_domain():
    (semidefinite,) = PositiveDefinite("n", {"n": (2, 3)}).weaker
    (symmetric,) = semidefinite.weaker
    (matrix,) = symmetric.weaker
    assert semidefinite.dimensions == symmetric.dimensions == matrix.dimensions == {"n": (2, 3)}
    (matrix,) = LowRank("d d k", {"k": (1, 2), "d": (3, 3)}).weaker
    assert matrix.dimensions == {"d": (3, 3)}
    assert all(domain.dimensions == {"n": (2, 2)} for domain in wider(Commuting(Symmetric("n", {"n": (2, 2)}))))


def test_a_domain_of_ones_own_is_weakened_to_what_it_subclasses_or_to_any_array_of_its_shape():
    class Weights(PositiveVector):
        pass

    class Even(Scalar):
        pass

    class Rare(Symmetric):
        wider = ("Toeplitz", "Symmetric")

    assert list(map(repr, Weights("d").weaker)) == ['PositiveVector["d"]']
    assert list(map(repr, Even().weaker)) == ["Scalar"]
    assert list(map(repr, Rare("d").weaker)) == ['Toeplitz["d"]', 'Symmetric["d"]']
    assert list(map(repr, documented("Diagonal")("d r").weaker)) == ['Matrix["d r"]']
    assert documented("Solvable")("d r").weaker == []


def test_a_name_of_the_engine_means_the_engines_domain():
    class Contraction(Domain):  # of somebody else
        axes = 2

    (found,) = Orthogonal("d").weaker
    assert type(found) is not Contraction


def test_choices_have_no_weaker_ones():
    assert all(domain.weaker == [] for domain in CHOICES.values())


def test_domains_have_words():
    said = [
        PositiveDefinite("d"),
        Matrix("d d"),
        Scalar(),
        NonNegative(),
        Interval(0, 1),
        Hermitian("d"),
        Toeplitz("d"),
    ]
    assert [domain.words for domain in said] == [
        "positive definite", "any matrix", "any scalar", "nonnegative", "interval [0, 1]", "Hermitian", "Toeplitz",
    ]  # fmt: skip
    pairs = [Commuting("d"), Commuting(Symmetric("d")), Free(Symmetric("d")), Free("d"), Ordered("d")]
    assert [domain.words for domain in pairs] == [
        "commuting", "symmetric, commuting", "symmetric", "any square matrix", "ordered"
    ]  # fmt: skip
