"""What belongs to a domain and what just does not: each has neighbours outside, and its own raw entries inside."""

from fractions import Fraction

import numpy as np
import pytest

from properties.engine.helpers.domains import ARRAYS, EVEN, ODD, REPEATED, draws, entries_of, signature
from reference.dimensions import DimensionError
from verify import (
    Circulant,
    Commuting,
    Constant,
    Contraction,
    Correlation,
    Density,
    DoublyStochastic,
    Hankel,
    Integer,
    Interval,
    Isometry,
    LowRank,
    Majorised,
    Matrix,
    MMatrix,
    Nonnegative,
    Normal,
    Ordered,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveSimplex,
    Projection,
    SignMatrix,
    Simplex,
    Stochastic,
    Symmetric,
    Toeplitz,
    Triangular,
    UnitVector,
)
from verify.domains.base import arrays_of

ONE, FLIP = [[1, 0], [0, 1]], [[0, 1], [1, 0]]
THIRD = "1/3"

OUTSIDE = [
    (Interval(0, 1), "1000001/1000000"),
    (Interval("d", Fraction(1, 3), 20), ["1/3", "333333/1000000"]),
    (Integer(), "1/2"),
    (Integer("d", 0, 9), [0, 10]),
    (Integer("d", 0, 9), ["1/2", 1]),
    (Nonnegative("d d"), [[0, 1], ["-1/1000000", 1]]),
    (LowRank("d d r", {"r": (1, 2)}), ONE),
    (SignMatrix("d d"), [[1, 0], [1, 1]]),
    (SignMatrix("d d"), [[1, 2], [1, 1]]),
    (Triangular("d"), [[1, 0], ["1/1000000", 1]]),
    (Toeplitz("d"), [[1, 2], [3, "1000001/1000000"]]),
    (Hankel("d"), [[1, 2], [3, 4]]),
    (Circulant("d"), [[1, 2], [3, 1]]),
    (PositiveSemidefinite("d"), [[1, "1000001/1000000"], ["1000001/1000000", 1]]),
    (Correlation("d"), [[1, "1000001/1000000"], ["1000001/1000000", 1]]),
    (Correlation("d"), [[1, 0], [0, "999999/1000000"]]),
    (Correlation("d"), [[1, "1/2"], ["1/3", 1]]),
    (Density("d"), [["1/2", 0], [0, "1/3"]]),
    (Density("d"), [["3/2", 0], [0, "-1/2"]]),
    (Density("d"), [["1/2", "51/100"], ["51/100", "1/2"]]),
    (UnitVector("d"), ["3/5", "3/5"]),
    (UnitVector("d"), [1, "1/1000000"]),
    (Isometry("d+0 d"), [[1, 0], [0, "999999/1000000"]]),
    (Contraction("d d"), [[1, 0], [0, "1000001/1000000"]]),
    (Contraction("d d"), [[1, "1/1000000"], [0, 0]]),
    (Projection("d"), [[1, 0], [0, 2]]),
    (Projection("d"), [[1, 1], [0, 0]]),  # an oblique one
    (Normal("d"), [[1, 1], [0, 1]]),
    (Simplex("d"), ["1/2", THIRD]),
    (Simplex("d"), ["3/2", "-1/2"]),
    (PositiveSimplex("d"), [1, 0]),
    (Stochastic("d"), [["1/2", "1/2"], [1, "1/1000000"]]),
    (Stochastic("d"), [["3/2", "-1/2"], [1, 0]]),
    (DoublyStochastic("d"), [["1/2", "1/2"], [1, 0]]),
    (DoublyStochastic("d"), [["3/2", "-1/2"], ["-1/2", "3/2"]]),
    (MMatrix("d"), [[1, -1], [-1, 1]]),  # singular
    (MMatrix("d"), [[1, "1/2"], [0, 1]]),
    (MMatrix("d"), FLIP),
    (MMatrix("d"), [[1, -2], [-1, 1]]),
    (Commuting("d"), [[[1, 1], [0, 1]], [[1, 0], [1, 1]]]),
    (Commuting("d"), [ONE]),
    (Commuting("d"), [ONE, ONE, ONE]),
    (Commuting("d"), [ONE, [[1]]]),
    (Commuting("d"), ONE),
    (Commuting(Symmetric("d")), [ONE, [[0, 1], [0, 0]]]),
    (Commuting(Nonnegative("d d")), [ONE, [[-1, 0], [0, 1]]]),
    (Commuting(PositiveDefinite("d")), [ONE, [[0, 0], [0, 1]]]),
    (Ordered("d"), [ONE, [[2, 0], [0, "999999/1000000"]]]),
    (Ordered("d"), [[[0, 1], [0, 0]], ONE]),
    (Ordered(PositiveSemidefinite("d")), [[[-1, 0], [0, 0]], ONE]),
    (Majorised("d"), [["1/2", "3/2"], [1, 2]]),
    (Majorised("d"), [[0, 3], [1, 2]]),
    (Majorised(Simplex("d")), [[-1, 1], [-1, 1]]),
]


@pytest.mark.parametrize(("domain", "data"), OUTSIDE)
def test_what_is_just_outside_is_refused(domain, data):
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        domain.decode(data, {"d": 2, "r": 1})


INSIDE = [
    (Interval(0, 1), 1),
    (Interval("d", Fraction(1, 3), 20), [THIRD, 20]),
    (Integer("d", 0, 9), [0, 9]),
    (LowRank("d d r"), [[1, 2], [2, 4]]),
    (Triangular("d"), [[0, 5], [0, THIRD]]),
    (Toeplitz("d"), [[1, 2], [3, 1]]),
    (Hankel("d"), [[1, 2], [2, 4]]),
    (Circulant("d"), [[1, 2], [2, 1]]),
    (PositiveSemidefinite("d"), [[3, 0], [0, 0]]),  # no square of rational numbers
    (Correlation("d"), [[1, -1], [-1, 1]]),
    (Correlation("d"), [[1, THIRD], [THIRD, 1]]),
    (Density("d"), [["1/2", "1/2"], ["1/2", "1/2"]]),
    (UnitVector("d"), ["-5/13", "12/13"]),
    (Isometry("d+0 d"), FLIP),
    (Contraction("d d"), [["3/5", "4/5"], ["-4/5", "3/5"]]),
    (Contraction("d d"), [[0, 1], [0, 0]]),
    (Projection("d"), [["1/2", "1/2"], ["1/2", "1/2"]]),
    (Normal("d"), [[1, 2], [-2, 1]]),
    (Simplex("d"), [1, 0]),
    (PositiveSimplex("d"), [THIRD, "2/3"]),
    (Stochastic("d"), [[0, 1], [THIRD, "2/3"]]),
    (DoublyStochastic("d"), FLIP),
    (MMatrix("d"), [[1, -1], ["-999999/1000000", 1]]),
    (Commuting("d"), [[[0, 1], [0, 0]], [[5, 7], [0, 5]]]),
    (Commuting(Nonnegative("d d")), [FLIP, ONE]),
    (Ordered("d"), [FLIP, FLIP]),
    (Majorised("d"), [["3/2", "3/2"], [1, 2]]),
    (Majorised("d"), [[2, 1], [1, 2]]),
]


@pytest.mark.parametrize(("domain", "data"), INSIDE)
def test_what_lies_on_the_boundary_is_inside_and_its_raw_entries_are_known(domain, data):
    sizes = {name: 2 if name == "d" else 1 for name in domain.dimensions}
    value = domain.decode(data, sizes)
    assert entries_of(domain.rebuild(domain.raw(value), domain.shape(sizes))) == entries_of(value)


SELDOM = {"Commuting", "Orthogonal", "Isometry", "Unitary", "ComplexIsometry"}
"""Of some of these they are not known: neither is a polynomial of the other, or of an eigenvalue −1 nothing helps."""


@pytest.mark.parametrize("half", [0, 1])
def test_a_few_raw_entries_of_every_domain_make_the_value_again(half):
    for name, domain in list(ARRAYS.items())[half::2]:
        for sizes, value in draws(domain, 4, seed=2) if name not in REPEATED else ():
            raw = domain.raw(value)
            assert raw is None or entries_of(domain.rebuild(raw, domain.shape(sizes))) == entries_of(value), name


@pytest.mark.parametrize("name", EVEN)
def test_raw_entries_make_the_value_again_wherever_they_are_known(name):
    domain = ARRAYS[name]
    drawn, known = draws(domain, 60, seed=1), 0
    for sizes, value in drawn:
        raw = domain.raw(value)
        if raw is not None:
            known += 1
            assert raw.ndim == 1
            assert entries_of(domain.rebuild(raw, domain.shape(sizes))) == entries_of(value)
    kind = name.partition("[")[0]
    assert known >= (0.8 if kind in SELDOM else 1) * len(drawn)


@pytest.mark.parametrize("name", ODD)
def test_a_value_is_mended_to_itself_and_drawn_in_every_style_at_every_size(name):
    domain = ARRAYS[name]
    extra, generator = len(domain.styles) - 1, np.random.default_rng(0)
    for size in (1, 2, 3, 4, 5):
        sizes = {name: min(max(size, low), max(high, 5)) for name, (low, high) in signature(x=domain).bounds.items()}
        shape = domain.shape(sizes)
        for k, style in enumerate(domain.styles):
            byte = 0 if k == 0 else next(b for b in range(128, 256) if 1 + b % extra == k)
            for _ in range(2):
                value = domain.draw(bytes([byte]) + generator.bytes(domain.size(shape)), shape)
                assert domain.admits(value, sizes), style
                assert [array.shape for array in arrays_of(value)] == domain.array_shapes(sizes)
                assert entries_of(domain.mended(value)) == entries_of(value), style


# --- annotations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotate", "message"),
    [
        (lambda: Interval[1, 0], "Interval\\[1, 0\\] is empty"),
        (lambda: Interval["d"], "has two bounds"),
        (lambda: Interval[0, 1, 2], "has two bounds"),
        (lambda: Interval[0, 0.1], "write a Fraction"),
        (lambda: Integer[0, Fraction(1, 2)], "not of integers"),
        (lambda: Integer[3], "has two bounds"),
        (lambda: LowRank["d r"], 'names 3 dimensions, as in LowRank\\["d r k"\\], not'),
        (lambda: Commuting["d r"], 'Commuting names one dimension, as in Commuting\\["d"\\], not'),
        (lambda: Stochastic["d r k"], "one or two dimensions"),
        (lambda: Commuting[Stochastic["d"]], "or of one of Nonnegative, Triangular"),
        (lambda: Commuting[Symmetric], "is of a dimension"),
        (lambda: Commuting[Nonnegative["d r"]], "needs square matrices"),
        (lambda: Majorised[Matrix["d r"]], "or of one of NonNegativeVector, PositiveVector"),
        (lambda: Constant["one"], "as in Constant\\(\"1/7\"\\), not of 'one'"),
        (lambda: Constant(0.1), "not of 0.1"),
        (lambda: Constant("1/0"), "not of '1/0'"),
        (lambda: signature(c=Constant), 'as in Constant\\("1/7"\\)$'),
        (lambda: signature(V=Isometry["d r"]), "rows 1 < columns 2"),
    ],
)
def test_an_annotation_that_makes_no_sense_says_why(annotate, message):
    with pytest.raises((DimensionError, ValueError, TypeError), match=message):
        annotate()


def test_annotations_bound_their_dimensions():
    assert Matrix["d r"].dimensions == {"d": (1, 4), "r": (1, 4)}
    two = {"d": (2, 3)}
    for domain in (
        Interval["d", 0, 1, two], Integer["d", two], Stochastic["d", two], Commuting["d", two],
        Commuting[Symmetric["d", two]], Ordered[Symmetric["d"], two],
    ):  # fmt: skip
        assert domain.dimensions == two


def test_annotations_are_printed_as_they_are_written():
    for text in (
        "Interval[0, 1]", 'Interval["d r", -1, 1/3]', "Integer", "Integer[0, 9]", 'Commuting["d"]', 'LowRank["d r k"]',
        'Commuting[Symmetric["d"]]', 'Ordered[PositiveDefinite["d"]]', 'Stochastic["d k"]', 'Isometry["r+e r"]',
    ):  # fmt: skip
        names = {kind.__name__: kind for kind in map(type, ARRAYS.values())} | {"Fraction": Fraction}
        domain = eval(text.replace("1/3", "Fraction(1, 3)"), names)
        assert repr(domain() if isinstance(domain, type) else domain) == text
