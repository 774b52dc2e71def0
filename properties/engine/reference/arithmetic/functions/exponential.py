"""Exponentials in floats: the approximant is Padé's, and a matrix is halved until its norm is small, and no further."""

from math import factorial

import numpy as np
import pytest

from reference.arithmetic.lanes import exponential


def test_the_approximant_is_pades_of_degree_13():
    """Its numerator has the coefficients (26 − k)!/(k! (13 − k)!) (Higham, Functions of Matrices, 10.3)."""
    expected = [factorial(26 - k) // (factorial(k) * factorial(13 - k)) for k in range(14)]
    assert expected == exponential._NUMERATOR


HALVED = {  # matrices by how often they are halved
    0: [[[0.0, 0], [0, 0]], [[5.36, 0], [0, -5.36]], [[0, 0], [5, 5]], [[2, -2], [3, 3]]],
    1: [[[5.38, 0], [0, 0]], [[0, 5], [0, 5]], [[0, 0], [0, -10.7]], [[3, 0], [-3, 1]]],
    2: [[[10.76, 0], [0, 1]], [[0, 10], [0, 11]]],
    3: [[[21.5, 0], [0, 1]], [[0, 1], [-42, 1]]],
}


def test_a_matrix_is_halved_until_the_sums_of_its_columns_are_small(monkeypatch):
    """Of an approximant of degree 1, (2 + x)/(2 − x), the number of squares shows."""
    monkeypatch.setattr(exponential, "_NUMERATOR", [2, 1])
    one = np.eye(2)
    expected = []
    for count, matrices in HALVED.items():
        for matrix in matrices:
            x = np.array(matrix) / 2**count
            once = np.linalg.solve(2 * one - x, 2 * one + x)
            expected.append(np.linalg.matrix_power(once, 2**count))
    together = np.array([matrix for matrices in HALVED.values() for matrix in matrices])
    np.testing.assert_allclose(exponential.pade(together), expected, rtol=1e-9, atol=1e-12)
    for matrix, value in zip(together, expected, strict=True):
        np.testing.assert_allclose(exponential.pade(matrix), value, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_spoils_its_own_matrix_alone(bad):
    samples = np.zeros((2, 3, 2, 2))
    samples[1, 0, 0, 1] = bad
    found = exponential.pade(samples)
    assert np.isnan(found[1, 0]).all()
    found[1, 0] = np.eye(2)
    np.testing.assert_allclose(found, np.broadcast_to(np.eye(2), found.shape), rtol=1e-15, atol=1e-15)
    assert exponential.pade(np.zeros((0, 2, 2))).shape == (0, 2, 2)
