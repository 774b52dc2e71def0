"""Functions of numbers of many instances: what floats give one by one, with errors within their magnitudes."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat

from properties.engine.helpers.arithmetics import ONE_ARGUMENT, POSITIVE, SQUARE, floats
from properties.engine.helpers.slow import thinned
from reference import arithmetic as a
from reference.arithmetic.exact import Rationals, balls
from reference.arithmetic.lanes import Lane, Lanes, constants, permutation, stack, unstack
from reference.gaussian.integrals import euler_gamma

ROUNDING = 2.0**-50
"""A rounding error divided by its magnitude is at most this."""


def exactly(x):
    """Return floats as the rationals that they are."""
    flat = [fmpq(*float(v).as_integer_ratio()) for v in np.ravel(x)]
    return Rationals.of(np.array(flat, dtype=object).reshape(np.shape(x)))


def errors(function, *samples):
    """Return values, magnitudes, and errors relative to these, of a function of float arrays of shape (instances, …).

    The truth is the same function of one instance at a time, in balls of 400 bits.
    """
    values, magnitudes = stack(function(*map(unstack, samples)))
    relative = np.zeros_like(values)
    for k in range(len(values)):
        with ctx.workprec(400):
            truth = function(*(balls(exactly(sample[k])) for sample in samples))
            truth = np.asarray(truth.array, dtype=object)
            for place in np.ndindex(truth.shape):
                here = (k, *place)
                size, gap = arb(float(magnitudes[here])), abs(arb(float(values[here])) - truth[place])
                relative[here] = float((gap / size).mid()) if size > 0 else (0 if gap == 0 else np.inf)
    return values, magnitudes, relative


@pytest.fixture
def generator():
    return np.random.default_rng(0)


# --- functions ------------------------------------------------------------------------------------------------------

ENTRYWISE = {  # ours, or NumPy's of an array of ours; and where to look
    "exp": (a.exp, (-300, 300)), "log": (a.log, (1e-6, 1e6)), "tanh": (a.tanh, (-30, 30)), "erfc": (a.erfc, (-6, 20)),
    "sqrt": (a.sqrt, (0, 1e6)), "np.exp": (np.exp, (-3, 3)), "np.log": (np.log, (0.5, 2)), "np.sqrt": (np.sqrt, (0, 2)),
    "np.tanh": (np.tanh, (-2, 2)), "np.log1p": (np.log1p, (-0.99, 9)), "np.expm1": (np.expm1, (-9, 9)),
    "np.sinh": (np.sinh, (-9, 9)), "np.cosh": (np.cosh, (-9, 9)), "np.sin": (np.sin, (-9, 9)),
    "np.cos": (np.cos, (-9, 9)), "np.tan": (np.tan, (-1.5, 1.5)),
}  # fmt: skip


def slope(function, x):
    """Return a difference quotient, in balls."""
    with ctx.workprec(400):
        step = exactly(2.0**-100)
        difference = function(balls(exactly(x) + step)) - function(balls(exactly(x) - step))
        return abs(float((difference.bare() * 2**99).mid()))


@pytest.mark.parametrize("name", ENTRYWISE)
def test_the_magnitude_of_a_function_is_the_value_and_the_slope_times_the_magnitude_of_the_argument(name):
    function, (low, high) = ENTRYWISE[name]
    samples = np.concatenate([np.linspace(low, high, 9)[1:-1], [1.0] if low < 1 < high else []])
    values, _, relative = errors(function, samples)
    assert relative.max() <= ROUNDING
    lanes = function(Lanes.of(Lane.of(samples, 1000 + abs(samples)))).item()
    np.testing.assert_array_equal(lanes.values, values)
    expected = [abs(v) + slope(function, x) * (1000 + abs(x)) for x, v in zip(samples, values, strict=True)]
    np.testing.assert_allclose(lanes.magnitudes, expected, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("name", ["exp", "erfc"])
def test_what_underflows_keeps_a_magnitude_above_the_digits_that_it_lost(name):
    function, samples = {"exp": (a.exp, -np.linspace(700, 800, 60)), "erfc": (a.erfc, np.linspace(26, 29, 60))}[name]
    for scaled in (function, lambda x: 1000 * function(x) * x * x):
        assert errors(scaled, samples)[2].max() <= ROUNDING


def test_a_root_of_a_difference_that_rounding_leaves_is_zero_and_known_as_badly(generator):
    one = np.array([1.0, 1, 1, 4, 0])
    off = one + np.array([0, 2.0**-52, -(2.0**-53), 1, 0])  # of the second and fourth difference there is no root
    with np.errstate(invalid="ignore"):
        root = a.sqrt(unstack(one) * 1 - unstack(off)).item()
        assert root.values[[0, 1, 2, 4]].tolist() == [0, 0, 0, 0]
        assert np.isnan(root.values[3])
    # where nothing was rounded away the error may still be √(2⁻⁵³): it is in proportion to the magnitude
    assert (root.magnitudes[:3] > 2.0**23).all()
    assert (root.magnitudes[:3] < 2.0**27).all()
    assert root.magnitudes[4] == 0
    x = 1 + generator.random(40) * 2.0**-30
    assert errors(lambda x: a.sqrt((x * x - 1) / (x + 1) - (x - 1) + 2.0**-10), x)[2].max() <= ROUNDING
    assert errors(lambda x: a.sqrt(x * x - 2 * x + 1), x)[2].max() <= 2 * ROUNDING
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.sqrt(unstack(np.array([-1.0, 4.0]))).item().values).tolist() == [True, False]


CANCELLING = {
    "sum": lambda x, y: (x + y) - x,
    "product": lambda x, y: (x + y) * (x - y) - (x * x - y * y),
    "quotient": lambda x, y: (1 + x / y) - (x + y) / y,
    "logarithm": lambda x, y: a.log(x * x * y * y) - 2 * a.log(a.absolute(x * y)),
    "exponential": lambda x, y: a.exp(x) * a.exp(y) - a.exp(x + y),
    "tanh": lambda x, y: a.tanh(x) - (1 - 2 / (a.exp(2 * x) + 1)),
    "tail": lambda x, y: 3 * a.erfc(x) + 3 * a.erfc(-x) - 6,
    "root": lambda x, y: a.sqrt(x * x + y * y) - a.absolute(x) * a.sqrt(1 + y * y / (x * x)),
    "difference": lambda x, y: 1 / (x * 1024) - 1 / (x * 1024 + y / 1024),
    "constants": lambda x, y: (x + a.pi(x)) / 3 - x / 3 - a.pi(x) / 3,
    "matrix": lambda x, y: a.determinant(np.stack([np.stack([x, y]), np.stack([x * 3, y * 3 + x / 2**40])])),
    "branch": lambda x, y: a.maximum(x, y) / 3 + a.maximum(-x, -y) / 3 - a.absolute(x - y) / 3,
}


@pytest.mark.parametrize("name", CANCELLING)
def test_the_magnitude_bounds_the_error_where_everything_cancels_and_is_not_huge(name, generator):
    x, y = generator.standard_normal((2, 60)) * np.exp2(generator.integers(-3, 3, (2, 60)))
    _, magnitudes, relative = errors(CANCELLING[name], x, y)
    assert relative.max() <= ROUNDING
    assert relative.max() > 2.0**-70  # it is of the size of the errors
    sizes = 1 + abs(x) + abs(y) + 1 / abs(x) + 1 / abs(y) + np.exp(2 * (abs(x) + abs(y)))
    assert (magnitudes <= 100 * sizes**2).all()


@pytest.mark.parametrize("name", thinned(ONE_ARGUMENT, 2, mark="long"))
def test_functions_of_arrays_are_those_of_each_instance_and_their_errors_are_within_the_magnitudes(name):
    function, expected, argument, _ = ONE_ARGUMENT[name]
    plain = floats(argument)
    samples = np.stack([plain, plain[::-1] / 2, plain * 3, plain[::-1] * 1.25, plain * 0.375])
    values, magnitudes, relative = errors(function, samples)
    for value, sample in zip(values, samples, strict=True):
        np.testing.assert_allclose(value, expected(sample), rtol=1e-11, atol=1e-13)
    assert relative.max() <= ROUNDING
    assert (magnitudes <= 1000 * (1 + abs(values).max())).all()


def test_constants_are_the_same_for_all_instances():
    like = unstack(np.ones((3, 2, 2)))
    for ours, plain in (
        (a.number(Fraction(-3, 8), like), -0.375), (a.zeros((2, 1), like), [[0], [0]]), (a.pi(like), np.pi),
        (a.identity(2, 3, like), np.eye(2, 3)), (a.leading_identity(2, 3, 1, like), [[1, 0, 0], [0, 0, 0]]),
        (euler_gamma(like), np.euler_gamma),
    ):  # fmt: skip
        assert type(ours) is Lanes
        np.testing.assert_array_equal(stack(ours), [np.array([plain]), abs(np.array([plain]))])
        np.testing.assert_array_equal(stack(ours + 0 * like[0, 0])[0], np.stack([plain] * 3))


# --- branches -------------------------------------------------------------------------------------------------------


def test_branches_are_taken_by_each_instance_for_itself():
    x, y = unstack(np.array([1.0, 2, 3])), Lanes.of(Lane.of([2.0, 2, 2], [7, 8, 9]))
    assert stack(a.greater(x, y)).tolist() == [[0, 0, 1], [0, 0, 1]]
    assert stack(a.greater(2, x))[0].tolist() == [1, 0, 0]
    assert stack(a.greater(x, 2))[0].tolist() == [0, 0, 1]
    assert stack(a.where(a.greater(x, y), -x, y)).tolist() == [[2, 2, -3], [7, 8, 3]]
    assert stack(a.where(a.greater(x, y), 1, Fraction(-1, 2))).tolist() == [[-0.5, -0.5, 1], [0.5, 0.5, 1]]
    assert stack(a.maximum(x, y)).tolist() == [[2, 2, 3], [7, 8, 3]]
    assert stack(a.maximum(x, 2))[0].tolist() == [2, 2, 3]
    assert stack(a.nonzero(x - 2)).tolist()[0] == [1, 0, 1]
    columns = unstack(np.array([[[0.0, 1], [0, 2]], [[0, 1], [-3, 0]], [[0, 0], [0, 0]]]))
    assert stack(a.nonzero_columns(columns))[0].tolist() == [1, 2, 0]
    wide = unstack(np.array([[1.0, 5], [4, 0]]))
    assert stack(a.where(a.greater(wide, 3), wide[:1], 7 * wide[0]))[0].tolist() == [[7, 1], [4, 28]]


def test_sorting_takes_the_magnitudes_along_and_is_stable():
    samples = np.array([[1.0, 3, 2], [0, 5, 0], [-1, -2, 4]])
    sizes = np.arange(9.0).reshape(3, 3) + 10
    values, magnitudes = stack(a.sort_descending(unstack(samples, sizes)))
    assert values.tolist() == [[3, 2, 1], [5, 0, 0], [4, -1, -2]]
    assert magnitudes.tolist() == [[11, 12, 10], [14, 13, 15], [18, 16, 17]]
    samples = np.concatenate([samples, [[2, 3, 1]]])  # one that is not its own inverse
    order = stack(permutation(unstack(samples)))
    for matrix, sample in zip(order[0], samples, strict=True):
        np.testing.assert_array_equal(matrix, np.eye(3)[np.argsort(sample, kind="stable")])
        assert (np.diff(matrix @ sample) >= 0).all()
    np.testing.assert_array_equal(order[0], order[1])


# --- matrices -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", ["any", "ill", "rows", "columns", "low rank"])
@pytest.mark.parametrize("size", [2, 4])
def test_solutions_and_determinants_are_as_good_as_their_magnitudes_say(size, condition, generator):
    matrices, others = generator.standard_normal((2, 15, size, size))
    powers = np.exp2(generator.integers(-20, 20, (15, size, 1)))
    if condition == "ill":
        matrices = matrices * powers @ others
    if condition == "rows":
        matrices = matrices * powers
    if condition == "columns":
        matrices = matrices * powers.mT
    if condition == "low rank":
        matrices = matrices[:, :, :1] @ matrices[:, :1] + 2.0**-30 * matrices
    right = matrices @ np.ones((15, size, 1))
    assert errors(a.solve, matrices, right)[2].max() <= ROUNDING
    assert errors(a.determinant, matrices)[2].max() <= ROUNDING
    assert errors(lambda m, b: a.determinant(m * b[0, 0] - 3 * m), matrices, right)[2].max() <= ROUNDING
    # what was lost before shows in the magnitude
    blurred = lambda m: m * (1 + 2.0**30) - m * 2.0**30  # noqa: E731
    assert errors(lambda m, b: a.solve(blurred(m), b), matrices, right)[2].max() <= 2 * ROUNDING
    assert errors(lambda m, b: a.solve(m, blurred(b)), matrices, right)[2].max() <= 2 * ROUNDING
    assert errors(lambda m: a.determinant(blurred(m)), matrices)[2].max() <= 2 * ROUNDING


def test_the_magnitudes_of_solutions_and_determinants_are_those_of_their_definitions():
    matrix, sizes = np.array([[[2.0, 1], [0, 4]]]), np.array([[[3.0, 4], [5, 12]]])
    right, right_sizes = np.array([[[2.0], [8]]]), np.array([[[7.0], [9]]])
    values, magnitudes = stack(a.solve(unstack(matrix, sizes), unstack(right, right_sizes)))
    assert values.tolist() == [[[0], [2]]]
    # |A⁻¹| (|A| |x| + |b|) of the magnitudes of A and b
    np.testing.assert_allclose(magnitudes, [[[0.5 * (4 * 2 + 7) + 0.125 * (12 * 2 + 9)], [0.25 * (12 * 2 + 9)]]])
    # Hadamard's bound with one row at a time by its magnitude, and what goes through a logarithm
    bound = 5 * 4 + np.sqrt(5) * 13
    np.testing.assert_allclose(stack(a.determinant(unstack(matrix, sizes))), [[8], [bound + 8 * np.log(8)]])
    for function, value in ((a.eigenvalues, [4, 2]), (a.singular_values, [4, 2])):
        spectrum = stack(function(unstack(np.array([[[2.0, 0], [0, 4]]]), sizes)))
        np.testing.assert_allclose(spectrum, [[value], [[np.sqrt(9 + 16 + 25 + 144)] * 2]])


@np.errstate(all="ignore")
def test_a_singular_system_has_no_solution_and_spoils_no_other_instance():
    samples = np.stack([np.eye(2), np.ones((2, 2)), np.zeros((2, 2)), 2 * np.eye(2), np.full((2, 2), np.nan)])
    with_infinity = np.concatenate([samples, [[[np.inf, 1], [1, 0]]]])
    assert np.isnan(stack(a.inverse(unstack(with_infinity)))[0]).all((1, 2)).tolist() == [
        False,
        True,
        True,
        False,
        True,
        True,
    ]
    inverses = stack(a.inverse(unstack(samples)))[0]
    assert inverses[[0, 3]].tolist() == [[[1, 0], [0, 1]], [[0.5, 0], [0, 0.5]]]
    assert np.isnan(inverses[[1, 2, 4]]).all()
    with np.errstate(all="ignore"):
        for function in (
            a.eigenvalues, a.singular_values, a.determinant, a.rank,
            lambda x: a.maximum(x, 0), lambda x: a.maximum(0, x), lambda x: a.where(a.greater(x, 0), 1, 0),
        ):  # fmt: skip
            values = stack(function(unstack(samples)))[0]
            assert np.isfinite(values[:4]).all()
            assert np.isnan(values[4]).all()


def test_the_axes_of_systems_broadcast_against_each_other_and_not_against_the_instances(generator):
    one, three = generator.standard_normal((3, 2, 2)), generator.standard_normal((3, 4, 2, 2))
    for left, right in ((one, three), (three, one), (one[:1], three), (three[:, :1], one), (three, three[:, :1])):
        values = stack(a.solve(unstack(left), unstack(right)))[0]
        for k in range(3):
            expected = np.linalg.solve(left[min(k, len(left) - 1)], right[k])
            np.testing.assert_allclose(values[k], expected, rtol=1e-11, atol=1e-12)
    constant = a.solve(constants([[2, 0], [0, 4]]), unstack(one))
    np.testing.assert_allclose(stack(constant)[0], one / [[2], [4]])


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 4)])
def test_spectra_and_ranks_are_known_to_their_magnitudes(shape, generator):
    left, right = generator.integers(-3, 4, (9, shape[0], 1)), generator.integers(-3, 4, (9, 1, shape[1]))
    samples = (
        left * right + np.array([0, 0, 1])[np.arange(9) % 3, None, None] * generator.integers(-2, 3, (9, *shape))
    ) / 2
    values, magnitudes, relative = errors(a.singular_values, samples)
    assert relative.max() <= ROUNDING
    np.testing.assert_allclose(magnitudes, np.linalg.norm(samples, axis=(1, 2))[:, None] + 0 * values, rtol=1e-14)
    ranks = [fmpq_mat(exactly(sample).tolist()).rank() for sample in samples]
    assert stack(a.rank(unstack(samples)))[0].tolist() == ranks
    assert set(ranks) > {1}
    gram = samples @ samples.mT
    assert errors(a.eigenvalues, gram)[2].max() <= ROUNDING
    assert (stack(a.rank(unstack(gram) * 3))[0] == ranks).all()


def test_a_rank_does_not_count_what_rounding_leaves_of_a_difference():
    samples = np.array([[[1.0, 2], [3, 4]], [[1, 1], [1, 1]]])
    third = unstack(samples) / 3
    nothing = third * 3 - unstack(samples)
    assert stack(a.rank(nothing + third - third))[0].tolist() == [0, 0]
    assert stack(a.rank(third))[0].tolist() == [2, 1]
    assert stack(a.rank(unstack(np.array([[[1, 0], [0, 2.0**-38]], [[1, 0], [0, 2.0**-42]]]))))[0].tolist() == [2, 1]


def test_logarithms_of_determinants_are_those_of_positive_definite_matrices():
    samples = np.concatenate([floats(POSITIVE), floats(SQUARE @ SQUARE.mT) + np.eye(3) / 64])
    values, _, relative = errors(a.log_determinant, samples)
    np.testing.assert_allclose(values, np.linalg.slogdet(samples)[1], rtol=1e-9)
    assert relative.max() <= ROUNDING
