"""Complex numbers of many instances: their values are NumPy's, and their magnitudes, which are real, by hand."""

import operator

import numpy as np
import pytest

from reference import arithmetic as a
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes import UNDERFLOW, ComplexLanes, Lane, Lanes, constants, stack, unstack

X, X_SIZE = np.array([3 + 4j, -1j, 2, 0.5 - 0.5j]), np.array([7.0, 2, 2, 9])
Y, Y_SIZE = np.array([1 - 2j, 4, -1 + 1j, 2j]), np.array([3.0, 4, 8, 2])
OPERATIONS = {  # what it does to values, and to magnitudes
    "+": (operator.add, lambda p, q, y: p + q),
    "−": (operator.sub, lambda p, q, y: p + q),
    "×": (operator.mul, lambda p, q, y: p * q),
    "÷": (operator.truediv, lambda p, q, y: p * q / abs(y) ** 2),
}


def same(lane, values, sizes):
    assert type(lane) is Lane
    np.testing.assert_allclose(lane.values, values, rtol=1e-15)
    assert not np.iscomplexobj(lane.magnitudes)
    np.testing.assert_allclose(lane.magnitudes, sizes, rtol=1e-15)


@pytest.mark.parametrize("symbol", OPERATIONS)
def test_an_operation_is_that_of_complex_floats(symbol):
    """Also where one of the two is real, or a constant, on either side."""
    operate, of_sizes = OPERATIONS[symbol]
    x, y = Lane.of(X, X_SIZE), Lane.of(Y, Y_SIZE)
    real = np.array([2.0, -4, 1, 8])
    same(operate(x, y), operate(X, Y), of_sizes(X_SIZE, Y_SIZE, Y))
    same(operate(x, Lane.of(real, Y_SIZE)), operate(X, real), of_sizes(X_SIZE, Y_SIZE, real))
    same(operate(Lane.of(real, X_SIZE), y), operate(real, Y), of_sizes(X_SIZE, Y_SIZE, Y))
    third = GaussianRational(3, -4, 5)
    same(operate(x, third), operate(X, 0.6 - 0.8j), of_sizes(X_SIZE, 1, 1))
    same(operate(third, y), operate(0.6 - 0.8j, Y), of_sizes(1, Y_SIZE, Y))
    array = operate(ComplexLanes.of(x), ComplexLanes.of(y))
    assert type(array) is ComplexLanes
    same(array.item(), operate(X, Y), of_sizes(X_SIZE, Y_SIZE, Y))


def test_parts_are_known_as_well_as_the_numbers():
    x, array = Lane.of(X, X_SIZE), ComplexLanes.of(Lane.of(X, X_SIZE))
    for found, values in ((-x, -X), (abs(x), abs(X)), (x.conjugate(), X.conj()), (x.real, X.real), (x.imag, X.imag)):
        same(found, values, X_SIZE)
    for found, values, kind in (
        (array.real, X.real, Lanes), (array.imag, X.imag, Lanes), (abs(array), abs(X), Lanes),
        (array.conj(), X.conj(), ComplexLanes), (-array, -X, ComplexLanes),
    ):  # fmt: skip
        assert type(found) is kind
        same(found.item(), values, X_SIZE)
    square = array.squared_modulus()
    assert type(square) is Lanes
    same(square.item(), abs(X) ** 2, X_SIZE**2)
    joined = ComplexLanes.joined(Lane.of([1.0, -3], [3.0, 5]), Lane.of([2.0], [4.0]))
    same(joined.item(), [1 + 2j, -3 + 2j], [5, np.sqrt(41)])
    assert type(constants([1j])) is ComplexLanes
    assert type(constants([1.0])) is Lanes
    assert stack(constants([3 + 4j, 1]))[1].real.tolist() == [[5, 1]]


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (np.exp, np.exp), (np.log, lambda z: 1 / z), (np.tanh, lambda z: 1 - np.tanh(z) ** 2), (np.sin, np.cos),
        (np.sqrt, lambda z: 1 / (2 * np.sqrt(z))),
    ],
)  # fmt: skip
def test_a_function_carries_the_magnitude_over_by_its_derivative(function, slope):
    found = function(ComplexLanes.of(Lane.of(X, X_SIZE)))
    assert type(found) is ComplexLanes
    same(found.item(), function(X), abs(function(X)) + abs(slope(X)) * X_SIZE + UNDERFLOW)


def test_roots_of_what_is_rounding_are_zero_and_known_as_badly():
    z = Lane.of(np.array([2.0**-52 * (0.5 + 0.5j), 2.0**-49 * 1j, 0j]), np.array([1.0, 1, 0]))
    root = a.sqrt(ComplexLanes.of(z)).item()
    assert root.values[[0, 2]].tolist() == [0, 0]
    np.testing.assert_allclose(root.values[1], 2.0**-25 * (1 + 1j), rtol=1e-12)
    np.testing.assert_allclose(root.magnitudes, [2.0**24, 2.0**-24.5 + 2.0**23.5, 0], rtol=1e-12)


def test_systems_and_determinants_are_bounded_by_moduli():
    matrix, sizes = np.array([[[2j, 0], [0, -4]]]), np.array([[[3.0, 4], [5, 12]]])
    right, right_sizes = np.array([[[2.0], [8j]]]), np.array([[[7.0], [9]]])
    m, b = unstack(matrix, sizes), unstack(right, right_sizes)
    values, magnitudes = stack(a.solve(m, b))
    np.testing.assert_allclose(values, [[[-1j], [-2j]]], rtol=1e-14)
    np.testing.assert_allclose(magnitudes, [[[0.5 * (3 + 4 * 2 + 7)], [0.25 * (5 + 12 * 2 + 9)]]], rtol=1e-14)
    value, bound = stack(a.determinant(m))
    np.testing.assert_allclose(value, [-8j], rtol=1e-14)
    np.testing.assert_allclose(bound, [5 * 4 + 2 * 13 + 8 * np.log(8)], rtol=1e-14)


def test_spectra_of_complex_matrices_are_known_to_their_sizes():
    sizes, size = np.array([[[3.0, 4], [5, 12]]]), np.sqrt(9 + 16 + 25 + 144)
    m = unstack(np.array([[[1, 2j], [-2j, 1]]]), sizes)
    for function, expected in ((a.eigenvalues, [3, -1]), (a.singular_values, [3, 1])):
        found = function(m)
        assert type(found) is Lanes
        values, magnitudes = stack(found)
        np.testing.assert_allclose(values, [expected], rtol=1e-14)
        np.testing.assert_allclose(magnitudes, [[size, size]], rtol=1e-14)
    definite = unstack(np.array([[[2, 1j], [-1j, 2]], [[1, 2j], [-2j, 1]], [[2, 1j], [1j, 2]]]))
    with np.errstate(all="ignore"):
        values, magnitudes = stack(a.log_determinant(definite))
    np.testing.assert_allclose(values, [np.log(3), np.nan, np.nan], rtol=1e-14)
    bound = 2 * 5 + 3 * np.log(3)  # of the determinant: Hadamard's, twice, and what goes through a logarithm
    np.testing.assert_allclose(magnitudes[0], np.log(3) + bound / 3, rtol=1e-14)
    assert stack(a.rank(m))[0].tolist() == [2]
