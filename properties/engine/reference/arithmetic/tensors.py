"""Kronecker products, partial traces, permanents, extremes along an axis, and matrices of numbers."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import torch
from flint import arb, fmpq

from properties.engine.helpers.arithmetics import LIFTS, around, as_floats, entries, floats, permanent
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.exact import Balls, Rationals, balls, rationals
from reference.arithmetic.lanes import Lanes, stack, unstack

RNG = np.random.default_rng(1)


def exact(*shape):
    return rationals(RNG.integers(-5, 6, shape)) / 2


A, B, C = exact(2, 2), exact(3, 3), exact(2, 2)


# --- products of spaces ---------------------------------------------------------------------------------------------


def test_a_kronecker_product_has_the_entries_of_its_factors_at_their_places():
    x, y = exact(2, 3), exact(4, 2)
    z = a.kron(x, y)
    assert z.shape == (8, 6)
    for i, j, k, m in product(range(2), range(3), range(4), range(2)):
        assert z[4 * i + k, 2 * j + m] == x[i, j] * y[k, m]


def test_a_batch_of_factors_broadcasts():
    x = exact(5, 1, 2, 2)
    z = a.kron(x, B)
    assert z.shape == (5, 1, 6, 6)
    assert (z[3, 0] == a.kron(x[3, 0], B)).all()
    rest = a.partial_trace(z, (2, 3), 1)
    assert rest.shape == (5, 1, 2, 2)
    assert (rest == a.trace(B) * x).all()


TRACES = {  # which are traced out, and what is left
    "first": (0, lambda: a.trace(A) * a.kron(B, C)),
    "middle": (1, lambda: a.trace(B) * a.kron(A, C)),
    "last": (-1, lambda: a.trace(C) * a.kron(A, B)),
    "ends": ((2, 0), lambda: a.trace(A) * a.trace(C) * B),
    "but the last": ([0, 1], lambda: a.trace(A) * a.trace(B) * C),
    "none": ((), lambda: a.kron(A, a.kron(B, C))),
    "all": ((0, 1, 2), lambda: (a.trace(A) * a.trace(B) * a.trace(C)).reshape(1, 1)),
}


@pytest.mark.parametrize("which", TRACES)
def test_a_partial_trace_leaves_the_factors_that_are_not_named(which):
    out, expected = TRACES[which]
    value = a.partial_trace(a.kron(A, a.kron(B, C)), (2, 3, 2), out)
    assert value.shape == expected().shape
    assert (value == expected()).all()


def test_a_partial_trace_is_the_sum_of_the_blocks_on_the_diagonal_or_the_traces_of_the_blocks():
    x = rationals(np.arange(36).reshape(6, 6) ** 2)  # no product, and no block symmetric: no factor passes for another
    assert (a.partial_trace(x, (2, 3), 0) == x[:3, :3] + x[3:, 3:]).all()
    blocks = [[a.trace(x[3 * i : 3 * i + 3, 3 * j : 3 * j + 3]) for j in range(2)] for i in range(2)]
    assert (a.partial_trace(x, (2, 3), 1) == a.stack(blocks)).all()
    assert (a.partial_trace(x, [2, 3], [1]) != a.partial_trace(x, (2, 3), 1).mT).any()


def test_commutators_have_the_order_of_their_factors():
    x, y = exact(3, 3), exact(3, 3)
    assert (a.commutator(x, y) == x @ y - y @ x).all()
    assert (a.commutator(x, y) != a.commutator(y, x)).any()


# --- permanents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(6))
def test_a_permanent_is_the_sum_over_permutations(size):
    x = exact(size, size)
    assert a.permanent(x).item() == fmpq(*permanent(floats(x)).as_integer_ratio() if size else (1, 1))
    if size:
        rows = RNG.permutation(size)
        assert a.permanent(x[rows]) == a.permanent(x) == a.permanent(x.mT)


def test_nothing_cancels_in_the_permanent_of_entries_without_signs():
    samples = abs(RNG.normal(size=(7, 4, 4)))
    value = a.permanent(unstack(samples))
    values, magnitudes = stack(value)
    np.testing.assert_allclose(values, [permanent(m) for m in samples], rtol=1e-13)
    np.testing.assert_allclose(magnitudes, values, rtol=1e-13)


# --- the largest and the smallest -----------------------------------------------------------------------------------


def test_extremes_enclose_all_that_is_possible():
    x = around([0, 1, 3], [2, "0.5", "0.25"])
    largest, smallest = a.maximum(x, axis=0).bare(), a.minimum(x, axis=0).bare()
    assert largest.contains(arb("2.75"))
    assert largest.contains(arb("3.25"))
    assert not largest.contains(arb("2.5"))
    assert smallest.contains(-2)
    assert smallest.contains(arb("1.5"))
    assert not smallest.contains(arb("1.625"))
    assert a.minimum(x, 1)[2].bare() == 1
    for positive in (a.maximum(x[0], 0), a.maximum(0, x[0])):  # narrower than a union of both
        assert (float(positive.bare().lower()), float(positive.bare().upper())) == pytest.approx((0, 2), abs=1e-6)
    unknown = Balls.of(np.array([arb.nan(), arb(1), arb(2)], dtype=object))
    assert a.maximum(unknown, axis=0).bare().is_nan()
    assert a.minimum(unknown, axis=0).bare().is_nan()
    lanes = unstack(np.array([[1.0, np.nan, 3], [3, 1, 2]]))
    assert np.isnan(stack(a.maximum(lanes, axis=-1))[0]).tolist() == [True, False]
    assert stack(a.minimum(lanes, axis=-1))[0][1] == 1


# --- matrices of numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lift", LIFTS)
def test_numbers_are_stacked_in_their_places_and_their_batches_broadcast(lift):
    x, y = LIFTS[lift](exact(4, 1)), LIFTS[lift](exact(3))
    value = a.stack([[x, 1, y], [Fraction(1, 2), y, x]])
    assert type(value) is type(x)
    plain, first, second = as_floats(value), as_floats(x), as_floats(y)
    assert plain.shape == (4, 3, 2, 3)
    for i, j in product(range(4), range(3)):
        assert plain[i, j].tolist() == [[first[i, 0], 1, second[j]], [0.5, second[j], first[i, 0]]]
    assert a.stack([y, y]).shape == (3, 2)


def test_literals_are_of_the_arithmetic_of_what_they_stand_beside():
    for lift, kind, of_complex in ((lambda x: x, Rationals, ComplexRationals), (balls, Balls, ComplexBalls)):
        x = lift(rationals(3))
        assert type(a.stack([1, x])) is kind
        assert not isinstance(entries(a.stack([1, x]))[0], int)  # which a division would round
        turned = a.stack([[x, -1j], [1j, 1]])
        assert type(turned) is of_complex
        assert (a.adjoint(turned) - turned).reshape(-1)[1].bare() == 0
    lanes = a.stack([[unstack(np.arange(5.0)), 1], [0, 2]])
    assert isinstance(lanes, Lanes)
    np.testing.assert_allclose(stack(a.determinant(lanes))[0], 2 * np.arange(5), atol=1e-14)
    assert a.stack([[1, 2j], [0, 1]]).tolist() == [[1, 2j], [0, 1]]
    assert torch.equal(a.stack([torch.tensor(2.0), 1]), torch.tensor([2.0, 1.0]))
    assert a.stack([[np.int64(1), rationals(2)]])[0, 1].item() == 2
