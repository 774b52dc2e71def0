"""What plain numbers, masks and constants mean beside arrays of an arithmetic, and which of them mean nothing."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
import torch
from flint import acb, arb, fmpq

from properties.engine.helpers.arithmetics import LIFTS, around, as_floats, entries
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.conditions import Condition
from reference.arithmetic.exact import Balls, Irrational, Rationals, balls, rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.kinds import alike, exactly, integers, symbols
from reference.arithmetic.lanes import Lanes, unstack
from reference.arithmetic.literals import constant, is_complex, is_complex_array

# --- literals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("literal", "meant"),
    [
        (5, 5), (Fraction(-2, 3), fmpq(-2, 3)), (Fraction(2), fmpq(2)), (0.5, fmpq(1, 2)), (-3 / 1024, fmpq(-3, 1024)),
        (np.float64(2.25), fmpq(9, 4)), (np.float32(0.5), fmpq(1, 2)), (True, 1), (np.False_, 0), (np.int64(7), 7),
        (1.5 - 2j, GaussianRational.of(fmpq(3, 2), fmpq(-2))), (np.complex128(1j), GaussianRational.of(0, 1)),
        (fmpq(1, 3), fmpq(1, 3)), (None, None), ("ij", "ij"),
    ],
)  # fmt: skip
def test_a_literal_is_exactly_the_number_meant(literal, meant):
    found = constant(literal)
    assert (found, type(found)) == (meant, type(meant))


def test_an_array_of_literals_is_one_of_numbers_without_limits():
    found = constant(np.array([[1, 2], [3, 4]]))
    assert (found.dtype, found.shape, found.tolist()) == (object, (2, 2), [[1, 2], [3, 4]])
    assert all(type(entry) is int for entry in found.flat)
    assert constant(np.array([0.5, 2.0])).tolist() == [fmpq(1, 2), 2]


@pytest.mark.parametrize("literal", [0.1, 1 / 2048, 1 / 3, np.float64(0.1), Decimal("0.5"), 1 + 0.1j, 0.1 + 1j])
def test_a_literal_that_is_not_exactly_the_number_meant_is_refused(literal):
    with pytest.raises(TypeError, match="is not exactly the number meant: write a Fraction"):
        constant(literal)
    with pytest.raises(TypeError, match="is not exactly the number meant: write a Fraction"):
        constant(np.array([literal, 1], dtype=object))


def test_a_float_that_may_have_been_rounded_or_an_integer_that_may_have_wrapped_around_is_none():
    for x in (2.0**32, -(2.0**32), 2.0**32 - 1 / 512, np.longdouble(2.0**32), np.float32(2**13), np.float16(-1)):
        assert constant(x) == fmpq(*float(x).as_integer_ratio())
    for x in (
        1e23, -1e23, 10**40 / 3, 3.0**40, math.sqrt(10**33), 2.0**32 + 1, -(2.0**33), 1e23 + 1j, 1 - 1e23j,
        np.longdouble(2.0**33), np.float32(2**13 + 1), np.float16(1.5), np.complex64(2**13 + 1),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=r" may have been rounded: write an integer, or a Fraction$"):
            constant(x)
    largest = 2**53
    assert [constant(kind(largest)) for kind in (np.int64, np.uint64)] == [largest, largest]
    assert constant(np.int64(-largest)) == -largest
    narrow = [np.dtype(f"{sign}int{bits}").type(k) for sign in ("", "u") for bits in (8, 16, 32) for k in (0, 1, 64)]
    products = (np.array([100], dtype=np.int8) ** 2)[0], (np.array([2**16], dtype=np.int32) ** 2)[0]  # 16 and 0
    for x in (np.int64(largest + 1), np.int64(-largest - 1), np.uint64(largest + 1), *narrow, *products):
        with pytest.raises(TypeError, match=rf"^the {type(x).__name__} .* may have wrapped around: take Python's "):
            constant(np.array([x]))
    with pytest.raises(TypeError, match="the int64 -4249290049419214848 may have wrapped around"):
        constant(np.arange(1, 22).prod())


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (1, False), (1.5, False), (1j, True), (1 + 0j, True), (np.complex64(1), True), (acb(1), True), (arb(1), False),
        (GaussianRational.of(1, 0), True), ([1, 1j], True), ([1, 2], False), ([], False),
        (((1, 2), (3, [4, 1j])), True),
        (np.array([1.0]), False), (np.array([1j]), True), (np.array([1, 1j], dtype=object), True),
        (np.array([1, Fraction(1, 2)], dtype=object), False),
    ],
)  # fmt: skip
def test_a_number_is_complex_or_one_in_a_list_is(x, said):
    assert is_complex(x) is said


def test_an_array_of_complex_floats_is_one_of_numpys_or_torchs():
    said = {1.0: False, 1j: False, sympy.Symbol("z"): False, np.complex128(1): True, np.float64(1): False}
    assert {x: is_complex_array(x) for x in said} == said
    for dtype in (np.complex64, np.complex128, torch.complex64, torch.complex128):
        assert is_complex_array(torch.zeros(2, dtype=dtype) if isinstance(dtype, torch.dtype) else np.zeros(2, dtype))
    for array in (np.zeros(2), torch.zeros(2), np.array([1j], dtype=object), rationals([1])):
        assert not is_complex_array(array)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((0, 0), "0"), ((1, 0), "1"), ((-3, 0, 2), "-3/2"), ((0, 1), "i"), ((0, -1), "-i"), ((0, 2), "2i"),
        ((0, 1, 2), "i/2"), ((0, -3, 4), "-3i/4"), ((1, 1), "1 + i"), ((1, -1, 2), "1/2 - i/2"), ((2, 4, 2), "1 + 2i"),
        ((2, 3, 2), "1 + 3i/2"), ((6, 4, 12), "1/2 + i/3"),
    ],
)  # fmt: skip
def test_a_complex_fraction_is_written_as_it_is_read_and_has_no_common_factor(parts, text):
    number = GaussianRational(*parts)
    assert (repr(number), str(number)) == (text, text)
    assert (number.real, number.imag) == tuple(fmpq(part, (*parts, 1)[2]) for part in parts[:2])
    assert number == GaussianRational.of(number.real, number.imag)
    assert hash(number) == hash(GaussianRational(*(7 * part for part in (*parts, 1)[:3])))
    assert GaussianRational.of(number.real) == number.real
    assert hash(GaussianRational.of(number.real)) == hash(number.real)


# --- constants of an arithmetic -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LIFTS)
@pytest.mark.parametrize("value", [3, -2.5, Fraction(1, 3), 2 - 0.5j, 0.25j])
def test_a_number_is_of_the_arithmetic_that_is_asked_for(value, kind):
    like = LIFTS[kind](rationals([1, 2]))
    if isinstance(value, complex) and kind == "torch":
        like = like.to(torch.complex128)
    found = a.number(value, like)
    bare = found.bare() if hasattr(found, "bare") else np.asarray(found).item()
    if isinstance(bare, sympy.Basic):
        assert bare == (sympy.nsimplify(value) if isinstance(value, complex) else sympy.Rational(Fraction(value)))
    else:
        assert complex(acb(bare).mid() if isinstance(bare, (acb, arb)) else complex(bare)) == pytest.approx(value)


def test_constants_have_the_types_and_the_place_of_the_array_that_they_are_like():
    assert a.identity(2, 2, np.ones(1)).dtype == float
    assert a.zeros((2, 3), np.ones(1, dtype=np.float32)).dtype == np.float32
    assert a.identity(2, 2, torch.ones(1, dtype=torch.float64)).dtype == torch.float64
    assert a.identity(2, 2, torch.ones(1, device="meta")).device.type == "meta"
    assert symbols([1, 2]).dtype == object
    assert all(isinstance(entry, sympy.Integer) for entry in integers([[1, 2]], symbols([sympy.Symbol("x")])).flat)
    with pytest.raises(Irrational, match=r"^pi\b"):
        a.pi(rationals(1))


def test_constants_beside_complex_numbers_are_real_ones_of_their_arithmetic():
    exact = rationals([1, 2]) * 1j
    for z, kind in ((exact, Rationals), (complex_balls(exact), Balls), (unstack(np.array([[1j, 2]])), Lanes)):
        made = [a.identity(2, 2, z), a.zeros((2,), z), a.leading_identity(2, 2, 1, z), a.number(Fraction(1, 2), z)]
        assert [type(x) for x in made] == [kind] * 4
        if kind is Rationals:
            with pytest.raises(Irrational, match=r"^pi$"):
                a.pi(z)
        else:
            assert type(a.pi(z)) is kind
    assert a.pi(np.zeros(1, dtype=np.float32)).dtype == np.float32


@pytest.mark.parametrize("kind", LIFTS)
def test_a_leading_identity_is_any_part_of_the_matrix(kind):
    like = LIFTS[kind](rationals([1]))
    for rows, columns in ((2, 3), (3, 2), (2, 2)):
        for size in range(3):
            expected = np.zeros((rows, columns))
            expected[:size, :size] = np.eye(size)
            np.testing.assert_array_equal(as_floats(a.leading_identity(rows, columns, size, like)), expected)
        for size in (-1, 3):
            with pytest.raises(a.OutsideDomain, match=f"a block of {size} rows is not part of {rows} × {columns}"):
                a.leading_identity(rows, columns, size, like)


def test_two_arrays_become_alike_where_either_is_complex_or_plain():
    real, turned = rationals([1, 2]), rationals([1, 2]) * 1j
    cases = {
        (Rationals, Rationals): [(real, real), (real, np.array([1, 2])), ([1, 2], real), (real, 3)],
        (ComplexRationals, ComplexRationals): [(real, turned), (turned, real), (real, 1j), (np.array([1j, 2]), real)],
        (Balls, Balls): [(balls(real), 2), (2, balls(real))],
        (ComplexBalls, ComplexBalls): [(balls(real), complex_balls(turned)), (complex_balls(turned), 2)],
        (int, np.ndarray): [(1, np.ones(2))],
    }
    for types, pairs in cases.items():
        for pair in pairs:
            assert tuple(map(type, alike(*pair))) == types


def test_balls_are_exactly_numbers_where_all_of_them_are():
    exact, wide = balls(rationals([1, 2])), around([1, 2], [0, 1])
    assert type(exactly(exact)) is Rationals
    assert exactly(exact).tolist() == [1, 2]
    assert exactly(wide) is wide
    assert type(exactly(exact + 1j * exact)) is ComplexRationals
    assert exactly(exact + 1j * exact).tolist() == (rationals([1, 2]) * (1 + 1j)).tolist()
    for some in (exact + 1j * wide, wide + 1j * exact):
        assert exactly(some) is some
    plain = np.ones(2)
    assert exactly(plain) is plain


# --- parts ----------------------------------------------------------------------------------------------------------


def test_the_parts_of_real_numbers_are_themselves_and_nothing():
    for x in (np.array([0.0, -2.0]), torch.tensor([0.0, -2.0])):
        assert a.imag(x).tolist() == [0, 0]
        assert a.real(x).tolist() == a.conj(x).tolist() == [0, -2]
    assert (a.real(2), a.imag(2), a.conj(2), a.imag(1 - 3j), a.conj(1 - 3j)) == (2, 0, 2, -3, 1 + 3j)


def test_the_modulus_of_a_symbol_is_its_square_unless_it_may_be_complex():
    z, x, plain = sympy.Symbol("z", complex=True), sympy.Symbol("x", real=True), sympy.Symbol("p")
    squares = {
        (z,): [z * sympy.conjugate(z)], (x,): [x**2], (plain,): [plain**2],
        (z, x): [z * sympy.conjugate(z), x**2], (x, x + sympy.I): [x**2, (x + sympy.I) * (x - sympy.I)],
        (plain, z): [plain * sympy.conjugate(plain), z * sympy.conjugate(z)],
    }  # fmt: skip
    for entries_, expected in squares.items():
        found = a.squared_norm(symbols([[entry] for entry in entries_]))
        assert sympy.expand(sympy.sympify(np.asarray(found).item()) - sum(expected)) == 0


@pytest.mark.parametrize("kind", LIFTS)
def test_an_indicator_is_1_where_a_number_is_not_0(kind):
    x = LIFTS[kind](rationals([[0, 2], [-1, 0]]))
    assert as_floats(a.nonzero(x)).tolist() == [[0, 1], [1, 0]]
    assert as_floats(a.nonzero_columns(x)) == 2
    assert as_floats(a.nonzero_columns(x[:, :1] * 0)) == 0


def test_a_diagonal_is_of_its_entries_alone_where_numbers_are_complex():
    unknown = ComplexBalls.of(np.array([[acb(1, 2), acb(arb.nan())], [acb(arb.nan()), acb(3)]], dtype=object))
    assert a.diagonal(unknown).bare() == [acb(1, 2), 3]
    assert a.diagonal(rationals([[1, 2, 3], [4, 5, 6]])).tolist() == [1, 5]


# --- conditions -----------------------------------------------------------------------------------------------------

ANSWERS = (False, None, True)


def test_conditions_have_three_answers():
    """Of two, both hold as the lesser does, and one does as the larger does."""
    places = [*product(range(3), repeat=2)]
    left, right = (Condition([ANSWERS[k] for k in some], Balls) for some in zip(*places, strict=True))
    both, either = ([ANSWERS[of(place)] for place in places] for of in (min, max))
    assert (left & right).array.tolist() == both
    assert (left | right).array.tolist() == either
    assert (~Condition(ANSWERS, Balls)).array.tolist() == [True, None, False]
    for mask in (np.array([False, True, True]), torch.tensor([False, True, True])):
        assert (Condition(ANSWERS, Balls) & mask).array.tolist() == [False, None, True]
        assert (Condition(ANSWERS, Balls) | mask).array.tolist() == [False, True, True]
    assert (Condition([True, None], Balls) & False).array.tolist() == [False, False]


def test_conditions_do_not_mix_and_branch_nowhere():
    condition = a.greater(rationals([1, 2]), 1)
    with pytest.raises(TypeError, match="conditions on two arithmetics do not mix"):
        condition & a.greater(balls(rationals([1, 2])), 1)
    for odd in (np.array([1, 0]), [True, False], 1):
        with pytest.raises(TypeError, match="nothing branches on, compares or counts it"):
            condition & odd
    for misused in (bool, int, len, list, lambda c: c == 1, lambda c: c + 1, np.any, np.asarray):
        with pytest.raises(TypeError, match="nothing branches on, compares or counts it"):
            misused(condition)
    with pytest.raises(AttributeError, match="nothing branches on, compares or counts it"):
        condition.any()
    with pytest.raises(AttributeError, match=r"^__array_interface__$"):
        condition.__array_interface__  # noqa: B018
    assert entries(a.where(torch.tensor([True, False]), rationals([1, 2]), 5)) == [1, 5]
    with pytest.raises(a.OutsideDomain, match="not that of greater"):
        a.where(np.array([1, 0]), rationals([1, 2]), 5)
