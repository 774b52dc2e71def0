"""The five arithmetics: values agree, balls enclose at every precision, and the traps are closed."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from flint import arb, ctx, fmpq

from properties.engine.helpers.arithmetics import (
    LIFTS,
    OF_MATRICES,
    ONE_ARGUMENT,
    SQUARE,
    around,
    as_floats,
    encloses,
    entries,
    floats,
    symbols,
)
from properties.engine.helpers.slow import but, crossed
from reference import arithmetic as a
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.arithmetic.literals import constant
from reference.arithmetic.spectra import symmetric_eigenvalues

UNORDERED = {
    "eigenvalues", "singular_values, wide", "singular_values, tall", "sort_descending",
    *OF_MATRICES.keys() - {"powm, integer", "powm, inverse", "powm, nothing", "norm, fro", "norm, one", "norm, inf"},
}  # fmt: skip
"""What is not among the functions of symbols."""


@pytest.mark.parametrize(("lift", "name"), crossed(LIFTS, ONE_ARGUMENT, 7))
def test_agrees_with_numpy_and_a_batch_is_a_loop(name, lift):
    function, expected, argument, rational = ONE_ARGUMENT[name]
    x = LIFTS[lift](argument)
    if lift == "symbols" and name in UNORDERED:
        with pytest.raises(a.Unsupported):
            function(x)
    elif lift == "exact" and not rational:
        with pytest.raises(Irrational):
            function(x)
    else:
        value = function(x)
        np.testing.assert_allclose(as_floats(value), expected(floats(argument)), rtol=1e-10, atol=1e-12)
        for i in (0, 1):
            np.testing.assert_allclose(
                as_floats(function(x[i : i + 1])[0]), as_floats(value[i]), rtol=1e-12, atol=1e-12
            )


BY_PLACE = {"stack", "vectors", "matrices", "rectangular, tall", "rectangular, wide", "maximum of a matrix"}
"""What names an axis or an entry by its place from the first on."""


@pytest.mark.parametrize(("lift", "name"), crossed(["numpy", "balls", "exact"], sorted(ONE_ARGUMENT.keys() - BY_PLACE)))
def test_a_batch_may_have_more_axes_than_one(name, lift):
    function, _, argument, rational = ONE_ARGUMENT[name]
    if lift == "exact" and not rational:
        return
    x = LIFTS[lift](argument)
    value, alone = as_floats(function(x[:, None])), as_floats(function(x))
    assert value.shape == (2, 1, *alone.shape[1:])
    np.testing.assert_allclose(value[:, 0], alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("bits", but([30, 53, 80, 200], 53, 80, 200, mark="long"))
@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_balls_enclose_at_every_precision(name, bits):
    function, _, argument, rational = ONE_ARGUMENT[name]
    with ctx.workprec(600):
        reference = function(argument) if rational else function(balls(argument))
    with ctx.workprec(bits):
        value = function(balls(argument))
        assert encloses(value, reference, arb(2) ** (20 - bits))
    for few in (4, 9) if bits == 30 else ():  # of which the last is what the slightest slip changes
        with ctx.workprec(few):
            value = function(balls(argument))
        with ctx.workprec(600):
            for ball, true in zip(entries(value), entries(reference), strict=True):
                assert not ball.is_finite() or (ball - arb(true)).contains(0)


@pytest.mark.parametrize("lift", LIFTS)
def test_constants(lift):
    like = LIFTS[lift](SQUARE)
    assert as_floats(a.number(Fraction(-3, 8), like)) == -3 / 8
    assert as_floats(a.zeros((2, 3), like)).tolist() == [[0] * 3] * 2
    assert as_floats(a.identity(2, 3, like)).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert as_floats(a.leading_identity(3, 4, 2, like)).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0] * 4]
    assert type(a.zeros((1,), like)) is type(like)
    assert a.as_vector(3) == a.as_matrix(3) == 3
    if lift == "exact":
        with pytest.raises(Irrational):
            a.pi(like)
    else:
        assert as_floats(a.pi(like)) == pytest.approx(np.pi)


def test_the_traps_are_closed():
    x, y = balls(SQUARE), rationals([1, 2])
    one = x[0, 0, 0]
    lies = [
        lambda: max(x[0, 0]), lambda: max(one, x[0, 0, 1]), lambda: min(one, 0), lambda: sorted(x[0, 0]),
        lambda: np.maximum(x, 0), lambda: np.where(x, x, 0), lambda: np.sort(x), lambda: np.argmax(x),
        lambda: np.clip(x, 0, 1), lambda: np.sign(x), lambda: np.linalg.norm(x), lambda: np.linalg.eigvalsh(x),
        lambda: np.isclose(x, x), lambda: np.any(x), lambda: np.greater(x, 0), lambda: np.heaviside(x, 0),
        lambda: x < 0, lambda: x <= 0, lambda: x > x[0], lambda: x >= 0, lambda: x == x[0], lambda: x != 0,
        lambda: bool(one), lambda: float(one), lambda: 1 if one else 0, lambda: x + y, lambda: y * x, lambda: hash(x),
        lambda: x * 0.1, lambda: 0.1 + x, lambda: y * 0.1, lambda: y > 0.1, lambda: rationals([0.1]), lambda: y - 0.1,
        lambda: a.number(0.1, x), lambda: a.maximum(x, 0.1), lambda: a.greater(x, 0.1), lambda: x**0.5, lambda: x**-1,
        lambda: np.add(x, 0.1), lambda: np.maximum(y, 0), lambda: np.linalg.norm(y), lambda: a.where(y > 1, y, 0.1),
    ]  # fmt: skip
    for i, lie in enumerate(lies):
        with pytest.raises(TypeError):
            print("not refused:", i, lie())
    assert constant(0.375) == fmpq(3, 8)
    assert (rationals([1]) / 3 * 3 == 1).all()
    assert isinstance((x.sum() / 3).bare(), arb)
    assert isinstance(((1 - x[0, 0, :0].sum(-1)) / 3).bare(), arb)  # not the float 1/3 of an empty sum
    assert isinstance((a.where(a.greater(x, x + 1), x, 2) / 3)[0, 0, 0].bare(), arb)
    assert ((1 - y[:0].sum()) / 3).item() == fmpq(1, 3)
    assert entries(rationals([4]).sum() / 8 + np.int64(1)) == [fmpq(3, 2)]


def test_undecided_balls_enclose_both():
    x, zero = around([0, 1], [2, "0.5"]), around([0], [0])
    square = (x**2)[0].bare()
    assert square.is_finite()
    assert square.contains(0)
    assert square.contains(4)
    larger = a.maximum(x, 1)
    assert all(larger[0].bare().contains(v) for v in (1, 2))
    assert all(larger[1].bare().contains(v) for v in (1, arb("1.5")))
    assert a.greater(x, balls(rationals([0, 0]))).array.tolist() == [None, True]
    assert a.greater(x, 3).array.tolist() == [False, False]
    assert a.greater(zero, zero).array.tolist() == [False]
    chosen = a.where(a.greater(x, 0), x + 10, -7)
    assert all(chosen[0].bare().contains(v) for v in (-7, 8, 12))
    assert not chosen[1].bare().contains(-7)
    assert all(a.absolute(x)[0].bare().contains(v) for v in (0, 2))
    order = a.sort_descending(around([1, 3, 2], [1, 1, 1]))
    for truth in ((4, 2, 1), (3, 2, 1), (3, 3, 2), (2, 2, 0)):
        assert all(ball.contains(v) for ball, v in zip(entries(order), truth, strict=True))
    assert not order[0].bare().contains(arb("4.1"))
    root = a.sqrt(around([0], ["0.25"]))[0].bare()
    assert root.contains(0)
    assert root.contains(arb("0.5"))
    assert not a.sqrt(around([-1], ["0.25"]))[0].bare().is_finite()
    assert not a.inverse(around([0], [1]).reshape(1, 1))[0, 0].bare().is_finite()


@pytest.mark.parametrize("bits", [53, 150])
def test_spectra_with_ties_and_zeros_are_tight(bits):
    turn = rationals([[1, -2, 2], [2, -1, -2], [2, 2, 1]]) / 3  # orthogonal
    with ctx.workprec(bits):
        tiny = arb(2) ** (8 - bits)
        for spectrum in ([3, 3, 1], [2, 0, 0], [0, 0, 0], [1, -1, -1], [5, 5, 5]):
            matrix = turn @ a.rectangular_diagonal(rationals(spectrum), 3, 3) @ turn.mT
            assert encloses(a.eigenvalues(balls(matrix)), spectrum, tiny)
            magnitudes = sorted(map(abs, spectrum), reverse=True)
            assert encloses(a.singular_values(balls(matrix)), magnitudes, tiny)
        wide = turn[:, :1] @ rationals([[2, 3, 6, 0]])  # rank one, singular value 7
        for x in (wide, wide.mT):
            assert encloses(a.singular_values(balls(x)), [7, 0, 0], 4 * tiny)
        matrix = balls(turn @ turn.mT) + around([0] * 9, ["0.1"] * 9).reshape(3, 3)
        value = a.eigenvalues(matrix)
        assert value[0].bare().contains(arb("1.3"))
        assert value[2].bare().contains(arb("0.7"))
    assert not symmetric_eigenvalues([[arb.nan()]])[0].is_finite()
    lopsided = rationals([[0, 2], [0, 0]])
    assert encloses(a.eigenvalues(a.symmetric_part(balls(lopsided))), [1, -1], 1e-12)


def test_irrational_or_exact():
    assert entries(a.sqrt(rationals([4, 0]) / 9)) == [fmpq(2, 3), 0]
    for x in (2, -1):
        with pytest.raises(Irrational):
            a.sqrt(rationals([x]))
    for function in (np.log, np.exp, np.sqrt, np.tanh):
        with pytest.raises(Irrational):
            function(rationals([4]))


def test_rank():
    x = rationals([[1, 2], [2, 4]])
    assert (a.rank(x), a.rank(x * 0), a.rank(balls(x)), a.rank(rationals([[1, 2], [2, 5]]))) == (1, 0, 1, 2)
    for unsupported in (balls(x) / 3, floats(x), torch.tensor(floats(x)), symbols(x)):
        with pytest.raises(a.Unsupported):
            a.rank(unsupported)


def test_empty_sums_and_products_stay_in_their_arithmetic():
    """NumPy's own are Python integers, and a division would round those to floats."""
    x = rationals([[1, 2], [3, 4]])
    for empty_sum in (x[:, :0].sum(), np.sum(x[:, :0]), (x[:, :0] @ x[:0])[0, 0], np.matmul(x[:, :0], x[:0])[0, 0]):
        assert ((1 - empty_sum) / 3).item() == fmpq(1, 3)
    assert (np.prod(x[:0, 0]) / 3).item() == fmpq(1, 3)
    assert isinstance(((1 - np.sum(balls(x)[:, :0])) / 3).bare(), arb)
    assert isinstance((np.prod(balls(x)[:0, 0]) / 3).bare(), arb)
    with pytest.raises(TypeError, match=r"numpy\.add"):
        np.add.reduce(balls(x)[:0, 0])
