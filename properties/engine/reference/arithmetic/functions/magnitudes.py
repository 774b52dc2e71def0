"""The magnitudes that functions of matrices have in many instances are those of their definitions, by hand."""

from fractions import Fraction

import numpy as np
import pytest

from reference import arithmetic as a
from reference.arithmetic.lanes import functions as lane_functions
from reference.arithmetic.lanes import stack, unstack

SIZES = np.array([[3.0, 4], [5, 12]])
SIZE = np.sqrt(9 + 16 + 25 + 144)


def lanes(*matrices):
    return unstack(np.array(matrices, dtype=float), np.stack([SIZES * 2**k for k in range(len(matrices))]))


def magnitudes_of(function, *matrices):
    """Return the values, and the magnitude of all entries, over the size of the argument; it doubles as that does."""
    values, magnitudes = stack(function(lanes(*matrices)))
    flat = magnitudes.reshape(len(matrices), -1)
    assert (flat == flat[:, :1]).all()
    return values, flat[:, 0] / (SIZE * 2.0 ** np.arange(len(matrices)))


DIAGONAL, TIED, NEAR = [[4, 0], [0, 2]], [[2, 0], [0, 2]], [[2, 0], [0, 2 + 2.0**-45]]
MIXED = [[2, 1], [1, 2]]  # of eigenvalues 3 and 1


def test_a_function_is_known_to_its_slope_and_the_quotients_of_its_differences():
    """Of t² the magnitude is squared, and a quotient is the sum of two that are not one but for rounding."""
    values, magnitudes = magnitudes_of(lambda x: a.spectral(x, lambda t: t * t), DIAGONAL, TIED, MIXED, NEAR)
    np.testing.assert_allclose(values[:3], [[[16, 0], [0, 4]], [[4, 0], [0, 4]], [[5, 4], [4, 5]]], atol=1e-12)
    np.testing.assert_allclose(magnitudes, [SIZE + 6, 2 * SIZE, 4 * SIZE + 4, 8 * SIZE], rtol=1e-12)
    steep = magnitudes_of(lambda x: a.spectral(x, lambda t: 1 / t), [[0.25, 0], [0, 0.125]])[1]
    np.testing.assert_allclose(steep, [64 + 32])


def test_an_exponential_is_known_to_that_of_the_largest_eigenvalue_of_the_symmetric_part():
    for matrix, growth in (([[1, 0], [0, 2]], 2), ([[0, 2], [0, 0]], 1), ([[-3, 0], [0, -1]], -1)):
        magnitudes = stack(a.expm(lanes(matrix)))[1]
        np.testing.assert_allclose(magnitudes, np.full((1, 2, 2), 4 * np.exp(growth) * (1 + SIZE)))


def test_of_a_complex_matrix_it_is_that_of_the_hermitian_part():
    for matrix, growth in (([[0, 2j], [2j, 0]], 0), ([[0, 2j], [-2j, 0]], 2), ([[1, 1 + 1j], [1j - 1, 1]], 1)):
        magnitudes = stack(a.expm(unstack(np.array([matrix], dtype=complex), SIZES[None])))[1]
        np.testing.assert_allclose(magnitudes, np.full((1, 2, 2), 4 * np.exp(growth) * (1 + SIZE)))


def test_a_modulus_is_known_to_twice_the_size_and_a_radius_to_the_size():
    assert magnitudes_of(a.absm, DIAGONAL, [[0, 3], [0, 0]])[1] == pytest.approx([2, 2])
    assert magnitudes_of(a.numerical_radius, DIAGONAL, [[0, 3], [0, 0]])[1] == pytest.approx([1, 1])


def test_a_mean_is_known_to_the_condition_of_both():
    x, y = lanes(DIAGONAL, MIXED), lanes([[1, 0], [0, 8]], [[2, 0], [0, 2]])
    values, magnitudes = stack(a.geometric_mean(x, y))
    np.testing.assert_allclose(values[0], [[2, 0], [0, 4]], atol=1e-12)
    for k, (least, other) in enumerate(((2, 1), (1, 2))):
        size = SIZE * 2**k * (1 / least + 1 / other) * np.linalg.norm(values[k])
        np.testing.assert_allclose(magnitudes[k], np.full((2, 2), size), rtol=1e-12)


def test_eigenvalues_are_known_to_the_condition_of_their_vectors_and_defective_ones_to_a_root():
    normal = magnitudes_of(lambda x: a.general_eigenvalues(x, a.real), DIAGONAL, [[0, 2], [-2, 0]])[1]
    np.testing.assert_allclose(normal, [np.sqrt(2)] * 2)
    defective = magnitudes_of(lambda x: a.general_eigenvalues(x, a.real), [[0, 1], [0, 0]])[1]
    np.testing.assert_allclose(defective, [2.0**26])
    for n in (3, 4):
        block = unstack(np.diag(np.ones(n - 1), 1)[None], np.full((1, n, n), 8.0))
        magnitudes = stack(a.general_eigenvalues(block, a.real))[1]
        np.testing.assert_allclose(magnitudes, np.full((1, n), 8 * n * 2.0 ** (52 * (1 - 1 / n))))
    skewed = magnitudes_of(lambda x: a.general_eigenvalues(x, a.real), [[1, 1], [0, 2]])[1]
    vectors = np.array([[1, 1 / np.sqrt(2)], [0, 1 / np.sqrt(2)]])
    np.testing.assert_allclose(skewed, [np.sqrt(2) / np.linalg.svd(vectors)[1][-1]])


def test_the_eigenvalue_of_one_row_is_known_as_its_entry_is():
    found = stack(a.general_eigenvalues(unstack(np.array([[[3.0]]]), np.array([[[5.0]]])), a.real))
    assert found.tolist() == [[[3]], [[5]]]


@np.errstate(all="ignore")
def test_what_is_negative_but_for_rounding_is_0():
    values = np.array([-(2.0**-41), -(2.0**-40), -(2.0**-39), -1.0, 0.0, 2.0**-50])
    found = stack(lane_functions.without_rounding(unstack(values, np.full(6, 1.0))))
    assert found.tolist() == [[0, 0, -(2.0**-39), -1, 0, 2.0**-50], [1] * 6]
    roots = a.sqrtm(unstack(np.stack([np.diag([1, x]) for x in (-(2.0**-45), -(2.0**-30))])))
    assert np.isnan(stack(roots)[0]).any((1, 2)).tolist() == [False, True]
    powers = a.powm(unstack(np.stack([np.diag([1, x]) for x in (-(2.0**-45), -(2.0**-30))])), Fraction(3, 2))
    assert np.isnan(stack(powers)[0]).any((1, 2)).tolist() == [False, True]


def test_a_mean_with_a_singular_matrix_has_no_value():
    regular, singular = np.diag([1.0, 4]), np.diag([0.0, 4])
    for x, y in ((regular, singular), (singular, regular), (singular, singular)):
        many = (unstack(np.stack([m, regular])) for m in (x, y))
        with np.errstate(divide="ignore"):
            values = stack(a.geometric_mean(*many))[0]
        assert np.isnan(values[0]).all()
        np.testing.assert_allclose(values[1], regular)
