"""Linear systems are solved exactly, completely, and by small numbers."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, fmpz_mat

from verify.hunt.premises.solving import solutions, solved


def system(rows, columns, rank, generator):
    """Return a consistent system of integers of this rank."""
    matrix = generator.integers(-3, 4, (rows, rank)) @ generator.integers(-3, 4, (rank, columns))
    return matrix, matrix @ generator.integers(-5, 6, columns)


def fractions(array):
    return [[fmpq(int(x)) for x in row] for row in array]


@pytest.mark.parametrize(("rows", "columns", "rank"), [(3, 3, 3), (4, 3, 2), (2, 6, 2), (5, 5, 1), (3, 4, 3)])
def test_every_solution_and_nothing_else(rows, columns, rank):
    generator = np.random.default_rng(rows * columns)
    for _ in range(20):
        matrix, right = system(rows, columns, rank, generator)
        found = solutions(fractions(matrix), [fmpq(int(x)) for x in right])
        exact = fmpq_mat(fractions(matrix))
        assert exact * fmpq_mat([[x] for x in found.point]) == fmpq_mat([[fmpq(int(x))] for x in right])
        assert len(found.basis) == columns - exact.rank()
        if found.basis:
            assert exact * fmpq_mat(fmpz_mat(found.basis)).transpose() == fmpq_mat(rows, len(found.basis))
            assert fmpz_mat(found.basis).rank() == len(found.basis)


def test_no_solution_is_none():
    assert solutions(fractions([[1, 1], [2, 2]]), [fmpq(1), fmpq(3)]) is None
    assert solutions(fractions([[1, 1], [2, 2]]), [fmpq(1), fmpq(2)]) is not None
    tiny = fmpq(1, 2**200)
    assert solutions(fractions([[1, 1], [1, 1]]), [fmpq(1), fmpq(1) + tiny]) is None  # exactly, with no tolerance


def test_the_basis_is_short_and_points_up():
    """The plane x + 1000y + 1000000z = 0: elimination alone gives entries of a million."""
    found = solutions([[fmpq(1), fmpq(1000), fmpq(1000000)]], [fmpq(0)])
    assert max(abs(entry) for row in found.basis for entry in row) <= 1000
    assert all(sum(row) >= 0 for row in found.basis)


def test_the_point_is_short():
    found = solutions([[fmpq(1), fmpq(-1)]], [fmpq(1001)])
    assert max(abs(x) for x in found.point) == 501
    assert found.point[0] - found.point[1] == 1001


def test_floats_say_which_of_many_systems_have_a_solution():
    generator = np.random.default_rng(0)
    systems = [system(4, 3, rank, generator) for rank in (1, 2, 3)]
    systems.append((np.zeros((4, 3)), np.zeros(4)))
    matrices, rights = (np.array([pair[k] for pair in systems], dtype=float) for k in range(2))
    found = solved(matrices, rights)
    assert found.has.all()
    assert found.rank.tolist() == [1, 2, 3, 0]
    np.testing.assert_allclose(np.einsum("neu,nu->ne", matrices, found.shortest), rights, atol=1e-9)
    for k, (matrix, right) in enumerate(systems):
        np.testing.assert_allclose(found.shortest[k], np.linalg.lstsq(matrix, right, rcond=None)[0], atol=1e-9)
    assert not solved(matrices, rights + np.eye(4)[3]).has[[0, 1, 3]].any()
    assert not solved(matrices, rights + np.nan).has.any()


def test_without_unknowns_what_is_met_already_has_a_solution():
    found = solved(np.zeros((2, 3, 0)), np.array([[0, 0, 0], [0, 1.0, 0]]))
    assert found.has.tolist() == [True, False]
    assert found.shortest.shape == (2, 0)
