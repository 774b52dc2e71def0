"""What the enclosures of spectra and functions are made of: each bound is no less than what it bounds, and no more."""

import numpy as np
import pytest
import scipy.linalg
from flint import acb, acb_mat, arb, arb_mat

from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.functions import enclosed, radius, roots
from reference.arithmetic.spectra import Conjugate, is_hermitian_to_the_letter, norm_bound, skewness

WIDE = arb(1, 0.25)
TALL = acb(0, arb(0, 0.25))


def close(bound, exact):
    """Whether a bound is not below a number, and above it by rounding only."""
    return exact <= float(arb(bound).upper()) <= exact * (1 + 1e-6) + 1e-12


@pytest.mark.parametrize(
    ("matrix", "norm"),
    [
        (arb_mat([[3, -4]]), 5),
        (arb_mat([[0, 0], [0, 0]]), 0),
        (arb_mat([[arb(3, 1), 0], [0, arb(-2, 1)]]), 5),
        (acb_mat([[acb(3, 4), 0], [0, acb(0, 12)]]), 13),
        (acb_mat([[acb(arb(2, 1), arb(-3, 1))]]), 5),
    ],
)
def test_a_norm_is_bounded_by_the_roots_of_all_squares_at_their_largest(matrix, norm):
    assert close(norm_bound(matrix), norm)


@pytest.mark.parametrize(
    ("matrix", "norm"),
    [
        ([[WIDE]], 0),
        ([[WIDE, WIDE], [WIDE, WIDE]], 0),  # one and the same number
        ([[WIDE, arb(1, 0.25)], [WIDE, WIDE]], 0.5 / 2**0.5),  # (M − Mᵀ)/2 has two entries, of 1/4 at most
        ([[WIDE, arb(1)], [arb(1), WIDE]], 0),
        ([[arb(0), WIDE, WIDE], [arb(1, 0.25), arb(0), arb(0)], [arb(1, 0.75), arb(0), arb(0)]], (1.25 / 2) ** 0.5),
        ([[TALL]], 0.25),
        ([[TALL, acb(0)], [acb(0), TALL]], 0.25 * 2**0.5),
        ([[acb(2), acb(1, WIDE)], [acb(1, arb(-1, 0.25)), acb(0)]], 0.5 / 2**0.5),
        ([[acb(2), acb(1, WIDE)], [Conjugate.make(acb(1, WIDE)), acb(0)]], 0.5 / 2**0.5),
    ],
)
def test_a_skew_part_is_what_entries_that_are_not_the_same_may_differ_by(matrix, norm):
    found = skewness(matrix)
    assert close(found, norm)
    assert close(-found, norm)


def test_entries_that_certainly_differ_are_named():
    for matrix, kind in (
        ([[arb(0), arb(1)], [arb(2), arb(0)]], "symmetric"),
        ([[acb(0), acb(1, 1)], [acb(1, 1), acb(0)]], "Hermitian"),
        ([[acb(0, 1)]], "Hermitian"),
    ):
        with pytest.raises(OutsideDomain, match=f"not {kind}"):
            skewness(matrix)


def test_what_is_hermitian_to_the_letter():
    z = acb(1, WIDE)
    for matrix, stated in (
        ([[WIDE, z], [Conjugate.make(z), WIDE]], True),
        ([[WIDE, Conjugate.make(z)], [z, WIDE]], True),
        ([[WIDE, z], [z.conjugate(), WIDE]], False),
        ([[WIDE, z], [z, WIDE]], False),
        ([[WIDE, WIDE], [WIDE, WIDE]], True),
        ([[WIDE, WIDE], [arb(1, 0.25), WIDE]], False),
        ([[arb(0), arb(2)], [arb(2), arb(0)]], True),
        ([[acb(0), acb(1, 2)], [acb(1, -2), acb(0)]], True),
        ([[acb(0), acb(1, 2)], [acb(1, 2), acb(0)]], False),
        ([[acb(0, 1)]], False),
    ):
        assert is_hermitian_to_the_letter(matrix) is stated


def test_the_nearest_unitary_matrix_is_within_what_is_missing_of_orthogonality():
    generator = np.random.default_rng(0)
    for kind in (0, 1j):
        for size in (1, 2, 3):
            q = np.linalg.qr(generator.normal(size=(size, size)) + kind * generator.normal(size=(size, size)))[0]
            q = q + 0.02 * (generator.normal(size=(size, size)) + kind * generator.normal(size=(size, size)))
            found = np.array(enclosed.unitary_near(acb_mat([[acb(x.real, x.imag) for x in row] for row in q])).tolist())
            defect = np.linalg.norm(q.conj().T @ q - np.eye(size))
            for ball, value in zip(found.ravel(), scipy.linalg.polar(q)[0].ravel(), strict=True):
                assert abs(ball - acb(complex(value))).lower() < 1e-14
                assert close(ball.real.rad(), defect)
                assert close(ball.imag.rad(), defect if kind else 0)
    for length in (2, 1.5, 0):  # QᴴQ − I is 1 or more
        assert enclosed.unitary_near(acb_mat([[length]])) is None
    assert enclosed.unitary_near(acb_mat([[1.375]])) is not None


def test_a_middle_is_exact_and_the_rest_is_bounded():
    middle, blur = enclosed.middle_and_blur(acb_mat([[acb(arb(1, 3), arb(2, 4)), 7]]))
    assert middle.tolist() == [[acb(1, 2), acb(7)]]
    assert close(blur, 5)


@pytest.mark.parametrize(
    ("diagonal", "r", "groups"),
    [
        ([5, 3, 1], 0.5, [[0], [1], [2]]),
        ([5, 3, 1], 1.0, [[0, 1, 2]]),
        ([5, 3, 2], 0.75, [[0], [1, 2]]),
        ([5, 4, 1], 0.75, [[0, 1], [2]]),
        ([5], 1.0, [[0]]),
        ([], 1.0, []),
    ],
)
def test_intervals_that_meet_are_united(diagonal, r, groups):
    assert enclosed._united(list(map(arb, diagonal)), arb(r)) == groups


def test_the_error_of_a_function_is_its_variation_and_its_steepest_quotient():
    """Of the values 10 ± 2, twice, about 6 and 5, and 1 ± 1 about 0, each to within 1."""
    diagonal, groups = list(map(arb, (6, 5, 0))), [[0, 1], [2]]
    intervals = [arb(5.5, 1.5), arb(5.5, 1.5), arb(0, 1)]
    values = [acb(arb(10, 2)), acb(arb(10, 2)), acb(arb(1, 1))]
    # from 10 to 0, and from 1 to 12, where the intervals [4, 7] and [−1, 1] are 4 from 0, 4 from 5 and 5 from 6
    steepest = max((10 - 0) / 4, (12 - 1) / 4)
    expected = np.sqrt(2**2 + 2**2 + 1 + (steepest * 1) ** 2)
    assert close(enclosed._error(diagonal, groups, intervals, values, arb(1)), expected)
    assert close(enclosed._error(diagonal[:1], [[0]], intervals[:1], values[:1], arb(1)), 2)


def test_a_certificate_of_a_radius_refuses_the_radius_itself():
    a = acb_mat([[0, 2], [0, 0]])
    assert radius._is_above(a, arb(1.0625))
    assert not radius._is_above(a, arb(1))


def test_eigenvalues_of_a_schur_form_are_a_root_of_its_error_apart():
    """A block of n, and an entry in its corner: the eigenvalues are the n-th roots of that."""
    for size in (2, 3):
        for corner in (2.0**-20, 2.0**-40):
            block = np.diag(np.ones(size - 1), 1)
            rows = [[acb(x) for x in row] for row in block]
            rows[-1][0] = acb(arb(0, corner), arb(0, corner))
            for ball in roots._of_schur(acb_mat(rows)):
                assert ball.contains(acb(corner ** (1 / size)))
                assert float(ball.rad()) < 16 * size * corner ** (1 / size)
