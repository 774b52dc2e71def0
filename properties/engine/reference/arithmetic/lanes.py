"""Numbers of many instances: their operations, and arrays of them, are what floats give one by one."""

import operator
import warnings
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from reference import arithmetic as a
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.lanes import (
    Lane,
    Lanes,
    constants,
    descending,
    floats,
    sort_descending,
    stack,
    unstack,
)  # fmt: skip
from reference.arithmetic.lanes.lane import Exact


@pytest.fixture
def generator():
    return np.random.default_rng(0)


# --- one operation --------------------------------------------------------------------------------------------------

X, Y = np.array([3.0, -0.5, 7, 0]), np.array([-2.0, 8, 0.25, -5])
X_SIZE, Y_SIZE = abs(X) + np.array([0, 1, 2, 4]), abs(Y) + np.array([5, 0, 3, 0.5])
OPERATIONS = {  # what it does to values, and to magnitudes
    "+": (operator.add, lambda p, q: p + q),
    "−": (operator.sub, lambda p, q: p + q),
    "×": (operator.mul, lambda p, q: p * q),
    "÷": (operator.truediv, lambda p, q: p * q / Y**2),
}


def wrappings(values, sizes):
    """Return a number of many instances: bare, in an array without axes, and in one with an axis."""
    bare = Lane.of(values, sizes)
    return [bare, Lanes.of(bare), Lanes.of(np.array([bare, bare], dtype=object))]


@pytest.mark.parametrize("symbol", OPERATIONS)
def test_an_operation_is_that_of_floats_and_its_magnitude_what_nothing_cancels_of(symbol):
    operate, of_sizes = OPERATIONS[symbol]
    for x, y in zip(wrappings(X, X_SIZE), wrappings(Y, Y_SIZE), strict=True):
        result = operate(x, y)
        assert type(result) is type(x)
        values, sizes = (result.values, result.magnitudes) if type(x) is Lane else stack(result)
        expected = np.stack([operate(X, Y), of_sizes(X_SIZE, Y_SIZE)])
        for got, truth in zip((values, sizes), expected, strict=True):
            np.testing.assert_array_equal(np.moveaxis(got, 0, -1), np.broadcast_to(truth, np.shape(got)[::-1]))


CONSTANTS = [
    (2, 2.0), (-3, -3.0), (fmpq(-3, 8), -0.375), (Fraction(5, 4), 1.25), (0.375, 0.375), (np.int64(4), 4.0),
    (np.float64(-0.5), -0.5), (Lane.of(-1.5), -1.5),
]  # fmt: skip


@pytest.mark.parametrize("symbol", OPERATIONS)
@pytest.mark.parametrize(("constant", "plain"), CONSTANTS, ids=lambda part: type(part).__name__)
def test_a_constant_of_any_kind_is_one_number_for_all_instances_on_either_side(symbol, constant, plain):
    operate, alone = OPERATIONS[symbol][0], Lane.of(plain)
    kinds = wrappings(Y, Y_SIZE)  # NumPy's own numbers meet arrays only
    for y in kinds[1:] if isinstance(constant, np.generic) else kinds:
        for left, right, expected in (
            (constant, y, operate(alone, kinds[0])),
            (y, constant, operate(kinds[0], alone)),
        ):
            result = operate(left, right)
            data = result.data if type(result) is Lane else np.ravel(result.array)[-1].data
            np.testing.assert_array_equal(data, expected.data)
        np.testing.assert_array_equal(expected.values, operate(Y, plain))
        np.testing.assert_array_equal(operate(alone, kinds[0]).values, operate(plain, Y))


def test_the_magnitude_of_a_constant_is_its_size():
    for x in (Lane.of(1) * -3, Lane.of(1) * fmpq(-3), Lane.of(1) * Fraction(-3), -3 * Lane.of(1), Lane.of(-3)):
        assert (x.values.tolist(), x.magnitudes.tolist()) == ([-3], [3])
    assert (1 - Lane.of(2, 10)).magnitudes == 11
    assert stack(constants([[1, -2]])).tolist() == [[[[1, -2]]], [[[1, 2]]]]


def test_signs_change_values_and_leave_magnitudes():
    x = Lane.of(X, X_SIZE)
    for negative, positive in ((-x, abs(x)), ((-Lanes.of(x)).item(), abs(Lanes.of(x)).item())):
        assert negative.data.tolist() == [(-X).tolist(), X_SIZE.tolist()]
        assert positive.data.tolist() == [abs(X).tolist(), X_SIZE.tolist()]
    assert a.absolute(Lanes.of(x)).item().data.tolist() == [abs(X).tolist(), X_SIZE.tolist()]


def test_arrays_of_integers_mix_with_arrays_of_many_instances(generator):
    samples = generator.integers(-8, 9, (5, 2, 3)) / 4
    x, grid = unstack(samples), np.arange(6).reshape(2, 3)
    for ours, theirs in (
        (x * grid, samples * grid), (grid - x, grid - samples), (x @ grid.T, samples @ grid.T),
        (grid.T @ x, grid.T @ samples), (x**3, samples**3), (x[0] / (1 + grid), samples[:, 0, None] / (1 + grid)),
        (x + np.array([0.5, 1, 2]), samples + np.array([0.5, 1, 2])),
    ):  # fmt: skip
        np.testing.assert_array_equal(stack(ours)[0], theirs)


def test_what_branches_or_rounds_is_refused():
    x, lane = unstack(np.ones((3, 2))), Lane.of([1.0, 2])
    lies = [
        lambda: bool(lane), lambda: float(lane), lambda: int(lane), lambda: range(lane), lambda: lane < 1,
        lambda: lane <= -lane, lambda: lane > 0, lambda: lane >= 0, lambda: lane == 1, lambda: lane != -lane,
        lambda: hash(lane), lambda: max(lane, 0), lambda: 1 if lane else 0, lambda: x < 1, lambda: x <= -x,
        lambda: x > 0, lambda: x >= 0, lambda: x == -x, lambda: x != 1, lambda: bool(x[0]), lambda: float(x[0]),
        lambda: hash(x), lambda: max(x), lambda: sorted(x), lambda: np.maximum(x, 0), lambda: np.sort(x),
        lambda: np.where(x, x, 0), lambda: np.sign(x), lambda: np.linalg.norm(x), lambda: np.any(x), lambda: x * 0.1,
        lambda: 0.1 + x, lambda: x + rationals([1, 2]), lambda: rationals([1, 2]) - x, lambda: x**0.5, lambda: x**-1,
        lambda: balls(rationals([1, 2])) * x, lambda: x @ balls(rationals([1, 2])), lambda: np.add(x, 0.1),
    ]  # fmt: skip
    for k, lie in enumerate(lies):
        with pytest.raises(TypeError):
            print("not refused:", k, lie())


# --- arrays of them -------------------------------------------------------------------------------------------------


def test_instances_are_stacked_as_they_were_unstacked(generator):
    values, sizes = generator.standard_normal((5, 2, 3)), generator.random((5, 2, 3)) + 9
    lanes = unstack(values, sizes)
    assert lanes.shape == (2, 3)
    assert lanes[1, 2].item().data.tolist() == [values[:, 1, 2].tolist(), sizes[:, 1, 2].tolist()]
    np.testing.assert_array_equal(stack(lanes), [values, sizes])
    np.testing.assert_array_equal(stack(unstack(values)), [values, abs(values)])
    np.testing.assert_array_equal(stack(unstack(values[:, 0, 0])), [values[:, 0, 0], abs(values[:, 0, 0])])
    mixed = np.array([Lane.of(3), lanes[0, 0].item()], dtype=object)  # a constant is the same at all instances
    np.testing.assert_array_equal(stack(Lanes.of(mixed))[0], np.stack([np.full(5, 3), values[:, 0, 0]], axis=-1))


SHAPES = {
    "sum": np.sum, "axis": lambda x: np.sum(x, axis=0), "method": lambda x: x.sum(), "last": lambda x: x.sum(-1),
    "product": np.prod, "square": np.square, "trace": np.trace, "diag": np.diag, "diagonal": np.diagonal,
    "einsum": lambda x: np.einsum("ij,kj->ik", x, x), "kron": lambda x: np.kron(x, x), "dot": lambda x: np.dot(x, x),
    "stack": lambda x: np.stack([x, 2 * x]), "outer": lambda x: np.outer(x[0], x[1]), "flip": np.flip,
    "concatenate": lambda x: np.concatenate([x, -x], axis=1), "transpose": lambda x: x.T - x.mT / 2,
    "hstack": lambda x: np.hstack([x, x]), "block": lambda x: np.block([[x, x], [x, x]]),
    "roll": lambda x: np.roll(x, 1),
    "cumsum": lambda x: np.cumsum(x, axis=0), "tile": lambda x: np.tile(x, (2, 1)), "repeat": lambda x: np.repeat(x, 2),
    "inner": lambda x: np.inner(x, x), "tensordot": lambda x: np.tensordot(x, x), "reshape": lambda x: x.reshape(9),
    "index": lambda x: x[[2, 0]][:, None, 1:], "matmul": lambda x: np.matmul(x, x) @ x[0], "iterate": sum,
    "empty": lambda x: x[:, :0].sum() + x[:, :0] @ x[:0],
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_and_sums_are_those_of_each_instance(name, generator):
    samples = generator.integers(-8, 9, (4, 3, 3)) / 4
    ours = stack(SHAPES[name](unstack(samples)))[0]
    np.testing.assert_array_equal(np.broadcast_to(ours, (4, *ours.shape[1:])), [SHAPES[name](x) for x in samples])


def test_floats_are_nearest_to_fractions_in_their_shape_and_infinite_beyond_the_largest():
    exact = rationals([[Fraction(1, 3), -(10**400)], [Fraction(10**400, 10**400 + 1), 10**400]])
    assert floats(exact).tolist() == [[1 / 3, -np.inf], [1, np.inf]]
    assert (floats(rationals(-2)).shape, float(floats(rationals(-2)))) == ((), -2)


def test_each_vector_of_a_batch_descends_by_itself_or_has_no_value():
    """Of every instance; what rises by no more than rounding descends."""
    values = np.array([[[3.0, 2, 1], [1, 2, 0]], [[3, 1, 2], [0, 0, 0]], [[1, 1 + 2.0**-45, 0], [2, 2, 2]]])
    found, sizes = stack(descending(unstack(values)))
    known = np.array([[True, False], [False, True], [True, True]])
    np.testing.assert_array_equal(found, np.where(known[..., None], values, np.nan))
    np.testing.assert_array_equal(sizes, values)
    order = [[[3, 2, 1], [2, 1, 0]], [[3, 2, 1], [0, 0, 0]], [[1 + 2.0**-45, 1, 0], [2, 2, 2]]]
    np.testing.assert_array_equal(stack(sort_descending(unstack(values)))[0], order)


def test_of_no_numbers_there_is_one_instance():
    for shape in ((3, 0), (3, 2, 0), (1, 0, 2)):
        assert stack(unstack(np.zeros(shape))).shape == (2, 1, *shape[1:])


def test_numbers_that_are_chosen_are_exact_where_both_are():
    x = unstack(np.array([1.0, 2, 3]))
    above = a.greater(x, 2)
    for one, other, kind in ((1, 0, Exact), (x, 0, Lane), (1, x, Lane), (x, x, Lane)):
        assert type(a.where(above, one, other).item()) is kind


def test_many_numbers_are_real_where_their_imaginary_parts_are_rounding():
    """2⁻⁴⁰ of their magnitudes, whatever these are."""
    values = 1 + 1j * np.array([0, 2.0**-41, 2.0**-40, 2.0**-39, 2.0**-30, 2.0**-30, -(2.0**-39)])
    sizes = np.array([1, 1, 1, 1, 2.0**10, 2.0**9, 1])
    found = stack(a.maximum(unstack(values, sizes), 0))[0]
    assert np.isnan(found).tolist() == [False, False, False, True, False, True, True]


def test_integers_are_exact_for_as_long_as_floats_hold_them():
    """Sums, differences and products of such, up to 2⁵³, of either sign; and nothing cancels where they vanish."""
    for x, y, kind in (
        (2**52, 2**52 - 1, Exact), (2**52, 2**52, Lane), (-(2**52), -(2**52), Lane), (1000, 1000, Exact),
        (2**26, 2**26, Exact), (-(2**52), 1 - 2**52, Exact), (2**53 - 1, 0, Exact), (2**53 - 1, 1, Lane),
    ):  # fmt: skip
        for sides in ((Exact.of(x), Exact.of(y)), (Exact.of(x), y), (x, Exact.of(y))):
            total = operator.add(*sides)
            assert (type(total), total.values.tolist()) == (kind, [float(x + y)])
            assert type(operator.sub(*sides)) is Exact
    for x, y, kind in ((2**27, 2**25, Exact), (2**27, 2**26, Lane), (-(2**26), 2**27, Lane), (300, -300, Exact)):
        assert type(Exact.of(x) * Exact.of(y)) is type(Exact.of(x) * y) is type(x * Exact.of(y)) is kind
        many = Exact.of(np.array([1.0, x, 1]))  # of which one is too large
        assert type(many * Exact.of(np.array([1.0, y, 1]))) is kind
    zero = Exact.of(1000) - 1000
    assert (zero.values.tolist(), zero.magnitudes.tolist()) == ([0], [0])
    for other in (Lane.of(1.0), fmpq(1, 2), Fraction(1, 2), 1.0):
        assert type(Exact.of(1) + other) is type(Exact.of(1) - other) is Lane


def test_a_determinant_beyond_floats_is_no_warning():
    large = np.diag([2.0**600, 2.0**600])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = a.solve(unstack(np.stack([large, np.eye(2)])), unstack(np.array([[[2.0**600], [0]], [[3.0], [4]]])))
    assert stack(found)[0].tolist() == [[[1], [0]], [[3], [4]]]
