"""What draws reach: every byte and style and choice, both ends of every size, and of each style what it is for."""

from itertools import pairwise, product

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat

from properties.engine.helpers.domains import ARRAYS, CHOICES, draws, signature
from reference.arithmetic import sort_descending
from reference.arithmetic.exact import Balls, rationals
from reference.dimensions import DimensionError
from verify import (
    Circulant,
    Commuting,
    ComplexDensity,
    Density,
    Matrix,
    OneOf,
    Ordered,
    Orthogonal,
    PositiveDefinite,
    PositiveSemidefinite,
    SignMatrix,
    Spectrum,
    Symmetric,
    Unitary,
    Vector,
)
from verify.domains import unitary
from verify.domains.base import fraction, wanted
from verify.hunt.strata import random_stratum


def of_style(domain, style, sizes, count=60):
    """Return draws of one style as nested lists."""
    extra, shape = len(domain.styles) - 1, domain.shape(sizes)
    index = domain.styles.index(style)
    first = 0 if index == 0 else next(byte for byte in range(128, 256) if 1 + byte % extra == index)
    generator = np.random.default_rng(0)
    size = domain.bytes_needed(shape) - 1
    return [domain.draw(bytes([first]) + generator.bytes(size), shape).tolist() for _ in range(count)]


# --- bytes, styles, choices, sizes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ARRAYS)
def test_every_byte_stands_for_its_style_and_for_its_raw_entry(name):
    kind = type(ARRAYS[name])
    met = []

    class Spy(kind):
        def construct(self, raw, style, shape):
            met.append((style, raw.tolist()))
            return raw

    spy = object.__new__(Spy)
    vars(spy).update(vars(ARRAYS[name]))
    shape = spy.shape({"d": 2, "r": 2})
    size = spy.bytes_needed(shape) - 1
    assert size == spy.size(shape)
    for byte in range(256):
        spy.draw(bytes([byte]) + bytes([byte, *range(size - 1)]), shape)
    styles = [style for style, _ in met]
    assert set(styles[:128]) == {spy.styles[0]}
    assert set(styles[128:]) == set(spy.styles[1:] or spy.styles)
    assert max(styles[128:].count(s) for s in set(styles[128:])) - min(map(styles[128:].count, set(styles[128:]))) <= 1
    assert [raw for _, raw in met] == [[spy.table[byte], *spy.table[: size - 1]] for byte in range(256)]


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_drawn_the_last_too(name):
    domain = CHOICES[name]
    for d in (1, 2, 3, 4):
        choices = list(domain.choices(domain.shape({"d": d})))
        drawn = [domain.draw(bytes([byte]), domain.shape({"d": d})) for byte in range(256)]
        assert set(drawn) == set(choices)
        assert drawn[: len(choices)] == choices
        assert max(map(drawn.count, choices)) - min(map(drawn.count, choices)) <= 1
    strata = [random_stratum(signature(x=domain), {"d": 3}, np.random.default_rng(k), plain=True) for k in range(60)]
    assert {stratum.choices["x"] for stratum in strata} == set(domain.choices(domain.shape({"d": 3})))


@pytest.mark.parametrize(("low", "high"), [(1, 4), (2, 3), (3, 3), (1, 7)])
def test_sizes_are_those_from_bound_to_bound_and_both_are_met(low, high):
    drawn = {sizes["d"] for sizes, _ in draws(Vector("d", {"d": (low, high)}), 200)}
    assert drawn == set(range(low, high + 1))


def test_arguments_of_one_claim_take_bytes_of_their_own():
    """Were they shared, two arguments of a kind would always agree."""
    one = signature(u=Vector("d"), v=Vector("d"), w=Vector("r"))
    generator = np.random.default_rng(0)
    drawn = [one.draw(generator.bytes(one.block_size)) for _ in range(300)]
    for names in (("u", "v"), ("v", "w"), ("u", "w")):
        pairs = [tuple(instance.values[name].tolist()[-1] for name in names) for instance in drawn]
        assert sum(p != q for p, q in pairs) > 150
    assert {tuple(instance.sizes.values()) for instance in drawn} == set(product(range(1, 5), repeat=2))


# --- each style ------------------------------------------------------------------------------------------------------

FOUR = {"d": 4, "r": 4}


def columns(m):
    return list(zip(*m, strict=True))


def rank(m):
    return fmpq_mat(m).rank()


PATTERNS = {  # what every draw of the style is, and what many of them are
    "plain": (lambda m: True, lambda m: rank(m) == 4 and len({x for row in m for x in row}) > 5),
    "low rank": (lambda m: rank(m) <= 1, lambda m: len({*columns(m)}) == 4 and len({*map(tuple, m)}) == 4),
    "equal columns": (lambda m: len({*columns(m)}) == 1, lambda m: len({x for row in m for x in row}) > 2),
    "zero column": (lambda m: not any(columns(m)[0]), lambda m: rank(m) == 3),
    "zero row": (lambda m: not any(m[0]), lambda m: rank(m) == 3),
    "zero": (lambda m: not any(map(any, m)), lambda m: True),
    "diagonal": (lambda m: not any(m[i][j] for i in range(4) for j in range(4) if i != j), lambda m: rank(m) > 2),
    "tiny": (lambda m: all(abs(x) <= fmpq(8, 2**20) for row in m for x in row), lambda m: rank(m) == 4),
    "huge": (lambda m: all(x == 0 or abs(x) >= 2**16 for row in m for x in row), lambda m: rank(m) == 4),
}


@pytest.mark.parametrize("style", Matrix.styles)
def test_a_style_of_matrices_is_what_its_name_says_and_no_less_general(style):
    always, often = PATTERNS[style]
    drawn = of_style(Matrix("d r"), style, FOUR)
    assert all(map(always, drawn))
    assert sum(map(often, drawn)) >= 5


@pytest.mark.parametrize("style", Symmetric.styles)
def test_a_style_of_symmetric_matrices_is_what_its_name_says(style):
    drawn = of_style(Symmetric("d"), style, FOUR)
    assert all(m == [list(row) for row in columns(m)] for m in drawn)
    if style == "plain":
        assert sum(rank(m) == 4 for m in drawn) > 30
    if style == "rank one":
        assert all(rank(m) <= 1 for m in drawn)
        traces = [sum(m[i][i] for i in range(4)) for m in drawn]
        assert min(traces) < 0 < max(traces)
    if style == "diagonal":
        assert all(m[i][j] == 0 for m in drawn for i in range(4) for j in range(4) if i != j)
        assert sum(rank(m) > 2 for m in drawn) > 10


def test_semidefinite_matrices_are_of_every_rank_and_definite_ones_of_the_full_one_and_not_diagonal_alone():
    ranks = {rank(m) for style in PositiveSemidefinite.styles for m in of_style(PositiveSemidefinite("d"), style, FOUR)}
    assert ranks >= {0, 1, 3, 4}
    for style in PositiveDefinite.styles:
        drawn = of_style(PositiveDefinite("d"), style, FOUR)
        assert all(rank(m) == 4 for m in drawn)
        assert all(fmpq_mat([row[:k] for row in m[:k]]).det() > 0 for m in drawn for k in range(1, 5))
    assert sum(any(m[i][j] for i, j in ((0, 1), (2, 3))) for m in of_style(PositiveDefinite("d"), "plain", FOUR)) > 30
    pivots = {m[0][0] for m in of_style(PositiveDefinite("d"), "plain", FOUR)}
    assert len(pivots) > 3


def test_spectra_descend_with_ties_and_zeros_as_their_styles_say():
    plain, tied, zero = (of_style(Spectrum("d"), style, FOUR) for style in ("plain", "tied", "zero"))
    for drawn in (plain, tied, zero):
        assert all(p >= q >= 0 for v in drawn for p, q in pairwise(v))
    assert sum(len(set(v)) == 4 for v in plain) > 10
    assert all(len(set(v)) == 1 for v in tied)
    assert len({v[0] for v in tied}) > 3
    assert all(not any(v[1:]) for v in zero)
    assert sum(v[0] > 0 for v in zero) > 20


# --- sorting of balls -------------------------------------------------------------------------------------------------


def test_sorted_balls_hold_what_any_numbers_in_them_sort_to():
    """Balls of unequal radii overlap, and then no order of the balls themselves, by midpoints say, holds them all."""
    generator = np.random.default_rng(0)
    for _ in range(200):
        middles, radii = generator.integers(-4, 5, 4), generator.integers(0, 5, 4)
        row = Balls.of(np.array([arb(int(m), int(r)) for m, r in zip(middles, radii, strict=True)], dtype=object))
        enclosed = sort_descending(row).bare()
        for _ in range(6):
            numbers = [int(m) + int(generator.integers(-r, r + 1)) for m, r in zip(middles, radii, strict=True)]
            for number, ball in zip(sorted(numbers, reverse=True), enclosed, strict=True):
                assert ball.contains(arb(number))
        lower, upper = sorted(middles - radii, reverse=True), sorted(middles + radii, reverse=True)
        for ball, low, high in zip(enclosed, lower, upper, strict=True):  # and no more than that
            assert abs(ball.lower() - int(low)) < 1e-6
            assert abs(ball.upper() - int(high)) < 1e-6


def test_of_a_matrix_whose_every_column_has_to_be_turned_raw_entries_are_known_up_to_64_tries():
    for domain, last in ((Orthogonal("d"), 6), (Unitary("d"), 3)):  # 2⁶ signs; 1 + 4 + 4² phases before the last
        for size in (1, 2, last):
            value = domain.draw(bytes(domain.bytes_needed((size, size))), (size, size)) * -1
            assert (domain.rebuild(domain.raw(value), (size, size)) == value).all(), size
        size = last + 1
        assert domain.raw(domain.draw(bytes(domain.bytes_needed((size, size))), (size, size)) * -1) is None


def test_a_fraction_is_read_with_its_signs():
    told = {"-3/4": (-3, 4), "3/-4": (-3, 4), "-3/-4": (3, 4), "5": (5, 1), "-0/7": (0, 1), "6/4": (3, 2)}
    assert {text: fraction(text) for text in told} == {text: fmpq(*parts) for text, parts in told.items()}


def test_of_two_domains_of_one_name_the_first_is_meant_by_it():
    class Symmetric(Vector):
        """Another of that name."""

    assert [type(domain).__module__ for domain in PositiveSemidefinite("d").weaker] == ["verify.domains.symmetric"]
    assert [repr(domain) for domain in Symmetric("d").weaker] == ['Vector["d"]']


def test_of_one_row_a_shift_is_the_entry_and_a_matrix_of_signs_has_that_of_its_first():
    assert Circulant("d").construct(rationals([3]), "shift", (1, 1)).tolist() == [[3]]
    entries = rationals([-2, 1, 1, 1])
    assert SignMatrix("d r").construct(entries, "Sylvester", (2, 2)).tolist() == [[-1, -1], [-1, 1]]


def test_each_phase_by_which_a_column_is_turned_is_told_by_its_raw_entries(monkeypatch):
    domain, shape = Unitary("d"), (2, 2)
    value = domain.draw(bytes([0, 9, 17, 5, 30, 2, 7]) + bytes(range(40, 48)), shape)
    for phase in unitary._PHASES:
        with monkeypatch.context() as patch:
            patch.setattr(unitary, "_PHASES", (phase,))
            raw = domain.raw(value)
        assert raw is not None
        assert (domain.rebuild(raw, shape) == value).all(), phase


def test_bounds_are_pairs_of_integers_and_those_of_a_pair_are_its_own():
    for limits in ((True, 2), (1, 2.0), (1, 2, 3), (1,), "12", {1, 2}):
        with pytest.raises(DimensionError, match=r"^the bounds of 'd' are a pair of integers \(low, high\), not "):
            Vector("d", {"d": limits})
    assert Vector("d", {"d": [1, 2]}).dimensions == {"d": [1, 2]}
    assert Ordered(Symmetric("d", {"d": (1, 2)}), {"d": (2, 3)}).dimensions == {"d": (2, 3)}
    assert Ordered(Symmetric("d", {"d": (1, 2)})).dimensions == {"d": (1, 2)}


def test_a_pair_is_of_the_domains_that_it_knows_and_of_none_of_ones_own():
    class Mine(Symmetric):
        """One of one's own, of which it is not known whether polynomials of its values are of it."""

    with pytest.raises(DimensionError, match=r'^Commuting is of a dimension, as in \["d"\], or of one of Nonnegative'):
        Commuting(Mine("d"))


def test_a_name_is_read_as_it_is_written():
    domain = OneOf("relu", "none")
    assert domain.decode("relu", {}) == "relu"
    for wrong in ("ReLU", "relu ", None, 0, ["relu"]):
        with pytest.raises(ValueError, match=r" is not one of relu, none$"):
            domain.decode(wrong, {})


def test_a_state_is_mended_by_its_trace_if_that_is_positive():
    for domain in (Density("d"), ComplexDensity("d")):
        for entries, mended in (
            ([["3", "1/2"], ["1/2", "1"]], [["3/4", "1/8"], ["1/8", "1/4"]]), ([["1", "0"], ["0", "-2"]], None),
        ):  # fmt: skip
            value = domain.read(entries, [(2, 2)], {})
            expected = domain.read(mended or entries, [(2, 2)], {})
            assert (domain.mended(value) == expected).all()


def test_an_annotation_is_told_by_the_names_of_as_many_dimensions_and_the_first_that_is_unknown():
    for axes, words in (
        (0, "X names no dimensions"), (1, 'X names one dimension, as in X["d"]'),
        (2, 'X names 2 dimensions, as in X["d r"]'), (4, 'X names 4 dimensions, as in X["d r k m"]'),
    ):  # fmt: skip
        assert wanted("X", axes) == words
    with pytest.raises(DimensionError, match=r"""^Vector\['d'\] bounds 'k', which it does not name$"""):
        Vector("d", {"z": (1, 2), "k": (1, 2), "d": (1, 2)})
