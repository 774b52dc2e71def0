"""How wide the enclosures of eigenvalues are, to the digit: by what is off the diagonal, by Q, and by what is skew."""

import re
from math import sqrt

import mpmath
import pytest
from flint import acb, acb_mat, arb, arb_mat, fmpq

from reference.arithmetic import spectra
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.precision import working_precision
from reference.arithmetic.spectra import Conjugate, hermitian_eigenvalues, skewness, symmetric_eigenvalues


def ends(ball):
    return float(ball.lower()), float(ball.upper())


# --- the skew part --------------------------------------------------------------------------------------------------


def matrix(n, entry, conjugate, corner):
    """Return a matrix of 8, 16, … on its diagonal and small entries elsewhere, with the conjugates below."""
    rows = [[corner(8 * (i + 1)) if i == j else entry() for j in range(n)] for i in range(n)]
    for i in range(n):
        for j in range(i):
            rows[i][j] = conjugate(rows[j][i])
    return rows


R, T = 2.0**-10, 2.0**-8
KINDS = {  # an entry, its conjugate to the letter, one that is not, a corner, and what each pair and corner is worth
    "real": (lambda: arb(0, R), lambda x: x, lambda x: arb(0, R), arb, 2 * R**2, 0),
    "complex": (lambda: acb(arb(0, R), arb(0, R)), Conjugate.make, lambda x: acb(arb(0, R), arb(0, R)),
                lambda x: acb(arb(x), arb(0, T)), 4 * R**2, T**2),
}  # fmt: skip


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_skew_widens_every_enclosure_by_its_norm_2n_minus_1_times(kind, n):
    entry, same, other, corner, of_pair, of_corner = KINDS[kind]
    eigenvalues = {"real": symmetric_eigenvalues, "complex": hermitian_eigenvalues}[kind]
    stated, apart = (matrix(n, entry, conjugate, arb) for conjugate in (same, other))
    norm = sqrt(n * (n - 1) / 2 * of_pair)
    assert skewness(stated) == 0
    assert skewness(apart).mid() == 0
    assert float(skewness(apart).rad()) == pytest.approx(norm, rel=1e-6)
    for narrow, wide in zip(eigenvalues(stated), eigenvalues(apart), strict=True):
        assert float(wide.rad() - narrow.rad()) == pytest.approx((2 * n - 1) * norm, rel=1e-4, abs=1e-12)
    corners = matrix(n, entry, same, corner)
    assert float(skewness(corners).rad()) == pytest.approx(sqrt(n * of_corner), rel=1e-6)


def test_a_skew_part_is_rounded_outwards_at_few_bits():
    for bits in (2, 3, 4, 5, 8, 20):
        for radii in ((R, 3 * R), (0.3, 0.7), (1 / 3, 1 / 5), (T, T)):
            rows = [[arb(1), arb(0, radii[0])], [arb(0, radii[1]), arb(2)]]
            with working_precision(bits):
                found = skewness(rows)
            with working_precision(100):
                gap = rows[0][1].rad() + rows[1][0].rad()
                assert not found.is_finite() or found.abs_upper() >= (gap**2 / 2).sqrt()


def test_what_is_certainly_skew_is_refused_with_its_place():
    for rows, message in (
        ([[1, 2], [3, 1]], "eigenvalues: the matrix is not symmetric at [0, 1] and [1, 0]: mend"),
        ([[1, 0, 5], [0, 1, 0], [4, 0, 1]], "eigenvalues: the matrix is not symmetric at [0, 2] and [2, 0]: mend"),
    ):
        with pytest.raises(OutsideDomain, match="^" + re.escape(message) + "$"):
            symmetric_eigenvalues([[arb(x) for x in row] for row in rows], "mend")
    for rows, at in (([[1, 1j], [1j, 1]], "[0, 1] and [1, 0]"), ([[1, 0], [0, 1j]], "[1, 1] and [1, 1]")):
        message = f"eigenvalues: the matrix is not Hermitian at {at}: "
        with pytest.raises(OutsideDomain, match="^" + re.escape(message) + "$"):
            hermitian_eigenvalues([[acb(x) for x in row] for row in rows])
    with pytest.raises(OutsideDomain, match=r"\[1, 0\]: $"):
        symmetric_eigenvalues([[arb(x) for x in row] for row in ([1, 2], [3, 1])])


def test_conjugates_are_so_to_the_letter():
    z, x, wide = acb(1, 2), arb(3), arb(3, 1)
    blurred = acb(arb(1, 1), arb(2, 1))
    for p, q, said in (
        (x, arb(3), True), (x, arb(4), False), (wide, wide, True), (wide, arb(3, 1), False),
        (z, acb(1, -2), True), (z, z, False), (z, acb(1, 2), False), (acb(x), acb(3), True),
        (acb(wide), acb(wide), False),
        (blurred, Conjugate.make(blurred), True), (Conjugate.make(blurred), blurred, True),
        (blurred, acb(arb(1, 1), arb(-2, 1)), False), (blurred, Conjugate.make(acb(blurred)), False),
        (acb(1, 1), acb(1, 1), False),
    ):  # fmt: skip
        assert spectra._are_conjugates(p, q) == said
        assert spectra.is_hermitian_to_the_letter([[arb(1), p], [q, arb(1)]]) == said
    same = acb(wide)
    assert spectra._are_conjugates(same, same)
    assert not spectra.is_hermitian_to_the_letter([[acb(1, 1), arb(0)], [arb(0), arb(1)]])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_of_what_is_not_finite_nothing_is_known(n):
    for bad in (arb.nan(), arb("inf"), arb(0, "inf")):
        rows = [[bad if i == j == n - 1 else arb(i + j) for j in range(n)] for i in range(n)]
        found = symmetric_eigenvalues(rows), hermitian_eigenvalues([[acb(x) for x in row] for row in rows])
        assert [len(some) for some in found] == [n, n]
        assert all(ball.is_nan() for some in found for ball in some)


# --- Q --------------------------------------------------------------------------------------------------------------

TURN = [[fmpq(15, 17), fmpq(-8, 17)], [fmpq(8, 17), fmpq(15, 17)]]


@pytest.mark.parametrize("kind", [arb_mat, acb_mat])
def test_enclosures_are_as_wide_as_what_q_leaves(kind):
    """By hand: exact vectors, stretched ones, and turned ones, whose off-diagonal part has the norm √2 · 240/289."""
    m = kind([[3, 0], [0, 1]])
    for q, expected in (
        ([[1, 0], [0, 1]], [(3, 3), (1, 1)]),
        ([[0, 1], [1, 0]], [(3, 3), (1, 1)]),
        ([[fmpq(11, 10), 0], [0, 1]], [(3.63 / 1.21, 3.63 / 0.79), (1 / 1.21, 1 / 0.79)]),
        ([[1, 0], [0, fmpq(9, 10)]], [(3 / 1.19, 3 / 0.81), (0.81 / 1.19, 0.81 / 0.81)]),
        (TURN, [((739 - 240 * sqrt(2)) / 289, (739 + 240 * sqrt(2)) / 289),
                ((417 - 240 * sqrt(2)) / 289, (417 + 240 * sqrt(2)) / 289)]),
    ):  # fmt: skip
        vectors = kind([[arb(x) for x in row] for row in q])
        for skew in (arb(0), arb(0, 0.125)):
            found = spectra._enclosures(m, vectors, vectors.transpose(), skew)
            for ball, (low, high) in zip(found, expected, strict=True):
                wider = float(skew.rad())
                assert ends(ball) == pytest.approx((low - wider, high + wider), abs=1e-6)
    for bad in ([[0, 0], [0, 1]], [[2, 0], [0, 1]]):
        vectors = kind([[arb(x) for x in row] for row in bad])
        assert all(ball.is_nan() for ball in spectra._enclosures(m, vectors, vectors.transpose(), arb(0)))


def test_norms_are_bounded_by_those_of_frobenius():
    assert float(spectra.norm_bound(arb_mat([[3, 0], [4, 0]]))) == pytest.approx(5, rel=1e-8)
    assert float(spectra.norm_bound(arb_mat([[arb(0, 3), -4], [0, 0]]))) == pytest.approx(5, rel=1e-8)
    assert spectra.norm_bound(arb_mat([[0]])) == 0


def test_middles_go_to_mpmath_and_back_to_the_letter():
    with mpmath.workprec(100):
        for x in (arb(3), arb(-3), arb(fmpq(-5, 1 << 70)), arb(0), arb(2) ** 80):
            assert spectra.ball_of(spectra.middle_of(x)) == x
        assert spectra.middle_of(arb(1.5, 0.25)) == 1.5
