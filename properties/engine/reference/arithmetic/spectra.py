"""Eigenvalue enclosures assume nothing of the approximate eigenvectors that they start from."""

import numpy as np
import pytest
from flint import arb, arb_mat, fmpq

from reference.arithmetic import eigenvalues, singular_values, spectra
from reference.arithmetic.exact import Balls, balls, rationals
from reference.arithmetic.precision import working_precision

MATRICES = [
    ([[3, 0], [0, -1]], (3, -1)),
    ([[2, 1, 1], [1, 2, 1], [1, 1, 2]], (4, 1, 1)),
    ([[1, 1], [1, 1]], (2, 0)),
    ([[-5]], (-5,)),
]
VECTORS = {
    "too long": lambda i, j: fmpq(11, 10) * (i == j),
    "too short": lambda i, j: fmpq(9, 10) * (i == j),
    "skewed": lambda i, j: fmpq(1) if i == j else fmpq(i - 2 * j, 16),
}


@pytest.mark.parametrize("vectors", VECTORS)
@pytest.mark.parametrize(("matrix", "exact"), MATRICES)
def test_bad_eigenvectors_widen_the_enclosures_only(matrix, exact, vectors, monkeypatch):
    def approximate(m):
        n = m.nrows()
        return arb_mat([[arb(VECTORS[vectors](i, j)) for j in range(n)] for i in range(n)])

    monkeypatch.setattr(spectra, "approximate_eigenvectors", approximate)
    for ball, value in zip(eigenvalues(balls(rationals(matrix))).bare(), exact, strict=True):
        assert ball.is_finite()
        assert ball.contains(value)


def test_dependent_eigenvectors_say_nothing(monkeypatch):
    monkeypatch.setattr(spectra, "approximate_eigenvectors", lambda m: arb_mat([[1, 1], [1, 1]]))
    assert all(ball.is_nan() for ball in eigenvalues(balls(rationals([[1, 0], [0, 2]]))).bare())


def test_unknown_entries_say_nothing():
    unknown = Balls.of(balls(rationals([[1, 0], [0, 2]])).array.copy())
    unknown.array[0, 1] = arb.nan()
    assert all(ball.is_nan() for ball in eigenvalues(unknown).bare())


@pytest.mark.parametrize("precision", [53, 64, 300, 1024])
@pytest.mark.parametrize(("matrix", "exact"), MATRICES)
def test_enclosures_are_as_tight_as_the_precision(matrix, exact, precision):
    with working_precision(precision):
        for ball, value in zip(eigenvalues(balls(rationals(matrix))).bare(), exact, strict=True):
            assert ball.contains(value)
            assert ball.rad() < arb(2) ** (8 - precision)


def test_spectra_of_single_float_matrices_descend():
    assert eigenvalues(np.diag([1.0, 3.0, -2.0])).tolist() == [3.0, 1.0, -2.0]
    assert singular_values(np.diag([1.0, 3.0, -2.0])).tolist() == [3.0, 2.0, 1.0]
