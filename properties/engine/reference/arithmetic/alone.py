"""What stands alone, and meets no array: symbols, literals, small matrices; and which names an error has."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
import torch
from flint import arb, ctx, fmpq

from properties.engine.helpers.arithmetics import LIFTS, floats
from reference import arithmetic as a
from reference.arithmetic import expressions
from reference.arithmetic.complexes import ComplexBalls, complex_balls
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.arithmetic.functions.powers import root
from reference.arithmetic.kinds import symbols
from reference.arithmetic.lanes import Exact, Lane, Lanes, constants, stack, unstack
from reference.arithmetic.lanes import matrices as lane_matrices
from reference.arithmetic.precision import working_precision
from reference.arithmetic.terms.array import inputs
from reference.arithmetic.undefined import reasons, undefined
from reference.arithmetic.unfinished import unfinished

LIFTED = LIFTS | {"lanes": lambda x: unstack(floats(x)[None]), "trees": lambda x: inputs(x, 0)}


def test_a_symbol_alone_has_parts():
    z = sympy.Symbol("z", complex=True)
    for function, of_sympy in ((a.conj, sympy.conjugate), (a.real, sympy.re), (a.imag, sympy.im)):
        assert np.asarray(function(z)).item() == of_sympy(z)
        assert function(symbols([z])).tolist() == [of_sympy(z)]


@pytest.mark.parametrize("made", [rationals, lambda x: balls(rationals(x)), lambda x: complex_balls(1j * rationals(x))])
def test_a_number_without_axes_is_its_own_sum_and_has_no_transpose(made):
    for half in (made(Fraction(1, 2)), made([Fraction(1, 2)])[0], made([Fraction(1, 4), Fraction(1, 4)]).sum()):
        assert (half.sum().shape, half.sum().bare() == half.bare(), half.sum(-1).bare() == half.bare()) == ((), 1, 1)
        assert type(half.sum()) is type(half)
        with pytest.raises(ValueError, match="out of bounds"):
            _ = half.mT


def test_a_complex_literal_beside_symbols_is_exactly_the_number_meant():
    x, i = sympy.Symbol("x"), sympy.I
    for literal, meant in (
        (0.5 - 0.25j, (2 - i) / 4),
        (1.5 + 2j, (3 + 4 * i) / 2),
        (3j, 3 * i),
        (0.25 + 0j, fmpq(1, 4)),
    ):
        expected = sympy.sympify(str(meant))
        for found in (symbols([x]) + literal, literal + symbols([x]), symbols([x]) + np.array([literal])):
            assert sympy.expand(found.tolist()[0] - x - expected) == 0


def test_a_determinant_of_symbols_is_written_out_where_it_is_small(monkeypatch):
    asked = []

    class Matrix:
        def __init__(self, rows):
            asked.append(len(rows))

        def det(self):
            return 1

    for size in range(4):
        rows = [[sympy.Symbol(f"x_{i}_{j}") for j in range(size)] for i in range(size)]
        expected = sympy.Matrix(rows).det()
        assert sympy.expand(expressions.determinant(rows) - expected) == 0
    monkeypatch.setattr(sympy, "Matrix", Matrix)
    for size in range(5):
        expressions.determinant([[sympy.Integer(3 * i + j * j + 1) for j in range(size)] for i in range(size)])
    assert asked == [0, 4]


@pytest.mark.parametrize("number", [2, 2.0, Fraction(2), fmpq(2)])
def test_a_plain_number_is_of_no_arithmetic(number):
    with pytest.raises(
        a.Unsupported, match=r"^the number 2.* is of no arithmetic: write number\(2.*, A\) for that of A$"
    ):
        a.exp(number)


def test_two_arithmetics_that_do_not_mix_are_named_in_their_order():
    x = rationals([[2, 1], [1, 3]])
    for one, other, names in ((x, balls(x), "Rationals and Balls"), (balls(x), x, "Balls and Rationals")):
        with pytest.raises(TypeError, match=f"^{names} do not mix: stay in one arithmetic$"):
            a.solve(one, other)


def test_complex_balls_are_joined_of_their_parts():
    found = ComplexBalls.joined(balls(rationals([1, 2])).array, balls(rationals([3, -4])).array).bare()
    assert [(z.real, z.imag) for z in found] == [(1, 3), (2, -4)]


def test_nothing_to_stack_is_told_at_any_depth():
    for entries in ([], [[]], [[], []], [[1, 2], []]):
        with pytest.raises(a.OutsideDomain, match=r"^stack: there is nothing to stack$"):
            a.stack(entries)


def plain(x):
    """The numbers, those of trees, balls and instances too."""
    if isinstance(x, Lanes):
        return stack(x)[0][0].tolist()
    if not hasattr(x, "bare"):
        return x.tolist()
    return [int(getattr(entry, "value", entry)) if not isinstance(entry, arb) else float(entry) for entry in x.bare()]


def test_singular_values_of_balls_are_not_negative():
    singular = rationals([[1, 2], [2, 4]]) / 3
    for x in (balls(singular), complex_balls(singular * 1j)):
        for ball in a.singular_values(x).bare():
            assert ball.lower() >= -ball.rad() / 2**20  # a ball from 0 on is rounded outwards


def test_inside_a_block_there_are_so_many_bits_and_one_thread():
    threads, bits = ctx.threads, ctx.prec
    try:
        ctx.threads = 2
        with working_precision(77):
            assert (ctx.prec, ctx.threads) == (77, 1)
        with pytest.raises(ZeroDivisionError), working_precision(78):
            a.inverse(rationals([[ctx.prec - 78]]))
        assert (ctx.prec, ctx.threads) == (bits, 2)
    finally:
        ctx.threads = threads


def test_numbers_of_numpy_may_be_stacked_beside_exact_ones():
    found = a.stack([np.int64(2), rationals(5), Fraction(1, 3), 0.5])
    assert found.tolist() == [2, 5, fmpq(1, 3), fmpq(1, 2)]


@pytest.mark.parametrize("bits", [20, 53, 200])
def test_constants_are_enclosed_to_all_bits(bits):
    with ctx.workprec(bits):
        for found in (a.pi(balls(rationals(1))), a.pi(complex_balls(rationals(1) * 1j)), a.pi(inputs(rationals(1), 0))):
            ball = getattr(found.bare(), "value", found.bare())
            assert ball.rel_accuracy_bits() > bits - 4
            with ctx.workprec(400):
                assert (ball - arb.pi()).contains(0)


def test_a_number_without_axes_has_one_as_a_vector_and_two_as_a_matrix():
    for x in (rationals(2), balls(rationals(2)), np.asarray(2.0), unstack(np.array([2.0]))):
        assert (a.as_vector(x).shape, a.as_matrix(x).shape) == ((1,), (1, 1))
    assert (a.as_vector(rationals([2, 3])).shape, a.as_matrix(rationals([2, 3])).shape) == ((2, 1), (2, 1, 1))


def test_many_numbers_that_are_certainly_real_have_their_signs_and_are_doubles():
    values = np.array([-3, 2, -1]) + 1j * np.array([2.0**-45, 0, -(2.0**-45)])
    assert stack(a.maximum(unstack(values), -2))[0].tolist() == [-2, 2, -1]
    for numbers in (np.float32([1, 2]), np.array([1, 2]), [1, 2], np.array([True, False])):
        assert Lane.of(numbers).data.dtype == np.float64
    assert type(a.nonzero(unstack(np.array([0.0, 3]))).item()) is Exact


def test_a_logarithm_of_a_tree_that_is_negative_has_no_value():
    x = inputs(rationals([-1, 0, 1]), 0)
    assert [tree.value.is_nan() if isinstance(tree.value, arb) else tree.value for tree in a.log(x).bare()][:2] == [
        True
    ] * 2
    assert a.log(x[2:]).bare()[0].value == 0


def test_a_fraction_is_true_unless_it_is_0():
    assert [bool(x) for x in rationals([-2, 0, 1]) / 3] == [True, False, True]


def test_many_instances_are_neither_true_nor_false():
    for x in (unstack(np.array([1.0, 2])), unstack(np.array([[1.0], [2]])), unstack(np.array([1j]))):
        for lie in (lambda x=x: bool(x), lambda x=x: not x, lambda x=x: x and 1, lambda x=x: 1 if x[...] else 0):
            with pytest.raises(
                TypeError, match=r"comparison may branch on many instances|complex numbers have no order"
            ):
                lie()


def test_constants_of_many_instances_are_exact_where_they_are_integers():
    for value, kind in ((2, Exact), (0.5, Lane), (0.5j, Lane), (2j, Lane)):
        assert type(constants(value).item()) is kind
        assert [type(x) for x in constants(np.array([value])).bare()] == [kind]
    assert type(unstack(np.array([1.0, 2])).array) is Lane


@pytest.mark.parametrize("lift", [np.asarray, torch.tensor, lambda x: rationals(x.real) + 1j * rationals(x.imag)])
def test_complex_matrices_have_no_symmetric_part(lift):
    x = np.array([[1, 2j], [3, 4]])
    with pytest.raises(a.Unsupported, match=r"^symmetric_part: of a complex matrix write hermitian_part\(x\)"):
        a.symmetric_part(lift(x))
    assert np.asarray(a.symmetric_part(x.real)).tolist() == [[1, 1.5], [1.5, 4]]


def test_commutators_are_of_matrices_of_one_size():
    one, other = rationals([[2]]), rationals([[2, 0], [0, 3]])
    for x, y, sizes in ((one, other, "1 and 2"), (other, one, "2 and 1")):
        with pytest.raises(a.OutsideDomain, match=rf"^commutator: matrices of {sizes} rows have none$"):
            a.commutator(x, y)


def test_means_are_of_matrices_of_one_size():
    for shapes in (((0, 0), (3, 0, 0)), ((2, 1, 0, 0), (3, 0, 0)), ((3, 0, 0), (0, 0))):
        x, y = (rationals(np.zeros(shape, dtype=int)) for shape in shapes)
        assert a.geometric_mean(x, y).shape == np.broadcast_shapes(*shapes)
    one, other = rationals([[2]]), rationals([[2, 0], [0, 3]])
    for x, y, sizes in ((one, other, "1 and 2"), (other, one, "2 and 1")):
        with pytest.raises(a.OutsideDomain, match=rf"^geometric_mean: matrices of {sizes} rows have none$"):
            a.geometric_mean(x, y)


def test_roots_of_many_numbers_are_real_or_none():
    with np.errstate(invalid="ignore"):
        for degree, expected in ((3, [2, np.nan, 0]), (5, [8**0.2, np.nan, 0])):
            np.testing.assert_allclose(stack(root(unstack(np.array([8.0, -8, 0])), degree))[0], expected)
    assert root(rationals([4]), 1).tolist() == [4]


def test_a_solution_of_many_instances_is_refined_once():
    """An inverse alone leaves 10⁵ times as much of the right side of Hilbert's matrix."""
    hilbert = 1 / (np.arange(6)[:, None] + np.arange(6) + 1.0)
    right = hilbert.sum(1, keepdims=True)
    found = stack(a.solve(unstack(hilbert[None]), unstack(right[None])))[0][0]
    assert abs(hilbert @ found - right).max() < 1e-13


def test_what_is_known_badly_makes_pivots_that_are_known_badly():
    for size, indefinite in ((1.0, True), (2.0**9, True), (2.0**11, False), (2.0**20, False)):
        values, sizes = np.array([[[1, 1], [1, 1 - 2.0**-30]]]), np.array([[[1, size], [size, 1]]])
        before = values.copy(), sizes.copy()
        assert lane_matrices._indefinite(values, sizes).tolist() == [indefinite]
        np.testing.assert_array_equal((values, sizes), before)


def test_what_vanishes_in_floats_is_symmetric():
    for gap, differs in ((2.0**-1000, False), (2.0**-961, False), (2.0**-950, True), (1.0, True)):
        values = np.array([[[0, gap], [0, 0]]])
        assert lane_matrices.asymmetric(values, abs(values)).tolist() == [differs]


def test_what_is_heard_or_noted_is_so_inside_its_block_alone():
    before = Irrational("before")
    with unfinished() as outer:
        with unfinished() as inner:
            first = Irrational("first")
            before.settle()  # it was never heard
        second = Irrational("second")
        first.settle()
    Irrational("after")
    assert (inner, outer) == ([first], [second])
    with reasons() as noted:
        with reasons() as within:
            undefined("f: within")
        undefined("f: twice")
        undefined("f: twice")
    undefined("f: after")
    assert (within, noted) == (["f: within"], ["f: twice"])
